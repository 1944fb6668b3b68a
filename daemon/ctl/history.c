/* Reading a hall's events one by one: the state of every ticket and counter as they tell it.
 * Single-threaded. To extend: a row in `readers`. SPDX-License-Identifier: MIT */
#include "ctl/history_inside.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void history_note(struct history *h, const char *fmt, ...)
{
    struct buf b;
    buf_init(&b);
    char text[300];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    buf_addf(&b, "event %s: %s", h->event, text);
    if (h->result.faults < HISTORY_FAULTS_MAX)
        h->faults[h->result.faults] = buf_take(&b, NULL);
    else
        buf_clear(&b);
    h->result.faults++;
}

#define COPY(field, s) str_copy(s, field, sizeof(field))

struct past_ticket *history_ticket(struct history *h, struct str id)
{
    for (size_t i = h->n_tickets; i-- > 0;) /* the newest first: they are asked for most */
        if (str_is(id, h->tickets[i].id))
            return &h->tickets[i];
    return NULL;
}

struct past_counter *history_counter(struct history *h, struct str code)
{
    for (size_t i = 0; i < h->n_counters; i++)
        if (str_is(code, h->counters[i].code))
            return &h->counters[i];
    return NULL;
}

static void read_hall(struct history *h)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(h->hall, "series"), i, one)
    {
        struct str letter = json_str(one, "letter");
        if (i >= 26 || letter.len != 1)
            continue;
        int first = (int)json_i64(one, "first", 1);
        h->series[i].letter = letter.p[0];
        h->series[i].first = first;
        h->series[i].span = (int)json_i64(one, "last", 1) - first + 1;
    }
    const json_t *counters = json_object_get(h->hall, "counters");
    h->n_counters = json_array_size(counters);
    h->counters = mem_calloc(h->n_counters + 1, sizeof *h->counters);
    json_array_foreach(counters, i, one) COPY(h->counters[i].code, json_str(one, "code"));
}

struct history *history_new(const json_t *hall)
{
    struct history *h = MEM_NEW(struct history);
    h->hall = hall;
    h->stopped = json_object();
    read_hall(h);
    return h;
}

void history_free(struct history *h)
{
    for (int i = 0; i < HISTORY_FAULTS_MAX; i++)
        mem_free(h->faults[i]);
    mem_free(h->tickets);
    mem_free(h->counters);
    mem_free(h->missed);
    history_forget_presses(h);
    json_decref(h->stopped);
    mem_free(h);
}

const struct history_result *history_result(const struct history *h)
{
    return &h->result;
}

const char *history_fault(const struct history *h, size_t i)
{
    return i < HISTORY_FAULTS_MAX ? h->faults[i] : NULL;
}

void history_enter(struct history *h, struct past_ticket *t, const json_t *e)
{
    COPY(t->line, json_str(e, "line"));
    t->rank = json_i64(e, "rank", 0);
    t->push = h->pushes++;
    t->n_over = 0;
    if (t->line[0] == '\0' || t->rank == 0)
        history_note(h, "%s waits without line or rank", t->number);
}

struct past_counter *history_counter_of(struct history *h, const json_t *e, const char *holds)
{
    struct str code = json_str(e, "counter");
    struct past_counter *c = history_counter(h, code);
    if (c == NULL)
        history_note(h, "counter " STR_FMT " is not one of the hall", STR_ARG(code));
    else if (strcmp(c->ticket, holds) != 0)
        history_note(h, "counter %s has ticket '%s', not '%s'", c->code, c->ticket, holds);
    return c;
}

static void on_issued(struct history *h, struct past_ticket *t, const json_t *e)
{
    history_check_number(h, t);
    history_check_stopped(h, t, e);
    COPY(t->service, json_str(e, "service"));
    COPY(t->class, json_str(e, "class"));
    t->ordered = json_bool(e, "ordered", false);
    history_read_steps(t, e);
    h->result.issued++;
    if (strcmp(t->state, "serving") == 0) {
        history_on_direct(h, t, e);
        return;
    }
    history_enter(h, t, e);
    history_check_given(h, t, e);
    COPY(t->booking, json_str(e, "booking"));
}

