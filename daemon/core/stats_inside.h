/* Between the files of stats: stats.c folds the hall, stats_ticket.c what happens to tickets,
 * stats_set.c adds and reads, stats_json.c writes and loads. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_STATS_INSIDE_H
#define PAIHAO_CORE_STATS_INSIDE_H

#include "core/stats.h"

struct stats_service {
    char code[STATS_CODE_MAX];
    struct stats_set *hours[STATS_HOURS]; /* NULL: nothing */
};

struct stats_class {
    char code[STATS_CODE_MAX];
    struct stats_set set;
};

struct stats_tickets;

struct stats {
    int day;         /* yyyymmdd; 0: nothing folded yet */
    int64_t ends_ms; /* of the local day */
    bool closed;     /* hall.day_closed was the last of this day so far */
    bool partial;
    struct stats_service *services; /* by code, as the others */
    int n_services;
    struct stats_class *classes;
    int n_classes;
    struct stats_counter *counters;
    int n_counters;
    int64_t messages[STATS_MESSAGES];
    struct stats_tickets *tickets;
};

/* The moment of an event within the day folded, and its local hour. */
struct stats_moment {
    int64_t at_ms;
    int hour;
};

/* Found or made. The codes come from events or stored days: anything too long is cut off. */
struct stats_service *stats_service_of(struct stats *s, struct str code);
struct stats_class *stats_class_of(struct stats *s, struct str code);
struct stats_counter *stats_counter_of(struct stats *s, struct str code);
struct stats_set *stats_cell_of(struct stats *s, struct str service, int hour);
/* n may be negative: what was undone. */
void stats_times_add(struct stats_times *t, int64_t ms, int n);
void stats_times_add_bucket(struct stats_times *t, int bucket, int64_t n);
int stats_bucket_max(void); /* the last one */
void stats_pause_add(struct stats_counter *c, struct str reason, int64_t ms);
/* Ends the counter's present span at at_ms and begins none. */
void stats_counter_until(struct stats_counter *c, int64_t at_ms);
int64_t stats_at(const struct stats *s, int64_t at_ms); /* not behind the end of the day */
void stats_counter_clear(struct stats_counter *c);

/* stats_ticket.c: events of tickets. */
struct stats_tickets *stats_tickets_new(void);
void stats_tickets_free(struct stats_tickets *t);
void stats_ticket_event(struct stats *s, const struct stats_moment *at, struct str type,
                        const json_t *event);

#endif
