/* The fold of past days into hours. Owns a set of statistics for each hour of each group while days
 * are added; what is kept afterwards (struct status_past) is 5 kB. Pure.
 * SPDX-License-Identifier: MIT */
#include "core/status.h"
#include "base/mem.h"

enum { HALF_AN_HOUR = 30, MINUTES = 60, DIFFERENCE_MS = 120000 };

struct status_fold {
    struct stats_set sets[STATUS_GROUPS][STATS_HOURS];
    int hour_days[STATUS_GROUPS][STATS_HOURS];
    int days[STATUS_GROUPS];
};

struct status_fold *status_fold_new(void)
{
    return MEM_NEW(struct status_fold);
}

void status_fold_free(struct status_fold *f)
{
    if (!f)
        return;
    for (int g = 0; g < STATUS_GROUPS; g++)
        for (int hour = 0; hour < STATS_HOURS; hour++)
            stats_set_clear(&f->sets[g][hour]);
    mem_free(f);
}

void status_fold_add(struct status_fold *f, int weekday, const struct stats *day)
{
    const int groups[] = {weekday, STATUS_ALL};
    bool any = false;

    for (int hour = 0; hour < STATS_HOURS && !stats_partial(day); hour++) {
        struct stats_set sum = {0};
        stats_hour(day, hour, &sum);
        for (int i = 0; i < 2 && sum.times[STATS_WAIT].n > 0; i++) {
            stats_set_add(&f->sets[groups[i]][hour], &sum);
            f->hour_days[groups[i]][hour]++;
            any = true;
        }
        stats_set_clear(&sum);
    }
    for (int i = 0; i < 2; i++)
        f->days[groups[i]] += any;
}

void status_fold_read(const struct status_fold *f, struct status_past *out)
{
    for (int g = 0; g < STATUS_GROUPS; g++) {
        out->groups[g].days = f->days[g];
        for (int hour = 0; hour < STATS_HOURS; hour++) {
            const struct stats_times *wait = &f->sets[g][hour].times[STATS_WAIT];
            out->groups[g].hours[hour] =
                (struct status_hour){f->hour_days[g][hour], wait->n, stats_percentile_ms(wait, 50)};
        }
    }
}

const struct status_group *status_usual(const struct status_past *p, int weekday)
{
    const struct status_group *own = &p->groups[weekday], *all = &p->groups[STATUS_ALL];

    if (own->days >= STATUS_DAYS_MIN)
        return own;
    return all->days >= STATUS_DAYS_MIN ? all : NULL;
}

bool status_hour_tells(const struct status_hour *h)
{
    return h->days >= STATUS_DAYS_MIN && h->n >= STATUS_CALLS_MIN;
}

void status_open_minutes(const struct cal_span *spans, int n, int out[STATS_HOURS])
{
    for (int hour = 0; hour < STATS_HOURS; hour++) {
        out[hour] = 0;
        for (int i = 0; i < n; i++) {
            int from = spans[i].from_minute, to = spans[i].to_minute;
            if (from < hour * MINUTES)
                from = hour * MINUTES;
            if (to > (hour + 1) * MINUTES)
                to = (hour + 1) * MINUTES;
            out[hour] += to > from ? to - from : 0;
        }
    }
}

int status_best_hour(const struct status_past *p, int weekday, const int open[STATS_HOURS],
                     int from_hour)
{
    const struct status_hour *hours = p->groups[weekday].hours;
    int best = -1;
    int64_t worst_ms = -1;

    for (int hour = from_hour; hour < STATS_HOURS; hour++) {
        if (open[hour] < HALF_AN_HOUR || !status_hour_tells(&hours[hour]))
            continue;
        if (best < 0 || hours[hour].p50_ms < hours[best].p50_ms)
            best = hour;
        if (hours[hour].p50_ms > worst_ms)
            worst_ms = hours[hour].p50_ms;
    }
    /* Where all are alike, people may come when they like. */
    return best >= 0 && worst_ms - hours[best].p50_ms >= DIFFERENCE_MS ? best : -1;
}
