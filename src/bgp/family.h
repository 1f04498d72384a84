/* Address families: the row that each AFI/SAFI has, and the registry of rows.
 *
 * A family is a row at the end of a file in bgp/nlri/ (one file for families of one kind of NLRI). An NLRI is its wire
 * octets, path identifier apart. */
#ifndef BGP_FAMILY_H
#define BGP_FAMILY_H

#include "bgp/draft.h"
#include "bgp/fault.h"
#include "bgp/style.h"
#include "bgp/terms.h"

enum family_flag {
    FAMILY_CLASSIC = 1,          /* NLRI and withdrawn routes fields, where the next hop is IPv4 (RFC 4271) */
    FAMILY_NEXT_HOP_TOO = 2,     /* an IPv4 next hop is sent as attribute 3 beside MP_REACH: config.md 12 */
    FAMILY_VPN_NEXT_HOP = 4,     /* the next hop has eight zero octets of route distinguisher before it */
    FAMILY_NO_NEXT_HOP = 8,      /* needs none: FlowSpec */
    FAMILY_ADD_PATH = 16,        /* may be in the ADD-PATH capability that we send */
    FAMILY_NEXT_HOP_MAPPED = 32, /* an IPv4 next hop is sent as ::ffff:a.b.c.d */
    FAMILY_PLAIN = 64,           /* bits and prefix, nothing else: the key is the NLRI with zeros beyond the bits */
    FAMILY_ALONE = 256,          /* nothing says where an NLRI ends: one in a message */
    FAMILY_ON_REQUEST = 128,     /* drafts: only where a configuration names it, "all" is without it */
};

/* Sets of next hop lengths: errors.md, "Next hop lengths". */
enum next_hop_length {
    NEXT_HOP_0 = 1,
    NEXT_HOP_4 = 2,
    NEXT_HOP_12 = 4,
    NEXT_HOP_16 = 8,
    NEXT_HOP_24 = 16,
    NEXT_HOP_32 = 32,
    NEXT_HOP_48 = 64,
};

/* One NLRI, to be shown. */
struct nlri {
    const struct family *family;
    struct cursor octets; /* borrowed; without path identifier */
    bool has_path;
    bool announced;         /* some forms say then, that there is no next hop */
    uint32_t path;          /* path identifier (RFC 7911) */
    struct cursor next_hop; /* 0, 4, 16 or 32 octets: some forms show it inside */
};

struct family {
    uint16_t afi;
    uint8_t safi;
    uint8_t index;                    /* of the row: the bit in sets of families. Set by the registry's list */
    const char *afi_name, *safi_name; /* "ipv4", "unicast" */
    const char *alias;                /* another word for safi_name that configuration takes, or NULL */
    unsigned flags;                   /* enum family_flag */
    unsigned next_hops;               /* enum next_hop_length */
    unsigned next_hops_extended;      /* those that need the extended next hop capability */

    /* Takes one NLRI off, by its outer lengths alone; false when it is cut or its length is impossible (RESET 3/9, or
     * 3/10 in the classic fields). Always consumes at least one octet. */
    bool (*cut)(struct cursor *from, struct cursor *nlri);

    /* What the inside of one NLRI costs: HARM_NONE or HARM_SKIP (HARM_RESET, HARM_WITHDRAW where its row says so).
     * NULL: what was cut is good. `announce`: false for a withdraw, where labels may be anything. */
    enum harm (*check)(struct cursor nlri, bool announce);
    const char *row;     /* of the error contract, for what check() finds: "NLR-42" */
    const char *cut_row; /* ... for what cut() cannot take off: "NLR-41"; NULL: that of the field it stands in */

    /* Is its type known, so that there is something to check? Where it is received, what is not is left out (NLR-31).
     * NULL: always. */
    bool (*known)(struct cursor nlri);

    /* The part that says whether two NLRIs are the same route (api-commands.md 11.1): without labels. NULL: all of it.
     */
    void (*key)(struct cursor nlri, struct buffer *out);

