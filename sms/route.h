/* Which gateway takes the next message. Pure but for the gateways' room(): the time is an argument.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_ROUTE_H
#define PAIHAO_SMS_ROUTE_H

#include "sms/breaker.h"
#include "sms/gateway.h"
#include "sms/prefixes.h"
#include "sms/rate.h"

enum {
    ROUTE_PAUSE_MS = 1000, /* of THROTTLED without a word on how long; rates count by the second */
    ROUTE_SECONDS = 60,
};

/* A gateway, and how it fares. */
struct route {
    const struct sms_gateway_settings *settings;
    const struct gateway_ops *ops;
    void *self;
    struct rate rate;
    int64_t throttled_until_us;
    struct breaker breaker;
    int held;         /* messages it was chosen for that have no answer yet */
    int held_patient; /* of these: of kinds that can wait */
    int reserved;     /* of these: not handed over yet */
    int ahead;        /* messages begun for it before there was room */
    int quick[2];   /* answers in a row that came soon and were good; [1]: of those that can wait */
    int64_t gap_us; /* between two good answers, of late; 0: not known */
    int64_t answered_us; /* the last one of them */
    int credit;          /* for its share of the messages */
    /* since the start */
    int64_t accepted, refused, failed, throttled;
    int64_t parts;
    int64_t unspent;                     /* parts that gateway_spent has not heard of */
    int64_t second;                      /* the one counted last, monotonic */
    int recent[ROUTE_SECONDS];           /* messages accepted in each of the last seconds */
    char reason[GATEWAY_REASON_MAX + 1]; /* of the last failure */
};

/* What a message wants of its route. */
struct route_ask {
    int class;      /* of its number */
    uint32_t tried; /* a bit for each gateway that has failed it in this try */
    bool patient;   /* its kind can wait */
    bool harmless;  /* its kind may come twice */
};

struct route_choice {
    struct route *route; /* or NULL */
    /* Without a route: it makes no sense to ask again sooner; ROUTE_WAIT_EVENT: before something
     * happens (an answer, room, a link). */
    int64_t wait_ms;
    /* Without a route: one whose window alone is in the way, or NULL. */
    struct route *full;
    bool none; /* there is no route at all that has not been tried */
};
enum { ROUTE_WAIT_EVENT = -1 };

struct route_choice route_choose(struct route *routes, const struct prefixes *prefixes,
                                 const struct route_ask *ask, int64_t mono_us);

/* The message's hold on its route. */
struct route_hold {
    struct route *route; /* or NULL */
    bool patient;
    bool probe;
    bool sent;
    int64_t sent_us; /* when */
};
/* route was chosen a moment ago; takes one part from its rate. */
void route_take(struct route *r, const struct route_ask *ask, int64_t mono_us,
                struct route_hold *hold);
/* It is handed over now. */
void route_sent(struct route_hold *hold, int parts, int64_t mono_us);
/* It comes back without having been handed over; nothing when there is no route. */
void route_unsent(struct route_hold *hold);
/* The gateway's answer. */
void route_answered(struct route_hold *hold, const struct gateway_result *result, int parts,
                    int64_t mono_us);

/* Room comes so soon that the store may be told now of who gets it then. */
bool route_may_begin_ahead(const struct route *r, bool patient);
/* It did not: not before its answers are quick again. */
void route_was_slow(struct route *r);

/* A message by hand, which had no hold: it costs what others cost, and moves no breaker, since its
 * number or text may be at fault. */
void route_by_hand(struct route *r, const struct gateway_result *result, int parts,
                   int64_t mono_us);

/* For those who look: "up", "down" (its link), "throttled", "open" or "half_open". */
const char *route_state(struct route *r, int64_t mono_us);
int route_last_minute(struct route *r, int64_t mono_us); /* messages accepted */

#endif
