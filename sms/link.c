/* Owns the connection to one gateway, from the first attempt to sms_link_free(): looks the host up,
 * connects, shakes hands, cuts what comes into frames, and begins again after a pause that grows.
 * Knows nothing of what is in a frame but its length. Runs on the main thread. A further protocol
 * with other frames needs another frame_length(); everything it says goes through struct
 * sms_link_ops. SPDX-License-Identifier: MIT */
#include "sms/link.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "loop/timer.h"
#include "sms/link_tls.h"
#include "sms/lookup.h"
#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WAIT_MIN_MS = 250,
    WAIT_MAX_MS = 30000,
    LEAVE_MS = 1000,
    LINGER_MS = 200,         /* for the peer to close first: data it sent meanwhile would make our
                              * close an abort, and it might lose our last words */
    OUT_MAX_BYTES = 1 << 20, /* thousands of messages: the peer has not read for long */
    LENGTH_OCTETS = 4,
};

enum link_state {
    LINK_RESTING,
    LINK_LOOKING_UP,
    LINK_CONNECTING,
    LINK_SHAKING,
    LINK_CONNECTED,
    LINK_LEAVING,
    LINK_OVER,
};

struct sms_link {
    struct loop *loop;
    struct sms_link_config config; /* name and address are copies */
    char *name, *host, *port;
    const struct sms_link_ops *ops;
    void *arg;
    enum link_state state;
    struct lookup *lookup;
    struct event *connecting;
    int fd; /* until bev owns it */
    struct bufferevent *bev;
    struct link_tls *tls;
    struct timer *timer; /* what the state waits for at most */
    struct timer *silence;
    int64_t wait_ms;
    int64_t heard_ms;
    unsigned tries; /* each goes to the next address of the host */
    bool stuck;
    bool freed;
    void (*left)(void *arg);
    void *left_arg;
};

static void set_state(struct sms_link *k, enum link_state to)
{
    static const char *const names[] = {"resting",   "looking up", "connecting", "shaking hands",
                                        "connected", "leaving",    "over"};

    assert(k->state != LINK_OVER && (to == LINK_RESTING || to > k->state));
    log_debug("sms gateway %s: %s -> %s", k->name, names[k->state], names[to]);
    k->state = to;
}

static void free_bev(void *arg)
{
    bufferevent_free(arg);
}

/* Every socket, event and lookup; the bufferevent may be standing below us on the stack. */
static void close_all(struct sms_link *k)
{
    lookup_cancel(k->lookup);
    k->lookup = NULL;
    if (k->connecting)
        event_free(k->connecting);
    k->connecting = NULL;
    if (k->bev) {
        bufferevent_setcb(k->bev, NULL, NULL, NULL, NULL);
        (void)bufferevent_disable(k->bev, EV_READ | EV_WRITE); /* it is given up */
        loop_defer(k->loop, free_bev, k->bev);
    }
    k->bev = NULL;
    if (k->fd >= 0)
        (void)close(k->fd); /* nothing more is to be had from it */
    k->fd = -1;
    k->stuck = false;
    timer_stop(k->timer);
    timer_stop(k->silence);
}

/* The next attempt comes after a time that grows and differs from daemon to daemon: a gateway that
 * comes back is not met by all of them at once. */
static void end(struct sms_link *k, const char *reason)
{
    close_all(k);
    set_state(k, LINK_RESTING);
    int64_t wait_ms = k->wait_ms / 2 + arc4random_uniform((uint32_t)(k->wait_ms / 2 + 1));
    k->wait_ms = k->wait_ms * 2 > WAIT_MAX_MS ? WAIT_MAX_MS : k->wait_ms * 2;
    log_warn("sms gateway %s: %s; the next attempt comes in %lld ms", k->name, reason,
             (long long)wait_ms);
    timer_once(k->timer, wait_ms);
    k->ops->down(k->arg, reason);
}

void sms_link_drop(struct sms_link *k, const char *reason)
{
    if (k->state > LINK_RESTING && k->state < LINK_LEAVING)
        end(k, reason);
}

/* --- frames --- */

