/* One run of a hall that is played forward: counters become free and call, citizens come to them
 * or do not, others enter the lines. What comes next stands in a heap of events. Who is next is
 * decided as in daemon/lua/line.lua. Every odd run draws what the run before it drew, mirrored: the
 * two together are nearer to the truth than two of their own. One thread at a time.
 * SPDX-License-Identifier: MIT */
#include "core/eta_play_inside.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define HOUR_MS    3600000.0
#define HALF_MS    INT64_C(1800000)
#define BREAK_KEYS UINT64_C(0xb4ea)
/* Clerks differ by a tenth, and who sits at the counter is not known: it is a person's own pace. */
#define CLERK_SPREAD  0.1
#define DEMAND_SPREAD 0.1   /* days differ by a tenth in how many come, more than by chance alone */
#define RATE_MAX      600.0 /* walk-ins an hour for one service: more is no hall, but an error */
#define BOOKING_KEYS  UINT64_C(0xb00c)
#define ARRIVAL_KEYS  UINT64_C(0xa441)
#define PACE_KEYS     UINT64_C(0x9ace)
#define PERSONS_KEYS  UINT64_C(0xfa11)

/* An event's number: a counter, then the input's tickets, its bookings, its walk-ins. */
static int first_ticket(const struct eta_play *p)
{
    return p->in->counter_count;
}

static int first_booking(const struct eta_play *p)
{
    return first_ticket(p) + p->in->ticket_count;
}

static int first_arrival(const struct eta_play *p)
{
    return first_booking(p) + p->in->booking_count;
}

/* The draws of one thing in this run; the mirror of the run before in odd ones. */
static struct durations_rng draws_of(const struct eta_play *p, uint64_t key)
{
    struct durations_rng rng = {play_mix(key, (uint64_t)p->run / 2), p->run % 2 == 1};

    return rng;
}

/* Half hours of the local day. */
static int half_of(const struct eta_play *p, int64_t at_ms)
{
    return (int)((p->in->hour * 2 + (at_ms - p->in->hour_ms) / HALF_MS) % DURATIONS_HALVES);
}

static int64_t time_at_counter(const struct eta_play *p, int counter, const struct play_node *n,
                               int64_t passed_ms, struct durations_rng *rng)
{
    int hour = half_of(p, p->now_ms) / 2;
    double whole = p->mean[n->service * DURATIONS_HOURS + hour] * p->pace[n->service] *
                   p->counter[counter].pace * (n->persons > 1 ? n->persons : 1);

    return (int64_t)(whole * durations_curve_draw(&p->curve[n->service], (double)passed_ms / whole,
                                                  durations_random(rng)));
}

static void refresh(struct eta_play *p, int line)
{
    struct eta_head head = eta_line_head(&p->line[line], p->place, p->in->overtaking_max);

    p->bound_lines += (head.bound >= 0) - (p->bound_node[line] >= 0);
    p->head_node[line] = head.node;
    p->head_rank[line] = head.node >= 0 ? head.rank : PLAY_NOBODY;
    p->bound_node[line] = head.bound;
    p->bound_rank[line] = head.bound >= 0 ? p->node[head.bound].rank : PLAY_NOBODY;
}

static void watch_called(struct eta_play *p, int watched)
{
    p->waits[watched] = (int32_t)(p->now_ms - p->in->now_ms);
    p->watched_left--;
}

struct pick {
    int64_t rank;
    int node; /* -1: nobody */
};

/* The lowest of those of `rank` (by line) that the counter serves, of equals the one that arrived
 * first. The first loop has no branch to guess wrong: it is what playing a hall spends most on. */
static struct pick lowest(const struct play_counter *c, const int64_t *rank, const int *node)
{
    struct pick best = {PLAY_NOBODY, -1};

