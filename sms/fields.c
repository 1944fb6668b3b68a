/* Fields of what providers tell us, whatever its form. Owns the parsed JSON of one request; any
 * thread. A new format is a word in settings.def and a case of fields_read(). SPDX-License-
 * Identifier: MIT */
#include "sms/fields.h"

#include "sms/pointer.h"
#include <string.h>
#include <strings.h>

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str decoded(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i] == '+' ? ' ' : s.p[i];
        if (c == '%' && i + 2 < s.len && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0) {
            c = (char)(hex_of(s.p[i + 1]) << 4 | hex_of(s.p[i + 2]));
            i += 2;
        }
        out[n++] = c;
    }
    return (struct str){out, n};
}

static bool read_form(struct fields *f, struct str body)
{
    struct str pair, name;
    while (str_cut(&body, '&', &pair)) {
        if (!pair.len)
            continue;
        if (f->form_count == FIELDS_FORM_MAX)
            return false;
        (void)str_cut(&pair, '=', &name);
        struct sign_field *one = &f->form[f->form_count++];
        one->name = decoded(f->arena, name);
        one->value = decoded(f->arena, pair);
    }
    return true;
}

static bool read_json(struct fields *f, struct str body)
{
    struct json_where where;
    f->json = json_read(body, &where);
    return json_is_object(f->json) || json_is_array(f->json);
}

static bool has_type(struct str content_type, const char *type)
{
    return content_type.len >= strlen(type) && strncasecmp(content_type.p, type, strlen(type)) == 0;
}

bool fields_read(struct fields *f, const char *format, struct str content_type, struct str body)
{
    f->form_count = 0;
    f->json = NULL;
    if (strcmp(format, "query") == 0 || (strcmp(format, "auto") == 0 && !body.len))
        return true;
    if (strcmp(format, "form") == 0 || has_type(content_type, "application/x-www-form-urlencoded"))
        return read_form(f, body);
    return read_json(f, body);
}

void fields_clear(struct fields *f)
{
    json_decref(f->json);
    f->json = NULL;
}

size_t fields_count(const struct fields *f)
{
    return json_is_array(f->json) ? json_array_size(f->json) : 1;
}

static struct str text_of(const struct fields *f, const json_t *value)
{
    struct buf text;
    struct str kept = {"", 0};
    buf_init(&text);
    if (value && !json_is_null(value) && pointer_text(value, &text))
        kept = arena_str(f->arena, buf_str(&text));
    buf_clear(&text);
    return kept;
}

static struct str one_of(const struct fields *f, const json_t *record, struct str name)
{
    const json_t *found;
    struct str value;
    if (!name.len)
        return name;
    if (name.p[0] == '/')
        return text_of(f, pointer_find(record, name, &found, 1) == 1 ? found : NULL);
    for (size_t i = 0; i < f->form_count; i++)
        if (str_eq(f->form[i].name, name))
            return f->form[i].value;
    value = text_of(f, json_object_getn(record, name.p, name.len));
    if (value.len)
        return value;
    value = f->query(f->query_arg, arena_str(f->arena, name).p);
    return value.p ? value : STR("");
}

struct str fields_get(const struct fields *f, size_t record, const char *names)
{
    const json_t *at = json_is_array(f->json) ? json_array_get(f->json, record) : f->json;
    struct str rest = str_of(names), name, all = {"", 0};
    while (str_cut(&rest, ' ', &name)) {
        struct str one = one_of(f, at, name);
        all = all.len ? arena_printf(f->arena, STR_FMT STR_FMT, STR_ARG(all), STR_ARG(one)) : one;
    }
    return all;
}
