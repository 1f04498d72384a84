/* cmocka with what it wants included before, and comparisons of buffers with text that show both. */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buffer.h"

/* What the buffer holds, as a string; the buffer is emptied by the next write after buffer_clear(). */
static inline const char *written(struct buffer *b) {
    put_u8(b, 0);
    b->p--;
    return (const char *)b->base;
}

#define assert_written(b, wanted) assert_string_equal(written(b), (wanted))

#endif
