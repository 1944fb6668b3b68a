/* Raises the alarm "cap hour" in every hall this daemon follows, once an hour at most: any of them
 * may have sent the parts, and all of them wait for the next hour. The library tells the hall's
 * alarm phones, and ends the alarm with the hour (alarm.lua), so that a daemon which dies meanwhile
 * leaves none behind. Several daemons raise it together, and the first one counts. Main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/cap_alarm.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include <inttypes.h>
#include <stdio.h>

/* Asked at once: a city's halls do not crowd the store within one second. */
enum { ASKED_MAX = 16, CALL_ARGS = 9 };

struct told {
    struct cap_alarm *owner;
    struct told *next;
    char *hall;
    int64_t until_ms;  /* up to which it has heard; 0: of none */
    int64_t asking_ms; /* up to which it is being told; 0: not */
};

struct cap_alarm {
    struct store *store;
    struct told *halls;
    int asked;
};

struct cap_alarm *cap_alarm_new(struct store *s)
{
    struct cap_alarm *a = MEM_NEW(struct cap_alarm);
    a->store = s;
    return a;
}

void cap_alarm_free(struct cap_alarm *a)
{
    if (!a)
        return;
    while (a->halls) {
        struct told *t = a->halls;
        a->halls = t->next;
        mem_free(t->hall);
        mem_free(t);
    }
    mem_free(a);
}

void cap_alarm_follow(struct cap_alarm *a, struct str hall)
{
    for (const struct told *t = a->halls; t; t = t->next)
        if (str_is(hall, t->hall))
            return;
    struct told *t = MEM_NEW(struct told);
    t->owner = a;
    t->hall = mem_strndup(hall.p, hall.len);
    t->next = a->halls;
    a->halls = t;
}

static void on_raised(void *arg, const struct store_reply *reply)
{
    struct told *t = arg;
    /* A hall that is gone has nobody to alarm. */
    bool heard = reply->err == ERR_NONE || reply->err == ERR_HALL_UNKNOWN;
    if (heard)
        t->until_ms = t->asking_ms;
    else
        log_debug("hall %s: the alarm of the hour's cap was not kept: %s", t->hall,
                  err_code(reply->err));
    t->asking_ms = 0;
    t->owner->asked--;
}

static void raise_in(struct told *t, int parts_per_hour, int64_t until_ms)
{
    char now[24], value[12], until[24];
    (void)snprintf(now, sizeof now, "%" PRId64, clock_now_ms()); /* they fit, all three */
    (void)snprintf(value, sizeof value, "%d", parts_per_hour);
    (void)snprintf(until, sizeof until, "%" PRId64, until_ms);
    const struct str argv[CALL_ARGS] = {str_of(now),   STR(""),    STR("system:sms"),
                                        STR(""),       STR("cap"), STR("hour"),
                                        str_of(value), STR("1"),   str_of(until)};
    t->asking_ms = until_ms;
    t->owner->asked++;
    store_call(t->owner->store, &(struct store_call){.function = "alarm_set",
                                                     .tag = str_of(t->hall),
                                                     .argc = CALL_ARGS,
                                                     .argv = argv,
                                                     .fn = on_raised,
                                                     .arg = t});
}

void cap_alarm_raise(struct cap_alarm *a, int parts_per_hour, int64_t until_ms)
{
    for (struct told *t = a->halls; t && a->asked < ASKED_MAX; t = t->next)
        if (!t->asking_ms && t->until_ms != until_ms)
            raise_in(t, parts_per_hour, until_ms);
}
