/* Which gateway takes the next message: among those of the first tier that is not broken
 * altogether, one with room, by weight. A tier whose gateways are merely busy is waited for; one
 * that is broken holds nobody. What an answer means for the gateway stands in route_answered(), and
 * nowhere else. Main thread. SPDX-License-Identifier: MIT */
#include "sms/route.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    AHEAD_US = 20000,         /* begun before there is room: what it takes in so long, */
    AHEAD_MAX = 256,          /* and no more than four calls begin, */
    GAP_WEIGHT = 16,          /* its answers of late: the last dozen or two */
    AHEAD_ANSWER_US = 500000, /* only where room comes that soon: nobody lies begun for long */
};

/* FIT_FULL: its window alone is in the way, and will not be for long. */
enum fitness { FIT_READY, FIT_FULL, FIT_BUSY, FIT_BROKEN };

/* Slots that confirmations leave free, so that a slow gateway full of them still takes a call. */
static int patient_max(const struct route *r)
{
    int window = r->settings->window;
    return window >= 4 ? window - window / 4 : window >= 2 ? window - 1 : window;
}

static void sooner(int64_t *wait_ms, int64_t other_ms)
{
    if (*wait_ms == ROUTE_WAIT_EVENT || other_ms < *wait_ms)
        *wait_ms = other_ms;
}

static bool has_room(const struct route *r)
{
    return !r->ops->room || r->ops->room(r->self) > r->reserved;
}

static bool window_is_full(const struct route *r, const struct route_ask *ask)
{
    return r->held >= r->settings->window || (ask->patient && r->held_patient >= patient_max(r));
}

/* By contract, or by what it said: to the end, no catching up. */
static int64_t pace_wait_us(struct route *r, int64_t mono_us)
{
    int64_t wait_us = rate_wait_us(&r->rate, mono_us), pause_us = r->throttled_until_us - mono_us;
    return wait_us > pause_us ? wait_us : pause_us;
}

/* wait_ms: lowered to when it may be better, where time alone does it. */
static enum fitness look(struct route *r, const struct route_ask *ask, bool may_probe,
                         int64_t mono_us, int64_t *wait_ms)
{
    int64_t mono_ms = mono_us / 1000;
    enum breaker_state state = breaker_look(&r->breaker, mono_ms);
    if (state == BREAKER_OPEN) {
        sooner(wait_ms, breaker_wait_ms(&r->breaker, mono_ms));
        return FIT_BROKEN;
    }
    if (state == BREAKER_HALF_OPEN && (!may_probe || !breaker_lets(&r->breaker, mono_ms)))
        return FIT_BROKEN;
    int64_t wait_us = pace_wait_us(r, mono_us);
    bool is_down = r->breaker.down_since_ms != 0;
    if (window_is_full(r, ask))
        return wait_us <= 0 && !is_down ? FIT_FULL : FIT_BUSY;
    if (!has_room(r)) {
        /* If that is because the link is down, the breaker will open. */
        if (is_down)
            sooner(wait_ms, r->breaker.down_since_ms + BREAKER_LINK_DOWN_MS - mono_ms);
        return wait_us <= 0 && !is_down ? FIT_FULL : FIT_BUSY;
    }
    if (wait_us <= 0)
        return FIT_READY;
    sooner(wait_ms, (wait_us + 999) / 1000);
    return FIT_BUSY;
}

/* Smooth weighted round robin over those that are ready. */
static struct route *by_weight(struct route *routes, const struct prefix_way *ready[], size_t n)
{
    struct route *best = NULL;
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        struct route *r = &routes[ready[i]->gateway];
        r->credit += ready[i]->weight;
        sum += ready[i]->weight;
        if (!best || r->credit > best->credit)
            best = r;
    }
    best->credit -= sum;
    return best;
}

static struct route_choice choose(struct route *routes, const struct prefixes *prefixes,
                                  const struct route_ask *ask, bool may_probe, int64_t mono_us)
{
    const struct prefix_way *ways, *ready[PREFIX_GATEWAYS_MAX];
    struct route_choice c = {.wait_ms = ROUTE_WAIT_EVENT, .none = true};
    size_t count = prefixes_ways(prefixes, ask->class, &ways), n_ready = 0;
    bool busy = false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && ways[i].tier != ways[i - 1].tier && (n_ready || busy))
            break;
        if (ask->tried & 1u << ways[i].gateway)
            continue;
        c.none = false;
        enum fitness fit = look(&routes[ways[i].gateway], ask, may_probe, mono_us, &c.wait_ms);
        if (fit == FIT_READY)
            ready[n_ready++] = &ways[i];
        if (fit == FIT_FULL && !c.full)
            c.full = &routes[ways[i].gateway];
        busy = busy || fit == FIT_BUSY || fit == FIT_FULL;
    }
    if (n_ready)
        c.route = by_weight(routes, ready, n_ready);
    return c;
}

struct route_choice route_choose(struct route *routes, const struct prefixes *prefixes,
                                 const struct route_ask *ask, int64_t mono_us)
{
    /* What must not come twice is no probe while anything else will do. */
    struct route_choice c = choose(routes, prefixes, ask, ask->harmless, mono_us);
    if (!c.route && !c.none && !ask->harmless)
        c = choose(routes, prefixes, ask, true, mono_us);
    return c;
}

