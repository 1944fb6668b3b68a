/* Undo: every ticket as it was before the last press at each counter; and what an undo says, held
 * against it. An undone call has not been: nobody was overtaken by it, and whoever was
 * called meanwhile has overtaken the one that is back in its line. Written from docs/lifecycle.md.
 * Single-threaded. To extend: a row in `pressed`. SPDX-License-Identifier: MIT */
#include "ctl/history_inside.h"

#include "base/mem.h"

#include <string.h>

#define COPY(field, s) str_copy(s, field, sizeof(field))

enum { UNDO_MS = 10000 };

/* What a press at a counter can do. Recalled is not among them: it has sounded. */
static const char *const pressed[] = {
    "ticket.called",   "ticket.begun",  "ticket.missed",  "ticket.finished",    "ticket.stepped",
    "ticket.put_back", "ticket.parked", "ticket.resumed", "ticket.transferred",
};

static bool is_press(struct str type, const json_t *e)
{
    for (size_t i = 0; i < sizeof pressed / sizeof pressed[0]; i++)
        if (str_is(type, pressed[i]))
            return true;
    return str_is(type, "ticket.issued") && json_bool(e, "direct", false);
}

void history_forget_presses(struct history *h)
{
    for (struct past_press *p = h->presses, *next; p != NULL; p = next) {
        next = p->next;
        mem_free(p);
    }
    h->presses = NULL;
}

/* Only the last press at a counter can be undone; all that one press did has one moment. */
static void forget_before(struct history *h, struct str counter)
{
    struct past_press **at = &h->presses;
    while (*at != NULL) {
        struct past_press *p = *at;
        if (!str_is(counter, p->counter) || p->at_ms == h->now_ms) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        mem_free(p);
    }
}

void history_keep(struct history *h, const struct past_ticket *t, const json_t *e)
{
    struct str type = json_str(e, "type");
    if (!is_press(type, e))
        return;
    forget_before(h, json_str(e, "counter"));
    struct past_press *p = MEM_NEW(struct past_press);
    p->was = *t;
    p->at_ms = h->now_ms;
    p->seq = h->seq;
    COPY(p->type, type);
    COPY(p->counter, json_str(e, "counter"));
    p->next = h->presses;
    h->presses = p;
}

/* The last press that changed the ticket, taken out of the list; NULL when there is none. */
static struct past_press *take(struct history *h, const struct past_ticket *t)
{
    struct past_press **at = &h->presses;
    while (*at != NULL && strcmp((*at)->was.id, t->id) != 0)
        at = &(*at)->next;
    struct past_press *p = *at;
    if (p != NULL)
        *at = p->next;
    return p;
}

static bool same_steps(const struct past_ticket *a, const struct past_ticket *b)
{
    bool same = a->n_steps == b->n_steps;
    for (int i = 0; i < a->n_steps && same; i++)
        same = strcmp(a->steps[i], b->steps[i]) == 0;
    return same;
}

/* What the event says it is again, against what it was. */
static void check_told(struct history *h, const struct past_ticket *was, const json_t *e)
{
    const struct {
        const char *name;
        const char *was;
    } texts[] = {{"to", was->state},
                 {"service", was->service},
                 {"line", was->line},
                 {"counter", was->counter}};
    const struct {
        const char *name;
        int64_t was;
    } numbers[] = {{"rank", was->rank}, {"since", was->since_ms}, {"calls", was->calls}};
    struct past_ticket told = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!str_is(json_str(e, texts[i].name), texts[i].was))
            history_note(h, "%s has %s '" STR_FMT "' after an undo, before it was '%s'",
                         was->number, texts[i].name, STR_ARG(json_str(e, texts[i].name)),
                         texts[i].was);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (json_i64(e, numbers[i].name, -1) != numbers[i].was)
            history_note(h, "%s has %s %" PRId64 " after an undo, before it was %" PRId64,
                         was->number, numbers[i].name, json_i64(e, numbers[i].name, -1),
                         numbers[i].was);
    history_read_steps(&told, e);
    if (!same_steps(&told, was))
        history_note(h, "%s has other steps left after an undo", was->number);
}

