/* paihaoctl's words: every row of commands.def is called by the name its help shows, and takes a
 * value of every type. SPDX-License-Identifier: MIT */
#include "base/json.h"
#include "ctl/arguments.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What reads a secret gets these lines. */
static void give_stdin(const char *lines)
{
    FILE *f = tmpfile();

    assert_non_null(f);
    assert_true(fputs(lines, f) >= 0);
    rewind(f);
    assert_int_equal(dup2(fileno(f), STDIN_FILENO), STDIN_FILENO);
    (void)fclose(f);
    clearerr(stdin);
}

/* A line as a shell cuts it: words at blanks, none in quotes. */
struct words {
    char text[512];
    char *at[24];
    int count;
};

static void split(const char *line, struct words *w)
{
    (void)snprintf(w->text, sizeof(w->text), "%s", line);
    w->count = 0;
    for (char *p = strtok(w->text, " "); p != NULL; p = strtok(NULL, " "))
        w->at[w->count++] = p;
}

static bool request(const char *line, struct wanted *out)
{
    struct words w;
    struct given g;
    int words;
    const struct command *c;

    split(line, &w);
    c = arguments_row(w.count, w.at, &words);
    if (c == NULL)
        fail_msg("no row is called '%s'", line);
    assert_true(arguments_read(w.count - words, w.at + words, &g));
    return arguments_request(c, &g, out);
}

static void check_request(const char *line, const char *path, const char *body)
{
    struct wanted w;

    assert_true(request(line, &w));
    assert_string_equal(w.path.p, path);
    assert_string_equal(w.body.p, body);
    arguments_clear(&w);
}

static void check_refused(const char *line)
{
    struct wanted w;

    assert_false(request(line, &w));
    arguments_clear(&w);
}

static void test_arguments_row_finds_every_row_by_the_name_its_help_shows(void **state)
{
    int count = 0;

    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = command_at((enum command_id)i);
        struct buf usage;
        struct words w;
        int words;

        if (!arguments_known(c))
            continue;
        buf_init(&usage);
        arguments_usage(c, &usage);
        split(usage.p, &w);
        assert_ptr_equal(arguments_row(w.count, w.at, &words), c);
        assert_int_equal(words, strchr(c->name, '_') != NULL ? 2 : 1);
        buf_clear(&usage);
        count++;
    }
    assert_true(count > 60);
}

/* A stream, a hall file and what belongs to a device cannot be had by words. */
static void test_arguments_known_leaves_out_what_takes_no_words(void **state)
{
    char *file[] = {"hall", "import"}, *stream[] = {"staff", "stream"},
         *device[] = {"device", "view"};
    int words;

    assert_null(arguments_row(2, file, &words));
    assert_null(arguments_row(2, stream, &words));
    assert_null(arguments_row(2, device, &words));
    assert_null(arguments_row(0, file, &words));
    assert_null(arguments_row(1, file, &words));
}

static const char *sample_of(const struct command_arg *a)
{
    static const char *const samples[] = {
        [TYPE_CODE] = "id-card",
        [TYPE_TICKET] = "A012",
        [TYPE_LANG] = "zh",
        [TYPE_NAME] = "li",
        [TYPE_TEXT] = "x&y",
        [TYPE_SECRET] = "-",
        [TYPE_PHONE] = "138",
        [TYPE_INT] = "1",
        [TYPE_CODES] = "a,b",
        [TYPE_EVENT] = "1-2",
        [TYPE_DAY] = "20261224",
        [TYPE_BOOKING] = "1795435200000-b1001",
        [TYPE_CALLS] = "A012@1#1-1795465432000,B003@2#2-1795465432000+",
        [TYPE_FIELDS] = "{\"a\":\"b\"}",
        [TYPE_MOMENT] = "1795435200000",
    };
    static char word[32];

    if (a->type != TYPE_ENUM)
        return samples[a->type];
    str_copy(a->words[0], word, sizeof(word));
    return word;
}

static json_type json_type_of(enum arg_type type)
{
    return type == TYPE_INT || type == TYPE_MOMENT ? JSON_INTEGER
           : type == TYPE_CODES                    ? JSON_ARRAY
           : type == TYPE_CALLS                    ? JSON_ARRAY
           : type == TYPE_FIELDS                   ? JSON_OBJECT
                                                   : JSON_STRING;
}

static void check_row(const struct command *c)
{
    struct given g = {0};
    struct wanted w;
    struct json_where where;
    json_t *body;
    char values[GIVEN_MAX][64];

    if (c->has_hall) {
        g.names[g.n] = "hall";
        g.values[g.n++] = "small";
    }
    for (int i = 0; i < c->n_args; i++) {
        if (c->args[i].place == PLACE_LINK ||
            (c->args[i].type == TYPE_SECRET && !c->args[i].optional))
            continue;
        (void)snprintf(values[g.n], sizeof(values[0]), "%s", sample_of(&c->args[i]));
        g.names[g.n] = c->args[i].name;
        g.values[g.n] = values[g.n];
        g.n++;
    }
    give_stdin("one\ntwo\n");
    assert_true(arguments_request(c, &g, &w));
    assert_null(strchr(w.path.p, '{'));
    body = json_read(buf_str(&w.body), &where);
    for (int i = 0; i < c->n_args; i++) {
        const json_t *value = json_object_get(body, c->args[i].name);
        bool sent = c->args[i].place == PLACE_BODY;

        assert_int_equal(value != NULL, sent);
        if (sent && json_typeof(value) != json_type_of(c->args[i].type))
            fail_msg("%s: %s has the wrong type", c->name, c->args[i].name);
        if (c->args[i].place == PLACE_QUERY)
            assert_non_null(strstr(w.path.p, c->args[i].name));
    }
    json_decref(body);
    arguments_clear(&w);
}

