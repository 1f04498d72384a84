/* A whole file in memory. */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include "base/buffer.h"

enum { FILE_MOST = 1 << 30 }; /* octets of a configuration: more is a mistake, not a configuration */

/* Appends the file ("-": standard input). False: `why` says what the system said; a file that is no file (a folder) or
 * larger than `most` is refused. */
bool file_read(const char *path, size_t most, struct buffer *out, char *why, size_t why_size);

#endif
