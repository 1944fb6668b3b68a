/* A request's way through libmicrohttpd's callbacks, and what a handler may ask about it. Runs on
 * the server's thread. The order of the calls: request_on_uri() (the line), request_on_call() once
 * with the headers (never answered there but to refuse: libmicrohttpd would close the connection),
 * once per piece of the body, and with nothing left until there is an answer;
 * request_on_completed() frees. While an answer is outstanding the connection is suspended, and
 * libmicrohttpd keeps its hands off it. SPDX-License-Identifier: MIT */
#include "http/internal.h"

#include "base/clock.h"
#include "base/mem.h"
#include "http/precheck.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <strings.h>

enum {
    KEPT_MAX = 256,           /* structs for reuse: as many as are under way at the busiest times */
    BUFFER_KEPT_BYTES = 4096, /* most bodies and addresses have some hundred bytes */
    /* Of a body too large so much more than is allowed, so that the client reads its 413; then we
     * hang up. */
    SWALLOW_BYTES = 1 << 20,
};

/* --- life --- */

static struct http_request *request_new(struct http_server *s)
{
    struct http_request *req = TAILQ_FIRST(&s->kept);

    if (req != NULL) {
        struct buf uri = req->uri;
        struct buf body = req->body;
        struct arena *arena = req->arena;

        TAILQ_REMOVE(&s->kept, req, live);
        s->n_kept--;
        *req = (struct http_request){.uri = uri, .body = body, .arena = arena};
    } else {
        req = MEM_NEW(struct http_request);
        buf_init(&req->uri);
        buf_init(&req->body);
    }
    req->server = s;
    TAILQ_INSERT_TAIL(&s->live, req, live);
    return req;
}

static void clear_large(struct buf *b, size_t bytes_max)
{
    buf_reset(b);
    if (b->cap > bytes_max)
        buf_clear(b);
}

void request_drop_memory(struct http_request *req)
{
    arena_free(req->arena);
    req->arena = NULL;
    clear_large(&req->uri, 0);
    clear_large(&req->body, 0);
}

static void request_free(struct http_request *req)
{
    struct http_server *s = req->server;

    TAILQ_REMOVE(&s->live, req, live);
    if (s->n_kept >= KEPT_MAX) {
        request_drop_memory(req);
        mem_free(req);
        return;
    }
    if (req->arena != NULL)
        arena_reset(req->arena);
    clear_large(&req->uri, BUFFER_KEPT_BYTES);
    clear_large(&req->body, BUFFER_KEPT_BYTES);
    TAILQ_INSERT_HEAD(&s->kept, req, live);
    s->n_kept++;
}

void request_free_kept(struct http_server *s)
{
    struct http_request *req;

    assert(TAILQ_EMPTY(&s->live));
    while ((req = TAILQ_FIRST(&s->kept)) != NULL) {
        TAILQ_REMOVE(&s->kept, req, live);
        request_drop_memory(req);
        mem_free(req);
    }
}

void *request_on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct http_request *req = request_new(cls);

    req->conn = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    req->conn->request = req;
    req->mhd = mhd;
    if (uri != NULL) {
        size_t len = strlen(uri);

        buf_add(&req->uri, uri, len);
        req->uri_end = uri + len;
    }
    return req;
}

void request_on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                          enum MHD_RequestTerminationCode code)
{
    struct http_request *req = *con_cls;

    if (req == NULL)
        return; /* its first line was no request */
    *con_cls = NULL;
    req->conn->request = NULL;
    if (req->response != NULL)
        MHD_destroy_response(req->response);
    if (req->stream != NULL)
        stream_end(req->stream);
    conn_set_state(req->conn, CONN_READING);
    request_free(req);
}

/* --- libmicrohttpd's calls --- */

struct field_list {
    struct precheck_field at[PRECHECK_FIELDS_MAX + 1]; /* one more, so that too many are seen */
    size_t n;
};

static enum MHD_Result add_field(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    struct field_list *list = cls;

    list->at[list->n++] = (struct precheck_field){{name, name_len}, {value, value_len}};
    return list->n <= PRECHECK_FIELDS_MAX ? MHD_YES : MHD_NO;
}

static enum err check(struct http_request *req, const char *method, const char *version)
{
    struct field_list fields;
    struct precheck r = {
        .method = str_of(method),
        .uri = buf_str(&req->uri),
        .path = req->path,
        .version = str_of(version),
        .fields = fields.at,
        .body_max_bytes = req->server->body_max_bytes,
    };

    /* The version stands right behind the address, unless a NUL cut the address short. */
    if (req->uri_end == NULL || version != req->uri_end + 1)
        return ERR_BAD_REQUEST;
    fields.n = 0;
    MHD_get_connection_values_n(req->mhd, MHD_HEADER_KIND, add_field, &fields);
    r.n_fields = fields.n;
    return precheck(&r);
}

static enum http_method method_of(const char *name)
{
    for (int m = 0; m < HTTP_METHODS; m++) {
        if (strcmp(name, http_method_name((enum http_method)m)) == 0)
            return (enum http_method)m;
    }
    assert(!"the pre-check let an unknown method pass");
    return HTTP_GET;
}

static enum MHD_Result queue_response(struct http_request *req)
{
    enum MHD_Result result = MHD_queue_response(req->mhd, (unsigned int)req->status, req->response);

    MHD_destroy_response(req->response);
    req->response = NULL;
    return result;
}

/* With "Expect: 100-continue" the client waits before it sends what it announced. */
static bool can_swallow(struct http_request *req)
{
    struct str length = http_header(req, "Content-Length");
    int64_t n, max = req->server->body_max_bytes + SWALLOW_BYTES;

    return http_header(req, "Expect").p == NULL && str_to_i64(length, 0, max, &n);
}

