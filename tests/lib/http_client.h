/* An HTTP client for tests of the HTTP floor: it writes raw bytes, however wrong, and reads
 * answers. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_TESTS_HTTP_CLIENT_H
#define PAIHAO_TESTS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct client {
    int fd;
    char *in; /* what was read and not yet taken */
    size_t in_len;
};

struct reply {
    int status; /* 0: the connection ended (or nothing came for ten seconds) first */
    char head[4096];
    char *body; /* NUL-terminated */
    size_t body_len;
};

void client_open(struct client *c, int port);
void client_close(struct client *c);
void client_send(struct client *c, const char *bytes, size_t len);
void client_say(struct client *c, const char *text);
/* Reads one answer with its body (by length or chunks). */
void client_reply(struct client *c, struct reply *r);
void client_reply_head(struct client *c,
                       struct reply *r); /* of an answer to HEAD, or of a stream */
void reply_clear(struct reply *r);
bool reply_has(const struct reply *r, const char *field_line);
/* The next bytes of a stream, without the chunk lines, until they end with tail; false: it ended
 * first. */
bool client_stream_until(struct client *c, const char *tail);
char *client_stream_text(struct client *c, const char *tail); /* likewise; NULL; mem_free() */
/* True when the peer closes (or resets) within ten seconds; what it sends before is thrown away. */
bool client_sees_end(struct client *c);
/* One byte every few milliseconds until the peer closes or the text is over: true when it closed.
 */
bool client_trickles_to_end(struct client *c, const char *text);
/* Says text on a fresh connection and gives the status of the answer. */
int ask(int port, const char *text);

#endif
