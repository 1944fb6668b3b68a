/* Overtaking as the counters count it: somebody of the same line who entered it later was called
 * first. A line keeps who did so, by the moment of entering. Before the snapshot nothing is known,
 * so right after a start counts begin at 0. Main thread. SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "forecast/scene.h"
#include <string.h>

struct overtaker {
    char id[ETA_ID_MAX];
    int64_t entered_ms;
};

struct scene_line {
    struct scene_line *next;
    char name[SCENE_LINE_MAX];
    struct overtaker *overtakers;
    int count, room;
};

static struct scene_line *line_find(const struct scene *s, const char *name)
{
    struct scene_line *l = s->lines;

    while (l && strcmp(l->name, name) != 0)
        l = l->next;
    return l;
}

static struct scene_line *line_make(struct scene *s, const char *name)
{
    struct scene_line *l = line_find(s, name);

    if (l)
        return l;
    l = MEM_NEW(struct scene_line);
    str_copy(str_of(name), l->name, sizeof(l->name));
    l->next = s->lines;
    s->lines = l;
    return l;
}

/* The moment at which the longest waiting one of the line entered it; INT64_MAX: nobody waits. */
static int64_t oldest_ms(const struct scene *s, const char *name)
{
    int64_t oldest = INT64_MAX;

    for (const struct scene_ticket *t = scene_first(s); t; t = scene_next(s, t))
        if (t->state == SCENE_WAITING && t->entered_ms < oldest && strcmp(t->line, name) == 0)
            oldest = t->entered_ms;
    return oldest;
}

/* Those who were overtaken by them have all left. */
static void settle(struct scene_line *l, int64_t oldest)
{
    int kept = 0;

    for (int i = 0; i < l->count; i++)
        if (l->overtakers[i].entered_ms > oldest)
            l->overtakers[kept++] = l->overtakers[i];
    l->count = kept;
}

void scene_line_called(struct scene *s, const struct scene_ticket *t)
{
    struct scene_line *l = line_make(s, t->line);
    int64_t oldest = oldest_ms(s, t->line);

    settle(l, oldest);
    if (oldest >= t->entered_ms)
        return; /* nobody was overtaken */
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 8;
        l->overtakers = mem_realloc(l->overtakers, (size_t)l->room * sizeof(*l->overtakers));
    }
    struct overtaker *o = &l->overtakers[l->count++];
    memcpy(o->id, t->id, sizeof(o->id));
    o->entered_ms = t->entered_ms;
}

void scene_line_undone(struct scene *s, const struct scene_ticket *t)
{
    struct scene_line *l = line_find(s, t->line);

    for (int i = 0; l && i < l->count; i++) {
        if (strcmp(l->overtakers[i].id, t->id) == 0) {
            l->overtakers[i] = l->overtakers[--l->count];
            return;
        }
    }
}

int scene_overtaken(const struct scene *s, const struct scene_ticket *t)
{
    const struct scene_line *l = line_find(s, t->line);
    int n = 0;

    for (int i = 0; l && i < l->count; i++)
        n += l->overtakers[i].entered_ms > t->entered_ms;
    return n;
}

void scene_lines_free(struct scene *s)
{
    for (struct scene_line *l = s->lines, *next; l; l = next) {
        next = l->next;
        mem_free(l->overtakers);
        mem_free(l);
    }
    s->lines = NULL;
}
