/* What the files of the CMPP driver share. Private to them. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_CMPP_INSIDE_H
#define PAIHAO_SMS_CMPP_INSIDE_H

#include "loop/timer.h"
#include "sms/cmpp_pdu.h"
#include "sms/gateway.h"
#include "sms/link.h"
#include <inttypes.h>

#define CMPP_ID "%020" PRIu64 /* a Msg_Id as text: in results and reports */

enum cmpp_state {
    CMPP_DOWN,
    CMPP_GREETING, /* connected, our CONNECT is not answered */
    CMPP_UP,
    CMPP_PARTING, /* the gateway has taken leave, and will close */
    CMPP_LEAVING, /* we take no more and wait for what is on its way */
    CMPP_BYE,     /* our TERMINATE is not answered */
    CMPP_GONE,
};

enum { CMPP_TESTS_DOUBT = 2 }; /* ACTIVE_TESTs unanswered: nothing more is sent that way */

struct cmpp_flight;
struct cmpp_trip;
struct cmpp_delivery;

/* SUBMITs that are not answered, in the order they were sent, and the messages with parts that are
 * not sent yet: of the first one perhaps some are. */
struct cmpp_window {
    struct cmpp_flight *first, **last;
    int count;
    struct cmpp_trip *queued, **queued_last;
    int queued_count;
    struct timer *patience;
    bool full; /* room() has said so: tell when it is over */
};

struct cmpp_gateway {
    const struct sms_gateway_settings *settings;
    struct gateway_events events;
    struct loop *loop;
    char *secret;
    struct sms_link *link;
    enum cmpp_state state;
    enum cmpp_layout layout;     /* of this connection */
    unsigned connection;         /* counts them: an answer goes where the question came from */
    uint32_t sequence;           /* of what we asked last */
    uint8_t reference;           /* of the last long message */
    struct cmpp_connect connect; /* as sent, to check the answer */
    int64_t heard_ms;
    int tests;           /* ACTIVE_TESTs without an answer */
    struct timer *timer; /* what the state waits for at most; in CMPP_UP, the active test */
    struct cmpp_window window;
    struct cmpp_delivery *deliveries; /* being written down */
    int delivery_count;
    void (*left)(void *arg);
    void *left_arg;
};

/* cmpp_session.c */
void cmpp_set_state(struct cmpp_gateway *g, enum cmpp_state to);
void cmpp_say(struct cmpp_gateway *g, struct cmpp_pdu *pdu); /* in the connection's layout */
void cmpp_ask(struct cmpp_gateway *g, struct cmpp_pdu *pdu); /* with a sequence of its own */
void cmpp_answer_empty(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
void cmpp_on_connected(void *arg);
bool cmpp_on_connect_resp(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
bool cmpp_on_terminate(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
bool cmpp_on_terminate_resp(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
void cmpp_on_silent(void *arg);
void cmpp_heard(struct cmpp_gateway *g);
void cmpp_test(struct cmpp_gateway *g); /* whether anybody is there; once at a time */
void cmpp_test_again(struct cmpp_gateway *g);
void cmpp_leave(void *self, void (*done)(void *arg), void *arg);
void cmpp_quiet(struct cmpp_gateway *g); /* something is over: perhaps we can leave now */
void cmpp_go(struct cmpp_gateway *g);    /* closes; leaving is done */

/* cmpp_window.c */
void cmpp_window_init(struct cmpp_gateway *g);
void cmpp_window_clear(struct cmpp_gateway *g); /* answers nobody */
/* Messages that may be sent now. */
int cmpp_window_room(struct cmpp_gateway *g);
void cmpp_window_send(struct cmpp_gateway *g, const struct gateway_message *m, gateway_fn fn,
                      void *arg);
void cmpp_window_answer(struct cmpp_gateway *g, const struct cmpp_pdu *pdu); /* a SUBMIT_RESP */
void cmpp_window_lost(struct cmpp_gateway *g);  /* the connection: everything is answered */
void cmpp_window_freed(struct cmpp_gateway *g); /* tells of room where somebody waits for it */
bool cmpp_window_is_empty(const struct cmpp_gateway *g);

/* cmpp_deliver.c */
void cmpp_deliver(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
/* One that could not be read, as far as it could. */
void cmpp_deliver_refuse(struct cmpp_gateway *g, const struct cmpp_pdu *pdu);
void cmpp_deliver_clear(struct cmpp_gateway *g); /* those being written down are forgotten */

#endif
