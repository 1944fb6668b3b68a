/* What the HTTP floor costs with nothing behind it: /now is answered at once, /later on the next
 * turn of the loop (as an answer of Redis would be), /stream is an event stream with a heartbeat.
 * One thread. http_hello [port]        then e.g. wrk -t1 -c64 http://127.0.0.1:PORT/later
 * SPDX-License-Identifier: MIT */
#include "http/http.h"
#include "loop/timer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum { HEARTBEAT_MS = 10000 };

struct stream {
    struct http_stream *http;
    int sent;
    TAILQ_ENTRY(stream) link;
};

static struct loop *loop;
static TAILQ_HEAD(, stream) streams = TAILQ_HEAD_INITIALIZER(streams);
static int beats = 1;

static void answer(void *arg)
{
    http_reply(arg, &(struct http_answer){.status = 200,
                                          .content_type = "application/json",
                                          .body = STR("{\"hello\":\"world\"}"),
                                          .body_is_static = true});
}

static ssize_t on_read(void *arg, char *out, size_t max)
{
    static const char event[] = "event: hb\ndata: {\"now\":1795465432000}\n\n";
    struct stream *st = arg;

    if (st->sent >= beats || max < sizeof(event) - 1)
        return 0;
    st->sent++;
    memcpy(out, event, sizeof(event) - 1);
    return sizeof(event) - 1;
}

static void on_closed(void *arg)
{
    struct stream *st = arg;

    TAILQ_REMOVE(&streams, st, link);
    free(st);
}

static void open_stream(struct http_request *req)
{
    static const struct http_stream_ops ops = {on_read, on_closed};
    struct stream *st = calloc(1, sizeof(*st));

    if (st == NULL)
        abort();
    TAILQ_INSERT_TAIL(&streams, st, link);
    st->sent = beats - 1;
    st->http = http_stream_open(req, &ops, st);
    if (st->http == NULL)
        on_closed(st);
}

static void on_request(void *arg, struct http_request *req)
{
    struct str path = http_path(req);

    if (str_is(path, "/stream"))
        open_stream(req);
    else if (str_is(path, "/later"))
        loop_defer(loop, answer, req);
    else
        answer(req);
}

static void on_heartbeat(void *arg)
{
    struct stream *st;

    beats++;
    TAILQ_FOREACH(st, &streams, link)
    {
        http_stream_wake(st->http);
    }
}

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
    loop_stop(loop);
}

int main(int argc, char **argv)
{
    struct http_config config = {
        .address = "127.0.0.1",
        .port = argc > 1 ? atoi(argv[1]) : 0,
        .connections_max = 10000,
        .streams_max = 20000,
        .body_max_bytes = 65536,
        .request_deadline_ms = 30000,
    };
    struct http_server *server;
    struct timer *heartbeat;
    struct event *stop;

    loop_library_init();
    loop = loop_new("bench");
    server = http_server_new(loop, &config, on_request, NULL);
    if (server == NULL)
        return 1;
    heartbeat = timer_new(loop, on_heartbeat, NULL);
    timer_every(heartbeat, HEARTBEAT_MS);
    stop = evsignal_new(loop_base(loop), SIGTERM, on_signal, NULL);
    evsignal_add(stop, NULL);
    printf("http://127.0.0.1:%d/\n", http_port(server));
    fflush(stdout);
    loop_run(loop);
    event_free(stop);
    timer_free(heartbeat);
    http_server_free(server);
    loop_free(loop);
    loop_library_free();
    return 0;
}
