/* The halls this daemon listens to and ticks. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_FOLLOW_H
#define PAIHAO_FOLLOW_H

#include "api/halls.h"
#include "base/str.h"
#include "loop/loop.h"
#include "store/store.h"

struct follow;

/* on_hall: a hall that was not known before. */
struct follow *follow_new(struct loop *l, struct store *s,
                          void (*on_hall)(void *arg, struct str hall), void *arg);
/* After the store. */
void follow_free(struct follow *f);
/* The store came back, or events of "sys" were missed: reads the list of halls anew. */
void follow_refresh(struct follow *f);
/* An event of any stream. */
void follow_event(struct follow *f, struct str tag, struct str json);
void follow_reset(struct follow *f, struct str tag);
int follow_count(const struct follow *f);
/* What is kept of the hall, valid until the next turn; NULL: it is being read, ask again. */
struct hall *follow_hall(struct follow *f, struct str code);

#endif
