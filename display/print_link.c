/* One conversation with a printer. A connection lasts as long as one job: port 9100 serves one at a
 * time, and other programs may want to print, too. Status is asked by DLE EOT, which a printer
 * answers at once, whatever it does: before, since a jammed printer swallows a job without a word;
 * afterwards again and again until it says by GS r 1, which is answered in its turn, that all was
 * worked off, or why not. The answers of the two differ in bit 4. Main thread.
 * SPDX-License-Identifier: MIT */
#include "display/print_link.h"

#include "base/clock.h"
#include "base/mem.h"
#include "loop/timer.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECT_MS = 4000,
    AGAIN_MS = 400,
    ANSWER_MS = 2000, /* one status byte */
    READY_MS = 5000,  /* for the store to let the job be printed */
    SEND_MS = 6000,
    POLL_MS = 700,
    DONE_MS = 5000, /* three times as long as a ticket takes on a slow one */
    BYTES_MAX = 64,
    NOISE_MAX = 8, /* an answer, and a status of its own accord: more is no printer */
};

enum phase { CONNECTING, CHECKING, READY, SENDING, CONFIRMING, OVER };

struct print_link {
    struct loop *loop;
    struct print_link_to to;
    const struct print_link_ops *ops;
    void *arg;
    enum phase phase;
    int fd;
    struct event *readable, *writable;
    struct timer *timer;
    int64_t deadline_ms; /* of the phase, by monotonic time */
    int asked;           /* status queries answered in this round */
    unsigned char answers[PRINT_STATUS_ASKS];
    bool waiting; /* for the answer to a query */
    bool heard;   /* something good came since all was sent */
    bool done;    /* GS r 1 was answered */
    bool telling; /* ended() is on its way */
    bool freed;
    struct buf out;
    size_t sent;
    enum print_outcome outcome;
    enum print_state state;
};

static void close_socket(struct print_link *k)
{
    if (k->readable)
        event_free(k->readable);
    if (k->writable)
        event_free(k->writable);
    k->readable = k->writable = NULL;
    if (k->fd >= 0)
        (void)close(k->fd); /* nothing more is to be had from it */
    k->fd = -1;
}

static void free_later(void *arg)
{
    mem_free(arg);
}

void print_link_free(struct print_link *k)
{
    if (!k || k->freed)
        return;
    k->freed = true;
    k->phase = OVER;
    close_socket(k);
    timer_free(k->timer);
    k->timer = NULL;
    buf_clear(&k->out);
    if (!k->telling)
        loop_defer(k->loop, free_later, k); /* its own callback may be running */
}

static void tell_end(void *arg)
{
    struct print_link *k = arg;

    k->telling = false;
    if (k->freed)
        mem_free(k);
    else
        k->ops->ended(k->arg, k->outcome, k->state);
}

static void end(struct print_link *k, enum print_outcome outcome, enum print_state state)
{
    if (k->phase == OVER)
        return;
    k->phase = OVER;
    k->outcome = outcome;
    k->state = state;
    close_socket(k);
    timer_stop(k->timer);
    k->telling = true;
    loop_defer(k->loop, tell_end, k);
}

/* What is known when the conversation breaks off. */
static void broken_off(struct print_link *k, enum print_state state)
{
    bool out = k->phase >= SENDING && k->sent > 0;

    if (k->to.check_only)
        end(k, PRINT_CHECKED, state);
    else
        end(k, out ? PRINT_MAYBE : PRINT_NOTHING, state);
}

static void enter(struct print_link *k, enum phase phase, int64_t within_ms)
{
    k->phase = phase;
    k->deadline_ms = clock_mono_ms() + within_ms;
    timer_once(k->timer, phase == CONFIRMING ? POLL_MS : within_ms);
}

/* --- status --- */

static void ask(struct print_link *k)
{
    static const char kinds[] = PRINT_STATUS_KINDS;
    const char query[] = {0x10, 0x04, kinds[k->asked]};

    /* Three bytes fit where everything before went out. */
    if (send(k->fd, query, sizeof(query), MSG_NOSIGNAL) != (ssize_t)sizeof(query)) {
        broken_off(k, PRINT_BROKEN);
        return;
    }
    k->waiting = true;
}

static void begin_round(struct print_link *k)
{
    k->asked = 0;
    ask(k);
}

static void checked(struct print_link *k)
{
    enum print_state state = print_status_state(k->answers);

    if (k->to.check_only)
        end(k, PRINT_CHECKED, state);
    else if (!print_state_prints(state))
        end(k, PRINT_NOTHING, state);
    else {
        enter(k, READY, READY_MS);
        k->ops->ready(k->arg, state);
    }
}

/* A round after sending. One that was worked off is done even where the paper ends right behind. */
static void confirmed(struct print_link *k)
{
    enum print_state state = print_status_state(k->answers);

    k->heard = true;
    k->state = state;
    if (k->done)
        end(k, PRINT_DONE, state);
    else if (!print_state_prints(state))
        end(k, PRINT_PARTLY, state);
}

