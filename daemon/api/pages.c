/* The pages and their assets, embedded and compressed beforehand: chooses the coding, answers 304.
 * SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "web/web.h"
#include <string.h>

enum { CODINGS = 2 };

static struct str trim(struct str s)
{
    while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (struct str){s.p + 1, s.len - 1};
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* "gzip, br;q=0": is coding named and not refused? */
static bool takes(struct str accepted, const char *coding)
{
    struct str one, name;

    while (str_cut(&accepted, ',', &one)) {
        if (!str_cut(&one, ';', &name) || !str_is(trim(name), coding))
            continue;
        struct str q = trim(one);
        /* q=0, q=0.0, ... refuse; whatever else is there does not. */
        if (!str_starts(q, "q="))
            return true;
        for (size_t i = 2; i < q.len; i++)
            if (q.p[i] != '0' && q.p[i] != '.')
                return true;
        return false;
    }
    return false;
}

static struct str choose(const struct web_asset *w, struct str accepted, const char **coding)
{
    const struct {
        const char *name;
        struct str bytes;
    } codings[CODINGS] = {{"br", w->br}, {"gzip", w->gzip}};

    for (int i = 0; i < CODINGS; i++) {
        if (codings[i].bytes.len > 0 && takes(accepted, codings[i].name)) {
            *coding = codings[i].name;
            return codings[i].bytes;
        }
    }
    *coding = NULL;
    return w->identity;
}

static void send_asset(struct call *c, const struct web_asset *w)
{
    const char *coding;
    struct str bytes = choose(w, http_header(c->req, "Accept-Encoding"), &coding);
    struct http_field fields[FIELDS_MAX];
    int n = 0;

    fields[n++] = (struct http_field){"ETag", str_of(w->etag)};
    fields[n++] = (struct http_field){"Vary", STR("Accept-Encoding")};
    fields[n++] = (struct http_field){"Cache-Control",
                                      w->immutable ? STR("public, max-age=31536000, immutable")
                                                   : STR("no-cache")};
    fields[n++] = (struct http_field){"X-Request-Id", str_of(c->request_id)};
    struct http_answer answer = {.status = 304, .fields = fields};
    if (!call_knows(c, w->etag)) {
        if (coding)
            fields[n++] = (struct http_field){"Content-Encoding", str_of(coding)};
        answer.status = 200;
        answer.content_type = w->content_type;
        answer.body = bytes;
        answer.body_is_static = true;
    }
    answer.framable = w->framable;
    answer.n_fields = n;
    http_reply(c->req, &answer);
}

void pages_handle(struct call *c, struct str path)
{
    const struct web_asset *w = web_find(path);
    enum http_method m = http_method(c->req);

    if (!w) {
        call_problem(c, ERR_NOT_FOUND, NULL, NULL);
    } else if (m != HTTP_GET && m != HTTP_HEAD) {
        struct problem p = {.err = ERR_METHOD, .allow = 1u << HTTP_GET | 1u << HTTP_HEAD};
        call_problem_full(c, &p);
    } else {
        send_asset(c, w);
    }
}
