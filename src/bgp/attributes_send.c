/* Sets of attributes: what a session sends of them, and how they are shown.
 *
 * A set is two lists in ascending order: the named ones in canonical form, the raw ones as a user gave them. They go
 * out as one list in ascending order, and what no route can be without is put in where both lack it (config.md 13). */
#include "bgp/attribute.h"
#include "bgp/attribute/as_path.h"
#include "bgp/family.h"
#include "bgp/role.h"

enum { DEFAULT_LOCAL_PREF = 100 };

bool attributes_find(struct cursor named, uint8_t code, struct cursor *value) {
    struct attribute a;
    while (attribute_next(&named, &a))
        if (a.code == code) {
            *value = a.value;
            return true;
        }
    return false;
}

/* ---- Next hop ---- */

struct ip terms_own_next_hop(const struct terms *terms, const struct family *family) {
    uint8_t id[4];
    if (!terms)
        return (struct ip){0};
    if (family->afi == 1 && terms->local.len != 4) {
        poke_u32(id, terms->local_id);
        return ip_of(id, sizeof id);
    }
    return family->afi == 2 && terms->local.len != 16 ? (struct ip){0} : terms->local;
}

struct ip attributes_next_hop(struct attribute_set set, const struct terms *terms, const struct family *family) {
    struct cursor value;
    if (!attributes_find(set.named, ATTRIBUTE_NEXT_HOP, &value) &&
        !attributes_find(set.raw, ATTRIBUTE_NEXT_HOP, &value))
        return (struct ip){0};
    size_t len = cursor_left(&value);
    return len ? ip_of(value.p, len > 16 ? 16 : len) : terms_own_next_hop(terms, family);
}

/* ---- Both lists as one ---- */

/* The code of the next attribute of a list, or more than any at its end. */
static unsigned list_code(const struct cursor *list) {
    return cursor_left(list) < 2 ? UINT8_MAX + 1 : list->p[1];
}

/* Takes the next attribute off both lists in ascending order of code; of one code the named one comes first. */
static bool set_next(struct attribute_set *left, struct attribute *out, bool *raw) {
    *raw = list_code(&left->raw) < list_code(&left->named);
    return attribute_next(*raw ? &left->raw : &left->named, out);
}

/* ---- Sending ---- */

static void put_named(struct buffer *out, const struct attribute *a, const struct terms *terms) {
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    if (cursor_done(&a->value) && kind && !kind->may_be_empty)
        return;
    if (kind && kind->send)
        kind->send(a->value, terms, out);
    else
        put_attribute(out, a->flags, a->code, a->value);
}

/* What must be there, in the order of codes; the last one only where our role says so. */
enum { IMPLICIT_ORIGIN, IMPLICIT_AS_PATH, IMPLICIT_LOCAL_PREF, IMPLICIT_ONLY_TO_CUSTOMER, IMPLICITS };
static const uint8_t implicit_codes[IMPLICITS] = {ATTRIBUTE_ORIGIN, ATTRIBUTE_AS_PATH, ATTRIBUTE_LOCAL_PREF,
                                                  ATTRIBUTE_ONLY_TO_CUSTOMER};

static void put_mark(struct buffer *out, const struct terms *terms) {
    uint8_t as[4];
    poke_u32(as, terms->local_as);
    put_attribute(out, ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE, ATTRIBUTE_ONLY_TO_CUSTOMER, cursor_of(as, sizeof as));
}

static void put_implicit(struct buffer *out, unsigned which, const struct terms *terms, const struct family *family) {
    if (which == IMPLICIT_ONLY_TO_CUSTOMER) {
        if (role_marks(terms, family))
            put_mark(out, terms);
        return;
    }
    uint8_t memory[8];
    struct buffer value = buffer_fixed(memory, sizeof memory);
    uint8_t code = implicit_codes[which];
    if (which == IMPLICIT_ORIGIN)
        put_u8(&value, 0);
    else if (which == IMPLICIT_AS_PATH && !terms->internal)
        put_as_path(&value, terms->local_as, terms->confederation);
    else if (which == IMPLICIT_LOCAL_PREF)
        put_u32(&value, DEFAULT_LOCAL_PREF);
    attribute_kind_of(code)->send ? attribute_kind_of(code)->send(buffer_cursor(&value), terms, out)
                                  : put_attribute(out, ATTRIBUTE_TRANSITIVE, code, buffer_cursor(&value));
}

