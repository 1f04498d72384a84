/* `show neighbor`: summary, extensive, configuration, JSON (api-commands.md 12.2). */
#include <stdio.h>

#include "api/show.h"
#include "base/json.h"
#include "base/number.h"

enum { CAPABILITIES = 7 };
static const char *const capability_names[CAPABILITIES] = {
    "asn4", "route-refresh", "multi-session", "operational", "add-path", "extended-message", "graceful-restart",
};

enum known { NO, YES, UNKNOWN };

/* What is told of a peer. */
struct facts {
    const struct peer *peer;
    const struct neighbor *neighbor;
    const struct open *open;    /* that the peer sent; NULL when it is not up */
    const struct terms *agreed; /* NULL when it is not up */
    struct terms terms;
    const struct session_counters *counters;
    uint64_t seconds; /* up for, or down for */
    bool local[CAPABILITIES];
    enum known remote[CAPABILITIES];
};

static void facts_remote(struct facts *f) {
    static const struct { uint8_t code, place; } places[] = {{2, 1}, {68, 2}, {131, 2}, {69, 4}, {6, 5}, {64, 6}};
    struct capability_walk walk = {0};
    struct capability capability;
    for (unsigned i = 0; i < CAPABILITIES; i++)
        f->remote[i] = f->open && f->agreed ? NO : UNKNOWN;
    if (!f->open || !f->agreed)
        return;
    f->remote[0] = f->agreed->as4 ? YES : NO;
    f->remote[3] = f->agreed->operational ? YES : NO;
    while (open_capability(f->open, &walk, &capability))
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (places[i].code == capability.code)
                f->remote[places[i].place] = YES;
}

static struct facts facts_of(const struct api *api, const struct peer *p) {
    const struct neighbor *n = peer_neighbor(p);
    const struct offer *o = &n->offer;
    const struct session *s = peer_session(p);
    struct facts f = {
        .peer = p,
        .neighbor = n,
        .open = session_open(s, false),
        .agreed = session_terms(s),
        .terms = peer_terms(p),
        .counters = session_counters(s),
        .local = {o->asn4, o->refresh, o->multisession, o->operational, o->add_path != 0, o->extended_message,
                  o->graceful_restart},
    };
    uint64_t since = f.agreed ? f.counters->up_since : f.counters->down_since;
    f.seconds = since && api->now > since ? (api->now - since) / 1000000 : 0;
    facts_remote(&f);
    return f;
}

/* ---- Words of a text table ---- */

