/* A system that is in the way. The host's sources are compiled a second time with this file before all others: their calls
 * go through here, and fail now and then as a Unix lets them fail.
 *
 * $FAULTS has a seed and what may fail, "7 stream fork"; without it nothing does:
 *
 *   stream      EINTR, EAGAIN and a few octets only, of pipes and sockets; connections that ended before accept()
 *   fork        no process (EAGAIN), no pipe (EMFILE)
 *   descriptor  EMFILE of accept4() and socket()
 *   disk        ENOSPC of files
 */
#ifndef FAULT_FAULTS_H
#define FAULT_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t fault_read(int fd, void *octets, size_t len);
ssize_t fault_write(int fd, const void *octets, size_t len);
ssize_t fault_writev(int fd, const struct iovec *pieces, int count);
int fault_accept(int fd, struct sockaddr *address, socklen_t *len, int flags);
/* True, and errno is set: this time there is no process; no descriptor; no pipe. */
bool fault_no_process(void);
bool fault_no_descriptor(void);
bool fault_no_pipe(void);

#ifndef FAULT_ITSELF
#define read(fd, octets, len)             fault_read(fd, octets, len)
#define write(fd, octets, len)            fault_write(fd, octets, len)
#define writev(fd, pieces, count)         fault_writev(fd, pieces, count)
#define accept4(fd, address, len, flags)  fault_accept(fd, address, len, flags)
#define vfork()                           (fault_no_process() ? -1 : vfork()) /* a function that called it could not return */
#define socket(family, kind, protocol)    (fault_no_descriptor() ? -1 : socket(family, kind, protocol))
#define pipe2(ends, flags)                (fault_no_pipe() ? -1 : pipe2(ends, flags))
#endif

#endif
