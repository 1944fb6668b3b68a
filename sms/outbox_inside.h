/* The inside of the outbox, shared by outbox.c (what is held) and outbox_read.c (what is read).
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_OUTBOX_INSIDE_H
#define PAIHAO_SMS_OUTBOX_INSIDE_H

#include "loop/timer.h"
#include "sms/outbox.h"
#include "sms/outbox_entry.h"

enum {
    READ_MAX = 64, /* entries read at once: a reply of some 20 KB */
    ID_CHARS = 44,
};

enum step {
    STEP_GROUP, /* the consumer group has to be made, if it is not there */
    STEP_SCAN,  /* all that is pending is looked through, for what is urgent */
    STEP_READ,  /* reading what is new, and sweeping what is pending where there is room */
};

struct outbox_hall {
    struct outbox *outbox;
    struct outbox_hall *next;
    char *code;
    enum step step;
    bool busy;              /* a read is on its way */
    bool reading_new;       /* that one */
    size_t asked;           /* for at most so many entries */
    bool again;             /* there may be new ones */
    bool behind;            /* the last read of new ones brought all it could */
    bool sweeping;          /* over the pending ones; */
    char cursor[ID_CHARS];  /* behind this one */
    struct outbox_id swept; /* the same */
    bool left;              /* the next sweep will find something */
    int64_t due_ms;         /* of those left pending for later, the first; 0: none */
    bool claiming;
    char claimed[ID_CHARS]; /* XAUTOCLAIM goes on here */
    bool claim_more;        /* it may find more */
    int held, patient, resting;
    struct outbox_entry *first, *last;
    struct table held_by_id;
    struct {
        void *user;
        void (*free_fn)(void *user);
    } kept[OUTBOX_KEEPS];
};

struct outbox {
    struct store *store;
    char *consumer;
    outbox_fn fn;
    void *arg;
    struct timer *tick;
    int ticks;
    int held;
    bool stopped;
    struct outbox_hall *halls;
};

/* How an entry that was read fares. */
enum taking { TAKEN, LEFT, NO_ROOM };

/* outbox.c */
int outbox_room(const struct outbox_hall *h);
int outbox_patient_room(const struct outbox_hall *h); /* for kinds that can wait */
enum taking outbox_take(struct outbox_hall *h, const struct store_value *v, bool is_new);
/* A command about this hall; fn's arg is the hall. */
void outbox_command(struct outbox_hall *h, int argc, const struct str *argv, store_fn fn);

/* outbox_read.c */
void outbox_read_next(struct outbox_hall *h);  /* what is to be read now, if anything */
void outbox_claim_idle(struct outbox_hall *h); /* what another daemon began and did not end */

#endif
