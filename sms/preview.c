/* A text is previewed by sms/text.c itself, with values made of the hall's own file, and once more
 * with the longest ones it has: what is shown is what will be sent and paid for. What is wrong with
 * the template is told with its place, counted in characters. A new thing to tell is a function
 * called in add_problems(), a code in daemon/api/schemas.json and words in the admin page. Pure:
 * any thread. SPDX-License-Identifier: MIT */
#include "sms/preview.h"

#include "sms/encoding.h"
#include "sms/plain.h"
#include "sms/preview_sample.h"
#include "sms/text.h"
#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum {
    FORCES_MAX = 8, /* different characters told; a Chinese text is made of nothing else */
};

static const char *const languages[] = {"zh", "en", "de"};

enum { LANGUAGES = sizeof languages / sizeof languages[0] };

/* ---- what is wrong with the template ---- */

static void add_problem(struct buf *out, const char *code, bool fatal, int at)
{
    buf_add_c(out, out->p[out->len - 1] == '[' ? "{" : ",{");
    json_add_member_cstr(out, "code", code);
    json_add_member_bool(out, "fatal", fatal);
    json_add_member_i64(out, "at", at);
}

static bool is_variable(struct str hole, const char *variables)
{
    char name[32];
    size_t len = hole.len - 2;
    if (len + 2 >= sizeof name)
        return false;
    name[0] = ' ';
    memcpy(name + 1, hole.p + 1, len);
    memcpy(name + 1 + len, " ", 2);
    return strstr(variables, name) != NULL;
}

/* One character outside holes; signs: brackets here are no signature of the template's own. */
static void look_at(struct buf *out, uint32_t c, int at, bool signs)
{
    if (hall_message_forbids(c)) {
        add_problem(out, "hidden", true, at);
        buf_addf(out, ",\"text\":\"U+%04X\"}", (unsigned)c);
    } else if (c == '{' || c == '}') {
        add_problem(out, "brace", false, at);
        buf_add_char(out, '}');
    } else if (signs && c == 0x3010) {
        add_problem(out, "brackets", false, at);
        buf_add_char(out, '}');
    }
}

static void add_character_problems(struct buf *out, struct str text, const char *variables)
{
    size_t front = signature_front(text), end = front ? 0 : signature_end(text);
    const char *from = text.p + front, *to = text.p + text.len - end;
    for (int at = 0; text.len; at++) {
        size_t hole = str_hole(text);
        const char *p = text.p;
        if (!hole) {
            look_at(out, str_utf8_take(&text), at, p >= from && p < to);
            continue;
        }
        if (!is_variable((struct str){p, hole}, variables)) {
            add_problem(out, "hole", true, at);
            json_add_member_str(out, "text", (struct str){p, hole});
            buf_add_char(out, '}');
        }
        text = (struct str){p + hole, text.len - hole};
        at += (int)hole - 1; /* its characters are ASCII */
    }
}

static void add_simple(struct buf *out, const char *code, bool fatal, int at)
{
    add_problem(out, code, fatal, at);
    buf_add_char(out, '}');
}

static void add_problems(struct buf *out, const struct preview_order *o, struct str text,
                         const char *why, bool longest_fits)
{
    int characters = (int)str_utf8_count(text);
    json_add_key(out, "problems");
    buf_add_char(out, '[');
    add_character_problems(out, text, hall_message_variables(o->name));
    if (text.len && (text.p[0] == ' ' || text.p[text.len - 1] == ' '))
        add_simple(out, "blank", true, text.p[0] == ' ' ? 0 : characters - 1);
    if (characters > HALL_MESSAGE_MAX)
        add_simple(out, "long", true, HALL_MESSAGE_MAX);
    if (why && strcmp(why, "text_empty") == 0)
        add_simple(out, "empty", true, 0);
    else if (why && strcmp(why, "text_long") == 0)
        add_simple(out, "parts", true, 0);
    else if (!why && !longest_fits)
        add_simple(out, "parts_longest", false, 0);
    buf_add_char(out, ']');
}

/* ---- how it travels ---- */

static const char *encoding_name(enum encoding e)
{
    return e == ENCODING_GSM7 ? "GSM7" : "UCS2";
}

