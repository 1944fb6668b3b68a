/* Taking a time, whoever asks: the hall's calendar gives the cells, the library takes them or
 * refuses. A calendar that was changed meanwhile is read and asked once more. What C itself refuses
 * is told only when the library has no answer kept under this request: a repeated request gets its
 * first answer even when its time could not be booked any more by now. The worker's thread.
 * SPDX-License-Identifier: MIT */
#include "api/take.h"
#include "api/slots.h"
#include <assert.h>
#include <stdio.h>
#include <unistd.h>

void take_random(char out[TAKE_RANDOM_CHARS + 1])
{
    unsigned char bytes[TAKE_RANDOM_CHARS / 2];
    int failed = getentropy(bytes, sizeof(bytes));

    assert(failed == 0); /* only a kernel before 3.17 has none */
    (void)failed;
    for (size_t i = 0; i < sizeof(bytes); i++)
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

struct take *take_new(struct call *c)
{
    struct take *t = arena_alloc(http_arena(c->req), sizeof(*t));

    take_random(t->random);
    return t;
}

/* No hall has version 0: with it the library answers what it has kept, or refuses. */
static void ask_kept(struct call *c, struct take *t, enum err err, const char *field)
{
    char at[MOMENT_MAX];
    struct take_place none = {.at = moment_text(t->at_ms, at),
                              .ends = none.at,
                              .day = STR("00000000"),
                              .segments = STR(""),
                              .version = STR("0")};

    none.ends = none.at;
    t->refusal = err;
    t->field = field;
    t->send(c, t, &none);
}

static void place_and_send(struct call *c, struct take *t, struct hall *hall, const struct visit *v)
{
    struct slot_wish wish = {v, t->share, t->for_staff, t->at_ms};
    char at[MOMENT_MAX], ends[MOMENT_MAX], version[MOMENT_MAX], day[9];
    struct buf segments;
    int64_t ends_ms;

    t->version = hall->version;
    buf_init(&segments);
    enum err err = slot_segments(hall, &wish, c->now_ms, &segments, &ends_ms, day);
    if (err == ERR_NONE) {
        struct take_place p = {
            .at = moment_text(t->at_ms, at),
            .ends = moment_text(ends_ms, ends),
            .day = str_of(day),
            .segments = buf_str(&segments),
            .version = moment_text(hall->version, version),
        };
        t->send(c, t, &p);
    } else {
        ask_kept(c, t, err, "at");
    }
    buf_clear(&segments);
}

static void on_hall(struct call *c, struct hall *hall)
{
    struct take *t = c->state;
    const char *field;
    struct visit v;
    enum err err = visit_read(hall, t->services, t->persons, t->for_staff, &v, &field);

    if (err == ERR_NONE)
        place_and_send(c, t, hall, &v);
    else
        ask_kept(c, t, err, field);
}

void take_run(struct call *c, struct take *t)
{
    c->state = t;
    call_hall(c, on_hall);
}

static void on_lost(struct call *c, struct hall *hall)
{
    struct take *t = c->state;
    const char *field;
    struct visit v;

    if (visit_read(hall, t->services, t->persons, t->for_staff, &v, &field) == ERR_NONE)
        booking_refuse_taken(c, ERR_SLOT_TAKEN, &v, t->share, t->for_staff, t->at_ms);
    else
        call_problem(c, ERR_SLOT_TAKEN, "at", NULL);
}

/* Whether the library did look at the request. */
static bool is_of_store(enum err err)
{
    return err == ERR_STORE_DOWN || err == ERR_STORE_TIMEOUT || err == ERR_STORE_FULL ||
           err == ERR_BUSY || err == ERR_STOPPING || err == ERR_IDEMPOTENCY_MISMATCH;
}

void take_on_reply(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;
    struct take *t = c->state;

    if (reply->err == ERR_NONE) {
        slots_drop(c->api->slots, c->hall); /* the event would do it a little later */
        t->reply(c, reply->text);
    } else if (t->refusal != ERR_NONE && !is_of_store(reply->err)) {
        call_problem(c, t->refusal, t->field, NULL);
    } else if (reply->err == ERR_CALENDAR_CHANGED && ++t->tries < CALENDAR_TRIES) {
        const struct hall *hall = halls_find(c->api->halls, c->hall);
        if (hall && hall->version == t->version) /* else somebody has done so */
            halls_drop(c->api->halls, c->hall);
        call_hall(c, on_hall);
    } else if (reply->err == ERR_SLOT_TAKEN) {
        call_hall(c, on_lost);
    } else {
        call_problem_store(c, reply);
    }
}

/* Only C has the key of links; the library's answer begins with the id. */
void booking_reply_with_link(struct call *c, struct str json)
{
    static const char head[] = "{\"id\":\"";
    struct str rest = json, id;
    char code[SEAL_LINK_CHARS + 1];
    struct buf out;

    assert(str_starts(json, head));
    rest = (struct str){rest.p + sizeof(head) - 1, rest.len - (sizeof(head) - 1)};
    (void)str_cut(&rest, '"', &id); /* checked by the assert above */
    seal_link(c->api->config.seal, c->hall, id, code);
    buf_init(&out);
    buf_reserve(&out, json.len + c->hall.len + id.len + SEAL_LINK_CHARS + 16);
    buf_addf(&out, "{\"link\":\"" STR_FMT "." STR_FMT ".%s\",", STR_ARG(c->hall), STR_ARG(id),
             code);
    buf_add(&out, json.p + 1, json.len - 1);
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}
