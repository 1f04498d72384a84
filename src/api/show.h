/* What the answers of several `show` commands have in common. */
#ifndef API_SHOW_H
#define API_SHOW_H

#include "api/private.h"

/* The members of a neighbor's JSON object, without braces (api-commands.md 12.2). */
void put_neighbor_members(struct buffer *b, const struct api *api, const struct peer *p, enum form form);

/* ---- Which routes are wanted: words of a `show` command, in any order ----
 *     IP, peer IP          of this neighbor
 *     inet, flow, l2vpn    of these families
 *     prefix P             of this prefix
 *     longer P             of this prefix, and all inside it
 *     shorter P            of this prefix, and all that it is inside of
 *     community C          that have this community, of whatever kind
 *     as-path REGEX        whose AS numbers, blanks between, fit (POSIX extended) */
struct route_filter;
struct route_filter *route_filter_new(struct words *words, bool *extensive, bool *json);
void route_filter_free(struct route_filter *f); /* NULL is let through */
bool route_filter_peer(const struct route_filter *f, const struct peer *p);
bool route_filter_route(const struct route_filter *f, const struct nlri *nlri, struct attribute_set set);

/* The prefix of an NLRI that has one: unicast, multicast, labelled, VPN. */
bool nlri_prefix(const struct nlri *nlri, struct prefix *out);

/* ---- A route to be shown ---- */
struct shown_route {
    const struct peer *peer;
    struct nlri nlri;
    struct attribute_set set;
    bool stale; /* kept from before the peer restarted */
    bool held;  /* kept from the peer, which takes no more paths of its prefix */
};
/* NLRI, next hop and attributes: "10.0.0.0/24 next-hop 1.2.3.4 med 5". */
void put_route_words(struct buffer *b, const struct shown_route *r, const struct style *style);
void put_route_text(struct buffer *b, const struct shown_route *r, const struct style *style, bool extensive);
/* Families of which the text encoder only says the name are shown in the words of a command. */
void put_nlri_words(struct buffer *b, const struct nlri *nlri, const struct style *style);
/* JSON of ExaBGP 5.0 with api.show-routes-format=v2: all families, with their attributes. */
void put_route_v2(struct buffer *b, const struct api *api, const struct shown_route *r, const struct style *style,
                  bool extensive);
void put_route_json(struct buffer *b, const struct api *api, const struct shown_route *r, const struct style *style,
                    bool extensive);

#endif
