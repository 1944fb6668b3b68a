/* The way in: the listening socket, the connections whose first line decides where they go, and the
 * one deadline every connection has for bringing a whole request. Runs on the server's thread. A
 * struct conn is made at accept and freed when libmicrohttpd has closed its socket (or here, while
 * it waits). SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "http/precheck.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

enum {
    ACCEPTS_MAX = 64,       /* in one turn; the rest waits in the kernel's queue */
    BACKLOG = 4096,         /* all pages of a city come back at once after a restart */
    WAITING_MAX = 1024,     /* silent connections; above it the oldest one has to go */
    PAUSE_MS = 100,         /* out of descriptors: long enough not to spin */
    KEEPALIVE_IDLE_S = 30,  /* streams: a peer that vanished without a word is noticed within */
    KEEPALIVE_EVERY_S = 10, /* a minute, and unsent data does not wait for it any longer either */
    KEEPALIVE_PROBES = 3,
    UNACKNOWLEDGED_MS = 30000,
    STREAM_SEND_BYTES =
        64 * 1024, /* what a slow reader may pile up in the kernel; a snapshot fits */
};

static void set_int(int fd, int level, int name, int value)
{
    /* Each of them only improves matters; a kernel that refuses one serves all the same. */
    (void)setsockopt(fd, level, name, &value, sizeof(value));
}

/* --- deadlines --- */

static void arm_deadline(struct http_server *s)
{
    struct conn *first = TAILQ_FIRST(&s->door.by_deadline);

    if (first == NULL || s->door.deadline_armed)
        return;
    s->door.deadline_armed = true;
    timer_once(s->door.deadline, first->deadline_ms - clock_mono_ms());
}

static void deadline_start(struct conn *c)
{
    struct http_server *s = c->server;

    assert(!c->timed);
    c->timed = true;
    c->deadline_ms = clock_mono_ms() + s->request_deadline_ms;
    TAILQ_INSERT_TAIL(&s->door.by_deadline, c, by_deadline);
    arm_deadline(s);
}

static void deadline_stop(struct conn *c)
{
    if (!c->timed)
        return;
    c->timed = false;
    TAILQ_REMOVE(&c->server->door.by_deadline, c, by_deadline);
}

static void conn_free(struct conn *c)
{
    deadline_stop(c);
    mem_free(c);
}

static void waiting_remove(struct conn *c)
{
    event_del(&c->event);
    TAILQ_REMOVE(&c->server->door.waiting, c, waiting);
    c->server->door.n_waiting--;
}

static void waiting_close(struct conn *c)
{
    waiting_remove(c);
    close(c->fd);
    conn_free(c);
}

static void on_deadline(void *arg)
{
    struct http_server *s = arg;
    int64_t now_ms = clock_mono_ms();
    struct conn *c;

    s->door.deadline_armed = false;
    while ((c = TAILQ_FIRST(&s->door.by_deadline)) != NULL && c->deadline_ms <= now_ms) {
        if (c->state == CONN_WAITING)
            waiting_close(c);
        else
            conn_hang_up(c);
    }
    arm_deadline(s);
}

void conn_hang_up(struct conn *c)
{
    deadline_stop(c);
    (void)shutdown(c->fd, SHUT_RDWR); /* fails only where the peer was faster */
}

void conn_set_state(struct conn *c, enum conn_state state)
{
    if (state == CONN_BUSY) {
        assert(c->state == CONN_READING);
        deadline_stop(c);
    } else {
        assert(state == CONN_READING);
        deadline_stop(c);
        if (c->server->draining)
            conn_hang_up(c);
        else
            deadline_start(c);
    }
    c->state = state;
}

/* --- from the first bytes to one of the two instances --- */

void door_on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                        enum MHD_ConnectionNotificationCode code)
{
    struct pump *p = cls;
    struct conn *c;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        c = p->server->door.handing;
        p->server->door.handing = NULL;
        c->pump = p;
        c->state = CONN_READING;
        *socket_context = c;
        p->connections++;
    } else {
        c = *socket_context;
        p->connections--;
        conn_free(c);
    }
    if (p == &p->server->api)
        metric_add(METRIC_HTTP_CONNECTIONS, NULL, code == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1);
}

static void set_stream_options(int fd)
{
    set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_EVERY_S);
    set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
    set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS);
    set_int(fd, SOL_SOCKET, SO_SNDBUF, STREAM_SEND_BYTES);
}

/* The deadline goes on counting from the accept. */
static void hand_over(struct conn *c, enum precheck_door where)
{
    struct http_server *s = c->server;
    /* With no room for another stream the API's instance takes it, and can say so. */
    bool is_stream = where == DOOR_STREAM && s->streams.connections < s->streams.connections_max;

    waiting_remove(c);
    if (is_stream)
        set_stream_options(c->fd);
    s->door.handing = c;
    if (MHD_add_connection((is_stream ? &s->streams : &s->api)->mhd, c->fd, &c->peer.any,
                           c->peer_len) == MHD_YES)
        return;
    /* It has closed the socket. Where it had begun, c was freed with it. */
    if (s->door.handing != NULL)
        conn_free(c);
    s->door.handing = NULL;
}

