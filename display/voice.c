/* From a call to one WAV: words, clips, copied behind one another with pauses between. That takes
 * less than a millisecond (docs/displays.md; tests/unit/voice.c bounds it), so it is done on the
 * worker that was asked; a recall and a second board find it in memory. A language that lacks a
 * word of the call is left out: half a sentence is worse than none. SPDX-License-Identifier: MIT */
#include "display/voice.h"

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/metric.h"
#include "display/voice_cache.h"
#include "display/voice_wav.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    CACHE_BYTES = 16 * 1024 * 1024,  /* 50 calls in two languages: more than wait for a recall */
    WAV_BYTES_MAX = 4 * 1024 * 1024, /* two minutes: nobody listens that long */
    PAUSE_MS = 250,
    BETWEEN_MS = 500, /* languages, and the second time */
    KEY_MAX = 96,     /* number, code, languages and flags */
    ETAG_MAX = 40,
};

struct voice {
    struct voice_set *set; /* or NULL */
    struct voice_cache *cache;
};

struct voice *voice_new(void)
{
    struct voice *v = MEM_NEW(struct voice);

    v->cache = voice_cache_new(CACHE_BYTES);
    return v;
}

void voice_free(struct voice *v)
{
    voice_cache_free(v->cache);
    voice_set_unref(v->set);
    mem_free(v);
}

void voice_use(struct voice *v, struct voice_set *set)
{
    voice_set_unref(v->set);
    v->set = set;
    voice_cache_clear(v->cache);
}

/* --- building --- */

static void add_silence(struct buf *out, int ms)
{
    static const char silence[VOICE_BYTES_SECOND / 2];
    size_t len = (size_t)ms * VOICE_BYTES_SECOND / 1000;

    assert(len <= sizeof(silence));
    buf_add(out, silence, len);
}

static void words_of(const struct voice_set *set, const struct voice_order *o, int language,
                     struct voice_words *out)
{
    char name[VOICE_WORD_MAX];
    struct voice_call call = {
        .number = o->number, .counter = o->counter, .yao = o->yao, .brief = o->brief};

    (void)snprintf(name, sizeof(name), "name-" STR_FMT, STR_ARG(o->counter)); /* a code fits */
    call.named = voice_set_bytes(set, language, name) > 0;
    voice_words(language, &call, out);
}

static bool has_words(const struct voice_set *set, int language, const struct voice_words *words)
{
    for (int i = 0; i < words->n; i++) {
        bool pause = strcmp(words->word[i], VOICE_PAUSE) == 0;
        if (!pause && voice_set_bytes(set, language, words->word[i]) == 0)
            return false;
    }
    return true;
}

/* False: a clip can no longer be read. */
static bool say(const struct voice_set *set, int language, const struct voice_words *words,
                struct buf *out)
{
    for (int i = 0; i < words->n; i++) {
        if (strcmp(words->word[i], VOICE_PAUSE) == 0) {
            add_silence(out, PAUSE_MS);
            continue;
        }
        if (!voice_set_add(set, language, words->word[i], out))
            return false;
    }
    return true;
}

/* All languages once. */
static bool say_round(const struct voice_set *set, const struct voice_order *o, struct buf *out)
{
    struct voice_words words;

    for (int i = 0; i < o->n; i++) {
        words_of(set, o, o->languages[i], &words);
        if (!has_words(set, o->languages[i], &words))
            continue;
        if (out->len > 0)
            add_silence(out, BETWEEN_MS);
        if (!say(set, o->languages[i], &words, out))
            return false;
    }
    return true;
}

bool voice_build(const struct voice_set *set, const struct voice_order *order, struct buf *out)
{
    struct buf sound;
    bool good = true;

    buf_init(&sound);
    for (int i = 0; good && i < order->repeat && sound.len < WAV_BYTES_MAX; i++)
        good = say_round(set, order, &sound);
    good = good && sound.len > 0 && sound.len <= WAV_BYTES_MAX;
    if (good) {
        buf_reserve(out, VOICE_HEADER_BYTES + sound.len);
        voice_wav_header(out, sound.len);
        buf_add_str(out, buf_str(&sound));
    }
    buf_clear(&sound);
    return good;
}

/* --- answering --- */

static void refuse(struct http_request *req, enum err err, const char *field)
{
    struct buf body;

    buf_init(&body);
    buf_addf(&body, "{\"type\":\"/problems/%s\"", err_code(err));
    json_add_member_cstr(&body, "title", err_title(err));
    json_add_member_i64(&body, "status", err_status(err));
    json_add_member_cstr(&body, "code", err_code(err));
    if (field != NULL)
        json_add_member_cstr(&body, "field", field);
    buf_add_char(&body, '}');
    metric_add(METRIC_REFUSALS, err_code(err), 1);
    http_reply(req, &(struct http_answer){.status = err_status(err),
                                          .content_type = "application/problem+json",
                                          .body = buf_str(&body)});
    buf_clear(&body);
}

static bool add_language(struct voice_order *o, struct str code)
{
    int language = voice_language(code);

    if (language < 0 || o->n == VOICE_LANGUAGES)
        return false;
    for (int i = 0; i < o->n; i++)
        if (o->languages[i] == language)
            return false;
    o->languages[o->n++] = language;
    return true;
}

