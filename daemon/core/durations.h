/* How long things take in a hall, learned from its own days: the service at the counter (by service
 * and hour of the local day), the way from the call to the counter, and which share does not come.
 * Old days fade. Until there is enough, the configured minutes stand in; until there is anything,
 * nothing is claimed. Pure; single-threaded while it is changed, freely read by many otherwise.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CORE_DURATIONS_H
#define PAIHAO_CORE_DURATIONS_H

#include "base/json.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum { DURATIONS_HOURS = 24 };

struct durations;

/* One service as the hall file has it. */
struct durations_service {
    const char *code; /* copied */
    int minutes;      /* configured: where the hall has learned nothing yet */
};

struct durations *durations_new(const struct durations_service *services, int count);
void durations_free(struct durations *d); /* NULL allowed */
struct durations *durations_copy(const struct durations *d);

/* One service was given: ms at the counter for so many persons, begun in this local hour 0..23. */
void durations_served(struct durations *d, int service, int hour, int64_t ms, int persons);
/* One call was answered: ms from call to begin; or was not (ms < 0). */
void durations_came(struct durations *d, int64_t ms);
/* A booking was checked in so long after its time (negative: before), or was missed. */
void durations_booking(struct durations *d, bool kept, int64_t late_ms);
/* A day is over: what is older counts less. */
void durations_age(struct durations *d);

/* Everything learned as JSON, by the services' codes; and back: codes that are no longer there are
 * dropped. False, and nothing learned, when it is not of this shape. */
void durations_json(const struct durations *d, struct buf *out);
bool durations_load(struct durations *d, const json_t *learned);

/* Enough to stand on for a claim about this service: its own days, or the hall's other services
 * that show how the configured minutes hold there. */
bool durations_known(const struct durations *d, int service);
/* Mean at the counter for one person, in ms. */
int64_t durations_mean_ms(const struct durations *d, int service, int hour);

/* A generator for draws: seeded, the same everywhere. */
struct durations_rng {
    uint64_t state;
};
/* One possible time at the counter in ms, given that elapsed_ms of it have passed already (0 for a
 * new one): at least elapsed_ms. */
int64_t durations_draw(const struct durations *d, int service, int hour, int persons,
                       int64_t elapsed_ms, struct durations_rng *rng);
/* One possible way to the counter, or -1: does not come. */
int64_t durations_draw_way(const struct durations *d, int64_t elapsed_ms, struct durations_rng *rng);
/* How late the booking's citizen checks in (negative: early), or INT64_MAX: never. Given that they
 * are not here yet at now_late_ms after its time. */
int64_t durations_draw_late(const struct durations *d, int64_t now_late_ms,
                            struct durations_rng *rng);

#endif
