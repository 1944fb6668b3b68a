/* HTTP out: libcurl multi on our loop. http and https only, no redirects, bounded. libcurl stays
 * behind this header. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FETCH_FETCH_H
#define PAIHAO_FETCH_FETCH_H

#include "base/str.h"
#include "loop/loop.h"
#include <stdbool.h>
#include <stdint.h>

struct fetch;

/* A piece of a body as it comes. False: it is not wanted any more, the transfer ends. */
typedef bool (*fetch_piece_fn)(void *arg, struct str bytes);

struct fetch_request {
    const char *method; /* "GET", "POST", "PUT", "DELETE" */
    const char *url;
    /* "Name: value" lines without control characters, NULL-terminated; or NULL. With a body and no
     * Content-Type among them, it goes out as a form. */
    const char *const *headers;
    struct str body;
    int64_t timeout_ms;
    size_t answer_max_bytes;   /* 0: 1 MiB */
    const char *user_password; /* "user:password" for HTTP Basic, or NULL */
    /* Of a stream: gets the body of an answer 200 piece by piece (it is not collected then), with
     * fn's arg, on a connection of its own. Cut off when nothing came for silence_s; timeout_ms may
     * be 0. */
    fetch_piece_fn piece;
    int silence_s;
    bool only_public; /* connects to public addresses alone: address_is_public() */
    /* Not sent again on a new connection where a kept one broke after it had left: its outcome is
     * unknown then. */
    bool once;
};

struct fetch_answer {
    int status; /* HTTP status, 0 when there was no complete answer */
    struct str body;
    const char *error; /* why there was no answer, else NULL. Holds no URL. */
    bool sent; /* the request, or a part of it, was handed to the peer; with status 0 its outcome is
                  unknown */
    bool forbidden; /* every address of the host was refused: only_public */
    int64_t took_us;
};
typedef void (*fetch_fn)(void *arg, const struct fetch_answer *answer);

/* At most so many connections at once; further requests wait, their timeout running. */
struct fetch *fetch_new(struct loop *l, int connections_max);
/* Pending ones are answered with an error first; not from within fn, and fn must send nothing then.
 */
void fetch_free(struct fetch *f);
/* Everything is copied. fn comes exactly once, never before this returns. */
void fetch_send(struct fetch *f, const struct fetch_request *req, fetch_fn fn, void *arg);
/* The value of an answer's header field, only inside fn; empty view when absent. */
struct str fetch_header(const struct fetch_answer *answer, const char *name);

#endif
