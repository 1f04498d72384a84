#include "host/rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RIGHTS_MOST = 64 };

struct rights {
    uint64_t effective, permitted, inheritable;
};

static uint64_t right_bit(unsigned number) {
    return (uint64_t)1 << number;
}

static bool rights_read(struct rights *r) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    if (syscall(SYS_capget, &header, data) != 0)
        return false;
    r->effective = data[0].effective | (uint64_t)data[1].effective << 32;
    r->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    r->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return true;
}

static bool rights_write(const struct rights *r) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {(uint32_t)r->effective, (uint32_t)r->permitted, (uint32_t)r->inheritable},
        {(uint32_t)(r->effective >> 32), (uint32_t)(r->permitted >> 32), (uint32_t)(r->inheritable >> 32)}};
    return syscall(SYS_capset, &header, data) == 0;
}

/* What programs inherit that we start. */
static uint64_t rights_of_helpers(void) {
    uint64_t all = 0;
    for (unsigned i = 0; i < RIGHTS_MOST; i++)
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1)
            all |= right_bit(i);
    return all;
}

/* Asked with no right in force. A socket that is bound to no interface yet needs none since Linux 5.7. */
static bool interfaces_need_a_right(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char name[IF_NAMESIZE] = "lo";
    bool needs = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, sizeof name) != 0 && errno == EPERM;
    if (fd >= 0)
        close(fd);
    return needs;
}

void rights_reduce(void) {
    struct rights r;
    if (geteuid() == 0 || !rights_read(&r))
        return;
    uint64_t helpers = rights_of_helpers();
    r.effective = 0;
    r.permitted &= right_bit(CAP_NET_BIND_SERVICE) | right_bit(CAP_NET_RAW) | helpers;
    if (!rights_write(&r) || interfaces_need_a_right())
        return;
    r.permitted &= right_bit(CAP_NET_BIND_SERVICE) | helpers;
    rights_write(&r);
}

bool rights_raise(enum right right) {
    static const unsigned numbers[] = {[RIGHT_LOW_PORTS] = CAP_NET_BIND_SERVICE, [RIGHT_INTERFACES] = CAP_NET_RAW};
    uint64_t bit = right_bit(numbers[right]);
    struct rights r;
    if (!rights_read(&r) || !(r.permitted & bit) || (r.effective & bit))
        return false;
    r.effective |= bit;
    return rights_write(&r);
}

void rights_lower(void) {
    struct rights r;
    int error = errno;
    if (geteuid() != 0 && rights_read(&r) && r.effective) {
        r.effective = 0;
        rights_write(&r);
    }
    errno = error;
}
