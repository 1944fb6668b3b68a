/* sms/plain, and sms/text with it: variables that cannot break a text, and signatures.
 * SPDX-License-Identifier: MIT */
#include "config/hall.h"
#include "sms/encoding.h"
#include "sms/plain.h"
#include "sms/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static void test_plain_makes_a_value_harmless(void **state)
{
    static const struct {
        const char *value;
        size_t max;
        const char *plain;
    } cases[] = {
        {"身份证办理", 30, "身份证办理"},
        {"a\r\nb\tc", 30, "a b c"},
        {"  a \xC2\xA0 b\xE3\x80\x80", 30, "a b"},
        {"a\x01\x02\x7F\xC2\x85z", 30, "a z"},
        {"\xE2\x80\xAE"
         "evil\xE2\x80\xAC",
         30, "evil"},
        {"a\xE2\x80\x8B\xEF\xBB\xBF\xC2\xAD"
         "b",
         30, "ab"},
        {"a\xE2\x80\xA8"
         "b",
         30, "a b"},
        {"【银行】转账", 30, "[银行]转账"},
        {"👨‍👩‍👧‍👦", 30, "👨‍👩‍👧‍👦"},
        {"abcdefghij", 10, "abcdefghij"},
        {"abcdefghijk", 10, "abcdefg..."},
        {"abcdefg hijk", 11, "abcdefg..."},
        {"一二三四五六", 5, "一二三四…"},
        {"一二三e\xCC\x81\xCC\x81六七", 5, "一二三…"}, /* an accent stays with its letter */
        {"ab👨‍👩‍👧‍👦cd", 5, "ab…"},
        {"a\xFF\xFE"
         "b\x80",
         30, "ab"}, /* no UTF-8 */
        {"", 30, ""},
        {"\n", 30, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out;
        buf_init(&out);
        buf_add_c(&out, ">");
        plain_add(&out, str_of(cases[i].value), cases[i].max);
        assert_string_equal(out.p + 1, cases[i].plain);
        buf_clear(&out);
    }
}

static void test_signature_is_found_at_the_front_and_at_the_end(void **state)
{
    static const struct {
        const char *text;
        const char *front, *end; /* "" : none there */
    } cases[] = {
        {"【市政务中心】请到", "【市政务中心】", ""},
        {"请到【市政务中心】", "", "【市政务中心】"},
        {"【{hall}】请到", "【{hall}】", ""},
        {"【大厅值班】", "【大厅值班】", ""},
        {"请【尽快】到", "", ""},
        {"【】请到", "", ""},
        {"【请携带身份证原件与复印件各一份】请到", "", ""}, /* too long for one */
        {"【请到", "", ""},
        {"请到】", "", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str text = str_of(cases[i].text);
        assert_int_equal(signature_front(text), strlen(cases[i].front));
        if (!signature_front(text))
            assert_int_equal(signature_end(text), strlen(cases[i].end));
    }
}

/* A hall with that in its file; its name is 市政务中心. */
static json_t *hall_with(const char *members)
{
    struct buf text;
    json_t *config;
    buf_init(&text);
    buf_addf(
        &text,
        "{\"code\":\"xh\",\"names\":{\"zh\":\"市政务中心\",\"en\":\"Service point\"},"
        "\"languages\":[\"zh\",\"en\"],\"services\":[{\"code\":\"s\",\"names\":{\"zh\":\"身份证"
        "\",\"en\":\"Identity card\"}}],\"counters\":[{\"code\":\"3\"}]%s}",
        members);
    config = json_read(buf_str(&text), NULL);
    assert_non_null(config);
    buf_clear(&text);
    return config;
}

struct request {
    const char *members, *language;
    bool gateway_signs;
};

static const char *write_called(struct request r, struct buf *out)
{
    json_t *config = hall_with(r.members);
    const struct text_request req = {.kind = TEXT_CALLED,
                                     .language = str_of(r.language),
                                     .number = STR("A012"),
                                     .counter = STR("3"),
                                     .service = STR("s"),
                                     .gateway_signs = r.gateway_signs};
    const char *why = text_write(config, &req, out);
    json_decref(config);
    return why;
}

#define SIGNED    ",\"message_signature\":\"政务大厅\""
#define OWN(text) ",\"messages\":{\"called\":{\"zh\":\"" text "\"}}"

static void test_signature_is_put_exactly_once(void **state)
{
    static const struct {
        struct request request;
        const char *text;
    } cases[] = {
        {{"", "zh", false}, "市政务中心：请 A012 号到 3 号窗口办理。"},
        {{SIGNED, "zh", false}, "【政务大厅】市政务中心：请 A012 号到 3 号窗口办理。"},
        {{SIGNED, "en", false},
         "【政务大厅】Service point: number A012, please go to counter 3 now."},
        {{SIGNED ",\"message_signature_at\":\"end\"", "zh", false},
         "市政务中心：请 A012 号到 3 号窗口办理。【政务大厅】"},
        /* the name of the hall is the signature: once is enough */
        {{",\"message_signature\":\"市政务中心\"", "zh", false},
         "【市政务中心】请 A012 号到 3 号窗口办理。"},
        {{",\"message_signature\":\"市政务\"", "zh", false},
         "【市政务】市政务中心：请 A012 号到 3 号窗口办理。"},
        {{",\"message_signature\":\"Service point\"", "en", false},
         "【Service point】number A012, please go to counter 3 now."},
        /* the template has one */
        {{SIGNED OWN("【政务大厅】请 {number}"), "zh", false}, "【政务大厅】请 A012"},
        {{SIGNED OWN("请 {number}【政务大厅】"), "zh", false}, "请 A012【政务大厅】"},
        {{SIGNED OWN("【值班】请 {number}"), "zh", false}, "【值班】请 A012"},
        {{SIGNED OWN("请【{number}】到 3 号"), "zh", false}, "【政务大厅】请【A012】到 3 号"},
        /* the gateway does it */
        {{SIGNED, "zh", true}, "市政务中心：请 A012 号到 3 号窗口办理。"},
        {{SIGNED OWN("【政务大厅】请 {number}"), "zh", true}, "请 A012"},
        {{SIGNED OWN("请 {number}【政务大厅】"), "zh", true}, "请 A012"},
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(write_called(cases[i].request, &out));
        assert_string_equal(out.p, cases[i].text);
    }
    assert_string_equal(write_called((struct request){SIGNED OWN("{link}"), "zh", false}, &out),
                        "text_empty"); /* a signature alone says nothing */
    buf_clear(&out);
}

/* 137 septets become 143 UTF-16 units: one part becomes three. */
static void test_signature_is_counted_and_costs_the_cheap_alphabet(void **state)
{
    static const char own[] =
        ",\"messages\":{\"called\":{\"en\":\"number {number}, please go to counter {counter} now. "
        "Bring your identity card, the form that you filled in at home and the old paper, if you "
        "have it.\"}}";
    struct buf out, members;
    buf_init(&out);
    buf_init(&members);
    assert_null(write_called((struct request){own, "en", false}, &out));
    struct encoding_size before = encoding_measure(buf_str(&out), NULL, 0);
    assert_int_equal(before.encoding, ENCODING_GSM7);
    assert_int_equal(before.parts, 1);
    buf_addf(&members, "%s" SIGNED, own);
    assert_null(write_called((struct request){members.p, "en", false}, &out));
    struct encoding_size after = encoding_measure(buf_str(&out), NULL, 0);
    assert_int_equal(after.encoding, ENCODING_UCS2);
    assert_int_equal(after.units, before.units + 6);
    assert_int_equal(after.parts, 3);
    buf_clear(&members);
    buf_clear(&out);
}

/* Every variable with every mischief, in every text: one line, one direction, one signature, no
 * more parts than a text may have. As JSON, since the checks of hall files would refuse half of it.
 */
static const char *const mischief[] = {
    "\\r\\nTo: +8613800000000\\r\\n\\r\\nfree",
    "\\u0000\\u0007\\u001b[2J",
    "\\u202e\\u2066\\u200f\\u200b",
    "\\u2028\\u2029\\u0085\\u009b",
    "【银行】转账",
    "{number}{link|raw}{",
    "',\\\"}\\\\",
    "\\ufeff\\u00ad\\u2060",
};

static char *repeated(const char *s, int times)
{
    struct buf b;
    buf_init(&b);
    for (int i = 0; i < times; i++)
        buf_add_c(&b, s);
    return buf_take(&b, NULL);
}

static json_t *hostile_hall(const char *value)
{
    struct buf text;
    json_t *config;
    buf_init(&text);
    buf_addf(
        &text,
        "{\"code\":\"xh\",\"names\":{\"zh\":\"%s厅\",\"en\":\"%shall\"},\"languages\":[\"zh\"],"
        "\"message_signature\":\"政务大厅\","
        "\"services\":[{\"code\":\"s\",\"names\":{\"zh\":\"%s证\",\"en\":\"%s\"}}],"
        "\"counters\":[{\"code\":\"3\",\"names\":{\"zh\":\"%s\",\"en\":\"%s\"}}],"
        "\"messages\":{\"alarm_board\":{\"zh\":\"a\\r\\n\\u202e{name}\"}}}",
        value, value, value, value, value, value);
    config = json_loadb(text.p, text.len, JSON_ALLOW_NUL, NULL);
    assert_non_null(config);
    buf_clear(&text);
    return config;
}

static void check_text(struct str text, const char *why)
{
    struct str rest = text;
    int brackets = 0;
    if (why)
        fail_msg("%s: " STR_FMT, why, STR_ARG(text));
    assert_true(str_utf8_valid(text));
    while (rest.len) {
        uint32_t c = str_utf8_take(&rest);
        if (hall_message_forbids(c))
            fail_msg("U+%04X in " STR_FMT, (unsigned)c, STR_ARG(text));
        brackets += c == 0x3010;
    }
    assert_int_equal(brackets, 1);
    assert_true(str_starts(text, "【政务大厅】"));
    assert_true(encoding_measure(text, NULL, 0).parts <= TEXT_PARTS_MAX);
}

static void check_all(const json_t *config, struct str value, struct buf *out)
{
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        for (int i = 0; i < 3; i++) {
            const struct text_request req = {
                .kind = (enum text_kind)kind,
                .language = str_of((const char *[]){"zh", "en", "de"}[i]),
                .number = value,
                .counter = STR("3"),
                .ahead = value,
                .service = STR("s,s,s"),
                .link = STR("https://hall.example/t#x.1795465432000-A012"),
                .code = value,
                .alarm = STR("board"),
                .alarm_name = value,
                .alarm_value = value};
            const char *why = text_write(config, &req, out);
            check_text(buf_str(out), why);
        }
    }
}

static void test_text_keeps_its_form_whatever_a_hall_file_says(void **state)
{
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof mischief / sizeof mischief[0]; i++) {
        for (int times = 1; times <= 200; times += 199) {
            char *value = repeated(mischief[i], times);
            json_t *config = hostile_hall(value);
            const json_t *names = json_object_get(config, "names");
            const json_t *raw = json_object_get(names, "zh");
            check_all(config, (struct str){json_string_value(raw), json_string_length(raw)}, &out);
            json_decref(config);
            free(value);
        }
    }
    buf_clear(&out);
}

