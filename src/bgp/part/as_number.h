/* AS numbers in text: "65001", or "1.10" for 65546 (RFC 5396 asdot). Shown in plain decimals always. */
#ifndef BGP_PART_AS_NUMBER_H
#define BGP_PART_AS_NUMBER_H

#include "base/number.h"

enum { AS_TRANS = 23456 }; /* stands for what two octets cannot hold: RFC 6793 */

bool as_number_parse(struct text t, uint32_t *out);

#endif
