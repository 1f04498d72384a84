/* Opening a received UPDATE (RFC 4271 4.3 and 6.3, revised error handling of RFC 7606).
 *
 *     withdrawn routes length (2), withdrawn routes, total attribute length (2), attributes, NLRI
 *
 * Framing comes first: where each part and each attribute begins and ends is fixed by the lengths alone, so that no bad
 * value can move where the NLRI begins. Then the parts are judged in the order of the message; the strongest harm
 * counts, and of two resets the first. Nothing is copied but AS numbers of a session that has two-octet ones. */
#include "bgp/update.h"

#include "bgp/attribute/aggregator.h"
#include "bgp/attribute/as_path.h"
#include "bgp/role.h"
#include "bgp/update_private.h"

/* ---- What is found ---- */

struct cursor attribute_octets(const struct attribute *a) {
    const uint8_t *start = a->value.p - (a->flags & ATTRIBUTE_EXTENDED ? 4 : 3);
    return cursor_of(start, (size_t)(a->value.end - start));
}

bool update_reset(struct update_reading *r, const char *row, uint8_t subcode, struct cursor data, const char *what) {
    if (r->wrong_row && !r->reachable && !r->as_said)
        return fault_make(r->fault, r->wrong_row, 3, r->wrong_subcode, r->wrong_data,
                          "attribute %u is wrong and nothing can be withdrawn (UPD-12)", r->wrong_code);
    return fault_make(r->fault, row, 3, subcode, data, "%s", what);
}

void update_find(struct update *u, const char *row, enum harm harm, uint8_t code) {
    if (u->finding_count < UPDATE_FINDINGS)
        u->findings[u->finding_count] = (struct update_finding){.row = row, .harm = harm, .code = code};
    u->finding_count++;
    if (harm > u->harm)
        u->harm = harm;
}

/* A mistake that makes the UPDATE a withdrawal, or the end of the session when there is nothing to withdraw. */
static void update_wrong(struct update_reading *r, const char *row, uint8_t subcode, uint8_t code, struct cursor data) {
    update_find(r->u, row, HARM_WITHDRAW, code);
    if (r->wrong_row)
        return;
    r->wrong_row = row;
    r->wrong_subcode = subcode;
    r->wrong_code = code;
    r->wrong_data = data;
}

static void update_tell_last(struct update *u, struct cursor value) {
    if (u->finding_count > UPDATE_FINDINGS)
        return;
    struct update_finding *last = &u->findings[u->finding_count - 1];
    last->told = true;
    last->empty = cursor_done(&value);
}

/* ---- Framing ---- */

static bool update_frame(struct update_reading *r, struct cursor body, struct cursor *attributes) {
    struct update *u = r->u;
    u->withdrawn = cursor_cut(&body, cursor_u16(&body));
    size_t len = cursor_u16(&body);
    if (body.bad)
        return update_reset(r, "UPD-01", UPDATE_MALFORMED_LIST, cursor_of(body.p, 0), "withdrawn routes past the end");
    *attributes = cursor_cut(&body, len);
    u->nlri = body;
    if (body.bad)
        return update_reset(r, "UPD-02", UPDATE_MALFORMED_LIST, cursor_of(body.p, 0), "attributes past the end");
    return true;
}

/* An attribute that is there already: the first counts, this one is not even looked at. */
static bool update_frame_again(struct update_reading *r, uint8_t code, struct cursor at) {
    if (code == ATTRIBUTE_MP_REACH || code == ATTRIBUTE_MP_UNREACH)
        return update_reset(r, "UPD-21", UPDATE_MALFORMED_LIST, cursor_of(at.p, 0), "MP_REACH or MP_UNREACH twice");
    update_find(r->u, "UPD-20", HARM_DISCARD, code);
    return true;
}

/* The attributes of the message, each once; *cut gets the row when the last one is cut. */
static bool update_frame_attributes(struct update_reading *r, struct cursor from, const char **cut) {
    struct update *u = r->u;
    uint64_t seen[4] = {0};
    struct cursor before = from;
    for (struct attribute a; attribute_next(&from, &a); before = from) {
        uint64_t bit = (uint64_t)1 << (a.code & 63);
        if (seen[a.code >> 6] & bit) {
            if (!update_frame_again(r, a.code, from))
                return false;
            continue;
        }
        seen[a.code >> 6] |= bit;
        u->attributes[u->count++] = a;
        if (a.code == ATTRIBUTE_MP_REACH)
            r->reachable |= update_reach_has_nlri(a.value);
    }
    if (from.bad) {
        size_t header = cursor_u8(&before) & ATTRIBUTE_EXTENDED ? 4 : 3;
        *cut = cursor_left(&before) + 1 < header ? "UPD-04" : "UPD-03";
    }
    return true;
}

