/* Reading an OPEN (RFC 4271 4.2), its capabilities (RFC 5492) and the extended form of its parameters (RFC 9072).
 *
 *     version (1), AS (2), hold time (2), identifier (4), length (1), parameters: type (1), length (1), value
 *     ... length (not 0), 255, length (2), parameters: type (1), length (2), value
 *
 * All lengths are checked before any value: open_capability() then walks without a check. */
#include "bgp/message.h"
#include "bgp/open.h"

enum { OPEN_FIXED = 10, PARAMETER_CAPABILITIES = 2, PARAMETER_EXTENDED = 255, OPEN_VERSION = 4 };

static bool open_malformed(struct fault *fault, const char *row, const char *what) {
    return fault_make(fault, row, 2, 0, cursor_of(fault->own, 0), "malformed OPEN: %s", what);
}

/* Finds the parameters and their form: they have to reach exactly to the end of the message. */
static bool open_frame(struct cursor rest, uint8_t len, struct open *out, struct fault *fault) {
    out->extended = len && !cursor_done(&rest) && rest.p[0] == PARAMETER_EXTENDED;
    out->parameters = rest;
    if (out->extended) {
        cursor_u8(&out->parameters);
        uint16_t total = cursor_u16(&out->parameters);
        if (out->parameters.bad || cursor_left(&out->parameters) != total)
            return open_malformed(fault, "OPN-19", "extended length of optional parameters");
        return true;
    }
    if (cursor_left(&rest) < len)
        return open_malformed(fault, "OPN-11", "optional parameters past the message");
    if (cursor_left(&rest) > len)
        return open_malformed(fault, "OPN-12", "octets after the optional parameters");
    return true;
}

static struct cursor open_parameter(const struct open *open, struct cursor *parameters, uint8_t *type) {
    *type = cursor_u8(parameters);
    size_t len = open->extended ? cursor_u16(parameters) : cursor_u8(parameters);
    return cursor_cut(parameters, len);
}

static bool open_check_lengths(const struct open *open, struct fault *fault) {
    struct cursor parameters = open->parameters;
    uint8_t type;
    while (!cursor_done(&parameters)) {
        open_parameter(open, &parameters, &type);
        if (parameters.bad)
            return open_malformed(fault, open->extended ? "OPN-19" : "OPN-11", "optional parameter cut");
    }
    return true;
}

static bool open_check_parameters(const struct open *open, bool present[256], struct fault *fault) {
    struct cursor parameters = open->parameters;
    uint8_t type;
    while (!cursor_done(&parameters)) {
        struct cursor capabilities = open_parameter(open, &parameters, &type);
        if (type != PARAMETER_CAPABILITIES)
            return fault_make(fault, "OPN-13", 2, 4, cursor_of(fault->own, 0), "unknown OPEN parameter 0x%x", type);
        while (!cursor_done(&capabilities)) {
            present[cursor_u8(&capabilities)] = true;
            cursor_cut(&capabilities, cursor_u8(&capabilities));
        }
        if (capabilities.bad)
            return open_malformed(fault, "OPN-15", "capability cut");
    }
    return true;
}

static bool open_check_capabilities(const struct open *open, const bool present[256], struct fault *fault) {
    struct capability_walk walk = {0};
    struct capability c;
    while (open_capability(open, &walk, &c)) {
        const struct capability_kind *kind = capability_kind_of(c.code);
        if (!kind || !kind->check || (kind->needs && !present[kind->needs]))
            continue;
        if (kind->check(c.value) == HARM_RESET)
            return fault_make(fault, kind->row, 2, 0, cursor_of(fault->own, 0),
                              "capability %s has an invalid length of %zu", kind->name, cursor_left(&c.value));
    }
    return true;
}

bool open_read(struct cursor body, struct open *out, struct fault *fault) {
    bool present[256] = {false};
    size_t len = cursor_left(&body);
    if (len < OPEN_FIXED) {
        poke_u16(fault->own, (uint16_t)(len + MESSAGE_HEADER));
        return fault_make(fault, "HDR-05", 1, 2, cursor_of(fault->own, 2), "OPEN has an invalid message length of %zu",
                          len + MESSAGE_HEADER);
    }
    out->version = cursor_u8(&body);
    out->as = cursor_u16(&body);
    out->hold_time = cursor_u16(&body);
    out->router_id = cursor_u32(&body);
    if (out->version != OPEN_VERSION) {
        poke_u16(fault->own, OPEN_VERSION);
        return fault_make(fault, "OPN-01", 2, 1, cursor_of(fault->own, 2), "unsupported version: %u", out->version);
    }
    uint8_t parameters = cursor_u8(&body);
    return open_frame(body, parameters, out, fault) && open_check_lengths(out, fault) &&
           open_check_parameters(out, present, fault) && open_check_capabilities(out, present, fault);
}

bool open_capability(const struct open *open, struct capability_walk *walk, struct capability *out) {
    if (!walk->started) {
        walk->parameters = open->parameters;
        walk->started = true;
    }
    while (cursor_done(&walk->capabilities)) {
        uint8_t type;
        if (cursor_done(&walk->parameters))
            return false;
        walk->capabilities = open_parameter(open, &walk->parameters, &type);
    }
    out->code = cursor_u8(&walk->capabilities);
    out->value = cursor_cut(&walk->capabilities, cursor_u8(&walk->capabilities));
    return !out->value.bad;
}

bool open_capability_of(const struct open *open, uint8_t code, struct capability_walk *walk, struct cursor *value) {
    struct capability c;
    while (open_capability(open, walk, &c))
        if (c.code == code) {
            *value = c.value;
            return true;
        }
    return false;
}

uint32_t open_as(const struct open *open) {
    struct capability_walk walk = {0};
    struct cursor value;
    return open_capability_of(open, CAPABILITY_ASN4, &walk, &value) ? cursor_u32(&value) : open->as;
}
