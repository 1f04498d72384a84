/* FlowSpec: what its files share. flow.c has the octets, flow_show.c text and JSON, flow_component.c the table of
 * components and their names, flow_words.c and flow_then.c what is written. */
#ifndef BGP_NLRI_FLOW_H
#define BGP_NLRI_FLOW_H

#include "bgp/family.h"

enum { SAFI_FLOW = 133, SAFI_FLOW_VPN = 134 };
enum { FLOW_DESTINATION = 1, FLOW_SOURCE = 2, FLOW_TYPES = 25 };

/* The octet before each value (RFC 8955 4.2.1). */
enum flow_operator {
    FLOW_END = 0x80, /* the last of the list */
    FLOW_AND = 0x40, /* with the value before; else "or" */
    FLOW_SIZE = 0x30,
    FLOW_LESS = 4,
    FLOW_GREATER = 2,
    FLOW_EQUAL = 1,
    FLOW_NOT = 2, /* of bits */
    FLOW_MATCH = 1,
};

enum flow_kind { FLOW_PREFIX, FLOW_NUMBER, FLOW_BITS, FLOW_MAC };

enum flow_family { FLOW_IPV4 = 1, FLOW_IPV6 = 2, FLOW_L2 = 4 };

struct flow_name {
    const char *name;
    uint16_t value;
};

struct flow_component {
    uint8_t type;
    uint8_t families; /* of flow_family */
    enum flow_kind kind;
    const char *name, *what;       /* and what its values are */
    uint32_t most;                 /* the largest value that may be written */
    const struct flow_name *names; /* of values; ends in a NULL name */
    bool shows_names;
    bool (*named)(struct text name, uint16_t *value); /* names that are no list: services */
};

const struct flow_component *flow_component_of(uint16_t afi, uint8_t type); /* NULL: none of this family */
const struct flow_component *flow_component_named(struct text word);        /* `destination` and `source` too */
extern const char *const flow_keywords[], *const flow_l2_keywords[];

bool flow_value_parse(const struct flow_component *c, struct text t, uint32_t *value);
void put_flow_value(struct buffer *b, const struct flow_component *c, uint64_t value);

/* One component of an NLRI: its value without the type. */
struct flow_part {
    const struct flow_component *component;
    struct cursor value;
};

/* What is after the length: for VPN the route distinguisher is taken off. */
struct cursor flow_inside(const struct family *f, struct cursor nlri, const uint8_t **rd);

/* Takes the next component off; false at the end and, with from->bad, when it is malformed. */
bool flow_part_next(uint16_t afi, struct cursor *from, struct flow_part *out);

/* The value of an operator, and the operator. */
uint64_t flow_value_next(struct cursor *from, uint8_t *op);

enum taken flow_keyword(struct draft *d, struct text keyword, struct words *words);
enum taken flow_then(struct draft *d, struct text keyword, struct words *words); /* actions */
const char *flow_then_block(struct text keyword);
const char *flow_block(struct text keyword);
bool flow_finish(struct draft *d, struct words *words, struct buffer *nlri);

void flow_text(const struct nlri *nlri, const struct style *style, struct buffer *out);
void flow_json(const struct nlri *nlri, const struct style *style, struct buffer *out);

#endif
