/* A route in the JSON of ExaBGP 5.0 with `show-routes-format=v2` (api-commands.md 12.1): made of the words that its
 * text form has, which are what ExaBGP puts into the strings. */
#include "api/show.h"
#include "base/json.h"
#include "base/number.h"

static bool is_number(struct text t) {
    uint64_t v;
    return number_parse(t, UINT64_MAX, &v);
}

/* One word, or words in brackets, as a list of strings. */
static void put_list(struct buffer *b, struct words *w) {
    struct list list;
    struct text item;
    bool any = false;
    words_list(w, &list);
    put_char(b, '[');
    while (words_item(w, &list, &item)) {
        put_string(b, any ? ", " : "");
        put_json_string(b, item);
        any = true;
    }
    put_char(b, ']');
}

/* ---- NLRI ---- */

static void put_address(struct buffer *b, struct cursor octets) {
    if (!cursor_left(&octets)) {
        put_literal(b, "null");
        return;
    }
    put_char(b, '"');
    put_ip(b, ip_of(octets.p, cursor_left(&octets) == 4 ? 4 : 16));
    put_char(b, '"');
}

static void put_nexthop_family(struct buffer *b, const struct nlri *nlri) {
    put_literal(b, "\"nexthop\": ");
    put_address(b, nlri->next_hop);
}

static void put_family_object(struct buffer *b, const struct family *f) {
    put_format(b, ", \"family\": {\"afi\": \"%s\", \"safi\": \"%s\"}", f->afi_name, f->safi_name);
}

/* `label [ 100 200 ]`, `rd 65000:1` behind the prefix. */
static void put_prefix_more(struct buffer *b, struct words *w) {
    struct text word;
    while (words_next(w, &word)) {
        if (text_is(word, "rd")) {
            words_next(w, &word);
            put_literal(b, ", \"rd\": ");
            put_json_string(b, word);
        } else if (text_is(word, "label")) {
            struct list list;
            bool any = false;
            put_literal(b, ", \"label\": [");
            for (words_list(w, &list); words_item(w, &list, &word); any = true)
                put_format(b, "%s[%.*s]", any ? ", " : "", TEXT_ARGS(word));
            put_char(b, ']');
        }
    }
}

/* `flow NAME VALUE NAME [ VALUE VALUE ] rd RD`: a name and a list, over and over. */
static void put_rules(struct buffer *b, struct words *w, struct text *rd) {
    struct text name;
    bool any = false;
    while (words_next(w, &name)) {
        if (text_is(name, "rd")) {
            words_next(w, rd);
            continue;
        }
        put_string(b, any ? ", " : "");
        put_json_string(b, name);
        put_literal(b, ": ");
        put_list(b, w);
        any = true;
    }
}

/* `vpls rd 1.2.3.4:5 endpoint 5 ...`: a name and a value, over and over. */
static void put_pairs(struct buffer *b, struct words *w) {
    struct text name, value;
    while (words_next(w, &name) && words_next(w, &value)) {
        put_json_string(b, name);
        put_literal(b, ": ");
        if (is_number(value))
            put_text(b, value);
        else
            put_json_string(b, value);
        put_literal(b, ", ");
    }
}

static void put_nlri_members(struct buffer *b, const struct nlri *nlri, struct text text) {
    struct complaint ignored = {0};
    struct words w = words_of_line(text, &ignored);
    struct prefix prefix;
    struct text first, rd = {NULL, 0};
    words_next(&w, &first);
    if (nlri_prefix(nlri, &prefix)) {
        put_literal(b, "\"prefix\": ");
        put_json_string(b, first);
        put_literal(b, ", ");
        put_nexthop_family(b, nlri);
        put_family_object(b, nlri->family);
        put_prefix_more(b, &w);
    } else if (text_is(first, "flow")) {
        put_literal(b, "\"rules\": {");
        put_rules(b, &w, &rd);
        put_literal(b, "}, ");
        put_nexthop_family(b, nlri);
        put_literal(b, ", \"rd\": ");
        if (rd.len)
            put_json_string(b, rd);
        else
            put_literal(b, "null");
        put_family_object(b, nlri->family);
    } else if (text_is(first, "vpls")) {
        put_pairs(b, &w);
        put_nexthop_family(b, nlri);
        put_family_object(b, nlri->family);
    } else { /* in words: ExaBGP has keys of its own for each kind */
        put_literal(b, "\"nlri\": ");
        put_json_string(b, text);
        put_literal(b, ", ");
        put_nexthop_family(b, nlri);
        put_family_object(b, nlri->family);
    }
}

/* ---- Attributes ---- */

static bool is_list(uint8_t code) {
    return code == ATTRIBUTE_COMMUNITY || code == ATTRIBUTE_EXTENDED_COMMUNITY || code == ATTRIBUTE_LARGE_COMMUNITY ||
           code == ATTRIBUTE_CLUSTER_LIST;
}

/* NAME alone is true, one number a number, a list a list; anything else the words as a string, without the blanks and
 * brackets around a single value. */
static void put_value(struct buffer *b, const struct attribute *a, struct words *w) {
    struct text rest = words_rest(w);
    while (rest.len && (rest.p[0] == ' ' || rest.p[0] == '('))
        rest = (struct text){rest.p + 1, rest.len - 1};
    while (rest.len && (rest.p[rest.len - 1] == ' ' || rest.p[rest.len - 1] == ')'))
        rest.len--;
    if (!rest.len)
        put_literal(b, "true");
    else if (is_list(a->code))
        put_list(b, w);
    else if (is_number(rest))
        put_text(b, rest);
    else
        put_json_string(b, rest);
}

static void put_attributes_v2(struct buffer *b, struct attribute_set set, const struct style *style) {
    struct buffer text = buffer_growing();
    bool any = false;
    for (struct attribute a; attribute_next(&set.named, &a);) {
        struct complaint ignored = {0};
        struct text name;
        buffer_clear(&text);
        if (a.code == ATTRIBUTE_NEXT_HOP)
            continue;
        attribute_text(&a, 0, style, &text);
        struct words w = words_of_line(buffer_text(&text), &ignored);
        if (!words_next(&w, &name))
            continue;
        put_string(b, any ? ", " : "");
        put_json_string(b, name);
        put_literal(b, ": ");
        put_value(b, &a, &w);
        any = true;
    }
    buffer_release(&text);
}

void put_route_v2(struct buffer *b, const struct api *api, const struct shown_route *r, const struct style *style,
                  bool extensive) {
    struct buffer text = buffer_growing();
    struct nlri nlri = r->nlri;
    nlri.next_hop = cursor_of(NULL, 0);
    put_nlri_words(&text, &nlri, style);
    put_char(b, '{');
    if (extensive) { /* its members have a "peer" of their own, with the address in it */
        put_neighbor_members(b, api, r->peer, style->form);
    } else {
        put_literal(b, "\"peer\": {\"address\": \"");
        put_peer_address(b, peer_neighbor(r->peer));
        put_literal(b, "\"}");
    }
    put_literal(b, ", ");
    put_literal(b, "\"route\": {\"nlri\": {");
    put_nlri_members(b, &r->nlri, buffer_text(&text));
    put_literal(b, "}, \"attributes\": {");
    put_attributes_v2(b, r->set, style);
    put_literal(b, "}}}\n");
    buffer_release(&text);
}
