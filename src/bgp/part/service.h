/* Ports by the names of their services. */
#ifndef BGP_PART_SERVICE_H
#define BGP_PART_SERVICE_H

#include <stdint.h>

#include "base/text.h"

bool service_port(struct text name, uint16_t *port); /* "http" is 80; false: no such name */

#endif
