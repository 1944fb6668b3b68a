/* paihaoctl board: follows a hall's board and shows it on a terminal (redrawn when something
 * changed, a bell for each call), prints it once, or writes a line for each call. Owns the state,
 * the link and the events of one run; single-threaded on the client's loop. What is drawn:
 * terminal_draw.c; what a frame changes: terminal_state.c. SPDX-License-Identifier: MIT */
#include "ctl/terminal.h"

#include "base/clock.h"
#include "ctl/output.h"
#include "ctl/terminal_link.h"
#include "ctl/terminal_text.h"
#include "ctl/terminal_tty.h"
#include "loop/timer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { FRESH_MS = 10000 /* a new call stands out */, SIGNALS = 4, TICK_MS = 500, KEYS = 64 };

struct board {
    struct client *client;
    struct terminal_state state;
    struct link *link;
    enum terminal_lang lang;
    struct buf path;            /* /halls/{hall} */
    bool screen, quiet, asking; /* screen: not a line for each call */
    int64_t fresh_until_ms;     /* on the steady clock */
    int denied;
};

static void ask(struct board *b, const char *path, struct client_answer *out)
{
    const struct client_request r = {.method = "GET", .path = path};

    client_ask(b->client, &r, out);
}

/* 0, or what was printed. */
static int read_hall(struct board *b)
{
    struct client_answer a;

    ask(b, b->path.p, &a);
    int code = output_problem(&a);
    if (code == 0 && !terminal_state_hall(&b->state, a.json)) {
        fputs("paihaoctl: this machine does not know the hall's time zone\n", stderr);
        code = EX_DATAERR;
    }
    client_answer_clear(&a);
    return code;
}

static void read_lang(struct board *b, const struct given *g)
{
    const char *lang = arguments_value(g, "lang");
    struct str first =
        str_of(json_string_value(json_array_get(json_object_get(b->state.hall, "languages"), 0)));

    b->lang = str_is(lang != NULL ? str_of(lang) : first, "zh") ? TERMINAL_ZH : TERMINAL_EN;
}

static void no_call(void *arg, const json_t *call)
{
    (void)arg, (void)call;
}

/* --- once, as text --- */

static int print_once(struct board *b)
{
    const char *parts[] = {"/board", "/waits"}, *events[] = {"snapshot", "forecast"};
    struct buf path, text;
    int code = 0, cols, rows;

    buf_init(&path);
    buf_init(&text);
    for (int i = 0; i < 2 && code == 0; i++) {
        struct client_answer a;
        buf_reset(&path);
        buf_addf(&path, "%s%s", b->path.p, parts[i]);
        ask(b, path.p, &a);
        code = output_problem(&a);
        if (code == 0)
            (void)terminal_state_apply(&b->state, str_of(events[i]), a.json, no_call, b);
        client_answer_clear(&a);
    }
    tty_size(&cols, &rows);
    struct terminal_view v = {.state = &b->state,
                              .lang = b->lang,
                              .cols = cols,
                              .plain = true,
                              .now_ms = link_now_ms(b->link),
                              .link = LINK_LIVE};
    if (code == 0) {
        terminal_draw(&v, &text);
        fwrite(text.p, 1, text.len, stdout);
    }
    buf_clear(&path);
    buf_clear(&text);
    return code;
}

/* --- on and on --- */

static void redraw(struct board *b)
{
    struct buf lines;
    int cols, rows;

    if (!b->screen)
        return;
    tty_size(&cols, &rows);
    struct terminal_view v = {.state = &b->state,
                              .lang = b->lang,
                              .cols = cols,
                              .rows = rows,
                              .fresh = clock_mono_ms() < b->fresh_until_ms,
                              .now_ms = link_now_ms(b->link),
                              .link = link_state(b->link),
                              .since_ms = link_heard_ms(b->link)};
    buf_init(&lines);
    terminal_draw(&v, &lines);
    tty_show(buf_str(&lines));
    buf_clear(&lines);
}

/* For a log, or a sign's adapter. Cleaned like all that is drawn. */
static void print_line(struct board *b, const json_t *call)
{
    struct zone_local l;
    struct buf out;
    struct pen pen = {.out = &out, .width = 200, .plain = true};
    char when[48];

    zone_local(b->state.zone, json_i64(call, "at", 0), &l);
    (void)snprintf(when, sizeof when, "%04d-%02d-%02d %02d:%02d:%02d ", l.year, l.month, l.day,
                   l.hour, l.minute, l.second);
    buf_init(&out);
    pen_put(&pen, str_of(when));
    pen_put(&pen, json_str(call, "number"));
    pen_put(&pen, STR(" "));
    pen_put(&pen, json_str(call, "counter"));
    pen_put(&pen, json_i64(call, "calls", 1) > 1 ? STR(" recall") : STR(" call"));
    pen_newline(&pen);
    fwrite(out.p, 1, out.len, stdout);
    if (fflush(stdout) != 0) /* whoever read it has gone */
        loop_stop(client_loop(b->client));
    buf_clear(&out);
}

static void on_call(void *arg, const json_t *call)
{
    struct board *b = arg;

    b->fresh_until_ms = clock_mono_ms() + FRESH_MS;
    if (!b->screen)
        print_line(b, call);
    else if (!b->quiet)
        tty_bell();
}

