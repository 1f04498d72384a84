/* Words in capabilities that a peer chose for itself. */
#ifndef BGP_CAPABILITY_PEER_TEXT_H
#define BGP_CAPABILITY_PEER_TEXT_H

#include "base/buffer.h"
#include "bgp/style.h"

/* A text with its length (1) before it; as much of it as is there. */
struct text peer_text_cut(struct cursor *from);

/* For the text encoder: in small letters, and on one line whatever it is. */
void put_peer_text(struct buffer *out, struct text t, const struct style *style);

#endif
