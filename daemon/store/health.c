/* Owns whether a store's Redis can be used: the greeting after each connect (server version,
 * function library), what its error replies say, the heartbeat. Runs on the thread of the store's
 * loop.
 *
 * AWAY -up-> GREETING -library there-> READY. A library that is missing or differs is loaded
 * between (LOADING), also when a call finds it gone later. Errors of Redis are rows in errors.c.
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "store/inside.h"
#include "store/library.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum {
    GRACE_MS = 300, /* an embedded Redis that died is back by then */
    IDLE_MS = 1000, /* how long a Redis that fell silent may go unnoticed, beside the deadline */
};

/* Stores of this process that are not ready, for the one gauge they share and for /readyz. Of each
 * only its `next_unready` and `told_reason` may be read by other threads, under the lock. */
static pthread_mutex_t unready_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store *unready;

static void list_unready(struct store *s, bool is_unready)
{
    pthread_mutex_lock(&unready_lock);
    struct store **at = &unready;
    while (*at != NULL && *at != s)
        at = &(*at)->next_unready;
    if (*at == s)
        *at = s->next_unready;
    if (is_unready) {
        memcpy(s->told_reason, s->reason, sizeof(s->reason));
        s->next_unready = unready;
        unready = s;
    }
    metric_set(METRIC_STORE_UP, NULL, unready == NULL);
    pthread_mutex_unlock(&unready_lock);
}

bool store_all_ready(char *reason, size_t cap)
{
    pthread_mutex_lock(&unready_lock);
    bool ready = unready == NULL;
    (void)snprintf(reason, cap, "%s",
                   ready ? "" : unready->told_reason); /* may be cut: only text */
    pthread_mutex_unlock(&unready_lock);
    return ready;
}

bool store_ready(const struct store *s, const char **reason)
{
    bool ready = s->state == READY && s->trouble == NULL;

    if (reason != NULL)
        *reason = ready ? "" : s->reason;
    return ready;
}

void store_on_change(struct store *s, loop_fn fn, void *arg)
{
    s->on_change = fn;
    s->on_change_arg = arg;
}

/* The waits of a Redis that is just being started again are no news. */
static void log_reason(struct store *s, bool lost)
{
    if (s->reason_logged || (!lost && clock_mono_us() < s->grace_until_us))
        return;
    s->reason_logged = true;
    log_warn("store of %s: %s", loop_name(s->loop), s->reason);
}

static void set_reason(struct store *s, const char *reason)
{
    if (strcmp(s->reason, reason) == 0)
        return;
    s->reason_logged = false;
    (void)snprintf(s->reason, sizeof(s->reason), "%s", reason); /* may be cut: only text */
}

static void announce(struct store *s)
{
    bool ready = store_ready(s, NULL);

    list_unready(s, !ready);
    if (ready == s->told_ready)
        return;
    s->told_ready = ready;
    if (ready)
        log_info("store of %s: %s is ready", loop_name(s->loop), link_name(s->link));
    if (s->on_change != NULL)
        s->on_change(s->on_change_arg);
}

/* Tells of readiness where it changed, and of a new reason in the log. */
static void tell(struct store *s, const char *reason)
{
    set_reason(s, reason);
    if (!store_ready(s, NULL))
        log_reason(s, s->told_ready);
    announce(s);
}

static void set_trouble(struct store *s, const struct store_error *row)
{
    char reason[sizeof(s->reason)] = "";

    if (row == s->trouble)
        return;
    s->trouble = row;
    if (row != NULL)
        (void)snprintf(reason, sizeof(reason), "%s: %s", link_name(s->link), row->reason);
    tell(s, reason);
}

static void set_state(struct store *s, enum store_state to)
{
    static const char *const names[] = {"away", "greeting", "loading", "ready"};

    assert(to == AWAY || (to == GREETING && s->state == AWAY) ||
           (to == LOADING && (s->state == GREETING || s->state == READY)) ||
           (to == READY && (s->state == GREETING || s->state == LOADING)));
    log_debug("store of %s: %s -> %s", loop_name(s->loop), names[s->state], names[to]);
    if (s->state == READY) /* a Redis that is there and loads the library is worth waiting for */
        s->grace_until_us =
            clock_mono_us() + (to == LOADING ? s->deadline_us : (int64_t)GRACE_MS * 1000);
    s->state = to;
}

static void enter_ready(struct store *s)
{
    set_state(s, READY);
    link_settled(s->link);
    tell(s, "");
    store_send_waiting(s);
}

