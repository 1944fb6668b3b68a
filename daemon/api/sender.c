/* Where a request comes from, as the limits of a sender see it: the peer or, behind proxies we were
 * told to trust, the last address of X-Forwarded-For that is none of theirs. Only keyed hashes
 * leave this file. The worker's thread. SPDX-License-Identifier: MIT */
#include "api/sender.h"
#include "api/booking.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_TEXT_MAX = 63 /* an IPv6 address with brackets, zone and port is shorter */ };

/* IPv4 as ::ffff:a.b.c.d, so that there is one kind of address. */
static bool address_parse(struct str text, struct in6_addr *out)
{
    char c_text[ADDRESS_TEXT_MAX + 1];
    struct in_addr v4;

    if (text.len == 0 || text.len > ADDRESS_TEXT_MAX)
        return false;
    str_copy(text, c_text, sizeof(c_text));
    if (inet_pton(AF_INET6, c_text, out) == 1)
        return true;
    if (inet_pton(AF_INET, c_text, &v4) != 1)
        return false;
    memset(out, 0, sizeof(*out));
    out->s6_addr[10] = out->s6_addr[11] = 0xff;
    memcpy(&out->s6_addr[12], &v4, sizeof(v4));
    return true;
}

static struct str trim(struct str s)
{
    while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (struct str){s.p + 1, s.len - 1};
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* Some proxies write the port, too: 192.0.2.1:4711 and [2001:db8::1]:4711. */
static struct str without_port(struct str s)
{
    const char *end;

    if (s.len > 0 && s.p[0] == '[') {
        end = memchr(s.p, ']', s.len);
        return end ? (struct str){s.p + 1, (size_t)(end - s.p) - 1} : s;
    }
    end = memchr(s.p, ':', s.len);
    if (end && memchr(s.p, '.', (size_t)(end - s.p)))
        return (struct str){s.p, (size_t)(end - s.p)};
    return s;
}

void sender_proxies_read(struct sender_proxies *p, struct str list)
{
    struct str one;

    p->n = 0;
    while (p->n < SENDER_PROXIES_MAX && str_cut(&list, ',', &one))
        if (address_parse(trim(one), &p->v[p->n]))
            p->n++;
}

static bool is_proxy(const struct sender_proxies *p, const struct in6_addr *a)
{
    for (int i = 0; i < p->n; i++)
        if (memcmp(&p->v[i], a, sizeof(*a)) == 0)
            return true;
    return false;
}

/* Cuts the last element off the list. */
static bool cut_last(struct str *list, struct str *piece)
{
    const char *comma;

    if (!list->p)
        return false;
    comma = memrchr(list->p, ',', list->len);
    *piece = comma ? (struct str){comma + 1, list->len - (size_t)(comma + 1 - list->p)} : *list;
    *list = comma ? (struct str){list->p, (size_t)(comma - list->p)} : (struct str){NULL, 0};
    return true;
}

void sender_find(const struct sender_proxies *p, struct str peer, struct str forwarded,
                 unsigned char out[16])
{
    struct in6_addr at, next;
    struct str one;

    if (!address_parse(peer, &at))
        memset(&at, 0, sizeof(at)); /* a peer that is gone: all of them count as one */
    while (is_proxy(p, &at) && cut_last(&forwarded, &one)) {
        if (!address_parse(without_port(trim(one)), &next))
            break; /* the proxy that wrote this counts as the sender */
        at = next;
    }
    memcpy(out, &at, 16);
}

/* The network counts: first `bytes` of the address. */
static void hash_of(const struct call *c, const char *purpose, const unsigned char a[16],
                    size_t bytes, char out[SEAL_HASH_CHARS + 1])
{
    seal_hash(c->api->config.seal, purpose, (struct str){(const char *)a, bytes}, out);
}

void booking_sender(const struct call *c, struct booking_sender *out)
{
    static const unsigned char v4[12] = {[10] = 0xff, [11] = 0xff};
    unsigned char a[16];

    sender_find(&c->api->proxies, http_peer(c->req), http_header_list(c->req, "X-Forwarded-For"),
                a);
    bool is_v4 = memcmp(a, v4, sizeof(v4)) == 0;
    /* A household has a whole /64, a provider hands out /48s: single IPv6 addresses cost nothing.
     */
    hash_of(c, "address", a, is_v4 ? 16 : 8, out->address);
    hash_of(c, "prefix", a, is_v4 ? 15 : 6, out->prefix);
}
