/* The messages that are no UPDATE, as test_generated has the elements: random good ones are read as they were written,
 * what is cut or spoilt is refused under a row of the error contract, or read. OPENs have all capabilities that we can
 * offer; ROUTE-REFRESH has entries of outbound route filters (RFC 5291), too, which we never agree on.
 *
 *     GENERATED=10000 SPOILT=100000 SEED=7 test_generated_messages
 *
 * are the good messages and the spoilt ones of each kind (1,000 and 10,000 without), and the seed. */
#include <jansson.h>
#include <stdio.h>

#include "base/json.h"
#include "base/number.h"
#include "bgp/family.h"
#include "bgp/message.h"
#include "bgp/open.h"
#include "bgp/row.h"
#include "elements.h"
#include "unit.h"

enum { TRUNCATED = 64, KEPT = 256 };

static size_t wanted(const char *variable, size_t otherwise) {
    const char *value = getenv(variable);
    return value && *value ? strtoul(value, NULL, 10) : otherwise;
}

static uint32_t below(uint64_t *random, uint32_t most) {
    return random_next(random) % most;
}

static void put_random(struct buffer *b, size_t len, uint64_t *random) {
    while (len--)
        put_u8(b, (uint8_t)random_next(random));
}

static void assert_json(struct buffer *text) {
    json_error_t error;
    json_t *json =
        json_loadb((const char *)text->base, buffer_len(text), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!json)
        fail_msg("%s: %s", error.text, written(text));
    json_decref(json);
}

/* ---- What a message is made of ---- */

/* Our OPEN, in a memory of its own: what it borrows. */
struct offered {
    struct offer offer;
    char names[3][64];
};

static struct text random_name(char *memory, uint64_t *random) {
    size_t len = below(random, 64);
    for (size_t i = 0; i < len; i++)
        memory[i] = (char)('a' + below(random, 26));
    return (struct text){memory, len};
}

static void offer_at_random(struct offered *o, uint64_t *random) {
    uint64_t all = ~(uint64_t)0 >> (64 - FAMILIES), some = ((uint64_t)random_next(random) << 32 | random_next(random));
    uint32_t bits = random_next(random);
    o->offer = (struct offer){
        .local_as = random_next(random) % 2 ? 1 + below(random, 65535) : 65536 + random_next(random) % 1000000,
        .router_id = 1 + random_next(random) / 2,
        .hold_time = (uint16_t)(bits & 1 ? 0 : 3 + below(random, 65533)),
        .families = (some & all) | family_bit(&family_ipv4_unicast),
        .asn4 = true,
        .refresh = bits & 2,
        .extended_message = bits & 4,
        .extended_next_hop_on = bits & 8,
        .extended_next_hop = some >> 7 & all,
        .operational = bits & 16,
        .multisession = bits & 32,
        .link_local_next_hop = bits & 64,
        .graceful_restart = bits & 128,
        .restart_time = (uint16_t)below(random, 4096),
        .restart_notification = bits & 256,
        .long_lived = bits & 128 && bits & 512,
        .long_lived_time = below(random, 1 << 24),
        .multiple_labels = (uint8_t)(bits & 1024 ? 2 + below(random, 254) : 0),
        .role = bits & 2048 ? ROLE_PEER : ROLE_NONE,
        .add_path = (uint8_t)below(random, 4),
        .add_path_families =
            (some >> 3 & all) | family_bit(&family_ipv4_unicast), /* an empty list is refused: CAP-12 */
        .host_name = random_name(o->names[0], random),
        .domain_name = random_name(o->names[1], random),
        .software = random_name(o->names[2], random),
    };
    for (unsigned i = 0; i < FAMILIES; i++)
        o->offer.paths_limit[i] = (uint16_t)(random_next(random) % 3 ? 0 : random_next(random));
}

static void make_open(struct buffer *out, uint64_t *random) {
    struct offered o;
    offer_at_random(&o, random);
    put_open(out, &o.offer, o.offer.local_as);
}

static void make_notification(struct buffer *out, uint64_t *random) {
    struct buffer data = buffer_growing();
    uint8_t code = (uint8_t)(random_next(random) % 4 ? 6 : random_next(random)), subcode = (uint8_t)below(random, 12);
    size_t len = random_next(random) % 3 ? below(random, 140) : 0;
    if (len && random_next(random) % 2) { /* a Shutdown Communication, mostly of the right length */
        put_u8(&data, (uint8_t)(random_next(random) % 8 ? len : random_next(random)));
        for (size_t i = 0; i < len; i++)
            put_u8(&data, (uint8_t)(' ' + below(random, 95)));
    } else {
        put_random(&data, len, random);
    }
    put_notification(out, code, subcode, buffer_cursor(&data));
    buffer_release(&data);
}

