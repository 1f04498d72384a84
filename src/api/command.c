/* Commands: one row each, in the words of both grammars (api-commands.md 7, 8, 9). Both are understood at all times;
 * what is answered goes by the form in force. */
#include "api/asked.h"
#include "api/ensure.h"
#include "api/lease.h"
#include "base/number.h"

#define ANNOUNCE(spec) ((spec)*2 + DRAFT_ANNOUNCE)
#define WITHDRAW(spec) ((spec)*2 + DRAFT_WITHDRAW)

/* clang-format off */
static const struct command commands[] = {
/*   v6                          v4                        reach       selects          help v6, v4  what runs                       options, value,
 *   what may stand behind it, what it does */
    {"#",                        "#",                      REACH_NONE, SELECTS_NEVER,   true,  true,  command_comment,      {NULL}, 0,
     "TEXT", "A comment: it goes to the log, and is answered."},

    {"daemon shutdown",          "shutdown",               REACH_NONE, SELECTS_NEVER,   true,  true,  command_request,      {NULL}, API_SHUTDOWN,
     "", "Ends the program: sessions are closed, helpers are stopped."},
    {"daemon reload",            "reload",                 REACH_NONE, SELECTS_NEVER,   true,  true,  command_request,      {NULL}, API_RELOAD,
     "", "Reads the configuration again and makes what changed true; with a mistake in it nothing changes."},
    {"daemon reload --dry-run",  "reload --dry-run",       REACH_NONE, SELECTS_NEVER,   false, false, command_preview,      {NULL}, 0,
     "[json]", "Tells what a reload would change, or all mistakes of the file, and changes nothing."},
    {"daemon restart",           "restart",                REACH_NONE, SELECTS_NEVER,   true,  true,  command_request,      {NULL}, API_RESTART,
     "", "Reloads, and begins every session and every helper anew."},

    {"session ack enable",       "enable-ack",             REACH_NONE, SELECTS_NEVER,   true,  true,  command_ack,          {NULL}, ACK_ENABLE,
     "", "Answers of this client, from this one on."},
    {"session ack disable",      "disable-ack",            REACH_NONE, SELECTS_NEVER,   true,  true,  command_ack,          {NULL}, ACK_DISABLE,
     "", "No answers of this client any more but this one; data still comes."},
    {"session ack silence",      "silence-ack",            REACH_NONE, SELECTS_NEVER,   true,  true,  command_ack,          {NULL}, ACK_SILENCE,
     "", "No answers of this client any more, not even to this command."},
    {"daemon status",            "status",                 REACH_NONE, SELECTS_NEVER,   true,  false, command_status,       {NULL}, 0,
     "[json | text]", "Shows the version, the process, how long it runs, and the state of each neighbor."},
    {"session reset",            "reset",                  REACH_NONE, SELECTS_NEVER,   true,  true,  command_reset,        {NULL}, 0,
     "", "Forgets what was begun and waits: an open group, an answer on its way."},

    {"session sync enable",      "enable-sync",            REACH_NONE, SELECTS_NEVER,   true,  false, command_sync,         {NULL}, 1,
     "", "From now on a route command is answered when its routes were written to every connected neighbor."},
    {"session sync disable",     "disable-sync",           REACH_NONE, SELECTS_NEVER,   true,  false, command_sync,         {NULL}, 0,
     "", "From now on a route command is answered as soon as its routes are in the outgoing RIB."},
    {"session ping",             "ping",                   REACH_NONE, SELECTS_NEVER,   true,  false, command_ping,         {NULL}, 0,
     "[UUID START] [json | text]", "Answers with the identifier of the program."},
    {"session bye",              "bye",                    REACH_NONE, SELECTS_NEVER,   true,  false, command_bye,          {NULL}, 0,
     "[UUID]", "Says that this client goes."},

    {"system help",              "help",                   REACH_NONE, SELECTS_NEVER,   true,  true,  command_help,         {NULL}, 0,
     "[COMMAND]",
     "Lists the commands, as ExaBGP lists them; with the first words of some: what each is and how it is written."},
    {"system version",           "version",                REACH_NONE, SELECTS_QUIETLY, true,  true,  command_version,      {NULL}, 0,
     "", "Shows the version of ExaBGP whose commands and answers these are."},
    {"system crash",             "crash",                  REACH_NONE, SELECTS,         true,  true,  command_crash,        {NULL}, 0,
     "", "Answers as ExaBGP does when it tests itself, and does no harm."},

    {"system queue-status",      "queue-status",           REACH_NONE, SELECTS_NEVER,   true,  false, command_queues,       {NULL}, 0,
     "", "Shows what waits for each helper: lines and octets."},
    {"system api version",       "api version",            REACH_NONE, SELECTS_NEVER,   true,  false, command_api_version,  {"4", "6"}, 0,
     "[4 | 6]", "Shows or sets the form of answers."},

    {"peer list",                NULL,                     REACH_NONE, SELECTS_NEVER,   true,  false, command_peer_list,    {NULL}, 0,
     "", "Lists the neighbors with their AS and state."},
    {"peer create",              "create neighbor",        REACH_NONE, SELECTS_NEVER,   true,  false, command_create,       {NULL}, 0,
     "IP local-address IP local-as ASN peer-as ASN [router-id IP] [family-allowed AFI-SAFI/...] [graceful-restart SECONDS] [group-updates BOOLEAN] [api PROCESS]...",
     "Makes a neighbor that lives until the next reload, or until it is deleted."},
    {"peer delete",              "delete neighbor",        REACH_NONE, SELECTS_NEVER,   true,  false, command_delete,       {NULL}, 0,
     "SELECTOR", "Deletes neighbors that commands made, and closes their sessions."},
    {"peer show",                "show neighbor",          REACH_ALL,  SELECTS_QUIETLY, true,  true,  command_show_neighbor, {"summary", "extensive", "configuration"}, 0,
     "[IP] [summary | extensive | configuration | json]",
     "Shows neighbors: a line each, all that is known of each, or their configuration."},

    {"peer announce route",      "announce route",         REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_ROUTE),
     "PREFIX next-hop IP|self [KEYWORD VALUE]... [sync | async] [ttl SECONDS] [owner NAME]",
     "Announces a route of a prefix with its attributes."},
    {"peer announce attribute",  "announce attribute",     REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_ATTRIBUTES),
     "KEYWORD VALUE... next-hop IP|self nlri PREFIX...", "Announces several prefixes with the same attributes."},
    {"peer announce attributes", "announce attributes",    REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_ATTRIBUTES),
     "KEYWORD VALUE... next-hop IP|self nlri PREFIX...", "Announces several prefixes with the same attributes."},
    {"peer announce ipv4",       "announce ipv4",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_IPV4),
     "SAFI ROUTE", "Announces a route of an IPv4 family, in the words of that family."},
    {"peer announce ipv6",       "announce ipv6",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_IPV6),
     "SAFI ROUTE", "Announces a route of an IPv6 family, in the words of that family."},
    {"peer announce l2vpn",      "announce l2vpn",         REACH_OWN,  SELECTS,         false, false, command_route,        {NULL}, ANNOUNCE(SPEC_L2VPN),
     "SAFI ROUTE", "Announces a route of EVPN or VPLS, in the words of that family."},
    {"peer announce bgp-ls",     "announce bgp-ls",        REACH_OWN,  SELECTS,         false, false, command_route,        {NULL}, ANNOUNCE(SPEC_BGP_LS),
     "SAFI ROUTE", "Announces a route of BGP-LS, in the words of that family."},
    {"peer announce afi-safi",   "announce afi-safi",      REACH_OWN,  SELECTS,         false, false, command_route,        {NULL}, ANNOUNCE(SPEC_AFI_SAFI),
     "AFI SAFI nlri 0xOCTETS [KEYWORD VALUE]...", "Announces a route of any family, given as octets."},
    {"peer announce flow",       "announce flow",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_FLOW),
     "route { match { COMPONENT; ... } then { ACTION; ... } } | route COMPONENT... ACTION...",
     "Announces a FlowSpec rule."},
    {"peer announce vpls",       "announce vpls",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, ANNOUNCE(SPEC_VPLS),
     "rd RD endpoint N base N offset N size N next-hop IP|self [KEYWORD VALUE]...", "Announces a VPLS route."},
    {"peer withdraw route",      "withdraw route",         REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_ROUTE),
     "PREFIX [KEYWORD VALUE]...", "Withdraws a route; its next hop and attributes may be repeated and do not matter."},
    {"peer withdraw attribute",  "withdraw attribute",     REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_ATTRIBUTES),
     "[KEYWORD VALUE]... nlri PREFIX...", "Withdraws several prefixes."},
    {"peer withdraw attributes", "withdraw attributes",    REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_ATTRIBUTES),
     "[KEYWORD VALUE]... nlri PREFIX...", "Withdraws several prefixes."},
    {"peer withdraw ipv4",       "withdraw ipv4",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_IPV4),
     "SAFI ROUTE", "Withdraws a route of an IPv4 family."},
    {"peer withdraw ipv6",       "withdraw ipv6",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_IPV6),
     "SAFI ROUTE", "Withdraws a route of an IPv6 family."},
    {"peer withdraw l2vpn",      "withdraw l2vpn",         REACH_OWN,  SELECTS,         false, false, command_route,        {NULL}, WITHDRAW(SPEC_L2VPN),
     "SAFI ROUTE", "Withdraws a route of EVPN or VPLS."},
    {"peer withdraw bgp-ls",     "withdraw bgp-ls",        REACH_OWN,  SELECTS,         false, false, command_route,        {NULL}, WITHDRAW(SPEC_BGP_LS),
     "SAFI ROUTE", "Withdraws a route of BGP-LS."},
    {"peer withdraw afi-safi",   "withdraw afi-safi",      REACH_OWN,  SELECTS,         false, false, command_route,        {NULL}, WITHDRAW(SPEC_AFI_SAFI),
     "AFI SAFI nlri 0xOCTETS", "Withdraws a route of any family, given as octets."},
    {"peer withdraw flow",       "withdraw flow",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_FLOW),
     "route { match { COMPONENT; ... } } | route COMPONENT...", "Withdraws a FlowSpec rule."},
    {"peer withdraw vpls",       "withdraw vpls",          REACH_OWN,  SELECTS,         true,  true,  command_route,        {NULL}, WITHDRAW(SPEC_VPLS),
     "rd RD endpoint N base N offset N size N [KEYWORD VALUE]...", "Withdraws a VPLS route."},
    {"peer announce watchdog",   "announce watchdog",      REACH_NONE, SELECTS,         true,  true,  command_watchdog,     {NULL}, 0,
     "[NAME]", "Announces the configured routes of a watchdog to all neighbors; without a name the helper's own."},
    {"peer withdraw watchdog",   "withdraw watchdog",      REACH_NONE, SELECTS,         true,  true,  command_watchdog,     {NULL}, 1,
     "[NAME]", "Withdraws the configured routes of a watchdog from all neighbors; without a name the helper's own."},
    {"peer announce eor",        "announce eor",           REACH_OWN,  SELECTS,         true,  true,  command_end_of_rib,   {NULL}, 0,
     "[AFI SAFI]", "Sends an End-of-RIB marker, of IPv4 unicast where no family is named."},
    {"peer announce route-refresh", "announce route-refresh", REACH_OWN, SELECTS,       true,  true,  command_refresh,      {NULL}, 0,
     "AFI SAFI", "Asks for all routes of a family again."},
    {"peer announce operational", "announce operational",  REACH_OWN,  SELECTS,         true,  true,  command_operational,  {NULL}, 0,
     "asm|adm|rpcq|rpcp|apcq|apcp|lpcq|lpcp afi AFI safi SAFI [advisory TEXT | sequence N [counter N]] [router-id IP]",
     "Sends a message of the operational draft."},
    {"peer group",               "group",                  REACH_OWN,  SELECTS,         true,  false, command_group,        {NULL}, 0,
     "COMMAND ; COMMAND...",
     "Several announce and withdraw commands, applied together; attributes as the first one are for all of them."},
    {"group start",              "group start",            REACH_NONE, SELECTS_NEVER,   true,  false, command_group_start,  {NULL}, 0,
     "", "Collects the announce and withdraw commands that follow, until the end of the group."},
    {"group end",                "group end",              REACH_OWN,  SELECTS_NEVER,   true,  false, command_group_end,    {NULL}, 0,
     "", "Applies the collected commands together and says how many there were."},
    {"peer routes",              NULL,                     REACH_OWN,  SELECTS,         false, false, command_routes,       {NULL}, 0,
     "[AFI [SAFI]] list | add route ROUTE | remove route ROUTE | remove index HEX",
     "Lists, adds and removes routes by their index."},
    {"peer teardown",            "teardown",               REACH_OWN,  SELECTS,         true,  true,  command_teardown,     {NULL}, 0,
     "CODE", "Closes the session with a NOTIFICATION (Cease) of this subcode, and connects again."},

    {"rib show in",              "show adj-rib in",        REACH_ALL,  SELECTS_QUIETLY, true,  true,  command_show_rib,     {"extensive"}, 1,
     "[IP | peer IP] [inet | flow | l2vpn] [prefix P | longer P | shorter P] [community C] [as-path REGEX] [extensive] [json]",
     "Shows the routes that neighbors announced to us."},
    {"rib show out",             "show adj-rib out",       REACH_ALL,  SELECTS_QUIETLY, true,  true,  command_show_rib,     {"extensive"}, 0,
     "[IP | peer IP] [inet | flow | l2vpn] [prefix P | longer P | shorter P] [community C] [as-path REGEX] [extensive] [json]",
     "Shows the routes that we announce to neighbors."},
    {"session snapshot",         "snapshot",               REACH_NONE, SELECTS_NEVER,   false, false, command_snapshot,     {NULL}, 0,
     "", "Tells this client all states and received routes, as events between two markers."},
    {"system processes",         "show processes",         REACH_NONE, SELECTS_NEVER,   false, false, command_processes,    {NULL}, 0,
     "[json | text]", "Shows helpers and clients: state, starts, outbox policy and depth."},
    {"system memory",            "show memory",            REACH_NONE, SELECTS_NEVER,   false, false, command_memory,       {NULL}, 0,
     "[json | text]", "Shows the octets of RIBs, attributes, sessions and outboxes, in all and for each neighbor."},
    {"system log level",         "log level",              REACH_NONE, SELECTS_NEVER,   false, false, command_log_level,    {NULL}, 0,
     "[SUBJECT | all | neighbor IP] LEVEL|default", "Sets what the log tells: of a subject, of a neighbor, or of all."},
    {"system log",               "show log",               REACH_NONE, SELECTS_NEVER,   false, false, command_log,          {NULL}, 0,
     "[json | text]", "Shows what the log tells: the levels of subjects and neighbors."},
    {"rib show owners",          "show owners",            REACH_NONE, SELECTS_NEVER,   false, false, command_show_owners,  {NULL}, 0,
     "[json]", "Shows who owns leased routes, how many, and when the first lease ends."},
    {"peer enable",              "enable",                 REACH_OWN,  SELECTS,         false, false, command_enable,       {NULL}, 1,
     "", "Tries the sessions of these neighbors again."},
    {"peer disable",             "disable",                REACH_OWN,  SELECTS,         false, false, command_enable,       {NULL}, 0,
     "", "Closes the sessions of these neighbors and does not try them; their routes are kept."},
    {"peer ensure begin",        "ensure begin",           REACH_OWN,  SELECTS,         false, false, command_ensure_begin, {NULL}, 0,
     "NAME [ttl SECONDS]", "Begins the whole set of routes that NAME wants; announce commands follow."},
    {"ensure end",               "ensure end",             REACH_NONE, SELECTS_NEVER,   false, false, command_ensure_end,   {NULL}, ENSURE_END,
     "", "Makes the set true: what is new is announced, what is no longer in it withdrawn."},
    {"ensure abort",             "ensure abort",           REACH_NONE, SELECTS_NEVER,   false, false, command_ensure_end,   {NULL}, ENSURE_ABORT,
     "", "Forgets the set that was begun; nothing changes."},
    {"peer withdraw owner",      "withdraw owner",         REACH_OWN,  SELECTS,         false, false, command_owner,        {NULL}, 0,
     "NAME", "Withdraws all leased routes of an owner."},
    {"peer renew owner",         "renew owner",            REACH_OWN,  SELECTS,         false, false, command_owner,        {NULL}, 1,
     "NAME", "Begins the leases of an owner anew, each with its own time."},
    {"session on-exit",          "on-exit",                REACH_NONE, SELECTS_NEVER,   false, false, command_on_exit,      {NULL}, 0,
     "keep | withdraw | withdraw-after SECONDS", "Says what becomes of this client's routes when it ends."},
    {"rib flush out",            "flush adj-rib out",      REACH_OWN,  SELECTS,         true,  true,  command_flush,        {NULL}, 0,
     "", "Sends all routes again, as a refresh where both sides can."},
    {"rib flush",                NULL,                     REACH_OWN,  SELECTS_NEVER,   false, false, command_flush,        {NULL}, 0,
     "", "The same as rib flush out."},
    {"rib clear in",             "clear adj-rib in",       REACH_OWN,  SELECTS,         true,  false, command_clear,        {NULL}, 1,
     "", "Forgets the routes that neighbors announced to us."},
    {"rib clear out",            "clear adj-rib out",      REACH_OWN,  SELECTS,         true,  false, command_clear,        {NULL}, 0,
     "", "Withdraws all routes that we announce."},
    {"rib clear",                "clear adj-rib",          REACH_OWN,  SELECTS,         false, true,  command_clear,        {NULL}, 0,
     "", "The same as rib clear out."},
};
/* clang-format on */

