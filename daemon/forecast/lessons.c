/* Owns what one hall has learned, and the little it must remember of each ticket to learn from it.
 * A press at a counter can be taken back for 10 s, and what was learned cannot: so a lesson waits
 * until then. Main thread. A further thing to learn is a branch of on_ticket().
 * SPDX-License-Identifier: MIT */
#include "forecast/lessons.h"
#include "base/mem.h"
#include <string.h>

enum {
    UNDO_MS = 11000, /* 10 s (docs/lifecycle.md), and two daemons' clocks need not agree */
    OUTCOMES_MIN = 5,
};

enum grade { GRADE_NONE, GRADE_KEPT, GRADE_MISSED };

struct lesson_ticket {
    struct table_node node;
    char id[ETA_ID_MAX];
    int service, persons;
    int64_t entered_ms, called_ms, begun_ms;
    int counter; /* where it is; -1 */
    struct eta_said said;
    int64_t said_ms; /* 0: nothing was promised */
    bool void_said;  /* delayed, moved or transferred since: the promise is not judged */
    enum grade grade;
};

static struct lesson_ticket *ticket_of(struct lessons *l, const json_t *e)
{
    struct str id = json_str(e, "ticket");
    struct lesson_ticket *t = table_find(&l->tickets, id);

    if (t || id.len == 0 || id.len >= ETA_ID_MAX)
        return t;
    t = MEM_NEW(struct lesson_ticket);
    str_copy(id, t->id, sizeof(t->id));
    t->service = plan_service(l->plan, json_str(e, "service"));
    t->persons = 1;
    t->counter = -1;
    table_add(&l->tickets, &t->node, str_of(t->id));
    return t;
}

static void forget_tickets(struct lessons *l)
{
    for (struct lesson_ticket *t = table_first(&l->tickets), *next; t; t = next) {
        next = table_next(&l->tickets, &t->node);
        mem_free(t);
    }
    table_clear(&l->tickets);
}

static void forget_lessons(struct lessons *l)
{
    for (struct lesson *one = l->first, *next; one; one = next) {
        next = one->next;
        mem_free(one);
    }
    l->first = NULL;
    l->last = &l->first;
}

struct lessons *lessons_new(const struct plan *plan, const json_t *learned)
{
    struct lessons *l = MEM_NEW(struct lessons);
    const json_t *durations = json_object_get(learned, "durations");

    l->plan = plan;
    l->durations = durations_new(plan->service, plan->services);
    l->staff = durations_staff_new(plan->counters);
    l->changed = true;
    l->last = &l->first;
    l->free_ms = mem_calloc((size_t)plan->counters + 1, sizeof(*l->free_ms));
    if (durations && durations_load(l->durations, durations)) /* else: learned anew */
        str_copy(json_str(learned, "day"), l->day, sizeof(l->day));
    return l;
}

void lessons_free(struct lessons *l)
{
    if (!l)
        return;
    forget_tickets(l);
    forget_lessons(l);
    durations_staff_free(l->staff);
    durations_free(l->durations);
    mem_free(l->free_ms);
    mem_free(l);
}

static int hour_of(const struct lessons *l, int64_t ms)
{
    struct zone_local local;

    zone_local(l->plan->zone, ms, &local);
    return local.hour;
}

static int quarter_of(const struct lessons *l, int64_t ms)
{
    struct zone_local local;

    zone_local(l->plan->zone, ms, &local);
    return local.hour * 4 + local.minute / 15;
}

static void learn(struct lessons *l, const struct lesson *one)
{
    if (one->kind == LESSON_WAY)
        durations_came(l->durations, one->ms);
    else if (one->kind == LESSON_GAP)
        durations_gap(l->durations, one->ms);
    else if (one->service >= 0)
        durations_served(l->durations, one->service, one->hour, one->ms, one->persons);
    l->changed = true;
}

void lessons_settle(struct lessons *l, int64_t now_ms)
{
    while (l->first && l->first->at_ms <= now_ms - UNDO_MS) {
        struct lesson *one = l->first;
        learn(l, one);
        l->first = one->next;
        if (!l->first)
            l->last = &l->first;
        mem_free(one);
    }
}

static void note(struct lessons *l, const struct lesson_ticket *t, enum lesson_kind kind,
                 int64_t at_ms, int64_t ms)
{
    struct lesson *one = MEM_NEW(struct lesson);

    *one = (struct lesson){.kind = kind,
                           .at_ms = at_ms,
                           .ms = ms,
                           .service = t->service,
                           .hour = hour_of(l, kind == LESSON_SERVED ? t->begun_ms : at_ms),
                           .persons = t->persons};
    memcpy(one->id, t->id, sizeof(one->id));
    *l->last = one;
    l->last = &one->next;
}

/* The last lesson of a press that was taken back. */
static void unlearn(struct lessons *l, const char *id, enum lesson_kind kind)
{
    struct lesson **last_of = NULL;

    for (struct lesson **at = &l->first; *at; at = &(*at)->next)
        if ((*at)->kind == kind && strcmp((*at)->id, id) == 0)
            last_of = at;
    if (!last_of)
        return;
    struct lesson *one = *last_of;
    *last_of = one->next;
    if (l->last == &one->next)
        l->last = last_of;
    mem_free(one);
}

