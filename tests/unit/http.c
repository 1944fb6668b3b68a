/* Requests and answers of the HTTP floor, over real sockets. SPDX-License-Identifier: MIT */
#include "tests/lib/http_bed.h"
#include "tests/lib/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: t\r\n\r\n"

static int set_up(void **state)
{
    *state = bed_new((struct http_config){0});
    return ((struct bed *)*state)->server != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    bed_free(*state);
    return 0;
}

static void expect_body(struct client *c, const char *body)
{
    struct reply r;

    client_reply(c, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, body);
    reply_clear(&r);
}

static void expect_status(struct client *c, int status)
{
    struct reply r;

    client_reply(c, &r);
    assert_int_equal(r.status, status);
    reply_clear(&r);
}

static void test_http_keeps_a_connection_alive(void **state)
{
    struct bed *b = *state;
    struct client c;

    client_open(&c, b->port);
    for (int i = 0; i < 50; i++) {
        client_say(&c, i % 2 ? GET("/echo") : GET("/later"));
        expect_body(&c, "-");
    }
    assert_int_equal(b->requests, 50);
    client_close(&c);
}

static void test_http_answers_pipelined_requests_in_order(void **state)
{
    struct bed *b = *state;
    struct client c;
    char text[200];

    client_open(&c, b->port);
    for (int i = 10; i < 40; i++) {
        snprintf(text, sizeof(text), "POST /%s HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n%d",
                 i % 3 ? "echo" : "later", i);
        client_say(&c, text);
    }
    for (int i = 10; i < 40; i++) {
        snprintf(text, sizeof(text), "%d", i);
        expect_body(&c, text);
    }
    client_close(&c);
}

static void test_http_reads_a_body_in_pieces(void **state)
{
    static const char text[] =
        "POST /later HTTP/1.1\r\nHost: t\r\nContent-Length: 12\r\n\r\nhello pieces";
    struct bed *b = *state;
    struct client c;

    client_open(&c, b->port);
    for (int i = 0; i < 3; i++) {
        for (const char *p = text; *p != '\0'; p++)
            client_send(&c, p, 1);
        expect_body(&c, "hello pieces");
    }
    client_close(&c);
}