static void add_size(struct buf *out, struct str text)
{
    int lengths[TEXT_PARTS_MAX * 2];
    struct encoding_size size = encoding_measure(text, lengths, TEXT_PARTS_MAX * 2);
    json_add_member_cstr(out, "encoding", encoding_name(size.encoding));
    json_add_member_i64(out, "units", size.units);
    json_add_member_i64(out, "room", encoding_room(size));
    json_add_member_i64(out, "parts", size.parts);
    json_add_key(out, "lengths");
    buf_add_char(out, '[');
    for (int i = 0; i < size.parts && i < TEXT_PARTS_MAX * 2; i++)
        buf_addf(out, i ? ",%d" : "%d", lengths[i]);
    buf_add_char(out, ']');
}

static void add_size_as(struct buf *out, const char *key, struct str text)
{
    json_add_key(out, key);
    buf_add_char(out, '{');
    add_size(out, text);
    buf_add_char(out, '}');
}

/* What says the same in the cheap alphabet. */
static const char *instead_of(uint32_t c)
{
    static const struct {
        uint32_t c;
        const char *instead;
    } table[] = {
        {0x2018, "'"}, {0x2019, "'"},   {0x201C, "\\\""}, {0x201D, "\\\""}, {0x2013, "-"},
        {0x2014, "-"}, {0x2026, "..."}, {0x60, "'"},      {0xA0, " "},      {0x2022, "-"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].c == c)
            return table[i].instead;
    return NULL;
}

struct force {
    uint32_t c;
    struct str octets;
    int at, count;
};

/* Characters that the 7-bit alphabet does not have, each once; *others: how many more there are. */
static int find_forces(struct str text, struct force found[FORCES_MAX], int *others)
{
    int n = 0;
    *others = 0;
    for (int at = 0; text.len; at++) {
        struct str rest = text;
        uint32_t c = str_utf8_take(&text);
        int i = 0;
        if (encoding_units(c, ENCODING_GSM7))
            continue;
        while (i < n && found[i].c != c)
            i++;
        if (i == FORCES_MAX) {
            (*others)++;
            continue;
        }
        if (i == n)
            found[n++] = (struct force){c, {rest.p, rest.len - text.len}, at, 0};
        found[i].count++;
    }
    return n;
}

