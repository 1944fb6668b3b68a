/* Which addresses are of the internet at large and which of this machine, this house or the
 * provider's network, where a request that was led astray would find what is meant for nobody.
 * Pure: any thread. A new block of addresses is a row of blocks[] (IANA's registries of
 * special-purpose addresses). SPDX-License-Identifier: MIT */
#include "fetch/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* IPv4 in the form ::ffff:a.b.c.d, so that there is one kind of address. */
static const struct {
    const char *first;
    int bits;
} blocks[] = {
    {"::ffff:0.0.0.0", 104},
    {"::ffff:10.0.0.0", 104},
    {"::ffff:100.64.0.0", 106},
    {"::ffff:127.0.0.0", 104},
    {"::ffff:169.254.0.0", 112},
    {"::ffff:172.16.0.0", 108},
    {"::ffff:192.0.0.0", 120},
    {"::ffff:192.168.0.0", 112},
    {"::ffff:198.18.0.0", 111},
    {"::ffff:224.0.0.0", 99},
    {"::", 96},
    {"fc00::", 7},
    {"fe80::", 9},
    {"ff00::", 8},
};

static bool is_within(const struct in6_addr *a, const char *first, int bits)
{
    struct in6_addr block;
    int bytes = bits / 8;
    unsigned char mask = (unsigned char)(0xff00 >> bits % 8);

    (void)inet_pton(AF_INET6, first, &block); /* ours, and well-formed */
    return memcmp(a, &block, (size_t)bytes) == 0 &&
           (bits % 8 == 0 || ((a->s6_addr[bytes] ^ block.s6_addr[bytes]) & mask) == 0);
}

static void from_v4(const unsigned char v4[4], struct in6_addr *out)
{
    memset(out, 0, sizeof *out);
    out->s6_addr[10] = out->s6_addr[11] = 0xff;
    memcpy(&out->s6_addr[12], v4, 4);
}

static bool is_public(const struct in6_addr *a)
{
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        if (is_within(a, blocks[i].first, blocks[i].bits))
            return false;
    return true;
}

bool address_is_public(const struct sockaddr *sa)
{
    struct in6_addr a, inside;
    if (sa->sa_family == AF_INET) {
        from_v4((const unsigned char *)&((const struct sockaddr_in *)sa)->sin_addr, &a);
        return is_public(&a);
    }
    if (sa->sa_family != AF_INET6)
        return false;
    a = ((const struct sockaddr_in6 *)sa)->sin6_addr;
    /* Gateways to IPv4 have the other address in theirs: NAT64 (RFC 6052) and 6to4 (RFC 3056). */
    if (is_within(&a, "64:ff9b::", 96))
        from_v4(&a.s6_addr[12], &inside);
    else if (is_within(&a, "2002::", 16))
        from_v4(&a.s6_addr[2], &inside);
    else
        inside = a;
    return is_public(&a) && is_public(&inside);
}

bool address_is_literal(const char *url)
{
    struct in6_addr a;
    char host[INET6_ADDRSTRLEN + 2];
    const char *at = strstr(url, "://");
    size_t len = at ? strcspn(at + 3, "/?#") : 0;
    if (!at || len == 0)
        return false;
    at += 3;
    if (at[0] == '[') {
        const char *end = memchr(at, ']', len);
        str_copy((struct str){at + 1, end ? (size_t)(end - at - 1) : 0}, host, sizeof host);
        return inet_pton(AF_INET6, host, &a) == 1 && !IN6_IS_ADDR_V4MAPPED(&a);
    }
    const char *colon = memchr(at, ':', len);
    str_copy((struct str){at, colon ? (size_t)(colon - at) : len}, host, sizeof host);
    return inet_pton(AF_INET, host, &a) == 1;
}
