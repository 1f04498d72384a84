/* One engine of the world, with its helper: what the host would do for it. */
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "simulation/world.h"
#include "unit/unit.h"

static const uint64_t client_stream = (uint64_t)1 << 63;

static struct yottabgp_address node_address(unsigned index) {
    return (struct yottabgp_address){.len = 4, .octets = {10, 0, (uint8_t)(index >> 8), (uint8_t)index}, .port = 179};
}

static unsigned address_node(const struct yottabgp_address *a) {
    return (unsigned)a->octets[2] << 8 | a->octets[3];
}

/* ---- What the engine wants ---- */

static bool want_dial(void *context, uint64_t stream, const struct yottabgp_connect *how, char *error, size_t size) {
    struct node *n = context;
    (void)error;
    (void)size;
    assert_int_equal(how->peer.port, 179);
    network_dial(&n->world->net, n->index, stream, address_node(&how->peer));
    return true;
}

static bool want_listen(void *context, uint64_t listener, const struct yottabgp_listen *how, char *error, size_t size) {
    struct node *n = context;
    (void)how;
    (void)error;
    (void)size;
    n->listener = listener;
    return true;
}

static void want_unlisten(void *context, uint64_t listener) {
    struct node *n = context;
    assert_int_equal(n->listener, listener);
    n->listener = 0;
}

static void want_output(void *context, uint64_t stream) {
    struct node *n = context;
    if (!(stream & client_stream))
        network_output(&n->world->net, n->index, stream);
}

static void want_pause(void *context, uint64_t stream, bool paused) {
    struct node *n = context;
    if (!(stream & client_stream))
        network_pause(&n->world->net, n->index, stream, paused);
}

static void want_hang_up(void *context, uint64_t stream, bool after_output) {
    struct node *n = context;
    if (!(stream & client_stream))
        network_hang_up(&n->world->net, n->index, stream, after_output);
}

static bool want_start(void *context, uint64_t helper, const struct yottabgp_program *program, char *error,
                       size_t size) {
    struct node *n = context;
    assert_string_equal(program->name, "helper");
    assert_int_equal(n->helper, 0);
    if (!n->world->rests && world_random(n->world, 8) == 0) {
        snprintf(error, size, "no more processes");
        return false;
    }
    n->helper = helper;
    n->helper_paused = n->outputs = n->stopping = false;
    buffer_clear(&n->heard);
    return true;
}

static void want_stop(void *context, uint64_t helper) {
    struct node *n = context;
    assert_int_equal(n->helper, helper);
    n->stopping = true;
}

static void want_helper_output(void *context, uint64_t helper) {
    struct node *n = context;
    n->outputs |= n->helper == helper;
}

static void want_helper_pause(void *context, uint64_t helper, bool paused) {
    struct node *n = context;
    if (n->helper == helper)
        n->helper_paused = paused;
}

static void want_log(void *context, enum yottabgp_level level, const char *source, const char *text, size_t len) {
    const struct node *n = context;
    (void)level;
    if (n->world->logs)
        printf("# %.6f node %u %s: %.*s\n", (double)n->world->net.now / 1e6, n->index, source, (int)len, text);
}

static void want_end(void *context, int status) {
    (void)context;
    fail_msg("an engine wants to end with status %d", status);
}

/* ---- Its life ---- */

void node_start(struct node *n) {
    struct world *w = n->world;
    const struct yottabgp_host host = {
        .context = n,
        .dial = want_dial,
        .listen = want_listen,
        .unlisten = want_unlisten,
        .output = want_output,
        .pause = want_pause,
        .hang_up = want_hang_up,
        .start = want_start,
        .stop = want_stop,
        .helper_output = want_helper_output,
        .helper_pause = want_helper_pause,
        .log = want_log,
        .end = want_end,
    };
    char bind[40], error[256];
    snprintf(bind, sizeof bind, "exabgp_tcp_bind=10.0.%u.%u", n->index >> 8, n->index & 255);
    char *variables[] = {bind, (char[]){"exabgp_log_enable=true"}, NULL};
    n->engine = yottabgp_new(variables, w->settings, &host, world_random(w, UINT64_MAX), error, sizeof error);
    assert_non_null(n->engine);
    yottabgp_clock(n->engine, 0);
    assert_true(yottabgp_load(n->engine, (const char *const[]){n->file}, 1, w->net.now));
    yottabgp_start(n->engine, w->net.now);
    for (unsigned i = 0; i < n->link_count; i++) {
        n->links[i].was_configured = n->links[i].configured;
        if (n->links[i].configured)
            memcpy(n->links[i].said, n->from_file, sizeof n->from_file);
    }
    node_turn(n);
}

