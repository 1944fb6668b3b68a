/* Writes the chunks of a stream straight to its socket, while libmicrohttpd has the connection
 * suspended and keeps its hands off it: resuming it for each event would cost a walk over all
 * suspended connections and three more system calls a reader. Only what a socket does not take is
 * copied, one piece a reader at most, and sent on when there is room; who takes nothing for stall_s
 * is given up. Runs on the server's thread. libmicrohttpd wrote all of its bytes before it
 * suspended the connection, and writes nothing again but the end, and that only behind a whole
 * chunk. SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

enum {
    PIECE_BYTES = 4096, /* of one send, and what a reader that does not read may cost us */
    HEAD_BYTES = 5,     /* "ff7\r\n" */
    TAIL_BYTES = 2,
    PIECES_MAX = 4, /* a stream in one turn; a long snapshot lets others in between */
};

struct behind {
    struct http_stream *st;
    struct event event;
    size_t len, sent;
    char bytes[];
};

void direct_begin(struct http_stream *st)
{
    int fd = st->req->conn->fd, off = 0, on = 1;

    if (st->direct)
        return;
    st->direct = true;
    /* What libmicrohttpd may have left of its own ways to gather bytes. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* -1: the connection is broken. */
static ssize_t send_some(struct http_stream *st, const char *bytes, size_t len)
{
    ssize_t n = send(st->req->conn->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS || errno == ENOMEM))
        return 0;
    return n;
}

static void free_behind(void *behind)
{
    mem_free(behind);
}

void direct_end(struct http_stream *st)
{
    struct behind *b = st->behind;

    if (b == NULL)
        return;
    st->behind = NULL;
    event_del(&b->event);
    loop_defer(st->req->server->loop, free_behind, b); /* its event may be the one that runs */
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct behind *b = arg;
    struct http_stream *st = b->st;
    ssize_t n = what & EV_TIMEOUT ? -1 : send_some(st, b->bytes + b->sent, b->len - b->sent);

    if (n < 0) {
        event_del(&b->event);
        stream_give_up(st);
        return;
    }
    b->sent += (size_t)n;
    if (b->sent < b->len)
        return;
    direct_end(st);
    http_stream_wake(st); /* for what has come meanwhile */
}

/* The time-out begins anew each time the event runs, that is, with all that the reader takes. */
static bool fall_behind(struct http_stream *st, const char *bytes, size_t len)
{
    struct http_server *s = st->req->server;
    struct timeval stall = {.tv_sec = s->stall_s};
    struct behind *b = mem_calloc(1, sizeof(*b) + len);

    b->st = st;
    b->len = len;
    memcpy(b->bytes, bytes, len);
    /* Edge triggered as the watch for the peer's end is: libevent wants both alike. */
    event_assign(&b->event, loop_base(s->loop), st->req->conn->fd, EV_WRITE | EV_PERSIST | EV_ET,
                 on_writable, b);
    st->behind = b;
    return event_add(&b->event, &stall) == 0;
}

static bool send_chunk(struct http_stream *st, char *body, size_t len)
{
    char head[HEAD_BYTES + 1];
    size_t head_len = (size_t)snprintf(head, sizeof(head), "%zx\r\n", len);
    char *first = body - head_len;
    size_t all = head_len + len + TAIL_BYTES;
    ssize_t n;

    memcpy(first, head, head_len);
    memcpy(body + len, "\r\n", TAIL_BYTES);
    n = send_some(st, first, all);
    if (n < 0)
        return false;
    return (size_t)n == all || fall_behind(st, first + n, all - (size_t)n);
}

bool direct_write(struct http_stream *st)
{
    char piece[PIECE_BYTES];
    size_t room = sizeof(piece) - HEAD_BYTES - TAIL_BYTES;

    assert(st->direct && st->suspended);
    for (int i = 0; i < PIECES_MAX && st->behind == NULL; i++) {
        ssize_t n = st->ops->read(st->arg, piece + HEAD_BYTES, room);

        assert(n <= (ssize_t)room);
        if (n == 0)
            return true;
        st->over = n < 0;
        if (n < 0)
            return false;
        st->gone = !send_chunk(st, piece + HEAD_BYTES, (size_t)n);
        if (st->gone)
            return false;
    }
    if (st->behind == NULL)
        http_stream_wake(st);
    return true;
}
