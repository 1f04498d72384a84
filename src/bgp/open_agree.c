/* What two OPENs agree on: the peer's is checked against what is configured, then each capability that both sent has
 * its say (RFC 4271 6.2, 6286, 6793, 7607; rows OPN of the error contract). */
#include "bgp/family.h"
#include "bgp/message.h"
#include "bgp/open.h"

enum { AS_TRANS = 23456, HOLD_TIME_LEAST = 3 };

/* All four-octet AS capabilities have to say the same, and the plain field has to fit them, whether we use them or not.
 */
static bool open_check_as4(const struct open *peers, bool *has_as4, uint32_t *as4, struct fault *fault) {
    struct capability_walk walk = {0};
    struct cursor value;
    *has_as4 = false;
    while (open_capability_of(peers, CAPABILITY_ASN4, &walk, &value)) {
        uint32_t as = cursor_u32(&value);
        if (as == 0)
            return fault_make(fault, "OPN-03", 2, 2, cursor_of(fault->own, 0), "AS 0 in the four-octet AS capability");
        if (*has_as4 && as != *as4)
            return fault_make(fault, "OPN-17", 2, 2, cursor_of(fault->own, 0), "two four-octet AS: %u and %u", *as4,
                              as);
        *has_as4 = true;
        *as4 = as;
    }
    if (peers->as == 0)
        return fault_make(fault, "OPN-03", 2, 2, cursor_of(fault->own, 0), "AS 0 in OPEN");
    if (*has_as4 ? peers->as != AS_TRANS && peers->as != *as4 : peers->as == AS_TRANS)
        return fault_make(fault, "OPN-04", 2, 2, cursor_of(fault->own, 0),
                          *has_as4 ? "AS %u in OPEN contradicts the four-octet AS" : "AS %u without a four-octet AS",
                          peers->as);
    return true;
}

static bool open_check_as(const struct offer *offer, const struct open *peers, uint32_t *as, struct fault *fault) {
    bool has_as4;
    uint32_t as4 = 0;
    if (!open_check_as4(peers, &has_as4, &as4, fault))
        return false;
    *as = has_as4 && offer->asn4 ? as4 : peers->as;
    if (offer->peer_as && *as != offer->peer_as)
        return fault_make(fault, "OPN-02", 2, 2, cursor_of(fault->own, 0),
                          "ASN in OPEN (%u) did not match ASN expected (%u)", *as, offer->peer_as);
    return true;
}

static bool open_check_rest(const struct open *ours, const struct open *peers, bool internal, struct fault *fault) {
    if (peers->hold_time && peers->hold_time < HOLD_TIME_LEAST)
        return fault_make(fault, "OPN-06", 2, 6, cursor_of(fault->own, 0), "Hold Time is invalid (%u)",
                          peers->hold_time);
    if (peers->router_id == 0)
        return fault_make(fault, "OPN-08", 2, 3, cursor_of(fault->own, 0), "0.0.0.0 is an invalid router_id");
    if (internal && peers->router_id == ours->router_id)
        return fault_make(fault, "OPN-08", 2, 3, cursor_of(fault->own, 0),
                          "BGP Identifier collision on an internal session");
    return true;
}

/* A peer without a multiprotocol capability speaks IPv4 unicast (RFC 4760 section 8). */
static void open_agree_capabilities(const struct offer *offer, const struct open *peers, struct terms *terms) {
    struct capability_walk walk = {0};
    struct capability c;
    bool multiprotocol = false;
    while (open_capability(peers, &walk, &c)) {
        const struct capability_kind *kind = capability_kind_of(c.code);
        multiprotocol |= c.code == CAPABILITY_MULTIPROTOCOL;
        if (kind && kind->agree && (!kind->check || kind->check(c.value) == HARM_NONE))
            kind->agree(c.value, offer, terms);
    }
    if (!multiprotocol && terms_has(offer->families, FAMILY_ipv4_unicast))
        terms_add_family(terms, FAMILY_ipv4_unicast);
}

static bool open_check_demands(const struct offer *offer, const struct open *peers, struct terms *terms,
                               struct fault *fault) {
    size_t count;
    const struct capability_kind *const *kinds = capability_kinds(&count);
    for (size_t i = 0; i < count; i++)
        if (kinds[i]->demand && !kinds[i]->demand(offer, peers, terms, fault))
            return false;
    return true;
}

