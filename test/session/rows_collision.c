/* Two connections with one peer: rows COL. */
#include "session/rows.h"
#include "unit/unit.h"

/* Two connections; the OPEN comes first on the one that we dialed, or first on the other. */
static const struct {
    const char *id;
    uint32_t router_id;
    bool ours_first, ours_stays;
    bool external_as_higher; /* the peer's AS is higher than ours */
} collisions[] = {
    {"COL-01", 0x01010100, true, true, true},   {"COL-01", 0x01010100, false, true, true},
    {"COL-02", 0x02020202, true, false, true},  {"COL-02", 0x02020202, false, false, true},
    {"COL-01", 0x01010101, true, true, false},  {"COL-01", 0x01010101, false, true, false},
    {"COL-02", 0x01010101, true, false, true},  {"COL-02", 0x01010101, false, false, true},
    {"COL-02", 0xff010101, false, false, true}, {"COL-01", 0x00000001, true, true, true},
};

void collisions_are_resolved(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof collisions / sizeof *collisions; i++) {
        struct lone l;
        lone_init(&l);
        l.peer.router_id = collisions[i].router_id;
        l.peer.local_as = l.settings.offer.peer_as = collisions[i].external_as_higher ? 65002 : 65000;
        uint64_t ours = lone_to_opensent(&l), theirs = lone_accept(&l);
        assert_true(theirs != 0);
        lone_give_open(&l, collisions[i].ours_first ? ours : theirs);
        assert_int_equal(session_state(l.session), SESSION_OPENCONFIRM);
        lone_give_open(&l, collisions[i].ours_first ? theirs : ours);
        uint64_t stays = collisions[i].ours_stays ? ours : theirs, goes = ours + theirs - stays;
        assert_true(l.streams[goes].closed);
        assert_false(l.streams[stays].closed);
        assert_non_null(strstr(lone_written(&l, goes), "NOTIFICATION 6/7"));
        assert_string_equal(lone_written(&l, stays), "OPEN,KEEPALIVE");
        assert_int_equal(lone_row(&l, collisions[i].id), 1);
        lone_give_keepalive(&l, stays);
        assert_int_equal(session_stream(l.session), stays);
        lone_close(&l, stays, "closed");
        const char *events = lone_events(&l);
        assert_int_equal(occurrences(events, "connected"), occurrences(events, "down "));
        assert_int_equal(occurrences(events, "up,") + occurrences(events, "up\n"), 1);
        lone_release(&l);
        covers(collisions[i].id);
    }
}

/* What a helper sees when the connection that it knew loses: the end of one life, then all of the other. */
void a_lost_collision_is_told_whole(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t ours = lone_to_opensent(&l);
    lone_give_open(&l, ours);
    uint64_t theirs = lone_accept(&l);
    lone_events(&l);
    lone_give_open(&l, theirs);
    assert_string_equal(
        lone_events(&l),
        "sent NOTIFICATION 6/7,down closing outgoing connection as we have another incoming on with higher "
        "router-id [COL-02],IDLE,connected,ACTIVE,IDLE,CONNECT,sent OPEN,OPENSENT,got OPEN,negotiated,"
        "OPENCONFIRM,sent KEEPALIVE");
    lone_release(&l);
}

/* COL-03: nothing disturbs what is Established, not even a dial of ours that succeeds late. */
void established_stays(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    uint64_t ours = lone_to_opensent(&l), theirs = lone_accept(&l);
    lone_give_open(&l, theirs);
    lone_give_keepalive(&l, theirs);
    assert_int_equal(session_stream(l.session), theirs);
    assert_non_null(strstr(lone_written(&l, ours), "NOTIFICATION 6/7"));
    assert_true(l.streams[ours].closed);
    assert_int_equal(lone_accept(&l), 0);
    assert_int_equal(session_stream(l.session), theirs);
    assert_int_equal(lone_row(&l, "COL-03"), 2);
    lone_release(&l);

    lone_init(&l);
    lone_start(&l);
    ours = l.last;
    theirs = lone_accept(&l);
    lone_give_open(&l, theirs);
    lone_give_keepalive(&l, theirs);
    assert_true(l.streams[ours].closed);
    lone_release(&l);
    covers("COL-03");
}

/* COL-05: with graceful restart a new connection says that the peer has restarted. */
void a_restarted_peer_is_taken(void **state) {
    (void)state;
    struct lone l;
    lone_init(&l);
    rows_settle(&l, RESTART, 'E');
    uint64_t old = lone_to_established(&l);
    lone_written(&l, old);
    lone_events(&l);
    uint64_t fresh = lone_accept(&l);
    assert_true(fresh != 0);
    assert_true(l.streams[old].closed);
    assert_string_equal(lone_written(&l, old), "");
    assert_string_equal(lone_events(&l),
                        "down closing connection [COL-05],IDLE,connected,ACTIVE,IDLE,CONNECT,sent OPEN,OPENSENT");
    lone_give_open(&l, fresh);
    lone_give_keepalive(&l, fresh);
    assert_int_equal(session_stream(l.session), fresh);
    lone_release(&l);
    covers("COL-05");
}
