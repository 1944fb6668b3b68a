/* What the files of the demo day share. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_DAY_INSIDE_H
#define PAIHAO_CTL_DAY_INSIDE_H

#include "ctl/day.h"
#include "loop/timer.h"
#include <sys/queue.h>

enum { PATH_MAX_CHARS = 256, TOKEN_ROOM = 96 };

struct day {
    struct client *client;
    const struct day_plan *plan;
    json_t *hall; /* as GET /halls/{hall} answers it */
    int speed;
    double minutes;   /* how long it lasts by the hall's clock */
    int64_t begun_ms; /* by the monotonic clock */
    uint64_t random;
    char kiosk[TOKEN_ROOM]; /* "Bearer ..." */
    char mark[8];           /* stands in the names of this run's staff and kiosk */
    struct desk *desks;
    LIST_HEAD(, citizen) citizens;
    int in_flight;              /* requests */
    int arrived, issued, ended; /* citizens: due to come, with a ticket, ticket over */
    int direct;                 /* served without having taken one */
    int turned_away;            /* the time left was spoken for */
    int desks_working;
    long requests, errors;
    bool closing;
};

double day_random(struct day *d); /* 0 <= x < 1 */
/* Minutes of the daemon's clock as real milliseconds, at least 1. */
int64_t day_real_ms(const struct day *d, double minutes);
double day_minute(const struct day *d); /* since the day began */
/* A request of the day: counted, and an answer outside 2xx (and other than `fine`, 0 for none) is
 * an error, printed. */
struct day_request {
    struct day *day;
    const char *method, *path, *token, *body, *key;
    const char *fine;   /* a problem code that may happen in honest work, or NULL */
    double late_minute; /* of the day: from then on it may be refused as too late; 0: never */
    client_fn fn;       /* sees every answer */
    void *arg;
};
void day_send(const struct day_request *r);
void day_ticket_over(struct day *d);

/* day_counter.c */
bool desks_open(struct day *d, const char *clerk_tokens[]);
void desks_free(struct day *d);
/* day_citizen.c */
void citizens_come(struct day *d);
void citizens_free(struct day *d); /* with no request in flight */
/* asked_minute: of the day, when the counter said so; the store may have heard it later. */
void citizen_missed(struct day *d, struct str ticket, double asked_minute);

#endif
