/* What a ticket may be given with: its rank, the next service of its visit, its booking. Written
 * from docs/lifecycle.md. A rule whose figures the hall does not tell is not checked.
 * Single-threaded. To extend: a row in `ranks`. SPDX-License-Identifier: MIT */
#include "ctl/history_inside.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COPY(field, s) str_copy(s, field, sizeof(field))

enum { MINUTE_MS = 60000 };

/* A figure of the hall in ms; false when it tells none. */
static bool minutes_of(const struct history *h, const char *group, const char *name, int64_t *out)
{
    const json_t *value = json_object_get(json_object_get(h->hall, group), name);
    if (!json_is_integer(value))
        return false;
    *out = json_integer_value(value) * MINUTE_MS;
    return true;
}

/* The target wait of a class; of the normal one (or the hall's first) for "". */
static bool target_of(const struct history *h, const char *class, int64_t *out)
{
    const json_t *classes = json_object_get(h->hall, "classes"), *found = NULL;
    size_t i;
    json_t *one;
    json_array_foreach(classes, i, one)
    {
        struct str code = json_str(one, "code");
        if (class[0] != '\0' ? str_is(code, class) : i == 0 || str_is(code, "normal"))
            found = one;
    }
    *out = json_i64(found, "target_minutes", 0) * MINUTE_MS;
    return found != NULL;
}

static void expect_rank(struct history *h, const struct past_ticket *t, double rank)
{
    if (fabs((double)t->rank - rank) > 1) /* the fraction of a millisecond is rounded */
        history_note(h, "%s has rank %" PRId64 ", but it was to be %.0f", t->number, t->rank, rank);
}

/* A booking checked in: the window, and the slope behind its time. */
static void check_booked(struct history *h, const struct past_ticket *t, int64_t booked)
{
    int64_t early, late, own, normal, by = h->now_ms - booked;
    if (!minutes_of(h, "booking", "early_minutes", &early) ||
        !minutes_of(h, "booking", "late_minutes", &late) || !target_of(h, t->class, &own) ||
        !target_of(h, "", &normal))
        return;
    if (by < -early || by > late) {
        history_note(h, "%s was checked in outside the time of its booking", t->number);
        return;
    }
    double start = (double)(booked - (normal - own)), end = (double)(booked + late + own);
    expect_rank(h, t, by <= 0 ? start : start + (end - start) * (double)by / (double)late);
}

static void check_booking_once(struct history *h, const struct past_ticket *t, struct str booking)
{
    for (size_t i = 0; i < h->n_tickets; i++)
        if (&h->tickets[i] != t && str_is(booking, h->tickets[i].booking))
            history_note(h, "%s is of a booking that %s was given for", t->number,
                         h->tickets[i].number);
    for (size_t i = 0; i < h->n_missed; i++)
        if (str_is(booking, h->missed[i]))
            history_note(h, "%s is of a booking that was missed", t->number);
}

static void check_coming(struct history *h, const struct past_ticket *t)
{
    int64_t most = json_i64(json_object_get(h->hall, "remote"), "alive_max", 0), coming = 0;
    for (size_t i = 0; i < h->n_tickets; i++)
        coming += strcmp(h->tickets[i].state, "coming") == 0 && h->tickets[i].away_ms == 0;
    if (most > 0 && coming > most && !h->other_rules)
        history_note(h, "%s is the ticket number %" PRId64 " from home, above the hall's bound",
                     t->number, coming);
}

/* What waits for the next service, for each counter that is open and serves it. */
static double work_of(const struct history *h, const struct past_ticket *but, const char *service)
{
    double waiting = 0, counters = 0, minutes = 0;
    for (size_t i = 0; i < h->n_tickets; i++) {
        const struct past_ticket *x = &h->tickets[i];
        waiting += x != but && strcmp(x->state, "waiting") == 0 && strcmp(x->line, service) == 0;
    }
    for (size_t i = 0; i < h->n_counters; i++)
        counters += h->counters[i].open && history_offset(h, &h->counters[i], service) >= 0;
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(h->hall, "services"), i, one)
    {
        if (str_is(json_str(one, "code"), service))
            minutes = (double)json_i64(one, "minutes", 0);
    }
    return counters > 0 ? waiting * minutes / counters : INFINITY;
}

/* The one it chose must have the least work; of those named before it, none may have as little. */
static void check_least(struct history *h, const struct past_ticket *t, int chosen)
{
    double work = work_of(h, t, t->steps[chosen]);
    for (int i = 0; i < t->n_steps; i++) {
        double other = work_of(h, t, t->steps[i]);
        if (other < work || (other == work && i < chosen)) {
            history_note(h, "%s goes on with %s, but %s has less work waiting", t->number,
                         t->steps[chosen], t->steps[i]);
            return;
        }
    }
}

