/* sms/inbound against a real Redis with the function library: which hall a text is for, once, and
 * what its gateway is told. SPDX-License-Identifier: MIT */
#include "sms/inbound.h"

#include "base/clock.h"
#include "base/mem.h"
#include "lua/library.h"
#include "tests/lib/eventually.h"
#include "tests/lib/redis_server.h"
#include "tests/lib/store_world.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct loop *loop;
    struct redis_server *server;
    struct store_config config;
    struct store *store;         /* of the test */
    struct store *inbound_store; /* of what is tested */
    struct seal *seal;
    struct inbound *inbound;
    char *dir;
    int records;
};

/* What a gateway hears of its text. */
struct told {
    int count;
    bool ok;
};

static void on_told(void *arg, bool ok)
{
    struct told *t = arg;
    t->count++;
    t->ok = ok;
}

static bool is_told(void *arg)
{
    return ((struct told *)arg)->count > 0;
}

static const char hall[] =
    "{\"code\":\"%s\",\"names\":{\"en\":\"Hall\"},\"zone\":\"UTC\",\"country\":\"%s\","
    "\"languages\":[\"en\"],\"accent\":\"#0b6e4f\",\"hours\":[],\"tickets_outside_hours\":true,"
    "\"rules\":{\"overtaking_max\":3,\"return_within_minutes\":45,\"return_max\":2,"
    "\"return_minutes\":5,\"put_back_minutes\":5,\"come_now_ahead\":3},"
    "\"classes\":[{\"code\":\"normal\",\"target_minutes\":30,\"names\":{}}],"
    "\"series\":[{\"letter\":\"A\",\"first\":1,\"last\":999}],"
    "\"services\":[{\"code\":\"a\",\"series\":\"A\",\"minutes\":10,\"names\":{},\"words\":[],"
    "\"documents\":[],\"kiosk\":true,\"open\":true}],"
    "\"profiles\":[{\"code\":\"all\",\"serves\":[{\"service\":\"*\"}]}],"
    "\"counters\":[{\"code\":\"1\",\"profile\":\"all\"}],\"messages\":{}}";

static void write_call(struct world *w, const char *tag, const char *function, int argc,
                       const char **args)
{
    char now[24];
    struct str argv[12] = {STR(""), STR(""), STR("system:"), STR("")};
    struct answer a = {0};
    snprintf(now, sizeof now, "%" PRId64, clock_now_ms());
    argv[0] = str_of(now);
    if (strcmp(tag, "sys") != 0)
        argv[3] = STR("20261123");
    for (int i = 0; i < argc; i++)
        argv[4 + i] = str_of(args[i]);
    store_call(w->store, &(struct store_call){.function = function,
                                              .tag = str_of(tag),
                                              .argc = 4 + argc,
                                              .argv = argv,
                                              .fn = on_answer,
                                              .arg = &a});
    assert_true(eventually(w->loop, is_answered, &a));
    if (a.err != ERR_NONE)
        fail_msg("%s: %s", function, err_code(a.err));
}

static int64_t eval(struct world *w, const char *tag, const char *script)
{
    struct answer a = {0};
    const struct str argv[] = {STR("EVAL"), str_of(script), STR("0"), str_of(tag)};
    store_command(w->store, str_of(tag), 4, argv, on_answer, &a);
    assert_true(eventually(w->loop, is_answered, &a));
    assert_int_equal(a.err, ERR_NONE);
    return a.number;
}

static void hall_new(struct world *w, const char *code, const char *country)
{
    char json[2048];
    snprintf(json, sizeof json, hall, code, country);
    write_call(w, code, "hall_configure", 2, (const char *[]){json, ""});
    write_call(w, "sys", "hall_register", 1, (const char *[]){code});
}

static void issue(struct world *w, const char *code, const char *phone)
{
    char hash[SEAL_HASH_CHARS + 1], record[16];
    snprintf(record, sizeof record, "rec%d", ++w->records);
    seal_hash(w->seal, "phone", str_of(phone), hash);
    write_call(w, code, "ticket_issue", 6,
               (const char *[]){"a", "", "en", record, "k1.sealed", hash});
}

