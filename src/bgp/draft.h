/* A route while it is read from text: `10.0.0.0/24 next-hop self med 5 label 100 rd 65000:1 ...`.
 *
 * The words of a route come in any order, and its family may only be known at the end (a label makes it labelled, a
 * route distinguisher VPN). So they are collected in a draft: what the NLRI needs in plain fields that every family
 * shares, the attributes as octets. draft_finish() makes the NLRI and the canonical set of attributes out of it. */
#ifndef BGP_DRAFT_H
#define BGP_DRAFT_H

#include "base/ip.h"
#include "base/words.h"

struct family;

enum taken { TAKEN, NOT_MINE, TAKEN_BADLY }; /* the keyword and its value; not my keyword; a complaint was made */

enum {
    DRAFT_LABELS = 16,
    DRAFT_NUMBERS = 12,
    DRAFT_ADDRESSES = 6,
    DRAFT_ATTRIBUTES = 64, /* different ones in a draft */
};

struct draft_attribute {
    uint8_t code, flags;
    bool raw;            /* given in hexadecimal */
    uint32_t start, len; /* of the value, in `values` */
};

/* What is wanted of the finished route. */
enum draft_purpose { DRAFT_ANNOUNCE, DRAFT_WITHDRAW }; /* a withdraw needs no next hop, and no label */

struct draft {
    const struct family *family; /* what the words say so far; NULL: a prefix that is still to come */
    bool settled;                /* the family was said: no word of the route changes it */
    enum draft_purpose purpose;  /* while it is finished */

    /* Of the NLRI. What a family means with numbers and addresses is its own matter; `seen` has a bit for each keyword
     * that it has read. */
    bool has_prefix, has_rd, has_path;
    struct prefix prefix;
    uint8_t rd[8];
    uint32_t path; /* path identifier */
    uint8_t label_count;
    uint32_t labels[DRAFT_LABELS]; /* 20 bits each */
    uint32_t seen;
    uint64_t numbers[DRAFT_NUMBERS];
    struct ip addresses[DRAFT_ADDRESSES];
    struct buffer parts; /* growing; pieces of NLRI whose number is open: FlowSpec components */
    bool raw_nlri;       /* `nlri 0x...`: the parts are the whole of it */

    /* Of the attributes. */
    bool has_next_hop, next_hop_self;
    struct ip next_hop;
    struct draft_attribute attributes[DRAFT_ATTRIBUTES];
    size_t attribute_count;
    struct buffer values; /* growing */

    /* Of the route, never on the wire. */
    uint8_t split;              /* prefix length to split into; 0: no */
    bool withdrawn;             /* `withdraw` beside a watchdog */
    struct text watchdog, name; /* borrowed from the words */
};

void draft_init(struct draft *d);
void draft_clear(struct draft *d); /* for the next route: keeps the memory */
void draft_release(struct draft *d);

/* Adds a value of an attribute: the first of a code counts (config.md 12), except extended communities, which add up.
 */
bool draft_attribute(struct draft *d, uint8_t flags, uint8_t code, bool raw, struct cursor value, struct words *words);

/* One keyword with its value: of the family, an attribute, or a modifier (path-information, split, name, watchdog,
 * withdraw; `nlri 0x...` for an NLRI in octets). Unknown: a complaint with the nearest keyword. */
bool draft_keyword(struct draft *d, struct text keyword, struct words *words);

/* The keywords that are neither of a family nor of an attribute, one by one; NULL: no more. */
const char *draft_word_at(size_t number);

/* Keywords up to the end of the words, or up to the word `stop` (not taken; NULL: to the end). A `;` at the end is let
 * through. */
bool draft_keywords(struct draft *d, struct words *words, const char *stop);

/* What stands before the first keyword: PREFIX, or nothing. Family NULL: a `route`, whose family follows from its
 * prefix and keywords. */
bool draft_start(struct draft *d, const struct family *family, struct words *words);

/* A whole route of a family whose words start here: `10.0.0.0/24 next-hop ...`, `rd 1:2 endpoint 5 ...`. */
bool draft_route(struct draft *d, const struct family *family, struct words *words);

/* `{ KEYWORD VALUE; KEYWORD { KEYWORD VALUE; } }`, braces included: a block in a line of words, as helpers write flows.
 * Sections within (`match`, `then`, `scope`) only group. */
bool draft_block(struct draft *d, struct words *words);

/* The prefix of a route, after words that said all but it: `attributes med 5 nlri PREFIX PREFIX ...`. To be finished
 * after each. */
bool draft_prefix(struct draft *d, struct text prefix, struct words *words);

/* Makes the NLRI and the attributes in canonical form: named ones first, then (from *raw_start on) raw ones. Both
 * buffers are appended to. With `split`, the NLRI is that of the first piece: see draft_split(). */
bool draft_finish(struct draft *d, enum draft_purpose purpose, struct words *words, struct buffer *nlri,
                  struct buffer *attributes, size_t *raw_start);

/* `split`: the next piece of the prefix, to be finished again; false when there is none. */
bool draft_split(struct draft *d);

/* ---- The same words after another prefix ----
 * The words after PREFIX say the attributes, and of the NLRI all but the prefix. So a line that comes a million times
 * with another PREFIX is read once: keep the attributes that draft_finish() gave, and this beside them. Plain data. */
struct draft_tail {
    const struct family *family[2]; /* of an IPv4 and of an IPv6 prefix; NULL: refused */
    bool has_path;
    uint32_t path;
    uint8_t len, octets[DRAFT_LABELS * 3 + 8]; /* labels and route distinguisher, as before each prefix */
};

/* After draft_finish(). False: the NLRI hangs on more than a prefix (other families, `split`). */
bool draft_tail(const struct draft *d, struct draft_tail *out);

/* The NLRI of another prefix, appended; false: it is none, or not of this route. Then read the line the long way, for
 * the complaint. */
bool draft_tail_nlri(const struct draft_tail *t, struct text prefix, struct buffer *nlri, const struct family **family);

#endif
