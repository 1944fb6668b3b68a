/* sms/reply_words, sms/sender, sms/phrases: what a text asks for, whose it is, and what texts say
 * of replying. SPDX-License-Identifier: MIT */
#include "sms/encoding.h"
#include "sms/phrases.h"
#include "sms/reply_words.h"
#include "sms/sender.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    enum reply_word word;
} typed[] = {
    {"0", REPLY_CANCEL},
    {" 0 ", REPLY_CANCEL},
    {"０", REPLY_CANCEL},
    {"0.", REPLY_CANCEL},
    {"“0”", REPLY_CANCEL},
    {"0️⃣", REPLY_CANCEL},
    {"取消", REPLY_CANCEL},
    {"取消。", REPLY_CANCEL},
    {"取消預約", REPLY_CANCEL},
    {"0取消", REPLY_CANCEL},
    {"0 - cancel!", REPLY_CANCEL},
    {"Ｃａｎｃｅｌ", REPLY_CANCEL},
    {"回复0", REPLY_CANCEL},
    {"1", REPLY_CONFIRM},
    {"１。", REPLY_CONFIRM},
    {"(1)", REPLY_CONFIRM},
    {"①", REPLY_CONFIRM},
    {"1 yes", REPLY_CONFIRM},
    {"yes!", REPLY_CONFIRM},
    {"Ok", REPLY_CONFIRM},
    {"好的", REPLY_CONFIRM},
    {"\t確認\r\n", REPLY_CONFIRM},
    {"reply 1", REPLY_CONFIRM},
    {"2", REPLY_MORE_TIME},
    {"２　", REPLY_MORE_TIME},
    {"2 晚到", REPLY_MORE_TIME},
    {"more time", REPLY_MORE_TIME},
    {"später", REPLY_MORE_TIME},
    {"SPÄTER", REPLY_MORE_TIME},
    {"TD", REPLY_STOP},
    {"td", REPLY_STOP},
    {"ＴＤ", REPLY_STOP},
    {"回T", REPLY_STOP},
    {"退订", REPLY_STOP},
    {"【退訂】", REPLY_STOP},
    {"Stop.", REPLY_STOP},
    {"0000", REPLY_STOP},
    {"un-subscribe", REPLY_STOP},
    {"start", REPLY_START},
    {"“订阅”", REPLY_START},
    {"", REPLY_EMPTY},
    {" \xC2\xA0　\n", REPLY_EMPTY},
    {"……", REPLY_EMPTY},
    {"00", REPLY_OTHER},
    {"10", REPLY_OTHER},
    {"3", REPLY_OTHER},
    {"0 1", REPLY_OTHER},
    {"0 yes", REPLY_OTHER}, /* which of the two? */
    {"1 取消", REPLY_OTHER},
    {"不取消", REPLY_OTHER},
    {"please do not cancel", REPLY_OTHER},
    {"我1点到", REPLY_OTHER},
    {"回来", REPLY_OTHER},
    {"回复", REPLY_OTHER},
    {"no", REPLY_OTHER},
    {"👍", REPLY_OTHER},
    {"ja, aber erst nach dem Mittagessen, geht das bei Ihnen auch?", REPLY_OTHER},
    {"000000000000000000000000000000000000000000000000000000", REPLY_OTHER},
};

static void test_reply_word_is_found_however_it_is_typed(void **state)
{
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        assert_true(str_utf8_valid(str_of(typed[i].text)));
        if (reply_word(str_of(typed[i].text)) != typed[i].word)
            fail_msg("'%s': %d", typed[i].text, reply_word(str_of(typed[i].text)));
    }
}

static void test_reply_word_has_the_librarys_names(void **state)
{
    assert_null(reply_word_name(REPLY_EMPTY));
    assert_string_equal(reply_word_name(REPLY_CANCEL), "cancel");
    assert_string_equal(reply_word_name(REPLY_CONFIRM), "confirm");
    assert_string_equal(reply_word_name(REPLY_MORE_TIME), "more_time");
    assert_string_equal(reply_word_name(REPLY_STOP), "stop");
    assert_string_equal(reply_word_name(REPLY_START), "start");
    assert_string_equal(reply_word_name(REPLY_OTHER), "help");
}

