/* From the text of a configuration to statements: words, and the mark that ends them (config.md section 1). */
#ifndef CONFIG_LEXER_H
#define CONFIG_LEXER_H

#include "base/arena.h"
#include "base/words.h"

struct statement {
    const struct word *words; /* borrowed until the next statement; their texts live as long as text and arena do */
    size_t count;
    char end;              /* ';' '{' '}', or 0: the end of the text */
    bool broken;           /* complained about already: it is read as best as can be, and nothing more is said of it */
    uint32_t line, column; /* of the end */
};

struct lexer {
    const char *p, *end;     /* what is left */
    const char *line_start;  /* of the line that is read */
    uint32_t line;           /* its number */
    struct arena *arena;     /* borrowed; of words that do not stand in the text as they are */
    struct word *words;      /* owned */
    size_t count, room;      /* of words */
    struct buffer built;     /* the word being read, when it does not stand in the text as it is */
    struct word word;        /* being read; its text is a view as long as nothing was built */
    bool building;           /* it is in `built` */
    char quote;              /* that ends the quoted part; 0: not in quotes */
    unsigned brackets;       /* that are open in this statement */
    struct complaint *wrong; /* borrowed; of the first thing wrong in this statement */
};

/* `text` is valid UTF-8 without NUL octets. `wrong` is cleared by the caller after each statement that is broken. */
void lexer_init(struct lexer *l, struct text text, struct arena *arena, struct complaint *wrong);
void lexer_release(struct lexer *l);
struct statement lexer_next(struct lexer *l);

/* The statement that comes next, without its `;`, when it is a plain one: on one line, without quotes, escapes and
 * comments. It is not taken: lexer_take() does that. False: lexer_next() must read it. */
bool lexer_peek(struct lexer *l, struct text *out);
void lexer_take(struct lexer *l, struct text peeked);

#endif
