/* What stands behind `announce` and `withdraw`, read to finished routes: for commands, groups and routes by index. */
#ifndef API_ROUTE_H
#define API_ROUTE_H

#include "bgp/draft.h"
#include "bgp/family.h"

enum spec {
    SPEC_ROUTE,      /* PREFIX KEYWORD VALUE ... */
    SPEC_ATTRIBUTES, /* KEYWORD VALUE ... nlri PREFIX PREFIX ... */
    SPEC_IPV4,       /* SAFI, and what a route of the family is written as */
    SPEC_IPV6,
    SPEC_L2VPN,
    SPEC_BGP_LS,
    SPEC_AFI_SAFI, /* AFI and SAFI as numbers, nlri 0x... KEYWORD VALUE ... */
    SPEC_FLOW,     /* route [NAME] { match { ... } then { ... } }, or route COMPONENT ... ACTION ... */
    SPEC_VPLS,
    SPECS,
};

struct finished { /* a route; borrowed */
    const struct family *family;
    struct cursor nlri, named, raw; /* attributes as struct attribute_set has them */
    bool has_path;
    uint32_t path;
};

struct route_reader {
    enum spec spec;
    enum draft_purpose purpose;
    struct words *words;
    struct draft *draft;        /* scratch */
    const struct draft *shared; /* attributes for all that the words don't say; NULL: none */
    struct buffer *nlri, *attributes;
    /* Asked of each draft before any route is given away: may it be told? False: a complaint was made. NULL: yes. */
    bool (*may)(void *context, const struct draft *draft);
    /* Gets each route, once all of them are known to be good. */
    void (*take)(void *context, const struct finished *route);
    void *context;
};

/* False: a complaint. What was read stays in the draft. */
bool routes_read(struct route_reader *r);

/* What a command begins with: `announce route`, `neighbor 10.0.0.1 withdraw ipv4`, `peer * announce flow`. False, and
 * the words stand anywhere: another command, or none. */
bool routes_begin(struct words *w, enum draft_purpose *purpose, enum spec *spec);

/* The specification that a word names: `route`, `ipv4`, `attributes` (or `attribute`), ... SPECS: none. */
enum spec spec_named(struct text word);

#endif