void history_check_given(struct history *h, const struct past_ticket *t, const json_t *e)
{
    struct str booking = json_str(e, "booking");
    int64_t target;
    if (booking.len > 0)
        check_booking_once(h, t, booking);
    if (strcmp(t->state, "coming") == 0)
        check_coming(h, t);
    if (h->other_rules)
        return;
    if (booking.len > 0)
        check_booked(h, t, json_i64(e, "booked", 0));
    else if (target_of(h, t->class, &target))
        expect_rank(h, t, (double)(h->now_ms + target));
    for (int i = 0; i < t->n_steps && !t->ordered; i++)
        if (work_of(h, t, t->steps[i]) < work_of(h, t, t->service))
            history_note(h, "%s begins with %s, but %s has less work waiting", t->number,
                         t->service, t->steps[i]);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool rank_returned(struct history *h, const struct past_ticket *t, int64_t was, int64_t *out)
{
    (void)t;
    int64_t minutes;
    bool told = minutes_of(h, "rules", "return_minutes", &minutes);
    *out = told ? later(was, h->now_ms + minutes) : 0;
    return told;
}

static bool rank_put_back(struct history *h, const struct past_ticket *t, int64_t was, int64_t *out)
{
    (void)t;
    int64_t minutes;
    bool told = minutes_of(h, "rules", "put_back_minutes", &minutes);
    *out = told ? later(was, h->now_ms) + minutes : 0;
    return told;
}

/* Arrived from home: also in time. Back after a delay: not before it is over, or that moment. */
static bool rank_arrived(struct history *h, const struct past_ticket *t, int64_t was, int64_t *out)
{
    if (t->away_ms > 0) {
        *out = later(t->own_rank, t->away_ms < h->now_ms ? t->away_ms : h->now_ms);
        return true;
    }
    int64_t minutes;
    *out = was;
    if (minutes_of(h, "remote", "arrive_minutes", &minutes) && h->now_ms > was + minutes)
        history_note(h, "a ticket from home arrives after it has lapsed");
    return true;
}

static bool rank_kept(struct history *h, const struct past_ticket *t, int64_t was, int64_t *out)
{
    (void)h;
    (void)t;
    *out = was;
    return true;
}

static const struct {
    const char *type;
    bool (*fn)(struct history *, const struct past_ticket *, int64_t was, int64_t *out);
} ranks[] = {
    {"ticket.returned", rank_returned}, {"ticket.put_back", rank_put_back},
    {"ticket.arrived", rank_arrived},   {"ticket.resumed", rank_kept},
    {"ticket.stepped", rank_kept},      {"ticket.transferred", rank_kept},
    {"ticket.moved", rank_kept},
};

void history_check_rank(struct history *h, const struct past_ticket *t, const json_t *e,
                        int64_t was)
{
    struct str type = json_str(e, "type");
    int64_t rank;
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0] && !h->other_rules; i++)
        if (str_is(type, ranks[i].type) && ranks[i].fn(h, t, was, &rank))
            expect_rank(h, t, (double)rank);
}

void history_read_steps(struct past_ticket *t, const json_t *e)
{
    size_t i;
    json_t *one;
    t->n_steps = 0;
    json_array_foreach(json_object_get(e, "steps"), i, one)
    {
        if (t->n_steps < STEPS_MAX && json_is_string(one))
            COPY(t->steps[t->n_steps++], str_of(json_string_value(one)));
    }
}

static int find_step(const struct past_ticket *t, struct str service)
{
    for (int i = 0; i < t->n_steps; i++)
        if (str_is(service, t->steps[i]))
            return i;
    return -1;
}

static void take_step(struct past_ticket *t, int at)
{
    t->n_steps--;
    memmove(t->steps[at], t->steps[at + 1], (size_t)(t->n_steps - at) * sizeof t->steps[0]);
}

void history_check_step(struct history *h, struct past_ticket *t, const json_t *e)
{
    struct str service = json_str(e, "service");
    int at = find_step(t, service);
    if (!str_is(json_str(e, "done"), t->service))
        history_note(h, "%s ends a step that it was not at", t->number);
    if (at < 0) {
        history_note(h, "%s goes on with " STR_FMT ", which was not left", t->number,
                     STR_ARG(service));
    } else {
        if (t->ordered && at > 0)
            history_note(h, "%s goes on with %s before %s", t->number, t->steps[at], t->steps[0]);
        else if (!t->ordered && !h->other_rules)
            check_least(h, t, at);
        take_step(t, at);
    }
    COPY(t->service, service);
    if (json_i64(e, "left", -1) != t->n_steps)
        history_note(h, "%s has %d steps left", t->number, t->n_steps);
}

void history_transfer(struct past_ticket *t, const json_t *e)
{
    struct str service = json_str(e, "service");
    int at = str_is(service, t->service) ? -1 : find_step(t, service);
    if (at >= 0)
        take_step(t, at);
    COPY(t->service, service);
}

static void on_missed_booking(struct history *h, struct str booking)
{
    for (size_t i = 0; i < h->n_tickets; i++)
        if (str_is(booking, h->tickets[i].booking))
            history_note(h, "the booking of %s is missed, but it was checked in",
                         h->tickets[i].number);
    if (h->n_missed == h->missed_room) {
        h->missed_room = h->missed_room > 0 ? 2 * h->missed_room : 64;
        h->missed = mem_realloc(h->missed, h->missed_room * sizeof *h->missed);
    }
    COPY(h->missed[h->n_missed++], booking);
}

void history_booking(struct history *h, const json_t *e)
{
    struct str type = json_str(e, "type"), booking = json_str(e, "booking");
    if (str_is(type, "booking.missed"))
        on_missed_booking(h, booking);
    if (!str_is(type, "booking.checked_in"))
        return;
    const struct past_ticket *t = history_ticket(h, json_str(e, "ticket"));
    if (t == NULL || !str_is(booking, t->booking))
        history_note(h, "a booking is checked in without a ticket of its own");
}
