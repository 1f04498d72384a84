/* A fault: the row of the error contract, the NOTIFICATION that it asks for, and words for the log. */
#include "bgp/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool fault_make(struct fault *f, const char *row, uint8_t code, uint8_t subcode, struct cursor data, const char *format,
                ...) {
    va_list args;
    f->row = row;
    f->code = code;
    f->subcode = subcode;
    f->data = data;
    va_start(args, format);
    vsnprintf(f->message, sizeof f->message, format, args);
    va_end(args);
    return false;
}
