/* A board's stream over HTTP: events in, reconnect, resume, and what the link is worth.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CTL_TERMINAL_LINK_H
#define PAIHAO_CTL_TERMINAL_LINK_H

#include "ctl/client.h"
#include "ctl/terminal_draw.h"

struct link;

struct link_events {
    void (*on_event)(void *arg, struct str type, const json_t *data);
    void (*on_state)(void *arg);              /* link_state() is another one */
    void (*on_denied)(void *arg, int status); /* it is over */
    void *arg;
};

struct link *link_new(struct client *c, const char *path, const struct link_events *events);
void link_start(struct link *l); /* before it, only its clock is of use */
void link_free(struct link *l);  /* closes the client */
enum terminal_link link_state(const struct link *l);
int64_t link_heard_ms(const struct link *l); /* the daemon's time when it was last heard of */
/* The daemon's time: of its last words, the ones that travelled fastest are believed. */
int64_t link_now_ms(const struct link *l);
void link_observe(struct link *l, int64_t server_ms, int speed); /* speed 0: as it was */

#endif