/* The ones asked for, else the voice's, else the hall's. */
static bool read_languages(struct voice_order *o, const struct hall_file *hall, struct str asked)
{
    const struct hall_voice *v = &hall->voice;
    const char **own = v->language_count > 0 ? v->languages : hall->languages;
    size_t count = v->language_count > 0 ? v->language_count : hall->language_count;
    struct str code;

    if (asked.len == 0) {
        for (size_t i = 0; i < count; i++)
            (void)add_language(o, str_of(own[i])); /* the hall file was checked */
        return true;
    }
    while (str_cut(&asked, ',', &code))
        if (!add_language(o, code))
            return false;
    return true;
}

static enum err read_order(struct voice_order *o, const struct hall_file *hall,
                           const struct str *argv, const char **field)
{
    *o = (struct voice_order){.number = argv[0],
                              .counter = argv[1],
                              .yao = strcmp(hall->voice.digit_one, "yao") == 0,
                              .brief = str_is(argv[3], "short")};
    o->repeat = o->brief ? 1 : hall->voice.repeat;
    *field = "number"; /* its type lets the id of a ticket pass, too */
    if (!voice_number_ok(o->number))
        return ERR_FIELD_INVALID;
    *field = "counter";
    if (hall_counter(hall, o->counter) == NULL)
        return ERR_COUNTER_UNKNOWN;
    *field = "languages";
    return read_languages(o, hall, argv[2]) ? ERR_NONE : ERR_FIELD_INVALID;
}

/* Everything the sound depends on, but the clips. */
static struct str key_of(const struct voice_order *o, char out[KEY_MAX])
{
    int len = snprintf(out, KEY_MAX, STR_FMT "@" STR_FMT " %d%d%d ", STR_ARG(o->number),
                       STR_ARG(o->counter), o->yao, o->brief, o->repeat);

    assert(len > 0 && len + VOICE_LANGUAGES < KEY_MAX);
    for (int i = 0; i < o->n; i++)
        out[len++] = (char)('0' + o->languages[i]);
    return (struct str){out, (size_t)len};
}

static uint64_t hash_of(struct str s)
{
    uint64_t hash = 0xcbf29ce484222325ULL; /* FNV-1a, as the set's own number */

    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3ULL;
    return hash;
}

static void reply_sound(struct http_request *req, struct str sound, const char *etag)
{
    /* Asked for again each time, since clips can be replaced; what has not changed is not sent. */
    const struct http_field fields[] = {{"Cache-Control", STR("private, no-cache")},
                                        {"ETag", str_of(etag)}};

    http_reply(req, &(struct http_answer){.status = sound.p != NULL ? 200 : 304,
                                          .content_type = sound.p != NULL ? "audio/wav" : NULL,
                                          .body = sound,
                                          .fields = fields,
                                          .n_fields = 2});
}

/* Is the tag in the list of If-None-Match? Ours hold no comma. */
static bool is_known(struct http_request *req, const char *etag)
{
    struct str rest = http_header_list(req, "If-None-Match"), tag;

    while (str_cut(&rest, ',', &tag)) {
        while (tag.len > 0 && tag.p[0] == ' ')
            tag = (struct str){tag.p + 1, tag.len - 1};
        while (tag.len > 0 && tag.p[tag.len - 1] == ' ')
            tag.len--;
        if (str_starts(tag, "W/"))
            tag = (struct str){tag.p + 2, tag.len - 2};
        if (str_is(tag, etag) || str_is(tag, "*"))
            return true;
    }
    return false;
}

static void say_order(struct voice *v, struct http_request *req, const struct voice_order *o)
{
    char text[KEY_MAX], etag[ETAG_MAX];
    struct str key = key_of(o, text), sound = voice_cache_get(v->cache, key);
    struct buf built;

    (void)snprintf(etag, sizeof(etag), "\"%016" PRIx64 "-%016" PRIx64 "\"", voice_set_id(v->set),
                   hash_of(key)); /* 35 */
    buf_init(&built);
    if (sound.p != NULL) {
        metric_add(METRIC_VOICE, "memory", 1);
    } else if (voice_build(v->set, o, &built)) {
        metric_add(METRIC_VOICE, "built", 1);
        sound = buf_str(&built);
        voice_cache_put(v->cache, key, sound);
    }
    if (sound.p == NULL)
        refuse(req, ERR_VOICE_MISSING, NULL);
    else
        reply_sound(req, is_known(req, etag) ? (struct str){NULL, 0} : sound, etag);
    buf_clear(&built);
}

void voice_reply(void *voice, struct http_request *req, const struct hall_file *hall,
                 const struct str *argv, int argc)
{
    struct voice *v = voice;
    struct voice_order order;
    const char *field;

    assert(argc == 4);
    enum err err = read_order(&order, hall, argv, &field);
    if (err != ERR_NONE)
        refuse(req, err, field);
    else if (v->set == NULL)
        refuse(req, ERR_VOICE_MISSING, NULL);
    else
        say_order(v, req, &order);
}
