/* Owns the names and contents of what the embedded Redis keeps in the state directory. Runs on the
 * main thread. A directive for Redis is a line in embedded_files_configure().
 * SPDX-License-Identifier: MIT */
#include "store/embedded_files.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LOG_MAX = 1 << 20, /* Redis writes only warnings: months of them */
    STALE_MS = 10000,  /* as long as embedded_stop() gives it */
};

static char *join(const char *dir, const char *name)
{
    struct buf b;

    buf_init(&b);
    buf_addf(&b, "%s/%s", dir, name);
    return buf_take(&b, NULL);
}

static bool make_dir(const char *path)
{
    struct stat st;

    if (mkdir(path, 0700) == 0)
        return true;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    log_error_errno("embedded Redis: directory %s cannot be made", path);
    return false;
}

/* Also what stands above it, so that a first start needs no other command. */
static bool make_dirs(const char *path)
{
    char *copy = mem_strdup(path);
    bool ok = true;

    for (char *slash = copy; ok && (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        ok = make_dir(copy);
        *slash = '/';
    }
    mem_free(copy);
    return ok && make_dir(path);
}

/* Redis reads its configuration by lines and knows \" and \\ inside quotes. */
static bool path_can_be_written(const char *path)
{
    for (const char *p = path; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            log_error("embedded Redis: the state directory's name holds a control character");
            return false;
        }
    return true;
}

static bool socket_fits(const char *path)
{
    size_t max = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;

    if (strlen(path) <= max)
        return true;
    log_error("embedded Redis: %s is longer than the %zu bytes a unix socket may have, choose a "
              "shorter state directory",
              path, max);
    return false;
}

static bool take_lock(struct embedded_files *f)
{
    char *path = join(f->dir, "lock");
    char text[16] = "";
    bool ok = false;

    f->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f->lock_fd < 0) {
        log_error_errno("embedded Redis: lock %s cannot be opened", path);
    } else if (flock(f->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        /* The text is a courtesy: it may be missing. */
        ssize_t len = pread(f->lock_fd, text, sizeof(text) - 1, 0);
        text[len > 0 ? len : 0] = '\0';
        log_error("embedded Redis: state directory %s is in use by another paihaod (process %s)",
                  f->dir, text[0] != '\0' ? text : "unknown");
    } else {
        int len = snprintf(text, sizeof(text), "%d", (int)getpid());
        ok = ftruncate(f->lock_fd, 0) == 0 && pwrite(f->lock_fd, text, (size_t)len, 0) == len;
        if (!ok)
            log_error_errno("embedded Redis: lock %s cannot be written", path);
    }
    mem_free(path);
    return ok;
}

bool embedded_files_init(struct embedded_files *f, const char *state_dir)
{
    *f = (struct embedded_files){.lock_fd = -1};
    if (!path_can_be_written(state_dir) || !make_dirs(state_dir))
        return false;
    char *dir = realpath(state_dir, NULL);
    if (dir == NULL) {
        log_error_errno("embedded Redis: directory %s cannot be used", state_dir);
        return false;
    }
    f->dir = mem_strdup(dir);
    free(dir);
    f->data = join(f->dir, "redis");
    f->socket = join(f->dir, "redis.sock");
    f->conf = join(f->dir, "redis.conf");
    f->pid = join(f->dir, "redis.pid");
    f->log = join(f->dir, "redis.log");
    return path_can_be_written(f->dir) && socket_fits(f->socket) && make_dir(f->data) &&
           take_lock(f);
}

void embedded_files_clear(struct embedded_files *f)
{
    if (f->lock_fd >= 0)
        (void)close(f->lock_fd); /* only the lock matters, and close releases it in any case */
    mem_free(f->dir);
    mem_free(f->data);
    mem_free(f->socket);
    mem_free(f->conf);
    mem_free(f->pid);
    mem_free(f->log);
}

static void add_path(struct buf *b, const char *directive, const char *path)
{
    buf_addf(b, "%s \"", directive);
    for (; *path != '\0'; path++) {
        if (*path == '"' || *path == '\\')
            buf_add_char(b, '\\');
        buf_add_char(b, *path);
    }
    buf_add_c(b, "\"\n");
}

/* Whole or not at all: a Redis that starts meanwhile never reads half a file. */
static bool write_file(const char *path, struct str text)
{
    char *fresh = join(path, "");
    int fd;
    bool ok;

    fresh[strlen(fresh) - 1] = '~'; /* the slash join() wrote */
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ok = fd >= 0 && write(fd, text.p, text.len) == (ssize_t)text.len;
    if (fd >= 0 && close(fd) != 0)
        ok = false;
    ok = ok && rename(fresh, path) == 0;
    if (!ok)
        log_error_errno("embedded Redis: %s cannot be written", path);
    mem_free(fresh);
    return ok;
}

bool embedded_files_configure(const struct embedded_files *f, const char *fsync)
{
    struct buf b;
    bool ok;

    buf_init(&b);
    buf_add_c(&b, "# Written by paihaod at each start; changes are lost.\n"
                  "port 0\n"
                  "unixsocketperm 700\n"
                  "daemonize no\n"
                  "supervised no\n"
                  /* The command line keeps naming this file: a stale process is known by it. */
                  "set-proc-title no\n"
                  "databases 1\n"
                  "loglevel warning\n"
                  "logfile \"\"\n"
                  "save \"\"\n"
                  "appendonly yes\n"
                  "no-appendfsync-on-rewrite no\n"
                  "aof-use-rdb-preamble yes\n"
                  /* A killed Redis may leave half a command at the end: nobody got its answer. */
                  "aof-load-truncated yes\n"
                  "maxmemory-policy noeviction\n"
                  /* Tickets hold texts longer than the default of 64 bytes; packed they take a
                   * third of the memory. */
                  "hash-max-listpack-value 512\n"
                  /* Nobody asks for percentiles of commands; each would be counted. */
                  "latency-tracking no\n"
                  /* Entries leave outboxes one by one, each looked for from the first of its node. */
                  "stream-node-max-bytes 1024\n"
                  "protected-mode yes\n"
                  /* The socket lies in a directory of our own: local is ourselves. */
                  "enable-debug-command local\n"
                  "enable-module-command no\n");
    buf_addf(&b, "appendfsync %s\n", fsync);
    add_path(&b, "dir", f->data);
    add_path(&b, "unixsocket", f->socket);
    ok = write_file(f->conf, buf_str(&b));
    buf_clear(&b);
    return ok;
}

bool embedded_files_write_pid(const struct embedded_files *f, int pid)
{
    char text[16];
    int len = snprintf(text, sizeof(text), "%d\n", pid);

    return write_file(f->pid, (struct str){text, (size_t)len});
}

/* Up to cap - 1 bytes from the end of a file (or of a pseudo-file, which has no size). */
static size_t read_end(const char *path, char *out, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = -1;

    if (fd >= 0) {
        off_t size = lseek(fd, 0, SEEK_END);
        off_t start = size > (off_t)cap - 1 ? size - ((off_t)cap - 1) : 0;
        len = pread(fd, out, cap - 1, start);
        (void)close(fd); /* read only: nothing can be lost */
    }
    out[len > 0 ? len : 0] = '\0';
    return len > 0 ? (size_t)len : 0;
}

/* The pid may be another process's by now: only one whose arguments name our configuration is ours.
 */
static bool is_ours(const struct embedded_files *f, int pid)
{
    char path[32];
    char args[PATH_MAX * 2];

    (void)snprintf(path, sizeof(path), "/proc/%d/cmdline", pid); /* fits any pid */
    size_t len = read_end(path, args, sizeof(args));
    for (size_t at = 0; at < len; at += strlen(args + at) + 1)
        if (strcmp(args + at, f->conf) == 0)
            return true;
    return false;
}

bool embedded_files_end_stale(const struct embedded_files *f)
{
    char text[16];
    int64_t pid;
    size_t len = read_end(f->pid, text, sizeof(text));

    if (len > 0 && text[len - 1] == '\n')
        len--;
    if (!str_to_i64((struct str){text, len}, 2, INT_MAX, &pid) || !is_ours(f, (int)pid))
        return true;
    log_warn("embedded Redis: process %d was left behind by a daemon that was killed, ending it",
             (int)pid);
    int fd = process_open((int)pid);
    bool ended = fd < 0 || process_end(fd, STALE_MS);
    if (fd >= 0)
        (void)close(fd); /* a handle, no data */
    if (!ended)
        log_error("embedded Redis: process %d cannot be ended", (int)pid);
    return ended;
}

int embedded_files_open_log(const struct embedded_files *f)
{
    struct stat st;
    int fd;

    if (stat(f->log, &st) == 0 && st.st_size > LOG_MAX) {
        char *old = join(f->dir, "redis.log.1");
        if (rename(f->log, old) != 0)
            log_warn_errno("embedded Redis: %s cannot be put aside", f->log);
        mem_free(old);
    }
    fd = open(f->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        log_error_errno("embedded Redis: log %s cannot be opened", f->log);
    return fd;
}

void embedded_files_last_line(const struct embedded_files *f, char *out, size_t cap)
{
    char text[1024];
    size_t len = read_end(f->log, text, sizeof(text));

    while (len > 0 && text[len - 1] == '\n')
        text[--len] = '\0';
    const char *line = strrchr(text, '\n');
    (void)snprintf(out, cap, "%s", line != NULL ? line + 1 : text); /* may be cut: only text */
}