/* One in four with entries of outbound route filters behind: when-to-refresh, type, length, entries. */
static void make_refresh(struct buffer *out, uint64_t *random) {
    const struct family *f = family_at(below(random, FAMILIES));
    size_t start = buffer_len(out), entries = below(random, 40);
    put_route_refresh(out, f->afi, (uint8_t)below(random, 3), f->safi);
    if (random_next(random) % 4)
        return;
    put_u8(out, (uint8_t)(1 + below(random, 2)));
    put_u8(out, 64);
    put_u16(out, (uint16_t)entries);
    put_random(out, entries, random);
    message_end(out, start);
}

static void make_operational(struct buffer *out, uint64_t *random) {
    static const char *const names[] = {"ADM", "ASM", "RPCQ", "RPCP", "APCQ", "APCP", "LPCQ", "LPCP"};
    const struct family *f = family_at(below(random, FAMILIES));
    struct buffer advisory = buffer_growing();
    put_random(&advisory, below(random, 200), random);
    struct operational o = {
        .kind = operational_kind_named(text_of(names[below(random, 8)])),
        .afi = f->afi,
        .safi = f->safi,
        .advisory = buffer_cursor(&advisory),
        .router_id = random_next(random),
        .sequence = random_next(random),
        .counter = random_next(random),
    };
    put_operational(out, &o);
    buffer_release(&advisory);
}

/* ---- Reading ---- each gives the row that it is refused under, or NULL */

/* The capabilities of an OPEN one after the other, by the walk. */
static void put_capabilities(struct buffer *out, const struct open *open) {
    struct capability_walk walk = {0};
    struct capability c;
    while (open_capability(open, &walk, &c))
        put_capability(out, c.code, c.value);
}

static void show_open(const struct open *open) {
    struct buffer out = buffer_growing();
    for (int form = FORM_4; form <= FORM_6; form++)
        for (int sent = 0; sent < 2; sent++) {
            const struct style style = {.form = (enum form)form};
            buffer_clear(&out);
            put_char(&out, '{');
            open_json(open, sent, &style, &out);
            put_char(&out, '}');
            assert_json(&out);
            buffer_clear(&out);
            open_text(open, sent, &style, &out);
            assert_null(memchr(out.base ? (void *)out.base : "", '\n', buffer_len(&out)));
        }
    buffer_release(&out);
}

static const char *read_open(struct message m, struct fault *fault) {
    static const struct offer any = {.router_id = 0x01010101,
                                     .local_as = 4200000000,
                                     .hold_time = 180,
                                     .asn4 = true,
                                     .families = ~(uint64_t)0 >> (64 - FAMILIES),
                                     .add_path = 3,
                                     .add_path_families = ~(uint64_t)0 >> (64 - FAMILIES),
                                     .multiple_labels = 3,
                                     .graceful_restart = true,
                                     .refresh = true,
                                     .role = ROLE_PEER};
    struct buffer b = buffer_growing();
    struct open ours, peers;
    struct terms terms;
    const char *rows[OPEN_IGNORED_MOST], *row = NULL;
    put_open(&b, &any, any.local_as);
    assert_true(open_read(buffer_since(&b, MESSAGE_HEADER), &ours, fault));
    if (!open_read(m.body, &peers, fault)) {
        row = fault->row;
    } else {
        show_open(&peers);
        if (!open_agree(&any, &ours, &peers, &terms, fault))
            row = fault->row;
        else
            for (unsigned i = open_ignored(&peers, &any, &terms, rows); i; i--)
                assert_non_null(row_of(rows[i - 1]));
    }
    buffer_release(&b);
    return row;
}

static const char *read_notification(struct message m, struct fault *fault) {
    struct buffer shown = buffer_growing(), json = buffer_growing();
    (void)fault;
    uint8_t code = cursor_u8(&m.body), subcode = cursor_u8(&m.body);
    assert_false(m.body.bad);
    put_notification_data(&shown, code, subcode, m.body);
    put_char(&json, '[');
    put_json_string(&json, buffer_text(&shown));
    put_char(&json, ']');
    assert_json(&json);
    assert_true(*notification_code_name(code) && *notification_subcode_name(code, subcode));
    buffer_release(&shown);
    buffer_release(&json);
    return NULL;
}

