/* Addresses as the system wants them, and what a socket is told before it connects or listens. */
#ifndef HOST_SOCKET_OPTIONS_H
#define HOST_SOCKET_OPTIONS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "host/loop.h"

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
};

/* The length to hand over with it. `interface` (0: none) is the zone of a link-local address. */
socklen_t address_of(struct ip ip, uint16_t port, unsigned interface, union address *out);
/* An IPv4 address that comes mapped into IPv6 is an IPv4 address. Other families: no address. */
struct ip address_ip(const union address *a, uint16_t *port);
void address_text(struct ip ip, char text[IP_TEXT + 1]); /* terminated */

/* All give false with host_error() set. */
bool socket_ttl(struct host *h, int fd, uint8_t family_len, uint8_t ttl, uint8_t min_ttl);
/* Of an accepted one, over what its listener has; 0: the system's TTL, no least one. */
bool socket_accepted_ttl(struct host *h, int fd, uint8_t ttl, uint8_t min_ttl);
bool socket_interface(struct host *h, int fd, const char *interface);
bool socket_secret(struct host *h, int fd, const struct prefix *peer, const struct host_secret *secret);
bool socket_secret_remove(struct host *h, int fd, const struct prefix *peer, const struct host_secret *secret);
void socket_send_at_once(int fd); /* no Nagle */
void socket_port_later(int fd);   /* the port is chosen by connect() and not by bind(): there are more that way */

#endif
