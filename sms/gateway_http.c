/* Gateways reached by one HTTP request for each message: method, address, header fields and body
 * are templates, and what the answer means is said by statuses and regular expressions, so that
 * most need no code of their own (docs/sms.md shows Kannel). Owns nothing but the
 * compiled settings; runs on the loop of its fetch. A new variable is a row of fill_values(); a
 * gateway that signs its requests gets a file of its own instead. Addresses and bodies hold phone
 * numbers and are never logged. SPDX-License-Identifier: MIT */
#include "sms/gateway.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fetch/fetch.h"
#include "sms/template.h"
#include <regex.h>
#include <stdio.h>
#include <string.h>

enum {
    HEADERS_MAX = 16,         /* more than any gateway asks for */
    ANSWER_MAX_BYTES = 65536, /* a gateway's word on one message; regular expressions run over it */
    VALUES_MAX = 10,          /* rows of fill_values() */
    PAUSE_MS = 2000,          /* after 429 without Retry-After; rates are counted per second */
    PAUSE_MIN_MS = 1000,      /* "0" is no answer to too many at once */
    PAUSE_MAX_MS = 60000,     /* longer ones outlast what a message is worth */
    STATUS_RANGES_MAX = 8,
};

struct range {
    int64_t from, to;
};

struct http_gateway {
    const struct sms_gateway_settings *settings;
    struct fetch *fetch;
    char *user_password; /* or NULL */
    enum template_filter body_filter;
    struct range success[STATUS_RANGES_MAX];
    int n_success;
    regex_t success_match, retry_match;
    bool has_success_match, has_retry_match;
};

/* One message on its way. */
struct trip {
    struct http_gateway *gateway;
    gateway_fn fn;
    void *arg;
};

/* What the templates are filled with. Numbers are written into the struct itself. */
struct values {
    struct template_value rows[VALUES_MAX];
    int n;
    char validity_s[24];
    char validity_min[24];
};

static bool ranges_parse(struct http_gateway *g, struct str list)
{
    struct str piece;
    while (str_cut(&list, ',', &piece)) {
        struct str from;
        struct range *r = &g->success[g->n_success];
        while (piece.len && piece.p[0] == ' ')
            piece = (struct str){piece.p + 1, piece.len - 1};
        if (g->n_success == STATUS_RANGES_MAX || !str_cut(&piece, '-', &from) ||
            !str_to_i64(from, 100, 599, &r->from))
            return false;
        r->to = r->from;
        if (piece.len && !str_to_i64(piece, r->from, 599, &r->to))
            return false;
        g->n_success++;
    }
    return g->n_success > 0;
}

static bool regex_make(const char *gateway, const char *what, const char *pattern, regex_t *out,
                       bool *has)
{
    char why[120];
    if (!*pattern)
        return true;
    int rc = regcomp(out, pattern, REG_EXTENDED | REG_NOSUB);
    if (rc == 0) {
        *has = true;
        return true;
    }
    regerror(rc, NULL, why, sizeof why);
    log_error("sms gateway %s: %s is no regular expression: %s", gateway, what, why);
    return false;
}

/* Bodies need not end with NUL. */
static bool regex_matches(const regex_t *re, struct str s)
{
    regmatch_t whole = {0, (regoff_t)s.len};
    return regexec(re, s.p, 1, &whole, REG_STARTEND) == 0;
}

static void add_value(struct values *v, const char *name, struct str value)
{
    v->rows[v->n++] = (struct template_value){name, value};
}

/* The number as people of the hall's country would dial it, for resellers that know no other. */
static struct str national(const struct gateway_message *m)
{
    struct str to = str_of(m->to_e164 + 1);
    if (m->country.len && to.len > m->country.len &&
        memcmp(to.p, m->country.p, m->country.len) == 0)
        return (struct str){to.p + m->country.len, to.len - m->country.len};
    return to;
}