static void test_texts_are_in_the_table_of_hall_files(void **state)
{
    static const char *const languages[] = {"zh", "en", "de"};
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        if (!hall_message_variables(str_of(text_kind_name((enum text_kind)kind))))
            fail_msg("no hall file can replace %s", text_kind_name((enum text_kind)kind));
    for (size_t i = 0; hall_message_name(i); i++)
        for (size_t n = 0; n < 3; n++)
            if (!text_shipped(str_of(hall_message_name(i)), str_of(languages[n])).len)
                fail_msg("no shipped text %s in %s", hall_message_name(i), languages[n]);
#define TEXT(kind, language, text)
#define ALARM(kind, language, text)                                                                \
    if (!hall_message_variables(STR("alarm_" kind)))                                               \
        fail_msg("no hall file can replace alarm_%s", kind);
#include "sms/texts.def"
#undef ALARM
#undef TEXT
    assert_int_equal(text_shipped(STR("alarm_nobody"), STR("zh")).len, 0);
    assert_int_equal(text_shipped(STR("wait"), STR("zh")).len, 0);
    assert_int_equal(text_shipped(STR("called"), STR("fr")).len, 0);
    assert_null(hall_message_variables(STR("nothing")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_makes_a_value_harmless),
        cmocka_unit_test(test_signature_is_found_at_the_front_and_at_the_end),
        cmocka_unit_test(test_signature_is_put_exactly_once),
        cmocka_unit_test(test_signature_is_counted_and_costs_the_cheap_alphabet),
        cmocka_unit_test(test_text_keeps_its_form_whatever_a_hall_file_says),
        cmocka_unit_test(test_texts_are_in_the_table_of_hall_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
