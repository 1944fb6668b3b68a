/* sms/template, sms/text: how texts are made.
 * SPDX-License-Identifier: MIT */
#include "sms/template.h"
#include "sms/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static const struct template_value values[] = {
    {"to", {"+49", 3}},
    {"text", {"a \"b\"\n~中", 10}},
    {"empty", {"", 0}},
};

static bool fill(const char *text, enum template_filter usual, struct buf *out)
{
    buf_reset(out);
    return template_fill(str_of(text), usual, values, 3, out, NULL);
}

static void test_template_fills_by_filter(void **state)
{
    static const struct {
        const char *text;
        enum template_filter usual;
        const char *filled;
    } cases[] = {
        {"{to}", TEMPLATE_RAW, "+49"},
        {"{to}", TEMPLATE_URL, "%2B49"},
        {"{to|raw}", TEMPLATE_URL, "+49"},
        {"{to|url}&{to}", TEMPLATE_RAW, "%2B49&+49"},
        {"{text|url}", TEMPLATE_RAW, "a%20%22b%22%0A~%E4%B8%AD"},
        {"{text|form}", TEMPLATE_RAW, "a+%22b%22%0D%0A%7E%E4%B8%AD"},
        {"{\"t\":\"{text}\"}", TEMPLATE_JSON, "{\"t\":\"a \\\"b\\\"\\n~中\"}"},
        {"{\"to\":{\"n\":\"{to}\"},\"e\":{},\"x\":{ }}", TEMPLATE_JSON,
         "{\"to\":{\"n\":\"+49\"},\"e\":{},\"x\":{ }}"},
        {"{{to}}", TEMPLATE_RAW, "{+49}"},
        {"[{empty}]{", TEMPLATE_RAW, "[]{"},
        {"{to", TEMPLATE_RAW, "{to"},
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(fill(cases[i].text, cases[i].usual, &out));
        assert_string_equal(out.p, cases[i].filled);
    }
    buf_clear(&out);
}

static void test_template_refuses_what_it_does_not_know(void **state)
{
    static const char *const bad[] = {"a{nobody}", "{to|upper}", "{to|}", "{|url}",
                                      "{to|url|json}"};
    struct buf out;
    struct str hole;
    buf_init(&out);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(fill(bad[i], TEMPLATE_RAW, &out));
    assert_false(template_fill(str_of(bad[0]), TEMPLATE_RAW, values, 3, &out, &hole));
    assert_true(str_is(hole, "{nobody}"));
    buf_clear(&out);
}

static const char hall[] =
    "{\"code\":\"xh\",\"names\":{\"zh\":\"便民服务站\",\"en\":\"Service point\",\"de\":\"\"},"
    "\"languages\":[\"zh\",\"en\"],"
    "\"services\":[{\"code\":\"id-card\",\"names\":{\"zh\":\"身份证办理\",\"en\":\"Identity "
    "card\"}},"
    "{\"code\":\"advice\",\"names\":{\"zh\":\"咨询\"}}],"
    "\"counters\":[{\"code\":\"1\"},{\"code\":\"3\",\"names\":{\"zh\":\"3 "
    "号（无障碍）\",\"en\":\"3 "
    "(step-free)\"}}],"
    "\"messages\":{\"ticket\":{\"zh\":\"\",\"en\":\"\"},\"called\":{\"en\":\"GO {number} TO "
    "{counter}\"}}}";

static struct json_t *hall_with(const char *messages)
{
    json_t *config = json_read(str_of(hall), NULL);
    assert_non_null(config);
    if (messages)
        json_object_set_new(config, "messages", json_read(str_of(messages), NULL));
    return config;
}

static const char *write_text(json_t *config, enum text_kind kind, const char *language,
                              const char *counter, struct buf *out)
{
    struct text_request req = {.kind = kind,
                               .language = str_of(language),
                               .number = STR("A012"),
                               .counter = str_of(counter),
                               .ahead = STR("5"),
                               .service = STR("id-card"),
                               .link = STR("https://h.example/t/x")};
    return text_write(config, &req, out);
}

