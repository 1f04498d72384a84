/* A whole file in memory. */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include "base/buffer.h"

enum { FILE_MOST = 1 << 30 }; /* octets of a configuration: more is a mistake, not a configuration */

/* Appends the file ("-": standard input). False: `why` says what was wrong: the system, a folder, more than `most`
 * octets (of a device 16 MiB), a pipe that was silent for 10 s before its end, or a file that changed while it was
 * read, three times. */
bool file_read(const char *path, size_t most, struct buffer *out, char *why, size_t why_size);

#endif
