/* The voice: which words are said of a call, files that are no clips, a set with faults, what is
 * put together, and what is kept of it. SPDX-License-Identifier: MIT */
#include "display/voice.h"
#include "base/clock.h"
#include "base/mem.h"
#include "display/voice_cache.h"
#include "display/voice_wav.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { ZH, EN, DE };

/* --- files --- */

enum { CLIP_SAMPLES = 100, CLIP_FILE = VOICE_HEADER_BYTES + 2 * CLIP_SAMPLES };

static void make_clip(struct buf *out, char value, size_t samples)
{
    buf_init(out);
    voice_wav_header(out, samples * 2);
    for (size_t i = 0; i < samples * 2; i++)
        buf_add_char(out, value);
}

static void test_voice_wav_read_takes_what_recorders_write(void **state)
{
    struct buf clip, padded;
    struct str samples;

    make_clip(&clip, 7, CLIP_SAMPLES);
    assert_null(voice_wav_read(buf_str(&clip), &samples));
    assert_int_equal(samples.len, 2 * CLIP_SAMPLES);
    assert_ptr_equal(samples.p, clip.p + VOICE_HEADER_BYTES);
    /* A piece of odd length that says who made it stands before the sound. */
    buf_init(&padded);
    buf_add(&padded, clip.p, 36);
    buf_add(&padded, "LIST\3\0\0\0abc\0", 12);
    buf_add(&padded, clip.p + 36, clip.len - 36);
    padded.p[4] = (char)(padded.p[4] + 12);
    assert_null(voice_wav_read(buf_str(&padded), &samples));
    assert_int_equal(samples.len, 2 * CLIP_SAMPLES);
    /* What lies behind the end the file names is not its own. */
    buf_add_c(&clip, "junk");
    assert_null(voice_wav_read(buf_str(&clip), &samples));
    assert_int_equal(samples.len, 2 * CLIP_SAMPLES);
    buf_clear(&clip);
    buf_clear(&padded);
}

/* One byte of a good file changed, and what is said of it. */
static const struct {
    size_t at;
    unsigned char value;
    const char *fault;
} FAULTS[] = {
    {0, 'X', "no WAV"},    {8, 'X', "no WAV"},         {4, 255, "cut off"},
    {7, 127, "cut off"},   {12, 'x', "format stands"}, {16, 15, "PCM"},
    {20, 3, "PCM"},        {20, 0xfe, "PCM"},          {22, 2, "mono"},
    {24, 0x44, "16000"},   {28, 1, "contradicts"},     {32, 4, "contradicts"},
    {34, 8, "16 bits"},    {36, 'D', "no sound"},      {40, 201, "cut off"},
    {43, 0x80, "cut off"},
};

static void test_voice_wav_read_refuses_what_is_no_clip(void **state)
{
    struct buf clip;
    struct str samples;

    for (size_t i = 0; i < sizeof(FAULTS) / sizeof(FAULTS[0]); i++) {
        make_clip(&clip, 7, CLIP_SAMPLES);
        clip.p[FAULTS[i].at] = (char)FAULTS[i].value;
        const char *fault = voice_wav_read(buf_str(&clip), &samples);
        assert_non_null(fault);
        if (strstr(fault, FAULTS[i].fault) == NULL)
            fail_msg("byte %zu: %s", FAULTS[i].at, fault);
        assert_int_equal(samples.len, 0);
        buf_clear(&clip);
    }
    make_clip(&clip, 7, CLIP_SAMPLES);
    for (size_t len = 0; len < clip.len; len++)
        assert_non_null(voice_wav_read((struct str){clip.p, len}, &samples));
    buf_clear(&clip);
    make_clip(&clip, 7, 0);
    assert_non_null(voice_wav_read(buf_str(&clip), &samples));
    buf_clear(&clip);
    make_clip(&clip, 7, VOICE_CLIP_MAX / 2 + 1);
    assert_string_equal(voice_wav_read(buf_str(&clip), &samples), "it is longer than 5 s");
    buf_clear(&clip);
}

/* --- a set in a folder of the test's own --- */

static char dir[64];

