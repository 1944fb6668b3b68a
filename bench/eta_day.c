/* Days of a hall for bench/eta.c: by small steps of time and with every rule of who is next written
 * out at length, sharing nothing with core/eta_play_run.c, so that an error there shows as one. One
 * thread. SPDX-License-Identifier: MIT */
#include "bench/eta_day.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

#define STEP_MS      INT64_C(2000)
#define CLERK_SPREAD 0.10 /* of clerks' pace */
#define DAY_SPREAD   0.03 /* of the whole hall's pace, from day to day */
#define DEMAND_DAY   0.05 /* of how many come */

int day_hour(const struct day *d, int64_t ms)
{
    return (int)((ms - d->start_ms) / HOUR_MS) % DURATIONS_HOURS;
}

static int minute_of(const struct day *d, int64_t ms)
{
    return (int)((ms - d->start_ms) / MINUTE_MS);
}

static int persons_of(struct day *d, const struct truth_service *s)
{
    if (s->persons_max < 2 || durations_random(&d->rng) > 0.13)
        return 1;
    return 2 + (int)(durations_random(&d->rng) * (s->persons_max - 1));
}

static int class_of(struct day *d)
{
    double u = durations_random(&d->rng);
    int c = 0;

    while (c < d->truth->classes - 1 && u >= d->truth->class_share[c])
        u -= d->truth->class_share[c++];
    return c;
}

static int add_ticket(struct day *d, const struct eta_ticket *eta, bool walk_in)
{
    if (d->ticket_count == d->ticket_cap) {
        d->ticket_cap = d->ticket_cap * 2 + 256;
        d->tickets = mem_realloc(d->tickets, (size_t)d->ticket_cap * sizeof(*d->tickets));
    }
    d->tickets[d->ticket_count] = (struct day_ticket){.eta = *eta, .walk_in = walk_in};
    return d->ticket_count++;
}

static void walk_in(struct day *d, int service)
{
    int class = class_of(d);
    int64_t ahead = d->truth->target_ms[0] - d->truth->target_ms[class];
    struct eta_ticket t = {.line = service,
                           .service = service,
                           .rank_ms = d->now_ms + d->truth->target_ms[class],
                           .entered_ms = d->now_ms,
                           .persons = persons_of(d, &d->truth->service[service])};
    int index = add_ticket(d, &t, true);

    if (d->learns != NULL)
        durations_arrived(d->learns, service, minute_of(d, d->now_ms) / 15 % DURATIONS_QUARTERS,
                          ahead > 0 ? ahead : 0, t.persons);
    if (d->on_ticket != NULL)
        d->on_ticket(d, index, d->arg);
}

static void walk_ins(struct day *d)
{
    int minute = minute_of(d, d->now_ms);

    if (d->now_ms >= d->close_ms)
        return;
    for (int s = 0; s < d->truth->services; s++) {
        double expected = truth_walk_in_rate(d->truth, s, minute) * d->demand * (double)STEP_MS;

        if (durations_random(&d->rng) < expected)
            walk_in(d, s);
    }
}

/* Booked evenly over the day, each at a full five minutes. */
static void make_bookings(struct day *d)
{
    const struct truth *t = d->truth;
    int cap = 0;

    for (int64_t at = d->open_ms; at < d->close_ms - 20 * MINUTE_MS; at += 5 * MINUTE_MS) {
        int minute = minute_of(d, at);

        if (minute >= t->break_from - 15 && minute < t->break_to)
            continue;
        for (int s = 0; s < t->services; s++) {
            const struct truth_service *one = &t->service[s];
            double visit = (one->mean_ms[minute / 60] + 65e3) * (1 - t->absent);
            int class = class_of(d);

            if (!one->booked || durations_random(&d->rng) >=
                                    t->booked_share * one->capacity * 5 * (double)MINUTE_MS / visit)
                continue;
            if (d->booking_count == cap) {
                cap = cap * 2 + 64;
                d->bookings = mem_realloc(d->bookings, (size_t)cap * sizeof(*d->bookings));
            }
            d->bookings[d->booking_count] = (struct day_booking){
                .eta = {s, persons_of(d, one), at, t->target_ms[0] - t->target_ms[class],
                        t->target_ms[class]},
                .comes_ms = at + (int64_t)truth_late_ms(&d->rng)};
            if (durations_random(&d->rng) < t->missed)
                d->bookings[d->booking_count].comes_ms = INT64_MAX;
            d->booking_count++;
        }
    }
}

static void check_in(struct day *d, struct day_booking *b)
{
    int64_t late_max = d->truth->hall->booking.late_minutes * MINUTE_MS;
    int64_t late = d->now_ms - b->eta.at_ms, rank = b->eta.at_ms - b->eta.advantage_ms;
    int64_t last = b->eta.at_ms + late_max + b->eta.target_ms;

    if (late > 0)
        rank += (last - rank) * late / late_max;
    add_ticket(d,
               &(struct eta_ticket){.line = b->eta.service,
                                    .service = b->eta.service,
                                    .rank_ms = rank,
                                    .entered_ms = d->now_ms,
                                    .persons = b->eta.persons},
               false);
    b->here = b->over = true;
    if (d->learns != NULL)
        durations_booking(d->learns, true, late);
}

