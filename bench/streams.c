/* Opens many event streams of one address and tells when all of them have got an event; the load of
 * the sections memory, boards, fanout and idle. One thread. Prints "open N" when each has its
 * snapshot (with a FIRST of "answer": its answer's header), then "change K LAST P99 P50 BYTES" each
 * time the last of them has got its K-th change: when the last, all but one in a hundred and half
 * of them had got it, in microseconds of the wall clock, and what the last read brought. Ends when
 * its input does. streams PORT PATH TOKEN N [FIRST]        SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 200, /* connections being opened: fewer than a listener's backlog */
    EVENTS = 512,
    CHANGES_MAX = 4096, /* events that one run may send */
    READ_BYTES = 16384,
};

static const char field[] = "\nevent: ";

struct stream {
    int fd;
    int matched; /* characters of field seen last */
    int changes;
    bool asked, has_status, has_snapshot;
};

static struct stream *streams;
static int total, begun, open_now;
static int got[CHANGES_MAX]; /* streams that have their K-th change */
static long long *times;     /* when the streams got the latest change that is on its way */
static int times_of;
static bool is_open_by_answer;
static long long read_us; /* when the present piece was read */
static ssize_t read_bytes;
static char request[1024];
static int epoll_fd;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void begin_one(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct stream *s = &streams[begun++];
    struct epoll_event e = {.events = EPOLLOUT, .data.ptr = s};

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0)
        fail("socket");
    if (connect(s->fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)
        fail("connect");
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s->fd, &e) != 0)
        fail("epoll_ctl");
}

static void ask(struct stream *s)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = s};

    if (send(s->fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        fail("send");
    s->asked = true;
    epoll_ctl(epoll_fd, EPOLL_CTL_MOD, s->fd, &e);
}

static void opened(struct stream *s)
{
    if (s->has_snapshot)
        return;
    s->has_snapshot = true;
    if (++open_now == total)
        printf("open %d\n", total);
}

/* The first reader of a change has it before the last one has the change before only where events
 * come faster than they are asked for; then the times are those of the later one. */
static void changed(struct stream *s)
{
    int k = s->changes++, n;

    if (k >= CHANGES_MAX)
        return;
    times_of = k > times_of ? k : times_of;
    n = got[k]++;
    if (k == times_of)
        times[n] = read_us; /* in the order of time */
    if (n + 1 == total)
        printf("change %d %lld %lld %lld %zd\n", k + 1, read_us, times[total * 99LL / 100],
               times[total / 2], read_bytes);
}

/* kind: the first letter of the event's type. */
static void event(struct stream *s, char kind)
{
    if (kind == 's')
        opened(s);
    else if (kind == 'c')
        changed(s);
}

static void take(struct stream *s, const char *p, ssize_t n)
{
    for (; n > 0; p++, n--) {
        if (s->matched == sizeof(field) - 1) {
            event(s, *p);
            s->matched = 0;
        } else if (*p == field[s->matched]) {
            s->matched++;
        } else {
            s->matched = *p == '\n';
        }
    }
}

static void read_all(struct stream *s)
{
    static char bytes[READ_BYTES];
    ssize_t n = recv(s->fd, bytes, sizeof(bytes), 0);

    if (n <= 0) {
        fprintf(stderr, "streams: one of them ended\n");
        exit(1);
    }
    if (!s->has_status && (n < 12 || memcmp(bytes, "HTTP/1.1 200", 12) != 0)) {
        fprintf(stderr, "streams: answered %.*s\n", n > 400 ? 400 : (int)n, bytes);
        exit(1);
    }
    s->has_status = true;
    if (is_open_by_answer)
        opened(s);
    read_us = now_us();
    read_bytes = n;
    take(s, bytes, n);
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    struct epoll_event input = {.events = EPOLLIN}, events[EVENTS];

    if (argc != 5 && argc != 6)
        return 64;
    total = atoi(argv[4]);
    is_open_by_answer = argc == 6 && strcmp(argv[5], "answer") == 0;
    times = calloc((size_t)total, sizeof(*times));
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    snprintf(request, sizeof(request),
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nAuthorization: Bearer %s\r\n"
             "Accept: text/event-stream\r\n\r\n",
             argv[2], argv[1], argv[3]);
    streams = calloc((size_t)total, sizeof(*streams));
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (streams == NULL || times == NULL || epoll_fd < 0 ||
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &input) != 0)
        fail("streams");
    for (;;) {
        while (begun < total && begun - open_now < AT_ONCE)
            begin_one(atoi(argv[1]));
        fflush(stdout);
        int n = epoll_wait(epoll_fd, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            struct stream *s = events[i].data.ptr;
            if (s == NULL)
                return 0; /* the input has ended */
            if (!s->asked)
                ask(s);
            else
                read_all(s);
        }
    }
}