/* ---- Values ---- */

/* Is a value of a known attribute wrong in itself, rather than for this session? Only a malformed one is told. */
static bool attribute_is_malformed(const struct attribute_kind *kind, struct cursor value, const struct terms *terms) {
    struct terms internal = *terms;
    internal.internal = internal.aigp = true;
    return !kind->apart && kind->check(value, &internal) != HARM_NONE;
}

static bool is_shown_whole(uint8_t subcode) {
    return subcode == UPDATE_WRONG_FLAGS || subcode == UPDATE_WRONG_LENGTH || subcode == UPDATE_WRONG_OPTIONAL;
}

static void update_judge_known(struct update_reading *r, const struct attribute_kind *kind, const struct attribute *a,
                               bool *keep) {
    const uint8_t mask = ATTRIBUTE_OPTIONAL | ATTRIBUTE_TRANSITIVE;
    enum harm harm = kind->check(a->value, r->u->terms);
    /* What is to be dropped whatever it holds is dropped whatever its flags are. */
    bool flags = harm != HARM_DISCARD && (a->flags & mask) != kind->flags;
    const char *row = flags ? "ATT-00" : kind->met ? kind->met(a->value, r->u->terms, harm) : kind->row;
    uint8_t subcode = flags ? UPDATE_WRONG_FLAGS : kind->subcode;
    bool malformed = harm == HARM_DISCARD && attribute_is_malformed(kind, a->value, r->u->terms);
    if (flags)
        harm = kind->flags_harm;
    else if (harm == HARM_DISCARD && !malformed && !kind->apart && !kind->asked_for && r->as_said)
        harm = HARM_NONE;
    *keep = harm == HARM_NONE;
    if (harm == HARM_NONE)
        return;
    if (harm == HARM_WITHDRAW)
        update_wrong(r, row, subcode, a->code,
                     is_shown_whole(subcode) ? attribute_octets(a) : cursor_of(a->value.p, 0));
    else
        update_find(r->u, row, harm, a->code);
    if (harm == HARM_WITHDRAW || malformed)
        update_tell_last(r->u, a->value);
}

/* Unknown ones are passed on, ignored, or the end, as their flags say: UPD-25 to 27. */
static bool update_judge_unknown(struct update_reading *r, const struct attribute *a, bool *keep) {
    *keep = a->flags & ATTRIBUTE_TRANSITIVE;
    if (!(a->flags & ATTRIBUTE_OPTIONAL) && !r->as_said)
        return update_reset(r, "UPD-25", UPDATE_UNRECOGNIZED, attribute_octets(a), "unrecognized well-known attribute");
    if (!*keep)
        update_find(r->u, "UPD-27", HARM_DISCARD, a->code);
    return true;
}

static bool update_judge(struct update_reading *r, const struct attribute *a, bool *keep) {
    const struct attribute_kind *kind = attribute_kind_of(a->code);
    *keep = false;
    if (a->code == ATTRIBUTE_MP_REACH)
        return update_open_reach(r, a);
    if (a->code == ATTRIBUTE_MP_UNREACH)
        return update_open_unreach(r, a);
    if (!kind || kind->unrecognized)
        return update_judge_unknown(r, a, keep);
    update_judge_known(r, kind, a, keep);
    return true;
}

/* Keeps the good ones, in ascending order: nearly always that of the message. */
static bool update_judge_all(struct update_reading *r) {
    struct update *u = r->u;
    unsigned count = u->count;
    u->count = 0;
    for (unsigned i = 0; i < count; i++) {
        struct attribute a = u->attributes[i];
        bool keep;
        if (!update_judge(r, &a, &keep))
            return false;
        if (!keep)
            continue;
        unsigned at = u->count++;
        for (; at && u->attributes[at - 1].code > a.code; at--)
            u->attributes[at] = u->attributes[at - 1];
        u->attributes[at] = a;
    }
    return true;
}

static struct attribute *update_attribute(struct update *u, uint8_t code) {
    for (unsigned i = 0; i < u->count && u->attributes[i].code <= code; i++)
        if (u->attributes[i].code == code)
            return &u->attributes[i];
    return NULL;
}

