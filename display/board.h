/* What a hall's main board shows: the last calls and the counters, folded from the events; the
 * waiting counts come from the fold. Only what may be public: numbers, counters, services.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_BOARD_H
#define PAIHAO_DISPLAY_BOARD_H

#include "display/fold.h"

/* The list: what stands at a counter, however long ago it was called, so that a counter's own board
 * knows its number; and of the others so many that a zone's board has eight of its own as a rule.
 * The page keeps its list by the same rule. */
enum {
    BOARD_CALLS = 48,
    BOARD_CALLS_MAX = BOARD_CALLS + 500 /* a hall has no more counters */
};

struct board;

struct board *board_new(void);
void board_free(struct board *b);
void board_clear(struct board *b);
/* Counters and the configuration's version from a hall_snapshot. */
void board_load(struct board *b, const json_t *snapshot);
/* Applies one event; true when the board shows something else now or must announce: `change` then
 * gets the members of a change frame (without braces and without waiting counts). */
bool board_apply(struct board *b, const json_t *event, struct buf *change);
/* A ticket at a counter whose call lies before all events known (after a restart). */
void board_add_old(struct board *b, const struct fold_ticket *t);
/* What is shown of a call; borrowed. state: called, serving, ended. */
struct board_call {
    const char *number, *counter, *state;
    int calls;
};
/* The newest first, until fn answers false. */
void board_each(const struct board *b, bool (*fn)(void *arg, const struct board_call *call),
                void *arg);
/* Whether that counter is open: neither paused nor closed. */
bool board_is_open(const struct board *b, struct str counter);
/* "version":..,"calls":[...],"counters":{...},"announcement":{...},"stopped":{...} */
void board_json(const struct board *b, struct buf *out);

#endif