static void on_answer(struct print_link *k, unsigned char b)
{
    k->waiting = false;
    k->answers[k->asked++] = b;
    if (k->asked < PRINT_STATUS_ASKS) {
        if (k->phase == CHECKING)
            enter(k, CHECKING, ANSWER_MS);
        ask(k);
    } else if (k->phase == CHECKING) {
        checked(k);
    } else {
        confirmed(k);
    }
}

/* Bytes that are no answer are passed over: some printers send more than they were asked for. */
static void take(struct print_link *k, unsigned char b)
{
    if (k->waiting && print_status_is_answer(b)) {
        on_answer(k, b);
    } else if (k->phase == CONFIRMING && print_status_is_done(b) && !k->done) {
        k->done = true;
        if (!k->waiting)
            begin_round(k);
    }
}

/* --- the socket --- */

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct print_link *k = arg;
    unsigned char bytes[BYTES_MAX];
    ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        /* What it said before it hung up still counts. */
        if (k->phase == CONFIRMING && k->done)
            end(k, PRINT_DONE, k->state == PRINT_UNKNOWN ? PRINT_OK : k->state);
        else
            broken_off(k, PRINT_BROKEN);
        return;
    }
    if (k->phase == CHECKING && n > NOISE_MAX)
        broken_off(k, PRINT_SILENT);
    for (ssize_t i = 0; i < n && k->phase != OVER; i++)
        take(k, bytes[i]);
}

static void on_sent(struct print_link *k)
{
    k->heard = k->done = k->waiting = false;
    k->state = PRINT_UNKNOWN;
    enter(k, CONFIRMING, DONE_MS);
}

static void write_on(struct print_link *k)
{
    while (k->sent < k->out.len) {
        ssize_t n = send(k->fd, k->out.p + k->sent, k->out.len - k->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            event_add(k->writable, NULL);
            return;
        }
        if (n < 0) {
            broken_off(k, PRINT_BROKEN);
            return;
        }
        k->sent += (size_t)n;
    }
    on_sent(k);
}

static void connect_now(struct print_link *k);

static void connect_failed(struct print_link *k)
{
    close_socket(k);
    if (clock_mono_ms() + AGAIN_MS >= k->deadline_ms || !k->to.patient)
        broken_off(k, PRINT_REFUSED);
    else
        timer_once(k->timer, AGAIN_MS);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct print_link *k = arg;
    int error = 0;
    socklen_t len = sizeof(error);

    if (k->phase == SENDING) {
        write_on(k);
        return;
    }
    if (k->phase != CONNECTING)
        return;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 || error != 0) {
        connect_failed(k);
        return;
    }
    event_add(k->readable, NULL);
    enter(k, CHECKING, ANSWER_MS);
    begin_round(k);
}

static void connect_now(struct print_link *k)
{
    k->fd = socket(k->to.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (k->fd < 0 || (connect(k->fd, (const struct sockaddr *)&k->to.address, k->to.len) != 0 &&
                      errno != EINPROGRESS)) {
        connect_failed(k);
        return;
    }
    struct event_base *base = loop_base(k->loop);
    k->readable = event_new(base, k->fd, EV_READ | EV_PERSIST, on_readable, k);
    k->writable = event_new(base, k->fd, EV_WRITE, on_writable, k);
    event_add(k->writable, NULL);
    timer_once(k->timer, k->deadline_ms - clock_mono_ms());
}

/* --- time --- */

static void on_poll(struct print_link *k)
{
    if (clock_mono_ms() < k->deadline_ms) {
        timer_once(k->timer, POLL_MS);
        if (!k->waiting)
            begin_round(k);
    } else if (k->done) {
        end(k, PRINT_DONE, k->state == PRINT_UNKNOWN ? PRINT_OK : k->state);
    } else if (k->heard && !k->waiting) {
        /* It is well and knows no GS r: it has had time enough. */
        end(k, PRINT_DONE, k->state);
    } else {
        broken_off(k, PRINT_SILENT);
    }
}

static void on_timer(void *arg)
{
    struct print_link *k = arg;
    bool late = clock_mono_ms() >= k->deadline_ms;

    if (k->phase == CONNECTING && k->fd < 0 && !late)
        connect_now(k);
    else if (k->phase == CONFIRMING)
        on_poll(k);
    else if (k->phase == READY)
        end(k, PRINT_NOTHING, PRINT_OK); /* the store is away, the printer is not */
    else
        broken_off(k, k->phase == CONNECTING && k->fd < 0 ? PRINT_REFUSED : PRINT_SILENT);
}

struct print_link *print_link_new(struct loop *l, const struct print_link_to *to,
                                  const struct print_link_ops *ops, void *arg)
{
    struct print_link *k = MEM_NEW(struct print_link);

    k->loop = l;
    k->to = *to;
    k->ops = ops;
    k->arg = arg;
    k->fd = -1;
    k->timer = timer_new(l, on_timer, k);
    buf_init(&k->out);
    enter(k, CONNECTING, CONNECT_MS);
    connect_now(k);
    return k;
}

void print_link_send(struct print_link *k, struct str bytes)
{
    if (k->phase != READY) /* it has just ended, and says so */
        return;
    buf_add_str(&k->out, bytes);
    enter(k, SENDING, SEND_MS);
    write_on(k);
}
