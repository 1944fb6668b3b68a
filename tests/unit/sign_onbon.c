/* display/sign_onbon.h against the vendor's published frames, and replies as bad as they come.
 * SPDX-License-Identifier: MIT */
#include "display/sign_onbon.h"

#include "base/mem.h"
#include "display/sign_driver.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define STARTS "a5a5a5a5a5a5a5a5"

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

static const char *hex(struct str s)
{
    static char text[4096];

    assert_true(s.len * 2 < sizeof text);
    text[0] = '\0';
    for (size_t i = 0; i < s.len; i++)
        (void)sprintf(text + 2 * i, "%02x", (unsigned char)s.p[i]);
    return text;
}

static struct str bytes(const char *text)
{
    static char room[1024];
    size_t n = strlen(text) / 2;

    for (size_t i = 0; i < n; i++) {
        unsigned byte;
        assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
        room[i] = (char)byte;
    }
    return (struct str){room, n};
}

static void test_onbon_crc_is_that_of_the_vendor(void **state)
{
    assert_int_equal(onbon_crc("123456789", 9), 0xBB3D); /* CRC-16/ARC's check value */
    struct str ping = bytes("01000080000000000000fe020500a200010000");
    assert_int_equal(onbon_crc(ping.p, ping.len), 0xF868);
}

static void test_onbon_ping_is_the_vendors(void **state)
{
    onbon_ping(1, &out);
    assert_string_equal(hex(buf_str(&out)), STARTS "01000080000000000000fe020500a20001000068f85a");
}

static void test_onbon_on_is_the_vendors(void **state)
{
    onbon_on(ONBON_TO_ANY, true, &out);
    assert_string_equal(hex(buf_str(&out)),
                        STARTS "feff0080000000000000fe020600a300010000015df15a");
}

/* 欢迎光临 on 128 x 32, the width in pixels. */
static void test_onbon_area_is_the_vendors(void **state)
{
    struct buf text;
    buf_init(&text);
    sign_text_gbk(STR("欢迎光临"), &text);
    const struct onbon_area a = {
        .x = 0x8000,
        .width = 0x8080,
        .height = 32,
        .timeout_s = 10,
        .single_line = 2,
        .new_line = 1,
        .mode = 1,
        .speed = 2,
        .stay = 10,
        .text = buf_str(&text),
    };
    onbon_area(&a, &out);
    assert_string_equal(hex(buf_str(&out)), STARTS
                        "feff0080000000000000fe022c00a306010000000123000000800000808020000000"
                        "000a0000000002010100"
                        "020a08000000bbb6d3adb9e2c1d93c495a");
    buf_clear(&text);
}

/* A frame ends with 0x5A, which is a Z. */
static void test_onbon_area_writes_a_z_as_two_bytes(void **state)
{
    struct buf text;
    buf_init(&text);
    sign_text_gbk(STR("Z001请到3号窗口"), &text);
    const struct onbon_area a = {
        .width = 8,
        .height = 16,
        .run_mode = ONBON_RUN_BLANKS,
        .timeout_s = 30,
        .single_line = 2,
        .new_line = 2,
        .mode = ONBON_STATIC,
        .stay = 10,
        .text = buf_str(&text),
    };
    onbon_area(&a, &out);
    assert_string_equal(hex(buf_str(&out)), STARTS
                        "feff0080000000000000fe023300a30601000000012a000000000000080010000000"
                        "021e0000000002020100"
                        "000a0f0000005b02303031c7ebb5bd33bac5b4b0bfda92895a");
    buf_clear(&text);
}

static enum onbon_reply read_frame(const char *text, size_t *used, int *error)
{
    return onbon_read(bytes(text), used, error);
}

/* What a controller says, framed with the code that was held against the vendor's frames above. */
static struct str reply(const char *data)
{
    static char room[256];

    buf_reset(&out);
    struct str d = bytes(data);
    onbon_frame(0x8000, d, &out);
    memcpy(room, out.p, out.len);
    return (struct str){room, out.len};
}

