/* Owns one socket to Redis with hiredis' reader and output buffer, from the first connect to
 * link_free(). Runs on the thread of its loop.
 *
 * hiredis' own asynchronous layer is not used: in 0.14 it aborts the process on a reply nobody
 * asked for, frees itself after a failed connect, knows no deadlines and keeps a second queue
 * beside ours. What is taken from hiredis (redisConnect*NonBlock, redisBufferRead,
 * redisBufferWrite, the reader) is the same in 0.14 and 1.x. To add TLS: after the connect, before
 * enter_auth(). SPDX-License-Identifier: MIT */
#include "store/link.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/timer.h"
#include "store/command.h"
#include "store/errors.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CONNECT_MS = 1000,      /* connect and AUTH together; a request waits at most 3 s for its 503 */
    WAIT_MIN_MS = 50,       /* an embedded Redis is back after about 150 ms */
    WAIT_MAX_MS = 1000,     /* what a recovery may take at most once Redis is back */
    WAIT_LASTING_MS = 5000, /* somebody has to change a setting first: no need to fill two logs */
    WHY_MAX = 256,
    GATHER_MAX =
        16, /* commands in one write: a turn's first ones are done by Redis while we read on
             * (all of them in one write, and the two work by turns: half the throughput) */
};

enum link_state { LINK_WAITING, LINK_CONNECTING, LINK_AUTH, LINK_UP };

struct link {
    struct loop *loop;
    const struct link_ops *ops;
    void *arg;
    char *unix_path;
    char *host;
    int port;
    char *user;
    char *password;
    char name[160];
    enum link_state state;
    redisContext *ctx;      /* NULL only while LINK_WAITING */
    unsigned generation;    /* of ctx: tells a reader that its connection went meanwhile */
    struct event *readable; /* persistent: not armed anew for each read */
    struct event *writable; /* the connect, and output the kernel did not take at once */
    struct event *flush;    /* without a descriptor: runs after all that sent in this turn */
    bool flush_due;
    int gathered;        /* commands since the last write */
    bool deaf;           /* the peer takes nothing more; what it sent before is still read */
    struct timer *timer; /* the next try, or the deadline of the present one */
    int64_t wait_ms;
    int64_t last_read_us;
};

static void on_flush(evutil_socket_t fd, short what, void *arg);

static void link_set_state(struct link *k, enum link_state to)
{
    static const char *const names[] = {"waiting", "connecting", "auth", "up"};
    assert(to == LINK_WAITING || to == k->state + 1 ||
           (to == LINK_UP && k->state == LINK_CONNECTING));
    log_debug("%s: %s -> %s", k->name, names[k->state], names[to]);
    k->state = to;
}

static void close_context(struct link *k)
{
    if (k->ctx == NULL)
        return;
    /* Events first: epoll forgets a descriptor only while it is open. */
    event_free(k->readable);
    event_free(k->writable);
    k->readable = NULL;
    k->writable = NULL;
    (void)event_del(k->flush); /* may not be active; then there is nothing to do */
    k->flush_due = false;
    k->gathered = 0;
    k->deaf = false;
    redisFree(k->ctx);
    k->ctx = NULL;
    k->generation++;
}

/* The next try, after a time that differs between the daemons that lost the same Redis. */
static void try_later(struct link *k, bool lasting)
{
    int64_t wait_ms = lasting ? WAIT_LASTING_MS : k->wait_ms;
    wait_ms = wait_ms / 2 + arc4random_uniform((uint32_t)(wait_ms / 2 + 1));
    k->wait_ms = k->wait_ms * 2 > WAIT_MAX_MS ? WAIT_MAX_MS : k->wait_ms * 2;
    timer_once(k->timer, wait_ms);
}

void link_drop(struct link *k, bool lasting, const char *why)
{
    char sentence[WHY_MAX];
    (void)snprintf(sentence, sizeof(sentence), "%s: %s", k->name, why); /* may be cut: only text */
    close_context(k);
    link_set_state(k, LINK_WAITING);
    try_later(k, lasting);
    k->ops->down(k->arg, sentence);
}

/* Drops with the sentence hiredis left; errno's texts come from the kernel or the resolver. */
static void drop_broken(struct link *k)
{
    char why[sizeof(k->ctx->errstr)];
    (void)snprintf(why, sizeof(why), "%s", k->ctx->errstr[0] != '\0' ? k->ctx->errstr : "broken");
    link_drop(k, false, why);
}

static void enter_up(struct link *k)
{
    timer_stop(k->timer);
    link_set_state(k, LINK_UP);
    k->ops->up(k->arg);
}

static void write_out(struct link *k)
{
    int done = 0;
    if (k->deaf)
        return;
    if (redisBufferWrite(k->ctx, &done) != REDIS_OK) {
        /* Answers of a Redis that died may still be waiting to be read: their calls were done. The
         * end is what is read behind them, or the silence that the owner notices. */
        k->deaf = true;
        k->ctx->err = 0;
        return;
    }
    if (!done)
        event_add(k->writable, NULL);
}

static void flush(struct link *k)
{
    k->gathered = 0;
    /* While the kernel's buffer is full, on_writable() goes on. */
    if (event_pending(k->writable, EV_WRITE, NULL) == 0)
        write_out(k);
}

static void append(struct link *k, struct str command)
{
    /* Fails without memory only, and then hiredis has spoiled the context: the next write drops it.
     */
    (void)redisAppendFormattedCommand(k->ctx, command.p, command.len);
    if (++k->gathered >= GATHER_MAX) {
        flush(k);
    } else if (!k->flush_due) {
        k->flush_due = true;
        event_active(k->flush, EV_TIMEOUT, 0);
    }
}

