/* Long texts from phones, whose parts come in any order: joined, bounded, forgotten after a while.
 * Main thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_JOINER_H
#define PAIHAO_SMS_JOINER_H

#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    JOINER_TEXTS_MAX = 64,       /* begun and not complete; a further one pushes out the oldest */
    JOINER_PARTS_MAX = 16,       /* a text of more is refused: nobody writes one to a hall */
    JOINER_KEEP_MS = 10 * 60000, /* a phone that comes out of a lift has sent the rest by then */
};

struct joiner_part {
    struct str from, to;
    uint32_t reference; /* 8 or 16 bits; the two kinds must not meet: see joiner_udh() */
    int total, number;  /* number counts from 1 */
    struct str octets;
};

struct joiner;

struct joiner *joiner_new(void);
void joiner_free(struct joiner *j);

/* Keeps a part; one that is there already is replaced. True when the text is complete: out gets all
 * its octets, and it stays until joiner_done(), so that a last part that comes again completes it
 * again. False otherwise. */
bool joiner_add(struct joiner *j, const struct joiner_part *p, int64_t now_ms, struct buf *out);
void joiner_done(struct joiner *j, const struct joiner_part *p);
bool joiner_part_ok(const struct joiner_part *p); /* 1 <= number <= total <= JOINER_PARTS_MAX */

/* Cuts a user data header off *octets. out's reference, total and number are filled in where it
 * holds a concatenation element with 8 or 16 bits (3GPP TS 23.040 9.2.3.24), total stays 0
 * otherwise. False: the header is longer than the octets. */
bool joiner_udh(struct str *octets, struct joiner_part *out);

#endif
