/* Hall files: every fault with its line and column, and nothing lost by writing and reading again.
 * Runs in the top folder, from which the sample halls are read. SPDX-License-Identifier: MIT */
#include "tests/lib/hall_text.h"

#include "base/mem.h"

static const char *const SAMPLES[] = {"config/halls/small.yaml", "config/halls/shanghai.yaml",
                                      "config/halls/berlin.yaml"};

static const struct bad BAD[] = {
    {"code: h\n", "cod: h\n", "1:1: `cod` is not known in a hall file", "known are: code, names"},
    {"code: h\n", "\"a\\e[31m\\n\": h\n", "1:1: `a?[31m?` is not known", ""},
    {"code: h\n", "", "1:1: `code` is missing", "a hall file"},
    {"code: h\n", "code: h\ncode: i\n", "2:1: `code` stands here twice", ""},
    {"code: h\n", "code: sys\n", "1:7: ", "sys"},
    {"code: h\n", "code: sms\n", "1:7: ", "sms"},
    {"code: h\n", "code: H\n", "1:7: A code is", ""},
    {"code: h\n", "code: -h\n", "1:7: A code is", ""},
    {"code: h\n", "code: abcdefghijklmnopqrstuvwxyz0123456\n", "1:7: ", "33 characters"},
    {"code: h\n", "code: [h]\n", "1:7: Here must be a text", ""},
    {"code: h\n", "code: *x\n", "1:7: Aliases", ""},
    {"code: h\n", "code: &x h\n", "1:7: Anchors", ""},
    {"code: h\n", "code: !!str h\n", "1:7: Anchors", "tags"},
    {"code: h\n", "code: null\n", "1:7: Write", ""},
    {"code: h\n", "code: \"h\n", "4:11: This is not valid YAML", "did not find"},
    {"code: h\n", "code: h\n  names: x\n", "2:8: This is not valid YAML", "mapping values"},
    {"code: h\n", "? [a]\n: 1\n", "1:3: Here must be the name of a field", ""},
    {"code: h\n", "code: \x01\n", "1:7: This cannot stand in a text file", ""},
    {"厅", "厅\xff", "2:14: This cannot stand in a text file", ""},
    {"厅", "\"厅\\u0007\"", "2:13: This text holds a control character", ""},
    {"厅", "\"厅\\u2028\"", "2:13: This text holds a control character", ""},
    {"厅", "\" 厅\"", "2:13: This text begins or ends with a blank", ""},
    {"厅", "\"\"", "2:13: This text has 0 characters", ""},
    {"names: {zh: 厅}", "names: {en: Hall}", "2:8: The text in the hall's own language (zh)", ""},
    {"names: {zh: 厅}", "names: {zh: 厅, fr: S}", "2:16: `fr` is not known in texts", "zh, en, de"},
    {"names: {zh: 厅}", "names: Hall", "2:8: Here must be texts by language", ""},
    {"Asia/Shanghai", "../etc/passwd", "3:7: ", "no name of a time zone"},
    {"Asia/Shanghai", "/etc", "3:7: ", "no name of a time zone"},
    {"\"86\"", "\"+86\"", "4:10: `country`", "digits"},
    {"\"86\"", "\"086\"", "4:10: `country`", ""},
    {"[zh, en]", "[zh, fr]", "5:17: `languages` must be one of: zh en de", ""},
    {"[zh, en]", "[zh, zh]", "5:17: `zh` stands here twice", ""},
    {"[zh, en]", "[]", "5:12: `languages` has 0 entries", "1 to 3"},
    {"[zh, en]", "zh", "5:12: `languages` must be a list", ""},
    {"[zh, en]", "[zh, en]\naccent: \"#0b6e4\"", "6:9: A colour is written", ""},
    {"[zh, en]", "[zh, en]\naccent: \"#00g000\"", "6:9: A colour is written", ""},
    {"[zh, en]", "[zh, en]\naccent: \"#808080\"", "6:9: White text on #808080", "3.9 to 1"},
    {"[zh, en]", "[zh, en]\ntickets_outside_hours: perhaps", "6:24: ", "yes or no"},
    {"[zh, en]", "[zh, en]\ntickets_outside_hours: \"yes\"", "6:24: ", "yes or no"},
    {"[zh, en]", "[zh, en]\nrules: {overtaking_max: 0}", "6:25: `overtaking_max`", "1 to 50"},
    {"[zh, en]", "[zh, en]\nrules: {return_max: 1.5}", "6:21: `return_max`", "whole number"},
    {"[zh, en]", "[zh, en]\nrules: {return_max: \"1\"}", "6:21: `return_max`", "whole number"},
    {"[zh, en]", "[zh, en]\nrules: {return_max: 99999999999999999999}", "6:21: ", "0 to 10"},
    {"[zh, en]", "[zh, en]\nmessages: {paid: {zh: x}}", "6:12: `paid` is not known", "come_now"},
    {"[zh, en]", "[zh, en]\nvoice: {languages: [zh, fr]}", "6:25: `languages` must be one", "de"},
    {"[zh, en]", "[zh, en]\nvoice: {languages: [en, en]}", "6:25: `en` stands here twice", ""},
    {"[zh, en]", "[zh, en]\nvoice: {digit_one: yo}", "6:20: `digit_one` must be one", "yao"},
    {"[zh, en]", "[zh, en]\nquiet_hours: {from: \"21:00\"}", "6:14: Quiet hours need `from`", ""},
    {"[zh, en]", "[zh, en]\nquiet_hours: {from: \"21:00\", to: \"24:00\"}", "6:14: Quiet", "23:59"},
    {"[zh, en]", "[zh, en]\nquiet_hours: {from: \"9:00\", to: \"08:00\"}", "6:14: Quiet hours", ""},
    {"[zh, en]", "[zh, en]\nquiet_hours: {from: \"08:00\", to: \"08:00\"}", "6:14: Quiet", "same"},
    {"[zh, en]", "[zh, en]\nmessages_per_number_day: 1001", "6:26: ", "0 to 1000"},
    {"[zh, en]", "[zh, en]\nmessages_per_day: -1", "6:19: ", "0 to 1000000"},
    {"[zh, en]", "[zh, en]\nvoice: {repeat: 4}", "6:17: `repeat`", "1 to 3"},
    {"[mon]", "[mon, moon]", "7:18: `days` must be one of: mon", ""},
    {"[mon]", "[mon, tue, mon]", "7:23: `mon` stands here twice", ""},
    {"\"08:00\"", "\"8:00\"", "7:25: A time is written HH:MM", ""},
    {"\"08:00\"", "\"24:00\"", "7:25: A time is written HH:MM", "23:59"},
    {"\"08:00\"", "\"08:60\"", "7:25: A time", ""},
    {"\"12:00\"", "\"24:01\"", "7:38: A time", "24:00"},
    {"\"12:00\"", "\"08:00\"", "7:38: This must be later than `from`", ""},
    {"classes:", "  - {days: [sun, mon], from: \"11:59\", to: \"13:00\"}\nclasses:",
     "8:5: These hours overlap with 08:00-12:00", ""},
    {"code: normal", "code: usual", "9:3: The class `normal` is missing", ""},
    {"target_minutes: 30", "target_minutes: 481", "9:36: `target_minutes`", "0 to 480"},
    {"series:\n", "  - {code: normal, target_minutes: 3, names: {zh: 普}}\nseries:\n",
     "10:12: There is another class `normal` above", ""},
    {"letter: A", "letter: a", "11:14: The letter of a series", ""},
    {"letter: A", "letter: AB", "11:14: ", ""},
    {"letter: A", "letter: I", "11:14: Take another letter", "digit 1"},
    {"letter: A", "letter: O", "11:14: Take another letter", "digit 0"},
    {"first: 1,", "first: 100,", "11:35: `last` must not be below", ""},
    {"first: 1,", "first: 0,", "11:24: `first`", "1 to 9999"},
    {"last: 99}", "last: 10000}", "11:33: `last`", "1 to 9999"},
    {"services:\n", "  - {letter: A, first: 1, last: 9}\nservices:\n",
     "12:14: There is another series `A` above", ""},
    {"series: A,", "series: B,", "13:23: There is no series `B`", ""},
    {"minutes: 5", "minutes: 0", "13:35: `minutes`", "1 to 480"},
    {"minutes: 5", "minutes: five", "13:35: `minutes`", "whole number"},
    {"{zh: 事}", "{zh: 事}, documents: [{zh: 证}, {en: Card}]",
     "13:75: The text in the hall's own language", ""},
    {"{zh: 事}", "{zh: 事}, words: [a, [b]]", "13:65: Here must be a text", ""},
    {"{zh: 事}", "{zh: 事}, kiosk: 0", "13:61: `kiosk` must be yes or no", ""},
    {"profiles:\n", "  - {code: s, series: A, minutes: 5, names: {zh: 事}}\nprofiles:\n",
     "14:12: There is another service `s` above", ""},
    {"service: s}", "service: t}", "15:34: There is no service `t`", ""},
    {"service: s}", "service: s, offset_minutes: 241}", "15:53: `offset_minutes`", "0 to 240"},
    {"[{service: s}]", "[{service: s}, {service: s}]", "15:48: `s` stands in this profile twice",
     ""},
    {"[{service: s}]", "[]", "15:23: `serves` has 0 entries", ""},
    {"[{service: s}]", "[{service: s, up_to_minutes: 6}]", "15:52: `up_to_minutes` belongs to",
     "*"},
    {"[{service: s}]", "[{service: \"*\", up_to_minutes: 481}]", "15:54: `up_to_minutes`",
     "0 to 480"},
    {"[{service: s}]", "[{service: \"*\", up_to_minutes: 6}, {service: \"*\", up_to_minutes: 6}]",
     "15:68: `*` stands in this profile twice", ""},
    {"[zh, en]", "[zh, en]\nrules: {last_tickets: 1}", "6:23: `last_tickets` must be yes or no",
     ""},
    {"[zh, en]", "[zh, en]\nrules: {delay_max: 11}", "6:20: `delay_max`", "0 to 10"},
    {"[zh, en]", "[zh, en]\nalarms: {wait_minutes: 19}", "6:24: The warning (20 min)", "19 min"},
    {"[zh, en]", "[zh, en]\nalarms: {warn_minutes: 31}", "6:24: The warning (31 min)", "30 min"},
    {"[zh, en]", "[zh, en]\nalarms: {board_seconds: 29}", "6:25: `board_seconds`", "30 to 3600"},
    {"[zh, en]", "[zh, en]\nalarms: {sms_failed_percent: 0}", "6:30: `sms_failed_percent`", ""},
    {"[zh, en]", "[zh, en]\nalarms: {phones: [\"13800138000\"]}", "6:19: A phone number for",
     "+86"},
    {"[zh, en]", "[zh, en]\nalarms: {phones: [\"+8613800138000135\"]}", "6:19: A phone", ""},
    {"[zh, en]", "[zh, en]\nalarms: {phones: [\"+8613800138000\", \"+8613800138000\"]}",
     "6:37: This phone number stands here twice", ""},
    {"[zh, en]", "[zh, en]\nalarms: {phones: [a, b, c, d, e, f]}", "6:18: `phones` has 6",
     "0 to 5"},
    {"[zh, en]", "[zh, en]\nmessages: {alarm_wait: {zh: \"{name}\"}}",
     "6:29: `{name}` stands for nothing in this text", "it may have: service value"},
    {"[zh, en]", "[zh, en]\nmessages: {alarm: {en: \"{alarm} {number}\"}}",
     "6:24: `{number}` stands for", "hall alarm"},
    {"[zh, en]", "[zh, en]\nmessages: {called: {de: \"{} {Nr} {numbre}\"}}",
     "6:25: `{numbre}` stands for", "number counter ahead"},
    {"[zh, en]", "[zh, en]\nmessages: {called: {de: \"{number|url}\"}}",
     "6:25: `{number|url}` stands for", ""},
    {"[zh, en]", "[zh, en]\nmessages: {called: {de: \"{num}\"}}", "6:25: `{num}` stands for", ""},
    {"[zh, en]", "[zh, en]\nmessages: {called: {de: \"ab\\u202Ec\"}}",
     "6:25: Character 3 of this text, U+202E, is not seen", ""},
    {"[zh, en]", "[zh, en]\nmessage_signature: 市", "6:20: A signature has 2 to 12", ""},
    {"[zh, en]", "[zh, en]\nmessage_signature: 一二三四五六七八九十一二三",
     "6:20: This text has 13 characters; allowed are 1 to 12", ""},
    {"[zh, en]", "[zh, en]\nmessage_signature: 【市政务】", "6:20: A signature is written without",
     ""},
    {"[zh, en]", "[zh, en]\nmessage_signature: \"政务{hall}\"",
     "6:20: A signature is written without", ""},
    {"[zh, en]", "[zh, en]\nmessage_signature: \"市政务\\u200B\"", "6:20: Character 4 of this text",
     ""},
    {"[zh, en]", "[zh, en]\nmessage_signature_at: middle", "6:23: ", "front"},
    {"profile: p}", "profile: q}", "17:26: There is no profile `q`", ""},
    {"\"1\", profile: p}\n", "\"1\", profile: p}\n  - {code: 1, profile: p}\n",
     "18:12: There is another counter `1` above", ""},
    {"counters:\n  - {code: \"1\", profile: p}\n", "counters: {}\n",
     "16:11: `counters` must be a list", ""},
    {"counters:\n  - {code: \"1\", profile: p}\n", "", "1:1: `counters` is missing", ""},
    {"profile: p}\n", "profile: p}\n---\ncode: h\n", "18:1: A second document begins here", ""},
    {"names: {zh: 厅}", "names: [[[[[[[[[[[[[1]]]]]]]]]]]]]", "2:19: This is nested too deeply",
     ""},
};

