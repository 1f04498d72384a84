/* The states of a service, and the lines that tell the engine about them. */
#include "app/healthcheck.h"
#include "base/number.h"

const char *health_state_name(enum health_state state) {
    static const char *const names[] = {"INIT", "DISABLED", "RISING", "FALLING", "UP", "DOWN", "EXIT"};
    return names[state];
}

/* The first of so many equal results; one is enough where no more are wanted. */
static enum health_state health_begin(struct health_machine *m, bool success) {
    m->checks = 1;
    if (success)
        return m->rise <= 1 ? HEALTH_UP : HEALTH_RISING;
    return m->fall <= 1 ? HEALTH_DOWN : HEALTH_FALLING;
}

static enum health_state health_next(struct health_machine *m, bool disabled, bool success) {
    if (disabled)
        return HEALTH_DISABLED;
    switch (m->state) {
    case HEALTH_DISABLED: return HEALTH_INIT;
    case HEALTH_RISING:
        if (!success)
            return health_begin(m, false);
        return ++m->checks >= m->rise ? HEALTH_UP : HEALTH_RISING;
    case HEALTH_FALLING:
        if (success)
            return health_begin(m, true);
        return ++m->checks >= m->fall ? HEALTH_DOWN : HEALTH_FALLING;
    case HEALTH_UP: return success ? HEALTH_UP : health_begin(m, false);
    case HEALTH_DOWN: return success ? health_begin(m, true) : HEALTH_DOWN;
    case HEALTH_INIT:
    case HEALTH_EXIT: break;
    }
    return health_begin(m, success);
}

bool health_machine_turn(struct health_machine *m, bool disabled, bool success) {
    enum health_state before = m->state;
    m->state = health_next(m, disabled, success);
    return m->state != before;
}

static void put_health_neighbors(struct buffer *b, const struct health_texts *neighbors, const char *word) {
    bool all = neighbors->count == 0;
    for (size_t i = 0; i < neighbors->count; i++)
        all = all || neighbors->items[i][0] == '*';
    for (size_t i = 0; !all && i < neighbors->count; i++)
        put_format(b, "%s%s %s", i ? ", " : "", word, neighbors->items[i]);
    if (all)
        put_format(b, "%s *", word);
}

static int64_t health_metric(const struct health_options *o, enum health_state state) {
    return state == HEALTH_UP ? o->up_metric : state == HEALTH_DOWN ? o->down_metric : o->disabled_metric;
}

static const char *health_as_path(const struct health_options *o, enum health_state state) {
    const char *own = state == HEALTH_UP ? o->up_as_path : state == HEALTH_DOWN ? o->down_as_path : o->disabled_as_path;
    return own ? own : o->as_path;
}

static void put_health_list(struct buffer *b, const char *name, const char *text) {
    if (text && *text)
        put_format(b, " %s [ %s ]", name, text);
}

static void put_health_attributes(struct buffer *b, const struct health_options *o, enum health_state state, size_t i) {
    const char *community = o->community;
    if (state != HEALTH_UP && o->disabled_community && *o->disabled_community)
        community = o->disabled_community;
    put_format(b, " med %lld", (long long)(health_metric(o, state) + (int64_t)i * o->increase));
    if (o->local_preference >= 0)
        put_format(b, " local-preference %lld", (long long)o->local_preference);
    put_health_list(b, "community", community);
    put_health_list(b, "extended-community", o->extended_community);
    put_health_list(b, "large-community", o->large_community);
    put_health_list(b, "as-path", health_as_path(o, state));
}

void put_health_line(struct buffer *b, const struct health_options *o, const char *word, enum health_state state,
                     size_t i) {
    bool announce = state != HEALTH_EXIT && (state == HEALTH_UP || !o->withdraw_on_down);
    put_health_neighbors(b, &o->neighbors, word);
    put_string(b, announce ? " announce route " : " withdraw route ");
    put_prefix(b, &o->ips.items[i]);
    put_literal(b, " next-hop ");
    if (o->next_hop.len)
        put_ip(b, o->next_hop);
    else
        put_literal(b, "self");
    if (announce)
        put_health_attributes(b, o, state, i);
    if (o->path_id)
        put_format(b, " path-information %lld", (long long)o->path_id);
    put_char(b, '\n');
}
