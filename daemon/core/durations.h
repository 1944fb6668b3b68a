/* How long things take in a hall, learned from its own days: the service at the counter (by service
 * and hour of the local day), the way from the call to the counter, which share does not come, how
 * bookings keep their time, how many walk in. Old days fade. Until there is enough, the configured
 * minutes stand in; until there is anything, nothing is claimed. Pure; single-threaded while it is
 * changed, freely read by many otherwise. The same input gives the same output on every machine.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_DURATIONS_H
#define PAIHAO_CORE_DURATIONS_H

#include "base/json.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    DURATIONS_HOURS = 24,
    DURATIONS_HALVES = 48, /* half hours: lunch begins at half past as often as not */
    DURATIONS_QUARTERS = 96,
    DURATIONS_STEPS = 64,  /* of a curve: finer than what some weeks can tell */
    DURATIONS_PERSONS = 8, /* of one ticket; larger families count as so many */
};

/* Shorter: a word with a colleague, no break of the day. */
#define DURATIONS_BREAK_MS INT64_C(900000)

struct durations;

/* One service as the hall file has it. */
struct durations_service {
    const char *code; /* copied */
    int minutes;      /* configured: where the hall has learned nothing yet */
};

struct durations *durations_new(const struct durations_service *services, int count);
void durations_free(struct durations *d); /* NULL allowed */
struct durations *durations_copy(const struct durations *d);

/* One service was given: ms at the counter for so many persons, begun in this local hour 0..23. */
void durations_served(struct durations *d, int service, int hour, int64_t ms, int persons);
/* One call was answered: ms from call to begin; or was not: minus the ms until the clerk gave up
 * (-1 where that is not known). */
void durations_came(struct durations *d, int64_t ms);
/* A booking was checked in so long after its time (negative: before), or was missed. */
void durations_booking(struct durations *d, bool kept, int64_t late_ms);
/* Somebody waited for it, and the counter called so long after it had been free. */
void durations_gap(struct durations *d, int64_t ms);
/* A ticket for so many persons was taken without a booking in this quarter 0..95 of the day; with
 * ahead_ms its class goes before the normal one (0: it is the normal one, or one with a longer
 * target). */
void durations_arrived(struct durations *d, int service, int quarter, int64_t ahead_ms,
                       int persons);
/* A counter that had not had its break of the day was open for so long in this half hour 0..47 of
 * the local day; and one went for it then, and was away for so long. A break is a pause of a
 * quarter of an hour or longer after which the counter was open again. */
void durations_open(struct durations *d, int half, int64_t ms);
void durations_break(struct durations *d, int half, int64_t ms);
/* A counter was open for so long, whether it had its break or not; and one that had paused was open
 * again after so long (-1: not on that day). */
void durations_worked(struct durations *d, int64_t ms);
void durations_paused(struct durations *d, int64_t ms);
/* A day is over: what is older counts less. */
void durations_age(struct durations *d);

/* These four, from what is seen of the hall's counters on one day. */
struct durations_staff;
enum durations_counter { DURATIONS_CLOSED, DURATIONS_PAUSED, DURATIONS_OPEN };

struct durations_staff *durations_staff_new(int counters);
void durations_staff_free(struct durations_staff *s); /* NULL allowed */
/* How the counter is from now on; minute 0..1439 of the local day. */
void durations_staff_set(struct durations_staff *s, struct durations *d, int counter,
                         enum durations_counter state, int64_t now_ms, int minute);
/* It had its break today. */
bool durations_staff_rested(const struct durations_staff *s, int counter);
/* Nothing is open; who pauses does not come back. Before durations_age(). */
void durations_staff_day_over(struct durations_staff *s, struct durations *d);

/* Everything learned as JSON, by the services' codes; and back: codes that are no longer there are
 * dropped. False, and nothing learned, when it is not of this shape. */
void durations_json(const struct durations *d, struct buf *out);
bool durations_load(struct durations *d, const json_t *learned);

/* Enough to stand on for a claim about this service: its own days, or the hall's other services
 * that show how the configured minutes hold there. */