static void test_hall_read_says_where_and_what_is_wrong(void **state)
{
    check_bad(BAD, sizeof(BAD) / sizeof(BAD[0]));
}

static struct buf file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    struct buf b;

    buf_init(&b);
    assert_non_null(file);
    buf_reserve(&b, HALL_BYTES_MAX);
    b.len = fread(b.p, 1, HALL_BYTES_MAX, file);
    (void)fclose(file);
    return b;
}

static void test_hall_samples_survive_writing_and_reading(void **state)
{
    for (size_t i = 0; i < sizeof(SAMPLES) / sizeof(SAMPLES[0]); i++) {
        struct buf text = file_text(SAMPLES[i]);
        struct hall_file *hall = read_good(buf_str(&text));

        check_lossless(hall, hall_json);
        check_lossless(hall, hall_yaml);
        hall_free(hall);
        buf_clear(&text);
    }
}

static void test_hall_json_fills_in_defaults(void **state)
{
    struct hall_file *hall = read_good(STR(BASE));
    struct buf json;

    buf_init(&json);
    hall_json(hall, &json);
    assert_string_equal(
        json.p,
        "{\"code\":\"h\",\"names\":{\"zh\":\"厅\"},\"address\":{},\"zone\":\"Asia/Shanghai\","
        "\"country\":\"86\",\"languages\":[\"zh\",\"en\"],\"accent\":\"#0b6e4f\","
        "\"hours\":[{\"days\":[\"mon\"],\"from\":\"08:00\",\"to\":\"12:00\","
        "\"every_weeks\":1}],\"breaks\":[],\"holidays\":[],\"special_days\":[],"
        "\"tickets_outside_hours\":false,\"rules\":{\"overtaking_max\":3,"
        "\"return_within_minutes\":45,\"return_max\":2,\"return_minutes\":5,"
        "\"put_back_minutes\":5,\"come_now_ahead\":3,\"come_now_margin_minutes\":5,"
        "\"travel_minutes\":10,\"delay_minutes_max\":15,\"delay_max\":2,\"last_tickets\":true},"
        "\"alarms\":{\"warn_minutes\":20,\"wait_minutes\":30,\"board_seconds\":90,"
        "\"sms_failed_percent\":30,\"unshown_seconds\":8,\"phones\":[]},"
        "\"booking\":{\"open\":false,\"from_days\":0,\"to_days\":30,\"working_days\":false,"
        "\"notice_minutes\":60,\"release_at\":\"00:00\",\"release_spread_minutes\":0,"
        "\"hold_minutes\":10,\"quarantine_min_minutes\":5,\"quarantine_max_minutes\":45,"
        "\"early_minutes\":60,\"late_minutes\":15,\"alive_max\":3,\"service_day_max\":1,"
        "\"cancels_max\":5,\"misses_max\":2,\"block_days\":30,\"offer_minutes\":10,"
        "\"rebook_hours\":48,\"overbook_percent_max\":0,\"codes_per_hour_max\":600},"
        "\"remote\":{\"open\":false,\"arrive_minutes\":15,\"alive_max\":50},"
        "\"messages_per_number_day\":12,\"messages_per_day\":0,"
        "\"classes\":[{\"code\":\"normal\",\"target_minutes\":30,\"names\":{\"zh\":\"普\"}}],"
        "\"series\":[{\"letter\":\"A\",\"first\":1,\"last\":99}],"
        "\"services\":[{\"code\":\"s\",\"series\":\"A\",\"minutes\":5,\"names\":{\"zh\":\"事\"},"
        "\"words\":[],\"documents\":[],\"kiosk\":true,\"open\":true,"
        "\"booking\":{\"open\":true,\"minutes\":0,\"cap\":0,\"persons_max\":1,\"fields\":[]}}],"
        "\"pools\":[{\"code\":\"hall\",\"services\":[\"*\"],\"plan\":[]}],"
        "\"profiles\":[{\"code\":\"p\",\"serves\":[{\"service\":\"s\",\"offset_minutes\":0,"
        "\"up_to_minutes\":0}]}],"
        "\"counters\":[{\"code\":\"1\",\"profile\":\"p\"}],\"messages\":{},"
        "\"voice\":{\"languages\":[],\"digit_one\":\"yi\",\"repeat\":1},"
        "\"signs\":[],\"boards\":[],\"printers\":[]}");
    buf_clear(&json);
    hall_free(hall);
}

