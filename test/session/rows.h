/* What the tests of the error contract's rows share: sessions brought into a state, how they end, which rows were
 * tried. */
#ifndef TEST_ROWS_H
#define TEST_ROWS_H

#include "session/lone.h"

#define MARKER "ffffffffffffffffffffffffffffffff"

enum how {
    EXTENDED = 1, /* extended messages, by us alone */
    OPERATIONAL = 2,
    ENHANCED = 4, /* route refresh, both kinds */
    INTERNAL = 8,
    STRICT = 16,
    RESTART = 32, /* graceful restart; with the N bit: */
    KEEPS = 64,
    CUSTOMER = 128, /* our role */
    TELLS = 256,    /* ... and the peer has to tell its own */
};

/* States, as letters: W for the peer's OPEN before ours, S OpenSent, C OpenConfirm, E Established. */
void rows_settle(struct lone *l, unsigned how, char state); /* before the session starts */
uint64_t rows_reach(struct lone *l, char state);            /* the stream */
char rows_state(const struct lone *l);

/* However it ended, it was told once, with the row, and counted once; nothing is read any more. */
void rows_check_end(struct lone *l, uint64_t stream, const char *counted);
unsigned occurrences(const char *in, const char *what);

void covers(const char *id); /* borrowed for good; what is behind a "=" does not count */
unsigned covered_count(void);
bool is_covered(const char *id);

/* Tests, one file each. */
void an_open_that_does_not_come(void **state);
void stops_speak_as_exabgp(void **state);
void long_communications_are_cut(void **state);
void hold_timer_counts_what_it_should(void **state);
void a_clock_that_jumps_is_forgiven_once(void **state);
void keepalives_follow_the_hold_time(void **state);
void a_new_connection_replaces_a_silent_one(void **state);
void a_peer_that_does_not_read(void **state);
void tries_get_rarer(void **state);
void the_engine_may_reset(void **state);
void collisions_are_resolved(void **state);
void a_lost_collision_is_told_whole(void **state);
void established_stays(void **state);
void a_restarted_peer_is_taken(void **state);
void framing_holds_on_sessions(void **state);
void rows_hold_on_sessions(void **state);
void a_mistake_stays_in_its_session(void **state);
void lengths_are_not_believed(void **state);
void withdrawn_is_withdrawn(void **state);
void rows_are_told_once_a_second(void **state);
void peers_words_are_escaped(void **state);
void json_is_valid_for_any_input(void **state);
void unknown_is_no_error(void **state);
void exabgp_end_of_rib(void **state);
void exabgp_slow_messages(void **state);
void exabgp_treat_as_withdraw(void **state);
void exabgp_large_as_numbers(void **state);
void exabgp_idles_without_work(void **state);
void gobgp_second_open(void **state);
void gobgp_unknown_type(void **state);
void gobgp_short_fqdn(void **state);
void frr_leftovers_are_no_nlri(void **state);

#endif
