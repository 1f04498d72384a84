/* CLUSTER_LIST, RFC 4456 section 8: the route reflectors that the route has passed, four octets each. Only inside of an
 * AS; from outside it is dropped (RFC 7606 7.10). */
#include "base/ip.h"
#include "bgp/attribute.h"

static enum harm cluster_list_check(struct cursor value, const struct terms *terms) {
    size_t len = cursor_left(&value);
    if (!terms->internal)
        return HARM_DISCARD;
    return len && len % 4 == 0 ? HARM_NONE : HARM_WITHDRAW;
}

static bool cluster_list_parse(struct words *words, struct buffer *value) {
    struct list list;
    struct text t;
    uint32_t id;
    size_t start = buffer_len(value);
    words_list(words, &list);
    while (words_item(words, &list, &t)) {
        if (!ipv4_parse(t, &id))
            return words_fail(words, "cluster-list is not valid: \"%.*s\"", TEXT_ARGS(t)) ||
                   complain_wanted(words->complaint, "IPv4 addresses");
        put_u32(value, id);
    }
    if (words->complaint->made)
        return false;
    return buffer_len(value) > start || words_fail(words, "cluster-list is empty") ||
           complain_wanted(words->complaint, "IPv4 addresses");
}

static void put_clusters(struct buffer *out, struct cursor value, const char *quote, const char *between) {
    for (const char *separator = ""; !cursor_done(&value); separator = between) {
        put_string(out, separator);
        put_string(out, quote);
        put_ip(out, ip_of(cursor_take(&value, 4), 4));
        put_string(out, quote);
    }
}

static void cluster_list_text(struct cursor value, const struct style *style, struct buffer *out) {
    bool single = cursor_left(&value) == 4 && style->form != FORM_5;
    put_string(out, single ? "cluster-list " : "cluster-list [ ");
    put_clusters(out, value, "", " ");
    if (!single)
        put_literal(out, " ]");
}

static void cluster_list_json(struct cursor value, const struct style *style, struct buffer *out) {
    (void)style;
    put_literal(out, "\"cluster-list\": [ ");
    put_clusters(out, value, "\"", ", ");
    put_literal(out, " ]");
}

const struct attribute_kind attribute_cluster_list = {
    .code = ATTRIBUTE_CLUSTER_LIST,
    .flags = ATTRIBUTE_OPTIONAL,
    .subcode = 5,
    .flags_harm = HARM_WITHDRAW,
    .name = "cluster-list",
    .row = "ATT-10",
    .want = "IPv4 addresses: one, or several in brackets",
    .check = cluster_list_check,
    .parse = cluster_list_parse,
    .text = cluster_list_text,
    .json = cluster_list_json,
};