static void grade(struct lessons *l, struct lesson_ticket *t, const json_t *e, int64_t at_ms)
{
    struct str rule = json_str(json_object_get(e, "why"), "rule");

    if (t->said_ms == 0 || t->void_said || t->grade != GRADE_NONE || str_is(rule, "chosen"))
        return;
    t->grade = eta_kept(&t->said, at_ms - t->said_ms) ? GRADE_KEPT : GRADE_MISSED;
    l->given++;
    l->kept += t->grade == GRADE_KEPT;
}

static void ungrade(struct lessons *l, struct lesson_ticket *t)
{
    l->given -= t->grade != GRADE_NONE;
    l->kept -= t->grade == GRADE_KEPT;
    t->grade = GRADE_NONE;
}

static void set_free(struct lessons *l, int counter, int64_t at_ms)
{
    if (counter >= 0)
        l->free_ms[counter] = at_ms;
}

static void on_undone(struct lessons *l, struct lesson_ticket *t, const json_t *e)
{
    struct str undoes = json_str(e, "undoes"), to = json_str(e, "to");
    int64_t since_ms = json_i64(e, "since", 0);

    if (str_is(undoes, "ticket.called")) {
        ungrade(l, t);
        unlearn(l, t->id, LESSON_GAP);
    } else if (str_is(undoes, "ticket.begun") || str_is(undoes, "ticket.missed")) {
        unlearn(l, t->id, LESSON_WAY);
    } else {
        unlearn(l, t->id, LESSON_SERVED);
    }
    /* Whether the counter would have called at once is anybody's guess now. */
    set_free(l, t->counter, 0);
    t->counter = plan_counter(l->plan, json_str(e, "counter"));
    set_free(l, t->counter, 0);
    t->service = plan_service(l->plan, json_str(e, "service"));
    t->called_ms = str_is(to, "called") ? since_ms : 0;
    t->begun_ms = str_is(to, "serving") ? since_ms : 0;
}

static void on_issued(struct lessons *l, struct lesson_ticket *t, const json_t *e, int64_t at_ms)
{
    int64_t booked_ms = json_i64(e, "booked", 0);
    const struct plan *p = l->plan;
    int64_t ahead_ms =
        p->class[p->normal].target_ms - plan_class(p, json_str(e, "class"))->target_ms;

    t->persons = (int)json_i64(e, "persons", 1);
    t->entered_ms = at_ms;
    if (booked_ms > 0)
        durations_booking(l->durations, true, at_ms - booked_ms);
    else if (t->service >= 0)
        durations_arrived(l->durations, t->service, quarter_of(l, at_ms),
                          ahead_ms > 0 ? ahead_ms : 0, t->persons);
    if (str_is(json_str(e, "to"), "serving")) {
        t->begun_ms = at_ms;
        t->counter = plan_counter(p, json_str(e, "counter"));
        set_free(l, t->counter, 0);
    }
    l->changed = true;
}

/* With somebody in line all the while, the time between is the clerk's own. */
static void on_called(struct lessons *l, struct lesson_ticket *t, const json_t *e, int64_t at_ms)
{
    grade(l, t, e, at_ms);
    t->called_ms = at_ms;
    t->begun_ms = 0;
    t->counter = plan_counter(l->plan, json_str(e, "counter"));
    if (t->counter < 0)
        return;
    int64_t free_ms = l->free_ms[t->counter];
    if (free_ms > 0 && t->entered_ms > 0 && t->entered_ms <= free_ms)
        note(l, t, LESSON_GAP, at_ms, at_ms - free_ms);
    l->free_ms[t->counter] = 0;
}

/* Begun, and away from the counter again. */
static void on_moved(struct lessons *l, struct lesson_ticket *t, struct str type, int64_t at_ms)
{
    static const char *const served[] = {"ticket.finished", "ticket.stepped", "ticket.transferred",
                                         "ticket.parked"};

    if (str_is(type, "ticket.begun")) {
        if (t->called_ms > 0)
            note(l, t, LESSON_WAY, at_ms, at_ms - t->called_ms);
        t->begun_ms = at_ms;
        return;
    }
    if (str_is(type, "ticket.missed") && t->called_ms > 0)
        note(l, t, LESSON_WAY, at_ms, -(at_ms > t->called_ms ? at_ms - t->called_ms : 1));
    for (size_t i = 0; i < sizeof(served) / sizeof(served[0]); i++)
        if (str_is(type, served[i]) && t->begun_ms > 0)
            note(l, t, LESSON_SERVED, at_ms, at_ms - t->begun_ms);
    set_free(l, t->counter, at_ms);
    t->counter = -1;
    t->called_ms = t->begun_ms = 0;
    t->entered_ms = at_ms; /* where it waits again */
}

