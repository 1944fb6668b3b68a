/* display/sign_line.c: a serial line (a pseudo terminal) passes every byte unchanged and never
 * blocks; what is no terminal is not written to. SPDX-License-Identifier: MIT */
#include "display/sign_inside.h"

#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

static int master;
static struct address line;

static int set_up(void **state)
{
    char text[128];
    const char *why;

    master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        return -1;
    (void)snprintf(text, sizeof text, "serial:%s:19200:7e1", ptsname(master));
    return address_read(str_of(text), &line, &why) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)close(master); /* a test may have done so */
    return 0;
}

static void test_sign_line_passes_every_byte(void **state)
{
    unsigned char sent[256], got[256];
    size_t have = 0;
    int fd = sign_line_open(&line);

    assert_true(fd >= 0);
    for (int i = 0; i < 256; i++)
        sent[i] = (unsigned char)i;
    assert_int_equal(write(fd, sent, sizeof sent), sizeof sent);
    while (have < sizeof got) {
        struct pollfd p = {master, POLLIN, 0};
        assert_int_equal(poll(&p, 1, 10000), 1);
        ssize_t n = read(master, got + have, sizeof got - have);
        assert_true(n > 0);
        have += (size_t)n;
    }
    assert_memory_equal(sent, got, sizeof sent);
    struct termios t;
    assert_int_equal(tcgetattr(fd, &t), 0);
    assert_int_equal(cfgetospeed(&t), B19200);
    sign_line_close(&line, fd);
}

/* Nobody reads: the line is full at some time, and neither writing nor closing waits for it. */
static void test_sign_line_never_blocks(void **state)
{
    char much[4096] = "";
    int fd = sign_line_open(&line);
    ssize_t n;
    int writes = 0;

    assert_true(fd >= 0);
    assert_int_equal(read(fd, much, 1), -1);
    assert_int_equal(errno, EAGAIN);
    while ((n = write(fd, much, sizeof much)) > 0)
        assert_true(++writes < 1000);
    assert_int_equal(errno, EAGAIN);
    int64_t begun_ms = clock_mono_ms();
    sign_line_close(&line, fd);
    assert_true(clock_mono_ms() - begun_ms < 5000); /* the kernel would wait for 30 s */
}

static void test_sign_line_takes_terminals_only(void **state)
{
    struct address file = {.baud = 9600, .data_bits = 8, .parity = 'n'};

    str_copy(STR("/dev/null"), file.path, sizeof file.path);
    assert_int_equal(sign_line_open(&file), -1);
    str_copy(STR("/dev/pts/99999"), file.path, sizeof file.path);
    assert_int_equal(sign_line_open(&file), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sign_line_passes_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sign_line_never_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sign_line_takes_terminals_only, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
