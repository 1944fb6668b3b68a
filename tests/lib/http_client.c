/* The raw HTTP client of tests. Runs on the test's thread; blocks, but never longer than
 * PATIENCE_S. SPDX-License-Identifier: MIT */
#include "tests/lib/http_client.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 10 };

void client_open(struct client *c, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {PATIENCE_S, 0};

    *c = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        perror("connect");
}

void client_close(struct client *c)
{
    close(c->fd);
    mem_free(c->in);
    *c = (struct client){.fd = -1};
}

void client_send(struct client *c, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL);

        if (n <= 0)
            return; /* the peer has closed; what it answered is still to be read */
        bytes += n;
        len -= (size_t)n;
    }
}

void client_say(struct client *c, const char *text)
{
    client_send(c, text, strlen(text));
}

/* False at the end of the connection. */
static bool read_more(struct client *c)
{
    char bytes[16384];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);

    if (n <= 0)
        return false;
    c->in = mem_realloc(c->in, c->in_len + (size_t)n + 1);
    memcpy(c->in + c->in_len, bytes, (size_t)n);
    c->in_len += (size_t)n;
    c->in[c->in_len] = '\0';
    return true;
}

static void take(struct client *c, size_t n)
{
    memmove(c->in, c->in + n, c->in_len - n + 1);
    c->in_len -= n;
}

/* The length of what stands before the first end, with it; 0 at the end of the connection. */
static size_t read_through(struct client *c, const char *end)
{
    char *at;

    while (c->in_len == 0 || (at = memmem(c->in, c->in_len, end, strlen(end))) == NULL) {
        if (!read_more(c))
            return 0;
    }
    return (size_t)(at - c->in) + strlen(end);
}

void client_reply_head(struct client *c, struct reply *r)
{
    size_t n = read_through(c, "\r\n\r\n");

    *r = (struct reply){0};
    if (n == 0 || n >= sizeof(r->head) || sscanf(c->in, "HTTP/1.%*d %d", &r->status) != 1) {
        r->status = 0;
        return;
    }
    memcpy(r->head, c->in, n);
    take(c, n);
}

static bool add_body(struct client *c, struct reply *r, size_t n)
{
    while (c->in_len < n) {
        if (!read_more(c))
            return false;
    }
    r->body = mem_realloc(r->body, r->body_len + n + 1);
    if (n > 0)
        memcpy(r->body + r->body_len, c->in, n);
    r->body_len += n;
    r->body[r->body_len] = '\0';
    if (n > 0)
        take(c, n);
    return true;
}

void client_reply(struct client *c, struct reply *r)
{
    const char *length;

    client_reply_head(c, r);
    length = strcasestr(r->head, "\r\nContent-Length:");
    if (r->status >= 200 && length != NULL) {
        if (!add_body(c, r, strtoul(strchr(length, ':') + 1, NULL, 10)))
            r->status = 0;
    }
}

void reply_clear(struct reply *r)
{
    mem_free(r->body);
    *r = (struct reply){0};
}

bool reply_has(const struct reply *r, const char *field_line)
{
    char wanted[512];

    snprintf(wanted, sizeof(wanted), "\r\n%s\r\n", field_line);
    return strcasestr(r->head, wanted) != NULL;
}

char *client_stream_text(struct client *c, const char *tail)
{
    char *text = NULL;
    size_t len = 0, room = 0;
    bool found = false;

    while (!found) {
        size_t line = read_through(c, "\r\n");
        size_t chunk = line > 0 ? strtoul(c->in, NULL, 16) : 0;

        if (chunk == 0)
            break;
        take(c, line);
        while (c->in_len < chunk + 2) {
            if (!read_more(c))
                goto out;
        }
        if (room < len + chunk + 1) {
            room = 2 * (len + chunk + 1);
            text = mem_realloc(text, room);
        }
        memcpy(text + len, c->in, chunk);
        len += chunk;
        text[len] = '\0';
        take(c, chunk + 2);
        found = len >= strlen(tail) && strcmp(text + len - strlen(tail), tail) == 0;
    }
out:
    if (found)
        return text;
    mem_free(text);
    return NULL;
}

bool client_stream_until(struct client *c, const char *tail)
{
    char *text = client_stream_text(c, tail);
    bool found = text != NULL;

    mem_free(text);
    return found;
}

bool client_sees_end(struct client *c)
{
    char bytes[16384];
    ssize_t n;

    do
        n = recv(c->fd, bytes, sizeof(bytes), 0);
    while (n > 0);
    return n == 0 || errno == ECONNRESET || errno == EPIPE;
}

bool client_trickles_to_end(struct client *c, const char *text)
{
    for (; *text != '\0'; text++) {
        struct pollfd p = {c->fd, POLLIN, 0};

        if (send(c->fd, text, 1, MSG_NOSIGNAL) < 0)
            return true;
        if (poll(&p, 1, 10) > 0)
            return client_sees_end(c);
    }
    return false;
}

int ask(int port, const char *text)
{
    struct client c;
    struct reply r;
    int status;

    client_open(&c, port);
    client_say(&c, text);
    client_reply(&c, &r);
    status = r.status;
    reply_clear(&r);
    client_close(&c);
    return status;
}
