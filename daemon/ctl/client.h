/* One HTTP client for paihaoctl: where the daemon is, the control token, requests on a loop. A
 * request that meets a daemon or store that is away is repeated with the same Idempotency-Key.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_CLIENT_H
#define PAIHAO_CTL_CLIENT_H

#include "base/json.h"
#include "fetch/fetch.h"
#include <stdbool.h>

struct client;

/* state_dir: holds ctl.token and ports of a daemon on this machine; url or token replace what
 * stands there. NULL: a sentence was printed on stderr. */
struct client *client_new(const char *state_dir, const char *url, const char *token,
                          int connections);
void client_free(struct client *c);
/* Address and token once more from the state folder, where they came from there: both are others
 * after the daemon was started anew. Where they cannot be read, the old ones stay. */
void client_reload(struct client *c);
bool client_reloads(const struct client *c); /* the token may be another one later */
/* Ends what is on its way; nothing can be sent any more. */
void client_close(struct client *c);
struct loop *client_loop(struct client *c);
const char *client_url(const struct client *c);

struct client_answer {
    int status;   /* 0: no answer, see error */
    json_t *json; /* borrowed; NULL where the body is no JSON */
    struct str body;
    struct str cookie; /* Set-Cookie, or empty */
    const char *error;
};
typedef void (*client_fn)(void *arg, const struct client_answer *answer);

struct client_request {
    const char *method;
    const char *path;         /* below /api/v1, encoded */
    const char *token;        /* "Bearer x", "Ticket x"; NULL: the control token */
    const char *content_type; /* NULL: application/json when there is a body */
    const char *accept;       /* or NULL */
    struct str body;
    const char *key; /* Idempotency-Key; NULL: a fresh one for everything but GET */
};
/* Copied; fn exactly once, never before this returns. */
void client_send(struct client *c, const struct client_request *r, client_fn fn, void *arg);
/* Sends and runs the loop until the answer is there. The caller frees with client_answer_clear().
 */
void client_ask(struct client *c, const struct client_request *r, struct client_answer *out);
void client_answer_clear(struct client_answer *a);
/* A stream (Server-Sent Events), once: nothing is repeated. piece gets its bytes, fn comes when it
 * has ended, in whatever way; also when the client is freed. Both with arg. */
struct client_stream {
    const char *path;          /* below /api/v1, encoded */
    const char *last_event_id; /* "": none */
    fetch_piece_fn piece;
    int silence_s; /* cut off when nothing came for so long */
};
void client_stream(struct client *c, const struct client_stream *s, fetch_fn fn, void *arg);
/* 22 characters fit for an Idempotency-Key. */
void client_key(char out[23]);

#endif