static void path_of(char out[192], const char *language, const char *name)
{
    (void)snprintf(out, 192, "%s/%s/%s", dir, language, name);
}

static void put_file(const char *language, const char *name, struct str text)
{
    char path[192];

    path_of(path, language, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
}

static void put_clip(const char *language, const char *word, char value, size_t samples)
{
    char name[64];
    struct buf clip;

    (void)snprintf(name, sizeof(name), "%s.wav", word);
    make_clip(&clip, value, samples);
    put_file(language, name, buf_str(&clip));
    buf_clear(&clip);
}

/* Every word zh and en need, each of another length; no de. */
static int make_set(void **state)
{
    static const char *const languages[] = {"zh", "en"};
    char path[192];
    const char *word;

    (void)snprintf(dir, sizeof(dir), "/tmp/paihao-voice-XXXXXX");
    assert_non_null(mkdtemp(dir));
    for (int l = 0; l < 2; l++) {
        path_of(path, languages[l], "");
        assert_int_equal(mkdir(path, 0700), 0);
        for (int i = 0; (word = voice_needed(l, i)) != NULL; i++)
            put_clip(languages[l], word, (char)(i + 1), CLIP_SAMPLES + (size_t)i);
    }
    return 0;
}

static int drop_set(void **state)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -r %s", dir);
    return system(command);
}

static void test_voice_set_load_leaves_out_what_is_no_clip(void **state)
{
    struct buf clip;
    char path[192];

    make_clip(&clip, 7, CLIP_SAMPLES);
    put_file("zh", "please.wav", STR("this is no sound"));
    put_file("zh", "Yao.wav", buf_str(&clip)); /* names are small letters */
    put_file("zh", "..wav", buf_str(&clip));
    put_file("zh", "x.wav.txt", buf_str(&clip));
    put_file("zh", "a-name-that-is-longer-than-any-counter-has.wav", buf_str(&clip));
    put_file("zh", "empty.wav", STR(""));
    path_of(path, "zh", "folder.wav");
    assert_int_equal(mkdir(path, 0700), 0);
    path_of(path, "zh", "pipe.wav");
    assert_int_equal(mkfifo(path, 0600), 0); /* nobody ever writes into it */
    struct voice_set *s = voice_set_load(dir, dir);
    assert_non_null(s);
    assert_int_equal(voice_set_bytes(s, ZH, "please"), 0);
    assert_int_equal(voice_set_bytes(s, ZH, "yao"), 2 * (CLIP_SAMPLES + 26 + 11 + 1));
    assert_int_equal(voice_set_count(s, ZH), 26 + 11 + 6 - 1);
    assert_int_equal(voice_set_count(s, EN), 26 + 20 + 11);
    assert_int_equal(voice_set_count(s, DE), 0);
    assert_int_equal(voice_set_bytes(s, DE, "a"), 0);
    voice_set_unref(s);
    buf_clear(&clip);
    assert_null(voice_set_load("/nowhere/at/all", dir));
}

/* Also where the disk knows no files without a name, and whoever replaces a clip meanwhile. */
static void test_voice_set_keeps_what_it_has_read(void **state)
{
    struct buf first, then;
    buf_init(&first);
    buf_init(&then);
    struct voice_set *s = voice_set_load(dir, "/proc"), *kept = voice_set_load(dir, dir);
    assert_true(voice_set_id(s) == voice_set_id(kept));
    assert_true(voice_set_add(s, ZH, "yao", &first));
    put_clip("zh", "yao", 99, CLIP_SAMPLES / 2);
    assert_true(voice_set_add(kept, ZH, "yao", &then));
    assert_true(str_eq(buf_str(&first), buf_str(&then)));
    buf_clear(&first);
    buf_clear(&then);
    voice_set_unref(s);
    voice_set_unref(kept);
}

static void test_voice_set_id_changes_with_any_clip(void **state)
{
    struct voice_set *s = voice_set_load(dir, dir), *same = voice_set_load(dir, dir);

    put_clip("en", "and", 99, CLIP_SAMPLES);
    struct voice_set *other = voice_set_load(dir, dir);
    assert_true(voice_set_id(s) == voice_set_id(same));
    assert_true(voice_set_id(s) != voice_set_id(other));
    voice_set_unref(s);
    voice_set_unref(same);
    voice_set_unref(other);
}

