/* sms/gateway_http and gateway_null: what goes out, and what answers mean, against a real HTTP
 * peer. SPDX-License-Identifier: MIT */
#include "sms/gateway.h"

#include "base/log.h"
#include "fetch/fetch.h"
#include "loop/loop.h"
#include "tests/lib/peer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static struct peer peer;
static struct loop *the_loop;
static struct fetch *the_fetch;
static char request[8192]; /* the last one the peer read */
static const char *reply;  /* what it answers; NULL: nothing, it waits */
static char url[256];

static bool answer(int fd, const char *text)
{
    snprintf(request, sizeof request, "%s", text);
    if (reply) {
        peer_say(fd, reply);
        return false;
    }
    peer_say_nothing(fd);
    return false;
}

static int set_up(void **state)
{
    log_set(LOG_ERROR, LOG_TEXT);
    loop_library_init();
    the_loop = loop_new("test");
    the_fetch = fetch_new(the_loop, 2);
    peer_start(&peer, answer);
    return 0;
}

static int tear_down(void **state)
{
    peer_stop(&peer);
    fetch_free(the_fetch);
    loop_free(the_loop);
    loop_library_free();
    return 0;
}

static struct sms_gateway_settings settings_for(const char *path)
{
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", peer.port, path);
    return (struct sms_gateway_settings){.name = "test",
                                         .kind = "http",
                                         .url = url,
                                         .method = "POST",
                                         .body = "",
                                         .content_type = "application/json",
                                         .user_password_file = "",
                                         .success_status = "200-299",
                                         .success_match = "",
                                         .retry_match = "",
                                         .report_secret = "",
                                         .timeout_ms = 5000,
                                         .from = "10691234",
                                         .rate_per_second = 10};
}

static void on_result(void *arg, const struct gateway_result *r)
{
    *(struct gateway_result *)arg = *r;
    loop_stop(the_loop);
}

