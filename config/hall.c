/* Reading and writing a hall file, and looking things up in it. Owns the memory of each struct
 * hall_file; any thread, a hall_file never changes once read. Its fields stand in hall_table.c.
 * SPDX-License-Identifier: MIT */
#include "config/hall.h"

#include "base/mem.h"
#include "config/hall_check.h"
#include "config/hall_table.h"
#include <string.h>

/* Smaller files stay far below the bounds, whatever is left out in them. */
enum { GROWS_FROM = HALL_BYTES_MAX / 8 };

struct hall_own {
    struct arena *arena;
    const struct node *root;
    char *file;
};

/* A hall file from before there were pools, or of a hall without bookings. */
static void fill_pool(struct arena *arena, struct hall_file *hall)
{
    static const char *every[] = {"*"};

    if (hall->pool_count > 0)
        return;
    hall->pools = arena_alloc(arena, sizeof(*hall->pools));
    hall->pools[0] = (struct hall_pool){.code = "hall", .services = every, .service_count = 1};
    hall->pool_count = 1;
}

static bool is_readable(const struct buf *written)
{
    struct arena *arena = arena_new();
    struct buf error;
    struct fault fault = {"written", &error};
    bool good;

    buf_init(&error);
    good = tree_read(arena, buf_str(written), &fault) != NULL;
    buf_clear(&error);
    arena_free(arena);
    return good;
}

/* What is stored and exported has all defaults filled in: a file just below the bounds could grow
 * above them, and nobody could read it again. */
static bool check_written(struct fault *f, const struct node *root, const struct hall_file *hall)
{
    struct buf json, yaml;
    bool good;

    buf_init(&json);
    buf_init(&yaml);
    hall_json(hall, &json);
    hall_yaml(hall, &yaml);
    good = is_readable(&json) && is_readable(&yaml);
    buf_clear(&json);
    buf_clear(&yaml);
    return good || fault_at(f, root,
                            "With everything filled in that is left out, this file is larger than "
                            "a hall file may be (%d bytes).",
                            HALL_BYTES_MAX);
}

struct hall_file *hall_read(struct str text, const char *file_name, struct buf *error)
{
    struct arena *arena = arena_new();
    struct hall_file *hall = arena_alloc(arena, sizeof(*hall));
    struct fault fault = {file_name, error};
    const struct node *root;

    buf_reset(error);
    root = tree_read(arena, text, &fault);
    if (root == NULL || !schema_read(arena, &fault, &hall_table, root, hall)) {
        arena_free(arena);
        return NULL;
    }
    fill_pool(arena, hall);
    if (!hall_check_whole(&fault, root, hall) ||
        (text.len > GROWS_FROM && !check_written(&fault, root, hall))) {
        arena_free(arena);
        return NULL;
    }
    hall->own = arena_alloc(arena, sizeof(*hall->own));
    hall->own->arena = arena;
    hall->own->root = root;
    hall->own->file = arena_strdup(arena, file_name);
    return hall;
}

void hall_free(struct hall_file *hall)
{
    if (hall != NULL)
        arena_free(hall->own->arena);
}

void hall_zone_unknown(const struct hall_file *hall, struct buf *error)
{
    struct fault fault = {hall->own->file, error};

    buf_reset(error);
    (void)fault_at(&fault, tree_get(hall->own->root, "zone"),
                   "There is no time zone `%s` on this system.", hall->zone);
}

void hall_json(const struct hall_file *hall, struct buf *out)
{
    schema_json(&hall_table, hall, out);
}

void hall_public_json(const struct hall_file *hall, struct buf *out)
{
    schema_public_json(&hall_table, hall, out);
}

void hall_yaml(const struct hall_file *hall, struct buf *out)
{
    schema_yaml(&hall_table, hall, out);
}

bool hall_open_at(const struct hall_file *hall, int weekday, int minute)
{
    for (size_t i = 0; i < hall->hour_count; i++) {
        const struct hall_hours *h = &hall->hours[i];

        if ((h->day_mask >> weekday & 1) && minute >= h->from_minute && minute < h->to_minute)
            return true;
    }
    return false;
}

/* The text in one of the languages a hall can have; "" else. */
static const char *text_in(const struct hall_texts *texts, struct str language)
{
    const struct {
        const char *language;
        const char *text;
    } all[] = {{"zh", texts->zh}, {"en", texts->en}, {"de", texts->de}};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (str_is(language, all[i].language))
            return all[i].text;
    }
    return "";
}

const char *hall_text(const struct hall_file *hall, const struct hall_texts *texts,
                      struct str language)
{
    const char *order[] = {text_in(texts, language), text_in(texts, str_of(hall->languages[0])),
                           texts->en, texts->zh, texts->de};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (order[i][0] != '\0')
            return order[i];
    }
    return "";
}

const struct hall_service *hall_service(const struct hall_file *hall, struct str code)
{
    for (size_t i = 0; i < hall->service_count; i++) {
        if (str_is(code, hall->services[i].code))
            return &hall->services[i];
    }
    return NULL;
}

const struct hall_counter *hall_counter(const struct hall_file *hall, struct str code)
{
    for (size_t i = 0; i < hall->counter_count; i++) {
        if (str_is(code, hall->counters[i].code))
            return &hall->counters[i];
    }
    return NULL;
}

const struct hall_printer *hall_printer(const struct hall_file *hall, struct str code)
{
    for (size_t i = 0; i < hall->printer_count; i++) {
        if (str_is(code, hall->printers[i].code))
            return &hall->printers[i];
    }
    return NULL;
}

int hall_file_pool(const struct hall_file *hall, const struct hall_service *service)
{
    int rest = -1;

    for (size_t i = 0; i < hall->pool_count; i++) {
        for (size_t k = 0; k < hall->pools[i].service_count; k++) {
            if (strcmp(hall->pools[i].services[k], service->code) == 0)
                return (int)i;
            if (strcmp(hall->pools[i].services[k], "*") == 0)
                rest = (int)i;
        }
    }
    return rest;
}