static void test_text_is_in_the_language_of_the_citizen(void **state)
{
    static const struct {
        enum text_kind kind;
        const char *language, *counter, *text;
    } cases[] = {
        {TEXT_TICKET, "zh", "",
         "便民服务站：您的号码是 A012（身份证办理），前面还有 5 位。https://h.example/t/x"},
        {TEXT_TICKET, "en", "",
         "Service point: your number is A012 for Identity card. People ahead of you: 5. "
         "https://h.example/t/x"},
        /* no German name of the hall: its own language stands in */
        {TEXT_TICKET, "de", "",
         "便民服务站: Ihre Nummer ist A012 für 身份证办理. Vor Ihnen: 5. https://h.example/t/x"},
        {TEXT_COME_NOW, "zh", "",
         "便民服务站：A012 号快轮到您了，前面还有 5 位，请到大厅等候。https://h.example/t/x"},
        {TEXT_CALLED, "zh", "1", "便民服务站：请 A012 号到 1 号窗口办理。"},
        {TEXT_CALLED, "zh", "3", "便民服务站：请 A012 号到 3 号（无障碍）窗口办理。"},
        {TEXT_CALLED, "en", "3", "GO A012 TO 3 (step-free)"},
        {TEXT_CALLED, "de", "1", "便民服务站: Nummer A012, bitte gehen Sie jetzt zu Schalter 1."},
        {TEXT_CALLED, "fr", "1", "便民服务站：请 A012 号到 1 号窗口办理。"},
    };
    struct buf out;
    json_t *config = hall_with(NULL);
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *why =
            write_text(config, cases[i].kind, cases[i].language, cases[i].counter, &out);
        assert_null(why);
        assert_string_equal(out.p, cases[i].text);
    }
    buf_clear(&out);
    json_decref(config);
}

static void test_text_that_cannot_be_sent_is_refused(void **state)
{
    static const struct {
        const char *messages, *reason;
    } cases[] = {
        {"{\"called\":{\"en\":\"{nobody}\"}}", "text_hole"},
        {"{\"called\":{\"en\":\"   \\n\"}}", "text_empty"},
        {"{\"called\":{\"en\":\"{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{"
         "hall}"
         "{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{"
         "hall}{hall}"
         "{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{hall}{"
         "hall}{hall}"
         "{hall}{hall}{hall}{hall}\"}}",
         "text_long"},
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *config = hall_with(cases[i].messages);
        assert_string_equal(write_text(config, TEXT_CALLED, "en", "1", &out), cases[i].reason);
        json_decref(config);
    }
    buf_clear(&out);
}

static void test_text_leaves_no_hole_without_a_link(void **state)
{
    struct text_request req = {.kind = TEXT_TICKET,
                               .language = STR("en"),
                               .number = STR("A012"),
                               .ahead = STR("0"),
                               .service = STR("advice")};
    struct buf out;
    json_t *config = hall_with(NULL);
    buf_init(&out);
    req.link = req.counter = STR("");
    assert_null(text_write(config, &req, &out));
    assert_string_equal(out.p,
                        "Service point: your number is A012 for 咨询. People ahead of you: 0.");
    json_decref(config);
    buf_clear(&out);
}

/* 2026-11-25 01:30 UTC: half past nine in Shanghai, half past eight of the evening before in New
 * York. */
static const int64_t BOOKED_AT_MS = 1795570200000;

/* In 2026 Berlin's clocks showed half past two twice on 25 October. */
static const int64_t SUMMER_MS = 1792888200000, WINTER_MS = SUMMER_MS + 3600000;

struct booked {
    const char *zone, *language, *services;
    int64_t at_ms;
};

static const char *booking_text(struct booked b, enum text_kind kind, struct buf *out)
{
    struct zone *zone = zone_load(b.zone);
    json_t *config = hall_with(NULL);
    struct text_request req = {.kind = kind,
                               .language = str_of(b.language),
                               .service = str_of(b.services),
                               .link = STR("https://h.example/b#x"),
                               .code = STR("048213"),
                               .zone = zone,
                               .at_ms = b.at_ms};
    assert_non_null(zone);
    const char *why = text_write(config, &req, out);
    json_decref(config);
    zone_free(zone);
    return why;
}

