/* Logging in and out. Passwords are checked on job threads; an unknown name takes as long as a
 * known one, and failures of one name make it wait longer and longer (counted in the store, so by
 * all daemons together). SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "api/moment.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include <stdio.h>
#include <string.h>

enum {
    /* Of one name at once on a worker: the store counts a failure only when it is over, and nobody
     * logs in four times at the same moment. */
    TRIES_OF_NAME = 4,
    /* From one address: a quarter of the queue of passwords, so that one that tries names does not
     * keep everybody out; far above what a hall behind one proxy needs at 25 ms each. */
    TRIES_OF_PEER = 16,
    HASH_MAX = 128,
};

struct login {
    struct login *next;
    struct call *call;
    struct str name, password, peer;
    char guess[SEAL_HASH_CHARS + 1]; /* the name as the store counts failures of it */
    char hash[HASH_MAX];
    bool is_known;
    bool is_active; /* known and not disabled */
    bool is_right;
    char token[SEAL_TOKEN_CHARS + 1];
    int64_t expires_ms;
};

struct session_tries {
    struct login *first;
};

struct session_tries *session_tries_new(void)
{
    return MEM_NEW(struct session_tries);
}

void session_tries_free(struct session_tries *t)
{
    mem_free(t);
}

/* Nobody has too many under way: ERR_NONE. */
static enum err count_tries(const struct session_tries *t, struct str name, struct str peer)
{
    int of_name = 0, of_peer = 0;

    for (const struct login *l = t->first; l; l = l->next) {
        of_name += str_eq(l->name, name);
        of_peer += str_eq(l->peer, peer);
    }
    if (of_peer >= TRIES_OF_PEER)
        return ERR_RATE_LIMIT;
    return of_name >= TRIES_OF_NAME ? ERR_LOGIN_THROTTLED : ERR_NONE;
}

void session_guess(const struct api *a, struct str name, char out[SEAL_HASH_CHARS + 1])
{
    seal_hash(a->config.seal, "login", name, out);
}

/* Every way out of a login leads through here. */
static struct call *finish(struct login *l)
{
    struct login **at = &l->call->api->tries->first;

    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    explicit_bzero((char *)l->password.p, l->password.len); /* our own copy in the arena */
    return l->call;
}

static void add_list(struct buf *out, const char *key, struct str csv)
{
    struct str one;

    json_add_key(out, key);
    buf_add_char(out, '[');
    while (str_cut(&csv, ',', &one)) {
        if (out->p[out->len - 1] != '[')
            buf_add_char(out, ',');
        json_add_str(out, one);
    }
    buf_add_char(out, ']');
}

static void on_opened(void *arg, const struct store_reply *reply)
{
    struct login *l = arg;
    struct call *c = finish(l);
    struct buf out;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    /* The library's {"name","role","halls","disabled"} and when it ends. */
    buf_init(&out);
    buf_add(&out, reply->text.p, reply->text.len - 1);
    json_add_member_i64(&out, "expires", l->expires_ms);
    buf_add_char(&out, '}');
    struct http_field cookie = {
        "Set-Cookie", auth_cookie(c->api->auth, http_arena(c->req), str_of(l->token),
                                  c->api->config.session_absolute_ms / clock_speed() / 1000)};
    call_reply(c, c->command->status, buf_str(&out), &cookie, 1);
    buf_clear(&out);
    log_info("staff " STR_FMT ": logged in", STR_ARG(l->name));
}

static void on_failed(void *arg, const struct store_reply *reply)
{
    struct login *l = arg;
    struct call *c = finish(l);
    struct json_where where;
    struct problem p = {.err = ERR_LOGIN_FAILED};

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    json_t *told = json_read(reply->text, &where);
    p.wait_s = (json_i64(told, "wait_ms", 0) + 999) / 1000;
    json_decref(told);
    call_problem_full(c, &p);
    /* Not every name typed is one: it may be a password. */
    if (l->is_known)
        log_info("staff " STR_FMT ": a login failed", STR_ARG(l->name));
    else
        log_info("staff: a login with an unknown name failed");
}

/* A call of the library for a login: its callback gets the login instead of the call. */
static void login_write(struct login *l, const char *function, const struct str *argv, int argc,
                        store_fn fn)
{
    char now[MOMENT_MAX];
    struct str all[STORE_ARGS_MAX] = {STR(""), STR(""), STR("system:"), STR("")};

    all[0] = moment_text(clock_now_ms(), now);
    memcpy(all + 4, argv, (size_t)argc * sizeof(*argv));
    struct store_call call = {
        .function = function, .tag = STR("sys"), .argc = argc + 4, .argv = all, .fn = fn, .arg = l};
    store_call(l->call->api->config.store, &call);
}

