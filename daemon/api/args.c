/* Owns the checks of every value that comes from outside: one function a type, no state, any
 * thread. A new type is a row in checks[]. SPDX-License-Identifier: MIT */
#include "api/args.h"
#include "base/json.h"
#include "core/phone.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
    CODE_MAX = 32,
    NAME_MAX_CHARS = 32,
    CODES_MAX = 64, /* halls of one member of staff */
    CALLS_MAX = 20, /* a board shows less in a second than that */
    NUMBER_DIGITS_MAX = 5,
    FIELD_TEXT_MAX = 200,
    FIELDS_OF_BOOKING_MAX = 10,
    RECORD_ID_CHARS = 12, /* 60 random bits: unique among the numbers a hall keeps at a time */
};

static const int64_t MOMENT_LAST_MS =
    7258118400000; /* the end of 2199, as far as the calendar goes */

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_word(struct str s, size_t min, size_t max, const char *further)
{
    if (s.len < min || s.len > max || !is_lower_or_digit(s.p[0]))
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (!is_lower_or_digit(s.p[i]) && (s.p[i] == '\0' || !strchr(further, s.p[i])))
            return false;
    return true;
}

bool args_is_code(struct str s)
{
    return is_word(s, 1, CODE_MAX, "_-");
}

static bool check_code(const struct command_arg *a, struct str s)
{
    return args_is_code(s);
}

static bool check_name(const struct command_arg *a, struct str s)
{
    return is_word(s, 2, NAME_MAX_CHARS, "._-");
}

static bool check_lang(const struct command_arg *a, struct str s)
{
    return s.len == 2 && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] >= 'a' && s.p[1] <= 'z';
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.len > 0;
}

/* A012: one or two capital letters and the running number. */
static bool is_number(struct str s)
{
    size_t letters = 0;

    while (letters < s.len && s.p[letters] >= 'A' && s.p[letters] <= 'Z')
        letters++;
    return letters >= 1 && letters <= 2 && s.len - letters <= NUMBER_DIGITS_MAX &&
           all_digits((struct str){s.p + letters, s.len - letters});
}

static bool check_ticket(const struct command_arg *a, struct str s)
{
    enum { MS_DIGITS = 13 };

    if (s.len > MS_DIGITS + 1 && s.p[MS_DIGITS] == '-')
        return all_digits((struct str){s.p, MS_DIGITS}) &&
               is_number((struct str){s.p + MS_DIGITS + 1, s.len - MS_DIGITS - 1});
    return is_number(s);
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f)
            return true;
        /* U+0080..U+009F, the second set of control characters. */
        if (c == 0xc2 && i + 1 < s.len && (unsigned char)s.p[i + 1] < 0xa0)
            return true;
    }
    return false;
}

static bool check_text(const struct command_arg *a, struct str s)
{
    if (s.len > (size_t)a->max * 4 || !str_utf8_valid(s) || has_control(s))
        return false;
    size_t count = str_utf8_count(s);
    return count >= (size_t)a->min && count <= (size_t)a->max;
}

/* A reason that must be given is not given by spaces. */
static bool check_words(const struct command_arg *a, struct str s)
{
    return check_text(a, s) && !str_is_blank(s);
}

static bool check_int(const struct command_arg *a, struct str s)
{
    int64_t n;
    return str_to_i64(s, a->min, a->max, &n);
}

static bool check_enum(const struct command_arg *a, struct str s)
{
    for (int i = 0; i < a->n_words; i++)
        if (str_eq(a->words[i], s))
            return true;
    return false;
}

static bool check_event(const struct command_arg *a, struct str s)
{
    enum { DIGITS_MAX = 19 };
    struct str epoch;

    if (!str_cut(&s, '-', &epoch))
        return false;
    return all_digits(epoch) && epoch.len <= DIGITS_MAX && all_digits(s) && s.len <= DIGITS_MAX;
}

/* 1795465432000-b17, or -w17 of the waitlist. */
static bool check_booking(const struct command_arg *a, struct str s)
{
    enum { MS_DIGITS = 13, NUMBER_MAX = 10 };

    return s.len > MS_DIGITS + 2 && s.len <= MS_DIGITS + 2 + NUMBER_MAX &&
           all_digits((struct str){s.p, MS_DIGITS}) && s.p[MS_DIGITS] == '-' &&
           (s.p[MS_DIGITS + 1] == 'b' || s.p[MS_DIGITS + 1] == 'w') &&
           all_digits((struct str){s.p + MS_DIGITS + 2, s.len - MS_DIGITS - 2});
}

static bool check_moment(const struct command_arg *a, struct str s)
{
    int64_t ms;
    return str_to_i64(s, 0, MOMENT_LAST_MS, &ms);
}

