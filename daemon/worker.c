/* Owns everything one worker thread touches, and wires the floors together on it: HTTP to API,
 * events to API and hub, registered rows to hub and sms. Made and freed on main, used on its own
 * thread in between. A row that another floor answers is registered in register_rows().
 * SPDX-License-Identifier: MIT */
#include "worker.h"
#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/hall.h"
#include "display/hub.h"
#include "display/voice.h"
#include "http/http.h"
#include "loop/timer.h"
#include "sms/inbound.h"
#include "sms/preview.h"
#include "sms/report.h"
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    STOP_MS = 5000,         /* a stopping worker waits so long for answers on their way */
    LOOK_EVERY_MS = 20,     /* whether they have gone out */
    ADMIN_CONNECTIONS = 64, /* a monitoring system or two, and people */
    NAME_MAX_CHARS = 32,
};

struct worker {
    struct worker_config config;
    struct loop *loop;
    struct store *store;
    struct jobs_port *jobs;
    struct trials_port *trials;
    struct outlooks *outlooks;
    struct api *api;
    struct hub *hub;
    struct voice *voice;
    struct sms_report *reports;
    struct inbound *texts; /* from phones */
    struct http_server *http;
    struct http_server *admin; /* or NULL */
    struct mailbox *letters;
    struct timer *stopping;
    int64_t stop_waited_ms;
    bool running; /* the thread was started */
    pthread_t thread;
};

static void register_rows(struct worker *w)
{
    api_register_stream(w->api, COMMAND_hall_board, hub_board_json, w->hub);
    api_register_stream(w->api, COMMAND_board_stream, hub_open_board, w->hub);
    api_register_stream(w->api, COMMAND_staff_stream, hub_open_staff, w->hub);
    api_register_stream(w->api, COMMAND_ticket_stream, hub_open_ticket, w->hub);
    api_register_hall(w->api, COMMAND_hall_voice, voice_reply, w->voice);
    api_register_local(w->api, COMMAND_sms_report, sms_on_report, w->reports);
    api_register_local(w->api, COMMAND_sms_report_post, sms_on_report, w->reports);
    api_register_local(w->api, COMMAND_sms_inbound, sms_on_inbound, w->reports);
    api_register_local(w->api, COMMAND_sms_inbound_post, sms_on_inbound, w->reports);
    api_register_hall(w->api, COMMAND_message_texts, sms_on_texts, (void *)w->config.settings);
    api_register_hall(w->api, COMMAND_message_preview, sms_on_preview, (void *)w->config.settings);
}

static void on_stopping(void *arg)
{
    struct worker *w = arg;
    bool idle = http_server_idle(w->http) && (!w->admin || http_server_idle(w->admin));

    w->stop_waited_ms += LOOK_EVERY_MS;
    if (!idle && w->stop_waited_ms < STOP_MS)
        return;
    if (!idle)
        log_warn("worker %d: stops with connections still open", w->config.index);
    timer_stop(w->stopping);
    loop_stop(w->loop);
}

static void stop(struct worker *w)
{
    api_stop(w->api);
    hub_drain(w->hub);
    http_server_drain(w->http);
    if (w->admin)
        http_server_drain(w->admin);
    timer_every(w->stopping, LOOK_EVERY_MS);
}

static void on_letter(void *arg, void *letter)
{
    struct worker *w = arg;
    struct letter *l = letter;

    switch (l->kind) {
    case LETTER_EVENT:
        api_event(w->api, l->tag, l->json);
        hub_event(w->hub, l->tag, l->epoch, l->seq, l->json);
        break;
    case LETTER_RESET:
        api_reset(w->api, l->tag);
        hub_reset(w->hub, l->tag);
        break;
    case LETTER_FORECAST:
        outlooks_put(w->outlooks, outlook_ref(l->outlook));
        hub_forecast(w->hub, l->tag);
        break;
    case LETTER_VOICE:
        voice_use(w->voice, voice_set_ref(l->voice));
        break;
    case LETTER_STOP:
        stop(w);
        break;
    }
    letter_unref(l);
}

/* All workers share the port, so the kernel would let another daemon of the same user share it too.
 * A socket that does not share finds out. */
static bool port_is_free(const char *address, int port)
{
    char service[8];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const int on = 1;

    (void)snprintf(service, sizeof(service), "%d", port); /* at most five digits */
    if (getaddrinfo(address, service, &hints, &found) != 0)
        return true; /* the listener says what is wrong with it */
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* as the listener does */
    bool taken = fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) != 0 && errno == EADDRINUSE;
    if (fd >= 0)
        (void)close(fd); /* it never listened */
    freeaddrinfo(found);
    if (taken)
        log_error("http: %s:%d is in use by another program", address, port);
    return !taken;
}

static struct http_server *listen_public(struct worker *w)
{
    const struct settings *s = w->config.settings;
    struct http_config config = {
        .address = s->http_listen,
        .port = w->config.port,
        .tag = API_LISTENER_PUBLIC,
        .connections_max = s->http_connections_max / s->workers + 1,
        .streams_max = s->http_streams_max / s->workers + 1,
        .body_max_bytes = HALL_BYTES_MAX, /* the API keeps all other bodies below the setting */
        .request_deadline_ms = s->http_request_deadline_ms,
        .stall_s = (int)s->http_stall_s,
    };

