/* Keys of connections as they are written: in base64, or not. */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include "base/buffer.h"
#include "base/text.h"

enum { SECRET_MOST = 80 };

/* Octets of base64 with its padding, appended. False: it is none, and nothing was written. */
bool base64_parse(struct text t, struct buffer *out);

/* `md5-base64 auto`: decoded where it looks like it, which is a password of nothing but a-f and 0-9; else as it is. */
void secret_guess(struct text t, struct buffer *out);

#endif
