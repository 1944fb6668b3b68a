/* The text of a message: a template of its kind and language, filled. Pure.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_TEXT_H
#define PAIHAO_SMS_TEXT_H

#include "base/json.h"
#include "base/str.h"
#include "core/zone.h"
#include "sms/template.h"

/* In the order of their importance: the sooner a message is worthless, the earlier it goes out. */
enum text_kind {
    TEXT_CALLED,
    TEXT_COME_NOW,
    TEXT_CODE,
    TEXT_OFFER,
    TEXT_ALARM,  /* to the hall's staff */
    TEXT_MISSED, /* from here on: what can wait a little */
    TEXT_DELAY,
    TEXT_TICKET,
    TEXT_BOOKED,
    TEXT_MOVED,
    TEXT_CANCELLED,
    TEXT_REBOOK,
    TEXT_WARNING,
    TEXT_BLOCKED,
    /* Answers to what citizens write. */
    TEXT_REPLY_CANCELLED,
    TEXT_REPLY_DECLINED,
    TEXT_REPLY_COMING,
    TEXT_REPLY_MORE_TIME,
    TEXT_REPLY_LATE,
    TEXT_REPLY_NO,
    TEXT_REPLY_NONE,
    TEXT_REPLY_HELP,
    TEXT_REPLY_STOPPED,
    TEXT_REPLY_STARTED,
    TEXT_REMINDER, /* whole days of them go out at once */
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
    struct str reason;       /* why staff did it, in their words; or empty */
    const struct zone *zone; /* the hall's; NULL: texts have no {date} and {time} */
    int64_t at_ms;           /* of a booking, or until when; 0: none */
    bool of_booking;         /* and not of a ticket */
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

/* The variables of a text, filled: for providers that have texts of their own and take no other. */
enum { TEXT_VARIABLES_MAX = 16 };
struct text_variables {
    struct template_value v[TEXT_VARIABLES_MAX];
    int n;
    struct str language;                  /* the text's */
    struct buf words[TEXT_VARIABLES_MAX]; /* behind the values */
    bool is_filled;                       /* false: an alarm's own sentence has a hole */
};
/* Whether the text of that kind in that language tells a link: to seal one is not free. */
bool text_has_link(const json_t *config, enum text_kind kind, struct str language);
/* Borrows from config and req until text_variables_clear(). */
void text_variables_fill(const json_t *config, const struct text_request *req,
                         struct text_variables *out);
void text_variables_clear(struct text_variables *v);
/* The shipped text of a kind, or of an alarm's sentence ("alarm_wait"); empty where there is none.
 */
struct str text_shipped(struct str name, struct str language);

/* Writes the text into out, in the words of the hall whose canonical JSON config is. NULL, or why
 * there is none: a reason code for the event, "text_hole", "text_empty", "text_long". */
const char *text_write(const json_t *config, const struct text_request *req, struct buf *out);

#endif
