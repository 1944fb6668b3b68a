/* Whether a gateway is given messages at all. Pure: the time is an argument.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_BREAKER_H
#define PAIHAO_SMS_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum breaker_state {
    BREAKER_CLOSED,    /* it works */
    BREAKER_OPEN,      /* it does not: nothing is sent until a while has passed */
    BREAKER_HALF_OPEN, /* one message finds out */
};

enum {
    BREAKER_FAILURES = 5,         /* in a row */
    BREAKER_LINK_DOWN_MS = 10000, /* a link is made again much sooner where that is possible */
    BREAKER_PAUSE_MS = 5000,      /* the first time */
    BREAKER_PAUSE_MAX_MS = 60000, /* it doubles up to that */
};

struct breaker {
    enum breaker_state state;
    int failures;          /* in a row */
    bool probing;          /* HALF_OPEN: the one message is on its way */
    int64_t pause_ms;      /* of the last opening; 0: it has worked since */
    int64_t until_ms;      /* OPEN: HALF_OPEN from then on */
    int64_t down_since_ms; /* the link; 0: it is up, or there is none */
};

/* How it is now; time moves it from CLOSED (link down) to OPEN, and on to HALF_OPEN. */
enum breaker_state breaker_look(struct breaker *b, int64_t mono_ms);
/* A message may go out now. */
bool breaker_lets(struct breaker *b, int64_t mono_ms);
/* When HALF_OPEN begins, as a pause from now; 0 when it is not OPEN. */
int64_t breaker_wait_ms(struct breaker *b, int64_t mono_ms);
/* breaker_lets() was true, and a message goes out. True: it is the probe, and the functions below
 * want to be told so; what was sent before the breaker opened moves it no more. */
bool breaker_begin(struct breaker *b);
/* The message comes back unsent; if it was the probe, the next one is. */
void breaker_unsent(struct breaker *b, bool probe);
/* The gateway answered like one that works, whatever it said of the message. */
void breaker_worked(struct breaker *b, bool probe);
/* It did not. for_good: every message would fail, so that there is no use in counting. */
void breaker_failed(struct breaker *b, bool probe, bool for_good, int64_t mono_ms);
void breaker_link(struct breaker *b, bool up, int64_t mono_ms);
const char *breaker_state_name(enum breaker_state state); /* "half_open", as published */

#endif
