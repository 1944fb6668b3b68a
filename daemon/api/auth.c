/* Owns a worker's cache of principals: 4096 tokens at most, 30 seconds each, dropped at once when
 * the stream of "sys" tells that a session ended, a member of staff changed or a device went. A
 * token is known by its keyed hash alone. SPDX-License-Identifier: MIT */
#include "api/auth.h"
#include "api/moment.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    SETS = 1024,
    WAYS = 4,               /* 4096 tokens: staff, kiosks and boards of the largest installation */
    KEPT_MS = 30 * 1000,    /* a lost event costs no more than this */
    TOUCH_EVERY_MS = 60000, /* how exactly the idle limit is kept */
    TOKEN_MAX = 200,        /* more than any token of ours */
};

struct entry {
    char hash[SEAL_HASH_CHARS + 1];
    enum principal_kind kind;
    unsigned role, may;
    char name[PRINCIPAL_NAME_MAX + 1];
    char *halls;
    int64_t expires_ms;
    int64_t fetched_ms; /* monotonic; 0: must be asked for anew */
    int64_t touched_ms;
};

struct auth {
    struct auth_config config;
    char local_hash[SEAL_HASH_CHARS + 1]; /* of the control file's token */
    struct entry *sets[SETS][WAYS];
    /* Grows with every drop: an answer that was asked for before is not kept. */
    uint64_t generation;
};

struct lookup {
    struct auth *auth;
    struct http_request *req;
    struct principal *principal;
    uint64_t generation;
    auth_fn fn;
    void *arg;
};

struct auth *auth_new(const struct auth_config *config)
{
    struct auth *a = MEM_NEW(struct auth);

    a->config = *config;
    if (config->ctl_token[0])
        seal_hash(config->seal, "token", str_of(config->ctl_token), a->local_hash);
    return a;
}

static void entry_free(struct entry *e)
{
    if (!e)
        return;
    mem_free(e->halls);
    mem_free(e);
}

void auth_free(struct auth *a)
{
    if (!a)
        return;
    for (int s = 0; s < SETS; s++)
        for (int w = 0; w < WAYS; w++)
            entry_free(a->sets[s][w]);
    mem_free(a);
}

/* The hash is uniform already: ten of its bits choose the set. */
static struct entry **set_of(struct auth *a, const char *hash)
{
    unsigned n =
        (unsigned char)hash[0] * 31u * 31u + (unsigned char)hash[1] * 31u + (unsigned char)hash[2];
    return a->sets[n % SETS];
}

static struct entry *entry_find(struct auth *a, const char *hash)
{
    struct entry **set = set_of(a, hash);

    for (int w = 0; w < WAYS; w++)
        if (set[w] && strcmp(set[w]->hash, hash) == 0)
            return set[w];
    return NULL;
}

static struct entry *entry_make(struct auth *a, const char *hash)
{
    struct entry **set = set_of(a, hash), **oldest = &set[0];
    struct entry *e = entry_find(a, hash);

    if (e)
        return e;
    for (int w = 0; w < WAYS; w++) {
        if (!set[w]) {
            oldest = &set[w];
            break;
        }
        if (set[w]->fetched_ms < (*oldest)->fetched_ms)
            oldest = &set[w];
    }
    entry_free(*oldest);
    e = MEM_NEW(struct entry);
    memcpy(e->hash, hash, sizeof(e->hash));
    *oldest = e;
    return e;
}

static void fill(const struct entry *e, struct http_request *req, struct principal *p)
{
    p->kind = e->kind;
    p->role = e->role;
    p->may = e->may;
    memcpy(p->name, e->name, sizeof(p->name));
    memcpy(p->hash, e->hash, sizeof(p->hash));
    p->halls = arena_str(http_arena(req), str_of(e->halls));
    p->expires_ms = e->expires_ms;
}

static void on_touched(void *arg, const struct store_reply *reply)
{
    /* A failure shows in the next look-up: nothing depends on this one. */
}

/* Keeps a session in use from going idle. */
static void touch(struct auth *a, struct entry *e)
{
    int64_t now_ms = clock_mono_ms();
    char now[MOMENT_MAX];

    if (e->expires_ms == 0 || (e->touched_ms && now_ms - e->touched_ms < TOUCH_EVERY_MS))
        return;
    e->touched_ms = now_ms;
    struct str argv[] = {moment_text(clock_now_ms(), now), STR(""), STR("system:"), STR(""),
                         str_of(e->hash)};
    struct store_call call = {
        .function = "session_touch", .tag = STR("sys"), .argc = 5, .argv = argv, .fn = on_touched};
    store_call(a->config.store, &call);
}

