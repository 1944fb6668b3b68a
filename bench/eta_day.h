/* One day of a hall, as it goes by its true laws. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_BENCH_ETA_DAY_H
#define PAIHAO_BENCH_ETA_DAY_H

#include "bench/eta_truth.h"

enum day_ticket_state { DAY_WAITING, DAY_CALLED, DAY_DONE };

struct day_ticket {
    struct eta_ticket eta; /* what the forecast sees of it */
    enum day_ticket_state state;
    bool walk_in;
    int64_t called_ms;
};

struct day_booking {
    struct eta_booking eta;
    int64_t comes_ms; /* INT64_MAX: never */
    bool here, over;
};

struct day_counter {
    struct eta_counter eta;
    double pace; /* of its clerk */
    int64_t free_ms, idle_from_ms, lunch_ms, pause_ms, back_ms;
    int ticket;
    bool had_lunch, away;
    double absent_ms; /* < 0: came */
    int64_t begun_ms;
};

struct day {
    const struct truth *truth;
    int64_t start_ms, now_ms, open_ms, close_ms; /* start: midnight */
    double demand, pace;
    struct day_ticket *tickets;
    int ticket_count, ticket_cap;
    struct day_booking *bookings;
    int booking_count;
    struct day_counter *counters;
    struct durations_rng rng;
    struct durations *learns; /* told what a hall is told */
    struct durations *knows;  /* told when counters are open, and nothing else; may be NULL */
    struct durations_staff *staff[2]; /* what the two see of the counters */
    /* Each walk-in, when it has its ticket; may be NULL. */
    void (*on_ticket)(struct day *d, int ticket, void *arg);
    void *arg;
};

/* Plays the whole day; number counts days from 0, a Monday. */
void day_play(struct day *d, int number, uint64_t seed);
void day_clear(struct day *d);
int day_hour(const struct day *d, int64_t ms);

#endif