/* A sentence with a word in it is none of them: whatever the word. */
static void test_reply_word_never_takes_a_word_out_of_a_sentence(void **state)
{
    static const char *const around[] = {"不%s", "%s吗", "x%s", "%sx", "%s3", "3%s"};
    static const char *const words[] = {"0", "1", "2", "取消", "YES", "STOP", "TD"};
    char text[64];
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++)
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            const char *hole = strstr(around[i], "%s");
            snprintf(text, sizeof text, "%.*s%s%s", (int)(hole - around[i]), around[i], words[k],
                     hole + 2);
            if (reply_word(str_of(text)) != REPLY_OTHER)
                fail_msg("'%s': %d", text, reply_word(str_of(text)));
        }
}

static void test_sender_number_is_read_as_the_hall_s_country_writes_it(void **state)
{
    static const struct {
        const char *from, *country, *number; /* NULL: none */
    } cases[] = {
        {"8613800000001", "86", "+8613800000001"},   {"+8613800000001", "86", "+8613800000001"},
        {"008613800000001", "86", "+8613800000001"}, {"13800000001", "86", "+8613800000001"},
        {"+8613800000001", "49", "+8613800000001"},  {"8613800000001", "49", "+8613800000001"},
        {"8613800000001", "", "+8613800000001"},     {"4915112345678", "49", "+4915112345678"},
        {"015112345678", "49", "+4915112345678"},    {"015112345678", "", NULL},
        {"447700900123", "44", "+447700900123"},     {"07700900123", "44", "+447700900123"},
        {"14155550123", "1", "+14155550123"},        {"10086", "86", NULL},
    };
    char number[PHONE_MAX + 1];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool ok = sender_number(cases[i].from, cases[i].country, number);
        assert_int_equal(ok, cases[i].number != NULL);
        if (ok)
            assert_string_equal(number, cases[i].number);
    }
}

static void test_sender_knows_machines_from_people(void **state)
{
    static const char *const people[] = {"8613800000001", "+49 151 12345678", "13800000001",
                                         "0151-12345678"};
    static const char *const machines[] = {"", "PAIHAO", "10086", "13800000001x",
                                           "86138000000018613800000001861380000000"};
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        assert_true(sender_is_phone(str_of(people[i])));
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++)
        assert_false(sender_is_phone(str_of(machines[i])));
    assert_true(sender_same("8613800000001", "", "86"));
    assert_false(sender_same("13800000001", "49", "86"));
    assert_true(sender_same("10086", "49", "86")); /* none in both */
}

static const char hall[] =
    "{\"code\":\"h\",\"names\":{\"zh\":\"大厅\",\"en\":\"Hall\",\"de\":\"Amt\"},"
    "\"languages\":[\"zh\"],\"services\":[],\"counters\":[],\"messages\":{},"
    "\"replies\":%s}";

static struct str text_of(bool replies, struct text_request req, struct buf *out)
{
    char json[512];
    snprintf(json, sizeof json, hall, replies ? "true" : "false");
    json_t *config = json_read(str_of(json), NULL);
    struct zone *zone = zone_load("Asia/Shanghai");
    req.zone = zone;
    req.number = req.of_booking ? STR("1001") : STR("A012");
    req.at_ms = 1795570200000; /* 2026-11-25 09:30 */
    req.ahead = STR("5");
    req.service = STR("a");
    assert_null(text_write(config, &req, out));
    zone_free(zone);
    json_decref(config);
    return buf_str(out);
}

static void test_texts_tell_of_replies_where_they_are_heard(void **state)
{
    static const enum text_kind with[] = {TEXT_TICKET,   TEXT_COME_NOW, TEXT_BOOKED, TEXT_MOVED,
                                          TEXT_REMINDER, TEXT_OFFER,    TEXT_REBOOK};
    static const struct {
        const char *language, *word;
    } words[] = {{"zh", "回复 "}, {"en", "Reply "}, {"de", "Antwort "}};
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++)
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            struct text_request req = {.kind = with[i], .language = str_of(words[k].language)};
            text_of(true, req, &out);
            assert_non_null(strstr(out.p, words[k].word));
            assert_null(strstr(out.p, "  "));
            text_of(false, req, &out);
            assert_null(strstr(out.p, words[k].word));
        }
    text_of(true, (struct text_request){.kind = TEXT_CALLED, .language = STR("en")}, &out);
    assert_null(strstr(out.p, "Reply"));
    buf_clear(&out);
}

