/* How signs learn of their hall: the same two folds as a board's (fold.c, board.c), made from the
 * snapshot and the stream's last events and kept up event by event. A missing event is met by
 * reading anew. Main thread. SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "display/ring.h"
#include "display/sign_inside.h"
#include <inttypes.h>
#include <stdio.h>

enum { LOAD_AGAIN_MS = 500 };

/* live: the fold does not hold it yet. */
static void apply(struct sign_hall *h, struct str text, bool live)
{
    struct json_where where;
    struct buf change;
    json_t *e = json_read(text, &where);

    if (!json_is_object(e)) {
        json_decref(e);
        return;
    }
    buf_init(&change);
    buf_add_char(&change, '{');
    (void)board_apply(h->board, e, &change); /* what has changed is found by looking at it all */
    buf_clear(&change);
    if (live)
        (void)fold_apply(h->fold, e); /* likewise */
    json_decref(e);
}

void feed_drop(struct sign_hall *h)
{
    h->again = h->feed == FEED_LOADING;
    if (h->feed == FEED_READY)
        h->feed = FEED_EMPTY;
}

static void give_up(struct sign_hall *h, const char *what, enum err err)
{
    log_debug("hall %s: signs wait: %s: %s", h->code, what, err_code(err));
    h->feed = FEED_EMPTY;
    h->load_again_ms = clock_mono_ms() + LOAD_AGAIN_MS;
}

static void add_old(void *arg, const struct fold_ticket *t)
{
    board_add_old(arg, t);
}

/* Events up to the snapshot, or those behind it, the oldest first. */
static void apply_page(struct sign_hall *h, const struct store_value *page, bool live)
{
    uint64_t snapshot = h->seq;

    for (size_t i = store_value_count(page); i-- > 0;) {
        const struct store_value *entry = store_value_at(page, i);
        uint64_t epoch, seq;
        if (!ring_event_id(store_value_str(store_value_at(entry, 0)), &epoch, &seq) ||
            epoch != h->epoch || (seq > snapshot) != live)
            continue;
        apply(h, store_value_str(store_value_at(store_value_at(entry, 1), 1)), live);
        if (live)
            h->seq = seq;
    }
}

static void on_history(void *arg, const struct store_reply *r)
{
    struct sign_hall *h = arg;

    h->calls--;
    if (r->err != ERR_NONE || h->again || h->signs->stopping) {
        give_up(h, "its events", r->err);
        return;
    }
    apply_page(h, r->value, false);
    fold_each_at_counter(h->fold, add_old, h->board);
    apply_page(h, r->value, true);
    h->feed = FEED_READY;
    if (h->heard_epoch != h->epoch || h->heard > h->seq) {
        h->feed = FEED_EMPTY; /* told meanwhile, and not in what was read */
        return;
    }
    log_debug("hall %s: signs begin at event %" PRIu64 "-%" PRIu64, h->code, h->epoch, h->seq);
    timer_once(h->look, 0);
}

static void ask_history(struct sign_hall *h)
{
    char key[64], count[12];
    struct str tag = str_of(h->code);

    (void)snprintf(count, sizeof count, "%d", RING_SIZE); /* as many as a board starts from */
    const struct str argv[] = {STR("XREVRANGE"), store_key_events(key, sizeof key, tag),
                               STR("+"),         STR("-"),
                               STR("COUNT"),     str_of(count)};
    h->calls++;
    store_command(h->signs->deps.store, tag, 6, argv, on_history, h);
}

static void on_snapshot(void *arg, const struct store_reply *r)
{
    struct sign_hall *h = arg;
    struct json_where where;

    h->calls--;
    json_t *j = r->err == ERR_NONE ? json_read(r->text, &where) : NULL;
    if (!j || h->again || h->signs->stopping ||
        !ring_event_id(json_str(j, "event"), &h->epoch, &h->seq)) {
        give_up(h, "where it stands", r->err);
        json_decref(j);
        return;
    }
    fold_load(h->fold, j);
    board_clear(h->board);
    board_load(h->board, j);
    json_decref(j);
    if (h->heard == 0)
        h->heard_epoch = h->epoch;
    ask_history(h);
}

void feed_load(struct sign_hall *h)
{
    char now[24];

    h->feed = FEED_LOADING;
    h->again = false;
    h->heard = 0;
    (void)snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    const struct str argv[] = {str_of(now)};
    const struct store_call call = {.function = "hall_snapshot",
                                    .tag = str_of(h->code),
                                    .read_only = true,
                                    .argc = 1,
                                    .argv = argv,
                                    .fn = on_snapshot,
                                    .arg = h};
    h->calls++;
    store_call(h->signs->deps.store, &call);
}

void feed_event(struct sign_hall *h, uint64_t epoch, uint64_t seq, struct str json)
{
    if (h->feed == FEED_LOADING) {
        h->heard = seq;
        h->heard_epoch = epoch;
    }
    if (h->feed != FEED_READY || (epoch == h->epoch && seq <= h->seq))
        return;
    if (epoch != h->epoch || seq != h->seq + 1) {
        log_debug("hall %s: an event is missing, signs read anew", h->code);
        h->feed = FEED_EMPTY;
        return;
    }
    h->seq = seq;
    if (str_starts(json, "{\"type\":\"message."))
        return; /* by the thousand, and on no sign */
    apply(h, json, true);
    timer_once(h->look, 0);
}
