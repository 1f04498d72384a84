/* What ADD-PATH and PATHS-LIMIT share: the families that they name, in the order in which they name them. */
#ifndef BGP_CAPABILITY_ADD_PATH_H
#define BGP_CAPABILITY_ADD_PATH_H

#include "bgp/family.h"
#include "bgp/open.h"

struct family_number {
    uint16_t afi;
    uint8_t safi;
};
extern const struct family_number add_path_order[];
extern const size_t add_path_order_count;

bool add_path_is_offered(const struct offer *offer, const struct family *f);

#endif