static struct gateway_result send_one(const struct sms_gateway_settings *settings)
{
    struct gateway_result r = {.reason = "none"};
    void *self = gateway_http.open(
        &(struct gateway_env){.settings = settings, .loop = the_loop, .fetch = the_fetch});
    const struct gateway_message m = {.id = STR("xh.1763932800000-0"),
                                      .to_e164 = "+8613800000001",
                                      .country = STR("86"),
                                      .text = STR("请 A012 号到 \"3\" 号窗口"),
                                      .size = {ENCODING_UCS2, 1, 16},
                                      .valid_ms = 61000,
                                      .report_url = STR("https://h/r?message=xh.1")};
    assert_non_null(self);
    gateway_http.send(self, &m, on_result, &r);
    loop_run(the_loop);
    gateway_http.close(self);
    return r;
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static void test_gateway_http_fills_an_address_as_kannel_wants_it(void **state)
{
    struct sms_gateway_settings s = settings_for(
        "/cgi-bin/"
        "sendsms?username=qh&from={from}&to={to_e164}&coding={coding}&charset=UTF-8&text={text}"
        "&validity={validity_min}&dlr-mask=31&dlr-url={report_url}%26state%3D%25d");
    s.method = "GET";
    reply = OK;
    assert_int_equal(send_one(&s).outcome, GATEWAY_OK);
    assert_true(
        str_starts(str_of(request),
                   "GET /cgi-bin/sendsms?username=qh&from=10691234&to=%2B8613800000001&coding=2&"
                   "charset=UTF-8&text=%E8%AF%B7%20A012%20%E5%8F%B7%E5%88%B0%20%223%22%20%E5%8F%B7"
                   "%E7%AA%97%E5%8F%A3&validity=2&dlr-mask=31&dlr-url=https%3A%2F%2Fh%2Fr%3Fmessage"
                   "%3Dxh.1%26state%3D%25d HTTP/1.1\r\n"));
}

static void test_gateway_http_fills_json_and_headers(void **state)
{
    struct sms_gateway_settings s = settings_for("/send");
    const char *headers[] = {"X-Id: {id}", "X-To: {to|url}"};
    s.body = "{\"to\":[\"{to_national}\"],\"text\":\"{text}\",\"ttl\":{validity_s},\"o\":{}}";
    s.headers = headers;
    s.header_count = 2;
    reply = OK;
    assert_int_equal(send_one(&s).outcome, GATEWAY_OK);
    assert_non_null(strstr(request, "\r\nX-Id: xh.1763932800000-0\r\n"));
    assert_non_null(strstr(request, "\r\nX-To: 8613800000001\r\n"));
    assert_non_null(strstr(request, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(request,
                           "\r\n\r\n{\"to\":[\"13800000001\"],\"text\":\"请 A012 号到 \\\"3\\\" "
                           "号窗口\",\"ttl\":61,\"o\":{}}"));
}

static void test_gateway_http_fills_a_form_and_logs_in(void **state)
{
    struct sms_gateway_settings s = settings_for("/send");
    char path[] = "/tmp/paihao-test-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "me:secret\n", 10), 10);
    close(fd);
    s.body = "To={to_e164}&Body={text}";
    s.content_type = "application/x-www-form-urlencoded";
    s.user_password_file = path;
    reply = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
    assert_int_equal(send_one(&s).outcome, GATEWAY_OK);
    unlink(path);
    assert_non_null(strstr(request, "\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"));
    assert_non_null(strstr(request, "\r\n\r\nTo=%2B8613800000001&Body=%E8%AF%B7+A012+"));
}

static void test_gateway_http_answers_mean_one_of_four(void **state)
{
    static const struct {
        const char *reply, *success_status, *success_match, *retry_match;
        enum gateway_outcome outcome;
        const char *reason;
    } cases[] = {
        {OK, "200-299", "", "", GATEWAY_OK, "http_200"},
        {OK, "200-299", "^ok$", "", GATEWAY_OK, "http_200"},
        {OK, "200-299", "^sent", "", GATEWAY_PERMFAIL, "answer_refused"},
        {OK, "200-299", "^sent", "^ok", GATEWAY_TEMPFAIL, "http_200"},
        {OK, "202", "", "", GATEWAY_PERMFAIL, "http_200"},
        {OK, "202, 200", "", "", GATEWAY_OK, "http_200"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200-299", "", "", GATEWAY_OK, "http_200"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200-299", "ok", "", GATEWAY_TEMPFAIL,
         "answer_empty"},
        {"", "200-299", "", "", GATEWAY_TEMPFAIL, "no_answer"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "200-299", "", "", GATEWAY_TEMPFAIL,
         "no_answer"},
        {"no HTTP at all", "200-299", "", "", GATEWAY_TEMPFAIL, "no_answer"},
        {"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "200-299", "", "", GATEWAY_TEMPFAIL,
         "http_500"},
        {"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "200-299", "", "", GATEWAY_TEMPFAIL,
         "http_503"},
        {"HTTP/1.1 408 No\r\nContent-Length: 0\r\n\r\n", "200-299", "", "", GATEWAY_TEMPFAIL,
         "http_408"},
        {"HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nlook", "200-299", "", "", GATEWAY_PERMFAIL,
         "http_403"},
        {"HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nlook", "200-299", "", "^lo", GATEWAY_TEMPFAIL,
         "http_403"},
        {"HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "200-299", "", "",
         GATEWAY_PERMFAIL, "http_302"},
        {"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", "200-299", "", "", GATEWAY_THROTTLED,
         "http_429"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sms_gateway_settings s = settings_for("/send");
        s.success_status = cases[i].success_status;
        s.success_match = cases[i].success_match;
        s.retry_match = cases[i].retry_match;
        reply = cases[i].reply;
        struct gateway_result r = send_one(&s);
        if (r.outcome != cases[i].outcome || strcmp(r.reason, cases[i].reason) != 0)
            fail_msg("case %zu: %d %s", i, (int)r.outcome, r.reason);
    }
}

static void test_gateway_http_pauses_as_long_as_it_is_asked_to(void **state)
{
    static const struct {
        const char *field;
        int64_t pause_ms;
    } cases[] = {{"X: y", 2000},
                 {"Retry-After: 7", 7000},
                 {"Retry-After: 0", 1000},
                 {"Retry-After: 86400", 60000},
                 {"Retry-After: -1", 2000},
                 {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", 2000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static char text[200]; /* the peer's thread may still look at it */
        struct sms_gateway_settings s = settings_for("/send");
        snprintf(text, sizeof text, "HTTP/1.1 429 Slow\r\n%s\r\nContent-Length: 0\r\n\r\n",
                 cases[i].field);
        reply = text;
        assert_int_equal(send_one(&s).pause_ms, cases[i].pause_ms);
    }
}

static void test_gateway_http_hanging_or_absent_is_tried_again(void **state)
{
    struct sms_gateway_settings s = settings_for("/send");
    struct gateway_result r;
    int port;
    s.timeout_ms = 50;
    reply = NULL;
    r = send_one(&s);
    assert_int_equal(r.outcome, GATEWAY_TEMPFAIL);
    assert_string_equal(r.reason, "no_answer");
    close(peer_listen(&port));
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    r = send_one(&s);
    assert_int_equal(r.outcome, GATEWAY_TEMPFAIL);
    assert_string_equal(r.reason, "unreachable");
}

static void expect_refused(struct sms_gateway_settings s)
{
    assert_null(gateway_http.open(
        &(struct gateway_env){.settings = &s, .loop = the_loop, .fetch = the_fetch}));
}

static void test_gateway_http_refuses_settings_that_cannot_work(void **state)
{
    static const char *headers[] = {"X: {nobody}"};
    struct sms_gateway_settings s = settings_for("/send?to={too}");
    log_set(LOG_ERROR, LOG_TEXT);
    expect_refused(s);
    s = settings_for("/send");
    s.url = "";
    expect_refused(s);
    s = settings_for("/send");
    s.body = "{to|upper}";
    expect_refused(s);
    s = settings_for("/send");
    s.headers = headers;
    s.header_count = 1;
    expect_refused(s);
    s = settings_for("/send");
    s.success_match = "(";
    expect_refused(s);
    s = settings_for("/send");
    s.success_status = "200-";
    s.retry_match = "[";
    expect_refused(s);
    s = settings_for("/send");
    s.success_status = "ok";
    expect_refused(s);
    s = settings_for("/send");
    s.user_password_file = "/nowhere/at/all";
    expect_refused(s);
}

static void test_gateway_null_takes_everything(void **state)
{
    struct gateway_result r = {.reason = "none"};
    const struct gateway_message m = {.to_e164 = "+1", .text = STR("x"), .id = STR("x.1-1")};
    const struct gateway_ops *ops = gateway_find("null");
    assert_ptr_equal(ops, &gateway_null);
    void *self = ops->open(&(struct gateway_env){.loop = the_loop, .fetch = the_fetch});
    ops->send(self, &m, on_result, &r);
    ops->close(self);
    assert_int_equal(r.outcome, GATEWAY_OK);
    assert_ptr_equal(gateway_find("http"), &gateway_http);
    assert_ptr_equal(gateway_find("smpp"), &gateway_smpp);
    assert_null(gateway_find("pigeon"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gateway_http_fills_an_address_as_kannel_wants_it),
        cmocka_unit_test(test_gateway_http_fills_json_and_headers),
        cmocka_unit_test(test_gateway_http_fills_a_form_and_logs_in),
        cmocka_unit_test(test_gateway_http_answers_mean_one_of_four),
        cmocka_unit_test(test_gateway_http_pauses_as_long_as_it_is_asked_to),
        cmocka_unit_test(test_gateway_http_hanging_or_absent_is_tried_again),
        cmocka_unit_test(test_gateway_http_refuses_settings_that_cannot_work),
        cmocka_unit_test(test_gateway_null_takes_everything),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
