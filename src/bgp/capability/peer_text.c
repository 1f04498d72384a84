/* Words that a peer chose for itself, on a line of text: nothing in them may end the line or reach a terminal. */
#include "bgp/capability/peer_text.h"

#include "base/json.h"

struct text peer_text_cut(struct cursor *from) {
    size_t len = cursor_u8(from);
    if (len > cursor_left(from))
        len = cursor_left(from);
    struct cursor cut = cursor_cut(from, len);
    return (struct text){(const char *)cut.p, len};
}

/* ExaBGP main writes these as Python does, 5.0 as any other control. */
static const char *control_word(char c, const struct style *style) {
    if (style->form == FORM_5)
        return NULL;
    return c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
}

void put_peer_text(struct buffer *out, struct text t, const struct style *style) {
    size_t start = buffer_len(out), plain = 0;
    for (size_t i = 0; i < t.len; i++) {
        const char *word = control_word(t.p[i], style);
        if (!word)
            continue;
        put_escaped(out, (struct text){t.p + plain, i - plain});
        put_string(out, word);
        plain = i + 1;
    }
    put_escaped(out, (struct text){t.p + plain, t.len - plain});
    for (size_t i = start; i < buffer_len(out); i++)
        if (out->base[i] >= 'A' && out->base[i] <= 'Z')
            out->base[i] = (uint8_t)(out->base[i] + ('a' - 'A'));
}
