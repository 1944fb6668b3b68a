/* From what a board knows to the lines of a terminal. Pure. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_DRAW_H
#define PAIHAO_CTL_TERMINAL_DRAW_H

#include "ctl/terminal_state.h"
#include "ctl/terminal_words.h"

enum terminal_link { LINK_CONNECTING, LINK_LIVE, LINK_STALE, LINK_OFFLINE };

struct terminal_view {
    const struct terminal_state *state;
    enum terminal_lang lang;
    int cols, rows; /* rows 0: as many as it takes */
    bool plain;     /* no styles, no large letters: text for a file */
    bool fresh;     /* the newest call was made just now */
    int64_t now_ms; /* the daemon's time */
    enum terminal_link link;
    int64_t since_ms; /* of a link that is not live: when it was last heard of */
};

/* At most rows lines, each ended by a line feed and at most cols wide. */
void terminal_draw(const struct terminal_view *v, struct buf *out);
/* "zh" or "en". */
const char *terminal_lang_code(enum terminal_lang lang);

#endif
