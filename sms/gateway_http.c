/* Gateways reached by one HTTP request for each message: method, address, header fields and body
 * are templates (http_request.c), and what the answer means is said by statuses, expressions and
 * JSON pointers (http_judge.c), so that most need no code of their own (docs/sms.md). Owns the keys
 * and the compiled settings of one gateway; runs on the loop of its fetch. Addresses and bodies
 * hold phone numbers and keys and are never logged. SPDX-License-Identifier: MIT */
#include "sms/gateway.h"

#include "base/log.h"
#include "base/mem.h"
#include "fetch/address.h"
#include "sms/http_inside.h"
#include "sms/text.h"
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    ANSWER_MAX_BYTES = 65536, /* a gateway's word on one message; regular expressions run over it */
};

struct http_gateway {
    struct http_outfit outfit;
    struct fetch *fetch;
    struct http_judge *judge;
    char *user_password; /* or NULL */
    char *password;      /* or NULL */
    struct buf url;
    bool only_public;
};

/* One message on its way. */
struct trip {
    struct http_gateway *gateway;
    gateway_fn fn;
    void *arg;
};

/* Nothing came back: it may have arrived once a part of it had left. */
static struct gateway_result judge_silence(const struct fetch_answer *a)
{
    struct gateway_result r = {.outcome = GATEWAY_TEMPFAIL, .uncertain = a->sent};
    const char *reason = a->sent ? "no_answer" : "unreachable";
    if (a->forbidden) {
        r.outcome = GATEWAY_CONFIG;
        reason = "address_private";
    }
    snprintf(r.reason, sizeof r.reason, "%s", reason);
    return r;
}

static void on_answer(void *arg, const struct fetch_answer *a)
{
    struct trip *t = arg;
    const struct sms_gateway_settings *s = t->gateway->outfit.settings;
    const struct http_said said = {a->status, a->body, fetch_header(a, "Retry-After")};
    struct gateway_result r =
        a->error ? judge_silence(a) : http_judge_answer(t->gateway->judge, &said);
    if (a->error)
        log_warn("sms gateway %s: %s", s->name, a->error);
    else if (r.outcome != GATEWAY_OK)
        log_warn("sms gateway %s: answered %d, %s", s->name, a->status, r.reason);
    else if (*s->id && strcmp(s->id, "ours") != 0 && !r.id_count)
        log_warn("sms gateway %s: the answer holds no id, so reports will not be known", s->name);
    t->fn(t->arg, &r);
    mem_free(t);
}

static void refuse(gateway_fn fn, void *arg, enum gateway_outcome outcome, const char *reason)
{
    struct gateway_result r = {.outcome = outcome};
    snprintf(r.reason, sizeof r.reason, "%s", reason);
    fn(arg, &r);
}

static bool is_template_mode(const struct http_gateway *g)
{
    return strcmp(g->outfit.settings->mode, "template") == 0;
}

static void make_nonce(char out[SIGN_NONCE_CHARS + 1])
{
    unsigned char random[SIGN_NONCE_CHARS / 2];
    memset(random, 0, sizeof random);
    (void)!getentropy(random, sizeof random); /* only a kernel before 3.17 has none */
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(out + 2 * i, 3, "%02x", random[i]);
}

static void dispatch(struct http_gateway *g, const struct http_text *text, struct trip *t)
{
    const struct sms_gateway_settings *s = g->outfit.settings;
    fetch_send(g->fetch,
               &(struct fetch_request){.method = s->method,
                                       .url = text->url.p,
                                       .headers = text->lines,
                                       .body = buf_str(&text->body),
                                       .timeout_ms = s->timeout_ms,
                                       .answer_max_bytes = ANSWER_MAX_BYTES,
                                       .user_password = g->user_password,
                                       .only_public = g->only_public,
                                       .once = true},
               on_answer, t);
}

