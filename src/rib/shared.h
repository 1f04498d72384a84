/* One Adj-RIB-Out that many peers read: what they are all to have is held once, and encoded once for each kind of
 * session, not once for each peer.
 *
 * A route waits in the groups of the RIB (rib_out.h) until the first reader pulls it. With the message that it gets,
 * the route moves to the log: a record is the routes of a message, in the order in which messages were made. The other
 * readers read the log, each at its own place; the octets that the first one made are kept for a while (spool.h), and
 * who is of the same kind of session copies them. A record that all have read is no more, its routes are told.
 *
 * A route is in one record or group at most, whatever has become of it: one that changes leaves its record and waits
 * anew. So a reader that is slow, or does not read at all, costs what its RIB has routes, never what they change.
 *
 * A reader that comes up while others are up, or is to tell all again, walks over the told routes by number, while the
 * log grows behind its back: it reads that afterwards. Routes that change meanwhile may be told twice. */
#ifndef RIB_SHARED_H
#define RIB_SHARED_H

#include "rib/rib_out.h"

struct rib_shared;
struct spool;

struct refused {       /* routes that were not told */
    unsigned too_long; /* they fit no message */
    unsigned barred;   /* our role keeps them from the peer */
    unsigned held;     /* the peer takes no more paths of their prefix */
};

/* One peer's place. Owned by whoever has the peer; it must not move while it is in the RIB. */
struct rib_reader {
    struct rib_shared *shared; /* borrowed */
    struct spool *spool;       /* of its kind of session; NULL: it is down */
    uint32_t index;            /* among the readers */
    uint32_t place;            /* in the log: of the next record */
    uint32_t record;           /* that record, 0: to be looked for */
    uint32_t walked;           /* numbers up to this one were walked over */
    uint64_t families;         /* that are walked over; 0: none */
};

/* `group`: routes share messages; else they go out one by one, in the order in which they came. */
struct rib_shared *rib_shared_new(struct attribute_store *store, bool group);
void rib_shared_free(struct rib_shared *s); /* NULL is let through; its readers are forgotten */

/* To look at (rib_out_next() and the like, `told` is then of the first), and for nothing else. */
struct rib_out *rib_shared_routes(const struct rib_shared *s);
size_t rib_shared_memory(const struct rib_shared *s);

/* ---- Readers ---- */
void rib_reader_join(struct rib_reader *r, struct rib_shared *s);
void rib_reader_leave(struct rib_reader *r);
uint32_t rib_shared_readers(const struct rib_shared *s);

/* The session is up: all of it is to be told, or nothing more than what comes from now on (`fresh` false: the peer has
 * all that the others have). */
void rib_reader_up(struct rib_reader *r, const struct terms *terms, bool fresh);
void rib_reader_down(struct rib_reader *r);
bool rib_reader_waits(const struct rib_reader *r);    /* something may: when in doubt, yes */
void rib_reader_sleep(struct rib_reader *r);          /* it will not pull again before it is woken */
bool rib_shared_is_empty(const struct rib_shared *s); /* no routes, and nothing to say */

/* Writes what comes next: a message of routes, or, unless `one`, up to about 64 KiB of them. False: nothing waits. */
bool rib_reader_pull(struct rib_reader *r, bool one, struct buffer *out, struct refused *refused);
void rib_reader_resend(struct rib_reader *r, uint64_t families); /* to this one, as rib_resend() */

/* ---- Changes ---- as those of rib_out.h. True: a reader may be asleep, all of them are to be woken. */
bool rib_shared_announce(struct rib_shared *s, const struct route_name *name, uint32_t set);
bool rib_shared_withdraw(struct rib_shared *s, const struct route_name *name);
bool rib_shared_spoke(const struct rib_shared *s); /* since somebody is up, as rib_spoke() */
bool rib_shared_clear(struct rib_shared *s);

/* ---- Routes that move to another RIB, as other peers are to have them from now on ---- */
struct rib_moved {
    uint32_t set; /* a reference is handed over; 0: it is to be withdrawn */
    bool told;    /* all readers have it, or its withdraw */
    bool known;   /* some reader may have some version of it */
};

/* Is the route there, and as it is to be: with this set and these octets, or, with a set of 0, on its way out? */
enum rib_held { HELD_NOT, HELD_OTHERWISE, HELD_SO };
enum rib_held rib_out_holds(struct rib_out *rib, const struct route_name *name, uint32_t set);

/* The route is gone without a word. False: there is none. */
bool rib_shared_take(struct rib_shared *s, const struct route_name *name, struct rib_moved *out);
bool rib_out_take(struct rib_out *rib, const struct route_name *name, struct rib_moved *out);

/* It is here, as it was there; the reference becomes the route's. */
void rib_shared_adopt(struct rib_shared *s, const struct route_name *name, const struct rib_moved *moved);
void rib_out_adopt(struct rib_out *rib, const struct route_name *name, const struct rib_moved *moved, bool up);

/* One reader goes its own way: `own` gets all that it has and is owed; or, with `clear`, withdraws of it. The reader is
 * still to leave. */
void rib_shared_part(const struct rib_reader *r, struct rib_out *own, bool clear);

#endif
