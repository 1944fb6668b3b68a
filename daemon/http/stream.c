/* Event streams: a response without end whose reader is asked for bytes, and whose connection is
 * suspended when there are none, for good: what comes later is written by direct.c, and
 * libmicrohttpd has it back to end it. Runs on the server's thread. A struct http_stream belongs to
 * its request and is freed one turn after closed(), since whoever is waking streams may still stand
 * on it. SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/mem.h"
#include "http/precheck.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

enum {
    /* A fan-out to thousands goes in steps of a millisecond or two, between which the API is
       served. */
    WAKES_MAX = 256,
    /* Only an HTTP/1.0 client is sent anything through it; others get chunks straight from the
       pool. */
    BLOCK_BYTES = 128,
    READS_MAX = 16, /* of bytes nobody asked for, in one turn; more of them wake us again */
};

/* --- bytes --- */

static ssize_t on_read(void *cls, uint64_t pos, char *out, size_t max)
{
    struct http_stream *st = cls;
    ssize_t n;

    if (pos == 0)
        request_drop_memory(st->req);
    /* Also where it cannot end well: its socket is shut down, so that the end is not sent. After
       END_WITH_ERROR libmicrohttpd 0.9.75 would keep the connection until its time-out. */
    if (st->gone || st->over || st->behind != NULL || st->req->server->draining)
        return MHD_CONTENT_READER_END_OF_STREAM;
    n = st->ops->read(st->arg, out, max);
    assert(n <= (ssize_t)max);
    if (n < 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        st->suspended = true;
        if (st->req->is_1_1)
            direct_begin(st);
        MHD_suspend_connection(st->req->mhd);
    }
    return n;
}

bool stream_resume(struct http_stream *st)
{
    if (!st->suspended)
        return false;
    st->suspended = false;
    MHD_resume_connection(st->req->mhd);
    return true;
}

/* By a timer of no time and not by event_active(): that would run again in the same pass. */
static void arm_wakes(struct http_server *s)
{
    if (s->wakes_armed || TAILQ_EMPTY(&s->woken))
        return;
    s->wakes_armed = true;
    timer_once(s->wakes, 0);
}

static void wakes_remove(struct http_stream *st)
{
    if (!st->woken)
        return;
    st->woken = false;
    TAILQ_REMOVE(&st->req->server->woken, st, link);
}

void stream_on_wakes(void *server)
{
    struct http_server *s = server;
    struct http_stream *st;
    bool resumed = false;
    int n = 0;

    s->wakes_armed = false;
    while (n < WAKES_MAX && (st = TAILQ_FIRST(&s->woken)) != NULL) {
        wakes_remove(st);
        n++;
        if (st->direct && !st->gone && !s->draining && direct_write(st))
            continue;
        if (st->gone || st->behind != NULL) /* in the midst of a chunk */
            conn_hang_up(st->req->conn);
        resumed = stream_resume(st) || resumed;
    }
    arm_wakes(s);
    if (resumed)
        pump_run(&s->streams);
}

void http_stream_wake(struct http_stream *st)
{
    /* Not suspended: read() is asked anyway before it is. */
    if (st->ended || st->woken || !st->suspended)
        return;
    st->woken = true;
    TAILQ_INSERT_TAIL(&st->req->server->woken, st, link);
    arm_wakes(st->req->server);
}

/* --- beginning and end --- */

void stream_give_up(struct http_stream *st)
{
    st->gone = true;
    event_del(&st->req->conn->event);
    conn_hang_up(st->req->conn); /* where it is not suspended but waits to write */
    http_stream_wake(st);
}

/* libmicrohttpd does not watch a suspended connection, so a page that was closed would be kept
 * until two heartbeats have failed. A peer that only closes its sending side counts as gone, too.
 * What it sends is thrown away: its connection is closed after the stream, and behind unread bytes
 * its end is not seen. */
static void on_peer(evutil_socket_t fd, short what, void *arg)
{
    struct conn *c = arg;
    struct http_stream *st = c->request->stream;
    char unasked[1024];
    ssize_t n;
    int reads = 0;

    do
        n = recv(c->fd, unasked, sizeof(unasked), MSG_DONTWAIT);
    while (n > 0 && ++reads < READS_MAX);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    stream_give_up(st);
}

static void watch_peer(struct conn *c)
{
    /* Edge triggered: a client that sends on, though nothing is asked of it, must not wake us for
     * ever. */
    event_assign(&c->event, loop_base(c->server->loop), c->fd, EV_READ | EV_PERSIST | EV_ET,
                 on_peer, c);
    (void)event_add(&c->event, NULL); /* the heartbeats notice it later */
}

static void free_ended(void *stream)
{
    mem_free(stream);
}

void stream_end(struct http_stream *st)
{
    wakes_remove(st);
    direct_end(st);
    event_del(&st->req->conn->event);
    st->ended = true;
    st->ops->closed(st->arg);
    loop_defer(st->req->server->loop, free_ended, st);
}

/* On the API's instance, with what the client has to do instead. */
static void send_elsewhere(struct http_request *req)
{
    struct http_server *s = req->server;
    struct http_field location = {"Location", buf_str(&req->uri)};

    if (s->streams.connections >= s->streams.connections_max)
        reply_refuse(req, ERR_STREAM_LIMIT);
    else if (!precheck_is_stream(buf_str(&req->uri)))
        reply_refuse(req,
                     ERR_NOT_FOUND); /* an escaped spelling would be sent here again and again */
    else
        http_reply(req, &(struct http_answer){.status = MHD_HTTP_TEMPORARY_REDIRECT,
                                              .fields = &location,
                                              .n_fields = 1,
                                              .close = true});
}

static void add_stream_fields(struct MHD_Response *response)
{
    reply_add_field(response, "Content-Type", "text/event-stream");
    reply_add_field(response, "Cache-Control", "no-store");
    reply_add_field(response, "X-Accel-Buffering", "no"); /* nginx would hold the events back */
    reply_add_field(response, "Connection", "close");
    reply_add_security(response, false);
}

struct http_stream *http_stream_open(struct http_request *req, const struct http_stream_ops *ops,
                                     void *arg)
{
    struct MHD_Response *response;
    struct http_stream *st;

    if (req->server->draining) {
        reply_refuse(req, ERR_STOPPING);
        return NULL;
    }
    if (req->is_head) { /* would be answered without a body, and so never be asked for one */
        http_reply(req, &(struct http_answer){
                            .status = 200, .content_type = "text/event-stream", .close = true});
        return NULL;
    }
    if (!http_is_stream_instance(req)) {
        send_elsewhere(req);
        return NULL;
    }
    st = MEM_NEW(struct http_stream);
    *st = (struct http_stream){.req = req, .ops = ops, .arg = arg};
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_read, st, NULL);
    if (response == NULL)
        abort(); /* no memory */
    add_stream_fields(response);
    req->stream = st;
    watch_peer(req->conn);
    reply_hand_over(req, response, 200);
    return st;
}
