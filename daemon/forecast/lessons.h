/* What a hall's days teach: how long things take, how many come, whether promises held, whether
 * text messages get through. A fold of its events; the same for those of this morning and those
 * that happen now. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FORECAST_LESSONS_H
#define PAIHAO_FORECAST_LESSONS_H

#include "base/json.h"
#include "base/str.h"
#include "base/table.h"
#include "core/durations.h"
#include "forecast/plan.h"

enum {
    /* Of text messages: what is looked at when they seem to fail. Two calls a second for the 15
     * minutes that count would be more than any hall sends. */
    OUTCOMES_KEPT = 256,
};

struct lesson_ticket;

enum lesson_kind { LESSON_WAY, LESSON_SERVED, LESSON_GAP };

struct lesson {
    struct lesson *next;
    char id[ETA_ID_MAX];
    enum lesson_kind kind;
    int64_t at_ms, ms; /* of a way, ms < 0: did not come, after so long */
    int service, hour, persons;
};

struct lesson_outcome {
    int64_t at_ms;
    bool failed;
};

struct lessons {
    const struct plan *plan;
    struct durations *durations;
    struct durations_staff *staff;
    bool changed;                 /* the durations, since somebody asked */
    struct table tickets;         /* of lesson_ticket */
    struct lesson *first, **last; /* not learned yet: may be taken back */
    int64_t *free_ms; /* of each counter: nobody was there from then on; 0: it does not work */
    int given, kept;  /* promises that could be judged today */
    struct lesson_outcome outcomes[OUTCOMES_KEPT];
    int outcome_count; /* of all; the ring holds the last ones */
    char day[16];      /* everything up to and with that day was learned before; "" : nothing */
};

/* learned: what day_close kept, or NULL. */
struct lessons *lessons_new(const struct plan *plan, const json_t *learned);
void lessons_free(struct lessons *l); /* NULL allowed */
void lessons_event(struct lessons *l, const json_t *event);
/* Learns what can no longer be taken back. */
void lessons_settle(struct lessons *l, int64_t now_ms);
/* The day is over: everything of it is learned, and older days count less. */
void lessons_close(struct lessons *l, struct str day);
/* What day_close keeps. */
void lessons_json(const struct lessons *l, struct buf *out);
/* Percent of text messages that failed since that moment; -1: too few to say. */
int lessons_failed_percent(const struct lessons *l, int64_t since_ms);

#endif
