/* Event streams of the HTTP floor, over real sockets. SPDX-License-Identifier: MIT */
#include "tests/lib/http_bed.h"
#include "tests/lib/http_client.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

enum { MANY = 1000, EVENTS = 20, EVENT_BYTES = 200, STREAMS_MAX = 1100, LARGE_BYTES = 60000 };

#define GET(path) "GET " path " HTTP/1.1\r\nHost: t\r\n\r\n"

static int set_up(void **state)
{
    *state = bed_new((struct http_config){.streams_max = STREAMS_MAX, .stall_s = 1});
    return 0;
}

static int set_up_small(void **state)
{
    *state = bed_new((struct http_config){.streams_max = 2});
    return 0;
}

static int set_up_patient(void **state)
{
    *state = bed_new((struct http_config){.stall_s = 60});
    return 0;
}

static int tear_down(void **state)
{
    struct bed *b = *state;

    bed_free(b);
    return 0;
}

static void open_at(struct client *c, int port, const char *request)
{
    struct reply r;

    client_open(c, port);
    client_say(c, request);
    client_reply_head(c, &r);
    assert_int_equal(r.status, 200);
    assert_true(reply_has(&r, "Content-Type: text/event-stream"));
    assert_true(reply_has(&r, "Cache-Control: no-store"));
    assert_true(reply_has(&r, "X-Content-Type-Options: nosniff"));
}

static void open_stream(struct client *c, int port)
{
    open_at(c, port, GET("/hall/stream"));
}

static void event_text(int number, int event_bytes, char out[LARGE_BYTES + 1])
{
    int len = snprintf(out, LARGE_BYTES + 1, "data: %06d", number);

    memset(out + len, '.', (size_t)(event_bytes - len - 2));
    strcpy(out + event_bytes - 2, "\n\n");
}

static void expect_events_up_to(struct client *c, int number, int event_bytes)
{
    char tail[LARGE_BYTES + 1];

    event_text(number, event_bytes, tail);
    assert_true(client_stream_until(c, tail));
}

/* Of LARGE_BYTES each: every one of them, once and in its order, and nothing else. */
static void expect_n_large_events(struct client *c, int n)
{
    char event[LARGE_BYTES + 1];
    char *text;

    event_text(n - 1, LARGE_BYTES, event);
    text = client_stream_text(c, event);
    assert_non_null(text);
    assert_int_equal(strlen(text), (size_t)n * LARGE_BYTES);
    for (int i = 0; i < n; i++) {
        event_text(i, LARGE_BYTES, event);
        assert_memory_equal(text + (size_t)i * LARGE_BYTES, event, LARGE_BYTES);
    }
    mem_free(text);
}

struct closed {
    struct bed *bed;
    int n;
};

static bool has_closed(void *arg)
{
    struct closed *wanted = arg;

    return wanted->bed->streams_closed == wanted->n;
}

static void expect_closed(struct bed *b, int n)
{
    struct closed wanted = {b, n};

    assert_true(bed_eventually(has_closed, &wanted));
}

static void test_http_stream_sends_what_is_there_and_what_comes(void **state)
{
    struct bed *b = *state;
    struct client c;

    bed_publish(b, 3, EVENT_BYTES);
    open_stream(&c, b->port);
    expect_events_up_to(&c, 2, EVENT_BYTES);
    bed_publish(b, 1, EVENT_BYTES);
    expect_events_up_to(&c, 3, EVENT_BYTES);
    bed_publish(b, 100, EVENT_BYTES); /* more than one chunk can hold */
    expect_events_up_to(&c, 103, EVENT_BYTES);
    client_close(&c);
    expect_closed(b, 1);
}

static bool is_idle(void *arg)
{
    return bed_is_idle(arg);
}

/* As it is after asking the store who is there. */
static void test_http_stream_may_be_opened_later(void **state)
{
    struct bed *b = *state;
    struct client c[2];

    bed_publish(b, 1, EVENT_BYTES);
    for (int i = 0; i < 2; i++)
        open_at(&c[i], b->port, GET("/late/stream"));
    for (int i = 0; i < 2; i++) {
        expect_events_up_to(&c[i], 0, EVENT_BYTES);
        client_close(&c[i]);
    }
    expect_closed(b, 2);
    client_open(&c[0], b->port);
    client_say(&c[0], GET("/late/stream"));
    assert_int_equal(ask(b->port, GET("/later")), 200);
    client_close(&c[0]); /* before it is opened, or right behind */
    assert_true(bed_eventually(is_idle, b));
    assert_int_equal(b->streams_opened, b->streams_closed);
}

