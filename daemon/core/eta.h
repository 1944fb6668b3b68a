/* How long still: the hall played forward many times from how it stands now, with the same ranks,
 * offsets and overtaking bound by which the counters call (docs/lifecycle.md), durations drawn from
 * what was learned, bookings still to come, and those who will not come. Of the many waits of each
 * ticket: the most likely one and the range that 8 of 10 fall into. Pure; the same input gives the
 * same output on every machine. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ETA_H
#define PAIHAO_CORE_ETA_H

#include "core/durations.h"
#include <stdbool.h>
#include <stdint.h>

/* Offset of a service that a counter does not serve. */
#define ETA_NOT_SERVED INT64_MAX

enum eta_counter_state { ETA_IDLE, ETA_CALLED, ETA_SERVING };

struct eta_counter {
    const int64_t *offset_ms; /* one for each service; ETA_NOT_SERVED */
    enum eta_counter_state state;
    int64_t from_ms;   /* works from then on; now or earlier: it does */
    int64_t paused_ms; /* pauses since then: comes back after a while, or does not; 0: it is open */
    int64_t since_ms;  /* of the call or of the beginning */
    bool rested;       /* had its break of the day (durations_break), or will have none */
    int service;       /* of the ticket there */
    int persons;
};

/* A waiting ticket. In order of arrival, as ids sort: ties of rank go to the earlier one. */
struct eta_ticket {
    int line;           /* a service; or -1 - n: held for the counter n */
    int service;        /* what is done with it */
    int64_t rank_ms;    /* docs/lifecycle.md, "Who is next" */
    int64_t entered_ms; /* its line */
    int64_t from_ms;    /* on its way: cannot be called before; 0: here */
    int overtaken;      /* so often already */
    int persons;
};

/* A booking not checked in yet. */
struct eta_booking {
    int service;
    int persons;
    int64_t at_ms;
    int64_t advantage_ms; /* of its class */
    int64_t target_ms;    /* of its class: what a walk-in of it gets */
};

/* Walk-ins still to come, of each service: they matter where their rank may go before. */
struct eta_arrivals {
    int service;
    double per_hour;
    int64_t target_ms;
    int64_t from_ms, to_ms; /* only then; 0, 0: all the time */
};

struct eta_input {
    int64_t now_ms;
    int64_t hour_ms;  /* when the present local hour began; hours follow each other from there */
    int hour;         /* 0..23 */
    int64_t close_ms; /* counters stop calling; 0: not told */
    int services;
    int64_t walk_in_target_ms; /* of the class a new ticket would have */
    int overtaking_max;
    int64_t early_ms, late_ms; /* check-in window of bookings */
    const struct durations *durations;
    const struct eta_counter *counters;
    int counter_count;
    const struct eta_ticket *tickets;
    int ticket_count;
    const struct eta_booking *bookings; /* by time */
    int booking_count;
    const struct eta_arrivals *arrivals;
    int arrival_count;
    int runs;      /* so many times; 0: as many as the budget of the module suggests */
    uint64_t seed; /* e.g. of the hall's code */
};

/* Waits from now until the call, in ms. */
struct eta_range {
    bool known; /* false: nothing to stand on (no counter serves it, nothing learned, not today) */
    int64_t low_ms;    /* one in ten waits is shorter */
    int64_t likely_ms; /* the most likely one */
    int64_t high_ms;   /* one in ten waits is longer */
};

struct eta_output {
    struct eta_range *tickets;  /* one for each ticket of the input */
    struct eta_range *services; /* a ticket of class `normal` given now, one for each service */
    int64_t *work_ms; /* expected counter time of everybody here and booked, per service */
};

void eta_run(const struct eta_input *in,
             struct eta_output *out); /* fills arrays the caller gives */

/* The walk-ins of the next hours as the hall's durations have learned them: at most
 * ETA_ARRIVALS_EACH a service. Returns how many were written to `out`, which has room for all. */
enum { ETA_ARRIVALS_EACH = 18 };
int eta_arrivals_learned(const struct eta_input *in, struct eta_arrivals *out);

/* What is told: whole minutes as a person would say them (up to 10 by one, up to 30 by 5 outwards,
 * then by 10), low downwards, high upwards, likely to the nearest; never low > likely > high. */
struct eta_said {
    int low, likely, high; /* minutes */
};
struct eta_said eta_say(const struct eta_range *r);
/* A promise is kept when the wait fell into what was said (in minutes, both ends included, the
 * wait rounded to the nearest minute). */
bool eta_kept(const struct eta_said *said, int64_t wait_ms);

#endif