const struct command *command_rows(size_t *count) {
    *count = sizeof commands / sizeof *commands;
    return commands;
}

/* ---- Which row a line is ---- */

enum { PATTERN_WORDS = 3 };

/* The words that a line goes on with, for all patterns to look at. */
struct ahead {
    struct text words[PATTERN_WORDS];
    const char *ends[PATTERN_WORDS]; /* where the line goes on behind each */
    unsigned count;
};

static struct ahead ahead_of(struct words w) {
    struct ahead a = {.count = 0};
    while (a.count < PATTERN_WORDS && words_next(&w, &a.words[a.count]))
        a.ends[a.count++] = w.p;
    return a;
}

/* How many words of the line the pattern is; 0: the line is another command. */
static unsigned pattern_match(const char *pattern, const struct ahead *a) {
    for (unsigned i = 0; i < a->count; i++) {
        struct text word = a->words[i];
        /* A word may hold NULs, where strncmp() would stop and call it equal to a shorter pattern. */
        if (!word.len || word.p[0] != *pattern || strnlen(pattern, word.len) != word.len ||
            memcmp(pattern, word.p, word.len) != 0)
            return 0;
        pattern += word.len;
        if (!*pattern)
            return i + 1;
        if (*pattern++ != ' ')
            return 0;
    }
    return 0;
}

