/* What a text of a message will look like and cost before anybody gets it: for the page on which
 * halls write their own. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_PREVIEW_H
#define PAIHAO_SMS_PREVIEW_H

#include "base/json.h"
#include "base/str.h"
#include "config/hall.h"
#include "config/settings.h"
#include <stdbool.h>
#include <stdint.h>

struct http_request;

struct preview_order {
    const struct settings *settings; /* address of links, price */
    json_t *config;                  /* of the hall, canonical; a draft is written into it */
    struct str name;                 /* of the text: "called", "alarm_wait" */
    struct str language;
    struct str draft; /* in place of the hall's own or the shipped text; empty: no draft */
    int64_t now_ms;   /* the booking of the sample is tomorrow */
};

/* Appends the schema MessagePreview. False when there is no such text in that language. */
bool preview_write(const struct preview_order *order, struct buf *out);
/* Appends the schema MessageTexts: every text a hall can replace, from the tables. */
void preview_list(const struct settings *settings, struct buf *out);

/* Rows message_texts and message_preview; settings: struct settings. Any worker's thread. */
void sms_on_texts(void *settings, struct http_request *req, const struct hall_file *hall,
                  const struct str *argv, int argc);
void sms_on_preview(void *settings, struct http_request *req, const struct hall_file *hall,
                    const struct str *argv, int argc);

#endif
