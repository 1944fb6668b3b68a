/* Shared by report.c (delivery reports) and report_inbound.c (texts from phones) alone: the way in.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_REPORT_INSIDE_H
#define PAIHAO_SMS_REPORT_INSIDE_H

#include "base/err.h"
#include "sms/delivery.h"
#include "sms/fields.h"
#include "sms/report.h"

struct sms_report {
    const struct settings *settings;
    struct store *store;
    struct delivery *delivery;
    sms_inbound_fn inbound;
    void *inbound_arg;
    char **keys; /* of report_auth, one for each of the settings' gateways; NULL: none */
};

/* report_door.c */

/* Which gateway speaks, proved by secret and key, and what it says; NULL: the request has been
 * answered. f is to be cleared. */
const struct sms_gateway_settings *report_let_in(struct sms_report *r, struct http_request *req,
                                                 const struct str *argv, struct fields *f,
                                                 bool is_report);
/* The literal reply of the settings. */
void report_acknowledge(struct http_request *req, const char *reply);
/* The API's form of a refusal. */
void report_refuse(struct http_request *req, enum err err, const char *field);
char **report_keys_read(const struct settings *settings);
void report_keys_free(char **keys, size_t n);

#endif
