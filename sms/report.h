/* What gateways tell over HTTP: delivery reports, and texts from phones. SPDX-License-Identifier:
 * MIT */
#ifndef PAIHAO_SMS_REPORT_H
#define PAIHAO_SMS_REPORT_H

#include "base/str.h"
#include "config/settings.h"
#include "http/http.h"
#include "sms/gateway.h"
#include "store/store.h"

struct sms_report;

/* One for each worker, with that worker's store: they come in over HTTP and need nothing of the
 * thread that sends. settings outlive it; free it after the store, whose pending calls come back
 * here. */
struct sms_report *sms_report_new(struct loop *l, const struct settings *settings,
                                  struct store *store);
void sms_report_free(struct sms_report *r);

/* Who deals with texts from phones; done as in gateway_events.on_inbound, perhaps before it
 * returns. Without one they are answered 404. */
typedef void (*sms_inbound_fn)(void *arg, struct str gateway, const struct gateway_inbound *text,
                               void (*done)(void *done_arg, bool ok), void *done_arg);
void sms_report_set_inbound(struct sms_report *r, sms_inbound_fn fn, void *arg);

/* /api/v1/sms/{gateway}/report/{secret} and /api/v1/sms/{gateway}/inbound/{secret}, GET or POST.
 * arg is the struct sms_report; argv holds gateway and secret. What is told stands where the
 * gateway's settings say. Answers the request, now or later. */
void sms_on_report(void *arg, struct http_request *req, const struct str *argv, int argc);
void sms_on_inbound(void *arg, struct http_request *req, const struct str *argv, int argc);

/* The rest is pure. */

/* Where the gateway's reports on a message go; empty when it has no report_secret. */
void report_url(const char *public_url, const struct sms_gateway_settings *gateway,
                struct str message, struct buf *out);
/* Constant time for a given length; false when the gateway has no secret. */
bool report_secret_ok(const struct sms_gateway_settings *gateway, struct str secret);
/* False for a state that says nothing final, or that nobody listed. */
bool report_fate(const struct sms_gateway_settings *gateway, struct str state,
                 enum gateway_fate *out);
/* "<hall>.<outbox id>"; false when it is not that. */
bool report_message(struct str message, struct str *hall, struct str *id);

#endif
