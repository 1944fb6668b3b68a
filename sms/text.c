/* The text of a message: the hall's own template for the kind and language, else the shipped one of
 * texts.def. Names of hall, service and counter come from the hall's configuration in the same
 * language; every variable goes through plain_add(). A new kind is a row in text.h, in kinds[] and
 * in texts.def; a new variable is a row of enum value and in make_values(). Pure: any thread.
 * SPDX-License-Identifier: MIT */
#include "sms/text.h"

#include "sms/encoding.h"
#include "sms/phrases.h"
#include "sms/plain.h"
#include "sms/template.h"
#include <stdio.h>
#include <string.h>

/* Characters that a variable takes at most: what is longer is cut with an ellipsis, so that one
 * long name neither costs another part in every message nor keeps it from being sent. */
enum {
    SHORT_CHARS = 12, /* numbers, codes, counts */
    COUNTER_CHARS = 24,
    HALL_CHARS = 40,
    SERVICE_CHARS = 30,
    SERVICES_CHARS = 60,
    NAME_CHARS = 32,
    REASON_CHARS = 60,
    LINK_CHARS = 300,
};

static const char *const kinds[TEXT_KINDS] = {
    [TEXT_CALLED] = "called",
    [TEXT_COME_NOW] = "come_now",
    [TEXT_CODE] = "code",
    [TEXT_OFFER] = "offer",
    [TEXT_TICKET] = "ticket",
    [TEXT_BOOKED] = "booked",
    [TEXT_MOVED] = "moved",
    [TEXT_CANCELLED] = "cancelled",
    [TEXT_REBOOK] = "rebook",
    [TEXT_WARNING] = "warning",
    [TEXT_BLOCKED] = "blocked",
    [TEXT_ALARM] = "alarm",
    [TEXT_MISSED] = "missed",
    [TEXT_DELAY] = "delay",
    [TEXT_REMINDER] = "reminder",
    [TEXT_REPLY_CANCELLED] = "reply_cancelled",
    [TEXT_REPLY_DECLINED] = "reply_declined",
    [TEXT_REPLY_COMING] = "reply_coming",
    [TEXT_REPLY_MORE_TIME] = "reply_more_time",
    [TEXT_REPLY_LATE] = "reply_late",
    [TEXT_REPLY_NO] = "reply_no",
    [TEXT_REPLY_NONE] = "reply_none",
    [TEXT_REPLY_HELP] = "reply_help",
    [TEXT_REPLY_STOPPED] = "reply_stopped",
    [TEXT_REPLY_STARTED] = "reply_started",
};

bool text_kind_can_wait(enum text_kind kind)
{
    return kind >= TEXT_MISSED;
}

bool text_kind_repeats(enum text_kind kind)
{
    static const bool harms[TEXT_KINDS] = {
        [TEXT_CODE] = true,   [TEXT_OFFER] = true,   [TEXT_ALARM] = true,
        [TEXT_REBOOK] = true, [TEXT_WARNING] = true, [TEXT_BLOCKED] = true,
    };
    /* A second answer would be taken for a second deed. */
    bool answers = kind >= TEXT_REPLY_CANCELLED && kind <= TEXT_REPLY_STARTED;
    return !answers && !harms[kind];
}

const char *text_kind_name(enum text_kind kind)
{
    return kinds[kind];
}

bool text_kind_find(struct str name, enum text_kind *out)
{
    for (size_t i = 0; i < TEXT_KINDS; i++) {
        if (str_is(name, kinds[i])) {
            *out = (enum text_kind)i;
            return true;
        }
    }
    return false;
}

/* The member of texts for the language; empty when there is none. */
static struct str text_in(const json_t *texts, struct str language)
{
    const json_t *t = json_object_getn(texts, language.p, language.len);
    return json_is_string(t) ? (struct str){json_string_value(t), json_string_length(t)}
                             : (struct str){"", 0};
}

static struct str hall_language(const json_t *config)
{
    const json_t *first = json_array_get(json_object_get(config, "languages"), 0);
    return str_of(json_string_value(first));
}

/* In the language, else in the hall's own, else otherwise. */
static struct str name_in(const json_t *config, const json_t *names, struct str language,
                          struct str otherwise)
{
    struct str name = text_in(names, language);
    if (!name.len)
        name = text_in(names, hall_language(config));
    return name.len ? name : otherwise;
}

static const json_t *find_code(const json_t *config, const char *list, struct str code)
{
    const json_t *items = json_object_get(config, list);
    for (size_t i = 0; i < json_array_size(items); i++)
        if (str_eq(json_str(json_array_get(items, i), "code"), code))
            return json_array_get(items, i);
    return NULL;
}

