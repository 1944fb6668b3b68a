/* Delivery reports: what gateways tell later about a message. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_REPORT_H
#define PAIHAO_SMS_REPORT_H

#include "base/str.h"
#include "config/settings.h"
#include "http/http.h"
#include "store/store.h"

struct sms_report;

/* One for each worker, with that worker's store: reports come in over HTTP and need nothing of the
 * thread that sends. settings outlive it; free it after the store, whose pending calls come back
 * here. */
struct sms_report *sms_report_new(const struct settings *settings, struct store *store);
void sms_report_free(struct sms_report *r);

/* GET /api/v1/sms/{gateway}/report/{secret}?message=<hall>.<outbox id>&state=<the gateway's word>
 * arg is the struct sms_report; argv holds gateway, secret, message and state. Answers the request,
 * now or later. */
void sms_on_report(void *arg, struct http_request *req, const struct str *argv, int argc);

/* The rest is pure. */

/* Where the gateway's reports on a message go; empty when it has no report_secret. */
void report_url(const char *public_url, const struct sms_gateway_settings *gateway,
                struct str message, struct buf *out);
/* Constant time for a given length; false when the gateway has no secret. */
bool report_secret_ok(const struct sms_gateway_settings *gateway, struct str secret);
/* "delivered" or "undelivered"; NULL for a state that says nothing final, or that nobody listed. */
const char *report_state(const struct sms_gateway_settings *gateway, struct str state);
/* "<hall>.<outbox id>"; false when it is not that. */
bool report_message(struct str message, struct str *hall, struct str *id);

#endif