/* The pages of citizens read the hall: the numbers alarms go to are none of their business. */
static void test_hall_public_json_has_no_phone_numbers(void **state)
{
    struct buf text = replaced("[zh, en]", "[zh, en]\nalarms: {phones: [\"+8613800138000\"]}");
    struct hall_file *hall = read_good(buf_str(&text));
    struct buf json;

    buf_init(&json);
    hall_json(hall, &json);
    assert_non_null(strstr(json.p, "\"phones\":[\"+8613800138000\"]"));
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    buf_reset(&json);
    hall_public_json(hall, &json);
    assert_null(strstr(json.p, "phones"));
    assert_null(strstr(json.p, "138001"));
    assert_non_null(strstr(json.p, "\"unshown_seconds\":8}"));
    assert_non_null(strstr(json.p, "\"messages\":{}"));
    buf_clear(&json);
    hall_free(hall);
    buf_clear(&text);
}

/* A quick lane: short services at once, longer ones when they have waited. */
static void test_hall_serve_takes_several_stars(void **state)
{
    struct buf text =
        replaced("[{service: s}]", "[{service: \"*\", up_to_minutes: 6}, {service: \"*\", "
                                   "up_to_minutes: 10, offset_minutes: 15}]");
    struct hall_file *hall = read_good(buf_str(&text));

    assert_int_equal(hall->profiles[0].serve_count, 2);
    assert_int_equal(hall->profiles[0].serves[0].up_to_minutes, 6);
    assert_int_equal(hall->profiles[0].serves[1].offset_minutes, 15);
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    hall_free(hall);
    buf_clear(&text);
}

