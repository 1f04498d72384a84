/* What the kernel knows of a connection that does not come to be, or is lost: for the log. */
#ifndef HOST_TROUBLE_H
#define HOST_TROUBLE_H

#include "base/buffer.h"

/* Segments that the kernel dropped for their TCP MD5 signature (RFC 2385), of all connections of this network
 * namespace: it has no counters for one of them. */
struct md5_counts {
    bool known;          /* the kernel told */
    uint64_t not_found;  /* not signed, and should be: TCPMD5NotFound */
    uint64_t unexpected; /* signed, and should not be: TCPMD5Unexpected */
    uint64_t failure;    /* signed with another key: TCPMD5Failure */
};

void md5_counts_read(struct md5_counts *out);
/* What was dropped since, in words; false: nothing was. */
bool put_md5_trouble(struct buffer *b, const struct md5_counts *before);
/* Round trip, segments sent again and not acknowledged, in words; false: the other end acknowledges all in time. */
bool put_tcp_trouble(struct buffer *b, int fd);

#endif
