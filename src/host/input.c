/* What is not compressed is read without a detour: the first octets decide. */
#include "host/input.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum { INPUT_HEAD = 6, INPUT_BLOCK = 1 << 16 };

struct input {
    int fd;
    size_t head_len, head_used; /* octets read to find out what it is, and those of them handed on */
    uint8_t head[INPUT_HEAD];
    struct archive *archive; /* owned; NULL: not compressed */
    uint8_t *block;          /* owned; what libarchive reads from */
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

/* ---- Through libarchive ---- */

static la_ssize_t input_feed(struct archive *archive, void *context, const void **octets) {
    struct input *i = context;
    *octets = i->block;
    ssize_t len = input_take(i, i->block, INPUT_BLOCK);
    if (len < 0)
        archive_set_error(archive, errno, "%s", strerror(errno));
    return len;
}

static bool input_unpack(struct input *i, char *error, size_t size) {
    struct archive_entry *entry;
    i->block = memory_new(INPUT_BLOCK);
    i->archive = archive_read_new();
    archive_read_support_filter_gzip(i->archive);
    archive_read_support_filter_compress(i->archive);
    archive_read_support_filter_bzip2(i->archive);
    archive_read_support_filter_xz(i->archive);
    archive_read_support_filter_lzma(i->archive);
    archive_read_support_filter_zstd(i->archive);
    archive_read_support_filter_lz4(i->archive);
    archive_read_support_format_raw(i->archive);
    if (archive_read_open(i->archive, i, NULL, input_feed, NULL) == ARCHIVE_OK &&
        archive_read_next_header(i->archive, &entry) == ARCHIVE_OK)
        return true;
    snprintf(error, size, "cannot unpack it: %s", archive_error_string(i->archive));
    return false;
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
    ssize_t len = i->archive ? archive_read_data(i->archive, octets, room) : input_take(i, octets, room);
    if (len >= 0)
        return len;
    snprintf(error, size, "%s", i->archive ? archive_error_string(i->archive) : strerror(errno));
    return -1;
}

void input_close(struct input *i) {
    if (i->archive)
        archive_read_free(i->archive);
    if (i->fd >= 0)
        close(i->fd);
    free(i->block);
    free(i);
}
