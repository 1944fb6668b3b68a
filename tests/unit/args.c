/* From a body, a query and a path to the arguments of a row. SPDX-License-Identifier: MIT */
#include "api/args.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* after those */
#include <cmocka.h>

struct world {
    struct seal *seal;
    struct arena *arena;
    char dir[64], key[96];
    struct args args;
};

static struct str query_value; /* of every name */

static struct str query(const void *arg, const char *name)
{
    return query_value;
}

static enum err read_row(struct world *w, const char *row, const char *body)
{
    static const struct str params[] = {{"small", 5}, {"3", 1}};
    struct args_input in = {
        .command = command_find(row),
        .params = params,
        .content_type = STR("application/json; charset=utf-8"),
        .body = str_of(body),
        .body_max_bytes = 65536,
        .link_ticket = strncmp(row, "booking", 7) == 0 ? STR("1795465432000-b1001")
                                                       : STR("1795474404120-A001"),
        .hall = STR("small"),
        .country = "86",
        .seal = w->seal,
        .arena = w->arena,
        .query = query,
    };

    return args_read(&in, &w->args);
}

static void assert_arg(const struct world *w, int i, const char *value)
{
    assert_true(i < w->args.n);
    assert_int_equal(w->args.v[i].len, strlen(value));
    assert_memory_equal(w->args.v[i].p, value, strlen(value));
}

static void test_args_read_fills_in_the_order_of_the_row(void **state)
{
    struct world *w = *state;

    assert_int_equal(read_row(w, "ticket_issue", "{\"class\":\"elderly\",\"service\":\"id-card\"}"),
                     ERR_NONE);
    assert_int_equal(w->args.n, 7);
    assert_arg(w, 0, "id-card");
    assert_arg(w, 1, "elderly");
    for (int i = 2; i < 7; i++)
        assert_arg(w, i, "");
    assert_int_equal(read_row(w, "counter_pause", "{\"reason\":\"\xe5\x8d\x88\xe9\xa4\x90\"}"),
                     ERR_NONE);
    assert_arg(w, 0, "3");
    assert_arg(w, 1, "\xe5\x8d\x88\xe9\xa4\x90");
    assert_int_equal(read_row(w, "ticket_view", ""), ERR_NONE);
    assert_arg(w, 0, "1795474404120-A001");
}

static void test_args_read_seals_a_phone_number(void **state)
{
    struct world *w = *state;
    struct buf plain, context;
    char hash[SEAL_HASH_CHARS + 1];

    assert_int_equal(read_row(w, "ticket_issue", "{\"service\":\"a\",\"phone\":\"138 0001 0001\"}"),
                     ERR_NONE);
    assert_int_equal(w->args.v[3].len, 12);
    buf_init(&plain);
    buf_init(&context);
    buf_addf(&context, "small/" STR_FMT, STR_ARG(w->args.v[3]));
    struct str masked = w->args.v[4], sealed;
    assert_true(str_cut(&masked, '|', &sealed));
    assert_true(str_is(masked, "138****0001"));
    assert_true(seal_open_text(w->seal, sealed, buf_str(&context), &plain));
    assert_string_equal(plain.p, "+8613800010001");
    seal_hash(w->seal, "phone", STR("+8613800010001"), hash);
    assert_arg(w, 5, hash);
    buf_clear(&plain);
    buf_clear(&context);
}

static void test_args_read_joins_codes(void **state)
{
    struct world *w = *state;
    const char *body =
        "{\"name\":\"li\",\"role\":\"clerk\",\"halls\":[\"a\",\"b-2\"],\"password\":\"x\"}";

    assert_int_equal(read_row(w, "staff_add", body), ERR_NONE);
    assert_arg(w, 2, "a,b-2");
}

static void test_args_read_takes_an_empty_body_for_no_fields(void **state)
{
    struct world *w = *state;

    assert_int_equal(read_row(w, "ticket_begin", ""), ERR_NONE);
    assert_int_equal(read_row(w, "counter_close", "{}"), ERR_NONE);
    assert_int_equal(read_row(w, "ticket_resume", ""), ERR_FIELD_MISSING);
    assert_string_equal(w->args.field, "ticket");
}

