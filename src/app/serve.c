/* server: the engine, joined with the operating system. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/classic.h"
#include "app/local.h"
#include "app/several.h"
#include "host/daemon.h"
#include "host/host.h"
#include "host/log.h"

extern char **environ;

struct server {
    struct host *host;
    struct yottabgp *engine;
    struct log *log;
    struct yottabgp_settings settings;
    struct local local;
    const char *env_file;           /* borrowed */
    const char **files;             /* owned, each too */
    uint32_t descriptors;           /* what helpers get as their limit */
    bool claimed;                   /* the pid file is ours */
    bool reloading;                 /* systemd thinks so */
    uint64_t alive_at, alive_every; /* when the watchdog is told next, and how often; 0: nobody watches */
    int status;
};

static void server_log(void *context, enum yottabgp_level level, const char *source, const char *text, size_t len) {
    const struct server *s = context;
    if (s->log)
        log_line(s->log, (enum log_level)level, source, (struct text){text, len});
}

static void heard_warning(void *context, const char *text) {
    struct server *s = context;
    if (yottabgp_log_wants(s->engine, YOTTABGP_WARNING, "network"))
        server_log(s, YOTTABGP_WARNING, "network", text, strlen(text));
}

static void local_says(void *context, enum yottabgp_level level, const char *text) {
    const struct server *s = context;
    if (yottabgp_log_wants(s->engine, level, "processes"))
        server_log(context, level, "processes", text, strlen(text));
}

/* ---- What the engine wants, handed to the host ---- */

static struct ip ip_from(const struct yottabgp_address *a) {
    return ip_of(a->octets, a->len);
}

static void address_from(struct yottabgp_address *out, struct ip ip, uint16_t port) {
    *out = (struct yottabgp_address){.len = ip.len, .port = port};
    memcpy(out->octets, ip.octets, sizeof out->octets);
}

static struct host_secret secret_from(const struct yottabgp_secret *s) {
    return (struct host_secret){
        .key = {s->key ? s->key : "", s->key ? s->key_len : 0},
        .ao_algorithm = s->ao_algorithm,
        .ao_send = s->ao_id,
        .ao_receive = s->ao_id,
    };
}

static bool want_dial(void *context, uint64_t stream, const struct yottabgp_connect *how, char *error, size_t size) {
    struct server *s = context;
    struct host_connect connect = {
        .peer = ip_from(&how->peer),
        .local = ip_from(&how->local),
        .port = how->peer.port,
        .ttl = how->ttl,
        .min_ttl = how->min_ttl,
        .interface = how->interface,
        .secret = secret_from(&how->secret),
    };
    bool good = host_connect(s->host, stream, &connect);
    if (!good)
        snprintf(error, size, "%s", host_error(s->host));
    return good;
}

static bool want_listen(void *context, uint64_t listener, const struct yottabgp_listen *how, char *error, size_t size) {
    struct server *s = context;
    struct host_peer_secret *secrets = calloc(how->secret_count + 1, sizeof *secrets);
    if (!secrets)
        return false;
    for (size_t i = 0; i < how->secret_count; i++) {
        secrets[i].secret = secret_from(&how->secrets[i]);
        secrets[i].peer = (struct prefix){ip_from(&how->secrets[i].peer), how->secrets[i].bits};
    }
    struct host_listen listen = {
        .ip = ip_from(&how->local),
        .port = how->local.port,
        .ttl = how->ttl,
        .min_ttl = how->min_ttl,
        .secrets = secrets,
        .secret_count = how->secret_count,
    };
    bool good = host_listen(s->host, listener, &listen);
    if (!good)
        snprintf(error, size, "%s", host_error(s->host));
    free(secrets);
    return good;
}

static void want_unlisten(void *context, uint64_t listener) {
    struct server *s = context;
    host_unlisten(s->host, listener);
}

static void want_output(void *context, uint64_t stream) {
    struct server *s = context;
    if (!local_output(&s->local, stream))
        host_output(s->host, stream);
}

