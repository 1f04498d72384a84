#include "rib/tell.h"

#include "bgp/role.h"

uint32_t tell_gather(const struct rib_out *rib, uint32_t first, uint32_t *numbers) {
    uint32_t count = 0;
    for (uint32_t at = first; at && count < TELL_MOST; at = queued_after(queued_at(&rib->routes, at)))
        numbers[count++] = at;
    return count;
}

static uint32_t tell_fill(const struct telling *t, struct update_writer *w, const uint32_t *numbers, uint32_t count) {
    bool classic = update_is_classic(w);
    uint32_t most = count < t->most ? count : t->most, done = 0;
    while (done < most && route_put(w, classic, route_at(&t->rib->routes, numbers[done])))
        done++;
    update_end(w);
    return done;
}

static uint32_t tell_withdraws(const struct telling *t, const struct family *family, const uint32_t *numbers,
                               uint32_t count) {
    struct update_writer w;
    if (!terms_has(t->terms->families, family->index))
        return count;
    update_withdraw(&w, t->out, t->terms, family);
    uint32_t done = tell_fill(t, &w, numbers, count);
    t->refused->too_long += !done;
    return done ? done : 1;
}

/* They cannot be told: what the peer has of them goes away. */
static uint32_t tell_refused(const struct telling *t, const struct family *family, const uint32_t *numbers,
                             uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (route_at(&t->rib->routes, numbers[i])->bits & ROUTE_KNOWN)
            tell_withdraws(t, family, numbers + i, 1);
    return count;
}

static uint32_t tell_announces(const struct telling *t, const struct family *family, uint32_t set,
                               const uint32_t *numbers, uint32_t count) {
    struct update_writer w;
    if (!terms_has(t->terms->families, family->index))
        return count;
    encoding_make(t->encoding, set, t->terms, family);
    if (!encoding_carries(t->encoding, t->terms, family))
        return tell_refused(t, family, numbers, count);
    if (role_bars(store_set(t->rib->store, set), t->terms, family)) {
        t->refused->barred += count;
        return tell_refused(t, family, numbers, count);
    }
    if (!update_announce(&w, t->out, t->terms, family, buffer_cursor(&t->encoding->octets), t->encoding->next_hop)) {
        t->refused->too_long += count;
        return tell_refused(t, family, numbers, count);
    }
    uint32_t done = tell_fill(t, &w, numbers, count);
    if (done) {
        t->rib->spoke = true;
        return done;
    }
    t->refused->too_long++;
    return tell_refused(t, family, numbers, 1);
}

uint32_t tell_routes(const struct telling *t, const uint32_t *numbers, uint32_t count) {
    const struct route *first = route_at(&t->rib->routes, numbers[0]);
    const struct family *family = family_at(route_family(first));
    if (route_is_leaving(first))
        return tell_withdraws(t, family, numbers, count);
    return tell_announces(t, family, first->set, numbers, count);
}

void tell_list(const struct telling *t, uint32_t first) {
    uint32_t numbers[TELL_MOST];
    while (first) {
        uint32_t count = tell_gather(t->rib, first, numbers), done = 0;
        while (done < count)
            done += tell_routes(t, numbers + done, count - done);
        first = queued_after(queued_at(&t->rib->routes, numbers[count - 1]));
    }
}
