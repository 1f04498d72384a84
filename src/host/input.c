/* What is not compressed is read without a detour: the first octets decide. */
#include "host/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/unpack.h"

enum { INPUT_HEAD = 6, INPUT_BLOCK = 1 << 16 };

struct input {
    int fd;
    size_t head_len, head_used; /* octets read to find out what it is, and those of them handed on */
    uint8_t head[INPUT_HEAD];
    struct unpack *unpack; /* owned; NULL: not compressed */
    uint8_t *block;        /* owned; what it is fed from */
};

/* ---- Octets as they are ---- */

static ssize_t input_take(struct input *i, void *octets, size_t room) {
    size_t left = i->head_len - i->head_used;
    if (left) {
        size_t take = left < room ? left : room;
        memcpy(octets, i->head + i->head_used, take);
        i->head_used += take;
        return (ssize_t)take;
    }
    ssize_t len;
    do
        len = read(i->fd, octets, room);
    while (len < 0 && errno == EINTR);
    return len;
}

static bool input_look(struct input *i) {
    while (i->head_len < INPUT_HEAD) {
        ssize_t len = read(i->fd, i->head + i->head_len, INPUT_HEAD - i->head_len);
        if (len < 0 && errno != EINTR)
            return false;
        if (len == 0)
            break;
        if (len > 0)
            i->head_len += (size_t)len;
    }
    return true;
}

static bool input_is_compressed(const struct input *i) {
    static const struct {
        size_t len;
        const char *octets;
    } marks[] = {
        {2, "\x1f\x8b"}, /* gzip */
        {2, "\x1f\x9d"}, /* compress */
        {3, "BZh"},      /* bzip2 */
        {6, "\xfd"
            "7zXZ\0"},           /* xz */
        {4, "\x28\xb5\x2f\xfd"}, /* zstd */
        {4, "\x04\x22\x4d\x18"}, /* lz4 */
        {5, "\x5d\0\0\x80\0"},   /* lzma */
    };
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
        if (i->head_len >= marks[m].len && memcmp(i->head, marks[m].octets, marks[m].len) == 0)
            return true;
    return false;
}

/* ---- Packed ones ---- */

static ssize_t input_feed(void *context, const void **octets) {
    struct input *i = context;
    *octets = i->block;
    return input_take(i, i->block, INPUT_BLOCK);
}

static bool input_unpack(struct input *i, char *error, size_t size) {
    i->block = memory_new(INPUT_BLOCK);
    i->unpack = unpack_new(input_feed, i, error, size);
    return i->unpack != NULL;
}

/* ---- */

struct input *input_open(const char *path, char *error, size_t size) {
    struct input *i = memory_new(sizeof *i);
    i->fd = strcmp(path, "-") == 0 ? dup(0) : open(path, O_RDONLY | O_CLOEXEC);
    if (i->fd < 0 || !input_look(i))
        snprintf(error, size, "%s", strerror(errno));
    else if (!input_is_compressed(i) || input_unpack(i, error, size))
        return i;
    input_close(i);
    return NULL;
}

ssize_t input_read(struct input *i, void *octets, size_t room, char *error, size_t size) {
    if (i->unpack)
        return unpack_read(i->unpack, octets, room, error, size);
    ssize_t len = input_take(i, octets, room);
    if (len < 0)
        snprintf(error, size, "%s", strerror(errno));
    return len;
}

void input_close(struct input *i) {
    unpack_free(i->unpack);
    if (i->fd >= 0)
        close(i->fd);
    free(i->block);
    free(i);
}
