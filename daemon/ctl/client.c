/* paihaoctl's HTTP client over fetch. Owns the loop it runs on. Single-threaded.
 * SPDX-License-Identifier: MIT */
#include "ctl/client.h"

#include "base/mem.h"
#include "loop/timer.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    TRIES_MAX = 12, /* with the pauses below: some 20 s, longer than a restart of daemon or Redis */
    FIRST_PAUSE_MS = 100, /* doubled up to the next */
    PAUSE_MAX_MS = 2500,
    ANSWER_TIMEOUT_MS = 15000,
};

struct client {
    struct loop *loop;
    struct fetch *fetch;
    char *url;                 /* http://host:port */
    char *token;               /* "Bearer ..." */
    char *url_dir, *token_dir; /* the state folder either was read from; NULL: it was given */
};

struct sending {
    struct client *client;
    char *method, *url, *headers[7], *body;
    size_t body_len;
    int tries;
    struct timer *pause;
    client_fn fn;
    void *arg;
};

/* quiet: it is read again, and the daemon may be away. */
static char *read_file(const char *dir, const char *name, bool quiet)
{
    struct buf path, text;
    buf_init(&path);
    buf_init(&text);
    buf_addf(&path, "%s/%s", dir, name);
    FILE *f = fopen(path.p, "re");
    if (f != NULL) {
        char piece[512];
        size_t n;
        while (text.len < 4096 && (n = fread(piece, 1, sizeof piece, f)) > 0)
            buf_add(&text, piece, n);
        fclose(f);
        while (text.len > 0 && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == ' '))
            text.p[--text.len] = '\0';
    } else if (!quiet) {
        fprintf(stderr,
                "paihaoctl: cannot read %s: is the daemon running, and may you read its state?\n",
                path.p);
    }
    buf_clear(&path);
    return f != NULL ? buf_take(&text, NULL) : NULL;
}

static char *url_of(const char *state_dir, bool quiet)
{
    char *text = read_file(state_dir, "ports", quiet);
    if (text == NULL)
        return NULL;
    struct json_where where;
    json_t *ports = json_read(str_of(text), &where);
    struct buf b;
    buf_init(&b);
    buf_addf(&b, "http://127.0.0.1:%d", (int)json_i64(ports, "http", 0));
    json_decref(ports);
    mem_free(text);
    return buf_take(&b, NULL);
}

static char *bearer(char *token)
{
    if (token == NULL)
        return NULL;
    struct buf b;
    buf_init(&b);
    buf_addf(&b, "Bearer %s", token);
    mem_free(token);
    return buf_take(&b, NULL);
}

static void strings_free(struct client *c)
{
    mem_free(c->url);
    mem_free(c->token);
    mem_free(c->url_dir);
    mem_free(c->token_dir);
}

struct client *client_new(const char *state_dir, const char *url, const char *token,
                          int connections)
{
    struct client *c = MEM_NEW(struct client);
    c->url = url != NULL ? mem_strdup(url) : url_of(state_dir, false);
    c->token = c->url != NULL ? bearer(token != NULL ? mem_strdup(token)
                                                     : read_file(state_dir, "ctl.token", false))
                              : NULL;
    c->url_dir = url == NULL ? mem_strdup(state_dir) : NULL;
    c->token_dir = token == NULL ? mem_strdup(state_dir) : NULL;
    if (sodium_init() < 0 || c->url == NULL || c->token == NULL) {
        strings_free(c);
        mem_free(c);
        return NULL;
    }
    loop_library_init();
    c->loop = loop_new("ctl");
    c->fetch = fetch_new(c->loop, connections);
    return c;
}

void client_close(struct client *c)
{
    fetch_free(c->fetch);
    c->fetch = NULL;
}

void client_free(struct client *c)
{
    if (c == NULL)
        return;
    client_close(c);
    loop_free(c->loop);
    loop_library_free();
    strings_free(c);
    mem_free(c);
}

void client_reload(struct client *c)
{
    char *url = c->url_dir != NULL ? url_of(c->url_dir, true) : NULL;
    char *token = c->token_dir != NULL ? bearer(read_file(c->token_dir, "ctl.token", true)) : NULL;
    char **now[] = {&c->url, &c->token}, *read[] = {url, token};
    for (int i = 0; i < 2; i++)
        if (read[i] != NULL) {
            mem_free(*now[i]);
            *now[i] = read[i];
        }
}

bool client_reloads(const struct client *c)
{
    return c->token_dir != NULL;
}

struct loop *client_loop(struct client *c)
{
    return c->loop;
}

const char *client_url(const struct client *c)
{
    return c->url;
}

