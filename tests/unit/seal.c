/* core/seal.h: key files, records, hashes, links, tokens and passwords.
 * SPDX-License-Identifier: MIT */
#include "core/seal.h"

#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HEX_B "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static char folder[64];
static char path[96];

static int make_folder(void **state)
{
    (void)snprintf(folder, sizeof(folder), "%s/paihao-seal-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof(path), "%s/key", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)unlink(path);   /* some tests make none */
    return rmdir(folder); /* fails when anything else was left behind */
}

static void write_file(const char *text, mode_t mode)
{
    FILE *f;

    (void)unlink(path);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static struct seal *opened(const char *text)
{
    struct seal *s;

    write_file(text, 0600);
    s = seal_open(path, false);
    assert_non_null(s);
    return s;
}

static void test_seal_open_makes_a_key_only_when_told(void **state)
{
    char before[SEAL_HASH_CHARS + 1];
    char after[SEAL_HASH_CHARS + 1];
    struct stat st;
    struct seal *s;

    assert_null(seal_open(path, false));
    s = seal_open(path, true);
    assert_non_null(s);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_nlink, 1);
    seal_hash(s, "phone", STR("x"), before);
    seal_close(s);
    s = seal_open(path, true); /* the same key again */
    assert_non_null(s);
    seal_hash(s, "phone", STR("x"), after);
    assert_string_equal(before, after);
    seal_close(s);
    seal_close(NULL);
}

static void test_seal_open_refuses_a_file_others_can_read(void **state)
{
    static const mode_t bad[] = {0644, 0604, 0602, 0601, 0620, 0666};
    static const mode_t good[] = {0600, 0400, 0640, 0440};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        write_file("k1:" HEX_A "\n", bad[i]);
        assert_null(seal_open(path, true));
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct seal *s;

        write_file("k1:" HEX_A "\n", good[i]);
        s = seal_open(path, true);
        assert_non_null(s);
        seal_close(s);
    }
    assert_null(seal_open(folder, true));
}

static void test_seal_open_refuses_what_is_no_key_file(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "# only a comment\n",
        HEX_A,
        "k1:" HEX_A "00\n",
        "k1:0011\n",
        "k1:" HEX_A "\nk1:" HEX_B "\n", /* the same name twice */
        "K1:" HEX_A "\n",
        ":" HEX_A "\n",
        "averylongname:" HEX_A "\n",
        "k.1:" HEX_A "\n",
        "k1: " HEX_A "\n",
        "k1:zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
        "k1:" HEX_A "\r\n",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        write_file(bad[i], 0600);
        if (seal_open(path, false) != NULL)
            fail_msg("taken: %s", bad[i]);
    }
}

static void test_seal_open_bounds_the_file(void **state)
{
    char text[6000];

    memset(text, '#', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    write_file(text, 0600);
    assert_null(seal_open(path, false));
    text[0] = '\0';
    for (int i = 0; i < 17; i++)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "k%d:%s\n", i, HEX_A);
    write_file(text, 0600);
    assert_null(seal_open(path, false));
    *strstr(text, "k16:") = '\0';
    seal_close(opened(text));
}

static void test_seal_text_opens_only_in_its_context(void **state)
{
    struct seal *s = opened("# first\n\nk1:" HEX_A); /* the last line may lack its end */
    struct buf sealed;
    struct buf plain;

    buf_init(&sealed);
    buf_init(&plain);
    seal_text(s, STR("+8613800000001"), STR("ticket-1"), &sealed);
    assert_true(str_starts(buf_str(&sealed), "k1."));
    assert_null(strstr(sealed.p, "138"));
    buf_add_c(&plain, "before ");
    assert_true(seal_open_text(s, buf_str(&sealed), STR("ticket-1"), &plain));
    assert_string_equal(plain.p, "before +8613800000001");
    assert_false(seal_open_text(s, buf_str(&sealed), STR("ticket-2"), &plain));
    assert_false(seal_open_text(s, buf_str(&sealed), STR(""), &plain));
    assert_string_equal(plain.p, "before +8613800000001");
    buf_clear(&sealed);
    buf_clear(&plain);
    seal_close(s);
}

