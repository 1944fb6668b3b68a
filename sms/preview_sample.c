/* The citizen of a preview: comes for the hall's first service, or for the one with the longest
 * name; is number 12, or the last of its series; goes to the first counter, or to the one with the
 * longest name. Pure but for the file of the time zone: any thread. SPDX-License-Identifier: MIT */
#include "sms/preview_sample.h"

#include "core/seal.h"
#include "sms/encoding.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    HALF_HOUR_MS = 30 * 60 * 1000,
    DAY_MS = 48 * HALF_HOUR_MS,
    USUAL_NUMBER = 12,
};

/* UTF-16 units: names are compared by what they cost where they cost most. */
static int name_units(const json_t *entry, struct str language)
{
    const json_t *name =
        json_object_getn(json_object_get(entry, "names"), language.p, language.len);
    struct str text = {json_string_value(name), json_string_length(name)};
    return text.len ? encoding_measure_as(text, ENCODING_UCS2, NULL, 0).units : 0;
}

/* Codes of the first entry and of the one with the longest name. */
static void choose(const json_t *list, struct str language, struct str codes[2])
{
    int longest = -1;
    codes[0] = codes[1] = STR("");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        int units = name_units(entry, language);
        if (i == 0)
            codes[0] = json_str(entry, "code");
        if (units > longest) {
            longest = units;
            codes[1] = json_str(entry, "code");
        }
    }
}

static void make_numbers(struct sample *s)
{
    const json_t *series = json_array_get(json_object_get(s->config, "series"), 0);
    struct str letter = json_str(series, "letter");
    int64_t first = json_i64(series, "first", 1), last = json_i64(series, "last", 999);
    int64_t usual = first + USUAL_NUMBER - 1 < last ? first + USUAL_NUMBER - 1 : last;
    /* Numbers of series have six digits at most. */
    (void)snprintf(s->number[0], sizeof s->number[0], STR_FMT "%03" PRId64, STR_ARG(letter), usual);
    (void)snprintf(s->number[1], sizeof s->number[1], STR_FMT "%03" PRId64, STR_ARG(letter), last);
}

/* As long as a real one, and of a place where it leads nowhere. */
static void make_link(struct sample *s, const struct preview_order *o)
{
    const struct settings *set = o->settings;
    if (*set->http_public_url)
        buf_add_c(&s->link, set->http_public_url);
    else
        buf_addf(&s->link, "http://%s:%d", set->http_listen, set->http_port);
    buf_addf(&s->link, "/%c#" STR_FMT ".%013" PRId64 "-%s.", s->of_booking ? 'b' : 't',
             STR_ARG(json_str(s->config, "code")), o->now_ms,
             s->of_booking ? "b1012" : s->number[0]);
    for (int i = 0; i < SEAL_LINK_CHARS; i++)
        buf_add_char(&s->link, "0123456789abcdefghjkmnpqrstvwxyz"[i * 7 % 32]);
}

/* By what the shipped text tells. */
static bool is_of_booking(const struct preview_order *o)
{
    struct str text = text_shipped(o->name, o->language);
    return memmem(text.p, text.len, "{date}", 6) || memmem(text.p, text.len, "{what}", 6);
}

void sample_make(struct sample *s, const struct preview_order *o)
{
    memset(s, 0, sizeof *s);
    s->config = o->config;
    s->zone = zone_load(json_str(o->config, "zone").p);
    s->at_ms = (o->now_ms + DAY_MS) / HALF_HOUR_MS * HALF_HOUR_MS;
    s->of_booking = is_of_booking(o);
    choose(json_object_get(o->config, "services"), o->language, s->service);
    choose(json_object_get(o->config, "counters"), o->language, s->counter);
    make_numbers(s);
    buf_init(&s->link);
    make_link(s, o);
}

void sample_clear(struct sample *s)
{
    zone_free(s->zone);
    buf_clear(&s->link);
}

/* As staff would write it; the longer one as long as fits. */
static struct str sample_reason(struct str language, bool longest)
{
    if (str_is(language, "zh"))
        return longest ? STR("因市政供电线路检修，大厅当天下午全部窗口暂停对外办理业务，给您带来不"
                             "便敬请谅解，"
                             "请改约其他时间或到就近的大厅办理")
                       : STR("当天停电检修");
    if (str_is(language, "de"))
        return longest ? STR("Die Halle schließt an diesem Nachmittag wegen Bauarbeiten.")
                       : STR("Stromausfall");
    return longest ? STR("The hall closes in the afternoon for urgent building work.")
                   : STR("no power that day");
}

struct text_request sample_request(const struct sample *s, struct str name, struct str language,
                                   bool longest)
{
    struct text_request req = {.kind = TEXT_ALARM,
                               .language = language,
                               .number = str_of(s->number[longest]),
                               .counter = s->counter[longest],
                               .ahead = longest ? STR("120") : STR("3"),
                               .service = s->service[longest],
                               .link = buf_str(&s->link),
                               .code = STR("048213"),
                               .reason = sample_reason(language, longest),
                               .zone = s->zone,
                               .at_ms = s->at_ms,
                               .of_booking = s->of_booking,
                               .alarm = STR("wait"),
                               .alarm_name =
                                   longest ? STR("board-at-the-east-door") : STR("board-1"),
                               .alarm_value = longest ? STR("120") : STR("35")};
    if (!text_kind_find(name, &req.kind) && str_starts(name, "alarm_"))
        req.alarm = (struct str){name.p + strlen("alarm_"), name.len - strlen("alarm_")};
    return req;
}
