/* Groups: several announces and withdraws that reach the RIB together (api-commands.md 13.1).
 *
 * Nothing is sent before a command has ended, so that what is put in the RIBs in one go leaves in one go, too. */
#include "api/lease.h"
#include "base/json.h"
#include "base/memory.h"

enum { COMMANDS_MOST = 100000, OCTETS_MOST = 100 << 20 };

struct group {
    struct buffer lines; /* a newline after each */
    uint32_t count;
};

void group_free(struct group *group) {
    if (group)
        buffer_release(&group->lines);
    free(group);
}

/* ---- What a group does ---- */

struct grouping {
    struct call *call;
    uint32_t announced, withdrawn, error_count;
    enum draft_purpose purpose;
    bool has_shared;
    uint32_t set;         /* of attributes, of the last route */
    struct buffer errors; /* JSON strings */
};

static bool grouping_may(void *context, const struct draft *draft) {
    struct grouping *g = context;
    return g->purpose == DRAFT_WITHDRAW || call_may_tell(g->call, draft);
}

static void grouping_take(void *context, const struct finished *route) {
    struct grouping *g = context;
    call_tell_route(g->call, g->purpose, route, &g->set);
    if (g->purpose == DRAFT_ANNOUNCE)
        g->announced++;
    else
        g->withdrawn++;
}

static void grouping_error(struct grouping *g, const char *what, struct text command) {
    struct buffer line = buffer_growing();
    put_string(&line, what);
    put_text(&line, command);
    put_string(&g->errors, g->error_count++ ? ", " : "");
    put_json_string(&g->errors, buffer_text(&line));
    buffer_release(&line);
}

static bool grouping_share(struct grouping *g, struct words *words) {
    struct draft *shared = &g->call->api->shared;
    draft_clear(shared);
    return g->has_shared = draft_keywords(shared, words, "nlri");
}

static bool grouping_route(struct grouping *g, struct words *words) {
    struct api *api = g->call->api;
    struct text type;
    struct route_reader reader = {
        .purpose = g->purpose,
        .words = words,
        .draft = &api->draft,
        .shared = g->has_shared ? &api->shared : NULL,
        .nlri = &api->nlri,
        .attributes = &api->attributes,
        .may = grouping_may,
        .take = grouping_take,
        .context = g,
    };
    words_next(words, &type);
    reader.spec = spec_named(type);
    return reader.spec == SPECS ? words_fail(words, "unknown kind of route: %.*s", TEXT_ARGS(type))
                                : routes_read(&reader);
}

/* One command of the group; the reason why it fails goes to the log. */
static void grouping_run(struct grouping *g, struct text command) {
    struct complaint complaint = {0};
    struct words words = words_of_line(command, &complaint);
    struct text action;
    if (!words_next(&words, &action))
        return;
    words_end_modes(&words, &g->call->sync);
    if (text_is(action, "attribute") || text_is(action, "attributes")) {
        if (!grouping_share(g, &words))
            grouping_error(g, "could not parse attributes: ", command);
    } else if (text_is(action, "announce") || text_is(action, "withdraw")) {
        g->purpose = text_is(action, "announce") ? DRAFT_ANNOUNCE : DRAFT_WITHDRAW;
        g->call->held = (struct held){0, 0};
        if (!words_end_lease(g->call->api, &words, &g->call->held) || !grouping_route(g, &words))
            grouping_error(g, "could not parse: ", command);
    } else {
        grouping_error(g, "unknown action in group: ", action);
    }
    if (complaint.made) {
        g->call->complaint = complaint;
        call_log_refusal(g->call, command);
        g->call->complaint = (struct complaint){0};
    }
}

static void grouping_answer(struct grouping *g) {
    struct call *call = g->call;
    struct buffer *out = answer_out(call->client);
    if (call->json) {
        put_format(out, "{\"status\": \"group processed\", \"announced\": %u, \"withdrawn\": %u", g->announced,
                   g->withdrawn);
        if (g->error_count) {
            put_literal(out, ", \"errors\": [");
            put_cursor(out, buffer_cursor(&g->errors));
            put_char(out, ']');
        }
        put_char(out, '}');
    } else {
        put_format(out, "group processed: %u announced, %u withdrawn", g->announced, g->withdrawn);
        if (g->error_count)
            put_format(out, ", %u errors", g->error_count);
    }
    put_char(out, '\n');
    call_answer(call, true);
    buffer_release(&g->errors);
    store_drop(engine_store(call->api->engine), g->set);
}

