/* The clips of a folder, read once and given to every worker: immutable, reference-counted.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_VOICE_SET_H
#define PAIHAO_DISPLAY_VOICE_SET_H

#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

struct voice_set;

/* Reads <dir>/<language>/<word>.wav. scratch: a folder on a disk that has room for as much again.
 * Blocks: never on a worker's loop. NULL when there is no such folder, or no room; what is wrong
 * with it or with a clip has been logged then. One reference. */
struct voice_set *voice_set_load(const char *dir, const char *scratch);
struct voice_set *voice_set_ref(struct voice_set *s);
void voice_set_unref(struct voice_set *s); /* NULL allowed */

/* How many bytes of samples a word has; 0: there is no clip. */
size_t voice_set_bytes(const struct voice_set *s, int language, const char *word);
/* Appends its samples; false: there is no clip, or the disk failed. A few microseconds. */
bool voice_set_add(const struct voice_set *s, int language, const char *word, struct buf *out);
/* Another number where any clip is another. */
uint64_t voice_set_id(const struct voice_set *s);
int voice_set_count(const struct voice_set *s, int language);

#endif