/* Supervisors and admins may all of it, whatever stands there. One that this version does not know
 * (a newer daemon beside it) gives nothing. */
static unsigned rights_of(struct str csv)
{
    unsigned bits = 0;
    struct str one;

    while (str_cut(&csv, ',', &one))
        bits |= right_find(one);
    return bits;
}

static bool entry_read(struct entry *e, struct str json)
{
    struct json_where where;
    json_t *reply = json_read(json, &where);
    struct str name = json_str(reply, "name"), halls = json_str(reply, "halls");
    bool ok = reply && name.len <= PRINCIPAL_NAME_MAX;

    e->role = ok ? role_find(json_str(reply, "role")) : 0;
    if (ok && e->role) {
        e->may = e->role | (e->role == ROLE_CLERK ? rights_of(json_str(reply, "rights")) : 0);
        e->kind = str_is(json_str(reply, "kind"), "device") ? PRINCIPAL_DEVICE : PRINCIPAL_STAFF;
        memcpy(e->name, name.p, name.len);
        e->name[name.len] = '\0';
        mem_free(e->halls);
        e->halls = mem_strndup(halls.p, halls.len);
        e->expires_ms = json_i64(reply, "expires", 0);
        e->fetched_ms = clock_mono_ms();
    }
    json_decref(reply);
    return ok && e->role;
}

static void on_principal(void *arg, const struct store_reply *reply)
{
    struct lookup *l = arg;
    enum err err = reply->err;

    if (err == ERR_STORE_TIMEOUT) /* a read has no unknown outcome */
        err = ERR_STORE_DOWN;
    if (err == ERR_NONE) {
        struct entry *e = entry_make(l->auth, l->principal->hash);
        if (!entry_read(e, reply->text)) {
            log_error("auth: the store's answer about a token makes no sense");
            e->fetched_ms = 0;
            err = ERR_INTERNAL;
        } else {
            fill(e, l->req, l->principal);
            touch(l->auth, e);
        }
        if (l->generation != l->auth->generation)
            e->fetched_ms = 0;
    }
    l->fn(l->arg, err);
}

static void ask(struct auth *a, struct http_request *req, struct principal *p, auth_fn fn,
                void *arg)
{
    struct lookup *l = arena_alloc(http_arena(req), sizeof(*l));
    char now[MOMENT_MAX];

    *l = (struct lookup){a, req, p, a->generation, fn, arg};
    struct str argv[] = {moment_text(clock_now_ms(), now), str_of(p->hash)};
    struct store_call call = {
        .function = "principal_find",
        .tag = STR("sys"),
        .read_only = true,
        .argc = 2,
        .argv = argv,
        .fn = on_principal,
        .arg = l,
    };
    store_call(a->config.store, &call);
}

static bool find_token(struct auth *a, struct http_request *req, struct str token,
                       struct principal *p, struct lookup *then)
{
    seal_hash(a->config.seal, "token", token, p->hash);
    if (a->local_hash[0] && memcmp(p->hash, a->local_hash, sizeof(a->local_hash)) == 0) {
        p->kind = PRINCIPAL_LOCAL;
        p->role = p->may = ROLE_ADMIN;
        p->halls = STR("*");
        memcpy(p->name, "local", sizeof("local"));
        return true;
    }
    struct entry *e = entry_find(a, p->hash);
    bool is_fresh = e && e->fetched_ms && clock_mono_ms() - e->fetched_ms < KEPT_MS &&
                    (e->expires_ms == 0 || clock_now_ms() < e->expires_ms);
    if (!is_fresh) {
        ask(a, req, p, then->fn, then->arg);
        return false;
    }
    fill(e, req, p);
    touch(a, e);
    return true;
}

/* "hall.ticket.code" of a citizen's link; nothing is looked up. */
static enum err read_link(const struct auth *a, struct str link, struct principal *p)
{
    struct str hall, ticket;

    if (!str_cut(&link, '.', &hall) || !str_cut(&link, '.', &ticket))
        return ERR_UNAUTHENTICATED;
    if (!seal_link_ok(a->config.seal, hall, ticket, link))
        return ERR_UNAUTHENTICATED;
    p->kind = PRINCIPAL_CITIZEN;
    p->role = p->may = ROLE_CITIZEN;
    p->halls = hall;
    p->ticket = ticket;
    return ERR_NONE;
}

