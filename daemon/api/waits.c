/* How long a wait would be: what the last forecast of the hall found, and "what if" so many
 * counters were more or fewer, played forward on a job thread with the input of that forecast.
 * Without a forecast the services are told without waits. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/json.h"
#include "base/metric.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { ETAG_CHARS = 24 };

static const struct outlook *outlook_now(const struct call *c)
{
    return outlooks_get(c->api->config.outlooks, c->hall, c->now_ms);
}

static void no_waits(const struct call *c, struct buf *out)
{
    const struct hall *hall = halls_find(c->api->halls, c->hall);

    assert(hall); /* the step before has just found it */
    buf_add_c(out, "{\"services\":[");
    for (size_t i = 0; i < hall->file->service_count; i++)
        buf_addf(out, "%s{\"code\":\"%s\"}", i ? "," : "", hall->file->services[i].code);
    buf_add_c(out, "]}");
}

void local_wait_list(struct call *c)
{
    const struct outlook *o = outlook_now(c);
    char etag[ETAG_CHARS] = "W/\"none\"";
    struct buf json;

    /* Weak: the moment it was worked out changes all the time. */
    if (o)
        (void)snprintf(etag, sizeof(etag), "W/\"%016llx\"", (unsigned long long)o->tag);
    struct http_field fields[] = {{"ETag", str_of(etag)}, {"Cache-Control", STR("no-cache")}};
    if (call_knows(c, etag)) {
        call_reply(c, 304, (struct str){NULL, 0}, fields, 2);
        return;
    }
    buf_init(&json);
    if (o)
        outlook_json(o, false, &json);
    else
        no_waits(c, &json);
    call_reply(c, c->command->status, buf_str(&json), fields, 2);
    buf_clear(&json);
}

/* --- what if --- */

/* In the request's arena; the outlook and the worlds are references. */
struct what_if {
    struct call *call;
    struct outlook *now;
    struct eta_world *world;  /* as it would be */
    struct eta_range *ranges; /* found by the job */
    struct eta_range *tickets;
    int64_t *work_ms;
};

static void play(void *arg)
{
    struct what_if *w = arg;
    struct eta_output out = {w->tickets, w->ranges, w->work_ms};

    eta_run(&w->world->in, &out);
}

static void release(struct what_if *w)
{
    eta_world_unref(w->world);
    outlook_unref(w->now);
}

static void add_range(struct buf *out, const char *key, const struct eta_range *range)
{
    if (!range->known)
        return;
    struct eta_said said = eta_say(range);
    outlook_add_wait(out, key, &said);
}

static void on_played(void *arg)
{
    struct what_if *w = arg;
    const struct eta_basis *b = w->world->basis;
    struct buf json;

    buf_init(&json);
    buf_add_c(&json, "{\"services\":[");
    for (int s = 0; s < b->services; s++) {
        buf_add_c(&json, s ? ",{" : "{");
        json_add_member_cstr(&json, "code", b->service_codes[s]);
        add_range(&json, "before", &w->now->services[s]);
        add_range(&json, "after", &w->ranges[s]);
        buf_add_char(&json, '}');
    }
    buf_add_c(&json, "]}");
    call_reply_json(w->call, buf_str(&json));
    buf_clear(&json);
    release(w);
}

/* ERR_NONE, or what is wrong with *field. */
static enum err read_change(const struct call *c, const struct eta_basis *b,
                            const struct hall_file *file, struct eta_change *out,
                            const char **field)
{
    struct str profile = args_get(c->command, &c->args, "profile");
    struct str add = args_get(c->command, &c->args, "add");
    struct str counter = args_get(c->command, &c->args, "counter");
    struct str to = args_get(c->command, &c->args, "to");
    int64_t n = 0;

    *field = profile.len + add.len > 0 ? (profile.len == 0 ? "profile" : "add")
                                       : (counter.len == 0 ? "counter" : "to");
    if ((profile.len > 0) != (add.len > 0) || (counter.len > 0) != (to.len > 0) ||
        profile.len + counter.len == 0)
        return ERR_FIELD_MISSING;
    (void)str_to_i64(add, INT32_MIN, INT32_MAX, &n); /* checked by its row; absent: 0 */
    *out = (struct eta_change){eta_basis_profile(b, profile), (int)n, counter,
                               eta_basis_profile(b, to)};
    *field = profile.len > 0 && out->profile < 0 ? "profile" : "to";
    if ((profile.len > 0 && out->profile < 0) || (to.len > 0 && out->to < 0))
        return ERR_PROFILE_UNKNOWN;
    *field = "counter";
    return counter.len > 0 && !hall_counter(file, counter) ? ERR_COUNTER_UNKNOWN : ERR_NONE;
}

/* The profiles of the hall file are known without a forecast, too: mistakes are told all the same.
 */
static struct eta_basis *names_only(const struct hall_file *file)
{
    struct eta_basis *b = eta_basis_new((int)file->service_count, (int)file->profile_count, NULL);

    for (size_t i = 0; i < file->profile_count; i++)
        str_copy(str_of(file->profiles[i].code), b->profile_codes[i], ETA_CODE_MAX);
    return b;
}

static enum err check(const struct call *c, struct eta_change *change, const char **field)
{
    const struct hall *hall = halls_find(c->api->halls, c->hall);
    const struct outlook *o = outlook_now(c);

    assert(hall); /* the step before has just found it */
    struct eta_basis *names = o ? eta_basis_ref(o->world->basis) : names_only(hall->file);
    enum err err = read_change(c, names, hall->file, change, field);
    eta_basis_unref(names);
    return err;
}

void local_what_if(struct call *c)
{
    struct arena *m = http_arena(c->req);
    struct eta_change change;
    const char *field;
    enum err err = check(c, &change, &field);
    struct outlook *o = (struct outlook *)outlook_now(c); /* only its count of references changes */

    if (err != ERR_NONE) {
        call_problem(c, err, field, NULL);
        return;
    }
    if (!o) {
        struct buf json;
        buf_init(&json);
        no_waits(c, &json);
        call_reply_json(c, buf_str(&json));
        buf_clear(&json);
        return;
    }
    struct what_if *w = arena_alloc(m, sizeof(*w));
    w->call = c;
    w->now = outlook_ref(o);
    w->world = eta_world_changed(o->world, &change);
    w->ranges = arena_alloc(m, ((size_t)w->world->in.services + 1) * sizeof(*w->ranges));
    w->tickets = arena_alloc(m, ((size_t)w->world->in.ticket_count + 1) * sizeof(*w->tickets));
    w->work_ms = arena_alloc(m, ((size_t)w->world->in.services + 1) * sizeof(*w->work_ms));
    if (jobs_submit(c->api->config.jobs, play, on_played, w))
        return;
    metric_add(METRIC_JOBS_REFUSED, NULL, 1);
    release(w);
    call_problem(c, ERR_BUSY, NULL, NULL);
}
