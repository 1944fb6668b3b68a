/* Texts from phones: finds the hall that wrote to the number last and lets the library do what the
 * text asks for. Owns the texts that wait for that, one under way at a time, so that two of one
 * citizen are taken in their order. The number stands in clear here only, until it is sealed for
 * the hall that answers. On the thread that made it. What words there are is in reply_words.c, what
 * each does in daemon/lua/reply.lua. SPDX-License-Identifier: MIT */
#include "sms/inbound.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "core/phone.h"
#include "sms/reply_words.h"
#include "sms/sender.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    WAITING_MAX = 1000, /* more, and gateways are to bring them again */
    COUNTRY_MAX = 8,
    HALL_MAX = 40,
    RECORD_CHARS = 12, /* as in api/args.c */
    AGAIN_S = 600,     /* the same words of the same number */
    AGAIN_ID_S = 86400 /* the same text by its id: gateways keep them for a day */
};

/* What a hall says of the text's number. */
struct asked {
    struct text_in *text;
    char hall[HALL_MAX];
    char country[COUNTRY_MAX]; /* by which the number was read; "" at first */
    char phone[SEAL_HASH_CHARS + 1];
    bool known, heard;
    int64_t at_ms; /* when it last wrote to it about something that is still alive */
};

struct text_in {
    struct inbound *owner;
    struct text_in *next;
    enum reply_word word;
    char from[SENDER_MAX + 1]; /* as the gateway wrote it */
    char mark[SEAL_HASH_CHARS + 1];
    int kept_s;
    inbound_fn fn;
    void *arg;
    struct asked *asked; /* each hall */
    size_t count;
    int pending;
    bool failed;
};

/* Halls' countries do not change; should one do so all the same, its answer says it. */
struct country_known {
    struct country_known *next;
    char hall[HALL_MAX], country[COUNTRY_MAX];
};

struct inbound {
    struct store *store;
    const struct seal *seal;
    struct text_in *first, **last;
    int waiting;
    struct country_known *countries;
};

static void begin(struct text_in *t);

/* Tells whoever brought it, and forgets it. */
static void end(struct inbound *in, bool ok)
{
    struct text_in *t = in->first;

    assert(t->pending == 0);
    in->first = t->next;
    if (!in->first)
        in->last = &in->first;
    in->waiting--;
    t->fn(t->arg, ok);
    explicit_bzero(t->from, sizeof t->from);
    mem_free(t->asked);
    mem_free(t);
}

/* Where the store is away it is so for those behind it, too. */
static void finish(struct text_in *t, bool ok)
{
    struct inbound *in = t->owner;

    assert(in->first == t);
    end(in, ok);
    while (in->first && !ok)
        end(in, false);
    if (in->first)
        begin(in->first);
}

static void library(struct text_in *t, struct store_call *call, const struct str *args, int n)
{
    char now[24];
    struct str argv[12] = {STR("")};
    int head = call->read_only ? 1 : 4;

    assert(head + n <= (int)(sizeof argv / sizeof argv[0]));
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    argv[0] = str_of(now);
    if (head == 4) { /* no request: the text's mark sees to it */
        argv[1] = STR("");
        argv[2] = STR("citizen:");
        argv[3] = STR("");
    }
    for (int i = 0; i < n; i++)
        argv[head + i] = args[i];
    call->argc = head + n;
    call->argv = argv;
    t->pending++;
    store_call(t->owner->store, call);
}

/* The hall is not there any more, or a newer library beside this daemon refuses: nothing to repeat.
 */
static bool store_failed(const struct store_reply *reply)
{
    return reply->err != ERR_NONE && err_status(reply->err) >= 500;
}

static void on_done(void *arg, const struct store_reply *reply)
{
    struct asked *a = arg;
    struct text_in *t = a->text;

    t->pending--;
    if (reply->err == ERR_NONE)
        log_info("hall %s: a text from a phone: " STR_FMT, a->hall, STR_ARG(reply->text));
    else
        log_warn("hall %s: a text from a phone: %s", a->hall, err_code(reply->err));
    t->failed = t->failed || store_failed(reply);
    if (t->pending == 0)
        finish(t, !t->failed);
}

