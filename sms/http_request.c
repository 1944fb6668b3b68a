/* What goes out to an HTTP gateway: address, header fields and body from their templates, and the
 * signature over them. Owns nothing; any thread. A new variable is a row of fill_values(). What is
 * made here holds phone numbers and keys and is never logged. SPDX-License-Identifier: MIT */
#include "sms/http_inside.h"

#include "base/json.h"
#include <stdio.h>
#include <string.h>

enum {
    VARIABLES_MAX = 12, /* of a provider's template, as settings_table.c has it */
    VALUES_MAX = 24 + VARIABLES_MAX,
    NAME_MAX_CHARS = 64,
};

/* What the templates are filled with. Numbers are written into the struct itself. */
struct values {
    struct template_value rows[VALUES_MAX];
    int n;
    char validity_s[24], validity_min[24], validity_ms[24], ts[24];
    char date[SIGN_DAY_CHARS + 1];
    char names[VARIABLES_MAX][NAME_MAX_CHARS + 1]; /* "param.number" */
    struct buf params_json, params_array;
};

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

static const struct sms_template *template_by_code(const struct sms_gateway_settings *s,
                                                   struct str code)
{
    for (size_t i = 0; i < s->template_count; i++)
        if (str_is(code, s->templates[i].code))
            return &s->templates[i];
    return NULL;
}

static const struct gateway_param *param_of(const struct gateway_message *m, const char *name)
{
    for (size_t i = 0; i < m->param_count; i++)
        if (strcmp(m->params[i].name, name) == 0)
            return &m->params[i];
    return NULL;
}

/* "no=number" is called no there and number here. */
static const char *ours_of(const char *variable)
{
    const char *equals = strchr(variable, '=');
    return equals ? equals + 1 : variable;
}

bool http_has_variables(const struct sms_gateway_settings *s, const struct gateway_message *m)
{
    const struct sms_template *t = template_by_code(s, m->template_code);
    for (size_t i = 0; t && i < t->variable_count; i++)
        if (!param_of(m, ours_of(t->variables[i])))
            return false;
    return t != NULL;
}

static void add_param(struct values *v, int i, struct str name, struct str value)
{
    struct buf *json = &v->params_json, *array = &v->params_array;
    snprintf(v->names[i], sizeof v->names[i], "param." STR_FMT, STR_ARG(name));
    add_value(v, v->names[i], value);
    if (i)
        buf_add_char(json, ',');
    json_add_str(json, name);
    buf_add_char(json, ':');
    json_add_str(json, value);
    if (i)
        buf_add_char(array, ',');
    json_add_str(array, value);
}

static void add_params(struct values *v, const struct sms_gateway_settings *s,
                       const struct gateway_message *m)
{
    const struct sms_template *t = template_by_code(s, m->template_code);
    buf_add_char(&v->params_json, '{');
    buf_add_char(&v->params_array, '[');
    for (size_t i = 0; t && i < t->variable_count && i < VARIABLES_MAX; i++) {
        const char *variable = t->variables[i];
        const struct gateway_param *p = param_of(m, ours_of(variable));
        struct str rest = str_of(variable), name;
        (void)str_cut(&rest, '=', &name);
        add_param(v, (int)i, name, p ? p->value : STR(""));
    }
    buf_add_char(&v->params_json, '}');
    buf_add_char(&v->params_array, ']');
    add_value(v, "params_json", buf_str(&v->params_json));
    add_value(v, "params_array", buf_str(&v->params_array));
}

/* Gateways count in whole seconds or minutes: rounded up, since 0 would mean "for ever" to some. */
static void add_validity(struct values *v, const struct sms_gateway_settings *s,
                         const struct gateway_message *m)
{
    int64_t valid_ms = m->valid_ms, max_ms = (int64_t)s->validity_max_s * 1000;
    if (max_ms > 0 && valid_ms > max_ms)
        valid_ms = max_ms;
    int64_t valid_s = (valid_ms + 999) / 1000;
    snprintf(v->validity_s, sizeof v->validity_s, "%lld", (long long)valid_s);
    snprintf(v->validity_min, sizeof v->validity_min, "%lld", (long long)(valid_s + 59) / 60);
    snprintf(v->validity_ms, sizeof v->validity_ms, "%lld", (long long)valid_s * 1000);
    add_value(v, "validity_s", str_of(v->validity_s));
    add_value(v, "validity_min", str_of(v->validity_min));
    add_value(v, "validity_ms", str_of(v->validity_ms));
}

static void add_moment(struct values *v, const struct http_moment *when)
{
    snprintf(v->ts, sizeof v->ts, "%lld", (long long)when->now_s);
    sign_day(when->now_s, v->date);
    add_value(v, "ts", str_of(v->ts));
    add_value(v, "date", str_of(v->date));
    add_value(v, "nonce", when->nonce);
}

