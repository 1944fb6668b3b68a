/* The terminal itself: its size, its screen, and as it was when we leave. SPDX-License-Identifier:
 * MIT */
#ifndef PAIHAO_CTL_TERMINAL_TTY_H
#define PAIHAO_CTL_TERMINAL_TTY_H

#include "base/str.h"

/* A screen of its own, no cursor, no echo of keys; tty_leave() gives it back, and is also done at
 * exit(). */
void tty_enter(void);
void tty_leave(void);
/* 80 by 24 where it does not say. */
void tty_size(int *cols, int *rows);
/* The lines, in place of what is there; only written where they are others than the last. */
void tty_show(struct str lines);
void tty_forget(void); /* the next tty_show() writes all of it */
void tty_bell(void);

#endif
