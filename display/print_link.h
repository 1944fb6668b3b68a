/* One conversation with a printer over TCP: how is it, print this, is it done.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_DISPLAY_PRINT_LINK_H
#define PAIHAO_DISPLAY_PRINT_LINK_H

#include "base/str.h"
#include "display/print_status.h"
#include "loop/loop.h"
#include <sys/socket.h>

enum print_outcome {
    PRINT_CHECKED, /* nothing was to be printed */
    PRINT_DONE,
    PRINT_NOTHING, /* no byte of it was sent */
    PRINT_PARTLY,  /* it stopped on the way and said why */
    PRINT_MAYBE,   /* nobody knows */
};

struct print_link;

struct print_link_ops {
    /* It can print: print_link_send() now or later, before it loses patience. */
    void (*ready)(void *arg, enum print_state state);
    /* Once, and the last thing said. The link may be freed here. */
    void (*ended)(void *arg, enum print_outcome outcome, enum print_state state);
};

struct print_link_to {
    struct sockaddr_storage address;
    socklen_t len;
    bool check_only; /* ends after the answer */
    bool patient;    /* refused: tried again for a while, somebody else may be printing */
};

/* Never calls back before it returns. */
struct print_link *print_link_new(struct loop *l, const struct print_link_to *to,
                                  const struct print_link_ops *ops, void *arg);
/* Copied. The last bytes ask for the byte that says it is done (escpos_ask_done). */
void print_link_send(struct print_link *k, struct str bytes);
/* Closes; nothing is called any more. NULL allowed. */
void print_link_free(struct print_link *k);

#endif