static void test_text_of_a_booking_names_the_local_date_and_time(void **state)
{
    const struct {
        struct booked booked;
        const char *text;
    } cases[] = {
        {{"Asia/Shanghai", "zh", "id-card,advice", BOOKED_AT_MS},
         "便民服务站：已预约 11月25日（周三）09:30（身份证办理、咨询）。所需材料、改期或取消："
         "https://h.example/b#x"},
        {{"America/New_York", "en", "id-card", BOOKED_AT_MS},
         "Service point: booked for Tue 24 Nov, 20:30 (Identity card). What to bring, change or "
         "cancel: https://h.example/b#x"},
        {{"Europe/Berlin", "de", "gone", BOOKED_AT_MS},
         "便民服务站: Ihr Termin: Mi., 25. Nov., 02:30 (gone). Unterlagen, ändern, absagen: "
         "https://h.example/b#x"},
        {{"Europe/Berlin", "de", "gone", SUMMER_MS},
         "便民服务站: Ihr Termin: So., 25. Okt., 02:30 (Sommerzeit) (gone). Unterlagen, ändern, "
         "absagen: https://h.example/b#x"},
        {{"Europe/Berlin", "zh", "id-card", WINTER_MS},
         "便民服务站：已预约 10月25日（周日）02:30（冬令时）（身份证办理）。所需材料、改期或取消："
         "https://h.example/b#x"},
        {{"Europe/Berlin", "en", "gone", WINTER_MS + 1800000},
         "Service point: booked for Sun 25 Oct, 03:00 (gone). What to bring, change or cancel: "
         "https://h.example/b#x"},
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(booking_text(cases[i].booked, TEXT_BOOKED, &out));
        assert_string_equal(out.p, cases[i].text);
    }
    buf_clear(&out);
}

static void test_text_of_every_kind_is_there_in_every_language(void **state)
{
    struct buf out;
    buf_init(&out);
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        assert_null(booking_text((struct booked){"Asia/Shanghai", "zh", "id-card", BOOKED_AT_MS},
                                 (enum text_kind)kind, &out));
        assert_null(booking_text((struct booked){"Asia/Shanghai", "en", "id-card", BOOKED_AT_MS},
                                 (enum text_kind)kind, &out));
        assert_null(booking_text((struct booked){"Asia/Shanghai", "de", "id-card", BOOKED_AT_MS},
                                 (enum text_kind)kind, &out));
        assert_null(strchr(out.p, '{'));
        assert_int_equal(strstr(out.p, "048213") != NULL, kind == TEXT_CODE);
    }
    buf_clear(&out);
}

/* What staff write stands behind what it is about, harmless and bounded; nothing where they wrote
 * none. */
static void test_text_of_a_cancel_says_why(void **state)
{
    static const struct {
        enum text_kind kind;
        const char *language, *reason, *text;
    } cases[] = {
        {TEXT_CANCELLED, "zh", "停电检修",
         "便民服务站：您 11月25日（周三）09:30 的预约（身份证办理）已取消。原因：停电检修。"},
        {TEXT_CANCELLED, "zh", "停电！",
         "便民服务站：您 11月25日（周三）09:30 "
         "的预约（身份证办理）已取消。原因：停电！"},
        {TEXT_CANCELLED, "zh", "",
         "便民服务站：您 11月25日（周三）09:30 的预约（身份证办理）已取消。"},
        {TEXT_CANCELLED, "en", "power cut",
         "Service point: your appointment on Wed 25 Nov, 09:30 "
         "(Identity card) is cancelled. Reason: power cut."},
        {TEXT_CANCELLED, "en", "\xe2\x80\xae\r\n",
         "Service point: your appointment on Wed 25 Nov, "
         "09:30 (Identity card) is cancelled."},
        {TEXT_MOVED, "de", "Stromausfall.\n【x】",
         "便民服务站: Ihr neuer Termin: Mi., 25. Nov., 09:30 (身份证办理). Grund: Stromausfall. "
         "[x]."},
    };
    struct buf out;
    struct zone *zone = zone_load("Asia/Shanghai");
    json_t *config = hall_with(NULL);
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct text_request req = {.kind = cases[i].kind,
                                         .language = str_of(cases[i].language),
                                         .service = STR("id-card"),
                                         .reason = str_of(cases[i].reason),
                                         .zone = zone,
                                         .at_ms = BOOKED_AT_MS};
        assert_null(text_write(config, &req, &out));
        assert_string_equal(out.p, cases[i].text);
    }
    json_decref(config);
    zone_free(zone);
    buf_clear(&out);
}

