/* sms/encoding, sms/parts: how many parts a text takes, and what is in each of them.
 * SPDX-License-Identifier: MIT */
#include "sms/encoding.h"
#include "sms/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

#define GSM  ENCODING_GSM7
#define UCS2 ENCODING_UCS2

/* A text is written as pieces and how often each comes. The numbers were worked out three ways by
 * programs of others, which agreed on all of them. */
struct vector {
    struct {
        const char *text;
        int times;
    } pieces[3];
    enum encoding encoding;
    int parts;
    int lengths[4]; /* of the parts; 0 where not known */
};

static const struct vector vectors[] = {
    {{{"Hello", 1}}, GSM, 1, {5}},
    {{{"a", 160}}, GSM, 1, {160}},
    {{{"a", 161}}, GSM, 2, {153, 8}},
    {{{"a", 306}}, GSM, 2, {153, 153}},
    {{{"a", 307}}, GSM, 3, {153, 153, 1}},
    {{{"b", 459}}, GSM, 3, {153, 153, 153}},
    {{{"b", 460}}, GSM, 4, {153, 153, 153, 1}},
    {{{"€", 80}}, GSM, 1, {160}},
    {{{"€", 81}}, GSM, 2, {152, 10}},
    {{{"a", 158}, {"€", 1}}, GSM, 1, {160}},
    {{{"a", 159}, {"€", 1}}, GSM, 2, {153, 8}},
    {{{"a", 152}, {"{", 1}, {"b", 152}}, GSM, 3, {152, 153, 1}},
    {{{"a", 151}, {"{", 1}, {"b", 153}}, GSM, 2, {153, 153}},
    {{{"[A012] {3} ~ | ^ \\ €", 1}}, GSM, 1, {29}},
    {{{"àèéùìòÇØøÅåÄÖÑÜ§äöñüàΔΦΓΛΩΠΨΣΘΞ", 1}}, GSM, 1, {31}},
    {{{"line1\nline2\r\n", 1}}, GSM, 1, {13}},
    {{{"façade ç", 1}}, UCS2, 1, {0}},
    {{{"Málaga á", 1}}, UCS2, 1, {0}},
    {{{"`code`", 1}}, UCS2, 1, {0}},
    {{{"a\tb", 1}}, UCS2, 1, {0}},
    {{{"a\xC2\xA0"
       "b",
       1}},
     UCS2,
     1,
     {0}},
    {{{"It’s your turn", 1}}, UCS2, 1, {0}},
    {{{"请A012号到3号窗口", 1}}, UCS2, 1, {11}},
    {{{"中", 70}}, UCS2, 1, {70}},
    {{{"中", 71}}, UCS2, 2, {67, 4}},
    {{{"中", 134}}, UCS2, 2, {67, 67}},
    {{{"中", 135}}, UCS2, 3, {67, 67, 1}},
    {{{"中", 201}}, UCS2, 3, {67, 67, 67}},
    {{{"中", 202}}, UCS2, 4, {67, 67, 67, 1}},
    {{{"😀", 35}}, UCS2, 1, {70}},
    {{{"😀", 36}}, UCS2, 2, {66, 6}},
    {{{"中", 66}, {"😀", 1}, {"文", 66}}, UCS2, 3, {66, 67, 1}},
    {{{"中", 66}, {"😀", 1}, {"文", 65}}, UCS2, 2, {66, 67}},
    {{{"𠮷野家", 1}, {"中", 66}}, UCS2, 1, {70}},
    {{{"👨‍👩‍👧‍👦", 1}}, UCS2, 1, {11}},
    {{{"دورك قريب", 1}}, UCS2, 1, {9}},
    {{{"Ваша очередь подходит", 1}}, UCS2, 1, {21}},
    {{{"Sıranız geldi ş ğ", 1}}, UCS2, 1, {17}},
    {{{"ใกล้ถึงคิวของคุณ", 5}}, UCS2, 2, {67, 13}},
    {{{"【市政务中心】您预约的业务A012将于11月24日上午9:30办理，请提前15分钟到场取号。退订回T", 1}},
     UCS2,
     1,
     {50}},
    {{{"【市政务服务中心】尊敬的市民，您预约的不动产登记业务（预约号A012）将于11月24日上午9:"
       "30在市政务"
       "服务中心二楼C区3号窗口办理，请提前15分钟携带身份证原件到场取号，逾期作废。退订回T",
       1}},
     UCS2,
     2,
     {67, 29}},
    {{{"", 1}}, GSM, 1, {0}},
};

