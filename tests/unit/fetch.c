/* fetch/: against a small server on a raw socket that answers, dawdles, breaks off or talks too
 * much, as the path asks it to. SPDX-License-Identifier: MIT */
#include "fetch/fetch.h"

#include "base/clock.h"
#include "loop/loop.h"
#include "tests/lib/peer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

struct got {
    struct loop *loop;
    int calls;
    int wanted;
    int status;
    bool sent;
    char error[128];
    char body[4096];
    size_t body_len;
    char location[64];
    char type[64];
};

static void echo(int fd, const char *in)
{
    char out[8192];
    snprintf(out, sizeof out,
             "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s",
             strlen(in), in);
    peer_say(fd, out);
}

/* One request; false closes the connection. */
static bool answer(int fd, const char *in)
{
    const char *path = strchr(in, '/');
    if (strncmp(path, "/echo", 5) == 0) {
        echo(fd, in);
        return true;
    }
    if (strncmp(path, "/moved", 6) == 0) {
        peer_say(fd, "HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n");
        return true;
    }
    if (strncmp(path, "/cut", 4) == 0)
        peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
    if (strncmp(path, "/large", 6) == 0)
        peer_say_much(fd, "HTTP/1.1 200 OK\r\n\r\n", "0123456789abcdef0123456789abcdef", 1000);
    if (strncmp(path, "/heads", 6) == 0)
        peer_say_much(fd, "HTTP/1.1 200 OK\r\n", "X-Filler: 0123456789abcdef\r\n", 10000);
    if (strncmp(path, "/stream", 7) == 0) /* three events and the end, or no end */
        peer_say_much(fd, "HTTP/1.1 200 OK\r\n\r\n", "data: 1\n\n", 3);
    if (strncmp(path, "/stream/silent", 14) == 0)
        peer_say_nothing(fd);
    if (strncmp(path, "/refused", 8) == 0)
        peer_say(fd, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}");
    if (strncmp(path, "/slow", 5) == 0) {
        peer_say_nothing(fd);
    }
    return false; /* "/nothing" among them */
}

static struct peer peer;
static struct loop *the_loop;

static int set_up(void **state)
{
    loop_library_init();
    the_loop = loop_new("test");
    peer_start(&peer, answer);
    return 0;
}

static int tear_down(void **state)
{
    peer_stop(&peer);
    loop_free(the_loop);
    loop_library_free();
    return 0;
}

static void keep(char *out, size_t cap, struct str s)
{
    snprintf(out, cap, STR_FMT, STR_ARG(s));
}

static void on_answer(void *arg, const struct fetch_answer *a)
{
    struct got *g = arg;
    g->calls++;
    g->status = a->status;
    g->sent = a->sent;
    keep(g->error, sizeof g->error, str_of(a->error));
    keep(g->body, sizeof g->body, a->body);
    g->body_len = a->body.len;
    keep(g->location, sizeof g->location, fetch_header(a, "location"));
    keep(g->type, sizeof g->type, fetch_header(a, "Content-Type"));
    if (g->calls == g->wanted)
        loop_stop(g->loop);
}

static const char *url_of(const char *path)
{
    static char url[200];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", peer.port, path);
    return url;
}

static struct str_pieces {
    size_t len;
    bool enough; /* wants no second one */
} pieces;

static bool on_piece(void *arg, struct str bytes)
{
    (void)arg;
    pieces.len += bytes.len;
    return !pieces.enough;
}

/* Sends one request with a fetch of its own and runs the loop until its answer is there. */
static struct got fetch_once(const struct fetch_request *req)
{
    struct got g = {.loop = the_loop, .wanted = 1};
    struct fetch *f = fetch_new(the_loop, 4);
    fetch_send(f, req, on_answer, &g);
    assert_int_equal(g.calls, 0);
    loop_run(the_loop);
    fetch_free(f);
    assert_int_equal(g.calls, 1);
    return g;
}

static struct got get(const char *path)
{
    return fetch_once(
        &(struct fetch_request){.method = "GET", .url = url_of(path), .timeout_ms = 5000});
}

