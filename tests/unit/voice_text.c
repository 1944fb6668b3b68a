/* Which words are said of a call, and that a whole set has all of them.
 * SPDX-License-Identifier: MIT */
#include "display/voice_text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ZH, EN, DE };

static const struct said {
    int language;
    const char *number, *counter;
    const char *how; /* n named, y yao, b brief */
    const char *words;
} SAID[] = {
    {ZH, "A012", "3", "", "please a 0 1 2 number to 3 number counter"},
    {ZH, "A012", "3", "y", "please a 0 yao 2 number to 3 number counter"},
    {ZH, "A012", "1", "y", "please a 0 yao 2 number to 1 number counter"},
    {ZH, "Z100", "10", "", "please z 1 0 0 number to 10 number counter"},
    {ZH, "Z100", "12", "", "please z 1 0 0 number to 10 2 number counter"},
    {ZH, "A001", "20", "", "please a 0 0 1 number to 2 10 number counter"},
    {ZH, "A001", "21", "", "please a 0 0 1 number to 2 10 1 number counter"},
    {ZH, "A001", "100", "", "please a 0 0 1 number to 1 100 number counter"},
    {ZH, "A001", "101", "", "please a 0 0 1 number to 1 100 0 1 number counter"},
    {ZH, "A001", "110", "", "please a 0 0 1 number to 1 100 1 10 number counter"},
    {ZH, "A001", "112", "", "please a 0 0 1 number to 1 100 1 10 2 number counter"},
    {ZH, "A001", "0", "", "please a 0 0 1 number to 0 number counter"},
    {ZH, "A001", "3a", "", "please a 0 0 1 number to 3 a number counter"},
    {ZH, "A001", "a12", "y", "please a 0 0 yao number to a 10 2 number counter"},
    {ZH, "A001", "east-2", "n", "please a 0 0 1 number to name-east-2"},
    {ZH, "A001", "east-2", "", "please a 0 0 1 number to e a s t 2 number counter"},
    {ZH, "A012", "3", "b", "a 0 1 2 number , 3 number counter"},
    {ZH, "AB9999", "3", "b", "a b 9 9 9 9 number , 3 number counter"},
    {EN, "A012", "3", "", "a 0 1 2 , counter 3"},
    {EN, "A012", "3", "y", "a 0 1 2 , counter 3"},
    {EN, "A012", "3", "b", "a 0 1 2 , counter 3"},
    {EN, "Z100", "10", "", "z 1 0 0 , counter 10"},
    {EN, "Z100", "12", "", "z 1 0 0 , counter 12"},
    {EN, "Z100", "20", "", "z 1 0 0 , counter 20"},
    {EN, "Z100", "21", "", "z 1 0 0 , counter 20 1"},
    {EN, "Z100", "100", "", "z 1 0 0 , counter 1 hundred"},
    {EN, "Z100", "101", "", "z 1 0 0 , counter 1 hundred and 1"},
    {EN, "Z100", "999", "", "z 1 0 0 , counter 9 hundred and 90 9"},
    {EN, "Z100", "1000", "", "z 1 0 0 , counter 1 0 0 0"},
    {EN, "Z100", "07", "", "z 1 0 0 , counter 0 7"},
    {EN, "Z100", "3a", "", "z 1 0 0 , counter 3 a"},
    {EN, "Z100", "b_12-c", "", "z 1 0 0 , counter b 12 c"},
    {EN, "Z100", "info", "n", "z 1 0 0 , name-info"},
    {DE, "A012", "21", "", "a 0 1 2 , counter 21"},
    {DE, "A012", "101", "", "a 0 1 2 , counter 100 1"},
    {DE, "A012", "300", "", "a 0 1 2 , counter 3 100"},
};

static void test_voice_words_are_what_is_said_of_a_call(void **state)
{
    for (size_t i = 0; i < sizeof(SAID) / sizeof(SAID[0]); i++) {
        const struct said *s = &SAID[i];
        struct voice_call call = {.number = str_of(s->number),
                                  .counter = str_of(s->counter),
                                  .named = strchr(s->how, 'n'),
                                  .yao = strchr(s->how, 'y'),
                                  .brief = strchr(s->how, 'b')};
        struct voice_words words;
        struct buf text;

        buf_init(&text);
        voice_words(s->language, &call, &words);
        for (int k = 0; k < words.n; k++)
            buf_addf(&text, "%s%s", k ? " " : "", words.word[k]);
        assert_string_equal(text.p, s->words);
        buf_clear(&text);
    }
}

static bool is_needed(int language, const char *word)
{
    const char *needed;

    for (int i = 0; (needed = voice_needed(language, i)) != NULL; i++)
        if (strcmp(needed, word) == 0)
            return true;
    return false;
}

/* Whatever a counter is called, and the longest code there is. */
static void test_voice_words_are_all_needed(void **state)
{
    char code[33];
    struct voice_words words;

    for (int language = 0; language < VOICE_LANGUAGES; language++) {
        for (int n = 0; n <= 1001; n++) {
            if (n <= 1000)
                (void)snprintf(code, sizeof(code), "%d", n);
            else
                memcpy(code, "a123b456c789d111e999f777g888h222", 33);
            struct voice_call call = {
                .number = STR("XZ1359"), .counter = str_of(code), .yao = true};
            voice_words(language, &call, &words);
            for (int i = 0; i < words.n; i++)
                assert_true(strcmp(words.word[i], VOICE_PAUSE) == 0 ||
                            is_needed(language, words.word[i]));
        }
    }
}

static void test_voice_number_ok_takes_what_stands_on_tickets(void **state)
{
    static const char *const good[] = {"A1", "A012", "Z100", "AB9999"};
    static const char *const bad[] = {
        "", "A", "012", "a012", "ABC1", "A01B", "A12345", "A 12", "1795465432000-A012", "A-1"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(voice_number_ok(str_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(voice_number_ok(str_of(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_voice_words_are_what_is_said_of_a_call),
        cmocka_unit_test(test_voice_words_are_all_needed),
        cmocka_unit_test(test_voice_number_ok_takes_what_stands_on_tickets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
