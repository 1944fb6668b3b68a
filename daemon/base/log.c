/* The log: one fact a line on stderr, one write(2) a line. Owns level and format; any thread.
 * SPDX-License-Identifier: MIT */
#include "base/log.h"

#include "base/json.h"
#include "base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* With time, level and prefix still below PIPE_BUF (4096), so lines of several threads or processes
 * in one pipe are never mixed; JSON may double a few quotes. */
enum { TEXT_MAX = 1900 };

static const struct {
    const char *name;
    const char *prefix; /* sd-daemon(3) */
} levels[] = {
    [LOG_ERROR] = {"error", "<3>"},
    [LOG_WARN] = {"warn", "<4>"},
    [LOG_INFO] = {"info", "<6>"},
    [LOG_DEBUG] = {"debug", "<7>"},
};

static atomic_int level_now = LOG_INFO;
static atomic_int format_now = LOG_TEXT;

void log_set(enum log_level level, enum log_format format)
{
    level_now = (int)level;
    format_now = (int)format;
}

bool log_level_parse(const char *name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(name, levels[i].name) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

bool log_on(enum log_level level)
{
    return (int)level <= level_now;
}

/* Whoever collects JSON from a pipe wants JSON from the first byte on; only journald cuts the
 * prefix off. */
static bool wants_prefix(enum log_format format)
{
    if (getenv("JOURNAL_STREAM") != NULL)
        return true;
    return format == LOG_TEXT && isatty(STDERR_FILENO) == 0;
}

/* The real time even under a demo clock: a log is compared with those of other programs. */
static void add_time(struct buf *line)
{
    struct timespec now;
    struct tm tm;
    char text[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
    buf_addf(line, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

/* A text from outside must not begin a line of its own or steer a terminal. */
static void add_printable(struct buf *line, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7F)
            buf_addf(line, "\\x%02x", c);
        else
            buf_add_char(line, (char)c);
    }
}

static void put_line(enum log_level level, const char *text)
{
    enum log_format format = (enum log_format)format_now;
    struct buf line;

    buf_init(&line);
    if (wants_prefix(format))
        buf_add_c(&line, levels[level].prefix);
    if (format == LOG_JSON) {
        buf_add_c(&line, "{\"time\":\"");
        add_time(&line);
        buf_add_char(&line, '"');
        json_add_member_cstr(&line, "level", levels[level].name);
        json_add_member_cstr(&line, "text", text);
        buf_add_char(&line, '}');
    } else {
        add_time(&line);
        buf_addf(&line, " %s ", levels[level].name);
        add_printable(&line, text);
    }
    buf_add_char(&line, '\n');
    (void)!write(STDERR_FILENO, line.p, line.len); /* a log that cannot be written cannot be told */
    buf_clear(&line);
}

void log_write(enum log_level level, const char *fmt, ...)
{
    int saved = errno;
    char text[TEXT_MAX];
    va_list args;

    if (log_on(level)) {
        va_start(args, fmt);
        (void)vsnprintf(text, sizeof(text), fmt, args); /* longer facts are cut */
        va_end(args);
        put_line(level, text);
    }
    errno = saved;
}

void log_write_errno(enum log_level level, const char *fmt, ...)
{
    int saved = errno;
    char text[TEXT_MAX];
    char reason[128];
    va_list args;
    int len;

    if (log_on(level)) {
        va_start(args, fmt);
        len = vsnprintf(text, sizeof(text) - sizeof(reason) - 2, fmt, args);
        va_end(args);
        if (len < 0 || (size_t)len >= sizeof(text) - sizeof(reason) - 2)
            len = (int)strlen(text);
        (void)snprintf(text + len, sizeof(text) - (size_t)len, ": %s",
                       strerror_r(saved, reason, sizeof(reason)));
        put_line(level, text);
    }
    errno = saved;
}
