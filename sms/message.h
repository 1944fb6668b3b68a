/* One message on its way: the inside of sms/, shared by sms.c, turn.c (which one is next), lane.c,
 * try.c (one try) and message.c (its number and text). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_MESSAGE_H
#define PAIHAO_SMS_MESSAGE_H

#include "core/phone.h"
#include "loop/timer.h"
#include "sms/gateway.h"
#include "sms/lane.h"
#include "sms/outbox.h"
#include "sms/retry.h"
#include "sms/routes.h"
#include "sms/sms.h"

enum message_state {
    MESSAGE_WAITING,  /* in its lane */
    MESSAGE_LEARNING, /* which gateways serve its number */
    MESSAGE_TRYING,   /* from message_start to the answer of message_end */
    MESSAGE_RESTING,  /* until the next try */
    MESSAGE_ENDING,   /* over, but the store has not said so yet */
};

struct message {
    struct sms *sms;
    struct outbox_entry *entry;
    enum message_state state;
    struct message *prev, *next; /* all there are */
    enum lane lane;
    int class; /* of its number, by their prefixes; LANE_CLASS_UNKNOWN */
    uint64_t place;
    struct message *lane_prev, *lane_next;
    struct message *telling_next; /* of those the store is told of in one call */
    struct timer *rest;
    struct route *ahead_of; /* begun before this one had room; NULL once it is given to a gateway */
    bool ready;             /* of these: the store has answered, and room is all that is missing */
    int64_t ready_ms;       /* since when */
    struct route_hold hold; /* on the gateway it is, or will be, given to */
    const char *gateway;    /* the one it was given to last, "" */
    uint32_t tried;         /* in this try, a bit for each gateway */
    int tries;              /* as the store counts them */
    int throttled;          /* of these: did not count for giving up */
    bool own;               /* this daemon has begun it, or knows how the one before left it */
    bool doubt;             /* a gateway may have it already */
    int parts;              /* of the text of the last try; 0: there was none */
    char to[PHONE_MAX + 1]; /* only while a try runs */
    int64_t rest_ms;        /* after message_end with retry */
    const char *outcome;    /* of message_end */
    char reason[GATEWAY_REASON_MAX + 1];
    struct gateway_result *taken; /* of an accepted one with ids, until the store knows them */
};

struct sms {
    struct loop *loop;
    struct store *store;
    struct sms_deps deps;
    struct outbox *outbox;
    struct delivery *delivery;
    struct joins *joins;
    struct routes *routes;
    struct live *live;
    struct retry_rules retry;
    struct timer *pace; /* until a gateway may be given the next one */
    struct event *turn; /* runs behind all that happens in this turn of the loop */
    bool turn_due;
    struct batch *due;    /* those with something to tell the store */
    struct timer *gather; /* until they tell it, though no more came */
    struct timer *second; /* what is late in its lane or at rest ends */
    struct message *messages;
    struct lanes lanes;
    /* Begun ahead, of each gateway by their lane_next. */
    struct lane_queue ready[LANES][PREFIX_GATEWAYS_MAX];
    int learning;
    int trying;
    int trying_max;
    bool stopped;
    bool freeing; /* what still comes back moves nothing */
    struct trial *trials;
    int64_t trial_count; /* so that each has an id of its own */
};

/* message.c */
void message_set_state(struct message *m, enum message_state to);
/* This daemon has begun it itself, or nobody has. */
bool message_is_fresh(const struct message *m);
int64_t message_left_ms(const struct message *m); /* so long it is worth sending, in real time */
/* reply holds where it goes ("phone" or "plain"); NULL, or why that cannot be read. The number
 * lives in m->to until message_forget(). */
const char *message_number(struct message *m, const json_t *reply);
void message_forget(struct message *m);
/* Makes its text, in words that are at least of that version, and gives it to m->hold's gateway. */
void message_send(struct message *m, struct str version);
void message_send_again(struct message *m); /* to another gateway in the same try */

/* try.c */
void try_begin(struct message *m); /* the slot is taken, and a route where it is not late */
void try_learn(struct message *m); /* which class its number is of */
void try_end(struct message *m);   /* m->outcome, m->reason: tells the store */
/* Ends the try: what became of the message, and why. */
void try_finish(struct message *m, const char *outcome, const char *reason);
/* No further try: one that a gateway may have all the same is neither late nor refused. */
void try_give_up(struct message *m, const char *outcome, const char *reason);
/* It was not given to a gateway after all, which is no try. */
void try_later(struct message *m, const char *reason);
/* The same, and at once behind the others: it was begun ahead, and there is no room. */
void try_put_back(struct message *m);
void try_answered(struct message *m, const struct gateway_result *result);
/* The store's answers to what batch.h told it. json: the message's own; version: of the words. */
void try_started(struct message *m, enum err err, const json_t *json, struct str version);
void try_ended(struct message *m, enum err err);

/* turn.c: who is next, and what the store is to be told, at the end of this turn. */
void sms_turn(struct sms *s);
/* sms.c: each gives back what the message holds, and looks who is next */
void sms_rest(struct message *m, int64_t in_ms);   /* then it waits in its lane again */
void sms_ending(struct message *m, int64_t in_ms); /* then the store is told again */
void sms_learned(struct message *m);
void sms_over(struct message *m,
              bool in_stream); /* m is freed; in_stream: its entry is removed, too */
/* A gateway for it that has not failed it in this try; false: none has room now. */
bool sms_route(struct message *m);
/* It was begun ahead: message_send_again() comes once a gateway has room. */
void sms_ready(struct message *m);

#endif
