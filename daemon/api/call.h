/* One request on its way through the checks; shared by the files of this folder only.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_CALL_H
#define PAIHAO_API_CALL_H

#include "api/api.h"
#include "api/args.h"
#include "api/auth.h"
#include "api/halls.h"
#include "api/pow.h"
#include "api/router.h"
#include "api/sender.h"

enum {
    REQUEST_ID_MAX = 24,
    FIELDS_MAX = 6, /* header fields an answer may get beside X-Request-Id */
    STORE_ARGS_MAX = 4 + 16, /* booking_make takes 16 */
    FINGERPRINT_CHARS = 11,
    REQUEST_CHARS = SEAL_HASH_CHARS + 1 + FINGERPRINT_CHARS,
};

struct call;
typedef void (*local_fn)(struct call *c);
typedef void (*call_hall_fn)(struct call *c, struct hall *hall);

/* What answers a LOCAL or STREAM row that another floor registered. */
struct registered {
    api_stream_fn stream;
    api_local_fn local;
    api_hall_fn hall;
    void *arg;
};

struct api {
    struct api_config config;
    struct router *router;
    struct auth *auth;
    struct halls *halls;
    struct slots *slots;
    struct answers *answers;
    struct statistics_live *live;
    struct statuses *statuses;
    struct registered registered[COMMAND_COUNT];
    struct buf openapi; /* built when first asked for */
    struct session_tries *tries;
    struct sender_proxies proxies;
    struct pow_asked *asked;
    bool is_secure; /* public_url is https */
    bool stopping;
    char id_prefix[9]; /* of request ids: random, so that two runs do not share one */
    uint64_t id_next;
};

/* Lives in the request's arena. */
struct call {
    struct api *api;
    struct http_request *req;
    const struct command *command; /* NULL before the routing */
    struct str params[PATH_PARAMS_MAX];
    struct principal who;
    struct str hall; /* of the path or of the link; empty when the row has none */
    struct args args;
    int64_t now_ms;
    char request_id[REQUEST_ID_MAX];
    char day[16];                    /* yyyymmdd */
    char request[REQUEST_CHARS + 1]; /* for the library; empty when there is no key */
    struct call *next;               /* in a list of calls that wait for the same hall */
    call_hall_fn on_hall;            /* of call_hall() */
    void *state;                     /* of a handler that goes to the store more than once */
};

/* problem.c: the answers. Each ends the call. */
void call_reply(struct call *c, int status, struct str json, const struct http_field *fields,
                int n_fields);
void call_reply_json(struct call *c, struct str json); /* with the row's status */
void call_problem(struct call *c, enum err err, const char *field, const char *detail);
/* Does If-None-Match hold this tag? Compared weakly (RFC 9110, section 13.1.2). */
bool call_knows(const struct call *c, const char *etag);
/* extra: further members of the problem, ",\"line\":3"; wait_s: Retry-After, or 0. */
struct problem {
    enum err err;
    const char *field;
    const char *detail;
    const char *extra;
    int64_t wait_s;
    unsigned allow; /* of a 405: bits 1 << enum http_method */
};
void call_problem_full(struct call *c, const struct problem *p);
/* A refusal or a failure of the store as a problem. */
void call_problem_store(struct call *c, const struct store_reply *reply);

/* call.c: the steps. */
void call_begin(struct api *a, struct http_request *req);
/* FCALL of the row's (or another) function with the common arguments in front. tag: "sys" or the
 * hall. */
void call_store_write(struct call *c, const char *function, const struct str *argv, int argc,
                      store_fn fn);
void call_store_read(struct call *c, const char *function, const struct str *argv, int argc,
                     store_fn fn);
/* A store_fn that passes the library's JSON on. */
void call_on_reply(void *call, const struct store_reply *reply);
/* The call's hall, now or after it was loaded; a hall that cannot be had is answered as a problem. fn comes at most once;
 * the hall is valid until it returns. */
