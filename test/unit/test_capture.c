/* Recorded BGP by lines of data (test/vectors/capture.txt): whole, octet by octet, cut everywhere, spoilt everywhere.
 */
#include "unit.h"

#include <stdio.h>

#include "base/number.h"
#include "base/words.h"
#include "bgp/update.h"
#include "capture/capture.h"

enum { ROWS_MOST = 200 };

struct row {
    struct text kind, name, hex, want;
    struct buffer octets;
};

static struct row rows[ROWS_MOST];
static size_t row_count;
static char *file_text;

/* What was told, as words. */
struct told {
    struct buffer words;
    size_t wrongs, unreadable;
    struct update *update;
};

static void told_word(struct told *t, const char *word) {
    if (buffer_len(&t->words))
        put_char(&t->words, ' ');
    put_string(&t->words, word);
}

static void told_message(struct told *t, const struct capture_event *e) {
    static const char *const names[] = {"unknown",   "open",    "update",     "notification",
                                        "keepalive", "refresh", "operational"};
    struct fault fault;
    assert_true(e->message.type < sizeof names / sizeof *names);
    told_word(t, names[e->message.type]);
    if (e->sent)
        put_char(&t->words, '>');
    if (e->message.type == MESSAGE_UPDATE &&
        (!update_open_as_said(t->update, e->message.body, e->terms, &fault) || t->update->finding_count))
        t->unreadable++;
}

static void heard(void *context, const struct capture_event *e) {
    struct told *t = context;
    switch (e->what) {
    case CAPTURE_MESSAGE: told_message(t, e); break;
    case CAPTURE_STATE:
        told_word(t, e->kind == SESSION_EVENT_UP ? "up" : e->kind == SESSION_EVENT_DOWN ? "down" : "fsm");
        break;
    case CAPTURE_ROUTE: {
        struct cursor nlri = e->nlri, one;
        assert_true(e->family->cut(&nlri, &one) && cursor_done(&nlri));
        told_word(t, "route");
        break;
    }
    case CAPTURE_REPORT: told_word(t, e->type); break;
    }
}

static void wrong(void *context, uint64_t offset, const char *message) {
    struct told *t = context;
    (void)offset;
    assert_true(message[0] != 0);
    t->wrongs++;
    told_word(t, "wrong");
}

static enum capture_kind kind_of(struct text name) {
    return text_is(name, "mrt")    ? CAPTURE_MRT
           : text_is(name, "bmp")  ? CAPTURE_BMP
           : text_is(name, "pcap") ? CAPTURE_PCAP
                                   : CAPTURE_BGP;
}

static void tell(struct told *t, enum capture_kind kind, struct cursor octets, size_t piece) {
    const struct capture_settings settings = {.kind = kind};
    struct capture *c = capture_new(&settings, &(struct capture_sink){t, heard, wrong});
    buffer_clear(&t->words);
    t->wrongs = t->unreadable = 0;
    while (!cursor_done(&octets)) {
        size_t room;
        uint8_t *into = capture_room(c, &room);
        size_t len = cursor_left(&octets) < piece ? cursor_left(&octets) : piece;
        assert_true(room >= 1);
        len = len < room ? len : room;
        cursor_copy(&octets, into, len);
        capture_took(c, len);
    }
    capture_end(c);
    capture_free(c);
}

static void each_row_tells_what_it_should(void **state) {
    (void)state;
    struct told t = {.words = buffer_growing(), .update = malloc(sizeof *t.update)};
    for (size_t i = 0; i < row_count; i++)
        for (int guess = 0; guess < 2; guess++) {
            tell(&t, guess ? CAPTURE_ANY : kind_of(rows[i].kind), buffer_cursor(&rows[i].octets), 1 << 16);
            if (!text_same(buffer_text(&t.words), rows[i].want))
                fail_msg("%.*s: \"%.*s\", not \"%.*s\"", TEXT_ARGS(rows[i].name), TEXT_ARGS(buffer_text(&t.words)),
                         TEXT_ARGS(rows[i].want));
            if (t.unreadable)
                fail_msg("%.*s: an UPDATE is read with the wrong terms", TEXT_ARGS(rows[i].name));
        }
    buffer_release(&t.words);
    free(t.update);
}

static void pieces_of_any_size_tell_the_same(void **state) {
    (void)state;
    struct told t = {.words = buffer_growing(), .update = malloc(sizeof *t.update)};
    for (size_t i = 0; i < row_count; i++)
        for (size_t piece = 1; piece < 40; piece += 6) {
            tell(&t, kind_of(rows[i].kind), buffer_cursor(&rows[i].octets), piece);
            if (!text_same(buffer_text(&t.words), rows[i].want))
                fail_msg("%.*s in pieces of %zu: \"%.*s\"", TEXT_ARGS(rows[i].name), piece,
                         TEXT_ARGS(buffer_text(&t.words)));
        }
    buffer_release(&t.words);
    free(t.update);
}