/* As Python prints a timedelta: 0:00:03, 1 day, 2:03:04. */
static void put_duration(struct buffer *b, uint64_t seconds) {
    uint64_t days = seconds / 86400;
    if (days)
        put_format(b, "%llu day%s, ", (unsigned long long)days, days == 1 ? "" : "s");
    seconds %= 86400;
    put_format(b, "%u:%02u:%02u", (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

static void put_as_or_auto(struct buffer *b, uint32_t as) {
    if (as)
        put_decimal(b, as);
    else
        put_literal(b, "auto");
}

static void put_ip_or_auto(struct buffer *b, struct ip ip) {
    if (ip.len)
        put_ip(b, ip);
    else
        put_literal(b, "auto");
}

static void put_id(struct buffer *b, uint32_t id) {
    uint8_t octets[4];
    poke_u32(octets, id);
    put_ipv4(b, octets);
}

static const char *word_of(enum known k) {
    return k == UNKNOWN ? "n/a" : k == YES ? "enabled" : "disabled";
}

static const char *add_path_word(const struct facts *f, unsigned family) {
    bool send = f->agreed && terms_has(f->agreed->add_path_send, family);
    bool receive = f->agreed && terms_has(f->agreed->add_path_receive, family);
    return send && receive ? "send/receive" : send ? "send" : receive ? "receive" : "disabled";
}

/* ---- Summary ---- */

static void put_summary_head(struct buffer *b, enum form form) {
    put_literal(b, "Peer            AS        up/down state       |     #sent     #recvd");
    put_string(b, form == FORM_5 ? "\n" : "    #pfx_in\n");
}

/* A cell of a table: `%-15s`, a negative width pads on the right. */
struct cell {
    uint8_t memory[64];
    struct buffer b;
};

static struct buffer *cell_new(struct cell *c) {
    c->b = buffer_fixed(c->memory, sizeof c->memory - 1);
    return &c->b;
}

static const char *cell_string(struct cell *c) {
    *c->b.p = 0;
    return (const char *)c->memory;
}

static void put_summary(struct buffer *b, const struct facts *f, enum form form) {
    struct cell peer, as, up;
    char state[16];
    put_peer_address(cell_new(&peer), f->neighbor);
    put_as_or_auto(cell_new(&as), f->terms.peer_as);
    if (f->agreed)
        put_duration(cell_new(&up), f->seconds);
    else
        put_literal(cell_new(&up), "down");
    snprintf(state, sizeof state, "%s", session_state_name(session_state(peer_session(f->peer))));
    for (char *c = state; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + ('a' - 'A'));
    put_format(b, "%-15s %-7s %9s %-12s %10llu %10llu", cell_string(&peer), cell_string(&as), cell_string(&up), state,
               (unsigned long long)f->counters->sent[MESSAGE_UPDATE],
               (unsigned long long)f->counters->received[MESSAGE_UPDATE]);
    if (form != FORM_5)
        put_format(b, " %10llu", (unsigned long long)peer_prefixes_received(f->peer));
    put_char(b, '\n');
}

/* ---- Extensive ---- */

struct grid {
    struct buffer *out;
    enum form form;
};

/* Sections have blank lines around them in 5.0, and one column less of indentation. */
static void grid_section(const struct grid *t, const char *title, const char *left, const char *right) {
    bool five = t->form == FORM_5;
    put_format(t->out, "%s    %-*s %15s%s%s\n", five ? "\n" : "", five ? 19 : 20, title, left, *right ? " " : "",
               right);
}

static void grid_row(const struct grid *t, const char *key, const char *left, const char *right, const char *last) {
    if (t->form == FORM_5)
        put_format(t->out, "   %-20s %15s %15s %-15s\n", key, left, right, last);
    else
        put_format(t->out, "    %-20s %15s %15s %15s\n", key, left, right, last);
}

static void grid_session(const struct grid *t, const struct facts *f) {
    struct cell local, time;
    put_ip_or_auto(cell_new(&local), f->terms.local);
    put_duration(cell_new(&time), f->seconds);
    grid_section(t, "Session", "Local", "");
    grid_row(t, "local", cell_string(&local), "", "");
    grid_row(t, "state", session_state_name(session_state(peer_session(f->peer))), "", "");
    grid_row(t, f->agreed ? "up for" : "down for", cell_string(&time), "", "");
}

static void grid_setup(const struct grid *t, const struct facts *f) {
    struct cell left, right;
    grid_section(t, "Setup", "Local", "         Remote");
    put_as_or_auto(cell_new(&left), f->terms.local_as);
    put_as_or_auto(cell_new(&right), f->terms.peer_as);
    grid_row(t, "AS", cell_string(&left), cell_string(&right), "");
    put_id(cell_new(&left), f->neighbor->offer.router_id);
    if (f->open)
        put_id(cell_new(&right), f->open->router_id);
    else
        put_literal(cell_new(&right), "n/a");
    grid_row(t, "ID", cell_string(&left), cell_string(&right), "");
    put_decimal(cell_new(&left), f->neighbor->offer.hold_time);
    if (f->open)
        put_decimal(cell_new(&right), f->open->hold_time);
    else
        put_literal(cell_new(&right), "n/a");
    grid_row(t, "hold-time", cell_string(&left), cell_string(&right), "");
}

static void grid_agreements(const struct grid *t, const struct facts *f) {
    char key[64];
    grid_section(t, "Capability", "Local", "         Remote");
    for (unsigned i = 0; i < CAPABILITIES; i++) {
        snprintf(key, sizeof key, "%s:", capability_names[i]);
        grid_row(t, key, word_of(f->local[i] ? YES : NO), word_of(f->remote[i]), "");
    }
    grid_section(t, "Families", "Local", "         Remote        Add-Path");
    for (unsigned i = 0; i < families_count(); i++) {
        if (!terms_has(f->neighbor->offer.families, i))
            continue;
        enum known common = !f->agreed ? UNKNOWN : terms_has(f->agreed->families, i) ? YES : NO;
        snprintf(key, sizeof key, "%s %s:", family_at(i)->afi_name, family_at(i)->safi_name);
        grid_row(t, key, "enabled", word_of(common), add_path_word(f, i));
    }
}

/* The counters that are shown, and their sum. */
static const struct {
    const char *name;
    uint8_t type;
} message_rows[] = {{"open", MESSAGE_OPEN},
                    {"notification", MESSAGE_NOTIFICATION},
                    {"keepalive", MESSAGE_KEEPALIVE},
                    {"update", MESSAGE_UPDATE},
                    {"refresh", MESSAGE_ROUTE_REFRESH}};
enum { MESSAGE_ROWS = sizeof message_rows / sizeof *message_rows };

static uint64_t messages_total(const uint64_t *counters) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < MESSAGE_ROWS; i++)
        sum += counters[message_rows[i].type];
    return sum;
}

static void grid_number(const struct grid *t, const char *name, uint64_t left, const uint64_t *right) {
    char key[32], numbers[2][24] = {"", ""};
    snprintf(key, sizeof key, "%s:", name);
    snprintf(numbers[0], sizeof numbers[0], "%llu", (unsigned long long)left);
    if (right)
        snprintf(numbers[1], sizeof numbers[1], "%llu", (unsigned long long)*right);
    grid_row(t, key, numbers[0], numbers[1], "");
}

static void grid_messages(const struct grid *t, const struct facts *f) {
    uint64_t total = messages_total(f->counters->received);
    grid_section(t, "Message Statistic", " Sent", "       Received");
    for (unsigned i = 0; i < MESSAGE_ROWS; i++)
        grid_number(t, message_rows[i].name, f->counters->sent[message_rows[i].type],
                    &f->counters->received[message_rows[i].type]);
    grid_number(t, "total", messages_total(f->counters->sent), &total);
}

/* Ours alone, and there only when the peer erred: how often each row of the error contract was met (doc/errors.md). */
static void grid_errors(const struct grid *t, const struct facts *f) {
    const char *row;
    uint64_t count;
    for (unsigned walk = 0, first = 1; session_row_count(peer_session(f->peer), &walk, &row, &count); first = 0) {
        if (first)
            grid_section(t, "Error Statistic", " Received", "");
        grid_number(t, row, count, NULL);
    }
}

/* Ours alone, too: routes that wait as the peer takes no more paths of their prefix (PATHS-LIMIT). */
static void grid_held(const struct grid *t, const struct facts *f) {
    uint32_t held = peer_paths_held(f->peer);
    if (!held)
        return;
    grid_section(t, "Paths Statistic", "     Held", "");
    grid_number(t, "paths-limit", held, NULL);
}

static void put_extensive(struct buffer *b, const struct facts *f, enum form form) {
    struct grid t = {b, form};
    put_literal(b, "Neighbor ");
    put_peer_address(b, f->neighbor);
    put_char(b, '\n');
    grid_session(&t, f);
    grid_setup(&t, f);
    grid_agreements(&t, f);
    grid_messages(&t, f);
    if (form != FORM_5) {
        put_literal(b, "    Prefix Statistic\n");
        grid_number(&t, "received", peer_prefixes_received(f->peer), NULL);
        grid_number(&t, "withdrawn", peer_prefixes_withdrawn(f->peer), NULL);
    }
    grid_held(&t, f);
    grid_errors(&t, f);
    if (form == FORM_5)
        put_char(b, '\n');
}

/* ---- JSON ---- */

static void put_known(struct buffer *b, enum known k, enum form form) {
    if (form == FORM_5)
        put_string(b, k == UNKNOWN ? "null" : k == YES ? "true" : "false");
    else
        put_string(b, k == UNKNOWN ? "-1" : k == YES ? "1" : "0");
}

static void put_capabilities_json(struct buffer *b, const struct facts *f, bool local, enum form form) {
    put_literal(b, "\"capabilities\": {");
    for (unsigned i = 0; i < CAPABILITIES; i++) {
        put_format(b, "%s\"%s\": ", i ? ", " : "", capability_names[i]);
        put_known(b, local ? (f->local[i] ? YES : NO) : f->remote[i], form);
    }
    put_literal(b, "}, ");
}

/* `"KEY": {"ipv4 unicast": VALUE, ...}` */
static void put_families_json(struct buffer *b, const struct facts *f, const char *key, enum form form,
                              enum known (*value)(const struct facts *, unsigned)) {
    bool first = true;
    put_format(b, "\"%s\": {", key);
    for (unsigned i = 0; i < families_count(); i++) {
        if (!terms_has(f->neighbor->offer.families, i))
            continue;
        put_format(b, "%s\"%s %s\": ", first ? "" : ", ", family_at(i)->afi_name, family_at(i)->safi_name);
        if (value)
            put_known(b, value(f, i), form);
        else
            put_literal(b, "true");
        first = false;
    }
    put_literal(b, "}, ");
}

static enum known family_common(const struct facts *f, unsigned i) {
    return !f->agreed ? UNKNOWN : terms_has(f->agreed->families, i) ? YES : NO;
}

static enum known family_adds(const struct facts *f, unsigned i, uint64_t agreed) {
    if (!f->agreed)
        return f->neighbor->offer.add_path && terms_has(f->neighbor->offer.add_path_families, i) ? UNKNOWN : NO;
    return terms_has(agreed, i) ? YES : NO;
}

static enum known family_sends(const struct facts *f, unsigned i) {
    return family_adds(f, i, f->terms.add_path_send);
}

static enum known family_receives(const struct facts *f, unsigned i) {
    return family_adds(f, i, f->terms.add_path_receive);
}

static void put_side_json(struct buffer *b, const struct facts *f, bool local, enum form form) {
    put_format(b, "\"%s\": {", local ? "local" : "peer");
    put_capabilities_json(b, f, local, form);
    put_families_json(b, f, "families", form, local ? NULL : family_common);
    put_families_json(b, f, "add-path", form, local ? family_sends : family_receives);
    put_literal(b, "\"address\": \"");
    if (local)
        put_ip_or_auto(b, f->terms.local);
    else
        put_peer_address(b, f->neighbor);
    put_literal(b, "\", \"as\": ");
    put_decimal(b, local ? f->terms.local_as : f->terms.peer_as);
    if (!local && !f->open) {
        put_literal(b, ", \"id\": null, \"hold\": null}, ");
        return;
    }
    put_literal(b, ", \"id\": \"");
    put_id(b, local ? f->neighbor->offer.router_id : f->open->router_id);
    put_format(b, "\", \"hold\": %u}, ", local ? f->neighbor->offer.hold_time : f->open->hold_time);
}

static void put_messages_json(struct buffer *b, const char *key, const uint64_t *counters) {
    put_format(b, "\"%s\": {", key);
    for (unsigned i = 0; i < MESSAGE_ROWS; i++)
        put_format(b, "\"%s\": %llu, ", message_rows[i].name, (unsigned long long)counters[message_rows[i].type]);
    put_format(b, "\"total\": %llu}", (unsigned long long)messages_total(counters));
}

/* What both sides have. */
static void put_common_json(struct buffer *b, const struct facts *f, enum form form) {
    bool first = true;
    put_literal(b, "\"capabilities\": [");
    for (unsigned i = 0; i < CAPABILITIES; i++)
        if (f->remote[i] == YES && (f->local[i] || form == FORM_5)) {
            put_format(b, "%s\"%s\"", first ? "" : ", ", capability_names[i]);
            first = false;
        }
    first = true;
    put_literal(b, "], \"families\": [");
    for (unsigned i = 0; i < families_count(); i++)
        if (f->agreed && terms_has(f->neighbor->offer.families & f->agreed->families, i)) {
            put_format(b, "%s\"%s %s\"", first ? "" : ", ", family_at(i)->afi_name, family_at(i)->safi_name);
            first = false;
        }
    first = true;
    put_literal(b, "], \"add-path\": {");
    for (unsigned i = 0; i < families_count(); i++)
        if (terms_has(f->neighbor->offer.families, i)) {
            put_format(b, "%s\"%s %s\": \"%s\"", first ? "" : ", ", family_at(i)->afi_name, family_at(i)->safi_name,
                       add_path_word(f, i));
            first = false;
        }
    put_char(b, '}');
}

static void put_errors_json(struct buffer *b, const struct facts *f) {
    const char *row;
    uint64_t count;
    unsigned walk = 0;
    if (!session_row_count(peer_session(f->peer), &walk, &row, &count))
        return;
    put_literal(b, ", \"errors\": {");
    do
        put_format(b, "%s\"%s\": %llu", walk > 1 ? ", " : "", row, (unsigned long long)count);
    while (session_row_count(peer_session(f->peer), &walk, &row, &count));
    put_char(b, '}');
}

static void put_members(struct buffer *b, const struct facts *f, enum form form) {
    put_format(b, "\"state\": \"%s\", \"duration\": %llu, \"fsm\": \"%s\", ", f->agreed ? "up" : "down",
               (unsigned long long)(f->agreed ? f->seconds : 0),
               session_state_name(session_state(peer_session(f->peer))));
    put_side_json(b, f, true, form);
    put_side_json(b, f, false, form);
    put_literal(b, "\"messages\": {");
    put_messages_json(b, "sent", f->counters->sent);
    put_literal(b, ", ");
    put_messages_json(b, "received", f->counters->received);
    put_literal(b, "}, ");
    put_common_json(b, f, form);
    if (form != FORM_5)
        put_format(b, ", \"prefixes\": {\"received\": %llu, \"withdrawn\": %llu}",
                   (unsigned long long)peer_prefixes_received(f->peer),
                   (unsigned long long)peer_prefixes_withdrawn(f->peer));
    if (peer_paths_held(f->peer))
        put_format(b, ", \"paths-held\": %u", peer_paths_held(f->peer));
    put_errors_json(b, f);
}

void put_neighbor_members(struct buffer *b, const struct api *api, const struct peer *p, enum form form) {
    struct facts f = facts_of(api, p);
    put_members(b, &f, form);
}

/* ---- The command ---- */

enum view { VIEW_NONE, VIEW_SUMMARY, VIEW_EXTENSIVE, VIEW_CONFIGURATION, VIEW_JSON };

static enum view view_named(struct text word) {
    static const char *const names[] = {"", "summary", "extensive", "configuration", "json"};
    for (unsigned i = VIEW_SUMMARY; i <= VIEW_JSON; i++)
        if (text_is(word, names[i]))
            return (enum view)i;
    return VIEW_NONE;
}

static void show_usage(struct call *call) {
    struct buffer *out = answer_out(call->client);
    if (call->api->answers == FORM_5)
        put_literal(out, "please specify summary, extensive or configuration\n"
                         "you can filter by peer ip address adding it after the word neighbor\n");
    else
        put_literal(out, "usage: peer <ip> show [summary|extensive|configuration]\n");
    answer_done(call->api, call->client);
}

static void show_json(struct call *call) {
    struct buffer *out = answer_out(call->client);
    struct peer *p;
    put_char(out, '[');
    for (uint32_t i = 0; (p = engine_at(call->api->engine, i)); i++) {
        put_string(out, i ? ", {" : "{");
        put_neighbor_members(out, call->api, p, call->api->answers);
        put_char(out, '}');
    }
    put_literal(out, "]\n");
    answer_done(call->api, call->client);
}

static void show_one(struct call *call, const struct peer *p, enum view view) {
    struct buffer *out = answer_out(call->client);
    struct facts f = facts_of(call->api, p);
    if (view == VIEW_SUMMARY)
        put_summary(out, &f, call->api->answers);
    else if (view == VIEW_EXTENSIVE)
        put_extensive(out, &f, call->api->answers);
    else if (call->api->world.neighbor_configuration)
        call->api->world.neighbor_configuration(call->api->world.context, peer_neighbor(p), out);
}

/* Words beside the view are addresses of peers. */
void command_show_neighbor(struct call *call) {
    enum view view = VIEW_NONE;
    struct text word, filter = {"", 0};
    bool json = call->json;
    while (words_next(&call->words, &word)) {
        enum view v = view_named(word);
        if (v == VIEW_JSON)
            json = true;
        else if (v)
            view = v;
        else
            filter = word;
    }
    if (json) {
        show_json(call);
        return;
    }
    if (!view) {
        show_usage(call);
        return;
    }
    if (view == VIEW_SUMMARY)
        put_summary_head(answer_out(call->client), call->api->answers);
    for (uint32_t i = 0; i < call->targets.count; i++)
        if (peer_is_called(call->targets.peers[i], filter))
            show_one(call, call->targets.peers[i], view);
    answer_done(call->api, call->client);
}
