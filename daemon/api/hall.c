/* One hall as a worker keeps it: read from the library's answer, its local date, whether it is
 * open. No state of its own; the worker's thread. SPDX-License-Identifier: MIT */
#include "api/booking.h"
#include "base/json.h"
#include "base/log.h"
#include "core/quiet.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "7.1795465432": the version, and the epoch of the hall's stream. */
static bool read_version(struct hall *hall, struct str s)
{
    struct str digits;

    if (s.len >= sizeof(hall->version_epoch))
        return false;
    memcpy(hall->version_epoch, s.p, s.len);
    hall->version_epoch[s.len] = '\0';
    return str_cut(&s, '.', &digits) && str_to_i64(digits, 0, INT64_MAX, &hall->version);
}

static bool read_config(struct hall *hall, const json_t *config, struct buf *error)
{
    char *text = config ? json_dumps(config, JSON_COMPACT) : NULL;

    if (!text)
        return false;
    buf_reset(&hall->config);
    buf_add_c(&hall->config, text);
    free(text); /* jansson's allocator, not ours */
    hall->file = hall_read(buf_str(&hall->config), "store", error);
    if (!hall->file)
        return false;
    hall->zone = zone_load(hall->file->zone);
    if (!hall->zone)
        hall_zone_unknown(hall->file, error);
    return hall->zone != NULL;
}

bool hall_read_reply(struct hall *hall, struct str json)
{
    struct json_where where;
    struct buf error;
    json_t *reply = json_read(json, &where);

    buf_init(&error);
    bool ok = reply && read_version(hall, json_str(reply, "version")) &&
              read_config(hall, json_object_get(reply, "config"), &error);
    if (!ok) {
        log_error("hall %s: its configuration in the store cannot be used: " STR_FMT, hall->code,
                  STR_ARG(buf_str(&error)));
        hall_clear(hall);
    }
    json_decref(reply);
    buf_clear(&error);
    return ok;
}

void hall_clear(struct hall *hall)
{
    hall_calendar_free(hall->calendar);
    hall->calendar = NULL;
    zone_free(hall->zone);
    hall->zone = NULL;
    hall_free(hall->file);
    hall->file = NULL;
    buf_clear(&hall->config);
    hall->day_begins_ms = hall->day_ends_ms = 0;
}

const char *hall_day(struct hall *hall, int64_t now_ms)
{
    if (now_ms < hall->day_begins_ms || now_ms >= hall->day_ends_ms) {
        int day = zone_day(hall->zone, now_ms, &hall->day_begins_ms, &hall->day_ends_ms);
        (void)snprintf(hall->day, sizeof(hall->day), "%08d", day); /* any int fits */
    }
    return hall->day;
}

bool hall_quiet(const struct hall *hall, int64_t now_ms, int64_t *from_ms, int64_t *till_ms)
{
    const struct hall_span *quiet = &hall->file->quiet_hours;

    if (quiet->from_minute == quiet->to_minute)
        return false;
    quiet_next(hall->zone, quiet->from_minute, quiet->to_minute, now_ms, from_ms, till_ms);
    return true;
}

bool hall_is_open(struct hall *hall, int64_t now_ms)
{
    return cal_is_open(hall_rules_of(hall), now_ms);
}
