/* What no event tells a forecast, and so is read again: bookings to come today, boards alive, how
 * signs are. Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/mem.h"
#include "forecast/inside.h"
#include <inttypes.h>
#include <stdio.h>

enum { BOOKINGS_MAX = 2000 /* of the rest of one day */ };

static struct forecast_booked booked_of(const struct forecast_hall *h, const json_t *j)
{
    const struct plan *p = h->plan;
    const struct plan_class *class = plan_class(p, json_str(j, "class"));
    const char *service = json_string_value(json_array_get(json_object_get(j, "services"), 0));

    return (struct forecast_booked){
        .service = plan_service(p, str_of(service)),
        .persons = (int)json_i64(j, "persons", 1),
        .at_ms = json_i64(j, "at", 0),
        .advantage_ms = p->class[p->normal].target_ms - class->target_ms,
        .target_ms = class->target_ms,
    };
}

static void on_bookings(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;
    struct json_where where;
    json_t *one;
    size_t i;

    h->calls--;
    h->bookings_asked = false;
    if (h->state != FORECAST_READY)
        return;
    json_t *j = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (!j) {
        h->bookings_due = true;
        return;
    }
    const json_t *list = json_object_get(j, "bookings");
    mem_free(h->booked);
    h->booked = mem_calloc(json_array_size(list) + 1, sizeof(*h->booked));
    h->booked_count = 0;
    json_array_foreach(list, i, one)
    {
        struct forecast_booked b = booked_of(h, one);
        if (str_is(json_str(one, "state"), "confirmed") && b.service >= 0)
            h->booked[h->booked_count++] = b;
    }
    json_decref(j);
    h->dirty = true;
}

void forecast_ask_bookings(struct forecast_hall *h)
{
    char from[24], to[24], limit[12];
    int64_t from_ms = clock_now_ms() - h->plan->late_ms;

    (void)snprintf(from, sizeof(from), "%" PRId64, from_ms);
    (void)snprintf(to, sizeof(to), "%" PRId64, h->day_ends_ms);
    (void)snprintf(limit, sizeof(limit), "%d", BOOKINGS_MAX);
    struct str args[] = {str_of(from), str_of(to), str_of(limit)};
    h->bookings_due = false;
    h->bookings_asked = true;
    h->bookings_ms = clock_mono_ms();
    forecast_call(h, "booking_list", true, args, 3, on_bookings, h);
}

static void on_seen(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;
    struct json_where where;

    h->calls--;
    h->seen_asked = false;
    json_t *j = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (!j || h->state != FORECAST_READY) {
        json_decref(j);
        return;
    }
    json_decref(h->seen);
    h->seen = json_incref(json_object_get(j, "seen"));
    h->seen_ms = clock_now_ms();
    json_decref(j);
}

void forecast_ask_seen(struct forecast_hall *h)
{
    if (h->seen_asked)
        return;
    h->seen_asked = true;
    forecast_call(h, "seen_list", true, NULL, 0, on_seen, h);
}

static void on_health(void *arg, const struct store_reply *reply)
{
    struct forecast_hall *h = arg;
    struct json_where where;

    h->calls--;
    h->health_asked = false;
    json_t *j = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (j && h->state == FORECAST_READY) {
        json_decref(h->health);
        h->health = json_incref(json_object_get(j, "devices"));
        h->health_ms = clock_now_ms();
    }
    json_decref(j);
}

void forecast_ask_health(struct forecast_hall *h)
{
    if (h->health_asked)
        return;
    h->health_asked = true;
    forecast_call(h, "health_list", true, NULL, 0, on_health, h);
}
