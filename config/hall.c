/* The tables of a hall file, reading and writing it, and looking things up in it. Owns the memory
 * of each struct hall_file; any thread, a hall_file never changes once read. A new field needs a
 * member in hall.h, a row here, and a line in config/halls/small.yaml. SPDX-License-Identifier: MIT
 */
#include "config/hall.h"

#include "base/mem.h"
#include "config/hall_check.h"
#include "config/schema.h"
#include <string.h>

enum {
    TEXT_MAX = 200, /* code points; a line on a board or page */
    WORDS_MAX = 60, /* search words of one service */
    DOCUMENTS_MAX = 30,
    HOURS_MAX = 50, /* seven days with a few spans each */
    ZONE_NAME_MAX = 64,
    PLACE_MAX = 40
};

struct hall_own {
    struct arena *arena;
    const struct node *root;
    char *file;
};

/* Rows whose member is called as the field. req: must be there; opt: may be missing. */
#define MEMBER(S, m) .name = #m, .offset = offsetof(struct S, m)
#define TEXT(S, m, otherwise, lo, hi, fn)                                                          \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_TEXT, .fallback = (otherwise), .min = (lo), .max = (hi),      \
                      .check = (fn)                                                                \
    }
#define TEXT_OMIT(S, m, hi)                                                                        \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_TEXT, .fallback = "", .min = 1, .max = (hi), .omit = true     \
    }
#define INT(S, m, otherwise, lo, hi)                                                               \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_INT, .fallback = (otherwise), .min = (lo), .max = (hi)        \
    }
#define BOOL(S, m, otherwise)                                                                      \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_BOOL, .fallback = (otherwise)                                 \
    }
#define RECORD(S, m, otherwise, record)                                                            \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_RECORD, .fallback = (otherwise), .of = &record##_type         \
    }
#define RECORD_OMIT(S, m, record)                                                                  \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_RECORD, .fallback = "", .of = &record##_type, .omit = true    \
    }
#define LIST(S, m, n, otherwise, lo, hi, record)                                                   \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_LIST, .count_offset = offsetof(struct S, n),                  \
                      .fallback = (otherwise), .min = (lo), .max = (hi), .of = &record##_type      \
    }
#define TEXTS(S, m, n, otherwise, lo, hi, allowed)                                                 \
    {                                                                                              \
        MEMBER(S, m), .type = SCHEMA_TEXTS, .count_offset = offsetof(struct S, n),                 \
                      .fallback = (otherwise), .min = (lo), .max = (hi), .words = (allowed)        \
    }
