/* Whether a gateway is given messages at all: five failures of its own in a row, or a link that is
 * down for 10 s, open the breaker; after a pause, which doubles while it keeps failing, one message
 * finds out whether it works again. What counts as a failure is decided in route.c. Pure: any
 * thread. SPDX-License-Identifier: MIT */
#include "sms/breaker.h"

#include <assert.h>

static void open_it(struct breaker *b, int64_t mono_ms)
{
    b->pause_ms = b->pause_ms ? b->pause_ms * 2 : BREAKER_PAUSE_MS;
    if (b->pause_ms > BREAKER_PAUSE_MAX_MS)
        b->pause_ms = BREAKER_PAUSE_MAX_MS;
    b->state = BREAKER_OPEN;
    b->until_ms = mono_ms + b->pause_ms;
    b->probing = false;
    b->failures = 0;
}

enum breaker_state breaker_look(struct breaker *b, int64_t mono_ms)
{
    bool down = b->down_since_ms && mono_ms - b->down_since_ms >= BREAKER_LINK_DOWN_MS;
    if (b->state == BREAKER_CLOSED && down)
        open_it(b, mono_ms);
    /* A link that is down answers the question without a message. */
    if (b->state == BREAKER_OPEN && mono_ms >= b->until_ms && !b->down_since_ms)
        b->state = BREAKER_HALF_OPEN;
    return b->state;
}

bool breaker_lets(struct breaker *b, int64_t mono_ms)
{
    enum breaker_state state = breaker_look(b, mono_ms);
    return state == BREAKER_CLOSED || (state == BREAKER_HALF_OPEN && !b->probing);
}

int64_t breaker_wait_ms(struct breaker *b, int64_t mono_ms)
{
    if (breaker_look(b, mono_ms) != BREAKER_OPEN)
        return 0;
    /* With the link down, on_link() says when; to look now and then does no harm. */
    return b->until_ms > mono_ms ? b->until_ms - mono_ms : BREAKER_PAUSE_MS;
}

bool breaker_begin(struct breaker *b)
{
    assert(b->state != BREAKER_OPEN && !b->probing);
    b->probing = b->state == BREAKER_HALF_OPEN;
    return b->probing;
}

void breaker_unsent(struct breaker *b, bool probe)
{
    if (probe)
        b->probing = false;
}

void breaker_worked(struct breaker *b, bool probe)
{
    if (b->state != BREAKER_CLOSED && !probe)
        return;
    b->state = BREAKER_CLOSED;
    b->failures = 0;
    b->probing = false;
    b->pause_ms = 0;
}

void breaker_failed(struct breaker *b, bool probe, bool for_good, int64_t mono_ms)
{
    if (b->state == BREAKER_CLOSED && (for_good || ++b->failures >= BREAKER_FAILURES))
        open_it(b, mono_ms);
    else if (b->state == BREAKER_HALF_OPEN && probe)
        open_it(b, mono_ms);
}

void breaker_link(struct breaker *b, bool up, int64_t mono_ms)
{
    if (!up && !b->down_since_ms)
        b->down_since_ms = mono_ms > 0 ? mono_ms : 1;
    if (!up)
        return;
    b->down_since_ms = 0;
    if (b->state == BREAKER_OPEN)
        b->state = BREAKER_HALF_OPEN;
}

const char *breaker_state_name(enum breaker_state state)
{
    static const char *const names[] = {"closed", "open", "half_open"};
    return names[state];
}
