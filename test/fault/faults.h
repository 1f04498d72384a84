/* A system that is in the way. The host's sources are compiled a second time with this file before all others: their
 * calls go through here, and fail now and then as a Unix lets them fail.
 *
 * $FAULTS has a seed and what may fail, "7 stream fork"; without it nothing does. $FAULTS_WHILE names a file: calls
 * fail only while it exists. Each kind of call has random numbers of its own, so that a seed gives the tenth fork the
 * same fate whatever came between.
 *
 *   stream      EINTR, EAGAIN and a few octets only, of pipes and sockets; connections that ended before accept()
 *   buffer      ENOBUFS of connections and datagrams
 *   fork        no process (EAGAIN), no pipe (EMFILE), no program (ENOMEM of exec)
 *   descriptor  EMFILE and ENFILE of accept4(), socket() and open()
 *   disk        ENOSPC of files, and a part only of what is written
 */
#ifndef FAULT_FAULTS_H
#define FAULT_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault_kind { FAULT_STREAM, FAULT_BUFFER, FAULT_FORK, FAULT_DESCRIPTOR, FAULT_DISK };

ssize_t fault_read(int fd, void *octets, size_t len);
ssize_t fault_write(int fd, const void *octets, size_t len);
ssize_t fault_writev(int fd, const struct iovec *pieces, int count);
int fault_accept(int fd, struct sockaddr *address, socklen_t *len, int flags);
/* One call in `often` of this kind: true, and errno is set to one of both. */
bool fault_strikes(enum fault_kind kind, unsigned often, int error, int other);

#ifndef FAULT_ITSELF
#define read(fd, octets, len)            fault_read(fd, octets, len)
#define write(fd, octets, len)           fault_write(fd, octets, len)
#define writev(fd, pieces, count)        fault_writev(fd, pieces, count)
#define accept4(fd, address, len, flags) fault_accept(fd, address, len, flags)
/* A function that called it could not return. */
#define vfork()                (fault_strikes(FAULT_FORK, 3, EAGAIN, ENOMEM) ? -1 : vfork())
#define execvpe(path, to, env) (fault_strikes(FAULT_FORK, 4, ENOMEM, ETXTBSY) ? -1 : execvpe(path, to, env))
#define pipe2(ends, flags)     (fault_strikes(FAULT_FORK, 6, EMFILE, ENFILE) ? -1 : pipe2(ends, flags))
#define socket(family, kind, protocol)                                                                                 \
    (fault_strikes(FAULT_DESCRIPTOR, 3, EMFILE, ENFILE) ? -1 : socket(family, kind, protocol))
#define open(...)                 (fault_strikes(FAULT_DESCRIPTOR, 3, EMFILE, ENFILE) ? -1 : open(__VA_ARGS__))
#define fopen(...)                (fault_strikes(FAULT_DESCRIPTOR, 3, EMFILE, ENFILE) ? NULL : fopen(__VA_ARGS__))
#define connect(fd, address, len) (fault_strikes(FAULT_BUFFER, 5, ENOBUFS, EAGAIN) ? -1 : connect(fd, address, len))
#define send(fd, octets, len, flags)                                                                                   \
    (fault_strikes(FAULT_BUFFER, 3, ENOBUFS, EAGAIN) ? -1 : send(fd, octets, len, flags))
#define sendmsg(fd, message, flags) (fault_strikes(FAULT_BUFFER, 3, ENOBUFS, EAGAIN) ? -1 : sendmsg(fd, message, flags))
#define sendto(...)                 (fault_strikes(FAULT_BUFFER, 3, ENOBUFS, EAGAIN) ? -1 : sendto(__VA_ARGS__))
#endif

#endif
