/* The words and statements of ExaBGP's configurations (config.md L1 to L14).
 *
 * What surprises: a statement ends on the line on which it began, where a line that ends in `\` goes on in the next;
 * escapes are replaced before words are cut, so that `\;` ends a statement and no quote can be escaped; a closing quote
 * ends the word, an opening one does not begin one; a quote of the other kind within quotes changes the kind that
 * closes; `( )` stick to their neighbors, `[ ] ,` do not. Ours: `${NAME}` outside of quotes is a variable; in quotes it
 * is what it always was, since helpers are often lines for a shell. */
#include "config/lexer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/number.h"

enum class { PLAIN, BLANK, MARK, QUOTE, END, COMMENT, ESCAPE, NEWLINE };

/* Everything else is part of a word. */
static const uint8_t class_of[256] = {
    [' '] = BLANK, ['\t'] = BLANK, ['\r'] = BLANK, ['\n'] = NEWLINE, ['"'] = QUOTE, ['\''] = QUOTE,  ['['] = MARK,
    [']'] = MARK,  [','] = MARK,   [';'] = END,    ['{'] = END,      ['}'] = END,   ['#'] = COMMENT, ['\\'] = ESCAPE,
};

static enum class class_at(const char *p) { return (enum class)class_of[(unsigned char)*p]; }

void lexer_init(struct lexer *l, struct text text, struct arena *arena, struct complaint *wrong) {
    *l = (struct lexer){.p = text.p,
                        .end = text_end(text),
                        .line_start = text.p,
                        .line = 1,
                        .arena = arena,
                        .built = buffer_growing(),
                        .wrong = wrong};
}

void lexer_release(struct lexer *l) {
    free(l->words);
    buffer_release(&l->built);
}

/* ---- Words ---- */

static uint32_t lexer_column(const struct lexer *l, const char *p) {
    return (uint32_t)(p - l->line_start) + 1;
}

static bool word_is_empty(const struct lexer *l) {
    return l->building ? buffer_len(&l->built) == 0 : l->word.text.len == 0;
}

/* What was a view so far becomes a copy, that something may be added which does not follow in the text. */
static void word_build(struct lexer *l) {
    if (l->building)
        return;
    buffer_clear(&l->built);
    put_text(&l->built, l->word.text);
    l->building = true;
}

static void word_place(struct lexer *l, const char *p) {
    l->word.line = l->line;
    l->word.column = lexer_column(l, p);
}

static void word_add(struct lexer *l, const char *from, const char *to) {
    if (word_is_empty(l)) {
        word_place(l, from);
        l->building = false;
        l->word.text = (struct text){from, (size_t)(to - from)};
        return;
    }
    if (!l->building && l->word.text.p + l->word.text.len == from) {
        l->word.text.len += (size_t)(to - from);
        return;
    }
    word_build(l);
    put_octets(&l->built, from, (size_t)(to - from));
}

/* A character that does not stand in the text as it is; `from` is where it is written. */
static void word_add_built(struct lexer *l, const char *from, struct text octets) {
    if (word_is_empty(l))
        word_place(l, from);
    word_build(l);
    put_text(&l->built, octets);
}

static void words_push(struct lexer *l, struct word word) {
    if (l->count == l->room) {
        l->room = l->room ? l->room * 2 : 64;
        l->words = memory_resize(l->words, l->room * sizeof *l->words);
    }
    l->words[l->count++] = word;
}

/* The word being read is whole. An empty one is pushed only when quotes made it. */
static void word_end(struct lexer *l, bool quoted) {
    if (word_is_empty(l) && !quoted)
        return;
    if (l->building)
        l->word.text = arena_text(l->arena, buffer_text(&l->built));
    words_push(l, l->word);
    l->word = (struct word){.text = {"", 0}};
    l->building = false;
}

static void word_mark(struct lexer *l, const char *p, char mark) {
    static const char marks[] = "[],";
    word_end(l, false);
    word_place(l, p);
    words_push(l, (struct word){{strchr(marks, mark), 1}, l->word.line, l->word.column});
    if (mark == '[')
        l->brackets++;
    else if (mark == ']' && l->brackets)
        l->brackets--;
}

