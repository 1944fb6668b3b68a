/* The SMPP codec octet by octet, and the tables behind the driver: statuses, receipts, ids, times,
 * alphabets, long texts. SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "sms/long_part.h"
#include "sms/smpp_pdu.h"
#include "sms/smpp_rules.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void expect_octets(const uint8_t *got, size_t n, const char *hex)
{
    char text[2 * SMPP_WRITE_MAX + 1];
    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", got[i]);
    assert_string_equal(text, hex);
}

static size_t octets_of(const char *hex, uint8_t *out)
{
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &v), 1);
        out[i] = (uint8_t)v;
    }
    return n;
}

static void test_smpp_write_is_octet_for_octet_what_the_specification_says(void **state)
{
    uint8_t out[SMPP_WRITE_MAX];
    const struct smpp_bind bind = {"hall", "secret", "VMA", {1, 1, STR("^10")}};
    expect_octets(out, smpp_write_bind(out, 1, &bind),
                  "00000027000000090000000000000001"
                  "68616c6c00"
                  "73656372657400"
                  "564d4100"
                  "34"
                  "01"
                  "01"
                  "5e313000");
    expect_octets(out, smpp_write_header(out, SMPP_ENQUIRE_LINK, 0, 0x01020304),
                  "00000010000000150000000001020304");
    expect_octets(out, smpp_write_header(out, SMPP_GENERIC_NACK, SMPP_RINVCMDID, 7),
                  "00000010800000000000000300000007");
    expect_octets(out, smpp_write_answer(out, SMPP_DELIVER_SM, SMPP_RX_T_APPN, 9),
                  "0000001180000005000000640000000900");
    const struct smpp_message m = {.service_type = STR("CMT"),
                                   .from = {5, 0, STR("Hall")},
                                   .to = {1, 1, STR("8613")},
                                   .esm_class = 0x40,
                                   .validity = STR("000000001000000R"),
                                   .registered_delivery = 1,
                                   .data_coding = 8,
                                   .text = STR("\x8b\xf7"),
                                   .sar_reference = 0x0102,
                                   .sar_total = 3,
                                   .sar_number = 2};
    expect_octets(out, smpp_write_message(out, SMPP_SUBMIT_SM, 2, &m),
                  "0000004e000000040000000000000002"
                  "434d5400"
                  "05"
                  "00"
                  "48616c6c00"
                  "01"
                  "01"
                  "3836313300"
                  "40"
                  "00"
                  "00"
                  "00"
                  "3030303030303030313030303030305200"
                  "01"
                  "00"
                  "08"
                  "00"
                  "02"
                  "8bf7"
                  "020c00020102"
                  "020e000103"
                  "020f000102");
}

static void test_smpp_write_refuses_what_does_not_fit(void **state)
{
    static char much[SMPP_PAYLOAD_MAX + 2];
    uint8_t out[SMPP_WRITE_MAX];
    memset(much, 'x', sizeof much - 1);
    const struct smpp_message ok = {.from = {0, 0, STR("1")}, .to = {0, 0, STR("2")}};
    struct smpp_message m = ok;
    assert_true(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m) > 0);
    m.service_type = STR("123456");
    assert_int_equal(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m), 0);
    m = ok;
    m.from.digits = STR("123456789012345678901");
    assert_int_equal(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m), 0);
    m.from.digits = STR("1\0002");
    assert_int_equal(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m), 0);
    m = ok;
    m.validity = STR("00000000100000R");
    assert_int_equal(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m), 0);
    m = ok;
    m.text = (struct str){much, 254};
    assert_true(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m) > 0);
    m.text.len = 255;
    assert_int_equal(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m), 0);
    m.text_is_payload = true;
    assert_true(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m) > 0);
    m.text.len = SMPP_PAYLOAD_MAX + 1;
    assert_int_equal(smpp_write_message(out, SMPP_SUBMIT_SM, 1, &m), 0);
    const struct smpp_bind bind = {"hall", "nine char", "", {0}};
    assert_int_equal(smpp_write_bind(out, 1, &bind), 0);
}

static void test_smpp_read_takes_what_centres_really_send(void **state)
{
    uint8_t p[512];
    struct smpp_message m;
    /* A service_type of 8 octets; TLVs unknown, unordered, of odd sizes, and one cut short. */
    size_t n = octets_of("736d736373696d00"
                         "0101"
                         "31333800"
                         "0000"
                         "3130363900"
                         "04"
                         "0000"
                         "0000"
                         "00"
                         "00"
                         "00"
                         "00"
                         "00"
                         "1401000411223344"
                         "0427000400000002"
                         "001e0009616263646566303100"
                         "0423000403000102"
                         "14020000"
                         "ffff",
                         p);
    assert_true(smpp_read_message(SMPP_DELIVER_SM, p, n, &m));
    assert_true(str_is(m.service_type, "smscsim"));
    assert_true(str_is(m.from.digits, "138"));
    assert_true(str_is(m.to.digits, "1069"));
    assert_int_equal(m.esm_class, 4);
    assert_int_equal(m.message_state, 2);
    assert_true(str_is(m.receipted_id, "abcdef01"));
    assert_int_equal(m.network_error.len, 0); /* four octets are no such code */
}