/* The shape only; whether the calendar has that day is for core/calendar.h. */
static bool check_day(const struct command_arg *a, struct str s)
{
    int64_t day;
    return s.len == 8 && str_to_i64(s, 19700101, 21991231, &day);
}

/* Types that are one string both in JSON and in the query; int is a number in JSON. */
static bool (*const checks[])(const struct command_arg *a, struct str s) = {
    [TYPE_CODE] = check_code,       [TYPE_TICKET] = check_ticket, [TYPE_LANG] = check_lang,
    [TYPE_NAME] = check_name,       [TYPE_TEXT] = check_words,    [TYPE_SECRET] = check_text,
    [TYPE_INT] = check_int,         [TYPE_ENUM] = check_enum,     [TYPE_EVENT] = check_event,
    [TYPE_BOOKING] = check_booking, [TYPE_MOMENT] = check_moment, [TYPE_DAY] = check_day,
};

static void push(struct args *out, struct str s)
{
    assert(out->n < ARG_STRINGS_MAX);
    out->v[out->n++] = s;
}

static void push_absent(const struct command_arg *a, struct args *out)
{
    push(out, STR(""));
    if (a->type == TYPE_PHONE) {
        push(out, STR(""));
        push(out, STR(""));
    }
}

static const char *detail_of(const struct args_input *in, const struct command_arg *a)
{
    struct arena *m = in->arena;

    switch (a->type) {
    case TYPE_CODE:
        return "A code: 1 to 32 of a-z 0-9 _ -, not beginning with _ or -.";
    case TYPE_TICKET:
        return "A ticket's id, or its number such as A012.";
    case TYPE_LANG:
        return "A language: two letters a-z.";
    case TYPE_NAME:
        return "A name: 2 to 32 of a-z 0-9 . _ -, beginning with a letter or digit.";
    case TYPE_TEXT:
    case TYPE_SECRET:
        return arena_printf(m,
                            "A text of 1 to %d characters, not of spaces alone, without control "
                            "characters.",
                            (int)a->max)
            .p;
    case TYPE_INT:
        return arena_printf(m, "A whole number from %lld to %lld.", (long long)a->min,
                            (long long)a->max)
            .p;
    case TYPE_CODES:
        return "A list of 1 to 64 codes, or [\"*\"].";
    case TYPE_EVENT:
        return "An event's id, epoch-seq.";
    case TYPE_BOOKING:
        return "The id of a booking.";
    case TYPE_MOMENT:
        return "A moment: milliseconds since 1970-01-01 UTC, as a whole number.";
    case TYPE_DAY:
        return "A date: yyyymmdd.";
    case TYPE_FIELDS:
        return "An object of at most 10 codes, each with a text of at most 200 characters.";
    case TYPE_CALLS:
        return "A list of 1 to 20 calls, each as NUMBER@COUNTER#CALLS-AT, or that and a +.";
    case TYPE_ENUM:
        break;
    case TYPE_PHONE:
        return NULL; /* the problem's own sentence says it */
    }
    struct buf words;
    buf_init(&words);
    buf_add_c(&words, "One of");
    for (int i = 0; i < a->n_words; i++)
        buf_addf(&words, "%s " STR_FMT, i ? "," : "", STR_ARG(a->words[i]));
    buf_add_char(&words, '.');
    const char *detail = arena_str(m, buf_str(&words)).p;
    buf_clear(&words);
    return detail;
}

static enum err refuse(struct args *out, enum err err, const char *field, const char *detail)
{
    out->field = field;
    out->detail = detail;
    return err;
}

static enum err refuse_value(const struct args_input *in, const struct command_arg *a,
                             struct args *out)
{
    return refuse(out, ERR_FIELD_INVALID, a->name, detail_of(in, a));
}

static void make_record_id(char out[RECORD_ID_CHARS])
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[RECORD_ID_CHARS];
    int failed = getentropy(bytes, sizeof(bytes));

    assert(failed == 0); /* only a kernel before 3.17 has none */
    (void)failed;
    for (int i = 0; i < RECORD_ID_CHARS; i++)
        out[i] = alphabet[bytes[i] & 31];
}

/* Record id, sealed text with the masked number behind a bar, keyed hash. The clear number ends
 * here. */
static enum err push_phone(const struct args_input *in, const struct command_arg *a,
                           struct str typed, struct args *out)
{
    char e164[PHONE_MAX + 1], masked[PHONE_MAX + 1];
    char record[RECORD_ID_CHARS], hash[SEAL_HASH_CHARS + 1];
    struct buf sealed;