/* Every text a form could hold must come back the same, whatever it looks like to YAML. */
static void test_hall_yaml_quotes_what_it_must(void **state)
{
    static const char *const texts[] = {"yes",        "no",
                                        "null",       "~",
                                        "1",          "0x1f",
                                        "1e5",        "-",
                                        "- a",        "a: b",
                                        "a #b",       "#b",
                                        "{a}",        "[a]",
                                        "\\\"",       "'",
                                        "\\\\",       "&a",
                                        "*a",         "!a",
                                        "|",          ">",
                                        "%a",         "@a",
                                        "`a`",        "a,b",
                                        "?",          "? a",
                                        ":",          "---",
                                        "...",        "a\\\\u0041",
                                        "😀",          "\\ud83d\\ude00",
                                        "𠮷",         "é",
                                        "2026-11-23", "12:30",
                                        "<<"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buf quoted, text;
        struct hall_file *hall, *yaml;

        buf_init(&quoted);
        buf_addf(&quoted, "\"%s\"", strstr(texts[i], "\\ud") != NULL ? "\\U0001f600" : texts[i]);
        text = replaced("厅", quoted.p);
        hall = read_good(buf_str(&text));
        check_lossless(hall, hall_json);
        check_lossless(hall, hall_yaml);
        buf_clear(&text);
        buf_init(&text);
        hall_yaml(hall, &text);
        yaml = read_good(buf_str(&text));
        assert_string_equal(yaml->names.zh, hall->names.zh);
        hall_free(yaml);
        hall_free(hall);
        buf_clear(&text);
        buf_clear(&quoted);
    }
}

