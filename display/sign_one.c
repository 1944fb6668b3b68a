/* One sign: what it is to show, when that is sent, and how it is. Main thread. Where frames go is
 * its port's (sign_port.c), what it shows is its hall's (sign_faces.c).
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "display/sign_inside.h"
#include <stdio.h>
#include <string.h>

enum {
    BUSY_MS = 1000,
    SILENT_MAX_MS =
        60000, /* a dead sign costs its neighbours on the line an answer's time each time */
    SILENT_DOUBLES = 6,
};

const char *const sign_state_names[SIGN_STATES] = {"ok", "connecting", "refused", "silent",
                                                   "broken"};

struct sign *sign_new(struct sign_hall *h, struct sign_plan *plan)
{
    struct sign *s = MEM_NEW(struct sign);

    s->signs = h->signs;
    s->hall = h;
    s->plan = plan;
    s->state = SIGN_CONNECTING;
    s->since_ms = clock_now_ms();
    s->wanted = 1;
    if (plan->driver->connects)
        port_attach(s);
    return s;
}

/* The gauge is of those this daemon drives. */
static void count(const struct sign *s, int n)
{
    if (s->mode != SIGN_OFF)
        metric_add(METRIC_SIGN_STATE, sign_state_names[s->state], n);
}

void sign_free(struct sign *s)
{
    count(s, -1);
    if (s->port)
        port_detach(s);
    sign_plan_free(s->plan);
    mem_free(s);
}

void sign_set_state(struct sign *s, enum sign_state state, const char *why)
{
    if (s->state == state && strcmp(s->why, why) == 0)
        return;
    if (s->state != state) {
        log_write(state == SIGN_OK || s->state == SIGN_CONNECTING ? LOG_INFO : LOG_WARN,
                  "hall %s sign %s: %s -> %s%s%s", s->hall->code, s->plan->code,
                  sign_state_names[s->state], sign_state_names[state], why[0] ? ": " : "", why);
        count(s, -1);
        s->state = state;
        s->since_ms = clock_now_ms();
        count(s, 1);
    }
    (void)snprintf(s->why, sizeof s->why, "%s", why); /* may be cut: only text */
    s->news = true;
}

/* A sign that is nowhere shows what it is told at once. */
static void show_nowhere(struct sign *s)
{
    if (s->port || s->mode == SIGN_OFF)
        return;
    if (s->sent != s->wanted) {
        s->sent = s->wanted;
        memcpy(s->shown, s->face.text, sizeof s->shown);
        s->news = true;
    }
    sign_set_state(s, SIGN_OK, "");
    if (s->mode == SIGN_LAST)
        sign_set_mode(s, SIGN_OFF);
}

static bool is_same(const struct sign_face *a, const struct sign_face *b)
{
    return strcmp(a->text, b->text) == 0 && strcmp(a->number, b->number) == 0 &&
           strcmp(a->counter, b->counter) == 0 && a->calls == b->calls;
}

void sign_set_face(struct sign *s, const struct sign_face *f)
{
    s->faced = true;
    if (is_same(&s->face, f))
        return;
    s->face = *f;
    s->wanted++;
    show_nowhere(s);
    if (s->port)
        port_kick(s->port);
}

void sign_set_mode(struct sign *s, enum sign_mode mode)
{
    bool there = !s->port || s->port->state >= PORT_GREETING;

    bool shown = s->sent == s->wanted && (!s->port || s->port->flight != s);

    if (s->mode == SIGN_ON && mode == SIGN_LAST && (!there || shown))
        mode = SIGN_OFF; /* nobody waits for a sign that is not there, or has all it needs */
    if (s->mode == mode)
        return;
    count(s, -1);
    if (s->mode == SIGN_OFF) { /* what it shows now is not known */
        s->sent = s->wanted - 1;
        s->again_ms = 0;
        s->news = true;
        s->told_ms = 0;
    }
    s->mode = mode;
    count(s, 1);
    show_nowhere(s);
    if (s->port)
        port_kick(s->port);
}

int64_t sign_due_ms(const struct sign *s)
{
    int64_t soon_ms = s->sent_ms + s->plan->driver->gap_ms;

    if (s->sent != s->wanted && soon_ms < s->again_ms)
        return soon_ms;
    return s->again_ms > soon_ms || s->sent_ms == 0 ? s->again_ms : soon_ms;
}

void sign_sent(struct sign *s, int64_t mono_ms)
{
    s->sent = s->wanted;
    s->sent_ms = mono_ms;
    memcpy(s->on_its_way, s->face.text, sizeof s->on_its_way);
}

/* Until the same is sent once more. */
static int64_t pause_ms(const struct sign *s)
{
    int64_t ms = (int64_t)s->plan->refresh_ms << (s->silent > 0 ? s->silent - 1 : 0);

    return ms < SILENT_MAX_MS ? ms : SILENT_MAX_MS;
}

void sign_done(struct sign *s, enum sign_answer answer, const char *why)
{
    static const char *const outcomes[] = {"silent", "taken", "refused", "busy", "garbage"};
    static const enum sign_state states[] = {SIGN_SILENT, SIGN_OK, SIGN_DENIED, SIGN_DENIED,
                                             SIGN_BROKEN};
    int64_t mono_ms = clock_mono_ms();

    metric_add(METRIC_SIGN_FRAMES, outcomes[answer], 1);
    s->silent = answer != SIGN_WAIT ? 0 : s->silent < SILENT_DOUBLES ? s->silent + 1 : s->silent;
    s->again_ms = mono_ms + (answer == SIGN_BUSY ? BUSY_MS : pause_ms(s));
    if (answer == SIGN_TAKEN && strcmp(s->shown, s->on_its_way) != 0) {
        memcpy(s->shown, s->on_its_way, sizeof s->shown);
        s->news = true;
    }
    sign_set_state(s, states[answer], why);
    if (s->mode == SIGN_LAST && s->sent == s->wanted)
        sign_set_mode(s, SIGN_OFF);
}

void sign_lost(struct sign *s, const char *why)
{
    if (s->mode == SIGN_OFF)
        return;
    s->sent = s->wanted - 1; /* at once when there is a connection again */
    s->again_ms = 0;
    sign_set_state(s, strcmp(why, "no_answer") == 0 ? SIGN_SILENT : SIGN_BROKEN, why);
    if (s->mode == SIGN_LAST) /* nobody waits for a sign that is not there */
        sign_set_mode(s, SIGN_OFF);
}