/* The words that stand behind a selector, in the grammar where it is `peer`. */
static const char *pattern_selected(const struct command *row) {
    return row->selects && row->v6 && strncmp(row->v6, "peer ", 5) == 0 ? row->v6 + 5 : NULL;
}

/* The row with the longest pattern that the words start with; they stand behind it then. */
static const struct command *command_find(struct call *call) {
    const struct command *best = NULL;
    struct ahead ahead = ahead_of(call->words);
    unsigned most = 0;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *row = &commands[i];
        const char *v6 = call->selected ? pattern_selected(row) : row->v6;
        const char *v4 = call->selected && !row->selects ? NULL : row->v4;
        unsigned count6 = v6 ? pattern_match(v6, &ahead) : 0, count4 = v4 ? pattern_match(v4, &ahead) : 0;
        unsigned count = count6 > count4 ? count6 : count4;
        if (count > most) {
            most = count;
            best = row;
        }
    }
    if (best) {
        call->words.p = ahead.ends[most - 1];
        call->words.taken = ahead.words[most - 1];
    }
    return best;
}

/* `peer list`, `peer show`, ...: a word of the command stands where a selector would. */
static bool is_peer_command(const struct words *w) {
    struct words at = *w;
    struct text word;
    static const char *const words[] = {"list", "show", "create", "delete"};
    if (!words_accept(&at, "peer") || !words_next(&at, &word))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(word, words[i]))
            return true;
    return false;
}

