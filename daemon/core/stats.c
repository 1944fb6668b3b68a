/* Statistics of a hall's day, folded from its events: days, counters, messages; tickets are
 * stats_ticket.c's. Whoever made the fold runs it; no other thread looks at it meanwhile. A new
 * dimension is an array here, its sums below, and its part in stats_json.c.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "core/stats_inside.h"
#include <stdio.h>
#include <string.h>

struct stats *stats_new(void)
{
    struct stats *s = MEM_NEW(struct stats);

    s->tickets = stats_tickets_new();
    return s;
}

void stats_counter_clear(struct stats_counter *c)
{
    mem_free(c->pauses);
    stats_set_clear(&c->set);
}

static void clear(struct stats *s)
{
    for (int i = 0; i < s->n_services; i++) {
        for (int h = 0; h < STATS_HOURS; h++) {
            if (s->services[i].hours[h])
                stats_set_clear(s->services[i].hours[h]);
            mem_free(s->services[i].hours[h]);
        }
    }
    for (int i = 0; i < s->n_classes; i++)
        stats_set_clear(&s->classes[i].set);
    for (int i = 0; i < s->n_counters; i++)
        stats_counter_clear(&s->counters[i]);
    mem_free(s->services);
    mem_free(s->classes);
    mem_free(s->counters);
    stats_tickets_free(s->tickets);
}

void stats_free(struct stats *s)
{
    if (!s)
        return;
    clear(s);
    mem_free(s);
}

void stats_reset(struct stats *s)
{
    clear(s);
    *s = (struct stats){.tickets = stats_tickets_new()};
}

/* The place for a code in an array sorted by it, made where there is none. The code is the first
 * member of each element. */
static void *place(void **array, int *n, size_t size, struct str code)
{
    char key[STATS_CODE_MAX];
    int low = 0, high = *n;

    str_copy(code, key, sizeof(key));
    while (low < high) {
        int mid = (low + high) / 2, order = strcmp((char *)*array + (size_t)mid * size, key);
        if (order == 0)
            return (char *)*array + (size_t)mid * size;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    *array = mem_realloc(*array, (size_t)(*n + 1) * size);
    char *at = (char *)*array + (size_t)low * size;
    memmove(at + size, at, (size_t)(*n - low) * size);
    memset(at, 0, size);
    memcpy(at, key, sizeof(key));
    ++*n;
    return at;
}

struct stats_service *stats_service_of(struct stats *s, struct str code)
{
    void *array = s->services;
    struct stats_service *found = place(&array, &s->n_services, sizeof(*found), code);

    s->services = array;
    return found;
}

struct stats_class *stats_class_of(struct stats *s, struct str code)
{
    void *array = s->classes;
    struct stats_class *found = place(&array, &s->n_classes, sizeof(*found), code);

    s->classes = array;
    return found;
}

struct stats_counter *stats_counter_of(struct stats *s, struct str code)
{
    void *array = s->counters;
    struct stats_counter *found = place(&array, &s->n_counters, sizeof(*found), code);

    s->counters = array;
    if (!found->state[0])
        str_copy(STR("closed"), found->state, sizeof(found->state));
    return found;
}

struct stats_set *stats_cell_of(struct stats *s, struct str service, int hour)
{
    struct stats_service *of = stats_service_of(s, service);

    if (!of->hours[hour])
        of->hours[hour] = MEM_NEW(struct stats_set);
    return of->hours[hour];
}

void stats_pause_add(struct stats_counter *c, struct str reason, int64_t ms)
{
    char key[STATS_REASON_MAX];

    str_copy(reason, key, sizeof(key));
    for (int i = 0; i < c->n_pauses; i++) {
        if (strcmp(c->pauses[i].reason, key) == 0) {
            c->pauses[i].ms += ms;
            return;
        }
    }
    c->pauses = mem_realloc(c->pauses, (size_t)(c->n_pauses + 1) * sizeof(*c->pauses));
    struct stats_pause *p = &c->pauses[c->n_pauses++];
    memcpy(p->reason, key, sizeof(key));
    p->ms = ms;
}

int64_t stats_at(const struct stats *s, int64_t at_ms)
{
    return s->day && at_ms > s->ends_ms ? s->ends_ms : at_ms;
}

void stats_counter_until(struct stats_counter *c, int64_t at_ms)
{
    int64_t ms = at_ms > c->since_ms ? at_ms - c->since_ms : 0;

    if (strcmp(c->state, "open") == 0)
        c->open_ms += ms;
    else if (strcmp(c->state, "paused") == 0)
        stats_pause_add(c, str_of(c->reason), ms);
    c->since_ms = at_ms;
    str_copy(STR("closed"), c->state, sizeof(c->state));
}

static void counter_event(struct stats *s, const struct stats_moment *at, struct str type,
                          const json_t *event)
{
    static const struct {
        const char *type, *state;
    } states[] = {
        {"counter.opened", "open"}, {"counter.paused", "paused"}, {"counter.closed", "closed"}};
    struct str code = json_str(event, "counter");

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]) && code.len > 0; i++) {
        if (!str_is(type, states[i].type))
            continue;
        struct stats_counter *c = stats_counter_of(s, code);
        stats_counter_until(c, at->at_ms);
        str_copy(str_of(states[i].state), c->state, sizeof(c->state));
        str_copy(json_str(event, "reason"), c->reason, sizeof(c->reason));
    }
}

