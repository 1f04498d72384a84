/* Numbers from and to characters. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/buffer.h"

/* Decimal digits only, no sign, no blanks; false when it is none or larger than `max`. */
bool number_parse(struct text t, uint64_t max, uint64_t *out);

/* The digits at the start, taken off; false when there are none, or they say more than `max`. */
bool number_take(struct text *t, uint64_t max, uint64_t *out);

/* As number_parse(), or hexadecimal after "0x". */
bool number_parse_any(struct text t, uint64_t max, uint64_t *out);

/* An even number of hexadecimal digits, appended as octets. On false nothing was written. */
bool hex_parse(struct text t, struct buffer *out);

void put_decimal(struct buffer *b, uint64_t v); /* 42 */
/* Octets as one number in decimal digits; no more than 64 octets, of longer ones nothing is written. */
void put_decimal_octets(struct buffer *b, struct cursor c);
void put_hex(struct buffer *b, struct cursor c);       /* 0aff: lower case, no 0x */
void put_hex_upper(struct buffer *b, struct cursor c); /* 0AFF */

/* The shortest decimal that reads back to the same double, as Python's repr: 1.5, 125000000.0, 3e-05. */
void put_double(struct buffer *b, double v);

#endif