static bool call_unknown(struct call *call) {
    struct text action, type;
    words_next(&call->words, &action);
    if (!text_is(action, "announce") && !text_is(action, "withdraw"))
        return words_fail(&call->words, "unknown command");
    words_next(&call->words, &type);
    call->of_route = true;
    return words_fail(&call->words, "unknown %.*s type: %.*s", TEXT_ARGS(action), TEXT_ARGS(type));
}

/* Selector, row and peers of a line; false: it is no command. */
static bool call_resolve(struct call *call) {
    struct text word;
    call->selector = (struct text){"", 0};
    words_peek(&call->words, &word);
    call->selected = text_is(word, "neighbor") || (text_is(word, "peer") && !is_peer_command(&call->words));
    if (call->selected && !selector_take(&call->words, &call->selector))
        return words_fail(&call->words, "the selector of neighbors is not well formed");
    call->command = command_find(call);
    if (!call->command)
        return call_unknown(call);
    if (call->command->reach)
        call->targets = targets_of(call->api, call->client, call->selector, call->command->reach);
    return true;
}

static bool is_ascii(struct text t) {
    uint64_t all = 0, eight;
    for (; t.len >= sizeof eight; t.p += sizeof eight, t.len -= sizeof eight) {
        memcpy(&eight, t.p, sizeof eight);
        all |= eight;
    }
    for (; t.len; t.p++, t.len--)
        all |= (uint8_t)*t.p;
    return (all & 0x8080808080808080) == 0;
}

