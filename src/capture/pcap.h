/* pcap and pcapng: what their files share. */
#ifndef CAPTURE_PCAP_H
#define CAPTURE_PCAP_H

#include "base/table.h"
#include "capture/private.h"

enum {
    PCAP_FLOWS_MOST = 1 << 16,   /* connections followed at once */
    PCAP_WAITING_MOST = 1 << 20, /* octets of one direction that wait for what is missing before them */
    PCAP_INTERFACES_MOST = 1024,
    PCAP_BGP = 179,
};

/* A TCP segment. */
struct pcap_segment {
    uint64_t time;
    struct ip source, destination;
    uint16_t source_port, destination_port;
    uint32_t sequence;
    bool syn, fin, rst;
    struct cursor data;
    size_t cut; /* octets that are missing at its end: the capture was limited */
};

struct pcap_interface {
    uint16_t link;
    uint64_t resolution; /* units in a second */
    int64_t offset;      /* seconds */
};

struct pcap {
    bool little;                       /* octet order of headers */
    bool nano;                         /* pcap: fractions are nanoseconds */
    bool started;                      /* the first header was read */
    struct pcap_interface *interfaces; /* owned; pcap has one */
    size_t interface_count;
    struct pcap_flow **flows; /* owned; [0] is none, and so are those that ended */
    size_t flow_count, flow_room, flows_alive;
    struct table table;
    uint64_t time; /* of the last segment */
    bool full;     /* it was told that there are too many connections */
    bool foreign;  /* ... that there are packets of an unknown link type */
};

/* One packet of a link type; only TCP segments of whole IP datagrams are taken from it. */
void pcap_packet(struct capture *c, const uint8_t *start, uint16_t link, uint64_t time, struct cursor packet);

void pcap_segment(struct capture *c, const uint8_t *start, const struct pcap_segment *s);
void pcap_flows_end(struct capture *c); /* what waits is told, whatever is missing */
void pcap_flows_release(struct pcap *p);

#endif
