/* A piece of text shared by many streams of one thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_TEXT_H
#define PAIHAO_DISPLAY_TEXT_H

#include "base/str.h"

struct text {
    int refs;
    size_t len;
    char p[];
};

struct text *text_new(struct str s); /* one reference */
struct text *text_ref(struct text *t);
void text_unref(struct text *t); /* NULL allowed */
/* A Server-Sent Event; id may be empty, data must hold no line break. */
struct text *text_event(struct str id, const char *event, struct str data);

#endif