/* Gateways count in whole seconds or minutes: rounded up, since 0 would mean "for ever" to some. */
static void fill_values(struct values *v, const struct sms_gateway_settings *s,
                        const struct gateway_message *m)
{
    int64_t valid_s = (m->valid_ms + 999) / 1000;
    v->n = 0;
    snprintf(v->validity_s, sizeof v->validity_s, "%lld", (long long)valid_s);
    snprintf(v->validity_min, sizeof v->validity_min, "%lld", (long long)(valid_s + 59) / 60);
    add_value(v, "to", str_of(m->to_e164 + 1));
    add_value(v, "to_e164", str_of(m->to_e164));
    add_value(v, "to_national", national(m));
    add_value(v, "from", str_of(s->from));
    add_value(v, "text", m->text);
    add_value(v, "id", m->id);
    add_value(v, "validity_s", str_of(v->validity_s));
    add_value(v, "validity_min", str_of(v->validity_min));
    add_value(v, "coding", m->size.encoding == ENCODING_GSM7 ? STR("0") : STR("2"));
    add_value(v, "report_url", m->report_url);
}

/* The parts of one request as text, each NUL-terminated in a buffer of its own. */
struct request {
    struct buf url, body;
    struct buf fields[HEADERS_MAX + 1];
    const char *lines[HEADERS_MAX + 2];
};

static void request_clear(struct request *r)
{
    buf_clear(&r->url);
    buf_clear(&r->body);
    for (int i = 0; i <= HEADERS_MAX; i++)
        buf_clear(&r->fields[i]);
}

/* False, and *bad the hole at fault, when a template names something there is not. */
static bool request_fill(struct request *r, const struct http_gateway *g,
                         const struct gateway_message *m, struct str *bad)
{
    const struct sms_gateway_settings *s = g->settings;
    struct values v;
    size_t n = 0;
    memset(r, 0, sizeof *r);
    buf_init(&r->url);
    buf_init(&r->body);
    for (int i = 0; i <= HEADERS_MAX; i++)
        buf_init(&r->fields[i]);
    fill_values(&v, s, m);
    if (!template_fill(str_of(s->url), TEMPLATE_URL, v.rows, v.n, &r->url, bad) ||
        !template_fill(str_of(s->body), g->body_filter, v.rows, v.n, &r->body, bad))
        return false;
    for (; n < s->header_count; n++) {
        if (!template_fill(str_of(s->headers[n]), TEMPLATE_RAW, v.rows, v.n, &r->fields[n], bad))
            return false;
        r->lines[n] = r->fields[n].p;
    }
    if (r->body.len) {
        buf_addf(&r->fields[n], "Content-Type: %s", s->content_type);
        r->lines[n] = r->fields[n].p;
    }
    return true;
}

static bool status_is_success(const struct http_gateway *g, int status)
{
    for (int i = 0; i < g->n_success; i++)
        if (status >= g->success[i].from && status <= g->success[i].to)
            return true;
    return false;
}

static int64_t retry_after_ms(const struct fetch_answer *a)
{
    int64_t seconds;
    struct str field = fetch_header(a, "Retry-After");
    if (!str_to_i64(field, 0, INT64_MAX / 1000, &seconds)) /* absent, or a date */
        return PAUSE_MS;
    if (seconds * 1000 < PAUSE_MIN_MS)
        return PAUSE_MIN_MS;
    return seconds * 1000 > PAUSE_MAX_MS ? PAUSE_MAX_MS : seconds * 1000;
}

/* What the answer means. No answer at all is tried again even where the request had left: a message
 * that comes twice does less harm than one that never comes. */
static struct gateway_result judge(const struct http_gateway *g, const struct fetch_answer *a)
{
    struct gateway_result r = {.outcome = GATEWAY_TEMPFAIL};
    if (a->error) {
        r.uncertain = a->sent;
        snprintf(r.reason, sizeof r.reason, "%s", a->sent ? "no_answer" : "unreachable");
        return r;
    }
    snprintf(r.reason, sizeof r.reason, "http_%d", a->status);
    if (a->status == 429) {
        r.outcome = GATEWAY_THROTTLED;
        r.pause_ms = retry_after_ms(a);
        return r;
    }
    bool success = status_is_success(g, a->status);
    if (success && (!g->has_success_match || regex_matches(&g->success_match, a->body))) {
        r.outcome = GATEWAY_OK;
    } else if (success && !a->body.len) {
        snprintf(r.reason, sizeof r.reason, "answer_empty"); /* something in between swallowed it */
    } else if (a->status < 500 && a->status != 408 &&
               !(g->has_retry_match && regex_matches(&g->retry_match, a->body))) {
        r.outcome = GATEWAY_PERMFAIL;
        if (success)
            snprintf(r.reason, sizeof r.reason, "answer_refused");
    }
    return r;
}

