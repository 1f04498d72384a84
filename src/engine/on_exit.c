#include "engine/on_exit.h"

bool on_exit_take(struct words *w, struct on_exit *out) {
    struct text word;
    uint64_t seconds = 0;
    if (!words_take(w, "keep, withdraw, or withdraw-after SECONDS", &word))
        return false;
    if (text_is(word, "keep"))
        *out = (struct on_exit){ON_EXIT_KEEP, 0};
    else if (text_is(word, "withdraw"))
        *out = (struct on_exit){ON_EXIT_WITHDRAW, 0};
    else if (!text_is(word, "withdraw-after"))
        return words_fail(w, "on-exit is keep, withdraw, or withdraw-after SECONDS, not \"%.*s\"", TEXT_ARGS(word));
    else if (!words_number(w, "withdraw-after", TTL_MOST, &seconds) || !seconds)
        return words_fail(w, "withdraw-after wants seconds, 1 to %d", TTL_MOST);
    else
        *out = (struct on_exit){ON_EXIT_WITHDRAW_AFTER, (uint32_t)seconds};
    return true;
}

void put_on_exit(struct buffer *b, struct on_exit e) {
    put_string(b, e.what == ON_EXIT_KEEP ? "keep" : e.what == ON_EXIT_WITHDRAW ? "withdraw" : "withdraw-after");
    if (e.what == ON_EXIT_WITHDRAW_AFTER)
        put_format(b, " %u", e.seconds);
}
