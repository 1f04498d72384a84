/* UPDATE: opened into views, and written. RFC 4271 4.3, 4760, 7606; nothing is copied on a session with 4-octet AS. */
#ifndef BGP_UPDATE_H
#define BGP_UPDATE_H

#include "bgp/attribute.h"
#include "bgp/family.h"

enum { UPDATE_ATTRIBUTES = 256, UPDATE_FINDINGS = 32 };

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
};

struct update {
    const struct terms *terms;     /* borrowed */
    struct cursor body;            /* as received */
    struct cursor withdrawn, nlri; /* IPv4 unicast */
    struct update_reach reach, unreach;

    /* Good attributes but MP_*, in wire order; values in canonical form, AS4_* merged. Those that harm are not in it.
     */
    struct attribute attributes[UPDATE_ATTRIBUTES];
    unsigned count;

    enum harm harm; /* HARM_WITHDRAW: what is announced is to be handled as withdrawn */
    struct update_finding findings[UPDATE_FINDINGS];
    unsigned finding_count; /* all that were met; only the first UPDATE_FINDINGS are kept */

    bool end_of_rib; /* of this family: */
    uint16_t end_afi;
    uint8_t end_safi;

    uint8_t scratch[2 * 65536]; /* values that had to be made 4-octet */
};

/* Opens the body of an UPDATE (header taken off). False: the session must be reset, as the fault says. All framing is
 * fixed before a value is read, and all NLRIs are checked before true is returned (errors.md GEN-04, GEN-05, GEN-06).
 */
bool update_open(struct update *u, struct cursor body, const struct terms *terms, struct fault *fault);

/* Walks the NLRIs of one part: `cursor` starts as update_part(). Those that must be skipped (SKIP rows) are left out.
 * IPv4 unicast fields first, then MP_*; `announced` includes nothing when the update's harm is HARM_WITHDRAW, and
 * `withdrawn` then includes what was announced. */
struct update_walk {
    const struct update *update;
    bool announced;
    unsigned stage;
    struct cursor left;
    const struct family *family;
    struct cursor next_hop;
    bool add_path;
};
void update_walk_init(struct update_walk *w, const struct update *u, bool announced);
bool update_walk_next(struct update_walk *w, struct nlri *out);

/* The attributes as a canonical list for one family's next hop (the set that the RIB keeps). */
void update_canonical(const struct update *u, struct cursor next_hop, struct buffer *out);

/* `"message": { ... }` content: `"update": { "attribute": ..., "announce": ..., "withdraw": ... }` or `"eor": { ... }`
 * (api-events.md 5.4, 6); and the lines of the text encoder, each starting with `prefix` ("neighbor 127.0.0.1 receive
 * update"). */
void update_json(const struct update *u, const struct style *style, struct buffer *out);
void update_text(const struct update *u, struct text prefix, const struct style *style, struct buffer *out);
/* The API commands that would make the same routes: `announce ... \n withdraw ...`; false when there is no such
 * command. */
bool update_command(const struct update *u, const struct style *style, struct buffer *out);

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
/* False: it does not fit, nothing was written. */
bool update_add(struct update_writer *w, struct cursor nlri, uint32_t path);
/* Ends the message. Without any NLRI it is taken back. */
void update_end(struct update_writer *w);

/* End-of-RIB of a family, as ExaBGP writes it (config.md 24). */
void put_end_of_rib(struct buffer *out, uint16_t afi, uint8_t safi);

#endif
