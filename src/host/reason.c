/* The words for what the network does to us. Others of the system's go as they are. */
#include <errno.h>
#include <string.h>

#include "host/loop.h"

const char *reason_of(int error) {
    switch (error) {
    case 0: return "closed by the remote end";
    case EPIPE: return "closed by the remote end";
    case ECONNRESET: return "reset by the remote end";
    case ECONNREFUSED: return "connection refused";
    case ECONNABORTED: return "connection aborted";
    case ETIMEDOUT: return "connection timed out";
    case EHOSTUNREACH: return "no route to host";
    case EHOSTDOWN: return "host is down";
    case ENETUNREACH: return "network unreachable";
    case EADDRINUSE: return "address in use";
    case EADDRNOTAVAIL: return "not an address of this machine";
    case EMFILE:
    case ENFILE: return "too many open files";
    default: return strerror(error);
    }
}
