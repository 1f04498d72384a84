/* How each type of setting is read (config.md sections 1, 3, 5, 9), and joined with that of a template. */
#include "config/setting.h"

#include "base/ip.h"
#include "base/number.h"

struct input {
    const struct setting *row;
    void *field;
    struct arena *arena;
    struct words *words;
    struct text value; /* the word after the keyword, or what the keyword alone means */
};

void word_list_add(struct word_list *list, struct arena *arena, struct word word) {
    if (list->count == list->room) {
        struct word *old = list->words;
        list->room = list->room ? list->room * 2 : 4;
        list->words = arena_new(arena, list->room * sizeof *list->words);
        if (list->count)
            memcpy(list->words, old, list->count * sizeof *old);
    }
    list->words[list->count++] = word;
}

static bool input_fail(struct input *in, const char *format) __attribute__((format(printf, 2, 0)));

/* The complaint about a value that is none of this setting; `format` takes the value. */
static bool input_fail(struct input *in, const char *format) {
    char message[160];
    struct buffer b = buffer_fixed(message, sizeof message - 1);
    put_format(&b, format, TEXT_ARGS(in->value));
    message[buffer_len(&b)] = 0;
    return words_fail(in->words, "%s", message) || complain_wanted(in->words->complaint, "%s", in->row->want);
}

static bool input_invalid(struct input *in) {
    return words_fail(in->words, "%s %.*s is invalid", in->row->keyword, TEXT_ARGS(in->value)) ||
           complain_wanted(in->words->complaint, "%s", in->row->want);
}

static bool is_one_of(struct text t, const char *const *known) {
    for (; *known; known++)
        if (text_is_any_case(t, *known))
            return true;
    return false;
}

static bool is_off(struct text t) {
    static const char *const off[] = {"disable", "disabled", "false", NULL};
    return is_one_of(t, off);
}

/* ---- One function a type ---- */

static bool read_bool_value(struct input *in, uint32_t *out) {
    static const char *const yes[] = {"true", "enable", "enabled", "yes", "1", NULL};
    static const char *const no[] = {"false", "disable", "disabled", "no", "0", NULL};
    *out = is_one_of(in->value, yes);
    return *out || is_one_of(in->value, no) || input_fail(in, "'%.*s' is not a valid boolean");
}

static bool read_bool(struct input *in) {
    uint32_t value;
    bool good = read_bool_value(in, &value);
    *(bool *)in->field = value != 0;
    return good;
}

static bool read_bool_auto(struct input *in) {
    *(uint32_t *)in->field = 2;
    return text_is_any_case(in->value, "auto") || read_bool_value(in, in->field);
}

static bool read_number_between(struct input *in, uint32_t least, uint32_t most) {
    uint64_t number;
    if (!number_parse(in->value, most, &number) || number < least)
        return input_invalid(in);
    *(uint32_t *)in->field = (uint32_t)number;
    return true;
}

static bool read_number(struct input *in) {
    return read_number_between(in, in->row->least, in->row->most);
}

static bool read_hold_time(struct input *in) {
    return text_is(in->value, "0") ? read_number_between(in, 0, 0) : read_number_between(in, 3, UINT16_MAX);
}

static bool read_number_or_off(struct input *in, uint32_t most, uint32_t off) {
    if (!is_off(in->value))
        return read_number_between(in, 0, most);
    *(uint32_t *)in->field = off;
    return true;
}

static bool read_rate(struct input *in) {
    return read_number_or_off(in, UINT32_MAX, 0);
}

static bool read_ttl(struct input *in) {
    return read_number_or_off(in, UINT8_MAX, TTL_DISABLED);
}

/* 12 bits of it are sent, as ever; more than those was refused by none before ExaBGP main. */
static bool read_restart(struct input *in) {
    return read_number_or_off(in, UINT16_MAX, RESTART_OFF);
}

static bool read_long_lived(struct input *in) {
    return read_number_or_off(in, 0xffffff, RESTART_OFF);
}

static bool read_as(struct input *in) {
    struct text high, low;
    bool dotted;
    uint64_t a = 0, b;
    if (text_is_any_case(in->value, "auto")) {
        *(uint32_t *)in->field = 0;
        return true;
    }
    low = text_cut(in->value, '.', &high, &dotted);
    if (dotted ? !number_parse(high, UINT16_MAX, &a) || !number_parse(low, UINT16_MAX, &b)
               : !number_parse(in->value, UINT32_MAX, &b))
        return input_invalid(in);
    *(uint32_t *)in->field = (uint32_t)(a << 16 | b);
    return true;
}

