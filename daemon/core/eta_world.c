/* Worlds of the forecast: shared between main, job threads and workers, so nothing of one changes
 * once it was handed on; "what if" is a changed copy. Any thread. A further part of the input gets
 * its array in eta_world_new(). SPDX-License-Identifier: MIT */
#include "core/eta_world.h"
#include "base/mem.h"
#include <assert.h>
#include <stdatomic.h>
#include <string.h>

struct counted_basis {
    struct eta_basis basis; /* first: a basis is a counted one */
    atomic_int references;
};

struct counted_world {
    struct eta_world world; /* first */
    atomic_int references;
};

struct eta_basis *eta_basis_new(int services, int profiles, struct durations *durations)
{
    struct counted_basis *c = MEM_NEW(struct counted_basis);
    struct eta_basis *b = &c->basis;
    size_t rows = (size_t)profiles + 1, cells = rows * (size_t)services;

    atomic_init(&c->references, 1);
    b->services = services;
    b->profiles = profiles;
    b->service_codes = mem_calloc((size_t)services + 1, sizeof(*b->service_codes));
    b->profile_codes = mem_calloc(rows, sizeof(*b->profile_codes));
    b->offsets = mem_calloc(cells + 1, sizeof(*b->offsets));
    for (size_t i = 0; i < cells; i++)
        b->offsets[i] = ETA_NOT_SERVED;
    b->durations = durations;
    return b;
}

struct eta_basis *eta_basis_ref(struct eta_basis *b)
{
    atomic_fetch_add(&((struct counted_basis *)b)->references, 1);
    return b;
}

void eta_basis_unref(struct eta_basis *b)
{
    if (!b || atomic_fetch_sub(&((struct counted_basis *)b)->references, 1) != 1)
        return;
    durations_free(b->durations);
    mem_free(b->service_codes);
    mem_free(b->profile_codes);
    mem_free(b->offsets);
    mem_free(b);
}

int64_t *eta_basis_offsets(const struct eta_basis *b, int profile)
{
    assert(profile >= 0 && profile <= b->profiles);
    return b->offsets + (size_t)profile * (size_t)b->services;
}

static int index_of(char (*codes)[ETA_CODE_MAX], int count, struct str code)
{
    for (int i = 0; i < count; i++)
        if (str_is(code, codes[i]))
            return i;
    return -1;
}

int eta_basis_service(const struct eta_basis *b, struct str code)
{
    return index_of(b->service_codes, b->services, code);
}

int eta_basis_profile(const struct eta_basis *b, struct str code)
{
    return index_of(b->profile_codes, b->profiles, code);
}

struct eta_world *eta_world_new(struct eta_basis *b, const struct eta_world_sizes *n)
{
    struct counted_world *c = MEM_NEW(struct counted_world);
    struct eta_world *w = &c->world;

    atomic_init(&c->references, 1);
    w->basis = eta_basis_ref(b);
    w->counters = mem_calloc((size_t)n->counters + 1, sizeof(*w->counters));
    w->desks = mem_calloc((size_t)n->counters + 1, sizeof(*w->desks));
    w->tickets = mem_calloc((size_t)n->tickets + 1, sizeof(*w->tickets));
    w->ids = mem_calloc((size_t)n->tickets + 1, sizeof(*w->ids));
    w->bookings = mem_calloc((size_t)n->bookings + 1, sizeof(*w->bookings));
    w->arrivals = mem_calloc((size_t)n->arrivals + 1, sizeof(*w->arrivals));
    w->in = (struct eta_input){
        .services = b->services,
        .durations = b->durations,
        .counters = w->counters,
        .counter_count = n->counters,
        .tickets = w->tickets,
        .ticket_count = n->tickets,
        .bookings = w->bookings,
        .booking_count = n->bookings,
        .arrivals = w->arrivals,
        .arrival_count = n->arrivals,
    };
    return w;
}

struct eta_world *eta_world_ref(struct eta_world *w)
{
    atomic_fetch_add(&((struct counted_world *)w)->references, 1);
    return w;
}

void eta_world_unref(struct eta_world *w)
{
    if (!w || atomic_fetch_sub(&((struct counted_world *)w)->references, 1) != 1)
        return;
    eta_basis_unref(w->basis);
    mem_free(w->counters);
    mem_free(w->desks);
    mem_free(w->tickets);
    mem_free(w->ids);
    mem_free(w->bookings);
    mem_free(w->arrivals);
    mem_free(w);
}

/* All arrays copied, with room for some counters more. */
static struct eta_world *copy(const struct eta_world *w, int more_counters)
{
    struct eta_world_sizes n = {w->in.counter_count + more_counters, w->in.ticket_count,
                                w->in.booking_count, w->in.arrival_count};
    struct eta_world *out = eta_world_new(w->basis, &n);
    struct eta_input own = out->in;

    memcpy(out->counters, w->counters, (size_t)w->in.counter_count * sizeof(*w->counters));
    memcpy(out->desks, w->desks, (size_t)w->in.counter_count * sizeof(*w->desks));
    memcpy(out->tickets, w->tickets, (size_t)n.tickets * sizeof(*w->tickets));
    memcpy(out->ids, w->ids, (size_t)n.tickets * sizeof(*w->ids));
    memcpy(out->bookings, w->bookings, (size_t)n.bookings * sizeof(*w->bookings));
    memcpy(out->arrivals, w->arrivals, (size_t)n.arrivals * sizeof(*w->arrivals));
    out->in = w->in;
    out->in.counters = own.counters;
    out->in.counter_count = w->in.counter_count;
    out->in.tickets = own.tickets;
    out->in.bookings = own.bookings;
    out->in.arrivals = own.arrivals;
    return out;
}

static void set_profile(struct eta_world *w, int counter, int profile)
{
    w->desks[counter].profile = profile;
    w->counters[counter].offset_ms = eta_basis_offsets(w->basis, profile);
}

static void add_counter(struct eta_world *w, int profile)
{
    int at = w->in.counter_count++;

    w->counters[at] = (struct eta_counter){.state = ETA_IDLE, .from_ms = w->in.now_ms};
    set_profile(w, at, profile);
}

/* Whoever is there is served to the end; nobody else is called. */
static bool take_counter(struct eta_world *w, int profile, bool idle_only)
{
    for (int i = w->in.counter_count - 1; i >= 0; i--) {
        bool idle = w->counters[i].state == ETA_IDLE && w->counters[i].paused_ms == 0;
        if (w->desks[i].profile != profile || (idle_only && !idle))
            continue;
        set_profile(w, i, w->basis->profiles);
        return true;
    }
    return false;
}

static void change_counter(struct eta_world *w, struct str code, int to)
{
    for (int i = 0; i < w->in.counter_count; i++) {
        if (str_is(code, w->desks[i].code)) {
            set_profile(w, i, to);
            w->counters[i].paused_ms = 0;
            return;
        }
    }
    add_counter(w, to);
}

struct eta_world *eta_world_changed(const struct eta_world *w, const struct eta_change *change)
{
    struct eta_world *out = copy(w, (change->add > 0 ? change->add : 0) + 1);

    if (change->profile >= 0) {
        for (int i = 0; i < change->add; i++)
            add_counter(out, change->profile);
        for (int i = 0; i > change->add; i--)
            if (!take_counter(out, change->profile, true) &&
                !take_counter(out, change->profile, false))
                break;
    }
    if (change->counter.len > 0 && change->to >= 0)
        change_counter(out, change->counter, change->to);
    return out;
}