static void open_session(struct login *l)
{
    const struct api_config *config = &l->call->api->config;
    char hash[SEAL_HASH_CHARS + 1], expires[24], idle[24];

    seal_token(l->token);
    seal_hash(config->seal, "token", str_of(l->token), hash);
    l->expires_ms = clock_now_ms() + config->session_absolute_ms;
    (void)snprintf(expires, sizeof(expires), "%lld", (long long)l->expires_ms);
    (void)snprintf(idle, sizeof(idle), "%lld", (long long)config->session_idle_ms);
    struct str argv[] = {str_of(hash), l->name, str_of(expires), str_of(idle), str_of(l->guess)};
    login_write(l, "session_open", argv, 5, on_opened);
}

/* On a job thread. */
static void check_password(void *arg)
{
    struct login *l = arg;
    l->is_right = seal_password_ok(l->hash, l->password);
}

static void on_checked(void *arg)
{
    struct login *l = arg;
    struct str guess = str_of(l->guess);

    if (l->is_right && l->is_active)
        open_session(l);
    else
        login_write(l, "session_fail", &guess, 1, on_failed);
}

static void read_secret(struct login *l, const json_t *secret)
{
    struct str hash = json_str(secret, "hash");

    l->is_known = hash.len > 0 && hash.len < HASH_MAX;
    l->is_active = l->is_known && !json_bool(secret, "disabled", false);
    if (!l->is_known)
        hash = str_of(seal_password_dummy());
    memcpy(l->hash, hash.p, hash.len);
    l->hash[hash.len] = '\0';
}

static void on_secret(void *arg, const struct store_reply *reply)
{
    struct login *l = arg;
    struct json_where where;
    struct problem p = {.err = ERR_LOGIN_THROTTLED};

    if (reply->err != ERR_NONE) {
        call_problem_store(finish(l), reply);
        return;
    }
    json_t *secret = json_read(reply->text, &where);
    p.wait_s = (json_i64(secret, "wait_ms", 0) + 999) / 1000;
    read_secret(l, secret);
    json_decref(secret);
    if (p.wait_s > 0) {
        call_problem_full(finish(l), &p);
    } else if (!jobs_submit(l->call->api->config.jobs, check_password, on_checked, l)) {
        metric_add(METRIC_JOBS_REFUSED, NULL, 1);
        call_problem(finish(l), ERR_BUSY, NULL, NULL);
    }
}

void local_session_open(struct call *c)
{
    struct session_tries *tries = c->api->tries;
    char now[MOMENT_MAX];

    struct str peer = http_peer(c->req);
    enum err err = count_tries(tries, c->args.v[0], peer);
    if (err != ERR_NONE) {
        call_problem(c, err, NULL, NULL);
        return;
    }
    struct login *l = arena_alloc(http_arena(c->req), sizeof(*l));
    l->call = c;
    l->name = c->args.v[0];
    l->password = c->args.v[1];
    l->peer = peer;
    l->next = tries->first;
    tries->first = l;
    session_guess(c->api, l->name, l->guess);
    struct str argv[] = {moment_text(c->now_ms, now), l->name, str_of(l->guess)};
    struct store_call call = {
        .function = "staff_secret",
        .tag = STR("sys"),
        .read_only = true,
        .argc = 3,
        .argv = argv,
        .fn = on_secret,
        .arg = l,
    };
    store_call(c->api->config.store, &call);
}

void local_session_view(struct call *c)
{
    struct buf out;

    buf_init(&out);
    buf_add_char(&out, '{');
    json_add_member_cstr(&out, "name", c->who.name);
    json_add_member_cstr(&out, "role", role_name((enum role)c->who.role));
    add_list(&out, "halls", c->who.halls);
    if (*auth_right(&c->who))
        add_list(&out, "rights", str_of(auth_right(&c->who)));
    if (c->who.expires_ms)
        json_add_member_i64(&out, "expires", c->who.expires_ms);
    buf_add_char(&out, '}');
    call_reply_json(c, buf_str(&out));
    buf_clear(&out);
}

static void on_closed(void *arg, const struct store_reply *reply)
{
    struct call *c = arg;

    if (reply->err != ERR_NONE) {
        call_problem_store(c, reply);
        return;
    }
    auth_drop_token(c->api->auth, str_of(c->who.hash));
    struct http_field cookie = {"Set-Cookie",
                                auth_cookie(c->api->auth, http_arena(c->req), STR(""), 0)};
    call_reply(c, c->command->status, reply->text, &cookie, 1);
}

void local_session_close(struct call *c)
{
    struct str hash = str_of(c->who.hash);

    if (c->who.kind == PRINCIPAL_LOCAL) /* the control file's token is no session */
        call_problem(c, ERR_FORBIDDEN, NULL, NULL);
    else
        call_store_write(c, "session_close", &hash, 1, on_closed);
}