/* JSON writes what lies beyond the basic plane as a pair; columns behind it stay right. */
static void test_hall_read_takes_json_with_surrogate_pairs(void **state)
{
    struct hall_file *hall = read_good(STR(BASE));
    struct buf json, error;
    const char *at;

    buf_init(&json);
    buf_init(&error);
    hall_json(hall, &json);
    hall_free(hall);
    at = strstr(json.p, "厅");
    assert_non_null(at);
    buf_addf(&error, "%.*s\\ud842\\uDFB7%s", (int)(at - json.p), json.p, at + strlen("厅"));
    hall = read_good(buf_str(&error));
    assert_string_equal(hall->names.zh, "𠮷");
    hall_free(hall);

    buf_clear(&json);
    buf_init(&json);
    buf_add_c(&json, "{\"names\":{\"zh\":\"\\ud842\\udfb7\"},\"codes\":1}");
    assert_null(hall_read(buf_str(&json), "f", &error));
    assert_true(str_starts(buf_str(&error), "f:1:32: `codes` is not known"));
    buf_clear(&json);
    buf_clear(&error);
}

static void test_hall_read_refuses_what_is_too_large(void **state)
{
    struct buf text, error;

    buf_init(&text);
    buf_init(&error);
    buf_reserve(&text, HALL_BYTES_MAX + 1);
    memset(text.p, ' ', HALL_BYTES_MAX + 1);
    text.len = HALL_BYTES_MAX + 1;
    assert_null(hall_read(buf_str(&text), "f", &error));
    assert_true(str_starts(buf_str(&error), "f:1:1: The file is larger than"));
    text.len = 0;
    assert_null(hall_read(buf_str(&text), "f", &error));
    assert_string_equal(error.p, "f:1:1: The file is empty.");

    buf_add_char(&text, '[');
    while (text.len < HALL_BYTES_MAX - 2)
        buf_add_c(&text, "1,");
    assert_null(hall_read(buf_str(&text), "f", &error));
    assert_non_null(strstr(error.p, "too many values"));
    buf_clear(&text);
    buf_clear(&error);
}