/* --- putting together --- */

static struct voice_order order(const char *number, const char *counter)
{
    return (struct voice_order){.number = str_of(number),
                                .counter = str_of(counter),
                                .languages = {ZH, EN},
                                .n = 2,
                                .repeat = 1};
}

static size_t sum(const struct voice_set *s, int language, const char *words)
{
    struct str rest = str_of(words), word;
    char text[VOICE_WORD_MAX];
    size_t len = 0;

    while (str_cut(&rest, ' ', &word)) {
        str_copy(word, text, sizeof(text));
        len += str_is(word, ",") ? VOICE_BYTES_SECOND / 4 : voice_set_bytes(s, language, text);
    }
    return len;
}

/* The length of the sound, whose header must be right. */
static size_t built(const struct voice_set *s, const struct voice_order *o)
{
    struct buf wav;
    struct str samples;

    buf_init(&wav);
    if (!voice_build(s, o, &wav)) {
        assert_int_equal(wav.len, 0);
        return 0;
    }
    const char *fault = voice_wav_read(buf_str(&wav), &samples);
    if (fault != NULL)
        assert_string_equal(fault, "it is longer than 5 s");
    size_t len = wav.len - VOICE_HEADER_BYTES;
    buf_clear(&wav);
    return len;
}

static void test_voice_build_copies_the_clips_behind_one_another(void **state)
{
    struct voice_set *s = voice_set_load(dir, dir);
    struct voice_order o = order("A012", "12");
    size_t zh = sum(s, ZH, "please a 0 1 2 number to 10 2 number counter");
    size_t en = sum(s, EN, "a 0 1 2 , counter 12"), between = VOICE_BYTES_SECOND / 2;
    struct buf wav, clip;

    assert_int_equal(built(s, &o), zh + between + en);
    o.repeat = 3;
    assert_int_equal(built(s, &o), 3 * zh + 5 * between + 3 * en);
    o.repeat = 1;
    o.languages[0] = EN;
    o.languages[1] = ZH;
    buf_init(&wav);
    assert_true(voice_build(s, &o, &wav));
    buf_init(&clip);
    assert_true(voice_set_add(s, EN, "a", &clip));
    assert_memory_equal(wav.p + VOICE_HEADER_BYTES, clip.p, clip.len);
    buf_reset(&clip);
    assert_true(voice_set_add(s, ZH, "counter", &clip));
    assert_int_equal(clip.len, voice_set_bytes(s, ZH, "counter"));
    assert_memory_equal(wav.p + wav.len - clip.len, clip.p, clip.len);
    assert_false(voice_set_add(s, ZH, "no-such-word", &clip));
    buf_clear(&clip);
    buf_clear(&wav);
    voice_set_unref(s);
}

static void test_voice_build_leaves_out_a_language_that_lacks_a_word(void **state)
{
    struct voice_order o = order("B345", "12");
    char path[192];

    path_of(path, "zh", "10.wav");
    assert_int_equal(unlink(path), 0);
    struct voice_set *s = voice_set_load(dir, dir);
    assert_int_equal(built(s, &o), sum(s, EN, "b 3 4 5 , counter 12"));
    o.counter = STR("9"); /* needs no ten */
    assert_true(built(s, &o) > sum(s, EN, "b 3 4 5 , counter 9"));
    o.counter = STR("12");
    o.languages[1] = DE;
    assert_int_equal(built(s, &o), 0);
    voice_set_unref(s);
}

static void test_voice_build_says_the_name_of_a_counter(void **state)
{
    struct voice_order o = order("A012", "east-2");

    put_clip("zh", "name-east-2", 5, 777);
    struct voice_set *s = voice_set_load(dir, dir);
    o.n = 1;
    assert_int_equal(built(s, &o), sum(s, ZH, "please a 0 1 2 number to name-east-2"));
    o.brief = true;
    assert_int_equal(built(s, &o), sum(s, ZH, "a 0 1 2 number , name-east-2"));
    voice_set_unref(s);
}

