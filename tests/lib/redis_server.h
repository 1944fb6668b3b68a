/* A real redis-server of a unit test, on a unix socket in a folder of its own.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_REDIS_SERVER_H
#define PAIHAO_TESTS_REDIS_SERVER_H

struct redis_server;

/* Makes the folder only. password: or NULL. */
struct redis_server *redis_server_new(const char *password);
void redis_server_free(struct redis_server *r); /* kills it and removes the folder */
/* With append-only file and fsync always. Does not wait until it answers: the store does. */
void redis_server_start(struct redis_server *r);
/* SIGSTOP, SIGCONT; after SIGKILL and SIGTERM it is waited for and can be started again. */
void redis_server_signal(struct redis_server *r, int signal);
const char *redis_server_socket(const struct redis_server *r);
const char *redis_server_dir(const struct redis_server *r);

/* A new folder of its own for a test, mode 0700; the caller frees the name with remove_dir(). */
char *temp_dir(void);
void remove_dir(char *dir);

#endif