static void test_hall_read_refuses_too_many_services(void **state)
{
    struct buf more, text, error;

    buf_init(&more);
    buf_init(&error);
    for (int i = 0; i < HALL_SERVICES_MAX; i++)
        buf_addf(&more, "  - {code: s%d, series: A, minutes: 5, names: {zh: 事}}\n", i);
    buf_add_c(&more, "profiles:\n");
    text = replaced("profiles:\n", more.p);
    assert_null(hall_read(buf_str(&text), "f", &error));
    assert_string_equal(error.p, "f:13:3: `services` has 501 entries; allowed are 1 to 500.");
    buf_clear(&more);
    buf_clear(&text);
    buf_clear(&error);
}

static void test_hall_zone_unknown_says_where(void **state)
{
    struct hall_file *hall = read_good(STR(BASE));
    struct buf error;

    buf_init(&error);
    hall_zone_unknown(hall, &error);
    assert_string_equal(error.p, "good:3:7: There is no time zone `Asia/Shanghai` on this system.");
    buf_clear(&error);
    hall_free(hall);
}

static void test_hall_open_at_follows_its_hours(void **state)
{
    struct hall_file *hall = read_good(STR(BASE));

    assert_false(hall_open_at(hall, 0, 479));
    assert_true(hall_open_at(hall, 0, 480));
    assert_true(hall_open_at(hall, 0, 719));
    assert_false(hall_open_at(hall, 0, 720));
    assert_false(hall_open_at(hall, 1, 500));
    hall_free(hall);
}