static void test_seal_text_takes_every_length_and_never_repeats(void **state)
{
    struct seal *s = opened("k1:" HEX_A "\n");
    char text[SEAL_TEXT_MAX];
    struct buf sealed;
    struct buf again;
    struct buf plain;

    memset(text, 'x', sizeof(text));
    for (size_t len = 0; len <= SEAL_TEXT_MAX; len++) {
        struct str whole = {text, len};

        buf_init(&sealed);
        buf_init(&again);
        buf_init(&plain);
        seal_text(s, whole, STR("c"), &sealed);
        seal_text(s, whole, STR("c"), &again);
        assert_false(str_eq(buf_str(&sealed), buf_str(&again)));
        assert_true(seal_open_text(s, buf_str(&sealed), STR("c"), &plain));
        assert_true(str_eq(buf_str(&plain), whole));
        buf_clear(&sealed);
        buf_clear(&again);
        buf_clear(&plain);
    }
    seal_close(s);
}

static void test_seal_open_text_notices_every_changed_byte(void **state)
{
    struct seal *s = opened("k1:" HEX_A "\n");
    struct buf sealed;
    struct buf plain;

    buf_init(&sealed);
    buf_init(&plain);
    seal_text(s, STR("+8613800000001"), STR("c"), &sealed);
    for (size_t i = 0; i < sealed.len; i++) {
        char was = sealed.p[i];

        sealed.p[i] = was == 'A' ? 'B' : 'A';
        assert_false(seal_open_text(s, buf_str(&sealed), STR("c"), &plain));
        sealed.p[i] = '\0';
        assert_false(seal_open_text(s, buf_str(&sealed), STR("c"), &plain));
        sealed.p[i] = was;
        assert_false(seal_open_text(s, (struct str){sealed.p, i}, STR("c"), &plain));
    }
    assert_true(seal_open_text(s, buf_str(&sealed), STR("c"), &plain));
    buf_add_c(&sealed, "AAAA");
    assert_false(seal_open_text(s, buf_str(&sealed), STR("c"), &plain));
    for (int i = 0; i < 2000; i++) /* far longer than any record */
        buf_add_char(&sealed, 'A');
    assert_false(seal_open_text(s, buf_str(&sealed), STR("c"), &plain));
    assert_false(seal_open_text(s, (struct str){NULL, 0}, STR("c"), &plain));
    assert_false(seal_open_text(s, STR("k1."), STR("c"), &plain));
    buf_clear(&sealed);
    buf_clear(&plain);
    seal_close(s);
}

static void test_seal_with_two_keys_seals_with_the_last_and_opens_with_both(void **state)
{
    struct seal *old = opened("k1:" HEX_A "\n");
    struct seal *both = opened("k1:" HEX_A "\nk2:" HEX_B "\n");
    char hash_old[SEAL_HASH_CHARS + 1];
    char hash_both[SEAL_HASH_CHARS + 1];
    char link[SEAL_LINK_CHARS + 1];
    struct buf sealed;
    struct buf plain;

    buf_init(&sealed);
    buf_init(&plain);
    seal_text(old, STR("old"), STR("c"), &sealed);
    assert_true(seal_open_text(both, buf_str(&sealed), STR("c"), &plain));
    buf_reset(&sealed);
    seal_text(both, STR("new"), STR("c"), &sealed);
    assert_true(str_starts(buf_str(&sealed), "k2."));
    assert_true(seal_open_text(both, buf_str(&sealed), STR("c"), &plain));
    assert_string_equal(plain.p, "oldnew");
    assert_false(seal_open_text(old, buf_str(&sealed), STR("c"), &plain));
    sealed.p[1] = '1'; /* the wrong key's name */
    assert_false(seal_open_text(both, buf_str(&sealed), STR("c"), &plain));
    seal_hash(old, "token", STR("x"), hash_old);
    seal_hash(both, "token", STR("x"), hash_both);
    assert_string_equal(hash_old, hash_both); /* a new key ends no login */
    seal_link(old, STR("xh"), STR("t"), link);
    assert_true(seal_link_ok(both, STR("xh"), STR("t"), str_of(link)));
    buf_clear(&sealed);
    buf_clear(&plain);
    seal_close(old);
    seal_close(both);
}