/* ---- Lines ---- */

static void lexer_line_begins(struct lexer *l, const char *p) {
    l->p = l->line_start = p;
    l->line++;
}

static bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* Past a backslash that is the last thing on its line, and the line's end; else where it was. */
static const char *past_continuation(const struct lexer *l, const char *p) {
    const char *at = p + 1;
    while (at < l->end && is_white(*at))
        at++;
    if (at == l->end)
        return at;
    return *at == '\n' ? at + 1 : p;
}

static bool lexer_continues(struct lexer *l) {
    const char *next = past_continuation(l, l->p);
    if (next == l->p)
        return false;
    if (next[-1] == '\n')
        lexer_line_begins(l, next);
    else
        l->p = next;
    return true;
}

/* ---- Escapes ---- */

static void lexer_fail(struct lexer *l, const char *p, struct text at, const char *message, const char *wanted) {
    if (l->wrong->made)
        return;
    complain(l->wrong, at, "%s", message);
    complain_wanted(l->wrong, "%s", wanted);
    l->wrong->line = l->line;
    l->wrong->column = lexer_column(l, p);
}

/* The UTF-8 form of a code point below 0x10000. */
static struct text utf8_of(unsigned code, char out[3]) {
    if (code < 0x80) {
        out[0] = (char)code;
        return (struct text){out, 1};
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return (struct text){out, 2};
    }
    out[0] = (char)(0xe0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3f));
    out[2] = (char)(0x80 | (code & 0x3f));
    return (struct text){out, 3};
}

/* The four digits after `\u`; a code that is no character gives none. */
static struct text escape_unicode(struct lexer *l, const char *from, char out[3]) {
    uint8_t octets[2];
    struct buffer b = buffer_fixed(octets, sizeof octets);
    size_t left = (size_t)(l->end - l->p);
    bool good = left >= 4 && hex_parse((struct text){l->p, 4}, &b);
    unsigned code = good ? (unsigned)(octets[0] << 8 | octets[1]) : 0;
    if (code == 0 || code >> 11 == 0x1b) { /* NUL and halves of surrogate pairs are no text */
        lexer_fail(l, from, (struct text){from, 2}, "invalid escape", "\\u and four hexadecimal digits of a character");
        return (struct text){"", 0};
    }
    l->p += 4;
    return utf8_of(code, out);
}

/* The character that an escape stands for; l->p is behind the backslash at `from`. */
static struct text escape_read(struct lexer *l, const char *from, char out[3]) {
    static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
    if (l->p < l->end && *l->p == '\\' && lexer_continues(l)) {
        /* `\\` at the end of a line: the second one joins the lines, and the first stands before what follows. */
    }
    if (l->p == l->end || *l->p == '\n')
        return (struct text){"\\", 1};
    char c = *l->p;
    const char *letter = strchr(letters, c);
    if (c == 'u') {
        l->p++;
        return escape_unicode(l, from, out);
    }
    if (letter) {
        l->p++;
        out[0] = controls[letter - letters];
        return (struct text){out, 1};
    }
    size_t len = 1; /* any other character stands for itself, all of its octets */
    while (l->p + len < l->end && ((unsigned char)l->p[len] & 0xc0) == 0x80)
        len++;
    struct text itself = {l->p, len};
    l->p += len;
    return itself;
}

/* ---- Variables ---- */

static bool is_variable_name(struct text t) {
    bool good = t.len > 0 && (t.p[0] < '0' || t.p[0] > '9');
    for (size_t i = 0; i < t.len; i++) {
        char c = t.p[i], lower = (char)(c | 0x20);
        good = good && ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_');
    }
    return good;
}