static void http_send(void *self, const struct gateway_message *m, gateway_fn fn, void *arg)
{
    struct http_gateway *g = self;
    char nonce[SIGN_NONCE_CHARS + 1];
    struct http_text text;
    struct str why;
    if (is_template_mode(g) && !m->template_code.len) {
        refuse(fn, arg, GATEWAY_PERMFAIL, "no_template");
        return;
    }
    if (is_template_mode(g) && !http_has_variables(g->outfit.settings, m)) {
        refuse(fn, arg, GATEWAY_PERMFAIL, "template_hole");
        return;
    }
    make_nonce(nonce);
    /* The provider's clock, not that of a demonstration. */
    const struct http_moment when = {(int64_t)time(NULL), str_of(nonce)};
    if (http_text_fill(&text, &g->outfit, m, &when, &why)) { /* http_open() has tried it */
        struct trip *t = MEM_NEW(struct trip);
        *t = (struct trip){g, fn, arg};
        dispatch(g, &text, t);
    } else {
        refuse(fn, arg, GATEWAY_CONFIG, "unsigned");
    }
    http_text_clear(&text);
}

static void key_free(char *key)
{
    if (key)
        explicit_bzero(key, strlen(key));
    mem_free(key);
}

static void http_close(void *self)
{
    struct http_gateway *g = self;
    http_judge_free(g->judge);
    key_free(g->user_password);
    key_free(g->password);
    buf_clear(&g->url);
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

/* Fills every template once with a message that is none, so that a misspelt hole and a key that is
 * none are found at the start. */
static bool fill_ok(const struct http_outfit *o, struct str code)
{
    const struct http_moment when = {0, STR("0123456789abcdef0123456789abcdef")};
    const struct gateway_message m = {.to_e164 = "+1",
                                      .text = STR("x"),
                                      .id = STR("x.1-1"),
                                      .valid_ms = 1000,
                                      .report_url = STR("https://h"),
                                      .template_code = code};
    struct http_text text;
    struct str bad;
    bool ok = http_text_fill(&text, o, &m, &when, &bad);
    http_text_clear(&text);
    if (!ok && bad.len)
        log_error("sms gateway %s: there is no " STR_FMT, o->settings->name, STR_ARG(bad));
    else if (!ok)
        log_error("sms gateway %s: password_file holds no key for `sign: %s`", o->settings->name,
                  o->settings->sign);
    return ok;
}

static bool templates_ok(const struct http_gateway *g)
{
    const struct sms_gateway_settings *s = g->outfit.settings;
    enum text_kind kind;
    for (size_t i = 0; i < s->template_count; i++) {
        if (!text_kind_find(str_of(s->templates[i].kind), &kind)) {
            log_error("sms gateway %s: there is no kind %s of messages", s->name,
                      s->templates[i].kind);
            return false;
        }
        if (!fill_ok(&g->outfit, str_of(s->templates[i].code)))
            return false;
    }
    if (is_template_mode(g) && !s->template_count) {
        log_error("sms gateway %s: `mode: template` needs templates", s->name);
        return false;
    }
    return s->template_count || fill_ok(&g->outfit, STR(""));
}

static bool key_read(const char *gateway, const char *file, char **out)
{
    struct buf error;
    if (!*file)
        return true;
    buf_init(&error);
    *out = settings_secret(file, &error);
    if (!*out)
        log_error("sms gateway %s: %s", gateway, error.p);
    buf_clear(&error);
    return *out != NULL;
}

static bool url_make(struct http_gateway *g)
{
    const struct sms_gateway_settings *s = g->outfit.settings;
    if (!*s->url || s->header_count > HTTP_HEADERS_MAX) {
        log_error("sms gateway %s: needs a url, and at most %d headers", s->name, HTTP_HEADERS_MAX);
        return false;
    }
    buf_addf(&g->url, "%s%s", s->url[0] == '/' ? s->base_url : "", s->url);
    g->outfit.url = g->url.p;
    g->only_public = !s->allow_private && !address_is_literal(g->url.p);
    return true;
}

static bool make(struct http_gateway *g)
{
    const struct sms_gateway_settings *s = g->outfit.settings;
    if (!url_make(g) || !key_read(s->name, s->user_password_file, &g->user_password) ||
        !key_read(s->name, s->password_file, &g->password))
        return false;
    g->outfit.sign = sign_find(s->sign);
    g->outfit.password = str_of(g->password);
    g->judge = http_judge_new(s);
    return g->outfit.sign && g->judge && templates_ok(g);
}

static void *http_open(const struct gateway_env *env)
{
    struct http_gateway *g = MEM_NEW(struct http_gateway);
    g->outfit.settings = env->settings;
    g->outfit.body_filter = filter_for(env->settings->content_type);
    g->fetch = env->fetch;
    buf_init(&g->url);
    if (make(g))
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
