/* sms/cmpp_pdu, cmpp_auth, cmpp_result: authenticators, lengths and octets of both layouts as the
 * specification has them, and what peers make of it. SPDX-License-Identifier: MIT */
#include "sms/cmpp_auth.h"
#include "sms/cmpp_pdu.h"
#include "sms/cmpp_result.h"
#include "sms/cmpp_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static struct buf out;

static int set_up(void **state)
{
    buf_init(&out);
    return 0;
}

static int tear_down(void **state)
{
    buf_clear(&out);
    return 0;
}

static const char *hex(const void *p, size_t n)
{
    static char text[1024];
    assert_true(n * 2 < sizeof text);
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        (void)sprintf(text + 2 * i, "%02x", ((const unsigned char *)p)[i]);
    return text;
}

/* The frame of hex digits; blanks between them are for the reader. */
static struct buf frame_of(const char *text)
{
    struct buf b;
    buf_init(&b);
    for (; *text; text++) {
        unsigned octet;
        if (*text == ' ')
            continue;
        assert_int_equal(sscanf(text, "%2x", &octet), 1);
        buf_add_char(&b, (char)octet);
        text++;
    }
    return b;
}

static bool read_frame(const char *text, enum cmpp_layout layout, struct cmpp_pdu *pdu)
{
    struct buf b = frame_of(text);
    bool good = cmpp_read((const uint8_t *)b.p, b.len, layout, pdu);
    buf_clear(&b);
    return good;
}

static void content_set(struct cmpp_content *c, const char *text, size_t n)
{
    c->length = (uint8_t)n;
    memcpy(c->octets, text, n);
}

static struct cmpp_pdu submit(enum cmpp_layout layout)
{
    struct cmpp_pdu p = {.command = CMPP_SUBMIT, .sequence = 7, .layout = layout};
    struct cmpp_submit *s = &p.submit;
    *s = (struct cmpp_submit){.pk_total = 1,
                              .pk_number = 1,
                              .registered_delivery = 1,
                              .service_id = "QUEUE",
                              .fee_user_type = 2,
                              .msg_fmt = CMPP_UCS2,
                              .msg_src = "900001",
                              .fee_type = "01",
                              .fee_code = "0",
                              .valid_time = "261130120000032+",
                              .src_id = "10690001",
                              .dest_count = 1,
                              .dest_terminal_id = "8613800000001"};
    content_set(&s->content, "\x8b\xf7", 2); /* 请 */
    return p;
}

/* --- authenticators --- */

static void test_cmpp_auth_source_is_that_of_others(void **state)
{
    struct cmpp_connect c = {.version = 0x20};
    assert_true(cmpp_auth_source(&c, "900001", "888888", "1021080510"));
    assert_int_equal(c.timestamp, 0x3cdc73be);
    assert_string_equal(hex(c.authenticator, 16), "90d00c1d517abd0b4f65f6bcf8535d16");
}

static void test_cmpp_auth_ismg_is_that_of_either_school(void **state)
{
    uint8_t md5[CMPP_MD5_OCTETS];
    struct cmpp_connect c = {.version = 0x20};
    assert_true(cmpp_auth_source(&c, "900001", "888888", "1021080510"));
    assert_true(cmpp_auth_ismg(&c, "888888", 0, 1, md5));
    assert_string_equal(hex(md5, 16), "6c0b846e25bab6daa4ed1c466e0f4bd8");
    assert_true(cmpp_auth_ismg(&c, "888888", 0, 4, md5));
    assert_string_equal(hex(md5, 16), "7942977274098cf210ab0c16c367bc8d");
}

static void test_cmpp_times_are_those_of_the_gateways_zone(void **state)
{
    char digits[CMPP_DIGITS_SIZE], valid[CMPP_VALID_TIME_SIZE];
    cmpp_digits(1795465432000, digits); /* 2026-11-23 20:23:52 UTC */
    assert_string_equal(digits, "1124042352");
    cmpp_valid_time(1795465432000, valid);
    assert_string_equal(valid, "261124042352032+");
    cmpp_valid_time(1795465432001, valid);
    assert_string_equal(valid, "261124042353032+");
    cmpp_valid_time(1798732799000, valid); /* new year is eight hours earlier there */
    assert_string_equal(valid, "261231235959032+");
    cmpp_valid_time(1798732800000, valid);
    assert_string_equal(valid, "270101000000032+");
}