static void on_resumed(struct lessons *l, struct lesson_ticket *t, const json_t *e, int64_t at_ms)
{
    t->begun_ms = str_is(json_str(e, "to"), "serving") ? at_ms : 0;
    t->counter = t->begun_ms ? plan_counter(l->plan, json_str(e, "counter")) : -1;
    t->entered_ms = at_ms;
    set_free(l, t->counter, 0);
}

static void on_promised(struct lesson_ticket *t, const json_t *e, int64_t at_ms)
{
    t->said = (struct eta_said){(int)json_i64(e, "low", 0), (int)json_i64(e, "likely", 0),
                                (int)json_i64(e, "high", 0)};
    t->said_ms = at_ms;
}

static void on_ticket(struct lessons *l, struct str type, const json_t *e, int64_t at_ms)
{
    static const char *const voids[] = {"ticket.delayed", "ticket.moved", "ticket.transferred",
                                        "ticket.stepped", "ticket.cancelled"};
    struct lesson_ticket *t = ticket_of(l, e);

    if (!t || str_is(type, "ticket.recalled"))
        return;
    for (size_t i = 0; i < sizeof(voids) / sizeof(voids[0]); i++)
        t->void_said = t->void_said || str_is(type, voids[i]);
    if (str_is(type, "ticket.issued")) {
        on_issued(l, t, e, at_ms);
    } else if (str_is(type, "ticket.promised")) {
        on_promised(t, e, at_ms);
    } else if (str_is(type, "ticket.called")) {
        on_called(l, t, e, at_ms);
    } else if (str_is(type, "ticket.undone")) {
        on_undone(l, t, e);
    } else if (str_is(type, "ticket.resumed")) {
        on_resumed(l, t, e, at_ms);
    } else if (!str_eq(json_str(e, "from"), json_str(e, "to"))) {
        on_moved(l, t, type, at_ms);
        t->service = plan_service(l->plan, json_str(e, "service"));
    } else if (str_is(type, "ticket.moved")) {
        t->service = plan_service(l->plan, json_str(e, "service"));
    }
}

static void on_message(struct lessons *l, struct str type, const json_t *event, int64_t at_ms)
{
    /* "Unknown" from a gateway that never answered; that a network does not say is no failure. */
    bool failed = str_is(type, "message.rejected") || str_is(type, "message.expired") ||
                  str_is(type, "message.undelivered") ||
                  (str_is(type, "message.unknown") && !json_bool(event, "reported", false));

    if (!failed && !str_is(type, "message.accepted"))
        return;
    l->outcomes[l->outcome_count++ % OUTCOMES_KEPT] = (struct lesson_outcome){at_ms, failed};
}

static void on_counter(struct lessons *l, struct str type, int counter, int64_t at_ms)
{
    struct zone_local local;

    set_free(l, counter, 0);
    if (counter < 0)
        return;
    zone_local(l->plan->zone, at_ms, &local);
    enum durations_counter state = str_is(type, "counter.opened")   ? DURATIONS_OPEN
                                   : str_is(type, "counter.paused") ? DURATIONS_PAUSED
                                                                    : DURATIONS_CLOSED;
    durations_staff_set(l->staff, l->durations, counter, state, at_ms,
                        local.hour * 60 + local.minute);
    l->changed = true;
}

void lessons_event(struct lessons *l, const json_t *event)
{
    struct str type = json_str(event, "type");
    int64_t at_ms = json_i64(event, "at", 0);

    lessons_settle(l, at_ms);
    if (str_starts(type, "ticket."))
        on_ticket(l, type, event, at_ms);
    else if (str_starts(type, "message."))
        on_message(l, type, event, at_ms);
    else if (str_starts(type, "counter.") && !str_is(type, "counter.profiled"))
        on_counter(l, type, plan_counter(l->plan, json_str(event, "counter")), at_ms);
    else if (str_is(type, "booking.missed")) {
        durations_booking(l->durations, false, 0);
        l->changed = true;
    }
}

int lessons_failed_percent(const struct lessons *l, int64_t since_ms)
{
    int first = l->outcome_count > OUTCOMES_KEPT ? l->outcome_count - OUTCOMES_KEPT : 0;
    int all = 0, failed = 0;

    for (int i = first; i < l->outcome_count; i++) {
        const struct lesson_outcome *o = &l->outcomes[i % OUTCOMES_KEPT];
        all += o->at_ms >= since_ms;
        failed += o->at_ms >= since_ms && o->failed;
    }
    return all >= OUTCOMES_MIN ? failed * 100 / all : -1;
}

void lessons_close(struct lessons *l, struct str day)
{
    lessons_settle(l, INT64_MAX);
    durations_staff_day_over(l->staff, l->durations);
    durations_age(l->durations);
    forget_tickets(l);
    memset(l->free_ms, 0, (size_t)l->plan->counters * sizeof(*l->free_ms));
    l->given = l->kept = 0;
    l->changed = true;
    str_copy(day, l->day, sizeof(l->day));
}

void lessons_json(const struct lessons *l, struct buf *out)
{
    buf_add_char(out, '{');
    json_add_member_cstr(out, "day", l->day); /* first: daemon/lua/day.lua looks for it */
    json_add_key(out, "durations");
    durations_json(l->durations, out);
    buf_add_char(out, '}');
}
