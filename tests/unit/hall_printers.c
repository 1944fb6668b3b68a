/* Printers in hall files: every fault with its line and column, and that nobody outside learns
 * where they are. SPDX-License-Identifier: MIT */
#include "tests/lib/hall_text.h"

#define PRINTER(more) "[zh, en]\nprinters: [{code: p, address: \"127.0.0.1:9100\"" more "}]"

static const struct bad BAD[] = {
    {"[zh, en]", "[zh, en]\nprinters: [{code: p}]", "6:12: `address` is missing", ""},
    {"[zh, en]", "[zh, en]\nprinters: [{code: P, address: \"127.0.0.1:9100\"}]", "6:19: A code",
     ""},
    {"[zh, en]", "[zh, en]\nprinters: [{code: p, address: \"127.0.0.1\"}]",
     "6:31: An address is numeric with a port", ""},
    {"[zh, en]", "[zh, en]\nprinters: [{code: p, address: \"lp.local:9100\"}]", "6:31: An address",
     ""},
    {"[zh, en]", "[zh, en]\nprinters: [{code: p, address: \"8.8.8.8:9100\"}]",
     "6:31: This address lies outside the house", ""},
    {"[zh, en]", "[zh, en]\nprinters: [{code: p, address: \"serial:/dev/ttyS0:9600\"}]",
     "6:31: A printer is reached over the network", ""},
    {"[zh, en]", PRINTER(", columns: 40"), "6:58: `columns` is 32", "80 mm"},
    {"[zh, en]", PRINTER(", qr: dots"), "6:53: `qr` must be one of: native raster", ""},
    {"[zh, en]", PRINTER(", encoding: utf8"), "6:59: `encoding` must be one of", ""},
    {"[zh, en]", PRINTER(", cut: 1"), "6:54: `cut` must be yes or no", ""},
    {"[zh, en]", PRINTER(", kiosks: [K1]"), "6:58: A name of a device is", ""},
    {"[zh, en]", PRINTER(", kiosks: [k1, k1]"), "6:62: `k1` has a printer already", ""},
    {"[zh, en]", PRINTER(", header: {en: x}"), "6:57: The text in the hall's own language", ""},
    {"[zh, en]", "[zh]\nprinters: [{code: p, address: \"127.0.0.1:9100\", encoding: ascii}]",
     "6:59: Without Chinese letters", "another language"},
    {"[zh, en]",
     "[zh, en]\nprinters: [{code: p, address: \"127.0.0.1:9100\"}, {code: p, address: "
     "\"127.0.0.1:9101\"}]",
     "6:57: There is another printer `p` above", ""},
    {"[zh, en]",
     "[zh, en]\nprinters: [{code: p, address: \"127.0.0.1:9100\", kiosks: [k1]}, {code: q, "
     "address: "
     "\"127.0.0.1:9101\", kiosks: [k1]}]",
     "6:110: `k1` has a printer already", ""},
};

static void test_hall_printers_say_where_and_what_is_wrong(void **state)
{
    check_bad(BAD, sizeof(BAD) / sizeof(BAD[0]));
}

static void test_hall_printers_keep_their_addresses_to_themselves(void **state)
{
    struct buf text = replaced("[zh, en]", PRINTER(", kiosks: [k1], footer: {zh: 谢谢}"));
    struct hall_file *hall = read_good(buf_str(&text));
    struct buf json;

    buf_init(&json);
    assert_int_equal(hall->printer_count, 1);
    assert_ptr_equal(hall_printer(hall, STR("p")), &hall->printers[0]);
    assert_null(hall_printer(hall, STR("q")));
    assert_int_equal(hall->printers[0].columns, 32);
    assert_true(hall->printers[0].cut);
    hall_json(hall, &json);
    assert_non_null(strstr(json.p, "\"address\":\"127.0.0.1:9100\""));
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    buf_reset(&json);
    hall_public_json(hall, &json);
    assert_null(strstr(json.p, "127.0.0.1"));
    assert_non_null(strstr(json.p,
                           "\"printers\":[{\"code\":\"p\",\"kiosks\":[\"k1\"],\"columns\":32,"
                           "\"qr\":\"native\",\"cut\":true,\"encoding\":\"gb18030\","
                           "\"footer\":{\"zh\":\"谢谢\"}}]"));
    buf_clear(&json);
    hall_free(hall);
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hall_printers_say_where_and_what_is_wrong),
        cmocka_unit_test(test_hall_printers_keep_their_addresses_to_themselves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
