/* One connection or serial line to signs: opened while a sign behind it is driven, tried again with
 * growing pauses, one frame on its way at a time. A peer that says nothing, refuses, talks
 * nonsense, hangs up or never reads costs a few hundred bytes and one timer. Main thread; nothing
 * here blocks. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "display/sign_inside.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECT_MS = 5000,
    ANSWER_MS = 3000,
    SHARED_ANSWER_MS = 1000, /* where others wait behind it */
    WAIT_MAX_MS = 30000,
    LINE_REST_MS = 100,  /* between two frames on a line: its signs know no other end of one */
    UNASKED_MAX = 65536, /* bytes nobody asked for, between two answers */
};

static void port_set_state(struct sign_port *p, enum port_state to)
{
    static const char *const names[] = {"closed", "waiting", "connecting", "greeting", "up"};

    assert(to == PORT_CLOSED || to == PORT_WAITING || to > p->state);
    log_debug("signs at %s: %s -> %s", p->address, names[p->state], names[to]);
    p->state = to;
}

static const struct address *address_of(const struct sign_port *p)
{
    return &TAILQ_FIRST(&p->all)->plan->at;
}

static void close_line(struct sign_port *p)
{
    if (p->fd < 0)
        return;
    event_free(p->readable); /* epoll forgets a descriptor only while it is open */
    event_free(p->writable);
    p->readable = p->writable = NULL;
    sign_line_close(address_of(p), p->fd);
    p->fd = -1;
    p->flight = NULL;
    p->in_len = 0;
}

void port_close(struct sign_port *p)
{
    close_line(p);
    if (p->state != PORT_CLOSED)
        port_set_state(p, PORT_CLOSED);
}

/* The next try comes after a time that grows, and differs from sign to sign: a switch that comes
 * back is not met by all of them at once. */
static void fail(struct sign_port *p, const char *why)
{
    struct sign *s, *next;

    close_line(p);
    port_set_state(p, PORT_WAITING);
    int64_t wait_ms = p->wait_ms / 2 + arc4random_uniform((uint32_t)(p->wait_ms / 2 + 1));
    p->wait_ms = p->wait_ms * 2 > WAIT_MAX_MS ? WAIT_MAX_MS : p->wait_ms * 2;
    p->until_ms = clock_mono_ms() + wait_ms;
    for (s = TAILQ_FIRST(&p->all); s; s = next) {
        next = TAILQ_NEXT(s, at_port);
        sign_lost(s, why);
    }
    timer_once(p->timer, wait_ms);
}

static void rest(struct sign_port *p)
{
    bool line = !address_of(p)->host[0] || !p->driver->greet; /* perhaps behind an adapter */

    p->rest_ms = clock_mono_ms() + (line ? LINE_REST_MS : 0);
}

/* What was on its way has its answer, or needs none. */
static void arrived(struct sign_port *p, enum sign_answer answer, const char *why)
{
    struct sign *s = p->flight;

    p->flight = NULL;
    p->unasked_bytes = 0;
    rest(p);
    if (answer == SIGN_WAIT)
        p->silent++;
    else
        p->silent = 0;
    if (answer == SIGN_TAKEN)
        p->wait_ms = PORT_WAIT_MIN_MS;
    if (p->state == PORT_GREETING && answer != SIGN_WAIT)
        port_set_state(p, PORT_UP);
    if (s)
        sign_done(s, answer, why);
}

/* Of several signs on one line, one that is dead must not stop the others. */
static void on_silence(struct sign_port *p)
{
    bool greeting = p->state == PORT_GREETING;

    arrived(p, SIGN_WAIT, "no_answer");
    if (greeting || p->silent >= p->count)
        fail(p, "no_answer");
}

static void write_out(struct sign_port *p)
{
    while (p->out_sent < p->out.len) {
        ssize_t n = write(p->fd, p->out.p + p->out_sent, p->out.len - p->out_sent);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            event_add(p->writable, NULL);
            return; /* bounded by the deadline of the frame */
        }
        if (n <= 0) {
            fail(p, "hung_up");
            return;
        }
        p->out_sent += (size_t)n;
    }
    if (p->flight && !p->driver->answers(p->flight->plan))
        arrived(p, SIGN_TAKEN, "");
}

static void begin(struct sign_port *p)
{
    p->out_sent = 0;
    p->in_len = 0;
    p->until_ms = clock_mono_ms() + (p->count > 1 ? SHARED_ANSWER_MS : ANSWER_MS);
}

/* True when it was handed over. */
static bool send_to(struct sign_port *p, struct sign *s)
{
    buf_reset(&p->out);
    sign_sent(s, clock_mono_ms());
    if (!p->driver->show(s->plan, &s->face, &p->out)) {
        sign_done(s, SIGN_REFUSED, "too_long");
        return false;
    }
    p->flight = s;
    begin(p);
    write_out(p);
    return true;
}

/* The one that has been due for the longest: each has its turn. */
static struct sign *next_due(const struct sign_port *p, int64_t *due_ms)
{
    struct sign *best = NULL, *s;