static void test_http_stream_reaches_a_thousand_readers_with_each_event(void **state)
{
    struct bed *b = *state;
    struct client *c = calloc(MANY, sizeof(*c));

    for (int i = 0; i < MANY; i++)
        open_stream(&c[i], b->port);
    for (int i = 0; i < EVENTS; i++)
        bed_publish(b, 1, EVENT_BYTES);
    assert_int_equal(ask(b->port, GET("/later")), 200); /* the API is served meanwhile */
    for (int i = 0; i < MANY; i++)
        expect_events_up_to(&c[i], EVENTS - 1, EVENT_BYTES);
    bed_publish(b, 1, EVENT_BYTES);
    for (int i = 0; i < MANY; i++) {
        expect_events_up_to(&c[i], EVENTS, EVENT_BYTES);
        client_close(&c[i]);
    }
    expect_closed(b, MANY);
    free(c);
}

/* Nothing is sent: it is the hanging up itself that is noticed. */
static void test_http_stream_notices_that_its_reader_left(void **state)
{
    struct bed *b = *state;
    struct client c[3];

    for (int i = 0; i < 3; i++)
        open_stream(&c[i], b->port);
    client_close(&c[1]);
    expect_closed(b, 1);
    bed_publish(b, 1, EVENT_BYTES);
    expect_events_up_to(&c[0], 0, EVENT_BYTES);
    expect_events_up_to(&c[2], 0, EVENT_BYTES);
    client_say(&c[0], "bytes that nobody asked for");
    bed_publish(b, 1, EVENT_BYTES);
    expect_events_up_to(&c[0], 1, EVENT_BYTES);
    client_close(&c[0]);
    client_close(&c[2]);
    expect_closed(b, 3);
}

static void test_http_stream_cuts_off_a_reader_that_takes_nothing(void **state)
{
    struct bed *b = *state;
    struct client stuck, good;

    open_stream(&stuck, b->port);
    open_stream(&good, b->port);
    /* More than both kernels' buffers hold. */
    for (int i = 0; i < 200; i++) {
        bed_publish(b, 1, LARGE_BYTES);
        expect_events_up_to(&good, i, LARGE_BYTES);
    }
    expect_closed(b, 1);
    bed_publish(b, 1, LARGE_BYTES);
    expect_events_up_to(&good, 200, LARGE_BYTES);
    assert_true(client_sees_end(&stuck));
    client_close(&stuck);
    client_close(&good);
    expect_closed(b, 2);
}

enum { UNREAD = 200 }; /* events of LARGE_BYTES: more than both kernels' buffers hold */

/* What did not fit is sent on with the rest, each byte once and in its order. */
static void test_http_stream_goes_on_with_a_reader_that_was_behind(void **state)
{
    struct bed *b = *state;
    struct client slow, good;

    open_stream(&slow, b->port);
    open_stream(&good, b->port);
    bed_publish(b, UNREAD, LARGE_BYTES);
    expect_n_large_events(&good, UNREAD);
    expect_n_large_events(&slow, UNREAD);
    bed_publish(b, 1, EVENT_BYTES);
    expect_events_up_to(&slow, UNREAD, EVENT_BYTES);
    client_close(&slow);
    client_close(&good);
    expect_closed(b, 2);
}

/* In the middle of a piece: nothing is sent behind it, and nobody waits for the reader. */
static void test_http_stream_of_a_reader_that_is_behind_can_end(void **state)
{
    struct bed *b = *state;
    struct client c[3];

    for (int i = 0; i < 3; i++)
        open_stream(&c[i], b->port);
    bed_publish(b, UNREAD, LARGE_BYTES);
    expect_n_large_events(&c[0], UNREAD);
    client_close(&c[1]);
    expect_closed(b, 1);
    bed_drain(b);
    assert_true(client_sees_end(&c[0]));
    expect_closed(b, 3);
    assert_true(client_sees_end(&c[2]));
    client_close(&c[0]);
    client_close(&c[2]);
    assert_true(bed_eventually(is_idle, b));
}

static void test_http_server_free_ends_a_stream_that_is_behind(void **state)
{
    struct bed *b = *state;
    struct client slow, good;

    open_stream(&slow, b->port);
    open_stream(&good, b->port);
    bed_publish(b, UNREAD, LARGE_BYTES);
    expect_n_large_events(&good, UNREAD);
    bed_free_server(b);
    assert_int_equal(b->streams_closed, 2);
    client_close(&slow);
    client_close(&good);
}

