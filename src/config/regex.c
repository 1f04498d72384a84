/* From Python's regular expressions to POSIX extended ones: `\d` and the like become classes, groups that only group
 * become groups, and lazy repetition becomes plain, which is the same where only the fact of a match counts. */
#include "config/regex.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"

struct translation {
    const char *p, *end;
    struct buffer out;
    int flags;
    const char *wrong; /* NULL: nothing so far */
};

/* What stands within brackets for a class of Python's. */
static const char *class_inside(char c) {
    return c == 'd' ? "0-9" : c == 'w' ? "[:alnum:]_" : c == 's' ? "[:space:]" : NULL;
}

static void put_escape(struct translation *t, bool in_brackets) {
    if (t->p == t->end) {
        t->wrong = "a backslash with nothing after it";
        return;
    }
    char c = *t->p++, lower = (char)(c | 0x20);
    const char *inside = class_inside(in_brackets ? c : lower);
    if (inside && in_brackets)
        put_string(&t->out, inside);
    else if (inside)
        put_format(&t->out, c == lower ? "[%s]" : "[^%s]", inside);
    else if (c == 'b' && !in_brackets)
        put_literal(&t->out, "\\b");
    else if (c == 'A' && !in_brackets)
        put_char(&t->out, '^');
    else if (c == 'Z' && !in_brackets)
        put_char(&t->out, '$');
    else if ((unsigned)lower - 'a' < 26 || (unsigned)c - '0' < 10)
        t->wrong = "an escape that is not known here";
    else
        put_format(&t->out, in_brackets ? "%c" : "\\%c", c);
}

/* `[...]`, in which a first `]` stands for itself. */
static void put_brackets(struct translation *t) {
    put_char(&t->out, '[');
    if (t->p < t->end && *t->p == '^')
        put_char(&t->out, *t->p++);
    for (bool first = true; t->p < t->end && !t->wrong; first = false) {
        char c = *t->p++;
        if (c == '\\')
            put_escape(t, true);
        else
            put_char(&t->out, c);
        if (c == ']' && !first)
            return;
    }
    t->wrong = t->wrong ? t->wrong : "a bracket that is not closed";
}

/* What follows `(?`. */
static void put_group(struct translation *t) {
    struct text rest = {t->p, (size_t)(t->end - t->p)};
    if (text_starts(rest, "?:")) {
        t->p += 2;
        put_char(&t->out, '(');
    } else if (text_starts(rest, "?P<")) {
        while (t->p < t->end && *t->p != '>')
            t->p++;
        t->p += t->p < t->end;
        put_char(&t->out, '(');
    } else if (text_starts(rest, "?i)") && buffer_len(&t->out) == 1) {
        t->p += 3;
        t->flags |= REG_ICASE;
    } else if (text_starts(rest, "?")) {
        t->wrong = "lookaround, which is not known here";
    } else {
        put_char(&t->out, '(');
    }
}

static bool is_repetition(char c) {
    return c == '*' || c == '+' || c == '?' || c == '}';
}

static void put_pattern(struct translation *t) {
    while (t->p < t->end && !t->wrong) {
        char c = *t->p++;
        if (c == '\\') {
            put_escape(t, false);
        } else if (c == '[') {
            put_brackets(t);
        } else if (c == '(') {
            put_group(t);
        } else {
            put_char(&t->out, c);
            if (is_repetition(c) && t->p < t->end && *t->p == '?')
                t->p++;
        }
    }
}

bool regex_init(struct regex *r, struct text pattern, char *why, size_t why_size) {
    struct translation t = {
        .p = pattern.p, .end = text_end(pattern), .out = buffer_growing(), .flags = REG_EXTENDED | REG_NOSUB};
    put_char(&t.out, '(');
    put_pattern(&t);
    put_char(&t.out, ')');
    /* "^()" of an empty pattern is fine for glibc: it matches everything, as in Python. */
    struct buffer anchored = buffer_growing();
    put_char(&anchored, '^');
    put_text(&anchored, buffer_text(&t.out));
    put_u8(&anchored, 0);
    bool good = !t.wrong;
    if (!good) {
        snprintf(why, why_size, "%s", t.wrong);
    } else {
        int error = regcomp(&r->compiled, (const char *)anchored.base, t.flags);
        good = error == 0;
        if (!good)
            regerror(error, &r->compiled, why, why_size);
    }
    buffer_release(&t.out);
    buffer_release(&anchored);
    return good;
}

bool regex_matches(const struct regex *r, struct text t) {
    char *terminated = memory_copy(t.p, t.len);
    bool matches = regexec(&r->compiled, terminated, 0, NULL, 0) == 0;
    free(terminated);
    return matches;
}

void regex_release(struct regex *r) {
    regfree(&r->compiled);
}
