/* A flow of work to counters: services on one side, profiles with their time on the other. Work may
 * move to other counters to make room (augmenting paths), so a quick lane is not called full while
 * others could take over. Services with the same counters are one node. Pure; any thread.
 * SPDX-License-Identifier: MIT */
#include "forecast/left.h"
#include "base/mem.h"
#include "core/eta.h"
#include <string.h>

struct flow {
    int groups, profiles;
    int *group_of; /* of each service */
    bool *edge;    /* groups x profiles */
    int64_t *flow; /* groups x profiles */
    int64_t *free; /* of each profile */
    int *from;     /* of each profile: the group the search came from; -1: not reached */
    int *through;  /* of each group: the profile whose work of it would move; -1: the first */
    int *queue;    /* of groups */
};

static bool serves(const struct left_input *in, int profile, int service)
{
    return in->capacity_ms[profile] > 0 &&
           in->offsets[profile * in->services + service] != ETA_NOT_SERVED;
}

static void read_groups(struct flow *f, const struct left_input *in)
{
    for (int s = 0; s < in->services; s++) {
        bool *edge = &f->edge[f->groups * f->profiles];
        for (int p = 0; p < f->profiles; p++)
            edge[p] = serves(in, p, s);
        int g = 0;
        while (memcmp(&f->edge[g * f->profiles], edge, (size_t)f->profiles * sizeof(*edge)) != 0)
            g++;
        f->group_of[s] = g;
        f->groups += g == f->groups;
    }
}

static void flow_init(struct flow *f, const struct left_input *in)
{
    size_t rows = (size_t)in->services + 1, columns = (size_t)in->profiles;

    *f = (struct flow){.profiles = in->profiles};
    f->group_of = mem_calloc(rows, sizeof(*f->group_of));
    f->edge = mem_calloc(rows * columns + 1, sizeof(*f->edge));
    f->flow = mem_calloc(rows * columns + 1, sizeof(*f->flow));
    f->free = mem_calloc(columns + 1, sizeof(*f->free));
    f->from = mem_calloc(columns + 1, sizeof(*f->from));
    f->through = mem_calloc(rows, sizeof(*f->through));
    f->queue = mem_calloc(rows, sizeof(*f->queue));
    memcpy(f->free, in->capacity_ms, columns * sizeof(*f->free));
    read_groups(f, in);
}

static void flow_clear(struct flow *f)
{
    mem_free(f->group_of);
    mem_free(f->edge);
    mem_free(f->flow);
    mem_free(f->free);
    mem_free(f->from);
    mem_free(f->through);
    mem_free(f->queue);
}

/* Breadth first from a group to a profile with time left; -1: there is none. */
static int search(struct flow *f, int start)
{
    int first = 0, last = 0;
    bool *seen = mem_calloc((size_t)f->groups + 1, sizeof(*seen));
    int found = -1;

    for (int p = 0; p < f->profiles; p++)
        f->from[p] = -1;
    f->queue[last++] = start;
    f->through[start] = -1;
    seen[start] = true;
    while (first < last && found < 0) {
        int g = f->queue[first++];
        for (int p = 0; p < f->profiles && found < 0; p++) {
            if (!f->edge[g * f->profiles + p] || f->from[p] >= 0)
                continue;
            f->from[p] = g;
            if (f->free[p] > 0)
                found = p;
            for (int other = 0; other < f->groups; other++) {
                if (seen[other] || f->flow[other * f->profiles + p] <= 0)
                    continue;
                seen[other] = true;
                f->through[other] = p;
                f->queue[last++] = other;
            }
        }
    }
    mem_free(seen);
    return found;
}

/* So much of at most `wanted` goes along the path that ends at the profile. */
static int64_t push(struct flow *f, int end, int64_t wanted)
{
    int64_t amount = wanted < f->free[end] ? wanted : f->free[end];

    for (int p = end, g = f->from[p]; f->through[g] >= 0; p = f->through[g], g = f->from[p]) {
        int64_t *moved = &f->flow[g * f->profiles + f->through[g]];
        amount = *moved < amount ? *moved : amount;
    }
    f->free[end] -= amount;
    for (int p = end;;) {
        int g = f->from[p];
        f->flow[g * f->profiles + p] += amount;
        if (f->through[g] < 0)
            return amount;
        p = f->through[g];
        f->flow[g * f->profiles + p] -= amount;
    }
}

static int64_t pour(struct flow *f, int group, int64_t wanted)
{
    int64_t poured = 0;

    while (poured < wanted) {
        int end = search(f, group);
        if (end < 0)
            break;
        poured += push(f, end, wanted - poured);
    }
    return poured;
}

/* What one more group could take, leaving the flow as it is. */
static int64_t headroom(struct flow *f, int group)
{
    size_t cells = (size_t)f->groups * (size_t)f->profiles;
    int64_t *flow = mem_calloc(cells + 1, sizeof(*flow));
    int64_t *room = mem_calloc((size_t)f->profiles + 1, sizeof(*room));

    memcpy(flow, f->flow, cells * sizeof(*flow));
    memcpy(room, f->free, (size_t)f->profiles * sizeof(*room));
    int64_t ms = pour(f, group, INT64_MAX);
    memcpy(f->flow, flow, cells * sizeof(*flow));
    memcpy(f->free, room, (size_t)f->profiles * sizeof(*room));
    mem_free(flow);
    mem_free(room);
    return ms;
}

static bool has_counter(const struct flow *f, int group)
{
    for (int p = 0; p < f->profiles; p++)
        if (f->edge[group * f->profiles + p])
            return true;
    return false;
}

void left_run(const struct left_input *in, int *left)
{
    struct flow f;

    flow_init(&f, in);
    int64_t *ms = mem_calloc((size_t)f.groups + 1, sizeof(*ms));
    for (int s = 0; s < in->services; s++)
        (void)pour(&f, f.group_of[s], in->work_ms[s]); /* what finds no room is overtime already */
    for (int g = 0; g < f.groups; g++)
        ms[g] = headroom(&f, g);
    for (int s = 0; s < in->services; s++) {
        int g = f.group_of[s];
        bool known = in->mean_ms[s] > 0 && has_counter(&f, g);
        int64_t n = known ? ms[g] / in->mean_ms[s] : -1;
        left[s] = n > INT32_MAX ? -1 : (int)n;
    }
    mem_free(ms);
    flow_clear(&f);
}
