/* The error contract as a table: bgp/row.def. */
#include "bgp/row.h"

#include <stddef.h>
#include <string.h>

static const struct row rows[] = {
#define ROW(id, action, notification, rfc, what) {id, ROW_##action, notification, rfc, what},
#include "bgp/row.def"
};

unsigned rows_count(void) {
    return sizeof rows / sizeof *rows;
}

const struct row *row_at(unsigned index) {
    return &rows[index];
}

const struct row *row_of(const char *id) {
    for (unsigned i = 0; i < rows_count(); i++)
        if (!strcmp(rows[i].id, id))
            return &rows[i];
    return NULL;
}
