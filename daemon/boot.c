/* Owns the daemon's parts and their order: what is started first is stopped last. Main thread:
 * signals, embedded Redis, bell, the halls' ticks, signs and printers, SMS. A further part is made
 * in start_*(), stopped in begin_stop() and freed in clear(). SPDX-License-Identifier: MIT */
#include "boot.h"
#include "api/booking.h"
#include "api/halls.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metric.h"
#include "clips.h"
#include "core/seal.h"
#include "files.h"
#include "follow.h"
#include "forecast/forecast.h"
#include "loop/jobs.h"
#include "loop/timer.h"
#include "lua/library.h"
#include "notify.h"
#include "outlets.h"
#include "sms/inbound.h"
#include "sms/sms.h"
#include "store/bell.h"
#include "store/embedded.h"
#include "trials.h"
#include "worker.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    WORKERS_MAX = 256, /* the bound of the setting */
    JOB_THREADS = 2,
    JOBS_MAX = 64,       /* at 25 ms each the last one waits less than a second */
    INFLIGHT_MAX = 4096, /* calls a connection, then 503: bounds hiredis's output buffer */
    LOOK_MS = 50,
    OTHERS_STOP_MS = 3000, /* a gateway or sign that does not answer must not hold up the stop */
    URL_MAX = 256,
    SIGNALS = 3,
};

struct boot {
    const struct settings *settings;
    const char *config_path;
    int lock_fd;
    struct loop *loop;
    struct seal *seal;
    struct embedded *embedded;
    char *password;
    struct store_config store_config;
    struct store *store;
    struct bell *bell;
    struct follow *follow;
    struct jobs *jobs;
    struct jobs_port *forecast_jobs;
    struct forecast *forecast;
    struct clips *clips;
    struct outlets *outlets;
    struct sms *sms;
    struct inbound *texts; /* from phones, over the gateways' links */
    struct trials *trials;
    struct halls_stored stored;
    struct mailbox *done;
    struct event *wake; /* the workers, at the end of this turn */
    struct worker *workers[WORKERS_MAX];
    int n_workers, n_running;
    struct event *signals[SIGNALS];
    struct timer *watchdog;
    struct timer *look;
    int64_t waited_ms;
    char ctl_token[SEAL_TOKEN_CHARS + 1];
    char public_url[URL_MAX];
    char ticket_url[URL_MAX + 8];
    char booking_url[URL_MAX + 8];
    char consumer[SEAL_HASH_CHARS + 1];
    bool stopping;
};

/* --- events, from the bell to everybody --- */

static void post_all(struct boot *b, const struct letter *what)
{
    struct letter *l = letter_new(what);

    for (int i = 0; i < b->n_running; i++)
        worker_put(b->workers[i], letter_ref(l));
    letter_unref(l);
    event_active(b->wake, EV_TIMEOUT, 0);
}

/* Behind all that happens in this turn: a worker is woken once for all events of a read. */
static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    struct boot *b = arg;

    for (int i = 0; i < b->n_running; i++)
        worker_wake(b->workers[i]);
}

static void count_event(struct str json)
{
    static const char key[] = "\"type\":\"";
    const char *at = memmem(json.p, json.len, key, sizeof(key) - 1);
    char type[40];

    if (!at)
        return;
    at += sizeof(key) - 1;
    const char *end = memchr(at, '"', (size_t)(json.p + json.len - at));
    if (!end || (size_t)(end - at) >= sizeof(type))
        return;
    memcpy(type, at, (size_t)(end - at));
    type[end - at] = '\0';
    metric_add(METRIC_EVENTS, type, 1);
}

static void on_event(void *arg, const struct bell_event *e)
{
    struct boot *b = arg;
    struct letter what = {LETTER_EVENT, e->hall, e->epoch, e->seq, e->json, NULL, NULL};

    count_event(e->json);
    follow_event(b->follow, e->hall, e->json);
    forecast_event(b->forecast, e->hall, e->epoch, e->seq, e->json);
    outlets_event(b->outlets, e);
    post_all(b, &what);
}

static void on_reset(void *arg, struct str tag)
{
    struct boot *b = arg;
    struct letter what = {.kind = LETTER_RESET, .tag = tag};

    follow_reset(b->follow, tag);
    forecast_reset(b->forecast, tag);
    outlets_reset(b->outlets, tag);
    post_all(b, &what);
}

static void on_outbox(void *arg, struct str hall)
{
    struct boot *b = arg;

    sms_wake(b->sms, hall);
}