    for (int i = 0; i < c->busy_lines; i++) {
        int64_t key = rank[c->serves[i].line] + c->serves[i].offset_ms;

        best.rank = key < best.rank ? key : best.rank;
    }
    if (best.rank == PLAY_NOBODY)
        return (struct pick){INT64_MAX, -1};
    for (int i = 0; i < c->busy_lines; i++) {
        int line = c->serves[i].line;

        if (rank[line] + c->serves[i].offset_ms == best.rank &&
            (best.node < 0 || node[line] < best.node))
            best.node = node[line];
    }
    return best;
}

/* The same choice as line.pick in Lua: of those at their bound, if there are any, else of all. */
static struct pick next_for(const struct eta_play *p, const struct play_counter *c, bool *at_bound)
{
    struct pick best = {INT64_MAX, -1};

    if (p->bound_lines > 0)
        best = lowest(c, p->bound_rank, p->bound_node);
    *at_bound = best.node >= 0;
    return *at_bound ? best : lowest(c, p->head_rank, p->head_node);
}

/* Would one who asked at the beginning be called now, before the one that was picked? */
static void call_ghosts(struct eta_play *p, const struct play_counter *c, struct pick best,
                        bool at_bound)
{
    int64_t rank = p->in->now_ms + p->in->walk_in_target_ms;

    if (p->ghosts == 0 || at_bound || c->count == 0)
        return;
    if (p->ghosts_at_bound == 0 && rank + c->offset_min_ms > best.rank)
        return; /* so it is for most of a run: whoever is here already has a lower rank */
    for (int i = 0; i < c->count; i++) {
        int s = c->serves[i].line;
        int64_t key = rank + c->serves[i].offset_ms;

        if (s >= p->in->services || !p->ghost[s].waits)
            continue;
        if (key > best.rank && p->ghost[s].overtaken < p->in->overtaking_max)
            continue;
        if (key == best.rank && best.node < p->in->ticket_count)
            continue; /* who was there already goes first */
        p->ghost[s].waits = false;
        p->ghosts--;
        p->ghosts_at_bound -= p->ghost[s].overtaken >= p->in->overtaking_max;
        watch_called(p, p->in->ticket_count + s);
    }
}

static void leave_line(struct eta_play *p, int node)
{
    int line = p->node[node].line;

    eta_line_call(&p->line[line], p->place[node]);
    refresh(p, line);
    if (node < p->in->ticket_count)
        watch_called(p, node);
    else if (line < p->in->services && p->ghost[line].waits)
        p->ghosts_at_bound += ++p->ghost[line].overtaken == p->in->overtaking_max;
}

/* From the call until the counter is free again. */
static int64_t visit_ms(const struct eta_play *p, int counter, const struct play_node *n)
{
    struct durations_rng rng = draws_of(p, n->key);
    struct durations_walk walk = durations_way_draw(&p->way, 0, &rng);
    int64_t ms = walk.ms + p->gap_ms;

    return walk.came ? ms + time_at_counter(p, counter, n, 0, &rng) : ms;
}

/* Goes for its break, if this is when it does. The longer it has worked in hours in which counters
 * go, the likelier. */
static bool has_break(struct eta_play *p, struct play_counter *c)
{
    if (c->rested)
        return false;
    while (c->tired_ms < p->now_ms && c->tired < c->endures) {
        int64_t past = (c->tired_ms - p->in->hour_ms) % HALF_MS;
        int64_t until = c->tired_ms + HALF_MS - past;

        until = until < p->now_ms ? until : p->now_ms;
        c->tired +=
            p->break_rate[half_of(p, c->tired_ms)] * (double)(until - c->tired_ms) / HOUR_MS;
        c->tired_ms = until;
    }
    c->rested = c->tired >= c->endures;
    return c->rested;
}

static int64_t next_pause(const struct eta_play *p, int64_t after_ms, double u)
{
    return p->pause_rate > 0 ? after_ms + (int64_t)(play_exponential(u) * HOUR_MS / p->pause_rate)
                             : INT64_MAX;
}

