/* Routes of configurations: what goes in comes out, in order, and is small. */
#include "unit.h"

#include "engine/route_list.h"

static const struct listed_route nothing = {.watchdog = {"", 0}, .name = {"", 0}};

static struct listed_route listed(uint8_t *octets, unsigned n, struct text named) {
    struct listed_route route = nothing;
    route.family = family_of(1, 1);
    octets[0] = 24;
    octets[1] = 10;
    poke_u16(octets + 2, (uint16_t)n);
    route.nlri = cursor_of(octets, 4);
    route.attributes = (struct attribute_set){cursor_of(named.p, named.len), cursor_of(NULL, 0)};
    return route;
}

static void assert_listed(const struct listed_route *a, const struct listed_route *b) {
    assert_ptr_equal(a->family, b->family);
    assert_true(cursor_same(a->nlri, b->nlri));
    assert_int_equal(a->has_path, b->has_path);
    assert_int_equal(a->path, b->path);
    assert_true(cursor_same(a->attributes.named, b->attributes.named));
    assert_true(cursor_same(a->attributes.raw, b->attributes.raw));
    assert_true(text_same(a->watchdog, b->watchdog));
    assert_true(text_same(a->name, b->name));
    assert_int_equal(a->withdrawn, b->withdrawn);
}

static void what_is_listed_comes_back(void **state) {
    (void)state;
    static uint8_t octets[4], attributes[20000];
    struct route_list list, more, empty;
    struct listed_route routes[4], out;
    route_list_init(&list);
    route_list_init(&more);
    route_list_init(&empty);
    size_t walk = 0;
    assert_false(route_list_next(&list, &walk, &out));

    routes[0] = listed(octets, 1, text_of("abc"));
    routes[1] = routes[0];
    routes[1].family = family_of(2, 1);
    routes[1].has_path = true;
    routes[1].path = UINT32_MAX;
    routes[2] = routes[0];
    routes[2].attributes = (struct attribute_set){cursor_of(NULL, 0), cursor_of(attributes, sizeof attributes)};
    routes[2].watchdog = text_of("dog");
    routes[2].withdrawn = true;
    routes[3] = routes[0];
    routes[3].has_path = true;
    routes[3].name = text_of("a name");
    routes[3].watchdog = text_of("dog");
    for (unsigned i = 0; i < 4; i++)
        route_list_add(i < 2 ? &list : &more, &routes[i]);
    route_list_append(&list, &more);
    route_list_append(&list, &empty);
    assert_int_equal(list.count, 4);

    for (unsigned i = 0; i < 4; i++) {
        size_t at = walk;
        assert_true(route_list_next(&list, &walk, &out));
        assert_listed(&out, &routes[i]);
        assert_true(route_list_next(&list, &at, &out)); /* a place stays good */
        assert_listed(&out, &routes[i]);
    }
    assert_false(route_list_next(&list, &walk, &out));
    route_list_release(&list);
    route_list_release(&more);
    walk = 0;
    assert_false(route_list_next(&list, &walk, &out));
}

static void a_million_are_small(void **state) {
    (void)state;
    struct route_list list;
    struct listed_route out;
    uint8_t octets[4];
    char attributes[60] = {0};
    route_list_init(&list);
    for (unsigned n = 0; n < 1000000; n++) {
        poke_u32((uint8_t *)attributes, n / 7);
        struct listed_route route = listed(octets, n & 0xffff, (struct text){attributes, sizeof attributes});
        route_list_add(&list, &route);
    }
    assert_in_range(buffer_len(&list.records) + buffer_len(&list.attributes), 1000000 * 10, 1000000 * 25);
    unsigned n = 0;
    for (size_t walk = 0; route_list_next(&list, &walk, &out); n++)
        assert_true(out.nlri.p[2] == (uint8_t)(n >> 8) && out.nlri.p[3] == (uint8_t)n);
    assert_int_equal(n, list.count);
    route_list_release(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_listed_comes_back),
        cmocka_unit_test(a_million_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
