/* JSON of one line, printed for people: in lines, indented, short arrays and objects without nesting in one line. */
#include <string.h>

#include "app/talk.h"

enum { SHORT = 60 }; /* characters of what stays in a line */

#define KEY    "\033[36m"
#define STRING "\033[32m"
#define NUMBER "\033[33m"
#define PLAIN  "\033[0m"

struct pretty {
    FILE *to;
    bool colors;
    int depth;
};

static const char *string_end(const char *p) {
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

/* The end of a value that begins with a bracket, if it is short and has no brackets in it; else NULL. */
static const char *short_end(const char *p) {
    const char *start = p;
    for (p++; *p && p - start < SHORT;) {
        if (*p == '"') {
            p = string_end(p);
            continue;
        }
        if (*p == '[' || *p == '{')
            return NULL;
        if (*p == ']' || *p == '}')
            return p + 1;
        p++;
    }
    return NULL;
}

static void new_line(const struct pretty *j) {
    fprintf(j->to, "\n%*s", j->depth * 2, "");
}

static void put_colored(const struct pretty *j, const char *color, const char *from, const char *to) {
    fprintf(j->to, "%s%.*s%s", j->colors ? color : "", (int)(to - from), from, j->colors ? PLAIN : "");
}

static const char *put_string(const struct pretty *j, const char *p) {
    const char *end = string_end(p), *next = end + strspn(end, " ");
    put_colored(j, *next == ':' ? KEY : STRING, p, end);
    return end;
}

static const char *put_scalar(const struct pretty *j, const char *p) {
    const char *end = p + strcspn(p, ",:]}[{\" \t");
    if (end == p)
        end++;
    put_colored(j, NUMBER, p, end);
    return end;
}

static const char *put_token(struct pretty *j, const char *p, bool flat) {
    switch (*p) {
    case '"': return put_string(j, p);
    case ',':
        fputs(flat ? ", " : ",", j->to);
        if (!flat)
            new_line(j);
        return p + 1;
    case ':': fputs(": ", j->to); return p + 1;
    default: return put_scalar(j, p);
    }
}

static const char *put_flat(struct pretty *j, const char *p, const char *end) {
    bool object = *p == '{', empty = p[1 + strspn(p + 1, " ")] == (object ? '}' : ']');
    const char *blank = object && !empty ? " " : "";
    fprintf(j->to, "%c%s", *p++, blank);
    while ((p += strspn(p, " \t")) < end - 1)
        p = put_token(j, p, true);
    fprintf(j->to, "%s%c", blank, end[-1]);
    return end;
}

void print_json(FILE *to, const char *json, bool colors) {
    struct pretty j = {to, colors, 0};
    for (const char *p = json; *(p += strspn(p, " \t"));) {
        const char *end = *p == '{' || *p == '[' ? short_end(p) : NULL;
        if (end) {
            p = put_flat(&j, p, end);
        } else if (*p == '{' || *p == '[') {
            fputc(*p++, to);
            j.depth++;
            new_line(&j);
        } else if (*p == '}' || *p == ']') {
            j.depth -= j.depth > 0;
            new_line(&j);
            fputc(*p++, to);
        } else {
            p = put_token(&j, p, false);
        }
    }
    fputc('\n', to);
}