/* What is refused depends on whether enhanced refresh was agreed on: rows RRF. */
static const char *read_refresh(struct message m, struct fault *fault) {
    struct refresh refresh;
    bool ignore;
    size_t len = cursor_left(&m.body);
    uint8_t subtype = m.body.p[2];
    bool plain = refresh_open(m.body, m, false, &refresh, &ignore, fault);
    assert_int_equal(plain, len == 4 || (len > 4 && subtype != 0));
    bool enhanced = refresh_open(m.body, m, true, &refresh, &ignore, fault);
    assert_int_equal(enhanced, len == 4 || (len > 4 && subtype > 2));
    if (enhanced && len == 4)
        assert_int_equal(ignore, subtype > 2);
    return enhanced ? NULL : fault->row;
}

/* Nothing in it is an error; what is understood is written as it was. */
static const char *read_operational(struct message m, struct fault *fault) {
    struct operational o;
    struct buffer again = buffer_growing();
    (void)fault;
    operational_read(m.body, &o);
    if (o.kind) {
        struct cursor body = m.body;
        cursor_u16(&body);
        size_t said = cursor_u16(&body);
        put_operational(&again, &o);
        struct cursor made = buffer_since(&again, MESSAGE_HEADER);
        assert_true(cursor_left(&made) <= cursor_left(&m.body) && cursor_left(&made) <= said + 4);
        assert_memory_equal(made.p, m.body.p, 2);
        assert_memory_equal(made.p + 4, m.body.p + 4, cursor_left(&made) - 4);
    }
    buffer_release(&again);
    return NULL;
}

/* ---- Good ones ---- */

static void check_open(struct cursor whole, struct message m) {
    struct buffer caps = buffer_growing(), listed = buffer_growing();
    struct open open;
    struct fault fault;
    if (!open_read(m.body, &open, &fault))
        fail_msg("ours is refused: %s %s", fault.row, fault.message);
    put_capabilities(&caps, &open);
    struct cursor from = {m.body.p + 9, m.body.end, false};
    size_t wide = from.p[0] == 255 && from.p[1] == 255 ? 2 : 1; /* RFC 9072 */
    cursor_take(&from, wide == 2 ? 4 : 1);
    while (!cursor_done(&from)) {
        assert_int_equal(cursor_u8(&from), 2);
        put_cursor(&listed, cursor_cut(&from, wide == 2 ? cursor_u16(&from) : cursor_u8(&from)));
    }
    assert_false(from.bad);
    assert_true(cursor_same(buffer_cursor(&caps), buffer_cursor(&listed)));
    assert_int_equal(cursor_left(&whole), cursor_left(&m.whole));
    buffer_release(&caps);
    buffer_release(&listed);
}

static void check_notification(struct cursor whole, struct message m) {
    struct buffer again = buffer_growing();
    uint8_t code = cursor_u8(&m.body), subcode = cursor_u8(&m.body);
    put_notification(&again, code, subcode, m.body);
    assert_true(cursor_same(buffer_cursor(&again), whole));
    buffer_release(&again);
}

static void check_refresh(struct cursor whole, struct message m) {
    struct buffer again = buffer_growing();
    struct refresh refresh;
    struct fault fault;
    bool ignore;
    if (refresh_open(m.body, m, true, &refresh, &ignore, &fault)) {
        put_route_refresh(&again, refresh.afi, refresh.subtype, refresh.safi);
        assert_true(cursor_same(buffer_cursor(&again), whole));
    } else { /* it has filters */
        assert_string_equal(fault.row, m.body.p[2] ? "RRF-04" : "RRF-05");
        assert_true(cursor_left(&m.body) > 4);
    }
    buffer_release(&again);
}

static void check_operational(struct cursor whole, struct message m) {
    struct operational o;
    struct buffer again = buffer_growing();
    operational_read(m.body, &o);
    assert_non_null(o.kind);
    put_operational(&again, &o);
    assert_true(cursor_same(buffer_cursor(&again), whole));
    buffer_release(&again);
}

/* ---- Each kind ---- */

struct kind {
    const char *name;
    void (*make)(struct buffer *out, uint64_t *random);
    void (*check)(struct cursor whole, struct message m);
};

static const char *(*const readers[])(struct message m, struct fault *fault) = {
    [MESSAGE_OPEN] = read_open,
    [MESSAGE_NOTIFICATION] = read_notification,
    [MESSAGE_ROUTE_REFRESH] = read_refresh,
    [MESSAGE_OPERATIONAL] = read_operational,
};

static size_t refused, taken;

/* Octets that may be anything, in memory of just their size: refused under a row that ends the session as it says, or
 * read, or more are waited for. */
