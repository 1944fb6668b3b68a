/* The lines of a hall that is played forward: the lowest rank, and who is at the bound of
 * overtaking. The same rules as daemon/lua/line.lua. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_ETA_LINE_H
#define PAIHAO_CORE_ETA_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define ETA_LINE_EMPTY INT64_MAX

struct eta_entry {
    int64_t rank;
    int node; /* in order of arrival: ties of rank go to the lower one */
};

struct eta_queued {
    int node;
    int overtaken; /* before it is played */
    bool called;
};

struct eta_line {
    struct eta_entry *heap;
    struct eta_queued *queue; /* in the order they entered the line */
    int heap_count, heap_cap, queue_count, queue_cap;
    int first;       /* of the queue that is not called yet */
    int called_past; /* so many called ones stand behind the first: they overtook it */
};

/* What a counter looks at. */
struct eta_head {
    int64_t rank; /* ETA_LINE_EMPTY */
    int node;
    int bound; /* node at its bound; -1: none */
};

void eta_line_clear(struct eta_line *l); /* frees */
/* Empty again, keeps the memory. */
void eta_line_reset(struct eta_line *l);
/* Takes over what another line holds: to play the same beginning again. */
void eta_line_set(struct eta_line *l, const struct eta_line *from);
/* Returns its place in the queue, by which it is called later. */
int eta_line_enter(struct eta_line *l, struct eta_entry entry, int overtaken);
void eta_line_call(struct eta_line *l, int place);
/* The head as it is now; `places` tells each node's place in its queue. */
struct eta_head eta_line_head(struct eta_line *l, const int *places, int overtaking_max);

#endif
