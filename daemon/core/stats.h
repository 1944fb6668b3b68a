/* What happened in a hall: a fold of its events, the same for today and for a day that is over.
 * Pure; single-threaded. How to use it:
 *
 *   struct stats *s = stats_new();
 *   for each event of the hall, in order: stats_event(s, zone, event);
 *   after hall.day_closed was folded: stats_json(s, at_ms, &out) is what day_close stores;
 *   go on folding: the first event of another day begins anew by itself.
 *
 * A day closed by hand in the afternoon goes on in the same fold until midnight. Start with the
 * event behind the last hall.day_closed of an earlier day; where that is no longer in the stream,
 * say so with stats_set_partial(). A stored day comes back by stats_load(); days add up by
 * stats_add().
 *
 * Durations are kept in buckets of seconds: exact below 16 s, above that 16 to each doubling. A
 * percentile is the middle of its bucket: at most half a second or 3.2 % off. Means are exact.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_STATS_H
#define PAIHAO_CORE_STATS_H

#include "base/json.h"
#include "base/str.h"
#include "core/zone.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    STATS_HOURS = 24,
    STATS_CODE_MAX = 33,   /* a code of 32 */
    STATS_REASON_MAX = 241 /* 60 code points of UTF-8 */
};

/* What is counted; names as in JSON. */
enum stats_count {
#define COUNT(name, about) STATS_##name,
#include "core/stats.def"
#undef COUNT
    STATS_COUNTS
};

enum stats_time {
    STATS_WAIT,        /* from entering the line to the call */
    STATS_BOOKED_WAIT, /* of bookings: from their time, or the check-in when that was later */
    STATS_WAY,         /* from the call to the beginning */
    STATS_SERVICE,     /* at the counter, without what was parked */
    STATS_TIMES
};
const char *stats_time_name(enum stats_time t); /* "wait" "booked_wait" "way" "service_time" */

struct stats_bucket {
    uint16_t bucket;
    uint32_t n;
};

struct stats_times {
    struct stats_bucket *buckets; /* by bucket; only those that hold something */
    int n_buckets, cap;
    int64_t n, sum_ms;
};

/* Everything measured about some tickets: of an hour, a service, a counter, a day. */
struct stats_set {
    int64_t counts[STATS_COUNTS];
    struct stats_times times[STATS_TIMES];
};
void stats_set_add(struct stats_set *to, const struct stats_set *from);
void stats_set_clear(struct stats_set *set);
bool stats_set_is_empty(const struct stats_set *set);
int64_t stats_arrived(const struct stats_set *set); /* in whichever way */
/* percent: 1..99; -1 when nothing was measured. */
int64_t stats_percentile_ms(const struct stats_times *t, int percent);
int64_t stats_mean_ms(const struct stats_times *t); /* -1 */

struct stats;
struct stats *stats_new(void);
void stats_free(struct stats *s); /* NULL allowed */
void stats_reset(struct stats *s);

/* Folds one event (its object, as in the stream). What it cannot use it leaves alone. */
void stats_event(struct stats *s, const struct zone *zone, const json_t *event);
/* The local date folded, yyyymmdd; 0: nothing yet. */
int stats_day(const struct stats *s);
/* The beginning of the day was not seen. */
void stats_set_partial(struct stats *s);
bool stats_partial(const struct stats *s);

/* As kept in the store. at_ms: spans of counters still at work are counted until then. */
void stats_json(const struct stats *s, int64_t at_ms, struct buf *out);
/* Adds a stored day to what s holds. False, and nothing added, when it is not of this shape. */
bool stats_load(struct stats *s, const json_t *stored);
/* Adds a fold; spans of counters until at_ms. */
void stats_add(struct stats *s, const struct stats *other, int64_t at_ms);

/* What was measured, each in a stable order; the pointers are good until the next event. `set` of
 * sums is the caller's: zeroed before, stats_set_clear() after. */
struct stats_row {
    const char *code;
    int hour; /* of cells */
    const struct stats_set *set;
};
typedef void (*stats_row_fn)(void *arg, const struct stats_row *row);
void stats_cells(const struct stats *s, stats_row_fn fn,
                 void *arg); /* service x hour, filled ones */
void stats_classes(const struct stats *s, stats_row_fn fn, void *arg);
void stats_total(const struct stats *s, struct stats_set *sum);
void stats_hour(const struct stats *s, int hour, struct stats_set *sum);
/* The services with anything, by code. */
void stats_services(const struct stats *s, stats_row_fn fn, void *arg);

struct stats_pause {
    char reason[STATS_REASON_MAX];
    int64_t ms;
};
struct stats_counter {
    char code[STATS_CODE_MAX];
    int64_t open_ms, serving_ms; /* open: without pauses */
    struct stats_pause *pauses;
    int n_pauses;
    char state[8]; /* open, paused or closed, since_ms on */
    char reason[STATS_REASON_MAX];
    int64_t since_ms;
    struct stats_set set;
};
typedef void (*stats_counter_fn)(void *arg, const struct stats_counter *c);
/* With the spans still running counted until at_ms. */
void stats_counters(const struct stats *s, int64_t at_ms, stats_counter_fn fn, void *arg);

/* Text messages. */
enum stats_message {
    STATS_MESSAGE_queued,
    STATS_MESSAGE_accepted,
    STATS_MESSAGE_rejected,
    STATS_MESSAGE_expired,
    STATS_MESSAGE_delivered,
    STATS_MESSAGE_undelivered,
    STATS_MESSAGE_unknown,
    STATS_MESSAGES
};
const char *stats_message_name(enum stats_message m);
int64_t stats_messages(const struct stats *s, enum stats_message m);

#endif
