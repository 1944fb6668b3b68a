/* What is refused before any handler sees a request. libmicrohttpd is lenient where a proxy in
 * front may read the same bytes otherwise (smuggling), so everything of doubt is refused here, and
 * the connection is closed. Pure functions over views: no library, no memory.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_HTTP_PRECHECK_H
#define PAIHAO_HTTP_PRECHECK_H

#include "base/err.h"
#include "base/str.h"
#include <stddef.h>
#include <stdint.h>

enum {
    PRECHECK_FIELDS_MAX = 100, /* browsers and proxies send 20 to 30 */
    PRECHECK_URI_MAX = 2048,   /* the longest address of ours has some 300 bytes */
};

struct precheck_field {
    struct str name;
    struct str value;
};

struct precheck {
    struct str method;
    struct str uri;  /* as received, with its query; p == NULL: there was none */
    struct str path; /* the same decoded, without its query */
    struct str version;
    const struct precheck_field *fields;
    size_t n_fields;
    int64_t body_max_bytes;
};

/* ERR_NONE; BAD_REQUEST, METHOD, URI_TOO_LONG, or TOO_LARGE (the request is well formed otherwise).
 */
enum err precheck(const struct precheck *r);

/* Which instance of libmicrohttpd a connection belongs to, told from its first bytes. */
enum precheck_door { DOOR_MORE, DOOR_API, DOOR_STREAM };

enum { PRECHECK_PEEK_BYTES = 1024 }; /* no address of a stream is longer */

/* DOOR_MORE: not to be told yet; never with PRECHECK_PEEK_BYTES or more. */
enum precheck_door precheck_peek(struct str first_bytes);
/* Whether an address as received names a stream: its path ends with the segment "stream". */
bool precheck_is_stream(struct str uri);

#endif
