/* Owns one connection's calls to Redis, each answered exactly once: queues, deadlines, what becomes
 * of them when the connection breaks. Runs on the thread of its loop. Whether Redis can be used at
 * all is the business of health.c. While it cannot, calls wait a moment and are then answered
 * STORE_DOWN. Nothing is routed yet: there is one node, whatever the tag. SPDX-License-Identifier:
 * MIT */
#include "store/store.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/command.h"
#include "store/inside.h"
#include "store/library.h"

#include <assert.h>
#include <stdio.h>

enum {
    DEADLINE_MS = 2500,  /* a request must have its answer within 3 s */
    INFLIGHT_MAX = 4096, /* at 25 us a call a tenth of a second of work for Redis */
    HEART_MS = 1000,     /* a heartbeat later than this would leave /readyz wrong for too long */
    CALL_BYTES = 500,    /* most calls are shorter: one allocation */
    SENDS_MAX = 2,       /* a call that broke two connections is not tried on a third */
};

static int64_t due_us(const struct store *s, const struct call *c, bool waits)
{
    int64_t due = c->begun_us + s->deadline_us;

    return waits && s->grace_until_us < due ? s->grace_until_us : due;
}

static void watch(struct store *s, int64_t at_us)
{
    int64_t now_us = clock_mono_us();

    if (s->watch_at_us != 0 && s->watch_at_us <= at_us)
        return;
    s->watch_at_us = at_us;
    timer_once(s->watch, at_us > now_us ? (at_us - now_us) / 1000 + 1 : 1);
}

/* What a call without an answer is told: a write that was sent may have been done. */
static enum err err_lost(const struct call *c)
{
    return c->sends > 0 && !c->read_only ? ERR_STORE_TIMEOUT : ERR_STORE_DOWN;
}

static void answer_err(struct store *s, struct call *c, enum err err)
{
    s->answering++;
    call_answer_err(c, err);
    s->answering--;
}

static void wait_for_ready(struct store *s, struct call *c)
{
    call_push(&s->waiting, c);
    watch(s, due_us(s, c, true));
}

static void expire_waiting(struct store *s, int64_t now_us)
{
    struct call_list all = call_take_all(&s->waiting);
    struct call_list over = {NULL, NULL, 0};
    struct call *c;

    while ((c = call_pop(&all)) != NULL) {
        if (due_us(s, c, true) <= now_us)
            call_push(&over, c);
        else
            wait_for_ready(s, c);
    }
    while ((c = call_pop(&over)) != NULL) {
        answer_err(s, c, err_lost(c));
        call_free(c);
    }
}

/* Answered calls stay in the list: their replies are still to come, and in order. */
static void expire_sent(struct store *s, int64_t now_us)
{
    for (struct call *c = s->sent.first; c != NULL; c = c->next) {
        if (c->fn == NULL || c->own)
            continue;
        if (due_us(s, c, false) <= now_us)
            answer_err(s, c, ERR_STORE_TIMEOUT);
        else
            watch(s, due_us(s, c, false));
    }
}

/* An overdue reply on a connection that brings others is a slow Redis; one that brings nothing for
 * a whole deadline is a dead connection. */
static void drop_when_silent(struct store *s, int64_t now_us)
{
    const struct call *c = s->sent.first;
    char why[64];

    if (c == NULL)
        return;
    int64_t alive_us = link_last_read_us(s->link);
    if (alive_us < c->begun_us)
        alive_us = c->begun_us;
    if (now_us - alive_us < s->deadline_us)
        return;
    (void)snprintf(why, sizeof(why), "no answer for %d ms", (int)(s->deadline_us / 1000));
    link_drop(s->link, false, why);
}

static void on_watch(void *arg)
{
    struct store *s = arg;
    int64_t now_us = clock_mono_us();

    s->watch_at_us = 0;
    expire_waiting(s, now_us);
    expire_sent(s, now_us);
    drop_when_silent(s, now_us);
}

static void on_heart(void *arg)
{
    struct store *s = arg;

    if (s->state != AWAY)
        drop_when_silent(s, clock_mono_us());
    health_beat(s);
}

static void fail_next_turn(struct store *s, struct call *c, enum err err)
{
    c->err = err;
    if (s->failed.count == 0)
        timer_once(s->turn, 0);
    call_push(&s->failed, c);
}

static void on_turn(void *arg)
{
    struct store *s = arg;
    struct call_list failed = call_take_all(&s->failed);
    struct call *c;

    while ((c = call_pop(&failed)) != NULL) {
        answer_err(s, c, c->err);
        call_free(c);
    }
}

static void send_call(struct store *s, struct call *c)
{
    link_send(s->link, buf_str(&c->command));
    c->sends++;
    if (!c->function && !c->read_only && !c->repeatable)
        buf_clear(&c->command);
    call_push(&s->sent, c);
    if (!c->own)
        watch(s, due_us(s, c, false));
}

void store_send_waiting(struct store *s)
{
    struct call_list waiting = call_take_all(&s->waiting);
    struct call *c;

    while ((c = call_pop(&waiting)) != NULL)
        send_call(s, c);
}

void store_send_own(struct store *s, int argc, const struct str *argv, store_fn fn)
{
    struct call *c = call_new(fn, s);

    c->own = true;
    command_write(&c->command, argc, argv);
    send_call(s, c);
}

