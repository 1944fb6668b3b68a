/* Hall files: what may stand under `boards`, each fault with its line and column, and what is
 * filled in. SPDX-License-Identifier: MIT */
#include "tests/lib/hall_text.h"

#define COUNTER "\"1\", profile: p}\n"
/* Counters 1 (zone A), 2 (zone B) in lines 17 and 18; `boards:` in line 19. */
#define BOARDS(lines)                                                                              \
    COUNTER, "\"1\", profile: p, zone: A}\n  - {code: \"2\", profile: p, zone: "                   \
             "B}\nboards:\n" lines

static const struct bad BAD[] = {
    {BOARDS("  - {kind: main}\n"), "20:5: `code` is missing in a board", ""},
    {BOARDS("  - {code: Main}\n"), "20:12: A code is", ""},
    {BOARDS("  - {code: m, kind: side}\n"), "20:21: `kind` must be one of: main zone counter", ""},
    {BOARDS("  - {code: m, colour: red}\n"), "20:15: `colour` is not known in a board", "panel"},
    {BOARDS("  - {code: m}\n  - {code: m}\n"), "21:12: There is another board `m` above", ""},
    {BOARDS("  - {code: m, calls: 13}\n"), "20:22: `calls`", "1 to 12"},
    {BOARDS("  - {code: m, show: [clock, sun]}\n"), "20:29: `show` must be one of: waiting",
     "next"},
    {BOARDS("  - {code: m, show: [clock, clock]}\n"), "20:29: `clock` stands here twice", ""},
    {BOARDS("  - {code: m, part: 3, parts: 2}\n"), "20:21: This is part 3 of 2", ""},
    {BOARDS("  - {code: m, part: 2}\n"), "20:21: This is part 2 of 1", ""},
    {BOARDS("  - {code: m, parts: 5}\n"), "20:22: `parts`", "1 to 4"},
    {BOARDS("  - {code: m, distance_m: 51}\n"), "20:27: `distance_m`", "0 to 50"},
    {BOARDS("  - {code: m, panel_inches: 4}\n"), "20:29: `panel_inches`", "5 to 300"},
    {BOARDS("  - {code: m, languages: zh}\n"), "20:26: `languages` must be one of: together", ""},
    {BOARDS("  - {code: m, theme: blue}\n"), "20:22: `theme` must be one of: auto light", "eink"},
    {BOARDS("  - {code: m, ticker: {en: Hello}}\n"), "20:23: The text in the hall's own", "zh"},
    {BOARDS("  - {code: m, zones: [C]}\n"), "20:23: No counter is in zone `C`", ""},
    {BOARDS("  - {code: m, zones: [A, A]}\n"), "20:26: `A` stands here twice", ""},
    {BOARDS("  - {code: m, counters: [\"1\", \"3\"]}\n"), "20:31: There is no counter `3`", ""},
    {BOARDS("  - {code: z, kind: zone}\n"), "20:5: A board of the kind `zone` needs", ""},
    {BOARDS("  - {code: c, kind: counter, counters: [\"1\", \"2\"]}\n"), "20:40: A board of",
     "one"},
    {BOARDS("  - {code: c, kind: counter, zones: [A]}\n"), "20:37: A board of", "not zones"},
    {BOARDS("  - {code: c, kind: counter, parts: 2}\n"), "20:37: A counter's number", ""},
    {BOARDS("  - {code: m, arrows: [{zone: A, to: there}]}\n"), "20:38: `to` must be one of",
     "left"},
    {BOARDS("  - {code: m, arrows: [{zone: C, to: up}]}\n"), "20:31: No counter is in zone `C`",
     ""},
    {BOARDS("  - {code: m, arrows: [{zone: A, to: up}, {zone: A, to: down}]}\n"),
     "20:50: There is another arrow to zone `A`", ""},
    {BOARDS("  - {code: m, media: [film.avi]}\n"), "20:23: A media file", ".webm"},
    {BOARDS("  - {code: m, media: [../etc.png]}\n"), "20:23: A media file", ""},
    {BOARDS("  - {code: m, media: [.png]}\n"), "20:23: A media file", ""},
    {BOARDS("  - {code: m, media: [a/b.png]}\n"), "20:23: A media file", ""},
    {BOARDS("  - {code: m, media: [a.png, a.png]}\n"), "20:30: `a.png` stands here twice", ""},
    {BOARDS("  - {code: m, devices: [tv]}\n  - {code: n, devices: [t.2, tv]}\n"),
     "21:30: `tv` is a device of board `m` already", ""},
    {BOARDS("  - {code: m, devices: [Screen 1]}\n"), "20:25: The name of a device", ""},
    {BOARDS("  - {code: m, voice: yes}\n  - {code: n, zones: [B], voice: yes}\n"),
     "21:34: Board `m` speaks for counter 2 already", ""},
};

static void test_hall_boards_say_where_and_what_is_wrong(void **state)
{
    (void)state;
    check_bad(BAD, sizeof(BAD) / sizeof(BAD[0]));
}

static void test_hall_boards_fill_in_defaults(void **state)
{
    (void)state;
    struct buf text = replaced(BOARDS("  - code: main\n"));
    struct hall_file *hall = read_good(buf_str(&text));
    struct buf json;

    buf_init(&json);
    hall_json(hall, &json);
    assert_non_null(strstr(
        json.p, "\"boards\":[{\"code\":\"main\",\"kind\":\"main\",\"devices\":[],\"zones\":[],"
                "\"counters\":[],\"calls\":8,\"show\":[\"waiting\",\"waits\",\"ticker\","
                "\"clock\"],\"part\":1,\"parts\":1,\"languages\":\"together\",\"distance_m\":0,"
                "\"panel_inches\":55,\"theme\":\"dark\",\"media\":[],\"arrows\":[],"
                "\"voice\":false}]"));
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    buf_clear(&json);
    hall_free(hall);
    buf_clear(&text);
}

/* Nothing beside the calls is a wish, too; two voices in two zones are no echo. */
static void test_hall_boards_survive_writing_and_reading(void **state)
{
    (void)state;
    struct buf text = replaced(
        BOARDS("  - {code: bare, show: [], zones: [A], voice: yes}\n"
               "  - code: b\n    kind: zone\n    zones: [B]\n    devices: [tv-1, tv-2]\n"
               "    voice: yes\n    part: 2\n    parts: 2\n    distance_m: 10\n    theme: eink\n"
               "    languages: cycle\n    ticker: {zh: 请保持安静, en: \"Quiet, please\"}\n"
               "    media: [welcome.mp4, Map_2.png]\n    arrows: [{zone: B, to: left}]\n"
               "  - {code: c, kind: counter, counters: [\"2\"]}\n"));
    struct hall_file *hall = read_good(buf_str(&text));

    assert_int_equal(hall->board_count, 3);
    assert_int_equal(hall->boards[0].show_count, 0);
    assert_string_equal(hall->boards[1].ticker.en, "Quiet, please");
    assert_string_equal(hall->boards[1].arrows[0].to, "left");
    assert_int_equal(hall->boards[1].media_count, 2);
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    hall_free(hall);
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hall_boards_say_where_and_what_is_wrong),
        cmocka_unit_test(test_hall_boards_fill_in_defaults),
        cmocka_unit_test(test_hall_boards_survive_writing_and_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
