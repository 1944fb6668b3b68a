/* Owns one stream at a time and the timers around it: a link that ends is tried again, with pauses
 * that grow, from the last event on; address and token are read again first, since a daemon that
 * was started anew has others. Says after 10 s without a word that the board is behind, after 60 s
 * that it is not to be believed. The loop's thread. SPDX-License-Identifier: MIT */
#include "ctl/terminal_link.h"

#include "base/clock.h"
#include "base/mem.h"
#include "loop/timer.h"

#include <sodium.h>
#include <string.h>

enum {
    SILENCE_S = 15, /* the daemon sends hb every 10 s */
    STALE_MS = 10000,
    OFFLINE_MS = 60000,
    PAUSE_MIN_MS = 1000,
    PAUSE_MAX_MS = 5000,
    LOOK_MS = 500,
    DENIED_MAX = 5,      /* a token of the daemon before is denied until the new one is written */
    EVENT_MAX = 1 << 20, /* a snapshot of a full hall is below 300 kB */
    SAMPLES = 5,
    ID_MAX = 44,
    TYPE_MAX = 32,
};

struct link {
    struct client *client;
    char *path;
    struct link_events events;
    struct timer *again, *look;
    struct buf rest, data; /* a line not ended yet; the data of an event not ended yet */
    char type[TYPE_MAX], id[ID_MAX], last_id[ID_MAX];
    bool connected, behind, over; /* behind: the daemon is there, its store is not */
    int failures, denied;
    int64_t heard_mono_ms, heard_ms;
    enum terminal_link state;
    struct {
        int64_t server_ms, mono_ms;
    } samples[SAMPLES];
    int n_samples, speed;
};

void link_observe(struct link *l, int64_t server_ms, int speed)
{
    if (speed > 0)
        l->speed = speed;
    if (server_ms <= 0)
        return;
    int at = l->n_samples++ % SAMPLES;
    l->samples[at].server_ms = server_ms;
    l->samples[at].mono_ms = clock_mono_ms();
}

int64_t link_now_ms(const struct link *l)
{
    int64_t best_ms = 0, mono_ms = clock_mono_ms();

    for (int i = 0; i < SAMPLES && i < l->n_samples; i++) {
        int64_t ms = l->samples[i].server_ms + (mono_ms - l->samples[i].mono_ms) * l->speed;
        best_ms = ms > best_ms ? ms : best_ms;
    }
    return best_ms > 0 ? best_ms : clock_now_ms();
}

int64_t link_heard_ms(const struct link *l)
{
    return l->heard_ms;
}

enum terminal_link link_state(const struct link *l)
{
    return l->state;
}

static void look(void *arg)
{
    struct link *l = arg;
    int64_t age_ms = clock_mono_ms() - l->heard_mono_ms;
    enum terminal_link was = l->state;

    if (l->connected && !l->behind)
        l->state = LINK_LIVE;
    else if (age_ms >= OFFLINE_MS)
        l->state = LINK_OFFLINE;
    else if (age_ms >= STALE_MS)
        l->state = LINK_STALE;
    if (l->state != was)
        l->events.on_state(l->events.arg);
}

/* --- events --- */

static void take_event(struct link *l)
{
    struct json_where where;
    json_t *data = l->data.len > 0 ? json_read(buf_str(&l->data), &where) : NULL;

    if (l->id[0] != '\0')
        memcpy(l->last_id, l->id, sizeof l->last_id);
    if (data != NULL) {
        /* Heartbeats say whether the store is there; whatever else comes was sent by one that is.
         */
        l->behind = json_bool(data, "behind", false);
        l->failures = l->denied = 0;
        link_observe(l, json_i64(data, "now", 0), 0);
        if (!l->behind) {
            l->heard_mono_ms = clock_mono_ms();
            l->heard_ms = link_now_ms(l);
        }
        l->events.on_event(l->events.arg, str_of(l->type), data);
    }
    json_decref(data); /* one that is broken is as good as none; the next snapshot repairs */
    buf_reset(&l->data);
    l->type[0] = l->id[0] = '\0';
}

