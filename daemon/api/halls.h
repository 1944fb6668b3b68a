/* What a worker keeps of each hall: its public JSON and what C needs of it. Read from the store
 * when first asked for, dropped when the hall was configured anew. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_HALLS_H
#define PAIHAO_API_HALLS_H

#include "base/err.h"
#include "base/str.h"
#include "config/hall.h"
#include "core/seal.h"
#include "core/zone.h"
#include "store/store.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct halls;

/* How often this daemon has stored a hall's file: one for all its workers. Whoever was told by one
 * worker that a file is stored finds it in force at every other, before the event has come round. */
struct halls_stored {
    atomic_uint_fast64_t n;
};

enum { HALL_CODE_MAX = 32 };

struct hall {
    char code[HALL_CODE_MAX + 1];
    char version_epoch[48]; /* "7.1795465432" */
    int64_t version;
    struct zone *zone;
    struct hall_file *file;
    struct hall_calendar *calendar; /* booking.h; freed with the file */
    uint64_t release_seed;          /* the hall's own, the same for every worker and daemon */
    struct buf config;              /* canonical JSON */
    char day[16];                   /* yyyymmdd, true until day_ends_ms */
    int64_t day_begins_ms, day_ends_ms;
};

/* seal: what the release of new days is drawn with; NULL for those who do not book. stored: NULL
 * for those who go by events alone. */
struct halls *halls_new(struct store *s, const struct seal *seal, struct halls_stored *stored);
/* After the store. */
void halls_free(struct halls *h);
/* What is kept, or NULL: then halls_load(). Valid until the next turn of the loop. */
struct hall *halls_find(struct halls *h, struct str code);
/* As halls_find(), for the first look of a request: nothing from before the last file that was
 * stored through this daemon. */
struct hall *halls_find_new(struct halls *h, struct str code);
/* fn comes exactly once, on a later turn; hall is NULL with an err. All who ask while a hall is on
 * its way share one call to the store. */
typedef void (*halls_fn)(void *arg, struct hall *hall, enum err err);
void halls_load(struct halls *h, struct str code, halls_fn fn, void *arg);
/* The store said a moment ago that there is no such hall. */
bool halls_is_unknown(struct halls *h, struct str code);
void halls_drop(struct halls *h, struct str code);
/* This worker has just stored a file of the hall. */
void halls_on_stored(struct halls *h, struct str code);

/* The hall's local date at that moment as yyyymmdd; kept until its midnight. */
const char *hall_day(struct hall *hall, int64_t now_ms);
/* Its present or next quiet hours; false: it has none. */
bool hall_quiet(const struct hall *hall, int64_t now_ms, int64_t *from_ms, int64_t *till_ms);
bool hall_is_open(struct hall *hall, int64_t now_ms);
/* Fills everything but the code from the library's answer; false (logged) when it cannot be used.
 */
bool hall_read_reply(struct hall *hall, struct str json);
void hall_clear(struct hall *hall);

#endif