/* All but "wrong". */
static size_t good_words(struct text words) {
    size_t count = 0;
    bool more = words.len > 0;
    while (more) {
        struct text word;
        words = text_cut(words, ' ', &word, &more);
        count += !text_is(word, "wrong");
    }
    return count;
}

/* What was cut tells no more than the whole, and that it is cut, unless the end of a record is where it was cut. */
static void cut_anywhere_it_says_so(void **state) {
    (void)state;
    struct told t = {.words = buffer_growing(), .update = malloc(sizeof *t.update)};
    for (size_t i = 0; i < row_count; i++) {
        size_t len = buffer_len(&rows[i].octets), silent = 0;
        for (size_t cut = 0; cut < len; cut++) {
            tell(&t, kind_of(rows[i].kind), cursor_of(rows[i].octets.base, cut), 1 << 16);
            silent += t.wrongs == 0;
            if (good_words(buffer_text(&t.words)) > good_words(rows[i].want))
                fail_msg("%.*s, cut at %zu: \"%.*s\"", TEXT_ARGS(rows[i].name), cut, TEXT_ARGS(buffer_text(&t.words)));
        }
        if (silent > 12)
            fail_msg("%.*s: cut in silence at %zu places of %zu", TEXT_ARGS(rows[i].name), silent, len);
    }
    buffer_release(&t.words);
    free(t.update);
}

static void spoilt_anywhere_it_ends(void **state) {
    (void)state;
    struct told t = {.words = buffer_growing(), .update = malloc(sizeof *t.update)};
    for (size_t i = 0; i < row_count; i++)
        for (size_t at = 0; at < buffer_len(&rows[i].octets); at++) {
            uint8_t *octet = rows[i].octets.base + at, was = *octet;
            static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
            for (size_t v = 0; v < sizeof values; v++) {
                *octet = values[v];
                tell(&t, v % 2 ? CAPTURE_ANY : kind_of(rows[i].kind), buffer_cursor(&rows[i].octets), 1 << 16);
            }
            *octet = was;
        }
    buffer_release(&t.words);
    free(t.update);
}

static void nothing_and_foreign_octets(void **state) {
    (void)state;
    struct told t = {.words = buffer_growing(), .update = malloc(sizeof *t.update)};
    tell(&t, CAPTURE_ANY, cursor_of("", 0), 1);
    assert_written(&t.words, "");
    tell(&t, CAPTURE_ANY, cursor_of("#!/bin/sh\necho this is no capture at all\n", 41), 7);
    assert_written(&t.words, "wrong");
    tell(&t, CAPTURE_PCAP, cursor_of("#!/bin/sh\n", 10), 10);
    assert_written(&t.words, "wrong");
    tell(&t, CAPTURE_ANY, cursor_of("\0", 1), 1);
    assert_written(&t.words, "wrong");
    buffer_release(&t.words);
    free(t.update);
}

/* ---- The file ---- */

static struct text trimmed(struct text t) {
    while (t.len && t.p[0] == ' ')
        t = (struct text){t.p + 1, t.len - 1};
    while (t.len && t.p[t.len - 1] == ' ')
        t.len--;
    return t;
}

static void row_read(struct text line) {
    struct row *row = &rows[row_count];
    struct text *fields[] = {&row->kind, &row->name, &row->hex, &row->want};
    bool found;
    if (!line.len || line.p[0] == '#')
        return;
    for (size_t i = 0; i < 4; i++) {
        line = text_cut(line, '|', fields[i], &found);
        *fields[i] = trimmed(*fields[i]);
        assert_int_equal(found, i < 3);
    }
    row->octets = buffer_growing();
    assert_true(hex_parse(row->hex, &row->octets));
    assert_true(++row_count < ROWS_MOST);
}

static int rows_read(void **state) {
    (void)state;
    FILE *file = fopen(VECTORS "/capture.txt", "re");
    size_t size = 0;
    ssize_t len = file ? getdelim(&file_text, &size, 0, file) : -1;
    if (len <= 0)
        return -1;
    fclose(file);
    struct text rest = {file_text, (size_t)len}, line;
    for (bool more = true; more;) {
        rest = text_cut(rest, '\n', &line, &more);
        row_read(line);
    }
    return row_count > 40 ? 0 : -1;
}

static int rows_release(void **state) {
    (void)state;
    for (size_t i = 0; i < row_count; i++)
        buffer_release(&rows[i].octets);
    free(file_text);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_tells_what_it_should), cmocka_unit_test(pieces_of_any_size_tell_the_same),
        cmocka_unit_test(cut_anywhere_it_says_so),       cmocka_unit_test(spoilt_anywhere_it_ends),
        cmocka_unit_test(nothing_and_foreign_octets),
    };
    return cmocka_run_group_tests(tests, rows_read, rows_release);
}