/* Away from now on for so long; 0: stays. */
static int64_t away_ms(struct eta_play *p, struct play_counter *c)
{
    bool rests = has_break(p, c);
    struct durations_rng rng;
    double u;

    if (!rests && p->now_ms < c->pauses_ms)
        return 0;
    c->pause_key = play_mix(c->pause_key, BREAK_KEYS);
    rng = draws_of(p, c->pause_key);
    u = durations_random(&rng);
    if (rests)
        return durations_pause_rest(&p->pause, u);
    int64_t ms = durations_pause_brief(&p->pause, u);
    c->pauses_ms = next_pause(p, p->now_ms + ms, durations_random(&rng));
    return ms;
}

/* The counter is free: calls somebody, or is idle. */
static void counter_free(struct eta_play *p, int index)
{
    struct play_counter *c = &p->counter[index];
    int64_t away = away_ms(p, c);
    struct pick best;
    bool at_bound;

    c->idle = false;
    if (away > 0) {
        play_event_add(p, p->now_ms + away, index);
        return;
    }
    best = next_for(p, c, &at_bound);
    call_ghosts(p, c, best, at_bound);
    c->idle = best.node < 0;
    if (c->idle)
        return;
    leave_line(p, best.node);
    play_event_add(p, p->now_ms + visit_ms(p, index, &p->node[best.node]), index);
}

/* The idle counter that serves the line; its own work before helping out. */
static int idle_for(const struct eta_play *p, int line)
{
    int best = -1;
    int64_t best_offset = ETA_NOT_SERVED;

    for (int i = 0; i < p->in->counter_count; i++) {
        int64_t offset = line < p->in->services        ? p->in->counters[i].offset_ms[line]
                         : line == p->in->services + i ? 0
                                                       : ETA_NOT_SERVED;

        if (p->counter[i].idle && offset < best_offset) {
            best = i;
            best_offset = offset;
        }
    }
    return best;
}

/* Somebody entered: an idle counter calls, unless it finds that it is time for its break. */
static void wake_idle(struct eta_play *p, int line)
{
    int counter;

    while (p->head_node[line] >= 0 && (counter = idle_for(p, line)) >= 0)
        counter_free(p, counter);
}

static void enter(struct eta_play *p, int node, int overtaken)
{
    const struct play_node *n = &p->node[node];

    p->place[node] =
        eta_line_enter(&p->line[n->line], (struct eta_entry){n->rank, node}, overtaken);
    refresh(p, n->line);
    wake_idle(p, n->line);
}

static void enter_new(struct eta_play *p, const struct play_node *n)
{
    if (p->node_count == p->node_cap) {
        p->node_cap *= 2;
        p->node = mem_realloc(p->node, (size_t)p->node_cap * sizeof(*p->node));
        p->place = mem_realloc(p->place, (size_t)p->node_cap * sizeof(*p->place));
    }
    p->node[p->node_count] = *n;
    enter(p, p->node_count++, 0);
}

static uint64_t booking_key(const struct eta_play *p, int i)
{
    const struct eta_booking *b = &p->in->bookings[i];
    uint64_t key = play_mix(p->in->seed ^ BOOKING_KEYS, (uint64_t)b->at_ms);

    /* Those of one time and service differ by their place from the end, where the list grows
     * least: the earlier ones check in and leave it. */
    return play_mix(key, (uint64_t)(p->in->booking_count - i) << 16 | (uint64_t)b->service);
}

/* Rank as in daemon/lua/rank.lua, booked(). */
static int64_t booking_rank(const struct eta_play *p, const struct eta_booking *b, int64_t at_ms)
{
    int64_t start = b->at_ms - b->advantage_ms, late = at_ms - b->at_ms;
    int64_t last = b->at_ms + p->in->late_ms;

    if (late <= 0 || p->in->late_ms <= 0)
        return start;
    return start +
           (int64_t)((double)(last + b->target_ms - start) * (double)late / (double)p->in->late_ms);
}

static void booking_enters(struct eta_play *p, int i)
{
    const struct eta_booking *b = &p->in->bookings[i];

    enter_new(p, &(struct play_node){booking_rank(p, b, p->now_ms), booking_key(p, i), b->service,
                                     b->service, b->persons});
}

