/* A test bed for the HTTP floor: a server on a thread of its own whose handler behaves as its paths
 * say.
 *
 *   /echo            200, the body (or "-")           /later   the same after a few milliseconds
 *   /held            answered by bed_release()        /big     1 MB
 *   /tell?x=         peer, tag, query x and header X-Test in lines
 *   /cached          Cache-Control and an ETag of its own
 *   .../stream       a stream of what bed_publish() publishes; /plain/stream is answered as /echo,
 *                    /late/stream is opened after a few milliseconds
 *
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_HTTP_BED_H
#define PAIHAO_TESTS_HTTP_BED_H

#include "http/http.h"

#include <stdatomic.h>

struct bed {
    struct http_server *server;
    int port;
    atomic_int requests; /* that reached the handler */
    atomic_int streams_opened;
    atomic_int streams_closed;
    struct bed_inside *inside;
};

enum { BED_TAG = 7, BED_BODY_MAX = 10000, BED_BIG_BYTES = 1 << 20 };

/* Zero fields of config get values good for most tests. */
struct bed *bed_new(struct http_config config);
void bed_free(struct bed *b);
/* Runs fn(arg) on the server's thread and waits for its end. */
void bed_call(struct bed *b, void (*fn)(void *arg), void *arg);
/* n events of the given size ("data: 000017…\n\n", numbered from 0 on) to every stream. */
void bed_publish(struct bed *b, int n, int event_bytes);
void bed_release(struct bed *b);
void bed_drain(struct bed *b);
void bed_free_server(struct bed *b); /* while requests and streams are open */
bool bed_is_idle(struct bed *b);
int bed_connections(struct bed *b);

/* True as soon as condition(arg) is; false after ten seconds. */
bool bed_eventually(bool (*condition)(void *arg), void *arg);

#endif
