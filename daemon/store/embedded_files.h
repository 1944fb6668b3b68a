/* The files of the embedded Redis in the state directory: lock, configuration, pid, log.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_STORE_EMBEDDED_FILES_H
#define PAIHAO_STORE_EMBEDDED_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct embedded_files {
    char *dir;    /* absolute */
    char *data;   /* dir/redis: the append-only files */
    char *socket; /* dir/redis.sock */
    char *conf;   /* dir/redis.conf */
    char *pid;    /* dir/redis.pid */
    char *log;    /* dir/redis.log */
    int lock_fd;  /* dir/lock, held as long as this daemon lives */
};

/* Makes the directory, takes the lock. False: logged. Cleared by the caller in either case. */
bool embedded_files_init(struct embedded_files *f, const char *state_dir);
void embedded_files_clear(struct embedded_files *f);
/* False: logged. */
bool embedded_files_configure(const struct embedded_files *f, const char *fsync);
/* The pid file names a Redis that runs with our configuration, left behind by a daemon that was
 * killed: ends it. Blocks at most some 10 s. False: it does not go away (logged). */
bool embedded_files_end_stale(const struct embedded_files *f);
bool embedded_files_write_pid(const struct embedded_files *f, int pid);
/* For appending; -1: logged. A long one is put aside first. */
int embedded_files_open_log(const struct embedded_files *f);
/* The last line of the log, for the sentence that says why Redis ended. */
void embedded_files_last_line(const struct embedded_files *f, char *out, size_t cap);

#endif
