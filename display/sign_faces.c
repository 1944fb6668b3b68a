/* What each sign of a hall is to show, read off the two folds: who is at which counter, and which
 * call was the newest. Main thread. A further thing a sign can show is a function beside newest().
 * SPDX-License-Identifier: MIT */
#include "display/sign_inside.h"

#include <string.h>

static struct sign_counter *counter_of(const struct sign_hall *h, const char *code)
{
    for (int i = 0; i < h->counter_count; i++)
        if (strcmp(h->counters[i].code, code) == 0)
            return &h->counters[i];
    return NULL;
}

static void at_counter(void *arg, const struct fold_ticket *t)
{
    struct sign_counter *c = counter_of(arg, t->counter);

    if (!c || strlen(t->id) <= 14)
        return;
    str_copy(str_of(t->id + 14), c->number, sizeof c->number);
    c->calls = t->calls;
    c->since_ms = t->since_ms;
}

struct search {
    const struct sign_hall *hall;
    const char *zone;
    const struct sign_counter *found;
};

static bool is_wanted(const struct search *s, const struct sign_counter *c)
{
    return c && c->number[0] && (s->zone[0] == '\0' || strcmp(c->zone, s->zone) == 0);
}

/* Newest first: the first one that is still at its counter. */
static bool look_at_call(void *arg, const struct board_call *call)
{
    struct search *s = arg;
    const struct sign_counter *c = counter_of(s->hall, call->counter);

    if (is_wanted(s, c) && strcmp(c->number, call->number) == 0)
        s->found = c;
    return !s->found;
}

/* The board knows the order of the last calls; of older ones, who came to the counter last. */
static const struct sign_counter *newest(const struct sign_hall *h, const char *zone)
{
    struct search s = {h, zone, NULL};

    board_each(h->board, look_at_call, &s);
    if (s.found)
        return s.found;
    for (int i = 0; i < h->counter_count; i++)
        if (is_wanted(&s, &h->counters[i]) &&
            (!s.found || h->counters[i].since_ms > s.found->since_ms))
            s.found = &h->counters[i];
    return s.found;
}

static void look_at_sign(struct sign *s)
{
    const struct sign_hall *h = s->hall;
    const struct sign_plan *p = s->plan;
    struct sign_face f = {.text = ""};
    const struct sign_counter *c = p->counter[0] ? counter_of(h, p->counter) : newest(h, p->zone);

    if (c && c->number[0]) {
        sign_text_fill(p->text, c->number, c->name, f.text);
        memcpy(f.number, c->number, sizeof f.number);
        memcpy(f.counter, c->code, sizeof f.counter);
        f.calls = c->calls;
    } else {
        bool closed = p->counter[0] && !board_is_open(h->board, str_of(p->counter));
        str_copy(str_of(closed ? p->closed : p->idle), f.text, sizeof f.text);
    }
    sign_set_face(s, &f);
}

void sign_faces(struct sign_hall *h)
{
    struct sign *s;

    for (int i = 0; i < h->counter_count; i++)
        h->counters[i].number[0] = '\0';
    fold_each_at_counter(h->fold, at_counter, h);
    TAILQ_FOREACH(s, &h->all, entry)
    look_at_sign(s);
}