/* But for those of the signature: what they cost is told by `unsigned`. */
static void add_forces(struct buf *out, struct str text)
{
    struct force found[FORCES_MAX];
    size_t front = signature_front(text), end = front ? 0 : signature_end(text);
    struct str rest = {text.p + front, text.len - front - end};
    int others, n = find_forces(rest, found, &others);
    int before = (int)str_utf8_count((struct str){text.p, front});
    json_add_key(out, "forces_ucs2");
    buf_add_char(out, '[');
    for (int i = 0; i < n; i++) {
        buf_add_c(out, i ? ",{" : "{");
        json_add_member_str(out, "character", found[i].octets);
        buf_addf(out, ",\"code\":\"U+%04X\"", (unsigned)found[i].c);
        json_add_member_i64(out, "at", before + found[i].at);
        json_add_member_i64(out, "count", found[i].count);
        if (instead_of(found[i].c))
            buf_addf(out, ",\"instead\":\"%s\"", instead_of(found[i].c));
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    json_add_member_i64(out, "forces_others", others);
}

/* Exact: an amount in a JSON number would be rounded by whoever reads it. */
static void add_amount(struct buf *out, int64_t micros)
{
    int digits = 6;
    int64_t behind = micros % 1000000;
    while (digits > 2 && behind % 10 == 0) {
        behind /= 10;
        digits--;
    }
    buf_addf(out, "\"%" PRId64 ".%0*" PRId64 "\"", micros / 1000000, digits, behind);
}

static void add_cost(struct buf *out, const char *key, const struct settings *s, int parts)
{
    int64_t price = settings_price(s);
    json_add_key(out, key);
    if (price < 0) {
        buf_add_c(out, "null");
        return;
    }
    buf_add_c(out, "{\"amount\":");
    add_amount(out, price * parts);
    json_add_member_cstr(out, "currency", s->sms_currency);
    buf_add_char(out, '}');
}

/* ---- all of it ---- */

static json_t *member(json_t *object, struct str name)
{
    json_t *m = json_object_getn(object, name.p, name.len);
    if (!json_is_object(m)) {
        m = json_object();
        (void)json_object_setn_new(object, name.p, name.len, m); /* it is an object */
    }
    return m;
}

/* The text in the hall's words, else the shipped one; with a draft, that one. */
static struct str template_of(const struct preview_order *o, bool *own)
{
    json_t *texts = member(member(o->config, STR("messages")), o->name);
    if (o->draft.len)
        (void)json_object_setn_new(texts, o->language.p, o->language.len,
                                   json_stringn(o->draft.p, o->draft.len));
    const json_t *text = json_object_getn(texts, o->language.p, o->language.len);
    *own = json_is_string(text) && json_string_length(text) > 0;
    return *own ? (struct str){json_string_value(text), json_string_length(text)}
                : text_shipped(o->name, o->language);
}

static void add_texts(struct buf *out, const struct preview_order *o, struct sample *sample,
                      struct str template)
{
    struct buf text, longest, bare;
    struct text_request req = sample_request(sample, o->name, o->language, false);
    buf_init(&text);
    buf_init(&longest);
    buf_init(&bare);
    const char *why = text_write(o->config, &req, &text);
    if (why && strcmp(why, "text_hole") == 0)
        buf_reset(&text);
    req.gateway_signs = true;
    (void)text_write(o->config, &req, &bare); /* what is wrong was told already */
    req = sample_request(sample, o->name, o->language, true);
    const char *longest_why = text_write(o->config, &req, &longest);
    json_add_member_str(out, "text", buf_str(&text));
    add_size(out, buf_str(&text));
    add_forces(out, buf_str(&text));
    if (bare.len != text.len)
        add_size_as(out, "unsigned", buf_str(&bare));
    add_size_as(out, "longest", buf_str(&longest));
    add_cost(out, "cost", o->settings,
             text.len ? encoding_measure(buf_str(&text), NULL, 0).parts : 0);
    add_problems(out, o, template, why, longest_why == NULL);
    buf_clear(&text);
    buf_clear(&longest);
    buf_clear(&bare);
}

bool preview_write(const struct preview_order *o, struct buf *out)
{
    struct sample sample;
    bool own;
    if (!hall_message_variables(o->name) || !text_shipped(o->name, o->language).len)
        return false;
    struct str template = template_of(o, &own);
    sample_make(&sample, o);
    buf_add_char(out, '{');
    json_add_member_str(out, "name", o->name);
    json_add_member_str(out, "lang", o->language);
    json_add_member_bool(out, "own", own);
    json_add_member_str(out, "template", template);
    add_texts(out, o, &sample, template);
    buf_add_char(out, '}');
    sample_clear(&sample);
    return true;
}

static void add_variables(struct buf *out, const char *names)
{
    struct str rest = str_of(names), name;
    bool any = false;
    json_add_key(out, "variables");
    buf_add_char(out, '[');
    while (str_cut(&rest, ' ', &name)) {
        if (!name.len)
            continue;
        buf_addf(out, any ? ",\"" STR_FMT "\"" : "\"" STR_FMT "\"", STR_ARG(name));
        any = true;
    }
    buf_add_char(out, ']');
}

void preview_list(const struct settings *settings, struct buf *out)
{
    buf_add_c(out, "{\"texts\":[");
    for (size_t i = 0; hall_message_name(i); i++) {
        struct str name = str_of(hall_message_name(i));
        buf_add_c(out, i ? ",{" : "{");
        json_add_member_str(out, "name", name);
        json_add_member_bool(out, "staff", str_starts(name, "alarm"));
        add_variables(out, hall_message_variables(name));
        buf_add_c(out, ",\"shipped\":{");
        for (size_t n = 0; n < LANGUAGES; n++)
            json_add_member_str(out, languages[n], text_shipped(name, str_of(languages[n])));
        buf_add_c(out, "}}");
    }
    buf_add_char(out, ']');
    json_add_member_i64(out, "characters_max", HALL_MESSAGE_MAX);
    json_add_member_i64(out, "signature_min", HALL_SIGNATURE_MIN);
    json_add_member_i64(out, "signature_max", HALL_SIGNATURE_MAX);
    json_add_member_i64(out, "parts_max", TEXT_PARTS_MAX);
    add_cost(out, "price", settings, 1);
    buf_add_char(out, '}');
}
