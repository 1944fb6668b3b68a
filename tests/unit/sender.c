/* Where a request comes from, how often a network asked, and codes as people type them.
 * SPDX-License-Identifier: MIT */
#include "api/sender.h"
#include "api/codes.h"
#include "api/pow.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* after those */
#include <cmocka.h>

struct way {
    const char *proxies, *peer, *forwarded; /* forwarded: NULL: no such field */
    const char *expected;
};

static void test_sender_find_believes_trusted_proxies_only(void **state)
{
    static const struct way table[] = {
        {"", "192.0.2.1", NULL, "192.0.2.1"},
        {"", "192.0.2.1", "198.51.100.7", "192.0.2.1"},
        {"10.0.0.5", "192.0.2.1", "198.51.100.7", "192.0.2.1"},
        {"10.0.0.5", "10.0.0.5", "198.51.100.7", "198.51.100.7"},
        {"10.0.0.5", "10.0.0.5", NULL, "10.0.0.5"},
        {"10.0.0.5", "10.0.0.5", "", "10.0.0.5"},
        /* What the client itself wrote stands in front. */
        {"10.0.0.5", "10.0.0.5", "203.0.113.9, 198.51.100.7", "198.51.100.7"},
        {"10.0.0.5, 10.0.0.6", "10.0.0.5", "203.0.113.9, 198.51.100.7, 10.0.0.6", "198.51.100.7"},
        {"10.0.0.5,10.0.0.6", "10.0.0.5", "10.0.0.6", "10.0.0.6"},
        /* Nothing to be read there: the last one that is known. */
        {"10.0.0.5", "10.0.0.5", "unknown", "10.0.0.5"},
        {"10.0.0.5", "10.0.0.5", "198.51.100.7, ", "10.0.0.5"},
        {"10.0.0.5", "10.0.0.5", "198.51.100.7:4711", "198.51.100.7"},
        {"::1", "::1", "[2001:db8::1]:4711", "2001:db8::1"},
        {"::1", "::1", "[2001:db8::1", "::1"},
        {"::1", "::1", "2001:db8::1", "2001:db8::1"},
        {"::ffff:10.0.0.5", "10.0.0.5", "::ffff:198.51.100.7", "198.51.100.7"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct way *w = &table[i];
        struct sender_proxies proxies;
        unsigned char found[16], expected[16];
        sender_proxies_read(&proxies, str_of(w->proxies));
        sender_find(&proxies, str_of(w->peer), str_of(w->forwarded), found);
        sender_proxies_read(&proxies, str_of(w->expected));
        assert_int_equal(proxies.n, 1);
        memcpy(expected, &proxies.v[0], 16);
        if (memcmp(found, expected, 16) != 0)
            fail_msg("way %zu is not %s", i, w->expected);
    }
}

static void test_pow_asked_count_counts_each_network_for_ten_minutes(void **state)
{
    enum { WINDOW = 10 * 60 * 1000 };
    struct pow_asked *p = pow_asked_new();

    for (unsigned i = 1; i <= 40; i++)
        assert_int_equal(pow_asked_count(p, "AAAAAAAAAAAAAAAAAAAAAA", 5), i);
    assert_int_equal(pow_asked_count(p, "BBBBBBBBBBBBBBBBBBBBBB", 5), 1);
    assert_int_equal(pow_asked_count(p, "AAAAAAAAAAAAAAAAAAAAAA", 4 + WINDOW), 41);
    assert_int_equal(pow_asked_count(p, "AAAAAAAAAAAAAAAAAAAAAA", 5 + WINDOW), 1);
    pow_asked_free(p);
}

/* A flood of networks makes it forget those that asked little, not the one that asks all the time.
 */
static void test_pow_asked_count_stays_bounded(void **state)
{
    struct pow_asked *p = pow_asked_new();
    char prefix[32];

    for (int i = 0; i < 100; i++)
        (void)pow_asked_count(p, "AAAAAAAAAAAAAAAAAAAAAA", 5);
    for (int i = 0; i < 100000; i++) {
        (void)snprintf(prefix, sizeof(prefix), "%c%c%c-%018d", 'A' + i % 26, 'A' + i / 26 % 26,
                       'A' + i / 676 % 26, i);
        assert_true(pow_asked_count(p, prefix, 6) >= 1);
    }
    assert_int_equal(pow_asked_count(p, "AAAAAAAAAAAAAAAAAAAAAA", 7), 101);
    pow_asked_free(p);
}

static void test_code_digits_reads_what_people_type(void **state)
{
    static const char *const good[] = {"123456", "123 456", " 12-34-56 ",
                                       "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93"
                                       "456"};
    static const char *const bad[] = {
        "", "12345", "1234567", "12345a", "12345\xc2\xb2", "123.456", "\xef\xbc\x9a\xef\xbc\x91"};
    char digits[CODE_DIGITS + 1];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(code_digits(str_of(good[i]), CODE_DIGITS, digits));
        assert_string_equal(digits, "123456");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(code_digits(str_of(bad[i]), CODE_DIGITS, digits));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sender_find_believes_trusted_proxies_only),
        cmocka_unit_test(test_pow_asked_count_counts_each_network_for_ten_minutes),
        cmocka_unit_test(test_pow_asked_count_stays_bounded),
        cmocka_unit_test(test_code_digits_reads_what_people_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