#define TABLE(name, title, S, on_one_line, fn)                                                     \
    static const struct schema_record name##_type = {.what = (title),                              \
                                                     .size = sizeof(struct S),                     \
                                                     .fields = name##_fields,                      \
                                                     .field_count = sizeof(name##_fields) /        \
                                                                    sizeof(name##_fields[0]),      \
                                                     .inline_yaml = (on_one_line),                 \
                                                     .check = (fn)}

static const struct schema_field texts_fields[] = {
    TEXT_OMIT(hall_texts, zh, TEXT_MAX),
    TEXT_OMIT(hall_texts, en, TEXT_MAX),
    TEXT_OMIT(hall_texts, de, TEXT_MAX),
};
TABLE(texts, "texts by language", hall_texts, true, NULL);

static const struct schema_field hours_fields[] = {
    TEXTS(hall_hours, days, day_count, NULL, 1, 7, "mon|tue|wed|thu|fri|sat|sun"),
    TEXT(hall_hours, from, NULL, 1, 5, NULL),
    TEXT(hall_hours, to, NULL, 1, 5, NULL),
};
TABLE(hours, "opening hours", hall_hours, true, hall_check_hours);

static const struct schema_field rules_fields[] = {
    INT(hall_rules, overtaking_max, "3", 1, 50),
    INT(hall_rules, return_within_minutes, "45", 0, 480),
    INT(hall_rules, return_max, "2", 0, 10),
    INT(hall_rules, return_minutes, "5", 0, 240),
    INT(hall_rules, put_back_minutes, "5", 0, 240),
    INT(hall_rules, come_now_ahead, "3", 1, 20),
};
TABLE(rules, "the rules", hall_rules, false, NULL);

static const struct schema_field class_fields[] = {
    TEXT(hall_class, code, NULL, 1, 32, hall_check_code),
    INT(hall_class, target_minutes, NULL, 0, 480),
    RECORD(hall_class, names, NULL, texts),
};
TABLE(class, "a class", hall_class, true, NULL);

static const struct schema_field series_fields[] = {
    TEXT(hall_series, letter, NULL, 1, 1, hall_check_letter),
    INT(hall_series, first, "1", 1, 9999),
    INT(hall_series, last, "999", 1, 9999),
};
TABLE(series, "a series", hall_series, true, hall_check_series);

static const struct schema_field service_fields[] = {
    TEXT(hall_service, code, NULL, 1, 32, hall_check_code),
    TEXT(hall_service, series, NULL, 1, 1, NULL),
    INT(hall_service, minutes, NULL, 1, 480),
    RECORD(hall_service, names, NULL, texts),
    TEXTS(hall_service, words, word_count, "", 0, WORDS_MAX, NULL),
    LIST(hall_service, documents, document_count, "", 0, DOCUMENTS_MAX, texts),
    BOOL(hall_service, kiosk, "yes"),
    BOOL(hall_service, open, "yes"),
};
TABLE(service, "a service", hall_service, false, NULL);

static const struct schema_field serve_fields[] = {
    TEXT(hall_serve, service, NULL, 1, 32, hall_check_serve),
    INT(hall_serve, offset_minutes, "0", 0, 240),
};
TABLE(serve, "what a profile serves", hall_serve, true, NULL);

static const struct schema_field profile_fields[] = {
    TEXT(hall_profile, code, NULL, 1, 32, hall_check_code),
    LIST(hall_profile, serves, serve_count, NULL, 1, HALL_SERVICES_MAX + 1, serve),
};
TABLE(profile, "a profile", hall_profile, false, NULL);

static const struct schema_field counter_fields[] = {
    TEXT(hall_counter, code, NULL, 1, 32, hall_check_code),
    TEXT(hall_counter, profile, NULL, 1, 32, NULL),
    RECORD_OMIT(hall_counter, names, texts),
    TEXT_OMIT(hall_counter, zone, PLACE_MAX),
};
TABLE(counter, "a counter", hall_counter, true, NULL);

static const struct schema_field messages_fields[] = {
    RECORD_OMIT(hall_messages, ticket, texts),
    RECORD_OMIT(hall_messages, come_now, texts),
    RECORD_OMIT(hall_messages, called, texts),
};
TABLE(messages, "the messages", hall_messages, false, NULL);

static const struct schema_field hall_fields[] = {
    TEXT(hall_file, code, NULL, 1, 32, hall_check_hall_code),
    RECORD(hall_file, names, NULL, texts),
    RECORD(hall_file, address, "", texts),
    TEXT(hall_file, zone, NULL, 1, ZONE_NAME_MAX, hall_check_zone),
    TEXT(hall_file, country, NULL, 1, 3, hall_check_country),
    TEXTS(hall_file, languages, language_count, NULL, 1, 3, "zh|en|de"),
    TEXT(hall_file, accent, "#0b6e4f", 7, 7, hall_check_accent),
    LIST(hall_file, hours, hour_count, NULL, 0, HOURS_MAX, hours),
    BOOL(hall_file, tickets_outside_hours, "no"),
    RECORD(hall_file, rules, "", rules),
    LIST(hall_file, classes, class_count, NULL, 1, HALL_CLASSES_MAX, class),
    LIST(hall_file, series, series_count, NULL, 1, HALL_SERIES_MAX, series),
    LIST(hall_file, services, service_count, NULL, 1, HALL_SERVICES_MAX, service),
    LIST(hall_file, profiles, profile_count, NULL, 1, HALL_PROFILES_MAX, profile),
    LIST(hall_file, counters, counter_count, NULL, 1, HALL_COUNTERS_MAX, counter),
    RECORD(hall_file, messages, "", messages),
};
TABLE(hall, "a hall file", hall_file, false, NULL);

struct hall_file *hall_read(struct str text, const char *file_name, struct buf *error)
{
    struct arena *arena = arena_new();
    struct hall_file *hall = arena_alloc(arena, sizeof(*hall));
    struct fault fault = {file_name, error};
    const struct node *root;

    buf_reset(error);
    root = tree_read(arena, text, &fault);
    if (root == NULL || !schema_read(arena, &fault, &hall_type, root, hall) ||
        !hall_check_whole(&fault, root, hall)) {
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
    schema_json(&hall_type, hall, out);
}

void hall_yaml(const struct hall_file *hall, struct buf *out)
{
    schema_yaml(&hall_type, hall, out);
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