/* Reachable NLRI need these three, the last one for the NLRI field alone (UPD-23). */
static void update_check_mandatory(struct update *u) {
    bool classic = !cursor_done(&u->nlri), reach = u->reach.family && !cursor_done(&u->reach.nlri);
    const struct attribute *next_hop = update_attribute(u, ATTRIBUTE_NEXT_HOP);
    if (next_hop)
        u->next_hop = next_hop->value;
    if (!classic && !reach)
        return;
    if (u->harm < HARM_WITHDRAW && !update_attribute(u, ATTRIBUTE_ORIGIN))
        update_find(u, "UPD-23", HARM_WITHDRAW, ATTRIBUTE_ORIGIN);
    else if (u->harm < HARM_WITHDRAW && !update_attribute(u, ATTRIBUTE_AS_PATH))
        update_find(u, "UPD-23", HARM_WITHDRAW, ATTRIBUTE_AS_PATH);
    else if (u->harm < HARM_WITHDRAW && classic && !next_hop)
        update_find(u, "UPD-23", HARM_WITHDRAW, ATTRIBUTE_NEXT_HOP);
}

/* ---- Two-octet AS numbers ---- */

/* Values with AS numbers, to their canonical form. */
static void update_widen(struct update *u, struct buffer *scratch) {
    for (unsigned i = 0; i < u->count; i++) {
        const struct attribute_kind *kind = attribute_kind_of(u->attributes[i].code);
        if (!kind || !kind->receive)
            continue;
        size_t start = buffer_len(scratch);
        kind->receive(u->attributes[i].value, u->terms, scratch);
        u->attributes[i].value = buffer_since(scratch, start);
    }
}

static void update_remove(struct update *u, struct attribute *a) {
    if (!a)
        return;
    unsigned at = (unsigned)(a - u->attributes);
    memmove(a, a + 1, (--u->count - at) * sizeof *a);
}

/* What AS4_PATH and AS4_AGGREGATOR know better (RFC 6793 4.2.3). */
static void update_merge_as4(struct update *u, struct buffer *scratch) {
    struct attribute *path = update_attribute(u, ATTRIBUTE_AS_PATH);
    struct attribute *aggregator = update_attribute(u, ATTRIBUTE_AGGREGATOR);
    struct attribute *path4 = update_attribute(u, ATTRIBUTE_AS4_PATH);
    struct attribute *aggregator4 = update_attribute(u, ATTRIBUTE_AS4_AGGREGATOR);
    bool stands = !aggregator || aggregator_is_substitute(aggregator->value);
    if (path && path4 && stands) {
        size_t start = buffer_len(scratch);
        if (!as_path_merge(path->value, path4->value, scratch))
            update_find(u, "ATT-17l", HARM_DISCARD, ATTRIBUTE_AS4_PATH);
        path->value = buffer_since(scratch, start);
    }
    if (aggregator && aggregator4 && stands)
        aggregator->value = aggregator4->value;
    update_remove(u, aggregator4); /* the later one first: the other stays where it is */
    update_remove(u, path4);
}

static void update_make_canonical(struct update *u) {
    struct buffer scratch = buffer_fixed(u->scratch, sizeof u->scratch);
    if (u->terms->as4)
        return;
    update_widen(u, &scratch);
    update_merge_as4(u, &scratch);
    /* Twice as long, it may be too long for an attribute: what could not be passed on cannot be used either. */
    const struct attribute *path = update_attribute(u, ATTRIBUTE_AS_PATH);
    if (scratch.full || (path && cursor_left(&path->value) > UINT16_MAX))
        update_find(u, "ATT-02", HARM_WITHDRAW, ATTRIBUTE_AS_PATH);
}

/* ---- The whole ---- */

static bool update_check_field(struct update_reading *r, struct cursor field, bool announce) {
    const char *row = announce ? "UPD-05" : "UPD-06";
    if (cursor_done(&field))
        return true;
    if (update_check_nlris(r->u, family_at(FAMILY_ipv4_unicast), field, announce, &row) == HARM_RESET)
        return update_reset(r, row, UPDATE_WRONG_NETWORK, cursor_of(field.p, 0), "prefix length or cut prefix");
    return true;
}

/* Nothing at all, or an MP_UNREACH_NLRI without routes and nothing else (RFC 4724 section 2). The family need not be a
 * common one, but one that we know. */
static void update_find_end_of_rib(struct update *u, bool unreach_alone) {
    if (!cursor_done(&u->withdrawn) || !cursor_done(&u->nlri))
        return;
    if (cursor_left(&u->body) == 4) {
        u->end_of_rib = true;
        u->end_afi = u->end_safi = 1;
    } else if (unreach_alone && cursor_done(&u->unreach.nlri) && family_of(u->unreach.afi, u->unreach.safi)) {
        u->end_of_rib = true;
        u->end_afi = u->unreach.afi;
        u->end_safi = u->unreach.safi;
    }
}