static void test_seal_hash_differs_by_key_purpose_and_value(void **state)
{
    struct seal *a = opened("k1:" HEX_A "\n");
    struct seal *b = opened("k1:" HEX_B "\n");
    char hashes[5][SEAL_HASH_CHARS + 1];

    seal_hash(a, "phone", STR("x"), hashes[0]);
    seal_hash(a, "token", STR("x"), hashes[1]);
    seal_hash(a, "phone", STR("y"), hashes[2]);
    seal_hash(b, "phone", STR("x"), hashes[3]);
    seal_hash(a, "phonex", STR(""), hashes[4]);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(strlen(hashes[i]), SEAL_HASH_CHARS);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(hashes[i], hashes[k]);
    }
    seal_hash(a, "phone", STR("x"), hashes[1]);
    assert_string_equal(hashes[0], hashes[1]);
    seal_close(a);
    seal_close(b);
}

static void test_seal_link_is_good_for_one_ticket(void **state)
{
    struct seal *s = opened("k1:" HEX_A "\n");
    char link[SEAL_LINK_CHARS + 1];

    seal_link(s, STR("xh"), STR("1795465432000-12"), link);
    assert_int_equal(strlen(link), SEAL_LINK_CHARS);
    assert_int_equal(strspn(link, "0123456789abcdefghjkmnpqrstvwxyz"), SEAL_LINK_CHARS);
    assert_true(seal_link_ok(s, STR("xh"), STR("1795465432000-12"), str_of(link)));
    assert_false(seal_link_ok(s, STR("xh"), STR("1795465432000-13"), str_of(link)));
    assert_false(seal_link_ok(s, STR("xh1"), STR("795465432000-12"), str_of(link)));
    assert_false(seal_link_ok(s, STR("xh"), STR("1795465432000-12"), STR("")));
    assert_false(seal_link_ok(s, STR("xh"), STR("1795465432000-12"),
                              (struct str){link, SEAL_LINK_CHARS - 1}));
    for (int i = 0; i < SEAL_LINK_CHARS; i++) {
        char was = link[i];

        link[i] = was == '0' ? '1' : '0';
        assert_false(seal_link_ok(s, STR("xh"), STR("1795465432000-12"), str_of(link)));
        link[i] = was;
    }
    seal_close(s);
}

static void test_seal_token_is_new_every_time(void **state)
{
    char a[SEAL_TOKEN_CHARS + 1];
    char b[SEAL_TOKEN_CHARS + 1];

    seal_token(a);
    seal_token(b);
    assert_int_equal(strlen(a), SEAL_TOKEN_CHARS);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                     SEAL_TOKEN_CHARS);
    assert_string_not_equal(a, b);
}

static void test_seal_password_ok_takes_the_right_one_only(void **state)
{
    char hash[128];
    char again[128];

    assert_true(seal_password_hash(STR("correct horse"), hash));
    assert_true(seal_password_hash(STR("correct horse"), again));
    assert_string_not_equal(hash, again);
    assert_non_null(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_true(seal_password_ok(hash, STR("correct horse")));
    assert_false(seal_password_ok(hash, STR("correct horsf")));
    assert_false(seal_password_ok(hash, STR("")));
    assert_false(seal_password_ok("", STR("correct horse")));
    assert_false(seal_password_ok("$argon2id$", STR("correct horse")));
    assert_false(seal_password_ok(seal_password_dummy(), STR("correct horse")));
    /* The dummy costs as much as a real one. */
    assert_memory_equal(seal_password_dummy(), hash, strlen("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_int_equal(strlen(seal_password_dummy()), strlen(hash));
}

#define SEAL_TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEAL_TEST(test_seal_open_makes_a_key_only_when_told),
        SEAL_TEST(test_seal_open_refuses_a_file_others_can_read),
        SEAL_TEST(test_seal_open_refuses_what_is_no_key_file),
        SEAL_TEST(test_seal_open_bounds_the_file),
        SEAL_TEST(test_seal_text_opens_only_in_its_context),
        SEAL_TEST(test_seal_text_takes_every_length_and_never_repeats),
        SEAL_TEST(test_seal_open_text_notices_every_changed_byte),
        SEAL_TEST(test_seal_with_two_keys_seals_with_the_last_and_opens_with_both),
        SEAL_TEST(test_seal_hash_differs_by_key_purpose_and_value),
        SEAL_TEST(test_seal_link_is_good_for_one_ticket),
        SEAL_TEST(test_seal_token_is_new_every_time),
        SEAL_TEST(test_seal_password_ok_takes_the_right_one_only),
    };

    log_set(LOG_ERROR, LOG_TEXT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
