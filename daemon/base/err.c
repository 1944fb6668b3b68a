/* The table of problems, from err.def. Immutable; any thread. A new problem is one row of err.def.
 * SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <assert.h>

static const struct {
    const char *code;
    int status;
    const char *title;
} rows[ERR_COUNT] = {
    [ERR_NONE] = {"none", 200, "There is no problem."},
#define ERR(id, code, status, title) [ERR_##id] = {code, status, title},
#include "base/err.def"
#undef ERR
};

const char *err_code(enum err e)
{
    assert(e < ERR_COUNT);
    return rows[e].code;
}

int err_status(enum err e)
{
    assert(e < ERR_COUNT);
    return rows[e].status;
}

const char *err_title(enum err e)
{
    assert(e < ERR_COUNT);
    return rows[e].title;
}

enum err err_find(struct str code)
{
    for (int e = ERR_NONE + 1; e < ERR_COUNT; e++) {
        if (str_is(code, rows[e].code))
            return (enum err)e;
    }
    return ERR_INTERNAL;
}
