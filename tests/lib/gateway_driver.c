/* One gateway of a settings file, opened on a loop of its own and driven over stdin, for tests and
 * measurements of drivers without the rest of the daemon. gateway_driver SETTINGS; in and out is a
 * JSON object a line.
 *   in:  {"send": NAME, "to": "+86...", "text": T, "valid_ms": N, "id": I, "report_url": U,
 *         "template": CODE, "params": {"number": "A012"}}    from id on only where there is one
 *        {"many": N, "to": T, "text": T, "valid_ms": N}      as many at once as there is room for
 *        {"take": "yes"|"no"|"later"}    what becomes of reports and texts from now on
 *        {"taken": true|false}           the oldest one of those put off
 *        {"ping": N}                     all that was told before has been told
 *        {"leave": 1}                    and end
 *   out: {"up": bool, "reason"}, {"room": N}, {"result": NAME, "outcome", "uncertain", "reason",
 *        "pause_ms", "ids"}, {"report": ID, "fate", "reason"}, {"inbound": TEXT, "from", "to"},
 *        {"many": N, "ok": N, "us": N}, {"pong": N}, {"left": 1}
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/settings.h"
#include "fetch/fetch.h"
#include "loop/loop.h"
#include "sms/gateway.h"
#include "tests/lib/joiner.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LATER_MAX = 64, PARAMS_MAX = 16 };

static struct loop *the_loop;
static const struct gateway_ops *ops;
static void *self;
static struct joiner *joiner;
static struct buf in;
static char take[8] = "yes";
static struct {
    void (*done)(void *arg, bool ok);
    void *arg;
} later[LATER_MAX];
static int n_later;

static struct {
    int left, open, ok, all;
    int64_t begun_us;
    struct gateway_message m;
    char to[32], text[2048];
    bool pumping;
} many;

static void say(struct buf *b)
{
    buf_add_c(b, "}\n");
    if (write(STDOUT_FILENO, b->p, b->len) != (ssize_t)b->len)
        exit(1);
    buf_clear(b);
}

static struct buf line(const char *key)
{
    struct buf b;
    buf_init(&b);
    buf_add_char(&b, '{');
    json_add_key(&b, key);
    return b;
}

static void on_link(void *arg, bool up, const char *reason)
{
    struct buf b = line("up");
    buf_add_c(&b, up ? "true" : "false");
    json_add_member_cstr(&b, "reason", reason);
    say(&b);
}

static void many_pump(void);

static void on_room(void *arg)
{
    if (many.all) {
        many_pump();
        return;
    }
    struct buf b = line("room");
    buf_add_i64(&b, ops->room(self));
    say(&b);
}

static void taken(void (*done)(void *, bool), void *done_arg)
{
    if (strcmp(take, "later") == 0 && n_later < LATER_MAX) {
        later[n_later].done = done;
        later[n_later++].arg = done_arg;
    } else {
        done(done_arg, strcmp(take, "yes") == 0);
    }
}

static void on_report(void *arg, const struct gateway_report *r,
                      void (*done)(void *done_arg, bool ok), void *done_arg)
{
    struct buf b = line("report");
    json_add_str(&b, r->id);
    json_add_member_cstr(&b, "fate", gateway_fate_name(r->fate));
    json_add_member_str(&b, "reason", r->reason);
    say(&b);
    taken(done, done_arg);
}

static void on_inbound(void *arg, const struct gateway_inbound *i,
                       void (*done)(void *done_arg, bool ok), void *done_arg)
{
    struct buf b = line("inbound");
    json_add_str(&b, i->text);
    json_add_member_str(&b, "from", i->from);
    json_add_member_str(&b, "to", i->to);
    say(&b);
    taken(done, done_arg);
}

/* What the store does for the daemon. */
static void on_part(void *arg, const struct gateway_part *part, gateway_part_fn fn, void *fn_arg)
{
    struct buf whole;
    buf_init(&whole);
    bool last = joiner_add(joiner, part, clock_mono_ms(), &whole);
    fn(fn_arg, last ? GATEWAY_PART_LAST : GATEWAY_PART_KEPT, buf_str(&whole));
    buf_clear(&whole);
}

static void on_joined(void *arg, const struct gateway_part *part)
{
    joiner_done(joiner, part);
}

static void on_result(void *arg, const struct gateway_result *r)
{
    static const char *const outcomes[] = {"ok", "tempfail", "throttled", "permfail", "config"};
    struct buf b = line("result");
    json_add_cstr(&b, arg);
    json_add_member_cstr(&b, "outcome", outcomes[r->outcome]);
    json_add_member_bool(&b, "uncertain", r->uncertain);
    json_add_member_cstr(&b, "reason", r->reason);
    json_add_member_i64(&b, "pause_ms", r->pause_ms);
    json_add_key(&b, "ids");
    buf_add_char(&b, '[');
    for (int i = 0; i < r->id_count; i++) {
        if (i)
            buf_add_char(&b, ',');
        json_add_cstr(&b, r->ids[i]);
    }
    buf_add_char(&b, ']');
    say(&b);
    mem_free(arg);
}

/* --- many at once --- */

static void on_one_of_many(void *arg, const struct gateway_result *r)
{
    many.open--;
    many.ok += r->outcome == GATEWAY_OK;
    if (many.left || many.open) {
        many_pump();
        return;
    }
    struct buf b = line("many");
    buf_add_i64(&b, many.all);
    json_add_member_i64(&b, "ok", many.ok);
    json_add_member_i64(&b, "us", clock_mono_us() - many.begun_us);
    say(&b);
    many.all = 0;
}

