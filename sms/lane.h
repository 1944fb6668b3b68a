/* Who is next: messages by urgency, and by the gateways that serve their numbers, so that those
 * of a broken gateway stand in nobody's way. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LANE_H
#define PAIHAO_SMS_LANE_H

#include "sms/text.h"
#include <stdint.h>

struct message;

enum lane {
    LANE_NOW, /* a call: worth nothing in minutes */
    LANE_CODE,
    LANE_OFFER,
    LANE_CONFIRM, /* from here on: what can wait */
    LANE_REMIND,  /* whole days of them at once */
    LANES,
};

enum { LANE_CLASS_UNKNOWN = -1 };

struct lane_queue {
    struct message *first, *last;
};

struct lanes {
    struct lane_queue *queues; /* of each lane, one for each class, the unknown one first */
    int classes;
    uint64_t last_place;
};

enum lane lane_of(enum text_kind kind);
void lanes_init(struct lanes *l, int classes);
void lanes_clear(struct lanes *l);
/* By m's kind and class; behind all that were put there before, but for a message that was there
 * already and comes back to its place. */
void lanes_put(struct lanes *l, struct message *m);
void lanes_remove(struct lanes *l, struct message *m);
/* At the next lanes_put() it goes behind the others. */
void lanes_forget(struct message *m);
/* The first one of that lane that stands behind the place after (0: any); over all classes, of each
 * its first only. NULL: there is no more. */
struct message *lanes_next(const struct lanes *l, enum lane lane, uint64_t after);

#endif