static void on_hall(void *arg, struct str hall)
{
    struct boot *b = arg;

    bell_follow(b->bell, hall);
    sms_follow(b->sms, hall);
    forecast_follow(b->forecast, hall);
    outlets_follow(b->outlets, hall);
}

/* --- forecasts --- */

static bool on_forecast_hall(void *arg, struct str code, struct forecast_view *out)
{
    struct boot *b = arg;
    struct hall *hall = follow_hall(b->follow, code);

    if (hall)
        *out = (struct forecast_view){hall->file, hall_rules_of(hall), hall->version};
    return hall != NULL;
}

static void on_forecast(void *arg, struct outlook *o)
{
    struct letter what = {.kind = LETTER_FORECAST, .tag = str_of(o->hall), .outlook = o};
    struct boot *b = arg;

    outlets_forecast(b->outlets, o);
    post_all(b, &what);
}

static void start_forecast(struct boot *b)
{
    b->forecast_jobs = jobs_port_new(b->jobs, b->loop);
    struct forecast_deps deps = {
        .loop = b->loop,
        .store = b->store,
        .jobs = b->forecast_jobs,
        .hall = on_forecast_hall,
        .publish = on_forecast,
        .arg = b,
    };
    b->forecast = forecast_new(&deps);
}

/* --- the store --- */

static void on_store_change(void *arg)
{
    struct boot *b = arg;
    bool ready = store_ready(b->store, NULL);

    if (ready)
        follow_refresh(b->follow);
    if (!b->stopping)
        notify(ready ? "STATUS=Serving." : "STATUS=Waiting for the store.");
}

static bool start_embedded(struct boot *b)
{
    const struct settings *s = b->settings;
    struct embedded_config config = {
        .state_dir = s->state_dir, .program = s->store_embedded_program, .fsync = s->store_fsync};

    b->embedded = embedded_start(b->loop, &config);
    if (b->embedded)
        b->store_config.unix_path = embedded_socket(b->embedded);
    return b->embedded != NULL;
}

static bool read_password(struct boot *b)
{
    struct buf error;

    if (!b->settings->store_password_file[0])
        return true;
    buf_init(&error);
    b->password = settings_secret(b->settings->store_password_file, &error);
    if (!b->password)
        log_error("store: " STR_FMT, STR_ARG(buf_str(&error)));
    buf_clear(&error);
    return b->password != NULL;
}

static bool start_store(struct boot *b)
{
    static const struct bell_ops ops = {on_event, on_reset, on_outbox};
    const struct settings *s = b->settings;

    if (!read_password(b))
        return false;
    b->store_config = (struct store_config){
        .unix_path = s->redis.unix_path,
        .host = s->redis.host,
        .port = s->redis.port,
        .user = s->store_user[0] ? s->store_user : NULL,
        .password = b->password,
        .deadline_ms = s->store_deadline_ms,
        .inflight_max = INFLIGHT_MAX,
        .library = lua_library(),
    };
    if (!s->store_redis[0] && !start_embedded(b))
        return false;
    b->store = store_new(b->loop, &b->store_config);
    b->follow = follow_new(b->loop, b->store, on_hall, b);
    start_forecast(b);
    b->bell = bell_new(b->loop, &b->store_config, b->store, &ops, b);
    bell_follow(b->bell, STR("sys"));
    store_on_change(b->store, on_store_change, b);
    return true;
}

/* --- stopping --- */

static void finish_when_done(struct boot *b)
{
    bool others_done = sms_idle(b->sms) && outlets_idle(b->outlets);

    if (b->n_running == 0 && (others_done || b->waited_ms >= OTHERS_STOP_MS))
        loop_stop(b->loop);
}

static void on_worker_done(void *arg, void *worker)
{
    struct boot *b = arg;

    b->n_running--;
    finish_when_done(b);
}

static void on_look(void *arg)
{
    struct boot *b = arg;

    b->waited_ms += LOOK_MS;
    finish_when_done(b);
}

static void begin_stop(struct boot *b)
{
    struct letter stop = {.kind = LETTER_STOP};

    if (b->stopping)
        return;
    b->stopping = true;
    log_info("stopping");
    notify("STOPPING=1\nSTATUS=Answering what is under way.");
    sms_stop(b->sms);
    outlets_stop(b->outlets);
    forecast_stop(b->forecast);
    post_all(b, &stop);
    timer_every(b->look, LOOK_MS);
}

/* --- signals --- */

static void on_stop_signal(evutil_socket_t fd, short what, void *arg)
{
    begin_stop(arg);
}

