/* The voice of the boards: a call as one WAV, put together from clips. One for each worker.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_VOICE_H
#define PAIHAO_DISPLAY_VOICE_H

#include "config/hall.h"
#include "display/voice_set.h"
#include "display/voice_text.h"
#include "http/http.h"

struct voice;

struct voice *voice_new(void);
void voice_free(struct voice *v);
/* From now on with these clips; takes over one reference. NULL: without any. */
void voice_use(struct voice *v, struct voice_set *set);

/* GET /halls/{hall}/voice: argv holds number, counter, languages (with commas, or empty: the
 * hall's) and form (short, full or empty). Answers at once. */
void voice_reply(void *voice, struct http_request *req, const struct hall_file *hall,
                 const struct str *argv, int argc);

/* The rest is pure. */

/* What is to be said. */
struct voice_order {
    struct str number, counter;
    int languages[VOICE_LANGUAGES];
    int n;
    int repeat;
    bool yao, brief;
};

/* The WAV of those of its languages that have every word; false: none has, out is empty. */
bool voice_build(const struct voice_set *set, const struct voice_order *order, struct buf *out);

#endif