struct bad {
    const char *row, *body;
    enum err err;
    const char *field; /* NULL: none */
};

static void test_args_read_refuses_bad_bodies(void **state)
{
    static const struct bad table[] = {
        {"ticket_issue", "{", ERR_JSON_SYNTAX, NULL},
        {"ticket_issue", "[]", ERR_JSON_SYNTAX, NULL},
        {"ticket_issue", "null", ERR_JSON_SYNTAX, NULL},
        {"ticket_issue", "{\"service\":\"a\",\"service\":\"b\"}", ERR_JSON_SYNTAX, NULL},
        {"ticket_issue", "{\"service\":\"\xff\"}", ERR_JSON_SYNTAX, NULL},
        {"ticket_issue", "{\"service\":\"a\",\"colour\":1}", ERR_FIELD_UNKNOWN, "colour"},
        {"counter_close", "{\"counter\":\"3\"}", ERR_FIELD_UNKNOWN, "counter"},
        {"ticket_issue", "{}", ERR_FIELD_MISSING, "service"},
        {"ticket_issue", "{\"service\":null}", ERR_FIELD_INVALID, "service"},
        {"ticket_issue", "{\"service\":1}", ERR_FIELD_INVALID, "service"},
        {"ticket_issue", "{\"service\":\"\"}", ERR_FIELD_INVALID, "service"},
        {"ticket_issue", "{\"service\":\"A\"}", ERR_FIELD_INVALID, "service"},
        {"ticket_issue", "{\"service\":\"a b\"}", ERR_FIELD_INVALID, "service"},
        {"ticket_issue", "{\"service\":\"-a\"}", ERR_FIELD_INVALID, "service"},
        {"ticket_issue", "{\"service\":\"abcdefghijklmnopqrstuvwxyz0123456\"}", ERR_FIELD_INVALID,
         "service"},
        {"ticket_issue", "{\"service\":\"a\",\"lang\":\"ZH\"}", ERR_FIELD_INVALID, "lang"},
        {"ticket_issue", "{\"service\":\"a\",\"phone\":\"\"}", ERR_PHONE_INVALID, "phone"},
        {"ticket_issue", "{\"service\":\"a\",\"phone\":\"110\"}", ERR_PHONE_INVALID, "phone"},
        {"ticket_issue", "{\"service\":\"a\",\"phone\":13800010001}", ERR_FIELD_INVALID, "phone"},
        {"counter_pause", "{\"reason\":\"\"}", ERR_FIELD_INVALID, "reason"},
        {"counter_pause", "{\"reason\":\"a\\nb\"}", ERR_FIELD_INVALID, "reason"},
        {"counter_pause", "{\"reason\":\"a\\u0085b\"}", ERR_FIELD_INVALID, "reason"},
        {"counter_pause", "{\"reason\":\"a\\u0000b\"}", ERR_JSON_SYNTAX, NULL},
        {"ticket_next", "{\"present\":\"finished\"}", ERR_FIELD_INVALID, "present"},
        {"ticket_begin", "{\"ticket\":\"a012\"}", ERR_FIELD_INVALID, "ticket"},
        {"ticket_begin", "{\"ticket\":\"ABC012\"}", ERR_FIELD_INVALID, "ticket"},
        {"ticket_begin", "{\"ticket\":\"179547440412-A001\"}", ERR_FIELD_INVALID, "ticket"},
        {"ticket_begin", "{\"ticket\":\"1795474404120-\"}", ERR_FIELD_INVALID, "ticket"},
        {"staff_add", "{\"name\":\"l\",\"role\":\"clerk\",\"halls\":[\"a\"],\"password\":\"x\"}",
         ERR_FIELD_INVALID, "name"},
        {"staff_add", "{\"name\":\"li\",\"role\":\"king\",\"halls\":[\"a\"],\"password\":\"x\"}",
         ERR_FIELD_INVALID, "role"},
        {"staff_add", "{\"name\":\"li\",\"role\":\"clerk\",\"halls\":[],\"password\":\"x\"}",
         ERR_FIELD_INVALID, "halls"},
        {"staff_add",
         "{\"name\":\"li\",\"role\":\"clerk\",\"halls\":[\"*\",\"a\"],\"password\":\"x\"}",
         ERR_FIELD_INVALID, "halls"},
        {"staff_add", "{\"name\":\"li\",\"role\":\"clerk\",\"halls\":\"a\",\"password\":\"x\"}",
         ERR_FIELD_INVALID, "halls"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct bad *b = &table[i];
        if (read_row(w, b->row, b->body) != b->err)
            fail_msg("%s %s: not %s", b->row, b->body, err_code(b->err));
        if (b->field && strcmp(w->args.field ? w->args.field : "", b->field) != 0)
            fail_msg("%s %s: names %s", b->row, b->body, w->args.field);
    }
}

/* Rows of bookings: "C" and "S" stand for the challenge and its solution. */
#define WORK "\"challenge\":\"C\",\"solution\":\"S\""

static void test_args_read_takes_what_a_booking_is_made_of(void **state)
{
    struct world *w = *state;

    assert_int_equal(
        read_row(w, "booking_hold", "{\"services\":[\"a\",\"b\"],\"at\":1795564800000," WORK "}"),
        ERR_NONE);
    assert_arg(w, 0, "a,b");
    assert_arg(w, 1, "1795564800000");
    assert_int_equal(read_row(w, "code_send",
                              "{\"purpose\":\"book\",\"phone\":\"13800010001\",\"booking\":"
                              "\"1795465432000-b1001\"," WORK "}"),
                     ERR_NONE);
    assert_int_equal(w->args.n, 8);
    assert_arg(w, 4, "1795465432000-b1001");
    assert_ptr_equal(args_find(command_find("code_send"), &w->args, "phone"), &w->args.v[1]);
    assert_ptr_equal(args_find(command_find("code_send"), &w->args, "booking"), &w->args.v[4]);
}

static void test_args_read_keeps_fields_as_sorted_json(void **state)
{
    struct world *w = *state;

    assert_int_equal(read_row(w, "booking_confirm",
                              "{\"phone\":\"13800010001\",\"code\":\"123456\",\"fields\":"
                              "{\"plate\": \"\\u6caa A\", \"born\": \"\"}}"),
                     ERR_NONE);
    assert_arg(w, w->args.n - 1, "{\"born\":\"\",\"plate\":\"\xe6\xb2\xaa A\"}");
}

static void test_args_read_joins_calls(void **state)
{
    struct world *w = *state;

    assert_int_equal(
        read_row(w, "board_shown", "{\"calls\":[\"A012@3#1-1795465432000\",\"AB1@x_1#12-0+\"]}"),
        ERR_NONE);
    assert_arg(w, 0, "A012@3#1-1795465432000,AB1@x_1#12-0+");
}

static void test_args_read_refuses_what_is_no_call(void **state)
{
    static const char *const table[] = {
        "",           "A012",        "A012@3",      "A012@3#1",    "A012@3#1-",
        "A012@#1-1",  "@3#1-1",      "A012@3#0-1",  "A012@3#1-1-", "A012@3#1--1",
        "a012@3#1-1", "A012@3,#1-1", "A012@3#1-1++"};
    struct world *w = *state;
    char body[2000];

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        (void)snprintf(body, sizeof(body), "{\"calls\":[\"A012@3#1-1\",\"%s\"]}", table[i]);
        if (read_row(w, "board_shown", body) != ERR_FIELD_INVALID)
            fail_msg("'%s' is taken for a call", table[i]);
    }
    int len = snprintf(body, sizeof(body), "{\"calls\":[\"A012@3#1-1\"");
    for (int i = 0; i < 20; i++)
        len += snprintf(body + len, sizeof(body) - (size_t)len, ",\"A012@3#1-1\"");
    (void)snprintf(body + len, sizeof(body) - (size_t)len, "]}");
    assert_int_equal(read_row(w, "board_shown", body), ERR_FIELD_INVALID); /* 21 */
}

