#include "base/words.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/number.h"

/* What each character is in a command line: 0 part of a word, else as below. A quote within a word is part of it. */
enum { WORD_BLANK = 1, WORD_MARK = 2, WORD_QUOTE = 4, WORD_ENDS = WORD_BLANK | WORD_MARK };
static const uint8_t word_class[256] = {
    [' '] = WORD_BLANK, ['\t'] = WORD_BLANK, ['\r'] = WORD_BLANK, ['\n'] = WORD_BLANK, ['['] = WORD_MARK,
    [']'] = WORD_MARK,  ['('] = WORD_MARK,   [')'] = WORD_MARK,   [','] = WORD_MARK,   [';'] = WORD_MARK,
    ['{'] = WORD_MARK,  ['}'] = WORD_MARK,   ['"'] = WORD_QUOTE,  ['\''] = WORD_QUOTE,
};

static inline uint8_t word_class_of(char c) {
    return word_class[(unsigned char)c];
}

struct words words_of_line(struct text line, struct complaint *complaint) {
    return (struct words){.p = line.p, .end = text_end(line), .start = line.p, .complaint = complaint};
}

struct words words_of_list(const struct word *first, size_t count, struct complaint *complaint) {
    static const struct word none;
    if (!first)
        first = &none;
    return (struct words){.word = first, .last = first + count, .complaint = complaint};
}

static const char *line_skip_blanks(const char *p, const char *end) {
    while (p < end && word_class_of(*p) == WORD_BLANK)
        p++;
    return p;
}

/* The word at `p` (not a blank); *next gets the place after it. */
static inline struct text line_word(const char *p, const char *end, const char **next) {
    const char *start = p;
    uint8_t class = word_class_of(*p);
    if (class == WORD_QUOTE) {
        const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
        *next = close ? close + 1 : end;
        return (struct text){p + 1, (size_t)((close ? close : end) - p - 1)};
    }
    if (class == WORD_MARK) {
        *next = p + 1;
        return (struct text){p, 1};
    }
    while (p < end && !(word_class_of(*p) & WORD_ENDS))
        p++;
    *next = p;
    return (struct text){start, (size_t)(p - start)};
}

bool words_peek(const struct words *w, struct text *out) {
    *out = (struct text){"", 0};
    if (w->word) {
        if (w->word == w->last)
            return false;
        *out = w->word->text;
        return true;
    }
    const char *p = line_skip_blanks(w->p, w->end), *next;
    if (p == w->end)
        return false;
    *out = line_word(p, w->end, &next);
    return true;
}

bool words_next(struct words *w, struct text *out) {
    *out = (struct text){"", 0};
    if (w->word) {
        if (w->word == w->last)
            return false;
        *out = w->word->text;
        w->line = w->word->line;
        w->column = w->word->column;
        w->word++;
    } else {
        const char *p = line_skip_blanks(w->p, w->end);
        if (p == w->end) {
            w->p = p;
            return false;
        }
        *out = line_word(p, w->end, &w->p);
    }
    w->taken = *out;
    return true;
}

bool words_done(const struct words *w) {
    if (w->word)
        return w->word == w->last;
    return line_skip_blanks(w->p, w->end) == w->end;
}

/* Most often it is another word, which its first character tells: nothing is cut to find that out. */
static bool line_accept(struct words *w, const char *literal) {
    const char *p = line_skip_blanks(w->p, w->end);
    if (p == w->end || *p != *literal)
        return false;
    size_t len = strlen(literal);
    if ((size_t)(w->end - p) < len || memcmp(p, literal, len) != 0)
        return false;
    const char *after = p + len;
    if (word_class_of(*p) != WORD_MARK && after < w->end && !(word_class_of(*after) & WORD_ENDS))
        return false;
    w->taken = (struct text){p, len};
    w->p = after;
    return true;
}

bool words_accept(struct words *w, const char *literal) {
    struct text next;
    if (!w->word)
        return line_accept(w, literal);
    if (w->word == w->last || !text_is(w->word->text, literal))
        return false;
    return words_next(w, &next);
}

bool words_take(struct words *w, const char *want, struct text *out) {
    if (words_next(w, out))
        return true;
    if (w->taken.len)
        return words_fail(w, "nothing after \"%.*s\"", TEXT_ARGS(w->taken)) ||
               complain_wanted(w->complaint, "%s", want);
    return words_fail(w, "nothing there") || complain_wanted(w->complaint, "%s", want);
}

bool words_expect(struct words *w, const char *literal) {
    struct text next;
    char want[64];
    if (words_accept(w, literal))
        return true;
    snprintf(want, sizeof want, "\"%s\"", literal);
    if (!words_take(w, want, &next))
        return false;
    return words_fail(w, "unexpected \"%.*s\"", TEXT_ARGS(next)) || complain_wanted(w->complaint, "%s", want);
}

bool words_number(struct words *w, const char *what, uint64_t max, uint64_t *out) {
    struct text t;
    *out = 0;
    if (!words_take(w, what, &t))
        return false;
    if (number_parse(t, max, out))
        return true;
    return words_fail(w, "%s is not valid: \"%.*s\"", what, TEXT_ARGS(t)) ||
           complain_wanted(w->complaint, "a number from 0 to %llu", (unsigned long long)max);
}

struct text words_rest(const struct words *w) {
    return (struct text){w->p, (size_t)(w->end - w->p)};
}

bool words_fail(struct words *w, const char *format, ...) {
    char message[sizeof w->complaint->message];
    if (w->complaint->made)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    complain(w->complaint, w->taken, "%s", message);
    w->complaint->line = w->line;
    w->complaint->column = w->column;
    if (!w->word && w->taken.p >= w->start && w->taken.p <= w->end)
        w->complaint->column = (uint32_t)(w->taken.p - w->start) + 1;
    return false;
}

void words_list(struct words *w, struct list *list) {
    *list = (struct list){.bracket = words_accept(w, "[")};
}

/* Passes commas; true (and passed) when the bracket ends. */
static bool list_ends(struct words *w) {
    if (w->word) {
        while (words_accept(w, ","))
            ;
        return words_accept(w, "]");
    }
    w->p = line_skip_blanks(w->p, w->end);
    while (w->p < w->end && *w->p == ',')
        w->p = line_skip_blanks(w->p + 1, w->end);
    if (w->p == w->end || *w->p != ']')
        return false;
    w->taken = (struct text){w->p++, 1};
    return true;
}

bool words_item(struct words *w, struct list *list, struct text *out) {
    if (list->ended || w->complaint->made)
        return false;
    if (!list->bracket) {
        list->ended = true;
        return words_take(w, "a value, or a list in brackets", out);
    }
    list->ended = list_ends(w);
    return !list->ended && words_take(w, "a value or \"]\"", out);
}
