/* The voice's clips: where they lie, and reading them without holding up a loop.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CLIPS_H
#define PAIHAO_CLIPS_H

#include "display/voice_set.h"
#include "loop/jobs.h"
#include "loop/loop.h"

struct clips;

/* There are other clips from now on; takes over one reference. */
typedef void (*clips_fn)(void *arg, struct voice_set *set);

/* Reads the folder at once: before anything is served. dir "" : the set that comes with the
 * program. scratch: see voice_set_load(). */
struct clips *clips_new(struct loop *l, struct jobs *jobs, const char *dir, const char *scratch);
void clips_free(struct clips *c); /* NULL allowed; waits for a reading under way */
/* Another reference to the present ones, or NULL. */
struct voice_set *clips_get(const struct clips *c);
/* Reads again, on a job thread; fn on this loop when that is done. Where there is no folder any
 * more the present ones stay. */
void clips_reload(struct clips *c, const char *dir, clips_fn fn, void *arg);

#endif