/* Less blanks at its start; those at its end are gone already. */
static struct text text_tidy(struct text t) {
    while (t.len && (t.p[0] == ' ' || t.p[0] == '\t'))
        t = (struct text){t.p + 1, t.len - 1};
    return t;
}

/* In main's API 4, data is JSON when the last word says so. */
static bool line_wants_json(const struct api *api, const struct client *c, struct text line) {
    static const char word[] = " json";
    size_t len = sizeof word - 1;
    if (c->asking)
        return true;
    if (api->answers != FORM_4)
        return api->answers == FORM_6;
    return line.len > len && memcmp(line.p + line.len - len, word, len) == 0;
}

static void call_run(struct call *call) {
    if (call->client->asking && call->command->reach)
        asked_count(call);
    call->command->run(call);
}

void command_run(struct api *api, struct client *c, struct text line) {
    if (!memo_run(api, c, line))
        command_run_long(api, c, line);
}

void command_run_long(struct api *api, struct client *c, struct text line) {
    if (c->collects && (group_collect(api, c, line) || ensure_collect(api, c, line)))
        return;
    line = text_tidy(line);
    struct call call = {.api = api, .client = c, .line = line, .json = line_wants_json(api, c, line)};
    call.words = words_of_line(line, &call.complaint);
    if (!is_ascii(line))
        answer_why(&call, "only ASCII is understood");
    else if (line.len == 0 && api->answers == FORM_5)
        answer_error(api, c);
    else if (line.len == 0 || line.p[0] == '#')
        command_comment(&call);
    else if (words_accept(&call.words, "debug"))
        api->world.log(api->world.context, c->name.p, text_tidy(words_rest(&call.words)));
    else if (line.p[0] == '{' && !c->asking)
        asked_run(api, c, line);
    else if (memo_resolve(&call) || call_resolve(&call))
        call_run(&call);
    else
        answer_refused(&call);
}