static void make_record(char out[RECORD_CHARS + 1])
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[RECORD_CHARS];
    int failed = getentropy(bytes, sizeof bytes);

    assert(failed == 0); /* only a kernel before 3.17 has none */
    (void)failed;
    for (int i = 0; i < RECORD_CHARS; i++)
        out[i] = alphabet[bytes[i] & 31];
    out[RECORD_CHARS] = '\0';
}

static void act(struct asked *a, bool answers)
{
    struct text_in *t = a->text;
    char number[PHONE_MAX + 1], masked[PHONE_MAX + 1], record[RECORD_CHARS + 1];
    char context[HALL_MAX + RECORD_CHARS + 2], kept[12];
    struct buf sealed;
    bool ok = sender_number(t->from, a->country, number);

    assert(ok); /* it was asked about */
    (void)ok;
    make_record(record);
    snprintf(context, sizeof context, "%s/%s", a->hall, record);
    snprintf(kept, sizeof kept, "%d", t->kept_s);
    buf_init(&sealed);
    seal_text(t->owner->seal, str_of(number), str_of(context), &sealed);
    phone_mask(number, masked);
    buf_addf(&sealed, "|%s", masked); /* as of a number that was typed: api/args.c */
    explicit_bzero(number, sizeof number);
    const struct str args[] = {str_of(record),
                               buf_str(&sealed),
                               str_of(a->phone),
                               str_of(reply_word_name(t->word)),
                               str_of(t->mark),
                               str_of(kept),
                               answers ? STR("1") : STR("")};
    struct store_call call = {.function = "message_inbound",
                              .tag = str_of(a->hall),
                              .repeatable = true,
                              .fn = on_done,
                              .arg = a};
    library(t, &call, args, sizeof args / sizeof args[0]);
    buf_clear(&sealed);
}

static struct asked *latest(struct text_in *t, bool *heard)
{
    struct asked *best = NULL;

    *heard = false;
    for (size_t i = 0; i < t->count; i++) {
        struct asked *a = &t->asked[i];
        *heard = *heard || a->heard;
        if (a->known && (!best || a->at_ms > best->at_ms))
            best = a;
    }
    return best;
}

/* All halls have answered. Who wants no more messages wants none of any hall; the others are about
 * the one that wrote last. */
static void decide(struct text_in *t)
{
    bool of_all = t->word == REPLY_STOP || t->word == REPLY_START, heard;
    struct asked *best = latest(t, &heard);

    if (t->failed || !best || (heard && !of_all)) {
        finish(t, !t->failed);
        return;
    }
    t->pending++; /* until all are asked */
    for (size_t i = 0; i < t->count; i++) {
        struct asked *a = &t->asked[i];
        if (a == best || (of_all && a->known && !a->heard))
            act(a, a == best);
    }
    t->pending--;
    assert(t->pending > 0); /* no call answers before it returns */
}

static void ask(struct asked *a);

static struct country_known *country_of(struct inbound *in, const char *hall)
{
    struct country_known *k = in->countries;

    while (k && strcmp(k->hall, hall) != 0)
        k = k->next;
    if (k)
        return k;
    k = MEM_NEW(struct country_known);
    str_copy(str_of(hall), k->hall, sizeof k->hall);
    k->next = in->countries;
    in->countries = k;
    return k;
}

/* True when it has to be asked once more, with the number as its country reads it. */
static bool found(struct asked *a, const json_t *answer)
{
    struct country_known *k = country_of(a->text->owner, a->hall);

    str_copy(json_str(answer, "country"), k->country, sizeof k->country);
    if (!sender_same(a->text->from, a->country, k->country))
        return true;
    a->known = json_bool(answer, "known", false);
    a->heard = json_bool(answer, "heard", false);
    a->at_ms = json_i64(answer, "at", 0);
    return false;
}

static void on_found(void *arg, const struct store_reply *reply)
{
    struct asked *a = arg;
    struct text_in *t = a->text;
    struct json_where where;

    t->pending--;
    t->failed = t->failed || store_failed(reply);
    json_t *answer = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    if (answer && found(a, answer))
        ask(a);
    json_decref(answer);
    if (t->pending == 0)
        decide(t);
}