void call_hall(struct call *c, call_hall_fn fn);
/* How citizens reach the pages, without a slash at its end. */
struct str call_public_url(const struct call *c); /* hallviews.c */
/* "sys" for rows without a hall. */
struct str call_tag(const struct call *c);

/* locals.c: C code of a LOCAL row, or NULL. */
local_fn local_find(enum command_id id);

/* One function a LOCAL row; the file it lives in. */
void local_hall_list(struct call *c); /* hallviews.c */
void local_hall_view(struct call *c);
void call_add_texts(struct buf *out, const char *key, const struct hall_texts *t);
void local_hall_import(struct call *c); /* hallfiles.c */
void local_hall_export(struct call *c);
void local_session_open(struct call *c); /* session.c */
void local_session_view(struct call *c);
void local_session_close(struct call *c);
void local_staff_add(struct call *c); /* people.c */
void local_staff_password(struct call *c);
void local_staff_disable(struct call *c);
void local_staff_rights(struct call *c);
void local_device_add(struct call *c);
void local_device_remove(struct call *c);
void local_device_view(struct call *c);
void call_device_token(const struct call *c, char out[SEAL_TOKEN_CHARS + 1]);
void local_board_shown(struct call *c); /* screens.c */
void local_device_health(struct call *c);
void local_hall_devices(struct call *c);
void local_pairing_open(struct call *c); /* pairing.c */
void local_pairing_claim(struct call *c);
void local_pairing_take(struct call *c);
void local_qr_make(struct call *c); /* locals.c */
void local_clock_view(struct call *c);
void local_openapi_view(struct call *c);
void local_challenge_make(struct call *c); /* pow.c */
void local_code_send(struct call *c);      /* codes.c */
void local_booking_confirm(struct call *c); /* confirm.c */
void local_booking_accept(struct call *c);
void local_booking_own(struct call *c); /* own.c */
void local_booking_view(struct call *c);
void local_waitlist_view(struct call *c);
void local_waitlist_join(struct call *c); /* waitlist.c */
void local_check_in(struct call *c);      /* check_in.c */
void local_booking_arrive(struct call *c); /* arrive.c */
void local_ticket_arrive(struct call *c);
void local_ticket_remote(struct call *c);
void local_arrival_view(struct call *c);
void local_booking_file(struct call *c); /* ics.c */
void local_booking_list(struct call *c); /* desk.c */
void local_booking_get(struct call *c);
void local_block_list(struct call *c);

void local_wait_list(struct call *c); /* waits.c */
void local_what_if(struct call *c);
void local_day_list(struct call *c); /* search.c */
void local_time_list(struct call *c);
void local_desk_times(struct call *c);
void local_first_free(struct call *c); /* first_free.c */
void local_service_list(struct call *c); /* services.c */
void local_desk_days(struct call *c);  /* desk_days.c */
void local_conflict_list(struct call *c); /* conflicts.c */
void local_rebook(struct call *c);
void local_closure_add(struct call *c);  /* closures.c */
void local_hall_preview(struct call *c); /* preview.c */
void local_booking_hold(struct call *c); /* hold.c */
void local_booking_make(struct call *c);
void local_booking_move(struct call *c);
void local_booking_shift(struct call *c);
void local_statistics_view(struct call *c); /* statistics.c */
void local_statistics_file(struct call *c);
void local_hall_status(struct call *c); /* status.c */
void local_gateway_list(struct call *c); /* gateways.c */
void local_gateway_test(struct call *c); /* trial.c */

/* pages.c, media.c, health.c: what is not below /api/v1. */
void pages_handle(struct call *c, struct str path);
void media_handle(struct call *c, struct str name);
void health_handle(struct call *c, struct str path);

/* session.c: logins being checked at the moment. */
struct session_tries *session_tries_new(void);
void session_tries_free(struct session_tries *t);
/* Under what the store counts failed logins of a name: not the name, which may be a mistyped password. */
void session_guess(const struct api *a, struct str name, char out[SEAL_HASH_CHARS + 1]);

/* openapi.c */
void openapi_build(struct buf *out);

#endif