/* The helper knows nothing of it, until a session comes up. */
static void link_forget(struct link *l) {
    memset(l->heard, 0, sizeof l->heard);
    l->up = l->knows = false;
}

void node_crash(struct node *n) {
    network_leave(&n->world->net, n->index);
    yottabgp_free(n->engine);
    n->engine = NULL;
    n->helper = n->listener = n->stopped_until = 0;
    for (unsigned i = 0; i < n->link_count; i++) {
        struct link *l = &n->links[i];
        memset(l->said, 0, sizeof l->said);
        link_forget(l);
    }
}

bool node_runs(const struct node *n) {
    return n->engine && n->world->net.now >= n->stopped_until;
}

/* All that was ready has been told. What the engine puts off is due at once, and done with that. */
void node_turn(struct node *n) {
    uint64_t now = n->world->net.now;
    for (unsigned tries = 0; tries == 0 || yottabgp_deadline(n->engine) <= now; tries++) {
        assert_true(tries < 100);
        yottabgp_timer(n->engine, now);
        yottabgp_turn(n->engine, now);
    }
}

/* ---- Configuration ---- */

static void put_neighbor(struct buffer *b, const struct node *n, const struct link *l) {
    struct yottabgp_address own = node_address(n->index), peer = node_address(l->to);
    put_format(b, "neighbor 10.0.%u.%u {\n\trouter-id 10.0.%u.%u;\n\tlocal-address 10.0.%u.%u;\n", peer.octets[2],
               peer.octets[3], own.octets[2], own.octets[3], own.octets[2], own.octets[3]);
    put_format(b, "\tlocal-as %u;\n\tpeer-as %u;\n\thold-time %u;\n", 65000 + n->index, 65000 + l->to,
               (unsigned)n->hold_time);
    put_literal(b, "\tfamily {\n\t\tipv4 unicast;\n\t}\n");
    put_literal(b, "\tapi {\n\t\tprocesses [ helper ];\n\t\tneighbor-changes;\n\t\treceive {\n\t\t\tparsed;\n"
                   "\t\t\tupdate;\n\t\t}\n\t}\n\tstatic {\n");
    for (unsigned i = 0; i < WORLD_FROM_FILE; i++)
        if (n->from_file[i])
            put_format(b, "\t\troute 10.1.%u.0/24 next-hop 10.9.9.9 med %u;\n", i, n->from_file[i]);
    put_literal(b, "\t}\n}\n");
}

void node_write_configuration(struct node *n, bool good) {
    struct buffer b = buffer_growing();
    put_literal(&b, "process helper {\n\trun /bin/cat;\n\tencoder json;\n}\n");
    for (unsigned i = 0; i < n->link_count; i++)
        if (n->links[i].configured)
            put_neighbor(&b, n, &n->links[i]);
    if (!good)
        put_literal(&b, "neighbor 10.0.0.1 {\n\thold-time never;\n}\n");
    FILE *file = fopen(n->file, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(b.base, 1, buffer_len(&b), file), buffer_len(&b));
    fclose(file);
    buffer_release(&b);
}

void node_reload(struct node *n) {
    yottabgp_act(n->engine, YOTTABGP_RELOAD, 10, n->world->net.now);
    node_turn(n);
    for (unsigned i = 0; i < n->link_count; i++) {
        struct link *l = &n->links[i];
        if (l->configured)
            memcpy(l->said, n->from_file, sizeof n->from_file);
        else
            memset(l->said, 0, sizeof l->said);
        if (l->configured != l->was_configured)
            link_forget(l); /* it may be back before the helper has heard that it went */
        l->was_configured = l->configured;
    }
}

