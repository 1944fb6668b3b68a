/* Which gateways serve a number, and in what order: the longest prefix decides, then weights; a
 * weight of 0 comes last of all. Where no prefix decides, sms.default comes first. A number's
 * gateways follow from the longest of all gateways' prefixes that it begins with; that one is its
 * class, so that messages can be told apart without their numbers at hand. Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/prefixes.h"

#include "base/log.h"
#include "base/mem.h"
#include <string.h>

struct class
{
    struct str prefix; /* class 0: none */
    struct prefix_way ways[PREFIX_GATEWAYS_MAX];
    size_t way_count;
};

struct prefixes {
    struct class *classes;
    int count;
};

/* The next of a list with commas and blanks; false at its end. */
static bool next_prefix(struct str *list, struct str *out)
{
    while (str_cut(list, ',', out)) {
        while (out->len && out->p[0] == ' ')
            *out = (struct str){out->p + 1, out->len - 1};
        while (out->len && out->p[out->len - 1] == ' ')
            out->len--;
        if (out->len)
            return true;
    }
    return false;
}

static bool begins(struct str number, struct str prefix)
{
    return number.len >= prefix.len && memcmp(number.p, prefix.p, prefix.len) == 0;
}

/* How long the gateway's prefix is that numbers of the class begin with; -1: it serves none. */
static int match(const struct sms_gateway_settings *g, struct str class)
{
    struct str list = str_of(g->prefixes), prefix;
    int best = -1;
    bool any = true;
    while (next_prefix(&list, &prefix)) {
        any = false;
        if (begins(class, prefix) && (int)prefix.len > best)
            best = (int)prefix.len;
    }
    return any ? 0 : best;
}

/* The lower the earlier: all with a weight before all without; the longer prefix; the default. */
static int rank(const struct settings *s, const struct sms_gateway_settings *g, int length)
{
    bool is_default = length == 0 && strcmp(g->name, s->sms_default) == 0;
    if (is_default)
        return 999;
    return (g->weight ? 1000 : 2000) - length;
}

static void add_way(struct class *c, int gateway, int its_rank, int weight)
{
    size_t i = c->way_count++;
    for (; i > 0 && c->ways[i - 1].tier > its_rank; i--)
        c->ways[i] = c->ways[i - 1];
    c->ways[i] = (struct prefix_way){gateway, its_rank, weight ? weight : 1};
}

static void class_fill(struct class *c, const struct settings *s)
{
    for (size_t i = 0; i < s->sms_gateway_count; i++) {
        const struct sms_gateway_settings *g = &s->sms_gateways[i];
        int length = match(g, c->prefix);
        if (length >= 0)
            add_way(c, (int)i, rank(s, g, length), g->weight);
    }
    for (size_t i = 0, tier = 0, was = 0; i < c->way_count; i++) { /* ranks become 0, 1, 2 */
        size_t now = (size_t)c->ways[i].tier;
        tier += i > 0 && now != was;
        was = now;
        c->ways[i].tier = (int)tier;
    }
}

static void class_add(struct prefixes *p, struct str prefix)
{
    for (int i = 0; i < p->count; i++)
        if (str_eq(p->classes[i].prefix, prefix))
            return;
    p->classes = mem_realloc(p->classes, (size_t)(p->count + 1) * sizeof *p->classes);
    p->classes[p->count++] = (struct class){.prefix = prefix};
}

struct prefixes *prefixes_new(const struct settings *s)
{
    if (s->sms_gateway_count > PREFIX_GATEWAYS_MAX) {
        log_error("sms: more than %d gateways", PREFIX_GATEWAYS_MAX);
        return NULL;
    }
    struct prefixes *p = MEM_NEW(struct prefixes);
    class_add(p, (struct str){"", 0});
    for (size_t i = 0; i < s->sms_gateway_count; i++) {
        struct str list = str_of(s->sms_gateways[i].prefixes), prefix;
        while (next_prefix(&list, &prefix))
            class_add(p, prefix);
    }
    for (int i = 0; i < p->count; i++)
        class_fill(&p->classes[i], s);
    return p;
}

void prefixes_free(struct prefixes *p)
{
    if (!p)
        return;
    mem_free(p->classes);
    mem_free(p);
}

int prefixes_classes(const struct prefixes *p)
{
    return p->count;
}

int prefixes_class(const struct prefixes *p, const char *to_e164)
{
    int best = 0;
    for (int i = 1; i < p->count; i++)
        if (begins(str_of(to_e164), p->classes[i].prefix) &&
            p->classes[i].prefix.len > p->classes[best].prefix.len)
            best = i;
    return best;
}

size_t prefixes_ways(const struct prefixes *p, int class, const struct prefix_way **out)
{
    *out = p->classes[class].ways;
    return p->classes[class].way_count;
}
