/* What the service manager is told. SPDX-License-Identifier: MIT */
#include "notify.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
/* after those */
#include <cmocka.h>

/* A socket such as the manager's; abstract where path begins with '@'. */
static int manager(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    memcpy(at.sun_path, path, strlen(path));
    if (path[0] == '@')
        at.sun_path[0] = '\0';
    assert_int_equal(
        bind(fd, (struct sockaddr *)&at, offsetof(struct sockaddr_un, sun_path) + strlen(path)), 0);
    setenv("NOTIFY_SOCKET", path, 1);
    return fd;
}

static void assert_told(int fd, const char *text)
{
    char got[256] = "";

    assert_int_equal(recv(fd, got, sizeof(got) - 1, 0), strlen(text));
    assert_string_equal(got, text);
}

static void test_notify_reaches_a_socket_with_a_path(void **state)
{
    char dir[] = "/tmp/paihao-notify-XXXXXX", path[64];

    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/s", dir);
    int fd = manager(path);
    notify("READY=1\nSTATUS=Serving.");
    assert_told(fd, "READY=1\nSTATUS=Serving.");
    notify("WATCHDOG=1");
    assert_told(fd, "WATCHDOG=1");
    close(fd);
    notify("STOPPING=1"); /* nobody reads any more: only a warning */
    unlink(path);
    rmdir(dir);
}

static void test_notify_reaches_an_abstract_socket(void **state)
{
    char path[64];

    snprintf(path, sizeof(path), "@paihao-notify-%d", (int)getpid());
    int fd = manager(path);
    notify("READY=1");
    assert_told(fd, "READY=1");
    close(fd);
}

static void test_notify_is_silent_without_a_manager(void **state)
{
    unsetenv("NOTIFY_SOCKET");
    notify("READY=1");
    setenv("NOTIFY_SOCKET", "relative", 1);
    notify("READY=1");
}

static void test_notify_watchdog_ms_is_half_of_what_is_asked_for(void **state)
{
    char pid[16];

    unsetenv("WATCHDOG_PID");
    unsetenv("WATCHDOG_USEC");
    assert_int_equal(notify_watchdog_ms(), 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_in_range(notify_watchdog_ms(), 14000, 15001);
    setenv("WATCHDOG_PID", "1", 1); /* meant for another process */
    assert_int_equal(notify_watchdog_ms(), 0);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    assert_in_range(notify_watchdog_ms(), 14000, 15001);
    setenv("WATCHDOG_USEC", "soon", 1);
    assert_int_equal(notify_watchdog_ms(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notify_reaches_a_socket_with_a_path),
        cmocka_unit_test(test_notify_reaches_an_abstract_socket),
        cmocka_unit_test(test_notify_is_silent_without_a_manager),
        cmocka_unit_test(test_notify_watchdog_ms_is_half_of_what_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