static void test_text_of_an_alarm_says_what_is_wrong(void **state)
{
    static const struct {
        const char *alarm, *language, *service, *name, *value, *text;
    } cases[] = {
        {"wait", "zh", "id-card", "", "35", "便民服务站：身份证办理已有人等候 35 分钟。"},
        {"wait", "en", "id-card", "", "35",
         "Service point: Identity card: somebody has waited for 35 minutes."},
        {"predicted", "de", "gone", "", "40",
         "便民服务站: gone: Wer jetzt kommt, wartet etwa 40 Minuten."},
        {"board", "zh", "", "board-1", "95", "便民服务站：大屏 board-1 已 95 秒没有响应。"},
        {"kiosk", "en", "", "k1", "95",
         "Service point: the kiosk k1 has not answered for 95 seconds."},
        {"sign", "zh", "", "over-3", "95", "便民服务站：LED 屏 over-3 已 95 秒无法显示。"},
        {"sign", "en", "", "over-3", "95",
         "Service point: the LED sign over-3 has shown nothing for 95 seconds."},
        {"sms", "en", "", "-", "50", "Service point: 50 % of the text messages do not arrive."},
        {"printer", "en", "", "p1", "0",
         "Service point: the printer p1 prints no tickets. Please check its paper and cover."},
        {"cap_hour", "zh", "", "hour", "20000",
         "便民服务站：本小时短信已达上限（全部大厅共 20000 条）：除验证码和告警外，下一小时再发。"},
        {"cap_hour", "en", "", "hour", "20000",
         "Service point: the hour's limit of 20000 text messages of all halls is reached: all but "
         "codes and alarms wait for the next hour."},
        {"newer", "en", "", "x", "1", "Service point:"},
    };
    struct buf out;
    json_t *config = hall_with(NULL);
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct text_request req = {.kind = TEXT_ALARM,
                                         .language = str_of(cases[i].language),
                                         .service = str_of(cases[i].service),
                                         .alarm = str_of(cases[i].alarm),
                                         .alarm_name = str_of(cases[i].name),
                                         .alarm_value = str_of(cases[i].value)};
        assert_null(text_write(config, &req, &out));
        assert_string_equal(out.p, cases[i].text);
    }
    json_decref(config);
    buf_clear(&out);
}

/* A kind of alarm without a text of its own, and a language without one, have the shipped one. */
static void test_text_of_an_alarm_is_the_hall_s_own(void **state)
{
    static const struct {
        const char *alarm, *language, *text;
    } cases[] = {
        {"wait", "zh", "值班：身份证办理已等 35 分钟"},
        {"wait", "en", "Service point: Identity card: somebody has waited for 35 minutes."},
        {"predicted", "zh", "值班：身份证办理：现在取号，预计等候 35 分钟。"},
        {"board", "en", "Service point: 35 s without x"},
    };
    struct buf out;
    json_t *config = hall_with("{\"alarm\":{\"zh\":\"值班：{alarm}\"},"
                               "\"alarm_wait\":{\"zh\":\"{service}已等 {value} 分钟\"},"
                               "\"alarm_board\":{\"en\":\"{value} s without {name}\"}}");
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct text_request req = {.kind = TEXT_ALARM,
                                         .language = str_of(cases[i].language),
                                         .service = STR("id-card"),
                                         .alarm = str_of(cases[i].alarm),
                                         .alarm_name = STR("x"),
                                         .alarm_value = STR("35")};
        assert_null(text_write(config, &req, &out));
        assert_string_equal(out.p, cases[i].text);
    }
    json_decref(config);
    config = hall_with("{\"alarm_sms\":{\"en\":\"{percent} %\"}}"); /* stored by hand */
    const struct text_request req = {
        .kind = TEXT_ALARM, .language = STR("en"), .alarm = STR("sms"), .alarm_value = STR("50")};
    assert_string_equal(text_write(config, &req, &out), "text_hole");
    json_decref(config);
    buf_clear(&out);
}

static void test_text_kind_has_one_name(void **state)
{
    enum text_kind kind;
    assert_true(text_kind_find(STR("come_now"), &kind));
    assert_string_equal(text_kind_name(kind), "come_now");
    assert_false(text_kind_find(STR("paid"), &kind));
    assert_false(text_kind_find(STR(""), &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template_fills_by_filter),
        cmocka_unit_test(test_template_refuses_what_it_does_not_know),
        cmocka_unit_test(test_text_is_in_the_language_of_the_citizen),
        cmocka_unit_test(test_text_that_cannot_be_sent_is_refused),
        cmocka_unit_test(test_text_leaves_no_hole_without_a_link),
        cmocka_unit_test(test_text_of_a_booking_names_the_local_date_and_time),
        cmocka_unit_test(test_text_of_every_kind_is_there_in_every_language),
        cmocka_unit_test(test_text_of_a_cancel_says_why),
        cmocka_unit_test(test_text_of_an_alarm_says_what_is_wrong),
        cmocka_unit_test(test_text_of_an_alarm_is_the_hall_s_own),
        cmocka_unit_test(test_text_kind_has_one_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
