/* fetch/address, and what fetch does with it: names that stand for this machine, addresses in
 * disguise; and that a request that must not go out twice does not. SPDX-License-Identifier: MIT */
#include "fetch/address.h"
#include "fetch/fetch.h"
#include "loop/loop.h"
#include "tests/lib/peer.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static bool is_public(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return address_is_public((const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return address_is_public((const struct sockaddr *)&v6);
}

static void test_address_of_the_house_is_not_public(void **state)
{
    static const char *const ours[] = {"0.0.0.0",
                                       "10.1.2.3",
                                       "100.64.0.1",
                                       "100.127.255.255",
                                       "127.0.0.1",
                                       "127.255.255.255",
                                       "169.254.0.1",
                                       "169.254.169.254",
                                       "172.16.0.1",
                                       "172.31.255.255",
                                       "192.0.0.8",
                                       "192.168.1.1",
                                       "198.18.0.1",
                                       "198.19.255.255",
                                       "224.0.0.1",
                                       "255.255.255.255",
                                       "::",
                                       "::1",
                                       "::127.0.0.1",
                                       "::ffff:127.0.0.1",
                                       "::ffff:10.0.0.1",
                                       "fd00::5",
                                       "fe80::1",
                                       "fec0::1",
                                       "ff02::1",
                                       "64:ff9b::a00:1",
                                       "64:ff9b::7f00:1",
                                       "2002:7f00:1::",
                                       "2002:c0a8:101::1"};
    static const char *const others[] = {
        "1.1.1.1",     "9.255.255.255",  "11.0.0.0",         "100.63.255.255",  "100.128.0.0",
        "126.0.0.1",   "128.0.0.1",      "169.253.0.1",      "172.15.255.255",  "172.32.0.0",
        "192.167.0.1", "198.17.255.255", "198.20.0.0",       "223.255.255.255", "2606:4700::1111",
        "2a00::1",     "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (is_public(ours[i]))
            fail_msg("%s is taken for a public one", ours[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (!is_public(others[i]))
            fail_msg("%s is not taken for a public one", others[i]);
    assert_false(address_is_public(&(struct sockaddr){.sa_family = AF_UNIX}));
}

static void test_address_literal_is_a_plain_one(void **state)
{
    static const char *const plain[] = {"http://127.0.0.1/", "http://10.0.0.5:8080/x",
                                        "https://[fd00::5]/", "http://[::1]:80",
                                        "http://1.2.3.4?x"};
    static const char *const none[] = {"http://localhost/",  "http://2130706433/",
                                       "http://0x7f.0.0.1/", "http://127.1/",
                                       "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/",
                                       "http://h.example/",  "127.0.0.1",
                                       "http:///",           "http://[fe80::1%25eth0]/",
                                       "http://[::1/",       "http://me@127.0.0.1/"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (!address_is_literal(plain[i]))
            fail_msg("%s names its address plainly", plain[i]);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (address_is_literal(none[i]))
            fail_msg("%s does not name its address plainly", none[i]);
}

static struct peer peer;
static struct loop *the_loop;
static int requests; /* that the peer has read */

/* The second request on a connection is read, and the connection closed without a word. */
static bool answer(int fd, const char *in)
{
    if (__atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED) > 1 && strstr(in, "/drop"))
        return false;
    peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    return true;
}

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

struct got {
    int status;
    bool sent, forbidden;
    char error[128];
};

static void on_answer(void *arg, const struct fetch_answer *a)
{
    struct got *g = arg;
    *g = (struct got){.status = a->status, .sent = a->sent, .forbidden = a->forbidden};
    snprintf(g->error, sizeof g->error, "%s", a->error ? a->error : "");
    loop_stop(the_loop);
}

static struct got ask(struct fetch *f, const char *host, const char *path,
                      const struct fetch_request *how)
{
    struct fetch_request req = *how;
    struct got g = {0};
    char url[200];
    snprintf(url, sizeof url, "http://%s:%d%s", host, peer.port, path);
    req.method = "POST";
    req.url = url;
    req.timeout_ms = 20000;
    fetch_send(f, &req, on_answer, &g);
    loop_run(the_loop);
    return g;
}

static void test_fetch_only_public_refuses_this_machine(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "[::1]", "0.0.0.0"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct fetch *f = fetch_new(the_loop, 2);
        int before = peer_connections(&peer);
        struct got g = ask(f, hosts[i], "/", &(struct fetch_request){.only_public = true});
        if (!g.forbidden || g.sent || g.status)
            fail_msg("%s: status %d", hosts[i], g.status);
        assert_non_null(strstr(g.error, "no public address"));
        assert_int_equal(peer_connections(&peer), before);
        fetch_free(f);
    }
}

static void test_fetch_goes_to_this_machine_where_it_may(void **state)
{
    struct fetch *f = fetch_new(the_loop, 2);
    struct got g = ask(f, "localhost", "/", &(struct fetch_request){.timeout_ms = 1});
    assert_int_equal(g.status, 200);
    assert_false(g.forbidden);
    fetch_free(f);
}

/* libcurl's own way is to send it again when a kept connection broke before an answer came. */
static void test_fetch_once_is_not_sent_again(void **state)
{
    for (int once = 0; once <= 1; once++) {
        const struct fetch_request how = {.once = once};
        struct fetch *f = fetch_new(the_loop, 1);
        __atomic_store_n(&requests, 0, __ATOMIC_RELAXED);
        assert_int_equal(ask(f, "127.0.0.1", "/", &how).status, 200);
        struct got g = ask(f, "127.0.0.1", "/drop", &how);
        assert_int_equal(g.status, 0);
        assert_true(g.sent);
        assert_int_equal(__atomic_load_n(&requests, __ATOMIC_RELAXED), once ? 2 : 3);
        fetch_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_of_the_house_is_not_public),
        cmocka_unit_test(test_address_literal_is_a_plain_one),
        cmocka_unit_test(test_fetch_only_public_refuses_this_machine),
        cmocka_unit_test(test_fetch_goes_to_this_machine_where_it_may),
        cmocka_unit_test(test_fetch_once_is_not_sent_again),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
