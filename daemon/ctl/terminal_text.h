/* Text for a terminal: never a control character of a hall's, and never wider than it says.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_TEXT_H
#define PAIHAO_CTL_TERMINAL_TEXT_H

#include "base/str.h"
#include <stdbool.h>

/* Once, before any other: widths of characters are those of a UTF-8 terminal. */
void terminal_text_init(void);
/* In columns. */
int terminal_width(struct str s);

/* Writes lines; styles take no column, and are left out of plain text. */
struct pen {
    struct buf *out;
    int at, width; /* columns */
    bool plain;
};
/* Cut off with an ellipsis where it does not fit into so many columns (or the line). */
void pen_put_within(struct pen *p, struct str text, int columns);
void pen_put(struct pen *p, struct str text);
/* Blanks up to that column; nothing where it is passed already. */
void pen_move(struct pen *p, int column);
void pen_style(struct pen *p, const char *sgr); /* "1;33"; "0" ends it */
void pen_newline(struct pen *p);

#endif