static void enter_auth(struct link *k)
{
    if (k->password == NULL) {
        enter_up(k);
        return;
    }
    struct buf b;
    buf_init(&b);
    command_begin(&b, k->user != NULL ? 3 : 2);
    command_arg(&b, STR("AUTH"));
    if (k->user != NULL)
        command_arg(&b, str_of(k->user));
    command_arg(&b, str_of(k->password));
    link_set_state(k, LINK_AUTH);
    append(k, buf_str(&b));
    buf_clear(&b);
}

static void on_auth(struct link *k, const redisReply *r)
{
    if (r->type != REDIS_REPLY_ERROR) {
        enter_up(k);
        return;
    }
    const struct store_error *row = store_error_find((struct str){r->str, r->len});
    char why[WHY_MAX];
    if (row != NULL)
        (void)snprintf(why, sizeof(why), "%s", row->reason);
    else
        (void)snprintf(why, sizeof(why), "the login was refused: %.160s", r->str);
    link_drop(k, row == NULL || row->lasting, why);
}

/* False: the connection is gone. */
static bool hand_over(struct link *k)
{
    unsigned generation = k->generation;
    for (;;) {
        void *reply = NULL;
        if (redisGetReplyFromReader(k->ctx, &reply) != REDIS_OK) {
            drop_broken(k);
            return false;
        }
        if (reply == NULL)
            return true;
        if (k->state == LINK_AUTH)
            on_auth(k, reply);
        else
            k->ops->reply(k->arg, (const struct store_value *)reply);
        freeReplyObject(reply);
        if (generation != k->generation)
            return false;
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct link *k = arg;
    if (redisBufferRead(k->ctx) != REDIS_OK) {
        drop_broken(k);
        return;
    }
    k->last_read_us = clock_mono_us();
    (void)hand_over(k); /* nothing of k is used after it */
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct link *k = arg;
    if (k->state != LINK_CONNECTING) {
        write_out(k);
        return;
    }
    int error = 0;
    socklen_t len = sizeof(error);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        link_drop(k, false, strerror(error));
        return;
    }
    k->last_read_us = clock_mono_us();
    event_add(k->readable, NULL);
    enter_auth(k);
}

static void on_flush(evutil_socket_t fd, short what, void *arg)
{
    struct link *k = arg;
    k->flush_due = false;
    flush(k);
}

/* hiredis would look a name up and block the loop for it. */
static bool host_is_numeric(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static void connect_now(struct link *k)
{
    if (k->unix_path == NULL && !host_is_numeric(k->host)) {
        link_drop(k, true, "not a numeric address");
        return;
    }
    redisContext *ctx = k->unix_path != NULL ? redisConnectUnixNonBlock(k->unix_path)
                                             : redisConnectNonBlock(k->host, k->port);
    if (ctx == NULL || ctx->err != 0) {
        char why[WHY_MAX];
        (void)snprintf(why, sizeof(why), "%s", ctx != NULL ? ctx->errstr : "no memory");
        if (ctx != NULL)
            redisFree(ctx);
        link_drop(k, false, why);
        return;
    }
    /* Children must not keep the connection; an old kernel's refusal would change nothing else. */
    (void)fcntl(ctx->fd, F_SETFD, FD_CLOEXEC);
    k->ctx = ctx;
    struct event_base *base = loop_base(k->loop);
    k->readable = event_new(base, ctx->fd, EV_READ | EV_PERSIST, on_readable, k);
    k->writable = event_new(base, ctx->fd, EV_WRITE, on_writable, k);
    link_set_state(k, LINK_CONNECTING);
    event_add(k->writable, NULL);
    timer_once(k->timer, CONNECT_MS);
}

static void on_timer(void *arg)
{
    struct link *k = arg;
    if (k->state == LINK_WAITING)
        connect_now(k);
    else
        link_drop(k, false, "no answer while connecting");
}

struct link *link_new(struct loop *l, const struct store_config *config, const struct link_ops *ops,
                      void *arg)
{
    assert(config->unix_path != NULL || config->host != NULL);
    struct link *k = MEM_NEW(struct link);
    k->loop = l;
    k->ops = ops;
    k->arg = arg;
    k->wait_ms = WAIT_MIN_MS;
    k->port = config->port;
    if (config->unix_path != NULL) {
        k->unix_path = mem_strdup(config->unix_path);
        (void)snprintf(k->name, sizeof(k->name), "Redis at %s", k->unix_path); /* only text */
    } else {
        k->host = mem_strdup(config->host);
        (void)snprintf(k->name, sizeof(k->name), "Redis at %s:%d", k->host, k->port);
    }
    if (config->user != NULL)
        k->user = mem_strdup(config->user);
    if (config->password != NULL)
        k->password = mem_strdup(config->password);
    k->flush = event_new(loop_base(l), -1, 0, on_flush, k);
    k->timer = timer_new(l, on_timer, k);
    timer_once(k->timer, 0);
    return k;
}

void link_free(struct link *k)
{
    if (k == NULL)
        return;
    close_context(k);
    event_free(k->flush);
    timer_free(k->timer);
    mem_free(k->unix_path);
    mem_free(k->host);
    mem_free(k->user);
    mem_free(k->password);
    mem_free(k);
}

void link_send(struct link *k, struct str command)
{
    assert(k->state == LINK_UP);
    append(k, command);
}

void link_settled(struct link *k)
{
    k->wait_ms = WAIT_MIN_MS;
}

bool link_is_up(const struct link *k)
{
    return k->state == LINK_UP;
}

int64_t link_last_read_us(const struct link *k)
{
    return k->last_read_us;
}

const char *link_name(const struct link *k)
{
    return k->name;
}
