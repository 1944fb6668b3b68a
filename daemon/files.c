/* Small files beside the store: written aside and renamed, so that a reader never meets half of
 * one. Main thread. SPDX-License-Identifier: MIT */
#include "files.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool path_of(char out[PATH_MAX], const char *state_dir, const char *name)
{
    int len = snprintf(out, PATH_MAX, "%s/%s", state_dir, name);
    return len > 0 && len < PATH_MAX;
}

/* Also what stands above it, so that a first start needs no other command. */
static bool make_dirs(const char *dir)
{
    char path[PATH_MAX];

    if (!path_of(path, dir, ""))
        return false;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return true;
}

/* Not the lock of the embedded Redis: a daemon with an external one has a state directory, too. */
int files_lock(const char *state_dir)
{
    char path[PATH_MAX];

    if (!make_dirs(state_dir) || !path_of(path, state_dir, "daemon.lock")) {
        log_error_errno("state directory %s cannot be made", state_dir);
        return -1;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        log_error_errno("state directory %s cannot be used", state_dir);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        log_error("state directory %s: another paihaod runs there", state_dir);
        (void)close(fd); /* nothing was written to it */
        return -1;
    }
    return fd;
}

static bool write_all(int fd, const char *text)
{
    size_t len = strlen(text), at = 0;

    while (at < len) {
        ssize_t n = write(fd, text + at, len - at);
        if (n < 0 && errno != EINTR)
            return false;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool write_file(const char *state_dir, const char *name, const char *text)
{
    char path[PATH_MAX], aside[PATH_MAX], aside_name[64];

    (void)snprintf(aside_name, sizeof(aside_name), "%s.new", name); /* names of ours are short */
    if (!path_of(path, state_dir, name) || !path_of(aside, state_dir, aside_name))
        return false;
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && fchmod(fd, 0600) == 0 && write_all(fd, text);
    if (fd >= 0 && close(fd) != 0)
        ok = false;
    if (!ok || rename(aside, path) != 0) {
        log_error_errno("%s cannot be written", path);
        return false;
    }
    return true;
}

bool files_make_token(const char *state_dir, char token[SEAL_TOKEN_CHARS + 1])
{
    char line[SEAL_TOKEN_CHARS + 2];

    seal_token(token);
    (void)snprintf(line, sizeof(line), "%s\n", token); /* exactly fits */
    return write_file(state_dir, "ctl.token", line);
}

bool files_write_ports(const char *state_dir, int port, int admin_port)
{
    char line[96];

    (void)snprintf(line, sizeof(line), "{\"http\":%d,\"admin\":%d,\"pid\":%d}\n", port, admin_port,
                   (int)getpid()); /* three ints fit */
    return write_file(state_dir, "ports", line);
}

void files_remove(const char *state_dir)
{
    static const char *const names[] = {"ctl.token", "ports"};
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (path_of(path, state_dir, names[i]))
            (void)unlink(path); /* may never have been written */
}