    if (!phone_normalise(typed, in->country, e164))
        return refuse(out, ERR_PHONE_INVALID, a->name, NULL);
    make_record_id(record);
    struct str context =
        arena_printf(in->arena, STR_FMT "/%.*s", STR_ARG(in->hall), (int)RECORD_ID_CHARS, record);
    buf_init(&sealed);
    seal_text(in->seal, str_of(e164), context, &sealed);
    phone_mask(e164, masked);
    buf_addf(&sealed, "|%s", masked); /* what staff see beside a message, without opening it */
    seal_hash(in->seal, "phone", str_of(e164), hash);
    push(out, (struct str){context.p + in->hall.len + 1, RECORD_ID_CHARS});
    push(out, arena_str(in->arena, buf_str(&sealed)));
    push(out, arena_str(in->arena, (struct str){hash, SEAL_HASH_CHARS}));
    buf_clear(&sealed);
    explicit_bzero(e164, sizeof(e164));
    return ERR_NONE;
}

/* A012@3#1-1795465432000, "+" behind: number, counter, its so-manieth call, when. */
static bool is_shown_call(struct str s)
{
    struct str number, counter, calls;
    int64_t n;

    if (s.len > 0 && s.p[s.len - 1] == '+')
        s.len--;
    return str_cut(&s, '@', &number) && is_number(number) && str_cut(&s, '#', &counter) &&
           args_is_code(counter) && str_cut(&s, '-', &calls) && str_to_i64(calls, 1, 999999, &n) &&
           all_digits(s) && str_to_i64(s, 0, MOMENT_LAST_MS, &n);
}

static enum err push_list(const struct args_input *in, const struct command_arg *a,
                          const json_t *list, struct args *out)
{
    bool are_calls = a->type == TYPE_CALLS;
    size_t n = json_is_array(list) ? json_array_size(list) : 0;
    struct buf joined;
    bool ok = n >= 1 && n <= (are_calls ? CALLS_MAX : CODES_MAX);

    buf_init(&joined);
    for (size_t i = 0; ok && i < n; i++) {
        const json_t *one = json_array_get(list, i);
        struct str code = {json_string_value(one), json_string_length(one)};
        ok = code.p && (are_calls ? is_shown_call(code)
                                  : args_is_code(code) || (n == 1 && str_is(code, "*")));
        if (ok && i > 0)
            buf_add_char(&joined, ',');
        if (ok)
            buf_add_str(&joined, code);
    }
    if (ok)
        push(out, arena_str(in->arena, buf_str(&joined)));
    buf_clear(&joined);
    return ok ? ERR_NONE : refuse_value(in, a, out);
}

/* "a,b" of the query: the same as ["a","b"] of a body. */
static enum err push_codes_text(const struct args_input *in, const struct command_arg *a,
                                struct str s, struct args *out)
{
    struct str rest = s, one;
    int n = 0;

    while (str_cut(&rest, ',', &one)) {
        if (!args_is_code(one) || ++n > CODES_MAX)
            return refuse_value(in, a, out);
    }
    if (n == 0 || s.p[s.len - 1] == ',')
        return refuse_value(in, a, out);
    push(out, s);
    return ERR_NONE;
}

/* Only shape and size; what the services ask for is checked where the hall is known. */
static enum err push_fields(const struct args_input *in, const struct command_arg *a,
                            const json_t *object, struct args *out)
{
    static const struct command_arg text = {.min = 0, .max = FIELD_TEXT_MAX};
    const char *key;
    json_t *value;
    bool ok = json_is_object(object) && json_object_size(object) <= FIELDS_OF_BOOKING_MAX;

    if (ok) {
        json_object_foreach((json_t *)object, key, value)
        {
            struct str s = {json_string_value(value), json_string_length(value)};
            ok = ok && args_is_code(str_of(key)) && s.p && check_text(&text, s);
        }
    }
    if (!ok)
        return refuse_value(in, a, out);
    char *json = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    push(out, arena_str(in->arena, str_of(json)));
    free(json);
    return ERR_NONE;
}

static enum err push_text(const struct args_input *in, const struct command_arg *a, struct str s,
                          struct args *out)
{
    if (a->type == TYPE_PHONE)
        return push_phone(in, a, s, out);
    if (a->type == TYPE_CODES)
        return push_codes_text(in, a, s, out);
    assert(a->type != TYPE_FIELDS && a->type != TYPE_CALLS); /* have no form as a string */
    if (!checks[a->type](a, s))
        return refuse_value(in, a, out);
    push(out, s);
    return ERR_NONE;
}

