/* The test bed's server and its handler, on a thread of its own; the test's thread talks to it by
 * bed_call(). SPDX-License-Identifier: MIT */
#include "tests/lib/http_bed.h"

#include "base/clock.h"
#include "base/mem.h"
#include "loop/mailbox.h"
#include "loop/timer.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum { PATIENCE_MS = 10000, LATER_MS = 5, HELD_MAX = 64 };

struct stream {
    struct bed *bed;
    struct http_stream *http;
    int64_t sent_bytes; /* of all that was ever published */
    TAILQ_ENTRY(stream) link;
};

struct late {
    struct timer *timer;
    struct bed *bed;
    struct http_request *req;
    void (*fn)(struct bed *b, struct http_request *req);
};

struct bed_inside {
    struct http_config config;
    struct loop *loop;
    struct mailbox *mailbox;
    pthread_t thread;
    sem_t started;
    struct buf published;
    int n_published;
    TAILQ_HEAD(, stream) streams;
    struct http_request *held[HELD_MAX];
    int n_held;
    char big[BED_BIG_BYTES];
};

struct call {
    void (*fn)(void *arg);
    void *arg;
    sem_t done;
};

static void reply_text(struct http_request *req, struct str text)
{
    http_reply(req,
               &(struct http_answer){.status = 200, .content_type = "text/plain", .body = text});
}

static void reply_echo(struct http_request *req)
{
    struct str body = http_body(req);

    reply_text(req, body.len > 0 ? body : STR("-"));
}

static void reply_tell(struct http_request *req)
{
    struct str x = http_query(req, "x");
    struct str test = http_header(req, "x-test");
    struct str peer = http_peer(req);

    reply_text(req, arena_printf(http_arena(req), STR_FMT " %d " STR_FMT " " STR_FMT " " STR_FMT,
                                 STR_ARG(peer), http_tag(req), STR_ARG(x.p ? x : STR("none")),
                                 STR_ARG(test.p ? test : STR("none")), STR_ARG(http_path(req))));
}

static void reply_cached(struct http_request *req)
{
    const struct http_field fields[] = {{"cache-control", STR("max-age=60")},
                                        {"ETag", STR("\"1\"")}};

    http_reply(req, &(struct http_answer){.status = 200,
                                          .content_type = "text/plain",
                                          .body = STR("x"),
                                          .body_is_static = true,
                                          .fields = fields,
                                          .n_fields = 2});
}

static ssize_t on_read(void *arg, char *out, size_t max)
{
    struct stream *st = arg;
    struct buf *all = &st->bed->inside->published;
    size_t left = all->len - (size_t)st->sent_bytes;
    size_t n = left < max ? left : max;

    if (n == 0)
        return 0;
    memcpy(out, all->p + st->sent_bytes, n);
    st->sent_bytes += (int64_t)n;
    return (ssize_t)n;
}

static void on_closed(void *arg)
{
    struct stream *st = arg;

    st->bed->streams_closed++;
    TAILQ_REMOVE(&st->bed->inside->streams, st, link);
    mem_free(st); /* twice would be seen by AddressSanitizer */
}

static void open_stream(struct bed *b, struct http_request *req)
{
    static const struct http_stream_ops ops = {on_read, on_closed};
    struct stream *st = MEM_NEW(struct stream);

    st->bed = b;
    st->http = http_stream_open(req, &ops, st);
    if (st->http == NULL) {
        mem_free(st);
        return;
    }
    TAILQ_INSERT_TAIL(&b->inside->streams, st, link);
    b->streams_opened++;
}

static void on_late(void *arg)
{
    struct late *late = arg;

    late->fn(late->bed, late->req);
    timer_free(late->timer);
    mem_free(late);
}

static void answer_late(struct bed *b, struct http_request *req,
                        void (*fn)(struct bed *b, struct http_request *req))
{
    struct late *late = MEM_NEW(struct late);

    *late = (struct late){timer_new(b->inside->loop, on_late, late), b, req, fn};
    timer_once(late->timer, LATER_MS);
}

static void echo(struct bed *b, struct http_request *req)
{
    reply_echo(req);
}

static bool ends_with(struct str s, const char *tail)
{
    size_t len = strlen(tail);

    return s.len >= len && memcmp(s.p + s.len - len, tail, len) == 0;
}

static void on_request(void *arg, struct http_request *req)
{
    struct bed *b = arg;
    struct str path = http_path(req);

    b->requests++;
    if (str_is(path, "/later"))
        answer_late(b, req, echo);
    else if (str_is(path, "/late/stream"))
        answer_late(b, req, open_stream);
    else if (str_is(path, "/held")) {
        assert(b->inside->n_held < HELD_MAX);
        b->inside->held[b->inside->n_held++] = req;
    } else if (str_is(path, "/big"))
        reply_text(req, (struct str){b->inside->big, BED_BIG_BYTES});
    else if (str_is(path, "/tell"))
        reply_tell(req);
    else if (str_is(path, "/cached"))
        reply_cached(req);
    else if (ends_with(path, "/stream") && !str_is(path, "/plain/stream"))
        open_stream(b, req);
    else
        reply_echo(req);
}