static size_t frame_length(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

/* False when there is none, or none any more. A call may drop, leave or free the link: what
 * remains of it lives to the end of the turn. */
static bool take_frame(struct sms_link *k, struct bufferevent *bev)
{
    struct evbuffer *in = bufferevent_get_input(bev);
    uint8_t head[LENGTH_OCTETS];

    if (k->state != LINK_CONNECTED || evbuffer_copyout(in, head, sizeof(head)) != sizeof(head))
        return false;
    size_t n = frame_length(head);
    if (n < k->config.frame_min || n < sizeof(head) || n > k->config.frame_max) {
        end(k, "frame_length");
        return false;
    }
    if (evbuffer_get_length(in) < n)
        return false;
    bool good = k->ops->frame(k->arg, evbuffer_pullup(in, (ev_ssize_t)n), n);
    if (k->bev != bev)
        return false;
    if (good)
        (void)evbuffer_drain(in, n); /* it is there */
    else
        sms_link_drop(k, "frame_garbage");
    return good;
}

static void on_read(struct bufferevent *bev, void *arg)
{
    struct sms_link *k = arg;

    if (k->state == LINK_LEAVING)
        (void)evbuffer_drain(bufferevent_get_input(bev), SIZE_MAX); /* nobody answers it any more */
    else
        k->heard_ms = clock_mono_ms();
    while (take_frame(k, bev))
        continue;
}

static void on_silence(void *arg)
{
    struct sms_link *k = arg;
    int64_t left_ms = k->heard_ms + k->config.silence_ms - clock_mono_ms();

    timer_once(k->silence, left_ms > 0 ? left_ms : k->config.silence_ms);
    if (left_ms <= 0)
        k->ops->silent(k->arg);
}

static void on_stuck(void *arg)
{
    struct sms_link *k = arg;
    if (!k->freed && k->stuck)
        sms_link_drop(k, "stuck");
}

void sms_link_send(struct sms_link *k, const void *p, size_t n)
{
    if (k->state != LINK_CONNECTED)
        return;
    if (bufferevent_write(k->bev, p, n) != 0)
        abort(); /* no memory */
    if (!k->stuck && evbuffer_get_length(bufferevent_get_output(k->bev)) > OUT_MAX_BYTES) {
        k->stuck = true;
        loop_defer(k->loop, on_stuck, k); /* whoever sends does not expect an end right here */
    }
}

/* --- leaving --- */

static void tell_left(void *arg)
{
    struct sms_link *k = arg;
    if (!k->freed)
        k->left(k->left_arg);
}

static void over(struct sms_link *k)
{
    close_all(k);
    set_state(k, LINK_OVER);
    loop_defer(k->loop, tell_left, k);
}

static void on_written(struct bufferevent *bev, void *arg)
{
    struct sms_link *k = arg;

    if (k->state != LINK_LEAVING)
        return;
    if (shutdown(bufferevent_getfd(bev), SHUT_WR) != 0)
        over(k);
    else
        timer_once(k->timer, LINGER_MS);
}

void sms_link_leave(struct sms_link *k, void (*done)(void *arg), void *arg)
{
    bool connected = k->state == LINK_CONNECTED;

    assert(k->state < LINK_LEAVING);
    k->left = done;
    k->left_arg = arg;
    if (!connected) {
        over(k);
        return;
    }
    set_state(k, LINK_LEAVING);
    timer_stop(k->silence);
    timer_once(k->timer, LEAVE_MS);
    if (!evbuffer_get_length(bufferevent_get_output(k->bev)))
        on_written(k->bev, k);
}

/* --- connecting --- */

static void on_connected(struct sms_link *k)
{
    set_state(k, LINK_CONNECTED);
    timer_stop(k->timer);
    k->heard_ms = clock_mono_ms();
    if (k->config.silence_ms)
        timer_once(k->silence, k->config.silence_ms);
    (void)bufferevent_enable(k->bev, EV_READ | EV_WRITE); /* fails without memory only */
    log_info("sms gateway %s: connected", k->name);
    k->ops->connected(k->arg);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    struct sms_link *k = arg;
    char why[200];

    if (what & BEV_EVENT_CONNECTED) {
        on_connected(k);
    } else if (k->state == LINK_LEAVING) {
        over(k);
    } else if (k->state == LINK_SHAKING) {
        link_tls_why(bev, why, sizeof(why));
        log_warn("sms gateway %s: TLS: %s", k->name, why);
        end(k, "tls_refused");
    } else {
        end(k, "hung_up");
    }
}

/* The socket is connected: from here on libevent has it. */
static void wrap(struct sms_link *k)
{
    struct event_base *base = loop_base(k->loop);

    k->bev = k->tls ? link_tls_wrap(k->tls, base, k->fd)
                    : bufferevent_socket_new(base, k->fd, BEV_OPT_CLOSE_ON_FREE);
    if (!k->bev)
        abort(); /* no memory */
    k->fd = -1;
    bufferevent_setcb(k->bev, on_read, on_written, on_event, k);
    if (k->tls)
        set_state(k, LINK_SHAKING);
    else
        on_connected(k);
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
    struct sms_link *k = arg;
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        end(k, "unreachable");
        return;
    }
    event_free(k->connecting);
    k->connecting = NULL;
    wrap(k);
}