static void want_pause(void *context, uint64_t stream, bool paused) {
    struct server *s = context;
    if (!local_pause(&s->local, stream, paused))
        host_pause(s->host, stream, paused);
}

static void want_hang_up(void *context, uint64_t stream, bool after_output) {
    struct server *s = context;
    if (local_hang_up(&s->local, stream))
        return;
    if (after_output)
        host_finish(s->host, stream, 1000000);
    else
        host_close(s->host, stream);
}

static bool want_start(void *context, uint64_t helper, const struct yottabgp_program *program, char *error,
                       size_t size) {
    struct server *s = context;
    struct host_program how = {
        .argv = program->argv,
        .environment = program->environment,
        .folder = program->folder,
        .user = program->user,
        .group = program->group,
        .descriptors = program->open_files ? program->open_files : s->descriptors,
        .catch_errors = program->catch_errors,
    };
    bool good = host_start(s->host, helper, &how);
    if (!good)
        snprintf(error, size, "%s", host_error(s->host));
    return good;
}

static void want_stop(void *context, uint64_t helper) {
    struct server *s = context;
    host_stop_helper(s->host, helper, 2000000);
}

static void want_helper_output(void *context, uint64_t helper) {
    struct server *s = context;
    host_helper_output(s->host, helper);
}

static void want_helper_pause(void *context, uint64_t helper, bool paused) {
    struct server *s = context;
    host_helper_pause(s->host, helper, paused);
}

static int want_helper_pid(void *context, uint64_t helper) {
    const struct server *s = context;
    return (int)host_helper_pid(s->host, helper);
}

static void want_stage(void *context, enum yottabgp_stage stage, const char *status) {
    struct server *s = context;
    bool reloaded = s->reloading && stage == YOTTABGP_RUNNING;
    s->reloading = stage == YOTTABGP_RELOADING;
    if (stage == YOTTABGP_RELOADING)
        daemon_reloading();
    else if (stage == YOTTABGP_STOPPING)
        daemon_stopping();
    else if (reloaded)
        daemon_ready(status);
    else
        daemon_status(status);
}

static void want_end(void *context, int status) {
    struct server *s = context;
    s->status = status;
    host_stop_gently(s->host);
}

/* ---- What happens, told to the engine ---- */

static void heard_connected(void *context, uint64_t id, const struct host_ends *ends) {
    struct server *s = context;
    struct yottabgp_address local, peer;
    address_from(&local, ends->local, ends->local_port);
    address_from(&peer, ends->peer, ends->peer_port);
    yottabgp_dialed(s->engine, id, &local, &peer, host_now(s->host));
}

static void heard_accepted(void *context, uint64_t listener, const struct host_ends *ends) {
    struct server *s = context;
    struct yottabgp_address local, peer;
    if (listener == local_listener) {
        local_accepted(&s->local);
        return;
    }
    address_from(&local, ends->local, ends->local_port);
    address_from(&peer, ends->peer, ends->peer_port);
    uint64_t id = yottabgp_accepted(s->engine, listener, &local, &peer, host_now(s->host));
    if (!id)
        return;
    uint8_t ttl, min_ttl;
    yottabgp_accepted_ttl(s->engine, id, &ttl, &min_ttl);
    if (!host_accepted_ttl(s->host, ttl, min_ttl) || !host_accept(s->host, id))
        yottabgp_closed(s->engine, id, host_error(s->host), host_now(s->host));
}

static void heard_received(void *context, uint64_t id, const uint8_t *octets, size_t len) {
    struct server *s = context;
    yottabgp_received(s->engine, id, octets, len, host_now(s->host));
}

static void heard_finished(void *context, uint64_t id) {
    struct server *s = context;
    yottabgp_finished(s->engine, id);
}

static void server_timer(struct server *s) {
    uint64_t deadline = yottabgp_deadline(s->engine);
    if (s->alive_every && s->alive_at < deadline)
        deadline = s->alive_at;
    host_timer(s->host, deadline == UINT64_MAX ? 0 : deadline);
}

