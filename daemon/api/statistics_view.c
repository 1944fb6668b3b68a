/* Statistics as the API tells them: sums, by day, hour, service, class and counter, with means,
 * percentiles and shares. Counts that are zero are left out. Pure; the worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/statistics.h"
#include "base/json.h"
#include "core/calendar.h"

static const char *const count_names[STATS_COUNTS] = {
#define COUNT(name, about) [STATS_##name] = #name,
#include "core/stats.def"
#undef COUNT
};

/* What is told as a share of what. */
static const struct {
    const char *name;
    enum stats_count part, whole;
} shares[] = {
    {"missed_percent", STATS_missed, STATS_called},
    {"target_percent", STATS_target_met, STATS_target_of},
    {"forecasts_percent", STATS_forecasts_kept, STATS_forecasts_given},
};

static void open_next(struct buf *out, char bracket)
{
    char last = out->p[out->len - 1];

    if (last != '[' && last != '{' && last != ':')
        buf_add_char(out, ',');
    buf_add_char(out, bracket);
}

static void add_times(struct buf *out, const char *name, const struct stats_times *t)
{
    json_add_key(out, name);
    buf_addf(out, "{\"n\":%lld", (long long)t->n);
    if (t->n > 0)
        buf_addf(out, ",\"mean\":%lld,\"p50\":%lld,\"p90\":%lld", (long long)stats_mean_ms(t),
                 (long long)stats_percentile_ms(t, 50), (long long)stats_percentile_ms(t, 90));
    buf_add_char(out, '}');
}

static void add_percent(struct buf *out, const char *name, int64_t part, int64_t whole)
{
    if (whole > 0) /* rounded to the nearest */
        json_add_member_i64(out, name, (part * 200 + whole) / (whole * 2));
}

static void add_set(struct buf *out, const struct stats_set *set)
{
    const int64_t *n = set->counts;

    json_add_member_i64(out, "arrived", stats_arrived(set));
    for (int i = 0; i < STATS_COUNTS; i++)
        if (n[i] != 0)
            json_add_member_i64(out, count_names[i], n[i]);
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
        add_percent(out, shares[i].name, n[shares[i].part], n[shares[i].whole]);
    add_percent(out, "good_percent", n[STATS_good], n[STATS_good] + n[STATS_bad]);
    for (int i = 0; i < STATS_TIMES; i++)
        add_times(out, stats_time_name((enum stats_time)i), &set->times[i]);
}

static void add_days(struct buf *out, const struct statistics *s)
{
    static const char *const states[] = {
        [STATISTICS_NONE] = "none",
        [STATISTICS_STORED] = "stored",
        [STATISTICS_LIVE] = "live",
    };

    json_add_key(out, "days");
    buf_add_char(out, '[');
    for (int i = 0; i < s->n; i++) {
        struct stats_set sum = {0};
        open_next(out, '{');
        json_add_key(out, "day");
        buf_addf(out, "\"%08d\"", cal_yyyymmdd(s->first + i));
        json_add_member_cstr(out, "state", states[s->states[i]]);
        if (s->days[i])
            stats_total(s->days[i], &sum);
        add_set(out, &sum);
        buf_add_char(out, '}');
        stats_set_clear(&sum);
    }
    buf_add_char(out, ']');
}

static void add_hours(struct buf *out, const struct stats *all)
{
    json_add_key(out, "hours");
    buf_add_char(out, '[');
    for (int hour = 0; hour < STATS_HOURS; hour++) {
        struct stats_set sum = {0};
        stats_hour(all, hour, &sum);
        if (!stats_set_is_empty(&sum)) {
            open_next(out, '{');
            json_add_member_i64(out, "hour", hour);
            add_set(out, &sum);
            buf_add_char(out, '}');
        }
        stats_set_clear(&sum);
    }
    buf_add_char(out, ']');
}

static void add_row(void *arg, const struct stats_row *row)
{
    struct buf *out = arg;

    open_next(out, '{');
    json_add_member_cstr(out, "code", row->code);
    add_set(out, row->set);
    buf_add_char(out, '}');
}

static void add_counter(void *arg, const struct stats_counter *c)
{
    struct buf *out = arg;

    open_next(out, '{');
    json_add_member_cstr(out, "code", c->code);
    json_add_member_i64(out, "open_ms", c->open_ms);
    json_add_member_i64(out, "serving_ms", c->serving_ms);
    json_add_key(out, "pauses");
    buf_add_char(out, '[');
    for (int i = 0; i < c->n_pauses; i++) {
        open_next(out, '{');
        json_add_member_cstr(out, "reason", c->pauses[i].reason);
        json_add_member_i64(out, "ms", c->pauses[i].ms);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    add_set(out, &c->set);
    buf_add_char(out, '}');
}

static void add_sums(struct buf *out, const struct stats *all, int64_t at_ms)
{
    struct stats_set sum = {0};

    stats_total(all, &sum);
    json_add_key(out, "total");
    buf_add_char(out, '{');
    add_set(out, &sum);
    buf_add_char(out, '}');
    stats_set_clear(&sum);
    add_hours(out, all);
    json_add_key(out, "services");
    buf_add_char(out, '[');
    stats_services(all, add_row, out);
    buf_add_char(out, ']');
    json_add_key(out, "classes");
    buf_add_char(out, '[');
    stats_classes(all, add_row, out);
    buf_add_char(out, ']');
    json_add_key(out, "counters");
    buf_add_char(out, '[');
    stats_counters(all, at_ms, add_counter, out);
    buf_add_char(out, ']');
    json_add_key(out, "messages");
    buf_add_char(out, '{');
    for (int m = 0; m < STATS_MESSAGES; m++)
        json_add_member_i64(out, stats_message_name((enum stats_message)m),
                            stats_messages(all, (enum stats_message)m));
    buf_add_char(out, '}');
}

void statistics_view(const struct statistics *s, struct buf *out)
{
    struct stats *all = stats_new();

    for (int i = 0; i < s->n; i++)
        if (s->days[i])
            stats_add(all, s->days[i], s->at_ms);
    buf_addf(out, "{\"from\":\"%08d\",\"to\":\"%08d\",\"today\":\"%08d\"", cal_yyyymmdd(s->first),
             cal_yyyymmdd(s->first + s->n - 1), cal_yyyymmdd(s->today));
    json_add_member_i64(out, "at", s->at_ms);
    json_add_member_bool(out, "partial", stats_partial(all));
    add_days(out, s);
    add_sums(out, all, s->at_ms);
    buf_add_char(out, '}');
    stats_free(all);
}
