/* The signs of a hall file: what is refused, with its place; addresses stay in the house; nothing
 * of them is for the public. SPDX-License-Identifier: MIT */
#include "config/address.h"
#include "tests/lib/hall_text.h"

#define SIGN(...) "profile: p}\nsigns:\n  - {code: a, " __VA_ARGS__ "}\n"
#define AT        "address: \"127.0.0.1:5005\""

static const struct bad BAD[] = {
    {"profile: p}\n", SIGN("driver: new"), "19:23: ", "onbon"},
    {"profile: p}\n", SIGN("driver: onbon"), "19:5: `address` is missing", "onbon"},
    {"profile: p}\n", SIGN("driver: onbon, address: \"8.8.8.8:5005\""),
     "19:39: This address lies outside the house", "private"},
    {"profile: p}\n", SIGN("driver: onbon, address: \"sign.example:5005\""),
     "19:39: An address is numeric", ""},
    {"profile: p}\n", SIGN("driver: onbon, address: \"serial:/dev/sda:9600\""),
     "19:39: A serial line", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", counter: \"2\""),
     "19:66: There is no counter `2`", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", zone: B"),
     "19:63: No counter of this file is in zone `B`", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", counter: \"1\", zone: B"),
     "19:77: A sign shows a counter or a zone", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", closed: x"),
     "19:65: `closed` belongs to the sign of one counter", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", width: 60"), "19:64: `width` must be", "8"},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", x: 1"), "19:60: `x` must be", "8"},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", area: 8"), "19:63: `area`", "0 to 7"},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", colour: blue"), "19:65: ", "red"},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", text: \"{name}\""),
     "19:63: A sign's text may hold", "{name}"},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", refresh_seconds: 0"), "19:74: ", "1 to 60"},
    {"profile: p}\n", SIGN("driver: onbon, " AT ", frame: \"00\""),
     "19:64: `frame` and `answer` belong to", ""},
    {"profile: p}\n", SIGN("driver: frame, " AT), "19:5: `frame` is missing", ""},
    {"profile: p}\n", SIGN("driver: frame, " AT ", frame: \"00 {nix}\""),
     "19:64: This placeholder is not known", "At character 4: `{nix}`"},
    {"profile: p}\n", SIGN("driver: frame, " AT ", frame: \"00\", answer: \"{letter}\""),
     "19:78: This placeholder may not stand in an answer", ""},
    {"profile: p}\n", SIGN("driver: modbus, address: \"serial:/dev/ttyS0:9600\", unit: 0"),
     "19:72: On a serial line", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT "}\n  - {code: a, driver: \"null\""),
     "20:12: There is another sign `a` above", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT "}\n  - {code: b, driver: alpha, " AT),
     "20:23: Sign `a` has the same address and driver onbon", ""},
    {"profile: p}\n", SIGN("driver: onbon, " AT "}\n  - {code: b, driver: onbon, " AT),
     "20:39: Sign `a` has the same address and the same `area`", ""},
    {"profile: p}\n", SIGN("driver: alpha, " AT "}\n  - {code: b, driver: alpha, " AT),
     "20:39: Sign `a` has the same address and the same `unit`", ""},
};

static void test_hall_signs_are_refused_with_their_place(void **state)
{
    check_bad(BAD, sizeof(BAD) / sizeof(BAD[0]));
}

static void test_hall_signs_come_back_as_they_were(void **state)
{
    struct buf text = replaced(
        "profile: p}\n",
        "profile: p, zone: A}\nsigns:\n"
        "  - {code: a, driver: \"null\"}\n"
        "  - {code: b, driver: onbon, " AT ", counter: \"1\", closed: 停}\n"
        "  - {code: c, driver: onbon, " AT ", area: 1, zone: A, text: \"{number} → {counter}\"}\n"
        "  - {code: d, driver: frame, address: \"serial:/dev/ttyUSB0:9600:7e1\",\n"
        "     frame: \"{addr} {num:be16} {sum8}\", answer: \"06 ??\"}\n");
    struct hall_file *hall = read_good(buf_str(&text));
    struct buf json;

    assert_int_equal(hall->sign_count, 4);
    assert_string_equal(hall->signs[0].text, "{number} {counter}");
    assert_int_equal(hall->signs[0].refresh_seconds, 10);
    assert_string_equal(hall->signs[3].frame, "{addr} {num:be16} {sum8}");
    check_lossless(hall, hall_json);
    check_lossless(hall, hall_yaml);
    buf_init(&json);
    hall_public_json(hall, &json); /* where they are is nobody's business */
    assert_null(strstr(json.p, "signs"));
    assert_null(strstr(json.p, "127.0.0.1"));
    buf_clear(&json);
    hall_free(hall);
    buf_clear(&text);
}

