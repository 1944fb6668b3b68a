/* A line that is played forward: a heap by rank, and a queue by entering, from which the bound
 * follows. Who was called at the bound stays in the heap until it comes to its top. One thread at a
 * time. A rule of who is next: daemon/lua/line.lua first, then here.
 * SPDX-License-Identifier: MIT */
#include "core/eta_line.h"

#include "base/mem.h"

#include <assert.h>
#include <string.h>

void eta_line_clear(struct eta_line *l)
{
    mem_free(l->heap);
    mem_free(l->queue);
    memset(l, 0, sizeof(*l));
}

void eta_line_reset(struct eta_line *l)
{
    l->heap_count = l->queue_count = l->first = l->called_past = 0;
}

static void reserve(struct eta_line *l, int heap, int queue)
{
    if (heap > l->heap_cap) {
        l->heap_cap = heap * 2;
        l->heap = mem_realloc(l->heap, (size_t)l->heap_cap * sizeof(*l->heap));
    }
    if (queue > l->queue_cap) {
        l->queue_cap = queue * 2;
        l->queue = mem_realloc(l->queue, (size_t)l->queue_cap * sizeof(*l->queue));
    }
}

void eta_line_set(struct eta_line *l, const struct eta_line *from)
{
    reserve(l, from->heap_count, from->queue_count);
    l->heap_count = from->heap_count;
    l->queue_count = from->queue_count;
    l->first = from->first;
    l->called_past = from->called_past;
    if (from->heap_count > 0)
        memcpy(l->heap, from->heap, (size_t)from->heap_count * sizeof(*l->heap));
    if (from->queue_count > 0)
        memcpy(l->queue, from->queue, (size_t)from->queue_count * sizeof(*l->queue));
}

static bool before(const struct eta_entry *a, const struct eta_entry *b)
{
    return a->rank < b->rank || (a->rank == b->rank && a->node < b->node);
}

static void push(struct eta_line *l, struct eta_entry entry)
{
    int i = l->heap_count++;

    while (i > 0 && before(&entry, &l->heap[(i - 1) / 2])) {
        l->heap[i] = l->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    l->heap[i] = entry;
}

static void pop(struct eta_line *l)
{
    struct eta_entry last = l->heap[--l->heap_count];
    int i = 0;

    for (int child = 1; child < l->heap_count; child = 2 * i + 1) {
        if (child + 1 < l->heap_count && before(&l->heap[child + 1], &l->heap[child]))
            child++;
        if (!before(&l->heap[child], &last))
            break;
        l->heap[i] = l->heap[child];
        i = child;
    }
    l->heap[i] = last;
}

int eta_line_enter(struct eta_line *l, struct eta_entry entry, int overtaken)
{
    reserve(l, l->heap_count + 1, l->queue_count + 1);
    push(l, entry);
    l->queue[l->queue_count] = (struct eta_queued){entry.node, overtaken, false};
    return l->queue_count++;
}

void eta_line_call(struct eta_line *l, int place)
{
    assert(!l->queue[place].called);
    l->queue[place].called = true;
    if (place != l->first) {
        l->called_past++;
        return;
    }
    while (++l->first < l->queue_count && l->queue[l->first].called)
        l->called_past--;
}

struct eta_head eta_line_head(struct eta_line *l, const int *places, int overtaking_max)
{
    struct eta_head head = {ETA_LINE_EMPTY, -1, -1};
    const struct eta_queued *first = &l->queue[l->first];

    while (l->heap_count > 0 && l->queue[places[l->heap[0].node]].called)
        pop(l);
    if (l->heap_count == 0)
        return head;
    head.rank = l->heap[0].rank;
    head.node = l->heap[0].node;
    if (first->overtaken + l->called_past >= overtaking_max)
        head.bound = first->node;
    return head;
}