static int heard_output(void *context, uint64_t id, struct iovec *pieces, int max) {
    struct server *s = context;
    const uint8_t *octets;
    size_t len = max > 0 ? yottabgp_output(s->engine, id, &octets, host_now(s->host)) : 0;
    server_timer(s); /* writing comes after the turn, and what must wait says only now until when */
    if (!len)
        return 0;
    pieces[0] = (struct iovec){(void *)(uintptr_t)octets, len};
    return 1;
}

static void heard_sent(void *context, uint64_t id, size_t len) {
    struct server *s = context;
    yottabgp_sent(s->engine, id, len, host_now(s->host));
}

static void heard_closed(void *context, uint64_t id, const char *reason) {
    struct server *s = context;
    if (yottabgp_is_client(id))
        local_closed(&s->local);
    yottabgp_closed(s->engine, id, reason, host_now(s->host));
}

static void heard_helper_said(void *context, uint64_t id, const uint8_t *octets, size_t len) {
    struct server *s = context;
    yottabgp_helper_said(s->engine, id, octets, len, host_now(s->host));
}

static int heard_helper_output(void *context, uint64_t id, struct iovec *pieces, int max) {
    struct server *s = context;
    const uint8_t *octets;
    size_t len = max > 0 ? yottabgp_helper_output(s->engine, id, &octets) : 0;
    if (!len)
        return 0;
    pieces[0] = (struct iovec){(void *)(uintptr_t)octets, len};
    return 1;
}

static void heard_helper_sent(void *context, uint64_t id, size_t len) {
    struct server *s = context;
    yottabgp_helper_sent(s->engine, id, len);
}

static void heard_helper_error(void *context, uint64_t id, const char *line, size_t len) {
    struct server *s = context;
    yottabgp_helper_error(s->engine, id, line, len);
}

static void heard_helper_deaf(void *context, uint64_t id) {
    struct server *s = context;
    yottabgp_helper_deaf(s->engine, id, host_now(s->host));
}

static void heard_helper_mute(void *context, uint64_t id) {
    struct server *s = context;
    yottabgp_helper_mute(s->engine, id, host_now(s->host));
}

static void heard_helper_ended(void *context, uint64_t id, int status, int signal) {
    struct server *s = context;
    yottabgp_helper_ended(s->engine, id, status, signal, host_now(s->host));
}

static void heard_timer(void *context, uint64_t now) {
    struct server *s = context;
    yottabgp_timer(s->engine, now);
}

static void heard_signal(void *context, int number) {
    struct server *s = context;
    enum yottabgp_action action = number == SIGUSR1   ? YOTTABGP_RELOAD
                                  : number == SIGUSR2 ? YOTTABGP_RELOAD_HELPERS
                                  : number == SIGALRM ? YOTTABGP_RESTART
                                                      : YOTTABGP_SHUTDOWN;
    yottabgp_act(s->engine, action, number, host_now(s->host));
}

/* Only who goes round the loop is alive. */
static void server_alive(struct server *s, uint64_t now) {
    if (!s->alive_every || now < s->alive_at)
        return;
    daemon_alive();
    s->alive_at = now + s->alive_every;
}

static int64_t wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The time of day may jump, and goes on while the machine sleeps, which our clock does not: it is looked at again. */
static void server_clock(const struct server *s) {
    yottabgp_clock(s->engine, wall_clock() - (int64_t)host_now(s->host));
}

static void heard_turn(void *context, uint64_t now) {
    struct server *s = context;
    server_clock(s);
    yottabgp_turn(s->engine, now);
    local_turn(&s->local, s->env_file);
    if (log_waiting(s->log))
        log_flush(s->log);
    server_alive(s, now);
    server_timer(s);
}