static void test_http_reads_a_chunked_body(void **state)
{
    struct bed *b = *state;
    struct client c;

    client_open(&c, b->port);
    client_say(&c, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhello\r\n");
    client_say(&c, "7;x=y\r\n chunks\r\n0\r\nTrailer: t\r\n\r\n");
    expect_body(&c, "hello chunks");
    client_say(&c, GET("/echo"));
    expect_body(&c, "-");
    client_close(&c);
}

static void test_http_says_continue(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    client_say(&c, "POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
                   "Content-Length: 2\r\n\r\n");
    client_reply(&c, &r);
    assert_int_equal(r.status, 100);
    reply_clear(&r);
    client_say(&c, "ok");
    expect_body(&c, "ok");
    client_close(&c);
}

static bool holds_64(void *arg)
{
    return ((struct bed *)arg)->requests == 64;
}

static void test_http_answers_many_outstanding_requests_at_once(void **state)
{
    struct bed *b = *state;
    struct client c[64];

    for (int i = 0; i < 64; i++) {
        client_open(&c[i], b->port);
        client_say(&c[i], GET("/held") GET("/later"));
    }
    assert_true(bed_eventually(holds_64, b));
    bed_release(b);
    for (int i = 0; i < 64; i++) {
        expect_body(&c[i], "-");
        expect_body(&c[i], "-");
        client_close(&c[i]);
    }
    assert_int_equal(b->requests, 128);
}

static bool is_idle(void *arg)
{
    return bed_is_idle(arg);
}

static bool holds_one(void *arg)
{
    return ((struct bed *)arg)->requests == 1;
}

static void test_http_bears_a_client_that_leaves_before_its_answer(void **state)
{
    struct bed *b = *state;
    struct client c;

    client_open(&c, b->port);
    client_say(&c, GET("/held"));
    assert_true(bed_eventually(holds_one, b));
    client_close(&c);
    bed_release(b);
    assert_true(bed_eventually(is_idle, b));
    assert_int_equal(ask(b->port, GET("/echo")), 200);
}

static void test_http_tells_peer_query_header_and_path(void **state)
{
    struct bed *b = *state;
    struct client c;

    client_open(&c, b->port);
    client_say(&c, "GET /tell?y=1&x=%e4%b8%ad+a&x=2 HTTP/1.1\r\nHost: t\r\nX-TEST:  v w \r\n\r\n");
    expect_body(&c, "127.0.0.1 7 \xe4\xb8\xad a v w  /tell");
    client_say(&c, GET("/tell?x"));
    expect_body(&c, "127.0.0.1 7  none /tell");
    client_say(&c, GET("/%74ell"));
    expect_body(&c, "127.0.0.1 7 none none /tell");
    client_close(&c);
}

static void test_http_reply_adds_the_security_fields(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    client_say(&c, GET("/echo"));
    client_reply(&c, &r);
    assert_true(reply_has(&r, "Cache-Control: no-store"));
    assert_true(reply_has(&r, "X-Content-Type-Options: nosniff"));
    assert_true(reply_has(&r, "Referrer-Policy: no-referrer"));
    assert_true(reply_has(&r, "Cross-Origin-Opener-Policy: same-origin"));
    assert_true(reply_has(&r, "Content-Type: text/plain"));
    assert_non_null(strstr(r.head, "Permissions-Policy: "));
    assert_non_null(strstr(r.head, "Content-Security-Policy: default-src 'none'; "));
    assert_null(strstr(r.head, "Connection: close"));
    reply_clear(&r);
    client_say(&c, GET("/cached"));
    client_reply(&c, &r);
    assert_true(reply_has(&r, "Cache-Control: max-age=60"));
    assert_true(reply_has(&r, "ETag: \"1\""));
    assert_false(reply_has(&r, "Cache-Control: no-store"));
    reply_clear(&r);
    client_close(&c);
}

static void test_http_answers_head_without_a_body(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    client_say(&c, "HEAD /cached HTTP/1.1\r\nHost: t\r\n\r\n");
    client_reply_head(&c, &r);
    assert_int_equal(r.status, 200);
    assert_true(reply_has(&r, "Content-Length: 1"));
    client_say(&c, GET("/echo"));
    expect_body(&c, "-");
    client_close(&c);
}

static void test_http_sends_a_large_answer_to_a_slow_reader(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    client_say(&c, GET("/big") GET("/echo"));
    assert_int_equal(ask(b->port, GET("/later")), 200); /* others are served meanwhile */
    client_reply(&c, &r);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body_len, BED_BIG_BYTES);
    reply_clear(&r);
    expect_body(&c, "-");
    client_close(&c);
}

/* --- bodies too large --- */

static void expect_413_and_end(struct client *c)
{
    struct reply r;

    client_reply(c, &r);
    assert_int_equal(r.status, 413);
    assert_true(reply_has(&r, "Content-Type: application/problem+json"));
    assert_true(reply_has(&r, "Connection: close"));
    assert_non_null(strstr(r.body, "\"code\":\"too_large\""));
    reply_clear(&r);
    assert_true(client_sees_end(c));
    client_close(c);
}

static void say_length(struct client *c, const char *more, long length)
{
    char text[200];

    snprintf(text, sizeof(text), "POST /echo HTTP/1.1\r\nHost: t\r\n%sContent-Length: %ld\r\n\r\n",
             more, length);
    client_say(c, text);
}

static void test_http_refuses_a_body_too_large_by_its_length(void **state)
{
    struct bed *b = *state;
    char *body = calloc(1, BED_BODY_MAX + 1);
    struct client c;

    client_open(&c, b->port);
    say_length(&c, "", BED_BODY_MAX);
    client_send(&c, body, BED_BODY_MAX);
    expect_status(&c, 200);
    say_length(&c, "", BED_BODY_MAX + 1);
    client_send(&c, body, BED_BODY_MAX + 1);
    expect_413_and_end(&c);
    client_open(&c, b->port);
    say_length(&c, "Expect: 100-continue\r\n", BED_BODY_MAX + 1);
    expect_413_and_end(&c);
    client_open(&c, b->port);
    say_length(&c, "", 1000000000000L);
    expect_413_and_end(&c);
    assert_int_equal(b->requests, 1);
    free(body);
}

