/* What a board shows, as a fold of its stream: the same as display/web/board/fold.js. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_STATE_H
#define PAIHAO_CTL_TERMINAL_STATE_H

#include "base/json.h"
#include "core/zone.h"
#include <stdbool.h>
#include <stdint.h>

enum { TERMINAL_CALLS = 12, TERMINAL_HEARD = 512 };

struct terminal_heard {
    uint64_t name; /* hash of number, counter and how often it was called */
    int64_t at_ms;
};

struct terminal_state {
    json_t *hall; /* GET /halls/{hall} */
    struct zone *zone;
    json_t *calls;   /* array of calls, newest first */
    json_t *waiting; /* service -> count */
    json_t *waits;   /* service -> range */
    json_t *announcement, *stopped;
    bool begun;                                  /* the first snapshot was taken */
    struct terminal_heard heard[TERMINAL_HEARD]; /* a ring: what was rung for */
    int heard_next;
};

void terminal_state_init(struct terminal_state *s);
void terminal_state_clear(struct terminal_state *s);
/* False: it is no hall, or its zone is not known here. */
bool terminal_state_hall(struct terminal_state *s, json_t *hall);
/* An event of the stream: "snapshot", "change", "forecast"; others change nothing. fn is told of
 * each call nobody was told of before, the oldest first; calls of the first snapshot are old. True:
 * the hall was configured anew, its file is to be read again. */
typedef void (*terminal_call_fn)(void *arg, const json_t *call);
bool terminal_state_apply(struct terminal_state *s, struct str type, const json_t *data,
                          terminal_call_fn fn, void *arg);
/* {"zh":..,"en":..} in the best language there is. */
struct str terminal_text_of(const json_t *texts, const char *lang);

#endif
