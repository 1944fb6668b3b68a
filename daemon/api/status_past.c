/* The weeks behind of one hall: days as the store kept them, read a week at a time so that no turn
 * of the loop gets long, and folded into hours. The worker's thread. SPDX-License-Identifier: MIT
 */
#include "api/moment.h"
#include "api/status.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/calendar.h"

enum { DAYS_A_READ = 7 }; /* of a large hall some 700 kB: 10 ms to read */

struct past_reading {
    struct call *call;
    struct status_hall *hall;
    past_fn fn;
    struct status_fold *fold;
    int today, read; /* dates; so many of the days were asked for */
    char day[16];
};

void past_reading_free(struct past_reading *r)
{
    if (!r)
        return;
    status_fold_free(r->fold);
    mem_free(r);
}

static void finish(struct past_reading *r, bool whole)
{
    struct status_hall *h = r->hall;
    struct call *c = r->call;
    past_fn fn = r->fn;

    if (whole) {
        status_fold_read(r->fold, &h->past);
        str_copy(str_of(r->day), h->past_day, sizeof(h->past_day));
    }
    h->past_ms = clock_mono_ms();
    h->reading = NULL;
    past_reading_free(r);
    fn(c, h);
}

static void take_day(struct past_reading *r, const char *name, const json_t *stored)
{
    int64_t day;
    int date = str_to_i64(str_of(name), 0, INT32_MAX, &day) ? cal_date((int)day) : -1;
    struct stats *s = stats_new();

    if (date >= 0 && json_is_object(stored) && stats_load(s, stored))
        status_fold_add(r->fold, cal_weekday(date), s);
    stats_free(s);
}

static void read_on(struct past_reading *r);

static void on_days(void *arg, const struct store_reply *reply)
{
    struct past_reading *r = arg;
    struct json_where where;
    const char *name;
    json_t *stored, *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;

    if (!json) {
        log_warn("hall %s: its past days cannot be read: %s", r->hall->code, err_code(reply->err));
        finish(r, false);
        return;
    }
    json_object_foreach(json_object_get(json, "days"), name, stored) take_day(r, name, stored);
    json_decref(json);
    read_on(r);
}

static void read_on(struct past_reading *r)
{
    char now[MOMENT_MAX];
    struct buf days;
    int to = r->read + DAYS_A_READ;

    if (r->read >= STATUS_PAST_DAYS) {
        finish(r, true);
        return;
    }
    buf_init(&days);
    for (; r->read < to && r->read < STATUS_PAST_DAYS; r->read++)
        buf_addf(&days, "%s%08d", days.len > 0 ? "," : "", cal_yyyymmdd(r->today - 1 - r->read));
    struct str argv[] = {moment_text(r->call->now_ms, now), buf_str(&days)};
    struct store_call call = {
        .function = "statistics_days",
        .tag = str_of(r->hall->code),
        .read_only = true,
        .argc = 2,
        .argv = argv,
        .fn = on_days,
        .arg = r,
    };
    store_call(r->call->api->config.store, &call);
    buf_clear(&days);
}

void past_read(struct call *c, struct status_hall *h, past_fn fn)
{
    struct past_reading *r = MEM_NEW(struct past_reading);
    int64_t day = 0;

    (void)str_to_i64(str_of(c->day), 0, INT32_MAX, &day); /* written by hall_day() */
    r->call = c;
    r->hall = h;
    r->fn = fn;
    r->fold = status_fold_new();
    r->today = cal_date((int)day);
    str_copy(str_of(c->day), r->day, sizeof(r->day));
    h->reading = r;
    read_on(r);
}