/* ---- Its helper: what it says ---- */

void node_say(struct node *n, const char *format, ...) {
    char line[256];
    va_list list;
    va_start(list, format);
    size_t len = (size_t)vsnprintf(line, sizeof line, format, list);
    va_end(list);
    assert_true(len + 1 < sizeof line);
    line[len++] = '\n';
    /* In one piece or in two. */
    size_t first = world_random(n->world, 2) ? len : world_random(n->world, len);
    n->world->commands++;
    n->sayings++;
    if (first)
        yottabgp_helper_said(n->engine, n->helper, (const uint8_t *)line, first, n->world->net.now);
    if (first < len)
        yottabgp_helper_said(n->engine, n->helper, (const uint8_t *)line + first, len - first, n->world->net.now);
    node_turn(n);
}

static void put_route_words(struct buffer *b, unsigned prefix, uint8_t med) {
    put_format(b, med ? "announce route 10.1.%u.0/24 next-hop 10.9.9.9" : "withdraw route 10.1.%u.0/24", prefix);
    if (med)
        put_format(b, " med %u", med);
    put_u8(b, 0);
}

bool node_can_say(const struct node *n) {
    return node_runs(n) && n->helper && !n->helper_paused && !n->stopping;
}

void node_announce(struct node *n, int link, unsigned prefix, uint8_t med) {
    uint8_t memory[128];
    struct buffer words = buffer_fixed(memory, sizeof memory);
    put_route_words(&words, prefix, med);
    for (unsigned i = 0; i < n->link_count; i++)
        if (n->links[i].configured && (link < 0 || link == (int)i))
            n->links[i].said[prefix] = med;
    if (link < 0) {
        node_say(n, "%s", (char *)memory);
    } else {
        struct yottabgp_address peer = node_address(n->links[link].to);
        node_say(n, "neighbor 10.0.%u.%u %s", peer.octets[2], peer.octets[3], (char *)memory);
    }
}

void node_teardown(struct node *n, unsigned link, unsigned subcode) {
    struct yottabgp_address peer = node_address(n->links[link].to);
    node_say(n, "neighbor 10.0.%u.%u teardown %u", peer.octets[2], peer.octets[3], subcode);
}

void node_kill_helper(struct node *n, int status, int signal) {
    uint64_t helper = n->helper;
    n->helper = 0;
    n->helper_deaf = false;
    n->sayings = n->answers = 0;
    for (unsigned i = 0; i < n->link_count; i++)
        link_forget(&n->links[i]);
    yottabgp_helper_ended(n->engine, helper, status, signal, n->world->net.now);
    node_turn(n);
}

/* ---- Its helper: what it hears ---- */

static struct link *link_to(struct node *n, unsigned to) {
    for (unsigned i = 0; i < n->link_count; i++)
        if (n->links[i].to == to)
            return &n->links[i];
    fail_msg("node %u heard of node %u, no neighbor", n->index, to);
    return NULL;
}

static unsigned prefix_number(const json_t *nlri) {
    unsigned number;
    const char *text = json_string_value(json_object_get(nlri, "nlri"));
    assert_non_null(text);
    assert_int_equal(sscanf(text, "10.1.%u.0/24", &number), 1);
    assert_true(number < WORLD_PREFIXES);
    return number;
}

static void link_hear_state(struct node *n, struct link *l, const char *state) {
    assert_non_null(state);
    if (!strcmp(state, "up")) {
        assert_false(l->knows && l->up);
        l->up = l->knows = true;
    } else if (!strcmp(state, "down")) {
        if (n->world->rests && l->up)
            fail_msg("node %u lost node %u at rest", n->index, l->to);
        l->up = false;
        l->downs++;
    } else {
        assert_string_equal(state, "connected");
        assert_false(l->knows && l->up);
    }
    if (!l->up)
        memset(l->heard, 0, sizeof l->heard);
}

