/* Large letters and digits, five rows high. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_DIGITS_H
#define PAIHAO_CTL_TERMINAL_DIGITS_H

#include "ctl/terminal_text.h"

enum { DIGITS_ROWS = 5 };

/* dot: columns of one dot, 1 or 2 (a terminal's character is twice as high as wide). '>' is an
 * arrow; what is not known is a question mark. */
int digits_width(struct str text, int dot);
/* One of the rows, 0..4. */
void digits_put(struct pen *p, struct str text, int dot, int row);

#endif
