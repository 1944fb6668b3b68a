/* What is read of a hall's outbox, and when: one read at a time, what is new before what was left
 * pending, and other daemons' leftovers last. Owns nothing. Main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/outbox_inside.h"

#include "base/clock.h"
#include <stdio.h>
#include <string.h>

enum {
    LOOK_MAX = 1024, /* new ones, where more come than go out: the urgent ones are among them */
};
#define IDLE_MS "60000" /* longer than a try takes (60 s at most, claimed anew meanwhile) */

static bool copy_id(char out[ID_CHARS], struct str id)
{
    bool fits = id.len < ID_CHARS;
    str_copy(id, out, ID_CHARS);
    return fits;
}

/* New ones, or claimed ones: true when one was taken. What there is no room for is left to the
 * sweep: to the one under way where that has not come by yet. */
static bool entries_take(struct outbox_hall *h, const struct store_value *entries, bool are_new)
{
    bool any = false;
    for (size_t i = 0; i < store_value_count(entries) && !h->outbox->stopped; i++) {
        const struct store_value *v = store_value_at(entries, i);
        struct outbox_id id = {0, 0};
        enum taking how = outbox_take(h, v, are_new);
        any = any || how == TAKEN;
        if (how == NO_ROOM && outbox_id_parse(store_value_str(store_value_at(v, 0)), &id) &&
            (!h->sweeping || outbox_id_compare(id, h->swept) <= 0))
            h->left = true;
    }
    return any;
}

/* XREADGROUP answers [[key, entries]], or nil when there is nothing. */
static const struct store_value *entries_of(const struct store_reply *reply)
{
    return store_value_at(store_value_at(reply->value, 0), 1);
}

static bool is_error(const struct store_reply *reply, const char *prefix)
{
    return store_value_kind(reply->value) == STORE_ERROR &&
           str_starts(store_value_str(reply->value), prefix);
}

/* --- what another daemon began and did not end --- */

static void on_claimed(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    const struct store_value *entries = store_value_at(reply->value, 1);
    struct str next = store_value_str(store_value_at(reply->value, 0));
    h->claiming = false;
    if (reply->err != ERR_NONE || !copy_id(h->claimed, next))
        return;
    /* What is merely moved from one daemon's pending entries to another's is no reason to hurry. */
    h->claim_more = entries_take(h, entries, false) && !str_is(next, "0-0");
    outbox_read_next(h);
}

void outbox_claim_idle(struct outbox_hall *h)
{
    char key[64], count[16];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    if (h->claiming || outbox_room(h) <= 0)
        return;
    h->claiming = true;
    h->claim_more = false;
    snprintf(count, sizeof count, "%d", READ_MAX);
    const struct str argv[] = {STR("XAUTOCLAIM"), k,
                               STR("sms"),        str_of(h->outbox->consumer),
                               STR(IDLE_MS),      str_of(h->claimed),
                               STR("COUNT"),      str_of(count)};
    outbox_command(h, sizeof argv / sizeof argv[0], argv, on_claimed);
}

/* --- reading --- */

static void sweep_from_start(struct outbox_hall *h)
{
    h->sweeping = true;
    h->left = false;
    h->due_ms = 0;
    h->swept = (struct outbox_id){0, 0};
    copy_id(h->cursor, STR("0"));
}

static void sweep_end(struct outbox_hall *h)
{
    h->sweeping = false;
    if (h->step != STEP_SCAN)
        return;
    h->step = STEP_READ;
    h->again = true;
    outbox_claim_idle(h);
}

/* A scan looks at everything, a sweep stops where there is no room any more. */
static void swept(struct outbox_hall *h, const struct store_value *entries)
{
    size_t n = store_value_count(entries);
    for (size_t i = 0; i < n && !h->outbox->stopped; i++) {
        const struct store_value *v = store_value_at(entries, i);
        enum taking how = outbox_take(h, v, false);
        if (how == NO_ROOM && h->step != STEP_SCAN)
            return;
        h->left = h->left || how == NO_ROOM;
        if (!copy_id(h->cursor, store_value_str(store_value_at(v, 0))))
            break;
        (void)outbox_id_parse(str_of(h->cursor), &h->swept); /* outbox_take() has parsed it */
    }
    if (n == 0)
        sweep_end(h);
}

static void on_read(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    h->busy = false;
    if (is_error(reply, "NOGROUP")) { /* the store was emptied */
        h->step = STEP_GROUP;
    } else if (reply->err != ERR_NONE) {
        /* Entries may have been given to this consumer in an answer that was lost. The tick tries
         * again. */
        h->step = STEP_SCAN;
        h->sweeping = false;
        return;
    } else if (h->reading_new) {
        const struct store_value *entries = entries_of(reply);
        (void)entries_take(h, entries, true);
        h->behind = store_value_count(entries) == h->asked;
        h->again = h->again || h->behind;
    } else {
        swept(h, entries_of(reply));
    }
    outbox_read_next(h);
}

static void on_group(void *arg, const struct store_reply *reply)
{
    struct outbox_hall *h = arg;
    h->busy = false;
    if (reply->err != ERR_NONE)
        return;
    h->step = STEP_SCAN;
    h->sweeping = false;
    outbox_read_next(h);
}

/* From 0: what was queued before there was a group is sent as well. Within a script, since that the
 * group is there already is no error worth a line in the log. */
static void group_make(struct outbox_hall *h)
{
    static const char script[] =
        "local r = redis.pcall('XGROUP', 'CREATE', KEYS[1], 'sms', '0', 'MKSTREAM') "
        "if r.err and r.err:sub(1, 9) ~= 'BUSYGROUP' then return r end return 'OK'";
    char key[64];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    h->busy = true;
    outbox_command(h, 4, (struct str[]){STR("EVAL"), STR(script), STR("1"), k}, on_group);
}

static void read_from(struct outbox_hall *h, const char *after, int count_max)
{
    char key[64], count[16];
    struct str k = store_key_outbox(key, sizeof key, str_of(h->code));
    h->busy = true;
    h->reading_new = strcmp(after, ">") == 0;
    h->asked = (size_t)count_max;
    snprintf(count, sizeof count, "%zu", h->asked);
    const struct str argv[] = {
        STR("XREADGROUP"), STR("GROUP"),  STR("sms"),     str_of(h->outbox->consumer),
        STR("COUNT"),      str_of(count), STR("STREAMS"), k,
        str_of(after)};
    outbox_command(h, sizeof argv / sizeof argv[0], argv, on_read);
}

static bool wants_sweep(const struct outbox_hall *h)
{
    bool is_due = h->due_ms && h->due_ms <= clock_now_ms();
    return (h->sweeping || h->left || is_due) && outbox_patient_room(h) >= READ_MAX;
}

/* What is to be read next, if anything: the one place where that is decided. */
void outbox_read_next(struct outbox_hall *h)
{
    if (h->busy || h->outbox->stopped)
        return;
    if (h->step == STEP_GROUP) {
        group_make(h);
    } else if (h->step == STEP_READ && h->again && outbox_room(h) > 0) {
        h->again = false;
        read_from(h, ">", h->behind || outbox_patient_room(h) <= 0 ? LOOK_MAX : READ_MAX);
    } else if (h->step == STEP_SCAN || wants_sweep(h)) {
        if (!h->sweeping)
            sweep_from_start(h);
        read_from(h, h->cursor, READ_MAX);
    } else if (h->claim_more && outbox_patient_room(h) >= READ_MAX) {
        outbox_claim_idle(h);
    }
}
