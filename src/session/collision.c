/* Two connections with one peer (RFC 4271 6.8): one must go. Rows COL.
 *
 * Both ends decide alike from the two BGP Identifiers, and from the AS numbers when those are equal (RFC 6286 2.3): the
 * connection that the higher one opened stays. It is decided when the second of the two hears the peer's OPEN. */
#include <stdio.h>

#include "session/private.h"

static struct channel *collision_other(const struct channel *c) {
    struct channel *other = c->incoming ? c->session->out : c->session->in;
    return other == c ? NULL : other;
}

static void collision_close(struct channel *c, const char *row, const char *reason, uint64_t now) {
    struct fsm_input in = {.now = now};
    fault_make(&in.fault, row, 6, 7, cursor_of(NULL, 0), "%s", "another connection with this peer stays");
    snprintf(in.reason, sizeof in.reason, "%s", reason);
    fsm_feed(c, FSM_RESET, &in);
}

static bool collision_lose(struct fsm_input *in, const char *row) {
    return fault_make(&in->fault, row, 6, 7, cursor_of(NULL, 0), "another connection with this peer stays");
}

bool collision_resolve(struct channel *c, struct fsm_input *in) {
    struct channel *other = collision_other(c);
    if (!other || other->state != FSM_OPENCONFIRM)
        return true; /* Established has no other beside it: collision_won() and collision_accept() see to that */
    const struct terms *t = &c->terms;
    bool we_are_higher = t->peer_id < t->local_id || (t->peer_id == t->local_id && t->peer_as < t->local_as);
    const char *row = we_are_higher ? "COL-01" : "COL-02";
    if (c->incoming == we_are_higher)
        return collision_lose(in, row);
    collision_close(other, row,
                    we_are_higher ? ""
                                  : "closing outgoing connection as we have another incoming on with higher router-id",
                    in->now);
    return true;
}

void collision_won(struct channel *c, uint64_t now) {
    struct channel *other = collision_other(c);
    if (other)
        collision_close(other, "COL-03", "", now);
}

/* A connection comes in. While another one is Established it is refused, unless both sides know graceful restart: then
 * the peer has restarted without a word, and the old connection is dead (RFC 4724 4.2). One that came in before and is
 * not Established yet is the try of a peer that has given it up. */
bool collision_accept(struct session *s, uint64_t now) {
    struct channel *up = s->out && s->out->state == FSM_ESTABLISHED ? s->out
                         : s->in && s->in->state == FSM_ESTABLISHED ? s->in
                                                                    : NULL;
    if (up && !up->terms.graceful_restart) {
        tally_row(s, "COL-03");
        return false;
    }
    if (up) {
        struct fsm_input in = {.now = now};
        fault_make(&in.fault, "COL-05", 0, 0, cursor_of(NULL, 0), "the peer has restarted");
        fsm_feed(up, FSM_CLOSE, &in);
    } else if (s->in) {
        collision_close(s->in, "COL-02", "", now);
    }
    return true;
}
