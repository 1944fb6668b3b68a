/* Reads lists of holidays into what a hall file holds. Owns each struct holiday_list; any thread.
 * Another format becomes a tree of nodes, so that the table of holidays checks it with its line.
 * SPDX-License-Identifier: MIT */
#include "config/holidays.h"

#include "config/date.h"
#include "config/hall_check.h"
#include "config/hall_table.h"
#include "config/ical.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool check_country_code(struct fault *f, const struct node *at, const char *text)
{
    return (strlen(text) == 2 && isupper((unsigned char)text[0]) &&
            isupper((unsigned char)text[1])) ||
           fault_at(f, at, "A country is written with two letters, such as CN.");
}

/* Each has a name and begins in the list's year; a range may go on into the next one. */
static bool check_entries(struct fault *f, const struct node *at, void *record)
{
    const struct holiday_list *list = record;
    const struct node *n = tree_get(at, "holidays")->first;

    for (size_t i = 0; i < list->holiday_count; i++, n = n->next) {
        if (list->holidays[i].from_date / 10000 != list->year)
            return fault_at(f, tree_get(n, "from"), "This does not lie in %d.", list->year);
        if (tree_get(n, "names")->first == NULL)
            return fault_at(f, tree_get(n, "names"), "A holiday needs a name.");
    }
    return true;
}

static const struct schema_field list_fields[] = {
    {.name = "country",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct holiday_list, country),
     .min = 1,
     .max = 2,
     .check = check_country_code},
    {.name = "region",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct holiday_list, region),
     .fallback = "",
     .min = 1,
     .max = 40},
    {.name = "year",
     .type = SCHEMA_INT,
     .offset = offsetof(struct holiday_list, year),
     .min = 1970, /* as dates in hall files */
     .max = 2199},
    {.name = "holidays",
     .type = SCHEMA_LIST,
     .offset = offsetof(struct holiday_list, holidays),
     .count_offset = offsetof(struct holiday_list, holiday_count),
     .min = 1,
     .max = HALL_DAYS_MAX,
     .of = &hall_holiday_table},
};
static const struct schema_record list_table = {.what = "a list of holidays",
                                                .size = sizeof(struct holiday_list),
                                                .fields = list_fields,
                                                .field_count =
                                                    sizeof(list_fields) / sizeof(list_fields[0]),
                                                .check = check_entries};

static struct node *node_new(struct arena *a, enum node_kind kind, int line)
{
    struct node *n = arena_alloc(a, sizeof(*n));

    n->kind = kind;
    n->line = line;
    n->column = 1;
    return n;
}

static void node_put(struct arena *a, struct node *map, const char *key, struct node *value)
{
    struct node *name = node_new(a, NODE_SCALAR, map->line);

    name->text = str_of(key);
    value->key = name;
    value->next = map->first;
    map->first = value;
    map->count++;
}

static struct node *text_node(struct arena *a, struct str text, int line)
{
    struct node *n = node_new(a, NODE_SCALAR, line);

    n->text = arena_str(a, text);
    return n;
}

/* "de" of "de-DE", where halls know it; else the hall's own. */
static const char *language_of(const struct ical_event *e, const char *own)
{
    static const char *const known[] = {"zh", "en", "de"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (e->language.len >= 2 && tolower((unsigned char)e->language.p[0]) == known[i][0] &&
            tolower((unsigned char)e->language.p[1]) == known[i][1] &&
            (e->language.len == 2 || e->language.p[2] == '-'))
            return known[i];
    }
    return own;
}

static struct node *event_node(struct arena *a, const struct ical_event *e, const char *own)
{
    struct node *map = node_new(a, NODE_MAP, e->line);
    struct node *names = node_new(a, NODE_MAP, e->line);
    char from[11], to[11];

