/* Sounds that were put together, the most recent ones, up to so many bytes; one thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_VOICE_CACHE_H
#define PAIHAO_DISPLAY_VOICE_CACHE_H

#include "base/str.h"

struct voice_cache;

struct voice_cache *voice_cache_new(size_t bytes_max);
void voice_cache_free(struct voice_cache *c);
void voice_cache_clear(struct voice_cache *c);
/* p == NULL: it is not there. Valid until the next put or clear. */
struct str voice_cache_get(struct voice_cache *c, struct str key);
/* Copies both; what was not asked for the longest goes. Larger than everything: not kept. */
void voice_cache_put(struct voice_cache *c, struct str key, struct str sound);
size_t voice_cache_bytes(const struct voice_cache *c);

#endif
