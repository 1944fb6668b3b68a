/* The addresses behind a host's name, without waiting for them. Main thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LOOKUP_H
#define PAIHAO_SMS_LOOKUP_H

#include "loop/loop.h"
#include <netinet/in.h>

enum { LOOKUP_MAX = 8 }; /* more than any gateway has */

struct lookup_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
    int length;
};

struct lookup_result {
    int count; /* 0: there is no such name, or nobody knows */
    struct lookup_address addresses[LOOKUP_MAX];
};

struct lookup;
/* The lookup ends with the call; it must not be cancelled any more. */
typedef void (*lookup_fn)(void *arg, const struct lookup_result *result);

/* fn comes once, never before this returns. NULL when no thread can be had. host numeric or not. */
struct lookup *lookup_new(struct loop *l, const char *host, const char *port, lookup_fn fn,
                          void *arg);
void lookup_cancel(struct lookup *k); /* fn does not come; NULL allowed */

#endif
