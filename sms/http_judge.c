/* What an HTTP gateway's answer means, said by its settings alone: statuses, expressions, JSON
 * pointers, and an ordered list of classes for refusals. Owns the compiled expressions; any thread.
 * A new way to say it is a step of judge_refusal(). SPDX-License-Identifier: MIT */
#include "sms/http_inside.h"

#include "base/log.h"
#include "base/mem.h"
#include "sms/pointer.h"
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

enum {
    PAUSE_MS = 2000,      /* after 429 without Retry-After; rates are counted per second */
    PAUSE_MIN_MS = 1000,  /* "0" is no answer to too many at once */
    PAUSE_MAX_MS = 60000, /* longer ones outlast what a message is worth */
    STATUS_RANGES_MAX = 8,
    DIGITS_MAX = 6, /* of a code; more may be a phone number */
};

struct range {
    int64_t from, to;
};

struct expression {
    regex_t re;
    bool is_set;
};

struct http_judge {
    const struct sms_gateway_settings *settings;
    struct range success[STATUS_RANGES_MAX];
    int n_success;
    struct expression success_match, retry_match, id;
    struct expression *classes; /* one for each of settings->classify */
};

/* The answer while it is looked at. */
struct view {
    const struct http_said *said;
    json_t *json; /* or NULL */
};

static bool ranges_parse(struct http_judge *j, struct str list)
{
    struct str piece;
    while (str_cut(&list, ',', &piece)) {
        struct str from;
        struct range *r = &j->success[j->n_success];
        while (piece.len && piece.p[0] == ' ')
            piece = (struct str){piece.p + 1, piece.len - 1};
        if (j->n_success == STATUS_RANGES_MAX || !str_cut(&piece, '-', &from) ||
            !str_to_i64(from, 100, 599, &r->from))
            return false;
        r->to = r->from;
        if (piece.len && !str_to_i64(piece, r->from, 599, &r->to))
            return false;
        j->n_success++;
    }
    return j->n_success > 0;
}

static bool expression_make(const char *gateway, const char *what, const char *pattern,
                            struct expression *out)
{
    char why[120];
    int rc = *pattern ? regcomp(&out->re, pattern, REG_EXTENDED) : 0;
    out->is_set = rc == 0 && *pattern;
    if (rc == 0)
        return true;
    regerror(rc, NULL, why, sizeof why);
    log_error("sms gateway %s: %s is no regular expression: %s", gateway, what, why);
    return false;
}

/* Bodies need not end with NUL. The first group into *group where there is one, else the whole. */
static bool expression_matches(const struct expression *e, struct str s, struct str *group)
{
    regmatch_t at[2] = {{0, (regoff_t)s.len}, {-1, -1}};
    if (!e->is_set || regexec(&e->re, s.p, 2, at, REG_STARTEND) != 0)
        return false;
    if (group) {
        const regmatch_t *m = at[1].rm_so >= 0 ? &at[1] : &at[0];
        *group = (struct str){s.p + m->rm_so, (size_t)(m->rm_eo - m->rm_so)};
    }
    return true;
}

static bool is_success(const struct http_judge *j, int status)
{
    for (int i = 0; i < j->n_success; i++)
        if (status >= j->success[i].from && status <= j->success[i].to)
            return true;
    return false;
}

static int64_t pause_of(const struct http_said *said)
{
    int64_t seconds;
    if (!str_to_i64(said->retry_after, 0, INT64_MAX / 1000, &seconds)) /* absent, or a date */
        return PAUSE_MS;
    if (seconds * 1000 < PAUSE_MIN_MS)
        return PAUSE_MIN_MS;
    return seconds * 1000 > PAUSE_MAX_MS ? PAUSE_MAX_MS : seconds * 1000;
}

/* The scalar at the pointer as text; false when there is none. */
static bool text_at(const struct view *v, const char *pointer, struct buf *out)
{
    const json_t *value;
    return v->json && pointer_find(v->json, str_of(pointer), &value, 1) == 1 &&
           pointer_text(value, out);
}

/* Whether code is one: staff and log see it, so nothing that could be a sentence or a number. */
static bool reason_set(struct gateway_result *r, struct str code)
{
    size_t digits = 0;
    if (!code.len)
        return false;
    for (size_t i = 0; i < code.len; i++) {
        unsigned char c = (unsigned char)code.p[i];
        digits = isdigit(c) ? digits + 1 : 0;
        if (digits > DIGITS_MAX || c >= 0x80 || (!isalnum(c) && (!c || !strchr("._:-", c))))
            return false;
    }
    size_t len = code.len < GATEWAY_REASON_MAX ? code.len : GATEWAY_REASON_MAX;
    for (size_t i = 0; i < len; i++)
        r->reason[i] = (char)(code.p[i] == '.' ? '_' : code.p[i]);
    r->reason[len] = 0;
    return true;
}

static void outcome_set(struct gateway_result *r, const char *class, const struct http_said *said)
{
    if (strcmp(class, "throttle") == 0) {
        r->outcome = GATEWAY_THROTTLED;
        r->pause_ms = pause_of(said);
    } else if (strcmp(class, "permanent") == 0) {
        r->outcome = GATEWAY_PERMFAIL;
    } else if (strcmp(class, "config") == 0) {
        r->outcome = GATEWAY_CONFIG;
    } else {
        r->outcome = GATEWAY_TEMPFAIL;
    }
}

