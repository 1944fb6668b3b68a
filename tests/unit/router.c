/* The rows of commands.def and the way from method and path to one of them.
 * SPDX-License-Identifier: MIT */
#include "api/router.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* after those */
#include <cmocka.h>

static struct route find(enum http_method m, const char *path)
{
    struct router *r = router_new();
    struct route route;

    router_find(r, m, str_of(path), &route);
    router_free(r);
    return route;
}

static const char *name_of(struct route route)
{
    return route.command ? route.command->name : "";
}

/* The path of a row with x1, x2 ... in place of its parameters. */
static void fill(const struct command *c, char out[256])
{
    int n = 0, at = 0;

    for (const char *p = c->path; *p; p++) {
        if (*p != '{') {
            out[at++] = *p;
            continue;
        }
        at += snprintf(out + at, 8, "x%d", ++n);
        p = strchr(p, '}');
    }
    out[at] = '\0';
}

static void test_router_find_reaches_every_row(void **state)
{
    char path[256];

    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = command_at((enum command_id)i);
        fill(c, path);
        struct route route = find(c->method, path);
        assert_string_equal(name_of(route), c->name);
        for (int p = 0; p < c->n_params; p++)
            assert_int_equal(route.params[p].len, 2);
    }
}

static void test_router_find_gives_parameters_in_order(void **state)
{
    const char *path = "/halls/small/counters/12/next";
    struct route route = find(HTTP_POST, path);

    assert_string_equal(name_of(route), "ticket_next");
    assert_true(str_is(route.params[0], "small"));
    assert_true(str_is(route.params[1], "12"));
    assert_ptr_equal(route.params[0].p, path + 7); /* borrowed */
}

static void test_router_find_knows_no_other_path(void **state)
{
    static const char *const none[] = {"",
                                       "/",
                                       "//",
                                       "/halls/",
                                       "/halls//",
                                       "halls",
                                       "/hall",
                                       "/halls/a/b",
                                       "/session/x",
                                       "/halls/a//tickets",
                                       "/HALLS",
                                       "/halls/a/tickets/b/return/c",
                                       "/halls/a/counters/1/nex"};

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct route route = find(HTTP_GET, none[i]);
        assert_null(route.command);
        assert_int_equal(route.allow, 0);
    }
}

static void test_router_find_says_which_methods_there_are(void **state)
{
    struct route route = find(HTTP_PATCH, "/session");

    assert_null(route.command);
    assert_int_equal(route.allow,
                     1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_POST | 1u << HTTP_DELETE);
}

static void test_router_find_takes_head_for_get_but_not_for_streams(void **state)
{
    struct route stream = find(HTTP_HEAD, "/halls/a/stream");

    assert_string_equal(name_of(find(HTTP_HEAD, "/clock")), "clock_view");
    assert_null(stream.command);
    assert_int_equal(stream.allow, 1u << HTTP_GET);
    assert_null(find(HTTP_HEAD, "/qr").command);
}

static void test_command_args_parse_reads_every_type(void **state)
{
    struct command c = {0};

    assert_true(command_args_parse("a:body:code b:query:int(-3,7)? c:path:text(60)", &c));
    assert_int_equal(c.n_args, 3);
    assert_int_equal(c.args[0].type, TYPE_CODE);
    assert_false(c.args[0].optional);
    assert_int_equal(c.args[1].place, PLACE_QUERY);
    assert_int_equal(c.args[1].min, -3);
    assert_int_equal(c.args[1].max, 7);
    assert_true(c.args[1].optional);
    assert_int_equal(c.args[2].max, 60);
    assert_true(c.has_body);
    assert_true(command_args_parse("k:body:enum(one|two)", &c));
    assert_int_equal(c.args[0].n_words, 2);
    assert_true(str_is(c.args[0].words[1], "two"));
    assert_true(command_args_parse("", &c));
    assert_int_equal(c.n_args, 0);
}

static void test_command_args_parse_refuses_what_is_none(void **state)
{
    static const char *const bad[] = {"a",
                                      "a:body",
                                      "a:nowhere:code",
                                      "a:body:what",
                                      "a:body:",
                                      ":body:code",
                                      "a:body:text(0)",
                                      "a:body:text()",
                                      "a:body:int",
                                      "a:body:int(7,3)",
                                      "a:body:enum()",
                                      "a:body:text(9",
                                      "a:body:code  b:body:code",
                                      "a_name_that_is_too_long:body:code"};
    struct command c = {0};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(command_args_parse(bad[i], &c));
}

static void test_commands_writes_need_a_key_but_for_seven(void **state)
{
    static const char *const keyless[] = {"session_open",   "session_close", "qr_make",
                                          "hall_preview",   "what_if",       "device_health",
                                          "message_preview"};
    int n = 0;

    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = command_at((enum command_id)i);
        bool is_gateway = c->roles == ROLE_GATEWAY; /* speaks as its provider does */
        n += c->method != HTTP_GET && !is_gateway && !c->needs_key;
        assert_false(c->method == HTTP_GET && c->needs_key);
    }
    assert_int_equal(n, 7);
    for (int i = 0; i < 7; i++)
        assert_false(command_find(keyless[i])->needs_key);
    assert_null(command_find("nothing"));
}

static void test_role_names_lead_back_to_their_roles(void **state)
{
    for (unsigned bit = 1; bit <= ROLE_GATEWAY; bit <<= 1)
        assert_int_equal(role_find(str_of(role_name((enum role)bit))), bit);
    assert_int_equal(role_find(STR("king")), 0);
    /* A right is no role: nobody can be added as one. */
    assert_int_equal(role_find(str_of(role_name(ROLE_CHOOSER))), 0);
    assert_int_equal(right_find(STR("choose")), ROLE_CHOOSER);
    assert_int_equal(right_find(STR("chooser")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_router_find_reaches_every_row),
        cmocka_unit_test(test_router_find_gives_parameters_in_order),
        cmocka_unit_test(test_router_find_knows_no_other_path),
        cmocka_unit_test(test_router_find_says_which_methods_there_are),
        cmocka_unit_test(test_router_find_takes_head_for_get_but_not_for_streams),
        cmocka_unit_test(test_command_args_parse_reads_every_type),
        cmocka_unit_test(test_command_args_parse_refuses_what_is_none),
        cmocka_unit_test(test_commands_writes_need_a_key_but_for_seven),
        cmocka_unit_test(test_role_names_lead_back_to_their_roles),
    };

    commands_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
