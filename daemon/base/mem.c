/* Heap memory that is there or ends the process. Owns nothing; any thread. Every limit on input
 * stands before the allocation it causes, so running out here means a bug or a starved machine, and
 * the supervisor's restart is the cleanest way on.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void give_up(void)
{
    static const char text[] = "<2>memory: none left\n";

    (void)!write(STDERR_FILENO, text, sizeof(text) - 1); /* nothing better to do if that fails */
    abort();
}

void *mem_calloc(size_t n, size_t size)
{
    void *p = calloc(n > 0 ? n : 1, size > 0 ? size : 1);

    if (p == NULL)
        give_up();
    return p;
}

void *mem_realloc(void *old, size_t size_bytes)
{
    void *p = realloc(old, size_bytes > 0 ? size_bytes : 1);

    if (p == NULL)
        give_up();
    return p;
}

char *mem_strdup(const char *s)
{
    return mem_strndup(s, strlen(s));
}

char *mem_strndup(const char *s, size_t len)
{
    char *copy;

    if (len == SIZE_MAX)
        give_up();
    copy = mem_calloc(1, len + 1);
    if (len > 0)
        memcpy(copy, s, len);
    return copy;
}

void mem_free(void *p)
{
    free(p);
}
