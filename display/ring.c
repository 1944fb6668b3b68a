/* The ring of a hall's last frames; run by one worker thread. SPDX-License-Identifier: MIT */
#include "display/ring.h"

#include <assert.h>
#include <string.h>

void ring_init(struct ring *r, uint64_t last)
{
    memset(r, 0, sizeof *r);
    r->first = last + 1;
    r->last = last;
}

static void drop(struct ring *r, uint64_t seq)
{
    struct text **slot = r->frames[seq % RING_SIZE];
    for (int c = 0; c < CHANNEL_TICKET; c++) {
        text_unref(slot[c]);
        slot[c] = NULL;
    }
}

void ring_clear(struct ring *r)
{
    for (uint64_t seq = r->first; seq <= r->last; seq++)
        drop(r, seq);
    ring_init(r, r->last);
}

void ring_add(struct ring *r, uint64_t seq, struct text *board, struct text *staff)
{
    assert(seq == r->last + 1);
    if (seq - r->first == RING_SIZE)
        drop(r, r->first++);
    r->frames[seq % RING_SIZE][CHANNEL_BOARD] = board;
    r->frames[seq % RING_SIZE][CHANNEL_STAFF] = staff;
    r->last = seq;
}

struct text *ring_at(const struct ring *r, uint64_t seq, enum channel c)
{
    assert(seq >= r->first && seq <= r->last && c < CHANNEL_TICKET);
    return r->frames[seq % RING_SIZE][c];
}

bool ring_event_id(struct str id, uint64_t *epoch, uint64_t *seq)
{
    struct str head;
    int64_t a, b;
    if (!str_cut(&id, '-', &head) || !str_to_i64(head, 0, INT64_MAX, &a) ||
        !str_to_i64(id, 0, INT64_MAX, &b))
        return false;
    *epoch = (uint64_t)a;
    *seq = (uint64_t)b;
    return true;
}
