/* What whoever supervises the program is told of it: where it stands, and a line for people. */
#include <stdio.h>

#include "base/number.h"
#include "library/library.h"

enum { STAGE_PAUSE = 1000000 }; /* microseconds between two that are no change of the stage */

static void put_status(struct buffer *b, const struct yottabgp *y) {
    size_t up = 0, count = 0, helpers = 0;
    struct peer *p;
    for (uint32_t i = 0; (p = engine_at(y->engine, i)); i++, count++)
        up += session_state(peer_session(p)) == SESSION_ESTABLISHED;
    for (size_t i = 0; i < y->helper_count; i++)
        helpers += y->helpers[i].id != 0;
    put_format(b, "%zu of %zu neighbor%s up", up, count, count == 1 ? "" : "s");
    if (y->helper_count)
        put_format(b, ", %zu of %zu helper%s running", helpers, y->helper_count, y->helper_count == 1 ? "" : "s");
}

void stage_tell(struct yottabgp *y, enum yottabgp_stage stage, const char *remark, uint64_t now) {
    char status[400];
    struct buffer b = buffer_fixed(status, sizeof status - 1);
    if (!y->host.stage)
        return;
    if (remark)
        put_format(&b, "%.240s; ", remark);
    put_status(&b, y);
    status[buffer_len(&b)] = 0;
    y->host.stage(y->host.context, stage, status);
    y->stage_told = now;
    y->stage_due = 0;
}

void stage_news(struct yottabgp *y) {
    if (y->host.stage && !y->stage_due && !y->ending)
        y->stage_due = y->stage_told + STAGE_PAUSE;
}

void stage_turn(struct yottabgp *y, uint64_t now) {
    if (y->stage_due && now >= y->stage_due && !y->ending)
        stage_tell(y, YOTTABGP_RUNNING, NULL, now);
}

uint64_t stage_deadline(const struct yottabgp *y) {
    return y->stage_due && !y->ending ? y->stage_due : UINT64_MAX;
}
