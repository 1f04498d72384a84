/* OPEN (RFC 4271 4.2, 5492, 9072): what we offer, what the peer offers, what both agree on. */
#ifndef BGP_OPEN_H
#define BGP_OPEN_H

#include "base/buffer.h"
#include "base/ip.h"
#include "bgp/capability.h"
#include "bgp/fault.h"
#include "bgp/terms.h"

enum { OFFER_RAW_MOST = 512 };

/* What a configuration says of the OPEN. The rows of bgp/capability/ turn it into capabilities. */
struct offer {
    uint32_t local_as;             /* 0: take the peer's (`local-as auto`) */
    uint32_t peer_as;              /* 0: any (`peer-as auto`) */
    uint32_t router_id;            /* host order */
    const uint32_t *confederation; /* borrowed; the members of our confederation (RFC 5065) but our own AS */
    uint16_t confederation_count;
    uint16_t hold_time;
    uint64_t families;
    bool asn4, refresh, extended_message, extended_next_hop_on, operational, multisession, link_local_next_hop;
    bool aigp, link_local_prefer;
    bool graceful_restart;
    uint16_t restart_time;     /* seconds, 12 bits */
    bool restart_notification; /* NOTIFICATIONs keep routes, too (RFC 8538) */
    bool long_lived;           /* long-lived graceful restart (RFC 9494): */
    uint32_t long_lived_time;  /* seconds, 24 bits */
    uint8_t multiple_labels;   /* labels of a route that we take; 0: not offered, and nothing enforced */
    uint8_t role;              /* enum role; ROLE_NONE: nothing is offered and nothing enforced */
    bool role_strict;          /* the peer has to tell its role, too */
    uint8_t add_path;          /* 0 off, 1 receive, 2 send, 3 both */
    uint64_t add_path_families;
    uint16_t paths_limit[FAMILIES_MOST]; /* by family index; 0: none */
    uint64_t extended_next_hop;          /* families listed in the extended next hop capability */
    struct text host_name, domain_name;  /* borrowed; empty host name: no capability */
    struct text software;                /* borrowed; empty: no capability */
    const uint8_t *raw;                  /* borrowed; capabilities given in hexadecimal: code, length, value, ... */
    uint16_t raw_len;
    bool strict; /* the peer has to have all that we offer, but what only people read */
};

/* Is a peer of this AS one of our confederation, in another member of it? */
bool offer_is_confederation(const struct offer *offer, uint32_t local_as, uint32_t peer_as);

/* The OPEN of an offer as a whole message; the as is `local_as` when the offer's is auto. */
void put_open(struct buffer *b, const struct offer *offer, uint32_t local_as);

/* An OPEN that was read, by us or the peer. */
struct open {
    uint8_t version;
    uint16_t as; /* the two-octet field */
    uint16_t hold_time;
    uint32_t router_id;
    struct cursor parameters; /* borrowed: checked, to be walked with open_capability() */
    bool extended;            /* RFC 9072 form */
};

/* Reads the body of an OPEN. False: fault (rows OPN, CAP). */
bool open_read(struct cursor body, struct open *out, struct fault *fault);

/* Walks the capabilities in wire order, over all parameters. `walk` starts as {0}. */
struct capability_walk {
    struct cursor parameters, capabilities;
    bool started;
};
bool open_capability(const struct open *open, struct capability_walk *walk, struct capability *out);
/* The same for those of one code. */
bool open_capability_of(const struct open *open, uint8_t code, struct capability_walk *walk, struct cursor *value);

/* The AS number that an OPEN speaks for: of the four-octet capability when there. */
uint32_t open_as(const struct open *open);

/* Checks the peer's OPEN against our offer and says what both agree on. False: fault (OPN-02 ... OPN-09, CAP rows).
 * `terms` are all new; the addresses of the connection are the caller's to add. */
bool open_agree(const struct offer *offer, const struct open *ours, const struct open *peers, struct terms *terms,
                struct fault *fault);

/* What of the peer's OPEN counts as not there, when the OPENs agree: rows OPN-16 and CAP of the error contract, each
 * once. How many they are. */
enum { OPEN_IGNORED_MOST = 32 };
unsigned open_ignored(const struct open *peers, const struct offer *offer, const struct terms *terms,
                      const char *rows[OPEN_IGNORED_MOST]);

/* What is between the braces of `"open": { ... }`, and the text encoder's words from `version 4` on; `sent`: keys of
 * capabilities are names (api-events.md 4). */
void open_json(const struct open *open, bool sent, const struct style *style, struct buffer *out);
void open_text(const struct open *open, bool sent, const struct style *style, struct buffer *out);

/* The negotiated object (api-events.md 3.3), without the blank that follows it: `{ "message_size": ..., ... }`; before
 * the OPENs: terms NULL. */
void terms_json(const struct terms *terms, const struct style *style, struct buffer *out);

#endif