static enum err read_json_value(const struct args_input *in, const struct command_arg *a,
                                const json_t *value, struct args *out)
{
    if (a->type == TYPE_CODES || a->type == TYPE_CALLS)
        return push_list(in, a, value, out);
    if (a->type == TYPE_FIELDS)
        return push_fields(in, a, value, out);
    if (a->type == TYPE_INT || a->type == TYPE_MOMENT) {
        if (!json_is_integer(value))
            return refuse_value(in, a, out);
        struct str digits = arena_printf(in->arena, "%lld", (long long)json_integer_value(value));
        return push_text(in, a, digits, out);
    }
    if (!json_is_string(value))
        return refuse_value(in, a, out);
    struct str s = {json_string_value(value), json_string_length(value)};
    /* The JSON tree is dropped before the values are used. */
    return push_text(in, a, a->type == TYPE_PHONE ? s : arena_str(in->arena, s), out);
}

static struct str from_outside(const struct args_input *in, const struct command_arg *a)
{
    if (a->place == PLACE_LINK)
        return in->link_ticket;
    if (a->place == PLACE_QUERY)
        return in->query ? in->query(in->query_arg, a->name) : (struct str){NULL, 0};
    for (int i = 0; i < in->command->n_params; i++)
        if (str_is(in->command->params[i], a->name))
            return in->params[i];
    return (struct str){NULL, 0};
}

static enum err read_one(const struct args_input *in, const json_t *object,
                         const struct command_arg *a, struct args *out)
{
    if (a->place == PLACE_BODY) {
        const json_t *value = object ? json_object_get(object, a->name) : NULL;
        if (value)
            return read_json_value(in, a, value, out);
    } else {
        struct str s = from_outside(in, a);
        if (s.p)
            return push_text(in, a, s, out);
    }
    if (!a->optional)
        return refuse(out, ERR_FIELD_MISSING, a->name, NULL);
    push_absent(a, out);
    return ERR_NONE;
}

static bool knows(const struct command *c, const char *key)
{
    for (int i = 0; i < c->n_args; i++)
        if (c->args[i].place == PLACE_BODY && strcmp(c->args[i].name, key) == 0)
            return true;
    return false;
}

/* The body as an object, NULL when there is none. */
static enum err read_body(const struct args_input *in, json_t **object, struct args *out)
{
    struct json_where where;
    const char *key;
    json_t *value;

    *object = NULL;
    if (in->body.len == 0 || in->command->raw_body || in->command->method == HTTP_GET)
        return ERR_NONE;
    if (in->body.len > in->body_max_bytes)
        return refuse(out, ERR_TOO_LARGE, NULL, NULL);
    if (!args_is_media_type(in->content_type, "application/json"))
        return refuse(out, ERR_MEDIA_TYPE, NULL, NULL);
    *object = json_read(in->body, &where);
    if (!*object)
        return refuse(
            out, ERR_JSON_SYNTAX, NULL,
            arena_printf(in->arena, "Line %d, column %d: %s.", where.line, where.column, where.what)
                .p);
    if (!json_is_object(*object))
        return refuse(out, ERR_JSON_SYNTAX, NULL, "The body must be a JSON object.");
    json_object_foreach(*object, key, value)
    {
        if (!knows(in->command, key)) {
            /* Bounded: the sender's own word comes back, so not all of it. */
            struct str word = str_of(key);
            word.len = word.len > 64 ? 64 : word.len;
            return refuse(out, ERR_FIELD_UNKNOWN, arena_str(in->arena, word).p, NULL);
        }
    }
    return ERR_NONE;
}

enum err args_read(const struct args_input *in, struct args *out)
{
    json_t *object;

    memset(out, 0, sizeof(*out));
    enum err err = read_body(in, &object, out);
    for (int i = 0; err == ERR_NONE && i < in->command->n_args; i++)
        err = read_one(in, object, &in->command->args[i], out);
    json_decref(object);
    return err;
}

const struct str *args_find(const struct command *c, const struct args *a, const char *name)
{
    int at = 0;

    for (int i = 0; i < c->n_args; i++) {
        if (strcmp(c->args[i].name, name) == 0)
            return &a->v[at];
        at += c->args[i].type == TYPE_PHONE ? 3 : 1;
    }
    assert(!"no such argument");
    return NULL;
}

struct str args_get(const struct command *c, const struct args *a, const char *name)
{
    return *args_find(c, a, name);
}

bool args_is_media_type(struct str content_type, const char *type)
{
    struct str word;

    if (!str_cut(&content_type, ';', &word))
        return false;
    while (word.len > 0 && (word.p[word.len - 1] == ' ' || word.p[word.len - 1] == '\t'))
        word.len--;
    return word.len == strlen(type) && strncasecmp(word.p, type, word.len) == 0;
}