static const struct host_events server_events = {
    .connected = heard_connected,
    .accepted = heard_accepted,
    .received = heard_received,
    .finished = heard_finished,
    .output = heard_output,
    .sent = heard_sent,
    .closed = heard_closed,
    .helper_said = heard_helper_said,
    .helper_output = heard_helper_output,
    .helper_sent = heard_helper_sent,
    .helper_error = heard_helper_error,
    .helper_deaf = heard_helper_deaf,
    .helper_mute = heard_helper_mute,
    .helper_ended = heard_helper_ended,
    .timer = heard_timer,
    .signal = heard_signal,
    .turn = heard_turn,
    .warning = heard_warning,
};

/* ---- The program ---- */

/* Options become settings, as if they had been in the environment. */
static bool server_parse(int argc, char **argv) {
    int option;
    while ((option = getopt_long(argc, argv, CLASSIC_LETTERS, classic_options, NULL)) != -1) {
        switch (option) {
        case 'v':
        case 'd':
            setenv("yottabgp_log_all", "true", 1);
            setenv("yottabgp_log_level", "DEBUG", 1);
            setenv("yottabgp_log_short", "false", 1);
            break;
        case 'P': setenv("yottabgp_bgp_passive", "true", 1); break;
        case 's': classic_signal_option(); break;
        case 'f': setenv("EXABGP_ROOT", optarg, 1); break;
        case '1':
        case 'p':
        case 'm':
        case 't':
        case 'e':
        case CLASSIC_PROFILE: break; /* ExaBGP's, for its developers; -1 has no effect in 5.0 either */
        default: return false;
        }
    }
    return optind < argc;
}

static bool server_fails(const struct invocation *invocation, const char *error) {
    fprintf(stderr, "%s: %s\n", invocation->program, error);
    return false;
}

/* The engine first: it knows the settings, and the loop comes after the daemon's forks. */
static bool server_build(struct server *s, const struct invocation *invocation) {
    const struct yottabgp_host wants = {
        .context = s,
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
        .helper_pid = want_helper_pid,
        .log = server_log,
        .stage = daemon_is_watched() ? want_stage : NULL,
        .end = want_end,
    };
    char error[256] = "";
    uint64_t seed;
    if (getentropy(&seed, sizeof seed) != 0)
        seed = (uint64_t)wall_clock() ^ (uint64_t)getpid() << 40;
    s->engine = yottabgp_new(environ, invocation->env_file, &wants, seed, error, sizeof error);
    if (!s->engine)
        return server_fails(invocation, error);
    s->settings = yottabgp_settings(s->engine);
    s->log = log_new(s->settings.log_destination, invocation->program, s->settings.log_short, error, sizeof error);
    if (!s->log)
        return server_fails(invocation, error);
    if (s->settings.log_json)
        log_as_json(s->log);
    if (s->settings.daemonize && !log_is_standard(s->log) && daemon_may_detach() && !daemon_detach(error, sizeof error))
        return server_fails(invocation, error);
    s->descriptors = daemon_raise_descriptors();
    s->host = host_new(&server_events, s);
    if (!s->host)
        return server_fails(invocation, "no descriptors are left");
    server_clock(s);
    s->env_file = invocation->env_file;
    s->local =
        (struct local){.host = s->host, .engine = s->engine, .settings = &s->settings, .say = local_says, .context = s};
    return true;
}

/* The folder changes to / later, and configurations are read again at a reload: names become absolute. */
static const char **server_files(int count, char **names) {
    const char **files = calloc((size_t)count + 1, sizeof *files);
    char *folder = getcwd(NULL, 0);
    for (int i = 0; files && i < count; i++) {
        char *path = NULL;
        bool absolute = names[i][0] == '/' || strcmp(names[i], "-") == 0 || !folder;
        files[i] = absolute || asprintf(&path, "%s/%s", folder, names[i]) < 0 ? strdup(names[i]) : path;
    }
    free(folder);
    return files;
}

static bool server_claim(struct server *s, const struct invocation *invocation) {
    char error[256] = "";
    if (s->settings.pid_file[0] && !pid_file_claim(s->settings.pid_file, error, sizeof error))
        return server_fails(invocation, error);
    s->claimed = s->settings.pid_file[0] != 0;
    return true;
}

