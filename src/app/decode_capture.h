#ifndef APP_DECODE_CAPTURE_H
#define APP_DECODE_CAPTURE_H

#include "app/app.h"

/* Is the word that stands for a message the name of a file (or "-")? Hexadecimal digits never are. */
bool decode_is_capture(const char *word);
int decode_capture(const struct yottabgp_decode *how, enum yottabgp_capture_kind kind, const char *name);

#endif