static const struct {
    const char *text;
    bool good;
} ADDRESSES[] = {
    {"127.0.0.1:5005", true},
    {"10.0.0.1:1", true},
    {"172.16.0.1:65535", true},
    {"172.31.255.255:5005", true},
    {"192.168.1.21:5005", true},
    {"169.254.3.4:5005", true},
    {"[::1]:5005", true},
    {"[fd12::5]:5005", true},
    {"serial:/dev/ttyUSB0:9600", true},
    {"serial:/dev/pts/3:115200", true},
    {"serial:/dev/serial/by-path/pci-0000:00:14.0-usb:9600:8n1", true},
    {"172.32.0.1:5005", false},
    {"172.15.0.1:5005", false},
    {"192.169.0.1:5005", false},
    {"0.0.0.0:5005", false},
    {"255.255.255.255:5005", false},
    {"224.0.0.1:5005", false},
    {"8.8.8.8:53", false},
    {"[2001:db8::1]:5005", false},
    {"[::ffff:8.8.8.8]:5005", false},
    {"[fe80::1]:5005", false}, /* of which interface? */
    {"::1:5005", false},
    {"127.0.0.1", false},
    {"127.0.0.1:", false},
    {"127.0.0.1:0", false},
    {"127.0.0.1:65536", false},
    {"127.1:5005", false},
    {"localhost:5005", false},
    {":5005", false},
    {"", false},
    {"[]:5005", false},
    {"serial:", false},
    {"serial:/dev/ttyUSB0", false},
    {"serial:/dev/ttyUSB0:9601", false},
    {"serial:/dev/ttyUSB0:9600:9n1", false},
    {"serial:/dev/ttyUSB0:9600:8n2", false},
    {"serial:/dev/tty:9600", false},
    {"serial:/dev/tty/../sda:9600", false},
    {"serial:/dev/watchdog:9600", false},
    {"serial:/etc/passwd:9600", false},
    {"serial::9600", false},
    {"serial:9600", false},
    {"serial:8n1", false},
};

static void test_address_read_stays_in_the_house(void **state)
{
    int wrong = 0;

    for (size_t i = 0; i < sizeof(ADDRESSES) / sizeof(ADDRESSES[0]); i++) {
        struct address a;
        const char *why = NULL;
        bool good = address_read(str_of(ADDRESSES[i].text), &a, &why);

        if (good != ADDRESSES[i].good || (!good && why == NULL)) {
            print_error("%s is %s\n", ADDRESSES[i].text, good ? "taken" : "refused");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_address_read_takes_it_apart(void **state)
{
    struct address a;
    const char *why;

    assert_true(address_read(STR("[fd12::5]:5005"), &a, &why));
    assert_string_equal(a.host, "fd12::5");
    assert_int_equal(a.port, 5005);
    assert_true(address_read(STR("serial:/dev/ttyUSB0:9600:7e1"), &a, &why));
    assert_string_equal(a.host, "");
    assert_string_equal(a.path, "/dev/ttyUSB0");
    assert_int_equal(a.baud, 9600);
    assert_int_equal(a.data_bits, 7);
    assert_int_equal(a.parity, 'e');
    assert_true(address_read(STR("serial:/dev/ttyS1:1200"), &a, &why));
    assert_int_equal(a.data_bits, 8);
    assert_int_equal(a.parity, 'n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hall_signs_are_refused_with_their_place),
        cmocka_unit_test(test_hall_signs_come_back_as_they_were),
        cmocka_unit_test(test_address_read_stays_in_the_house),
        cmocka_unit_test(test_address_read_takes_it_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
