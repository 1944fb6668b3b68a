/* What the files of the SMPP driver share. Main thread. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_SMPP_INSIDE_H
#define PAIHAO_SMS_SMPP_INSIDE_H

#include "loop/timer.h"
#include "sms/gateway.h"
#include "sms/link.h"
#include "sms/smpp_pdu.h"
#include "sms/smpp_rules.h"
#include <sys/queue.h>

enum smpp_state {
    SMPP_DOWN,
    SMPP_BINDING,
    SMPP_BOUND,
    SMPP_UNBINDING, /* we have said unbind */
    SMPP_UNBOUND,   /* they have */
};

enum smpp_long { SMPP_LONG_UDH, SMPP_LONG_SAR, SMPP_LONG_PAYLOAD };

struct smpp_trip;
struct smpp_delivery;

/* A submit_sm. */
struct smpp_part {
    TAILQ_ENTRY(smpp_part) next;
    struct smpp_trip *trip;
    int index;
    uint32_t sequence;
    int64_t deadline_ms;
    size_t n;
    uint8_t frame[];
};
TAILQ_HEAD(smpp_parts, smpp_part);
LIST_HEAD(smpp_deliveries, smpp_delivery);

struct smpp {
    struct gateway_env env;
    const struct sms_gateway_settings *settings;
    char *password;
    enum smpp_id_base id_base;
    enum smpp_alphabet alphabet;
    enum smpp_long long_messages;

    struct sms_link *link;
    enum smpp_state state;
    struct timer *session; /* a bind's or unbind's answer must have come by then */
    struct timer *enquiry; /* that of an enquire_link */
    bool enquiring;
    uint32_t sequence; /* of the last request of ours */
    uint32_t bind_sequence;
    char refusal[GATEWAY_REASON_MAX + 1]; /* why the account cannot bind, until it can */
    bool closed;

    /* smpp_submit.c */
    struct smpp_parts queued, waiting; /* waiting: sent, in that order, without an answer */
    int queued_count, waiting_count;
    struct timer *answers; /* looks for those that wait too long */
    bool answers_armed;
    bool said_full;
    uint16_t reference; /* of the last text of several parts */

    /* smpp_deliver.c */
    struct smpp_deliveries deliveries;
    int delivery_count;
    unsigned generation; /* of the connection */

    bool leaving;
    void (*left)(void *arg);
    void *left_arg;
};

/* gateway_smpp.c */
uint32_t smpp_next_sequence(struct smpp *g);
void smpp_enquire(struct smpp *g);
void smpp_leave_further(struct smpp *g); /* something that it waited for is over */

/* smpp_cut.c */
bool smpp_settings_read(struct smpp *g); /* the words among them; false (logged): cannot work */
/* All parts of a message, or why there are none: "text_long", "settings". */
const char *smpp_cut(struct smpp *g, const struct gateway_message *m, struct smpp_parts *list);
void smpp_parts_free(struct smpp_parts *list);

/* smpp_submit.c */
void smpp_send(void *self, const struct gateway_message *m, gateway_fn fn, void *arg);
int smpp_room(void *self);
/* An answer to one of our submit_sm, or a generic_nack. False: to nothing we know. */
bool smpp_submit_answered(struct smpp *g, const struct smpp_header *h, const uint8_t *body,
                          size_t n);
void smpp_submit_lost(struct smpp *g, const char *reason); /* the link is gone */
void smpp_submit_forget(struct smpp *g);                   /* nobody is told */
void smpp_submit_late(void *arg);                          /* of the timer answers */
bool smpp_submit_idle(const struct smpp *g);
void smpp_tell_room(struct smpp *g);

/* smpp_deliver.c */
void smpp_deliver(struct smpp *g, const struct smpp_header *h, const uint8_t *body, size_t n);
void smpp_deliver_forget(struct smpp *g);
bool smpp_deliver_idle(const struct smpp *g);

#endif
