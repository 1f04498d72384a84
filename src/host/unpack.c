#include "host/unpack.h"

#include <archive.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The library of the ABI whose header we are built with: 13 since version 3.0 of 2011. */
static const char library_name[] = "libarchive.so.13";

#define FUNCTIONS(F)                                                                                                   \
    F(archive_error_string)                                                                                            \
    F(archive_read_data)                                                                                               \
    F(archive_read_free)                                                                                               \
    F(archive_read_new)                                                                                                \
    F(archive_read_next_header)                                                                                        \
    F(archive_read_open)                                                                                               \
    F(archive_read_support_filter_bzip2)                                                                               \
    F(archive_read_support_filter_compress)                                                                            \
    F(archive_read_support_filter_gzip)                                                                                \
    F(archive_read_support_filter_lz4)                                                                                 \
    F(archive_read_support_filter_lzma)                                                                                \
    F(archive_read_support_filter_xz)                                                                                  \
    F(archive_read_support_filter_zstd)                                                                                \
    F(archive_read_support_format_raw)                                                                                 \
    F(archive_set_error)

struct unpack {
#define FUNCTION(name) __typeof__(name) *name;
    FUNCTIONS(FUNCTION)
#undef FUNCTION
    struct archive *archive; /* owned */
    ssize_t (*feed)(void *context, const void **octets);
    void *context;
};

static bool unpack_load(struct unpack *u) {
    void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL); /* stays: the next file finds it */
    if (!library)
        return false;
#define LOAD(name)                                                                                                     \
    if (!(u->name = (__typeof__(name) *)dlsym(library, #name)))                                                        \
        return false;
    FUNCTIONS(LOAD)
#undef LOAD
    return true;
}

static la_ssize_t unpack_feed(struct archive *archive, void *context, const void **octets) {
    struct unpack *u = context;
    ssize_t len = u->feed(u->context, octets);
    if (len < 0)
        u->archive_set_error(archive, errno, "%s", strerror(errno));
    return len;
}

static bool unpack_open(struct unpack *u) {
    struct archive_entry *entry;
    u->archive = u->archive_read_new();
    u->archive_read_support_filter_gzip(u->archive);
    u->archive_read_support_filter_compress(u->archive);
    u->archive_read_support_filter_bzip2(u->archive);
    u->archive_read_support_filter_xz(u->archive);
    u->archive_read_support_filter_lzma(u->archive);
    u->archive_read_support_filter_zstd(u->archive);
    u->archive_read_support_filter_lz4(u->archive);
    u->archive_read_support_format_raw(u->archive);
    return u->archive_read_open(u->archive, u, NULL, unpack_feed, NULL) == ARCHIVE_OK &&
           u->archive_read_next_header(u->archive, &entry) == ARCHIVE_OK;
}

struct unpack *unpack_new(ssize_t (*feed)(void *context, const void **octets), void *context, char *error,
                          size_t size) {
    struct unpack *u = memory_new(sizeof *u);
    u->feed = feed;
    u->context = context;
    if (!unpack_load(u))
        snprintf(error, size, "it is compressed, and %s", dlerror());
    else if (!unpack_open(u))
        snprintf(error, size, "cannot unpack it: %s", u->archive_error_string(u->archive));
    else
        return u;
    unpack_free(u);
    return NULL;
}

ssize_t unpack_read(struct unpack *u, void *octets, size_t room, char *error, size_t size) {
    ssize_t len = u->archive_read_data(u->archive, octets, room);
    if (len >= 0)
        return len;
    snprintf(error, size, "%s", u->archive_error_string(u->archive));
    return -1;
}

void unpack_free(struct unpack *u) {
    if (!u)
        return;
    if (u->archive)
        u->archive_read_free(u->archive);
    free(u);
}