static void group_refuse(struct call *call, const char *why) {
    if (call->client->asking) {
        answer_why(call, "%s", why);
        return;
    }
    answer_format(call->api, call->client, call->json ? "{\"error\": \"%s\"}" : "error: %s", why);
    answer_error(call->api, call->client);
}

/* ---- On one line: CMD ; CMD ; ... ---- */

/* Takes the next command off, up to a `;` that is neither quoted nor in braces. */
static struct text commands_next(struct text *rest) {
    const char *end = rest->p + rest->len, *p = rest->p;
    unsigned depth = 0;
    char quote = 0;
    for (; p < end && (quote || depth || *p != ';'); p++) {
        if (quote)
            quote = *p == quote ? 0 : quote;
        else if (*p == '"' || *p == '\'')
            quote = *p;
        else if (*p == '{')
            depth++;
        else if (*p == '}' && depth)
            depth--;
    }
    struct text one = {rest->p, (size_t)(p - rest->p)};
    size_t taken = one.len + (p < end);
    *rest = (struct text){rest->p + taken, rest->len - taken};
    while (one.len && (one.p[0] == ' ' || one.p[0] == '\t'))
        one = (struct text){one.p + 1, one.len - 1};
    while (one.len && (one.p[one.len - 1] == ' ' || one.p[one.len - 1] == '\t'))
        one.len--;
    return one;
}

void command_group(struct call *call) {
    struct grouping g = {.call = call, .errors = buffer_growing()};
    struct text rest = words_rest(&call->words);
    bool any = false;
    if (!call_matches(call))
        return;
    call->sync = call->client->sync;
    while (rest.len) {
        struct text one = commands_next(&rest);
        any |= one.len > 0;
        grouping_run(&g, one);
    }
    if (any)
        grouping_answer(&g);
    else
        group_refuse(call, "empty group");
}

/* ---- Over several lines ---- */

void command_group_start(struct call *call) {
    if (call->client->wanted) {
        group_refuse(call, "a set is open: ensure end, or ensure abort");
        return;
    }
    if (call->client->group) {
        group_refuse(call, "already in group block (nested groups not allowed)");
        return;
    }
    call->client->group = memory_new(sizeof *call->client->group);
    call->client->group->lines = buffer_growing();
    call->client->collects = true;
    answer_status(call, "group started");
    answer_done(call->api, call->client);
}

bool group_collect(struct api *api, struct client *c, struct text line) {
    struct group *group = c->group;
    if (!group || (!text_starts(line, "announce") && !text_starts(line, "withdraw")))
        return false;
    if (group->count == COMMANDS_MOST || buffer_len(&group->lines) + line.len > OCTETS_MOST) {
        struct call call = {.api = api, .client = c, .json = api->answers == FORM_6};
        group_free(group);
        c->group = NULL;
        c->collects = false;
        group_refuse(&call, "group buffer limit reached, group discarded");
        return true;
    }
    put_text(&group->lines, line);
    put_char(&group->lines, '\n');
    group->count++;
    answer_done(api, c);
    return true;
}

void command_group_end(struct call *call) {
    struct group *group = call->client->group;
    struct grouping g = {.call = call, .errors = buffer_growing()};
    if (!group) {
        group_refuse(call, "not in group block");
        return;
    }
    call->client->group = NULL;
    call->client->collects = false;
    call->sync = call->client->sync;
    if (group->count && !call->targets.count) {
        answer_why(call, "no neighbor matches");
    } else if (group->count) {
        bool more = true;
        for (struct text rest = buffer_text(&group->lines), one; more && rest.len;) {
            rest = text_cut(rest, '\n', &one, &more);
            grouping_run(&g, one);
        }
        grouping_answer(&g);
    } else {
        answer_format(call->api, call->client,
                      call->json ? "{\"status\": \"group ended\", \"commands\": 0}" : "group ended (0 commands)");
        answer_done(call->api, call->client);
    }
    group_free(group);
}
