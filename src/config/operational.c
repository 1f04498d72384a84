/* Operational messages in a configuration (config.md 21): read and checked. No version of ExaBGP sends them, most stop
 * at the first one, and nothing is lost by not sending them here. */
#include "base/number.h"
#include "config/parser.h"

static bool operational_family(struct words *words) {
    struct text afi, safi;
    if (!words_expect(words, "afi") || !words_take(words, "an AFI, as ipv4", &afi) || !words_expect(words, "safi") ||
        !words_take(words, "a SAFI, as unicast", &safi))
        return false;
    return family_named(afi, safi) || words_fail(words, "invalid operational value for safi");
}

static bool operational_number(struct words *words, const char *keyword) {
    uint64_t number;
    return words_expect(words, keyword) && words_number(words, keyword, UINT32_MAX, &number);
}

static bool operational_text(struct words *words) {
    struct text text;
    if (!operational_family(words) || !words_expect(words, "advisory"))
        return false;
    return words_take(words, "a text in quotes", &text);
}

static bool operational_query(struct words *words) {
    struct text next;
    if (!operational_family(words) || !operational_number(words, "sequence"))
        return false;
    return !words_peek(words, &next) || operational_number(words, "counter");
}

static const char *const texts[] = {"asm", "adm", NULL};
static const char *const operational_keywords[] = {"asm", "adm", "rpcq", "rpcp", "apcq", "apcp", "lpcq", "lpcp", NULL};

static bool is_in(struct text t, const char *const *list) {
    for (; *list; list++)
        if (text_is(t, *list))
            return true;
    return false;
}

static bool operational_statement(struct parser *p, struct text keyword, struct words *words) {
    if (!is_in(keyword, operational_keywords))
        return false;
    if (!(is_in(keyword, texts) ? operational_text(words) : operational_query(words)))
        return false;
    report_warning(p, p->at, "operational messages of a configuration are not sent");
    return true;
}

const struct section section_operational = {
    .keyword = "operational",
    .help = "operational messages, which are read and not sent",
    .keywords = operational_keywords,
    .statement = operational_statement,
};
