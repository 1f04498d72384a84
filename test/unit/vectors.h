/* Vectors: an element is tested by a file of lines under test/vectors, and each line tries all of its functions.
 *
 *     med 10            | 80 04 04 0000000A | "med": 10
 *     as-path [ 1 ]     | 40 02 06 02 01 00000001 | "as-path": ... | json5: ... | text: as-path ( 1 ) | also: as-path 1
 *     -                 | 40 02 04 03 01 ...      | ...                   nothing in words makes it
 *     ! med 4294967296                                               words that are refused
 *     ! | 80 04 03 000001 | withdraw                                 octets that are, and the harm
 *
 * Text to octets, octets checked, octets to text (as a command: the first column; as `encoder text` shows them:
 * `text:`, or the first column), octets to JSON of all forms (`json5:` where form 5 differs, `text5:` likewise);
 * `also:` are other words for the same octets; a column of `-` is no text or JSON at all. Then every truncation and
 * some hundred mutations of the octets ($VECTOR_MUTATIONS a line) are tried: refused, or good in every form: valid
 * JSON, and command words that make the same octets again. Octets lie in memory of just their size, so that
 * AddressSanitizer sees any read past them.
 *
 * A line that starts with # is a comment. */
#ifndef TEST_VECTORS_H
#define TEST_VECTORS_H

#include "elements.h"

/* Runs `more` tests (of the same program, TAP wants one list), then the whole file, one test a line. What main()
 * returns.
 */
struct CMUnitTest;
int vectors_run(const char *file, const struct element *element, const struct CMUnitTest *more, size_t more_count);

#endif
