/* healthcheck: announces addresses while a check succeeds (healthcheck.h says what its parts are). */
#include "app/healthcheck.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"

/* ---- The log: standard error and syslog, both unless told otherwise ---- */

void health_log(struct health *h, enum log_level level, const char *format, ...) {
    static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
    char line[2048];
    if (level == LOG_LEVEL_DEBUG && !h->options.debug)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (!h->options.silent)
        fprintf(stderr, "%s[healthcheck] %s\n", names[level], line);
    if (h->to_syslog)
        log_syslog_send(&h->syslog, level, text_of(line));
}

bool health_log_open(struct health *h, char *error, size_t size) {
    const struct health_options *o = &h->options;
    snprintf(h->tag, sizeof h->tag, "healthcheck%s%s", o->name && *o->name ? "-" : "", o->name ? o->name : "");
    h->to_syslog = !o->no_syslog && !o->debug;
    if (!h->to_syslog)
        return true;
    if (!log_syslog_open(&h->syslog, h->tag, NULL, error, size))
        return false;
    h->syslog.facility = health_facility(o->syslog_facility);
    return true;
}

/* ---- Starting ---- */

static bool health_write_pid(const struct health *h, char *error, size_t size) {
    if (!h->options.pid)
        return true;
    FILE *file = fopen(h->options.pid, "we");
    bool good = file && fprintf(file, "%d\n", (int)getpid()) > 0;
    if (file)
        good = fclose(file) == 0 && good;
    if (!good)
        snprintf(error, size, "cannot write %s: %s", h->options.pid, strerror(errno));
    return good;
}

/* The group first, as the right to change it goes with the user. */
static bool health_become(struct health *h) {
    const struct health_options *o = &h->options;
    const struct group *group = o->group ? getgrnam(o->group) : NULL;
    const struct passwd *user = o->user ? getpwnam(o->user) : NULL;
    if ((o->group && !group) || (o->user && !user)) {
        health_log(h, LOG_LEVEL_ERROR, "there is no %s %s", o->group && !group ? "group" : "user",
                   o->group && !group ? o->group : o->user);
        return false;
    }
    bool root = geteuid() == 0;
    bool good = (!group || setresgid(group->gr_gid, group->gr_gid, group->gr_gid) == 0) &&
                (!user || !root || initgroups(user->pw_name, getgid()) == 0) &&
                (!user || setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == 0);
    if (!good)
        health_log(h, LOG_LEVEL_ERROR, "cannot become %s%s%s: %s", o->user ? o->user : "",
                   o->user && o->group ? ":" : "", o->group ? o->group : "", strerror(errno));
    return good;
}

static bool health_too_many(struct health *h) {
    health_log(h, LOG_LEVEL_ERROR, "the networks have more than %d addresses", HEALTH_MOST_IPS);
    return false;
}

static bool health_addresses(struct health *h) {
    struct health_options *o = &h->options;
    bool manages = !o->no_ip_setup || o->dynamic_ip_setup;
    if (!o->ips.count && !health_ips_find(h, &o->ips))
        return false;
    if (!o->ips.count) {
        health_log(h, LOG_LEVEL_ERROR, "No IP found");
        return false;
    }
    if ((manages || o->deaggregate_networks) && !health_ips_expand(&o->ips, &h->single))
        return health_too_many(h);
    return o->no_ip_setup || health_ips_setup(h);
}

static void health_order(struct health_options *o, const struct health_ips *single) {
    if (o->deaggregate_networks) {
        health_ips_release(&o->ips);
        for (size_t i = 0; i < single->count; i++)
            health_ips_add(&o->ips, single->items[i]);
    }
    health_ips_rotate(&o->ips, o->start_ip);
}

/* ---- Running ---- */

static bool health_announce(struct health *h, enum health_state state) {
    const struct health_options *o = &h->options;
    if (!health_state_speaks(state))
        return true;
    if (state == HEALTH_UP && o->dynamic_ip_setup) {
        health_log(h, LOG_LEVEL_INFO, "service up, restoring loopback and ip-ifname ips");
        if (!health_ips_setup(h))
            return false;
    }
    health_log(h, LOG_LEVEL_INFO, "send announces for %s state to ExaBGP", health_state_name(state));
    bool told = health_tell(h, state);
    if (!told)
        health_log(h, LOG_LEVEL_ERROR, "nobody reads what is announced: the engine is gone");
    if (!told && state != HEALTH_EXIT)
        return false;
    if (state == HEALTH_EXIT && (o->dynamic_ip_setup || !o->no_ip_setup)) {
        health_log(h, LOG_LEVEL_INFO, "exiting, deleting setup ips");
        health_ips_remove(h);
    } else if ((state == HEALTH_DOWN || state == HEALTH_DISABLED) && o->dynamic_ip_setup && !health_ending()) {
        health_log(h, LOG_LEVEL_INFO, "service down, deleting setup ips");
        health_ips_remove(h);
    }
    return told;
}

