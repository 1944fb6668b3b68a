/* Long texts from phones, whose parts come in any order: joined, bounded, forgotten after a while.
 * For tests without a store. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_JOINER_H
#define PAIHAO_TESTS_JOINER_H

#include "sms/long_part.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    JOINER_TEXTS_MAX = 64,       /* begun and not complete; a further one pushes out the oldest */
    JOINER_KEEP_MS = 10 * 60000, /* a phone that comes out of a lift has sent the rest by then */
};

struct joiner;

struct joiner *joiner_new(void);
void joiner_free(struct joiner *j);

/* Keeps a part; one that is there already is replaced. True when the text is complete: out gets all
 * its octets, and it stays until joiner_done(), so that a last part that comes again completes it
 * again. False otherwise. */
bool joiner_add(struct joiner *j, const struct gateway_part *p, int64_t now_ms, struct buf *out);
void joiner_done(struct joiner *j, const struct gateway_part *p);

#endif
