/* Owns a redis-server child and its folder. Runs on the test's thread. SPDX-License-Identifier: MIT
 */
#include "tests/lib/redis_server.h"

#include "base/mem.h"
#include "base/str.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A test without its server means nothing; also where assert() is compiled out. */
static void must(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    abort();
}

struct redis_server {
    char *dir;
    char *socket;
    const char *password;
    int pid; /* 0: none runs */
};

char *temp_dir(void)
{
    const char *base = getenv("TMPDIR");
    struct buf b;

    buf_init(&b);
    buf_addf(&b, "%s/paihao-test-XXXXXX", base != NULL && base[0] != '\0' ? base : "/tmp");
    char *dir = mkdtemp(buf_take(&b, NULL));
    must(dir != NULL, "mkdtemp");
    return dir;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    return remove(path);
}

void remove_dir(char *dir)
{
    /* What cannot be removed stays in the folder for temporary files. */
    (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    mem_free(dir);
}

struct redis_server *redis_server_new(const char *password)
{
    struct redis_server *r = MEM_NEW(struct redis_server);
    struct buf b;

    buf_init(&b);
    r->dir = temp_dir();
    buf_addf(&b, "%s/redis.sock", r->dir);
    r->socket = buf_take(&b, NULL);
    r->password = password;
    return r;
}

static _Noreturn void become_redis(const struct redis_server *r)
{
    const char *argv[] = {"redis-server",
                          "--port",
                          "0",
                          "--unixsocket",
                          r->socket,
                          "--dir",
                          r->dir,
                          "--save",
                          "",
                          "--appendonly",
                          "yes",
                          "--appendfsync",
                          "always",
                          "--enable-debug-command",
                          "local",
                          "--logfile",
                          "redis.log",
                          r->password != NULL ? "--requirepass" : NULL,
                          r->password,
                          NULL};

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes leaves nothing behind */
    (void)close_range(3, ~0U, 0);
    (void)execvp(argv[0], (char *const *)argv);
    _exit(127);
}

void redis_server_start(struct redis_server *r)
{
    must(r->pid == 0, "redis-server runs already");
    r->pid = fork();
    must(r->pid >= 0, "fork");
    if (r->pid == 0)
        become_redis(r);
}

void redis_server_signal(struct redis_server *r, int signal)
{
    int status;

    must(r->pid > 0 && kill(r->pid, signal) == 0, "kill");
    if (signal != SIGKILL && signal != SIGTERM)
        return;
    must(waitpid(r->pid, &status, 0) == r->pid, "waitpid");
    r->pid = 0;
}

void redis_server_free(struct redis_server *r)
{
    if (r->pid != 0)
        redis_server_signal(r, SIGKILL);
    remove_dir(r->dir);
    mem_free(r->socket);
    mem_free(r);
}

const char *redis_server_socket(const struct redis_server *r)
{
    return r->socket;
}

const char *redis_server_dir(const struct redis_server *r)
{
    return r->dir;
}
