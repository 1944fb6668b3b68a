/* The text of a message: a template of its kind and language, filled. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_TEXT_H
#define PAIHAO_SMS_TEXT_H

#include "base/json.h"
#include "base/str.h"
#include "core/zone.h"

/* In the order of their importance: the sooner a message is worthless, the earlier it goes out. */
enum text_kind {
    TEXT_CALLED,
    TEXT_COME_NOW,
    TEXT_CODE,
    TEXT_OFFER,
    TEXT_ALARM,  /* to the hall's staff */
    TEXT_TICKET, /* from here on: confirmations, which can wait a little */
    TEXT_BOOKED,
    TEXT_MOVED,
    TEXT_CANCELLED,
    TEXT_REBOOK,
    TEXT_WARNING,
    TEXT_BLOCKED,
    TEXT_KINDS
};

enum {
    /* A text cut into more parts costs as many messages and means that a template went wrong. */
    TEXT_PARTS_MAX = 4,
};

struct text_request {
    enum text_kind kind;
    struct str language; /* of the citizen; the hall's own where there is no text in it */
    struct str number;
    struct str counter; /* code, or empty */
    struct str ahead;
    struct str service; /* code; several with commas */
    struct str link;
    struct str code;         /* one-time, in clear */
    const struct zone *zone; /* the hall's; NULL: texts have no {date} and {time} */
    int64_t at_ms;           /* of a booking; 0: none */
    struct str alarm;        /* its kind, or empty */
    struct str alarm_name;   /* of the device it is about */
    struct str alarm_value;
    bool gateway_signs; /* it puts the signature itself, so the text has none */
};

/* A confirmation: it makes way for what is worth something only now. */
bool text_kind_can_wait(enum text_kind kind);
/* A second copy of it does no harm. */
bool text_kind_repeats(enum text_kind kind);
const char *text_kind_name(enum text_kind kind); /* "called", as in outbox and events */
/* False when there is no kind of that name. */
bool text_kind_find(struct str name, enum text_kind *out);

/* The shipped text of a kind, or of an alarm's sentence ("alarm_wait"); empty where there is none.
 */
struct str text_shipped(struct str name, struct str language);

/* Writes the text into out, in the words of the hall whose canonical JSON config is. NULL, or why
 * there is none: a reason code for the event, "text_hole", "text_empty", "text_long". */
const char *text_write(const json_t *config, const struct text_request *req, struct buf *out);

#endif