/* --- lengths and octets --- */

static void test_cmpp_write_makes_the_lengths_of_the_specification(void **state)
{
    static const struct {
        uint32_t command;
        size_t body[2];
    } lengths[] = {
        {CMPP_CONNECT, {27, 27}},           {CMPP_CONNECT | CMPP_RESP, {18, 21}},
        {CMPP_TERMINATE, {0, 0}},           {CMPP_TERMINATE | CMPP_RESP, {0, 0}},
        {CMPP_SUBMIT | CMPP_RESP, {9, 12}}, {CMPP_DELIVER | CMPP_RESP, {9, 12}},
        {CMPP_ACTIVE_TEST, {0, 0}},         {CMPP_ACTIVE_TEST | CMPP_RESP, {1, 1}},
        {CMPP_DELIVER, {73, 97}},
    };
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (int layout = CMPP_20; layout <= CMPP_30; layout++) {
            const struct cmpp_pdu p = {.command = lengths[i].command,
                                       .layout = (enum cmpp_layout)layout};
            buf_reset(&out);
            assert_true(cmpp_write(&p, &out));
            assert_int_equal(out.len, CMPP_HEADER_OCTETS + lengths[i].body[layout]);
        }
    }
    for (int layout = CMPP_20; layout <= CMPP_30; layout++) {
        const struct cmpp_pdu p = submit((enum cmpp_layout)layout);
        buf_reset(&out);
        assert_true(cmpp_write(&p, &out));
        assert_int_equal(out.len, CMPP_HEADER_OCTETS + 2 + (layout == CMPP_20 ? 147 : 183));
    }
}

static void test_cmpp_write_connect_octet_by_octet(void **state)
{
    struct cmpp_pdu p = {.command = CMPP_CONNECT, .sequence = 1, .connect = {.version = 0x30}};
    assert_true(cmpp_auth_source(&p.connect, "900001", "888888", "1021080510"));
    assert_true(cmpp_write(&p, &out));
    assert_string_equal(hex(out.p, out.len), "000000270000000100000001"
                                             "39303030303190d00c1d517abd0b4f65f6bcf8535d16"
                                             "303cdc73be");
}

#define ZEROS_8  "0000000000000000"
#define ZEROS_17 ZEROS_8 ZEROS_8 "00"
#define ZEROS_21 ZEROS_8 ZEROS_8 "0000000000"
#define ZEROS_32 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8

static void test_cmpp_write_submit_octet_by_octet(void **state)
{
    struct cmpp_pdu p = submit(CMPP_20);
    assert_true(cmpp_write(&p, &out));
    assert_string_equal(hex(out.p, out.len), "000000a10000000400000007" ZEROS_8 "01010100"
                                             "51554555450000000000"
                                             "02" ZEROS_21 "000008"
                                             "393030303031"
                                             "3031"
                                             "300000000000"
                                             "3236313133303132303030303033322b00" ZEROS_17
                                             "313036393030303100000000000000000000000000"
                                             "01"
                                             "383631333830303030303030310000000000000000"
                                             "028bf7" ZEROS_8);
    p = submit(CMPP_30);
    buf_reset(&out);
    assert_true(cmpp_write(&p, &out));
    assert_string_equal(hex(out.p, out.len), "000000c50000000400000007" ZEROS_8 "01010100"
                                             "51554555450000000000"
                                             "02" ZEROS_32 "00000008"
                                             "393030303031"
                                             "3031"
                                             "300000000000"
                                             "3236313133303132303030303033322b00" ZEROS_17
                                             "313036393030303100000000000000000000000000"
                                             "01"
                                             "38363133383030303030303031000000" ZEROS_8 ZEROS_8 "00"
                                             "028bf7" ZEROS_8 ZEROS_8 "00000000");
}

