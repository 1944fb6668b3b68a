/* What is wrong in a hall: looked at with each forecast, told to the store when it begins or ends.
 * An alarm ends only well below what began it, so that it does not come and go. Main thread. A
 * further kind gets its function, called by alarms_look(). SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "forecast/inside.h"
#include <stdio.h>
#include <string.h>

enum {
    ASK_AGAIN_MS = 10000,
    OFF_PERCENT = 80, /* of what begins a wait's alarm */
    OUTCOMES_OF_MS = 900000,
    REPORTED_MS = 5000, /* of real time: workers report boards once a second, however fast a demo */
    TOLD_LATELY_MS = 180000,  /* of real time: signs are reported twice a minute */
    SEEN_TODAY_MS = 43200000, /* a board that was not on since half a day is not missed */
};

static struct forecast_alarm *alarm_of(struct forecast_hall *h, const char *kind,
                                       const char *subject)
{
    struct forecast_alarm *a = h->alarms;

    while (a && (strcmp(a->kind, kind) != 0 || strcmp(a->subject, subject) != 0))
        a = a->next;
    if (a)
        return a;
    a = MEM_NEW(struct forecast_alarm);
    str_copy(str_of(kind), a->kind, sizeof(a->kind));
    str_copy(str_of(subject), a->subject, sizeof(a->subject));
    a->hall = h;
    a->next = h->alarms;
    h->alarms = a;
    return a;
}

void alarms_free(struct forecast_hall *h)
{
    for (struct forecast_alarm *a = h->alarms, *next; a; a = next) {
        next = a->next;
        mem_free(a);
    }
    h->alarms = NULL;
}

void alarms_load(struct forecast_hall *h, const json_t *alarms)
{
    json_t *one;
    size_t i;

    for (struct forecast_alarm *a = h->alarms; a; a = a->next)
        a->on = false;
    json_array_foreach(alarms, i, one)
    {
        const char *kind = json_string_value(json_object_get(one, "kind"));
        const char *subject = json_string_value(json_object_get(one, "subject"));
        if (kind && subject)
            alarm_of(h, kind, subject)->on = true;
    }
}

void alarms_event(struct forecast_hall *h, const json_t *event)
{
    struct str type = json_str(event, "type");
    const char *kind = json_string_value(json_object_get(event, "alarm"));
    const char *subject = json_string_value(json_object_get(event, "subject"));

    if (!str_starts(type, "alarm.") || !kind || !subject)
        return;
    struct forecast_alarm *a = alarm_of(h, kind, subject);
    a->on = str_is(type, "alarm.raised");
    a->asked = false;
}

static void on_set(void *arg, const struct store_reply *reply)
{
    struct forecast_alarm *a = arg;

    a->hall->calls--;
    if (reply->err != ERR_NONE) {
        log_debug("hall %s: an alarm was not kept: %s", a->hall->code, err_code(reply->err));
        a->asked = false; /* looked at again with the next forecast */
    }
}

static void set(struct forecast_hall *h, struct forecast_alarm *a, bool on, int64_t value)
{
    char number[24];
    int64_t mono_ms = clock_mono_ms();

    /* The event that follows says how it is; where it was so already, none comes. */
    if (a->on == on || (a->asked && mono_ms - a->asked_ms < ASK_AGAIN_MS))
        return;
    a->asked = true;
    a->asked_ms = mono_ms;
    (void)snprintf(number, sizeof(number), "%lld", (long long)value); /* any int64 fits */
    struct str args[] = {str_of(a->kind), str_of(a->subject), str_of(number),
                         on ? STR("1") : STR("0")};
    log_info("hall %s: alarm %s %s %s (%s)", h->code, a->kind, a->subject, on ? "on" : "off",
             number);
    forecast_call(h, "alarm_set", false, args, 4, on_set, a);
}

/* On above the limit, off again at `off` or below; between the two as it is. */
static void look(struct forecast_hall *h, struct forecast_alarm *a, int64_t value, int64_t limit,
                 int64_t off)
{
    if (value > limit)
        set(h, a, true, value);
    else if (value <= off)
        set(h, a, false, value > 0 ? value : 0);
}

static void look_waits(struct forecast_hall *h, const struct outlook *o, const int64_t *longest_ms)
{
    int64_t limit = h->plan->alarms.wait_minutes;

    for (int s = 0; s < o->world->in.services; s++) {
        const char *code = o->world->basis->service_codes[s];
        const struct eta_range *r = &o->services[s];
        int64_t likely = r->known ? eta_say(r).likely : 0;
        look(h, alarm_of(h, "wait", code), longest_ms[s] / MINUTE_MS, limit,
             limit * OFF_PERCENT / 100);
        look(h, alarm_of(h, "predicted", code), likely, limit, limit * OFF_PERCENT / 100);
    }
}

