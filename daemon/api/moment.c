/* Digits of a number. Pure; any thread. SPDX-License-Identifier: MIT */
#include "api/moment.h"
#include <assert.h>

struct str moment_text(int64_t ms, char out[MOMENT_MAX])
{
    char *end = out + MOMENT_MAX, *p = end;

    assert(ms >= 0);
    do
        *--p = (char)('0' + ms % 10);
    while ((ms /= 10) > 0);
    return (struct str){p, (size_t)(end - p)};
}