/* The template, and in *language the one it is in. */
static struct str template_of(const json_t *config, enum text_kind kind, struct str *language)
{
    const json_t *own = json_object_get(json_object_get(config, "messages"), kinds[kind]);
    const struct str tried[] = {*language, hall_language(config), STR("en")};
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        struct str text = text_in(own, tried[i]);
        if (!text.len)
            text = text_shipped(str_of(kinds[kind]), tried[i]);
        *language = tried[i];
        if (text.len)
            return text;
    }
    return (struct str){"", 0};
}

/* A counter without a name is called by its code; in Chinese that reads "3 号窗口". */
static void add_counter(const json_t *config, struct str code, struct str language, struct buf *out)
{
    const json_t *counter = find_code(config, "counters", code);
    struct str name = name_in(config, json_object_get(counter, "names"), language, code);
    plain_add(out, name, COUNTER_CHARS);
    if (str_is(language, "zh") && code.len && str_eq(name, code))
        buf_add_c(out, " 号");
}

/* The names of all services, as a list of that language is written. */
static void add_services(const json_t *config, struct str codes, struct str language,
                         struct buf *out)
{
    struct str code;
    struct buf list;
    buf_init(&list);
    while (str_cut(&codes, ',', &code)) {
        const json_t *service = find_code(config, "services", code);
        if (list.len)
            buf_add_c(&list, str_is(language, "zh") ? "、" : ", ");
        plain_add(&list, name_in(config, json_object_get(service, "names"), language, code),
                  SERVICE_CHARS);
    }
    plain_add(out, buf_str(&list), SERVICES_CHARS);
    buf_clear(&list);
}

