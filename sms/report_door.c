/* The way in for what gateways tell over HTTP: the secret in the address, the proof that some of
 * them add, the form it comes in, and the answers. Owns nothing but the keys it has read; runs on
 * the worker that read the request. A new proof is a row of proofs[] and a word in settings.def.
 * SPDX-License-Identifier: MIT */
#include "sms/report_inside.h"

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include <string.h>

bool report_secret_ok(const struct sms_gateway_settings *gateway, struct str secret)
{
    return *gateway->report_secret && sign_same(str_of(gateway->report_secret), secret);
}

static bool prove_nothing(const struct sms_report *r, struct http_request *req, struct str key,
                          struct fields *f)
{
    return true;
}

static bool prove_bearer(const struct sms_report *r, struct http_request *req, struct str key,
                         struct fields *f)
{
    struct str rest = http_header(req, "Authorization"), scheme;
    return str_cut(&rest, ' ', &scheme) && str_is(scheme, "Bearer") && sign_same(rest, key);
}

/* Signed is the address as the provider knows it, which is the public one. */
static bool prove_twilio(const struct sms_report *r, struct http_request *req, struct str key,
                         struct fields *f)
{
    struct str url = arena_printf(http_arena(req), "%s" STR_FMT, r->settings->http_public_url,
                                  STR_ARG(http_uri(req)));
    struct buf own;
    buf_init(&own);
    sign_twilio(key, url, f->form, f->form_count, &own);
    bool ok = sign_same(buf_str(&own), http_header(req, "X-Twilio-Signature"));
    buf_clear(&own);
    return ok;
}

static const struct {
    const char *name;
    bool (*fn)(const struct sms_report *r, struct http_request *req, struct str key,
               struct fields *f);
} proofs[] = {{"none", prove_nothing}, {"bearer", prove_bearer}, {"twilio", prove_twilio}};

static bool is_proved(const struct sms_report *r, struct http_request *req,
                      const struct sms_gateway_settings *g, struct fields *f)
{
    struct str key = str_of(r->keys[g - r->settings->sms_gateways]);
    for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++)
        if (strcmp(proofs[i].name, g->report_auth) == 0)
            return (key.len || proofs[i].fn == prove_nothing) && proofs[i].fn(r, req, key, f);
    return false;
}

static struct str query_of(const void *req, const char *name)
{
    return http_query(req, name);
}

const struct sms_gateway_settings *report_let_in(struct sms_report *r, struct http_request *req,
                                                 const struct str *argv, struct fields *f,
                                                 bool is_report)
{
    const struct sms_gateway_settings *g = settings_gateway(r->settings, argv[0]);
    struct str body = http_body(req);
    enum err err = ERR_NONE;
    *f = (struct fields){.arena = http_arena(req), .query = query_of, .query_arg = req};
    if (!g || !report_secret_ok(g, argv[1]))
        err = ERR_NOT_FOUND;
    else if (body.len > (size_t)r->settings->http_body_max_bytes)
        err = ERR_TOO_LARGE;
    else if (!fields_read(f, is_report ? g->report_format : g->inbound_format,
                          http_header(req, "Content-Type"), body))
        err = ERR_FIELD_INVALID;
    else if (!is_proved(r, req, g, f))
        err = ERR_FORBIDDEN;
    if (err == ERR_NONE)
        return g;
    if (g && err == ERR_FORBIDDEN)
        log_warn("sms gateway %s: a report or text without the proof of `report_auth: %s`", g->name,
                 g->report_auth);
    else
        log_debug("sms: a report or text was refused: %s", err_code(err));
    fields_clear(f);
    report_refuse(req, err, err == ERR_FIELD_INVALID ? "body" : NULL);
    return NULL;
}

void report_acknowledge(struct http_request *req, const char *reply)
{
    const char *type = "text/plain; charset=utf-8";
    if (*reply == '{' || *reply == '[')
        type = "application/json";
    else if (*reply == '<')
        type = "text/xml; charset=utf-8";
    http_reply(req, &(struct http_answer){.status = 200,
                                          .content_type = *reply ? type : NULL,
                                          .body = str_of(reply)});
}

/* RFC 9457, as the API's own function does, which stands on a floor beside this one. */
void report_refuse(struct http_request *req, enum err err, const char *field)
{
    struct buf body;
    buf_init(&body);
    buf_addf(&body, "{\"type\":\"/problems/%s\"", err_code(err));
    json_add_member_cstr(&body, "title", err_title(err));
    json_add_member_i64(&body, "status", err_status(err));
    json_add_member_cstr(&body, "code", err_code(err));
    if (field)
        json_add_member_cstr(&body, "field", field);
    buf_add_char(&body, '}');
    metric_add(METRIC_REFUSALS, err_code(err), 1);
    http_reply(req, &(struct http_answer){.status = err_status(err),
                                          .content_type = "application/problem+json",
                                          .body = buf_str(&body)});
    buf_clear(&body);
}

static char *key_read(const struct sms_gateway_settings *g)
{
    bool is_twilio = strcmp(g->report_auth, "twilio") == 0;
    const char *file = *g->report_key_file ? g->report_key_file : is_twilio ? g->password_file : "";
    struct buf error;
    char *key = NULL;
    if (!*g->report_secret || strcmp(g->report_auth, "none") == 0)
        return NULL;
    buf_init(&error);
    if (*file)
        key = settings_secret(file, &error);
    if (!key)
        log_error("sms gateway %s: its reports will be refused: %s", g->name, error.p);
    buf_clear(&error);
    return key;
}

char **report_keys_read(const struct settings *settings)
{
    char **keys = mem_calloc(settings->sms_gateway_count + 1, sizeof *keys);
    for (size_t i = 0; i < settings->sms_gateway_count; i++)
        keys[i] = key_read(&settings->sms_gateways[i]);
    return keys;
}

void report_keys_free(char **keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (keys[i])
            explicit_bzero(keys[i], strlen(keys[i]));
        mem_free(keys[i]);
    }
    mem_free(keys);
}