static void test_args_read_refuses_bad_bookings(void **state)
{
    static const struct bad table[] = {
        {"booking_hold", "{\"services\":\"a\",\"at\":1," WORK "}", ERR_FIELD_INVALID, "services"},
        {"booking_hold", "{\"services\":[\"a\"],\"at\":\"1\"," WORK "}", ERR_FIELD_INVALID, "at"},
        {"booking_hold", "{\"services\":[\"a\"],\"at\":1.5," WORK "}", ERR_FIELD_INVALID, "at"},
        {"booking_hold", "{\"services\":[\"a\"],\"at\":-1," WORK "}", ERR_FIELD_INVALID, "at"},
        {"booking_hold", "{\"services\":[\"a\"],\"at\":7258118400001," WORK "}", ERR_FIELD_INVALID,
         "at"},
        {"booking_hold", "{\"services\":[\"a\"],\"at\":1}", ERR_FIELD_MISSING, "challenge"},
        {"code_send", "{\"purpose\":\"spy\",\"phone\":\"13800010001\"," WORK "}", ERR_FIELD_INVALID,
         "purpose"},
        {"check_in", "{\"booking\":\"1795465432000-A001\"}", ERR_FIELD_INVALID, "booking"},
        {"check_in", "{\"booking\":\"179546543200-b1\"}", ERR_FIELD_INVALID, "booking"},
        {"check_in", "{\"booking\":\"1795465432000-b\"}", ERR_FIELD_INVALID, "booking"},
        {"check_in", "{\"booking\":\"1795465432000-b12345678901\"}", ERR_FIELD_INVALID, "booking"},
        {"closure_add", "{\"from\":\"2026-11-24\",\"kind\":\"closed\",\"reason\":\"x\"}",
         ERR_FIELD_INVALID, "from"},
        {"closure_add", "{\"from\":\"19691231\",\"kind\":\"closed\",\"reason\":\"x\"}",
         ERR_FIELD_INVALID, "from"},
        {"booking_confirm", "{\"phone\":\"13800010001\",\"code\":\"1\",\"fields\":[]}",
         ERR_FIELD_INVALID, "fields"},
        {"booking_confirm", "{\"phone\":\"13800010001\",\"code\":\"1\",\"fields\":{\"a\":1}}",
         ERR_FIELD_INVALID, "fields"},
        {"booking_confirm", "{\"phone\":\"13800010001\",\"code\":\"1\",\"fields\":{\"A\":\"\"}}",
         ERR_FIELD_INVALID, "fields"},
        {"booking_confirm",
         "{\"phone\":\"13800010001\",\"code\":\"1\",\"fields\":{\"a\":\"b\\nc\"}}",
         ERR_FIELD_INVALID, "fields"},
        {"booking_confirm",
         "{\"phone\":\"13800010001\",\"code\":\"1\",\"fields\":{\"a\":\"\",\"b\":\"\","
         "\"c\":\"\",\"d\":\"\",\"e\":\"\",\"f\":\"\",\"g\":\"\",\"h\":\"\",\"i\":\"\","
         "\"j\":\"\",\"k\":\"\"}}",
         ERR_FIELD_INVALID, "fields"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct bad *b = &table[i];
        if (read_row(w, b->row, b->body) != b->err)
            fail_msg("%s %s: not %s", b->row, b->body, err_code(b->err));
        if (strcmp(w->args.field ? w->args.field : "", b->field) != 0)
            fail_msg("%s %s: names %s", b->row, b->body, w->args.field);
    }
}

/* services, day and persons of time_list all get the same text. */
static void test_args_read_takes_codes_and_days_of_a_query(void **state)
{
    static const char *const bad[] = {"", "a,", ",a", "a,,b", "A", "a b", "*"};
    struct world *w = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        query_value = str_of(bad[i]);
        assert_int_equal(read_row(w, "time_list", ""), ERR_FIELD_INVALID);
        assert_string_equal(w->args.field, "services");
    }
    query_value = STR("id-card,residence");
    assert_int_equal(read_row(w, "time_list", ""), ERR_FIELD_INVALID); /* good services, no day */
    assert_string_equal(w->args.field, "day");
    assert_arg(w, 0, "id-card,residence");
    query_value = STR("20261125");
    assert_int_equal(read_row(w, "time_list", ""), ERR_FIELD_INVALID); /* a day, too many persons */
    assert_string_equal(w->args.field, "persons");
}