static void expect_bookings(struct eta_play *p)
{
    const struct eta_input *in = p->in;

    for (int i = 0; i < in->booking_count; i++) {
        const struct eta_booking *b = &in->bookings[i];
        struct durations_rng rng = draws_of(p, ~booking_key(p, i));
        int64_t late = durations_late_draw(&p->lateness, in->now_ms - b->at_ms, &rng);
        int64_t earliest = b->at_ms - in->early_ms;

        if (!p->served[b->service] || late == INT64_MAX || late > in->late_ms)
            continue;
        earliest = earliest > in->now_ms ? earliest : in->now_ms;
        play_event_add(p, b->at_ms + late > earliest ? b->at_ms + late : earliest,
                       first_booking(p) + i);
    }
}

static void expect_arrival(struct eta_play *p, int i, int64_t after_ms, uint64_t key)
{
    const struct eta_arrivals *a = &p->in->arrivals[i];
    struct durations_rng rng = draws_of(p, key);
    int64_t from = a->from_ms > after_ms ? a->from_ms : after_ms;

    if (!(a->per_hour > 0) || !p->served[a->service])
        return;
    /* At least a millisecond: the next draw depends on the moment. */
    from +=
        1 + (int64_t)(play_exponential(durations_random(&rng)) * HOUR_MS /
                      (a->per_hour * p->demand < RATE_MAX ? a->per_hour * p->demand : RATE_MAX));
    if (a->to_ms == 0 || from < a->to_ms)
        play_event_add(p, from, first_arrival(p) + i);
}

static uint64_t arrival_key(const struct eta_play *p, int i, int64_t at_ms)
{
    return play_mix(play_mix(p->in->seed ^ ARRIVAL_KEYS, (uint64_t)i), (uint64_t)at_ms);
}

static void arrival_enters(struct eta_play *p, int i)
{
    const struct eta_arrivals *a = &p->in->arrivals[i];
    uint64_t key = arrival_key(p, i, p->now_ms);
    struct durations_rng rng = draws_of(p, play_mix(key, PERSONS_KEYS));
    int persons = durations_persons(p->in->durations, a->service, durations_random(&rng));

    expect_arrival(p, i, p->now_ms, ~key);
    enter_new(p,
              &(struct play_node){p->now_ms + a->target_ms, key, a->service, a->service, persons});
}

/* When a counter is done with what it has at the beginning. */
static int64_t counter_until(const struct eta_play *p, int index)
{
    const struct eta_counter *c = &p->in->counters[index];
    struct durations_rng rng = draws_of(p, p->counter[index].key);
    struct play_node n = {0, 0, 0, c->service, c->persons};
    int64_t passed = p->in->now_ms - c->since_ms, left = 0;

    passed = passed > 0 ? passed : 0;
    if (c->state == ETA_SERVING) {
        left = time_at_counter(p, index, &n, passed, &rng) - passed + p->gap_ms;
    } else if (c->state == ETA_CALLED) {
        struct durations_walk walk = durations_way_draw(&p->way, passed, &rng);

        left = walk.ms - passed + p->gap_ms;
        if (walk.came)
            left += time_at_counter(p, index, &n, 0, &rng);
    }
    return p->in->now_ms + left > c->from_ms ? p->in->now_ms + left : c->from_ms;
}

/* The means are known only so well, and days differ: each run has its own. */
static void set_pace(struct eta_play *p)
{
    struct durations_rng rng = draws_of(p, p->in->seed ^ PACE_KEYS);
    double hall = 1 + play_about(&rng) * durations_doubt_hall(p->in->durations);

    p->turn = durations_random(&rng);
    p->demand = 1 + DEMAND_SPREAD * play_about(&rng);
    p->demand = p->demand > 0.3 ? p->demand : 0.3;
    for (int s = 0; s < p->in->services; s++) {
        double pace = hall * (1 + play_about(&rng) * p->doubt[s]);

        p->pace[s] = pace > 0.3 ? pace : 0.3;
    }
}