static void ask(struct asked *a)
{
    struct text_in *t = a->text;
    char number[PHONE_MAX + 1];

    str_copy(str_of(country_of(t->owner, a->hall)->country), a->country, sizeof a->country);
    if (!sender_number(t->from, a->country, number))
        number[0] = '\0'; /* of a country that is not known yet it may be one */
    seal_hash(t->owner->seal, "phone", str_of(number), a->phone);
    explicit_bzero(number, sizeof number);
    const struct str args[] = {str_of(a->phone), str_of(t->mark)};
    struct store_call call = {.function = "inbound_find",
                              .tag = str_of(a->hall),
                              .read_only = true,
                              .fn = on_found,
                              .arg = a};
    library(t, &call, args, 2);
}

static void on_halls(void *arg, const struct store_reply *reply)
{
    struct text_in *t = arg;
    struct json_where where;
    json_t *answer = reply->err == ERR_NONE ? json_read(reply->text, &where) : NULL;
    const json_t *halls = json_object_get(answer, "halls");

    t->count = json_array_size(halls);
    t->asked = mem_calloc(t->count + 1, sizeof *t->asked);
    for (size_t i = 0; i < t->count; i++) {
        t->asked[i].text = t;
        str_copy(str_of(json_string_value(json_array_get(halls, i))), t->asked[i].hall, HALL_MAX);
        ask(&t->asked[i]);
    }
    t->failed = !answer;
    json_decref(answer);
    t->pending--;
    if (t->pending == 0)
        finish(t, !t->failed);
}

static void begin(struct text_in *t)
{
    struct store_call call = {
        .function = "hall_codes", .tag = STR("sys"), .read_only = true, .fn = on_halls, .arg = t};
    library(t, &call, NULL, 0);
}

/* The same for the same text, and for no other. */
static void mark(struct text_in *t, struct inbound *in, struct str gateway,
                 const struct gateway_inbound *text)
{
    struct buf all;

    t->kept_s = text->id.len ? AGAIN_ID_S : AGAIN_S;
    buf_init(&all);
    buf_addf(&all, STR_FMT "|", STR_ARG(gateway));
    if (text->id.len)
        buf_addf(&all, "id|" STR_FMT, STR_ARG(text->id));
    else
        buf_addf(&all, "text|" STR_FMT "|" STR_FMT "|" STR_FMT, STR_ARG(text->from),
                 STR_ARG(text->to), STR_ARG(text->text));
    seal_hash(in->seal, "inbound", buf_str(&all), t->mark);
    explicit_bzero(all.p, all.len);
    buf_clear(&all);
}

void inbound_take(struct inbound *in, struct str gateway, const struct gateway_inbound *text,
                  inbound_fn fn, void *arg)
{
    enum reply_word word = reply_word(text->text);

    if (in->waiting == WAITING_MAX) {
        fn(arg, false);
        return;
    }
    metric_add(METRIC_TEXTS, word == REPLY_EMPTY ? "empty" : reply_word_name(word), 1);
    /* Alphanumeric and very short senders are machines: nobody has written to them. */
    if (word == REPLY_EMPTY || !sender_is_phone(text->from)) {
        log_debug("sms: a text without words or from no phone number");
        fn(arg, true);
        return;
    }
    struct text_in *t = MEM_NEW(struct text_in);
    t->owner = in;
    t->word = word;
    t->fn = fn;
    t->arg = arg;
    str_copy(text->from, t->from, sizeof t->from);
    mark(t, in, gateway, text);
    *in->last = t;
    in->last = &t->next;
    if (in->waiting++ == 0)
        begin(t);
}

void inbound_on_text(void *arg, struct str gateway, const struct gateway_inbound *text,
                     void (*done)(void *done_arg, bool ok), void *done_arg)
{
    inbound_take(arg, gateway, text, done, done_arg);
}

struct inbound *inbound_new(struct store *store, const struct seal *seal)
{
    struct inbound *in = MEM_NEW(struct inbound);

    in->store = store;
    in->seal = seal;
    in->last = &in->first;
    return in;
}

void inbound_free(struct inbound *in)
{
    if (!in)
        return;
    assert(!in->first); /* the store has answered all of them */
    for (struct country_known *k = in->countries, *next; k; k = next) {
        next = k->next;
        mem_free(k);
    }
    mem_free(in);
}
