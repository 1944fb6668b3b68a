/* An HTTP server of one worker: its door, its two instances of libmicrohttpd, and their common end.
 * Runs on the loop's thread. SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/mem.h"

#include <assert.h>

enum {
    API_POOL_BYTES = 16 * 1024, /* 8 KB of header fields, since a city's other cookies come along */
    STREAM_POOL_BYTES = 4 * 1024, /* held as long as a board is on; header fields up to 3 KB */
    STALL_S = 30, /* an answer whose reader takes nothing; slow mobile lines pause for seconds */
};

struct http_server *http_server_new(struct loop *l, const struct http_config *config,
                                    http_handler_fn fn, void *arg)
{
    struct http_server *s = MEM_NEW(struct http_server);

    assert(config->request_deadline_ms > 0);
    assert(config->connections_max > 0 && config->streams_max > 0);
    s->loop = l;
    s->fn = fn;
    s->arg = arg;
    s->tag = config->tag;
    s->body_max_bytes = config->body_max_bytes;
    s->request_deadline_ms = config->request_deadline_ms;
    s->stall_s = config->stall_s > 0 ? config->stall_s : STALL_S;
    TAILQ_INIT(&s->live);
    TAILQ_INIT(&s->kept);
    TAILQ_INIT(&s->woken);
    s->wakes = timer_new(l, stream_on_wakes, s);
    if (!door_init(s, config) || !pump_init(&s->api, s, config->connections_max, API_POOL_BYTES) ||
        !pump_init(&s->streams, s, config->streams_max, STREAM_POOL_BYTES)) {
        http_server_free(s);
        return NULL;
    }
    return s;
}

int http_port(const struct http_server *s)
{
    return s->door.port;
}

int http_server_connections(const struct http_server *s)
{
    return s->api.connections + s->streams.connections + s->door.n_waiting;
}

bool http_server_idle(const struct http_server *s)
{
    return http_server_connections(s) == 0;
}

void http_server_drain(struct http_server *s)
{
    struct http_request *req;
    struct conn *c, *next;

    if (s->draining)
        return;
    s->draining = true;
    door_close(s);
    TAILQ_FOREACH(req, &s->live, live)
    {
        if (req->stream != NULL)
            http_stream_wake(req->stream); /* and reads its end */
    }
    /* Between two requests. A request half read may still come whole within its deadline. */
    for (c = TAILQ_FIRST(&s->door.by_deadline); c != NULL; c = next) {
        next = TAILQ_NEXT(c, by_deadline);
        if (c->request == NULL)
            conn_hang_up(c);
    }
}

/* libmicrohttpd aborts the process when it is stopped with a connection suspended. Resumed, each of
 * them is answered or ended by its callback in the next run, and none is suspended anew. */
static void resume_all(struct http_server *s)
{
    struct http_request *req;

    TAILQ_FOREACH(req, &s->live, live)
    {
        if (req->stream != NULL)
            stream_resume(req->stream);
        if (req->suspended) {
            req->suspended = false;
            MHD_resume_connection(req->mhd);
        }
    }
    MHD_run(s->api.mhd);
    MHD_run(s->streams.mhd);
    TAILQ_FOREACH(req, &s->live, live)
    {
        assert(!req->suspended);
        assert(req->stream == NULL || !req->stream->suspended);
    }
}

void http_server_free(struct http_server *s)
{
    if (s == NULL)
        return;
    s->draining = true;
    s->freeing = true;
    door_close(s);
    if (s->api.mhd != NULL && s->streams.mhd != NULL)
        resume_all(s);
    pump_clear(&s->streams);
    pump_clear(&s->api);
    door_clear(s);
    timer_free(s->wakes);
    request_free_kept(s);
    mem_free(s);
}