/* So many tickets of the hall are cancelled; so many messages of that kind stand in its outbox. */
static int64_t cancelled(struct world *w, const char *code)
{
    return eval(w, code,
                "local n = 0 for _, k in ipairs(redis.call('KEYS', '{' .. ARGV[1] .. '}:t:*')) do "
                "if redis.call('HGET', k, 'st') == 'cancelled' then n = n + 1 end end return n");
}

static int64_t answers(struct world *w, const char *code)
{
    return eval(w, code,
                "local n = 0 for _, e in ipairs(redis.call('XRANGE', '{' .. ARGV[1] .. '}:outbox', "
                "'-', '+')) do if e[2][2]:sub(1, 5) == 'reply' then n = n + 1 end end return n");
}

static void take(struct world *w, struct gateway_inbound text, struct told *t)
{
    *t = (struct told){0};
    inbound_take(w->inbound, STR("kannel"), &text, on_told, t);
}

static void take_now(struct world *w, const char *from, const char *text)
{
    struct told t;
    take(w, (struct gateway_inbound){str_of(from), STR("1069"), str_of(text), STR("")}, &t);
    assert_true(eventually(w->loop, is_told, &t));
    assert_int_equal(t.count, 1);
    assert_true(t.ok);
}

static int up(void **state)
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
    w->inbound_store = store_new(w->loop, &w->config);
    snprintf(path, sizeof path, "%s/keys", w->dir);
    w->seal = seal_open(path, true);
    w->inbound = inbound_new(w->inbound_store, w->seal);
    *state = w;
    if (!eventually(w->loop, is_ready, w->store) ||
        !eventually(w->loop, is_ready, w->inbound_store))
        return 1;
    hall_new(w, "xh", "86");
    hall_new(w, "be", "49");
    return 0;
}

static void inbound_down(struct world *w)
{
    store_free(w->inbound_store);
    inbound_free(w->inbound);
    w->inbound_store = NULL;
    w->inbound = NULL;
}

static int down(void **state)
{
    struct world *w = *state;
    if (w->inbound)
        inbound_down(w);
    seal_close(w->seal);
    store_free(w->store);
    redis_server_free(w->server);
    remove_dir(w->dir);
    loop_free(w->loop);
    mem_free(w);
    return 0;
}

static void test_inbound_is_for_the_hall_that_wrote_last(void **state)
{
    struct world *w = *state;
    issue(w, "xh", "+8613800000001");
    issue(w, "be", "+8613800000001");
    take_now(w, "8613800000001", "0");
    assert_int_equal(cancelled(w, "be"), 1);
    assert_int_equal(cancelled(w, "xh"), 0);
    take_now(w, "+8613800000001", "取消"); /* what is left alive */
    assert_int_equal(cancelled(w, "xh"), 1);
    assert_int_equal(answers(w, "xh") + answers(w, "be"), 2);
}

static void test_inbound_reads_numbers_as_the_country_writes_them(void **state)
{
    struct world *w = *state;
    issue(w, "xh", "+8613800000001");
    issue(w, "be", "+4915112345678");
    take_now(w, "13800000001", "0");
    take_now(w, "0151 12345678", "0");
    assert_int_equal(cancelled(w, "xh"), 1);
    assert_int_equal(cancelled(w, "be"), 1);
    issue(w, "xh", "+8613800000001"); /* the countries are known now */
    take_now(w, "13800000001", "取消");
    assert_int_equal(cancelled(w, "xh"), 2);
}

static void test_inbound_does_a_text_once(void **state)
{
    struct world *w = *state;
    struct told t[4];
    struct gateway_inbound text = {STR("8613800000001"), STR("1069"), STR("0"), STR("m-1")};
    issue(w, "xh", "+8613800000001");
    issue(w, "xh", "+8613800000001");
    for (int i = 0; i < 3; i++)
        take(w, text, &t[i]);
    text.id = STR("m-2");
    take(w, text, &t[3]);
    for (int i = 0; i < 4; i++) {
        assert_true(eventually(w->loop, is_told, &t[i]));
        assert_true(t[i].ok);
    }
    assert_int_equal(cancelled(w, "xh"), 2);
    assert_int_equal(answers(w, "xh"), 2);
    issue(w, "xh", "+8613800000001");
    take_now(w, "8613800000001", "0"); /* without an id: known by its words */
    issue(w, "xh", "+8613800000001");
    take_now(w, "8613800000001", "0");
    assert_int_equal(cancelled(w, "xh"), 3);
}

