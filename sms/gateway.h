/* A gateway takes one message at a time to the citizen's phone. Each kind is a const struct of
 * functions, found by name. A gateway knows nothing of tickets, stores or tries: it answers with
 * one of four words. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_GATEWAY_H
#define PAIHAO_SMS_GATEWAY_H

#include "base/str.h"
#include "config/settings.h"
#include "sms/encoding.h"
#include <stdint.h>

struct fetch;

enum gateway_outcome {
    GATEWAY_SENT,     /* it has taken the message over */
    GATEWAY_RETRY,    /* not now; it may even have taken it (no answer came) */
    GATEWAY_FAILED,   /* never: the message or the settings are at fault */
    GATEWAY_THROTTLE, /* too many at once: pause everything, then this one again */
};

struct gateway_message {
    struct str id;       /* "<hall>.<outbox id>" */
    const char *to_e164; /* "+8613800000001" */
    struct str country;  /* calling code of the hall, "86", or empty */
    struct str text;     /* valid UTF-8, not empty */
    struct encoding_size size;
    int64_t valid_ms;      /* worth nothing after that */
    struct str report_url; /* where delivery reports go, or empty */
};

enum { GATEWAY_REASON_MAX = 31 };

struct gateway_result {
    enum gateway_outcome outcome;
    char reason[GATEWAY_REASON_MAX + 1]; /* a code for event and log: "http_503", "no_answer" */
    int64_t pause_ms;                    /* of THROTTLE */
};
/* Borrowed for the time of the call. */
typedef void (*gateway_fn)(void *arg, const struct gateway_result *result);

struct gateway_ops {
    const char *kind;
    /* NULL (logged) when the settings are no good. settings and f outlive it. */
    void *(*open)(const struct sms_gateway_settings *settings, struct fetch *f);
    void (*close)(void *self);
    /* Answers exactly once, perhaps before it returns; never once fetch_free(f) has returned. */
    void (*send)(void *self, const struct gateway_message *m, gateway_fn fn, void *arg);
};

/* NULL when there is no such kind. */
const struct gateway_ops *gateway_find(const char *kind);

extern const struct gateway_ops gateway_null;
extern const struct gateway_ops gateway_http;

#endif