static bool id_is_clean(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if ((id.p[i] < '0' || id.p[i] > '9') && id.p[i] != '-')
            return false;
    return id.len < ID_MAX;
}

static void take_line(struct link *l, struct str line)
{
    struct str field;

    if (line.len > 0 && line.p[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0) {
        take_event(l);
        return;
    }
    (void)str_cut(&line, ':', &field); /* a comment has no name, and no effect */
    if (line.len > 0 && line.p[0] == ' ')
        line = (struct str){line.p + 1, line.len - 1};
    if (str_is(field, "data"))
        buf_add_str(&l->data, line);
    else if (str_is(field, "event"))
        str_copy(line, l->type, sizeof l->type);
    else if (str_is(field, "id") && id_is_clean(line))
        str_copy(line, l->id, sizeof l->id);
}

static bool on_piece(void *arg, struct str bytes)
{
    struct link *l = arg;

    l->connected = true;
    while (bytes.len > 0 && !l->over) {
        const char *end = memchr(bytes.p, '\n', bytes.len);
        size_t n = end != NULL ? (size_t)(end - bytes.p) : bytes.len;
        buf_add(&l->rest, bytes.p, n);
        if (l->rest.len + l->data.len > EVENT_MAX)
            return false;
        if (end == NULL)
            break;
        bytes = (struct str){end + 1, bytes.len - n - 1};
        take_line(l, buf_str(&l->rest));
        buf_reset(&l->rest);
    }
    look(l);
    return !l->over;
}

/* --- the connection --- */

static void on_end(void *arg, const struct fetch_answer *a)
{
    struct link *l = arg;

    l->connected = false;
    if (l->over)
        return;
    bool denied = a->status == 401 || a->status == 403 || a->status == 404;
    if (denied && (a->status == 404 || !client_reloads(l->client) || ++l->denied >= DENIED_MAX)) {
        l->over = true;
        l->events.on_denied(l->events.arg, a->status);
        return;
    }
    int64_t pause = PAUSE_MIN_MS << (l->failures < 4 ? l->failures : 4);
    l->failures++;
    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    /* Spread, so that the boards of a hall do not all come back at once. */
    timer_once(l->again, pause / 2 + randombytes_uniform((uint32_t)pause / 2 + 1));
    look(l);
}

static void connect_again(void *arg)
{
    struct link *l = arg;

    if (l->failures > 0)
        client_reload(l->client);
    buf_reset(&l->rest); /* half an event of the broken link must not meet the new one */
    buf_reset(&l->data);
    l->type[0] = l->id[0] = '\0';
    const struct client_stream s = {
        .path = l->path, .last_event_id = l->last_id, .piece = on_piece, .silence_s = SILENCE_S};
    client_stream(l->client, &s, on_end, l);
}

struct link *link_new(struct client *c, const char *path, const struct link_events *events)
{
    struct link *l = MEM_NEW(struct link);

    l->client = c;
    l->path = mem_strdup(path);
    l->events = *events;
    l->speed = 1;
    l->heard_mono_ms = clock_mono_ms();
    l->heard_ms = clock_now_ms();
    buf_init(&l->rest);
    buf_init(&l->data);
    l->again = timer_new(client_loop(c), connect_again, l);
    l->look = timer_new(client_loop(c), look, l);
    return l;
}

void link_start(struct link *l)
{
    l->heard_mono_ms = clock_mono_ms();
    timer_every(l->look, LOOK_MS);
    timer_once(l->again, 0);
}

void link_free(struct link *l)
{
    if (l == NULL)
        return;
    l->over = true;
    client_close(l->client);
    timer_free(l->again);
    timer_free(l->look);
    buf_clear(&l->rest);
    buf_clear(&l->data);
    mem_free(l->path);
    mem_free(l);
}