static void test_cmpp_write_refuses_what_does_not_fit(void **state)
{
    static char long_text[200];
    struct cmpp_pdu p = submit(CMPP_20);
    buf_add_c(&out, "x");
    (void)strcpy(p.submit.dest_terminal_id, "8613800000001861380000"); /* 22: 3.0 only */
    assert_false(cmpp_write(&p, &out));
    p.layout = CMPP_30;
    assert_true(cmpp_write(&p, &out));
    out.len = 1;
    p = submit(CMPP_20);
    p.submit.dest_count = 2;
    assert_false(cmpp_write(&p, &out));
    p = submit(CMPP_20);
    content_set(&p.submit.content, long_text, 141);
    assert_false(cmpp_write(&p, &out));
    p.submit.msg_fmt = CMPP_ASCII;
    content_set(&p.submit.content, long_text, 160);
    assert_false(cmpp_write(&p, &out));
    p = (struct cmpp_pdu){.command = CMPP_DELIVER | CMPP_RESP, .answer = {1, 256}};
    assert_false(cmpp_write(&p, &out)); /* one octet in 2.0 */
    p.command = 0x99;
    assert_false(cmpp_write(&p, &out));
    assert_int_equal(out.len, 1);
    assert_string_equal(out.p, "x");
}

/* --- reading --- */

static void test_cmpp_read_connect_resp_tells_its_layout_by_its_length(void **state)
{
    struct cmpp_pdu p;
    assert_true(read_frame("0000001e 80000001 00000001 03 6c0b846e25bab6daa4ed1c466e0f4bd8 20",
                           CMPP_30, &p));
    assert_int_equal(p.layout, CMPP_20);
    assert_int_equal(p.connect_resp.status, 3);
    assert_int_equal(p.connect_resp.version, 0x20);
    assert_true(read_frame(
        "00000021 80000001 00000001 00000004 6c0b846e25bab6daa4ed1c466e0f4bd8 30", CMPP_20, &p));
    assert_int_equal(p.layout, CMPP_30);
    assert_int_equal(p.connect_resp.status, 4);
    assert_string_equal(hex(p.connect_resp.authenticator, 16), "6c0b846e25bab6daa4ed1c466e0f4bd8");
    assert_false(
        read_frame("0000001d 80000001 00000001 03 6c0b846e25bab6daa4ed1c466e0f4bd8", CMPP_20, &p));
}

static void test_cmpp_read_submit_resp_of_either_layout(void **state)
{
    struct cmpp_pdu p;
    assert_true(read_frame("00000015 80000004 00000007 c97b408000000001 08", CMPP_30, &p));
    assert_int_equal(p.answer.result, 8);
    assert_true(p.answer.msg_id == 0xc97b408000000001u);
    assert_true(read_frame("00000018 80000004 00000007 c97b408000000001 0000000d", CMPP_20, &p));
    assert_int_equal(p.answer.result, 13);
    assert_false(read_frame("00000014 80000004 00000007 c97b408000000001", CMPP_30, &p));
    assert_true(p.answer.msg_id == 0xc97b408000000001u);
}

static void test_cmpp_read_is_no_stricter_than_it_must_be(void **state)
{
    struct cmpp_pdu p = {.command = CMPP_DELIVER,
                         .sequence = 9,
                         .layout = CMPP_30,
                         .deliver = {.msg_id = 5, .dest_id = "10690001", .msg_fmt = CMPP_ASCII}};
    struct cmpp_pdu q;
    content_set(&p.deliver.content, "TD", 2);
    (void)strcpy(p.deliver.src_terminal_id, "13800000001");
    assert_true(cmpp_write(&p, &out));
    out.p[CMPP_HEADER_OCTETS + 8 + 12] = 'x'; /* behind the NUL of dest_id */
    for (size_t cut = 0; cut <= 20; cut++) {  /* a tail of 20, or 8, or none */
        out.p[3] = (char)(out.len - cut);
        assert_true(cmpp_read((const uint8_t *)out.p, out.len - cut, CMPP_30, &q));
        assert_string_equal(q.deliver.dest_id, "10690001");
        assert_string_equal(q.deliver.src_terminal_id, "13800000001");
        assert_memory_equal(q.deliver.content.octets, "TD", 2);
    }
    out.p[3] = (char)(out.len - 21); /* that cuts the content */
    assert_false(cmpp_read((const uint8_t *)out.p, out.len - 21, CMPP_30, &q));
    assert_int_equal(q.deliver.msg_id, 5);
    assert_int_equal(q.deliver.content.length, 0);
    buf_add_c(&out, "more"); /* than there is */
    out.p[3] = (char)out.len;
    assert_true(cmpp_read((const uint8_t *)out.p, out.len, CMPP_30, &q));
    /* An active test's answer without its reserved octet; a command of another kind of peer. */
    assert_true(read_frame("0000000c 80000008 00000001", CMPP_20, &q));
    assert_true(read_frame("0000000e 00000010 00000001 abcd", CMPP_20, &q));
    assert_false(cmpp_knows(q.command));
    assert_false(read_frame("0000000d 00000008 00000001", CMPP_20, &q)); /* not its length */
    assert_false(read_frame("00000008 00000008", CMPP_20, &q));
}

