/* What happens to tickets, as statistics count it. Owned by the fold's thread. Each event is turned
 * into one act: what it adds to counts and durations, and how the ticket stood before. So an undo
 * is exact: the act is applied once more with the sign turned, and the ticket stands as it stood.
 * What each event means stands in stats_scene.c. SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "core/stats_scene.h"
#include <string.h>

enum { UNDO_KEPT_MS = 120000 }; /* ended tickets are forgotten then; an undo comes within 10 s */

struct stats_tickets {
    struct table all;
    struct stats_ticket *ended, **ended_end;
};

struct stats_tickets *stats_tickets_new(void)
{
    struct stats_tickets *t = MEM_NEW(struct stats_tickets);

    t->ended_end = &t->ended;
    return t;
}

void stats_tickets_free(struct stats_tickets *t)
{
    if (!t)
        return;
    for (struct stats_ticket *x = table_first(&t->all), *next; x; x = next) {
        next = table_next(&t->all, &x->node);
        mem_free(x);
    }
    table_clear(&t->all);
    mem_free(t);
}

static struct stats_ticket *ticket_of(struct stats_tickets *t, struct str id)
{
    char key[STATS_ID_MAX];

    str_copy(id, key, sizeof(key));
    struct stats_ticket *x = table_find(&t->all, str_of(key));
    if (x)
        return x;
    x = MEM_NEW(struct stats_ticket);
    memcpy(x->id, key, sizeof(key));
    table_add(&t->all, &x->node, str_of(x->id));
    return x;
}

static void forget(struct stats_tickets *t, struct stats_ticket *x)
{
    table_remove(&t->all, &x->node);
    mem_free(x);
}

static void queue_ended(struct stats_tickets *t, struct stats_ticket *x, int64_t at_ms)
{
    x->ended_ms = at_ms;
    if (x->queued)
        return;
    x->queued = true;
    x->next_ended = NULL;
    *t->ended_end = x;
    t->ended_end = &x->next_ended;
}

/* Forgets what ended long ago. What came back by an undo, or ended anew since, stays. */
static void sweep(struct stats_tickets *t, int64_t now_ms)
{
    while (t->ended && t->ended->ended_ms + UNDO_KEPT_MS < now_ms) {
        struct stats_ticket *x = t->ended;
        t->ended = x->next_ended;
        if (!t->ended)
            t->ended_end = &t->ended;
        x->queued = false;
        if (x->now.ended)
            forget(t, x);
    }
}

static void add_to(struct stats_set *set, const struct stats_act *a, int sign)
{
    for (int i = 0; i < a->n_counts; i++)
        set->counts[a->counts[i].count] += sign * a->counts[i].n;
    for (int i = 0; i < a->n_times; i++)
        stats_times_add(&set->times[a->times[i].time], a->times[i].ms, sign);
}

static void apply(struct stats *s, const struct stats_act *a, int sign)
{
    add_to(stats_cell_of(s, str_of(a->service), a->hour), a, sign);
    if (a->class[0])
        add_to(&stats_class_of(s, str_of(a->class))->set, a, sign);
    if (!a->counter[0])
        return;
    struct stats_counter *c = stats_counter_of(s, str_of(a->counter));
    add_to(&c->set, a, sign);
    c->serving_ms += sign * a->serving_ms;
}

static void keep(struct stats_ticket *t, const struct stats_act *a)
{
    if (t->n_acts == STATS_ACTS) {
        memmove(t->acts, t->acts + 1, sizeof(t->acts) - sizeof(t->acts[0]));
        t->n_acts--;
    }
    t->acts[t->n_acts++] = *a;
}

/* Takes back the newest acts up to the one undone; where that is not known (the fold began later),
 * the event alone says how the ticket stands. */
static void take_back(struct stats_scene *sc)
{
    struct stats_ticket *t = sc->ticket;
    struct str what = json_str(sc->event, "undoes");
    int from = t->n_acts - 1;

    while (from >= 0 && !str_is(what, t->acts[from].type))
        from--;
    for (int i = t->n_acts - 1; from >= 0 && i >= from; i--) {
        apply(sc->stats, &t->acts[i], -1);
        t->now = t->acts[i].before;
    }
    if (from >= 0)
        t->n_acts = from;
    t->now.rank_ms = json_i64(sc->event, "rank", t->now.rank_ms);
    stats_scene_count(sc, STATS_undone, 1);
}

static bool is_end(struct str state)
{
    return str_is(state, "done") || str_is(state, "cancelled") || str_is(state, "expired");
}

static void play(struct stats_scene *sc, const struct stats_scene_row *row)
{
    struct stats_ticket *t = sc->ticket;

    str_copy(json_str(sc->event, "type"), sc->act.type, sizeof(sc->act.type));
    str_copy(json_str(sc->event, "service"), sc->act.service, sizeof(sc->act.service));
    str_copy(json_str(sc->event, "class"), sc->act.class, sizeof(sc->act.class));
    str_copy(json_str(sc->event, "counter"), sc->act.counter, sizeof(sc->act.counter));
    sc->act.before = t->now;
    if (row)
        row->fn(sc);
    else
        take_back(sc);
    apply(sc->stats, &sc->act, 1);
    str_copy(json_str(sc->event, "service"), t->now.service, sizeof(t->now.service));
    t->now.ended = is_end(json_str(sc->event, "to"));
    if (row && row->moves)
        keep(t, &sc->act);
    if (t->now.ended)
        queue_ended(sc->stats->tickets, t, sc->at_ms);
}

void stats_ticket_event(struct stats *s, const struct stats_moment *at, struct str type,
                        const json_t *event)
{
    struct stats_scene sc = {
        .stats = s, .event = event, .at_ms = at->at_ms, .act = {.hour = at->hour}};
    const struct stats_scene_row *row = stats_scene_find(type);
    struct str id = json_str(event, "ticket");

    sweep(s->tickets, at->at_ms);
    if (id.len == 0 || (!row && !str_is(type, "ticket.undone")))
        return;
    sc.ticket = ticket_of(s->tickets, id);
    play(&sc, row);
}
