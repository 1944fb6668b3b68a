/* HTTP/1.1 of one worker: a listener of its own (SO_REUSEPORT), every connection peeked at and handed to
 * one of two libmicrohttpd instances, the API's or the streams'. libmicrohttpd stays behind this header.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_HTTP_HTTP_H
#define PAIHAO_HTTP_HTTP_H

#include "base/arena.h"
#include "base/str.h"
#include "loop/loop.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct http_server;
struct http_request;
struct http_stream;

struct http_config {
    const char *address; /* numeric */
    int port;            /* 0: the kernel chooses; http_port() tells */
    int tag;             /* handed on in every request: which listener it came through */
    int connections_max; /* API instance */
    int streams_max;     /* stream instance */
    int64_t body_max_bytes;      /* larger bodies are answered 413 */
    int64_t request_deadline_ms; /* from connect (or the last answer) to the whole request read */
    int stall_s; /* an answer or stream whose reader takes nothing so long is cut off; 0: 30 s */
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_PATCH, HTTP_METHODS };

/* Called once per request, when all of it has been read and it passed the pre-check. Must lead to exactly
 * one http_reply() or http_stream_open(), now or on a later turn, on the same thread. */
typedef void (*http_handler_fn)(void *arg, struct http_request *req);

struct http_server *http_server_new(struct loop *l, const struct http_config *config,
                                    http_handler_fn fn, void *arg); /* NULL: logged */
int http_port(const struct http_server *s);
/* Stops accepting; open streams end; answered requests still go out. */
void http_server_drain(struct http_server *s);
bool http_server_idle(const struct http_server *s);
/* Everything still open is closed. Requests not answered must not be answered any more. */
void http_server_free(struct http_server *s);
int http_server_connections(const struct http_server *s);

/* HTTP_GET for HEAD, too: it is handled alike, and http_reply() leaves the body out. */
enum http_method http_method(const struct http_request *req);
const char *http_method_name(enum http_method m);
struct str http_path(const struct http_request *req);  /* decoded once; no byte < 0x20, no .. segment */
struct str http_uri(const struct http_request *req);   /* as received, with its query */
struct str http_query(const struct http_request *req, const char *name); /* first value, decoded; empty view with p == NULL if absent */
struct str http_header(const struct http_request *req, const char *name); /* likewise */
/* Every line of a field that is a list, joined by commas in their order. */
struct str http_header_list(const struct http_request *req, const char *name);
struct str http_body(const struct http_request *req);
struct str http_peer(const struct http_request *req); /* numeric address without port */
int http_tag(const struct http_request *req);
/* Lives until the request is completed; of a stream: until read() is asked the first time. */
struct arena *http_arena(struct http_request *req);
/* One word for the caller above, kept with the request. */
void http_set_user(struct http_request *req, void *user);
void *http_user(const struct http_request *req);

struct http_field {
    const char *name;
    struct str value;
};

struct http_answer {
    int status;
    const char *content_type; /* NULL: no body */
    struct str body;          /* copied */
    bool body_is_static;      /* not copied: lives as long as the process */
    const struct http_field *fields; /* further header fields */
    int n_fields;
    bool close;
    bool framable; /* other sites may show it inside theirs */
};
/* Standard security headers are added to every answer. */
void http_reply(struct http_request *req, const struct http_answer *answer);

/* A stream: Server-Sent Events, pulled. read() is asked for the next bytes after a wake. */
struct http_stream_ops {
    /* Up to max bytes into out; 0: nothing now (asked again after http_stream_wake()); -1: end. max is
     * usually some 2,000, but may be 100: an event is handed out in as many pieces as it takes. */
    ssize_t (*read)(void *arg, char *out, size_t max);
    /* The peer is gone or the stream ended; arg may be freed. Exactly once. */
    void (*closed)(void *arg);
};
/* Answers 200 text/event-stream. NULL: the request has been answered otherwise, and closed() is not called.
 * So on a keep-alive connection of the API instance: 307 to itself and Connection: close (no stream ever
 * lives there); where there is no room: 503. Only addresses whose path ends with /stream can be streams. */
struct http_stream *http_stream_open(struct http_request *req, const struct http_stream_ops *ops,
                                     void *arg);
void http_stream_wake(struct http_stream *st); /* any number of times a turn; at most 256 resumes a pass */
bool http_is_stream_instance(const struct http_request *req);

#endif
