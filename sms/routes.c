/* The gateways of the settings, all open: owns them, their connections and prefixes, and hands on
 * what they tell. Each has connections of its own, so that one that hangs takes none from the
 * others. Main thread. SPDX-License-Identifier: MIT */
#include "sms/routes.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "fetch/fetch.h"
#include "sms/delivery.h"
#include "sms/joins.h"
#include <assert.h>

/* What a gateway's events are told with: which one it is. */
struct end {
    struct routes *set;
    size_t place;
    struct fetch *fetch;
    bool leaving; /* leave() was called and is not done */
};

struct routes {
    struct routes_config config;
    struct prefixes *prefixes;
    struct route *list;
    struct end *ends;
    size_t count; /* of those that are open */
    bool left;    /* routes_leave() was called */
};

static struct route *route_of(const struct end *e)
{
    return &e->set->list[e->place];
}

static void changed(struct routes *r)
{
    r->config.on_change(r->config.arg);
}

static void on_link(void *arg, bool up, const char *reason)
{
    struct end *e = arg;
    struct route *r = route_of(e);
    bool was_up = !r->breaker.down_since_ms;
    if (up && !was_up)
        log_info("sms gateway %s: its link is up", r->settings->name);
    else if (!up && was_up)
        log_warn("sms gateway %s: its link is down: %s", r->settings->name, reason ? reason : "");
    if (!up && reason)
        str_copy(str_of(reason), r->reason, sizeof r->reason);
    breaker_link(&r->breaker, up, clock_mono_ms());
    metric_set(METRIC_GATEWAY_UP, r->settings->name, up);
    changed(e->set);
}

static void on_room(void *arg)
{
    changed(((struct end *)arg)->set);
}

static void on_report(void *arg, const struct gateway_report *report,
                      void (*done)(void *done_arg, bool ok), void *done_arg)
{
    struct end *e = arg;
    delivery_report(e->set->config.delivery, str_of(route_of(e)->settings->name), report, done,
                    done_arg);
}

static void on_inbound(void *arg, const struct gateway_inbound *in,
                       void (*done)(void *done_arg, bool ok), void *done_arg)
{
    struct end *e = arg;
    const struct routes_config *c = &e->set->config;
    if (c->on_inbound)
        c->on_inbound(c->inbound_arg, str_of(route_of(e)->settings->name), in, done, done_arg);
    else
        done(done_arg, true);
}

static void on_part(void *arg, const struct gateway_part *part, gateway_part_fn fn, void *fn_arg)
{
    struct end *e = arg;
    joins_part(e->set->config.joins, str_of(route_of(e)->settings->name), part, fn, fn_arg);
}

static void on_joined(void *arg, const struct gateway_part *part)
{
    struct end *e = arg;
    joins_done(e->set->config.joins, str_of(route_of(e)->settings->name), part);
}

static bool open_one(struct routes *r, size_t place)
{
    const struct sms_gateway_settings *s = &r->config.settings->sms_gateways[place];
    struct route *route = &r->list[place];
    struct end *e = &r->ends[place];
    route->settings = s;
    route->ops = gateway_find(s->kind);
    assert(route->ops); /* settings_load() has seen to it */
    route->rate.per_second = s->rate_per_second;
    *e = (struct end){.set = r, .place = place, .fetch = fetch_new(r->config.loop, s->window)};
    metric_set(METRIC_GATEWAY_UP, s->name, 1);
    route->self = route->ops->open(&(struct gateway_env){
        .settings = s,
        .loop = r->config.loop,
        .fetch = e->fetch,

        .events = {e, on_link, on_room, on_report, on_inbound, on_part, on_joined}});
    if (!route->self) {
        fetch_free(e->fetch);
        return false;
    }
    log_info("sms gateway %s: %s, %d a second, %d at once", s->name, s->kind, s->rate_per_second,
             s->window);
    return true;
}

struct routes *routes_new(const struct routes_config *c)
{
    size_t count = c->settings->sms_gateway_count;
    struct routes *r = MEM_NEW(struct routes);
    r->config = *c;
    r->prefixes = prefixes_new(c->settings);
    r->list = mem_calloc(count, sizeof *r->list);
    r->ends = mem_calloc(count, sizeof *r->ends);
    while (r->prefixes && r->count < count && open_one(r, r->count))
        r->count++;
    if (r->count == count)
        return r;
    routes_free(r);
    return NULL;
}

void routes_free(struct routes *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++) {
        fetch_free(r->ends[i].fetch);
        r->list[i].ops->close(r->list[i].self);
    }
    prefixes_free(r->prefixes);
    mem_free(r->list);
    mem_free(r->ends);
    mem_free(r);
}

size_t routes_count(const struct routes *r)
{
    return r->count;
}

struct route *routes_list(struct routes *r)
{
    return r->list;
}

const struct prefixes *routes_prefixes(const struct routes *r)
{
    return r->prefixes;
}

int routes_windows(const struct routes *r)
{
    int sum = 0;
    for (size_t i = 0; i < r->count; i++)
        sum += r->list[i].settings->window;
    return sum;
}

static void on_left(void *arg)
{
    struct end *e = arg;
    e->leaving = false;
}

void routes_leave(struct routes *r)
{
    if (r->left)
        return;
    r->left = true;
    for (size_t i = 0; i < r->count; i++) {
        if (!r->list[i].ops->leave)
            continue;
        r->ends[i].leaving = true;
        r->list[i].ops->leave(r->list[i].self, on_left, &r->ends[i]);
    }
}

bool routes_have_left(const struct routes *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (!r->left || r->ends[i].leaving || r->list[i].held)
            return false;
    return true;
}