static void check_ins(struct day *d)
{
    int64_t early = d->truth->hall->booking.early_minutes * MINUTE_MS;
    int64_t late = d->truth->hall->booking.late_minutes * MINUTE_MS;

    for (int i = 0; i < d->booking_count; i++) {
        struct day_booking *b = &d->bookings[i];

        if (b->over)
            continue;
        if (d->now_ms > b->eta.at_ms + late) {
            b->over = true;
            if (d->learns != NULL)
                durations_booking(d->learns, false, 0);
        } else if (d->now_ms >= b->comes_ms && d->now_ms >= b->eta.at_ms - early) {
            check_in(d, b);
        }
    }
}

/* Goes through everybody who waits: those at their bound first, then the lowest rank + offset. */
static int who_is_next(const struct day *d, int counter)
{
    const int64_t *offset = d->counters[counter].eta.offset_ms;
    int best = -1;
    bool best_bound = false;

    for (int i = 0; i < d->ticket_count; i++) {
        const struct eta_ticket *t = &d->tickets[i].eta;
        bool bound = t->overtaken >= d->truth->hall->rules.overtaking_max;
        int64_t key;

        if (d->tickets[i].state != DAY_WAITING || offset[t->line] == ETA_NOT_SERVED)
            continue;
        key = t->rank_ms + offset[t->line];
        if (best < 0 || bound > best_bound ||
            (bound == best_bound &&
             key < d->tickets[best].eta.rank_ms + offset[d->tickets[best].eta.line])) {
            best = i;
            best_bound = bound;
        }
    }
    return best;
}

static void count_overtaken(struct day *d, const struct eta_ticket *called)
{
    for (int i = 0; i < d->ticket_count; i++) {
        struct eta_ticket *t = &d->tickets[i].eta;

        if (d->tickets[i].state == DAY_WAITING && t->line == called->line &&
            t->entered_ms < called->entered_ms)
            t->overtaken++;
    }
}

static void call_next(struct day *d, int counter)
{
    struct day_counter *c = &d->counters[counter];
    int next = who_is_next(d, counter);
    struct day_ticket *t;

    c->eta.state = ETA_IDLE;
    c->ticket = next;
    if (next < 0) {
        c->idle_from_ms = d->now_ms;
        return;
    }
    t = &d->tickets[next];
    t->state = DAY_CALLED;
    t->called_ms = d->now_ms;
    count_overtaken(d, &t->eta);
    c->eta.state = ETA_CALLED;
    c->eta.since_ms = d->now_ms;
    c->eta.service = t->eta.service;
    c->eta.persons = t->eta.persons;
    c->absent_ms = durations_random(&d->rng) < d->truth->absent ? truth_gave_up_ms(&d->rng) : -1;
    c->free_ms = d->now_ms + (int64_t)(c->absent_ms >= 0 ? c->absent_ms : truth_way_ms(&d->rng));
}

static void begin(struct day *d, struct day_counter *c)
{
    const struct eta_ticket *t = &d->tickets[c->ticket].eta;
    double ms = 0;

    if (d->learns != NULL)
        durations_came(d->learns, d->now_ms - c->eta.since_ms);
    for (int k = 0; k < t->persons; k++)
        ms += truth_visit_ms(d->truth, t->service, day_hour(d, d->now_ms), &d->rng);
    c->eta.state = ETA_SERVING;
    c->eta.since_ms = c->begun_ms = d->now_ms;
    c->free_ms = d->now_ms + (int64_t)(ms * c->pace * d->pace);
}

static void finish(struct day *d, struct day_counter *c)
{
    const struct eta_ticket *t = &d->tickets[c->ticket].eta;
    double gap = truth_gap_ms(&d->rng);

    if (d->learns != NULL && c->eta.state == ETA_SERVING) {
        durations_served(d->learns, t->service, day_hour(d, c->begun_ms), d->now_ms - c->begun_ms,
                         t->persons);
        durations_gap(d->learns, (int64_t)gap);
    } else if (d->learns != NULL) {
        durations_came(d->learns, c->eta.since_ms - d->now_ms);
    }
    d->tickets[c->ticket].state = DAY_DONE;
    c->ticket = -1;
    c->eta.state = ETA_IDLE;
    c->free_ms = d->now_ms + (int64_t)gap;
}

/* How counters are staffed is learned, and known to the oracle. */
static void tell_staff(struct day *d, int counter, enum durations_counter state)
{
    struct durations *both[] = {d->learns, d->knows};

    for (int i = 0; i < 2; i++) {
        if (both[i] != NULL && minute_of(d, d->now_ms) < DURATIONS_HOURS * 60)
            durations_staff_set(d->staff[i], both[i], counter, state, d->now_ms,
                                minute_of(d, d->now_ms));
    }
}

