/* A small strict reader of iCalendar files: it takes what lists of public holidays consist of and
 * refuses what it would have to guess. Owns nothing; any thread. Another property of an event needs
 * a row in PROPERTIES. SPDX-License-Identifier: MIT */
#include "config/ical.h"

#include "config/date.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    DEPTH_MAX = 4, /* calendar, event, alarm; calendar, time zone, its rules */
    DATE_LEN = 8
};

/* One unfolded content line: NAME;PARAM=value:value */
struct line {
    struct str name;
    struct str params;
    struct str value;
    int number;
};

struct reader {
    struct arena *arena;
    struct fault *fault;
    struct str rest;
    int number; /* of the line before rest */
    struct str open[DEPTH_MAX];
    int depth;
    size_t max;
    struct ical_event *events;
    size_t count;
    struct ical_event event;
    bool in_event;
    bool has_from;
    bool has_to;
    bool cancelled;
};

static bool same(struct str a, const char *word)
{
    return a.len == strlen(word) && strncasecmp(a.p, word, a.len) == 0;
}

static struct str without_bom(struct str text)
{
    return str_starts(text, "\xEF\xBB\xBF") ? (struct str){text.p + 3, text.len - 3} : text;
}

bool ical_is(struct str text)
{
    static const char begin[] = "BEGIN:VCALENDAR";
    struct str s = without_bom(text);

    return s.len >= sizeof(begin) - 1 && strncasecmp(s.p, begin, sizeof(begin) - 1) == 0;
}

static bool fault_line(const struct reader *r, int number, const char *sentence)
{
    return fault_on(r->fault, number, 1, "%s", sentence);
}

static struct str physical_line(struct reader *r)
{
    struct str s = {0};

    (void)str_cut(&r->rest, '\n', &s); /* only called while something is left */
    r->number++;
    if (s.len > 0 && s.p[s.len - 1] == '\r')
        s.len--;
    return s;
}

/* A line and those behind it that begin with a blank, which is how long ones are folded. */
static struct str unfolded_line(struct reader *r)
{
    struct str first = physical_line(r);
    struct str whole;
    struct buf b;

    if (r->rest.len == 0 || (r->rest.p[0] != ' ' && r->rest.p[0] != '\t'))
        return first;
    buf_init(&b);
    buf_add_str(&b, first);
    while (r->rest.len > 0 && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t')) {
        struct str more = physical_line(r);

        buf_add(&b, more.p + 1, more.len > 0 ? more.len - 1 : 0);
    }
    whole = arena_str(r->arena, buf_str(&b));
    buf_clear(&b);
    return whole;
}

/* Names end at the first ; or : and parameters at the first : that stands in no quotes. */
static bool split_line(const struct reader *r, struct str text, struct line *out)
{
    size_t name_len = text.len;
    bool quoted = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];

        quoted ^= c == '"';
        if (quoted || (c != ';' && c != ':'))
            continue;
        if (name_len == text.len)
            name_len = i;
        if (c == ':') {
            out->name = (struct str){text.p, name_len};
            out->params = (struct str){text.p + name_len, i - name_len};
            out->value = (struct str){text.p + i + 1, text.len - i - 1};
            return name_len > 0 ||
                   fault_line(r, out->number, "This line has no name before its colon.");
        }
    }
    return fault_line(r, out->number, "This is no line of a calendar: NAME:value is expected.");
}

/* The value of ;NAME=value or ;NAME="value"; empty when there is none. */
static struct str param(struct str params, const char *name)
{
    size_t i = 0;

    while (i < params.len) {
        size_t begin = ++i; /* behind the semicolon */
        size_t equals = params.len;
        bool quoted = false;

        for (; i < params.len && (quoted || params.p[i] != ';'); i++) {
            quoted ^= params.p[i] == '"';
            if (params.p[i] == '=' && equals == params.len)
                equals = i;
        }
        if (equals < i && same((struct str){params.p + begin, equals - begin}, name)) {
            struct str value = {params.p + equals + 1, i - equals - 1};
            bool in_quotes = value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"';

            return in_quotes ? (struct str){value.p + 1, value.len - 2} : value;
        }
    }
    return STR("");
}

static bool read_date(const struct reader *r, const struct line *line, int *date)
{
    struct str kind = param(line->params, "VALUE");
    int64_t number;

    *date = -1;
    if (same(kind, "DATE-TIME") || memchr(line->value.p, 'T', line->value.len) != NULL)
        return fault_line(r, line->number,
                          "This event has a time of day; a holiday is a whole day.");
    if (line->value.len == DATE_LEN && str_to_i64(line->value, 0, 99991231, &number))
        *date = date_of((int)number);
    return *date >= 0 ||
           fault_line(r, line->number, "This is no day; a date is written YYYYMMDD here.");
}

static bool take_start(struct reader *r, const struct line *line)
{
    if (r->has_from)
        return fault_line(r, line->number, "This event begins twice.");
    r->has_from = true;
    return read_date(r, line, &r->event.from);
}