static void set_log(const struct settings *s)
{
    enum log_level level = LOG_INFO;

    (void)log_level_parse(s->log_level, &level); /* the settings let only levels pass */
    log_set(level, strcmp(s->log_format, "json") == 0 ? LOG_JSON : LOG_TEXT);
}

static void on_clips(void *arg, struct voice_set *set)
{
    struct boot *b = arg;
    struct letter what = {.kind = LETTER_VOICE, .voice = set};

    if (b->stopping)
        voice_set_unref(set); /* the workers take no more letters */
    else
        post_all(b, &what);
}

/* All or nothing: the settings in force are touched only when the whole file is good. */
static void reload(struct boot *b)
{
    struct buf error;

    buf_init(&error);
    struct settings *fresh = settings_reload(b->settings, b->config_path, &error);
    if (fresh) {
        set_log(fresh);
        clips_reload(b->clips, fresh->display_voice_dir, on_clips, b);
        settings_free(fresh);
        log_info("settings: reloaded");
    } else {
        log_error("settings: nothing was reloaded: " STR_FMT, STR_ARG(buf_str(&error)));
    }
    buf_clear(&error);
}

static void on_reload_signal(evutil_socket_t fd, short what, void *arg)
{
    struct boot *b = arg;
    char state[96];

    if (b->stopping)
        return;
    (void)snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
                   (long long)clock_mono_us()); /* a number fits */
    notify(state);
    reload(b);
    notify("READY=1");
}

static void watch_signals(struct boot *b)
{
    static const struct {
        int number;
        event_callback_fn fn;
    } signals[] = {{SIGTERM, on_stop_signal}, {SIGINT, on_stop_signal}, {SIGHUP, on_reload_signal}};

    for (int i = 0; i < SIGNALS; i++) {
        /* What libevent puts back in the end: a second SIGTERM must not cut the stop short. */
        (void)signal(signals[i].number, SIG_IGN);
        b->signals[i] = evsignal_new(loop_base(b->loop), signals[i].number, signals[i].fn, b);
        evsignal_add(b->signals[i], NULL);
    }
}

static void on_watchdog(void *arg)
{
    notify("WATCHDOG=1");
}

/* --- starting --- */

static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return; /* cannot happen with this argument */
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_warn_errno("the limit of open files cannot be raised");
}

/* The same after a restart, another one for each daemon that shares the store. */
static void name_consumer(struct boot *b)
{
    char host[256] = "", text[1024];

    (void)gethostname(host, sizeof(host) - 1); /* without a name the directory still tells apart */
    (void)snprintf(text, sizeof(text), "%s:%s", host, b->settings->state_dir); /* may be cut */
    seal_hash(b->seal, "consumer", str_of(text), b->consumer);
}

static bool start_sms(struct boot *b)
{
    const struct settings *s = b->settings;

    if (s->http_public_url[0])
        (void)snprintf(b->public_url, sizeof(b->public_url), "%s", s->http_public_url); /* 200 */
    else
        (void)snprintf(b->public_url, sizeof(b->public_url), "http://%s:%d", s->http_listen,
                       worker_port(b->workers[0]));
    (void)snprintf(b->ticket_url, sizeof(b->ticket_url), "%s/t#", b->public_url); /* 4 more */
    (void)snprintf(b->booking_url, sizeof(b->booking_url), "%s/b#", b->public_url);
    name_consumer(b);
    b->texts = inbound_new(b->store, b->seal);
    struct sms_deps deps = {
        .settings = s,
        .seal = b->seal,
        .public_url = b->public_url,
        .ticket_url = b->ticket_url,
        .booking_url = b->booking_url,
        .consumer = b->consumer,
        .on_inbound = inbound_on_text,
        .inbound_arg = b->texts,
    };
    b->sms = sms_new(b->loop, b->store, &deps);
    trials_use(b->trials, b->sms);
    return b->sms != NULL;
}

/* The first worker's port is everybody's: with port 0 the kernel has chosen it. */
static bool start_workers(struct boot *b)
{
    struct worker_config config = {
        .settings = b->settings,
        .store = &b->store_config,
        .seal = b->seal,
        .jobs = b->jobs,
        .clips = b->clips,
        .trials = b->trials,
        .stored = &b->stored,
        .ctl_token = b->ctl_token,
        .port = b->settings->http_port,
        .done = b->done,
    };

    for (int i = 0; i < b->settings->workers; i++) {
        config.index = i;
        config.has_admin = i == 0;
        b->workers[i] = worker_new(&config);
        if (!b->workers[i])
            return false;
        b->n_workers++;
        config.port = worker_port(b->workers[0]);
    }
    return true;
}

