/* sms/link: a real peer on loopback, on the same loop, that says what a test wants and hangs up
 * when it likes. SPDX-License-Identifier: MIT */
#include "sms/link.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/timer.h"
#include "tests/lib/eventually.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

enum { FRAMES_MAX = 64, DOWNS_MAX = 16 };

/* Both ends, and what the link told. */
struct world {
    struct loop *loop;
    int listener, port, peer; /* peer: the connection accepted last, or -1 */
    int accepted;
    char address[40];
    struct sms_link *link;
    int connects, frames, silences, downs, lefts;
    size_t lengths[FRAMES_MAX];
    uint8_t last[FRAMES_MAX]; /* the last octet of each frame */
    char reasons[DOWNS_MAX][32];
    int64_t down_ms[DOWNS_MAX];
    bool refuse_frames, accept_peer, free_in_frame, free_in_down, free_in_connected, drop_in_frame;
    const uint8_t *drip; /* sent one octet a look */
    size_t drip_len;
    int want;
};

static struct world w;

static void free_link(void)
{
    sms_link_free(w.link);
    w.link = NULL;
}

static void on_connected(void *arg)
{
    w.connects++;
    if (w.accept_peer)
        sms_link_accepted(w.link);
    if (w.free_in_connected)
        free_link();
}

static bool on_frame(void *arg, const uint8_t *p, size_t n)
{
    if (w.frames < FRAMES_MAX) {
        w.lengths[w.frames] = n;
        w.last[w.frames] = p[n - 1];
    }
    w.frames++;
    if (w.drop_in_frame)
        sms_link_drop(w.link, "test");
    if (w.free_in_frame)
        free_link();
    return !w.refuse_frames;
}

static void on_silent(void *arg)
{
    w.silences++;
}

static void on_down(void *arg, const char *reason)
{
    if (w.downs < DOWNS_MAX) {
        snprintf(w.reasons[w.downs], sizeof w.reasons[0], "%s", reason);
        w.down_ms[w.downs] = clock_mono_ms();
    }
    w.downs++;
    if (w.free_in_down)
        free_link();
}

static void on_left(void *arg)
{
    w.lefts++;
}

static const struct sms_link_ops ops = {on_connected, on_frame, on_silent, on_down};

static struct sms_link_config config(void)
{
    return (struct sms_link_config){.name = "test",
                                    .address = w.address,
                                    .connect_ms = 10000,
                                    .frame_min = 12,
                                    .frame_max = 1000};
}

static void start(struct sms_link_config c)
{
    w.link = sms_link_new(w.loop, &c, &ops, &w);
    assert_non_null(w.link);
}

/* A port that refuses until somebody listens. */
static int set_up(void **state)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;

    log_set(LOG_ERROR, LOG_TEXT);
    loop_library_init();
    memset(&w, 0, sizeof w);
    w.loop = loop_new("test");
    w.peer = -1;
    w.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(w.listener, (struct sockaddr *)&a, sizeof a) ||
        getsockname(w.listener, (struct sockaddr *)&a, &len))
        return -1;
    w.port = ntohs(a.sin_port);
    snprintf(w.address, sizeof w.address, "127.0.0.1:%d", w.port);
    return 0;
}

static void hang_up(void)
{
    if (w.peer >= 0)
        close(w.peer);
    w.peer = -1;
}

static int tear_down(void **state)
{
    free_link();
    hang_up();
    close(w.listener);
    loop_free(w.loop);
    loop_library_free();
    return 0;
}

static void listen_now(void)
{
    assert_int_equal(listen(w.listener, 8), 0);
}

static bool is_met(void *arg)
{
    int fd = accept4(w.listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd >= 0) {
        hang_up();
        w.peer = fd;
        w.accepted++;
    }
    return w.peer >= 0 && w.accepted >= w.want && w.connects >= w.want;
}