static void on_letter(void *arg, void *letter)
{
    struct call *call = letter;

    call->fn(call->arg);
    sem_post(&call->done);
}

static void *run(void *arg)
{
    struct bed *b = arg;
    struct bed_inside *in = b->inside;

    in->loop = loop_new("http bed");
    in->mailbox = mailbox_new(in->loop, on_letter, b);
    b->server = http_server_new(in->loop, &in->config, on_request, b);
    b->port = b->server != NULL ? http_port(b->server) : 0;
    sem_post(&in->started);
    loop_run(in->loop);
    http_server_free(b->server);
    mailbox_free(in->mailbox);
    loop_free(in->loop);
    return NULL;
}

struct bed *bed_new(struct http_config config)
{
    struct bed *b = MEM_NEW(struct bed);
    struct bed_inside *in = MEM_NEW(struct bed_inside);

    loop_library_init();
    b->inside = in;
    in->config = config;
    in->config.tag = BED_TAG;
    if (config.address == NULL)
        in->config.address = "127.0.0.1";
    if (config.connections_max == 0)
        in->config.connections_max = 200;
    if (config.streams_max == 0)
        in->config.streams_max = 2000;
    if (config.body_max_bytes == 0)
        in->config.body_max_bytes = BED_BODY_MAX;
    if (config.request_deadline_ms == 0)
        in->config.request_deadline_ms = PATIENCE_MS;
    TAILQ_INIT(&in->streams);
    memset(in->big, 'b', sizeof(in->big));
    sem_init(&in->started, 0, 0);
    if (pthread_create(&in->thread, NULL, run, b) != 0)
        abort();
    sem_wait(&in->started);
    return b;
}

void bed_call(struct bed *b, void (*fn)(void *arg), void *arg)
{
    struct call call = {fn, arg, {{0}}};

    sem_init(&call.done, 0, 0);
    mailbox_post(b->inside->mailbox, &call);
    sem_wait(&call.done);
    sem_destroy(&call.done);
}

static void stop(void *arg)
{
    loop_stop(((struct bed *)arg)->inside->loop);
}

void bed_free(struct bed *b)
{
    bed_call(b, stop, b);
    pthread_join(b->inside->thread, NULL);
    sem_destroy(&b->inside->started);
    buf_clear(&b->inside->published);
    mem_free(b->inside);
    mem_free(b);
}

struct publishing {
    struct bed *bed;
    int n;
    int event_bytes;
};

static void publish(void *arg)
{
    struct publishing *p = arg;
    struct bed_inside *in = p->bed->inside;
    struct stream *st;

    for (int i = 0; i < p->n; i++) {
        size_t end = in->published.len + (size_t)p->event_bytes;

        buf_addf(&in->published, "data: %06d", in->n_published++);
        while (in->published.len < end - 2)
            buf_add_char(&in->published, '.');
        buf_add_c(&in->published, "\n\n");
    }
    TAILQ_FOREACH(st, &in->streams, link)
    {
        http_stream_wake(st->http);
        http_stream_wake(st->http);
    }
}

void bed_publish(struct bed *b, int n, int event_bytes)
{
    struct publishing p = {b, n, event_bytes};

    bed_call(b, publish, &p);
}

static void release(void *arg)
{
    struct bed_inside *in = ((struct bed *)arg)->inside;

    for (int i = 0; i < in->n_held; i++)
        reply_echo(in->held[i]);
    in->n_held = 0;
}

void bed_release(struct bed *b)
{
    bed_call(b, release, b);
}

static void drain(void *arg)
{
    http_server_drain(((struct bed *)arg)->server);
}

void bed_drain(struct bed *b)
{
    bed_call(b, drain, b);
}

static void free_server(void *arg)
{
    struct bed *b = arg;

    http_server_free(b->server);
    b->server = NULL;
}

void bed_free_server(struct bed *b)
{
    bed_call(b, free_server, b);
}

struct question {
    struct bed *bed;
    bool is_idle;
    int connections;
};

static void ask_server(void *arg)
{
    struct question *q = arg;

    q->is_idle = http_server_idle(q->bed->server);
    q->connections = http_server_connections(q->bed->server);
}

bool bed_is_idle(struct bed *b)
{
    struct question q = {.bed = b};

    bed_call(b, ask_server, &q);
    return q.is_idle;
}

int bed_connections(struct bed *b)
{
    struct question q = {.bed = b};

    bed_call(b, ask_server, &q);
    return q.connections;
}

bool bed_eventually(bool (*condition)(void *arg), void *arg)
{
    int64_t until_ms = clock_mono_ms() + PATIENCE_MS;

    while (!condition(arg)) {
        if (clock_mono_ms() > until_ms)
            return false;
        poll(NULL, 0, 2); /* the step of looking again */
    }
    return true;
}
