/* HTTP out: libcurl multi on our loop. http and https only, no redirects, bounded. libcurl stays behind
 * this header. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FETCH_FETCH_H
#define PAIHAO_FETCH_FETCH_H

#include "base/str.h"
#include "loop/loop.h"
#include <stdbool.h>
#include <stdint.h>

struct fetch;

struct fetch_request {
    const char *method; /* "GET", "POST", "PUT", "DELETE" */
    const char *url;
    const char *const *headers; /* "Name: value" lines, NULL-terminated; or NULL */
    struct str body;
    int64_t timeout_ms;
    size_t answer_max_bytes; /* 0: 1 MiB */
    const char *user_password; /* "user:password" for HTTP Basic, or NULL */
};

struct fetch_answer {
    int status; /* HTTP status, 0 when there was no answer */
    struct str body;
    const char *error; /* why there was no answer, else NULL. Holds no URL. */
    bool sent;  /* the request may have reached the peer: its outcome is unknown */
    int64_t took_us;
};
typedef void (*fetch_fn)(void *arg, const struct fetch_answer *answer);

struct fetch *fetch_new(struct loop *l, int connections_max);
void fetch_free(struct fetch *f); /* pending ones are answered with an error first */
/* Everything is copied. fn comes exactly once, never before this returns. */
void fetch_send(struct fetch *f, const struct fetch_request *req, fetch_fn fn, void *arg);
/* The value of an answer's header field, only inside fn; empty view when absent. */
struct str fetch_header(const struct fetch_answer *answer, const char *name);

#endif