static void peek(struct conn *c)
{
    char bytes[PRECHECK_PEEK_BYTES];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT);
    enum precheck_door where;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* Edge triggered: woken without a further byte, it is the end or an error. */
    if (n <= c->peeked_bytes) {
        waiting_close(c);
        return;
    }
    c->peeked_bytes = (int)n;
    where = precheck_peek((struct str){bytes, (size_t)n});
    if (where != DOOR_MORE)
        hand_over(c, where);
}

static void on_first_bytes(evutil_socket_t fd, short what, void *arg)
{
    peek(arg);
}

static void accepted(struct http_server *s, struct conn *c)
{
    c->server = s;
    c->state = CONN_WAITING;
    /* Edge triggered, since bytes that were only peeked at stay readable. */
    event_assign(&c->event, loop_base(s->loop), c->fd, EV_READ | EV_PERSIST | EV_ET, on_first_bytes,
                 c);
    if (s->door.n_waiting >= WAITING_MAX)
        waiting_close(TAILQ_FIRST(&s->door.waiting));
    TAILQ_INSERT_TAIL(&s->door.waiting, c, waiting);
    s->door.n_waiting++;
    deadline_start(c);
    if (event_add(&c->event, NULL) != 0)
        waiting_close(c);
}

/* False: nothing more to be had in this turn. */
static bool accept_one(struct http_server *s)
{
    struct conn *c = MEM_NEW(struct conn);

    c->peer_len = sizeof(c->peer);
    c->fd = accept4(s->door.fd, &c->peer.any, &c->peer_len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (c->fd >= 0) {
        s->door.is_short = false;
        accepted(s, c);
        return true;
    }
    mem_free(c);
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        if (!s->door.is_short)
            log_warn_errno("http port %d: cannot accept", s->door.port);
        s->door.is_short = true;
        event_del(s->door.acceptable);
        timer_once(s->door.pause, PAUSE_MS);
        return false;
    }
    /* Anything else belongs to that one connection (accept(2) hands over its network errors). */
    return errno != EAGAIN;
}

static void on_acceptable(evutil_socket_t fd, short what, void *arg)
{
    int n = 0;

    while (n < ACCEPTS_MAX && accept_one(arg))
        n++;
}

static void on_pause_over(void *arg)
{
    struct http_server *s = arg;

    if (event_add(s->door.acceptable, NULL) != 0)
        timer_once(s->door.pause, PAUSE_MS);
}

/* --- listening --- */

static int listen_on(const struct addrinfo *ai)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);

    if (fd < 0)
        return -1;
    set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1); /* one listener per worker */
    set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1); /* accepted sockets inherit it */
    if (ai->ai_family == AF_INET6)
        set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static int port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a;
    socklen_t len = sizeof(a);

    if (getsockname(fd, &a.any, &len) != 0)
        return 0;
    return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

static int open_listener(const struct http_config *config)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char port[16];
    int fd, e;

    snprintf(port, sizeof(port), "%d", config->port);
    e = getaddrinfo(config->address, port, &hints, &found);
    if (e != 0) {
        log_error("http: %s is no numeric address: %s", config->address, gai_strerror(e));
        return -1;
    }
    fd = listen_on(found);
    if (fd < 0)
        log_error_errno("http: cannot listen on %s port %s", config->address, port);
    freeaddrinfo(found);
    return fd;
}

bool door_init(struct http_server *s, const struct http_config *config)
{
    struct door *d = &s->door;

    TAILQ_INIT(&d->by_deadline);
    TAILQ_INIT(&d->waiting);
    d->pause = timer_new(s->loop, on_pause_over, s);
    d->deadline = timer_new(s->loop, on_deadline, s);
    d->fd = open_listener(config);
    if (d->fd < 0)
        return false;
    d->port = port_of(d->fd);
    d->acceptable = event_new(loop_base(s->loop), d->fd, EV_READ | EV_PERSIST, on_acceptable, s);
    return d->acceptable != NULL && event_add(d->acceptable, NULL) == 0;
}

void door_close(struct http_server *s)
{
    struct door *d = &s->door;

    timer_stop(d->pause);
    if (d->acceptable != NULL)
        event_free(d->acceptable);
    d->acceptable = NULL;
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
    while (!TAILQ_EMPTY(&d->waiting))
        waiting_close(TAILQ_FIRST(&d->waiting));
}

void door_clear(struct http_server *s)
{
    assert(TAILQ_EMPTY(&s->door.by_deadline));
    timer_free(s->door.pause);
    timer_free(s->door.deadline);
}
