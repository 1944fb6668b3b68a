/* The pre-check against the whole corpus of requests that servers and proxies read differently,
 * each as libmicrohttpd hands it over. One row a case. SPDX-License-Identifier: MIT */
#include "http/precheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BODY_MAX = 65536, FIELDS_MAX = 8 };

struct row {
    const char *what;
    enum err expected;
    const char *method;  /* NULL: GET */
    const char *uri;     /* NULL: /api/v1/halls */
    const char *path;    /* NULL: the uri without its query */
    const char *version; /* NULL: HTTP/1.1 */
    const char *fields[2 * FIELDS_MAX];
};

#define HOST "Host", "hall.example:8080"

static const struct row rows[] = {
    {"plain", ERR_NONE, .fields = {HOST}},
    {"post with length", ERR_NONE, "POST", .fields = {HOST, "Content-Length", "17"}},
    {"post with chunks", ERR_NONE, "POST", .fields = {HOST, "Transfer-Encoding", "chunked"}},
    {"chunks in capitals", ERR_NONE, "POST", .fields = {HOST, "TRANSFER-ENCODING", "Chunked"}},
    {"length of the limit", ERR_NONE, "PUT", .fields = {HOST, "Content-Length", "65536"}},
    {"leading zeros", ERR_NONE, "PUT", .fields = {HOST, "Content-Length", "00000000000000000005"}},
    {"1.0 without host", ERR_NONE, .version = "HTTP/1.0"},
    {"head", ERR_NONE, "HEAD", .fields = {HOST}},
    {"delete", ERR_NONE, "DELETE", .fields = {HOST}},
    {"patch", ERR_NONE, "PATCH", .fields = {HOST}},
    {"query", ERR_NONE, .uri = "/a?x=%20+&y", .path = "/a", .fields = {HOST}},
    {"utf-8", ERR_NONE, .uri = "/%e4%b8%ad", .path = "/\xe4\xb8\xad", .fields = {HOST}},
    {"dots in a name", ERR_NONE, .uri = "/a..b/...", .fields = {HOST}},
    {"v6 host", ERR_NONE, .fields = {"host", "[::1]:80"}},
    {"empty value", ERR_NONE, .fields = {HOST, "X-Empty", ""}},

    {"length and encoding", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Content-Length", "5", "Transfer-Encoding", "chunked"}},
    {"encoding and length", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding", "chunked", "Content-Length", "5"}},
    {"two lengths, different", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Content-Length", "5", "Content-Length", "6"}},
    {"two lengths, same", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Content-Length", "5", "content-length", "5"}},
    {"length +3", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length", "+3"}},
    {"length -3", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length", "-3"}},
    {"length 0x3", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length", "0x3"}},
    {"length 3 4", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length", "3 4"}},
    {"length 3, 3", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length", "3, 3"}},
    {"length empty", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length", ""}},
    {"length above the limit", ERR_TOO_LARGE, "POST", .fields = {HOST, "Content-Length", "65537"}},
    {"length 2^63", ERR_TOO_LARGE, "POST",
     .fields = {HOST, "Content-Length", "9223372036854775808"}},
    {"length 2^64-1", ERR_TOO_LARGE, "POST",
     .fields = {HOST, "Content-Length", "18446744073709551615"}},
    {"length 2^64+5", ERR_TOO_LARGE, "POST",
     .fields = {HOST, "Content-Length", "18446744073709551621"}},
    {"length of 40 digits", ERR_TOO_LARGE, "POST",
     .fields = {HOST, "Content-Length", "1000000000000000000000000000000000000000"}},
    {"length of digits and more", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Content-Length", "99999999999999999999999x"}},

    {"encoding xchunked", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding", "xchunked"}},
    {"encoding gzip, chunked", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding", "gzip, chunked"}},
    {"encoding VT chunked", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding",
                "\x0b"
                "chunked"}},
    {"encoding chunked, blank", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding", "chunked "}},
    {"encoding identity", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding", "identity"}},
    {"encoding empty", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Transfer-Encoding", ""}},
    {"encoding twice", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked"}},
    {"encoding with a blank before the colon", ERR_BAD_REQUEST, "POST",
     .fields = {HOST, "Transfer-Encoding ", "chunked"}},
    {"encoding folded", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Transfer-Encodingchunked", ""}},
    {"length folded", ERR_BAD_REQUEST, "POST", .fields = {HOST, "Content-Length5", ""}},
    {"host folded", ERR_BAD_REQUEST, .fields = {"Hostevil", "", HOST}},
    {"encoding in 1.0", ERR_BAD_REQUEST, "POST", .version = "HTTP/1.0",
     .fields = {HOST, "Transfer-Encoding", "chunked"}},

    {"no host", ERR_BAD_REQUEST, .fields = {NULL}},
    {"two hosts", ERR_BAD_REQUEST, .fields = {HOST, HOST}},
    {"two hosts in 1.0", ERR_BAD_REQUEST, .version = "HTTP/1.0", .fields = {HOST, HOST}},
    {"empty host", ERR_BAD_REQUEST, .fields = {"Host", ""}},
    {"host with a blank", ERR_BAD_REQUEST, .fields = {"Host", "a b"}},
    {"host with a path", ERR_BAD_REQUEST, .fields = {"Host", "a/b"}},
    {"host with a user", ERR_BAD_REQUEST, .fields = {"Host", "u@a"}},
    {"blank in a name", ERR_BAD_REQUEST, .fields = {HOST, "X Y", "1"}},
    {"control in a name", ERR_BAD_REQUEST, .fields = {HOST, "X\x01", "1"}},
    {"8-bit name", ERR_BAD_REQUEST, .fields = {HOST, "X\xe4", "1"}},
    {"colon in a name", ERR_BAD_REQUEST, .fields = {HOST, "X:Y", "1"}},
    {"empty name", ERR_BAD_REQUEST, .fields = {HOST, "", "1"}},

    {"lower-case method", ERR_BAD_REQUEST, "get", .fields = {HOST}},
    {"control in the method", ERR_BAD_REQUEST, "GE\x01T", .fields = {HOST}},
    {"empty method", ERR_BAD_REQUEST, "", .fields = {HOST}},
    {"options", ERR_METHOD, "OPTIONS", .fields = {HOST}},
    {"trace", ERR_METHOD, "TRACE", .fields = {HOST}},
    {"GETX", ERR_METHOD, "GETX", .fields = {HOST}},
    {"connect", ERR_BAD_REQUEST, "CONNECT", .uri = "hall.example:80", .fields = {HOST}},
    {"1.9", ERR_BAD_REQUEST, .version = "HTTP/1.9", .fields = {HOST}},
    {"2.0", ERR_BAD_REQUEST, .version = "HTTP/2.0", .fields = {HOST}},
    {"no version", ERR_BAD_REQUEST, .version = "", .fields = {HOST}},
    {"http/1.1", ERR_BAD_REQUEST, .version = "http/1.1", .fields = {HOST}},

    {"absolute uri", ERR_BAD_REQUEST, .uri = "http://hall.example/", .fields = {HOST}},
    {"asterisk", ERR_BAD_REQUEST, .uri = "*", .fields = {HOST}},
    {"empty uri", ERR_BAD_REQUEST, .uri = "", .fields = {HOST}},
    {"%00 in the path", ERR_BAD_REQUEST, .uri = "/a%00b", .path = "/a", .fields = {HOST}},
    {"%00 in the query", ERR_BAD_REQUEST, .uri = "/a?x=%00", .path = "/a", .fields = {HOST}},
    {"%zz", ERR_BAD_REQUEST, .uri = "/%zz", .fields = {HOST}},
    {"% at the end", ERR_BAD_REQUEST, .uri = "/a%", .fields = {HOST}},
    {"%4 at the end", ERR_BAD_REQUEST, .uri = "/a%4", .fields = {HOST}},
    {"%4 before the query", ERR_BAD_REQUEST, .uri = "/a%4?b", .path = "/a%4", .fields = {HOST}},
    {"blank in the uri", ERR_BAD_REQUEST, .uri = "/a b", .fields = {HOST}},
    {"tab in the uri", ERR_BAD_REQUEST, .uri = "/a\tb", .fields = {HOST}},
    {"DEL in the uri", ERR_BAD_REQUEST, .uri = "/a\x7f", .fields = {HOST}},
    {"line feed decoded", ERR_BAD_REQUEST, .uri = "/a%0ab", .path = "/a\nb", .fields = {HOST}},
    {"DEL decoded", ERR_BAD_REQUEST, .uri = "/a%7f", .path = "/a\x7f", .fields = {HOST}},
    {"..", ERR_BAD_REQUEST, .uri = "/../etc", .fields = {HOST}},
    {".. at the end", ERR_BAD_REQUEST, .uri = "/a/..", .fields = {HOST}},
    {".. escaped", ERR_BAD_REQUEST, .uri = "/%2e%2e/etc", .path = "/../etc", .fields = {HOST}},
    {"..%2f", ERR_BAD_REQUEST, .uri = "/..%2fetc", .path = "/../etc", .fields = {HOST}},
    {"no utf-8", ERR_BAD_REQUEST, .uri = "/%ff", .path = "/\xff", .fields = {HOST}},
    {"overlong slash", ERR_BAD_REQUEST, .uri = "/%c0%af", .path = "/\xc0\xaf", .fields = {HOST}},
};

static size_t path_len(const char *uri)
{
    return strcspn(uri, "?");
}

static enum err run(const struct row *row)
{
    struct precheck_field fields[FIELDS_MAX];
    const char *uri = row->uri != NULL ? row->uri : "/api/v1/halls";
    struct precheck r = {
        .method = str_of(row->method != NULL ? row->method : "GET"),
        .uri = str_of(uri),
        .path = row->path != NULL ? str_of(row->path) : (struct str){uri, path_len(uri)},
        .version = str_of(row->version != NULL ? row->version : "HTTP/1.1"),
        .fields = fields,
        .body_max_bytes = BODY_MAX,
    };

    for (size_t i = 0; i < FIELDS_MAX && row->fields[2 * i] != NULL; i++) {
        fields[i].name = str_of(row->fields[2 * i]);
        fields[i].value = str_of(row->fields[2 * i + 1]);
        r.n_fields++;
    }
    return precheck(&r);
}

static void test_precheck_judges_the_whole_corpus(void **state)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum err e = run(&rows[i]);

        if (e != rows[i].expected) {
            print_error("%s: got %s, expected %s\n", rows[i].what,
                        e == ERR_NONE ? "none" : err_code(e),
                        rows[i].expected == ERR_NONE ? "none" : err_code(rows[i].expected));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_precheck_refuses_long_addresses(void **state)
{
    char uri[PRECHECK_URI_MAX + 2];
    struct row row = {"long", ERR_NONE, .uri = uri, .fields = {HOST}};

    memset(uri, 'a', sizeof(uri));
    uri[0] = '/';
    uri[PRECHECK_URI_MAX] = '\0';
    assert_int_equal(run(&row), ERR_NONE);
    uri[PRECHECK_URI_MAX] = 'a';
    uri[PRECHECK_URI_MAX + 1] = '\0';
    assert_int_equal(run(&row), ERR_URI_TOO_LONG);
}

static void test_precheck_refuses_nul_and_too_many_fields(void **state)
{
    struct precheck_field fields[PRECHECK_FIELDS_MAX + 1];
    struct precheck r = {STR("GET"), STR("/a"), STR("/a"), STR("HTTP/1.1"), fields, 0, BODY_MAX};

    for (size_t i = 0; i <= PRECHECK_FIELDS_MAX; i++)
        fields[i] = (struct precheck_field){STR("X"), STR("1")};
    fields[0] = (struct precheck_field){STR("Host"), STR("a")};
    r.n_fields = PRECHECK_FIELDS_MAX;
    assert_int_equal(precheck(&r), ERR_NONE);
    r.n_fields = PRECHECK_FIELDS_MAX + 1;
    assert_int_equal(precheck(&r), ERR_BAD_REQUEST);
    r.n_fields = 2;
    fields[1].name = STR("X\0Y");
    assert_int_equal(precheck(&r), ERR_BAD_REQUEST);
    r.n_fields = 1;
    r.uri = STR("/a\0b");
    assert_int_equal(precheck(&r), ERR_BAD_REQUEST);
    r.uri = (struct str){NULL, 0};
    assert_int_equal(precheck(&r), ERR_BAD_REQUEST);
}

static void test_precheck_peek_tells_the_door(void **state)
{
    static const struct {
        const char *bytes;
        enum precheck_door door;
    } cases[] = {
        {"", DOOR_MORE},
        {"G", DOOR_MORE},
        {"GET ", DOOR_MORE},
        {"GET /api/v1/halls/xh/stream", DOOR_MORE},
        {"GET /api/v1/halls/xh/stream ", DOOR_STREAM},
        {"GET /api/v1/halls/xh/stream?after=1", DOOR_STREAM},
        {"GET /api/v1/halls/xh/stream\r", DOOR_STREAM},
        {"GET /stream HTTP/1.1\r\n", DOOR_STREAM},
        {"GET /api/v1/halls/xh/streams HTTP/1.1", DOOR_API},
        {"GET /api/v1/halls/xstream HTTP/1.1", DOOR_API},
        {"GET /stream/x HTTP/1.1", DOOR_API},
        {"GET /x?/stream HTTP/1.1", DOOR_API},
        {"GET  /stream HTTP/1.1", DOOR_API},
        {"GET\t/stream HTTP/1.1", DOOR_API},
        {"POST /stream HTTP/1.1", DOOR_API},
        {"HEAD /stream HTTP/1.1", DOOR_API},
        {"P", DOOR_API},
        {"\x16\x03\x01", DOOR_API},
        {"*1\r\n", DOOR_API},
    };
    char longest[PRECHECK_PEEK_BYTES + 1];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (precheck_peek(str_of(cases[i].bytes)) != cases[i].door)
            fail_msg("wrong door for %s", cases[i].bytes);
    }
    memset(longest, 'a', sizeof(longest));
    memcpy(longest, "GET /", 5);
    assert_int_equal(precheck_peek((struct str){longest, PRECHECK_PEEK_BYTES - 1}), DOOR_MORE);
    assert_int_equal(precheck_peek((struct str){longest, PRECHECK_PEEK_BYTES}), DOOR_API);
}

static void test_precheck_is_stream_looks_at_the_path_alone(void **state)
{
    assert_true(precheck_is_stream(STR("/api/v1/ticket/stream")));
    assert_true(precheck_is_stream(STR("/api/v1/ticket/stream?x=/y")));
    assert_false(precheck_is_stream(STR("/api/v1/ticket/%73tream")));
    assert_false(precheck_is_stream(STR("/ticket?x=/stream")));
    assert_false(precheck_is_stream((struct str){NULL, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_precheck_judges_the_whole_corpus),
        cmocka_unit_test(test_precheck_refuses_long_addresses),
        cmocka_unit_test(test_precheck_refuses_nul_and_too_many_fields),
        cmocka_unit_test(test_precheck_peek_tells_the_door),
        cmocka_unit_test(test_precheck_is_stream_looks_at_the_path_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
