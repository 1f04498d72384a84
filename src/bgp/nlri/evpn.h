/* Kinds of fields that only EVPN has. */
#ifndef BGP_NLRI_EVPN_H
#define BGP_NLRI_EVPN_H

#include "bgp/nlri/fields.h"

extern const struct field_kind field_evpn_label, field_evpn_labels, field_evpn_prefix, field_evpn_gateway;

#endif