/* --- reports --- */

static struct cmpp_content report(size_t number_width, const char *stat)
{
    struct cmpp_content c = {0};
    uint8_t *at = c.octets;
    memcpy(at, "\xc9\x7b\x40\x80\x00\x00\x00\x01", 8);
    memcpy(at + 8, stat, strlen(stat));
    memcpy(at + 15, "26113012002611301201", 20);
    memcpy(at + 35, "8613800000001", 13);
    at[35 + number_width + 3] = 77;
    c.length = (uint8_t)(35 + number_width + 4);
    return c;
}

static void test_cmpp_report_has_60_or_71_octets(void **state)
{
    static const size_t widths[] = {21, 32};
    for (size_t i = 0; i < 2; i++) {
        struct cmpp_report r;
        struct cmpp_content c = report(widths[i], "DELIVRD");
        assert_int_equal(c.length, i ? 71 : 60);
        assert_true(cmpp_read_report(&c, &r));
        assert_true(r.msg_id == 0xc97b408000000001u);
        assert_string_equal(r.stat, "DELIVRD");
        assert_string_equal(r.submit_time, "2611301200");
        assert_string_equal(r.done_time, "2611301201");
        assert_string_equal(r.dest_terminal_id, "8613800000001");
        assert_int_equal(r.smsc_sequence, 77);
    }
}

static void test_cmpp_report_needs_id_and_stat_only(void **state)
{
    struct cmpp_report r;
    struct cmpp_content c = report(21, "MB:0001");
    c.length = 15;
    assert_true(cmpp_read_report(&c, &r));
    assert_string_equal(r.stat, "MB:0001");
    c.length = 14;
    assert_false(cmpp_read_report(&c, &r));
    c.length = 0;
    assert_false(cmpp_read_report(&c, &r));
}

/* --- what they mean --- */

static void test_cmpp_result_is_one_of_five_words(void **state)
{
    static const struct {
        uint32_t result;
        enum gateway_outcome outcome;
        const char *reason;
    } rows[] = {
        {1, GATEWAY_CONFIG, "cmpp_structure"},
        {3, GATEWAY_TEMPFAIL, "cmpp_sequence"},
        {5, GATEWAY_CONFIG, "cmpp_fee"},
        {8, GATEWAY_THROTTLED, "cmpp_flow_control"},
        {9, GATEWAY_CONFIG, "cmpp_not_served"},
        {11, GATEWAY_CONFIG, "cmpp_msg_src"},
        {13, GATEWAY_PERMFAIL, "cmpp_number"},
        {14, GATEWAY_TEMPFAIL, "cmpp_result_14"},
        {117, GATEWAY_TEMPFAIL, "cmpp_result_117"},
        {UINT32_MAX, GATEWAY_TEMPFAIL, NULL},
    };
    const struct sms_gateway_settings none = {.name = "c"};
    char reason[GATEWAY_REASON_MAX + 1];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(cmpp_result_outcome(&none, rows[i].result, reason), rows[i].outcome);
        if (rows[i].reason)
            assert_string_equal(reason, rows[i].reason);
    }
    cmpp_status_reason(3, reason);
    assert_string_equal(reason, "connect_secret");
    cmpp_status_reason(9, reason);
    assert_string_equal(reason, "connect_status_9");
}