static void test_answers_say_what_they_are_about(void **state)
{
    static const struct {
        enum text_kind kind;
        const char *language;
        bool of_booking;
        const char *text;
    } cases[] = {
        {TEXT_REPLY_CANCELLED, "zh", true, "大厅：您 11月25日（周三）09:30 的预约已取消。"},
        {TEXT_REPLY_CANCELLED, "zh", false, "大厅：您的 A012 号已取消。"},
        {TEXT_REPLY_CANCELLED, "en", true,
         "Hall: cancelled as you asked: your appointment on Wed 25 Nov, 09:30."},
        {TEXT_REPLY_CANCELLED, "de", false, "Amt: Auf Ihren Wunsch abgesagt: Nummer A012."},
        {TEXT_REPLY_COMING, "de", true,
         "Amt: Danke, wir erwarten Sie: Ihr Termin am Mi., 25. Nov., 09:30."},
        {TEXT_REPLY_MORE_TIME, "zh", false, "大厅：好的，您的 A012 号已延后，请在 09:30 前到场。"},
        {TEXT_REPLY_MORE_TIME, "en", false,
         "Hall: all right, you have more time (number A012). Please be here by 09:30."},
        {TEXT_DELAY, "zh", false, "大厅：抱歉，A012 号等候时间比预计长，现预计 09:30 左右轮到您。"},
        {TEXT_MISSED, "en", false,
         "Hall: number A012 was called, but you were not there. Report at a kiosk or counter by "
         "09:30 to rejoin the line."},
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        text_of(true,
                (struct text_request){.kind = cases[i].kind,
                                      .language = str_of(cases[i].language),
                                      .of_booking = cases[i].of_booking},
                &out);
        assert_string_equal(out.p, cases[i].text);
    }
    buf_clear(&out);
}

/* With the names and links of a common hall, no text costs more than three messages. */
static void test_shipped_texts_are_short(void **state)
{
    static const char *const languages[] = {"zh", "en", "de"};
    struct buf out;
    buf_init(&out);
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        for (size_t k = 0; k < sizeof languages / sizeof languages[0]; k++) {
            struct text_request req = {
                .kind = (enum text_kind)kind,
                .language = str_of(languages[k]),
                .of_booking = kind >= TEXT_BOOKED,
                .link =
                    STR("https://hall.example/b#binjiang.1795435200000-b1001.0123456789abcdef")};
            struct str text = text_of(true, req, &out);
            if (encoding_measure(text, NULL, 0).parts > 3)
                fail_msg("%s %s: %s", text_kind_name((enum text_kind)kind), languages[k], out.p);
        }
    buf_clear(&out);
}

static void test_kinds_that_may_come_twice(void **state)
{
    static const char *const harmless[] = {"called",    "come_now", "ticket", "booked", "moved",
                                           "cancelled", "reminder", "delay",  "missed"};
    int n = 0;
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        n += text_kind_repeats((enum text_kind)kind);
    assert_int_equal(n, sizeof harmless / sizeof harmless[0]);
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        enum text_kind kind;
        assert_true(text_kind_find(str_of(harmless[i]), &kind));
        assert_true(text_kind_repeats(kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reply_word_is_found_however_it_is_typed),
        cmocka_unit_test(test_reply_word_has_the_librarys_names),
        cmocka_unit_test(test_reply_word_never_takes_a_word_out_of_a_sentence),
        cmocka_unit_test(test_sender_number_is_read_as_the_hall_s_country_writes_it),
        cmocka_unit_test(test_sender_knows_machines_from_people),
        cmocka_unit_test(test_texts_tell_of_replies_where_they_are_heard),
        cmocka_unit_test(test_answers_say_what_they_are_about),
        cmocka_unit_test(test_shipped_texts_are_short),
        cmocka_unit_test(test_kinds_that_may_come_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
