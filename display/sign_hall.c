/* The signs of one hall: which there are, whether this daemon drives them, and how they are, told
 * to the store. Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "display/sign_inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LEASE_AGAIN_MS = SIGN_LEASE_MS / 3,
    DARK_MS = 20000, /* after the lease, with the store away: an old number helps nobody */
    NEWS_MS = 2000,  /* between two pieces of news of one sign; */
    TELL_MS = 30000, /* and so often without any: it is alive */
};

static void on_look(void *arg)
{
    struct sign_hall *h = arg;

    if (h->feed != FEED_READY || !h->planned || h->signs->stopping)
        return;
    sign_faces(h);
    h->known = true;
    if (h->held)
        sign_hall_turn(h);
}

struct sign_hall *sign_hall_new(struct signs *s, struct str code)
{
    struct sign_hall *h = MEM_NEW(struct sign_hall);

    h->signs = s;
    str_copy(code, h->code, sizeof h->code);
    TAILQ_INIT(&h->all);
    h->fold = fold_new();
    h->board = board_new();
    h->look = timer_new(s->deps.loop, on_look, h);
    h->dark = true; /* nothing is shown yet */
    TAILQ_INSERT_TAIL(&s->halls, h, entry);
    return h;
}

static void clear_counters(struct sign_hall *h)
{
    for (int i = 0; i < h->counter_count; i++) {
        mem_free(h->counters[i].name);
        mem_free(h->counters[i].zone);
    }
    mem_free(h->counters);
    h->counters = NULL;
    h->counter_count = 0;
}

void sign_hall_free(struct sign_hall *h)
{
    struct sign *s;

    while ((s = TAILQ_FIRST(&h->all)) != NULL) {
        TAILQ_REMOVE(&h->all, s, entry);
        sign_free(s);
    }
    TAILQ_REMOVE(&h->signs->halls, h, entry);
    clear_counters(h);
    fold_free(h->fold);
    board_free(h->board);
    timer_free(h->look);
    mem_free(h);
}

/* --- its file --- */

static void read_counters(struct sign_hall *h, const struct hall_file *file)
{
    clear_counters(h);
    h->counters = mem_calloc(file->counter_count + 1, sizeof *h->counters);
    for (size_t i = 0; i < file->counter_count; i++) {
        const struct hall_counter *from = &file->counters[i];
        struct sign_counter *c = &h->counters[h->counter_count++];
        const char *name = hall_text(file, &from->names, str_of(file->languages[0]));
        str_copy(str_of(from->code), c->code, sizeof c->code);
        c->name = mem_strdup(name[0] ? name : from->code);
        c->zone = mem_strdup(from->zone);
    }
}

static struct sign *take_out(struct sign_list *list, const char *code)
{
    struct sign *s;

    TAILQ_FOREACH(s, list, entry)
    if (strcmp(s->plan->code, code) == 0) {
        TAILQ_REMOVE(list, s, entry);
        return s;
    }
    return NULL;
}

/* A sign that stays where it is goes on as it was: nothing is shown anew. */
static struct sign *keep(struct sign_hall *h, struct sign *old, struct sign_plan *plan)
{
    bool same = old && strcmp(old->plan->address, plan->address) == 0 &&
                old->plan->driver == plan->driver && old->plan->unit == plan->unit &&
                old->plan->area == plan->area;

    if (!same) {
        if (old)
            TAILQ_INSERT_TAIL(&h->signs->left, old, entry);
        return sign_new(h, plan);
    }
    sign_plan_free(old->plan);
    old->plan = plan;
    old->wanted++; /* its size, say, is another one */
    if (old->port)
        port_kick(old->port);
    return old;
}

static void read_signs(struct sign_hall *h, const struct hall_file *file)
{
    struct sign_list before = TAILQ_HEAD_INITIALIZER(before);
    struct sign *s;

    TAILQ_CONCAT(&before, &h->all, entry);
    for (size_t i = 0; i < file->sign_count; i++) {
        struct sign_plan *plan = sign_plan_new(&file->signs[i]);
        if (!plan)
            continue;
        s = keep(h, take_out(&before, plan->code), plan);
        TAILQ_INSERT_TAIL(&h->all, s, entry);
    }
    TAILQ_CONCAT(&h->signs->left, &before, entry);
}

void sign_hall_replan(struct sign_hall *h)
{
    const struct signs_deps *deps = &h->signs->deps;
    const struct hall_file *file = deps->hall(deps->arg, str_of(h->code));

    if (!file)
        return;
    read_counters(h, file);
    read_signs(h, file);
    h->planned = true;
    if (h->feed == FEED_READY) /* counters may have come and gone */
        h->feed = FEED_EMPTY;
}

/* --- calls --- */

void sign_hall_call(struct sign_hall *h, const char *function, const struct str *args, int n,
                    store_fn fn)
{
    char now[24];
    /* No day: whether one is over is for commands to find out. */
    struct str argv[8] = {{now, 0}, STR(""), STR("system:signs"), STR("")};

    argv[0].len = (size_t)snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    for (int i = 0; i < n; i++)
        argv[4 + i] = args[i];
    const struct store_call call = {.function = function,
                                    .tag = str_of(h->code),
                                    .repeatable = true,
                                    .argc = 4 + n,
                                    .argv = argv,
                                    .fn = fn,
                                    .arg = h};
    h->calls++;
    store_call(h->signs->deps.store, &call);
}

