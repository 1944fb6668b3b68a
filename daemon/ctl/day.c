/* The demo day as a whole: people and devices are made, the hall lives, the day is closed, the
 * history is checked. Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/day_inside.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/zone.h"
#include "ctl/history.h"
#include "ctl/output.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    NAMES_MAX = 200,
    EVENTS_A_PAGE = 1000,
    SETTLE_MS = 2000, /* real time for the last answers and the close of day */
    MINUTES_MIN = 30, /* a shorter day would show nothing */
};

double day_random(struct day *d)
{
    /* splitmix64: the same seed gives the same day. */
    uint64_t z = (d->random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

int64_t day_real_ms(const struct day *d, double minutes)
{
    double ms = minutes * 60000.0 / d->speed;
    return ms < 1 ? 1 : (int64_t)ms;
}

double day_minute(const struct day *d)
{
    return (double)(clock_mono_ms() - d->begun_ms) * d->speed / 60000.0;
}

struct counted {
    struct day *day;
    client_fn fn;
    void *arg;
    char what[PATH_MAX_CHARS];
    const char *fine;
    double late_minute;
};

/* Refused as the day would have it, and not by anybody's fault. */
static bool is_fine(const struct counted *k, struct str code)
{
    if (k->fine != NULL && str_is(code, k->fine))
        return true;
    bool late = k->late_minute > 0 && day_minute(k->day) > k->late_minute;
    return late && (str_is(code, "ticket_return_late") || str_is(code, "ticket_state"));
}

static void on_counted(void *arg, const struct client_answer *a)
{
    struct counted *k = arg;
    k->day->in_flight--;
    bool good = a->status >= 200 && a->status < 300;
    if (!good && !is_fine(k, json_str(a->json, "code"))) {
        k->day->errors++;
        fprintf(stderr, "%s: %d ", k->what, a->status);
        (void)output_problem(a);
    }
    struct day *d = k->day;
    k->fn(k->arg, a);
    mem_free(k);
    if (d->closing && d->in_flight == 0)
        loop_stop(client_loop(d->client));
}

void day_send(const struct day_request *r)
{
    struct counted *k = MEM_NEW(struct counted);
    *k = (struct counted){
        .day = r->day, .fn = r->fn, .arg = r->arg, .fine = r->fine, .late_minute = r->late_minute};
    snprintf(k->what, sizeof k->what, "%s %s %s", r->method, r->path,
             r->body != NULL ? r->body : "");
    r->day->requests++;
    r->day->in_flight++;
    struct client_request q = {.method = r->method,
                               .path = r->path,
                               .token = r->token,
                               .key = r->key,
                               .body = str_of(r->body)};
    client_send(r->day->client, &q, on_counted, k);
}

static void settle(struct day *d)
{
    if (d->arrived == d->plan->citizens && d->issued + d->direct == d->ended)
        loop_stop(client_loop(d->client));
}

void day_ticket_over(struct day *d)
{
    d->ended++;
    settle(d);
}

/* Asks and expects success; the JSON is the caller's (json_decref). NULL: printed. */
static json_t *ask(struct client *c, const char *method, const char *path, const char *body)
{
    struct client_answer a;
    struct client_request q = {.method = method, .path = path, .body = str_of(body)};
    client_ask(c, &q, &a);
    json_t *j = output_problem(&a) == 0 ? json_incref(a.json) : NULL;
    client_answer_clear(&a);
    return j;
}

static bool make_kiosk(struct day *d)
{
    char body[PATH_MAX_CHARS];
    snprintf(body, sizeof body, "{\"name\":\"day-kiosk-%s\",\"kind\":\"kiosk\",\"hall\":\"%s\"}",
             d->mark, d->plan->hall);
    json_t *j = ask(d->client, "POST", "/devices", body);
    snprintf(d->kiosk, sizeof d->kiosk, "Bearer " STR_FMT, STR_ARG(json_str(j, "token")));
    json_decref(j);
    return j != NULL;
}

/* A member of staff with a random password, logged in; "Bearer ..." into out. */
static bool make_clerk(struct day *d, int n, char out[TOKEN_ROOM])
{
    char body[PATH_MAX_CHARS], password[23];
    client_key(password);
    snprintf(body, sizeof body,
             "{\"name\":\"day-%s-%d\",\"role\":\"clerk\",\"halls\":[\"%s\"],\"password\":\"%s\"}",
             d->mark, n, d->plan->hall, password);
    json_t *j = ask(d->client, "POST", "/staff", body);
    json_decref(j);
    if (j == NULL)
        return false;
    struct client_answer a;
    snprintf(body, sizeof body, "{\"name\":\"day-%s-%d\",\"password\":\"%s\"}", d->mark, n,
             password);
    struct client_request q = {.method = "POST", .path = "/session", .body = str_of(body)};
    client_ask(d->client, &q, &a);
    struct str cookie = a.cookie, token = {NULL, 0};
    bool good =
        output_problem(&a) == 0 && str_cut(&cookie, '=', &token) && str_cut(&cookie, ';', &token);
    if (good)
        snprintf(out, TOKEN_ROOM, "Bearer " STR_FMT, STR_ARG(token));
    client_answer_clear(&a);
    return good;
}

/* The day's own people and kiosk have no work any more. */
static void dismiss(struct day *d)
{
    char path[PATH_MAX_CHARS];
    snprintf(path, sizeof path, "/devices/day-kiosk-%s", d->mark);
    json_decref(ask(d->client, "DELETE", path, "{}"));
    for (int i = 0; i < d->plan->counters; i++) {
        snprintf(path, sizeof path, "/staff/day-%s-%d/disable", d->mark, i);
        json_decref(ask(d->client, "POST", path, "{}"));
    }
}

static void on_closing_time(void *arg)
{
    struct day *d = arg;
    d->closing = true;
    loop_stop(client_loop(d->client));
}

static void print_day(const struct day *d)
{
    printf("hall %s: %d citizens, %d counters, %.1f h by the hall's clock (x%d)\n", d->plan->hall,
           d->plan->citizens, d->plan->counters, day_minute(d) / 60, d->speed);
    printf("requests %ld, errors %ld; tickets %d, over before closing %d; served without one %d, "
           "turned away %d\n",
           d->requests, d->errors, d->issued, d->ended, d->direct, d->turned_away);
}

static bool prepare(struct day *d, char (*tokens)[TOKEN_ROOM], const char *list[])
{
    char path[PATH_MAX_CHARS];
    snprintf(d->mark, sizeof d->mark, "%06x", (unsigned)(randombytes_random() & 0xffffff));
    json_t *clock = ask(d->client, "GET", "/clock", NULL);
    d->speed = (int)json_i64(clock, "speed", 1);
    json_decref(clock);
    snprintf(path, sizeof path, "/halls/%s", d->plan->hall);
    d->hall = ask(d->client, "GET", path, NULL);
    if (d->hall == NULL || !make_kiosk(d))
        return false;
    if (json_array_size(json_object_get(d->hall, "counters")) < (size_t)d->plan->counters) {
        fprintf(stderr, "paihaoctl: hall %s has fewer than %d counters\n", d->plan->hall,
                d->plan->counters);
        return false;
    }
    for (int i = 0; i < d->plan->counters; i++) {
        if (!make_clerk(d, i, tokens[i]))
            return false;
        list[i] = tokens[i];
    }
    return true;
}

/* At the hall's midnight its counters close: the demo day ends before, perhaps sooner than asked
 * for. */
static bool fit_before_midnight(struct day *d)
{
    json_t *clock = ask(d->client, "GET", "/clock", NULL);
    const char *name = json_string_value(json_object_get(d->hall, "zone"));
    struct zone *zone = clock != NULL && name != NULL ? zone_load(name) : NULL;
    int64_t now_ms = json_i64(clock, "now", 0), begins_ms, ends_ms;
    json_decref(clock);
    d->minutes = d->plan->hours * 60.0;
    if (zone == NULL)
        return now_ms != 0; /* no zone files here: as long as asked for */
    (void)zone_day(zone, now_ms, &begins_ms, &ends_ms); /* which day it is does not matter */
    zone_free(zone);
    double left = (double)(ends_ms - now_ms - (int64_t)SETTLE_MS * d->speed) / 60000;
    if (left < MINUTES_MIN) {
        fprintf(stderr, "paihaoctl: it is almost midnight in hall %s: start the demo day later\n",
                d->plan->hall);
        return false;
    }
    d->minutes = left < d->minutes ? left : d->minutes;
    return true;
}

static bool close_day(struct day *d)
{
    char path[PATH_MAX_CHARS];
    snprintf(path, sizeof path, "/halls/%s/close-day", d->plan->hall);
    json_t *j = ask(d->client, "POST", path, "{}");
    printf("close of day: %d tickets expired\n", (int)json_i64(j, "expired", -1));
    json_decref(j);
    return j != NULL;
}

/* Lets answers under way come in; each comes, by the client's own time-outs. */
static void drain(struct day *d)
{
    d->closing = true;
    if (d->in_flight > 0)
        loop_run(client_loop(d->client));
}

int day_run(struct client *c, const struct day_plan *plan)
{
    struct day d = {.client = c, .plan = plan, .random = plan->seed, .speed = 1};
    static char tokens[NAMES_MAX][TOKEN_ROOM];
    const char *list[NAMES_MAX];
    bool prepared = plan->counters <= NAMES_MAX && prepare(&d, tokens, list);
    bool good = prepared && fit_before_midnight(&d);
    if (good) {
        d.begun_ms = clock_mono_ms();
        struct timer *closing = timer_new(client_loop(c), on_closing_time, &d);
        timer_once(closing, day_real_ms(&d, d.minutes));
        good = desks_open(&d, list);
        citizens_come(&d);
        loop_run(client_loop(c));
        timer_free(closing);
        drain(&d);
        print_day(&d);
        good = close_day(&d) && good && d.errors == 0;
        desks_free(&d);
        citizens_free(&d);
    }
    if (prepared)
        dismiss(&d);
    json_decref(d.hall);
    return day_check(c, plan->hall) == 0 && good ? 0 : 1;
}

static bool read_events(struct client *c, const char *hall, struct history *h)
{
    char path[PATH_MAX_CHARS], last[64] = "";
    for (bool more = true; more;) {
        snprintf(path, sizeof path, "/halls/%s/events?limit=%d%s%s", hall, EVENTS_A_PAGE,
                 last[0] != '\0' ? "&after=" : "", last);
        json_t *page = ask(c, "GET", path, NULL), *e;
        if (page == NULL)
            return false;
        size_t i;
        json_array_foreach(json_object_get(page, "events"), i, e) history_add(h, e);
        more = json_bool(page, "more", false);
        snprintf(last, sizeof last, STR_FMT, STR_ARG(json_str(page, "last")));
        json_decref(page);
    }
    return true;
}

int day_check(struct client *c, const char *hall)
{
    char path[PATH_MAX_CHARS];
    snprintf(path, sizeof path, "/halls/%s", hall);
    json_t *j = ask(c, "GET", path, NULL);
    if (j == NULL)
        return 1;
    struct history *h = history_new(j);
    bool good = read_events(c, hall, h);
    const struct history_result *r = history_result(h);
    printf("history: %ld events, %ld issued, %ld called, %ld served, %ld missed, %ld cancelled, "
           "%ld undone; overtaken at most %ld times; faults %ld\n",
           r->events, r->issued, r->called, r->served, r->missed, r->cancelled, r->undone,
           r->overtaken_most, r->faults);
    if (r->skipped > 0)
        printf("  older events were trimmed: %ld up to the first close of day were not checked\n",
               r->skipped);
    for (size_t i = 0; history_fault(h, i) != NULL; i++)
        printf("  %s\n", history_fault(h, i));
    good = good && r->faults == 0;
    history_free(h);
    json_decref(j);
    return good ? 0 : 1;
}