    if (w->config.index == 0 && !port_is_free(config.address, config.port))
        return NULL;
    return http_server_new(w->loop, &config, api_handle, w->api);
}

static struct http_server *listen_admin(struct worker *w)
{
    const struct settings *s = w->config.settings;
    struct http_config config = {
        .address = s->http_admin_listen,
        .port = s->http_admin_port,
        .tag = API_LISTENER_ADMIN,
        .connections_max = ADMIN_CONNECTIONS,
        .streams_max = 1, /* none is ever opened there */
        .body_max_bytes = 1024,
        .request_deadline_ms = s->http_request_deadline_ms,
        .stall_s = (int)s->http_stall_s,
    };

    if (!port_is_free(config.address, config.port))
        return NULL;
    return http_server_new(w->loop, &config, api_handle, w->api);
}

/* There is a gateway that is a real one. */
static bool sends_messages(const struct settings *s)
{
    for (size_t i = 0; i < s->sms_gateway_count; i++)
        if (strcmp(s->sms_gateways[i].kind, "null") != 0)
            return true;
    return false;
}

static void make_api(struct worker *w)
{
    const struct settings *s = w->config.settings;
    struct api_config config = {
        .loop = w->loop,
        .store = w->store,
        .seal = w->config.seal,
        .jobs = w->jobs,
        .stored = w->config.stored,
        .outlooks = w->outlooks,
        .messages_on = sends_messages(s),
        .show_codes = s->demo_show_codes,
        .trusted_proxies = s->http_trusted_proxies,
        .public_url = s->http_public_url,
        .media_dir = s->display_media_dir,
        .ctl_token = w->config.ctl_token,
        .settings = s,
        .trial = trials_ask,
        .trial_arg = w->trials,
        .body_max_bytes = (size_t)s->http_body_max_bytes,
        .session_idle_ms = (int64_t)s->session_idle_minutes * 60 * 1000 * clock_speed(),
        .session_absolute_ms = (int64_t)s->session_absolute_hours * 3600 * 1000 * clock_speed(),
    };

    w->api = api_new(&config);
}

struct worker *worker_new(const struct worker_config *config)
{
    struct worker *w = MEM_NEW(struct worker);
    char name[NAME_MAX_CHARS];

    w->config = *config;
    (void)snprintf(name, sizeof(name), "worker %d", config->index); /* an int fits */
    w->loop = loop_new(name);
    w->store = store_new(w->loop, config->store);
    w->jobs = jobs_port_new(config->jobs, w->loop);
    w->trials = trials_port_new(config->trials, w->loop);
    w->letters = mailbox_new(w->loop, on_letter, w);
    w->stopping = timer_new(w->loop, on_stopping, w);
    w->outlooks = outlooks_new();
    w->hub = hub_new(w->loop, w->store, w->outlooks);
    w->voice = voice_new();
    voice_use(w->voice, clips_get(config->clips));
    w->reports = sms_report_new(w->loop, config->settings, w->store);
    w->texts = inbound_new(w->store, config->seal);
    sms_report_set_inbound(w->reports, inbound_on_text, w->texts);
    make_api(w);
    register_rows(w);
    w->http = listen_public(w);
    if (w->http && config->has_admin)
        w->admin = listen_admin(w);
    if (w->http && (w->admin || !config->has_admin))
        return w;
    worker_free(w);
    return NULL;
}

int worker_port(const struct worker *w)
{
    return http_port(w->http);
}

int worker_admin_port(const struct worker *w)
{
    return w->admin ? http_port(w->admin) : 0;
}

/* Backwards through what worker_new() made. The store answers what is pending while requests still
 * live. */
static void clear(struct worker *w)
{
    mailbox_free(w->letters);
    timer_free(w->stopping);
    jobs_port_free(w->jobs);
    trials_port_free(w->trials);
    store_free(w->store);
    http_server_free(w->admin);
    http_server_free(w->http);
    hub_free(w->hub);
    api_free(w->api);
    outlooks_free(w->outlooks);
    voice_free(w->voice);
    sms_report_free(w->reports);
    inbound_free(w->texts);
    loop_free(w->loop);
}

static void *thread_main(void *arg)
{
    struct worker *w = arg;
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are for main */
    loop_run(w->loop);
    mailbox_post(w->config.done, w);
    return NULL;
}

bool worker_start(struct worker *w)
{
    w->running = pthread_create(&w->thread, NULL, thread_main, w) == 0;
    if (!w->running)
        log_error_errno("worker %d: no thread", w->config.index);
    return w->running;
}

void worker_put(struct worker *w, struct letter *l)
{
    mailbox_put(w->letters, l);
}

void worker_wake(struct worker *w)
{
    mailbox_wake(w->letters);
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    if (w->running)
        pthread_join(w->thread, NULL);
    clear(w);
    mem_free(w);
}