    TAILQ_FOREACH(s, &p->all, at_port)
    {
        int64_t ms = sign_due_ms(s);
        if (s->mode == SIGN_OFF || (best && ms >= *due_ms))
            continue;
        best = s;
        *due_ms = ms;
    }
    return best;
}

static void on_connected(struct sign_port *p)
{
    int error = 0;
    socklen_t len = sizeof error;
    bool tcp = address_of(p)->host[0] != '\0';

    if (tcp && (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0)) {
        fail(p, "unreachable");
        return;
    }
    p->silent = 0;
    p->unasked_bytes = 0;
    event_add(p->readable, NULL);
    if (!p->driver->greet) {
        port_set_state(p, PORT_UP);
        return;
    }
    port_set_state(p, PORT_GREETING);
    buf_reset(&p->out);
    p->driver->greet(TAILQ_FIRST(&p->all)->plan, &p->out);
    begin(p);
    write_out(p);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct sign_port *p = arg;

    if (p->state == PORT_CONNECTING)
        on_connected(p);
    else
        write_out(p);
    port_turn(p);
}

static bool expects(const struct sign_port *p)
{
    return p->state == PORT_GREETING || (p->flight && p->driver->answers(p->flight->plan));
}

/* Frame by frame, as long as something whole is there. */
static void read_in(struct sign_port *p)
{
    while (expects(p)) {
        char why[SIGN_WHY_MAX] = "";
        size_t used = 0;
        const struct sign *of = p->flight ? p->flight : TAILQ_FIRST(&p->all);
        enum sign_answer answer =
            p->driver->read(of->plan, (struct str){p->in, p->in_len}, &used, why);
        p->in_len -= used;
        memmove(p->in, p->in + used, p->in_len);
        if (answer == SIGN_GARBAGE || (answer == SIGN_WAIT && p->in_len == sizeof p->in)) {
            arrived(p, SIGN_GARBAGE, "garbage");
            fail(p, "garbage");
            return;
        }
        if (answer != SIGN_WAIT)
            arrived(p, answer, why);
        else if (used == 0)
            return;
    }
    p->in_len = 0;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct sign_port *p = arg;
    ssize_t n = read(p->fd, p->in + p->in_len, sizeof p->in - p->in_len);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        fail(p, "hung_up");
        return;
    }
    p->in_len += (size_t)n;
    p->unasked_bytes += n;
    read_in(p);
    if (p->fd >= 0 && p->unasked_bytes > UNASKED_MAX)
        fail(p, "garbage");
    port_turn(p);
}

static void open_line(struct sign_port *p)
{
    struct event_base *base = loop_base(p->signs->deps.loop);
    struct sign *s;

    p->fd = sign_line_open(address_of(p));
    if (p->fd < 0) {
        log_debug("signs at %s: %s", p->address, strerror(errno));
        fail(p, "unreachable");
        return;
    }
    p->readable = event_new(base, p->fd, EV_READ | EV_PERSIST, on_readable, p);
    p->writable = event_new(base, p->fd, EV_WRITE, on_writable, p);
    p->until_ms = clock_mono_ms() + CONNECT_MS;
    port_set_state(p, PORT_CONNECTING);
    TAILQ_FOREACH(s, &p->all, at_port)
    s->sent_ms = 0;
    event_add(p->writable, NULL);
}

static void arm(struct sign_port *p, int64_t at_ms)
{
    int64_t now_ms = clock_mono_ms();

    timer_once(p->timer, at_ms > now_ms ? at_ms - now_ms : 0);
}

/* The deadline of the present state has passed. */
static void on_late(struct sign_port *p)
{
    switch (p->state) {
    case PORT_CLOSED:
    case PORT_WAITING:
        open_line(p);
        break;
    case PORT_CONNECTING:
        fail(p, "unreachable");
        break;
    case PORT_GREETING:
        on_silence(p);
        break;
    case PORT_UP:
        if (p->out_sent < p->out.len)
            fail(p, "no_answer"); /* it does not even read */
        else
            on_silence(p);
    }
}

/* What is to be done now, and when to look again. */
void port_turn(struct sign_port *p)
{
    int64_t due_ms = 0;
    struct sign *s = next_due(p, &due_ms);

    if (!s) { /* nobody behind it is driven by this daemon */
        port_close(p);
        p->wait_ms = PORT_WAIT_MIN_MS;
        timer_stop(p->timer);
        return;
    }
    int64_t now_ms = clock_mono_ms();
    bool busy = p->flight || (p->state != PORT_UP && p->state != PORT_CLOSED);
    if (busy ? now_ms >= p->until_ms : p->state == PORT_CLOSED) {
        on_late(p);
        arm(p, p->state == PORT_UP ? now_ms : p->until_ms);
        return;
    }
    if (!busy) {
        int64_t at_ms = due_ms > p->rest_ms ? due_ms : p->rest_ms;
        bool sent = now_ms >= at_ms && send_to(p, s);
        /* One a turn: a line without answers must not keep the loop to itself. */
        arm(p, p->flight || p->state == PORT_WAITING ? p->until_ms : sent ? now_ms : at_ms);
        return;
    }
    arm(p, p->until_ms);
}
