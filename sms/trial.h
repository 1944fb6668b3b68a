/* A message sent by hand through one gateway, to see whether it works: past outbox, lanes, route
 * and rate. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_TRIAL_H
#define PAIHAO_SMS_TRIAL_H

#include "sms/sms.h"

struct sms_trial {
    struct str gateway;  /* its name */
    const char *to_e164; /* copied: the caller may wipe it */
    struct str text;     /* valid UTF-8, signature included */
};

/* json:
 * {"outcome":"ok|tempfail|throttled|permfail|config","uncertain":true?,"reason":"","encoding":
 * "gsm7|ucs2","parts":2,"ids":["..."],"ms":120}; borrowed for the time of the call. Empty: there is
 * no such gateway, or the daemon is about to end. */
typedef void (*sms_trial_fn)(void *arg, struct str json);

/* On main. fn comes exactly once, perhaps before this returns, at the latest after 20 s or with
 * sms_trials_end(). */
void sms_trial(struct sms *s, const struct sms_trial *t, sms_trial_fn fn, void *arg);
/* Answers what is under way; sms_free() frees what a gateway never answered. */
void sms_trials_end(struct sms *s);
void sms_trials_free(struct sms *s);

#endif
