/* A gateway takes messages to the citizens' phones. Each kind is a const struct of functions, found
 * by name. A gateway knows nothing of tickets, stores, tries or other gateways: it answers each
 * message with one of five words, and tells what comes back from the phones. Everything runs on the
 * main thread's loop. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_GATEWAY_H
#define PAIHAO_SMS_GATEWAY_H

#include "base/str.h"
#include "config/settings.h"
#include "loop/loop.h"
#include "sms/encoding.h"
#include <stdbool.h>
#include <stdint.h>

struct fetch;

enum gateway_outcome {
    GATEWAY_OK,        /* it has taken the message over, all its parts */
    GATEWAY_TEMPFAIL,  /* not now */
    GATEWAY_THROTTLED, /* too many at once: pause this gateway, then this one again */
    GATEWAY_PERMFAIL,  /* never: this message is at fault, another gateway would refuse it, too */
    GATEWAY_CONFIG, /* the gateway's account or settings are at fault: every message would fail */
};

/* A variable of the text, for gateways that take a template's code instead of a text. */
struct gateway_param {
    const char *name; /* "number", as in texts */
    struct str value;
};

struct gateway_message {
    struct str id;       /* "<hall>.<outbox id>" */
    const char *to_e164; /* "+8613800000001" */
    struct str country;  /* calling code of the hall, "86", or empty */
    struct str text;     /* valid UTF-8, not empty, signature included */
    struct encoding_size size;
    int64_t valid_ms;         /* worth nothing after that; > 0 */
    struct str report_url;    /* where delivery reports go, or empty */
    struct str template_code; /* of the text's kind and language at this gateway, or empty */
    const struct gateway_param *params;
    size_t param_count;
};

enum {
    GATEWAY_REASON_MAX = 31,
    GATEWAY_ID_MAX = 64, /* SMPP 3.4 4.4.2: message_id has 64 octets at most */
    GATEWAY_IDS_MAX = 4, /* one for each part: TEXT_PARTS_MAX */
};

struct gateway_result {
    enum gateway_outcome outcome;
    /* Of TEMPFAIL: it may have taken the message, or some of its parts; no answer came. */
    bool uncertain;
    char reason[GATEWAY_REASON_MAX + 1]; /* a code for event and log: "http_503", "no_answer" */
    int64_t pause_ms;                    /* of THROTTLED; 0: the caller's own */
    /* Of OK: the gateway's own ids, one for each part it will report on; 0: it reports by ours, or
     * not at all. */
    int id_count;
    char ids[GATEWAY_IDS_MAX][GATEWAY_ID_MAX + 1];
};
/* Borrowed for the time of the call. */
typedef void (*gateway_fn)(void *arg, const struct gateway_result *result);

/* What became of a part. UNKNOWN is final, too: the network does not say. */
enum gateway_fate {
    GATEWAY_DELIVERED,
    GATEWAY_UNDELIVERED,
    GATEWAY_EXPIRED,
    GATEWAY_REJECTED,
    GATEWAY_UNKNOWN,
};

struct gateway_report {
    struct str id; /* one of gateway_result.ids, as the gateway writes it now */
    enum gateway_fate fate;
    struct str reason; /* the network's code, or empty; A-Z a-z 0-9 : _ - only */
};

/* A message from a phone, all its parts joined. */
struct gateway_inbound {
    struct str from; /* digits, with or without +, as the gateway wrote it */
    struct str to;
    struct str text; /* valid UTF-8, may be empty */
    struct str id;   /* the gateway's own, the same when it brings the text again; or empty */
};

/* A part of a long text from a phone. Others do cut characters apart between two of them, so they
 * are octets. */
struct gateway_part {
    struct str from, to;
    uint32_t reference; /* 8 or 16 bits; the two kinds do not meet: see long_part_udh() */
    int total, number;  /* number counts from 1 */
    struct str octets;
};

/* What became of a part: it is kept until the others are there; it was the last one, and here is
 * the whole; it could not be kept, let the gateway bring it again. */
enum gateway_joined { GATEWAY_PART_KEPT, GATEWAY_PART_LAST, GATEWAY_PART_LOST };
/* Borrowed for the time of the call. */
typedef void (*gateway_part_fn)(void *arg, enum gateway_joined joined, struct str whole);

/* What a gateway tells unasked. Borrowed for the time of the call. */
struct gateway_events {
    void *arg;
    /* The link is up, or (reason, a code) down. A gateway without a link never calls it and counts
     * as up. */
    void (*on_link)(void *arg, bool up, const char *reason);
    /* There is room for a message again, after room() said 0. */
    void (*on_room)(void *arg);
    /* True: it is written down, acknowledge it. Later and exactly once: done(done_arg, ok); a
     * report or message that was not taken is not acknowledged, so that the gateway brings it
     * again. */
    void (*on_report)(void *arg, const struct gateway_report *report,
                      void (*done)(void *done_arg, bool ok), void *done_arg);
    void (*on_inbound)(void *arg, const struct gateway_inbound *in,
                       void (*done)(void *done_arg, bool ok), void *done_arg);
    /* A part of a long text: fn comes exactly once, perhaps before this returns. The whole stays
     * until on_joined(), so that a last part which comes again completes it again. */
    void (*on_part)(void *arg, const struct gateway_part *part, gateway_part_fn fn, void *fn_arg);
    void (*on_joined)(void *arg, const struct gateway_part *part);
};

/* Everything outlives the gateway. */
struct gateway_env {
    const struct sms_gateway_settings *settings;
    struct loop *loop;
    struct fetch *fetch;
    struct gateway_events events; /* any function may be NULL */
};

struct gateway_ops {
    const char *kind;
    /* NULL (logged) when the settings are no good. A link is made from here on, again and again. */
    void *(*open)(const struct gateway_env *env);
    /* At once; what is still on its way is not answered any more. */
    void (*close)(void *self);
    /* Answers exactly once, perhaps before it returns; never once close() (or fetch_free() of its
     * fetch) was called. */
    void (*send)(void *self, const struct gateway_message *m, gateway_fn fn, void *arg);
    /* How many messages it would take right now: 0 while the link is down or its window is full.
     * NULL: as many as anybody likes. */
    int (*room)(void *self);
    /* Takes no more, waits for the answers on their way, takes leave of the peer (unbind,
     * terminate), then calls done once; the caller closes it after a while in any case. NULL:
     * nothing to do. */
    void (*leave)(void *self, void (*done)(void *arg), void *arg);
};

/* NULL when there is no such kind. */
const struct gateway_ops *gateway_find(const char *kind);
/* "delivered", as in the store and events. */
/* What the settings say of a result ("results"); false where they say nothing. */
bool gateway_result_class(const struct sms_gateway_settings *s, uint32_t code,
                          enum gateway_outcome *out);
const char *gateway_fate_name(enum gateway_fate fate);

extern const struct gateway_ops gateway_null;
extern const struct gateway_ops gateway_http;
extern const struct gateway_ops gateway_smpp;
extern const struct gateway_ops gateway_cmpp;

#endif
