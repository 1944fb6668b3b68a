/* Owns a listening socket and one thread for it; each connection has a thread and blocking reads.
 * SPDX-License-Identifier: MIT */
#include "tests/lib/peer.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    int fd;
    peer_fn fn;
};

void peer_say(int fd, const char *text)
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

void peer_say_much(int fd, const char *head, const char *piece, int times)
{
    peer_say(fd, head);
    for (int i = 0; i < times; i++)
        peer_say(fd, piece);
}

/* Reads one request into in; false at the end of the connection. */
static bool read_request(int fd, char *in, size_t cap)
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

static void *serve_one(void *arg)
{
    struct connection c = *(struct connection *)arg;
    char in[8192];
    free(arg);
    while (read_request(c.fd, in, sizeof in))
        if (!c.fn(c.fd, in))
            break;
    close(c.fd);
    return NULL;
}

static void *serve(void *arg)
{
    struct peer *p = arg;
    for (;;) {
        int fd = accept(p->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        __atomic_add_fetch(&p->connections, 1, __ATOMIC_RELAXED);
        struct connection *c = malloc(sizeof *c);
        pthread_t t;
        *c = (struct connection){fd, p->fn};
        if (pthread_create(&t, NULL, serve_one, c) != 0)
            abort();
        pthread_detach(t);
    }
}

int peer_listen(int *port)
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

void peer_say_nothing(int fd)
{
    char c;
    (void)recv(fd, &c, 1, 0);
}

void peer_start(struct peer *p, peer_fn fn)
{
    p->fn = fn;
    p->fd = peer_listen(&p->port);
    if (pthread_create(&p->thread, NULL, serve, p) != 0)
        abort();
}

void peer_stop(struct peer *p)
{
    shutdown(p->fd, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->fd);
}

int peer_connections(const struct peer *p)
{
    return __atomic_load_n(&p->connections, __ATOMIC_RELAXED);
}
