/* What the registry of families knows of those without a row; see family_numbered() in bgp/family.h. */
#ifndef BGP_NLRI_NUMBERED_H
#define BGP_NLRI_NUMBERED_H

#include "bgp/family.h"

unsigned numbered_count(void);
const struct family *numbered_at(unsigned place); /* place < numbered_count() */
const struct family *numbered_find(uint16_t afi, uint8_t safi);

#endif
