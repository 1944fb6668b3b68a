/* What the files of the hub share with each other. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_INSIDE_H
#define PAIHAO_DISPLAY_INSIDE_H

#include "display/board.h"
#include "display/fold.h"
#include "display/hub.h"
#include "display/ring.h"
#include "loop/timer.h"
#include <sys/queue.h>

enum {
    HALL_MAX = 34,
    DEVICE_MAX = 40,      /* "kiosk:" and a name of 32 */
    HEARTBEAT_SLOTS = 10, /* a tenth of the streams each second: one heartbeat in 10 s */
    PENDING_MAX = 4096,   /* requests waiting for a hall to load */
    EVENT_ID_MAX = 44,    /* two 64-bit numbers and a dash */
    AHEAD_MS = 1500, /* how far workers and daemons may lag behind each other; a bell takes 1 ms */
};

struct subscriber {
    TAILQ_ENTRY(subscriber) entry;
    struct hub_hall *hall;
    struct http_stream *stream;
    enum channel channel;
    uint64_t next_seq;      /* of the ring */
    struct text *now;       /* being sent */
    size_t sent;            /* of now */
    struct text *queued;    /* goes before anything of the ring */
    bool heartbeat;         /* one is due */
    bool resync;            /* a snapshot is due */
    bool snapshot_after;    /* one is due once it has caught up */
    int64_t ahead_until_ms; /* it may know events this worker does not yet: wait so long for them */
    unsigned char slot;
    char ticket[FOLD_ID_MAX];
    char device[DEVICE_MAX]; /* whose stream it is; "" : of a person */
    uint64_t forecast;       /* tag of the last forecast sent; 0: none */
    uint64_t shown; /* of a citizen's stream: hash of what the page shows */
    bool gone;      /* of a device that was removed: to be ended */
    bool over;      /* and: the ticket has ended, its last frame is on its way */
};

struct pending {
    TAILQ_ENTRY(pending) entry;
    struct http_request *req;
    int channel; /* CHANNELS: GET board */
    char ticket[FOLD_ID_MAX];
    char device[DEVICE_MAX];
};

struct queued_event {
    TAILQ_ENTRY(queued_event) entry;
    uint64_t epoch, seq;
    struct text *json;
};

enum hall_state { HALL_LOADING, HALL_READY };

struct hub_hall {
    TAILQ_ENTRY(hub_hall) entry;
    struct hub *hub;
    char code[HALL_MAX];
    enum hall_state state;
    uint64_t epoch, seq; /* of the last event folded */
    struct fold *fold;
    struct board *board;
    struct ring ring;
    uint64_t
        history; /* events up to here were read back: their board frames hold no waiting counts */
    TAILQ_HEAD(, subscriber) subscribers;
    TAILQ_HEAD(, pending) pendings;
    TAILQ_HEAD(, queued_event) queue;     /* events that came while loading */
    int n_subscribers, n_pendings, calls; /* calls: answers of the store outstanding */
    struct text *staff_snapshot;
    uint64_t staff_seq;        /* the event it stands at */
    int64_t staff_snapshot_ms; /* when it came, on the steady clock */
    bool staff_asked;
    struct text *forecast[CHANNEL_TICKET]; /* of the board and the staff channel, or NULL */
    uint64_t forecast_tag[CHANNEL_TICKET];
    int64_t seen_ms; /* business time: its devices were last reported */
    bool tickets_due; /* citizens' streams are to be looked at on the next turn */
    bool dead;        /* to be freed when calls is 0 */
    int64_t idle_since_ms;
};

struct hub {
    struct loop *loop;
    struct store *store;
    const struct outlooks *outlooks;
    struct timer *heartbeat;
    TAILQ_HEAD(, hub_hall) halls;
    int slot; /* next heartbeat slot */
    int given;
    int n_streams;
    bool draining;
};

/* hub_hall.c: loading a hall, folding its events */
struct hub_hall *hub_hall_of(struct hub *h, struct str code, bool make);
void hub_hall_event(struct hub_hall *k, uint64_t epoch, uint64_t seq, struct str json);
void hub_hall_load(struct hub_hall *k);
void hub_hall_free(struct hub_hall *k);
struct str hub_hall_event_id(const struct hub_hall *k, uint64_t seq, char out[EVENT_ID_MAX]);
/* The snapshot of a channel as a frame with its event's number; NULL while the store is being
 * asked. */
struct text *hub_hall_snapshot(struct hub_hall *k, enum channel c, uint64_t *seq);
void hub_hall_board_json(struct hub_hall *k, struct buf *out);

/* subscriber.c */
void subscriber_open(struct hub_hall *k, struct pending *p);
void subscriber_tickets(struct hub_hall *k); /* looks at every citizen's stream */
/* The ticket has ended with the present event; the fold forgets it with the next one. */
void subscriber_ticket(struct hub_hall *k, const struct fold_ticket *t);
void subscriber_wake_all(struct hub_hall *k);
void subscriber_wake_staff(struct hub_hall *k);

/* forecasts.c */
void forecasts_new(struct hub_hall *k); /* makes the frames of the newest one */
/* The frame the stream has not been sent yet, or NULL. */
struct text *forecasts_next(struct subscriber *s);
void forecasts_clear(struct hub_hall *k);
/* What is said of a ticket that waits or is on its way; NULL: nothing. */
const struct eta_said *forecasts_of(const struct hub_hall *k, const struct fold_ticket *t);
/* Tells the store which boards and kiosks are alive, when it is time. */
void forecasts_seen(struct hub_hall *k);

/* hub.c */
void hub_answer(struct hub_hall *k, struct pending *p);
void hub_refuse(struct http_request *req, enum err e);

#endif