/* One turn; false when the program cannot go on. */
static bool health_turn_once(struct health *h) {
    struct stat st;
    bool disabled = h->options.disable && stat(h->options.disable, &st) == 0;
    bool success = disabled || health_check(h);
    if (health_ending())
        return true;
    bool changed = health_machine_turn(&h->machine, disabled, success);
    if (changed)
        health_hooks(h, h->machine.state);
    if (health_ending() || (h->options.debounce && !changed))
        return true;
    return health_announce(h, h->machine.state);
}

static bool health_loop(struct health *h) {
    const struct health_options *o = &h->options;
    while (!health_ending()) {
        if (!health_turn_once(h))
            return false;
        bool between = h->machine.state == HEALTH_RISING || h->machine.state == HEALTH_FALLING;
        if (!between && o->interval == 0 && !health_ending()) {
            health_log(h, LOG_LEVEL_INFO, "interval set to zero, exiting after the announcement");
            return true;
        }
        if (!health_pause(h, between ? o->fast_interval : o->interval)) {
            health_log(h, LOG_LEVEL_ERROR, "the engine is gone");
            return false;
        }
    }
    return health_announce(h, HEALTH_EXIT);
}

static bool health_serve(struct health *h) {
    const char *ack = environment_value("api.ack");
    bool answers = !ack || strcmp(ack, "false") != 0;
    h->machine = (struct health_machine){.rise = h->options.rise, .fall = h->options.fall};
    h->engine.ended = isatty(0); /* run by hand: the keyboard is somebody else's */
    h->engine.waits = answers && !h->options.no_ack && !isatty(1);
    health_signals();
    if (!health_addresses(h) || !health_become(h))
        return false;
    health_order(&h->options, &h->single);
    return health_loop(h);
}

static int health_wrong_usage(const struct invocation *invocation, const char *error, int status) {
    if (status == EXIT_USAGE)
        fprintf(stderr, "usage: %s healthcheck [options]    (--help lists them)\n", invocation->program);
    fprintf(stderr, "%s healthcheck: error: %s\n", invocation->program, error);
    return status;
}

static int health_help(const struct invocation *invocation) {
    struct buffer b = buffer_growing();
    put_health_help(&b);
    print_usage(invocation, &subcommand_healthcheck, true);
    fwrite(b.base, 1, buffer_len(&b), stdout);
    buffer_release(&b);
    return EXIT_SUCCESS;
}

static int health_main(const struct invocation *invocation, int argc, char **argv) {
    struct health h = {.program = invocation->program, .word = environment_form() == 6 ? "peer" : "neighbor"};
    char error[512] = "";
    int status = 0;
    h.syslog.fd = -1;
    bool good = health_options_parse(&h.options, argc, argv, error, sizeof error, &status);
    if (good && !h.options.help) {
        status = EXIT_FAILURE;
        good = health_ifnames_check(&h.options, error, sizeof error) && health_log_open(&h, error, sizeof error) &&
               health_write_pid(&h, error, sizeof error);
    }
    if (!good)
        status = health_wrong_usage(invocation, error, status);
    else if (h.options.help)
        status = health_help(invocation);
    else
        status = health_serve(&h) ? EXIT_SUCCESS : EXIT_FAILURE;
    log_syslog_close(&h.syslog);
    health_ips_release(&h.single);
    health_options_release(&h.options);
    return status;
}

const struct subcommand subcommand_healthcheck = {
    .name = "healthcheck",
    .usage = "[options]",
    .summary = "announce addresses while a service works (run as a helper)",
    .help = "process web {\n"
            "    run yottabgp healthcheck --cmd \"curl -sf http://127.0.0.1/\" --ip 192.0.2.53 --withdraw-on-down;\n"
            "    encoder text;\n"
            "}\n\n",
    .own_help = true,
    .run = health_main,
};
