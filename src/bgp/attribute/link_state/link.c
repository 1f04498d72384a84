/* Shapes of TLVs of links: identifiers (RFC 9552 5.3.2, 5307) and what was measured (RFC 8571). */
#include "base/json.h"
#include "base/number.h"
#include "bgp/attribute/link_state/kind.h"

static void identifiers_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                             struct buffer *out) {
    (void)kind;
    (void)style;
    put_literal(out, "{\"local-id\": ");
    put_decimal(out, cursor_u32(&value));
    put_literal(out, ", \"remote-id\": ");
    put_decimal(out, cursor_u32(&value));
    put_char(out, '}');
}

const struct ls_shape ls_identifiers = {.good = ls_good_exact, .json = identifiers_json};

/* The highest bit says that the value is anomalous, the lower 24 are the value. */
static void put_anomalous(struct buffer *out, uint32_t first) {
    put_literal(out, ", \"anomalous\": ");
    put_json_bool(out, first >> 31);
    put_char(out, '}');
}

static void delay_json(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    uint32_t v = cursor_u32(&value);
    (void)kind;
    (void)style;
    put_literal(out, "{\"delay-us\": ");
    put_decimal(out, v & 0xffffff);
    put_anomalous(out, v);
}

const struct ls_shape ls_delay = {.good = ls_good_exact, .json = delay_json};

static void delay_range_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                             struct buffer *out) {
    uint32_t least = cursor_u32(&value);
    (void)kind;
    (void)style;
    put_literal(out, "{\"min-delay-us\": ");
    put_decimal(out, least & 0xffffff);
    put_literal(out, ", \"max-delay-us\": ");
    put_decimal(out, cursor_u32(&value) & 0xffffff);
    put_anomalous(out, least);
}

const struct ls_shape ls_delay_range = {.good = ls_good_exact, .json = delay_range_json};

static void delay_variation_json(const struct ls_kind *kind, struct cursor value, const struct style *style,
                                 struct buffer *out) {
    (void)kind;
    (void)style;
    put_decimal(out, cursor_u32(&value) & 0xffffff);
}

const struct ls_shape ls_delay_variation = {.good = ls_good_exact, .json = delay_variation_json};

static void loss_json(const struct ls_kind *kind, struct cursor value, const struct style *style, struct buffer *out) {
    const double unit = 0.000003; /* per cent: RFC 8571 section 2.4 */
    uint32_t v = cursor_u32(&value);
    (void)kind;
    (void)style;
    put_literal(out, "{\"loss-percent\": ");
    put_double(out, (v & 0xffffff) * unit);
    put_anomalous(out, v);
}

const struct ls_shape ls_loss = {.good = ls_good_exact, .json = loss_json};