/* The contract's appendix, as the settings have it: the first entry that fits, before our table. */
static void test_cmpp_result_is_what_the_settings_say(void **state)
{
    static struct sms_result own[] = {{"117", "permanent"},  {"100-149", "retry"},
                                      {"150-199", "config"}, {"0xc8-0xca", "throttle"},
                                      {"8", "permanent"},    {"4294967295", "config"}};
    static const struct {
        uint32_t result;
        enum gateway_outcome outcome;
        const char *reason;
    } rows[] = {
        {99, GATEWAY_TEMPFAIL, "cmpp_result_99"},    {100, GATEWAY_TEMPFAIL, "cmpp_result_100"},
        {117, GATEWAY_PERMFAIL, "cmpp_result_117"},  {149, GATEWAY_TEMPFAIL, "cmpp_result_149"},
        {150, GATEWAY_CONFIG, "cmpp_result_150"},    {199, GATEWAY_CONFIG, "cmpp_result_199"},
        {200, GATEWAY_THROTTLED, "cmpp_result_200"}, {202, GATEWAY_THROTTLED, "cmpp_result_202"},
        {203, GATEWAY_TEMPFAIL, "cmpp_result_203"},  {8, GATEWAY_PERMFAIL, "cmpp_flow_control"},
        {13, GATEWAY_PERMFAIL, "cmpp_number"},       {UINT32_MAX, GATEWAY_CONFIG, NULL},
    };
    const struct sms_gateway_settings s = {
        .name = "c", .results = own, .result_count = sizeof own / sizeof own[0]};
    char reason[GATEWAY_REASON_MAX + 1];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(cmpp_result_outcome(&s, rows[i].result, reason), rows[i].outcome);
        if (rows[i].reason)
            assert_string_equal(reason, rows[i].reason);
    }
}

static void test_cmpp_stat_is_a_fate_or_nothing_final(void **state)
{
    const struct sms_gateway_settings none = {.name = "c"};
    struct sms_report_state own[] = {{"MB:0001", "ignored"}, {"UNDELIV", "delivered"}};
    const struct sms_gateway_settings some = {.report_states = own, .report_state_count = 2};
    enum gateway_fate fate;
    assert_false(cmpp_stat_fate(&none, "ACCEPTD", &fate));
    assert_true(cmpp_stat_fate(&none, "DELIVRD", &fate) && fate == GATEWAY_DELIVERED);
    assert_true(cmpp_stat_fate(&none, "EXPIRED", &fate) && fate == GATEWAY_EXPIRED);
    assert_true(cmpp_stat_fate(&none, "REJECTD", &fate) && fate == GATEWAY_REJECTED);
    assert_true(cmpp_stat_fate(&none, "UNKNOWN", &fate) && fate == GATEWAY_UNKNOWN);
    assert_true(cmpp_stat_fate(&none, "MB:0001", &fate) && fate == GATEWAY_UNDELIVERED);
    assert_true(cmpp_stat_fate(&some, "DELIVRD", &fate) && fate == GATEWAY_DELIVERED);
    assert_true(cmpp_stat_fate(&some, "UNDELIV", &fate) && fate == GATEWAY_DELIVERED);
    assert_false(cmpp_stat_fate(&some, "MB:0001", &fate));
}

/* --- texts --- */

static struct sms_gateway_settings settings(void)
{
    return (struct sms_gateway_settings){.login = "900001",
                                         .from = "10690001",
                                         .service_id = "QUEUE",
                                         .data_coding = "0",
                                         .number_form = "international",
                                         .fee_user_type = 2,
                                         .fee_number = "",
                                         .fee_type = "01",
                                         .fee_code = "0"};
}

/* The parts of a text of so many characters. */
static int submits(const char *piece, int times, struct cmpp_submit parts[PARTS_MAX])
{
    const struct sms_gateway_settings s = settings();
    struct buf text;
    buf_init(&text);
    for (int i = 0; i < times; i++)
        buf_add_c(&text, piece);
    const struct gateway_message m = {.to_e164 = "+8613800000001",
                                      .country = STR("86"),
                                      .text = buf_str(&text),
                                      .valid_ms = 60000};
    int n = cmpp_submits(&s, &m, 1795465432000, 0xAB, parts);
    buf_clear(&text);
    return n;
}

