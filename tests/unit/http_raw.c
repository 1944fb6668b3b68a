/* Wrong and hostile bytes on the HTTP floor's socket: each row of the corpus gets one refusal and
 * the end of the connection, and nothing smuggled behind it is ever run; who is too slow is cut
 * off. SPDX-License-Identifier: MIT */
#include "tests/lib/http_bed.h"
#include "tests/lib/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

enum { DEADLINE_MS = 300, SILENT_MAX = 1024 };

struct row {
    const char *what;
    int status; /* 0: closed without an answer */
    const char *bytes;
    size_t len;
};

#define POST     "POST /echo HTTP/1.1\r\nHost: t\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n"
/* Whoever believes the chunks sees one request and its successor; whoever believes the length,
 * another. */
#define CHUNKS "0\r\n\r\n" SMUGGLED
#define ROW(what, status, bytes)                                                                   \
    {                                                                                              \
        what, status, bytes, sizeof(bytes) - 1                                                     \
    }

static const struct row corpus[] = {
    ROW("CL+TE", 400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" CHUNKS),
    ROW("TE+CL", 400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" CHUNKS),
    ROW("two CL, different", 400, POST "Content-Length: 1\r\nContent-Length: 40\r\n\r\nx" SMUGGLED),
    ROW("two CL, same", 400, POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx" SMUGGLED),
    ROW("CL +3", 400, POST "Content-Length: +3\r\n\r\nabc" SMUGGLED),
    ROW("CL -3", 400, POST "Content-Length: -3\r\n\r\nabc" SMUGGLED),
    ROW("CL 0x3", 400, POST "Content-Length: 0x3\r\n\r\nabc" SMUGGLED),
    ROW("CL 3 4", 400, POST "Content-Length: 3 4\r\n\r\nabc" SMUGGLED),
    ROW("CL 3, 3", 400, POST "Content-Length: 3, 3\r\n\r\nabc" SMUGGLED),
    ROW("CL empty", 400, POST "Content-Length:\r\n\r\n" SMUGGLED),
    ROW("CL 2^64-1", 413, POST "Content-Length: 18446744073709551615\r\n\r\n" SMUGGLED),
    ROW("CL 2^64+5", 413, POST "Content-Length: 18446744073709551621\r\n\r\n" SMUGGLED),
    ROW("TE xchunked", 400, POST "Transfer-Encoding: xchunked\r\n\r\n" CHUNKS),
    ROW("TE gzip, chunked", 400, POST "Transfer-Encoding: gzip, chunked\r\n\r\n" CHUNKS),
    ROW("TE VT chunked", 400, POST "Transfer-Encoding: \vchunked\r\n\r\n" CHUNKS),
    ROW("TE twice", 400,
        POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" CHUNKS),
    ROW("TE before a blank", 400, POST "Transfer-Encoding : chunked\r\n\r\n" CHUNKS),
    ROW("TE folded", 400, POST "Transfer-Encoding:\r\n chunked\r\n\r\n" CHUNKS),
    ROW("CL folded", 400, POST "Content-Length:\r\n 36\r\n\r\n" SMUGGLED),
    ROW("CL behind a folded field", 400, POST "X: a\r\n Content-Length: 36\r\n\r\n" SMUGGLED),
    ROW("fold before all fields", 400, "GET / HTTP/1.1\r\n X: a\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("TE in 1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" CHUNKS),
    ROW("chunk size -1", 400, POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n" SMUGGLED),
    ROW("chunk size 2^64", 413,
        POST "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" SMUGGLED),
    ROW("chunk without end", 400, POST "Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n" SMUGGLED),
    ROW("NUL in the address", 400, "GET /a\0b HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("NUL in a name", 400, "GET / HTTP/1.1\r\nHost: t\r\nX\0Y: 1\r\n\r\n" SMUGGLED),
    ROW("%00", 400, "GET /a%00b HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("no host", 400, "GET / HTTP/1.1\r\n\r\n" SMUGGLED),
    ROW("two hosts", 400, "GET / HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n" SMUGGLED),
    ROW("blank in a name", 400, "GET / HTTP/1.1\r\nHost: t\r\nX Y: 1\r\n\r\n" SMUGGLED),
    ROW("no colon", 400, "GET / HTTP/1.1\r\nHost: t\r\nnonsense\r\n\r\n" SMUGGLED),
    ROW("lower-case method", 400, "get / HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("control in the method", 400, "G\x01T / HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("options", 405, "OPTIONS / HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("trace", 405, "TRACE / HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("connect", 400, "CONNECT t:80 HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("absolute address", 400, "GET http://t/ HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("1.9", 400, "GET / HTTP/1.9\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("two blanks", 400, "GET /a  HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("blank in the address", 400, "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("..", 400, "GET /../etc HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("%2e%2e", 400, "GET /%2e%2e/etc HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("line feed in the path", 400, "GET /a%0ab HTTP/1.1\r\nHost: t\r\n\r\n" SMUGGLED),
    ROW("stream with a fold", 400, "GET /x/stream HTTP/1.1\r\nHost:\r\n t\r\n\r\n" SMUGGLED),
};

static int set_up(void **state)
{
    *state = bed_new((struct http_config){0});
    return 0;
}

static int set_up_with_deadline(void **state)
{
    *state = bed_new((struct http_config){.request_deadline_ms = DEADLINE_MS});
    return 0;
}

static int tear_down(void **state)
{
    bed_free(*state);
    return 0;
}

static bool run_row(struct bed *b, const struct row *row)
{
    int before = b->requests;
    struct client c;
    struct reply first, second;
    bool is_right;

    client_open(&c, b->port);
    client_send(&c, row->bytes, row->len);
    client_reply(&c, &first);
    client_reply(&c, &second);
    is_right = first.status == row->status && reply_has(&first, "Connection: close") &&
               b->requests == before;
    /* libmicrohttpd's own refusals may repeat their header fields behind the body's place */
    if (second.status != 0 && second.status != first.status)
        is_right = false;
    if (!is_right)
        print_error("%s: %d then %d, %d ran, expected %d\n%s\n", row->what, first.status,
                    second.status, b->requests - before, row->status, first.head);
    reply_clear(&first);
    reply_clear(&second);
    client_close(&c);
    return is_right;
}

static void test_http_refuses_the_corpus_and_runs_nothing_smuggled(void **state)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++)
        wrong += !run_row(*state, &corpus[i]);
    assert_int_equal(wrong, 0);
    assert_int_equal(ask(((struct bed *)*state)->port, SMUGGLED), 200); /* it is still there */
}

/* The same on a connection that has been good so far, where no peeking helps. */
static void test_http_refuses_the_corpus_behind_a_good_request(void **state)
{
    struct bed *b = *state;

    for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
        struct client c;
        struct reply r;

        client_open(&c, b->port);
        client_say(&c, "GET /later HTTP/1.1\r\nHost: t\r\n\r\n");
        client_send(&c, corpus[i].bytes, corpus[i].len);
        client_reply(&c, &r);
        assert_int_equal(r.status, 200);
        reply_clear(&r);
        client_reply(&c, &r);
        if (r.status != corpus[i].status)
            fail_msg("%s: %d, expected %d", corpus[i].what, r.status, corpus[i].status);
        reply_clear(&r);
        assert_true(client_sees_end(&c));
        client_close(&c);
    }
    assert_int_equal(b->requests, (int)(sizeof(corpus) / sizeof(corpus[0])));
}

static void test_http_takes_what_is_unusual_but_clear(void **state)
{
    struct bed *b = *state;

    assert_int_equal(ask(b->port, "\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n"), 200);
    assert_int_equal(ask(b->port, "GET / HTTP/1.0\r\n\r\n"), 200);
    assert_int_equal(ask(b->port, "GET / HTTP/1.1\nHost: t\n\n"), 200);
    assert_int_equal(ask(b->port, "GET /\xe4\xb8\xad HTTP/1.1\r\nHost: t\r\n\r\n"), 200);
}

static void test_http_refuses_what_is_too_long(void **state)
{
    struct bed *b = *state;
    char *text = calloc(1, 40000);
    size_t at;

    at = (size_t)sprintf(text, "GET /");
    memset(text + at, 'a', 3000);
    sprintf(text + at + 3000, " HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_int_equal(ask(b->port, text), 414);
    memset(text + at, 'a', 30000);
    sprintf(text + at + 30000, " HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_int_equal(ask(b->port, text), 414);
    at = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: t\r\nX: ");
    memset(text + at, 'a', 30000);
    sprintf(text + at + 30000, "\r\n\r\n");
    assert_int_equal(ask(b->port, text), 431);
    at = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: t\r\n");
    for (int i = 0; i < 120; i++)
        at += (size_t)sprintf(text + at, "X: 1\r\n");
    sprintf(text + at, "\r\n");
    assert_int_equal(ask(b->port, text), 400);
    assert_int_equal(b->requests, 0);
    free(text);
}

static void test_http_hangs_up_on_what_is_no_http(void **state)
{
    static const struct row rows[] = {
        ROW("TLS", 0, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        ROW("Redis", 0, "*1\r\n$4\r\nPING\r\n"),
        ROW("HTTP/2", 0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ROW("nothing", 0, "GET / HTT"),
        ROW("half a stream", 0, "GET /a/stre"),
    };
    struct bed *b = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct client c;

        client_open(&c, b->port);
        client_send(&c, rows[i].bytes, rows[i].len);
        if (!client_sees_end(&c))
            fail_msg("%s is still open", rows[i].what);
        client_close(&c);
    }
    assert_int_equal(b->requests, 0);
}

/* --- the deadline of a whole request (here 300 ms) --- */

static void test_http_cuts_off_who_says_nothing(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    assert_true(client_sees_end(&c));
    client_close(&c);
    client_open(&c, b->port);
    client_say(&c, "GET /echo HTTP/1.1\r\nHost: t\r\n\r\n");
    client_reply(&c, &r);
    assert_int_equal(r.status, 200);
    reply_clear(&r);
    assert_true(client_sees_end(&c)); /* idle too long after its answer */
    client_close(&c);
}

static void test_http_cuts_off_who_trickles(void **state)
{
    static const char *const texts[] = {
        "GET /a-long-address-that-would-take-more-than-the-deadline-to-write HTTP/1.1\r\n",
        "PUT /e HTTP/1.1\r\nHost: t\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
        "PUT /e HTTP/1.1\r\nHost: t\r\nContent-Length: 60\r\n\r\naaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r"
        "\n",
    };
    struct bed *b = *state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct client c;

        client_open(&c, b->port);
        assert_true(client_trickles_to_end(&c, texts[i]));
        client_close(&c);
    }
    assert_int_equal(b->requests, 0);
}

static bool has_request(void *arg)
{
    return ((struct bed *)arg)->requests > 0;
}

/* Two deadlines long: seen by two other connections that were opened one after the other. */
static void test_http_lets_an_answer_take_longer_than_the_deadline(void **state)
{
    struct bed *b = *state;
    struct client held, other;
    struct reply r;

    client_open(&held, b->port);
    client_say(&held, "GET /held HTTP/1.1\r\nHost: t\r\n\r\n");
    assert_true(bed_eventually(has_request, b));
    for (int i = 0; i < 2; i++) {
        client_open(&other, b->port);
        assert_true(client_sees_end(&other));
        client_close(&other);
    }
    bed_release(b);
    client_reply(&held, &r);
    assert_int_equal(r.status, 200);
    reply_clear(&r);
    client_close(&held);
}

/* --- crowds --- */

/* A thousand connections that say nothing may wait at a time: a further one sends the oldest away.
 */
static void test_http_sends_the_oldest_silent_connection_away(void **state)
{
    struct bed *b = *state;
    struct client *c = calloc(SILENT_MAX + 1, sizeof(*c));

    for (int i = 0; i <= SILENT_MAX; i++)
        client_open(&c[i], b->port);
    assert_true(client_sees_end(&c[0]));
    for (int i = 1; i <= SILENT_MAX; i += SILENT_MAX - 1) { /* the others stay, old and new */
        struct reply r;

        client_say(&c[i], "GET /echo HTTP/1.1\r\nHost: t\r\n\r\n");
        client_reply(&c[i], &r);
        assert_int_equal(r.status, 200);
        reply_clear(&r);
    }
    for (int i = 0; i <= SILENT_MAX; i++)
        client_close(&c[i]);
    free(c);
}

static bool has_room(void *arg)
{
    return bed_connections(arg) == 1;
}

static void test_http_serves_up_to_its_limit_of_connections(void **state)
{
    struct bed *b = bed_new((struct http_config){.connections_max = 2});
    struct client c[2];
    struct reply r;

    for (int i = 0; i < 2; i++) {
        client_open(&c[i], b->port);
        client_say(&c[i], "GET /echo HTTP/1.1\r\nHost: t\r\n\r\n");
        client_reply(&c[i], &r);
        assert_int_equal(r.status, 200);
        reply_clear(&r);
    }
    assert_int_equal(ask(b->port, SMUGGLED), 0);
    client_close(&c[0]);
    assert_true(bed_eventually(has_room, b));
    assert_int_equal(ask(b->port, SMUGGLED), 200);
    client_close(&c[1]);
    bed_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)
#define TEST_DEADLINE(name)                                                                        \
    cmocka_unit_test_setup_teardown(test_##name, set_up_with_deadline, tear_down)
        TEST(http_refuses_the_corpus_and_runs_nothing_smuggled),
        TEST(http_refuses_the_corpus_behind_a_good_request),
        TEST(http_takes_what_is_unusual_but_clear),
        TEST(http_refuses_what_is_too_long),
        TEST(http_sends_the_oldest_silent_connection_away),
        cmocka_unit_test(test_http_serves_up_to_its_limit_of_connections),
        TEST_DEADLINE(http_hangs_up_on_what_is_no_http),
        TEST_DEADLINE(http_cuts_off_who_says_nothing),
        TEST_DEADLINE(http_cuts_off_who_trickles),
        TEST_DEADLINE(http_lets_an_answer_take_longer_than_the_deadline),
    };

    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files); /* the crowd needs 2,100 */
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