static void test_args_read_knows_the_longest_text(void **state)
{
    struct world *w = *state;
    char body[512] = "{\"reason\":\"";

    for (int i = 0; i < 60; i++)
        strcat(body, "\xe5\x8d\x88"); /* 60 code points in 180 bytes */
    size_t len = strlen(body);
    strcpy(body + len, "\"}");
    assert_int_equal(read_row(w, "counter_pause", body), ERR_NONE);
    strcpy(body + len, "x\"}");
    assert_int_equal(read_row(w, "counter_pause", body), ERR_FIELD_INVALID);
}

static void test_args_read_checks_the_query(void **state)
{
    static const char *const bad[] = {"", "0", "201", "1.5", "+1", "9223372036854775808", "x"};
    struct world *w = *state;

    query_value = STR("200");
    assert_int_equal(read_row(w, "staff_list", ""), ERR_NONE); /* "200" is a name, too */
    assert_arg(w, 1, "200");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        query_value = str_of(bad[i]);
        assert_int_equal(read_row(w, "staff_list", ""), ERR_FIELD_INVALID);
    }
    query_value = STR("1795474404-17");
    assert_int_equal(read_row(w, "event_list", ""), ERR_FIELD_INVALID); /* of limit */
    assert_string_equal(w->args.field, "limit");
}