/* What a worker may do between two events; a call in real clips, three times in two languages. */
static void test_voice_build_takes_no_time(void **state)
{
    const char *word;
    struct voice_order o = order("A012", "112");
    int64_t best_us = INT64_MAX;

    for (int l = 0; l < 2; l++)
        for (int i = 0; (word = voice_needed(l, i)) != NULL; i++)
            put_clip(l == ZH ? "zh" : "en", word, 1, VOICE_RATE / 2);
    struct voice_set *s = voice_set_load(dir, dir);
    o.repeat = 3;
    for (int i = 0; i < 20; i++) {
        int64_t begun_us = clock_mono_us();
        assert_true(built(s, &o) > 30 * VOICE_BYTES_SECOND);
        if (clock_mono_us() - begun_us < best_us)
            best_us = clock_mono_us() - begun_us;
    }
    print_message("the longest call is put together in %lld us\n", (long long)best_us);
    assert_true(best_us < 20000); /* under sanitizers, beside others */
    voice_set_unref(s);
}

static void test_voice_build_is_bounded(void **state)
{
    struct voice_order o = order("AB1234", "a123b456c789d111e999f777g888h222");
    const char *word;

    for (int i = 0; (word = voice_needed(ZH, i)) != NULL; i++)
        put_clip("zh", word, 1, VOICE_CLIP_MAX / 2);
    struct voice_set *s = voice_set_load(dir, dir);
    o.n = 1;
    assert_int_equal(built(s, &o), 0);
    voice_set_unref(s);
}

/* --- what is kept --- */

static void test_voice_cache_keeps_the_most_recent_ones_within_its_bound(void **state)
{
    struct voice_cache *c = voice_cache_new(4000);
    char sound[1000];

    memset(sound, 3, sizeof(sound));
    struct str s = {sound, sizeof(sound)};
    assert_null(voice_cache_get(c, STR("a")).p);
    voice_cache_put(c, STR("a"), s);
    voice_cache_put(c, STR("b"), s);
    voice_cache_put(c, STR("c"), s);
    assert_int_equal(voice_cache_get(c, STR("a")).len, sizeof(sound)); /* b is the oldest now */
    voice_cache_put(c, STR("d"), s);
    assert_true(voice_cache_bytes(c) <= 4000);
    assert_null(voice_cache_get(c, STR("b")).p);
    assert_memory_equal(voice_cache_get(c, STR("a")).p, sound, sizeof(sound));
    voice_cache_put(c, STR("d"), (struct str){sound, 10}); /* in place of the one before */
    assert_int_equal(voice_cache_get(c, STR("d")).len, 10);
    struct buf large;
    buf_init(&large);
    for (int i = 0; i < 5; i++)
        buf_add(&large, sound, sizeof(sound));
    voice_cache_put(c, STR("e"), buf_str(&large));
    assert_null(voice_cache_get(c, STR("e")).p);
    assert_non_null(voice_cache_get(c, STR("a")).p);
    buf_clear(&large);
    voice_cache_clear(c);
    assert_int_equal(voice_cache_bytes(c), 0);
    voice_cache_put(c, STR("a"), s);
    voice_cache_free(c);
}

#define WITH_SET(test) cmocka_unit_test_setup_teardown(test, make_set, drop_set)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_voice_wav_read_takes_what_recorders_write),
        cmocka_unit_test(test_voice_wav_read_refuses_what_is_no_clip),
        WITH_SET(test_voice_set_load_leaves_out_what_is_no_clip),
        WITH_SET(test_voice_set_keeps_what_it_has_read),
        WITH_SET(test_voice_set_id_changes_with_any_clip),
        WITH_SET(test_voice_build_copies_the_clips_behind_one_another),
        WITH_SET(test_voice_build_leaves_out_a_language_that_lacks_a_word),
        WITH_SET(test_voice_build_says_the_name_of_a_counter),
        WITH_SET(test_voice_build_takes_no_time),
        WITH_SET(test_voice_build_is_bounded),
        cmocka_unit_test(test_voice_cache_keeps_the_most_recent_ones_within_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
