/* What the tests of sms/ share: a real Redis with the function library, two gateways that misbehave
 * on request, and an sms between them. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_SMS_WORLD_H
#define PAIHAO_TESTS_SMS_WORLD_H

#include "sms/sms.h"
#include "tests/lib/peer.h"
#include "tests/lib/store_world.h"

/* How the gateway behaves. */
enum mode { TAKES, HANGS, HANGS_ON_TICKETS, BREAKS, REFUSES, SAYS_NOTHING, THROTTLES, DROPS };

struct world {
    struct loop *loop;
    struct redis_server *server;
    struct store_config config;
    struct store *store;     /* of the test */
    struct store *sms_store; /* of the sms */
    struct settings *settings;
    struct seal *seal;
    struct sms *sms;
    struct peer peer, other;
    char *dir;
    int64_t at_ms; /* business time the tickets are issued at */
    int wanted;
};

/* For cmocka's set-up and tear-down of a group, and of each test; *state is the struct world. */
int sms_world_group_up(void **state);
int sms_world_group_down(void **state);
int sms_world_up(void **state);
int sms_world_down(void **state);

/* The gateway: the next so many requests are answered like this, then it takes them again. */
void behave(enum mode mode, int times);
int requests(void); /* that came in */
int taken(void);    /* of these */
bool last_request_has(const char *what);
/* The same of the first (0) and the second. */
void behave_at(int which, enum mode mode, int times);
int requests_at(int which);
int taken_at(int which);
void wait_for_requests(struct world *w, int n);

/* messages: members of the hall's "messages". */
void configure(struct world *w, const char *messages);
void configure_in(struct world *w, const char *zone, const char *messages);
/* A ticket with a phone number, sealed for the hall called context. */
void issue_to(struct world *w, const char *phone, const char *context);
void issue(struct world *w);
/* A writing function of the library; its refusal fails the test. */
struct answer write_call(struct world *w, const char *function, int argc, const char **args);
/* A script that answers a number. */
int64_t eval(struct world *w, const char *script, const char *arg);

/* How many messages are in that state; all their tries together; how many events give that reason;
 * entries of the outbox, the pending ones counted twice. */
int64_t in_state(struct world *w, const char *state);
void wait_for_state(struct world *w, const char *state, int n);
int64_t tries(struct world *w);
int64_t reasons(struct world *w, const char *reason);
int64_t left_in_outbox(struct world *w);

/* The sms: one with a store of its own; down is as when the daemon dies. */
void sms_up(struct world *w, const char *consumer);
void sms_down(struct world *w);
/* Takes it down and starts one with other settings. */
void settings_use(struct world *w, int timeout_ms, int rate, int max_tries);
/* The same with both gateways, "first" and "second": further lines of the section sms, and of each
 * of them. */
void settings_two(struct world *w, const char *sms, const char *first, const char *second);

#endif
