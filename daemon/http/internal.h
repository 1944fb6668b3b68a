/* What the files of this folder share; nobody else includes it. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_HTTP_INTERNAL_H
#define PAIHAO_HTTP_INTERNAL_H

#include "base/err.h"
#include "http/http.h"
#include "loop/timer.h"

#include <event2/event_struct.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/queue.h>

/* --- pump.c: one libmicrohttpd instance driven by the loop --- */

struct pump {
    struct http_server *server;
    struct MHD_Daemon *mhd;
    struct event *ready; /* its epoll descriptor; activated by hand after a resume */
    struct timer *later; /* what MHD_get_timeout() asks for */
    int64_t later_ms;    /* when that timer is due; 0: not armed */
    int connections;
    int connections_max;
};

bool pump_init(struct pump *p, struct http_server *s, int connections_max, size_t pool_bytes);
/* Nothing may be suspended any more. */
void pump_clear(struct pump *p);
void pump_run(struct pump *p);
/* Runs the pump soon; any number of calls before it runs are one run. */
void pump_kick(struct pump *p);

/* --- door.c: listener, waiting connections, deadlines --- */

enum conn_state {
    CONN_WAITING, /* accepted; its first line has not been seen */
    CONN_READING, /* libmicrohttpd reads a request, or waits for the next one */
    CONN_BUSY,    /* a request has been read and its answer is not yet out */
};

struct conn {
    struct http_server *server;
    struct pump *pump; /* NULL while waiting */
    struct http_request *request;
    int fd;
    enum conn_state state;
    bool timed; /* stands in by_deadline */
    int peeked_bytes;
    int64_t deadline_ms;
    socklen_t peer_len;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer;
    TAILQ_ENTRY(conn) by_deadline;
    TAILQ_ENTRY(conn) waiting;
    struct event event; /* waiting: its first bytes; streams: the peer's end */
};

TAILQ_HEAD(conn_list, conn);

struct door {
    int fd;
    int port;
    struct event *acceptable;
    struct timer *pause;    /* no descriptors left: listens again when it is due */
    struct timer *deadline; /* for the head of by_deadline */
    bool deadline_armed;
    bool is_short; /* of descriptors; told once */
    struct conn_list
        by_deadline;          /* all have the same time, so the order of entering is the order */
    struct conn_list waiting; /* oldest first */
    int n_waiting;
    struct conn *handing; /* on its way into MHD_add_connection() */
};

bool door_init(struct http_server *s, const struct http_config *config);
void door_close(
    struct http_server *s); /* stops listening, closes the waiting; may be called again */
void door_clear(struct http_server *s); /* after the pumps */
/* MHD_NotifyConnectionCallback */
void door_on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                        enum MHD_ConnectionNotificationCode code);
void conn_set_state(struct conn *c, enum conn_state state);
void conn_hang_up(struct conn *c); /* libmicrohttpd notices and closes it */

/* --- request.c --- */

struct http_request {
    struct http_server *server;
    struct conn *conn;
    struct MHD_Connection *mhd;
    struct MHD_Response *response; /* waits for libmicrohttpd to ask for it */
    int status;
    bool begun;    /* the headers have been seen */
    bool complete; /* the handler has been called, or the refusal sent */
    bool replied;
    bool suspended;
    bool is_head;
    bool is_1_1;
    enum err refusal;
    enum http_method method;
    struct str path;
    const char *uri_end; /* in libmicrohttpd's buffer: one byte before the version */
    struct buf uri;      /* as received; libmicrohttpd decodes it in place */
    struct buf body;
    int64_t body_bytes; /* also those not kept */
    struct arena *arena;
    void *user;
    int64_t complete_us;
    struct http_stream *stream;
    TAILQ_ENTRY(http_request) live; /* or in the list of those kept for reuse */
};

TAILQ_HEAD(request_list, http_request);

/* MHD_OPTION_URI_LOG_CALLBACK, MHD_AccessHandlerCallback, MHD_RequestCompletedCallback */
void *request_on_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result request_on_call(void *cls, struct MHD_Connection *mhd, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_bytes, void **con_cls);
void request_on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                          enum MHD_RequestTerminationCode code);
void request_free_kept(struct http_server *s);
void request_drop_memory(struct http_request *req); /* a stream, once answered, needs none of it */

/* --- reply.c --- */

/* Answers with a problem and closes the connection. */
void reply_refuse(struct http_request *req, enum err e);
/* Gives the response to libmicrohttpd: now, where it has just asked, else by resuming the
 * connection. */
void reply_hand_over(struct http_request *req, struct MHD_Response *response, int status);
void reply_add_field(struct MHD_Response *response, const char *name, const char *value);
void reply_add_security(struct MHD_Response *response, bool framable);

/* --- stream.c --- */

void stream_end(struct http_stream *st);     /* its request is completed */
bool stream_resume(struct http_stream *st);  /* false: it was not suspended */
void stream_on_wakes(void *server);          /* timer */
void stream_give_up(struct http_stream *st); /* its peer is gone, or takes nothing */

struct http_stream {
    struct http_request *req;
    const struct http_stream_ops *ops;
    void *arg;
    bool suspended;
    bool direct;           /* written to by direct.c while it is suspended */
    bool woken;            /* stands in server->woken */
    bool gone;             /* the peer has hung up */
    bool over;             /* read() has said so */
    bool ended;            /* closed() has been called */
    struct behind *behind; /* what the socket has not taken yet, or NULL */
    TAILQ_ENTRY(http_stream) link;
};

TAILQ_HEAD(stream_list, http_stream);

/* --- direct.c: writes to the socket of a suspended stream --- */

void direct_begin(struct http_stream *st);
/* Sends what there is. False: the stream is over or its peer gone, and libmicrohttpd has to end it.
 */
bool direct_write(struct http_stream *st);
void direct_end(struct http_stream *st);

/* --- server.c --- */

struct http_server {
    struct loop *loop;
    http_handler_fn fn;
    void *arg;
    int tag;
    int64_t body_max_bytes;
    int64_t request_deadline_ms;
    int stall_s;
    bool draining; /* no new connection; each answer closes its own */
    bool freeing;  /* no handler is called any more */
    struct door door;
    struct pump api;
    struct pump streams;
    struct request_list live;
    struct request_list kept;
    int n_kept;
    struct stream_list woken;
    struct timer *wakes;
    bool wakes_armed;
};

#endif
