/* core/phone.h: what people type, and what is shown of it. All numbers are invented or reserved for
 * examples.
 * SPDX-License-Identifier: MIT */
#include "core/phone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct vector {
    const char *country;
    const char *typed;
    const char *e164; /* NULL: refused */
};

static void check(const struct vector *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char out[PHONE_MAX + 1];
        bool ok = phone_normalise(str_of(v[i].typed), v[i].country, out);

        if (ok != (v[i].e164 != NULL) || (ok && strcmp(out, v[i].e164) != 0))
            fail_msg("%s in %s: %s", v[i].typed, v[i].country, ok ? out : "refused");
        if (!ok)
            assert_string_equal(out, "");
    }
}

#define CHECK(vectors) check(vectors, sizeof(vectors) / sizeof((vectors)[0]))

static void test_phone_normalise_in_china(void **state)
{
    static const struct vector vectors[] = {
        {"86", "13800000001", "+8613800000001"},
        {"86", "138 0000 0001", "+8613800000001"},
        {"86", "138-0000-0001", "+8613800000001"},
        {"86", "(138)0000.0001", "+8613800000001"},
        {"86", "+86 138 0000 0001", "+8613800000001"},
        {"86", "0086 13800000001", "+8613800000001"},
        {"86", "8613800000001", "+8613800000001"},
        {"86", "013800000001", "+8613800000001"},
        /* full-width: １３８００００ ０００１ with U+3000, ＋ and － */
        {"86",
         "\xEF\xBC\x91\xEF\xBC\x93\xEF\xBC\x98\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x90"
         "\xE3\x80\x80\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x90\xEF\xBC\x91",
         "+8613800000001"},
        {"86", "\xEF\xBC\x8B\x38\x36\xEF\xBC\x8D\x31\x33\x38\x30\x30\x30\x30\x30\x30\x30\x31",
         "+8613800000001"},
        {"86", "19912345678", "+8619912345678"},
        {"86", "12800000001", NULL},   /* no mobile prefix */
        {"86", "010 6552 0000", NULL}, /* a fixed line in Beijing */
        {"86", "+86 10 6552 0000", NULL},
        {"86", "1380000000", NULL},   /* one digit short */
        {"86", "138000000011", NULL}, /* one too many */
        {"86", "+49 1512 3456789", "+4915123456789"},
        {"86", "+852 5123 4567", "+85251234567"},
        {"49", "+86 138 0000 0001", "+8613800000001"},
    };

    CHECK(vectors);
}

static void test_phone_normalise_in_germany(void **state)
{
    static const struct vector vectors[] = {
        {"49", "0151 23456789", "+4915123456789"},
        {"49", "0151/23456789", "+4915123456789"},
        {"49", "(0151) 234 567-89", "+4915123456789"},
        {"49", "+49 151 23456789", "+4915123456789"},
        {"49", "+49 (0)151 23456789", "+4915123456789"},
        {"49", "+49 0151 23456789", "+4915123456789"},
        {"49", "0049 151 23456789", "+4915123456789"},
        {"49", "4915123456789", "+4915123456789"},
        {"49", "030 1234567", "+49301234567"},
        {"49",
         "0151\xE2\x80\x93"
         "23456789",
         "+4915123456789"}, /* en dash */
        {"49",
         "0151\xC2\xA0"
         "23456789",
         "+4915123456789"},                                                   /* no-break space */
        {"49", "\xE2\x80\xAA+49 151 23456789\xE2\x80\xAC", "+4915123456789"}, /* U+202A, U+202C */
        {"49", "15123456789", NULL}, /* area code or not? nobody can tell */
        {"49", "110", NULL},
        {"49", "0", NULL},
        {"49", "0151 2345678901234", NULL}, /* over 15 digits */
        {"49", "+1 212 555 0100", "+12125550100"},
        {"49", "+39 06 1234 5678", "+390612345678"},
        {"49", "+33 6 12 34 56 78", "+33612345678"},
    };

    CHECK(vectors);
}

static void test_phone_normalise_in_north_america(void **state)
{
    static const struct vector vectors[] = {
        {"1", "212-555-0100", "+12125550100"},
        {"1", "(212) 555-0100", "+12125550100"},
        {"1", "1 212 555 0100", "+12125550100"},
        {"1", "+1 (212) 555.0100", "+12125550100"},
        {"1", "011 49 151 23456789", "+4915123456789"},
        {"1", "555-0100", NULL},
        {"1", "112 555 0100", NULL},
        {"1", "212 155 0100", NULL},
        {"1", "2125550100 1", NULL},
    };

    CHECK(vectors);
}