/* Pauses, and does not say for how long. */
static void leave(struct day *d, int counter, double ms)
{
    struct day_counter *c = &d->counters[counter];

    c->away = true;
    c->back_ms = isfinite(ms) ? d->now_ms + (int64_t)ms : INT64_MAX;
    c->eta.paused_ms = d->now_ms;
    c->pause_ms =
        c->back_ms == INT64_MAX ? INT64_MAX : c->back_ms + (int64_t)truth_work_ms(&d->rng);
    tell_staff(d, counter, DURATIONS_PAUSED);
}

/* Between two visits: to lunch when its turn has come, or for some minutes. */
static bool pauses(struct day *d, int counter)
{
    struct day_counter *c = &d->counters[counter];

    if (c->away && d->now_ms >= c->back_ms) {
        c->away = false;
        c->eta.paused_ms = 0;
        tell_staff(d, counter, DURATIONS_OPEN);
        c->eta.rested = d->learns != NULL && durations_staff_rested(d->staff[0], counter);
    }
    if (!c->away && !c->had_lunch && d->now_ms >= c->lunch_ms) {
        c->had_lunch = true;
        leave(d, counter, truth_lunch_ms(d->truth, &d->rng));
    } else if (!c->away && d->now_ms >= c->pause_ms) {
        leave(d, counter, truth_pause_ms(&d->rng));
    }
    return c->away;
}

static void counter_step(struct day *d, int index)
{
    struct day_counter *c = &d->counters[index];

    if (d->now_ms < c->free_ms)
        return;
    if (c->eta.state == ETA_CALLED && c->absent_ms < 0)
        begin(d, c);
    else if (c->eta.state != ETA_IDLE)
        finish(d, c);
    else if (!pauses(d, index))
        call_next(d, index);
}

static void make_counters(struct day *d)
{
    const struct truth *t = d->truth;

    d->counters = mem_calloc((size_t)t->counters, sizeof(*d->counters));
    for (int c = 0; c < t->counters; c++) {
        struct day_counter *one = &d->counters[c];

        one->eta.offset_ms = t->offsets + c * t->services;
        one->eta.from_ms = d->open_ms;
        one->free_ms = d->open_ms;
        one->ticket = -1;
        one->pace = exp(CLERK_SPREAD * truth_normal(&d->rng));
        one->lunch_ms =
            d->start_ms + (t->lunch_from + c % t->lunch_turns * t->lunch_minutes) * MINUTE_MS;
        if (one->lunch_ms < d->open_ms + HOUR_MS) /* opened late: lunch is before it */
            one->had_lunch = true;
        one->pause_ms = d->open_ms + (int64_t)truth_work_ms(&d->rng);
        tell_staff(d, c, DURATIONS_OPEN);
    }
}

static bool somebody_waits(const struct day *d)
{
    for (int i = 0; i < d->ticket_count; i++) {
        if (d->tickets[i].state == DAY_WAITING)
            return true;
    }
    return false;
}

static void end_of_day(struct day *d)
{
    struct durations *both[] = {d->learns, d->knows};

    for (int i = 0; i < 2; i++) {
        if (both[i] != NULL) {
            durations_staff_day_over(d->staff[i], both[i]);
            durations_age(both[i]);
        }
        durations_staff_free(d->staff[i]);
    }
}

void day_play(struct day *d, int number, uint64_t seed)
{
    const struct truth *t = d->truth;

    d->rng = (struct durations_rng){.state = seed * 1000003 + (uint64_t)number};
    d->start_ms = INT64_C(1800000000000) + (number / 5 * 7 + number % 5) * 24 * HOUR_MS;
    d->open_ms = d->start_ms + t->from_minute[number % 5] * MINUTE_MS;
    d->close_ms = d->start_ms + t->to_minute[number % 5] * MINUTE_MS;
    d->demand = 1 + DEMAND_DAY * truth_normal(&d->rng);
    d->pace = 1 + DAY_SPREAD * truth_normal(&d->rng);
    d->ticket_count = d->booking_count = 0;
    d->now_ms = d->open_ms;
    for (int i = 0; i < 2; i++)
        d->staff[i] = durations_staff_new(t->counters);
    make_bookings(d);
    make_counters(d);
    for (d->now_ms = d->open_ms; d->now_ms < d->close_ms || somebody_waits(d);
         d->now_ms += STEP_MS) {
        check_ins(d);
        walk_ins(d);
        for (int c = 0; c < t->counters; c++)
            counter_step(d, (c + number) % t->counters);
    }
    end_of_day(d);
}

void day_clear(struct day *d)
{
    mem_free(d->tickets);
    mem_free(d->bookings);
    mem_free(d->counters);
    d->tickets = NULL;
    d->bookings = NULL;
    d->counters = NULL;
    d->ticket_count = d->ticket_cap = d->booking_count = 0;
}