static void test_cmpp_submits_fit_what_cmpp_allows(void **state)
{
    static const struct {
        const char *piece;
        int times, parts, fmt, first, last; /* octets of the first and last part */
    } rows[] = {
        {"a", 1, 1, CMPP_ASCII, 1, 1},
        {"a", 159, 1, CMPP_ASCII, 159, 159},
        {"a", 160, 3, CMPP_UCS2, 140, 58},
        {"a", 161, 2, CMPP_ASCII, 159, 14},
        {"a", 612, 4, CMPP_ASCII, 159, 159},
        {"a", 613, 0, 0, 0, 0},
        {"[", 153, 3, CMPP_ASCII, 82, 7},
        {"`", 1, 1, CMPP_UCS2, 2, 2},
        {"\xE4\xB8\xAD", 70, 1, CMPP_UCS2, 140, 140},
        {"\xE4\xB8\xAD", 71, 2, CMPP_UCS2, 140, 14},
        {"\xE4\xB8\xAD", 268, 4, CMPP_UCS2, 140, 140},
        {"\xE4\xB8\xAD", 269, 0, 0, 0, 0},
    };
    struct cmpp_submit parts[PARTS_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int n = submits(rows[i].piece, rows[i].times, parts);
        assert_int_equal(n, rows[i].parts);
        if (!n)
            continue;
        assert_int_equal(parts[0].msg_fmt, rows[i].fmt);
        assert_int_equal(parts[0].content.length, rows[i].first);
        assert_int_equal(parts[n - 1].content.length, rows[i].last);
        for (int k = 0; k < n; k++) {
            struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .submit = parts[k]};
            assert_true(cmpp_write(&pdu, &out));
            assert_int_equal(parts[k].pk_total, n);
            assert_int_equal(parts[k].pk_number, k + 1);
            assert_int_equal(parts[k].tp_udhi, n > 1);
        }
    }
    assert_int_equal(submits("a", 161, parts), 2);
    assert_memory_equal(parts[1].content.octets, "\5\0\3\xAB\2\2aaaaaaaa", 14);
}

static void test_cmpp_text_reads_what_phones_send(void **state)
{
    static const struct {
        const char *octets;
        size_t n;
        uint8_t fmt;
        const char *text;
    } rows[] = {
        {"TD", 2, CMPP_ASCII, "TD"},
        {"\x90\x00\x8b\xa2", 4, CMPP_UCS2, "退订"},
        {"\xCD\xCB\xB6\xA9", 4, CMPP_GB, "退订"},
        {"\x81\x39\xEE\x39", 4, CMPP_GB, "㐀"}, /* four octets of GB18030 */
        {"\xCD\xCB\xB6", 3, CMPP_GB, "退\xEF\xBF\xBD"},
        {"\xFF\xFFx", 3, CMPP_ASCII, "\xEF\xBF\xBD\xEF\xBF\xBDx"},
        {"a\0b", 3, CMPP_GB, "a b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_reset(&out);
        assert_true(cmpp_text((struct str){rows[i].octets, rows[i].n}, rows[i].fmt, &out));
        assert_string_equal(out.p, rows[i].text);
    }
    assert_false(cmpp_text(STR("x"), CMPP_BINARY, &out));
    assert_false(cmpp_text(STR("x"), CMPP_CARD, &out));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cmpp_auth_source_is_that_of_others),
        TEST(test_cmpp_auth_ismg_is_that_of_either_school),
        TEST(test_cmpp_times_are_those_of_the_gateways_zone),
        TEST(test_cmpp_write_makes_the_lengths_of_the_specification),
        TEST(test_cmpp_write_connect_octet_by_octet),
        TEST(test_cmpp_write_submit_octet_by_octet),
        TEST(test_cmpp_write_refuses_what_does_not_fit),
        TEST(test_cmpp_read_connect_resp_tells_its_layout_by_its_length),
        TEST(test_cmpp_read_submit_resp_of_either_layout),
        TEST(test_cmpp_read_is_no_stricter_than_it_must_be),
        TEST(test_cmpp_report_has_60_or_71_octets),
        TEST(test_cmpp_report_needs_id_and_stat_only),
        TEST(test_cmpp_result_is_one_of_five_words),
        TEST(test_cmpp_result_is_what_the_settings_say),
        TEST(test_cmpp_stat_is_a_fate_or_nothing_final),
        TEST(test_cmpp_submits_fit_what_cmpp_allows),
        TEST(test_cmpp_text_reads_what_phones_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
