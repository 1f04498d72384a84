/* The files of packet captures: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng). Both are written
 * in the octet order of the machine that recorded them. */
#include "capture/pcap.h"

#include "base/memory.h"

enum {
    PCAP_FILE_HEADER = 24,
    PCAP_PACKET_HEADER = 16,
    PCAP_MICRO = 0xa1b2c3d4,
    PCAP_NANO = 0xa1b23c4d,
    PCAP_PACKET_MOST = 1 << 20,
};

/* Reading in the file's order. */
static uint16_t pcap_u16(const struct pcap *p, struct cursor *from) {
    uint16_t v = cursor_u16(from);
    return p->little ? __builtin_bswap16(v) : v;
}

static uint32_t pcap_u32(const struct pcap *p, struct cursor *from) {
    uint32_t v = cursor_u32(from);
    return p->little ? __builtin_bswap32(v) : v;
}

static struct pcap *pcap_state(struct capture *c) {
    if (!c->state)
        c->state = memory_new(sizeof(struct pcap));
    return c->state;
}

static void pcap_interface_add(struct pcap *p, struct pcap_interface one) {
    p->interfaces = memory_resize(p->interfaces, (p->interface_count + 1) * sizeof *p->interfaces);
    p->interfaces[p->interface_count++] = one;
}

/* ---- pcap ---- magic (4), version (4), zone (4), accuracy (4), snap length (4), link type (4), then packets:
 * seconds (4), fraction (4), captured (4), original (4), octets */

static bool pcap_is_magic(uint32_t magic) {
    return magic == PCAP_MICRO || magic == PCAP_NANO;
}

static bool pcap_match(struct cursor head) {
    uint32_t magic = cursor_u32(&head);
    return pcap_is_magic(magic) || pcap_is_magic(__builtin_bswap32(magic));
}

static uint64_t pcap_start(struct pcap *p, struct cursor window) {
    if (cursor_left(&window) < PCAP_FILE_HEADER)
        return 0;
    uint32_t magic = cursor_u32(&window);
    p->little = !pcap_is_magic(magic);
    p->nano = magic == PCAP_NANO || __builtin_bswap32(magic) == PCAP_NANO;
    cursor_take(&window, 16);
    pcap_interface_add(p, (struct pcap_interface){.link = (uint16_t)pcap_u32(p, &window)});
    p->started = true;
    return PCAP_FILE_HEADER;
}

static uint64_t pcap_read(struct capture *c, struct cursor window) {
    struct pcap *p = pcap_state(c);
    const uint8_t *start = window.p;
    if (!p->started)
        return pcap_start(p, window);
    if (cursor_left(&window) < PCAP_PACKET_HEADER)
        return 0;
    uint64_t time = (uint64_t)pcap_u32(p, &window) * 1000000;
    uint32_t fraction = pcap_u32(p, &window);
    uint32_t captured = pcap_u32(p, &window);
    cursor_u32(&window);
    if (captured > PCAP_PACKET_MOST) {
        capture_wrong(c, start, "a packet of %u octets: where the next one begins is not known", captured);
        return capture_give_up(c);
    }
    if (cursor_left(&window) < captured)
        return 0;
    pcap_packet(c, start, p->interfaces[0].link, time + (p->nano ? fraction / 1000 : fraction),
                cursor_cut(&window, captured));
    return PCAP_PACKET_HEADER + (uint64_t)captured;
}

/* ---- pcapng ---- blocks: type (4), length (4), body, length (4) */

enum pcapng_type {
    PCAPNG_SECTION = 0x0a0d0d0a,
    PCAPNG_ORDER = 0x1a2b3c4d,
    PCAPNG_INTERFACE = 1,
    PCAPNG_OLD_PACKET = 2,
    PCAPNG_SIMPLE = 3,
    PCAPNG_PACKET = 6,
};

enum { PCAPNG_LEAST = 12, PCAPNG_RESOLUTION = 9, PCAPNG_OFFSET = 14 };

static bool pcapng_match(struct cursor head) {
    return cursor_u32(&head) == PCAPNG_SECTION;
}

static uint64_t pcapng_resolution(uint8_t how) {
    uint64_t units = 1;
    unsigned exponent = how & 0x7f, base = how & 0x80 ? 2 : 10;
    for (unsigned i = 0; i < exponent && units <= UINT64_MAX / base; i++)
        units *= base;
    return units;
}

