/* What this daemon tells the others, and its staff, of the gateways. Each second what was spent, so
 * that the hour's cap of all halls holds over all daemons (it is overdrawn by a second's messages
 * at most); every 10 s how a gateway is where that changed, every 20 s in any case, since the store
 * forgets it after 30. The store being away loses nothing of what was spent. Main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/live.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "loop/timer.h"
#include "sms/cap_alarm.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    TICK_MS = 1000,
    STOP_TICK_MS = 50,
    CHANGED_TICKS = 10,
    SURE_TICKS = 20,
    HOUR_MS = 3600000,
    TELL_ARGS = 7, /* four common ones, three of the function */
};
#define GATEWAYS_TAG STR("sms")

/* One gateway's. */
struct side {
    struct live *live;
    struct route *route;
    struct buf told;   /* what gateway_state has */
    int told_ticks;    /* ago */
    int64_t asking;    /* parts on their way to gateway_spent; 0: none */
    const char *state; /* as last logged */
};

struct live {
    struct store *store;
    struct timer *tick;
    char *daemon;
    struct side *sides;
    size_t count;
    int parts_per_hour;      /* 0: no cap */
    int64_t capped_until_ms; /* business time; 0: not capped */
    bool known;              /* what was spent before and by others */
    struct cap_alarm *alarm;
    char day[12];       /* yyyymmdd in the zone of the hall that sent last; "": none did */
    int64_t day_for_ms; /* business time until which it is that day there */
};

void live_json(struct route *r, bool capped, int64_t mono_us, struct buf *out)
{
    buf_add_char(out, '{');
    json_add_member_cstr(out, "state", route_state(r, mono_us));
    json_add_member_cstr(out, "kind", r->settings->kind);
    json_add_member_cstr(out, "breaker",
                         breaker_state_name(breaker_look(&r->breaker, mono_us / 1000)));
    json_add_member_i64(out, "rate", route_last_minute(r, mono_us));
    json_add_member_i64(out, "rate_per_second", r->settings->rate_per_second);
    json_add_member_i64(out, "window", r->settings->window);
    json_add_member_i64(out, "used", r->held);
    json_add_member_i64(out, "accepted", r->accepted);
    json_add_member_i64(out, "rejected", r->refused);
    json_add_member_i64(out, "failed", r->failed);
    json_add_member_i64(out, "throttled", r->throttled);
    json_add_member_i64(out, "parts", r->parts);
    json_add_member_cstr(out, "reason", r->reason);
    json_add_member_bool(out, "capped", capped);
    buf_add_char(out, '}');
}

void live_sends(struct live *v, const struct zone *zone)
{
    int64_t now_ms = clock_now_ms(), begins_ms;
    if (zone)
        (void)snprintf(v->day, sizeof v->day, "%08u",
                       (unsigned)zone_day(zone, now_ms, &begins_ms, &v->day_for_ms) % 100000000u);
}

/* What was sent without a hall (a test), some time after the last message, counts for a day of this
 * machine. */
static struct str day_now(struct live *v, char out[12])
{
    time_t now_s = (time_t)(clock_now_ms() / 1000);
    struct tm local;
    if (*v->day && v->day_for_ms > clock_now_ms())
        return str_of(v->day);
    if (!localtime_r(&now_s, &local) || !strftime(out, 12, "%Y%m%d", &local))
        return STR("");
    return str_of(out);
}

static void call(struct live *v, const char *function, const struct str args[3], store_fn fn,
                 void *arg)
{
    char now[24], day[12];
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[TELL_ARGS] = {
        str_of(now), STR(""), STR("system:sms"), day_now(v, day), args[0], args[1], args[2]};
    store_call(v->store, &(struct store_call){.function = function,
                                              .tag = GATEWAYS_TAG,
                                              .argc = TELL_ARGS,
                                              .argv = argv,
                                              .fn = fn,
                                              .arg = arg});
}

static bool is_over(const struct live *v)
{
    return v->capped_until_ms > clock_now_ms();
}

bool live_is_capped(const struct live *v)
{
    return v->parts_per_hour && (!v->known || is_over(v));
}

/* --- how they are --- */

static void on_told(void *arg, const struct store_reply *reply)
{
    struct side *d = arg;
    if (reply->err != ERR_NONE)
        d->told_ticks = SURE_TICKS; /* at the next tick again */
}

