/* The kernel says nothing to a program whose segments get lost or are dropped for a wrong signature: both look like
 * silence. Its counters tell the difference. */
#include "host/trouble.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { NETSTAT_MOST = 1 << 14 };

/* The file has two lines of each kind: names, then numbers in the same order. */
static uint64_t netstat_number(char *names, char *numbers, const char *wanted) {
    char *at_name = NULL, *at_number = NULL;
    char *name = strtok_r(names, " \n", &at_name), *number = strtok_r(numbers, " \n", &at_number);
    while (name && number) {
        if (strcmp(name, wanted) == 0)
            return strtoull(number, NULL, 10);
        name = strtok_r(NULL, " \n", &at_name);
        number = strtok_r(NULL, " \n", &at_number);
    }
    return 0;
}

static uint64_t netstat_find(const char *names, const char *numbers, const char *wanted) {
    char first[NETSTAT_MOST], second[NETSTAT_MOST];
    snprintf(first, sizeof first, "%s", names);
    snprintf(second, sizeof second, "%s", numbers);
    return netstat_number(first, second, wanted);
}

void md5_counts_read(struct md5_counts *out) {
    char names[NETSTAT_MOST], numbers[NETSTAT_MOST];
    FILE *file = fopen("/proc/net/netstat", "re");
    *out = (struct md5_counts){0};
    while (file && fgets(names, sizeof names, file) && fgets(numbers, sizeof numbers, file)) {
        if (strncmp(names, "TcpExt:", 7) != 0)
            continue;
        out->known = true;
        out->not_found = netstat_find(names, numbers, "TCPMD5NotFound");
        out->unexpected = netstat_find(names, numbers, "TCPMD5Unexpected");
        out->failure = netstat_find(names, numbers, "TCPMD5Failure");
    }
    if (file)
        fclose(file);
}

static bool put_dropped(struct buffer *b, bool more, uint64_t count, const char *why) {
    if (count)
        put_format(b, "%s%" PRIu64 " %s", more ? ", " : "the kernel dropped segments: ", count, why);
    return more || count;
}

bool put_md5_trouble(struct buffer *b, const struct md5_counts *before) {
    struct md5_counts now;
    md5_counts_read(&now);
    if (!now.known || !before->known)
        return false;
    bool any = put_dropped(b, false, now.not_found - before->not_found, "without TCP MD5 signature (TCPMD5NotFound)");
    any = put_dropped(b, any, now.unexpected - before->unexpected,
                      "with a TCP MD5 signature that is not wanted (TCPMD5Unexpected)");
    return put_dropped(b, any, now.failure - before->failure, "signed with another TCP MD5 password (TCPMD5Failure)");
}

bool put_tcp_trouble(struct buffer *b, int fd) {
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 || info.tcpi_retransmits == 0)
        return false;
    put_format(
        b, "TCP: sent again %u times without an answer, %u segments are not acknowledged, %u were sent again in all",
        (unsigned)info.tcpi_retransmits, info.tcpi_unacked, info.tcpi_total_retrans);
    put_format(b, ", round trip %u.%u ms", info.tcpi_rtt / 1000, info.tcpi_rtt % 1000 / 100);
    return true;
}
