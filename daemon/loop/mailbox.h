/* Letters from any thread to one loop. The reader is woken once for all that wait. Letters
 * are immutable and reference-counted: post takes over one reference, the reader's fn gets it.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_LOOP_MAILBOX_H
#define PAIHAO_LOOP_MAILBOX_H

#include "loop/loop.h"

struct mailbox;
typedef void (*mailbox_fn)(void *arg, void *letter); /* on the reader's thread; owns the letter */

struct mailbox *mailbox_new(struct loop *reader, mailbox_fn fn, void *arg);
/* On the reader's thread, after all writers ended; waiting letters still reach fn. */
void mailbox_free(struct mailbox *m);
void mailbox_post(struct mailbox *m,
                  void *letter); /* any thread; letters of one thread stay in order */
/* The same in two steps, for who has many: nobody is woken before mailbox_wake(). */
void mailbox_put(struct mailbox *m, void *letter);
void mailbox_wake(struct mailbox *m); /* nothing where nothing waits */

#endif