static void connect_to(struct sms_link *k, const struct lookup_address *to)
{
    const int one = 1;

    set_state(k, LINK_CONNECTING);
    k->fd = socket(to->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (k->fd < 0 ||
        (connect(k->fd, &to->any, (socklen_t)to->length) != 0 && errno != EINPROGRESS)) {
        end(k, "unreachable");
        return;
    }
    /* A message waits for no other one. Where it cannot be had, it is slower. */
    (void)setsockopt(k->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    k->connecting = event_new(loop_base(k->loop), k->fd, EV_WRITE, on_socket, k);
    event_add(k->connecting, NULL);
}

static void on_looked_up(void *arg, const struct lookup_result *r)
{
    struct sms_link *k = arg;

    k->lookup = NULL;
    if (r->count)
        connect_to(k, &r->addresses[k->tries++ % (unsigned)r->count]);
    else
        end(k, "no_name");
}

static void begin(struct sms_link *k)
{
    set_state(k, LINK_LOOKING_UP);
    timer_once(k->timer, k->config.connect_ms);
    k->lookup = lookup_new(k->loop, k->host, k->port, on_looked_up, k);
    if (!k->lookup)
        end(k, "no_name");
}

static void on_timer(void *arg)
{
    struct sms_link *k = arg;

    switch (k->state) {
    case LINK_RESTING:
        begin(k);
        break;
    case LINK_LOOKING_UP:
        end(k, "no_name");
        break;
    case LINK_CONNECTING:
        end(k, "unreachable");
        break;
    case LINK_SHAKING:
        end(k, "tls_refused");
        break;
    case LINK_LEAVING:
        over(k);
        break;
    case LINK_CONNECTED:
    case LINK_OVER:
        break;
    }
}

/* --- its life --- */

/* "host:port", "[::1]:port". */
static bool address_cut(struct sms_link *k, struct str s)
{
    const char *colon = s.len ? memrchr(s.p, ':', s.len) : NULL;
    struct str host = {s.p, colon ? (size_t)(colon - s.p) : 0};
    struct str port = {s.p + host.len + 1, colon ? s.len - host.len - 1 : 0};
    int64_t n;
    bool bracketed = host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']';
    if (bracketed)
        host = (struct str){host.p + 1, host.len - 2};
    if (!host.len || (!bracketed && (memchr(host.p, ':', host.len) || host.p[0] == '[')) ||
        !str_to_i64(port, 1, 65535, &n)) {
        log_error("sms gateway %s: its address is no host:port", k->name);
        return false;
    }
    k->host = mem_strndup(host.p, host.len);
    k->port = mem_strndup(port.p, port.len);
    return true;
}

static bool tls_prepare(struct sms_link *k)
{
    if (k->config.tls)
        k->tls = link_tls_new(k->name, k->host, k->config.ca_file);
    return !k->config.tls || k->tls;
}

struct sms_link *sms_link_new(struct loop *l, const struct sms_link_config *config,
                              const struct sms_link_ops *ops, void *arg)
{
    struct sms_link *k = MEM_NEW(struct sms_link);

    k->loop = l;
    k->config = *config;
    k->name = mem_strdup(config->name);
    k->ops = ops;
    k->arg = arg;
    k->fd = -1;
    k->wait_ms = WAIT_MIN_MS;
    k->timer = timer_new(l, on_timer, k);
    k->silence = timer_new(l, on_silence, k);
    if (!address_cut(k, str_of(config->address)) || !tls_prepare(k)) {
        sms_link_free(k);
        return NULL;
    }
    timer_once(k->timer, 0);
    return k;
}

static void free_link(void *arg)
{
    mem_free(arg);
}

void sms_link_free(struct sms_link *k)
{
    if (!k)
        return;
    k->freed = true;
    close_all(k);
    timer_free(k->timer);
    timer_free(k->silence);
    link_tls_free(k->tls);
    mem_free(k->name);
    mem_free(k->host);
    mem_free(k->port);
    k->state = LINK_OVER;
    loop_defer(k->loop, free_link, k); /* one of its calls may be running */
}

bool sms_link_is_connected(const struct sms_link *k)
{
    return k->state == LINK_CONNECTED;
}

void sms_link_accepted(struct sms_link *k)
{
    k->wait_ms = WAIT_MIN_MS;
}