void route_take(struct route *r, const struct route_ask *ask, int64_t mono_us,
                struct route_hold *hold)
{
    assert(!hold->route);
    *hold = (struct route_hold){.route = r, .patient = ask->patient};
    hold->probe = breaker_begin(&r->breaker);
    rate_take(&r->rate, mono_us, 1);
    r->held++;
    r->held_patient += hold->patient;
    r->reserved++;
}

void route_sent(struct route_hold *hold, int parts, int64_t mono_us)
{
    assert(hold->route && !hold->sent);
    hold->sent = true;
    hold->sent_us = mono_us;
    hold->route->reserved--;
    if (parts > 1)
        rate_take(&hold->route->rate, mono_us, parts - 1);
}

static void give_back(struct route_hold *hold)
{
    struct route *r = hold->route;
    r->held--;
    r->held_patient -= hold->patient;
    r->reserved -= !hold->sent;
    *hold = (struct route_hold){0};
}

void route_unsent(struct route_hold *hold)
{
    if (!hold->route)
        return;
    breaker_unsent(&hold->route->breaker, hold->probe);
    give_back(hold);
}

/* Moves the ring on to this second and empties what it passes. */
static int *this_second(struct route *r, int64_t mono_us)
{
    int64_t now = mono_us / 1000000;
    if (now - r->second > ROUTE_SECONDS)
        r->second = now - ROUTE_SECONDS;
    while (r->second < now)
        r->recent[++r->second % ROUTE_SECONDS] = 0;
    return &r->recent[now % ROUTE_SECONDS];
}

/* How fast it is when it is busy; a rest counts as no more than a gateway that is not quick. */
static void measure_gap(struct route *r, int64_t mono_us)
{
    int64_t gap_us = mono_us - r->answered_us;
    if (gap_us > AHEAD_ANSWER_US)
        gap_us = AHEAD_ANSWER_US;
    r->gap_us += (gap_us - r->gap_us) / GAP_WEIGHT;
    r->answered_us = mono_us;
}

static void accepted(struct route *r, int parts, int64_t mono_us)
{
    r->accepted++;
    r->parts += parts;
    r->unspent += parts;
    ++*this_second(r, mono_us);
}

static void throttled(struct route *r, int64_t pause_ms, int64_t mono_us)
{
    int64_t until_us = mono_us + pause_ms * 1000;
    r->throttled++;
    rate_pause(&r->rate, mono_us, pause_ms);
    if (r->throttled_until_us < until_us)
        r->throttled_until_us = until_us;
}

void route_answered(struct route_hold *hold, const struct gateway_result *result, int parts,
                    int64_t mono_us)
{
    struct route *r = hold->route;
    bool config = result->outcome == GATEWAY_CONFIG;
    if (config || result->outcome == GATEWAY_TEMPFAIL)
        breaker_failed(&r->breaker, hold->probe, config, mono_us / 1000);
    else
        breaker_worked(&r->breaker, hold->probe);
    if (result->outcome == GATEWAY_OK)
        accepted(r, parts, mono_us);
    else
        snprintf(r->reason, sizeof r->reason, "%s", result->reason);
    if (result->outcome == GATEWAY_THROTTLED)
        throttled(r, result->pause_ms > 0 ? result->pause_ms : ROUTE_PAUSE_MS, mono_us);
    r->refused += result->outcome == GATEWAY_PERMFAIL;
    r->failed += config || result->outcome == GATEWAY_TEMPFAIL;
    int *quick = &r->quick[hold->patient];
    bool soon = mono_us - hold->sent_us <= AHEAD_ANSWER_US && result->outcome == GATEWAY_OK;
    *quick = !soon ? 0 : *quick < r->settings->window ? *quick + 1 : *quick;
    if (result->outcome == GATEWAY_OK)
        measure_gap(r, mono_us);
    give_back(hold);
}

/* As many again as its window has, and for a fast one with a small window as many as keep it busy
 * while the store is told of the next: the call for one message costs as much as that for ten. */
static int ahead_max(const struct route *r)
{
    int most = r->settings->window;
    if (r->gap_us > 0 && most < AHEAD_US / r->gap_us)
        most = (int)(AHEAD_US / r->gap_us);
    return most < AHEAD_MAX ? most : AHEAD_MAX;
}

/* As many answers in a row as its window has were quick, so that it is the window that answers, and
 * not what others leave. */
bool route_may_begin_ahead(const struct route *r, bool patient)
{
    int quick = patient ? r->quick[1] : r->quick[0] + r->quick[1];
    return r->ahead < ahead_max(r) && quick >= r->settings->window;
}

void route_was_slow(struct route *r)
{
    r->quick[0] = r->quick[1] = 0;
}

void route_by_hand(struct route *r, const struct gateway_result *result, int parts, int64_t mono_us)
{
    if (result->outcome == GATEWAY_OK)
        accepted(r, parts, mono_us);
    else
        snprintf(r->reason, sizeof r->reason, "%s", result->reason);
}

const char *route_state(struct route *r, int64_t mono_us)
{
    enum breaker_state state = breaker_look(&r->breaker, mono_us / 1000);
    if (r->breaker.down_since_ms)
        return "down";
    if (state != BREAKER_CLOSED)
        return breaker_state_name(state);
    return r->throttled_until_us > mono_us ? "throttled" : "up";
}

int route_last_minute(struct route *r, int64_t mono_us)
{
    int sum = 0;
    (void)this_second(r, mono_us);
    for (int i = 0; i < ROUTE_SECONDS; i++)
        sum += r->recent[i];
    return sum;
}
