/* What the store checks when it meets a server: how old it is and which library it holds.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_LIBRARY_H
#define PAIHAO_STORE_LIBRARY_H

#include "base/str.h"

enum { LIBRARY_REDIS_MIN = 7 }; /* the first with functions */

/* The hash in the line local LIBRARY_VERSION = '<hash>'; empty when there is none. */
struct str library_version(struct str source);
/* The answer to INFO server: the text of the version, empty when there is none, and its first
 * number. */
struct str library_redis_version(struct str info, int64_t *major);

#endif
