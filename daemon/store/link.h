/* One connection to Redis that opens itself again: connect, AUTH, back-off, one write a turn. Whole
 * replies go to its owner in the order in which Redis sent them. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_LINK_H
#define PAIHAO_STORE_LINK_H

#include "base/str.h"
#include "loop/loop.h"
#include "store/store.h"

struct link;

/* All three may call link_send() and link_drop(), none may call link_free(). */
struct link_ops {
    void (*up)(void *arg); /* connected and let in: link_send() works now */
    void (*reply)(void *arg, const struct store_value *v); /* v is borrowed */
    /* The connection, or the try to connect, is over; the next try is under way. */
    void (*down)(void *arg, const char *why);
};

/* Address and password are copied. Nothing is called before the next turn of the loop. */
struct link *link_new(struct loop *l, const struct store_config *config, const struct link_ops *ops,
                      void *arg);
void link_free(struct link *k); /* calls nothing */
/* One whole command in the protocol's form; only between up and down. */
void link_send(struct link *k, struct str command);
/* Gives the connection up; down() is called before this returns. lasting: the fault is not one that
 * passes by itself (a wrong password), so the next try comes late. */
void link_drop(struct link *k, bool lasting, const char *why);
/* The peer is what we wanted: the next back-off starts from the bottom again. */
void link_settled(struct link *k);
bool link_is_up(const struct link *k);
int64_t link_last_read_us(const struct link *k); /* clock_mono_us() of the last bytes read */
const char *link_name(const struct link *k);     /* "Redis at 127.0.0.1:6379" */

#endif
