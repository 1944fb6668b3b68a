/* What main tells the workers: immutable, reference-counted. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_LETTER_H
#define PAIHAO_LETTER_H

#include "base/str.h"
#include "core/outlook.h"
#include "display/voice_set.h"
#include <stdint.h>

enum letter_kind {
    LETTER_EVENT, /* of a hall's stream, or of "sys" */
    LETTER_RESET, /* events of this tag were missed */
    LETTER_FORECAST,
    LETTER_VOICE, /* other clips */
    LETTER_STOP,
};

struct letter {
    enum letter_kind kind;
    struct str tag;
    uint64_t epoch, seq;
    struct str json;
    struct outlook *outlook; /* of a forecast, else NULL */
    struct voice_set *voice; /* of LETTER_VOICE, else NULL */
};

/* Copies the strings, takes over the references to outlook and voice. The caller has one
 * reference. */
struct letter *letter_new(const struct letter *what);
struct letter *letter_ref(struct letter *l);
void letter_unref(struct letter *l);

#endif
