/* Owns all signs: halls, connections, and the timer that looks after them. Main thread. What a sign
 * is told is found in sign_faces.c, how in its driver. SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "display/sign_inside.h"
#include <string.h>

enum {
    LOOK_MS = 200,
    FIRST_LOOK_MS = 20 /* the store is usually ready by then */
};

static void reap(struct signs *all)
{
    struct sign *s, *next;

    for (s = TAILQ_FIRST(&all->left); s; s = next) {
        static const struct sign_face dark = {.text = ""};
        next = TAILQ_NEXT(s, entry);
        if (s->mode == SIGN_ON) { /* nobody will tell it anything any more */
            sign_set_face(s, &dark);
            sign_set_mode(s, SIGN_LAST);
        }
        if (s->mode != SIGN_OFF)
            continue;
        TAILQ_REMOVE(&all->left, s, entry);
        sign_free(s);
    }
}

static bool any_last(const struct sign_list *list)
{
    const struct sign *s;

    TAILQ_FOREACH(s, list, entry)
    if (s->mode == SIGN_LAST)
        return true;
    return false;
}

static bool all_dark(const struct signs *all)
{
    const struct sign_hall *h;

    TAILQ_FOREACH(h, &all->halls, entry)
    if (any_last(&h->all))
        return false;
    return !any_last(&all->left);
}

static void on_given(void *arg, const struct store_reply *r)
{
    struct sign_hall *h = arg;

    h->calls--; /* whatever came of it: it runs out by itself */
}

/* Another daemon need not wait until the lease has run out. */
static void give_back(struct signs *all)
{
    struct sign_hall *h;

    all->given_back = true;
    TAILQ_FOREACH(h, &all->halls, entry)
    {
        const struct str args[] = {STR("signs"), str_of(all->deps.holder), STR("0")};
        if (h->held && store_ready(all->deps.store, NULL))
            sign_hall_call(h, "lease_take", args, 3, on_given);
        h->held = false;
    }
}

static void on_look(void *arg)
{
    struct signs *all = arg;
    struct sign_hall *h;

    reap(all);
    if (all->stopping) {
        if (!all->given_back && all_dark(all))
            give_back(all);
        return;
    }
    TAILQ_FOREACH(h, &all->halls, entry)
    sign_hall_turn(h);
    timer_once(all->look, LOOK_MS);
}

struct signs *signs_new(const struct signs_deps *deps)
{
    struct signs *all = MEM_NEW(struct signs);

    all->deps = *deps;
    TAILQ_INIT(&all->halls);
    TAILQ_INIT(&all->ports);
    TAILQ_INIT(&all->left);
    all->look = timer_new(deps->loop, on_look, all);
    timer_once(all->look, FIRST_LOOK_MS);
    return all;
}

void signs_free(struct signs *all)
{
    struct sign_hall *h;
    struct sign *s;

    if (!all)
        return;
    while ((s = TAILQ_FIRST(&all->left)) != NULL) {
        TAILQ_REMOVE(&all->left, s, entry);
        sign_free(s);
    }
    while ((h = TAILQ_FIRST(&all->halls)) != NULL)
        sign_hall_free(h);
    timer_free(all->look);
    mem_free(all);
}

static struct sign_hall *find(const struct signs *all, struct str code)
{
    struct sign_hall *h;

    TAILQ_FOREACH(h, &all->halls, entry)
    if (str_is(code, h->code))
        break;
    return h;
}

void signs_follow(struct signs *all, struct str hall)
{
    if (!find(all, hall) && hall.len < SIGN_CODE_MAX)
        (void)sign_hall_new(all, hall); /* it stands in the list */
}

void signs_event(struct signs *all, struct str hall, uint64_t epoch, uint64_t seq, struct str json)
{
    struct sign_hall *h = find(all, hall);

    if (!h || all->stopping)
        return;
    if (memmem(json.p, json.len, "\"hall.configured\"", 17))
        h->planned = false;
    feed_event(h, epoch, seq, json);
}

void signs_reset(struct signs *all, struct str hall)
{
    struct sign_hall *h = find(all, hall);

    if (!h)
        return;
    h->planned = false; /* it may have been configured anew */
    feed_drop(h);
}

void signs_stop(struct signs *all)
{
    struct sign_hall *h;

    all->stopping = true;
    TAILQ_FOREACH(h, &all->halls, entry)
    if (h->held)
        sign_hall_darken(h);
    timer_every(all->look, LOOK_MS / 10);
}

bool signs_idle(const struct signs *all)
{
    const struct sign_hall *h;

    TAILQ_FOREACH(h, &all->halls, entry)
    if (h->calls > 0)
        return false;
    return all->given_back;
}