static void drop_overtaker(struct past_ticket *x, const char *id)
{
    for (int i = 0; i < x->n_over; i++) {
        if (strcmp(x->over[i], id) != 0)
            continue;
        x->n_over--;
        memmove(x->over[i], x->over[i + 1], (size_t)(x->n_over - i) * sizeof x->over[0]);
        return;
    }
}

static void add_overtaker(struct past_ticket *t, const char *id)
{
    for (int i = 0; i < t->n_over; i++)
        if (strcmp(t->over[i], id) == 0)
            return;
    if (t->n_over < OVER_MAX)
        strcpy(t->over[t->n_over++], id);
}

/* Back in its line as if it had stood there all the time. Whoever else comes back to that line
 * later has not been overtaken by it either. */
static void stand_again(struct history *h, struct past_ticket *t, uint64_t since_seq)
{
    for (struct past_press *p = h->presses; p != NULL; p = p->next)
        if (strcmp(p->was.line, t->line) == 0)
            drop_overtaker(&p->was, t->id);
    for (size_t i = 0; i < h->n_tickets; i++) {
        struct past_ticket *x = &h->tickets[i];
        if (x != t && strcmp(x->line, t->line) == 0)
            drop_overtaker(x, t->id);
        if (x != t && x->call_seq > since_seq && x->call_push > t->push &&
            strcmp(x->call_line, t->line) == 0)
            add_overtaker(t, x->id);
    }
    if (t->n_over > h->result.overtaken_most)
        h->result.overtaken_most = t->n_over;
}

/* Whose ticket it is after the undo: the counter of the press has it, or nobody. */
static void settle_counter(struct history *h, struct past_ticket *t, const struct past_press *p)
{
    struct past_counter *c = history_counter(h, str_of(p->counter));
    if (c == NULL)
        return;
    if (t->counter[0] == '\0') {
        if (strcmp(c->ticket, t->id) == 0)
            c->ticket[0] = '\0';
        return;
    }
    if (c->ticket[0] != '\0' && strcmp(c->ticket, t->id) != 0)
        history_note(h, "counter %s gets %s back while it has another one", c->code, t->number);
    strcpy(c->ticket, t->id);
}

static void uncount(struct history *h, const char *type)
{
    h->result.called -= strcmp(type, "ticket.called") == 0;
    h->result.served -= strcmp(type, "ticket.finished") == 0;
    h->result.missed -= strcmp(type, "ticket.missed") == 0;
}

static void take_back(struct history *h, struct past_ticket *t, const struct past_press *p,
                      const json_t *e)
{
    bool promised = t->promised; /* what nobody pressed stays */
    if (strcmp(p->was.state, "-") == 0) {
        strcpy(t->state, "cancelled"); /* its number was given: it is not given again */
        t->counter[0] = '\0';
        if (!str_is(json_str(e, "to"), "cancelled"))
            history_note(h, "%s was not there before, and is not cancelled", t->number);
        return;
    }
    check_told(h, &p->was, e);
    *t = p->was;
    t->promised = promised;
    if (strcmp(p->type, "ticket.called") == 0)
        stand_again(h, t, p->seq);
}

void history_on_undone(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct str from = json_str(e, "from");
    struct past_press *p = take(h, t);
    if (p == NULL) {
        history_note(h, "%s is undone, but nothing was pressed", t->number);
        return;
    }
    if (!str_is(from, t->state))
        history_note(h, "%s goes from " STR_FMT " but was %s", t->number, STR_ARG(from), t->state);
    if (!str_is(json_str(e, "undoes"), p->type))
        history_note(h, "%s: %s was pressed last, not " STR_FMT, t->number, p->type,
                     STR_ARG(json_str(e, "undoes")));
    if (h->now_ms > p->at_ms + UNDO_MS)
        history_note(h, "%s: undone after %" PRId64 " s", t->number, (h->now_ms - p->at_ms) / 1000);
    if (t->rated)
        history_note(h, "%s: undone after it was rated", t->number);
    uncount(h, p->type);
    take_back(h, t, p, e);
    settle_counter(h, t, p);
    h->result.undone++;
    mem_free(p);
}