/* Until the link has connected n times in all. */
static void meet(int n)
{
    w.want = n;
    assert_true(eventually(w.loop, is_met, NULL));
}

static void say(const void *p, size_t n)
{
    assert_int_equal(send(w.peer, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

static bool has_frames(void *arg)
{
    if (w.drip_len && send(w.peer, w.drip, 1, MSG_NOSIGNAL) == 1) {
        w.drip++;
        w.drip_len--;
    }
    return w.frames >= w.want;
}

static void expect_frames(int n)
{
    w.want = n;
    assert_true(eventually(w.loop, has_frames, NULL));
    assert_int_equal(w.frames, n);
}

static bool has_downs(void *arg)
{
    return w.downs >= w.want;
}

static void expect_down(int n, const char *reason)
{
    w.want = n;
    assert_true(eventually(w.loop, has_downs, NULL));
    assert_string_equal(w.reasons[n - 1], reason);
}

/* n octets, the last of them mark. */
static size_t frame_put(uint8_t *p, uint32_t n, uint8_t mark)
{
    uint32_t big = htonl(n);
    memset(p, 0, n);
    memcpy(p, &big, 4);
    p[n - 1] = mark;
    return n;
}

static void test_sms_link_cuts_frames_however_they_come(void **state)
{
    uint8_t bytes[4096];
    size_t n = 0;

    listen_now();
    start(config());
    meet(1);
    n += frame_put(bytes + n, 12, 1);
    n += frame_put(bytes + n, 1000, 2);
    n += frame_put(bytes + n, 16, 3);
    n += frame_put(bytes + n, 400, 4);
    say(bytes, n); /* joined */
    expect_frames(4);
    w.drip = bytes + 1012; /* octet by octet: the third and the fourth */
    w.drip_len = 416;
    expect_frames(6);
    say(bytes, 600); /* one and a half */
    expect_frames(7);
    say(bytes + 600, n - 600);
    expect_frames(10);
    static const size_t lengths[] = {12, 1000, 16, 400, 16, 400, 12, 1000, 16, 400};
    static const uint8_t marks[] = {1, 2, 3, 4, 3, 4, 1, 2, 3, 4};
    assert_memory_equal(w.lengths, lengths, sizeof lengths);
    assert_memory_equal(w.last, marks, sizeof marks);
    assert_int_equal(w.downs, 0);
}

static void test_sms_link_ends_at_a_length_that_is_none(void **state)
{
    static const uint32_t lengths[] = {0, 3, 11, 1001, 0x7FFFFFFF, 0xFFFFFFFF};

    listen_now();
    start(config());
    w.accept_peer = true;
    for (int i = 0; i < 6; i++) {
        uint32_t big = htonl(lengths[i]);
        meet(i + 1);
        say(&big, sizeof big);
        expect_down(i + 1, "frame_length");
    }
    assert_int_equal(w.frames, 0);
}

static void test_sms_link_ends_at_a_frame_nobody_understands(void **state)
{
    uint8_t bytes[24];

    listen_now();
    start(config());
    meet(1);
    w.refuse_frames = true;
    frame_put(bytes, 12, 1);
    frame_put(bytes + 12, 12, 1);
    say(bytes, sizeof bytes);
    expect_down(1, "frame_garbage");
    assert_int_equal(w.frames, 1);
    assert_false(sms_link_is_connected(w.link));
}

static void test_sms_link_connects_again_when_the_peer_is_gone(void **state)
{
    uint8_t bytes[16];

    listen_now();
    start(config());
    meet(1);
    assert_true(sms_link_is_connected(w.link));
    frame_put(bytes, 16, 7);
    say(bytes, 9); /* the rest never comes, and is not made up from the next connection */
    hang_up();
    expect_down(1, "hung_up");
    meet(2);
    say(bytes, 16);
    expect_frames(1);
    assert_int_equal(w.last[0], 7);
    shutdown(w.peer, SHUT_WR);
    expect_down(2, "hung_up");
    meet(3);
}

static void test_sms_link_waits_longer_each_time_until_it_is_accepted(void **state)
{
    start(config()); /* nobody listens yet */
    expect_down(4, "unreachable");
    assert_true(w.down_ms[1] - w.down_ms[0] >= 125);
    assert_true(w.down_ms[2] - w.down_ms[1] >= 250);
    assert_true(w.down_ms[3] - w.down_ms[2] >= 500);
    w.accept_peer = true;
    listen_now();
    meet(1);
    int64_t best_ms = INT64_MAX;
    for (int i = 0; i < 3; i++) { /* the best of three: others are busy on this machine */
        hang_up();
        expect_down(5 + i, "hung_up");
        meet(2 + i);
        int64_t took_ms = clock_mono_ms() - w.down_ms[4 + i];
        best_ms = took_ms < best_ms ? took_ms : best_ms;
    }
    assert_true(best_ms < 1000); /* the fifth pause would have been that long at least */
}

static bool has_silences(void *arg)
{
    return w.silences >= w.want;
}

static void test_sms_link_tells_of_silence_again_and_again(void **state)
{
    struct sms_link_config c = config();

    listen_now();
    c.silence_ms = 40;
    start(c);
    meet(1);
    int64_t began_ms = clock_mono_ms();
    w.want = 3;
    assert_true(eventually(w.loop, has_silences, NULL));
    assert_true(clock_mono_ms() - began_ms >= 80);
    assert_int_equal(w.downs, 0);
}

static size_t heard; /* octets the peer has read; it hangs up at the end */
static uint8_t heard_last;

static bool is_left(void *arg)
{
    uint8_t bytes[65536];
    ssize_t n = w.peer < 0 ? 0 : recv(w.peer, bytes, sizeof bytes, 0);
    if (n > 0) {
        heard += (size_t)n;
        heard_last = bytes[n - 1];
    } else if (n == 0) {
        hang_up();
    }
    return w.lefts > 0 && w.peer < 0;
}

static void test_sms_link_leaves_when_all_is_out(void **state)
{
    static uint8_t much[600000]; /* more than a socket takes at once */

    heard = 0;
    listen_now();
    start(config());
    meet(1);
    much[sizeof much - 1] = 9;
    sms_link_send(w.link, much, sizeof much);
    sms_link_leave(w.link, on_left, NULL);
    assert_int_equal(w.lefts, 0);
    sms_link_send(w.link, much, 1); /* too late */
    assert_true(eventually(w.loop, is_left, NULL));
    assert_int_equal(heard, sizeof much);
    assert_int_equal(heard_last, 9);
    assert_int_equal(w.lefts, 1);
    assert_int_equal(w.downs, 0);
    assert_false(sms_link_is_connected(w.link));
}

static bool has_left(void *arg)
{
    return w.lefts > 0;
}

static void test_sms_link_leaves_one_that_reads_nothing_after_a_second(void **state)
{
    static uint8_t much[1 << 20];

    listen_now();
    start(config());
    meet(1);
    for (int i = 0; i < 16 && w.downs == 0; i++)
        sms_link_send(w.link, much, sizeof much / 32);
    sms_link_leave(w.link, on_left, NULL);
    assert_true(eventually(w.loop, has_left, NULL));
    free_link();
    hang_up();
    memset(&w.lefts, 0, sizeof w.lefts);
    close(w.listener); /* and one that is not even connected */
    w.listener = -1;
    start(config());
    expect_down(1, "unreachable");
    sms_link_leave(w.link, on_left, NULL);
    assert_int_equal(w.lefts, 0);
    assert_true(eventually(w.loop, has_left, NULL));
}

static void test_sms_link_gives_up_a_peer_that_reads_nothing(void **state)
{
    static uint8_t much[1 << 20];

    listen_now();
    start(config());
    meet(1);
    for (int i = 0; i < 32; i++)
        sms_link_send(w.link, much, sizeof much);
    assert_int_equal(w.downs, 0); /* not while somebody is sending */
    expect_down(1, "stuck");
}

static bool is_freed(void *arg)
{
    (void)is_met(arg);
    return !w.link;
}

static void test_sms_link_may_be_freed_and_dropped_in_its_own_calls(void **state)
{
    uint8_t bytes[24];

    listen_now();
    frame_put(bytes, 12, 1);
    frame_put(bytes + 12, 12, 1);
    w.free_in_connected = true;
    start(config());
    assert_true(eventually(w.loop, is_freed, NULL));
    w.free_in_connected = false;
    w.free_in_frame = true;
    start(config());
    meet(2);
    say(bytes, sizeof bytes);
    assert_true(eventually(w.loop, is_freed, NULL));
    assert_int_equal(w.frames, 1);
    w.free_in_frame = false;
    w.free_in_down = w.drop_in_frame = true;
    start(config());
    meet(3);
    say(bytes, sizeof bytes);
    assert_true(eventually(w.loop, is_freed, NULL));
    assert_int_equal(w.frames, 2);
    assert_string_equal(w.reasons[0], "test");
}

static void test_sms_link_finds_hosts_by_name(void **state)
{
    char address[40];
    struct sms_link_config c = config();

    listen_now(); /* on 127.0.0.1 alone: where the name means ::1 first, the next attempt serves */
    snprintf(address, sizeof address, "localhost:%d", w.port);
    c.address = address;
    start(c);
    meet(1);
    free_link();
    hang_up();
    c.address = "no-such-host.invalid:2775";
    c.connect_ms = 300; /* a machine without a name server waits longer for it */
    w.downs = 0;
    start(c);
    expect_down(1, "no_name");
    w.free_in_down = false;
    free_link();
    start(c); /* and away while it is looked up */
}

static void test_sms_link_shakes_hands_with_nobody_who_has_no_certificate(void **state)
{
    struct sms_link_config c = config();

    listen_now();
    c.tls = true;
    c.connect_ms = 100; /* one that says nothing */
    start(c);
    expect_down(1, "tls_refused");
    free_link();
    c.connect_ms = 10000;
    start(c);
    w.want = 0;
    while (w.accepted < 2)
        assert_true(eventually(w.loop, is_met, NULL));
    say("220 not what you think\r\n", 24);
    expect_down(2, "tls_refused");
    assert_int_equal(w.connects, 0);
}

static void test_sms_link_refuses_addresses_that_are_none(void **state)
{
    static const char *const none[] = {"",       "host",           "host:",  ":2775",
                                       "host:0", "host:65536",     "host:x", "::1:2775",
                                       "[]:1",   "127.0.0.1:2775 "};
    struct sms_link_config c = config();

    log_set(LOG_ERROR, LOG_TEXT);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        c.address = none[i];
        assert_null(sms_link_new(w.loop, &c, &ops, &w));
    }
    c = config();
    c.tls = true;
    c.ca_file = "/nowhere/at/all.pem";
    assert_null(sms_link_new(w.loop, &c, &ops, &w));
    c = config();
    c.address = "[::1]:2775";
    start(c);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_sms_link_##name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(cuts_frames_however_they_come),
        TEST(ends_at_a_length_that_is_none),
        TEST(ends_at_a_frame_nobody_understands),
        TEST(connects_again_when_the_peer_is_gone),
        TEST(waits_longer_each_time_until_it_is_accepted),
        TEST(tells_of_silence_again_and_again),
        TEST(leaves_when_all_is_out),
        TEST(leaves_one_that_reads_nothing_after_a_second),
        TEST(gives_up_a_peer_that_reads_nothing),
        TEST(may_be_freed_and_dropped_in_its_own_calls),
        TEST(finds_hosts_by_name),
        TEST(shakes_hands_with_nobody_who_has_no_certificate),
        TEST(refuses_addresses_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
