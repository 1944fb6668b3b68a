/* What is taken and what is free in a hall, as a worker knows it: between the files that search.
 * Callers of other files use booking.h. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_SLOTS_H
#define PAIHAO_API_SLOTS_H

#include "api/booking.h"

enum {
    POOL_NAME_MAX = 33, /* "~" and a code */
    /* Dates of one read: two months of search, or a rebooking that looks a month behind and two
     * ahead. Less than the days a calendar keeps (booking_calendar.c). */
    SLOT_DAYS_MAX = 124,
};

char share_letter(enum cal_share share);

/* slots.c: counters, read from the store when first asked for. */
struct slots;
struct slots *slots_new(void);
void slots_free(struct slots *s); /* after the store */
/* Something was taken or given back: the next who asks reads anew. */
void slots_drop(struct slots *s, struct str hall);
/* Grows with each drop; 0: nothing is known of this hall. */
uint64_t slots_generation(struct slots *s, struct str hall);

struct slots_range {
    enum cal_share share;
    int first, last; /* dates; at most SLOT_DAYS_MAX of them */
};
/* As slots_load(), of pools by name (comma-separated). */
void slots_load_pools(struct call *c, struct str pools, const struct slots_range *r, slots_fn fn,
                      void *arg);

/* The counters of one pool and share; within a slots_fn only. NULL: not loaded. */
struct slots_column;
const struct slots_column *slots_column(struct slots *s, struct str hall, const char *pool,
                                        enum cal_share share);
/* Units taken from cell 0 on, *n of them; NULL: that date was not loaded. */
const uint8_t *slots_column_day(const struct slots_column *c, int date, int *n);
uint64_t slots_column_generation(const struct slots_column *c);
int slots_overbook(struct slots *s, struct str hall); /* permille */

/* slots_column.c: lists of columns, for slots.c. */
struct slots_column *slots_column_find(struct slots_column *list, struct str pool,
                                       enum cal_share share);
bool slots_column_covers(const struct slots_column *c, const struct slots_range *r);
/* Reads one from *rest and moves that on; NULL when it is no such thing. */
struct slots_column *slots_column_read(const struct slots_range *r, uint64_t generation,
                                       struct str pool, struct str *rest);
void slots_column_put(struct slots_column **list,
                      struct slots_column *fresh); /* in place of an older one */
void slots_columns_free(struct slots_column **list);

/* free.c: the rules of time. */
struct slot_times {
    int64_t now_ms, earliest_ms;
    bool for_staff;
    int first, last; /* the public window */
};
void slot_times_of(struct hall *hall, bool for_staff, int64_t now_ms, struct slot_times *out);
bool slot_is_in_time(struct hall *hall, const struct visit *v, const struct slot_times *t, int date,
                     int cell);

/* What is free for a visit; good as long as its hall and what slots_load() brought. */
struct slot_view {
    struct hall *hall;
    const struct visit *visit;
    enum cal_share share;
    struct slot_times times;
    int overbook;
    uint64_t generation; /* of the oldest counters it looks at */
    const struct slots_column *columns[VISIT_PARTS_MAX];
};
struct slot_day {
    int date;
    const struct cal_day *first; /* of the visit's first part: where a booking may begin */
    int64_t opens_ms;
    bool all_released; /* the drip is over: most days, so that it is not drawn for each cell */
    struct cal_part parts[VISIT_PARTS_MAX];
};
void slot_view_open(struct call *c, const struct slot_wish *w, struct slot_view *out);
/* False when the date's counters are not loaded. */
bool slot_day_open(const struct slot_view *view, int date, struct slot_day *out);
/* How many such visits may still begin at that cell; 0 where none may. */
int slot_day_left(const struct slot_view *view, const struct slot_day *d, int cell);
/* Up to max free times nearest to at_ms, nearest first; none before earliest_ms or on a date
 * outside first..last. */
struct slot_near {
    int64_t at_ms, earliest_ms;
    int first, last;
};
int slot_nearest_of(const struct slot_view *view, const struct slot_near *near, int64_t *out,
                    int max);
/* The dates slots_nearest() looks at: to be loaded before. */
void slot_near_range(struct hall *hall, bool for_staff, int64_t now_ms, int64_t at_ms, int *first,
                     int *last);

/* answers.c: finished answers of searches. */
struct answers;
struct answers *answers_new(void);
void answers_free(struct answers *a);
/* True when c was answered from what is kept. */
bool answers_try(struct call *c, struct str key);
/* Answers c with json and keeps it; generation: of the view it was made from. */
void answers_reply(struct call *c, struct str key, struct str json, uint64_t generation);

/* search.c: the question as text, for answers.c: hall, row and arguments. */
struct str search_key(struct call *c);
/* Of the row's arguments. False when a problem was answered; `otherwise` when there is
 * none of that name. */
bool search_date(struct call *c, const char *name, int otherwise, int *date);
enum cal_share search_share(const struct call *c, enum cal_share otherwise);
void search_add_day(struct buf *out, const char *key, int date); /* "key":"yyyymmdd" */

#endif