/* The day behind the last one. */
static bool take_end(struct reader *r, const struct line *line)
{
    if (r->has_to)
        return fault_line(r, line->number, "This event ends twice.");
    r->has_to = true;
    if (!read_date(r, line, &r->event.to))
        return false;
    r->event.to--;
    return true;
}

static bool take_repeat(struct reader *r, const struct line *line)
{
    return fault_line(r, line->number,
                      "This event repeats; each holiday must stand here with its own date.");
}

static bool take_duration(struct reader *r, const struct line *line)
{
    return fault_line(r, line->number, "Say with DTEND when this event ends, not with DURATION.");
}

static bool take_status(struct reader *r, const struct line *line)
{
    r->cancelled = same(line->value, "CANCELLED");
    return true;
}

/* \\ \; \, stand for themselves, \n for a line break, which is a blank to us. */
static bool take_summary(struct reader *r, const struct line *line)
{
    struct buf b;

    if (r->event.summary.len > 0)
        return fault_line(r, line->number, "This event has two summaries.");
    buf_init(&b);
    for (size_t i = 0; i < line->value.len; i++) {
        char c = line->value.p[i];

        if (c == '\\' && i + 1 < line->value.len) {
            c = line->value.p[++i];
            c = c == 'n' || c == 'N' ? ' ' : c;
        }
        if (c != ' ' || (b.len > 0 && b.p[b.len - 1] != ' '))
            buf_add_char(&b, c);
    }
    while (b.len > 0 && b.p[b.len - 1] == ' ')
        b.len--;
    r->event.summary = arena_str(r->arena, buf_str(&b));
    r->event.language = param(line->params, "LANGUAGE");
    buf_clear(&b);
    return true;
}

static const struct {
    const char *name;
    bool (*take)(struct reader *r, const struct line *line);
} PROPERTIES[] = {
    {"DTSTART", take_start},     {"DTEND", take_end},    {"SUMMARY", take_summary},
    {"STATUS", take_status},     {"RRULE", take_repeat}, {"RDATE", take_repeat},
    {"DURATION", take_duration},
};

static bool end_event(struct reader *r)
{
    struct ical_event *e = &r->event;

    r->in_event = false;
    if (r->cancelled)
        return true;
    if (!r->has_from)
        return fault_line(r, e->line, "This event has no DTSTART.");
    if (!r->has_to)
        e->to = e->from;
    if (e->to < e->from)
        return fault_line(r, e->line,
                          "This event must end later than it begins (DTEND is the day "
                          "behind its last one).");
    if (e->summary.len == 0)
        return fault_line(r, e->line, "This event has no SUMMARY.");
    if (r->count == r->max)
        return fault_on(r->fault, e->line, 1, "More than %zu events are too many.", r->max);
    r->events[r->count++] = *e;
    return true;
}

static bool begin_part(struct reader *r, const struct line *line)
{
    if (r->depth == DEPTH_MAX)
        return fault_line(r, line->number, "This is nested too deeply.");
    r->open[r->depth++] = line->value;
    if (r->depth == 2 && same(line->value, "VEVENT")) {
        r->event = (struct ical_event){.line = line->number};
        r->has_from = r->has_to = r->cancelled = false;
        r->in_event = true;
    }
    return true;
}

static bool end_part(struct reader *r, const struct line *line)
{
    struct str open = r->depth > 0 ? r->open[r->depth - 1] : STR("");

    if (r->depth == 0 || open.len != line->value.len ||
        strncasecmp(open.p, line->value.p, open.len) != 0)
        return fault_line(r, line->number, "Something else ends here than was begun.");
    r->depth--;
    return r->depth != 1 || !r->in_event || end_event(r);
}

static bool read_line(struct reader *r)
{
    struct line line = {.number = r->number + 1};
    struct str text = unfolded_line(r);

    if (text.len == 0)
        return true;
    if (!split_line(r, text, &line))
        return false;
    if (same(line.name, "BEGIN"))
        return begin_part(r, &line);
    if (r->depth == 0)
        return fault_line(r, line.number, "This stands outside of the calendar.");
    if (same(line.name, "END"))
        return end_part(r, &line);
    for (size_t i = 0; r->depth == 2 && r->in_event && i < sizeof(PROPERTIES) / sizeof(*PROPERTIES);
         i++) {
        if (same(line.name, PROPERTIES[i].name))
            return PROPERTIES[i].take(r, &line);
    }
    return true;
}

bool ical_read(struct arena *a, struct str text, size_t max, struct fault *f,
               struct ical_event **out, size_t *count)
{
    struct reader r = {.arena = a, .fault = f, .rest = without_bom(text), .max = max};

    if (!str_utf8_valid(text))
        return fault_on(f, 1, 1, "This file is not valid UTF-8.");
    r.events = arena_alloc(a, (max + 1) * sizeof(*r.events));
    while (r.rest.len > 0) {
        if (!read_line(&r))
            return false;
    }
    if (r.depth > 0)
        return fault_line(&r, r.number, "The calendar has no end: this file was cut off.");
    *out = r.events;
    *count = r.count;
    return true;
}