static bool run_workers(struct boot *b)
{
    for (int i = 0; i < b->n_workers; i++) {
        if (!worker_start(b->workers[i]))
            return false;
        b->n_running++;
    }
    return true;
}

static int start(struct boot *b)
{
    const struct settings *s = b->settings;

    b->lock_fd = files_lock(s->state_dir);
    if (b->lock_fd < 0)
        return EX_CANTCREAT;
    b->seal = seal_open(s->key_file, true);
    if (!b->seal || !files_make_token(s->state_dir, b->ctl_token))
        return EX_CANTCREAT;
    if (!start_store(b))
        return EX_UNAVAILABLE;
    b->clips = clips_new(b->loop, b->jobs, s->display_voice_dir, s->state_dir);
    if (!start_workers(b))
        return EX_OSERR;
    if (!start_sms(b))
        return EX_CONFIG;
    b->outlets = outlets_new(&(const struct outlets_deps){
        .loop = b->loop,
        .store = b->store,
        .follow = b->follow,
        .seal = b->seal,
        .ticket_url = b->ticket_url,
        .holder = b->consumer,
    });
    int port = worker_port(b->workers[0]), admin_port = worker_admin_port(b->workers[0]);
    if (!files_write_ports(s->state_dir, port, admin_port))
        return EX_CANTCREAT;
    watch_signals(b);
    if (!run_workers(b))
        return EX_OSERR;
    log_info("listening on http://%s:%d (admin :%d)", s->http_listen, port, admin_port);
    /* Also while the store is away: it is waited for, and requests are told so. */
    notify("READY=1\nSTATUS=Waiting for the store.");
    if (notify_watchdog_ms() > 0)
        timer_every(b->watchdog, notify_watchdog_ms());
    return EX_OK;
}

/* --- the end --- */

static void stop_started_workers(struct boot *b)
{
    struct letter stop = {.kind = LETTER_STOP};

    if (!b->stopping) /* the start failed half way */
        post_all(b, &stop);
    on_wake(-1, 0, b); /* the loop does not run any more */
    for (int i = 0; i < b->n_workers; i++)
        worker_free(b->workers[i]);
}

static void clear(struct boot *b)
{
    stop_started_workers(b);
    for (int i = 0; i < SIGNALS; i++)
        if (b->signals[i])
            event_free(b->signals[i]);
    timer_free(b->watchdog);
    timer_free(b->look);
    bell_free(b->bell);
    if (b->forecast)
        forecast_stop(b->forecast);
    jobs_port_free(b->forecast_jobs);
    clips_free(b->clips);
    store_free(b->store);
    sms_free(b->sms);
    inbound_free(b->texts);
    trials_free(b->trials);
    forecast_free(b->forecast);
    outlets_free(b->outlets);
    follow_free(b->follow);
    mailbox_free(b->done);
    if (b->wake)
        event_free(b->wake);
    jobs_free(b->jobs);
    embedded_stop(b->embedded);
    loop_free(b->loop);
    seal_close(b->seal);
    if (b->lock_fd >= 0) {
        files_remove(b->settings->state_dir);
        (void)close(b->lock_fd); /* gives the lock back */
    }
    mem_free(b->password);
}

int boot_run(const struct settings *settings, const char *config_path)
{
    struct boot *b = MEM_NEW(struct boot);

    set_log(settings);
    raise_file_limit();
    if (settings->demo_clock_speed > 1)
        clock_demo(0, settings->demo_clock_speed);
    metric_set(METRIC_BUILD, PAIHAO_VERSION, 1);
    loop_library_init();
    b->settings = settings;
    b->config_path = config_path;
    b->lock_fd = -1;
    b->loop = loop_new("main");
    b->watchdog = timer_new(b->loop, on_watchdog, b);
    b->look = timer_new(b->loop, on_look, b);
    b->done = mailbox_new(b->loop, on_worker_done, b);
    b->wake = event_new(loop_base(b->loop), -1, 0, on_wake, b);
    b->jobs = jobs_new(JOB_THREADS, JOBS_MAX);
    b->trials = trials_new(b->loop);
    int status = start(b);
    if (status == EX_OK) {
        loop_run(b->loop);
        log_info("stopped");
    }
    clear(b);
    mem_free(b);
    loop_library_free();
    return status;
}
