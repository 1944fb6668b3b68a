/* What a text from a phone asks for, however it is typed. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_REPLY_WORDS_H
#define PAIHAO_SMS_REPLY_WORDS_H

#include "base/str.h"

enum reply_word {
    REPLY_EMPTY,     /* nothing but blanks: not worth an answer */
    REPLY_CANCEL,    /* 0 */
    REPLY_CONFIRM,   /* 1 */
    REPLY_MORE_TIME, /* 2 */
    REPLY_STOP,
    REPLY_START,
    REPLY_OTHER, /* anything else: somebody who needs help */
};

/* text is valid UTF-8. Blanks, punctuation, case, full-width letters and digits make no difference.
 */
enum reply_word reply_word(struct str text);
/* "cancel", as the library calls it; NULL of REPLY_EMPTY. */
const char *reply_word_name(enum reply_word word);

#endif
