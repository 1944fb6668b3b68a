/* One message on its way: the inside of sms/, shared by sms.c (which one is next) and message.c
 * (one try). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_MESSAGE_H
#define PAIHAO_SMS_MESSAGE_H

#include "core/phone.h"
#include "loop/timer.h"
#include "sms/gateway.h"
#include "sms/outbox.h"
#include "sms/rate.h"
#include "sms/retry.h"
#include "sms/sms.h"

enum message_state {
    MESSAGE_WAITING, /* in its lane */
    MESSAGE_TRYING,  /* takes a slot, from message_start to the answer of message_end */
    MESSAGE_RESTING, /* until the next try */
    MESSAGE_ENDING,  /* over, but the store has not said so yet */
};

struct message {
    struct sms *sms;
    struct outbox_entry *entry;
    enum message_state state;
    struct message *prev, *next; /* all there are */
    struct message *behind;      /* in its lane */
    struct timer *rest;
    int tries;              /* as the store counts them */
    int throttled;          /* of these: did not count for giving up */
    char to[PHONE_MAX + 1]; /* only while a try runs */
    int64_t rest_ms;        /* after message_end with retry */
    const char *outcome;    /* of message_end */
    char reason[GATEWAY_REASON_MAX + 1];
};

struct lane {
    struct message *first, *last;
};

struct sms {
    struct loop *loop;
    struct store *store;
    struct sms_deps deps;
    struct outbox *outbox;
    struct fetch *fetch;
    const struct sms_gateway_settings *gateway_settings;
    const struct gateway_ops *gateway;
    void *gateway_self;
    struct retry_rules retry;
    struct rate rate;
    struct timer *pace; /* until the gateway may be given the next one */
    struct message *messages;
    struct lane lanes[TEXT_KINDS];
    int trying;
    int trying_patient; /* of these: of kinds that can wait */
    bool stopped;
    bool freeing; /* what still comes back moves nothing */
    struct trial *trials;
    int64_t trial_count; /* so that each has an id of its own */
};

/* A gateway that is open, as trial.c needs it. */
struct sms_gateway {
    const struct gateway_ops *ops;
    void *self;
};

/* message.c */
void message_set_state(struct message *m, enum message_state to);
void message_try(struct message *m); /* the slot is taken */
void message_end(struct message *m); /* m->outcome, m->reason: tells the store */

/* sms.c: false when there is none of that name */
bool sms_gateway_of(const struct sms *s, struct str name, struct sms_gateway *out);

/* sms.c: each gives back the slot, if one was taken, and looks who is next */
void sms_rest(struct message *m, int64_t in_ms);   /* then it waits in its lane again */
void sms_ending(struct message *m, int64_t in_ms); /* then the store is told again */
void sms_over(struct message *m,
              bool in_stream); /* m is freed; in_stream: its entry is removed, too */

#endif