static void test_onbon_read_takes_ack_and_nack(void **state)
{
    size_t used;
    int error;
    struct str ack = reply("a000000000");
    assert_int_equal(onbon_read(ack, &used, &error), ONBON_ACK);
    assert_int_equal(used, ack.len);
    for (size_t i = 0; i < ack.len; i++) {
        assert_int_equal(onbon_read((struct str){ack.p, i}, &used, &error), ONBON_MORE);
        assert_int_equal(used, 0);
    }
    ack.p += 7; /* one 0xA5 is enough */
    ack.len -= 7;
    assert_int_equal(onbon_read(ack, &used, &error), ONBON_ACK);
    struct str nack = reply("a001030000");
    assert_int_equal(onbon_read(nack, &used, &error), ONBON_NACK);
    assert_int_equal(error, ONBON_NACK_BUSY);
    /* Every number of an error comes through the escaping. */
    for (int i = 0; i < 256; i++) {
        char data[16];
        (void)snprintf(data, sizeof data, "a001%02x0000", i);
        assert_int_equal(onbon_read(reply(data), &used, &error), ONBON_NACK);
        assert_int_equal(error, i);
    }
    assert_int_equal(onbon_read(reply("a200010000"), &used, &error), ONBON_OTHER);
}

static void test_onbon_read_refuses_what_is_broken(void **state)
{
    size_t used;
    int error;
    assert_int_equal(read_frame("48545450", &used, &error), ONBON_INVALID);
    assert_int_equal(read_frame("a55a", &used, &error), ONBON_INVALID);
    assert_int_equal(read_frame("a5a6035a", &used, &error), ONBON_INVALID);
    assert_int_equal(read_frame("a5a65a", &used, &error), ONBON_INVALID);
    struct str ack = reply("a000000000");
    for (size_t i = 8; i < ack.len - 1; i++) { /* any byte of it */
        char copy[256];
        memcpy(copy, ack.p, ack.len);
        copy[i] = (char)(copy[i] ^ 0x11);
        enum onbon_reply r = onbon_read((struct str){copy, ack.len}, &used, &error);
        assert_true(r == ONBON_INVALID || r == ONBON_MORE);
    }
    /* Longer than any reply: never more than is there for it. */
    char much[2000];
    memset(much, 0x11, sizeof much);
    much[0] = (char)0xA5;
    much[sizeof much - 1] = 0x5A;
    assert_int_equal(onbon_read((struct str){much, sizeof much}, &used, &error), ONBON_INVALID);
}

/* --- the driver --- */

static struct sign_plan plan = {.width = 64, .height = 16, .colour = 1, .refresh_ms = 10000};

static bool show(const char *text)
{
    struct sign_face f = {.number = "A001"};

    str_copy(str_of(text), f.text, sizeof f.text);
    buf_reset(&out);
    return sign_onbon.show(&plan, &f, &out);
}

static bool holds(const char *piece)
{
    return strstr(hex(buf_str(&out)), piece) != NULL;
}

static void test_sign_onbon_shows_so_that_a_dead_daemon_leaves_it_dark(void **state)
{
    assert_true(show("A001 3"));
    /* 8 bytes by 16 lines at the origin, area 0; run mode 2, 30 s; red */
    assert_true(holds("00000000000800100000"
                      "00"
                      "021e00"));
    assert_true(holds("5c4331413030312033"));
    plan.refresh_ms = 1000;
    plan.area = 7;
    plan.colour = 3;
    assert_true(show("A001 3"));
    assert_true(holds("0000000000080010000700020300"));
    assert_true(holds("5c433341"));
    plan.refresh_ms = 10000;
    plan.area = 0;
    plan.colour = 1;
}

static void test_sign_onbon_lets_run_what_is_too_wide(void **state)
{
    assert_true(show("A001"));
    assert_true(holds("0000000202010000"
                      "0a"));
    assert_true(show("请 A001 号到 3 号窗口"));
    assert_true(holds("0000000101030000"
                      "0a"));
}

/* A text of people must not change colour or font, or hide what stands behind it. */
static void test_sign_onbon_takes_a_backslash_for_a_letter(void **state)
{
    assert_true(show("\\C2\\n"));
    assert_true(holds("5c4331"
                      "a3dc"
                      "4332"
                      "a3dc"
                      "6e"));
    assert_true(show(""));
    assert_true(holds("040000005c433120")); /* dark: a blank */
}

static void test_sign_onbon_refuses_what_no_area_holds(void **state)
{
    char text[500];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_false(show(text));
    assert_int_equal(out.len, 0);
    text[ONBON_TEXT_MAX - 3] = '\0';
    assert_true(show(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_onbon_crc_is_that_of_the_vendor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_onbon_ping_is_the_vendors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_onbon_on_is_the_vendors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_onbon_area_is_the_vendors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_onbon_area_writes_a_z_as_two_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_onbon_read_takes_ack_and_nack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_onbon_read_refuses_what_is_broken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sign_onbon_shows_so_that_a_dead_daemon_leaves_it_dark,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sign_onbon_lets_run_what_is_too_wide, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_sign_onbon_takes_a_backslash_for_a_letter, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_sign_onbon_refuses_what_no_area_holds, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
