/* The OpenAPI document holds every row and nothing that leads nowhere. SPDX-License-Identifier: MIT
 */
#include "api/call.h"
#include "base/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* after those */
#include <cmocka.h>

static json_t *build(void)
{
    struct buf text;
    struct json_where where;

    buf_init(&text);
    openapi_build(&text);
    json_t *doc = json_read(buf_str(&text), &where);
    if (!doc)
        fail_msg("line %d, column %d: %s", where.line, where.column, where.what);
    buf_clear(&text);
    return doc;
}

static void test_openapi_build_holds_every_row(void **state)
{
    static const char *const methods[] = {"get", "head", "post", "put", "delete", "patch"};
    json_t *doc = build();
    size_t operations = 0;
    const char *key;
    json_t *path;

    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = command_at((enum command_id)i);
        json_t *operation = json_object_get(json_object_get(json_object_get(doc, "paths"), c->path),
                                            methods[c->method]);
        assert_true(str_is(json_str(operation, "operationId"), c->name));
    }
    json_object_foreach(json_object_get(doc, "paths"), key, path) operations +=
        json_object_size(path);
    assert_int_equal(operations, COMMAND_COUNT);
    json_decref(doc);
}

static void check_refs(const json_t *doc, const json_t *at)
{
    const char *key;
    json_t *value;
    size_t i;

    json_array_foreach(at, i, value) check_refs(doc, value);
    json_object_foreach((json_t *)at, key, value)
    {
        check_refs(doc, value);
        if (strcmp(key, "$ref") != 0)
            continue;
        struct str ref = str_of(json_string_value(value)), step;
        const json_t *target = doc;
        assert_true(str_starts(ref, "#/"));
        ref = (struct str){ref.p + 2, ref.len - 2};
        while (str_cut(&ref, '/', &step)) {
            char name[64];
            snprintf(name, sizeof(name), STR_FMT, STR_ARG(step));
            target = json_object_get(target, name);
        }
        if (!target)
            fail_msg("%s leads nowhere", json_string_value(value));
    }
}

static void test_openapi_build_has_no_reference_that_leads_nowhere(void **state)
{
    json_t *doc = build();

    check_refs(doc, doc);
    json_decref(doc);
}

static const json_t *operation(const json_t *doc, const char *path, const char *method)
{
    const json_t *o = json_object_get(json_object_get(json_object_get(doc, "paths"), path), method);

    assert_non_null(o);
    return o;
}

static void test_openapi_build_describes_what_bookings_take(void **state)
{
    json_t *doc = build();
    const json_t *o = operation(doc, "/booking/confirm", "post"), *at;
    const json_t *fields, *services;

    at = json_object_get(json_object_get(o, "requestBody"), "content");
    at = json_object_get(json_object_get(at, "application/json"), "schema");
    fields = json_object_get(json_object_get(at, "properties"), "fields");
    assert_true(str_is(json_str(fields, "type"), "object"));
    assert_int_equal(json_i64(fields, "maxProperties", 0), 10);
    o = operation(doc, "/halls/{hall}/times", "get");
    services = json_array_get(json_object_get(o, "parameters"), 1);
    assert_true(str_is(json_str(services, "name"), "services"));
    assert_false(json_bool(services, "explode", true));
    o = operation(doc, "/booking/calendar.ics", "get");
    at = json_object_get(json_object_get(json_object_get(o, "responses"), "200"), "content");
    assert_non_null(json_object_get(at, "text/calendar"));
    assert_int_equal(json_object_size(at), 1);
    json_decref(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_openapi_build_holds_every_row),
        cmocka_unit_test(test_openapi_build_describes_what_bookings_take),
        cmocka_unit_test(test_openapi_build_has_no_reference_that_leads_nowhere),
    };

    commands_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
