/* One forecast: what is needed of the hall is copied on main, played forward and written down on a
 * job thread, and told on main again. What a forecast says of each service gets its member in
 * add_service(). SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/metric.h"
#include "forecast/inside.h"
#include "forecast/left.h"
#include <string.h>

enum {
    WAY_DRAWS = 128,          /* the mean way to a counter, within a few percent */
    STAFF_TICKETS_MAX = 3000, /* told one by one; more than any hall's lines hold */
};

struct forecast_run {
    struct forecast_hall *hall;
    struct eta_world *world;
    int given, kept;
    /* for each service */
    int *waiting;
    int64_t *longest_ms;
    char **stopped;       /* NULL: numbers are given */
    int64_t *capacity_ms; /* of each profile, until the hall closes */
    bool has_left;
    struct outlook_hour today[OUTLOOK_HOURS];
    /* found by the job */
    struct eta_range *tickets;
    int64_t *work_ms;
    int *left;
    struct outlook *outlook;
};

static int64_t open_ms(const struct forecast_hall *h, int64_t now_ms)
{
    int64_t sum = 0;

    for (int i = 0; i < h->open_count; i++) {
        int64_t from = h->open[i].from_ms > now_ms ? h->open[i].from_ms : now_ms;
        if (h->open[i].to_ms > from)
            sum += h->open[i].to_ms - from;
    }
    return sum;
}

static void read_lines(struct forecast_run *r, int64_t now_ms)
{
    const struct scene *s = r->hall->scene;

    for (const struct scene_ticket *t = scene_first(s); t; t = scene_next(s, t)) {
        if (t->state != SCENE_WAITING || t->service < 0)
            continue;
        /* Who came before the booked time waits from that time on. */
        int64_t from = t->booked_ms > t->issued_ms ? t->booked_ms : t->issued_ms;
        int64_t ms = now_ms > from ? now_ms - from : 0;
        r->waiting[t->service]++;
        if (ms > r->longest_ms[t->service])
            r->longest_ms[t->service] = ms;
    }
    for (int i = 0; i < s->plan->services; i++) {
        const char *reason = scene_stopped(s, i);
        r->stopped[i] = reason ? mem_strdup(reason) : NULL;
    }
}

/* What one that pauses will still work of so much, on average. */
static int64_t ms_after_pause(const struct durations_pause *pause, int64_t passed_ms, int64_t ms)
{
    enum { PARTS = 16 };
    int64_t sum = 0;

    passed_ms = passed_ms > 0 ? passed_ms : 0;
    for (int i = 0; i < PARTS; i++) {
        int64_t whole = durations_pause_at(pause, passed_ms, (i + 0.5) / PARTS);
        if (whole < INT64_MAX && whole - passed_ms < ms)
            sum += ms - (whole - passed_ms);
    }
    return sum / PARTS;
}

static void read_capacity(struct forecast_run *r, int64_t now_ms)
{
    const struct eta_input *in = &r->world->in;
    int64_t ms = open_ms(r->hall, now_ms);
    struct durations_pause pause;

    durations_pause(in->durations, &pause);
    r->has_left = r->hall->plan->rules.last_tickets && ms > 0;
    for (int i = 0; i < in->counter_count; i++) {
        int64_t paused_ms = in->counters[i].paused_ms;
        r->capacity_ms[r->world->desks[i].profile] +=
            paused_ms > 0 ? ms_after_pause(&pause, now_ms - paused_ms, ms) : ms;
    }
}

/* What the fold of the day says already: no reader of the status has to read events. */
static void read_today(struct forecast_run *r)
{
    const struct stats *stats = r->hall->stats;

    if (stats_day(stats) != r->hall->day) /* nothing has happened yet today */
        return;
    for (int hour = 0; hour < OUTLOOK_HOURS; hour++) {
        struct stats_set sum = {0};
        stats_hour(stats, hour, &sum);
        const struct stats_times *wait = &sum.times[STATS_WAIT];
        r->today[hour] = (struct outlook_hour){wait->n, stats_percentile_ms(wait, 50)};
        stats_set_clear(&sum);
    }
}

static struct forecast_run *run_new(struct forecast_hall *h, int64_t now_ms)
{
    struct forecast_run *r = MEM_NEW(struct forecast_run);
    size_t services = (size_t)h->plan->services + 1;

    r->hall = h;
    r->world = build_world(h, now_ms);
    r->given = h->lessons->given;
    r->kept = h->lessons->kept;
    r->waiting = mem_calloc(services, sizeof(*r->waiting));
    r->longest_ms = mem_calloc(services, sizeof(*r->longest_ms));
    r->stopped = mem_calloc(services, sizeof(*r->stopped));
    r->work_ms = mem_calloc(services, sizeof(*r->work_ms));
    r->left = mem_calloc(services, sizeof(*r->left));
    r->capacity_ms = mem_calloc((size_t)h->plan->profiles + 1, sizeof(*r->capacity_ms));
    r->tickets = mem_calloc((size_t)r->world->in.ticket_count + 1, sizeof(*r->tickets));
    read_today(r);
    read_lines(r, now_ms);
    read_capacity(r, now_ms);
    return r;
}

static void run_free(struct forecast_run *r)
{
    for (int i = 0; i < r->world->in.services; i++)
        mem_free(r->stopped[i]);
    mem_free(r->waiting);
    mem_free(r->longest_ms);
    mem_free(r->stopped);
    mem_free(r->work_ms);
    mem_free(r->left);
    mem_free(r->capacity_ms);
    mem_free(r->tickets);
    outlook_unref(r->outlook);
    eta_world_unref(r->world);
    mem_free(r);
}