static void fill_values(struct values *v, const struct http_outfit *o,
                        const struct gateway_message *m, const struct http_moment *when)
{
    const struct sms_gateway_settings *s = o->settings;
    bool is_gsm7 = m->size.encoding == ENCODING_GSM7;
    v->n = 0;
    buf_init(&v->params_json);
    buf_init(&v->params_array);
    add_value(v, "to", str_of(m->to_e164 + 1));
    add_value(v, "to_e164", str_of(m->to_e164));
    add_value(v, "to_national", national(m));
    add_value(v, "from", str_of(s->from));
    add_value(v, "text", m->text);
    add_value(v, "id", m->id);
    add_value(v, "coding", is_gsm7 ? STR("0") : STR("2"));
    add_value(v, "alphabet", is_gsm7 ? STR("text") : STR("unicode"));
    add_value(v, "report_url", m->report_url);
    add_value(v, "sign", str_of(s->signature));
    add_value(v, "template", m->template_code);
    add_value(v, "login", str_of(s->login));
    add_value(v, "password", o->password);
    add_value(v, "app_id", str_of(s->app_id));
    add_value(v, "region", str_of(s->region));
    add_validity(v, s, m);
    add_moment(v, when);
    add_params(v, s, m);
}

/* name=value and so on with & between them. Where a variable is empty its pair is left out: an
 * address for reports or a validity that is there, but says nothing, is refused by some. */
static bool fill_pairs(struct str text, enum template_filter usual, const struct values *v,
                       struct buf *out, struct str *bad)
{
    struct str pair;
    size_t start = out->len;
    while (str_cut(&text, '&', &pair)) {
        if (template_lacks(pair, v->rows, v->n))
            continue;
        if (out->len > start)
            buf_add_char(out, '&');
        if (!template_fill(pair, usual, v->rows, v->n, out, bad))
            return false;
    }
    return true;
}

static bool fill_url(struct str url, const struct values *v, struct buf *out, struct str *bad)
{
    const char *mark = memchr(url.p, '?', url.len);
    size_t len = mark ? (size_t)(mark - url.p) + 1 : url.len;
    return template_fill((struct str){url.p, len}, TEMPLATE_URL, v->rows, v->n, out, bad) &&
           fill_pairs((struct str){url.p + len, url.len - len}, TEMPLATE_URL, v, out, bad);
}

/* After that no line is added any more, so the pointers stay. */
static bool fill_fields(struct http_text *t, const struct sms_gateway_settings *s,
                        const struct values *v, struct str *bad)
{
    size_t n = 0;
    for (; n < s->header_count && n < HTTP_HEADERS_MAX; n++) {
        if (!template_fill(str_of(s->headers[n]), TEMPLATE_RAW, v->rows, v->n, &t->fields[n], bad))
            return false;
        t->lines[n] = t->fields[n].p;
    }
    if (t->body.len) {
        buf_addf(&t->fields[n], "Content-Type: %s", s->content_type);
        t->lines[n] = t->fields[n].p;
    }
    return true;
}

/* "https://host:port/path?query" as it stands in the request: the port where it is not the
 * scheme's. */
static void take_apart(struct str url, struct sign_request *r)
{
    bool is_tls = str_starts(url, "https:");
    const char *host = memmem(url.p, url.len, "://", 3);
    const char *end = url.p + url.len;
    host = host ? host + 3 : url.p;
    struct str rest = {host, (size_t)(end - host)};
    size_t len = strcspn(host, "/?#");
    const char *own = is_tls ? ":443" : ":80";
    r->host = (struct str){host, len};
    if (len > strlen(own) && memcmp(host + len - strlen(own), own, strlen(own)) == 0)
        r->host.len -= strlen(own);
    rest = (struct str){host + len, rest.len - len};
    (void)str_cut(&rest, '?', &r->path);
    r->query = rest;
    if (!r->path.len)
        r->path = STR("/");
}

static bool add_signature(struct http_text *t, const struct http_outfit *o,
                          const struct http_moment *when)
{
    const struct sms_gateway_settings *s = o->settings;
    struct sign_request r = {.method = s->method,
                             .headers = t->lines,
                             .content_type = t->body.len ? str_of(s->content_type) : STR(""),
                             .body = buf_str(&t->body),
                             .login = str_of(s->login),
                             .password = o->password,
                             .now_s = when->now_s,
                             .nonce = when->nonce};
    size_t n = 0;
    take_apart(buf_str(&t->url), &r);
    if (!o->sign(&r, &t->signature))
        return false;
    while (t->lines[n])
        n++;
    for (int i = 0; i < t->signature.n; i++)
        t->lines[n++] = t->signature.line[i].p;
    return true;
}

bool http_text_fill(struct http_text *t, const struct http_outfit *o,
                    const struct gateway_message *m, const struct http_moment *when,
                    struct str *why)
{
    const struct sms_gateway_settings *s = o->settings;
    struct values v;
    struct str body = str_of(s->body);
    memset(t, 0, sizeof *t);
    buf_init(&t->url);
    buf_init(&t->body);
    for (int i = 0; i <= HTTP_HEADERS_MAX; i++)
        buf_init(&t->fields[i]);
    fill_values(&v, o, m, when);
    *why = STR("");
    bool ok = fill_url(str_of(o->url), &v, &t->url, why) &&
              (o->body_filter == TEMPLATE_FORM
                   ? fill_pairs(body, TEMPLATE_FORM, &v, &t->body, why)
                   : template_fill(body, o->body_filter, v.rows, v.n, &t->body, why)) &&
              fill_fields(t, s, &v, why) && add_signature(t, o, when);
    buf_clear(&v.params_json);
    buf_clear(&v.params_array);
    return ok;
}

void http_text_clear(struct http_text *t)
{
    buf_clear(&t->url);
    buf_clear(&t->body);
    for (int i = 0; i <= HTTP_HEADERS_MAX; i++)
        buf_clear(&t->fields[i]);
    sign_lines_clear(&t->signature);
}
