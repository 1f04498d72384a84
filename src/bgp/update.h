/* UPDATE: opened into views, and written. RFC 4271 4.3, 4760, 7606; nothing is copied on a session with 4-octet AS. */
#ifndef BGP_UPDATE_H
#define BGP_UPDATE_H

#include "bgp/attribute.h"
#include "bgp/family.h"

enum { UPDATE_ATTRIBUTES = 256, UPDATE_FINDINGS = 32, UPDATE_RECENT = 16, UPDATE_RECENT_OCTETS = 1024 };

/* MP_REACH_NLRI or MP_UNREACH_NLRI. */
struct update_reach {
    bool present;
    const struct family *family; /* NULL: unknown or not negotiated, then ignored (MPR-09, MPU-04) */
    uint16_t afi;
    uint8_t safi;
    struct cursor next_hop; /* canonical: 0, 4, 16 or 32 octets */
    struct cursor nlri;
};

/* One mistake that does not end the session. */
struct update_finding {
    const char *row;
    enum harm harm;
    uint8_t code; /* of the attribute; 0: none */
    bool told;    /* the value is malformed: ExaBGP 5.0 tells its helpers ("error") */
    bool empty;   /* ... because it is not there at all: then 5.0 names the attribute */
};

struct update {
    const struct terms *terms;     /* borrowed */
    struct cursor body;            /* as received */
    struct cursor withdrawn, nlri; /* IPv4 unicast */
    struct update_reach reach, unreach;
    struct cursor next_hop; /* NEXT_HOP: of `nlri` */

    /* Good attributes but MP_*, in ascending order; values in canonical form, AS4_* merged. Those that harm are not in
     * it, nor are unknown ones that are not transitive. */
    struct attribute attributes[UPDATE_ATTRIBUTES];
    unsigned count;
    uint64_t number; /* of these attributes, see struct update_recent; 0: none */

    enum harm harm; /* HARM_WITHDRAW: what is announced is to be handled as withdrawn */
    bool skips;     /* there are NLRIs to be left out */
    bool as_said;   /* update_open_as_said() */
    struct update_finding findings[UPDATE_FINDINGS];
    unsigned finding_count; /* all that were met; only the first UPDATE_FINDINGS are kept */

    bool end_of_rib; /* of this family: */
    uint16_t end_afi;
    uint8_t end_safi;

    uint8_t mark[4]; /* the ONLY_TO_CUSTOMER that our role adds */

    /* Values that had to be made 4-octet: AS_PATH twice its length, and merged with AS4_PATH. Not initialized, like all
     * of the struct before update_open(). */
    uint8_t scratch[5 * 65536];
};

/* Opens the body of an UPDATE (header taken off). False: the session must be reset, as the fault says. All framing is
 * fixed before a value is read, and all NLRIs are checked before true is returned (errors.md GEN-04, GEN-05, GEN-06).
 * It is one that was received: for one that we sent, `terms` has to have what we send in add_path_receive. */
bool update_open(struct update *u, struct cursor body, const struct terms *terms, struct fault *fault);

/* The attributes of the UPDATE before. Most often those of the next one are the same octets: then they need not be read
 * again, and neither what was made of them. Only those are remembered that are whole, without findings, and no MP_REACH
 * or MP_UNREACH: all that the NLRIs do not change. Zeroed at first; shared by all sessions of an engine. */
struct update_recent {
    struct terms terms; /* with which they were read */
    uint64_t number;    /* of what is remembered: no two have the same. 0: nothing is */
    uint64_t last;      /* number given */
    struct attribute attributes[UPDATE_RECENT];
    unsigned count;
    uint16_t len;
    uint8_t octets[UPDATE_RECENT_OCTETS];
};

/* As update_open(), and u->number is that of the UPDATE before when the attributes are the same. */
bool update_open_after(struct update *u, struct update_recent *recent, struct cursor body, const struct terms *terms,
                       struct fault *fault);

/* The same for a message that is only shown (`decode`, events of what we sent): it says what it says. What is announced
 * stays announced whatever is wrong with the attributes (the findings tell), unrecognized attributes are kept whatever
 * their flags are, and a next hop may be of the other kind. False: it cannot be read, or is of another family. */
