/* What the sample of a preview is about. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PREVIEW_SAMPLE_H
#define PAIHAO_SMS_PREVIEW_SAMPLE_H

#include "core/zone.h"
#include "sms/preview.h"
#include "sms/text.h"

struct sample {
    const json_t *config;
    struct zone *zone; /* or NULL: no such zone here */
    int64_t at_ms;
    bool of_booking; /* and not of a ticket */
    struct buf link;
    char number[2][16]; /* usual, longest */
    struct str service[2];
    struct str counter[2];
};

void sample_make(struct sample *s, const struct preview_order *order);
void sample_clear(struct sample *s);
/* Borrowed from s and name. longest: with the longest names the hall has. */
struct text_request sample_request(const struct sample *s, struct str name, struct str language,
                                   bool longest);

#endif