static void test_args_read_wants_json_and_not_too_much(void **state)
{
    struct world *w = *state;
    struct args_input in = {
        .command = command_find("qr_make"),
        .content_type = STR("text/plain"),
        .body = STR("{\"text\":\"a\"}"),
        .body_max_bytes = 12,
        .arena = w->arena,
    };

    assert_int_equal(args_read(&in, &w->args), ERR_MEDIA_TYPE);
    in.content_type = (struct str){NULL, 0};
    assert_int_equal(args_read(&in, &w->args), ERR_MEDIA_TYPE);
    in.content_type = STR("Application/JSON ;x");
    assert_int_equal(args_read(&in, &w->args), ERR_NONE);
    in.body_max_bytes = 11;
    assert_int_equal(args_read(&in, &w->args), ERR_TOO_LARGE);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    strcpy(w->dir, "/tmp/paihao-args-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->key, sizeof(w->key), "%s/keys", w->dir);
    w->seal = seal_open(w->key, true);
    assert_non_null(w->seal);
    w->arena = arena_new();
    query_value = (struct str){NULL, 0};
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    arena_free(w->arena);
    seal_close(w->seal);
    unlink(w->key);
    rmdir(w->dir);
    free(w);
    return 0;
}

#define ARGS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARGS_TEST(test_args_read_fills_in_the_order_of_the_row),
        ARGS_TEST(test_args_read_seals_a_phone_number),
        ARGS_TEST(test_args_read_joins_codes),
        ARGS_TEST(test_args_read_takes_an_empty_body_for_no_fields),
        ARGS_TEST(test_args_read_refuses_bad_bodies),
        ARGS_TEST(test_args_read_takes_what_a_booking_is_made_of),
        ARGS_TEST(test_args_read_keeps_fields_as_sorted_json),
        ARGS_TEST(test_args_read_joins_calls),
        ARGS_TEST(test_args_read_refuses_what_is_no_call),
        ARGS_TEST(test_args_read_refuses_bad_bookings),
        ARGS_TEST(test_args_read_takes_codes_and_days_of_a_query),
        ARGS_TEST(test_args_read_knows_the_longest_text),
        ARGS_TEST(test_args_read_checks_the_query),
        ARGS_TEST(test_args_read_wants_json_and_not_too_much),
    };

    commands_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