const char *stats_message_name(enum stats_message m)
{
    static const char *const names[STATS_MESSAGES] = {
        [STATS_MESSAGE_queued] = "queued",       [STATS_MESSAGE_accepted] = "accepted",
        [STATS_MESSAGE_rejected] = "rejected",   [STATS_MESSAGE_expired] = "expired",
        [STATS_MESSAGE_delivered] = "delivered", [STATS_MESSAGE_undelivered] = "undelivered",
        [STATS_MESSAGE_unknown] = "unknown",
    };
    return names[m];
}

/* One of another day, whose end is told today, is counted there (day.lua). */
static bool is_of_another_day(const struct stats *s, const json_t *event)
{
    int64_t day;
    return str_to_i64(json_str(event, "day"), 0, INT32_MAX, &day) && day != s->day;
}

static void message_event(struct stats *s, struct str type, const json_t *event)
{
    struct str what = {type.p + strlen("message."), type.len - strlen("message.")};

    if (is_of_another_day(s, event))
        return;

    for (int m = 0; m < STATS_MESSAGES; m++)
        if (str_is(what, stats_message_name((enum stats_message)m)))
            s->messages[m]++;
}

/* False when the event only closes a day that is over already: by hand, and again at midnight. */
static bool begin(struct stats *s, const struct zone *zone, const json_t *event)
{
    int64_t at = json_i64(event, "at", 0), begins_ms, ends_ms, told;
    int day = zone_day(zone, at, &begins_ms, &ends_ms);
    bool closes = str_is(json_str(event, "type"), "hall.day_closed");

    if (closes && !str_to_i64(json_str(event, "day"), 0, INT32_MAX, &told))
        told = day;
    if (closes && s->day != 0 && (told < s->day || (s->closed && told == s->day)))
        return false;
    if (s->closed && day > s->day)
        stats_reset(s);
    if (s->day == 0) {
        s->day = day;
        s->ends_ms = ends_ms;
    }
    if (closes)
        s->day = (int)told;
    s->closed = closes;
    return true;
}

void stats_event(struct stats *s, const struct zone *zone, const json_t *event)
{
    struct str type = json_str(event, "type");
    struct stats_moment at;
    struct zone_local local;

    if (!begin(s, zone, event))
        return;
    at.at_ms = stats_at(s, json_i64(event, "at", 0));
    /* What ended with the close of day, told on the next one, is of the day's last hour. */
    zone_local(zone, at.at_ms == s->ends_ms ? at.at_ms - 1 : at.at_ms, &local);
    at.hour = local.hour;
    if (str_starts(type, "ticket."))
        stats_ticket_event(s, &at, type, event);
    else if (str_starts(type, "counter."))
        counter_event(s, &at, type, event);
    else if (str_starts(type, "message."))
        message_event(s, type, event);
}

