/* What the files about UPDATE share, and nobody else. */
#ifndef BGP_UPDATE_PRIVATE_H
#define BGP_UPDATE_PRIVATE_H

#include "bgp/update.h"

/* UPDATE Message Error subcodes (RFC 4271 6.3). */
enum update_error {
    UPDATE_MALFORMED_LIST = 1,
    UPDATE_UNRECOGNIZED = 2,
    UPDATE_WRONG_FLAGS = 4,
    UPDATE_WRONG_LENGTH = 5,
    UPDATE_WRONG_OPTIONAL = 9,
    UPDATE_WRONG_NETWORK = 10,
};

/* ---- While it is being opened ---- */

struct update_reading {
    struct update *u;
    struct fault *fault;
    bool as_said;   /* that of `u` */
    bool reachable; /* there are NLRIs to announce, whatever they are */

    /* The first mistake that is stronger than a discarded attribute. Without reachable NLRI there is nothing to
     * withdraw, and the session has to end with this (UPD-12; RFC 7606 5.2). */
    const char *wrong_row; /* NULL: none so far */
    uint8_t wrong_subcode, wrong_code;
    struct cursor wrong_data;
};

/* The whole attribute as received: Data of NOTIFICATIONs. */
struct cursor attribute_octets(const struct attribute *a);

/* Ends the session: with this, or with an earlier mistake that has come to mean the same. Always false. */
bool update_reset(struct update_reading *r, const char *row, uint8_t subcode, struct cursor data, const char *what);

/* Notes what does not end the session. */
void update_find(struct update *u, const char *row, enum harm harm, uint8_t code);

/* Opens MP_REACH_NLRI and MP_UNREACH_NLRI (update_reach.c), checks the NLRIs of one part. False: reset. */
bool update_open_reach(struct update_reading *r, const struct attribute *a);
bool update_open_unreach(struct update_reading *r, const struct attribute *a);
enum harm update_check_nlris(struct update *u, const struct family *f, struct cursor nlris, bool announce,
                             const char **row);

/* Are there NLRIs in an MP_REACH_NLRI, as far as its framing goes? */
bool update_reach_has_nlri(struct cursor value);

/* ---- While it is shown ---- */

/* Does a part of the message announce, when it is taken as the update's harm says? */
bool update_stage_announces(const struct update *u, unsigned stage);

/* A walk over one part alone. */
void update_walk_part(struct update_walk *w, const struct update *u, unsigned stage);

/* One NLRI off a part, framing alone; false when it is cut. */
static inline bool update_cut_nlri(const struct family *f, bool add_path, struct cursor *from, uint32_t *path,
                                   struct cursor *octets) {
    *path = add_path ? cursor_u32(from) : 0;
    return !from->bad && f->cut(from, octets);
}

/* What one NLRI costs by itself, and the row. */
static inline enum harm update_nlri_harm(const struct update *u, const struct family *f, struct cursor octets,
                                         bool announce, const char **row) {
    if (f->known && !u->as_said && !f->known(octets)) {
        *row = "NLR-31";
        return HARM_SKIP;
    }
    *row = f->row;
    return f->check ? f->check(octets, announce) : HARM_NONE;
}

/* The next NLRI of the part where a walk is: what changes from one to the next. For those who print millions. */
static inline bool update_walk_take(struct update_walk *w, uint32_t *path, struct cursor *octets) {
    const char *row;
    while (!cursor_done(&w->left)) {
        if (!update_cut_nlri(w->family, w->add_path, &w->left, path, octets))
            return false; /* cannot be: update_open() has read it */
        if (!w->update->skips || update_nlri_harm(w->update, w->family, *octets, w->announced, &row) == HARM_NONE)
            return true;
    }
    return false;
}

/* Are there NLRIs to be shown in a part? */
bool update_has_part(const struct update *u, unsigned stage);

/* The next hops that a form shows for a part: two addresses of IPv6 are two next hops in ExaBGP 5.0, else the first
 * counts. */
unsigned update_next_hops(struct cursor next_hop, const struct style *style, struct cursor out[2]);

/* What 5.0 says of malformed attributes, after `before`: nothing in other forms, and when there are none. */
void put_update_error(const struct update *u, const struct style *style, const char *before, struct buffer *out);

#endif