    /* Text to NLRI: see bgp/draft.h. All NULL: cannot be announced in text. */
    const char *const *keywords; /* of keyword(), for help and "did you mean"; ends in NULL */
    /* The block of a configuration that a keyword stands in: "match", "then", "scope"; NULL: in the route itself, as
     * all of them do where this is NULL. */
    const char *(*block)(struct text keyword);
    bool (*start)(struct draft *draft, struct words *words); /* the words before the first keyword: PREFIX */
    enum taken (*keyword)(struct draft *draft, struct text keyword, struct words *words);
    bool (*finish)(struct draft *draft, struct words *words, struct buffer *nlri); /* complains through `words` */

    /* Shown: text "10.0.0.0/24 label 100 next-hop 1.2.3.4 rd 65000:1" (next hop included where the form has it inside),
     * JSON `{ "nlri": "10.0.0.0/24" }`. With style->command: the words that start() and keyword() read back, nothing
     * when there are none, next hop and path identifier left out (see nlri_command()). */
    void (*text)(const struct nlri *nlri, const struct style *style, struct buffer *out);
    void (*json)(const struct nlri *nlri, const struct style *style, struct buffer *out);
};

/* The rows' numbers, in ascending order of AFI and SAFI: the order of the OPEN that we send. */
enum family_index {
#define FAMILY(name) FAMILY_##name,
#include "bgp/family.def"
#undef FAMILY
    FAMILIES
};

#define FAMILY(name) extern const struct family family_##name;
#include "bgp/family.def"
#undef FAMILY

const struct family *family_of(uint16_t afi, uint8_t safi); /* NULL: unknown */
const struct family *family_at(unsigned index);             /* index < families_count() */

/* Families that have no row of their own, by their numbers: NLRIs are octets (bgp/nlri/numbered.c). A row is made when
 * a user first names the family, stays as long as the process, and is the same for every engine in it. Those that have
 * a row get that. NULL: there are FAMILIES_MOST families. Never to be called for what a peer says. */
const struct family *family_numbered(uint16_t afi, uint8_t safi);
unsigned families_count(void); /* with those */
uint64_t families_all(void);   /* what "all" means: those that need no request */
/* By the words of configuration and API, any case: "ipv4" "unicast", or by numbers: "1" "1"; NULL: unknown. */
const struct family *family_named(struct text afi, struct text safi);
/* By AFI word alone, for "did you mean" and options: true when some family has it. */
bool family_afi_named(struct text afi, uint16_t *afi_out);

void put_family(struct buffer *b, const struct family *f, char between); /* "ipv4 unicast", "ipv4/unicast" */
/* The same for numbers without a row: "unknown-afi-0x63/unknown safi 99". */
void put_family_numbers(struct buffer *b, uint16_t afi, uint8_t safi, char between);

static inline uint64_t family_bit(const struct family *f) {
    return (uint64_t)1 << f->index;
}

/* The next hop on the wire of MP_REACH (RFC 4760, 4364, 2545) to canonical form (no route distinguisher), and back: its
 * octets alone, the length before them is the caller's. Of the two addresses of a VPN next hop the global one stays. */
struct cursor family_next_hop_strip(const struct family *f, struct cursor wire);
void put_family_next_hop(struct buffer *b, const struct family *f, struct ip next_hop, const struct terms *terms);

/* ` next-hop 10.0.0.1`, blank included: what a text() says of a next hop; nothing when there is none. */
void put_next_hop_text(struct buffer *b, struct cursor next_hop);
/* `afi l2vpn safi evpn next-hop 10.0.0.1`: all that the text of most families says. Form 5 leaves the next hop out. */
void put_family_text(struct buffer *b, const struct nlri *nlri, const struct style *style);
/* ` next-hop 10.0.0.1` of an announced route as form 4 has it, `no-nexthop` included. */
void put_next_hop_or_none(struct buffer *b, const struct nlri *nlri);
void put_path(struct buffer *b, uint32_t path);      /* 0.0.0.5 */
void put_path_text(struct buffer *b, uint32_t path); /* ` path-information 0.0.0.5` */

/* Takes path identifier (when `add_path`) and NLRI off; false as family->cut(). Neither announced nor with a next hop:
 * those are the caller's to say. */
bool nlri_next(const struct family *f, bool add_path, struct cursor *from, struct nlri *out);

/* The words of a route that draft_route() reads back, next hop and attributes left out. Where words do not say it all
 * (or there are none), `nlri 0x...`: to announce they give the same octets, to withdraw the same key. */
void nlri_command(const struct nlri *nlri, bool announce, struct buffer *out);

#endif
