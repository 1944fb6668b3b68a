/* Owns a Redis, a gateway and an sms for one test. The gateway's function runs on threads of its
 * own, all else on the test's. SPDX-License-Identifier: MIT */
#include "tests/lib/sms_world.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "lua/library.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What the peers' threads and the test share; __atomic. */
static struct gateway {
    int mode;
    int misbehave; /* so many requests, then TAKES */
    int requests;
    int taken;
} gateways[2];
static char last_request[8192];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool answer_of(struct gateway *g, int fd, const char *text)
{
    int mode = __atomic_load_n(&g->mode, __ATOMIC_SEQ_CST);
    if (__atomic_sub_fetch(&g->misbehave, 1, __ATOMIC_SEQ_CST) < 0)
        mode = TAKES;
    if (mode == HANGS_ON_TICKETS && !strstr(text, "%E6%82%A8%E7%9A%84%E5%8F%B7")) /* 您的号 */
        mode = TAKES;
    pthread_mutex_lock(&lock);
    snprintf(last_request, sizeof last_request, "%s", text);
    pthread_mutex_unlock(&lock);
    if (mode == TAKES)
        __atomic_add_fetch(&g->taken, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&g->requests, 1, __ATOMIC_SEQ_CST);
    switch (mode) {
    case TAKES:
        peer_say(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 13\r\n\r\n0: Accepted f");
        return true;
    case BREAKS:
        peer_say(fd, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
        return true;
    case REFUSES:
        peer_say(fd, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
        return true;
    case SAYS_NOTHING:
        peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        return true;
    case THROTTLES:
        peer_say(fd, "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
        return true;
    case DROPS:
        return false;
    default:
        break;
    }
    peer_say_nothing(fd);
    return false;
}

static bool answer(int fd, const char *text)
{
    return answer_of(&gateways[0], fd, text);
}

static bool answer_other(int fd, const char *text)
{
    return answer_of(&gateways[1], fd, text);
}

void behave_at(int which, enum mode mode, int times)
{
    __atomic_store_n(&gateways[which].mode, mode, __ATOMIC_SEQ_CST);
    __atomic_store_n(&gateways[which].misbehave, times, __ATOMIC_SEQ_CST);
}

int requests_at(int which)
{
    return __atomic_load_n(&gateways[which].requests, __ATOMIC_SEQ_CST);
}

int taken_at(int which)
{
    return __atomic_load_n(&gateways[which].taken, __ATOMIC_SEQ_CST);
}

void behave(enum mode mode, int times)
{
    behave_at(0, mode, times);
}

int requests(void)
{
    return requests_at(0);
}

int taken(void)
{
    return taken_at(0);
}

bool last_request_has(const char *what)
{
    pthread_mutex_lock(&lock);
    bool has = strstr(last_request, what) != NULL;
    pthread_mutex_unlock(&lock);
    return has;
}

static const char hall[] =
    "{\"code\":\"xh\",\"names\":{\"zh\":\"大厅\",\"en\":\"Hall\"},\"zone\":\"%s\","
    "\"country\":\"86\",\"languages\":[\"zh\",\"en\"],\"accent\":\"#0b6e4f\",\"hours\":[],"
    "\"tickets_outside_hours\":true,\"rules\":{\"overtaking_max\":3,\"return_within_minutes\":45,"
    "\"return_max\":2,\"return_minutes\":5,\"put_back_minutes\":5,\"come_now_ahead\":3},"
    "\"classes\":[{\"code\":\"normal\",\"target_minutes\":30,\"names\":{}}],"
    "\"series\":[{\"letter\":\"A\",\"first\":1,\"last\":999}],"
    "\"services\":[{\"code\":\"a\",\"series\":\"A\",\"minutes\":10,\"names\":{\"zh\":\"身份证\"},"
    "\"words\":[],\"documents\":[],\"kiosk\":true,\"open\":true}],"
    "\"profiles\":[{\"code\":\"all\",\"serves\":[{\"service\":\"*\"}]}],"
    "\"counters\":[{\"code\":\"1\",\"profile\":\"all\"}],\"messages\":{%s}}";

/* A writing function with the common arguments; refusals fail the test. */
struct answer write_call(struct world *w, const char *function, int argc, const char **args)
{
    char now[24];
    struct str argv[12] = {STR(""), STR(""), STR("system:"), STR("20261123")};
    struct answer a = {0};
    snprintf(now, sizeof now, "%" PRId64, w->at_ms);
    argv[0] = str_of(now);
    if (strcmp(function, "counter_open") == 0 || strcmp(function, "ticket_next") == 0)
        argv[2] = STR("clerk:li");
    for (int i = 0; i < argc; i++)
        argv[4 + i] = str_of(args[i]);
    store_call(w->store, &(struct store_call){.function = function,
                                              .tag = STR("xh"),
                                              .argc = 4 + argc,
                                              .argv = argv,
                                              .fn = on_answer,
                                              .arg = &a});
    assert_true(eventually(w->loop, is_answered, &a));
    if (a.err != ERR_NONE)
        fail_msg("%s: %s", function, err_code(a.err));
    return a;
}

int64_t eval(struct world *w, const char *script, const char *arg)
{
    struct answer a = {0};
    const struct str argv[] = {STR("EVAL"), str_of(script), STR("0"), str_of(arg)};
    store_command(w->store, STR("xh"), 4, argv, on_answer, &a);
    assert_true(eventually(w->loop, is_answered, &a));
    assert_int_equal(a.err, ERR_NONE);
    return a.number;
}

int64_t in_state(struct world *w, const char *state)
{
    return eval(w,
                "local n = 0 for _, k in ipairs(redis.call('KEYS', '{xh}:m:*')) do "
                "if redis.call('HGET', k, 'st') == ARGV[1] then n = n + 1 end end return n",
                state);
}

int64_t tries(struct world *w)
{
    return eval(w,
                "local n = 0 for _, k in ipairs(redis.call('KEYS', '{xh}:m:*')) do "
                "n = n + (redis.call('HGET', k, 'tr') or 0) end return n",
                "");
}

int64_t reasons(struct world *w, const char *reason)
{
    return eval(
        w,
        "local n = 0 for _, e in ipairs(redis.call('XRANGE', '{xh}:events', '-', '+')) do "
        "if e[2][2]:find('\"reason\":\"' .. ARGV[1] .. '\"', 1, true) then n = n + 1 end end "
        "return n",
        reason);
}

int64_t left_in_outbox(struct world *w)
{
    return eval(w,
                "return redis.call('XLEN', '{xh}:outbox') + "
                "redis.call('XPENDING', '{xh}:outbox', 'sms')[1]",
                "");
}

/* The test's own store is asked over and over by a poll that needs the loop, so conditions on the
 * store are looked at from outside of it. */
void wait_for_state(struct world *w, const char *state, int n)
{
    int64_t until_ms = clock_mono_ms() + 20000;
    while (in_state(w, state) != n)
        if (clock_mono_ms() > until_ms)
            fail_msg("there never were %d messages %s", n, state);
}

static bool enough_requests(void *arg)
{
    return requests() >= ((struct world *)arg)->wanted;
}

void wait_for_requests(struct world *w, int n)
{
    w->wanted = n;
    assert_true(eventually(w->loop, enough_requests, w));
}

void configure(struct world *w, const char *messages)
{
    configure_in(w, "Asia/Shanghai", messages);
}

void configure_in(struct world *w, const char *zone, const char *messages)
{
    char json[4096];
    snprintf(json, sizeof json, hall, zone, messages);
    write_call(w, "hall_configure", 2, (const char *[]){json, ""});
}

void issue_to(struct world *w, const char *phone, const char *context)
{
    static int records;
    char record[16];
    char where[64];
    struct buf sealed;
    buf_init(&sealed);
    snprintf(record, sizeof record, "rec%d", ++records);
    snprintf(where, sizeof where, "%s/%s", context, record);
    seal_text(w->seal, str_of(phone), str_of(where), &sealed);
    write_call(w, "ticket_issue", 6, (const char *[]){"a", "", "zh", record, sealed.p, record});
    buf_clear(&sealed);
    if (w->sms)
        sms_wake(w->sms, STR("xh"));
}

void issue(struct world *w)
{
    issue_to(w, "+8613800000001", "xh");
}

void sms_up(struct world *w, const char *consumer)
{
    const struct sms_deps deps = {.settings = w->settings,
                                  .seal = w->seal,
                                  .public_url = "http://hall.example",
                                  .ticket_url = "http://hall.example/t#",
                                  .booking_url = "http://hall.example/b#",
                                  .consumer = consumer};
    w->sms_store = store_new(w->loop, &w->config);
    w->sms = sms_new(w->loop, w->sms_store, &deps);
    assert_non_null(w->sms);
    sms_follow(w->sms, STR("xh"));
    sms_follow(w->sms, STR("xh"));
}

/* As when the daemon dies: nothing is told to the store any more. */
void sms_down(struct world *w)
{
    store_free(w->sms_store);
    sms_free(w->sms);
    w->sms = NULL;
}

static void settings_take(struct world *w, const char *text)
{
    struct buf error;
    buf_init(&error);
    if (w->sms)
        sms_down(w);
    settings_free(w->settings);
    w->settings = settings_parse(str_of(text), "test", &error);
    if (!w->settings)
        fail_msg("%s", error.p);
    buf_clear(&error);
    sms_up(w, "one");
}

void settings_two(struct world *w, const char *sms, const char *first, const char *second)
{
    const char *const more[] = {first, second};
    char text[4096];
    size_t n = (size_t)snprintf(text, sizeof text,
                                "state_dir: %s\nsms:\n  retry_first_ms: 20\n  retry_max_ms: 100\n"
                                "  retry_max_tries: 20\n%s  gateways:\n",
                                w->dir, sms);
    for (int i = 0; i < 2; i++)
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            "    - name: %s\n      kind: http\n      method: GET\n"
            "      url: 'http://127.0.0.1:%d/send?to={to_e164}&text={text}&id={id}'\n"
            "      rate_per_second: 1000\n%s",
            i ? "second" : "first", i ? w->other.port : w->peer.port, more[i]);
    settings_take(w, text);
}

/* Ends the sms that is up and starts one with other settings. */
void settings_use(struct world *w, int timeout_ms, int rate, int max_tries)
{
    char text[1024];
    snprintf(text, sizeof text,
             "state_dir: %s\n"
             "sms:\n  retry_max_tries: %d\n  retry_first_ms: 20\n  retry_max_ms: 100\n"
             "  gateways:\n    - name: kannel\n      kind: http\n      method: GET\n"
             "      url: 'http://127.0.0.1:%d/send?to={to_e164}&text={text}&dlr={report_url}'\n"
             "      success_status: 200-202\n      success_match: '^[03]:'\n"
             "      report_secret: 0123456789abcdef\n"
             "      report_states:\n        - {from: '1', to: delivered}\n"
             "      timeout_ms: %d\n      rate_per_second: %d\n",
             w->dir, max_tries, w->peer.port, timeout_ms, rate);
    settings_take(w, text);
}

int sms_world_group_up(void **state)
{
    log_set(LOG_ERROR, LOG_TEXT);
    loop_library_init();
    return 0;
}

int sms_world_group_down(void **state)
{
    loop_library_free();
    return 0;
}

int sms_world_up(void **state)
{
    struct world *w = MEM_NEW(struct world);
    char path[200];
    w->loop = loop_new("test");
    w->dir = temp_dir();
    w->server = redis_server_new(NULL);
    redis_server_start(w->server);
    w->config.unix_path = redis_server_socket(w->server);
    w->config.library = lua_library();
    w->store = store_new(w->loop, &w->config);
    w->at_ms = clock_now_ms();
    snprintf(path, sizeof path, "%s/keys", w->dir);
    w->seal = seal_open(path, true);
    memset(gateways, 0, sizeof gateways);
    peer_start(&w->peer, answer);
    peer_start(&w->other, answer_other);
    *state = w;
    if (!eventually(w->loop, is_ready, w->store))
        return 1;
    configure(w, "");
    settings_use(w, 5000, 1000, 6);
    return 0;
}

int sms_world_down(void **state)
{
    struct world *w = *state;
    if (w->sms)
        sms_down(w);
    settings_free(w->settings);
    seal_close(w->seal);
    store_free(w->store);
    peer_stop(&w->peer);
    peer_stop(&w->other);
    redis_server_free(w->server);
    remove_dir(w->dir);
    loop_free(w->loop);
    mem_free(w);
    return 0;
}
