/* A small HTTP peer for unit tests: it listens on loopback, and a function of the test's own
 * answers as badly as it likes. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_PEER_H
#define PAIHAO_TESTS_PEER_H

#include <pthread.h>
#include <stdbool.h>

/* Answers one request (its whole text) on fd, on a thread of the connection's own; false closes it.
 */
typedef bool (*peer_fn)(int fd, const char *request);

struct peer {
    int fd;
    int port;
    pthread_t thread;
    peer_fn fn;
    int connections; /* accepted so far; __atomic */
};

void peer_start(struct peer *p, peer_fn fn);
void peer_stop(struct peer *p); /* connections end when the other side closes them */
int peer_connections(const struct peer *p);
/* Listens on a port of the kernel's choice; the file descriptor. */
int peer_listen(int *port);
void peer_say(int fd, const char *text);
void peer_say_much(int fd, const char *head, const char *piece, int times);
/* Until the other side gives up. */
void peer_say_nothing(int fd);

#endif