static void on_answer(void *arg, const struct fetch_answer *a)
{
    struct trip *t = arg;
    struct gateway_result r = judge(t->gateway, a);
    const char *name = t->gateway->settings->name;
    if (a->error)
        log_warn("sms gateway %s: %s", name, a->error);
    else if (r.outcome != GATEWAY_OK)
        log_warn("sms gateway %s: answered %d", name, a->status);
    t->fn(t->arg, &r);
    mem_free(t);
}

static void http_send(void *self, const struct gateway_message *m, gateway_fn fn, void *arg)
{
    struct http_gateway *g = self;
    const struct sms_gateway_settings *s = g->settings;
    struct request r;
    struct trip *t = MEM_NEW(struct trip);
    *t = (struct trip){g, fn, arg};
    request_fill(&r, g, m, NULL); /* http_open() has tried it */
    fetch_send(g->fetch,
               &(struct fetch_request){.method = s->method,
                                       .url = r.url.p,
                                       .headers = r.lines,
                                       .body = buf_str(&r.body),
                                       .timeout_ms = s->timeout_ms,
                                       .answer_max_bytes = ANSWER_MAX_BYTES,
                                       .user_password = g->user_password},
               on_answer, t);
    request_clear(&r);
}

static void http_close(void *self)
{
    struct http_gateway *g = self;
    if (g->has_success_match)
        regfree(&g->success_match);
    if (g->has_retry_match)
        regfree(&g->retry_match);
    mem_free(g->user_password);
    mem_free(g);
}

static enum template_filter filter_for(const char *content_type)
{
    struct str s = str_of(content_type);
    if (str_starts(s, "application/json"))
        return TEMPLATE_JSON;
    if (str_starts(s, "application/x-www-form-urlencoded"))
        return TEMPLATE_FORM;
    return TEMPLATE_RAW;
}

/* Fills every template once with a message that is none, so that a misspelt hole is found at the
 * start. */
static bool templates_ok(const struct http_gateway *g)
{
    struct request r;
    struct str bad = {"", 0};
    const struct gateway_message m = {.to_e164 = "+1", .text = STR("x"), .id = STR("x.1-1")};
    bool ok = request_fill(&r, g, &m, &bad);
    request_clear(&r);
    if (!ok)
        log_error("sms gateway %s: there is no " STR_FMT, g->settings->name, STR_ARG(bad));
    return ok;
}

static bool password_read(struct http_gateway *g)
{
    struct buf error;
    const char *file = g->settings->user_password_file;
    if (!*file)
        return true;
    buf_init(&error);
    g->user_password = settings_secret(file, &error);
    if (!g->user_password)
        log_error("sms gateway %s: %s", g->settings->name, error.p);
    buf_clear(&error);
    return g->user_password != NULL;
}

static bool settings_ok(struct http_gateway *g)
{
    const struct sms_gateway_settings *s = g->settings;
    if (!*s->url || s->header_count > HEADERS_MAX) {
        log_error("sms gateway %s: needs a url, and at most %d headers", s->name, HEADERS_MAX);
        return false;
    }
    if (!ranges_parse(g, str_of(s->success_status))) {
        log_error("sms gateway %s: success_status is no list of HTTP statuses", s->name);
        return false;
    }
    return regex_make(s->name, "success_match", s->success_match, &g->success_match,
                      &g->has_success_match) &&
           regex_make(s->name, "retry_match", s->retry_match, &g->retry_match,
                      &g->has_retry_match) &&
           templates_ok(g) && password_read(g);
}

static void *http_open(const struct gateway_env *env)
{
    struct http_gateway *g = MEM_NEW(struct http_gateway);
    g->settings = env->settings;
    g->fetch = env->fetch;
    g->body_filter = filter_for(env->settings->content_type);
    if (settings_ok(g))
        return g;
    http_close(g);
    return NULL;
}

const struct gateway_ops gateway_http = {
    .kind = "http",
    .open = http_open,
    .close = http_close,
    .send = http_send,
};
