/* Routes that are a list of fields: EVPN, MVPN, MUP, VPLS, SR Policy.
 *
 * A type of route is a row: its fields in the order of the wire, each of a kind that knows its octets, its words and
 * how it is shown. From the row come all forms of the route. */
#ifndef BGP_NLRI_FIELDS_H
#define BGP_NLRI_FIELDS_H

#include "bgp/family.h"

enum { FIELDS_MOST = 10 };

struct field {
    const struct field_kind *kind; /* NULL: no more fields */
    const char *word;              /* of a command; NULL: none, it stands first */
    const char *key;               /* of JSON */
    uint8_t rank;                  /* where it is when shown: 1, 2, ... without a gap */
    bool names_route;              /* part of the key: tells routes apart */
    bool quoted;                   /* JSON: a string, number that it is */
};

struct route_type {
    uint16_t code;
    const char *word; /* of a command; NULL: the family has one type */
    const char *name; /* of JSON; NULL: shown as octets there */
    struct field fields[FIELDS_MOST];
};

/* What fields have to know of each other. */
struct field_context {
    uint16_t afi;
    uint8_t address; /* octets of addresses that do not say it themselves; 0: not known */
};

struct field_kind {
    const char *want; /* what its words look like */
    const char *also; /* another word of a command for the same field, or NULL */
    bool bare;        /* JSON: without quotes */

    /* Words to octets; `word` is the one of the command. */
    bool (*parse)(struct words *words, struct text word, struct buffer *out);
    /* The octets of a field that was not written; NULL: it must be. */
    void (*absent)(const struct field_context *context, struct buffer *out);
    /* The same where only a withdraw may do without, since the field is not what names the route; NULL: neither may. */
    void (*withdrawn)(struct buffer *out);
    /* Past one value; false: malformed. */
    bool (*take)(struct cursor *from, struct field_context *context);
    /* The words of a value. */
    void (*text)(struct cursor value, const struct field_context *context, struct buffer *out);
    /* Where JSON, or the words, are not the key (or word) and text(): all of it. */
    void (*json)(const struct field *field, struct cursor value, const struct field_context *context,
                 struct buffer *out);
    void (*words)(const struct field *field, struct cursor value, struct buffer *out);
};

/* field_kind.c; those of one family alone are in its file. */
extern const struct field_kind field_rd, field_esi, field_tag, field_number8, field_number16, field_number32, field_mac;
extern const struct field_kind field_address;         /* length and address */
extern const struct field_kind field_address_or_none; /* the length may be 0 */
extern const struct field_kind field_address_same;    /* all of them of one length */
extern const struct field_kind field_address_rest;    /* without length, to the end */
extern const struct field_kind field_nested;          /* another route, with type and length */
extern const struct field_kind field_octets8;

/* Of addresses with their length, for kinds that only JSON shows otherwise. */
bool field_address_parse(struct words *words, struct text word, struct buffer *out);
bool field_address_take(struct cursor *from, struct field_context *context);
void field_address_text(struct cursor value, const struct field_context *context, struct buffer *out);

/* A route cut into its fields. */
struct fields {
    const struct route_type *type;
    struct field_context context;
    struct cursor value[FIELDS_MOST];
};

/* The rows of a family's types end in one without fields. */
const struct route_type *route_type_of(const struct route_type *types, unsigned code); /* NULL: unknown */
bool fields_open(const struct route_type *type, struct field_context context, struct cursor inside, struct fields *out);

void fields_json(const struct fields *f, struct buffer *out); /* `"rd": "1:1", "esi": "-"` */
void fields_text(const struct fields *f, struct buffer *out); /* `rd 1:1 esi -`; what is as if not written is not */
void fields_key(const struct fields *f, struct buffer *out);

/* From words. What is read waits in draft->parts as index(1) length(2) and octets, the type in draft->numbers[0]. */
bool fields_start(struct draft *d, const struct route_type *types, struct words *words);
enum taken fields_keyword(struct draft *d, const struct route_type *types, struct text keyword, struct words *words);
const struct route_type *fields_type(const struct draft *d, const struct route_type *types);
bool fields_finish(struct draft *d, const struct route_type *types, struct words *words, struct buffer *out);

#endif