/* By the list of the settings; false when nothing in it matches. */
static bool classify(const struct http_judge *j, const struct view *v, struct gateway_result *r)
{
    struct buf text;
    bool found = false;
    buf_init(&text);
    for (size_t i = 0; i < j->settings->classify_count && !found; i++) {
        const struct sms_classify *c = &j->settings->classify[i];
        buf_reset(&text);
        if (!*c->at)
            found = expression_matches(&j->classes[i], v->said->body, NULL);
        else
            found = text_at(v, c->at, &text) &&
                    expression_matches(&j->classes[i], buf_str(&text), NULL);
        if (found) {
            outcome_set(r, c->as, v->said);
            (void)reason_set(r, buf_str(&text)); /* else it stays what it was */
        }
    }
    buf_clear(&text);
    return found;
}

/* A reply of success that says nothing: something in between swallowed it, and the gateway may have
 * the message. */
static bool is_swallowed(const struct http_judge *j, const struct view *v)
{
    return !v->said->body.len || (*j->settings->success && !v->json);
}

static void judge_refusal(const struct http_judge *j, const struct view *v, bool success,
                          struct gateway_result *r)
{
    int status = v->said->status;
    if (classify(j, v, r))
        return;
    if (status == 429) {
        outcome_set(r, "throttle", v->said);
    } else if (success && is_swallowed(j, v)) {
        r->uncertain = true;
        snprintf(r->reason, sizeof r->reason,
                 v->said->body.len ? "answer_unreadable" : "answer_empty");
    } else if (expression_matches(&j->retry_match, v->said->body, NULL)) {
        r->outcome = GATEWAY_TEMPFAIL;
    } else if (status >= 500 || status == 408) {
        r->uncertain = status == 502 || status == 504; /* a proxy's: it had passed it on, perhaps */
    } else {
        r->outcome = status == 401 || status == 402 ? GATEWAY_CONFIG : GATEWAY_PERMFAIL;
        if (success)
            snprintf(r->reason, sizeof r->reason, "answer_refused");
    }
}

static bool is_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if ((unsigned char)id.p[i] <= ' ' || (unsigned char)id.p[i] >= 0x7f)
            return false;
    return id.len > 0 && id.len <= GATEWAY_ID_MAX;
}

static void id_add(struct gateway_result *r, struct str id)
{
    if (is_id(id) && r->id_count < GATEWAY_IDS_MAX)
        str_copy(id, r->ids[r->id_count++], sizeof r->ids[0]);
}

static void ids_take(const struct http_judge *j, const struct view *v, struct gateway_result *r)
{
    const json_t *found[GATEWAY_IDS_MAX];
    struct str id;
    struct buf text;
    if (expression_matches(&j->id, v->said->body, &id))
        id_add(r, id);
    if (j->settings->id[0] != '/' || !v->json)
        return;
    buf_init(&text);
    size_t n = pointer_find(v->json, str_of(j->settings->id), found, GATEWAY_IDS_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_reset(&text);
        if (pointer_text(found[i], &text))
            id_add(r, buf_str(&text));
    }
    buf_clear(&text);
}

struct gateway_result http_judge_answer(const struct http_judge *j, const struct http_said *said)
{
    const struct sms_gateway_settings *s = j->settings;
    struct gateway_result r = {.outcome = GATEWAY_TEMPFAIL};
    struct json_where where;
    struct view v = {said, json_read(said->body, &where)};
    struct buf code;
    bool success = is_success(j, said->status);
    buf_init(&code);
    snprintf(r.reason, sizeof r.reason, "http_%d", said->status);
    if (success &&
        (!j->success_match.is_set || expression_matches(&j->success_match, said->body, NULL)) &&
        (!*s->success || pointer_holds(v.json, str_of(s->success)))) {
        r.outcome = GATEWAY_OK;
        ids_take(j, &v, &r);
    } else {
        judge_refusal(j, &v, success, &r);
        if (*s->reason && text_at(&v, s->reason, &code))
            (void)reason_set(&r, buf_str(&code));
    }
    buf_clear(&code);
    json_decref(v.json);
    return r;
}

static bool classes_make(struct http_judge *j)
{
    const struct sms_gateway_settings *s = j->settings;
    j->classes = mem_calloc(s->classify_count + 1, sizeof *j->classes);
    for (size_t i = 0; i < s->classify_count; i++)
        if (!expression_make(s->name, "classify", s->classify[i].match, &j->classes[i]))
            return false;
    return true;
}

struct http_judge *http_judge_new(const struct sms_gateway_settings *settings)
{
    struct http_judge *j = MEM_NEW(struct http_judge);
    const char *id = settings->id;
    bool by_expression = id[0] != '/' && strcmp(id, "ours") != 0;
    j->settings = settings;
    bool ok = ranges_parse(j, str_of(settings->success_status));
    if (!ok)
        log_error("sms gateway %s: success_status is no list of HTTP statuses", settings->name);
    ok = ok &&
         expression_make(settings->name, "success_match", settings->success_match,
                         &j->success_match) &&
         expression_make(settings->name, "retry_match", settings->retry_match, &j->retry_match) &&
         expression_make(settings->name, "id", by_expression ? id : "", &j->id) && classes_make(j);
    if (ok)
        return j;
    http_judge_free(j);
    return NULL;
}

static void expression_free(struct expression *e)
{
    if (e->is_set)
        regfree(&e->re);
}

void http_judge_free(struct http_judge *j)
{
    if (!j)
        return;
    expression_free(&j->success_match);
    expression_free(&j->retry_match);
    expression_free(&j->id);
    for (size_t i = 0; j->classes && i < j->settings->classify_count; i++)
        expression_free(&j->classes[i]);
    mem_free(j->classes);
    mem_free(j);
}
