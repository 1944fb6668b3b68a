/* Reference-counted text of one thread (no atomics): a frame is written once and sent by many
 * streams. SPDX-License-Identifier: MIT */
#include "display/text.h"

#include "base/mem.h"

#include <string.h>

struct text *text_new(struct str s)
{
    struct text *t = mem_calloc(1, sizeof *t + s.len);
    t->refs = 1;
    t->len = s.len;
    if (s.len > 0)
        memcpy(t->p, s.p, s.len);
    return t;
}

struct text *text_ref(struct text *t)
{
    t->refs++;
    return t;
}

void text_unref(struct text *t)
{
    if (t != NULL && --t->refs == 0)
        mem_free(t);
}

struct text *text_event(struct str id, const char *event, struct str data)
{
    struct buf b;
    buf_init(&b);
    if (id.len > 0)
        buf_addf(&b, "id: " STR_FMT "\n", STR_ARG(id));
    buf_addf(&b, "event: %s\ndata: ", event);
    buf_add_str(&b, data);
    buf_add_c(&b, "\n\n");
    struct text *t = text_new(buf_str(&b));
    buf_clear(&b);
    return t;
}
