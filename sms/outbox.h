/* What is to be sent: the halls' outbox streams, read as the consumer group "sms".
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_OUTBOX_H
#define PAIHAO_SMS_OUTBOX_H

#include "base/table.h"
#include "loop/loop.h"
#include "sms/text.h"
#include "store/store.h"
#include <stdint.h>

struct outbox;
struct outbox_hall;

/* What staff write to a citizen, cut off there: a text names it with so many at most. */
enum { OUTBOX_REASON_CHARS = 60 };

/* Where an entry stands in its stream. */
struct outbox_id {
    int64_t ms, seq;
};

/* One message to send. The texts are as long as their values can be by the rules of hall files and
 * ids; an entry that does not fit is none of ours. */
struct outbox_entry {
    struct table_node node; /* of its hall's, by its id */
    struct outbox_hall *hall;
    char id[44]; /* of the stream: two numbers and a dash */
    enum text_kind kind;
    char ticket[48];
    char number[16];
    char language[8];
    char counter[40];
    char ahead[16];
    char service[272]; /* of a booking up to eight, with commas */
    char code[160];    /* sealed */
    int64_t at_ms;     /* of a booking */
    char reason[OUTBOX_REASON_CHARS * 4 + 1];
    char record[80]; /* the sealed phone number's; "#2": the hall's second alarm phone */
    char alarm[16];  /* its kind, what device it is about, and its value */
    char alarm_name[40];
    char alarm_value[16];
    char queued[24]; /* ms, and the hall's day: for the message's record */
    char day[12];
    int64_t expires_ms;
    int64_t not_before_ms; /* quiet hours; 0: none */
    bool is_new;           /* no daemon has held it before */
    bool resting;
    struct outbox_id place;
    struct outbox_entry *prev, *next; /* of the same hall */
};

/* A new entry, held until outbox_release() or outbox_remove(). Entries of one hall come in their
 * order. */
typedef void (*outbox_fn)(void *arg, struct outbox_entry *e);

/* consumer: the name of this daemon within the group; the same after a restart, so that what it had
 * begun is taken up at once. */
struct outbox *outbox_new(struct loop *l, struct store *s, const char *consumer, outbox_fn fn,
                          void *arg);
/* After the store was freed: its pending calls come back here first. Entries still held are freed.
 */
void outbox_free(struct outbox *o);
void outbox_follow(struct outbox *o, struct str hall); /* twice is nothing */
void outbox_wake(struct outbox *o, struct str hall);   /* there may be something new */
/* No more entries are handed out; those held stay. */
void outbox_stop(struct outbox *o);
int outbox_held(const struct outbox *o);
/* It waits for its next try, or for the store, and makes room for others meanwhile. */
void outbox_rest(struct outbox_entry *e, bool rests);
/* The message has ended, and message_end has taken the entry out of the stream. Frees it. */
void outbox_release(struct outbox *o, struct outbox_entry *e);
/* Takes the entry out of the stream as well. */
void outbox_remove(struct outbox *o, struct outbox_entry *e);

struct str outbox_hall_code(const struct outbox_hall *h);
/* What the parts above keep with the hall; free_fn at the end, where not NULL. */
enum outbox_keeps { OUTBOX_KEEPS_WORDS, OUTBOX_KEEPS_BATCH, OUTBOX_KEEPS };
void outbox_hall_keep(struct outbox_hall *h, enum outbox_keeps what, void *user,
                      void (*free_fn)(void *user));
void *outbox_hall_kept(const struct outbox_hall *h, enum outbox_keeps what);

#endif
