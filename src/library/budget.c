/* The memory budget (daemon.memory_budget): what `show memory` adds up may be so much, but for
 * what tables keep for routes to come (what was withdrawn makes room, and goes back to the system only now and then).
 * Lines of the log at 50, 80 and 100 %; from then on announcements of helpers are refused and new routes of neighbors
 * are not kept, until there is room again. What is held stays, so the budget is passed by what one interval brings, and
 * by a configuration. */
#include "library/library.h"

enum { BUDGET_EVERY = 10000 /* microseconds: counting goes over all neighbors */, BUDGET_SLACK = 5 /* percent */ };

/* The highest step that is reached. One that was told is left a little below it, or a line would come with each route.
 */
static unsigned budget_step(unsigned percent, unsigned told) {
    static const unsigned steps[] = {100, 80, 50};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (percent >= steps[i] || (told >= steps[i] && percent + BUDGET_SLACK >= steps[i]))
            return steps[i];
    return 0;
}

static void budget_tell(struct yottabgp *y, unsigned step, size_t used, size_t most) {
    uint64_t left_out = engine_memory(y->engine).left_out;
    if (step == 100) {
        y->left_out = left_out;
        library_log(
            y, YOTTABGP_ERROR, "daemon",
            "memory budget: used up, %zu of %zu octets: announcements are refused and new routes of neighbors not "
            "kept until there is room",
            used, most);
    } else if (y->budget_step == 100) {
        library_log(
            y, YOTTABGP_WARNING, "daemon",
            "memory budget: there is room again, %zu of %zu octets are used; %llu routes of neighbors were not kept",
            used, most,
            (unsigned long long)(left_out > y->left_out ? left_out - y->left_out : 0)); /* neighbors may have gone */
    } else if (step > y->budget_told) {
        library_log(y, YOTTABGP_WARNING, "daemon", "memory budget: %u %% are used, %zu of %zu octets", step, used,
                    most);
    }
}

uint64_t budget_deadline(const struct yottabgp *y) {
    return y->budget_waits ? y->budget_due : UINT64_MAX;
}

static unsigned budget_percent(size_t used, size_t most) {
    double percent = (double)used / (double)most * 100;
    return percent > 1000 ? 1000 : (unsigned)percent;
}

void budget_turn(struct yottabgp *y, uint64_t now) {
    size_t most = y->environment.daemon.memory_budget;
    y->budget_waits = most && now < y->budget_due;
    if (!most || y->budget_waits)
        return;
    y->budget_due = now + BUDGET_EVERY;
    size_t used = api_memory(y->api);
    if (used >= most) { /* what is only there to be fast goes first */
        api_forget(y->api);
        used = api_memory(y->api);
    }
    unsigned step = budget_step(budget_percent(used, most), y->budget_step);
    if (step != y->budget_step)
        budget_tell(y, step, used, most);
    y->budget_step = step;
    y->budget_told = step && step < y->budget_told ? y->budget_told : step;
    api_budget(y->api, most, step == 100);
}
