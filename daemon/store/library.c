/* Owns nothing: reads the version out of a library's source and out of INFO. Any thread.
 * SPDX-License-Identifier: MIT */
#include "store/library.h"

static struct str behind(struct str text, const char *start, char end)
{
    struct str line;
    struct str value;

    while (str_cut(&text, '\n', &line)) {
        if (!str_starts(line, start))
            continue;
        line.p += str_of(start).len;
        line.len -= str_of(start).len;
        if (str_cut(&line, end, &value))
            return value;
    }
    return STR("");
}

struct str library_version(struct str source)
{
    return behind(source, "local LIBRARY_VERSION = '", '\'');
}

struct str library_redis_version(struct str info, int64_t *major)
{
    struct str version = behind(info, "redis_version:", '\r');
    struct str rest = version;
    struct str first = {NULL, 0};

    if (!str_cut(&rest, '.', &first) || !str_to_i64(first, 0, 1000000, major))
        *major = 0;
    return version;
}
