/* Letters from main to the workers: one copy of an event for all of them. Any thread.
 * SPDX-License-Identifier: MIT */
#include "letter.h"
#include "base/mem.h"
#include <stdatomic.h>
#include <string.h>

struct counted {
    struct letter letter; /* first: a letter is a counted one */
    atomic_int references;
    char text[]; /* tag, then json */
};

struct letter *letter_new(const struct letter *what)
{
    struct counted *c = mem_calloc(1, sizeof(*c) + what->tag.len + what->json.len);

    c->letter = *what;
    atomic_init(&c->references, 1);
    if (what->tag.len > 0)
        memcpy(c->text, what->tag.p, what->tag.len);
    if (what->json.len > 0)
        memcpy(c->text + what->tag.len, what->json.p, what->json.len);
    c->letter.tag.p = c->text;
    c->letter.json.p = c->text + what->tag.len;
    return &c->letter;
}

struct letter *letter_ref(struct letter *l)
{
    atomic_fetch_add(&((struct counted *)l)->references, 1);
    return l;
}

void letter_unref(struct letter *l)
{
    if (atomic_fetch_sub(&((struct counted *)l)->references, 1) != 1)
        return;
    outlook_unref(l->outlook);
    voice_set_unref(l->voice);
    mem_free(l);
}
