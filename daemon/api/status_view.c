/* A hall's public status as JSON: open or when it opens, each service with its wait, the share of
 * promises kept, the best hour, and the hours of today beside what is usual. Only sums, and none of
 * fewer than some calls: nothing here is about anybody. Pure but for the caches it reads; the
 * worker's thread. A new member has its line in schemas.json. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "api/status.h"
#include "base/json.h"
#include <stdio.h>
#include <string.h>

enum { LOOK_DAYS = 7, HALF_AN_HOUR = 30 };

/* Of the forecast, parsed; NULL where there is none. */
static json_t *outlook_read(const struct call *c)
{
    const struct outlook *o = outlooks_get(c->api->config.outlooks, c->hall, c->now_ms);
    struct json_where where;
    struct buf text;

    if (!o)
        return NULL;
    buf_init(&text);
    outlook_json(o, false, &text);
    json_t *json = json_read(buf_str(&text), &where);
    buf_clear(&text);
    return json;
}

static const json_t *told_of(const json_t *outlook, const char *service)
{
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(outlook, "services"), i, one)
    {
        if (str_is(json_str(one, "code"), service))
            return one;
    }
    return NULL;
}

static void add_wait(struct buf *out, const json_t *wait)
{
    if (!json_is_object(wait))
        return;
    struct eta_said said = {.low = (int)json_i64(wait, "low", 0),
                            .likely = (int)json_i64(wait, "likely", 0),
                            .high = (int)json_i64(wait, "high", 0)};
    outlook_add_wait(out, "wait", &said);
}

static void add_service(struct buf *out, const struct hall_service *s, const json_t *told)
{
    buf_add_c(out, out->p[out->len - 1] == '[' ? "{" : ",{");
    json_add_member_cstr(out, "code", s->code);
    call_add_texts(out, "names", &s->names);
    json_add_member_bool(out, "open", s->open);
    if (told) {
        json_add_member_i64(out, "waiting", json_i64(told, "waiting", 0));
        add_wait(out, json_object_get(told, "wait"));
        if (json_object_get(told, "left"))
            json_add_member_i64(out, "left", json_i64(told, "left", 0));
        if (json_object_get(told, "stopped"))
            json_add_member_str(out, "stopped", json_str(told, "stopped"));
    }
    buf_add_char(out, '}');
}

/* The reason for which no service gives numbers; an empty view: some do. */
static struct str all_stopped(const struct hall_file *f, const json_t *outlook)
{
    struct str reason = {NULL, 0};

    for (size_t i = 0; i < f->service_count; i++) {
        const json_t *told = told_of(outlook, f->services[i].code);
        if (!f->services[i].open)
            continue;
        if (!told || !json_object_get(told, "stopped"))
            return (struct str){NULL, 0};
        reason = json_str(told, "stopped");
    }
    return reason;
}

static void add_hours_of_opening(struct buf *out, struct hall *hall, int64_t now_ms,
                                 struct str stopped)
{
    const struct cal_rules *rules = hall_rules_of(hall);
    bool open = cal_is_open(rules, now_ms);
    int64_t until_ms = cal_open_until_ms(rules, now_ms);
    int64_t opens_ms = open ? -1 : cal_opens_next_ms(rules, now_ms);

    json_add_member_cstr(out, "state", !open ? "closed" : stopped.p ? "stopped" : "open");
    if (until_ms >= 0)
        json_add_member_i64(out, "closes", until_ms);
    if (opens_ms >= 0)
        json_add_member_i64(out, "opens", opens_ms);
    if (open && stopped.p)
        json_add_member_str(out, "stopped", stopped);
}

static void add_kept(struct buf *out, const json_t *outlook)
{
    const json_t *kept = json_object_get(outlook, "kept");

    if (!kept)
        return;
    json_add_key(out, "kept");
    buf_addf(out, "{\"given\":%lld,\"kept\":%lld}", (long long)json_i64(kept, "given", 0),
             (long long)json_i64(kept, "kept", 0));
}