static void submit(struct store *s, struct call *c)
{
    if (s->stopping)
        fail_next_turn(s, c, ERR_STOPPING);
    else if (s->sent.count + s->waiting.count >= s->inflight_max)
        fail_next_turn(s, c, ERR_BUSY);
    else if (s->state == READY)
        send_call(s, c);
    else if (clock_mono_us() < s->grace_until_us)
        wait_for_ready(s, c);
    else
        fail_next_turn(s, c, ERR_STORE_DOWN);
}

void store_call(struct store *s, const struct store_call *call)
{
    struct call *c = call_new(call->fn, call->arg);
    char key[80];
    int len = snprintf(key, sizeof(key), "{" STR_FMT "}", STR_ARG(call->tag));

    assert(len > 2 && (size_t)len < sizeof(key));
    c->function = true;
    c->read_only = call->read_only;
    c->repeatable = call->repeatable;
    buf_reserve(&c->command, CALL_BYTES);
    command_begin(&c->command, 4 + call->argc);
    command_arg(&c->command, call->read_only ? STR("FCALL_RO") : STR("FCALL"));
    command_arg(&c->command, str_of(call->function));
    command_arg(&c->command, STR("1"));
    command_arg(&c->command, (struct str){key, (size_t)len});
    for (int i = 0; i < call->argc; i++)
        command_arg(&c->command, call->argv[i]);
    submit(s, c);
}

void store_command(struct store *s, struct str tag, int argc, const struct str *argv, store_fn fn,
                   void *arg)
{
    struct call *c = call_new(fn, arg);

    command_write(&c->command, argc, argv);
    submit(s, c);
}

static void on_reply(void *arg, const struct store_value *v)
{
    struct store *s = arg;
    struct call *c = call_pop(&s->sent);

    if (c == NULL) {
        link_drop(s->link, false, "an answer to nothing that was asked");
        return;
    }
    if (c->fn == NULL) {
        call_free(c);
        return;
    }
    if (c->function && !c->reloaded && store_value_kind(v) == STORE_ERROR &&
        store_error_is_no_function(store_value_str(v))) {
        c->reloaded = true;
        c->sends--; /* surely not done */
        health_load_library(s);
        wait_for_ready(s, c);
        return;
    }
    health_note(s, c, v);
    s->answering++;
    if (c->own)
        c->fn(c->arg, &(struct store_reply){.value = v});
    else
        call_answer_value(c, v);
    s->answering--;
    call_free(c);
}

static void on_up(void *arg)
{
    health_up(arg);
}

/* True: c may go once more to the next connection. */
static bool may_repeat(const struct store *s, const struct call *c, int64_t now_us)
{
    return (c->read_only || c->repeatable) && c->sends < SENDS_MAX && now_us < due_us(s, c, true);
}

static void on_down(void *arg, const char *why)
{
    struct store *s = arg;
    struct call_list sent = call_take_all(&s->sent);
    int64_t now_us = clock_mono_us();
    struct call *c;

    health_down(s, why);
    while ((c = call_pop(&sent)) != NULL) {
        if (c->fn != NULL && !c->own && may_repeat(s, c, now_us)) {
            wait_for_ready(s, c);
            continue;
        }
        if (c->fn != NULL && !c->own)
            answer_err(s, c, err_lost(c));
        call_free(c);
    }
}

struct store *store_new(struct loop *l, const struct store_config *config)
{
    static const struct link_ops ops = {on_up, on_reply, on_down};
    struct store *s = MEM_NEW(struct store);

    s->loop = l;
    s->deadline_us = (config->deadline_ms > 0 ? config->deadline_ms : DEADLINE_MS) * 1000;
    s->inflight_max = config->inflight_max > 0 ? config->inflight_max : INFLIGHT_MAX;
    s->library = config->library;
    s->version = library_version(config->library);
    assert(s->library.len == 0 || s->version.len > 0);
    s->watch = timer_new(l, on_watch, s);
    s->heart = timer_new(l, on_heart, s);
    s->turn = timer_new(l, on_turn, s);
    s->link = link_new(l, config, &ops, s);
    health_init(s);
    timer_every(s->heart, HEART_MS);
    return s;
}

static void stop_calls(struct store *s, struct call_list *list)
{
    struct call *c;

    while ((c = call_pop(list)) != NULL) {
        if (c->fn != NULL && !c->own)
            answer_err(s, c, ERR_STOPPING);
        call_free(c);
    }
}

void store_free(struct store *s)
{
    if (s == NULL)
        return;
    assert(s->answering == 0);
    s->stopping = true;
    link_free(s->link);
    stop_calls(s, &s->sent);
    stop_calls(s, &s->waiting);
    stop_calls(s, &s->failed); /* last: callbacks that ask again end up here */
    health_clear(s);
    timer_free(s->watch);
    timer_free(s->heart);
    timer_free(s->turn);
    mem_free(s);
}

struct str store_key_events(char *out, size_t cap, struct str tag)
{
    int len = snprintf(out, cap, "{" STR_FMT "}:events", STR_ARG(tag));

    assert(len > 0 && (size_t)len < cap);
    return (struct str){out, (size_t)len};
}

struct str store_key_outbox(char *out, size_t cap, struct str tag)
{
    int len = snprintf(out, cap, "{" STR_FMT "}:outbox", STR_ARG(tag));

    assert(len > 0 && (size_t)len < cap);
    return (struct str){out, (size_t)len};
}