/* Two words of modes at most (api-commands.md 9.1). */
bool words_end_modes(struct words *words, bool *sync) {
    bool any = false;
    for (int i = 0; i < 2; i++) {
        struct text rest = words_rest(words);
        const char *end = text_end(rest), *word;
        while (end > rest.p && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        for (word = end; word > rest.p && word[-1] != ' ' && word[-1] != '\t';)
            word--;
        struct text last = {word, (size_t)(end - word)};
        bool is_sync = text_is(last, "sync"), mode = is_sync || text_is(last, "async");
        if (!mode && !text_is(last, "json") && !text_is(last, "text"))
            return any;
        if (mode)
            *sync = is_sync;
        words->end = word;
        any = true;
    }
    return any;
}

void call_end_words(struct call *call) {
    call->sync = call->client->sync;
    call->ends_cut = words_end_modes(&call->words, &call->sync);
}

/* The last two words of the rest of a line; false: there are not two. */
static bool words_last_two(const struct words *words, struct text two[2]) {
    struct text rest = words_rest(words);
    const char *end = text_end(rest);
    for (int i = 1; i >= 0; i--) {
        while (end > rest.p && (end[-1] == ' ' || end[-1] == '\t'))
            end--;
        const char *word = end;
        while (word > rest.p && word[-1] != ' ' && word[-1] != '\t')
            word--;
        two[i] = (struct text){word, (size_t)(end - word)};
        end = word;
    }
    return two[0].len > 0;
}

bool words_end_lease(struct api *api, struct words *words, struct held *held) {
    struct text two[2];
    for (uint64_t ttl; words_last_two(words, two); words->end = two[0].p) {
        if (text_is(two[0], "owner")) {
            held->owner = owner_named(api, two[1]);
        } else if (!text_is(two[0], "ttl")) {
            return true;
        } else if (number_parse(two[1], TTL_MOST, &ttl) && ttl) {
            held->ttl = (uint32_t)ttl;
        } else {
            words->taken = two[1];
            return words_fail(words, "a ttl is seconds, 1 to %d, not \"%.*s\"", TTL_MOST, TEXT_ARGS(two[1]));
        }
    }
    return true;
}

bool call_route_ends(struct call *call) {
    const char *end;
    call->sync = call->client->sync;
    do {
        end = call->words.end;
        call->ends_cut |= words_end_modes(&call->words, &call->sync);
        if (!words_end_lease(call->api, &call->words, &call->held))
            return false;
    } while (call->words.end != end);
    return true;
}

bool words_end(struct words *words) {
    struct text word;
    return !words_next(words, &word) || words_fail(words, "unexpected \"%.*s\"", TEXT_ARGS(word));
}
