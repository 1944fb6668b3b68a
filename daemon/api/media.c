/* Pictures and films for boards, /media/NAME: files of the setting display.media_dir, nothing else
 * of the disk. Read on a job thread, a film in parts as the browser asks for them, so that no loop
 * waits for a disk and no film lies in memory. A further kind of file is a row of `kinds` and one
 * in config/hall_check_boards.c. SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_CHARS_MAX = 200,             /* what a hall file takes */
    PART_BYTES_MAX = 1024 * 1024,     /* of one answer to a range; the browser asks for the next */
    WHOLE_BYTES_MAX = 8 * 1024 * 1024 /* without a range: a picture, not a film */
};

static const struct {
    const char *end;
    const char *content_type;
} kinds[] = {
    {".jpg", "image/jpeg"}, {".png", "image/png"},   {".webp", "image/webp"},
    {".mp4", "video/mp4"},  {".webm", "video/webm"},
};

struct media {
    struct call *call;
    const char *content_type;
    char path[PATH_MAX];
    bool ranged;
    int64_t from; /* -1: the last `to` bytes */
    int64_t to;   /* inclusive; INT64_MAX: to the end */
    /* Found by the job: */
    enum err err;
    int64_t size;
    char etag[48];
    char *bytes; /* from..from + len; NULL: none */
    size_t len;
};

static const char *kind_of(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        bool good = isalnum((unsigned char)name.p[i]) || (i > 0 && strchr("._-", name.p[i]));

        if (!good || name.p[i] == '\0' || name.len > NAME_CHARS_MAX)
            return NULL;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t end = strlen(kinds[i].end);

        if (name.len > end && memcmp(name.p + name.len - end, kinds[i].end, end) == 0)
            return kinds[i].content_type;
    }
    return NULL;
}

/* "bytes=0-", "bytes=100-199", "bytes=-500". Several parts at once, or garbage: as if not asked
 * (RFC 9110, section 14.2). */
static void read_range(struct media *m, struct str range)
{
    struct str from;

    if (!str_starts(range, "bytes="))
        return;
    range = (struct str){range.p + 6, range.len - 6};
    if (!str_cut(&range, '-', &from))
        return;
    m->to = INT64_MAX;
    if (from.len == 0) {
        m->from = -1;
        m->ranged = str_to_i64(range, 1, INT64_MAX, &m->to);
        return;
    }
    m->ranged = str_to_i64(from, 0, INT64_MAX - 1, &m->from) &&
                (range.len == 0 || str_to_i64(range, m->from, INT64_MAX, &m->to));
}

/* Which bytes are sent; false when there are none to send. */
static bool clip(struct media *m)
{
    if (!m->ranged) {
        m->from = 0;
        m->len = (size_t)m->size;
        return m->size <= WHOLE_BYTES_MAX;
    }
    if (m->from < 0) {
        m->from = m->to < m->size ? m->size - m->to : 0;
        m->to = INT64_MAX;
    }
    if (m->from >= m->size)
        return false;
    int64_t end = m->to < m->size ? m->to + 1 : m->size;
    int64_t len = end - m->from;

    m->len = (size_t)(len < PART_BYTES_MAX ? len : PART_BYTES_MAX);
    return true;
}

static enum err read_part(struct media *m, int fd)
{
    struct stat st;
    size_t got = 0;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR_NOT_FOUND;
    m->size = st.st_size;
    (void)snprintf(m->etag, sizeof(m->etag), "\"%llx-%llx%08lx\"", (unsigned long long)st.st_size,
                   (unsigned long long)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec);
    if (!clip(m))
        return ERR_MEDIA_RANGE;
    m->bytes = mem_calloc(1, m->len + 1);
    while (got < m->len) {
        ssize_t n = pread(fd, m->bytes + got, m->len - got, (off_t)(m->from + (int64_t)got));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) /* it is being replaced this very moment */
            return ERR_INTERNAL;
        got += (size_t)n;
    }
    return ERR_NONE;
}

/* On a job thread. */
static void read_file(void *arg)
{
    struct media *m = arg;
    int fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    m->err = fd < 0 ? ERR_NOT_FOUND : read_part(m, fd);
    if (fd >= 0)
        (void)close(fd); /* nothing was written */
}

static void on_read(void *arg)
{
    struct media *m = arg;
    struct call *c = m->call;
    char range[72];
    struct http_field fields[FIELDS_MAX] = {
        {"ETag", str_of(m->etag)},
        {"Accept-Ranges", STR("bytes")},
        {"Cache-Control", STR("no-cache")}, /* kept, and asked about each time */
        {"X-Request-Id", str_of(c->request_id)},
    };
    struct http_answer answer = {.status = m->ranged ? 206 : 200,
                                 .content_type = m->content_type,
                                 .body = {m->bytes, m->len},
                                 .fields = fields,
                                 .n_fields = 4};

    if (m->err != ERR_NONE) {
        call_problem(c, m->err, NULL, NULL);
    } else {
        if (!m->ranged && call_knows(c, m->etag)) {
            answer.status = 304;
            answer.content_type = NULL;
        }
        if (m->ranged) {
            (void)snprintf(range, sizeof(range), "bytes %" PRId64 "-%" PRId64 "/%" PRId64, m->from,
                           m->from + (int64_t)m->len - 1, m->size); /* three numbers of 19 */
            fields[answer.n_fields++] = (struct http_field){"Content-Range", str_of(range)};
        }
        http_reply(c->req, &answer);
    }
    mem_free(m->bytes);
}

void media_handle(struct call *c, struct str name)
{
    const char *dir = c->api->config.media_dir, *kind = kind_of(name);
    enum http_method method = http_method(c->req);

    if (method != HTTP_GET && method != HTTP_HEAD) {
        struct problem p = {.err = ERR_METHOD, .allow = 1u << HTTP_GET | 1u << HTTP_HEAD};
        call_problem_full(c, &p);
        return;
    }
    struct media *m = arena_alloc(http_arena(c->req), sizeof(*m));
    m->call = c;
    m->content_type = kind;
    int len = kind ? snprintf(m->path, sizeof(m->path), "%s/" STR_FMT, dir, STR_ARG(name)) : 0;
    if (dir[0] == '\0' || len <= 0 || (size_t)len >= sizeof(m->path)) {
        call_problem(c, ERR_NOT_FOUND, NULL, NULL);
        return;
    }
    read_range(m, http_header(c->req, "Range"));
    if (!jobs_submit(c->api->config.jobs, read_file, on_read, m))
        call_problem(c, ERR_BUSY, NULL, NULL);
}