/* A refusal is answered at once, which makes libmicrohttpd close the connection: wanted here, since
 * where the next request begins is in doubt. */
static enum MHD_Result on_headers(struct http_request *req, const char *url, const char *method,
                                  const char *version)
{
    req->begun = true;
    req->path = str_of(url);
    req->is_head = strcmp(method, "HEAD") == 0;
    req->is_1_1 = strcmp(version, "HTTP/1.1") == 0;
    req->refusal = req->server->freeing ? ERR_STOPPING : check(req, method, version);
    if (req->refusal == ERR_TOO_LARGE && can_swallow(req))
        return MHD_YES;
    if (req->refusal != ERR_NONE) {
        req->complete = true;
        req->complete_us = clock_mono_us();
        reply_refuse(req, req->refusal);
        return queue_response(req);
    }
    req->method = req->is_head ? HTTP_GET : method_of(method);
    return MHD_YES;
}

/* MHD_NO hangs up without an answer. */
static enum MHD_Result on_piece(struct http_request *req, const char *piece, size_t *len)
{
    req->body_bytes += (int64_t)*len;
    if (req->body_bytes > req->server->body_max_bytes) {
        req->refusal = ERR_TOO_LARGE;
        if (req->body_bytes > req->server->body_max_bytes + SWALLOW_BYTES)
            return MHD_NO;
    }
    if (req->refusal == ERR_NONE)
        buf_add(&req->body, piece, *len);
    *len = 0;
    return MHD_YES;
}

static void on_complete(struct http_request *req)
{
    req->complete = true;
    req->complete_us = clock_mono_us();
    conn_set_state(req->conn, CONN_BUSY);
    if (req->refusal != ERR_NONE)
        reply_refuse(req, req->refusal);
    else
        req->server->fn(req->server->arg, req);
}

enum MHD_Result request_on_call(void *cls, struct MHD_Connection *mhd, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_bytes, void **con_cls)
{
    struct http_request *req = *con_cls;

    if (!req->begun)
        return on_headers(req, url, method, version);
    if (*upload_bytes != 0)
        return on_piece(req, upload, upload_bytes);
    if (!req->complete)
        on_complete(req);
    if (!req->replied && req->server->freeing)
        reply_refuse(req, ERR_STOPPING);
    if (req->response != NULL)
        return queue_response(req);
    req->suspended = true;
    MHD_suspend_connection(mhd);
    return MHD_YES;
}

/* --- what a handler may ask --- */

enum http_method http_method(const struct http_request *req)
{
    return req->method;
}

const char *http_method_name(enum http_method m)
{
    static const char *const names[HTTP_METHODS] = {
        [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE", [HTTP_PATCH] = "PATCH",
    };

    return names[m];
}

struct str http_path(const struct http_request *req)
{
    return req->path;
}

struct str http_uri(const struct http_request *req)
{
    return buf_str(&req->uri);
}

static struct str value_of(const struct http_request *req, enum MHD_ValueKind kind,
                           const char *name)
{
    struct str value = {NULL, 0};

    if (MHD_lookup_connection_value_n(req->mhd, kind, name, strlen(name), &value.p, &value.len) ==
            MHD_YES &&
        value.p == NULL)
        value = STR(""); /* "?name" without "=" */
    return value;
}

struct str http_query(const struct http_request *req, const char *name)
{
    return value_of(req, MHD_GET_ARGUMENT_KIND, name);
}

struct str http_header(const struct http_request *req, const char *name)
{
    return value_of(req, MHD_HEADER_KIND, name);
}

struct list_of {
    const char *name;
    struct arena *arena;
    struct str joined;
};

static enum MHD_Result join(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                            const char *value, size_t value_len)
{
    struct list_of *l = cls;

    if (name_len != strlen(l->name) || strncasecmp(name, l->name, name_len) != 0)
        return MHD_YES;
    l->joined = l->joined.p ? arena_printf(l->arena, STR_FMT ", %.*s", STR_ARG(l->joined),
                                           (int)value_len, value)
                            : (struct str){value ? value : "", value_len};
    return MHD_YES;
}

struct str http_header_list(const struct http_request *req, const char *name)
{
    struct list_of l = {name, http_arena((struct http_request *)req), {NULL, 0}};

    MHD_get_connection_values_n(req->mhd, MHD_HEADER_KIND, join, &l);
    return l.joined;
}

struct str http_body(const struct http_request *req)
{
    return buf_str(&req->body);
}

struct str http_peer(const struct http_request *req)
{
    struct conn *c = req->conn;
    char *text = arena_alloc(http_arena((struct http_request *)req), INET6_ADDRSTRLEN);
    const void *address = &c->peer.v4.sin_addr;
    int family = c->peer.any.sa_family;

    if (family == AF_INET6) {
        address = &c->peer.v6.sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&c->peer.v6.sin6_addr)) {
            address = &c->peer.v6.sin6_addr.s6_addr[12];
            family = AF_INET;
        }
    }
    if (inet_ntop(family, address, text, INET6_ADDRSTRLEN) == NULL)
        return STR("");
    return str_of(text);
}

int http_tag(const struct http_request *req)
{
    return req->server->tag;
}

struct arena *http_arena(struct http_request *req)
{
    if (req->arena == NULL)
        req->arena = arena_new();
    return req->arena;
}

void http_set_user(struct http_request *req, void *user)
{
    req->user = user;
}

void *http_user(const struct http_request *req)
{
    return req->user;
}

bool http_is_stream_instance(const struct http_request *req)
{
    return req->conn->pump == &req->server->streams;
}
