/* HTTP out: one libcurl multi handle driven by the loop's events (curl_multi_socket_action). Owns
 * the requests on their way and the connections kept alive. Runs on its loop's thread alone. A new
 * limit or option of a request belongs into struct fetch_request and job_configure(). The process's
 * proxy variables are not followed: where messages go is said by the settings alone.
 * SPDX-License-Identifier: MIT */
#include "fetch/fetch.h"

#include "base/log.h"
#include "base/mem.h"
#include "fetch/address.h"
#include "loop/timer.h"
#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum {
    ANSWER_MAX_BYTES = 1 << 20, /* an API's answer; a page of HTML by mistake still fits */
    HEAD_MAX_BYTES = 64 << 10,  /* libcurl 7.88 bounds one header line, not their sum */
};

struct watch; /* one socket of libcurl's, watched by the loop */

struct fetch {
    struct loop *loop;
    CURLM *multi;
    struct timer *timer;
    struct job *jobs; /* doubly linked */
    struct watch *watches;
    bool stopping;
};

struct job {
    struct fetch_answer answer; /* first: fetch_header() finds the job by it */
    struct fetch *fetch;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    size_t body_max_bytes;
    size_t head_bytes;
    bool too_large;
    bool bad_header;
    bool begun; /* of `once`: it has been sent, or is about to be */
    fetch_piece_fn piece;
    fetch_fn fn;
    void *arg;
    struct job *prev, *next;
};

struct watch {
    struct fetch *fetch;
    struct event *event;
    struct watch *prev, *next;
};

/* What libcurl says may quote the address; these sentences never do. */
static const struct {
    CURLcode code;
    const char *error;
} errors[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, "only http and https are allowed"},
    {CURLE_URL_MALFORMAT, "the address is not valid"},
    {CURLE_COULDNT_RESOLVE_HOST, "the name of the host was not found"},
    {CURLE_COULDNT_CONNECT, "the host cannot be reached"},
    {CURLE_OPERATION_TIMEDOUT, "no answer in time"},
    {CURLE_GOT_NOTHING, "the connection was closed without an answer"},
    {CURLE_PARTIAL_FILE, "the answer was cut off"},
    {CURLE_RECV_ERROR, "the connection broke while reading the answer"},
    {CURLE_SEND_ERROR, "the connection broke while sending"},
    {CURLE_PEER_FAILED_VERIFICATION, "the certificate of the host was not accepted"},
    {CURLE_SSL_CONNECT_ERROR, "TLS could not be agreed on with the host"},
};

static const char *error_of(const struct job *job, CURLcode code)
{
    if (code == CURLE_OK)
        return NULL;
    if (job->too_large)
        return "the answer is larger than allowed";
    if (job->bad_header)
        return "a header field of the request holds a control character";
    if (job->answer.forbidden)
        return "the host has no public address, and others are not allowed";
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].code == code)
            return errors[i].error;
    return "the transfer failed";
}

static void job_free(struct job *job)
{
    struct fetch *f = job->fetch;
    if (job->prev)
        job->prev->next = job->next;
    else
        f->jobs = job->next;
    if (job->next)
        job->next->prev = job->prev;
    curl_easy_cleanup(job->easy);
    curl_slist_free_all(job->headers);
    buf_clear(&job->body);
    mem_free(job);
}

/* The one end of every request. The handle lives on until fn has read the header fields. */
static void job_finish(struct job *job, const char *error)
{
    long status = 0, request_bytes = 0;
    curl_off_t took_us = 0;
    curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(job->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    curl_easy_getinfo(job->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    curl_multi_remove_handle(job->fetch->multi, job->easy);
    job->answer.status = error ? 0 : (int)status;
    job->answer.forbidden = error && job->answer.forbidden;
    job->answer.body = error ? (struct str){"", 0} : buf_str(&job->body);
    job->answer.error = error;
    job->answer.sent = request_bytes > 0;
    job->answer.took_us = took_us;
    job->fn(job->arg, &job->answer);
    job_free(job);
}

static void finish_done(struct fetch *f)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(f->multi, &left))) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct job *job = NULL;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&job);
        job_finish(job, error_of(job, code));
    }
}

