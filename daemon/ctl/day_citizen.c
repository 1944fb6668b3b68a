/* The citizens of the demo day: they come in two waves, take a number at the kiosk (some press
 * twice), a few give up or ask for more time, and half of those who were missed come back.
 * Single-threaded. SPDX-License-Identifier: MIT */
#include "ctl/day_inside.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ID_MAX = 40, LINK_MAX = 160 };

struct citizen {
    LIST_ENTRY(citizen) entry;
    struct day *day;
    struct timer *timer;
    int presses, answers;
    char key[23];
    char body[PATH_MAX_CHARS];
    char ticket[ID_MAX];
    double late_minute;  /* from then on it is too late to come back */
    char link[LINK_MAX]; /* "Ticket ..." */
};

static struct citizen *citizen_new(struct day *d, loop_fn fn)
{
    struct citizen *z = MEM_NEW(struct citizen);
    z->day = d;
    z->timer = timer_new(client_loop(d->client), fn, z);
    LIST_INSERT_HEAD(&d->citizens, z, entry);
    return z;
}

static void leave(struct citizen *z)
{
    LIST_REMOVE(z, entry);
    timer_free(z->timer);
    mem_free(z);
}

static void on_cancelled(void *arg, const struct client_answer *a)
{
    struct citizen *z = arg;
    if (a->status == 200)
        day_ticket_over(z->day);
    leave(z);
}

static void on_gives_up(void *arg)
{
    struct citizen *z = arg;
    const struct day_request r = {.day = z->day,
                                  .method = "POST",
                                  .path = "/ticket/cancel",
                                  .token = z->link,
                                  .body = "{}",
                                  .fine = "ticket_state",
                                  .fn = on_cancelled,
                                  .arg = z};
    if (z->day->closing)
        leave(z);
    else
        day_send(&r);
}

static void on_asked(void *arg, const struct client_answer *a)
{
    (void)a; /* away for a while, back in the line by itself */
    leave(arg);
}

static void on_asks_for_time(void *arg)
{
    struct citizen *z = arg;
    const struct day_request r = {.day = z->day,
                                  .method = "POST",
                                  .path = "/ticket/delay",
                                  .token = z->link,
                                  .body = "{\"minutes\":5}",
                                  .fine = "ticket_state",
                                  .fn = on_asked,
                                  .arg = z};
    if (z->day->closing)
        leave(z);
    else
        day_send(&r);
}

static void wait_then(struct citizen *z, loop_fn fn, double minutes)
{
    timer_free(z->timer);
    z->timer = timer_new(client_loop(z->day->client), fn, z);
    timer_once(z->timer, day_real_ms(z->day, minutes));
}

static void on_ticket(void *arg, const struct client_answer *a)
{
    struct citizen *z = arg;
    struct str id = json_str(a->json, "id");
    if (a->status == 201 && z->ticket[0] == '\0') {
        snprintf(z->ticket, sizeof z->ticket, STR_FMT, STR_ARG(id));
        snprintf(z->link, sizeof z->link, "Ticket " STR_FMT, STR_ARG(json_str(a->json, "link")));
        z->day->issued++;
    } else if (a->status == 201 && !str_is(id, z->ticket)) {
        z->day->errors++;
        fprintf(stderr, "pressing twice gave %s and " STR_FMT "\n", z->ticket, STR_ARG(id));
    }
    if (++z->answers < z->presses)
        return;
    z->day->turned_away += z->ticket[0] == '\0';
    double x = day_random(z->day);
    if (z->ticket[0] != '\0' && x < 0.03)
        wait_then(z, on_gives_up, 3 + 20 * day_random(z->day));
    else if (z->ticket[0] != '\0' && x < 0.05)
        wait_then(z, on_asks_for_time, 1 + 5 * day_random(z->day));
    else
        leave(z);
}

