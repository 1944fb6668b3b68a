/* Redis, seen from one thread: calls of the function library and plain commands, each answered
 * exactly once. hiredis stays behind this header. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_STORE_H
#define PAIHAO_STORE_STORE_H

#include "base/err.h"
#include "base/str.h"
#include "loop/loop.h"
#include <stdbool.h>
#include <stdint.h>

struct store;

struct store_config {
    const char
        *unix_path; /* or NULL: host and port (numeric address; names would block the loop) */
    const char *host;
    int port;
    const char *user;     /* or NULL */
    const char *password; /* or NULL */
    int64_t deadline_ms;  /* an answer later than this is STORE_TIMEOUT; default 2500 */
    int inflight_max;     /* further calls are answered BUSY; default 4096 */
    /* Source of the function library; outlives the store. Holds the line
     * local LIBRARY_VERSION = '<hash>', which its function library_version answers; loaded where
     * that differs. Empty: plain commands only. */
    struct str library;
};

/* A value of RESP2, borrowed for the time of the callback. */
struct store_value;
enum store_kind { STORE_NIL, STORE_STRING, STORE_INTEGER, STORE_ARRAY, STORE_STATUS, STORE_ERROR };
enum store_kind store_value_kind(const struct store_value *v); /* NULL is STORE_NIL */
struct str store_value_str(const struct store_value *v);       /* string, status, error text */
int64_t store_value_int(const struct store_value *v);
size_t store_value_count(const struct store_value *v); /* elements of an array, else 0 */
const struct store_value *store_value_at(const struct store_value *v, size_t i);

struct store_reply {
    enum err err;     /* ERR_NONE; a refusal of the library; or STORE_DOWN, STORE_TIMEOUT, ... */
    struct str field; /* the field at fault of a refusal ("REFUSED code field"), else empty */
    struct str text;  /* the bulk string of a successful function call */
    const struct store_value *value; /* the whole answer, NULL when there was none */
};
typedef void (*store_fn)(void *arg, const struct store_reply *reply);

struct store *store_new(struct loop *l, const struct store_config *config);
/* Pending calls are answered STOPPING first. Not from within a callback of this store. */
void store_free(struct store *s);

/* What the errors mean: STORE_DOWN was not done; STORE_TIMEOUT may have been done; BUSY was not
 * even sent; STOPPING only from store_free(); INTERNAL is an error of the library, logged here. */

/* FCALL (or FCALL_RO) name 1 {tag} args... on the node of the hall's hash tag. The callback comes
 * exactly once, never before this returns. */
struct store_call {
    const char *function;
    struct str tag; /* the hall's code, or "sys"; without braces */
    bool read_only;
    /* Sending it twice does no harm (it carries a request id, or the library sees to it): when the
     * connection breaks before the answer, it is sent once more within its deadline. Calls that
     * only read are treated so anyway; others are answered STORE_TIMEOUT, outcome unknown. */
    bool repeatable;
    int argc;
    const struct str *argv; /* copied into the connection's buffer before this returns */
    store_fn fn;
    void *arg;
};
void store_call(struct store *s, const struct store_call *call);
/* A plain command routed by tag, e.g. XRANGE {hall}:events ... */
void store_command(struct store *s, struct str tag, int argc, const struct str *argv, store_fn fn,
                   void *arg);

/* Ready: connected, PING answered, library loaded. reason: a sentence, valid until the next turn.
 */
bool store_ready(const struct store *s, const char **reason);
/* Every store of this process is ready, whatever its thread; reason: of one that is not, as a
 * sentence. Any thread. */
bool store_all_ready(char *reason, size_t cap);
/* fn(arg) whenever readiness changes. One listener. */
void store_on_change(struct store *s, loop_fn fn, void *arg);
/* Keys C may know. Written into out (cap >= 64): "{hall}:events", "{hall}:outbox". */
struct str store_key_events(char *out, size_t cap, struct str tag);
struct str store_key_outbox(char *out, size_t cap, struct str tag);

#endif