static void test_inbound_stop_is_of_all_halls_and_told_once(void **state)
{
    struct world *w = *state;
    static const char out[] = "return #redis.call('KEYS', '{' .. ARGV[1] .. '}:optout*')";
    hall_new(w, "other", "86");
    issue(w, "xh", "+8613800000001");
    issue(w, "be", "+8613800000001");
    take_now(w, "8613800000001", "TD");
    assert_int_equal(eval(w, "xh", out), 1);
    assert_int_equal(eval(w, "be", out), 1);
    assert_int_equal(eval(w, "other", out), 0); /* it never wrote */
    assert_int_equal(answers(w, "xh"), 0);
    assert_int_equal(answers(w, "be"), 1);
    take_now(w, "8613800000001", "START");
    assert_int_equal(eval(w, "xh", out), 0);
    assert_int_equal(eval(w, "be", out), 0);
    assert_int_equal(answers(w, "be"), 2);
}

static void test_inbound_says_nothing_to_strangers_and_machines(void **state)
{
    struct world *w = *state;
    issue(w, "xh", "+8613800000001");
    int64_t before = eval(w, "xh", "return redis.call('DBSIZE')");
    take_now(w, "8613800000002", "0");
    take_now(w, "8613800000002", "hello?");
    take_now(w, "10086", "0");
    take_now(w, "BANK", "0");
    take_now(w, "8613800000001", " ");
    assert_int_equal(eval(w, "xh", "return redis.call('DBSIZE')"), before);
}

static void test_inbound_keeps_no_number_in_clear(void **state)
{
    struct world *w = *state;
    static const char seen[] =
        "for _, k in ipairs(redis.call('KEYS', '*')) do "
        "local v = redis.call('DUMP', k) or '' "
        "if k:find('13800000001', 1, true) or v:find('13800000001', 1, true) then return 1 end end "
        "return 0";
    issue(w, "xh", "+8613800000001");
    take_now(w, "8613800000001", "what is this");
    take_now(w, "8613800000001", "0");
    assert_int_equal(answers(w, "xh"), 2);
    assert_int_equal(eval(w, "xh", seen), 0);
}

static void test_inbound_without_a_store_is_to_be_brought_again(void **state)
{
    struct world *w = *state;
    struct told t[3];
    struct gateway_inbound text = {STR("8613800000001"), STR("1069"), STR("0"), STR("")};
    issue(w, "xh", "+8613800000001");
    redis_server_signal(w->server, SIGKILL);
    for (int i = 0; i < 3; i++)
        take(w, text, &t[i]);
    for (int i = 0; i < 3; i++) {
        assert_true(eventually(w->loop, is_told, &t[i]));
        assert_int_equal(t[i].count, 1);
        assert_false(t[i].ok);
    }
    take(w, text, &t[0]);
    take(w, text, &t[1]);
    inbound_down(w); /* while they are under way */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(t[i].count, 1);
        assert_false(t[i].ok);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_inbound_is_for_the_hall_that_wrote_last, up, down),
        cmocka_unit_test_setup_teardown(test_inbound_reads_numbers_as_the_country_writes_them, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_inbound_does_a_text_once, up, down),
        cmocka_unit_test_setup_teardown(test_inbound_stop_is_of_all_halls_and_told_once, up, down),
        cmocka_unit_test_setup_teardown(test_inbound_says_nothing_to_strangers_and_machines, up,
                                        down),
        cmocka_unit_test_setup_teardown(test_inbound_keeps_no_number_in_clear, up, down),
        cmocka_unit_test_setup_teardown(test_inbound_without_a_store_is_to_be_brought_again, up,
                                        down),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