static void act(struct fetch *f, curl_socket_t fd, int what)
{
    int running;
    CURLMcode rc = curl_multi_socket_action(f->multi, fd, what, &running);
    if (rc != CURLM_OK)
        log_error("fetch: %s", curl_multi_strerror(rc));
    finish_done(f);
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
    struct watch *w = arg;
    act(w->fetch, fd,
        (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(void *arg)
{
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_curl_timer(CURLM *multi, long timeout_ms, void *arg)
{
    struct fetch *f = arg;
    if (timeout_ms < 0)
        timer_stop(f->timer);
    else
        timer_once(f->timer, timeout_ms);
    return 0;
}

static void watch_free(struct watch *w)
{
    struct fetch *f = w->fetch;
    if (w->prev)
        w->prev->next = w->next;
    else
        f->watches = w->next;
    if (w->next)
        w->next->prev = w->prev;
    event_free(w->event);
    mem_free(w);
}

static struct watch *watch_new(struct fetch *f, curl_socket_t fd)
{
    struct watch *w = MEM_NEW(struct watch);
    w->fetch = f;
    w->event = event_new(loop_base(f->loop), fd, 0, on_socket, w);
    if (!w->event)
        abort(); /* no memory */
    w->next = f->watches;
    if (w->next)
        w->next->prev = w;
    f->watches = w;
    curl_multi_assign(f->multi, fd, w);
    return w;
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
    struct fetch *f = arg;
    struct watch *w = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            watch_free(w);
        curl_multi_assign(f->multi, fd, NULL);
        return 0;
    }
    if (!w)
        w = watch_new(f, fd);
    short events = (short)((what & CURL_POLL_IN ? EV_READ : 0) |
                           (what & CURL_POLL_OUT ? EV_WRITE : 0) | EV_PERSIST);
    event_del(w->event);
    event_assign(w->event, loop_base(f->loop), fd, events, on_socket, w);
    event_add(w->event, NULL);
    return 0;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct job *job = arg;
    long status = 0;
    if (job->piece && curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
        status == 200)
        return job->piece(job->arg, (struct str){p, size * n}) ? size * n : 0;
    if (job->body.len + size * n > job->body_max_bytes) {
        job->too_large = true;
        return 0;
    }
    buf_add(&job->body, p, size * n);
    return size * n;
}

static size_t on_head(char *p, size_t size, size_t n, void *arg)
{
    struct job *job = arg;
    job->head_bytes += size * n;
    if (job->head_bytes > HEAD_MAX_BYTES) {
        job->too_large = true;
        return 0;
    }
    return size * n;
}

/* Whatever the name stood for when it was looked at before: this is the address. */
static curl_socket_t on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct job *job = arg;
    if (!address_is_public(&a->addr)) {
        job->answer.forbidden = true;
        return CURL_SOCKET_BAD;
    }
    job->answer.forbidden = false;
    return socket(a->family, a->socktype, a->protocol);
}

static int on_begin(void *arg, char *peer, char *own, int peer_port, int own_port)
{
    struct job *job = arg;
    bool again = job->begun;
    job->begun = true;
    return again ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static bool header_is_clean(const char *line)
{
    for (; *line; line++)
        if ((unsigned char)*line < 0x20)
            return false;
    return true;
}

static void job_set_request(struct job *job, const struct fetch_request *req)
{
    CURL *e = job->easy;
    if (req->body.len || strcmp(req->method, "POST") == 0 || strcmp(req->method, "PUT") == 0) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body.len);
        curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, req->body.len ? req->body.p : "");
    }
    curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, req->method);
    for (const char *const *h = req->headers; h && *h; h++) {
        job->bad_header |= !header_is_clean(*h);
        job->headers = curl_slist_append(job->headers, *h);
    }
    if (!job->bad_header) /* without an address libcurl refuses it, in the usual way */
        curl_easy_setopt(e, CURLOPT_URL, req->url);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, job->headers);
    if (req->user_password) {
        curl_easy_setopt(e, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(e, CURLOPT_USERPWD, req->user_password);
    }
}

static void job_configure(struct job *job, const struct fetch_request *req)
{
    CURL *e = job->easy;
    curl_easy_setopt(e, CURLOPT_PRIVATE, job);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_USERAGENT, "paihao/" PAIHAO_VERSION);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    /* A name that resolves slowly must not hold up the loop when its request has timed out. */
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, job);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, job);
    if (req->only_public) {
        curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
        curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, job);
    }
    if (req->once) {
        curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_begin);
        curl_easy_setopt(e, CURLOPT_PREREQDATA, job);
    }
    if (req->piece) {
        curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
        curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)req->silence_s);
        curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)req->silence_s);
    }
    job_set_request(job, req);
}

void fetch_send(struct fetch *f, const struct fetch_request *req, fetch_fn fn, void *arg)
{
    assert(!f->stopping);
    assert(req->timeout_ms > 0 || (req->piece && req->silence_s > 0));
    struct job *job = MEM_NEW(struct job);
    job->fetch = f;
    job->fn = fn;
    job->arg = arg;
    job->piece = req->piece;
    job->body_max_bytes = req->answer_max_bytes ? req->answer_max_bytes : ANSWER_MAX_BYTES;
    buf_init(&job->body);
    job->easy = curl_easy_init();
    if (!job->easy)
        abort(); /* no memory */
    job_configure(job, req);
    job->next = f->jobs;
    if (job->next)
        job->next->prev = job;
    f->jobs = job;
    /* Nothing is done yet: libcurl asks for a timer of 0 ms, and the loop's next turn starts it. */
    if (curl_multi_add_handle(f->multi, job->easy) != CURLM_OK)
        abort(); /* no memory */
}

struct str fetch_header(const struct fetch_answer *answer, const char *name)
{
    const struct job *job = (const struct job *)answer;
    struct curl_header *h;
    if (curl_easy_header(job->easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
        return (struct str){NULL, 0};
    return str_of(h->value);
}

struct fetch *fetch_new(struct loop *l, int connections_max)
{
    struct fetch *f = MEM_NEW(struct fetch);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) /* counted by libcurl */
        abort();                                           /* no memory */
    f->loop = l;
    f->timer = timer_new(l, on_timer, f);
    f->multi = curl_multi_init();
    if (!f->multi)
        abort(); /* no memory */
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections_max);
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)connections_max);
    return f;
}

void fetch_free(struct fetch *f)
{
    if (!f)
        return;
    f->stopping = true;
    while (f->jobs)
        job_finish(f->jobs, "the program is stopping");
    curl_multi_cleanup(f->multi);
    while (f->watches)
        watch_free(f->watches);
    timer_free(f->timer);
    curl_global_cleanup();
    mem_free(f);
}