static void test_phone_normalise_elsewhere(void **state)
{
    static const struct vector vectors[] = {
        {"33", "06 12 34 56 78", "+33612345678"},
        {"33", "612345678", "+33612345678"},
        {"852", "5123 4567", "+85251234567"},
        {"39", "06 1234 5678", "+390612345678"},
        {"44", "+44 (0)7700 900123", "+447700900123"},
        {"683", "4000", "+6834000"},
        {"683", "400", NULL},
    };

    CHECK(vectors);
}

static void test_phone_normalise_refuses_what_is_no_number(void **state)
{
    static const struct vector vectors[] = {
        {"86", "", NULL},
        {"86", " ", NULL},
        {"86", "+", NULL},
        {"86", "++8613800000001", NULL},
        {"86", "13800000001+", NULL},
        {"86", "+86+13800000001", NULL},
        {"86", "1380000000a", NULL},
        {"86", "13800000001;14900000001", NULL},
        {"86", "13800000001,", NULL},
        {"86", "13800000001\n", NULL},
        {"86", "13800000001\r\nX: y", NULL},
        {"86", "+0 123456789", NULL},
        {"86", "000 123456789", NULL},
        {"86", "+1234567890123456", NULL}, /* 16 digits */
        {"86", "+123456", NULL},
        {"86",
         "\xFF"
         "13800000001",
         NULL},
        {"86", "\xD9\xA1\xD9\xA3\xD9\xA8", NULL}, /* Arabic digits: not what we read */
        {"86", "00000000000000000000000000000000000000000000000000000000000000000000", NULL},
        {"86", "---------------------------------------------------------------------1", NULL},
    };
    char out[PHONE_MAX + 1];

    CHECK(vectors);
    assert_false(phone_normalise(STR("138\0"
                                     "00000001"),
                                 "86", out));
    assert_false(phone_normalise((struct str){NULL, 0}, "86", out));
}

/* Whatever comes in: either refused, or a plus sign and 7 to 15 digits that stay as they are. */
static void test_phone_normalise_gives_one_form(void **state)
{
    static const char alphabet[] = "0123456789012345678901234567890+ -()./\xC3\xA9\xFF";
    static const char *const countries[] = {"86", "49", "1", "33", "39"};

    srandom(7);
    for (int i = 0; i < 200000; i++) {
        char typed[24];
        size_t len = (size_t)random() % sizeof(typed);
        const char *country = countries[random() % 5];
        char once[PHONE_MAX + 1];
        char twice[PHONE_MAX + 1];

        for (size_t k = 0; k < len; k++)
            typed[k] = alphabet[(size_t)random() % (sizeof(alphabet) - 1)];
        if (!phone_normalise((struct str){typed, len}, country, once))
            continue;
        assert_int_equal(once[0], '+');
        assert_in_range(strlen(once), 8, PHONE_MAX);
        assert_int_equal(strspn(once + 1, "0123456789"), strlen(once) - 1);
        assert_true(phone_normalise(str_of(once), country, twice));
        assert_string_equal(once, twice);
    }
}

static void test_phone_mask_always_hides_four_digits(void **state)
{
    static const char *const pairs[][2] = {
        {"+8613800000001", "138****0001"},
        {"+4915123456789", "151****6789"},
        {"+12125550100", "212****100"},
        {"+33612345678", "336****5678"},
        {"+6834000", "6****00"},
        {"+49110", "****"},
        {"", "****"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char out[PHONE_MAX + 1];

        phone_mask(pairs[i][0], out);
        assert_string_equal(out, pairs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phone_normalise_in_china),
        cmocka_unit_test(test_phone_normalise_in_germany),
        cmocka_unit_test(test_phone_normalise_in_north_america),
        cmocka_unit_test(test_phone_normalise_elsewhere),
        cmocka_unit_test(test_phone_normalise_refuses_what_is_no_number),
        cmocka_unit_test(test_phone_normalise_gives_one_form),
        cmocka_unit_test(test_phone_mask_always_hides_four_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
