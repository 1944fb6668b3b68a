/* The gateways of the settings, all open. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_ROUTES_H
#define PAIHAO_SMS_ROUTES_H

#include "loop/loop.h"
#include "sms/route.h"

struct delivery;
struct joins;

/* Gets what gateways hear from phones; done(done_arg, ok) exactly once, false: let the gateway
 * bring it again. gateway is its name. */
typedef void (*routes_inbound_fn)(void *arg, struct str gateway, const struct gateway_inbound *in,
                                  void (*done)(void *done_arg, bool ok), void *done_arg);

/* Everything is borrowed for the life of the routes. */
struct routes_config {
    struct loop *loop;
    const struct settings *settings;
    struct delivery *delivery;    /* gets the reports */
    struct joins *joins;          /* gets parts of long texts from phones */
    routes_inbound_fn on_inbound; /* NULL: texts from phones are acknowledged and dropped */
    void *inbound_arg;
    loop_fn on_change; /* a message that found no route may find one now */
    void *arg;
};

struct routes;

/* NULL (logged) when the settings of one are no good. */
struct routes *routes_new(const struct routes_config *c);
/* At once: what is on its way is not answered any more. NULL allowed. */
void routes_free(struct routes *r);
size_t routes_count(const struct routes *r);
struct route *routes_list(struct routes *r);
const struct prefixes *routes_prefixes(const struct routes *r);
int routes_windows(const struct routes *r); /* all together */
/* Nothing is given to them any more: they end what is on its way and take leave of their peers. */
void routes_leave(struct routes *r);
bool routes_have_left(const struct routes *r);

#endif
