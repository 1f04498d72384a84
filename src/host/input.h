/* A file, or standard input, as a stream of octets; what was compressed (gzip, bzip2, xz, lzma, zstd, lz4, compress)
 * comes out as it was before. */
#ifndef HOST_INPUT_H
#define HOST_INPUT_H

#include <stddef.h>
#include <sys/types.h>

struct input;

/* "-" is standard input. NULL with `error`: it cannot be opened. */
struct input *input_open(const char *path, char *error, size_t size);
/* Up to `room` octets; 0: the end, -1 with `error`: no further. */
ssize_t input_read(struct input *i, void *octets, size_t room, char *error, size_t size);
void input_close(struct input *i);

#endif