static void test_fetch_sends_what_it_was_given(void **state)
{
    const char *headers[] = {"Content-Type: application/json", "X-Key: k", NULL};
    struct got g = fetch_once(&(struct fetch_request){.method = "POST",
                                                      .url = url_of("/echo?a=1"),
                                                      .headers = headers,
                                                      .body = STR("{\"a\":1}"),
                                                      .timeout_ms = 5000,
                                                      .user_password = "u:p"});
    assert_int_equal(g.status, 201);
    assert_string_equal(g.error, "");
    assert_true(g.sent);
    assert_string_equal(g.type, "text/plain");
    assert_non_null(strstr(g.body, "POST /echo?a=1 HTTP/1.1\r\n"));
    assert_non_null(strstr(g.body, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(g.body, "\r\nX-Key: k\r\n"));
    assert_non_null(strstr(g.body, "\r\nAuthorization: Basic dTpw\r\n"));
    assert_non_null(strstr(g.body, "\r\n\r\n{\"a\":1}"));
}

static void test_fetch_knows_the_methods(void **state)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        struct got g = fetch_once(&(struct fetch_request){
            .method = methods[i], .url = url_of("/echo"), .timeout_ms = 5000});
        assert_int_equal(g.status, 201);
        assert_memory_equal(g.body, methods[i], strlen(methods[i]));
    }
}

static void test_fetch_follows_no_redirect(void **state)
{
    struct got g = get("/moved");
    assert_int_equal(g.status, 302);
    assert_string_equal(g.location, "/echo");
}

static void test_fetch_gives_up_in_time(void **state)
{
    int64_t began = clock_mono_ms();
    struct got g = fetch_once(
        &(struct fetch_request){.method = "GET", .url = url_of("/slow"), .timeout_ms = 60});
    assert_int_equal(g.status, 0);
    assert_string_equal(g.error, "no answer in time");
    assert_true(g.sent);
    assert_true(clock_mono_ms() - began >= 50);
}

static void test_fetch_answer_cut_off_is_none(void **state)
{
    struct got g = get("/cut");
    assert_int_equal(g.status, 0);
    assert_int_equal(g.body_len, 0);
    assert_string_equal(g.error, "the answer was cut off");
    assert_true(g.sent);
}

static void test_fetch_closed_without_answer(void **state)
{
    struct got g = get("/nothing");
    assert_int_equal(g.status, 0);
    assert_string_equal(g.error, "the connection was closed without an answer");
    assert_true(g.sent);
}

static void test_fetch_answer_is_bounded(void **state)
{
    struct got g = fetch_once(&(struct fetch_request){
        .method = "GET", .url = url_of("/large"), .timeout_ms = 5000, .answer_max_bytes = 1000});
    assert_int_equal(g.status, 0);
    assert_string_equal(g.error, "the answer is larger than allowed");
    g = get("/large"); /* 32,000 bytes are below the default bound */
    assert_int_equal(g.status, 200);
    assert_int_equal(g.body_len, 32000);
    g = get("/heads");
    assert_string_equal(g.error, "the answer is larger than allowed");
}

static void test_fetch_refused_was_not_sent(void **state)
{
    int port;
    char url[64];
    close(peer_listen(&port)); /* nobody listens there now */
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    struct got g =
        fetch_once(&(struct fetch_request){.method = "GET", .url = url, .timeout_ms = 5000});
    assert_int_equal(g.status, 0);
    assert_false(g.sent);
    assert_string_equal(g.error, "the host cannot be reached");
}

static void test_fetch_takes_http_alone(void **state)
{
    static const char *const urls[] = {
        "file:///etc/passwd",      "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "http://",
        "http://127.0.0.1:99999/", "no scheme at all"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct got g = fetch_once(
            &(struct fetch_request){.method = "GET", .url = urls[i], .timeout_ms = 5000});
        assert_int_equal(g.status, 0);
        assert_false(g.sent);
        assert_string_not_equal(g.error, "");
    }
}

static void test_fetch_header_without_control_characters(void **state)
{
    const char *headers[] = {"X-From: a\r\nX-Evil: b", NULL};
    struct got g = fetch_once(&(struct fetch_request){
        .method = "GET", .url = url_of("/echo"), .headers = headers, .timeout_ms = 5000});
    assert_int_equal(g.status, 0);
    assert_false(g.sent);
    assert_string_equal(g.error, "a header field of the request holds a control character");
}