/* The server answered the greeting with something we cannot work with. */
static void refuse(struct store *s, const char *what, const struct store_value *v)
{
    const struct store_error *row = store_error_find(store_value_str(v));
    char why[256];

    if (row != NULL)
        (void)snprintf(why, sizeof(why), "%s", row->reason);
    else
        (void)snprintf(why, sizeof(why), "%s: %.*s", what, (int)store_value_str(v).len,
                       store_value_str(v).p);
    link_drop(s->link, row == NULL || row->lasting, why);
}

static void on_info(void *arg, const struct store_reply *reply)
{
    struct store *s = arg;
    struct str text = store_value_str(reply->value);
    int64_t major;
    char why[256];

    if (store_value_kind(reply->value) == STORE_ERROR) {
        refuse(s, "INFO is refused", reply->value);
        return;
    }
    struct str version = library_redis_version(text, &major);
    if (major < LIBRARY_REDIS_MIN) {
        (void)snprintf(why, sizeof(why), "version %.*s is too old, paihao needs Redis %d or newer",
                       version.len > 32 ? 32 : (int)version.len, version.p, LIBRARY_REDIS_MIN);
        link_drop(s->link, true, why);
    } else if (s->library.len == 0) {
        enter_ready(s);
    }
}

static void on_version(void *arg, const struct store_reply *reply)
{
    struct store *s = arg;
    struct str text = store_value_str(reply->value);

    if (store_value_kind(reply->value) == STORE_ERROR && !store_error_is_no_function(text))
        refuse(s, "the function library cannot be asked", reply->value);
    else if (str_eq(text, s->version))
        enter_ready(s);
    else
        health_load_library(s);
}

static void on_loaded(void *arg, const struct store_reply *reply)
{
    struct store *s = arg;

    if (store_value_kind(reply->value) == STORE_ERROR) {
        refuse(s, "the function library cannot be loaded", reply->value);
        return;
    }
    log_info("store of %s: function library " STR_FMT " loaded", loop_name(s->loop),
             STR_ARG(s->version));
    enter_ready(s);
}

void health_load_library(struct store *s)
{
    struct str argv[] = {STR("FUNCTION"), STR("LOAD"), STR("REPLACE"), s->library};

    if (s->state == LOADING)
        return;
    set_state(s, LOADING);
    set_reason(s,
               "the function library is being loaded"); /* a matter of milliseconds: no warning */
    announce(s);
    store_send_own(s, 4, argv, on_loaded);
}

void health_up(struct store *s)
{
    struct str info[] = {STR("INFO"), STR("server")};
    struct str version[] = {STR("FCALL_RO"), STR("library_version"), STR("0")};

    set_state(s, GREETING);
    store_send_own(s, 2, info, on_info);
    if (s->library.len > 0)
        store_send_own(s, 3, version, on_version);
}

/* An error that says Redis cannot work is trouble until a write succeeds again. */
void health_note(struct store *s, const struct call *c, const struct store_value *v)
{
    enum err err;
    struct str field;
    struct str text = store_value_str(v);

    if (s->state != READY)
        return;
    if (store_value_kind(v) != STORE_ERROR || store_error_refusal(text, &err, &field)) {
        if (c->function && !c->read_only)
            set_trouble(s, NULL);
    } else if (store_error_find(text) != NULL) {
        set_trouble(s, store_error_find(text));
    }
}

static void on_probed(void *arg, const struct store_reply *reply)
{
    struct store *s = arg;

    if (s->state == READY && store_value_kind(reply->value) != STORE_ERROR)
        set_trouble(s, NULL);
}

static void on_pong(void *arg, const struct store_reply *reply)
{
    /* health_note() has seen what there was to see. */
}

void health_beat(struct store *s)
{
    /* Writes nothing, yet is refused whenever a write would be (memory, disk, replicas, role). */
    struct str probe[] = {STR("SETRANGE"), STR("{sys}:probe"), STR("0"), STR("")};
    struct str ping[] = {STR("PING")};
    int64_t now_us = clock_mono_us();

    if (s->state != READY)
        return;
    if (s->trouble != NULL)
        store_send_own(s, 4, probe, on_probed);
    else if (s->sent.count == 0 && now_us - link_last_read_us(s->link) >= IDLE_MS * 1000)
        store_send_own(s, 1, ping, on_pong);
}

void health_down(struct store *s, const char *why)
{
    set_state(s, AWAY);
    s->trouble = NULL;
    tell(s, why);
}

void health_init(struct store *s)
{
    s->grace_until_us = clock_mono_us() + GRACE_MS * 1000;
    (void)snprintf(s->reason, sizeof(s->reason), "%s: connecting", link_name(s->link)); /* text */
    list_unready(s, true);
}

void health_clear(struct store *s)
{
    list_unready(s, false);
}