/* The best hour of a date, from that hour on. */
static bool add_best(struct buf *out, struct hall *hall, const struct status_past *past, int date,
                     int from_hour)
{
    struct cal_span spans[OPEN_SPANS_MAX];
    int open[STATS_HOURS];
    int n = cal_open_spans(hall_rules_of(hall), date, spans, OPEN_SPANS_MAX);
    int weekday = cal_weekday(date);

    status_open_minutes(spans, n, open);
    int hour = status_best_hour(past, weekday, open, from_hour);
    if (hour < 0)
        return n > 0;
    const struct status_hour *h = &past->groups[weekday].hours[hour];
    buf_addf(out, "%s{\"day\":\"%08d\",\"hour\":%d,\"p50\":%lld,\"days\":%d}",
             out->p[out->len - 1] == '[' ? "" : ",", cal_yyyymmdd(date), hour, (long long)h->p50_ms,
             h->days);
    return true;
}

/* Today's, from now on, and that of the next day the hall is open. */
static void add_bests(struct buf *out, struct hall *hall, const struct status_past *past,
                      int64_t now_ms)
{
    int today = cal_date_at(hall_rules_of(hall), now_ms);
    struct zone_local l;

    zone_local(hall->zone, now_ms, &l);
    json_add_key(out, "best");
    buf_add_char(out, '[');
    (void)add_best(out, hall, past, today, l.minute < HALF_AN_HOUR ? l.hour : l.hour + 1);
    for (int date = today + 1; date <= today + LOOK_DAYS; date++)
        if (add_best(out, hall, past, date, 0))
            break;
    buf_add_char(out, ']');
}

static void add_hour(struct buf *out, int hour, const struct status_hour *usual,
                     const struct outlook_hour *today)
{
    bool tells = usual && status_hour_tells(usual);
    bool now = today && today->n >= STATUS_CALLS_MIN;

    if (!tells && !now)
        return;
    buf_addf(out, "%s{\"hour\":%d", out->p[out->len - 1] == '[' ? "" : ",", hour);
    if (tells)
        buf_addf(out, ",\"usual\":{\"p50\":%lld,\"days\":%d}", (long long)usual->p50_ms,
                 usual->days);
    if (now)
        buf_addf(out, ",\"today\":{\"p50\":%lld,\"n\":%lld}", (long long)today->p50_ms,
                 (long long)today->n);
    buf_add_char(out, '}');
}

static void add_curve(struct buf *out, const struct call *c, struct hall *hall,
                      const struct status_past *past)
{
    int weekday = cal_weekday(cal_date_at(hall_rules_of(hall), c->now_ms));
    const struct status_group *usual = status_usual(past, weekday);
    const struct outlook *o = outlooks_last(c->api->config.outlooks, c->hall);

    (void)hall_day(hall, c->now_ms); /* so that its day is the present one */
    bool of_today = o && o->at_ms >= hall->day_begins_ms;
    if (usual) {
        json_add_key(out, "usual");
        buf_addf(out, "{\"days\":%d,\"weekday\":%s}", usual->days,
                 usual == &past->groups[STATUS_ALL] ? "false" : "true");
    }
    json_add_key(out, "hours");
    buf_add_char(out, '[');
    for (int hour = 0; hour < STATS_HOURS; hour++)
        add_hour(out, hour, usual ? &usual->hours[hour] : NULL, of_today ? &o->today[hour] : NULL);
    buf_add_char(out, ']');
}

void status_view(const struct call *c, struct hall *hall, const struct status_hall *h,
                 struct buf *out)
{
    const struct hall_file *f = hall->file;
    json_t *outlook = outlook_read(c);

    buf_add_char(out, '{');
    json_add_member_cstr(out, "hall", hall->code);
    call_add_texts(out, "names", &f->names);
    json_add_member_cstr(out, "zone", f->zone);
    json_add_member_cstr(out, "accent", f->accent);
    json_add_member_bool(out, "booking", f->booking.open);
    add_hours_of_opening(out, hall, c->now_ms, all_stopped(f, outlook));
    json_add_key(out, "services");
    buf_add_char(out, '[');
    for (size_t i = 0; i < f->service_count; i++)
        add_service(out, &f->services[i], told_of(outlook, f->services[i].code));
    buf_add_char(out, ']');
    add_kept(out, outlook);
    add_bests(out, hall, &h->past, c->now_ms);
    add_curve(out, c, hall, &h->past);
    json_decref(outlook);
}