static struct got stream(const char *path, bool enough)
{
    struct fetch_request r = {
        .method = "GET", .url = url_of(path), .piece = on_piece, .silence_s = 1};

    pieces = (struct str_pieces){.enough = enough};
    return fetch_once(&r);
}

static void test_fetch_gives_a_stream_piece_by_piece(void **state)
{
    struct got g = stream("/stream", false);

    assert_int_equal(g.status, 200);
    assert_int_equal(pieces.len, 27);
    assert_int_equal(g.body_len, 0);
    g = stream("/stream", true); /* whoever has had enough ends it */
    assert_int_equal(g.status, 0);
    g = stream("/refused", false); /* of another answer the body is collected */
    assert_int_equal(g.status, 401);
    assert_string_equal(g.body, "{}");
    assert_int_equal(pieces.len, 0);
}

static void test_fetch_cuts_off_a_stream_that_is_silent(void **state)
{
    int64_t began_ms = clock_mono_ms();
    struct got g = stream("/stream/silent", false);

    assert_int_equal(g.status, 0);
    assert_int_equal(pieces.len, 27);
    assert_true(clock_mono_ms() - began_ms >= 900);
}

static void test_fetch_keeps_connections_alive(void **state)
{
    struct got g = {.loop = the_loop};
    struct fetch *f = fetch_new(the_loop, 2);
    int before = peer_connections(&peer);
    for (int i = 0; i < 5; i++) {
        g.wanted = i + 1;
        fetch_send(
            f, &(struct fetch_request){.method = "GET", .url = url_of("/echo"), .timeout_ms = 5000},
            on_answer, &g);
        loop_run(the_loop);
    }
    assert_int_equal(peer_connections(&peer) - before, 1);
    fetch_free(f);
}

static void test_fetch_opens_so_many_connections_at_most(void **state)
{
    struct got g = {.loop = the_loop, .wanted = 40};
    struct fetch *f = fetch_new(the_loop, 3);
    int before = peer_connections(&peer);
    for (int i = 0; i < g.wanted; i++)
        fetch_send(
            f, &(struct fetch_request){.method = "GET", .url = url_of("/echo"), .timeout_ms = 5000},
            on_answer, &g);
    loop_run(the_loop);
    assert_int_equal(g.calls, 40);
    assert_int_equal(g.status, 201);
    assert_in_range(peer_connections(&peer) - before, 1, 3);
    fetch_free(f);
}

static void test_fetch_free_answers_the_pending(void **state)
{
    struct got g = {.loop = the_loop, .wanted = -1};
    struct fetch *f = fetch_new(the_loop, 2);
    for (int i = 0; i < 4; i++)
        fetch_send(
            f,
            &(struct fetch_request){.method = "GET", .url = url_of("/slow"), .timeout_ms = 60000},
            on_answer, &g);
    event_base_loop(loop_base(the_loop), EVLOOP_ONCE);
    fetch_free(f);
    assert_int_equal(g.calls, 4);
    assert_int_equal(g.status, 0);
    assert_string_equal(g.error, "the program is stopping");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fetch_sends_what_it_was_given),
        cmocka_unit_test(test_fetch_knows_the_methods),
        cmocka_unit_test(test_fetch_follows_no_redirect),
        cmocka_unit_test(test_fetch_gives_up_in_time),
        cmocka_unit_test(test_fetch_answer_cut_off_is_none),
        cmocka_unit_test(test_fetch_closed_without_answer),
        cmocka_unit_test(test_fetch_answer_is_bounded),
        cmocka_unit_test(test_fetch_refused_was_not_sent),
        cmocka_unit_test(test_fetch_takes_http_alone),
        cmocka_unit_test(test_fetch_header_without_control_characters),
        cmocka_unit_test(test_fetch_gives_a_stream_piece_by_piece),
        cmocka_unit_test(test_fetch_cuts_off_a_stream_that_is_silent),
        cmocka_unit_test(test_fetch_keeps_connections_alive),
        cmocka_unit_test(test_fetch_opens_so_many_connections_at_most),
        cmocka_unit_test(test_fetch_free_answers_the_pending),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