static void many_pump(void)
{
    if (many.pumping)
        return;
    many.pumping = true;
    while (many.left && (!ops->room || ops->room(self) > 0)) {
        many.left--;
        many.open++;
        ops->send(self, &many.m, on_one_of_many, NULL);
    }
    many.pumping = false;
}

static struct gateway_message message(const json_t *o, const char *to)
{
    struct str text = json_str(o, "text");
    return (struct gateway_message){.id = STR("xh.1-1"),
                                    .to_e164 = to,
                                    .country = STR("86"),
                                    .text = text,
                                    .size = encoding_measure(text, NULL, 0),
                                    .valid_ms = json_i64(o, "valid_ms", 600000)};
}

static void start_many(const json_t *o)
{
    str_copy(json_str(o, "to"), many.to, sizeof many.to);
    str_copy(json_str(o, "text"), many.text, sizeof many.text);
    many.m = message(o, many.to);
    many.m.text = str_of(many.text);
    many.all = many.left = (int)json_i64(o, "many", 0);
    many.ok = 0;
    many.begun_us = clock_mono_us();
    many_pump();
}

/* --- stdin --- */

static void on_left(void *arg)
{
    struct buf b = line("left");
    buf_add_c(&b, "1");
    say(&b);
    loop_stop(the_loop);
}

/* The texts lie in o. */
static void add_template(struct gateway_message *m, const json_t *o,
                         struct gateway_param params[PARAMS_MAX])
{
    const char *name;
    json_t *value;
    if (json_str(o, "id").len)
        m->id = json_str(o, "id");
    m->report_url = json_str(o, "report_url");
    m->template_code = json_str(o, "template");
    m->params = params;
    json_object_foreach(json_object_get(o, "params"), name, value)
    {
        if (m->param_count == PARAMS_MAX)
            exit(2);
        params[m->param_count++] = (struct gateway_param){name, str_of(json_string_value(value))};
    }
}

static void send_one(const json_t *o)
{
    char to[32];
    struct gateway_param params[PARAMS_MAX];
    struct str name = json_str(o, "send");
    str_copy(json_str(o, "to"), to, sizeof to);
    struct gateway_message m = message(o, to);
    add_template(&m, o, params);
    ops->send(self, &m, on_result, mem_strndup(name.p, name.len));
}

static void later_one(bool ok)
{
    if (!n_later)
        return;
    void (*done)(void *, bool) = later[0].done;
    void *arg = later[0].arg;
    memmove(later, later + 1, (size_t)--n_later * sizeof later[0]);
    done(arg, ok);
}

static void pong(int64_t n)
{
    struct buf b = line("pong");
    buf_add_i64(&b, n);
    say(&b);
}

static void obey(struct str text)
{
    struct json_where where;
    json_t *o = json_read(text, &where);
    if (!o)
        exit(2);
    if (json_object_get(o, "send"))
        send_one(o);
    else if (json_object_get(o, "many"))
        start_many(o);
    else if (json_object_get(o, "take"))
        str_copy(json_str(o, "take"), take, sizeof take);
    else if (json_object_get(o, "taken"))
        later_one(json_bool(o, "taken", true));
    else if (json_object_get(o, "ping"))
        pong(json_i64(o, "ping", 0));
    else if (json_object_get(o, "leave") && ops->leave)
        ops->leave(self, on_left, NULL);
    else
        loop_stop(the_loop);
    json_decref(o);
}

static void on_stdin(evutil_socket_t fd, short what, void *arg)
{
    char piece[4096];
    ssize_t n = read(fd, piece, sizeof piece);
    if (n <= 0) {
        loop_stop(the_loop);
        return;
    }
    buf_add(&in, piece, (size_t)n);
    for (;;) {
        char *end = memchr(in.p, '\n', in.len);
        if (!end)
            return;
        size_t used = (size_t)(end - in.p);
        obey((struct str){in.p, used});
        memmove(in.p, in.p + used + 1, in.len - used - 1);
        in.len -= used + 1;
    }
}

int main(int argc, char **argv)
{
    struct buf error;
    buf_init(&error);
    buf_init(&in);
    if (argc != 2)
        return 2;
    loop_library_init();
    struct settings *settings = settings_load(argv[1], &error);
    if (!settings) {
        fprintf(stderr, "%s\n", error.p);
        return 2;
    }
    log_set(LOG_DEBUG, LOG_TEXT);
    the_loop = loop_new("test");
    struct fetch *fetch = fetch_new(the_loop, 16);
    joiner = joiner_new();
    ops = gateway_find(settings->sms_gateways[0].kind);
    self = ops->open(&(struct gateway_env){
        .settings = &settings->sms_gateways[0],
        .loop = the_loop,
        .fetch = fetch,
        .events = {NULL, on_link, on_room, on_report, on_inbound, on_part, on_joined}});
    struct event *readable =
        event_new(loop_base(the_loop), STDIN_FILENO, EV_READ | EV_PERSIST, on_stdin, NULL);
    event_add(readable, NULL);
    if (self) {
        loop_run(the_loop);
        fetch_free(fetch);
        ops->close(self);
    } else {
        fetch_free(fetch);
    }
    while (n_later)
        later_one(true);
    event_free(readable);
    joiner_free(joiner);
    loop_free(the_loop);
    settings_free(settings);
    buf_clear(&in);
    buf_clear(&error);
    loop_library_free();
    return self ? 0 : 1;
}
