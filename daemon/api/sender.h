/* The address a request comes from. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_SENDER_H
#define PAIHAO_API_SENDER_H

#include "base/str.h"
#include <netinet/in.h>

enum { SENDER_PROXIES_MAX = 16 }; /* a proxy or two in front of it, both with IPv4 and IPv6 */

struct sender_proxies {
    int n;
    struct in6_addr v[SENDER_PROXIES_MAX];
};

/* Comma-separated numeric addresses, checked when the settings were read. */
void sender_proxies_read(struct sender_proxies *p, struct str list);
/* The address as 16 bytes, IPv4 mapped into IPv6. forwarded: X-Forwarded-For. */
void sender_find(const struct sender_proxies *p, struct str peer, struct str forwarded,
                 unsigned char out[16]);

#endif