static void test_arguments_request_sends_every_argument_of_every_row(void **state)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (arguments_known(command_at((enum command_id)i)))
            check_row(command_at((enum command_id)i));
}

static void test_arguments_request_writes_path_and_body(void **state)
{
    check_request("day list small id-card,residence --count 7",
                  "/halls/small/days?services=id-card%2Cresidence&count=7", "{}");
    check_request("time list small id-card 20261224",
                  "/halls/small/times?services=id-card&day=20261224", "{}");
    check_request("first free --services id-card --lat 31.2 --lon -0.5",
                  "/first-free?services=id-card&lat=31.2&lon=-0.5", "{}");
    check_request("booking make small id-card 1795435200000 --persons 2 --fields {\"a\":\"b\"}",
                  "/halls/small/bookings",
                  "{\"services\":[\"id-card\"],\"at\":1795435200000,\"persons\":2,"
                  "\"fields\":{\"a\":\"b\"}}");
    check_request("booking get small 1795435200000-b1001",
                  "/halls/small/bookings/1795435200000-b1001", "{}");
    check_request("rebook small 20261224", "/halls/small/rebook", "{\"from\":\"20261224\"}");
    check_request("ticket put-back a/b 1", "/halls/a%2Fb/counters/1/put-back", "{}");
    /* A word goes to what is left out of the line only when there are more than are needed. */
    check_request("booking shift small 1795435200000-b1001 1795435500000 asked",
                  "/halls/small/bookings/1795435200000-b1001/move",
                  "{\"at\":1795435500000,\"reason\":\"asked\"}");
    check_request("booking shift small 1795435200000-b1001 1795435500000 staff asked",
                  "/halls/small/bookings/1795435200000-b1001/move",
                  "{\"at\":1795435500000,\"share\":\"staff\",\"reason\":\"asked\"}");
    check_request("closure add small 20261126 closed --to 20261127 --reason Stocktaking",
                  "/halls/small/closures",
                  "{\"from\":\"20261126\",\"to\":\"20261127\",\"kind\":\"closed\","
                  "\"reason\":\"Stocktaking\"}");
    check_request("closure add small 20261126 fewer --pool tax Training", "/halls/small/closures",
                  "{\"from\":\"20261126\",\"kind\":\"fewer\",\"pool\":\"tax\","
                  "\"reason\":\"Training\"}");
    check_request("booking hold small id-card 1795435500000 14.1.s.m a1", "/halls/small/holds",
                  "{\"services\":[\"id-card\"],\"at\":1795435500000,\"challenge\":\"14.1.s.m\","
                  "\"solution\":\"a1\"}");
    /* What is no number goes as it is: the daemon has the sentence for it. */
    check_request("booking make small id-card soon", "/halls/small/bookings",
                  "{\"services\":[\"id-card\"],\"at\":\"soon\"}");
}

static void test_arguments_request_asks_for_secrets(void **state)
{
    struct wanted w;

    give_stdin("123456\n");
    check_request("booking own small 138 --code-stdin", "/halls/small/my-bookings",
                  "{\"phone\":\"138\",\"code\":\"123456\"}");
    give_stdin("the-code\n");
    check_request("check in small --link -", "/halls/small/check-in", "{\"link\":\"the-code\"}");
    check_request("check in small --phone 138", "/halls/small/check-in", "{\"phone\":\"138\"}");
    give_stdin("h.t.c\n654321\n");
    assert_true(request("booking confirm --link-stdin --phone 138", &w));
    assert_string_equal(w.token.p, "Ticket h.t.c");
    assert_string_equal(w.path.p, "/booking/confirm");
    assert_string_equal(w.body.p, "{\"phone\":\"138\",\"code\":\"654321\"}");
    arguments_clear(&w);

    check_refused("check in small --link the-code"); /* others could see it */
    check_refused("check in small --code-stdin");
    check_refused("day list small x --link-stdin");
    give_stdin("");
    check_refused("booking own small 138 --code-stdin");
    give_stdin("");
    check_refused("booking view");
}

static void test_arguments_request_refuses_what_it_does_not_know(void **state)
{
    check_refused("rebook");
    check_refused("rebook small");
    check_refused("rebook small 20261224 20261225 20261226");
    check_refused("closure add small 20261126 closed");
    check_refused("closure add small 20261126 20261127 closed tax 1 1 Training more");
    check_refused("rebook small 20261224 --reason x");
    check_refused("booking make small id-card 1 --fields a=b");
    check_refused("booking make small id-card 1 --fields [\"a\"]");
}

static int setup(void **state)
{
    commands_init();
    return setvbuf(stdin, NULL, _IONBF, 0); /* give_stdin() changes what stands behind it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments_row_finds_every_row_by_the_name_its_help_shows),
        cmocka_unit_test(test_arguments_known_leaves_out_what_takes_no_words),
        cmocka_unit_test(test_arguments_request_sends_every_argument_of_every_row),
        cmocka_unit_test(test_arguments_request_writes_path_and_body),
        cmocka_unit_test(test_arguments_request_asks_for_secrets),
        cmocka_unit_test(test_arguments_request_refuses_what_it_does_not_know),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
