/* Path attributes: the row that each has, and the registry of rows.
 *
 * An attribute is a file in bgp/attribute/ that ends in its row. The wire is the model: a value is handled as the
 * octets of its canonical form (4-octet AS numbers), never as a struct. Four forms, four functions: check, parse, text,
 * json. `send` and `receive` exist only where the canonical form differs from what goes over a session. */
#ifndef BGP_ATTRIBUTE_H
#define BGP_ATTRIBUTE_H

#include "base/words.h"
#include "bgp/fault.h"
#include "bgp/style.h"
#include "bgp/terms.h"

enum attribute_flag {
    ATTRIBUTE_OPTIONAL = 0x80,
    ATTRIBUTE_TRANSITIVE = 0x40,
    ATTRIBUTE_PARTIAL = 0x20,
    ATTRIBUTE_EXTENDED = 0x10, /* two octets of length */
};

/* ATTRIBUTE_MED = 4, ... */
enum attribute_code {
#define ATTRIBUTE(number, NUMBER, name) ATTRIBUTE_##NUMBER = number,
#define ATTRIBUTE_BARE(number, NUMBER)  ATTRIBUTE_##NUMBER = number,
#include "bgp/attribute.def"
};

/* Attributes that ExaBGP passes on without a look: events show them in hexadecimal, as it does. */
enum attribute_opaque { OPAQUE_NEVER, OPAQUE_IN_5, OPAQUE_ALWAYS };

enum attribute_same {
    ATTRIBUTE_SAME_NEVER,
    ATTRIBUTE_SAME_AS4,    /* AS numbers have four octets */
    ATTRIBUTE_SAME_INSIDE, /* terms_inside() */
};

struct attribute_kind {
    uint8_t code;
    uint8_t flags; /* the Optional and Transitive bits of a correct one */
    /* Of UPDATE Message Error, when there is nothing to withdraw (UPD-12): 6 origin, 11 AS_PATH, ... */
    uint8_t subcode;
    bool written_only; /* it has words, but is not recognized when it comes: attribute_kind_of() does not know it */
    bool unrecognized; /* it has words, but its flags alone say what becomes of it (UPD-25 to 27) */
    bool apart;        /* not shown among the attributes of a route, but elsewhere or never */
    bool asked_for;    /* where the session does not have it, it is not shown, not even as said */
    bool may_be_empty; /* a value of no octets says something; else it is no attribute at all */
    enum attribute_opaque opaque; /* ALWAYS: text() is for commands alone, and json() is NULL */
    enum harm flags_harm;         /* what wrong flags cost (ATT-00) */
    const char *name;             /* the word in configuration, API and JSON alike */
    const char *row;              /* its row in the error contract: "ATT-08" */
    const char *want;             /* what its value looks like in text: "a number from 0 to 4294967295" */

    /* What a value as the session carries it (2-octet AS numbers where so agreed) costs: HARM_NONE when it is good. */
    enum harm (*check)(struct cursor value, const struct terms *terms);

    /* The row that a value with such a harm met, where the contract has several: "ATT-02z". NULL: always `row`. */
    const char *(*met)(struct cursor value, const struct terms *terms, enum harm harm);

    /* The words of a value, to octets in canonical form. NULL: cannot be written in text (yet kept, passed, shown). */
    bool (*parse)(struct words *words, struct buffer *value);

    /* A good canonical value as text, keyword included: "med 10"; nothing at all where there is nothing to say. */
    void (*text)(struct cursor value, const struct style *style, struct buffer *out);

    /* A good canonical value as JSON, key included: `"med": 10`; nothing at all where there is nothing to say. */
    void (*json)(struct cursor value, const struct style *style, struct buffer *out);

    /* A good value as received to canonical form. NULL: they are the same. */
    void (*receive)(struct cursor value, const struct terms *terms, struct buffer *value_out);

    /* A canonical value to whole attributes (none, one, or two as AS_PATH with AS4_PATH). NULL: flags, code, length and
     * the value as it is. */
    void (*send)(struct cursor value, const struct terms *terms, struct buffer *out);
    enum attribute_same same; /* where send() gives the value as it is, so that it need not be asked */
};

/* The row of a code that is recognized, or NULL: then it is passed on as its flags say (UPD-25, 26, 27). */
const struct attribute_kind *attribute_kind_of(uint8_t code);
/* The row of a name as configuration and API spell it (its aliases too), or NULL. */
const struct attribute_kind *attribute_kind_named(struct text name);
/* All rows in ascending order of code, for help, completion and "did you mean". */
const struct attribute_kind *const *attribute_kinds(size_t *count);

/* One attribute among others. */
struct attribute {
    uint8_t flags, code;
    struct cursor value; /* borrowed */
};

/* Takes the next attribute off; false at the end, and (with from->bad) when it is cut. */
bool attribute_next(struct cursor *from, struct attribute *out);

/* Flags, code, length, value; two octets of length when the flags say so or the value needs them. */
void put_attribute(struct buffer *b, uint8_t flags, uint8_t code, struct cursor value);

/* One attribute of a list in `out` that starts where its length was `list`, separator (", " or " ") included; nothing
 * at all when the attribute is one that is not shown. As a command: words that make the same value again, or the
 * generic form. */
void attribute_text(const struct attribute *a, size_t list, const struct style *style, struct buffer *out);
void attribute_json(const struct attribute *a, size_t list, const struct style *style, struct buffer *out);

/* Any attribute in the generic form: `attribute [ 0x63 0xE0 0x010203 ]`, `"attribute-0x63-0xE0": "0x010203"`. */
void attribute_generic_text(const struct attribute *a, struct buffer *out);
void attribute_generic_json(const struct attribute *a, struct buffer *out);
/* The three numbers of the generic form after the word `attribute`; the value is appended. */
bool attribute_generic_parse(struct words *words, uint8_t *flags, uint8_t *code, struct buffer *value);

/* ---- Sets of attributes ----
 *
 * Canonical form: whole attributes in ascending order of code, one of each, 4-octet AS numbers, no AS4_*, no MP_*; the
 * next hop, also that of MP_REACH, as NEXT_HOP of 4, 16 or 32 octets, without route distinguisher. A NEXT_HOP of 0
 * octets means `self`: the session's own address, when it is sent or shown. What a user gave in hexadecimal is kept
 * apart: it is sent as given (OUT-04). */
struct attribute_set {
    struct cursor named, raw; /* borrowed; both lists of whole attributes */
};

/* The value of one attribute of a canonical list. */
bool attributes_find(struct cursor named, uint8_t code, struct cursor *value);

struct family;

/* What `self` stands for: the address of this end that routes of the family can have as next hop. That is the one of
 * the connection, or, for IPv4 routes over IPv6, the router identifier. Of no address when there is none. */
struct ip terms_own_next_hop(const struct terms *terms, const struct family *family);

/* The next hop of a set for a session: `self` resolved with the terms (NULL: stays empty). */
struct ip attributes_next_hop(struct attribute_set set, const struct terms *terms, const struct family *family);

/* What goes on the wire before MP_REACH: the set as this session wants it, implicit attributes added (ORIGIN igp,
 * AS_PATH, LOCAL_PREF 100; config.md 13), NEXT_HOP when the family carries it, ascending order. */
void attributes_send(struct attribute_set set, const struct terms *terms, const struct family *family,
                     struct buffer *out);

/* All attributes of a set as text (a blank between two) or JSON (", " between two), next hop left out. */
void attributes_text(struct attribute_set set, const struct style *style, struct buffer *out);
void attributes_json(struct attribute_set set, const struct style *style, struct buffer *out);

#endif