/* The value of `NAME` or `NAME:-DEFAULT`; `from` is where it stands. False: a complaint was made. */
static bool variable_value(struct lexer *l, const char *from, struct text inside, struct text *value) {
    char name[128], message[192];
    const char *sign = memchr(inside.p, ':', inside.len);
    bool has_default = sign && sign + 1 < inside.p + inside.len && sign[1] == '-';
    struct text variable = {inside.p, has_default ? (size_t)(sign - inside.p) : inside.len};
    if (!is_variable_name(variable) || variable.len >= sizeof name) {
        lexer_fail(l, from, inside, "that is no name of a variable", "${NAME} or ${NAME:-default}");
        return false;
    }
    snprintf(name, sizeof name, "%.*s", TEXT_ARGS(variable));
    const char *set = getenv(name);
    *value = text_of(set ? set : "");
    if (value->len == 0 && has_default)
        *value = (struct text){sign + 2, (size_t)(inside.p + inside.len - sign - 2)};
    else if (!set || !is_utf8(*value)) {
        snprintf(message, sizeof message, "the variable %s is %s", name, set ? "no text in UTF-8" : "not set");
        lexer_fail(l, from, inside, message, "one that is in the environment, or ${NAME:-default}");
        return false;
    }
    return true;
}

/* `${NAME}` within a word; l->p is behind the `{`, and the `$` is the last of the word. The value is a part of the
 * word, whatever is in it. */
static void lexer_variable(struct lexer *l) {
    const char *from = l->p, *end = from;
    struct text value = {"", 0};
    if (l->building)
        buffer_cut(&l->built, buffer_len(&l->built) - 1);
    else
        l->word.text.len--;
    while (end < l->end && *end != '\n' && *end != '}')
        end++;
    l->p = end;
    if (end == l->end || *end != '}') {
        lexer_fail(l, from, (struct text){from, (size_t)(end - from)}, "a variable without its \"}\"",
                   "${NAME} or ${NAME:-default}");
        return;
    }
    l->p++;
    if (variable_value(l, from, (struct text){from, (size_t)(end - from)}, &value))
        word_add_built(l, from - 2, value);
}

/* ---- Statements ---- */

/* Where only blanks, comments and ends of lines are left before a `{` or `;`: it is the one that was missing on the
 * line above, and the statement ends there. 0: something else follows. */
static char lexer_late_end(struct lexer *l) {
    const char *p = l->p;
    bool comment = false;
    for (; p < l->end && (comment || is_white(*p) || *p == '\n' || *p == '#'); p++)
        comment = *p == '#' || (comment && *p != '\n');
    if (p == l->end || (*p != '{' && *p != ';'))
        return 0;
    while (l->p < p) {
        const char *next = memchr(l->p, '\n', (size_t)(p - l->p));
        if (next)
            lexer_line_begins(l, next + 1);
        else
            l->p = p;
    }
    l->p = p + 1;
    return *p;
}

static struct statement lexer_statement(struct lexer *l, char end, const char *at) {
    l->brackets = 0;
    return (struct statement){l->words, l->count, end, l->wrong->made, l->line, lexer_column(l, at)};
}

/* The line ends within a statement. What there is counts as the whole of it, so that one forgotten mark is one mistake:
 * true when the statement is over, false when an open bracket says that the list goes on. */
static bool lexer_cut_short(struct lexer *l, struct statement *out) {
    const char *at = l->p;
    while (at > l->line_start && (is_white(at[-1]) || at[-1] == '\n'))
        at--;
    if (l->quote)
        lexer_fail(l, at, (struct text){"", 0}, "invalid syntax: the quote is not closed on its line",
                   "a closing quote");
    else
        lexer_fail(l, at, (struct text){"", 0}, "invalid syntax: the statement does not end on its line",
                   "\";\" or \"{\", or \"\\\" at the end of a line that goes on in the next");
    bool list = l->brackets > 0 && !l->quote;
    l->quote = 0;
    word_end(l, false);
    *out = lexer_statement(l, ';', at);
    if (list && l->p < l->end) {
        l->brackets = 1;
        return false;
    }
    if (l->p < l->end)
        lexer_line_begins(l, l->p + 1);
    char late = lexer_late_end(l);
    out->end = late ? late : ';';
    return true;
}