int stats_day(const struct stats *s)
{
    return s->day;
}

void stats_set_partial(struct stats *s)
{
    s->partial = true;
}

bool stats_partial(const struct stats *s)
{
    return s->partial;
}

int64_t stats_messages(const struct stats *s, enum stats_message m)
{
    return s->messages[m];
}

void stats_cells(const struct stats *s, stats_row_fn fn, void *arg)
{
    for (int i = 0; i < s->n_services; i++) {
        for (int h = 0; h < STATS_HOURS; h++) {
            struct stats_row row = {s->services[i].code, h, s->services[i].hours[h]};
            if (row.set && !stats_set_is_empty(row.set))
                fn(arg, &row);
        }
    }
}

void stats_classes(const struct stats *s, stats_row_fn fn, void *arg)
{
    for (int i = 0; i < s->n_classes; i++) {
        struct stats_row row = {s->classes[i].code, 0, &s->classes[i].set};
        if (!stats_set_is_empty(row.set))
            fn(arg, &row);
    }
}

static void service_total(const struct stats_service *service, struct stats_set *sum)
{
    for (int h = 0; h < STATS_HOURS; h++)
        if (service->hours[h])
            stats_set_add(sum, service->hours[h]);
}

void stats_total(const struct stats *s, struct stats_set *sum)
{
    for (int i = 0; i < s->n_services; i++)
        service_total(&s->services[i], sum);
}

void stats_hour(const struct stats *s, int hour, struct stats_set *sum)
{
    for (int i = 0; i < s->n_services; i++)
        if (s->services[i].hours[hour])
            stats_set_add(sum, s->services[i].hours[hour]);
}

void stats_services(const struct stats *s, stats_row_fn fn, void *arg)
{
    for (int i = 0; i < s->n_services; i++) {
        struct stats_set sum = {0};
        struct stats_row row = {s->services[i].code, 0, &sum};
        service_total(&s->services[i], &sum);
        if (!stats_set_is_empty(&sum))
            fn(arg, &row);
        stats_set_clear(&sum);
    }
}

/* A copy that ends with at_ms; the original goes on. Its set is borrowed. */
static void counter_at(const struct stats_counter *c, int64_t at_ms, struct stats_counter *out)
{
    *out = *c;
    out->pauses = mem_calloc((size_t)c->n_pauses + 1, sizeof(*c->pauses));
    if (c->n_pauses > 0)
        memcpy(out->pauses, c->pauses, (size_t)c->n_pauses * sizeof(*c->pauses));
    stats_counter_until(out, at_ms);
}

void stats_counters(const struct stats *s, int64_t at_ms, stats_counter_fn fn, void *arg)
{
    for (int i = 0; i < s->n_counters; i++) {
        struct stats_counter c;
        counter_at(&s->counters[i], stats_at(s, at_ms), &c);
        fn(arg, &c);
        mem_free(c.pauses);
    }
}

static void add_counter(void *arg, const struct stats_counter *from)
{
    struct stats_counter *to = stats_counter_of(arg, str_of(from->code));

    to->open_ms += from->open_ms;
    to->serving_ms += from->serving_ms;
    for (int i = 0; i < from->n_pauses; i++)
        stats_pause_add(to, str_of(from->pauses[i].reason), from->pauses[i].ms);
    stats_set_add(&to->set, &from->set);
}

void stats_add(struct stats *s, const struct stats *other, int64_t at_ms)
{
    for (int i = 0; i < other->n_services; i++) {
        const struct stats_service *from = &other->services[i];
        for (int h = 0; h < STATS_HOURS; h++)
            if (from->hours[h])
                stats_set_add(stats_cell_of(s, str_of(from->code), h), from->hours[h]);
    }
    for (int i = 0; i < other->n_classes; i++)
        stats_set_add(&stats_class_of(s, str_of(other->classes[i].code))->set,
                      &other->classes[i].set);
    stats_counters(other, at_ms, add_counter, s);
    for (int m = 0; m < STATS_MESSAGES; m++)
        s->messages[m] += other->messages[m];
    s->partial |= other->partial;
}