static void test_http_refuses_a_body_too_large_by_its_chunks(void **state)
{
    struct bed *b = *state;
    char *body = calloc(1, BED_BODY_MAX);
    struct client c;

    client_open(&c, b->port);
    client_say(&c, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n");
    client_send(&c, body, BED_BODY_MAX);
    client_say(&c, "\r\n1\r\nx\r\n0\r\n\r\n");
    expect_413_and_end(&c);
    client_open(&c, b->port);
    client_say(&c, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 200; i++) { /* twice what is swallowed */
        client_say(&c, "2710\r\n");
        client_send(&c, body, BED_BODY_MAX);
        client_say(&c, "\r\n");
    }
    assert_true(client_sees_end(&c));
    client_close(&c);
    assert_int_equal(b->requests, 0);
    free(body);
}

/* --- end of the server --- */

static bool sees_four(void *arg)
{
    return ((struct bed *)arg)->requests == 3 && bed_connections(arg) == 4;
}

static void test_http_server_drain_answers_what_is_under_way(void **state)
{
    struct bed *b = *state;
    struct client held, idle, silent, half;
    struct reply r;

    client_open(&idle, b->port);
    client_say(&idle, GET("/echo"));
    expect_body(&idle, "-");
    client_open(&silent, b->port);
    client_open(&half, b->port);
    client_say(&half, "POST /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
                      "Content-Length: 2\r\n\r\n");
    expect_status(&half, 100); /* so it has begun for sure */
    client_open(&held, b->port);
    client_say(&held, GET("/echo") GET("/held"));
    expect_body(&held, "-");
    assert_true(bed_eventually(sees_four, b));
    bed_drain(b);
    assert_true(client_sees_end(&idle));
    assert_true(client_sees_end(&silent));
    assert_false(bed_is_idle(b));
    client_say(&half, "12");
    client_reply(&half, &r);
    assert_int_equal(r.status, 200);
    assert_true(reply_has(&r, "Connection: close"));
    reply_clear(&r);
    bed_release(b);
    client_reply(&held, &r);
    assert_int_equal(r.status, 200);
    assert_true(reply_has(&r, "Connection: close"));
    reply_clear(&r);
    assert_true(bed_eventually(is_idle, b));
    client_close(&held);
    client_close(&idle);
    client_close(&silent);
    client_close(&half);
}

static bool holds_20(void *arg)
{
    return ((struct bed *)arg)->requests == 20;
}

static void test_http_server_free_ends_what_is_under_way(void **state)
{
    struct bed *b = *state;
    struct client held[20];
    struct client silent;

    client_open(&silent, b->port);
    for (int i = 0; i < 20; i++) {
        client_open(&held[i], b->port);
        client_say(&held[i], GET("/held") GET("/held"));
    }
    assert_true(bed_eventually(holds_20, b));
    bed_free_server(b);
    for (int i = 0; i < 20; i++) {
        expect_status(&held[i], 503);
        assert_true(client_sees_end(&held[i]));
        client_close(&held[i]);
    }
    assert_true(client_sees_end(&silent));
    client_close(&silent);
}

static void test_http_server_new_refuses_what_is_no_address(void **state)
{
    struct bed *b = bed_new((struct http_config){.address = "not.an.address"});

    assert_null(b->server);
    bed_free(b);
}

static void test_http_listens_on_v6(void **state)
{
    struct bed *b = bed_new((struct http_config){.address = "::"});
    struct client c;

    if (b->server == NULL) {
        bed_free(b);
        skip(); /* a kernel without IPv6 */
    }
    client_open(&c, b->port);
    client_say(&c, GET("/tell"));
    expect_body(&c, "127.0.0.1 7 none none /tell");
    client_close(&c);
    bed_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)
        TEST(http_keeps_a_connection_alive),
        TEST(http_answers_pipelined_requests_in_order),
        TEST(http_reads_a_body_in_pieces),
        TEST(http_reads_a_chunked_body),
        TEST(http_says_continue),
        TEST(http_answers_many_outstanding_requests_at_once),
        TEST(http_bears_a_client_that_leaves_before_its_answer),
        TEST(http_tells_peer_query_header_and_path),
        TEST(http_reply_adds_the_security_fields),
        TEST(http_answers_head_without_a_body),
        TEST(http_sends_a_large_answer_to_a_slow_reader),
        TEST(http_refuses_a_body_too_large_by_its_length),
        TEST(http_refuses_a_body_too_large_by_its_chunks),
        TEST(http_server_drain_answers_what_is_under_way),
        TEST(http_server_free_ends_what_is_under_way),
        cmocka_unit_test(test_http_server_new_refuses_what_is_no_address),
        cmocka_unit_test(test_http_listens_on_v6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