/* Colleagues go for lunch in turns, so that the hall goes on: how long they endure is spread evenly
 * among them, and not left to each one's chance. */
static double turn_of(const struct eta_play *p, int index)
{
    double u = p->turn + (double)index / p->in->counter_count;

    return play_exponential(u < 1 ? u : u - 1);
}

static void begin_counter(struct eta_play *p, int index)
{
    struct play_counter *c = &p->counter[index];
    struct durations_rng rng;

    c->pause_key = play_mix(p->in->seed ^ BREAK_KEYS, (uint64_t)index);
    rng = draws_of(p, c->pause_key);
    c->idle = false;
    c->rested = p->in->counters[index].rested || p->break_ms == 0;
    c->tired = 0;
    c->endures = turn_of(p, index);
    c->tired_ms = p->in->now_ms;
    c->pace = 1 + CLERK_SPREAD * play_about(&rng);
    c->pauses_ms = next_pause(p, p->in->now_ms, durations_random(&rng));
}

/* One that pauses may come back; never: it plays no further part. */
static void expect_counter(struct eta_play *p, int index)
{
    struct play_counter *c = &p->counter[index];
    int64_t passed = p->in->now_ms - p->in->counters[index].paused_ms, ms;
    struct durations_rng rng = draws_of(p, ~c->pause_key);

    if (p->in->counters[index].paused_ms == 0) {
        play_event_add(p, counter_until(p, index), index);
        return;
    }
    passed = passed > 0 ? passed : 0;
    ms = durations_pause_at(&p->pause, passed, durations_random(&rng));
    if (ms == INT64_MAX)
        return;
    c->rested = c->rested || ms >= DURATIONS_BREAK_MS;
    c->tired_ms = p->in->now_ms + ms - passed;
    play_event_add(p, c->tired_ms, index);
}

static void begin(struct eta_play *p)
{
    const struct eta_input *in = p->in;

    p->now_ms = in->now_ms;
    p->node_count = in->ticket_count;
    p->event_count = p->bound_lines = p->ghosts = p->ghosts_at_bound = 0;
    p->watched_left = p->watched;
    set_pace(p);
    for (int i = 0; i < p->lines; i++) {
        eta_line_set(&p->line[i], &p->begin[i]);
        p->bound_node[i] = -1;
        refresh(p, i);
    }
    for (int s = 0; s < in->services; s++) {
        p->ghost[s] = (struct play_ghost){p->served[s], 0};
        p->ghosts += p->served[s];
        p->ghosts_at_bound += p->served[s] && in->overtaking_max <= 0;
    }
    for (int c = 0; c < in->counter_count; c++) {
        begin_counter(p, c);
        expect_counter(p, c);
    }
    for (int i = 0; i < in->ticket_count; i++) {
        if (in->tickets[i].from_ms > in->now_ms && p->served[p->node[i].line])
            play_event_add(p, in->tickets[i].from_ms, first_ticket(p) + i);
    }
    expect_bookings(p);
    for (int i = 0; i < in->arrival_count; i++)
        expect_arrival(p, i, in->now_ms, arrival_key(p, i, 0));
}

void eta_play_once(struct eta_play *p, int run, int32_t *waits)
{
    p->run = run;
    p->waits = waits;
    for (int i = 0; i < p->in->ticket_count + p->in->services; i++)
        waits[i] = ETA_NEVER;
    begin(p);
    while (p->watched_left > 0 && p->event_count > 0) {
        struct play_event e = play_event_take(p);

        if (e.at_ms >= p->end_ms)
            break;
        p->now_ms = e.at_ms;
        if (e.what < first_ticket(p))
            counter_free(p, e.what);
        else if (e.what < first_booking(p))
            enter(p, e.what - first_ticket(p), p->in->tickets[e.what - first_ticket(p)].overtaken);
        else if (e.what < first_arrival(p))
            booking_enters(p, e.what - first_booking(p));
        else
            arrival_enters(p, e.what - first_arrival(p));
    }
}
