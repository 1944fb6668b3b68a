/* What the terminal board says, in Chinese and English. A sentence is a row of terminal_words.c.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_WORDS_H
#define PAIHAO_CTL_TERMINAL_WORDS_H

#include "base/str.h"
#include "core/zone.h"

enum terminal_lang { TERMINAL_ZH, TERMINAL_EN, TERMINAL_LANGS };

enum terminal_word {
    WORD_NOW,
    WORD_LATEST,
    WORD_NO_CALLS,
    WORD_NO_CALLS_HINT,
    WORD_FEW,
    WORD_WAITING,
    WORD_NOBODY,
    WORD_MINUTES,
    WORD_COUNTER,
    WORD_CALLED,
    WORD_SERVING,
    WORD_ENDED,
    WORD_STOPPED_ALL,
    WORD_STOPPED_SOME,
    WORD_STALE, /* ends where the time goes */
    WORD_OFFLINE,
    WORD_OFFLINE_HINT,
    WORD_CONNECTING,
    WORDS
};

struct str terminal_word(enum terminal_lang lang, enum terminal_word w);
/* "14:03", and "Mon 30 Nov 14:03" or the same in Chinese. */
void terminal_time(const struct zone *zone, int64_t ms, struct buf *out);
void terminal_date(enum terminal_lang lang, const struct zone *zone, int64_t ms, struct buf *out);

#endif