bool update_open_as_said(struct update *u, struct cursor body, const struct terms *terms, struct fault *fault);

/* Where NLRIs stand in an UPDATE, in the order in which they are told. */
enum update_stage { UPDATE_WITHDRAWN, UPDATE_NLRI, UPDATE_UNREACH, UPDATE_REACH, UPDATE_STAGES };

/* Walks the NLRIs that are announced or withdrawn. Those that must be skipped (SKIP rows) are left out. Nothing is
 * announced when the update's harm is HARM_WITHDRAW: then what was announced is withdrawn, its next hop still told. */
struct update_walk {
    const struct update *update;
    bool announced;
    unsigned stage; /* the next one */
    struct cursor left;
    const struct family *family;
    struct cursor next_hop;
    bool add_path;
};
void update_walk_init(struct update_walk *w, const struct update *u, bool announced);
bool update_walk_next(struct update_walk *w, struct nlri *out);

/* The attributes as a canonical list with one family's next hop (the set that the RIB keeps). */
void update_canonical(const struct update *u, struct cursor next_hop, struct buffer *out);

/* What is between the braces of `"message": { ... }`: `"update": { "attribute": ..., "announce": ..., "withdraw": ...
 * }` or `"eor": { ... }` (api-events.md 5.4, 6); and the lines of the text encoder between `start` and `end`, each
 * starting with `prefix` ("neighbor 127.0.0.1 receive update"). */
void update_json(const struct update *u, const struct style *style, struct buffer *out);
void update_text(const struct update *u, struct text prefix, const struct style *style, struct buffer *out);
/* The API commands that would make the same routes: `announce ... \n withdraw ...`; false when there is no such
 * command. */
bool update_command(const struct update *u, const struct style *style, struct buffer *out);
/* What the commands cannot say of the message, each a line that starts with `#`, which helpers' input and encode pass
 * over. Nothing, as a rule. */
void update_command_notes(const struct update *u, struct buffer *out);

/* ---- Writing ---- NLRI after NLRI into one message, as long as they fit terms->send_most. */
struct update_writer {
    struct buffer *out;
    const struct terms *terms;
    const struct family *family;
    size_t start;      /* of the message in `out` */
    size_t limit;      /* length of `out` that must not be passed */
    size_t attributes; /* where Total Path Attribute Length stands */
    size_t reach;      /* where MP_REACH / MP_UNREACH starts; 0: classic fields */
    bool withdraw, add_path;
    unsigned count; /* NLRIs in it */
};

/* `attributes`: octets that attributes_send() made; next hop as attributes_next_hop() gives. False: attributes alone
 * are too long (OUT-01), nothing was written. */
bool update_announce(struct update_writer *w, struct buffer *out, const struct terms *terms,
                     const struct family *family, struct cursor attributes, struct ip next_hop);
void update_withdraw(struct update_writer *w, struct buffer *out, const struct terms *terms,
                     const struct family *family);
/* False: it does not fit (or has more labels than the peer takes), nothing was written. */
bool update_add(struct update_writer *w, struct cursor nlri, uint32_t path);

/* The same for a classic field without path identifiers and an NLRI of which ten octets can be read, whatever its
 * length: as most are, and no call each. */
enum { UPDATE_SHORT = 10 };
static inline bool update_is_classic(const struct update_writer *w) {
    return !w->reach && !w->add_path;
}

static inline bool update_add_short(struct update_writer *w, const uint8_t *octets, size_t len) {
    struct buffer *out = w->out;
    if (buffer_len(out) + len > w->limit || !buffer_reserve(out, UPDATE_SHORT))
        return false;
    memcpy(out->p, octets, UPDATE_SHORT);
    out->p += len;
    w->count++;
    return true;
}

/* Ends the message. Without any NLRI it is taken back. */
void update_end(struct update_writer *w);

/* End-of-RIB of a family, as ExaBGP writes it (config.md 24). */
void put_end_of_rib(struct buffer *out, uint16_t afi, uint8_t safi);

#endif