static bool read_add_path(struct input *in) {
    static const struct {
        const char *word;
        uint32_t mode;
    } modes[] = {{"disable", 0},
                 {"disabled", 0},
                 {"receive", ADD_PATH_RECEIVE},
                 {"send", ADD_PATH_SEND},
                 {"send/receive", ADD_PATH_SEND | ADD_PATH_RECEIVE}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (text_is_any_case(in->value, modes[i].word)) {
            *(uint32_t *)in->field = modes[i].mode;
            return true;
        }
    if (text_is_any_case(in->value, "receive/send"))
        return input_fail(in, "the option is send/receive, not %.*s");
    return input_fail(in, "\"%.*s\" is an invalid add-path");
}

static bool read_address(struct input *in) {
    return ip_parse(in->value, in->field) || input_fail(in, "\"%.*s\" is an invalid IP address");
}

/* `auto` in lower case alone, as it always was. */
static bool read_local_address(struct input *in) {
    struct ip *ip = in->field;
    if (!text_is(in->value, "auto"))
        return read_address(in);
    *ip = (struct ip){0};
    return true;
}

static bool read_link_local(struct input *in) {
    struct ip *ip = in->field;
    if (!read_address(in))
        return false;
    if (ip->len == 16 && ip->octets[0] == 0xfe && (ip->octets[1] & 0xc0) == 0x80)
        return true;
    return words_fail(in->words, "%s must be an IPv6 link-local address (fe80::/10)", in->row->keyword);
}

static bool read_ipv4(struct input *in) {
    return ipv4_parse(in->value, in->field) || input_invalid(in);
}

static bool read_range(struct input *in) {
    return prefix_parse(in->value, in->field) || input_fail(in, "'%.*s' is not a valid IP address or range");
}

static bool read_text(struct input *in) {
    *(struct text *)in->field = arena_text(in->arena, in->value);
    return true;
}

/* `want` is "text | json". */
static bool read_choice(struct input *in) {
    struct text rest = text_of(in->row->want), word;
    struct nearest nearest = {.word = in->value};
    uint32_t place = 0;
    for (bool more = true; more; place++) {
        char known[32];
        struct buffer b = buffer_fixed(known, sizeof known - 1);
        rest = text_cut(rest, '|', &word, &more);
        while (word.len && word.p[0] == ' ')
            word.p++, word.len--;
        while (word.len && word.p[word.len - 1] == ' ')
            word.len--;
        put_text(&b, word);
        known[buffer_len(&b)] = 0;
        if (text_is_any_case(in->value, known)) {
            *(uint32_t *)in->field = place;
            return true;
        }
        nearest_try(&nearest, known);
    }
    return input_fail(in, "\"%.*s\" is an invalid option");
}

static bool is_mark(struct text t) {
    return text_is(t, "[") || text_is(t, "]") || text_is(t, ",");
}

static void list_take(struct input *in, struct word_list *list, struct text text) {
    struct word word = {arena_text(in->arena, text), in->words->line, in->words->column};
    word_list_add(list, in->arena, word);
}

/* After the `[`: words up to the `]`, commas between them or not. */
static bool read_list_rest(struct input *in, struct word_list *list) {
    struct text item;
    while (words_next(in->words, &item)) {
        if (text_is(item, "]"))
            return true;
        if (!text_is(item, ","))
            list_take(in, list, item);
    }
    return words_fail(in->words, "invalid %s list: it does not end with ]", in->row->keyword);
}

static bool read_list(struct input *in) {
    if (!text_is(in->value, "["))
        return words_fail(in->words, "invalid %s, does not start with [", in->row->keyword) ||
               complain_wanted(in->words->complaint, "%s", in->row->want);
    return read_list_rest(in, in->field);
}

static bool read_names(struct input *in) {
    struct word_list *list = in->field;
    size_t before = list->count;
    if (text_is(in->value, "[")) {
        if (!read_list_rest(in, list))
            return false;
    } else if (!is_mark(in->value) && words_done(in->words)) {
        list_take(in, list, in->value);
    }
    return list->count > before || words_fail(in->words, "invalid %s list", in->row->keyword) ||
           complain_wanted(in->words->complaint, "%s", in->row->want);
}

/* `[ 0xCODE 0xVALUE ]` as code, length, value. */
static bool read_hex(struct input *in) {
    struct buffer *out = in->field;
    struct text code, value;
    uint64_t number;
    bool open = text_is(in->value, "[");
    code = in->value;
    if (open && !words_take(in->words, in->row->want, &code))
        return false;
    if (!number_parse_any(code, UINT8_MAX, &number) || !words_take(in->words, in->row->want, &value))
        return input_invalid(in);
    size_t before = buffer_len(out);
    put_u8(out, (uint8_t)number);
    size_t hole = put_hole8(out);
    bool good = text_starts(value, "0x") && hex_parse((struct text){value.p + 2, value.len - 2}, out);
    good = good && buffer_len(out) - hole - 1 <= UINT8_MAX;
    if (good)
        fill_hole8(out, hole);
    else
        buffer_cut(out, before);
    if (!good)
        return input_invalid(in);
    return !open || words_expect(in->words, "]");
}

static bool read_program(struct input *in) {
    struct word_list *list = in->field;
    struct text word = in->value;
    list->count = 0;
    do
        list_take(in, list, word);
    while (words_next(in->words, &word));
    return true;
}

/* ---- The types ---- */

static const struct {
    bool (*read)(struct input *in);
    size_t size;
} types[] = {
    [SETTING_BOOL] = {read_bool, sizeof(bool)},
    [SETTING_BOOL_AUTO] = {read_bool_auto, sizeof(uint32_t)},
    [SETTING_NUMBER] = {read_number, sizeof(uint32_t)},
    [SETTING_HOLD_TIME] = {read_hold_time, sizeof(uint32_t)},
    [SETTING_RATE] = {read_rate, sizeof(uint32_t)},
    [SETTING_TTL] = {read_ttl, sizeof(uint32_t)},
    [SETTING_RESTART] = {read_restart, sizeof(uint32_t)},
    [SETTING_LONG_LIVED] = {read_long_lived, sizeof(uint32_t)},
    [SETTING_AS] = {read_as, sizeof(uint32_t)},
    [SETTING_ADD_PATH] = {read_add_path, sizeof(uint32_t)},
    [SETTING_ADDRESS] = {read_address, sizeof(struct ip)},
    [SETTING_LOCAL_ADDRESS] = {read_local_address, sizeof(struct ip)},
    [SETTING_LINK_LOCAL] = {read_link_local, sizeof(struct ip)},
    [SETTING_IPV4] = {read_ipv4, sizeof(uint32_t)},
    [SETTING_RANGE] = {read_range, sizeof(struct prefix)},
    [SETTING_TEXT] = {read_text, sizeof(struct text)},
    [SETTING_CHOICE] = {read_choice, sizeof(uint32_t)},
    [SETTING_NAMES] = {read_names, sizeof(struct word_list)},
    [SETTING_LIST] = {read_list, sizeof(struct word_list)},
    [SETTING_HEX] = {read_hex, sizeof(struct buffer)},
    [SETTING_PROGRAM] = {read_program, sizeof(struct word_list)},
};

const struct setting *setting_find(struct settings settings, struct text keyword) {
    for (size_t i = 0; i < settings.count; i++)
        if (text_is(keyword, settings.rows[i].keyword))
            return &settings.rows[i];
    return NULL;
}

bool setting_read(const struct setting *row, void *base, struct arena *arena, struct words *words) {
    struct input in = {row, (char *)base + row->offset, arena, words, {"", 0}};
    if (!words_next(words, &in.value)) {
        if (!row->bare)
            return words_fail(words, "%s has no value", row->keyword) ||
                   complain_wanted(words->complaint, "%s", row->want);
        in.value = text_of(row->bare);
    }
    return types[row->type].read(&in);
}

static void word_list_append(struct word_list *to, const struct word_list *from, struct arena *arena) {
    for (size_t i = 0; i < from->count; i++)
        word_list_add(to, arena, from->words[i]);
}

void setting_merge(const struct setting *row, void *to, const void *from, struct arena *arena) {
    void *field = (char *)to + row->offset;
    const void *other = (const char *)from + row->offset;
    if (row->type == SETTING_NAMES || row->type == SETTING_LIST)
        word_list_append(field, other, arena);
    else if (row->type == SETTING_HEX)
        put_cursor(field, buffer_cursor(other));
    else
        memcpy(field, other, types[row->type].size);
}