/* --- the lease --- */

static void drive(struct sign_hall *h, bool on)
{
    struct sign *s;

    TAILQ_FOREACH(s, &h->all, entry)
    if (s->faced)
        sign_set_mode(s, on ? SIGN_ON : SIGN_OFF);
}

static void set_held(struct sign_hall *h, bool held)
{
    if (h->held == held)
        return;
    log_info("hall %s: its signs are %s by this daemon", h->code, held ? "driven" : "left alone");
    h->held = held;
    h->dark = false;
    if (held) {
        timer_once(h->look, 0); /* what they are to show may have changed, or be forgotten */
    } else {
        h->lost_ms = clock_mono_ms();
        drive(h, false);
    }
}

static void on_lease(void *arg, const struct store_reply *r)
{
    struct sign_hall *h = arg;

    h->calls--;
    h->lease_asked = false;
    if (h->signs->stopping || r->err != ERR_NONE)
        return;
    bool held = memmem(r->text.p, r->text.len, "\"held\":true", 11) != NULL;
    h->held_until_ms = h->asked_ms + SIGN_LEASE_MS;
    set_held(h, held);
    h->dark = !held; /* somebody else sees to them: no reason to darken them */
}

static void look_lease(struct sign_hall *h, int64_t mono_ms)
{
    char ms[12];

    if (h->held && mono_ms >= h->held_until_ms)
        set_held(h, false);
    if (h->lease_asked || mono_ms < h->lease_again_ms || !store_ready(h->signs->deps.store, NULL))
        return;
    (void)snprintf(ms, sizeof ms, "%d", SIGN_LEASE_MS); /* any int fits */
    const struct str args[] = {STR("signs"), str_of(h->signs->deps.holder), str_of(ms)};
    h->lease_asked = true;
    h->asked_ms = mono_ms;
    h->lease_again_ms = mono_ms + LEASE_AGAIN_MS;
    sign_hall_call(h, "lease_take", args, 3, on_lease);
}

void sign_hall_darken(struct sign_hall *h)
{
    static const struct sign_face dark = {.text = ""};
    struct sign *s;

    TAILQ_FOREACH(s, &h->all, entry)
    {
        sign_set_face(s, &dark);
        sign_set_mode(s, SIGN_LAST);
        s->faced = false; /* that was the daemon's word, not the hall's */
    }
}

/* --- health --- */

static void on_told(void *arg, const struct store_reply *r)
{
    struct sign_hall *h = arg;

    h->calls--;
    if (r->err != ERR_NONE)
        log_debug("hall %s: the health of a sign was not kept: %s", h->code, err_code(r->err));
}

static void tell(struct sign_hall *h, struct sign *s)
{
    char name[SIGN_CODE_MAX + 8];
    struct buf json;

    (void)snprintf(name, sizeof name, "sign:%s", s->plan->code); /* fits */
    buf_init(&json);
    buf_add_char(&json, '{');
    json_add_member_cstr(&json, "state", sign_state_names[s->state]);
    json_add_member_cstr(&json, "shown", s->shown);
    if (s->why[0])
        json_add_member_cstr(&json, "error", s->why);
    json_add_member_i64(&json, "since", s->since_ms);
    buf_add_char(&json, '}');
    const struct str args[] = {str_of(name), buf_str(&json)};
    sign_hall_call(h, "device_health", args, 2, on_told);
    buf_clear(&json);
}

static void look_health(struct sign_hall *h, int64_t mono_ms)
{
    struct sign *s;

    TAILQ_FOREACH(s, &h->all, entry)
    {
        int64_t after_ms = s->news ? NEWS_MS : TELL_MS;
        if (s->told_ms != 0 && mono_ms - s->told_ms < after_ms)
            continue;
        s->told_ms = mono_ms;
        s->news = false;
        tell(h, s);
    }
}

/* --- */

void sign_hall_turn(struct sign_hall *h)
{
    int64_t mono_ms = clock_mono_ms();
    bool ready = store_ready(h->signs->deps.store, NULL);

    if (!h->planned)
        sign_hall_replan(h);
    if (!h->planned || TAILQ_EMPTY(&h->all)) {
        if (h->planned && h->held) /* its last sign has gone: the lease runs out */
            set_held(h, false);
        return;
    }
    if (h->feed == FEED_EMPTY && ready && mono_ms >= h->load_again_ms)
        feed_load(h);
    look_lease(h, mono_ms);
    if (h->held && h->known)
        drive(h, true);
    if (h->held && h->known && ready)
        look_health(h, mono_ms);
    if (!h->held && h->known && !h->dark && !ready && mono_ms - h->lost_ms >= DARK_MS) {
        h->dark = true;
        log_warn("hall %s: the store is away, its signs are darkened", h->code);
        sign_hall_darken(h);
    }
}