/* Puts in those that come before `code` and were not there; `*done` counts those that are dealt with. */
static void put_implicits_before(struct buffer *out, unsigned code, const struct terms *terms,
                                 const struct family *family, unsigned *done) {
    for (; *done < IMPLICITS && implicit_codes[*done] < code; ++*done)
        put_implicit(out, *done, terms, family);
    if (*done < IMPLICITS && implicit_codes[*done] == code)
        ++*done;
}

/* NEXT_HOP is an attribute by itself where it is IPv4 and the family has it so. */
static void put_next_hop(struct buffer *out, struct attribute_set set, const struct terms *terms,
                         const struct family *family) {
    struct ip ip = attributes_next_hop(set, terms, family);
    if (ip.len == 4 && family->flags & (FAMILY_CLASSIC | FAMILY_NEXT_HOP_TOO))
        put_attribute(out, ATTRIBUTE_TRANSITIVE, ATTRIBUTE_NEXT_HOP, ip_cursor(&ip));
}

/* ---- Sets that go out as they are ---- as most do: IPv4 unicast, and AS numbers of four octets. */

static bool attribute_goes_as_it_is(const struct attribute *a, const struct terms *terms) {
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    if (a->code == ATTRIBUTE_NEXT_HOP)
        return cursor_left(&a->value) == 4;
    if (!kind || (cursor_done(&a->value) && !kind->may_be_empty))
        return false;
    return !kind->send || kind->same == ATTRIBUTE_SAME_AS4 ||
           (kind->same == ATTRIBUTE_SAME_INSIDE && terms_inside(terms));
}

static bool set_goes_as_it_is(struct attribute_set set, const struct terms *terms, const struct family *family) {
    struct attribute a;
    unsigned found = 0, wanted = terms_inside(terms) ? 3 : 2;
    if (!terms->as4 || !(family->flags & FAMILY_CLASSIC) || !cursor_done(&set.raw) || role_marks(terms, family))
        return false;
    while (attribute_next(&set.named, &a)) {
        if (!attribute_goes_as_it_is(&a, terms))
            return false;
        found += found < wanted && a.code == implicit_codes[found]; /* both are in ascending order */
    }
    return found == wanted;
}

void attributes_send(struct attribute_set set, const struct terms *terms, const struct family *family,
                     struct buffer *out) {
    if (set_goes_as_it_is(set, terms, family)) {
        put_cursor(out, set.named);
        return;
    }
    struct attribute_set left = set;
    struct attribute a;
    bool raw;
    unsigned done = 0;
    while (set_next(&left, &a, &raw)) {
        put_implicits_before(out, a.code, terms, family, &done);
        if (raw)
            put_attribute(out, a.flags, a.code, a.value);
        else if (a.code == ATTRIBUTE_NEXT_HOP)
            put_next_hop(out, set, terms, family);
        else
            put_named(out, &a, terms);
    }
    put_implicits_before(out, UINT8_MAX + 1, terms, family, &done);
}

/* ---- Showing ---- */

/* A user's own octets may be anything: only good ones have words. */
static bool raw_is_good(const struct attribute *a) {
    static const struct terms canonical = {.as4 = true, .internal = true, .aigp = true};
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    const uint8_t mask = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE;
    return kind && !kind->apart && (a->flags & mask) == kind->flags && kind->check(a->value, &canonical) == HARM_NONE;
}

void attributes_text(struct attribute_set set, const struct style *style, struct buffer *out) {
    struct attribute_set left = set;
    struct attribute a;
    bool raw;
    size_t list = buffer_len(out);
    while (set_next(&left, &a, &raw)) {
        if (!raw) {
            attribute_text(&a, list, style, out);
            continue;
        }
        if (buffer_len(out) != list)
            put_char(out, ' ');
        attribute_generic_text(&a, out);
    }
}

void attributes_json(struct attribute_set set, const struct style *style, struct buffer *out) {
    struct attribute_set left = set;
    struct attribute a;
    bool raw;
    size_t list = buffer_len(out);
    while (set_next(&left, &a, &raw)) {
        if (!raw || raw_is_good(&a)) {
            attribute_json(&a, list, style, out);
            continue;
        }
        if (buffer_len(out) != list)
            put_literal(out, ", ");
        attribute_generic_json(&a, out);
    }
}