/* A comment where no statement is open is skipped, up to the end of its line. */
static void lexer_comment(struct lexer *l, const char *p) {
    word_end(l, false);
    if (l->count)
        lexer_fail(l, p, (struct text){p, 1}, "invalid syntax: a comment within a statement",
                   "\";\" or \"{\" before the comment, or quotes around the \"#\"");
    const char *newline = memchr(l->p, '\n', (size_t)(l->end - l->p));
    l->p = newline ? newline : l->end;
}

static void lexer_quote(struct lexer *l, const char *p, char c) {
    if (l->quote != c) {
        l->quote = c;
        return;
    }
    l->quote = 0;
    if (word_is_empty(l))
        word_place(l, p);
    word_end(l, true);
}

/* One character, whose class is not PLAIN or that was escaped; `octets` is what it stands for. True: it ends the
 * statement. */
static bool lexer_special(struct lexer *l, const char *from, struct text octets, enum class class, bool escaped) {
    if (class == QUOTE) {
        lexer_quote(l, from, octets.p[0]);
    } else if (l->quote || class == PLAIN || class == ESCAPE) {
        if (escaped)
            word_add_built(l, from, octets);
        else
            word_add(l, from, from + octets.len);
    } else if (class == COMMENT) {
        lexer_comment(l, from);
    } else if (class == MARK) {
        word_mark(l, from, octets.p[0]);
    } else if (octets.p[0] == '{' && !escaped && !word_is_empty(l) && from[-1] == '$') {
        lexer_variable(l);
        return false;
    } else {
        word_end(l, false); /* a blank, an escaped end of line among them, or the end of the statement */
    }
    return class == END && !l->quote;
}

/* A run of plain characters: mostly a whole word, with a blank after it that is as well skipped here. */
static void lexer_plain(struct lexer *l) {
    const char *from = l->p, *p = from, *end = l->end;
    while (p < end && class_of[(unsigned char)*p] == PLAIN)
        p++;
    l->p = p;
    if (!l->quote && p < end && class_of[(unsigned char)*p] == BLANK && word_is_empty(l)) {
        l->p++;
        words_push(l, (struct word){{from, (size_t)(p - from)}, l->line, lexer_column(l, from)});
        return;
    }
    word_add(l, from, p);
}

/* Reads one escape, which may end the statement as any character may. */
static bool lexer_escape(struct lexer *l, char *end) {
    const char *from = l->p++;
    char memory[3];
    struct text octets = escape_read(l, from, memory);
    if (octets.len == 0)
        return false;
    *end = octets.p[0];
    return lexer_special(l, from, octets, class_at(octets.p), true);
}

struct statement lexer_next(struct lexer *l) {
    struct statement out;
    char end;
    l->count = 0;
    while (l->p < l->end) {
        enum class class = class_at(l->p);
        if (class == PLAIN) {
            lexer_plain(l);
        } else if (class == BLANK && !l->quote) {
            word_end(l, false);
            l->p++;
        } else if (class == NEWLINE) {
            bool pending = l->count || !word_is_empty(l);
            if (pending && lexer_cut_short(l, &out))
                return out;
            l->quote = 0;
            lexer_line_begins(l, l->p + 1);
        } else if (class == ESCAPE) {
            if (!lexer_continues(l) && lexer_escape(l, &end))
                return lexer_statement(l, end, l->p - 1);
        } else {
            const char *p = l->p++;
            if (lexer_special(l, p, (struct text){p, 1}, class, false))
                return lexer_statement(l, *p, p);
        }
    }
    if (l->count || !word_is_empty(l)) {
        lexer_cut_short(l, &out);
        return out;
    }
    return lexer_statement(l, 0, l->p);
}

bool lexer_peek(struct lexer *l, struct text *out) {
    const char *p = l->p, *end = l->end;
    for (; p < end && (class_at(p) == BLANK || class_at(p) == NEWLINE); p++)
        if (class_at(p) == NEWLINE)
            lexer_line_begins(l, p + 1);
    l->p = p;
    while (p < end && class_of[(unsigned char)*p] <= MARK)
        p++;
    *out = (struct text){l->p, (size_t)(p - l->p)};
    return p < end && *p == ';';
}

void lexer_take(struct lexer *l, struct text peeked) {
    l->p = peeked.p + peeked.len + 1;
}
