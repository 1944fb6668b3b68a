/* GET /halls/{hall}/statistics and statistics.csv: days that are over as the store kept them, today
 * as its events say. Some days are read at a time, so that no turn of the loop gets long. The
 * worker's thread. SPDX-License-Identifier: MIT */
#include "api/statistics.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/metric.h"
#include "core/calendar.h"
#include <stdio.h>
#include <string.h>

enum { DAYS_A_READ = 7 }; /* of a large hall some 700 kB: 10 ms to read */

struct ask {
    struct statistics s;
    int read; /* so many of the days were looked for in the store */
    void (*then)(struct call *c, struct hall *hall);
    bool file, by_counter;
};

static void ask_free(struct ask *a)
{
    for (int i = 0; i < a->s.n; i++)
        stats_free(a->s.days[i]);
    mem_free(a);
}

static void reply_file(struct call *c, const struct ask *a, const struct hall *hall)
{
    struct str name =
        arena_printf(http_arena(c->req), "attachment; filename=\"" STR_FMT "%s-%08d-%08d.csv\"",
                     STR_ARG(c->hall), a->by_counter ? "-counters" : "", cal_yyyymmdd(a->s.first),
                     cal_yyyymmdd(a->s.first + a->s.n - 1));
    struct http_field fields[] = {{"Content-Disposition", name},
                                  {"Cache-Control", STR("no-store")},
                                  {"X-Request-Id", str_of(c->request_id)}};
    struct buf csv;

    buf_init(&csv);
    if (a->by_counter)
        statistics_csv_counters(&a->s, hall->file, &csv);
    else
        statistics_csv(&a->s, hall->file, &csv);
    struct http_answer answer = {
        .status = 200,
        .content_type = "text/csv; charset=utf-8",
        .body = buf_str(&csv),
        .fields = fields,
        .n_fields = 3,
    };
    metric_add(METRIC_COMMANDS, c->command->name, 1);
    http_reply(c->req, &answer);
    buf_clear(&csv);
}

/* The live fold stands in for its day: today, or a day not closed in the store yet. */
static int live_day(const struct ask *a, const struct stats *live)
{
    int date = live && stats_day(live) > 0 ? cal_date(stats_day(live)) : -1;
    int i = date - a->s.first;

    if (date < 0 || i < 0 || i >= a->s.n || (date != a->s.today && a->s.days[i]))
        return -1;
    return i;
}

static void answer(struct call *c, struct hall *hall)
{
    struct ask *a = c->state;
    struct buf out;

    if (a->file) {
        reply_file(c, a, hall);
    } else {
        buf_init(&out);
        statistics_view(&a->s, &out);
        call_reply_json(c, buf_str(&out));
        buf_clear(&out);
    }
    ask_free(a);
}

static void on_hall(void *arg, struct hall *hall, enum err err)
{
    struct call *c = arg;
    struct ask *a = c->state;

    if (!hall) {
        ask_free(a);
        call_problem(c, err, NULL, NULL);
    } else {
        a->then(c, hall);
    }
}

/* then comes with the hall, which may have been dropped since the last turn. */
static void with_hall(struct call *c, void (*then)(struct call *c, struct hall *hall))
{
    struct ask *a = c->state;
    struct hall *hall = halls_find(c->api->halls, c->hall);

    a->then = then;
    if (hall)
        then(c, hall);
    else
        halls_load(c->api->halls, c->hall, on_hall, c);
}

static void on_live(struct call *c, const struct stats *live)
{
    struct ask *a = c->state;
    int at = live_day(a, live);

    if (!live) {
        ask_free(a);
        return;
    }
    if (at >= 0) {
        stats_free(a->s.days[at]);
        a->s.days[at] = stats_new();
        stats_add(a->s.days[at], live, a->s.at_ms);
        a->s.states[at] = STATISTICS_LIVE;
    }
    with_hall(c, answer);
}

static void read_days(struct call *c);

static void take_days(struct ask *a, const json_t *days)
{
    const char *name;
    json_t *stored;

    json_object_foreach((json_t *)days, name, stored)
    {
        int64_t day;
        int i = str_to_i64(str_of(name), 0, INT32_MAX, &day) ? cal_date((int)day) : -1;
        i -= a->s.first;
        if (i < 0 || i >= a->s.n || a->s.days[i] || !json_is_object(stored))
            continue;
        a->s.days[i] = stats_new();
        a->s.states[i] = STATISTICS_STORED;
        if (stats_load(a->s.days[i], stored))
            continue;
        stats_free(a->s.days[i]);
        a->s.days[i] = NULL;
        a->s.states[i] = STATISTICS_NONE;
    }
}

static void on_days(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct json_where where;

    if (reply->err != ERR_NONE) {
        ask_free(c->state);
        call_problem_store(c, reply);
        return;
    }
    json_t *json = json_read(reply->text, &where);
    take_days(c->state, json_object_get(json, "days"));
    json_decref(json);
    read_days(c);
}

static void ask_live(struct call *c, struct hall *hall)
{
    statistics_live_get(c, hall, on_live);
}

/* The next days from the store; then what has happened today. */
static void read_days(struct call *c)
{
    struct ask *a = c->state;
    struct buf days;
    int to = a->read + DAYS_A_READ < a->s.n ? a->read + DAYS_A_READ : a->s.n;

    buf_init(&days);
    for (int i = a->read; i < to && a->s.first + i < a->s.today; i++)
        buf_addf(&days, "%s%08d", days.len > 0 ? "," : "", cal_yyyymmdd(a->s.first + i));
    a->read = to;
    struct str csv = buf_str(&days);
    if (days.len > 0)
        call_store_read(c, "statistics_days", &csv, 1, on_days);
    else
        /* Today, or yesterday that is not closed yet, is still in the events. */
        with_hall(c, a->s.first + a->s.n >= a->s.today ? ask_live : answer);
    buf_clear(&days);
}

static bool date_of(struct call *c, const char *name, int otherwise, int *date)
{
    struct str text = args_get(c->command, &c->args, name);
    int64_t day;

    *date = otherwise;
    if (text.len > 0)
        *date = str_to_i64(text, 0, INT32_MAX, &day) ? cal_date((int)day) : -1;
    if (*date < 0)
        call_problem(c, ERR_DAY_UNKNOWN, name, NULL);
    return *date >= 0;
}

static void begin(struct call *c, bool file)
{
    int64_t day;
    int today = str_to_i64(str_of(c->day), 0, INT32_MAX, &day) ? cal_date((int)day) : -1;
    int from, to;
    struct str text = args_get(c->command, &c->args, "from");

    if (!date_of(c, "from", today, &from) || !date_of(c, "to", text.len > 0 ? from : today, &to))
        return;
    if (text.len == 0)
        from = to;
    if (to < from || to - from >= STATISTICS_DAYS_MAX) {
        call_problem(c, ERR_FIELD_INVALID, "to", "From one to 62 days, the earlier one first.");
        return;
    }
    struct ask *a = MEM_NEW(struct ask);
    a->file = file;
    a->by_counter = file && str_is(args_get(c->command, &c->args, "by"), "counter");
    a->s.first = from;
    a->s.n = to - from + 1;
    a->s.today = today;
    a->s.at_ms = c->now_ms;
    c->state = a;
    read_days(c);
}

void local_statistics_view(struct call *c)
{
    begin(c, false);
}

void local_statistics_file(struct call *c)
{
    begin(c, true);
}