/* The Data names what the peer should have had: our own multiprotocol capabilities (RFC 5492 section 5). */
static bool open_no_family(const struct open *ours, struct fault *fault) {
    struct buffer own = buffer_fixed(fault->own, sizeof fault->own);
    struct capability_walk walk = {0};
    struct cursor value;
    while (open_capability_of(ours, CAPABILITY_MULTIPROTOCOL, &walk, &value))
        put_capability(&own, CAPABILITY_MULTIPROTOCOL, value);
    return fault_make(fault, "CAP-04", 2, 7, buffer_cursor(&own), "no address family in common");
}

static const struct family *multiprotocol_family(struct cursor value) {
    uint16_t afi = cursor_u16(&value);
    cursor_u8(&value); /* reserved */
    return family_of(afi, cursor_u8(&value));
}

/* For people: a family by its name, each other capability by its own. */
static void put_lacking(struct buffer *b, const struct capability *c) {
    const struct family *f = c->code == CAPABILITY_MULTIPROTOCOL ? multiprotocol_family(c->value) : NULL;
    put_string(b, buffer_len(b) ? ", " : "");
    if (f)
        put_family(b, f, ' ');
    else
        put_string(b, capability_kind_of(c->code)->name);
}

/* Whether the peer has what we offer with this capability: a family is agreed on, all else is there, whatever its
 * value. What only people read, and what only hexadecimal digits gave, nobody has to have. */
static bool open_is_matched(const struct capability *c, const struct open *peers, const struct terms *terms) {
    struct capability_walk walk = {0};
    struct cursor value = c->value;
    if (c->code == CAPABILITY_HOST_NAME || c->code == CAPABILITY_SOFTWARE_VERSION || !capability_kind_of(c->code))
        return true;
    if (c->code != CAPABILITY_MULTIPROTOCOL)
        return open_capability_of(peers, c->code, &walk, &value);
    const struct family *f = multiprotocol_family(value);
    return !f || terms_has(terms->families, f->index);
}

/* A strict offer: the Data is the capabilities of ours that the peer lacks (RFC 5492 section 5). */
static bool open_check_strict(const struct offer *offer, const struct open *ours, const struct open *peers,
                              const struct terms *terms, struct fault *fault) {
    uint8_t names[200];
    struct buffer own = buffer_fixed(fault->own, sizeof fault->own), lacking = buffer_fixed(names, sizeof names);
    struct capability_walk walk = {0};
    struct capability c;
    if (!offer->strict)
        return true;
    if (!terms->families)
        return open_no_family(ours, fault);
    while (open_capability(ours, &walk, &c))
        if (!open_is_matched(&c, peers, terms)) {
            put_capability(&own, c.code, c.value);
            put_lacking(&lacking, &c);
        }
    struct text said = buffer_text(&lacking);
    return !said.len || fault_make(fault, "OPN-20", 2, 7, buffer_cursor(&own), "the peer lacks %.*s", TEXT_ARGS(said));
}

bool offer_is_confederation(const struct offer *offer, uint32_t local_as, uint32_t peer_as) {
    for (unsigned i = 0; peer_as != local_as && i < offer->confederation_count; i++)
        if (offer->confederation[i] == peer_as)
            return true;
    return false;
}

bool open_agree(const struct offer *offer, const struct open *ours, const struct open *peers, struct terms *terms,
                struct fault *fault) {
    *terms = (struct terms){
        .local_as = offer->local_as ? offer->local_as : open_as(ours),
        .local_id = ours->router_id,
        .peer_id = peers->router_id,
        .hold_time = ours->hold_time < peers->hold_time ? ours->hold_time : peers->hold_time,
        .send_most = MESSAGE_MOST,
        .receive_most = offer->extended_message ? MESSAGE_MOST_EXTENDED : MESSAGE_MOST,
        .aigp = offer->aigp,
    };
    if (!open_check_as(offer, peers, &terms->peer_as, fault))
        return false;
    terms->internal = terms->local_as == terms->peer_as;
    terms->confederation = offer_is_confederation(offer, terms->local_as, terms->peer_as);
    if (!open_check_rest(ours, peers, terms->internal, fault))
        return false;
    open_agree_capabilities(offer, peers, terms);
    return open_check_demands(offer, peers, terms, fault) && open_check_strict(offer, ours, peers, terms, fault);
}
