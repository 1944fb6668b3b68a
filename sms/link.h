/* A connection to a gateway that is made again and again: TCP, perhaps TLS, and frames whose first
 * four octets are their whole length, big-endian, as SMPP and CMPP have them. The store's
 * connection is another thing with the short name. Main thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LINK_H
#define PAIHAO_SMS_LINK_H

#include "loop/loop.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sms_link;

struct sms_link_config {
    const char *name;    /* of the gateway, for the log */
    const char *address; /* host:port; [::1]:2775 for IPv6 */
    bool tls;            /* the certificate is checked: its authority, and that it is the host's */
    const char *ca_file; /* authorities to believe instead of the system's; "" or NULL: those */
    int64_t connect_ms;  /* connecting and handshake take no longer */
    int64_t silence_ms;  /* so long without a frame: silent(); 0: never */
    size_t frame_min, frame_max; /* octets; a frame outside ends the connection */
};

/* All borrowed for the time of the call. Any of them may call sms_link_send() and sms_link_drop().
 */
struct sms_link_ops {
    void (*connected)(void *arg); /* say who you are */
    /* One whole frame, its length included. False: it is garbage, the connection ends. */
    bool (*frame)(void *arg, const uint8_t *p, size_t n);
    /* Nobody spoke for silence_ms: ask whether anybody is there. Called again and again. */
    void (*silent)(void *arg);
    /* The connection ended, or could not be made; another is made after a pause. reason is a code:
     * "unreachable", "no_name", "tls_refused", "hung_up", "frame_length", "frame_garbage", "stuck",
     * or what sms_link_drop() was given. */
    void (*down)(void *arg, const char *reason);
};

/* NULL (logged) when the address is none. Begins to connect on the loop, not at once. */
struct sms_link *sms_link_new(struct loop *l, const struct sms_link_config *config,
                              const struct sms_link_ops *ops, void *arg);
void sms_link_free(struct sms_link *k); /* calls nothing */
bool sms_link_is_connected(const struct sms_link *k);
/* Nothing while it is not connected. A peer that does not read what it is sent is given up. */
void sms_link_send(struct sms_link *k, const void *p, size_t n);
/* The peer has accepted us: the pause before the next attempt is short again (250 ms, doubling up
 * to 30 s, with jitter). */
void sms_link_accepted(struct sms_link *k);
/* Ends the connection, or the attempt to make one: down(reason) comes before this returns. */
void sms_link_drop(struct sms_link *k, const char *reason);
/* Once what was sent is out, closes and connects no more; then done, at the latest after a second.
 */
void sms_link_leave(struct sms_link *k, void (*done)(void *arg), void *arg);

#endif