static void note_state(struct side *d, const char *state)
{
    bool works = strcmp(state, "up") == 0 || strcmp(state, "throttled") == 0;
    metric_set(METRIC_GATEWAY_UP, d->route->settings->name, works);
    metric_set(METRIC_GATEWAY_HELD, d->route->settings->name, d->route->held);
    if (d->state != state && (strcmp(state, "open") == 0 || strcmp(d->state, "open") == 0))
        log_write(works ? LOG_INFO : LOG_WARN, "sms gateway %s: %s -> %s%s%s",
                  d->route->settings->name, d->state, state, works ? "" : ": ",
                  works ? "" : d->route->reason);
    d->state = state;
}

static void tell_state(struct side *d)
{
    struct buf json;
    int64_t mono_us = clock_mono_us();
    note_state(d, route_state(d->route, mono_us));
    if (++d->told_ticks < CHANGED_TICKS)
        return;
    buf_init(&json);
    live_json(d->route, is_over(d->live), mono_us, &json);
    if (d->told_ticks >= SURE_TICKS || !str_eq(buf_str(&json), buf_str(&d->told))) {
        const struct str args[] = {str_of(d->route->settings->name), str_of(d->live->daemon),
                                   buf_str(&json)};
        d->told_ticks = 0;
        buf_reset(&d->told);
        buf_add_str(&d->told, buf_str(&json));
        call(d->live, "gateway_state", args, on_told, d);
    }
    buf_clear(&json);
}

/* --- what was spent --- */

static void note_hour(struct live *v, int64_t parts)
{
    bool was = is_over(v);
    v->known = true;
    int64_t now_ms = clock_now_ms();
    v->capped_until_ms =
        v->parts_per_hour && parts >= v->parts_per_hour ? now_ms - now_ms % HOUR_MS + HOUR_MS : 0;
    if (!was && v->capped_until_ms)
        log_error("sms: %" PRId64 " parts in this hour, sms.parts_per_hour is %d: all but codes "
                  "and alarms wait for the next",
                  parts, v->parts_per_hour);
}

static void on_spent(void *arg, const struct store_reply *reply)
{
    struct side *d = arg;
    struct json_where where;
    json_t *json = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (json)
        note_hour(d->live, json_i64(json, "all", 0));
    else
        d->route->unspent += d->asking; /* perhaps counted twice: better than not at all */
    d->asking = 0;
    json_decref(json);
}

/* ask: even where nothing was spent, since others spend, too. What was sent is told without a cap,
 * which stands in the answer. */
static void tell_spent(struct side *d, bool ask)
{
    char parts[24];
    if (d->asking || (!d->route->unspent && !ask))
        return;
    d->asking = d->route->unspent;
    d->route->unspent = 0;
    snprintf(parts, sizeof parts, "%" PRId64, d->asking);
    const struct str args[] = {str_of(d->route->settings->name), str_of(parts), STR("0")};
    call(d->live, "gateway_spent", args, on_spent, d);
}

static void on_tick(void *arg)
{
    struct live *v = arg;
    if (!store_ready(v->store, NULL))
        return;
    for (size_t i = 0; i < v->count; i++) {
        tell_spent(&v->sides[i], i == 0 && v->parts_per_hour && !v->known);
        tell_state(&v->sides[i]);
    }
    if (is_over(v))
        cap_alarm_raise(v->alarm, v->parts_per_hour, v->capped_until_ms);
}

void live_follow(struct live *v, struct str hall)
{
    cap_alarm_follow(v->alarm, hall);
}

struct live *live_new(struct loop *l, struct store *s, struct routes *routes,
                      const struct sms_deps *deps)
{
    struct live *v = MEM_NEW(struct live);
    v->store = s;
    v->daemon = mem_strdup(deps->consumer);
    v->count = routes_count(routes);
    v->sides = mem_calloc(v->count, sizeof *v->sides);
    v->parts_per_hour = deps->settings->sms_parts_per_hour;
    for (size_t i = 0; i < v->count; i++) {
        v->sides[i] = (struct side){
            .live = v, .route = &routes_list(routes)[i], .told_ticks = SURE_TICKS, .state = "up"};
        buf_init(&v->sides[i].told);
    }
    v->alarm = cap_alarm_new(s);
    v->tick = timer_new(l, on_tick, v);
    timer_every(v->tick, TICK_MS);
    return v;
}

void live_stop(struct live *v)
{
    timer_every(v->tick, STOP_TICK_MS);
}

bool live_idle(const struct live *v)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->sides[i].asking || v->sides[i].route->unspent)
            return false;
    return true;
}

void live_free(struct live *v)
{
    if (!v)
        return;
    timer_free(v->tick);
    for (size_t i = 0; i < v->count; i++)
        buf_clear(&v->sides[i].told);
    cap_alarm_free(v->alarm);
    mem_free(v->sides);
    mem_free(v->daemon);
    mem_free(v);
}