/* Link type (2), reserved (2), snap length (4), options: code (2), length (2), value, to the next four octets. */
static void pcapng_interface(struct capture *c, const uint8_t *start, struct cursor body) {
    struct pcap *p = c->state;
    struct pcap_interface one = {.resolution = 1000000};
    one.link = pcap_u16(p, &body);
    cursor_take(&body, 6);
    if (body.bad || p->interface_count >= PCAP_INTERFACES_MOST) {
        capture_wrong(c, start, body.bad ? "an interface block is cut" : "more than %d interfaces",
                      PCAP_INTERFACES_MOST);
        return;
    }
    while (cursor_left(&body) >= 4) {
        uint16_t code = pcap_u16(p, &body);
        size_t len = pcap_u16(p, &body);
        struct cursor value = cursor_cut(&body, len);
        cursor_take(&body, cursor_left(&body) ? (4 - len % 4) % 4 : 0);
        if (code == PCAPNG_RESOLUTION && len == 1)
            one.resolution = pcapng_resolution(cursor_u8(&value));
        if (code == PCAPNG_OFFSET && len == 8) {
            uint64_t offset = cursor_u64(&value);
            one.offset = (int64_t)(p->little ? __builtin_bswap64(offset) : offset);
        }
    }
    pcap_interface_add(p, one);
}

static uint64_t pcapng_time(const struct pcap_interface *i, uint64_t stamp) {
    uint64_t seconds = stamp / i->resolution, rest = stamp % i->resolution;
    double micros = (double)rest * 1e6 / (double)i->resolution;
    return (seconds + (uint64_t)i->offset) * 1000000 + (uint64_t)micros;
}

/* Interface (4; 2 and drops 2 of the old block), time high (4), low (4), captured (4), original (4), octets; a simple
 * packet has only the original length. */
static void pcapng_packet(struct capture *c, const uint8_t *start, uint32_t type, struct cursor body) {
    const struct pcap *p = c->state;
    uint32_t index = 0, captured;
    uint64_t stamp = 0;
    if (type == PCAPNG_SIMPLE) {
        uint32_t original = pcap_u32(p, &body);
        captured = cursor_left(&body) < original ? (uint32_t)cursor_left(&body) : original;
    } else {
        index = type == PCAPNG_OLD_PACKET ? pcap_u16(p, &body) : pcap_u32(p, &body);
        if (type == PCAPNG_OLD_PACKET)
            cursor_take(&body, 2);
        stamp = (uint64_t)pcap_u32(p, &body) << 32;
        stamp |= pcap_u32(p, &body);
        captured = pcap_u32(p, &body);
        cursor_u32(&body);
    }
    struct cursor packet = cursor_cut(&body, captured);
    if (body.bad || index >= p->interface_count) {
        capture_wrong(c, start,
                      body.bad ? "a packet block is cut" : "a packet of interface %u, which no block describes", index);
        return;
    }
    const struct pcap_interface *i = &p->interfaces[index];
    pcap_packet(c, start, i->link, pcapng_time(i, stamp), packet);
}

/* A section has its own octet order, and interfaces. */
static bool pcapng_section(struct pcap *p, struct cursor window) {
    cursor_take(&window, 8);
    uint32_t order = cursor_u32(&window);
    if (order != PCAPNG_ORDER && __builtin_bswap32(order) != PCAPNG_ORDER)
        return false;
    p->little = order != PCAPNG_ORDER;
    p->interface_count = 0;
    return true;
}

static uint64_t pcapng_read(struct capture *c, struct cursor window) {
    struct pcap *p = pcap_state(c);
    const uint8_t *start = window.p;
    struct cursor block = window;
    if (cursor_left(&block) < PCAPNG_LEAST)
        return 0;
    bool section = cursor_u32(&block) == PCAPNG_SECTION;
    if (section && !pcapng_section(p, window)) {
        capture_wrong(c, start, "a section block without its octet order");
        return capture_give_up(c);
    }
    block = window;
    uint32_t type = pcap_u32(p, &block), len = pcap_u32(p, &block);
    if (len < PCAPNG_LEAST || len % 4 || len > CAPTURE_RECORD) {
        capture_wrong(c, start, "a block of %u octets: where the next one begins is not known", len);
        return capture_give_up(c);
    }
    if (cursor_left(&window) < len)
        return 0;
    struct cursor body = cursor_cut(&block, len - PCAPNG_LEAST);
    if (type == PCAPNG_INTERFACE && !section)
        pcapng_interface(c, start, body);
    else if (type == PCAPNG_PACKET || type == PCAPNG_SIMPLE || type == PCAPNG_OLD_PACKET)
        pcapng_packet(c, start, type, body);
    return len;
}

static void pcap_release(struct capture *c) {
    struct pcap *p = c->state;
    if (p) {
        pcap_flows_release(p);
        free(p->interfaces);
    }
    free(p);
}

const struct capture_format capture_pcap = {
    .kind = CAPTURE_PCAP,
    .name = "pcap",
    .match = pcap_match,
    .read = pcap_read,
    .end = pcap_flows_end,
    .release = pcap_release,
};

const struct capture_format capture_pcapng = {
    .kind = CAPTURE_PCAP,
    .name = "pcapng",
    .match = pcapng_match,
    .read = pcapng_read,
    .end = pcap_flows_end,
    .release = pcap_release,
};