static void on_arrived(struct history *h, struct past_ticket *t, const json_t *e)
{
    int64_t was = t->rank;
    history_enter(h, t, e);
    history_check_rank(h, t, e, was);
    t->away_ms = 0;
}

static void overtake(struct history *h, const struct past_ticket *called)
{
    for (size_t i = 0; i < h->n_tickets; i++) {
        struct past_ticket *x = &h->tickets[i];
        if (strcmp(x->state, "waiting") != 0 || strcmp(x->line, called->line) != 0 ||
            x->push >= called->push)
            continue;
        bool known = false;
        for (int k = 0; k < x->n_over && !known; k++)
            known = strcmp(x->over[k], called->id) == 0;
        if (!known && x->n_over < OVER_MAX)
            strcpy(x->over[x->n_over++], called->id);
        if (x->n_over > h->result.overtaken_most)
            h->result.overtaken_most = x->n_over;
    }
}

static void on_called(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct past_counter *c = history_counter_of(h, e, "");
    struct str rule = json_str(json_object_get(e, "why"), "rule");
    if (c != NULL) {
        if (!c->open)
            history_note(h, "counter %s calls %s but is not open", c->code, t->number);
        strcpy(t->state, "waiting"); /* as it was when it was chosen */
        history_check_call(h, c, t, rule);
        strcpy(t->state, "called");
        t->shown = 0;
        strcpy(c->ticket, t->id);
        strcpy(t->counter, c->code);
    }
    overtake(h, t);
    t->call_seq = h->seq;
    t->call_push = t->push;
    strcpy(t->call_line, t->line);
    h->result.called++;
}

static void on_leaves(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct past_counter *c = history_counter_of(h, e, t->id);
    int64_t was = t->rank;
    if (c != NULL)
        c->ticket[0] = '\0';
    t->counter[0] = '\0';
    if (strcmp(t->state, "waiting") == 0) {
        history_enter(h, t, e);
        history_check_rank(h, t, e, was);
    }
    if (strcmp(t->state, "done") == 0 && t->n_steps > 0)
        history_note(h, "%s is done, but %s is still to come", t->number, t->steps[0]);
    h->result.served += strcmp(t->state, "done") == 0;
    h->result.missed += strcmp(t->state, "missed") == 0;
}

static void on_stays(struct history *h, struct past_ticket *t, const json_t *e)
{
    (void)history_counter_of(h, e, t->id);
}

static void on_stepped(struct history *h, struct past_ticket *t, const json_t *e)
{
    history_check_step(h, t, e);
    on_leaves(h, t, e);
}

static void on_transferred(struct history *h, struct past_ticket *t, const json_t *e)
{
    history_transfer(t, e);
    on_leaves(h, t, e);
}

static void on_resumed(struct history *h, struct past_ticket *t, const json_t *e)
{
    if (strcmp(t->state, "waiting") == 0) {
        on_arrived(h, t, e);
        return;
    }
    struct past_counter *c = history_counter_of(h, e, "");
    if (c != NULL) {
        strcpy(c->ticket, t->id);
        strcpy(t->counter, c->code);
    }
}

static void on_ended(struct history *h, struct past_ticket *t, const json_t *e)
{
    (void)e;
    h->result.cancelled += strcmp(t->state, "cancelled") == 0;
    struct past_counter *c = t->counter[0] != '\0' ? history_counter(h, str_of(t->counter)) : NULL;
    if (c != NULL)
        c->ticket[0] = '\0';
    t->counter[0] = '\0';
}

