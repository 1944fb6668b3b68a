/* Short messages: what the halls' outboxes hold goes out through a gateway.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_SMS_H
#define PAIHAO_SMS_SMS_H

#include "config/settings.h"
#include "core/seal.h"
#include "loop/loop.h"
#include "sms/gateway.h"
#include "sms/report.h"
#include "store/store.h"
#include <stdbool.h>

struct sms;

/* Everything is borrowed for the life of the sms. */
struct sms_deps {
    const struct settings *settings; /* sms_*: gateways, which one, when to retry */
    const struct seal *seal;
    const char
        *public_url; /* where gateways reach us, without a slash at its end; "" : no reports */
    /* What "<hall>.<ticket>.<code>" is put behind to give the citizen's page; "" : texts have no
     * link. */
    const char *ticket_url;
    const char *booking_url; /* likewise, of bookings and waitlist entries */
    /* This daemon's name among those that share the store; the same after a restart. */
    const char *consumer;
    /* Gets texts from phones: done(done_arg, ok) exactly once, false: let the gateway bring it
     * again. NULL: they are acknowledged and dropped. */
    void (*on_inbound)(void *arg, struct str gateway, const struct gateway_inbound *in,
                       void (*done)(void *done_arg, bool ok), void *done_arg);
    void *inbound_arg;
};

/* l: the main loop; s: the store of its thread. NULL (logged) when a gateway's settings are no
 * good. */
struct sms *sms_new(struct loop *l, struct store *s, const struct sms_deps *deps);
/* A hall's messages are sent from now on; following twice is nothing. */
void sms_follow(struct sms *m, struct str hall);
/* The bell says that something was added to the hall's outbox. Without it they wait up to 5 s. */
void sms_wake(struct sms *m, struct str hall);
/* Begins no further message, ends what is on its way, and has the gateways' links take leave. */
void sms_stop(struct sms *m);
/* Nothing is on its way any more and, once stopped, every link has taken leave: sms_free() now
 * loses nothing and repeats nothing. The caller waits for it as long as it likes. */
bool sms_idle(const struct sms *m);
/* After the store: its pending calls come back here first. What is still on its way is sent again
 * after the next start. */
void sms_free(struct sms *m);

#endif