bool durations_known(const struct durations *d, int service);
/* Mean at the counter for one person, in ms; today's pace counts. */
int64_t durations_mean_ms(const struct durations *d, int service, int hour);
/* Mean time from one visit's end to the next call while somebody waits. */
int64_t durations_gap_ms(const struct durations *d);
/* Walk-ins of an hour of a day on which the hall is open then. */
double durations_rate(const struct durations *d, int service, int hour);
/* How many of them come in this quarter of it, as a multiple of the mean of the four. */
double durations_wave(const struct durations *d, int quarter);
/* Which share of the walk-ins goes before the normal class, and by how much on average. */
double durations_ahead_share(const struct durations *d);
int64_t durations_ahead_ms(const struct durations *d);

/* How many breaks a counter that had none yet begins in an hour of work, and their mean length (0:
 * there are none). */
double durations_break_rate(const struct durations *d, int half);
int64_t durations_break_ms(const struct durations *d);
/* How many pauses that are no break a counter begins in an hour of work. */
double durations_pause_rate(const struct durations *d);
/* How many persons the u-th of all walk-ins for a service are, 0 <= u < 1. */
int durations_persons(const struct durations *d, int service, double u);
/* How far the truth may be from these means, as standard deviations (0.1: a tenth of it): of one
 * service, and of today's pace of the whole hall. */
double durations_doubt(const struct durations *d, int service);
double durations_doubt_hall(const struct durations *d);

/* A generator for draws: seeded, the same everywhere. */
struct durations_rng {
    uint64_t state;
    bool mirrored; /* 1 - x where it would draw x */
};
double durations_random(struct durations_rng *rng); /* 0 <= x <= 1 - 2^-53 */

/* One possible time at the counter in ms, given that elapsed_ms of it have passed already (0 for a
 * new one): at least elapsed_ms. */
int64_t durations_draw(const struct durations *d, int service, int hour, int persons,
                       int64_t elapsed_ms, struct durations_rng *rng);
/* One possible way to the counter, or -1: does not come. */
int64_t durations_draw_way(const struct durations *d, int64_t elapsed_ms,
                           struct durations_rng *rng);
/* How late the booking's citizen checks in (negative: early), or INT64_MAX: never. Given that they
 * are not here yet at now_late_ms after its time. */
int64_t durations_draw_late(const struct durations *d, int64_t now_late_ms,
                            struct durations_rng *rng);

/* For many draws: quantiles in even steps, computed once. `u` is even in 0 <= u < 1. */
struct durations_curve {
    double at[DURATIONS_STEPS + 1];
};
/* Of the time at the counter, as multiples of its mean. */
void durations_curve_served(const struct durations *d, int service, struct durations_curve *out);
/* One value of at least `passed`. */
double durations_curve_draw(const struct durations_curve *c, double passed, double u);

/* Calls: the share that is not answered; ms from the call until begun, or until given up. */
struct durations_way {
    double absent;
    struct durations_curve came, gave_up;
};
void durations_way(const struct durations *d, struct durations_way *out);
struct durations_walk {
    bool came;
    int64_t ms; /* at least elapsed_ms */
};
struct durations_walk durations_way_draw(const struct durations_way *w, int64_t elapsed_ms,
                                         struct durations_rng *rng);

/* Pauses of counters: the share after which nobody comes back on that day; ms until open again. */
struct durations_pause {
    double gone;
    double brief;                      /* share of the others that is no break of the day */
    struct durations_curve back, rest; /* rest: of breaks of the day */
};
void durations_pause(const struct durations *d, struct durations_pause *out);
/* The u-th of all possible lengths, 0 <= u < 1, of a pause that has lasted passed_ms: at least
 * that, or INT64_MAX where nobody comes back. */
int64_t durations_pause_at(const struct durations_pause *p, int64_t passed_ms, double u);
int64_t durations_pause_brief(const struct durations_pause *p, double u); /* one that is no break */
int64_t durations_pause_rest(const struct durations_pause *p, double u);  /* one that is */

/* Bookings: the share that is missed; ms after the time. */
struct durations_lateness {
    double missed;
    struct durations_curve late;
};
void durations_lateness(const struct durations *d, struct durations_lateness *out);
int64_t durations_late_draw(const struct durations_lateness *l, int64_t now_late_ms,
                            struct durations_rng *rng);

#endif