static void test_http_stream_is_sent_elsewhere_from_a_kept_connection(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    client_say(&c, GET("/echo") GET("/hall/stream?after=1%202"));
    client_reply(&c, &r);
    assert_int_equal(r.status, 200);
    reply_clear(&r);
    client_reply(&c, &r);
    assert_int_equal(r.status, 307);
    assert_true(reply_has(&r, "Location: /hall/stream?after=1%202"));
    assert_true(reply_has(&r, "Connection: close"));
    reply_clear(&r);
    assert_true(client_sees_end(&c));
    client_close(&c);
    assert_int_equal(b->streams_opened, 0);
    /* The spelling that could never get there is told so instead of being sent round and round. */
    assert_int_equal(ask(b->port, GET("/hall/%73tream")), 404);
}

static void test_http_stream_has_no_body_for_head(void **state)
{
    struct bed *b = *state;

    assert_int_equal(ask(b->port, "HEAD /hall/stream HTTP/1.1\r\nHost: t\r\n\r\n"), 200);
    assert_int_equal(b->streams_opened, 0);
}

static void test_http_stream_reaches_a_client_of_http_1_0(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    bed_publish(b, 5, EVENT_BYTES);
    client_open(&c, b->port);
    client_say(&c, "GET /hall/stream HTTP/1.0\r\n\r\n");
    client_reply_head(&c, &r);
    assert_int_equal(r.status, 200);
    assert_null(strstr(r.head, "chunked"));
    bed_drain(b);
    assert_true(client_sees_end(&c));
    client_close(&c);
    expect_closed(b, 1);
}

static void test_http_stream_instance_answers_others_and_closes(void **state)
{
    struct bed *b = *state;
    struct client c;
    struct reply r;

    client_open(&c, b->port);
    client_say(&c, GET("/plain/stream") GET("/echo"));
    client_reply(&c, &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "-");
    assert_true(reply_has(&r, "Connection: close"));
    reply_clear(&r);
    assert_true(client_sees_end(&c));
    client_close(&c);
}

static void test_http_stream_limit_is_answered(void **state)
{
    struct bed *b = *state;
    struct client c[2];
    struct client third;
    struct reply r;

    open_stream(&c[0], b->port);
    open_stream(&c[1], b->port);
    client_open(&third, b->port);
    client_say(&third, GET("/hall/stream"));
    client_reply(&third, &r);
    assert_int_equal(r.status, 503);
    assert_true(reply_has(&r, "Retry-After: 1"));
    assert_non_null(strstr(r.body, "\"code\":\"stream_limit\""));
    reply_clear(&r);
    client_close(&third);
    client_close(&c[0]);
    expect_closed(b, 1);
    bed_publish(b, 1, EVENT_BYTES);
    expect_events_up_to(&c[1], 0, EVENT_BYTES);
    client_close(&c[1]);
    expect_closed(b, 2);
}

static void test_http_server_drain_ends_streams(void **state)
{
    struct bed *b = *state;
    struct client c[600]; /* more than are resumed in one pass */

    for (int i = 0; i < 600; i++)
        open_stream(&c[i], b->port);
    bed_drain(b);
    for (int i = 0; i < 600; i++) {
        assert_true(client_sees_end(&c[i]));
        client_close(&c[i]);
    }
    assert_true(bed_eventually(is_idle, b));
    assert_int_equal(b->streams_closed, 600);
}

static void test_http_server_free_ends_streams(void **state)
{
    struct bed *b = *state;
    struct client c[50];

    for (int i = 0; i < 50; i++)
        open_stream(&c[i], b->port);
    bed_publish(b, 1, EVENT_BYTES); /* woken and not yet resumed */
    bed_free_server(b);
    assert_int_equal(b->streams_closed, 50);
    for (int i = 0; i < 50; i++) {
        assert_true(client_sees_end(&c[i]));
        client_close(&c[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)
        TEST(http_stream_sends_what_is_there_and_what_comes),
        TEST(http_stream_may_be_opened_later),
        TEST(http_stream_reaches_a_thousand_readers_with_each_event),
        TEST(http_stream_notices_that_its_reader_left),
        TEST(http_stream_cuts_off_a_reader_that_takes_nothing),
#define PATIENT(name) cmocka_unit_test_setup_teardown(test_##name, set_up_patient, tear_down)
        PATIENT(http_stream_goes_on_with_a_reader_that_was_behind),
        PATIENT(http_stream_of_a_reader_that_is_behind_can_end),
        PATIENT(http_server_free_ends_a_stream_that_is_behind),
        TEST(http_stream_is_sent_elsewhere_from_a_kept_connection),
        TEST(http_stream_has_no_body_for_head),
        TEST(http_stream_reaches_a_client_of_http_1_0),
        TEST(http_stream_instance_answers_others_and_closes),
        cmocka_unit_test_setup_teardown(test_http_stream_limit_is_answered, set_up_small,
                                        tear_down),
        TEST(http_server_drain_ends_streams),
        TEST(http_server_free_ends_streams),
    };
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files); /* 2,000 are needed, for both ends of each connection */
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