/* "11月25日（周三）", "Wed 25 Nov", "Mi., 25. Nov." */
static void add_date(const struct zone_local *l, struct str language, struct buf *out)
{
    static const char *const days[][7] = {{"一", "二", "三", "四", "五", "六", "日"},
                                          {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
                                          {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"}};
    static const char *const months[][12] = {
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
        {"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.",
         "Dez."}};
    if (str_is(language, "zh"))
        buf_addf(out, "%d月%d日（周%s）", l->month, l->day, days[0][l->weekday]);
    else if (str_is(language, "de"))
        buf_addf(out, "%s., %d. %s", days[2][l->weekday], l->day, months[1][l->month - 1]);
    else
        buf_addf(out, "%s %d %s", days[1][l->weekday], l->day, months[0][l->month - 1]);
}

/* Which of the two it is where the clocks show that time twice; the pages say it in the same words.
 */
static void add_half(const struct text_request *req, const struct zone_local *l,
                     struct str language, struct buf *time)
{
    int64_t first;
    if (zone_utc(req->zone, l, &first) != ZONE_TWICE)
        return;
    bool summer = req->at_ms / 1000 == first / 1000;
    if (str_is(language, "zh"))
        buf_add_c(time, summer ? "（夏令时）" : "（冬令时）");
    else if (str_is(language, "de"))
        buf_add_c(time, summer ? " (Sommerzeit)" : " (Winterzeit)");
    else
        buf_add_c(time, summer ? " (summer time)" : " (winter time)");
}

static void add_moment(const struct text_request *req, struct str language, struct buf *date,
                       struct buf *time)
{
    struct zone_local l;
    if (!req->zone || req->at_ms <= 0)
        return;
    zone_local(req->zone, req->at_ms, &l);
    add_date(&l, language, date);
    buf_addf(time, "%02d:%02d", l.hour, l.minute);
    add_half(req, &l, language, time);
}

/* The sentence for this kind of alarm: the hall's own, else the shipped one. None for a kind that
 * is not known here: a newer daemon beside this one raised it. */
static struct str alarm_text(const json_t *config, struct str kind, struct str language)
{
    char name[40];
    (void)snprintf(name, sizeof name, "alarm_" STR_FMT, STR_ARG(kind)); /* cut off: no such text */
    struct str own = text_in(json_object_get(json_object_get(config, "messages"), name), language);
    struct str shipped = text_shipped(str_of(name), language);
    return own.len && shipped.len ? own : shipped;
}

static void trim_end(struct buf *b)
{
    while (b->len && b->p[b->len - 1] == ' ')
        b->p[--b->len] = 0;
}

/* The variables of a text; each is harmless and of a bounded length by itself. */
enum value {
    NUMBER,
    COUNTER,
    AHEAD,
    HALL,
    LINK,
    SERVICE,
    CODE,
    DATE,
    TIME,
    ALARM,
    NAME,
    VALUE,
    WHAT,
    REPLIES,
    REASON,
    VALUES
};

static const char *const value_names[VALUES] = {
    [NUMBER] = "number", [COUNTER] = "counter", [AHEAD] = "ahead",   [HALL] = "hall",
    [LINK] = "link",     [SERVICE] = "service", [CODE] = "code",     [DATE] = "date",
    [TIME] = "time",     [ALARM] = "alarm",     [NAME] = "name",     [VALUE] = "value",
    [WHAT] = "what",     [REPLIES] = "replies", [REASON] = "reason",
};

static bool fill(struct str text, const struct buf *values, struct buf *out)
{
    struct template_value named[VALUES];
    for (int i = 0; i < VALUES; i++)
        named[i] = (struct template_value){value_names[i], buf_str(&values[i])};
    return template_fill(text, TEMPLATE_RAW, named, VALUES, out, NULL);
}

static bool make_values(const json_t *config, const struct text_request *req, struct str language,
                        struct buf *values)
{
    struct str hall =
        name_in(config, json_object_get(config, "names"), language, json_str(config, "code"));
    plain_add(&values[NUMBER], req->number, SHORT_CHARS);
    add_counter(config, req->counter, language, &values[COUNTER]);
    plain_add(&values[AHEAD], req->ahead, SHORT_CHARS);
    plain_add(&values[HALL], hall, HALL_CHARS);
    if (str_utf8_count(req->link) <= LINK_CHARS) /* a piece of it would lead nowhere */
        plain_add(&values[LINK], req->link, LINK_CHARS);
    add_services(config, req->service, language, &values[SERVICE]);
    plain_add(&values[CODE], req->code, SHORT_CHARS);
    add_moment(req, language, &values[DATE], &values[TIME]);
    plain_add(&values[NAME], req->alarm_name, NAME_CHARS);
    plain_add(&values[VALUE], req->alarm_value, SHORT_CHARS);
    const struct phrases_subject subject = {req->of_booking, buf_str(&values[NUMBER]),
                                            buf_str(&values[DATE]), buf_str(&values[TIME])};
    phrases_what(&subject, language, &values[WHAT]);
    phrases_replies(config, req->kind, language, &values[REPLIES]);
    phrases_reason(req->reason, REASON_CHARS, language, &values[REASON]);
    if (!req->alarm.len)
        return true;
    return fill(alarm_text(config, req->alarm, language), values, &values[ALARM]);
}

void text_variables_fill(const json_t *config, const struct text_request *req,
                         struct text_variables *out)
{
    _Static_assert((int)VALUES <= (int)TEXT_VARIABLES_MAX, "there is room for all of them");
    out->language = req->language;
    (void)template_of(config, req->kind, &out->language);
    for (int i = 0; i < VALUES; i++)
        buf_init(&out->words[i]);
    out->is_filled = make_values(config, req, out->language, out->words);
    out->n = VALUES;
    for (int i = 0; i < VALUES; i++)
        out->v[i] = (struct template_value){value_names[i], buf_str(&out->words[i])};
}

bool text_has_link(const json_t *config, enum text_kind kind, struct str language)
{
    static const char hole[] = "{link}";
    struct str text = template_of(config, kind, &language);
    return memmem(text.p, text.len, hole, sizeof hole - 1) != NULL;
}

void text_variables_clear(struct text_variables *v)
{
    for (int i = 0; i < v->n; i++) {
        if (v->words[i].len)
            explicit_bzero(v->words[i].p, v->words[i].len);
        buf_clear(&v->words[i]);
    }
    v->n = 0;
}

/* The template without a signature of its own where the gateway puts one, and the one to put. */
static struct str sign(const json_t *config, const struct text_request *req, struct str *text)
{
    size_t front = signature_front(*text), end = front ? 0 : signature_end(*text);
    if (req->gateway_signs)
        *text = (struct str){text->p + front, text->len - front - end};
    return front || end || req->gateway_signs ? STR("") : json_str(config, "message_signature");
}

const char *text_write(const json_t *config, const struct text_request *req, struct buf *out)
{
    struct str language = req->language;
    struct str text = template_of(config, req->kind, &language);
    struct str signature = sign(config, req, &text);
    struct text_variables values;
    text_variables_fill(config, req, &values);
    buf_reset(out);
    bool filled =
        values.is_filled && template_fill(text, TEMPLATE_RAW, values.v, values.n, out, NULL);
    text_variables_clear(&values);
    if (!filled)
        return "text_hole";
    plain_strip(out);
    trim_end(out);
    if (!out->len)
        return "text_empty";
    if (signature.len)
        signature_put(out, signature, str_is(json_str(config, "message_signature_at"), "end"));
    return encoding_measure(buf_str(out), NULL, 0).parts > TEXT_PARTS_MAX ? "text_long" : NULL;
}