static void look_messages(struct forecast_hall *h, int64_t now_ms)
{
    int percent = lessons_failed_percent(h->lessons, now_ms - OUTCOMES_OF_MS);
    int limit = h->plan->alarms.sms_failed_percent;

    /* Too few to say: also the end of an alarm, since nobody is failing any more. */
    look(h, alarm_of(h, "sms", "-"), percent, limit, limit / 2);
}

/* By the name under which a device was seen: a hall without a kiosk needs others than one whose
 * board is dark. */
static struct forecast_alarm *alarm_of_device(struct forecast_hall *h, const char *name)
{
    static const char kiosk[] = "kiosk:";

    if (str_starts(str_of(name), kiosk))
        return alarm_of(h, "kiosk", name + sizeof(kiosk) - 1);
    return alarm_of(h, "board", name);
}

static void look_devices(struct forecast_hall *h, int64_t now_ms)
{
    int64_t limit_ms = (int64_t)h->plan->alarms.board_seconds * 1000;
    int64_t told_ms = (int64_t)REPORTED_MS * clock_speed();
    bool matters = build_is_open(h, now_ms) || scene_in_use(h->scene);
    const char *name;
    json_t *at;
    bool silent = false;

    limit_ms = limit_ms > told_ms ? limit_ms : told_ms;
    json_object_foreach(h->seen, name, at)
    {
        int64_t ms = now_ms - json_integer_value(at);
        struct forecast_alarm *a = alarm_of_device(h, name);
        bool missed = matters && ms > limit_ms && ms < SEEN_TODAY_MS;
        silent = silent || ms > limit_ms / 2;
        /* What was read a while ago may be old news: read anew before anybody is alarmed. */
        if (missed && now_ms - h->seen_ms < limit_ms / 4)
            set(h, a, true, ms / 1000);
        else if (!missed)
            set(h, a, false, 0);
    }
    if (silent || now_ms - h->seen_ms > limit_ms)
        forecast_ask_seen(h);
}

/* How long it has shown nothing, as whoever drives it told lately; 0: it is well, or nobody knows.
 */
static int64_t broken_ms(const struct forecast_hall *h, const char *sign, int64_t now_ms)
{
    char name[ETA_CODE_MAX + 8];

    (void)snprintf(name, sizeof(name), "sign:%s", sign); /* fits */
    const json_t *health = json_object_get(h->health, name);
    bool news = now_ms - json_i64(health, "at", 0) < TOLD_LATELY_MS * clock_speed();
    if (!json_is_object(health) || !news || str_is(json_str(health, "state"), "ok"))
        return 0;
    return now_ms - json_i64(health, "since", now_ms);
}

static bool is_sign(const struct forecast_hall *h, const char *code)
{
    for (int i = 0; i < h->plan->signs; i++)
        if (strcmp(h->plan->sign_codes[i].code, code) == 0)
            return true;
    return false;
}

static void look_signs(struct forecast_hall *h, int64_t now_ms)
{
    int64_t limit_ms = (int64_t)h->plan->alarms.board_seconds * 1000;
    int64_t told_ms = (int64_t)REPORTED_MS * clock_speed();
    bool matters = build_is_open(h, now_ms) || scene_in_use(h->scene);

    limit_ms = limit_ms > told_ms ? limit_ms : told_ms;
    for (int i = 0; i < h->plan->signs && h->health; i++) {
        const char *code = h->plan->sign_codes[i].code;
        int64_t ms = broken_ms(h, code, now_ms);
        if (matters && ms > limit_ms)
            set(h, alarm_of(h, "sign", code), true, ms / 1000);
        else if (ms == 0)
            set(h, alarm_of(h, "sign", code), false, 0);
    }
    for (struct forecast_alarm *a = h->alarms; a; a = a->next)
        if (strcmp(a->kind, "sign") == 0 && !is_sign(h, a->subject))
            set(h, a, false, 0); /* it was taken down */
    if (h->plan->signs > 0 && now_ms - h->health_ms >= limit_ms / 4)
        forecast_ask_health(h);
}

void alarms_look(struct forecast_hall *h, const struct outlook *o, const int64_t *longest_ms)
{
    look_waits(h, o, longest_ms);
    look_messages(h, o->at_ms);
    look_devices(h, o->at_ms);
    look_signs(h, o->at_ms);
}
