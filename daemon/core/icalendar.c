/* Writes iCalendar files: escaping (RFC 5545, 3.3.11), folding at 75 octets between code points
 * (3.1), CRLF. Owns nothing; any thread. A further property is a line in icalendar_write().
 * SPDX-License-Identifier: MIT */
#include "core/icalendar.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    LINE_OCTETS = 75, /* without CRLF; the blank that begins a continuation counts */
    MOMENT_CHARS = 24,
};

/* Octets of the code point that s begins with; of a broken one 1, so that any text comes to its
 * end. */
static size_t point_len(struct str s)
{
    size_t len = str_utf8_next(s);
    return len > 0 ? len : 1;
}

/* Those that a line may hold (3.1, CONTROL): a tab, but neither line breaks nor the rest. */
static bool is_allowed(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];
    return c >= 0x80 ? str_utf8_next(s) > 0 : c == '\t' || (c >= 0x20 && c != 0x7f);
}

void icalendar_add_line(struct buf *out, struct str line)
{
    size_t used = 0;

    while (line.len > 0) {
        size_t len = point_len(line);
        if (is_allowed(line)) {
            if (used + len > LINE_OCTETS) {
                buf_add_c(out, "\r\n ");
                used = 1;
            }
            buf_add(out, line.p, len);
            used += len;
        }
        line = (struct str){line.p + len, line.len - len};
    }
    buf_add_c(out, "\r\n");
}

void icalendar_add_text(struct buf *out, const char *name, struct str value)
{
    struct buf line;

    buf_init(&line);
    buf_add_c(&line, name);
    buf_add_char(&line, ':');
    for (size_t i = 0; i < value.len; i++) {
        char c = value.p[i];
        if (c == '\n') {
            buf_add_c(&line, "\\n");
        } else {
            if (c == '\\' || c == ';' || c == ',')
                buf_add_char(&line, '\\');
            buf_add_char(&line, c);
        }
    }
    icalendar_add_line(out, buf_str(&line));
    buf_clear(&line);
}

static void add_moment(struct buf *out, const char *name, int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    char text[MOMENT_CHARS + 16];
    struct tm utc;

    (void)gmtime_r(&seconds, &utc); /* every moment of ours is one */
    (void)snprintf(text, sizeof(text), "%s:%04d%02d%02dT%02d%02d%02dZ", name, utc.tm_year + 1900,
                   utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
    icalendar_add_line(out, str_of(text));
}

static void add_alarm(struct buf *out, const char *before, struct str text)
{
    icalendar_add_line(out, STR("BEGIN:VALARM"));
    icalendar_add_line(out, STR("ACTION:DISPLAY"));
    icalendar_add_text(out, "DESCRIPTION", text);
    icalendar_add_text(out, "TRIGGER", str_of(before));
    icalendar_add_line(out, STR("END:VALARM"));
}

static void add_event(struct buf *out, const struct icalendar_event *e)
{
    char sequence[32];

    icalendar_add_line(out, STR("BEGIN:VEVENT"));
    icalendar_add_text(out, "UID", e->uid);
    add_moment(out, "DTSTAMP", e->stamp_ms);
    add_moment(out, "DTSTART", e->from_ms);
    add_moment(out, "DTEND", e->to_ms);
    (void)snprintf(sequence, sizeof(sequence), "SEQUENCE:%d", e->sequence); /* any int fits */
    icalendar_add_line(out, str_of(sequence));
    icalendar_add_line(out, e->is_cancelled ? STR("STATUS:CANCELLED") : STR("STATUS:CONFIRMED"));
    icalendar_add_text(out, "SUMMARY", e->summary);
    if (e->location.len > 0)
        icalendar_add_text(out, "LOCATION", e->location);
    if (e->description.len > 0)
        icalendar_add_text(out, "DESCRIPTION", e->description);
    if (e->url.len > 0) {
        struct buf line; /* a URI is not escaped */
        buf_init(&line);
        buf_addf(&line, "URL:" STR_FMT, STR_ARG(e->url));
        icalendar_add_line(out, buf_str(&line));
        buf_clear(&line);
    }
    if (!e->is_cancelled) {
        add_alarm(out, "-P1D", e->summary);
        add_alarm(out, "-PT1H", e->summary);
    }
    icalendar_add_line(out, STR("END:VEVENT"));
}

void icalendar_write(const struct icalendar_event *e, struct buf *out)
{
    icalendar_add_line(out, STR("BEGIN:VCALENDAR"));
    icalendar_add_line(out, STR("VERSION:2.0"));
    icalendar_add_line(out, STR("PRODID:-//paihao//paihao " PAIHAO_VERSION "//EN"));
    icalendar_add_line(out, STR("CALSCALE:GREGORIAN"));
    icalendar_add_line(out, STR("METHOD:PUBLISH"));
    add_event(out, e);
    icalendar_add_line(out, STR("END:VCALENDAR"));
}