static enum framing judge(struct cursor octets) {
    size_t len = cursor_left(&octets);
    uint8_t *exact = malloc(len ? len : 1);
    if (len)
        memcpy(exact, octets.p, len);
    struct cursor stream = cursor_of(exact, len);
    struct message m;
    struct fault fault = {0};
    enum framing found = message_next(&stream, MESSAGE_MOST_EXTENDED, true, &m, &fault);
    const char *row = found == FRAMING_FAULT ? fault.row : NULL;
    if (found == FRAMING_MESSAGE && m.type < sizeof readers / sizeof *readers && readers[m.type])
        row = readers[m.type](m, &fault);
    if (row) {
        const struct row *r = row_of(row);
        /* OPN-17 accepts the same AS twice, and refuses two of them. */
        if (!r || (r->action != ROW_CLOSE) != (fault.code != 0))
            fail_msg("refused with %u/%u, which row %s does not say", fault.code, fault.subcode, row);
    }
    refused += row != NULL;
    taken += found == FRAMING_MESSAGE && !row;
    free(exact);
    return found;
}

static void try_truncations(struct cursor whole) {
    struct buffer cut = buffer_growing();
    for (size_t len = 0; len < cursor_left(&whole); len++)
        assert_int_equal(judge(cursor_of(whole.p, len)), FRAMING_MORE);
    for (size_t len = MESSAGE_HEADER; len < cursor_left(&whole); len++) {
        buffer_clear(&cut);
        put_octets(&cut, whole.p, len);
        message_end(&cut, 0);
        judge(buffer_cursor(&cut));
    }
    buffer_release(&cut);
}

/* The header says how long it is, unless the header is what is spoilt. */
static void try_spoilt(struct cursor whole, uint64_t *random) {
    struct buffer spoilt = buffer_growing(), body = buffer_growing();
    bool header = random_next(random) % 8 == 0;
    put_cursor(&body, header ? whole : cursor_of(whole.p + MESSAGE_HEADER, cursor_left(&whole) - MESSAGE_HEADER));
    for (unsigned changes = below(random, 3) + 1; changes; changes--)
        mutate(&body, random);
    put_octets(&spoilt, whole.p, header ? 0 : MESSAGE_HEADER);
    put_cursor(&spoilt, buffer_cursor(&body));
    if (!header)
        message_end(&spoilt, 0);
    judge(buffer_cursor(&spoilt));
    buffer_release(&spoilt);
    buffer_release(&body);
}

static void kind_is_sound(void **state) {
    const struct kind *kind = *state;
    uint64_t random = wanted("SEED", 1) * 0x9e3779b97f4a7c15ULL + (uint8_t)kind->name[0];
    static struct buffer kept[KEPT];
    size_t good = wanted("GENERATED", 1000), spoilt = wanted("SPOILT", 10000);
    for (size_t i = 0; i < good; i++) {
        struct buffer *b = &kept[i % KEPT];
        struct message m;
        struct fault fault;
        buffer_release(b);
        *b = buffer_growing();
        kind->make(b, &random);
        struct cursor stream = buffer_cursor(b);
        assert_int_equal(message_next(&stream, MESSAGE_MOST_EXTENDED, true, &m, &fault), FRAMING_MESSAGE);
        assert_true(cursor_done(&stream));
        kind->check(buffer_cursor(b), m);
        assert_int_equal(judge(buffer_cursor(b)), FRAMING_MESSAGE);
        if (i < TRUNCATED)
            try_truncations(buffer_cursor(b));
    }
    for (size_t i = 0; i < spoilt; i++)
        try_spoilt(buffer_cursor(&kept[below(&random, (uint32_t)(good < KEPT ? good : KEPT))]), &random);
    for (size_t i = 0; i < KEPT; i++) {
        buffer_release(&kept[i]);
        kept[i] = (struct buffer){0};
    }
}

int main(void) {
    static struct kind kinds[] = {
        {"OPEN", make_open, check_open},
        {"NOTIFICATION", make_notification, check_notification},
        {"ROUTE-REFRESH", make_refresh, check_refresh},
        {"OPERATIONAL", make_operational, check_operational},
    };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct CMUnitTest tests[KINDS];
    for (size_t i = 0; i < KINDS; i++)
        tests[i] = (struct CMUnitTest){.name = kinds[i].name, .test_func = kind_is_sound, .initial_state = &kinds[i]};
    int failures = _cmocka_run_group_tests("generated messages", tests, KINDS, NULL, NULL);
    printf("# %zu good messages and %zu spoilt ones of each kind: %zu were refused, %zu taken\n",
           wanted("GENERATED", 1000), wanted("SPOILT", 10000), refused, taken);
    return failures;
}