static void test_smpp_read_cut_short_anywhere_is_refused_or_read(void **state)
{
    uint8_t whole[SMPP_WRITE_MAX], *p = whole + SMPP_HEADER_OCTETS;
    struct smpp_message m = {.service_type = STR("CMT"),
                             .from = {1, 1, STR("138")},
                             .to = {0, 0, STR("1069")},
                             .text = STR("hello"),
                             .receipted_id = STR("abc"),
                             .message_state = 2};
    size_t n = smpp_write_message(whole, SMPP_DELIVER_SM, 1, &m) - SMPP_HEADER_OCTETS;
    size_t tlvs = 4 + 3 + 1 + 4 + 1;
    for (size_t i = 0; i <= n; i++) {
        struct smpp_message got;
        uint8_t *copy = memcpy(test_malloc(i + 1), p, i);
        assert_int_equal(smpp_read_message(SMPP_DELIVER_SM, copy, i, &got), i >= n - tlvs);
        test_free(copy);
    }
    assert_true(smpp_read_message(SMPP_DELIVER_SM, p, n - 1, &m));
    assert_true(str_is(m.receipted_id, "abc")); /* the TLV behind it is cut off */
    assert_int_equal(m.message_state, 0);
}

static void test_smpp_read_id_with_and_without_nul_or_body(void **state)
{
    assert_true(str_is(smpp_read_id((const uint8_t *)"abc", 4), "abc"));
    assert_true(str_is(smpp_read_id((const uint8_t *)"abc", 3), "abc"));
    assert_int_equal(smpp_read_id((const uint8_t *)"", 0).len, 0);
}

