#include "config/secret.h"

static unsigned base64_digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Four digits, of which the last one or two may be padding where nothing follows. */
static bool base64_group(const char *p, bool last, struct buffer *out) {
    unsigned padding = p[3] != '=' ? 0 : p[2] != '=' ? 1 : 2;
    uint32_t bits = 0;
    if (padding && !last)
        return false;
    for (unsigned i = 0; i < 4 - padding; i++) {
        unsigned digit = base64_digit(p[i]);
        if (digit == 64)
            return false;
        bits |= digit << (18 - 6 * i);
    }
    for (unsigned i = 0; i < 3 - padding; i++)
        put_u8(out, (uint8_t)(bits >> (16 - 8 * i)));
    return true;
}

bool base64_parse(struct text t, struct buffer *out) {
    size_t before = buffer_len(out);
    while (t.len % 4 && t.p[t.len - 1] == '=')
        t.len--; /* more padding than is needed: ExaBGP does not mind */
    bool good = t.len % 4 == 0;
    for (size_t i = 0; good && i < t.len; i += 4)
        good = base64_group(t.p + i, i + 4 == t.len, out);
    if (!good)
        buffer_cut(out, before);
    return good;
}

void secret_guess(struct text t, struct buffer *out) {
    static const char *const paddings[] = {"==", "=", ""};
    bool looks = t.len > 0;
    for (size_t i = 0; i < t.len; i++)
        looks = looks && ((t.p[i] >= 'a' && t.p[i] <= 'f') || (t.p[i] >= '0' && t.p[i] <= '9'));
    for (size_t i = 0; looks && i < sizeof paddings / sizeof *paddings; i++) {
        char memory[SECRET_MOST * 2];
        struct buffer padded = buffer_fixed(memory, sizeof memory);
        put_text(&padded, t);
        put_string(&padded, paddings[i]);
        if (!padded.full && base64_parse(buffer_text(&padded), out))
            return;
    }
    put_text(out, t);
}
