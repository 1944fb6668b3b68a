/* The HTTP API and the pages of one worker: every request comes in through api_handle() and leaves
 * as one answer. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_API_H
#define PAIHAO_API_API_H

#include "api/commands.h"
#include "base/err.h"
#include "base/str.h"
#include "config/hall.h"
#include "config/settings.h"
#include "core/outlook.h"
#include "core/seal.h"
#include "http/http.h"
#include "loop/jobs.h"
#include "loop/loop.h"
#include "store/store.h"
#include <stdbool.h>
#include <stdint.h>

struct api;

/* Which listener a request came through: http_config.tag. */
enum { API_LISTENER_PUBLIC, API_LISTENER_ADMIN };

/* A message sent by hand through one gateway, by the floor that has the gateways; borrowed for the
 * call. */
struct api_trial {
    struct str gateway;
    const char *to_e164;
    struct str text;
};
/* On the asking worker, exactly once while it lives. json: what came of it; empty: no such gateway,
 * or the daemon ends. */
typedef void (*api_trial_fn)(void *arg, struct str json);

struct api_config {
    struct loop *loop;
    struct store *store;
    const struct seal *seal;
    struct jobs_port *jobs;
    struct halls_stored *stored;     /* api/halls.h; one for all workers */
    const struct outlooks *outlooks; /* the newest forecasts */
    bool messages_on;        /* a gateway sends SMS: kiosks may ask for a phone number */
    bool show_codes;         /* a demo: one-time codes stand in the answer */
    const char *trusted_proxies; /* addresses whose X-Forwarded-For is believed; NULL: none */
    const char *public_url;  /* without a slash at its end; "" : http://<Host of the request> */
    const char *media_dir;   /* what boards show; "" : nothing */
    const char *ctl_token;   /* of the control file; "" : none */
    const struct settings *settings; /* of the gateways and what they cost */
    void (*trial)(void *arg, const struct api_trial *ask, api_trial_fn fn, void *fn_arg);
    void *trial_arg;
    size_t body_max_bytes;   /* of everything but hall files */
    int64_t session_idle_ms; /* of business time, as all limits the library keeps */
    int64_t session_absolute_ms;
};

/* Strings of config are borrowed for the life of the api. */
struct api *api_new(const struct api_config *config);
/* After the store and the HTTP server. */
void api_free(struct api *a);
/* An http_handler_fn; arg is the api. */
void api_handle(void *api, struct http_request *req);
/* From now on everything is answered "stopping"; answers on their way still go out. */
void api_stop(struct api *a);

/* An event of a hall's stream or of "sys": what was kept and is no longer true is dropped. */
void api_event(struct api *a, struct str tag, struct str json);
/* Events were missed: everything kept of this tag is dropped. */
void api_reset(struct api *a, struct str tag);

/* Rows answered by other floors. The request has passed every check; fn must answer it or open a
 * stream. who: the id of a citizen's own ticket, the name of a kiosk or board, else empty. */
typedef void (*api_stream_fn)(void *arg, struct http_request *req, struct str hall,
                              struct str who);
void api_register_stream(struct api *a, enum command_id id, api_stream_fn fn, void *arg);
/* argv: in the order of the row, absent ones empty; valid until the request is answered. */
typedef void (*api_local_fn)(void *arg, struct http_request *req, const struct str *argv, int argc);
void api_register_local(struct api *a, enum command_id id, api_local_fn fn, void *arg);
/* The same with the hall of the path, whose file is there until the request is answered or the turn
 * of the loop ends. */
typedef void (*api_hall_fn)(void *arg, struct http_request *req, const struct hall_file *hall,
                            const struct str *argv, int argc);
void api_register_hall(struct api *a, enum command_id id, api_hall_fn fn, void *arg);

/* How those answer: JSON with the row's status, or a problem. Exactly once. */
void api_reply(struct http_request *req, struct str json);
void api_problem(struct http_request *req, enum err err, const char *field);

#endif