/* All but the scratch memory: that is large, and only some sessions need it. */
static void update_clear(struct update *u, struct cursor body, const struct terms *terms) {
    u->terms = terms;
    u->body = body;
    u->reach = u->unreach = (struct update_reach){0};
    u->next_hop = cursor_of(body.p, 0);
    u->count = u->finding_count = 0;
    u->number = 0;
    u->harm = HARM_NONE;
    u->skips = u->end_of_rib = false;
    u->end_afi = u->end_safi = 0;
}

static bool update_read(struct update_reading *r, struct cursor body) {
    struct update *u = r->u;
    u->as_said = r->as_said;
    struct cursor attributes;
    const char *cut = NULL;
    if (!update_frame(r, body, &attributes))
        return false;
    r->reachable = !cursor_done(&u->nlri);
    if (!update_frame_attributes(r, attributes, &cut) || !update_check_field(r, u->withdrawn, false))
        return false;
    bool unreach_alone = u->count == 1 && !cut && u->attributes[0].code == ATTRIBUTE_MP_UNREACH;
    if (!update_judge_all(r))
        return false;
    if (cut) {
        update_wrong(r, cut, UPDATE_MALFORMED_LIST, 0, cursor_of(body.p, 0));
        update_tell_last(u, body);
    }
    if (!update_check_field(r, u->nlri, true))
        return false;
    if (r->wrong_row && !r->reachable && !r->as_said)
        return update_reset(r, r->wrong_row, r->wrong_subcode, r->wrong_data, "");
    update_make_canonical(u);
    update_check_mandatory(u);
    role_receive(u);
    update_find_end_of_rib(u, unreach_alone);
    return true;
}

/* ---- The attributes of the UPDATE before ---- */

static bool recent_is(const struct update_recent *recent, struct cursor attributes, const struct terms *terms) {
    return recent->number && cursor_left(&attributes) == recent->len &&
           memcmp(attributes.p, recent->octets, recent->len) == 0 && memcmp(terms, &recent->terms, sizeof *terms) == 0;
}

/* What only these octets and terms decide. */
static bool recent_may_keep(const struct update *u, struct cursor attributes) {
    return u->terms->as4 && u->terms->role == ROLE_NONE && !u->finding_count && u->count && u->count <= UPDATE_RECENT &&
           !u->reach.present && !u->unreach.present && cursor_left(&attributes) <= UPDATE_RECENT_OCTETS;
}

static void recent_keep(struct update_recent *recent, struct update *u, struct cursor attributes) {
    recent->number = 0;
    if (!recent_may_keep(u, attributes))
        return;
    u->number = recent->number = ++recent->last;
    memcpy(&recent->terms, u->terms, sizeof recent->terms); /* with all that memcmp() looks at */
    recent->len = (uint16_t)cursor_left(&attributes);
    memcpy(recent->octets, attributes.p, recent->len);
    recent->count = u->count;
    for (unsigned i = 0; i < u->count; i++) {
        struct attribute *a = &recent->attributes[i];
        *a = u->attributes[i];
        a->value = cursor_of(recent->octets + (a->value.p - attributes.p), cursor_left(&a->value));
    }
}

/* Around the attributes, which are known. */
static bool update_read_known(struct update_reading *r, const struct update_recent *recent) {
    struct update *u = r->u;
    if (!update_check_field(r, u->withdrawn, false) || !update_check_field(r, u->nlri, true))
        return false;
    u->count = recent->count;
    memcpy(u->attributes, recent->attributes, recent->count * sizeof u->attributes[0]);
    update_check_mandatory(u);
    u->number = u->finding_count ? 0 : recent->number;
    return true;
}

bool update_open_after(struct update *u, struct update_recent *recent, struct cursor body, const struct terms *terms,
                       struct fault *fault) {
    struct update_reading r = {.u = u, .fault = fault};
    struct cursor attributes;
    update_clear(u, body, terms);
    if (!update_frame(&r, body, &attributes))
        return false;
    r.reachable = !cursor_done(&u->nlri);
    if (recent_is(recent, attributes, terms))
        return update_read_known(&r, recent);
    if (!update_read(&r, body))
        return false;
    recent_keep(recent, u, attributes);
    return true;
}

bool update_open(struct update *u, struct cursor body, const struct terms *terms, struct fault *fault) {
    struct update_reading r = {.u = u, .fault = fault};
    update_clear(u, body, terms);
    return update_read(&r, body);
}

bool update_open_as_said(struct update *u, struct cursor body, const struct terms *terms, struct fault *fault) {
    struct update_reading r = {.u = u, .fault = fault, .as_said = true};
    update_clear(u, body, terms);
    if (!update_read(&r, body))
        return false;
    if (u->harm == HARM_WITHDRAW)
        u->harm = HARM_DISCARD;
    return true;
}
