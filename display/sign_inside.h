/* What the files of the signs share with each other. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_SIGN_INSIDE_H
#define PAIHAO_DISPLAY_SIGN_INSIDE_H

#include "display/board.h"
#include "display/fold.h"
#include "display/sign.h"
#include "display/sign_driver.h"
#include "loop/timer.h"
#include <event2/event.h>
#include <sys/queue.h>

enum {
    SIGN_IN_MAX = 512, /* of an answer, before it is garbage */
    SIGN_LEASE_MS = 9000,
    PORT_WAIT_MIN_MS = 500,
};

enum sign_state { SIGN_OK, SIGN_CONNECTING, SIGN_DENIED, SIGN_SILENT, SIGN_BROKEN, SIGN_STATES };
/* As in health: ok connecting refused silent broken. */
extern const char *const sign_state_names[SIGN_STATES];

/* off: another daemon drives it, or nobody; last: what it shows now is the last thing it is sent.
 */
enum sign_mode { SIGN_OFF, SIGN_ON, SIGN_LAST };

struct sign {
    TAILQ_ENTRY(sign) entry;   /* of its hall, or of those that left it */
    TAILQ_ENTRY(sign) at_port; /* of its port */
    struct signs *signs;
    struct sign_hall *hall;
    struct sign_plan *plan;
    struct sign_port *port; /* NULL: the driver connects to nothing */
    enum sign_mode mode;
    struct sign_face face;
    bool faced;            /* its hall has told it what to show */
    int silent;            /* frames it did not answer, one after the other */
    unsigned wanted, sent; /* counts of faces: the newest, and the one on its way or shown */
    int64_t sent_ms;       /* on the steady clock, as the next */
    int64_t again_ms;      /* the same once more */
    enum sign_state state;
    int64_t since_ms; /* of that state, business time */
    char why[SIGN_WHY_MAX];
    char shown[SIGN_TEXT_BYTES], on_its_way[SIGN_TEXT_BYTES];
    bool news; /* its health has changed since it was told */
    int64_t told_ms;
};
TAILQ_HEAD(sign_list, sign);

enum port_state { PORT_CLOSED, PORT_WAITING, PORT_CONNECTING, PORT_GREETING, PORT_UP };

/* One connection or serial line, shared by the signs behind it. One frame is on its way at a time;
 * what waits is only which signs are due. */
struct sign_port {
    TAILQ_ENTRY(sign_port) entry;
    struct signs *signs;
    char *address;
    const struct sign_driver *driver;
    struct sign_list all;
    int count;
    enum port_state state;
    int fd;
    struct event *readable, *writable;
    struct timer *timer;
    int64_t until_ms; /* of the present state, or of the frame on its way */
    int64_t rest_ms;  /* no frame before that */
    int64_t wait_ms;  /* before the next try */
    struct sign *flight;
    struct buf out;
    size_t out_sent;
    char in[SIGN_IN_MAX];
    size_t in_len;
    int64_t unasked_bytes;
    int silent; /* frames without an answer, one after the other */
};
TAILQ_HEAD(sign_ports, sign_port);

struct sign_counter {
    char code[SIGN_CODE_MAX];
    char *name, *zone;
    /* Who is there, as of the last look at the fold. */
    char number[12];
    int calls;
    int64_t since_ms;
};

enum feed_state { FEED_EMPTY, FEED_LOADING, FEED_READY };

struct sign_hall {
    TAILQ_ENTRY(sign_hall) entry;
    struct signs *signs;
    char code[SIGN_CODE_MAX];
    bool planned; /* its file was read */
    struct sign_list all;
    struct sign_counter *counters;
    int counter_count;
    /* sign_feed.c */
    enum feed_state feed;
    struct fold *fold;
    struct board *board;
    uint64_t epoch, seq; /* of the last event folded */
    uint64_t heard;      /* the last one that came while loading */
    uint64_t heard_epoch;
    bool again;            /* events were missed while loading */
    int64_t load_again_ms; /* not before, on the steady clock */
    int calls;             /* answers of the store outstanding */
    bool known;            /* the feed was ready once: the faces are those of the hall */
    struct timer *look;    /* at the fold, once a turn however many events it brought */
    /* the lease */
    bool held, lease_asked, dark;
    int64_t asked_ms, held_until_ms, lease_again_ms, lost_ms;
};
TAILQ_HEAD(sign_halls, sign_hall);

struct signs {
    struct signs_deps deps;
    struct sign_halls halls;
    struct sign_ports ports;
    struct sign_list left; /* no longer in their hall's file */
    struct timer *look;
    bool stopping, given_back;
};

/* sign_line.c: -1 (errno says why), or a descriptor that never blocks. */
int sign_line_open(const struct address *at);
void sign_line_close(const struct address *at, int fd);

/* sign_port.c */
/* Does what is to be done now, and arms the timer. */
void port_turn(struct sign_port *p);
void port_close(struct sign_port *p);

/* sign_ports.c */
void port_attach(struct sign *s);
void port_detach(struct sign *s);
/* Something about one of its signs has changed. */
void port_kick(struct sign_port *p);

/* sign_one.c */
struct sign *sign_new(struct sign_hall *h, struct sign_plan *plan);
void sign_free(struct sign *s);
void sign_set_face(struct sign *s, const struct sign_face *f);
void sign_set_mode(struct sign *s, enum sign_mode mode);
void sign_set_state(struct sign *s, enum sign_state state, const char *why);
/* When it is to be sent its face, on the steady clock. */
int64_t sign_due_ms(const struct sign *s);
/* Its face is on its way; and what became of that. */
void sign_sent(struct sign *s, int64_t mono_ms);
void sign_done(struct sign *s, enum sign_answer answer, const char *why);
/* Its connection is gone, or cannot be made. */
void sign_lost(struct sign *s, const char *why);

/* sign_feed.c */
void feed_load(struct sign_hall *h);
void feed_event(struct sign_hall *h, uint64_t epoch, uint64_t seq, struct str json);
void feed_drop(struct sign_hall *h);

/* sign_hall.c */
struct sign_hall *sign_hall_new(struct signs *s, struct str code);
void sign_hall_free(struct sign_hall *h);
/* Its file may have changed. */
void sign_hall_replan(struct sign_hall *h);
void sign_hall_turn(struct sign_hall *h);
void sign_hall_darken(struct sign_hall *h);
/* A call of the library by this daemon; the answer is h's. */
void sign_hall_call(struct sign_hall *h, const char *function, const struct str *args, int n,
                    store_fn fn);

/* sign_faces.c: what each sign of the hall is to show, by the fold. */
void sign_faces(struct sign_hall *h);

#endif