static void write_vector(const struct vector *v, struct buf *text)
{
    buf_init(text);
    for (int p = 0; p < 3; p++)
        for (int n = 0; n < v->pieces[p].times; n++)
            buf_add_c(text, v->pieces[p].text);
}

static void test_encoding_agrees_with_the_vectors(void **state)
{
    assert_int_equal(sizeof vectors / sizeof vectors[0], 42);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const struct vector *v = &vectors[i];
        int lengths[4] = {0};
        struct buf text;
        write_vector(v, &text);
        struct encoding_size size = encoding_measure(buf_str(&text), lengths, 4);
        if (size.encoding != v->encoding || size.parts != v->parts)
            fail_msg("vector %zu: encoding %d, %d parts", i, size.encoding, size.parts);
        for (int n = 0; v->lengths[0] && n < v->parts; n++)
            if (lengths[n] != v->lengths[n])
                fail_msg("vector %zu, part %d: %d units", i, n + 1, lengths[n]);
        buf_clear(&text);
    }
}

/* Cuts, and reads each part by itself: a pair cut apart would not come back. */
static int cut_and_join(struct str text, enum encoding as, struct part parts[PARTS_MAX],
                        struct buf *joined)
{
    int n = parts_cut(text, as, parts);
    buf_init(joined);
    for (int i = 0; i < n; i++)
        parts_read(parts[i].octets, parts[i].length, as, joined);
    return n;
}

static void check_parts(size_t i, struct str text, struct encoding_size size, const int *lengths)
{
    struct part parts[PARTS_MAX];
    struct buf joined;
    size_t octets = size.encoding == ENCODING_GSM7 ? 1 : 2;
    if (cut_and_join(text, size.encoding, parts, &joined) != size.parts)
        fail_msg("vector %zu: %d parts counted, others cut", i, size.parts);
    for (int n = 0; n < size.parts; n++)
        if (parts[n].length != (size_t)lengths[n] * octets)
            fail_msg("vector %zu, part %d: %zu octets", i, n + 1, parts[n].length);
    assert_string_equal(joined.p ? joined.p : "", text.p ? text.p : "");
    buf_clear(&joined);
}

static void test_parts_are_as_long_as_they_were_counted(void **state)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        int lengths[PARTS_MAX] = {0};
        struct buf text;
        write_vector(&vectors[i], &text);
        struct encoding_size size = encoding_measure(buf_str(&text), lengths, PARTS_MAX);
        check_parts(i, buf_str(&text), size, lengths);
        size = encoding_measure_as(buf_str(&text), UCS2, lengths, PARTS_MAX);
        if (size.parts <= PARTS_MAX)
            check_parts(i, buf_str(&text), size, lengths);
        buf_clear(&text);
    }
}

