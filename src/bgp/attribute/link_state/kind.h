/* TLVs of the BGP-LS attribute: a row each (rows.c), and shapes that many rows share. */
#ifndef BGP_ATTRIBUTE_LINK_STATE_KIND_H
#define BGP_ATTRIBUTE_LINK_STATE_KIND_H

#include "base/words.h"
#include "bgp/part/tlv.h"
#include "bgp/style.h"

struct ls_kind;

/* What values of a shape are like. All functions but the first two may be missing: then words are octets. */
struct ls_shape {
    bool (*good)(const struct ls_kind *kind, struct cursor value);
    /* A good value as JSON, without the key. */
    void (*json)(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out);
    /* As `encoder text` shows it, title included. NULL: title, colon, and the JSON as Python would write it. */
    void (*text)(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out);
    /* The words of a value, and the value as words of a command; which may not say all of it: the caller looks. */
    bool (*parse)(const struct ls_kind *kind, struct words *words, struct buffer *value);
    void (*command)(const struct ls_kind *kind, struct cursor value, struct buffer *out);
};

struct ls_kind {
    uint16_t type;
    uint8_t size;      /* of a value, or of each of several; what it means is up to the shape */
    bool merge;        /* several make one array, which comes before what makes none */
    bool merge5;       /* the same in form 5, where it stays in its place */
    bool blank5;       /* its array has blanks inside there */
    bool octets5;      /* a name that its text shows as octets */
    bool unknown_to_5; /* form 5 shows octets */
    uint16_t yields5;  /* form 5 leaves it out beside a TLV of this type: both have a key `sids` there */
    const char *key, *title;
    const char *key5, *title5; /* of form 5, where it is another; NULL: the same */
    const char *flags;         /* names from the highest bit on, with commas between */
    const struct ls_shape *shape;
};

extern const struct ls_shape ls_flags, ls_number, ls_metric, ls_numbers, ls_octets, ls_float, ls_floats, ls_address,
    ls_area, ls_name, ls_opaque;
extern const struct ls_shape ls_identifiers, ls_delay, ls_delay_range, ls_delay_variation, ls_loss;
extern const struct ls_shape ls_capabilities, ls_adjacency, ls_lan_adjacency, ls_prefix_sid;
extern const struct ls_shape ls_srv6_capabilities, ls_srv6_end_x, ls_srv6_lan_isis, ls_srv6_lan_ospf, ls_srv6_locator,
    ls_srv6_behavior, ls_srv6_structure;

const struct ls_kind *ls_kind_of(uint16_t type);                            /* NULL: unknown */
const struct ls_kind *ls_kind_named(struct text key, struct cursor octets); /* octets: tells 1028 from 1029 */
const struct ls_kind *ls_kinds(size_t *count);

/* The type under whose key a TLV is shown: of those for both IP versions, the one for IPv4. */
static inline uint16_t ls_group(uint16_t type) {
    return type == 1029 || type == 1031 ? (uint16_t)(type - 1) : type;
}

/* `{"D": 1, "N": 0, "RSV": 0}` */
void put_ls_flags(struct buffer *out, const char *names, uint8_t octet);
/* The title and a colon, as the form has them. */
void put_ls_title(struct buffer *out, const struct ls_kind *kind, const struct style *style);
/* What was written since `start` is JSON: as Python writes the same value. */
void ls_python(struct buffer *out, size_t start);

/* Functions of shapes that check no more than a size. */
bool ls_good_exact(const struct ls_kind *kind, struct cursor value);
bool ls_good_multiple(const struct ls_kind *kind, struct cursor value);
bool ls_good_least(const struct ls_kind *kind, struct cursor value);
bool ls_good_any(const struct ls_kind *kind, struct cursor value);

#endif
