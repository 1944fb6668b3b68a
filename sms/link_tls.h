/* TLS on a connection to a gateway. OpenSSL stays behind this header. Main thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_LINK_TLS_H
#define PAIHAO_SMS_LINK_TLS_H

#include <event2/bufferevent.h>
#include <stddef.h>

struct link_tls;

/* host: name or number the certificate must be made out to. ca_file: authorities to believe; NULL
 * or empty: the system's. NULL (logged) when it cannot be read. */
struct link_tls *link_tls_new(const char *gateway, const char *host, const char *ca_file);
void link_tls_free(struct link_tls *t); /* NULL allowed */
/* Takes over a connected socket; BEV_EVENT_CONNECTED follows once the peer is who it should be.
 * NULL: no memory, the socket stays the caller's. */
struct bufferevent *link_tls_wrap(struct link_tls *t, struct event_base *base, int fd);
/* Why a handshake failed, for the log. */
void link_tls_why(struct bufferevent *bev, char *out, size_t cap);

#endif