static void choose(struct citizen *z)
{
    struct day *d = z->day;
    const json_t *services = json_object_get(d->hall, "services"),
                 *classes = json_object_get(d->hall, "classes");
    const json_t *s;
    do
        s = json_array_get(services, (size_t)(day_random(d) * (double)json_array_size(services)));
    while (!json_bool(s, "kiosk", true) || !json_bool(s, "open", true));
    const char *class = "normal";
    if (day_random(d) < 0.15)
        class = json_string_value(json_object_get(
            json_array_get(classes, (size_t)(day_random(d) * (double)json_array_size(classes))),
            "code"));
    snprintf(z->body, sizeof z->body, "{\"service\":\"" STR_FMT "\",\"class\":\"%s\"}",
             STR_ARG(json_str(s, "code")), class);
}

static void on_arrives(void *arg)
{
    struct citizen *z = arg;
    struct day *d = z->day;
    d->arrived++;
    if (d->closing) {
        leave(z);
        return;
    }
    char path[PATH_MAX_CHARS];
    snprintf(path, sizeof path, "/halls/%s/tickets", d->plan->hall);
    choose(z);
    client_key(z->key);
    z->presses = day_random(d) < 0.1 ? 2 : 1;
    const struct day_request r = {.day = d,
                                  .method = "POST",
                                  .path = path,
                                  .token = d->kiosk,
                                  .body = z->body,
                                  .key = z->key,
                                  .fine = "tickets_out",
                                  .fn = on_ticket,
                                  .arg = z};
    for (int i = 0, n = z->presses; i < n; i++)
        day_send(&r);
}

/* When in the day: two waves, around a quarter and three fifths of it; the last tenth brings
 * nobody. */
static double arrival(struct day *d)
{
    double middle = day_random(d) < 0.6 ? 0.25 : 0.6, spread = 0.12;
    double normal =
        sqrt(-2 * log(1 - day_random(d))) * cos(6.283185307179586 * day_random(d)); /* Box-Muller */
    double at = middle + spread * normal;
    if (at < 0 || at > 0.9)
        at = 0.9 * day_random(d);
    return at * d->minutes;
}

void citizens_come(struct day *d)
{
    for (int i = 0; i < d->plan->citizens; i++) {
        struct citizen *z = citizen_new(d, on_arrives);
        timer_once(z->timer, day_real_ms(d, arrival(d)));
    }
}

static void on_returned(void *arg, const struct client_answer *a)
{
    (void)a; /* back in the line */
    leave(arg);
}

static void on_comes_back(void *arg)
{
    struct citizen *z = arg;
    char path[PATH_MAX_CHARS];
    snprintf(path, sizeof path, "/halls/%s/tickets/%s/return", z->day->plan->hall, z->ticket);
    const struct day_request r = {.day = z->day,
                                  .method = "POST",
                                  .path = path,
                                  .token = z->day->kiosk,
                                  .body = "{}",
                                  .fine = "ticket_return_often",
                                  .late_minute = z->late_minute,
                                  .fn = on_returned,
                                  .arg = z};
    if (z->day->closing)
        leave(z);
    else
        day_send(&r);
}

void citizen_missed(struct day *d, struct str ticket, double asked_minute)
{
    if (day_random(d) < 0.5) {
        day_ticket_over(d); /* gone home; the ticket expires by itself */
        return;
    }
    struct citizen *z = citizen_new(d, on_comes_back);
    snprintf(z->ticket, sizeof z->ticket, STR_FMT, STR_ARG(ticket));
    /* While a store is away more than the window of a fast day may go by. */
    const json_t *rules = json_object_get(d->hall, "rules");
    z->late_minute = asked_minute + (double)json_i64(rules, "return_within_minutes", 0);
    timer_once(z->timer, day_real_ms(d, 2 + 15 * day_random(d)));
}

void citizens_free(struct day *d)
{
    while (!LIST_EMPTY(&d->citizens))
        leave(LIST_FIRST(&d->citizens));
}
