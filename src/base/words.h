/* The words of a command or statement, one after the other.
 *
 * Two sources, one reader: a command line is cut while it is read, nothing copied and nothing kept, however long it is;
 * a configuration statement comes as words that the lexer has cut (quotes and escapes resolved). Elements only know
 * struct words, so that config, API, decode and encode share every parser.
 *
 * In a command line, `[ ] ( ) , ; { }` are words of their own, and a word that starts with a quote goes to the next
 * such quote (api-commands.md section 2). */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/complaint.h"

struct word {
    struct text text; /* without quotes, escapes resolved */
    uint32_t line, column;
};

struct words {
    const char *p, *end;            /* the rest of a command line, or ... */
    const struct word *word, *last; /* ... words cut before: the next one and the end. word is NULL for a line */
    const char *start;              /* of the line: columns are counted from here */
    struct text taken;              /* the word taken last: what a complaint is about */
    uint32_t line, column;          /* of it, when the words were cut before */
    struct complaint *complaint;    /* borrowed, never NULL */
};

struct words words_of_line(struct text line, struct complaint *complaint);
struct words words_of_list(const struct word *first, size_t count, struct complaint *complaint);

/* The next word; false (and an empty word) at the end. */
bool words_next(struct words *w, struct text *out);
bool words_peek(const struct words *w, struct text *out);
bool words_done(const struct words *w);

/* Takes the next word if it is this one. */
bool words_accept(struct words *w, const char *literal);

/* Takes the next word, which must be this one: else a complaint that names it. */
bool words_expect(struct words *w, const char *literal);

/* The next word, which must exist: else the complaint that `want` is missing. */
bool words_take(struct words *w, const char *want, struct text *out);

/* The next word as a number of 0..max: else a complaint that names the bounds. `what` is "MED". */
bool words_number(struct words *w, const char *what, uint64_t max, uint64_t *out);

/* What is left of a command line, not cut. Only for words_of_line(). */
struct text words_rest(const struct words *w);

/* A complaint about the word taken last; always false. */
bool words_fail(struct words *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A list: one word, or `[ word word ... ]`; commas between the words are let through (config.md 13).
 *     struct list list;
 *     words_list(w, &list);
 *     while (words_item(w, &list, &item)) ...
 *     return !w->complaint->made;
 * An open bracket without its end is a complaint. */
struct list {
    bool bracket, started, ended;
};
void words_list(struct words *w, struct list *list);
bool words_item(struct words *w, struct list *list, struct text *out);

#endif
