/* TZif files (RFC 8536): bounds are checked once per block, before anything of it is read. The file
 * comes from the system, but a broken one must end in a sentence and never in a crash. Any thread.
 * SPDX-License-Identifier: MIT */
#include "core/zone_file.h"

#include "base/mem.h"

#include <string.h>

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    TYPES_MAX = 256, /* an index is one byte */
    /* RFC 8536: more than 25 hours west and 26 hours east of UTC there is nothing. */
    OFFSET_MIN_S = -89999,
    OFFSET_MAX_S = 93599,
};

struct counts {
    uint32_t isut, isstd, leap, time, type, chars;
};

struct reader {
    const unsigned char *p;
    size_t left;
};

static uint64_t number(const unsigned char *p, int bytes)
{
    uint64_t n = 0;

    for (int i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return n;
}

static const unsigned char *take(struct reader *r, uint64_t bytes)
{
    const unsigned char *p = r->p;

    if (bytes > r->left)
        return NULL;
    r->p += bytes;
    r->left -= (size_t)bytes;
    return p;
}

static bool take_header(struct reader *r, struct counts *c)
{
    const unsigned char *p = take(r, HEADER_BYTES);

    if (p == NULL || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return false; /* version 1 ends in 2038 */
    *c = (struct counts){
        .isut = (uint32_t)number(p + 20, 4),
        .isstd = (uint32_t)number(p + 24, 4),
        .leap = (uint32_t)number(p + 28, 4),
        .time = (uint32_t)number(p + 32, 4),
        .type = (uint32_t)number(p + 36, 4),
        .chars = (uint32_t)number(p + 40, 4),
    };
    return true;
}

/* The first block repeats everything in 32 bits, for readers of the last century. */
static bool skip_block(struct reader *r, const struct counts *c)
{
    uint64_t bytes = (uint64_t)c->time * 5 + (uint64_t)c->type * TYPE_BYTES + c->chars +
                     (uint64_t)c->leap * 8 + c->isstd + c->isut;

    return take(r, bytes) != NULL;
}

static const char *take_offsets(struct reader *r, const struct counts *c, int offsets_s[TYPES_MAX])
{
    const unsigned char *p = take(r, (uint64_t)c->type * TYPE_BYTES);

    if (p == NULL)
        return "ends too early";
    for (uint32_t i = 0; i < c->type; i++) {
        int32_t offset = (int32_t)(uint32_t)number(p + (size_t)i * TYPE_BYTES, 4);

        if (offset < OFFSET_MIN_S || offset > OFFSET_MAX_S)
            return "has an offset that no place on earth has";
        offsets_s[i] = offset;
    }
    return NULL;
}

static const char *fill(struct zone_table *t, const unsigned char *times,
                        const unsigned char *types, const struct counts *c, const int *offsets_s)
{
    t->before_s = offsets_s[0];
    t->n = c->time;
    t->times_s = mem_calloc(t->n, sizeof(*t->times_s));
    t->offsets_s = mem_calloc(t->n, sizeof(*t->offsets_s));
    for (size_t i = 0; i < t->n; i++) {
        t->times_s[i] = (int64_t)number(times + i * 8, 8);
        if (i > 0 && t->times_s[i] <= t->times_s[i - 1])
            return "has times that do not ascend";
        if (types[i] >= c->type)
            return "names a type that it does not have";
        t->offsets_s[i] = offsets_s[types[i]];
    }
    return NULL;
}

static const char *take_block(struct zone_table *t, struct reader *r, const struct counts *c)
{
    int offsets_s[TYPES_MAX];
    const unsigned char *times;
    const unsigned char *types;
    const char *wrong;

    if (c->type == 0 || c->type > TYPES_MAX)
        return "has no types or too many";
    if (c->leap != 0)
        return "counts leap seconds";
    times = take(r, (uint64_t)c->time * 8);
    types = times != NULL ? take(r, c->time) : NULL;
    if (types == NULL)
        return "ends too early";
    wrong = take_offsets(r, c, offsets_s);
    if (wrong != NULL)
        return wrong;
    if (take(r, (uint64_t)c->chars + c->isstd + c->isut) == NULL)
        return "ends too early";
    return fill(t, times, types, c, offsets_s);
}

static const char *take_footer(struct zone_table *t, struct reader *r)
{
    const unsigned char *newline = take(r, 1);
    const char *end;
    struct str rule;

    if (newline == NULL || *newline != '\n')
        return "has no footer";
    end = memchr(r->p, '\n', r->left);
    if (end == NULL)
        return "has a footer without an end";
    rule = (struct str){(const char *)r->p, (size_t)(end - (const char *)r->p)};
    t->has_rule = rule.len > 0;
    if (t->has_rule && !zone_rule_parse(&t->rule, rule))
        return "has a footer that is no POSIX rule";
    return NULL;
}

const char *zone_file_read(struct zone_table *t, struct str bytes)
{
    struct reader r = {(const unsigned char *)bytes.p, bytes.len};
    const char *wrong = NULL;
    struct counts c;

    *t = (struct zone_table){0};
    if (!take_header(&r, &c) || !skip_block(&r, &c) || !take_header(&r, &c))
        return "is no TZif file of version 2 or later";
    wrong = take_block(t, &r, &c);
    if (wrong == NULL)
        wrong = take_footer(t, &r);
    if (wrong != NULL)
        zone_table_clear(t);
    return wrong;
}

void zone_table_clear(struct zone_table *t)
{
    mem_free(t->times_s);
    mem_free(t->offsets_s);
    *t = (struct zone_table){0};
}