    date_write(e->from, from);
    date_write(e->to, to);
    node_put(a, map, "from", text_node(a, str_of(from), e->line));
    if (e->to > e->from)
        node_put(a, map, "to", text_node(a, str_of(to), e->line));
    node_put(a, names, language_of(e, own), text_node(a, e->summary, e->line));
    node_put(a, map, "names", names);
    return map;
}

/* A day worked instead of another looks like a holiday here: closing it would be wrong, and whose
 * hours it has does not stand in the file. */
static bool check_worked(struct fault *f, const struct ical_event *e)
{
    static const char worked[] = "\xE7\x8F\xAD"; /* ban: at work */

    return memmem(e->summary.p, e->summary.len, worked, sizeof(worked) - 1) == NULL ||
           fault_on(f, e->line, 1,
                    "This seems to be a day worked instead of another one; a list with such days "
                    "is written in YAML, with `workday: yes` and `like`.");
}

static bool read_ical(struct holiday_list *list, struct str text, const char *language,
                      struct fault *f)
{
    struct ical_event *events;

    if (!ical_read(list->arena, text, HALL_DAYS_MAX, f, &events, &list->holiday_count))
        return false;
    if (list->holiday_count == 0)
        return fault_on(f, 1, 1, "There is no event in this calendar.");
    list->country = list->region = "";
    list->holidays = arena_alloc(list->arena, list->holiday_count * sizeof(*list->holidays));
    for (size_t i = 0; i < list->holiday_count; i++) {
        struct node *n = event_node(list->arena, &events[i], language);

        if (!check_worked(f, &events[i]) ||
            !schema_read(list->arena, f, &hall_holiday_table, n, &list->holidays[i]))
            return false;
    }
    return true;
}

static bool read_yaml(struct holiday_list *list, struct str text, struct fault *f)
{
    const struct node *root = tree_read(list->arena, text, f);

    return root != NULL && schema_read(list->arena, f, &list_table, root, list);
}

/* Every name in the hall's own language, which its file must have. */
static void fill_names(struct holiday_list *list, const char *language)
{
    for (size_t i = 0; i < list->holiday_count; i++) {
        struct hall_texts *t = &list->holidays[i].names;
        const char **own = strcmp(language, "zh") == 0   ? &t->zh
                           : strcmp(language, "de") == 0 ? &t->de
                                                         : &t->en;
        const char *order[] = {*own, t->en, t->zh, t->de};

        for (size_t k = 0; k < sizeof(order) / sizeof(order[0]) && (*own)[0] == '\0'; k++)
            *own = order[k];
    }
}

static int by_first_day(const void *a, const void *b)
{
    const struct hall_holiday *x = a, *y = b;

    return (x->from_date > y->from_date) - (x->from_date < y->from_date);
}

struct holiday_list *holidays_read(struct str text, const char *name, const char *language,
                                   struct buf *error)
{
    struct arena *arena = arena_new();
    struct holiday_list *list = arena_alloc(arena, sizeof(*list));
    struct fault fault = {name, error};

    buf_reset(error);
    list->arena = arena;
    if (!(ical_is(text) ? read_ical(list, text, language, &fault)
                        : read_yaml(list, text, &fault))) {
        arena_free(arena);
        return NULL;
    }
    qsort(list->holidays, list->holiday_count, sizeof(*list->holidays), by_first_day);
    fill_names(list, language);
    return list;
}

void holidays_free(struct holiday_list *list)
{
    if (list != NULL)
        arena_free(list->arena);
}

void holidays_json(const struct holiday_list *list, struct buf *out)
{
    buf_add_char(out, '[');
    for (size_t i = 0; i < list->holiday_count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        schema_json(&hall_holiday_table, &list->holidays[i], out);
    }
    buf_add_char(out, ']');
}

bool holidays_in(const struct holiday_list *list, int year)
{
    for (size_t i = 0; i < list->holiday_count; i++) {
        if (list->holidays[i].from_date / 10000 == year)
            return true;
    }
    return false;
}
