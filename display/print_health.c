/* How each printer is: looked at twice a minute while it has nothing to do, told to the store, and
 * to the supervisor by an alarm: at once when a job failed, else when two looks in a row were bad.
 * Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "display/print_inside.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LOOK_MS = 30000,
    LOOK_BAD_MS = 5000, /* whoever has put in new paper waits for the page to say so */
    BAD_LOOKS = 2,
    SWALLOWED_MS = 120000, /* whoever swallows jobs and says to be well is not believed at once */
};

bool printer_is_due(const struct printer *p)
{
    int64_t every_ms = print_state_prints(p->state) ? LOOK_MS : LOOK_BAD_MS;

    return p->looked_ms == 0 || clock_mono_ms() - p->looked_ms >= every_ms;
}

static void on_health(void *arg, const struct store_reply *reply)
{
    struct printer *p = arg;

    p->calls--;
    if (reply->err != ERR_NONE)
        p->told_ms = 0; /* after the next look */
}

static void tell_health(struct printer *p)
{
    char name[PRINT_CODE_MAX + 16];
    struct buf json;

    (void)snprintf(name, sizeof(name), "printer:%s", p->code); /* 8 more */
    buf_init(&json);
    buf_add_char(&json, '{');
    json_add_member_cstr(&json, "state", print_state_name(p->state));
    json_add_member_i64(&json, "since", p->since_ms);
    buf_add_char(&json, '}');
    const struct str args[] = {str_of(name), buf_str(&json)};
    p->calls++;
    p->told_ms = clock_mono_ms();
    print_call(p->hall, "device_health", false, args, 2, on_health, p);
    buf_clear(&json);
}

/* --- the alarm --- */

static void ask_alarm(struct printer *p);

static void on_alarm(void *arg, const struct store_reply *reply)
{
    struct printer *p = arg;

    p->calls--;
    p->alarm_asked = false;
    if (reply->err != ERR_NONE)
        p->alarm = -1; /* asked again after the next look */
    else
        ask_alarm(p); /* it may have changed meanwhile */
}

static void ask_alarm(struct printer *p)
{
    char seconds[24];
    bool on = p->alarm_wanted;
    int64_t ms = clock_now_ms() - p->since_ms;

    if (p->alarm == (int)on || p->alarm_asked)
        return;
    (void)snprintf(seconds, sizeof(seconds), "%" PRId64, on && ms > 0 ? ms / 1000 : 0);
    const struct str args[] = {STR("printer"), str_of(p->code), str_of(seconds),
                               on ? STR("1") : STR("0")};
    p->alarm = on;
    p->alarm_asked = true;
    p->calls++;
    print_call(p->hall, "alarm_set", false, args, 4, on_alarm, p);
}

static void set_alarm(struct printer *p, bool on)
{
    p->alarm_wanted = on;
    ask_alarm(p);
}

void printer_forget(struct printer *p)
{
    set_alarm(p, false);
}

/* --- what was seen --- */

static void set_state(struct printer *p, enum print_state state)
{
    if (p->state == state)
        return;
    log_info("hall %s printer %s: %s -> %s", p->hall->code, p->code, print_state_name(p->state),
             print_state_name(state));
    p->state = state;
    p->since_ms = clock_now_ms();
    p->told_ms = 0;
}

static bool swallows(struct printer *p, enum print_outcome outcome)
{
    int64_t now_ms = clock_mono_ms();

    if (outcome == PRINT_DONE)
        p->swallowed_ms = 0;
    if (outcome == PRINT_MAYBE)
        p->swallowed_ms = now_ms;
    return p->swallowed_ms > 0 && now_ms - p->swallowed_ms < SWALLOWED_MS;
}

void printer_saw(struct printer *p, enum print_outcome outcome, enum print_state state)
{
    bool good = print_state_prints(state),
         failed = outcome != PRINT_CHECKED && outcome != PRINT_DONE;

    p->looked_ms = clock_mono_ms();
    set_state(p, state);
    p->bad_looks = good ? 0 : p->bad_looks + 1;
    if (p->gone)
        return;
    if (p->told_ms == 0 || clock_mono_ms() - p->told_ms >= PRINT_HEALTH_MS)
        tell_health(p);
    if (swallows(p, outcome) || (failed && !good) || p->bad_looks >= BAD_LOOKS)
        set_alarm(p, true);
    else if (good)
        set_alarm(p, false);
}
