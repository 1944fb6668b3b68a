/* Owns nothing: shows hiredis' replies as store_value, so that no other folder sees hiredis. Any
 * thread. SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <hiredis/hiredis.h>

static const redisReply *reply_of(const struct store_value *v)
{
    return (const redisReply *)v;
}

enum store_kind store_value_kind(const struct store_value *v)
{
    if (v == NULL)
        return STORE_NIL;
    switch (reply_of(v)->type) {
    case REDIS_REPLY_STRING:
        return STORE_STRING;
    case REDIS_REPLY_INTEGER:
        return STORE_INTEGER;
    case REDIS_REPLY_ARRAY:
        return STORE_ARRAY;
    case REDIS_REPLY_STATUS:
        return STORE_STATUS;
    case REDIS_REPLY_ERROR:
        return STORE_ERROR;
    default:
        return STORE_NIL;
    }
}

struct str store_value_str(const struct store_value *v)
{
    switch (store_value_kind(v)) {
    case STORE_STRING:
    case STORE_STATUS:
    case STORE_ERROR:
        return (struct str){reply_of(v)->str, reply_of(v)->len};
    default:
        return STR("");
    }
}

int64_t store_value_int(const struct store_value *v)
{
    return store_value_kind(v) == STORE_INTEGER ? reply_of(v)->integer : 0;
}

size_t store_value_count(const struct store_value *v)
{
    return store_value_kind(v) == STORE_ARRAY ? reply_of(v)->elements : 0;
}

const struct store_value *store_value_at(const struct store_value *v, size_t i)
{
    return i < store_value_count(v) ? (const struct store_value *)reply_of(v)->element[i] : NULL;
}
