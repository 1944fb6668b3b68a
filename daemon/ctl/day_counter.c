/* The counters of the demo day: each is a clerk who calls, waits for the citizen, serves, and
 * sometimes recalls, parks, puts back, transfers, takes back a press, or serves somebody who has no
 * number. Single-threaded. SPDX-License-Identifier: MIT
 */
#include "ctl/day_inside.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum desk_step {
    STEP_NEXT,
    STEP_RECALL,
    STEP_BEGIN,
    STEP_ABSENT,
    STEP_FINISH,
    STEP_PARK,
    STEP_RESUME,
    STEP_PUT_BACK,
    STEP_TRANSFER,
    STEP_TO_CLERK,
    STEP_UNDO,
    STEP_DIRECT
};

struct desk {
    struct day *day;
    const char *code;
    const char *token;
    struct timer *timer;
    enum desk_step step; /* what the timer will do */
    char ticket[32], service[40], parked[32];
    double sent_minute; /* when the step was sent */
};

static const char *const verbs[] = {"next",     "recall",   "begin",  "absent",
                                    "finish",   "park",     "resume", "put-back",
                                    "transfer", "transfer", "undo",   "direct"};
/* What may happen in honest work: whoever is asked for has just left, or the press was too long
 * ago. */
static const char *const fine[] = {
    [STEP_TO_CLERK] = "clerk_away", [STEP_UNDO] = "undo_late", [STEP_DIRECT] = "service_closed"};

static void after(struct desk *k, enum desk_step step, double minutes)
{
    k->step = step;
    if (!k->day->closing)
        timer_once(k->timer, day_real_ms(k->day, minutes));
}

static double service_minutes(struct day *d, const char *code)
{
    size_t i;
    json_t *s;
    json_array_foreach(
        json_object_get(d->hall, "services"), i,
        s) if (str_is(json_str(s, "code"), code)) return (double)json_i64(s, "minutes", 10) *
        (0.4 + 1.2 * day_random(d));
    return 10;
}

/* What the clerk does once somebody was called. */
static void after_call(struct desk *k)
{
    double x = day_random(k->day);
    if (x < 0.08)
        after(k, STEP_ABSENT, 2);
    else if (x < 0.16)
        after(k, STEP_RECALL, 0.7);
    else if (x < 0.19)
        after(k, STEP_PUT_BACK, 0.5);
    else if (x < 0.22)
        after(k, STEP_UNDO, 0.05); /* three seconds */
    else
        after(k, STEP_BEGIN, 0.3 + day_random(k->day));
}

static void after_begin(struct desk *k)
{
    double x = day_random(k->day);
    if (x < 0.05 && k->parked[0] == '\0')
        after(k, STEP_PARK, 2);
    else if (x < 0.09)
        after(k, STEP_TRANSFER, 3);
    else if (x < 0.11)
        after(k, STEP_TO_CLERK, 3);
    else
        after(k, STEP_FINISH, service_minutes(k->day, k->service));
}

static void keep(struct desk *k, const json_t *ticket)
{
    snprintf(k->ticket, sizeof k->ticket, STR_FMT, STR_ARG(json_str(ticket, "id")));
    snprintf(k->service, sizeof k->service, STR_FMT, STR_ARG(json_str(ticket, "service")));
}

static void on_next(struct desk *k, const struct client_answer *a)
{
    const json_t *t = json_object_get(a->json, "ticket");
    if (json_is_object(t)) {
        keep(k, t);
        after_call(k);
    } else if (k->parked[0] != '\0') {
        after(k, STEP_RESUME, 0.5);
    } else {
        after(k, STEP_NEXT, 1 + day_random(k->day));
    }
}

/* Goes on with the work when a step was refused, which was counted already. */
static void on_refused(struct desk *k)
{
    if (k->step == STEP_UNDO) { /* the call stands */
        after(k, STEP_BEGIN, 0.5);
    } else if (k->step == STEP_TO_CLERK) {
        after(k, STEP_FINISH, 2);
    } else { /* a refused resume means the parked one expired or is gone */
        k->parked[0] = '\0';
        after(k, STEP_NEXT, 1);
    }
}

static void on_direct(struct desk *k, const struct client_answer *a)
{
    k->day->direct++;
    keep(k, json_object_get(a->json, "ticket"));
    after(k, STEP_FINISH, service_minutes(k->day, k->service));
}

/* A parked citizen is taken up again when the form is filled in; now and then somebody stands there
 * with a question and no number. */
static void go_on(struct desk *k)
{
    if (k->parked[0] != '\0' && k->step != STEP_PARK)
        after(k, STEP_RESUME, 0.2);
    else
        after(k, day_random(k->day) < 0.02 ? STEP_DIRECT : STEP_NEXT, 0.2);
}