/* Each ticket event: the move's from and to (two where it has two), and how it is read. */
static const struct reader {
    const char *type;
    const char *from[2]; /* none: any */
    const char *to[3];   /* none: the state it was in */
    void (*fn)(struct history *, struct past_ticket *, const json_t *);
} readers[] = {
    {"ticket.issued", {"-"}, {"waiting", "coming", "serving"}, on_issued},
    {"ticket.arrived", {"coming"}, {"waiting"}, on_arrived},
    {"ticket.called", {"waiting"}, {"called"}, on_called},
    {"ticket.recalled", {"called"}, {"called"}, on_stays},
    {"ticket.begun", {"called"}, {"serving"}, on_stays},
    {"ticket.finished", {"serving"}, {"done"}, on_leaves},
    {"ticket.stepped", {"serving"}, {"waiting"}, on_stepped},
    {"ticket.missed", {"called"}, {"missed"}, on_leaves},
    {"ticket.returned", {"missed"}, {"waiting"}, on_arrived},
    {"ticket.put_back", {"called", "serving"}, {"waiting"}, on_leaves},
    {"ticket.parked", {"serving"}, {"parked"}, on_leaves},
    {"ticket.resumed", {"parked"}, {"serving", "waiting"}, on_resumed},
    {"ticket.transferred", {"called", "serving"}, {"waiting"}, on_transferred},
    {"ticket.cancelled", {"waiting", "coming"}, {"cancelled"}, on_ended},
    {"ticket.expired", {NULL}, {"expired"}, on_ended},
    {"ticket.moved", {"waiting"}, {"waiting"}, history_on_moved},
    {"ticket.delayed", {"waiting", "coming"}, {"coming"}, history_on_delayed},
    {"ticket.promised", {"waiting", "coming"}, {NULL}, history_on_promised},
    {"ticket.travel", {"waiting", "coming"}, {NULL}, history_on_told},
    {"ticket.shown", {"called"}, {NULL}, history_on_shown},
    {"ticket.noted", {NULL}, {NULL}, history_on_told},
    {"ticket.reprinted", {NULL}, {NULL}, history_on_told},
    {"ticket.rated", {"done"}, {NULL}, history_on_rated},
};

static bool one_of(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n && words[i] != NULL; i++)
        if (str_is(s, words[i]))
            return true;
    return false;
}

static struct past_ticket *ticket_of(struct history *h, const json_t *e)
{
    struct str id = json_str(e, "ticket");
    struct past_ticket *t = history_ticket(h, id);
    bool issued = str_is(json_str(e, "type"), "ticket.issued");
    if (issued == (t != NULL)) {
        history_note(h,
                     issued ? "ticket " STR_FMT " is issued twice"
                            : "ticket " STR_FMT " was never issued",
                     STR_ARG(id));
        return NULL;
    }
    if (t != NULL)
        return t;
    if (h->n_tickets == h->room) {
        h->room = h->room > 0 ? 2 * h->room : 256;
        h->tickets = mem_realloc(h->tickets, h->room * sizeof *h->tickets);
    }
    t = &h->tickets[h->n_tickets++];
    memset(t, 0, sizeof *t);
    COPY(t->id, id);
    COPY(t->number, json_str(e, "number"));
    strcpy(t->state, "-");
    return t;
}

/* The rule of an event's type; NULL when there is none. */
static const struct reader *reader_of(struct str type)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (str_is(type, readers[i].type))
            return &readers[i];
    return NULL;
}

static void check_move(struct history *h, const struct past_ticket *t, const struct reader *r,
                       const json_t *e)
{
    struct str from = json_str(e, "from"), to = json_str(e, "to");
    if (!str_is(from, t->state))
        history_note(h, "%s goes from " STR_FMT " but was %s", t->number, STR_ARG(from), t->state);
    bool legal = r->from[0] == NULL || one_of(from, r->from, 2);
    if (!legal || !(r->to[0] != NULL ? one_of(to, r->to, 3) : str_is(to, t->state)))
        history_note(h, "%s: %s may not go from " STR_FMT " to " STR_FMT, t->number, r->type,
                     STR_ARG(from), STR_ARG(to));
}