static const char *cookie_name(const struct auth *a)
{
    return a->config.is_secure ? "__Host-paihao_session" : "paihao_session";
}

static struct str cookie_token(const struct auth *a, const struct http_request *req)
{
    struct str cookies = http_header(req, "Cookie"), one, name;

    while (str_cut(&cookies, ';', &one)) {
        while (one.len > 0 && one.p[0] == ' ')
            one = (struct str){one.p + 1, one.len - 1};
        if (str_cut(&one, '=', &name) && str_is(name, cookie_name(a)))
            return one;
    }
    return (struct str){NULL, 0};
}

/* What follows the name of an authorization scheme, which is read without regard to case (RFC
 * 9110). */
static bool has_scheme(struct str given, const char *scheme, struct str *rest)
{
    size_t len = strlen(scheme);

    if (given.len <= len || strncasecmp(given.p, scheme, len) != 0 || given.p[len] != ' ')
        return false;
    *rest = (struct str){given.p + len + 1, given.len - len - 1};
    return true;
}

bool auth_find(struct auth *a, struct http_request *req, struct principal *p, enum err *err,
               auth_fn fn, void *arg)
{
    struct str given = http_header(req, "Authorization"), token = {NULL, 0};
    struct lookup then = {.fn = fn, .arg = arg};

    memset(p, 0, sizeof(*p));
    *err = ERR_NONE;
    if (has_scheme(given, "Ticket", &token)) {
        *err = read_link(a, token, p);
        return true;
    }
    if (!given.p) {
        token = cookie_token(a, req);
        p->by_cookie = token.p != NULL;
        if (!token.p)
            return true; /* nobody */
    } else if (!has_scheme(given, "Bearer", &token)) {
        token.len = 0;
    }
    if (token.len == 0 || token.len > TOKEN_MAX) {
        *err = ERR_UNAUTHENTICATED;
        return true;
    }
    return find_token(a, req, token, p, &then);
}

const char *auth_right(const struct principal *p)
{
    return p->may & ROLE_CHOOSER ? "choose" : "";
}

bool auth_is_same_origin(const struct auth *a, const struct http_request *req)
{
    struct str site = http_header(req, "Sec-Fetch-Site");
    struct str origin = http_header(req, "Origin"), scheme;

    if (site.p)
        return str_is(site, "same-origin") || str_is(site, "none");
    if (!origin.p)
        return false;
    if (a->config.public_url[0])
        return str_is(origin, a->config.public_url);
    /* "http://host:port": what follows the two slashes is what Host says. */
    if (!str_cut(&origin, '/', &scheme) || origin.len < 1 || origin.p[0] != '/')
        return false;
    return str_eq((struct str){origin.p + 1, origin.len - 1}, http_header(req, "Host"));
}

bool auth_has_hall(const struct principal *p, struct str hall)
{
    struct str rest = p->halls, one;

    if (str_is(rest, "*"))
        return true;
    while (str_cut(&rest, ',', &one))
        if (str_eq(one, hall))
            return true;
    return false;
}

bool auth_has_halls(const struct principal *p, struct str list)
{
    struct str one;

    if (str_is(p->halls, "*"))
        return true;
    while (str_cut(&list, ',', &one))
        if (!auth_has_hall(p, one))
            return false;
    return true;
}

struct str auth_cookie(const struct auth *a, struct arena *m, struct str token, int64_t max_age_s)
{
    return arena_printf(m, "%s=" STR_FMT "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
                        cookie_name(a), STR_ARG(token), (long long)max_age_s,
                        a->config.is_secure ? "; Secure" : "");
}

void auth_drop_token(struct auth *a, struct str hash)
{
    char key[SEAL_HASH_CHARS + 1] = "";

    a->generation++;
    if (hash.len != SEAL_HASH_CHARS)
        return;
    memcpy(key, hash.p, hash.len);
    struct entry *e = entry_find(a, key);
    if (e)
        e->fetched_ms = 0;
}

static void drop(struct auth *a, struct str name, bool all)
{
    a->generation++;
    for (int s = 0; s < SETS; s++)
        for (int w = 0; w < WAYS; w++)
            if (a->sets[s][w] && (all || str_is(name, a->sets[s][w]->name)))
                a->sets[s][w]->fetched_ms = 0;
}

void auth_drop_name(struct auth *a, struct str name)
{
    drop(a, name, false);
}

void auth_drop_all(struct auth *a)
{
    drop(a, STR(""), true);
}
