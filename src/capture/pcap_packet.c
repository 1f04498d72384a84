/* From the octets of a packet to a TCP segment: link layer, IP, TCP. What is none is passed over in silence; what is
 * cut short is a segment with less in it. */
#include "capture/pcap.h"

enum pcap_link {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW_12 = 12,
    LINK_RAW_14 = 14,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_SLL = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_SLL2 = 276,
};

enum {
    ETHER_IPV4 = 0x0800,
    ETHER_IPV6 = 0x86dd,
    ETHER_VLAN = 0x8100,
    ETHER_VLAN_OUTER = 0x88a8,
    ETHER_VLAN_OLD = 0x9100
};
enum { PROTOCOL_TCP = 6 };

/* ---- TCP ---- ports (4), sequence (4), acknowledgement (4), offset (4 bits), flags, ... */

static bool tcp_read(struct cursor packet, struct pcap_segment *s) {
    enum { FIN = 1, SYN = 2, RST = 4 };
    struct cursor header = packet;
    s->source_port = cursor_u16(&header);
    s->destination_port = cursor_u16(&header);
    s->sequence = cursor_u32(&header);
    cursor_u32(&header);
    size_t offset = (size_t)(cursor_u8(&header) >> 4) * 4;
    uint8_t flags = cursor_u8(&header);
    if (header.bad || offset < 20)
        return false;
    s->fin = flags & FIN;
    s->syn = flags & SYN;
    s->rst = flags & RST;
    cursor_take(&packet, offset);
    s->data = packet;
    return !packet.bad;
}

/* ---- IP ---- */

/* The packet's own length counts: what follows is padding of the link. What the capture cut off is missing. */
static void ip_trim(struct cursor *packet, size_t len, struct pcap_segment *s) {
    size_t have = cursor_left(packet);
    if (len < have)
        packet->end = packet->p + len;
    else
        s->cut = len - have;
}

static bool ipv4_read(struct cursor packet, struct pcap_segment *s) {
    struct cursor header = packet;
    size_t size = (size_t)(cursor_u8(&header) & 15) * 4;
    cursor_u8(&header);
    size_t len = cursor_u16(&header);
    cursor_u16(&header);
    uint16_t fragment = cursor_u16(&header);
    cursor_u8(&header);
    uint8_t protocol = cursor_u8(&header);
    cursor_u16(&header);
    const uint8_t *addresses = cursor_take(&header, 8);
    if (header.bad || size < 20 || protocol != PROTOCOL_TCP || fragment & 0x3fff)
        return false;
    s->source = ip_of(addresses, 4);
    s->destination = ip_of(addresses + 4, 4);
    if (len) /* 0: the card cuts it later (segmentation offload) */
        ip_trim(&packet, len, s);
    cursor_take(&packet, size);
    return !packet.bad && tcp_read(packet, s);
}

/* Extension headers: next (1), length in eight octets less one (1); that of AH in four less two. */
static bool ipv6_skip(struct cursor *packet, uint8_t *next) {
    enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };
    while (*next != PROTOCOL_TCP) {
        struct cursor header = *packet;
        uint8_t type = *next;
        *next = cursor_u8(&header);
        size_t len = cursor_u8(&header);
        if (type == FRAGMENT) {
            if (cursor_u16(&header) & 0xfff9) /* a piece of a larger one */
                return false;
            cursor_take(packet, 8);
        } else if (type == AUTHENTICATION) {
            cursor_take(packet, (len + 2) * 4);
        } else if (type == HOP_BY_HOP || type == ROUTING || type == DESTINATION) {
            cursor_take(packet, (len + 1) * 8);
        } else {
            return false;
        }
        if (packet->bad)
            return false;
    }
    return true;
}

static bool ipv6_read(struct cursor packet, struct pcap_segment *s) {
    cursor_u32(&packet);
    size_t len = cursor_u16(&packet);
    uint8_t next = cursor_u8(&packet);
    cursor_u8(&packet);
    const uint8_t *addresses = cursor_take(&packet, 32);
    if (packet.bad)
        return false;
    s->source = ip_of(addresses, 16);
    s->destination = ip_of(addresses + 16, 16);
    if (len)
        ip_trim(&packet, len, s);
    return ipv6_skip(&packet, &next) && tcp_read(packet, s);
}

static bool ip_read(struct cursor packet, struct pcap_segment *s) {
    if (cursor_done(&packet))
        return false;
    switch (*packet.p >> 4) {
    case 4: return ipv4_read(packet, s);
    case 6: return ipv6_read(packet, s);
    default: return false;
    }
}

/* ---- Links ---- */

/* From the type on. */
static bool ether_read(struct cursor packet, struct pcap_segment *s) {
    uint16_t type = cursor_u16(&packet);
    while (type == ETHER_VLAN || type == ETHER_VLAN_OUTER || type == ETHER_VLAN_OLD) {
        cursor_u16(&packet);
        type = cursor_u16(&packet);
    }
    return (type == ETHER_IPV4 || type == ETHER_IPV6) && !packet.bad && ip_read(packet, s);
}

/* Here the type comes first, and 18 octets more before the packet. */
static bool sll2_read(struct cursor packet, struct pcap_segment *s) {
    uint16_t type = cursor_u16(&packet);
    cursor_take(&packet, 18);
    return (type == ETHER_IPV4 || type == ETHER_IPV6) && !packet.bad && ip_read(packet, s);
}

static bool link_read(uint16_t link, struct cursor packet, struct pcap_segment *s) {
    switch (link) {
    case LINK_ETHERNET: cursor_take(&packet, 12); return ether_read(packet, s);
    case LINK_SLL: cursor_take(&packet, 14); return ether_read(packet, s);
    case LINK_SLL2: return sll2_read(packet, s);
    case LINK_NULL:
    case LINK_LOOP: cursor_u32(&packet); return ip_read(packet, s); /* the IP version says it all */
    default: return ip_read(packet, s);
    }
}

static bool link_is_known(uint16_t link) {
    return link == LINK_ETHERNET || link == LINK_SLL || link == LINK_SLL2 || link == LINK_NULL || link == LINK_LOOP ||
           link == LINK_RAW || link == LINK_RAW_12 || link == LINK_RAW_14 || link == LINK_IPV4 || link == LINK_IPV6;
}

void pcap_packet(struct capture *c, const uint8_t *start, uint16_t link, uint64_t time, struct cursor packet) {
    struct pcap *p = c->state;
    struct pcap_segment s = {.time = time};
    if (link_is_known(link)) {
        if (link_read(link, packet, &s))
            pcap_segment(c, start, &s);
    } else if (!p->foreign) {
        p->foreign = true; /* told once, there may be millions */
        capture_wrong(c, start,
                      "packets of link type %u: Ethernet (1), Linux cooked (113, 276), raw IP (101) or loopback (0, "
                      "108) is wanted",
                      link);
    }
}