static void test_smpp_status_read_knows_whose_fault_it_is(void **state)
{
    static const struct {
        uint32_t status;
        enum gateway_outcome outcome;
        const char *reason;
    } cases[] = {{0, GATEWAY_OK, "accepted"},
                 {0x58, GATEWAY_THROTTLED, "smpp_throttled"},
                 {0x14, GATEWAY_THROTTLED, "smpp_queue_full"},
                 {0x0B, GATEWAY_PERMFAIL, "smpp_destination"},
                 {0x01, GATEWAY_PERMFAIL, "smpp_message_length"},
                 {0x0A, GATEWAY_CONFIG, "smpp_source"},
                 {0x0D, GATEWAY_CONFIG, "smpp_bind_refused"},
                 {0x0E, GATEWAY_CONFIG, "smpp_password"},
                 {0x15, GATEWAY_CONFIG, "smpp_service_type"},
                 {0x08, GATEWAY_TEMPFAIL, "smpp_system"},
                 {0xFF, GATEWAY_TEMPFAIL, "smpp_unknown_error"},
                 {0x400, GATEWAY_TEMPFAIL, "smpp_400"},
                 {0xFFFFFFFF, GATEWAY_TEMPFAIL, "smpp_ffffffff"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gateway_result r;
        smpp_status_read(NULL, cases[i].status, &r);
        assert_int_equal(r.outcome, cases[i].outcome);
        assert_string_equal(r.reason, cases[i].reason);
        assert_int_equal(r.pause_ms > 0, r.outcome == GATEWAY_THROTTLED);
        assert_false(r.uncertain);
    }
}

static void test_smpp_status_read_asks_the_settings_first(void **state)
{
    static struct sms_result own[] = {
        {"0x400-0x4ff", "throttle"}, {"0x58", "retry"}, {"1", "config"}};
    const struct sms_gateway_settings s = {.name = "s", .results = own, .result_count = 3};
    static const struct {
        uint32_t status;
        enum gateway_outcome outcome;
        const char *reason;
    } cases[] = {{0, GATEWAY_OK, "accepted"},
                 {0x3FF, GATEWAY_TEMPFAIL, "smpp_3ff"},
                 {0x400, GATEWAY_THROTTLED, "smpp_400"},
                 {0x4FF, GATEWAY_THROTTLED, "smpp_4ff"},
                 {0x500, GATEWAY_TEMPFAIL, "smpp_500"},
                 {0x58, GATEWAY_TEMPFAIL, "smpp_throttled"},
                 {0x01, GATEWAY_CONFIG, "smpp_message_length"},
                 {0x0B, GATEWAY_PERMFAIL, "smpp_destination"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gateway_result r;
        smpp_status_read(&s, cases[i].status, &r);
        assert_int_equal(r.outcome, cases[i].outcome);
        assert_string_equal(r.reason, cases[i].reason);
        assert_int_equal(r.pause_ms > 0, r.outcome == GATEWAY_THROTTLED);
    }
}

static void test_smpp_validity_is_relative_and_rounded_up(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{1, "000000000001000R"},
                 {600000, "000000001000000R"},
                 {599001, "000000001000000R"},
                 {90061000, "000001010101000R"},
                 {INT64_MAX / 2, "000030000000000R"},
                 {-5, "000000000001000R"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[SMPP_VALIDITY_LEN + 1];
        smpp_validity(cases[i].ms, out);
        assert_string_equal(out, cases[i].text);
    }
}

static void test_smpp_address_of_guesses_only_where_it_is_not_told(void **state)
{
    struct smpp_address a = smpp_address_of("+861069", -1, -1);
    assert_int_equal(a.ton << 8 | a.npi, 0x0101);
    assert_true(str_is(a.digits, "861069"));
    a = smpp_address_of("10691234", -1, -1);
    assert_int_equal(a.ton << 8 | a.npi, 0x0001);
    a = smpp_address_of("Paihao", -1, -1);
    assert_int_equal(a.ton << 8 | a.npi, 0x0500);
    a = smpp_address_of("", -1, -1);
    assert_int_equal(a.ton << 8 | a.npi, 0);
    a = smpp_address_of("Paihao", 2, 8);
    assert_int_equal(a.ton << 8 | a.npi, 0x0208);
}

static void test_smpp_id_read_makes_two_spellings_one(void **state)
{
    static const struct {
        const char *id;
        enum smpp_id_base base;
        bool receipt;
        const char *out;
    } cases[] = {{"00aB", SMPP_ID_SAME, false, "00aB"},
                 {"00aB", SMPP_ID_DEC, false, "171"},
                 {"0000171", SMPP_ID_DEC, true, "171"},
                 {"171", SMPP_ID_HEX, false, "171"},
                 {"AB", SMPP_ID_HEX, true, "171"},
                 {"no-number", SMPP_ID_DEC, false, "no-number"},
                 {"12x", SMPP_ID_DEC, true, "12x"},
                 {"ffffffffffffffff", SMPP_ID_DEC, false, "18446744073709551615"},
                 {"1ffffffffffffffff", SMPP_ID_DEC, false, "1ffffffffffffffff"},
                 {"", SMPP_ID_DEC, true, ""},
                 {" a\x01 b\n", SMPP_ID_SAME, true, "ab"}};
    char out[GATEWAY_ID_MAX + 1], long_id[200];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        smpp_id_read(str_of(cases[i].id), cases[i].base, cases[i].receipt, out);
        assert_string_equal(out, cases[i].out);
    }
    memset(long_id, '7', sizeof long_id);
    smpp_id_read((struct str){long_id, sizeof long_id}, SMPP_ID_DEC, true, out);
    assert_int_equal(strlen(out), GATEWAY_ID_MAX);
}

static struct smpp_receipt read_receipt(struct smpp_message m, bool expected)
{
    struct smpp_receipt r;
    assert_int_equal(smpp_receipt_read(&m, SMPP_ID_SAME, &r), expected);
    return r;
}

static void test_smpp_receipt_read_by_text_and_by_fields(void **state)
{
    struct smpp_receipt r = read_receipt(
        (struct smpp_message){.esm_class = 4,
                              .text =
                                  STR("id:a1 sub:001 dlvrd:001 submit date:2611240910 done "
                                      "date:2611240911 stat:DELIVRD err:000 text:id:b2 stat:x")},
        true);
    assert_string_equal(r.id, "a1");
    assert_true(r.final);
    assert_int_equal(r.fate, GATEWAY_DELIVERED);
    assert_string_equal(r.reason, "");
    r = read_receipt(
        (struct smpp_message){.esm_class = 4, .text = STR("ID:a2 STAT:undeliv ERR:0A9")}, true);
    assert_string_equal(r.id, "a2");
    assert_int_equal(r.fate, GATEWAY_UNDELIVERED);
    assert_string_equal(r.reason, "0A9");
    r = read_receipt((struct smpp_message){.esm_class = 4, .text = STR("id:a3 stat:ACCEPTD")},
                     true);
    assert_false(r.final);
    r = read_receipt((struct smpp_message){.esm_class = 0x20, .text = STR("id:a3 stat:DELIVRD")},
                     true);
    assert_false(r.final);
    r = read_receipt((struct smpp_message){.esm_class = 0,
                                           .receipted_id = STR("a4"),
                                           .message_state = 8,
                                           .text = STR("id:b4 stat:DELIVRD")},
                     true);
    assert_string_equal(r.id, "a4");
    assert_int_equal(r.fate, GATEWAY_REJECTED);
    r = read_receipt(
        (struct smpp_message){.esm_class = 4, .message_state = 200, .receipted_id = STR("a5")},
        true);
    assert_false(r.final);
    r = read_receipt((struct smpp_message){.esm_class = 4, .text = STR("paid:a6")}, true);
    assert_string_equal(r.id, "");
    /* What a citizen writes is never a receipt. */
    read_receipt((struct smpp_message){.esm_class = 0, .text = STR("id:a1 stat:DELIVRD")}, false);
    read_receipt((struct smpp_message){.esm_class = 0x40, .text = STR("id:a1 stat:DELIVRD")},
                 false);
}

static void expect_text(const char *octets, size_t n, uint8_t coding, const char *wanted)
{
    struct buf b;
    buf_init(&b);
    assert_int_equal(smpp_text_read((struct str){octets, n}, coding, SMPP_ALPHABET_GSM7, &b),
                     wanted != NULL);
    if (wanted)
        assert_true(str_is(buf_str(&b), wanted));
    buf_clear(&b);
}

static void test_smpp_text_read_by_its_coding(void **state)
{
    expect_text("\x00\x1b\x65", 3, 0, "@\xE2\x82\xAC");
    expect_text("\x00\x1b\x65", 3, 0xF1, "@\xE2\x82\xAC");
    expect_text("\x8b\xf7", 2, 8, "\xE8\xAF\xB7");
    expect_text("\x8b\xf7", 2, 0x18, "\xE8\xAF\xB7");
    expect_text("Z\xe4", 2, 3, "Z\xC3\xA4");
    expect_text("Z\xe4", 2, 1, "Z\xEF\xBF\xBD");
    expect_text("Z\0", 2, 3, "Z\xEF\xBF\xBD");
    expect_text("x", 1, 4, NULL);
    expect_text("x", 1, 0xF5, NULL);
    expect_text("", 0, 8, "");
    struct buf b;
    buf_init(&b);
    assert_true(smpp_text_read(STR("@\xe4"), 0, SMPP_ALPHABET_LATIN1, &b));
    assert_true(str_is(buf_str(&b), "@\xC3\xA4"));
    buf_clear(&b);
}

static void test_smpp_latin1_takes_what_it_has(void **state)
{
    uint8_t out[4];
    size_t n;
    assert_true(smpp_latin1(STR("@\xC3\xA4"), out, sizeof out, &n));
    assert_memory_equal(out, "@\xe4", 2);
    assert_int_equal(n, 2);
    assert_false(smpp_latin1(STR("\xE2\x82\xAC"), out, sizeof out, &n));
    assert_false(smpp_latin1(STR("12345"), out, sizeof out, &n));
}

static void test_long_part_ok_knows_its_bounds(void **state)
{
    static const struct {
        int total, number;
        bool ok;
    } cases[] = {{2, 1, true},
                 {2, 2, true},
                 {LONG_PARTS_MAX, LONG_PARTS_MAX, true},
                 {LONG_PARTS_MAX + 1, 1, false},
                 {2, 3, false},
                 {2, 0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gateway_part p = {.total = cases[i].total, .number = cases[i].number};
        assert_int_equal(long_part_ok(&p), cases[i].ok);
    }
}

static void test_long_part_udh_finds_its_element_among_others(void **state)
{
    struct gateway_part p = {.total = 0};
    struct str s = STR("\x05\x00\x03\x2a\x03\x02hello");
    assert_true(long_part_udh(&s, &p));
    assert_true(str_is(s, "hello"));
    assert_int_equal(p.reference << 16 | (uint32_t)p.total << 8 | (uint32_t)p.number, 0x2A0302);
    s = STR("\x0a\x24\x01\x01\x08\x04\x00\x2a\x02\x01\x99x"); /* a language, 16 bits; odd octet */
    assert_true(long_part_udh(&s, &p));
    assert_true(str_is(s, "x"));
    assert_int_equal(p.reference, 0x1002A); /* never the 8-bit one of the same number */
    p.total = 0;
    s = STR("\x05\x00\x09\x2a\x03\x02hello"); /* longer than its header */
    assert_true(long_part_udh(&s, &p));
    assert_int_equal(p.total, 0);
    s = STR("\x05\x00");
    assert_false(long_part_udh(&s, &p));
    s = STR("");
    assert_false(long_part_udh(&s, &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smpp_write_is_octet_for_octet_what_the_specification_says),
        cmocka_unit_test(test_smpp_write_refuses_what_does_not_fit),
        cmocka_unit_test(test_smpp_read_takes_what_centres_really_send),
        cmocka_unit_test(test_smpp_read_cut_short_anywhere_is_refused_or_read),
        cmocka_unit_test(test_smpp_read_id_with_and_without_nul_or_body),
        cmocka_unit_test(test_smpp_status_read_knows_whose_fault_it_is),
        cmocka_unit_test(test_smpp_status_read_asks_the_settings_first),
        cmocka_unit_test(test_smpp_validity_is_relative_and_rounded_up),
        cmocka_unit_test(test_smpp_address_of_guesses_only_where_it_is_not_told),
        cmocka_unit_test(test_smpp_id_read_makes_two_spellings_one),
        cmocka_unit_test(test_smpp_receipt_read_by_text_and_by_fields),
        cmocka_unit_test(test_smpp_text_read_by_its_coding),
        cmocka_unit_test(test_smpp_latin1_takes_what_it_has),
        cmocka_unit_test(test_long_part_ok_knows_its_bounds),
        cmocka_unit_test(test_long_part_udh_finds_its_element_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
