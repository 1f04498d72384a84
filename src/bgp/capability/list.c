/* Lists in capabilities: see the header. An OPEN is short, so that looking for an entry again and again is cheap. */
#include "bgp/capability/list.h"

struct capability_list capability_list_of(const struct open *open, uint8_t code, uint8_t size, uint8_t key) {
    return (struct capability_list){.open = open, .code = code, .size = size, .key = key};
}

static bool capability_list_any(struct capability_list *list, struct cursor *entry) {
    while (cursor_left(&list->left) < list->size)
        if (!open_capability_of(list->open, list->code, &list->walk, &list->left))
            return false;
    *entry = cursor_cut(&list->left, list->size);
    return true;
}

bool capability_list_next(struct capability_list *list, struct cursor *first, struct cursor *last) {
    while (capability_list_any(list, first)) {
        struct capability_list all = capability_list_of(list->open, list->code, list->size, list->key);
        struct cursor other;
        bool is_first = true, before = true;
        while (is_first && capability_list_any(&all, &other)) {
            before = before && other.p != first->p;
            if (memcmp(other.p, first->p, list->key) == 0) {
                is_first = !before;
                *last = other;
            }
        }
        if (is_first) {
            list->count++;
            return true;
        }
    }
    return false;
}
