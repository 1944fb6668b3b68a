/* For drivers that run without a store: owns the parts of texts that are not complete yet. A text
 * is known by its two numbers, its reference and how many parts it has; the oldest one gives way
 * when there are too many. SPDX-License-Identifier: MIT */
#include "tests/lib/joiner.h"

#include "base/mem.h"
#include <string.h>

enum { NUMBER_MAX = 32 };

struct text {
    char from[NUMBER_MAX], to[NUMBER_MAX];
    uint32_t reference;
    int total;
    int64_t begun_ms; /* 0: free */
    char *octets[LONG_PARTS_MAX];
    size_t lengths[LONG_PARTS_MAX];
};

struct joiner {
    struct text texts[JOINER_TEXTS_MAX];
};

struct joiner *joiner_new(void)
{
    return MEM_NEW(struct joiner);
}

static void forget(struct text *t)
{
    for (int i = 0; i < LONG_PARTS_MAX; i++)
        mem_free(t->octets[i]);
    memset(t, 0, sizeof(*t));
}

void joiner_free(struct joiner *j)
{
    if (!j)
        return;
    for (int i = 0; i < JOINER_TEXTS_MAX; i++)
        forget(&j->texts[i]);
    mem_free(j);
}

static bool same(const char *kept, struct str number)
{
    char cut[NUMBER_MAX];
    str_copy(number, cut, sizeof(cut));
    return strcmp(kept, cut) == 0;
}

static struct text *find(struct joiner *j, const struct gateway_part *p)
{
    for (int i = 0; i < JOINER_TEXTS_MAX; i++) {
        struct text *t = &j->texts[i];
        if (t->begun_ms && t->reference == p->reference && t->total == p->total &&
            same(t->from, p->from) && same(t->to, p->to))
            return t;
    }
    return NULL;
}

/* A free place, that of one too old, or the oldest. */
static struct text *place(struct joiner *j, int64_t now_ms)
{
    struct text *oldest = &j->texts[0];

    for (int i = 0; i < JOINER_TEXTS_MAX; i++) {
        if (j->texts[i].begun_ms && j->texts[i].begun_ms + JOINER_KEEP_MS <= now_ms)
            forget(&j->texts[i]);
        if (j->texts[i].begun_ms < oldest->begun_ms)
            oldest = &j->texts[i];
    }
    forget(oldest);
    return oldest;
}

static struct text *begin(struct joiner *j, const struct gateway_part *p, int64_t now_ms)
{
    struct text *t = place(j, now_ms);

    str_copy(p->from, t->from, sizeof(t->from));
    str_copy(p->to, t->to, sizeof(t->to));
    t->reference = p->reference;
    t->total = p->total;
    t->begun_ms = now_ms > 0 ? now_ms : 1;
    return t;
}

bool joiner_add(struct joiner *j, const struct gateway_part *p, int64_t now_ms, struct buf *out)
{
    struct text *t = find(j, p);
    int i = p->number - 1;

    /* References begin anew every 256 texts: an old one is another text. */
    if (t && t->begun_ms + JOINER_KEEP_MS <= now_ms) {
        forget(t);
        t = NULL;
    }
    if (!t)
        t = begin(j, p, now_ms);
    mem_free(t->octets[i]);
    t->octets[i] = mem_strndup(p->octets.p, p->octets.len);
    t->lengths[i] = p->octets.len;
    for (i = 0; i < t->total; i++)
        if (!t->octets[i])
            return false;
    for (i = 0; i < t->total; i++)
        buf_add(out, t->octets[i], t->lengths[i]);
    return true;
}

void joiner_done(struct joiner *j, const struct gateway_part *p)
{
    struct text *t = find(j, p);
    if (t)
        forget(t);
}