static void on_answer(void *arg, const struct client_answer *a)
{
    struct desk *k = arg;
    if (a->status < 200 || a->status >= 300) {
        on_refused(k);
        return;
    }
    switch (k->step) {
    case STEP_NEXT:
        on_next(k, a);
        return;
    case STEP_RECALL:
        after(k, STEP_BEGIN, 0.5);
        return;
    case STEP_BEGIN:
        after_begin(k);
        return;
    case STEP_DIRECT:
        on_direct(k, a);
        return;
    case STEP_RESUME:
        keep(k, a->json);
        k->parked[0] = '\0';
        after(k, STEP_FINISH, service_minutes(k->day, k->service));
        return;
    case STEP_ABSENT:
        citizen_missed(k->day, str_of(k->ticket), k->sent_minute);
        break;
    case STEP_PARK:
        strcpy(k->parked, k->ticket);
        break;
    case STEP_FINISH:
        day_ticket_over(k->day);
        break;
    case STEP_PUT_BACK:
    case STEP_TRANSFER:
    case STEP_TO_CLERK:
    case STEP_UNDO:
        break;
    }
    go_on(k);
}

/* Another service the hall offers. */
static void other_service(struct desk *k, char *out, size_t cap)
{
    const json_t *services = json_object_get(k->day->hall, "services");
    size_t n = json_array_size(services), i = (size_t)(day_random(k->day) * (double)n);
    snprintf(out, cap, STR_FMT, STR_ARG(json_str(json_array_get(services, i), "code")));
}

/* The body of the step's request. */
static void describe(struct desk *k, char *out, size_t cap)
{
    char service[64];
    struct day *d = k->day;
    switch (k->step) {
    case STEP_NEXT:
        snprintf(out, cap, "{}");
        return;
    case STEP_RESUME:
        snprintf(out, cap, "{\"ticket\":\"%s\"}", k->parked);
        return;
    case STEP_TRANSFER:
        other_service(k, service, sizeof service);
        snprintf(out, cap, "{\"ticket\":\"%s\",\"service\":\"%s\"}", k->ticket, service);
        return;
    case STEP_TO_CLERK:
        snprintf(out, cap, "{\"ticket\":\"%s\",\"to_clerk\":\"day-%s-%d\"}", k->ticket, d->mark,
                 (int)(day_random(d) * d->plan->counters));
        return;
    case STEP_DIRECT:
        other_service(k, service, sizeof service);
        snprintf(out, cap, "{\"service\":\"%s\"}", service);
        return;
    default:
        snprintf(out, cap, "{\"ticket\":\"%s\"}", k->ticket);
    }
}

static void on_time(void *arg)
{
    struct desk *k = arg;
    char path[PATH_MAX_CHARS], body[PATH_MAX_CHARS];
    if (k->day->closing)
        return;
    snprintf(path, sizeof path, "/halls/%s/counters/%s/%s", k->day->plan->hall, k->code,
             verbs[k->step]);
    describe(k, body, sizeof body);
    const struct day_request r = {.day = k->day,
                                  .method = "POST",
                                  .path = path,
                                  .token = k->token,
                                  .body = body,
                                  .fine = fine[k->step],
                                  .fn = on_answer,
                                  .arg = k};
    k->sent_minute = day_minute(k->day);
    day_send(&r);
}

static void on_open(void *arg, const struct client_answer *a)
{
    (void)a;
    after(arg, STEP_NEXT, 0.1);
}

bool desks_open(struct day *d, const char *clerk_tokens[])
{
    d->desks = mem_calloc((size_t)d->plan->counters, sizeof *d->desks);
    for (int i = 0; i < d->plan->counters; i++) {
        struct desk *k = &d->desks[i];
        k->day = d;
        k->code = json_string_value(json_object_get(
            json_array_get(json_object_get(d->hall, "counters"), (size_t)i), "code"));
        k->token = clerk_tokens[i];
        k->timer = timer_new(client_loop(d->client), on_time, k);
        char path[PATH_MAX_CHARS];
        snprintf(path, sizeof path, "/halls/%s/counters/%s/open", d->plan->hall, k->code);
        const struct day_request r = {.day = d,
                                      .method = "POST",
                                      .path = path,
                                      .token = k->token,
                                      .body = "{}",
                                      .fn = on_open,
                                      .arg = k};
        day_send(&r);
    }
    return true;
}

void desks_free(struct day *d)
{
    for (int i = 0; i < d->plan->counters; i++)
        timer_free(d->desks[i].timer);
    mem_free(d->desks);
}
