/* A connection to a gateway that is made again and again: TCP, perhaps TLS, and frames whose first
 * four octets are their whole length, big-endian, as SMPP and CMPP have them. Main thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LINK_H
#define PAIHAO_SMS_LINK_H

#include "loop/loop.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;

struct link_config {
    const char *name;    /* of the gateway, for the log */
    const char *address; /* host:port; [::1]:2775 for IPv6 */
    bool tls; /* the certificate is checked against the system's authorities and the host */
    int64_t connect_ms;          /* connecting and handshake take no longer */
    int64_t silence_ms;          /* so long without a frame: silent() */
    size_t frame_min, frame_max; /* octets; a frame outside ends the connection */
};

/* All borrowed for the time of the call. Any of them may call link_send() and link_drop(). */
struct link_ops {
    void (*connected)(void *arg); /* say who you are */
    /* One whole frame, its length included. False: it is garbage, the connection ends. */
    bool (*frame)(void *arg, const uint8_t *p, size_t n);
    /* Nobody spoke for silence_ms: ask whether anybody is there. Called again and again. */
    void (*silent)(void *arg);
    /* The connection ended, or could not be made; another is made after a pause. */
    void (*down)(void *arg, const char *reason);
};

/* NULL (logged) when the address is none. Begins to connect on the loop, not at once. */
struct link *link_new(struct loop *l, const struct link_config *config, const struct link_ops *ops,
                      void *arg);
void link_free(struct link *k); /* calls nothing */
bool link_is_connected(const struct link *k);
/* Nothing while it is not connected. */
void link_send(struct link *k, const void *p, size_t n);
/* The peer has accepted us: the pause before the next attempt is short again (250 ms, doubling up
 * to 30 s, with jitter). */
void link_accepted(struct link *k);
/* Ends the connection: down(reason) follows before this returns. */
void link_drop(struct link *k, const char *reason);
/* Once what was sent is out, closes and connects no more; then done, at the latest after a second.
 */
void link_leave(struct link *k, void (*done)(void *arg), void *arg);

#endif
