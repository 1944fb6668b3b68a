/* Time zones. Everything is asked of one function, span_at(): the stretch of time with one offset
 * around a moment, from the file's table or from its rule. Immutable after loading; any thread.
 * SPDX-License-Identifier: MIT */
#include "core/zone.h"

#include "base/log.h"
#include "base/mem.h"
#include "core/zone_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_MAX_BYTES = 64,       /* the longest IANA name has 32 */
    FILE_MAX_BYTES = 64 << 10, /* the largest IANA file has under 4 KiB */
    YEAR_MAX = 100000,         /* keeps every sum far from the end of 64 bits */
    REACH_S = 27 * 3600,       /* no local time is further from UTC */
};

struct zone {
    char *name;
    struct zone_table table;
};

/* A name comes from a hall file and becomes part of a path. */
static bool name_ok(const char *name)
{
    size_t len = strnlen(name, NAME_MAX_BYTES + 1);
    const char *ok = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";

    return len > 0 && len <= NAME_MAX_BYTES && strspn(name, ok) == len && name[0] != '/';
}

/* The whole file, NULL when it cannot be read or is no file of sensible size. */
static char *read_whole(const char *path, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char *bytes = NULL;
    struct stat st;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX_BYTES) {
        bytes = mem_calloc(1, (size_t)st.st_size + 1);
        *len = (size_t)st.st_size;
        if (read(fd, bytes, *len) != (ssize_t)*len) {
            mem_free(bytes);
            bytes = NULL;
        }
    }
    close(fd);
    return bytes;
}

struct zone *zone_load(const char *name)
{
    const char *folder = getenv("TZDIR");
    struct zone_table table;
    const char *wrong;
    char path[512];
    char *bytes;
    struct zone *z;
    size_t len;

    if (!name_ok(name)) {
        log_error("zone: the name is not an IANA name");
        return NULL;
    }
    if (snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "/usr/share/zoneinfo",
                 name) >= (int)sizeof(path)) {
        log_error("zone %s: the path of its file is too long", name);
        return NULL;
    }
    bytes = read_whole(path, &len);
    wrong = bytes != NULL ? zone_file_read(&table, (struct str){bytes, len}) : "cannot be read";
    mem_free(bytes);
    if (wrong != NULL) {
        log_error("zone %s: %s %s", name, path, wrong);
        return NULL;
    }
    z = MEM_NEW(struct zone);
    z->name = mem_strdup(name);
    z->table = table;
    return z;
}

void zone_free(struct zone *z)
{
    if (z == NULL)
        return;
    zone_table_clear(&z->table);
    mem_free(z->name);
    mem_free(z);
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

/* How many times of the table are not behind t_s. */
static size_t times_until(const struct zone_table *t, int64_t t_s)
{
    size_t low = 0;
    size_t high = t->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->times_s[middle] <= t_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct zone_span span_at(const struct zone_table *t, int64_t t_s)
{
    size_t n = times_until(t, t_s);
    struct zone_span span;

    if (n == t->n && t->has_rule) {
        span = zone_rule_span(&t->rule, t_s);
        if (n > 0 && span.from_s < t->times_s[n - 1])
            span.from_s = t->times_s[n - 1];
        return span;
    }
    span.from_s = n > 0 ? t->times_s[n - 1] : INT64_MIN;
    span.to_s = n < t->n ? t->times_s[n] : INT64_MAX;
    span.offset_s = n > 0 ? t->offsets_s[n - 1] : t->before_s;
    return span;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

void zone_local(const struct zone *z, int64_t utc_ms, struct zone_local *out)
{
    int64_t utc_s = floor_div(utc_ms, 1000);
    int offset_s = span_at(&z->table, utc_s).offset_s;
    int64_t days = floor_div(utc_s + offset_s, DAY_S);
    int of_day = (int)(utc_s + offset_s - days * DAY_S);

    civil_date(days, &out->year, &out->month, &out->day);
    out->hour = of_day / 3600;
    out->minute = of_day / 60 % 60;
    out->second = of_day % 60;
    out->weekday = (int)(((days + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    out->offset_s = offset_s;
}

int zone_offset(const struct zone *z, int64_t utc_ms, int64_t *until_ms)
{
    struct zone_span span = span_at(&z->table, floor_div(utc_ms, 1000));

    *until_ms = span.to_s > INT64_MAX / 1000 ? INT64_MAX : span.to_s * 1000;
    return span.offset_s;
}

/* The local time as if it were UTC, in seconds. */
static int64_t naive_s(const struct zone_local *l)
{
    int64_t month = (int64_t)l->month - 1;
    int64_t year = l->year + floor_div(month, 12);

    if (year > YEAR_MAX)
        year = YEAR_MAX;
    if (year < -YEAR_MAX)
        year = -YEAR_MAX;
    month -= floor_div(month, 12) * 12;
    return civil_days(year, (int)month + 1, l->day) * DAY_S + (int64_t)l->hour * 3600 +
           (int64_t)l->minute * 60 + l->second;
}

/* Walks all spans in which this local time could lie. */
static enum zone_fold utc_of(const struct zone_table *t, int64_t local_s, int64_t *utc_s)
{
    struct zone_span span = span_at(t, local_s - REACH_S);
    int found = 0;

    *utc_s = local_s - span.offset_s; /* replaced below: there is always a match or a gap */
    for (;;) {
        struct zone_span next;
        int64_t candidate_s = local_s - span.offset_s;

        if (candidate_s >= span.from_s && candidate_s < span.to_s && found++ == 0)
            *utc_s = candidate_s;
        if (span.to_s > local_s + REACH_S)
            break;
        next = span_at(t, span.to_s);
        if (found == 0 && span.to_s + span.offset_s <= local_s &&
            local_s < span.to_s + next.offset_s)
            *utc_s = span.to_s;
        span = next;
    }
    return found == 0 ? ZONE_GAP : found == 1 ? ZONE_ONCE : ZONE_TWICE;
}

enum zone_fold zone_utc(const struct zone *z, const struct zone_local *l, int64_t *utc_ms)
{
    int64_t utc_s;
    enum zone_fold fold = utc_of(&z->table, naive_s(l), &utc_s);

    *utc_ms = utc_s * 1000;
    return fold;
}

int zone_day(const struct zone *z, int64_t utc_ms, int64_t *begins_ms, int64_t *ends_ms)
{
    struct zone_local l;
    struct zone_local date;

    zone_local(z, utc_ms, &l);
    l = (struct zone_local){.year = l.year, .month = l.month, .day = l.day};
    (void)zone_utc(z, &l, begins_ms); /* gap or twice: both give the day's first moment */
    l.day++;
    (void)zone_utc(z, &l, ends_ms);
    /* Clocks that go back over midnight show yesterday's date again: the day that has begun goes
     * on. */
    if (utc_ms >= *ends_ms) {
        *begins_ms = *ends_ms;
        l.day++;
        (void)zone_utc(z, &l, ends_ms);
    }
    l.day--;
    civil_date(civil_days(l.year, l.month, l.day), &date.year, &date.month, &date.day);
    return date.year * 10000 + date.month * 100 + date.day;
}