/* As the standard's table prints it, septet by septet. */
static void test_parts_of_the_whole_alphabet(void **state)
{
    static const char low[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ";
    static const char high[] = "ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    static const char extended[] = "\f^{}\\[~]|€";
    static const uint8_t behind[] = {0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65};
    struct part parts[PARTS_MAX];
    assert_int_equal(parts_cut(str_of(low), GSM, parts), 1);
    assert_int_equal(parts[0].length, 27);
    for (size_t i = 0; i < 27; i++)
        assert_int_equal(parts[0].octets[i], i);
    assert_int_equal(parts_cut(str_of(high), GSM, parts), 1);
    assert_int_equal(parts[0].length, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(parts[0].octets[i], 28 + i);
    assert_int_equal(parts_cut(str_of(extended), GSM, parts), 1);
    assert_int_equal(parts[0].length, 20);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(parts[0].octets[2 * i], 0x1B);
        assert_int_equal(parts[0].octets[2 * i + 1], behind[i]);
    }
}

static void test_parts_in_ucs2_are_big_endian(void **state)
{
    static const uint8_t octets[] = {0x8B, 0xF7, 0x00, 'A', 0xD8, 0x42, 0xDF, 0xB7};
    static const uint8_t header[] = {5, 0, 3, 0xC7, 4, 2};
    struct part parts[PARTS_MAX];
    uint8_t udh[PART_UDH_OCTETS];
    assert_int_equal(parts_cut(STR("请A𠮷"), UCS2, parts), 1);
    assert_int_equal(parts[0].length, sizeof octets);
    assert_memory_equal(parts[0].octets, octets, sizeof octets);
    parts_udh(udh, 0xC7, 4, 2);
    assert_memory_equal(udh, header, sizeof udh);
}

static void test_parts_refuse_what_cannot_be_sent(void **state)
{
    struct part parts[PARTS_MAX];
    struct buf text;
    assert_int_equal(parts_cut(STR("中"), GSM, parts), 0);
    assert_int_equal(parts_cut(STR("a\xff"), UCS2, parts), 0);
    assert_int_equal(parts_cut(STR("\xED\xA0\x80"), UCS2, parts), 0); /* half a pair */
    assert_int_equal(parts_cut(STR(""), GSM, parts), 1);
    assert_int_equal(parts[0].length, 0);
    buf_init(&text);
    while (text.len < (size_t)PARTS_MAX * 153)
        buf_add_char(&text, 'a');
    assert_int_equal(parts_cut(buf_str(&text), GSM, parts), PARTS_MAX);
    assert_int_equal(parts_cut(buf_str(&text), UCS2, parts), 0);
    buf_add_char(&text, 'a');
    assert_int_equal(parts_cut(buf_str(&text), GSM, parts), 0);
    buf_clear(&text);
}

static void test_parts_read_what_phones_send(void **state)
{
#define OCTETS(...) {__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})
    static const struct {
        enum encoding as;
        uint8_t octets[8];
        size_t n;
        const char *text;
    } cases[] = {
        {GSM, OCTETS(0x1B, 0x65, 0x11), "€_"},
        {GSM, OCTETS(0x1B, 'A', 0x1B, 0x1B), "A "}, /* none there: as the default alphabet has it */
        {GSM, OCTETS('a', 0x1B), "a�"},
        {GSM, OCTETS(0x1B, 0x80, 0xFF), "���"},
        {UCS2, OCTETS(0x90, 0x00, 0x8B, 0xA2), "退订"},
        {UCS2, OCTETS(0xD8, 0x3D, 0xDE, 0x00), "😀"},
        {UCS2, OCTETS(0xD8, 0x3D, 0x00, 'a'), "�a"},
        {UCS2, OCTETS(0xDE, 0x00, 0xD8, 0x3D), "��"},
        {UCS2, OCTETS(0xD8, 0x3D, 0xDE), "��"},
        {UCS2, OCTETS(0x00, 0x00, 0x00), "��"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf text;
        buf_init(&text);
        parts_read(cases[i].octets, cases[i].n, cases[i].as, &text);
        assert_string_equal(text.p, cases[i].text);
        buf_clear(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoding_agrees_with_the_vectors),
        cmocka_unit_test(test_parts_are_as_long_as_they_were_counted),
        cmocka_unit_test(test_parts_of_the_whole_alphabet),
        cmocka_unit_test(test_parts_in_ucs2_are_big_endian),
        cmocka_unit_test(test_parts_refuse_what_cannot_be_sent),
        cmocka_unit_test(test_parts_read_what_phones_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