static bool server_drop(struct server *s, const struct invocation *invocation) {
    char error[256] = "";
    return daemon_become_user(s->settings.user, error, sizeof error) || server_fails(invocation, error);
}

/* Everything that can fail comes before the first octet from the network is read. */
static bool server_start(struct server *s, const struct invocation *invocation, int count, char **names) {
    s->files = server_files(count, names);
    if (!s->files || !yottabgp_load(s->engine, s->files, (size_t)count, host_now(s->host)))
        return false;
    umask(s->settings.umask);
    if (chdir("/") != 0 || !server_claim(s, invocation))
        return false;
    local_open_socket(&s->local, s->env_file);
    if (s->settings.drop && !server_drop(s, invocation))
        return false;
    yottabgp_start(s->engine, host_now(s->host));
    if (!s->settings.drop && !server_drop(s, invocation))
        return false;
    local_open_pipes(&s->local, s->env_file);
    s->alive_every = daemon_alive_interval();
    daemon_ready("running");
    return true;
}

static void server_release(struct server *s) {
    if (s->claimed)
        pid_file_remove(s->settings.pid_file);
    if (s->host) {
        local_close(&s->local);
        host_free(s->host);
    }
    if (s->engine)
        yottabgp_free(s->engine);
    if (s->log)
        log_free(s->log);
    for (size_t i = 0; s->files && s->files[i]; i++)
        free((char *)(uintptr_t)s->files[i]);
    free(s->files);
}

/* With debug.rotate, several configurations are one after the other in one process: see the library. */
static bool files_rotate(const struct invocation *invocation) {
    char value[8] = "";
    return yottabgp_setting(environ, invocation->env_file, "debug.rotate", value, sizeof value) &&
           strcmp(value, "true") == 0;
}

static int server_serve(const struct invocation *invocation, int count, char **files) {
    struct server s = {.status = EXIT_FAILURE};
    if (!daemon_fill_standard())
        return EXIT_FAILURE;
    if (server_build(&s, invocation) && server_start(&s, invocation, count, files)) {
        s.status = EXIT_SUCCESS;
        host_run(s.host);
        daemon_stopping();
    }
    server_release(&s);
    return s.status;
}

static int server_run(const struct invocation *invocation, int argc, char **argv) {
    int status;
    if (!server_parse(argc, argv))
        return print_usage(invocation, &subcommand_server, false);
    char **files = argv + optind, *one;
    int count = argc - optind;
    if (count > 1 && !files_rotate(invocation)) {
        if (several_fork(invocation, count, files, &status, &one))
            return status;
        return server_serve(invocation, 1, &one);
    }
    return server_serve(invocation, count, files);
}

const struct subcommand subcommand_server = {
    .name = "server",
    .usage = "[options] CONFIG...",
    .summary = "run the engine with a configuration",
    .help = "  -v, --verbose              log everything\n"
            "  -P, --passive              wait for all neighbors, connect to none\n"
            "  -f, --root ROOT            where etc, run and var are (EXABGP_ROOT)\n"
            "  -d, --debug  -1, --once  -m, --memory  -p, --pdb  -t, --test  -s, --signal N  --profile FILE\n"
            "                             let through: ExaBGP's, for its developers\n\n"
            "Several CONFIG are several engines, a process each. \"-\" is standard input.\n\n"
            "Without a subcommand, as with ExaBGP 4.2: --version; --validate CONFIG; -x, --decode HEX CONFIG;\n"
            "-e, --env FILE; --run healthcheck ...; and --fi, --full-ini  --di, --diff-ini  --fe, --full-env  --de,\n"
            "--diff-env to show the settings.\n\n"
            "Signals: TERM, HUP, INT stop; USR1 reloads the configuration; USR2 also restarts all helpers; ALRM also\n"
            "restarts all sessions.\n",
    .run = server_run,
};