void client_key(char out[23])
{
    unsigned char raw[16];
    randombytes_buf(raw, sizeof raw);
    sodium_bin2base64(out, 23, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void sending_free(struct sending *s)
{
    timer_free(s->pause);
    mem_free(s->method);
    mem_free(s->url);
    mem_free(s->body);
    for (int i = 0; s->headers[i] != NULL; i++)
        mem_free(s->headers[i]);
    mem_free(s);
}

static void transmit(void *arg);

static void on_answer(void *arg, const struct fetch_answer *a)
{
    struct sending *s = arg;
    bool away = a->status == 0 || a->status == 503 || a->status == 504;
    if (away && ++s->tries < TRIES_MAX) {
        int64_t pause = FIRST_PAUSE_MS << (s->tries < 6 ? s->tries - 1 : 5);
        timer_once(s->pause, pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
        return;
    }
    struct json_where where;
    struct client_answer answer = {.status = a->status,
                                   .body = a->body,
                                   .error = a->error,
                                   .cookie = fetch_header(a, "Set-Cookie")};
    answer.json = a->body.len > 0 ? json_read(a->body, &where) : NULL;
    s->fn(s->arg, &answer);
    json_decref(answer.json);
    sending_free(s);
}

static void transmit(void *arg)
{
    struct sending *s = arg;
    const struct fetch_request r = {.method = s->method,
                                    .url = s->url,
                                    .headers = (const char *const *)s->headers,
                                    .body = {s->body, s->body_len},
                                    .timeout_ms = ANSWER_TIMEOUT_MS};
    fetch_send(s->client->fetch, &r, on_answer, s);
}

static char *header(const char *name, const char *value)
{
    struct buf b;
    buf_init(&b);
    buf_addf(&b, "%s: %s", name, value);
    return buf_take(&b, NULL);
}

void client_send(struct client *c, const struct client_request *r, client_fn fn, void *arg)
{
    struct sending *s = MEM_NEW(struct sending);
    *s = (struct sending){.client = c, .fn = fn, .arg = arg, .method = mem_strdup(r->method)};
    struct buf url;
    buf_init(&url);
    buf_addf(&url, "%s/api/v1%s", c->url, r->path);
    s->url = buf_take(&url, NULL);
    s->body = r->body.len > 0 ? mem_strndup(r->body.p, r->body.len) : NULL;
    s->body_len = r->body.len;
    char key[23];
    client_key(key);
    int n = 0;
    s->headers[n++] = header("Authorization", r->token != NULL ? r->token : c->token);
    if (strcmp(r->method, "GET") != 0) {
        s->headers[n++] = header("Idempotency-Key", r->key != NULL ? r->key : key);
        s->headers[n++] =
            header("Content-Type", r->content_type != NULL ? r->content_type : "application/json");
    }
    if (r->accept != NULL)
        s->headers[n++] = header("Accept", r->accept);
    s->headers[n] = NULL;
    s->pause = timer_new(c->loop, transmit, s);
    transmit(s);
}

struct asking {
    struct client *client;
    struct client_answer *out;
};

static void on_asked(void *arg, const struct client_answer *answer)
{
    struct asking *a = arg;
    *a->out = *answer;
    a->out->json = json_incref(answer->json);
    a->out->body =
        (struct str){mem_strndup(answer->body.len > 0 ? answer->body.p : "", answer->body.len),
                     answer->body.len};
    a->out->cookie = (struct str){
        mem_strndup(answer->cookie.len > 0 ? answer->cookie.p : "", answer->cookie.len),
        answer->cookie.len};
    loop_stop(a->client->loop);
}

void client_ask(struct client *c, const struct client_request *r, struct client_answer *out)
{
    struct asking a = {c, out};
    client_send(c, r, on_asked, &a);
    loop_run(c->loop);
}

void client_answer_clear(struct client_answer *a)
{
    json_decref(a->json);
    mem_free((char *)a->body.p);
    mem_free((char *)a->cookie.p);
    memset(a, 0, sizeof *a);
}

void client_stream(struct client *c, const struct client_stream *s, fetch_fn fn, void *arg)
{
    char *url, *headers[4] = {header("Authorization", c->token),
                              header("Accept", "text/event-stream"), NULL, NULL};
    struct buf b;
    if (s->last_event_id[0] != '\0')
        headers[2] = header("Last-Event-ID", s->last_event_id);
    buf_init(&b);
    buf_addf(&b, "%s/api/v1%s", c->url, s->path);
    url = buf_take(&b, NULL);
    const struct fetch_request r = {.method = "GET",
                                    .url = url,
                                    .headers = (const char *const *)headers,
                                    .piece = s->piece,
                                    .silence_s = s->silence_s};
    fetch_send(c->fetch, &r, fn, arg);
    mem_free(url);
    for (int i = 0; headers[i] != NULL; i++)
        mem_free(headers[i]);
}