static void on_hall(void *arg, const struct client_answer *a)
{
    struct board *b = arg;

    b->asking = false;
    if (a->status == 200) /* else the old file has to do */
        (void)terminal_state_hall(&b->state, a->json);
    redraw(b);
}

static void on_event(void *arg, struct str type, const json_t *data)
{
    struct board *b = arg;

    if (terminal_state_apply(&b->state, type, data, on_call, b) && !b->asking) {
        const struct client_request r = {.method = "GET", .path = b->path.p};
        b->asking = true;
        client_send(b->client, &r, on_hall, b);
    }
    redraw(b);
}

static void on_state(void *arg)
{
    struct board *b = arg;
    enum terminal_link state = link_state(b->link);
    struct buf since;

    if (!b->screen && state != LINK_CONNECTING) {
        buf_init(&since);
        terminal_time(b->state.zone, link_heard_ms(b->link), &since);
        if (state == LINK_LIVE)
            fputs("paihaoctl: up to date\n", stderr);
        else
            fprintf(stderr, "paihaoctl: not up to date since %s\n", since.p);
        buf_clear(&since);
    }
    redraw(b);
}

static void on_denied(void *arg, int status)
{
    struct board *b = arg;

    b->denied = status;
    loop_stop(client_loop(b->client));
}

static void on_tick(void *arg)
{
    redraw(arg);
}

static void on_signal(evutil_socket_t signal, short what, void *arg)
{
    struct board *b = arg;

    (void)what;
    if (signal != SIGWINCH) {
        loop_stop(client_loop(b->client));
        return;
    }
    tty_forget();
    redraw(b);
}

static void on_key(evutil_socket_t fd, short what, void *arg)
{
    struct board *b = arg;
    char keys[KEYS];
    ssize_t n = read(fd, keys, sizeof keys);

    (void)what;
    if (n <= 0 || memchr(keys, 'q', (size_t)n) != NULL || memchr(keys, 4, (size_t)n) != NULL)
        loop_stop(client_loop(b->client)); /* q, the end of input; ^C is a signal */
    if (n > 0 && memchr(keys, 'L' & 0x1f, (size_t)n) != NULL) {
        tty_forget();
        redraw(b);
    }
}

static void run(struct board *b)
{
    static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};
    struct event_base *base = loop_base(client_loop(b->client));
    struct event *events[SIGNALS + 1] = {NULL};
    struct timer *tick = timer_new(client_loop(b->client), on_tick, b);

    for (int i = 0; i < SIGNALS; i++) {
        events[i] = evsignal_new(base, signals[i], on_signal, b);
        event_add(events[i], NULL);
    }
    if (b->screen && isatty(STDIN_FILENO)) {
        events[SIGNALS] = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_key, b);
        event_add(events[SIGNALS], NULL);
    }
    if (b->screen)
        tty_enter();
    timer_every(tick, TICK_MS);
    redraw(b);
    loop_run(client_loop(b->client));
    if (b->screen)
        tty_leave();
    for (int i = 0; i <= SIGNALS; i++)
        if (events[i] != NULL)
            event_free(events[i]);
    timer_free(tick);
}

static int follow(struct board *b)
{
    link_start(b->link);
    run(b);
    if (b->denied == 0)
        return 0;
    fprintf(stderr, "paihaoctl: the board cannot be read (%d)\n", b->denied);
    return 1;
}

static void read_clock(struct board *b)
{
    struct client_answer a;

    ask(b, "/clock", &a);
    if (a.status == 200)
        link_observe(b->link, json_i64(a.json, "now", 0), (int)json_i64(a.json, "speed", 1));
    client_answer_clear(&a);
}

static int usage(void)
{
    fputs("usage: paihaoctl board HALL [--lang zh|en] [--once] [--quiet]\n", stderr);
    return EX_USAGE;
}

static bool read_words(const struct given *g, const char **hall)
{
    const char *lang = arguments_value(g, "lang");

    *hall = NULL;
    for (int i = 0; i < g->n; i++) {
        if (g->names[i] == NULL && *hall == NULL)
            *hall = g->values[i];
        else if (g->names[i] == NULL || strcmp(g->names[i], "lang") != 0)
            return false;
    }
    return *hall != NULL && (lang == NULL || strcmp(lang, "zh") == 0 || strcmp(lang, "en") == 0);
}

int terminal_board(struct client *c, const struct given *g)
{
    const char *hall;
    struct buf stream;

    if (!read_words(g, &hall))
        return usage();
    struct board b = {.client = c, .quiet = g->quiet, .screen = isatty(STDOUT_FILENO) != 0};
    terminal_text_init();
    terminal_state_init(&b.state);
    buf_init(&b.path);
    buf_init(&stream);
    buf_add_c(&b.path, "/halls/");
    arguments_encode(&b.path, hall);
    buf_addf(&stream, "%s/board/stream", b.path.p);
    int code = read_hall(&b);
    if (code == 0) {
        const struct link_events events = {on_event, on_state, on_denied, &b};
        read_lang(&b, g);
        b.link = link_new(c, stream.p, &events);
        read_clock(&b);
        code = g->once ? print_once(&b) : follow(&b);
        link_free(b.link);
    }
    buf_clear(&stream);
    buf_clear(&b.path);
    terminal_state_clear(&b.state);
    return code;
}
