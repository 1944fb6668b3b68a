/* What is said of a call, as words that each are one clip. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_VOICE_TEXT_H
#define PAIHAO_DISPLAY_VOICE_TEXT_H

#include "base/str.h"
#include <stdbool.h>

enum {
    VOICE_LANGUAGES = 3,
    VOICE_WORDS_MAX = 80, /* a number, a code of 32 signs, and what stands between them */
    VOICE_WORD_MAX = 40,  /* "name-" and a code of 32 */
};

extern const char *const VOICE_LANGUAGE[VOICE_LANGUAGES]; /* zh, en, de */
/* Its index, or -1. */
int voice_language(struct str code);

/* A012: one or two capital letters and one to four digits. */
bool voice_number_ok(struct str number);

/* A pause has no clip. */
#define VOICE_PAUSE ","

struct voice_words {
    char word[VOICE_WORDS_MAX][VOICE_WORD_MAX];
    int n;
};

struct voice_call {
    struct str number;  /* voice_number_ok() */
    struct str counter; /* a code: a-z 0-9 _ - */
    bool named;         /* there is a clip of the counter's name */
    bool yao;           /* Mandarin: the digit 1 of the number is yao */
    bool brief;         /* number and counter, when several wait */
};

void voice_words(int language, const struct voice_call *call, struct voice_words *out);

/* The words a set must have to say every call, one after the other; NULL behind the last. */
const char *voice_needed(int language, int i);

#endif
