/* Who asks: from a token to a principal. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_API_AUTH_H
#define PAIHAO_API_AUTH_H

#include "api/commands.h"
#include "base/err.h"
#include "core/seal.h"
#include "http/http.h"
#include "store/store.h"
#include <stdbool.h>
#include <stdint.h>

struct auth;

enum { PRINCIPAL_NAME_MAX = 32 };

enum principal_kind {
    PRINCIPAL_NOBODY,
    PRINCIPAL_LOCAL,
    PRINCIPAL_STAFF,
    PRINCIPAL_DEVICE,
    PRINCIPAL_CITIZEN
};

struct principal {
    enum principal_kind kind;
    unsigned role; /* one bit of enum role */
    unsigned may;  /* that bit, and those of a clerk's rights: what a row's roles are held against */
    char name[PRINCIPAL_NAME_MAX + 1];
    char hash[SEAL_HASH_CHARS + 1]; /* of the token */
    struct str halls;   /* "*" or comma-separated codes; of a device and a citizen: the one */
    struct str ticket;  /* of a citizen */
    int64_t expires_ms; /* of a session; 0: never */
    bool by_cookie;
};

struct auth_config {
    struct store *store;
    const struct seal *seal;
    const char *ctl_token;
    bool is_secure;         /* cookies carry Secure and the __Host- prefix */
    const char *public_url; /* "" : compared with the Host of the request */
};

struct auth *auth_new(const struct auth_config *config);
/* After the store. */
void auth_free(struct auth *a);

/* The principal of the request, now where it is known (returns true), else by fn on a later turn.
 * p's strings lie in the request's arena. Nobody is no error: err is ERR_UNAUTHENTICATED only for a
 * token that is not or no longer valid. */
typedef void (*auth_fn)(void *arg, enum err err);
bool auth_find(struct auth *a, struct http_request *req, struct principal *p, enum err *err,
               auth_fn fn, void *arg);
/* The right that a clerk has, "choose", or "". */
const char *auth_right(const struct principal *p);
/* A write that a cookie vouches for must come from our own pages. */
bool auth_is_same_origin(const struct auth *a, const struct http_request *req);
bool auth_has_hall(const struct principal *p, struct str hall);
/* Every hall of list ("*" or comma-separated) is one of the principal's. */
bool auth_has_halls(const struct principal *p, struct str list);

/* The cookie that carries token, or takes it away again (token empty). */
struct str auth_cookie(const struct auth *a, struct arena *m, struct str token, int64_t max_age_s);

/* What is kept about one token, about one member of staff or device, about all. */
void auth_drop_token(struct auth *a, struct str hash);
void auth_drop_name(struct auth *a, struct str name);
void auth_drop_all(struct auth *a);

#endif