static void read_ticket(struct history *h, const json_t *e)
{
    struct str type = json_str(e, "type");
    const struct reader *r = reader_of(type);
    bool undone = str_is(type, "ticket.undone");
    if (r == NULL && !undone) {
        history_note(h, STR_FMT " is not known", STR_ARG(type));
        return;
    }
    struct past_ticket *t = ticket_of(h, e);
    if (t == NULL)
        return;
    if (undone) {
        history_on_undone(h, t, e);
        return;
    }
    check_move(h, t, r, e);
    history_keep(h, t, e);
    COPY(t->state, json_str(e, "to"));
    if (r->to[0] != NULL && !str_is(type, "ticket.recalled")) /* else it stays as it was */
        t->since_ms = h->now_ms;
    if (!str_is(type, "ticket.shown")) /* tells of a call, makes none */
        t->calls = (int)json_i64(e, "calls", t->calls);
    r->fn(h, t, e);
}

static void read_counter(struct history *h, const json_t *e)
{
    struct past_counter *c = history_counter(h, json_str(e, "counter"));
    if (c == NULL)
        return;
    struct str type = json_str(e, "type"), clerk = json_str(e, "clerk"), role;
    if (str_is(type, "counter.opened") || str_is(type, "counter.profiled"))
        COPY(c->profile, json_str(e, "profile"));
    if (str_is(type, "counter.profiled"))
        return; /* open or paused, as it was */
    c->open = str_is(type, "counter.opened");
    if (!c->open && c->ticket[0] != '\0')
        history_note(h, "counter %s stops work while it has a ticket", c->code);
    (void)str_cut(&clerk, ':', &role);
    COPY(c->clerk, str_is(type, "counter.closed") ? STR("") : clerk);
}

static void read_day_closed(struct history *h)
{
    for (size_t i = 0; i < h->n_tickets; i++) {
        const char *s = h->tickets[i].state;
        if (strcmp(s, "done") != 0 && strcmp(s, "cancelled") != 0 && strcmp(s, "expired") != 0)
            history_note(h, "%s is still %s after close of day", h->tickets[i].number, s);
    }
    for (int i = 0; i < 26; i++)
        h->series[i].may_restart = true;
    json_object_clear(h->stopped);
    history_forget_presses(h);
}

static void check_id(struct history *h, const json_t *e)
{
    struct str id = json_str(e, "id"), head;
    COPY(h->event, id);
    int64_t epoch = 0, seq = 0;
    if (!str_cut(&id, '-', &head) || !str_to_i64(head, 0, INT64_MAX, &epoch) ||
        !str_to_i64(id, 0, INT64_MAX, &seq))
        history_note(h, "the id is none");
    else if (h->seq != 0 && ((uint64_t)epoch != h->epoch || (uint64_t)seq != h->seq + 1))
        history_note(h, "comes after %" PRIu64 "-%" PRIu64, h->epoch, h->seq);
    h->epoch = (uint64_t)epoch;
    h->seq = (uint64_t)seq;
}

static void begin(struct history *h)
{
    h->begun = true;
    h->late = h->skipping = h->seq > 1;
}

void history_add(struct history *h, const json_t *event)
{
    struct str type = json_str(event, "type");
    check_id(h, event);
    if (!h->begun)
        begin(h);
    if (str_is(type, "hall.configured")) /* a hall that tells no version is as it always was */
        h->other_rules = json_i64(event, "version", 0) < json_i64(h->hall, "version", 0);
    if (h->skipping) {
        h->result.skipped++;
        h->skipping = !str_is(type, "hall.day_closed");
        return;
    }
    h->result.events++;
    h->now_ms = json_i64(event, "at", 0);
    if (str_starts(type, "ticket."))
        read_ticket(h, event);
    else if (str_starts(type, "counter."))
        read_counter(h, event);
    else if (str_starts(type, "booking."))
        history_booking(h, event);
    else if (str_is(type, "hall.stopped") || str_is(type, "hall.started"))
        history_stopped(h, event);
    else if (str_is(type, "hall.day_closed"))
        read_day_closed(h);
    COPY(h->just_back, str_is(type, "ticket.put_back") ? json_str(event, "ticket") : STR(""));
    COPY(h->just_back_from, json_str(event, "counter"));
    h->just_back_ms = h->now_ms;
}
