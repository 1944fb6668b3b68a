/* Opens what signs hang on: a TCP connection or a serial line, neither of which ever blocks the
 * loop. Owns nothing; main thread. SPDX-License-Identifier: MIT */
#include "display/sign_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { GONE_MS = 10000 /* bytes nobody acknowledges for so long: the other side is gone */ };

static void set_options(int fd)
{
    const int on = 1, gone_ms = GONE_MS;

    /* Without any of them it works, only later. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &gone_ms, sizeof gone_ms);
}

static int open_tcp(const struct address *at)
{
    char port[8];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;

    (void)snprintf(port, sizeof port, "%d", at->port); /* at most five digits */
    errno = EINVAL;
    if (getaddrinfo(at->host, port, &hints, &found) != 0)
        return -1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        set_options(fd);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) {
        int error = errno;
        (void)close(fd); /* nothing was sent */
        errno = error;
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static speed_t speed_of(int baud)
{
    static const struct {
        int baud;
        speed_t speed;
    } speeds[] = {{1200, B1200},   {2400, B2400},   {4800, B4800},   {9600, B9600},
                  {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}};

    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++)
        if (speeds[i].baud == baud)
            return speeds[i].speed;
    return B9600; /* address_read() lets only these pass */
}

static bool set_line(int fd, const struct address *at)
{
    struct termios t;

    if (tcgetattr(fd, &t) != 0)
        return false;
    cfmakeraw(&t);
    t.c_cflag &= ~(tcflag_t)(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS);
    t.c_cflag |= CLOCAL | CREAD | (at->data_bits == 7 ? CS7 : CS8);
    if (at->parity != 'n')
        t.c_cflag |= PARENB | (at->parity == 'o' ? PARODD : 0);
    t.c_cc[VMIN] = 1; /* with 0 a line on which nothing comes would look like one that has ended */
    t.c_cc[VTIME] = 0;
    return cfsetspeed(&t, speed_of(at->baud)) == 0 && tcsetattr(fd, TCSANOW, &t) == 0;
}

static int open_serial(const struct address *at)
{
    int fd = open(at->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return -1;
    if (isatty(fd) && set_line(fd, at)) {
        (void)tcflush(fd, TCIOFLUSH); /* what stands there is of somebody before us */
        return fd;
    }
    int error = errno;
    (void)close(fd); /* nothing was written */
    errno = error;
    return -1;
}

int sign_line_open(const struct address *at)
{
    return at->host[0] ? open_tcp(at) : open_serial(at);
}

void sign_line_close(const struct address *at, int fd)
{
    /* Closing a line waits for what was not sent yet: up to half a minute, on the loop. */
    if (!at->host[0])
        (void)tcflush(fd, TCIOFLUSH); /* a line that was pulled out has nothing to flush */
    (void)close(fd);                  /* what is lost is sent again */
}
