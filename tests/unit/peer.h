/* A small HTTP peer for unit tests: a thread for each connection, blocking sockets on loopback, and
 * a function of the test's own that answers as badly as it likes. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_UNIT_PEER_H
#define PAIHAO_TESTS_UNIT_PEER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers one request (its whole text) on fd; false closes the connection. */
typedef bool (*peer_fn)(int fd, const char *request);

struct peer {
    int fd;
    int port;
    pthread_t thread;
    peer_fn fn;
    int connections;
};

struct peer_connection {
    int fd;
    peer_fn fn;
};

static inline void peer_say(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left) {
        ssize_t n = send(fd, text, left, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text += n;
        left -= (size_t)n;
    }
}

static inline void peer_say_much(int fd, const char *head, const char *piece, int times)
{
    peer_say(fd, head);
    for (int i = 0; i < times; i++)
        peer_say(fd, piece);
}

/* Reads one request into in; false at the end of the connection. */
static inline bool peer_read(int fd, char *in, size_t cap)
{
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(fd, in + len, cap - 1 - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
        in[len] = 0;
        const char *end = strstr(in, "\r\n\r\n");
        if (!end)
            continue;
        const char *length = strcasestr(in, "content-length:");
        size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
        if (len >= (size_t)(end + 4 - in) + body)
            return true;
    }
}

static inline void *peer_serve_one(void *arg)
{
    struct peer_connection c = *(struct peer_connection *)arg;
    char in[8192];
    free(arg);
    while (peer_read(c.fd, in, sizeof in))
        if (!c.fn(c.fd, in))
            break;
    close(c.fd);
    return NULL;
}

static inline void *peer_serve(void *arg)
{
    struct peer *p = arg;
    for (;;) {
        int fd = accept(p->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        __atomic_add_fetch(&p->connections, 1, __ATOMIC_RELAXED);
        struct peer_connection *c = malloc(sizeof *c);
        pthread_t t;
        *c = (struct peer_connection){fd, p->fn};
        if (pthread_create(&t, NULL, peer_serve_one, c) != 0)
            abort();
        pthread_detach(t);
    }
}

/* Listens on a port of the kernel's choice. */
static inline int peer_listen(int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 64) ||
        getsockname(fd, (struct sockaddr *)&a, &len))
        abort();
    *port = ntohs(a.sin_port);
    return fd;
}

static inline void peer_start(struct peer *p, peer_fn fn)
{
    p->fn = fn;
    p->fd = peer_listen(&p->port);
    if (pthread_create(&p->thread, NULL, peer_serve, p) != 0)
        abort();
}

static inline void peer_stop(struct peer *p)
{
    shutdown(p->fd, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->fd);
}

static inline int peer_connections(const struct peer *p)
{
    return __atomic_load_n(&p->connections, __ATOMIC_RELAXED);
}

#endif