/* --- on the job thread --- */

static int64_t mean_way_ms(const struct eta_input *in)
{
    struct durations_rng rng = {.state = in->seed};
    int64_t sum = 0;
    int came = 0;

    for (int i = 0; i < WAY_DRAWS; i++) {
        int64_t ms = durations_draw_way(in->durations, 0, &rng);
        sum += ms > 0 ? ms : 0;
        came += ms >= 0;
    }
    return came ? sum / came : 0;
}

static void find_left(struct forecast_run *r)
{
    const struct eta_input *in = &r->world->in;
    int64_t *mean_ms = mem_calloc((size_t)in->services + 1, sizeof(*mean_ms));
    int64_t way_ms = mean_way_ms(in), gap_ms = durations_gap_ms(in->durations);

    for (int s = 0; s < in->services; s++) {
        if (durations_known(in->durations, s))
            mean_ms[s] = durations_mean_ms(in->durations, s, in->hour) + way_ms + gap_ms;
        r->work_ms[s] += way_ms * r->waiting[s];
    }
    struct left_input left = {
        .services = in->services,
        .profiles = r->world->basis->profiles,
        .offsets = r->world->basis->offsets,
        .capacity_ms = r->capacity_ms,
        .work_ms = r->work_ms,
        .mean_ms = mean_ms,
    };
    if (r->has_left)
        left_run(&left, r->left);
    else
        for (int s = 0; s < in->services; s++)
            r->left[s] = -1;
    mem_free(mean_ms);
}

static void add_service(const struct forecast_run *r, int s, struct buf *out)
{
    const struct eta_range *range = &r->outlook->services[s];

    buf_add_c(out, out->p[out->len - 1] == '[' ? "{" : ",{");
    json_add_member_cstr(out, "code", r->world->basis->service_codes[s]);
    json_add_member_i64(out, "waiting", r->waiting[s]);
    if (range->known && !r->stopped[s]) {
        struct eta_said said = eta_say(range);
        outlook_add_wait(out, "wait", &said);
    }
    /* Whole minutes, so that another one is told only when people would say something else. */
    if (r->waiting[s] > 0)
        json_add_member_i64(out, "longest", r->longest_ms[s] / MINUTE_MS * MINUTE_MS);
    if (r->left[s] >= 0)
        json_add_member_i64(out, "left", r->left[s]);
    if (r->stopped[s])
        json_add_member_cstr(out, "stopped", r->stopped[s]);
    buf_add_char(out, '}');
}

static void write_body(const struct forecast_run *r, struct buf *out)
{
    buf_add_c(out, "\"services\":[");
    for (int s = 0; s < r->world->in.services; s++)
        add_service(r, s, out);
    buf_addf(out, "],\"kept\":{\"given\":%d,\"kept\":%d}", r->given, r->kept);
}

static void write_staff(const struct forecast_run *r, struct buf *out)
{
    buf_add_c(out, "\"tickets\":[");
    for (int i = 0; i < r->outlook->wait_count && i < STAFF_TICKETS_MAX; i++) {
        const struct outlook_wait *w = &r->outlook->waits[i];
        buf_addf(out, "%s[\"%s\",%d,%d,%d]", i ? "," : "", w->id, w->said.low, w->said.likely,
                 w->said.high);
    }
    int open = 0;
    for (int i = 0; i < r->world->in.counter_count; i++)
        open += r->world->counters[i].paused_ms == 0;
    buf_addf(out, "],\"counters\":%d", open);
}

static void on_job(void *arg)
{
    struct forecast_run *r = arg;
    int64_t began_us = clock_mono_us();

    r->outlook = outlook_new(str_of(r->hall->code), r->world);
    struct eta_output out = {r->tickets, r->outlook->services, r->work_ms};
    memcpy(r->outlook->today, r->today, sizeof(r->today));
    eta_run(&r->world->in, &out);
    find_left(r);
    for (int i = 0; i < r->world->in.ticket_count; i++) {
        if (!r->tickets[i].known)
            continue;
        struct outlook_wait *w = &r->outlook->waits[r->outlook->wait_count++];
        memcpy(w->id, r->world->ids[i], ETA_ID_MAX);
        w->said = eta_say(&r->tickets[i]);
    }
    write_body(r, &r->outlook->body);
    write_staff(r, &r->outlook->staff);
    outlook_seal(r->outlook);
    metric_observe(METRIC_FORECAST_SECONDS, NULL, (double)(clock_mono_us() - began_us) / 1e6);
}

/* --- on main again --- */

static void on_found(void *arg)
{
    struct forecast_run *r = arg;
    struct forecast_hall *h = r->hall;
    struct forecast *f = h->forecast;

    h->running = false;
    /* Read anew meanwhile: what was found is of a hall that is no more. */
    if (!f->stopping && h->state == FORECAST_READY && h->basis == r->world->basis) {
        tell_store(h, r->outlook, r->left);
        alarms_look(h, r->outlook, r->longest_ms);
        f->deps.publish(f->deps.arg, outlook_ref(r->outlook));
    }
    run_free(r);
}

bool forecast_run(struct forecast_hall *h)
{
    int64_t now_ms = clock_now_ms();

    build_day(h, now_ms);
    lessons_settle(h->lessons, now_ms);
    scene_trim(h->scene, now_ms - MINUTE_MS);
    struct forecast_run *r = run_new(h, now_ms);
    if (!jobs_submit(h->forecast->deps.jobs, on_job, on_found, r)) {
        run_free(r);
        return false;
    }
    h->running = true;
    h->dirty = false;
    h->run_ms = now_ms;
    h->run_mono_ms = clock_mono_ms();
    return true;
}
