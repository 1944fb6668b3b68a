/* Owns the table of Redis' error replies. Any thread. A new kind of error is one row.
 * SPDX-License-Identifier: MIT */
#include "store/errors.h"

#include <stddef.h>

static const struct store_error table[] = {
    {"LOADING", ERR_STORE_DOWN, "Redis is still loading its data", false},
    {"BUSY", ERR_STORE_DOWN, "Redis is busy with a function that does not end", false},
    {"MISCONF", ERR_STORE_DOWN, "Redis cannot write to its disk", false},
    {"OOM", ERR_STORE_FULL, "Redis has used all the memory it may", false},
    {"READONLY", ERR_STORE_DOWN, "this Redis is a replica and takes no writes", false},
    {"NOREPLICAS", ERR_STORE_DOWN, "Redis has fewer replicas than it needs to take writes", false},
    {"MASTERDOWN", ERR_STORE_DOWN, "this Redis is a replica that lost its primary", false},
    {"CLUSTERDOWN", ERR_STORE_DOWN, "the Redis Cluster is down", false},
    {"TRYAGAIN", ERR_STORE_DOWN, "the Redis Cluster is moving its slots", false},
    {"MOVED", ERR_STORE_DOWN, "this is a node of a Redis Cluster, which is not supported", true},
    {"ASK", ERR_STORE_DOWN, "this is a node of a Redis Cluster, which is not supported", true},
    {"NOAUTH", ERR_STORE_DOWN, "Redis asks for a password and none is set", true},
    {"WRONGPASS", ERR_STORE_DOWN, "Redis refuses the user or the password", true},
    {"NOPERM", ERR_STORE_DOWN, "the Redis user lacks a permission that is needed", true},
};

static struct str first_word(struct str *rest)
{
    struct str word = {NULL, 0};
    (void)str_cut(rest, ' ', &word); /* of an empty text the word is empty */
    return word;
}

const struct store_error *store_error_find(struct str text)
{
    struct str word = first_word(&text);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (str_is(word, table[i].prefix))
            return &table[i];
    return NULL;
}

bool store_error_is_no_function(struct str text)
{
    return str_starts(text, "ERR Function not found");
}

bool store_error_refusal(struct str text, enum err *err, struct str *field)
{
    if (!str_is(first_word(&text), "REFUSED"))
        return false;
    *err = err_find(first_word(&text));
    *field = first_word(&text);
    if (str_is(*field, "-"))
        field->len = 0;
    return true;
}