static void test_hall_text_falls_back_to_the_halls_language(void **state)
{
    struct hall_file *hall = read_good(STR(BASE));
    struct hall_texts only_english = {"", "Hall", ""};
    struct hall_texts none = {"", "", ""};

    assert_string_equal(hall_text(hall, &hall->names, STR("zh")), "厅");
    assert_string_equal(hall_text(hall, &hall->names, STR("de")), "厅");
    assert_string_equal(hall_text(hall, &only_english, STR("de")), "Hall");
    assert_string_equal(hall_text(hall, &none, STR("de")), "");
    assert_string_equal(hall_service(hall, STR("s"))->code, "s");
    assert_null(hall_service(hall, STR("t")));
    assert_string_equal(hall_counter(hall, STR("1"))->profile, "p");
    assert_null(hall_counter(hall, STR("2")));
    hall_free(hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hall_read_says_where_and_what_is_wrong),
        cmocka_unit_test(test_hall_samples_survive_writing_and_reading),
        cmocka_unit_test(test_hall_json_fills_in_defaults),
        cmocka_unit_test(test_hall_public_json_has_no_phone_numbers),
        cmocka_unit_test(test_hall_serve_takes_several_stars),
        cmocka_unit_test(test_hall_yaml_quotes_what_it_must),
        cmocka_unit_test(test_hall_read_takes_json_with_surrogate_pairs),
        cmocka_unit_test(test_hall_read_refuses_what_is_too_large),
        cmocka_unit_test(test_hall_read_refuses_too_many_services),
        cmocka_unit_test(test_hall_zone_unknown_says_where),
        cmocka_unit_test(test_hall_open_at_follows_its_hours),
        cmocka_unit_test(test_hall_text_falls_back_to_the_halls_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
