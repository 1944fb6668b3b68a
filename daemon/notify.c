/* One datagram to the socket that $NOTIFY_SOCKET names. Main thread. SPDX-License-Identifier: MIT
 */
#include "notify.h"
#include "base/log.h"
#include "base/str.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;

    if (len == 0 || len >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') /* an abstract address begins with a NUL */
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t to_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (fd < 0 ||
        sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, to_len) < 0)
        log_warn_errno("notify: the service manager cannot be told");
    if (fd >= 0)
        (void)close(fd); /* a datagram was sent or was not: nothing is left in it */
}

int64_t notify_watchdog_ms(void)
{
    const char *text = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    int64_t usec, meant;

    if (!text || !str_to_i64(str_of(text), 1, INT64_MAX, &usec))
        return 0;
    if (pid && (!str_to_i64(str_of(pid), 1, INT32_MAX, &meant) || meant != getpid()))
        return 0;
    return usec / 1000 / 2 + 1; /* twice as often as asked for */
}
