/* BGP-LS: what its files share. */
#ifndef BGP_NLRI_BGP_LS_H
#define BGP_NLRI_BGP_LS_H

#include "bgp/family.h"
#include "bgp/part/tlv.h"

enum { SAFI_BGP_LS = 71, SAFI_BGP_LS_VPN = 72 };

enum bgp_ls_type {
    BGP_LS_NODE = 1,
    BGP_LS_LINK = 2,
    BGP_LS_PREFIX_IPV4 = 3,
    BGP_LS_PREFIX_IPV6 = 4,
    BGP_LS_SRV6_SID = 6,
};

/* TLVs of an NLRI, and sub-TLVs of a node descriptor. */
enum {
    BGP_LS_LOCAL_NODE = 256,
    BGP_LS_REMOTE_NODE = 257,
    BGP_LS_LINK_ID = 258,
    BGP_LS_IPV4_INTERFACE = 259,
    BGP_LS_IPV4_NEIGHBOR = 260,
    BGP_LS_IPV6_INTERFACE = 261,
    BGP_LS_IPV6_NEIGHBOR = 262,
    BGP_LS_TOPOLOGY = 263,
    BGP_LS_OSPF_ROUTE_TYPE = 264,
    BGP_LS_REACHABILITY = 265,
    BGP_LS_AS = 512,
    BGP_LS_IDENTIFIER = 513,
    BGP_LS_OSPF_AREA = 514,
    BGP_LS_ROUTER_ID = 515,
    BGP_LS_BGP_ROUTER_ID = 516,
    BGP_LS_CONFEDERATION = 517,
    BGP_LS_SID = 518,
};

struct bgp_ls {
    uint16_t type;
    const uint8_t *rd; /* NULL: none */
    uint8_t protocol;
    uint64_t identifier;
    struct cursor tlvs;
};

/* False: too short for its type. Types without a name have only type and rd. */
bool bgp_ls_open(const struct family *f, struct cursor nlri, struct bgp_ls *out);
bool bgp_ls_is_known(unsigned type);

extern const char *const bgp_ls_keywords[];
bool bgp_ls_start(struct draft *d, struct words *words);
enum taken bgp_ls_keyword(struct draft *d, struct text keyword, struct words *words);
bool bgp_ls_finish(struct draft *d, struct words *words, struct buffer *nlri);
void put_bgp_ls_command(struct buffer *out, const struct bgp_ls *ls);

void bgp_ls_text(const struct nlri *nlri, const struct style *style, struct buffer *out);
void bgp_ls_json(const struct nlri *nlri, const struct style *style, struct buffer *out);

#endif