static void link_hear_update(struct link *l, const json_t *update) {
    const char *key;
    json_t *next_hop, *nlri;
    size_t i;
    json_t *withdrawn = json_object_get(json_object_get(update, "withdraw"), "ipv4 unicast");
    json_t *announced = json_object_get(json_object_get(update, "announce"), "ipv4 unicast");
    json_t *med = json_object_get(json_object_get(update, "attribute"), "med");
    assert_true(!l->knows || l->up);
    json_array_foreach(withdrawn, i, nlri) l->heard[prefix_number(nlri)] = 0;
    json_object_foreach(announced, key, next_hop) json_array_foreach(next_hop, i, nlri) l->heard[prefix_number(nlri)] =
        (uint8_t)json_integer_value(med);
}

static void node_hear_event(struct node *n, const json_t *event) {
    const char *type = json_string_value(json_object_get(event, "type"));
    json_t *neighbor = json_object_get(event, "neighbor");
    json_t *address = json_object_get(json_object_get(neighbor, "address"), "peer");
    unsigned high, low;
    n->world->events++;
    assert_non_null(type);
    if (!neighbor)
        return;
    assert_int_equal(sscanf(json_string_value(address), "10.0.%u.%u", &high, &low), 2);
    struct link *l = link_to(n, high << 8 | low);
    if (!strcmp(type, "state"))
        link_hear_state(n, l, json_string_value(json_object_get(neighbor, "state")));
    json_t *update = json_object_get(json_object_get(neighbor, "message"), "update");
    if (update)
        link_hear_update(l, update);
}

static void node_hear_line(struct node *n, const char *line, size_t len) {
    if (len == 0)
        return;
    if (len == 4 && !memcmp(line, "done", 4)) {
        n->answers++;
    } else if (len == 5 && !memcmp(line, "error", 5)) {
        n->answers++;
        n->errors++;
    } else if (line[0] == '{') { /* or it is a line of a table */
        if (n->world->logs)
            printf("# %.6f node %u hears: %.*s\n", (double)n->world->net.now / 1e6, n->index, (int)len, line);
        json_error_t error;
        json_t *event = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
        if (!event)
            fail_msg("%s: %.*s", error.text, (int)len, line);
        node_hear_event(n, event);
        json_decref(event);
    }
}

static void node_hear_lines(struct node *n) {
    const char *at = (const char *)n->heard.base, *end;
    size_t left = buffer_len(&n->heard);
    for (; left && (end = memchr(at, '\n', left)); at = end + 1) {
        left -= (size_t)(end - at) + 1;
        node_hear_line(n, at, (size_t)(end - at));
    }
    buffer_drop(&n->heard, buffer_len(&n->heard) - left);
}

/* The helper reads, some or all. */
void node_listen(struct node *n) {
    const uint8_t *octets;
    size_t len;
    if (n->stopping) {
        node_kill_helper(n, 0, 15);
        return;
    }
    while (n->helper && n->outputs && !n->helper_deaf) {
        len = yottabgp_helper_output(n->engine, n->helper, &octets);
        n->outputs = len != 0;
        if (len > 1 && world_random(n->world, 4) == 0)
            len = 1 + world_random(n->world, len);
        put_octets(&n->heard, octets, len);
        if (len)
            yottabgp_helper_sent(n->engine, n->helper, len);
        node_hear_lines(n);
    }
    assert_true(n->answers <= n->sayings);
    node_turn(n);
}

/* ---- Somebody asks, from outside ---- */

void node_ask(struct node *n, const char *command, struct buffer *answer) {
    uint64_t stream = yottabgp_client(n->engine), now = n->world->net.now;
    const uint8_t *octets;
    size_t len;
    yottabgp_received(n->engine, stream, (const uint8_t *)command, strlen(command), now);
    yottabgp_received(n->engine, stream, (const uint8_t *)"\n", 1, now);
    yottabgp_turn(n->engine, now);
    while ((len = yottabgp_output(n->engine, stream, &octets, now))) {
        put_octets(answer, octets, len);
        yottabgp_sent(n->engine, stream, len, now);
        yottabgp_turn(n->engine, now);
    }
    yottabgp_closed(n->engine, stream, "closed", now);
    yottabgp_turn(n->engine, now);
}
