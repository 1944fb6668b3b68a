/* What a citizen typed for a booking: checked against what its services ask for, sealed, opened for
 * staff. Owns nothing; the worker's thread. A new type of field is a row in types[] (and in
 * config/hall_table.c). SPDX-License-Identifier: MIT */
#include "api/fields.h"
#include "api/booking.h"
#include "base/json.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct check {
    struct call *call;
    const struct hall_file *hall;
    json_t *given; /* values are put into the form they are kept in */
};

static bool is_text(const struct check *k, const struct hall_field *f, struct str value)
{
    return str_utf8_count(value) <= (size_t)f->max;
}

static bool is_number(const struct check *k, const struct hall_field *f, struct str value)
{
    int64_t n;
    return str_to_i64(value, 0, f->max, &n);
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* 1958-03-24. Not the calendar's dates: people are born before 1970. */
static bool is_date(const struct check *k, const struct hall_field *f, struct str value)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct str rest = value, word;
    int64_t year, month, day;

    if (value.len != 10 || value.p[7] != '-' || !str_cut(&rest, '-', &word) || word.len != 4 ||
        !str_to_i64(word, 1900, 2199, &year) || !str_cut(&rest, '-', &word) || word.len != 2 ||
        !str_to_i64(word, 1, 12, &month))
        return false;
    return str_to_i64(rest, 1, days[month - 1] + (month == 2 && is_leap(year)), &day);
}

static bool is_in(const struct hall_texts *texts, struct str value)
{
    const char *const all[] = {texts->zh, texts->en, texts->de};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (all[i] && all[i][0] && str_is(value, all[i]))
            return true;
    return false;
}

/* Chosen in any language, kept in the hall's own, which is what its staff read. */
static bool is_choice(const struct check *k, const struct hall_field *f, struct str value)
{
    for (size_t i = 0; i < f->choice_count; i++) {
        if (!is_in(&f->choices[i], value))
            continue;
        const char *kept = hall_text(k->hall, &f->choices[i], str_of(k->hall->languages[0]));
        json_object_set_new(k->given, f->code, json_string(kept));
        return true;
    }
    return false;
}

static const struct {
    const char *type;
    bool (*check)(const struct check *k, const struct hall_field *f, struct str value);
    const char *detail;
} types[] = {
    {"text", is_text, "The text is longer than allowed."},
    {"number", is_number, "A whole number that is not larger than allowed."},
    {"date", is_date, "A date as YYYY-MM-DD."},
    {"choice", is_choice, "One of the choices, in any of the hall's languages."},
};

/* Names a field of `fields` as the one at fault. */
static bool refuse(const struct check *k, enum err err, const char *code, const char *detail)
{
    call_problem(k->call, err, arena_printf(http_arena(k->call->req), "fields.%s", code).p, detail);
    return false;
}

static bool check_field(const struct check *k, const struct hall_field *f)
{
    struct str value = json_str(k->given, f->code);

    if (value.len == 0)
        return !f->required || refuse(k, ERR_FIELD_MISSING, f->code, NULL);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i].type, f->type) == 0)
            return types[i].check(k, f, value) ||
                   refuse(k, ERR_FIELD_INVALID, f->code, types[i].detail);
    assert(!"a type of field that no row knows"); /* the hall file was checked */
    return false;
}

static bool service_has(const struct hall_service *s, const char *code)
{
    for (size_t i = 0; s && i < s->booking.field_count; i++)
        if (strcmp(s->booking.fields[i].code, code) == 0)
            return true;
    return false;
}

/* Nothing is kept that nobody asked for; what was left empty is not kept either. */
static bool drop_unknown(const struct check *k, struct str services)
{
    const char *code;
    json_t *value;
    void *next;

    json_object_foreach_safe(k->given, next, code, value)
    {
        struct str rest = services, one;
        bool known = false;
        while (!known && str_cut(&rest, ',', &one))
            known = service_has(hall_service(k->hall, one), code);
        if (!known) {
            char copy[64]; /* a code has 32 characters */
            str_copy(str_of(code), copy, sizeof(copy));
            return refuse(k, ERR_FIELD_UNKNOWN, copy, NULL);
        }
        if (json_string_length(value) == 0)
            json_object_del(k->given, code);
    }
    return true;
}

static void seal_fields(struct call *c, const json_t *given, struct str name, struct str *out)
{
    struct str context = arena_printf(http_arena(c->req), STR_FMT "/fields/" STR_FMT,
                                      STR_ARG(c->hall), STR_ARG(name));
    char *json = json_dumps(given, JSON_COMPACT | JSON_SORT_KEYS);
    struct buf sealed;

    buf_init(&sealed);
    buf_add_str(&sealed, name);
    buf_add_char(&sealed, ':');
    seal_text(c->api->config.seal, str_of(json), context, &sealed);
    *out = arena_str(http_arena(c->req), buf_str(&sealed));
    buf_clear(&sealed);
    explicit_bzero(json, strlen(json));
    free(json);
}

bool booking_fields(struct call *c, struct str services_csv, struct str fields, struct str booking,
                    struct str *out)
{
    const struct hall *hall = halls_find(c->api->halls, c->hall);
    struct json_where where;
    struct str rest = services_csv, one;

    assert(hall); /* the caller has just had it */
    struct check k = {.call = c, .hall = hall->file};
    k.given = fields.len > 0 ? json_read(fields, &where) : json_object();
    assert(json_is_object(k.given)); /* the argument was checked */
    bool ok = drop_unknown(&k, services_csv);
    while (ok && str_cut(&rest, ',', &one)) {
        const struct hall_service *s = hall_service(hall->file, one);
        for (size_t i = 0; ok && s && i < s->booking.field_count; i++)
            ok = check_field(&k, &s->booking.fields[i]);
    }
    *out = STR("");
    if (ok && json_object_size(k.given) > 0)
        seal_fields(c, k.given, booking, out);
    json_decref(k.given);
    return ok;
}

json_t *fields_open(const struct call *c, struct str sealed)
{
    struct str name;
    struct json_where where;
    struct buf plain;
    json_t *fields = NULL;

    if (!str_cut(&sealed, ':', &name))
        return NULL;
    struct str context = arena_printf(http_arena(c->req), STR_FMT "/fields/" STR_FMT,
                                      STR_ARG(c->hall), STR_ARG(name));
    buf_init(&plain);
    buf_reserve(&plain, SEAL_TEXT_MAX); /* so that no copy is left behind by growing */
    if (seal_open_text(c->api->config.seal, sealed, context, &plain))
        fields = json_read(buf_str(&plain), &where);
    explicit_bzero(plain.p, plain.len);
    buf_clear(&plain);
    return fields;
}
