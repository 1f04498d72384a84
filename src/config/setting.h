/* Keywords with one value: a row each, by which they are read, merged, explained and completed. */
#ifndef CONFIG_SETTING_H
#define CONFIG_SETTING_H

#include "base/arena.h"
#include "base/words.h"

/* What a value looks like, and the C type of its field. */
enum setting_type {
    SETTING_BOOL,          /* bool */
    SETTING_BOOL_AUTO,     /* uint32_t: 0, 1, 2 for `auto` */
    SETTING_NUMBER,        /* uint32_t, from least to most */
    SETTING_HOLD_TIME,     /* uint32_t: 0, 3-65535 */
    SETTING_RATE,          /* uint32_t; 0: `disable` */
    SETTING_TTL,           /* uint32_t; TTL_DISABLED: `disable` */
    SETTING_RESTART,       /* uint32_t seconds; 0: the hold time; RESTART_OFF: `disable` */
    SETTING_LONG_LIVED,    /* uint32_t seconds, 24 bits; RESTART_OFF: `disable` */
    SETTING_AS,            /* uint32_t; 0: `auto` */
    SETTING_ADD_PATH,      /* uint32_t: bits of enum add_path_mode */
    SETTING_ADDRESS,       /* struct ip */
    SETTING_LOCAL_ADDRESS, /* struct ip; none: `auto` */
    SETTING_LINK_LOCAL,    /* struct ip */
    SETTING_IPV4,          /* uint32_t, host order */
    SETTING_RANGE,         /* struct prefix: an address or a prefix */
    SETTING_TEXT,          /* struct text, terminated, in the arena */
    SETTING_CHOICE,        /* uint32_t: the place of the word in `want`, "a | b | c" */
    SETTING_NAMES,         /* struct word_list, added to: a name, or names in brackets */
    SETTING_LIST,          /* struct word_list, added to: brackets, with nothing in them too */
    SETTING_HEX,           /* struct buffer, growing: `raw [ 0xCODE 0xVALUE ]`, added to as capabilities */
    SETTING_PROGRAM,       /* struct word_list: all words up to the end */
};

enum { TTL_DISABLED = 256, RESTART_OFF = UINT32_MAX };
enum add_path_mode { ADD_PATH_RECEIVE = 1, ADD_PATH_SEND = 2 };

/* Words with their places, that grow by settings said again and by templates. */
struct word_list {
    struct word *words; /* in the arena */
    size_t count, room;
};

struct setting {
    const char *keyword;
    enum setting_type type;
    uint16_t offset;      /* of the field in the section's struct */
    uint32_t least, most; /* SETTING_NUMBER */
    const char *bare;     /* the value of the keyword alone; NULL: it needs one */
    const char *standard; /* the value when the keyword is absent, in words; NULL: none */
    const char *want;     /* what a value looks like: "an IP address" */
    const char *help;
    const char *since; /* the first version of ExaBGP that has it: "4.2", "5.0", "main", or "ours" */
};

struct settings {
    const struct setting *rows;
    size_t count;
};

const struct setting *setting_find(struct settings settings, struct text keyword);

/* Reads what stands after the keyword into the field of `row` in `base`. */
bool setting_read(const struct setting *row, void *base, struct arena *arena, struct words *words);

/* The field of `row`, copied or (lists) appended. */
void setting_merge(const struct setting *row, void *to, const void *from, struct arena *arena);

void word_list_add(struct word_list *list, struct arena *arena, struct word word);

#endif
