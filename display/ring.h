/* The last events of a hall as frames ready to send: what a stream that was away for a moment is
 * given. Addressed by the events' dense sequence numbers. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_RING_H
#define PAIHAO_DISPLAY_RING_H

#include "display/text.h"
#include <stdbool.h>
#include <stdint.h>

/* Some ten minutes of a busy hall; half a megabyte at most. Who was away longer takes a snapshot.
 */
enum { RING_SIZE = 512 };

enum channel { CHANNEL_BOARD, CHANNEL_STAFF, CHANNEL_TICKET, CHANNELS };

/* Reads an event's id, epoch-seq; false where it is none. */
bool ring_event_id(struct str id, uint64_t *epoch, uint64_t *seq);

struct ring {
    uint64_t first, last;                           /* first > last: empty */
    struct text *frames[RING_SIZE][CHANNEL_TICKET]; /* of the board and the staff channel */
};

void ring_init(struct ring *r, uint64_t last); /* empty: the next one is last + 1 */
void ring_clear(struct ring *r);
/* seq must be last + 1. Takes over both references; board may be NULL (nothing to show). */
void ring_add(struct ring *r, uint64_t seq, struct text *board, struct text *staff);
/* NULL where that event says nothing on the channel. seq within first..last. */
struct text *ring_at(const struct ring *r, uint64_t seq, enum channel c);

#endif
