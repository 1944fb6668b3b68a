/* sms/report_inbound and sms/report_door: texts from phones in every provider's form, over a real
 * server and real sockets. Who deals with them is this test. SPDX-License-Identifier: MIT */
#include "sms/report.h"

#include "base/log.h"
#include "loop/loop.h"
#include "loop/mailbox.h"
#include "sms/sign.h"
#include "tests/lib/http_client.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

#define SECRET "a-secret-of-16-chars"

static struct loop *the_loop;
static struct http_server *server;
static struct sms_report *report;
static struct settings *settings;
static struct mailbox *ending;
static pthread_t thread;
static char key_file[] = "/tmp/paihao-test-XXXXXX";

/* What was handed over; the client waits for its answer before it looks. */
static char heard[2000];
static bool is_away;

static void on_text(void *arg, struct str gateway, const struct gateway_inbound *t,
                    void (*done)(void *done_arg, bool ok), void *done_arg)
{
    size_t used = strlen(heard);
    snprintf(heard + used, sizeof heard - used,
             STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "\n", STR_ARG(gateway),
             STR_ARG(t->from), STR_ARG(t->to), STR_ARG(t->text), STR_ARG(t->id));
    done(done_arg, !is_away);
}

/* /api/v1/sms/{gateway}/inbound/{secret} */
static void on_request(void *arg, struct http_request *req)
{
    struct str rest = http_path(req), piece, argv[2] = {{"", 0}, {"", 0}};
    for (int i = 0; str_cut(&rest, '/', &piece); i++)
        if (i == 4 || i == 6)
            argv[i / 6] = piece;
    sms_on_inbound(report, req, argv, 2);
}

static void on_end(void *arg, void *letter)
{
    loop_stop(the_loop);
}

static void *run(void *arg)
{
    loop_run(the_loop);
    return NULL;
}

static void read_settings(void)
{
    struct buf text, error;
    buf_init(&text);
    buf_init(&error);
    buf_addf(&text, "http: {public_url: \"https://hall.example\"}\nsms:\n  gateways:\n");
    static const char *const presets[] = {"kannel", "aliyun", "tencent",
                                          "twilio", "vonage", "notify"};
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        buf_addf(&text,
                 "    - {name: %s, preset: %s, login: me, password_file: %s, report_key_file: %s, "
                 "report_secret: " SECRET "}\n",
                 presets[i], presets[i], key_file, key_file);
    settings = settings_parse(buf_str(&text), "f", &error);
    if (!settings)
        fail_msg("%s", error.p);
    buf_clear(&text);
    buf_clear(&error);
}

static int set_up(void **state)
{
    int fd = mkstemp(key_file);
    log_set(LOG_ERROR, LOG_TEXT);
    assert_int_equal(write(fd, "tok\n", 4), 4);
    close(fd);
    read_settings();
    loop_library_init();
    the_loop = loop_new("test");
    report = sms_report_new(the_loop, settings, NULL); /* texts go to no store */
    server = http_server_new(the_loop,
                             &(struct http_config){.address = "127.0.0.1",
                                                   .connections_max = 10,
                                                   .streams_max = 1,
                                                   .body_max_bytes = 1 << 20,
                                                   .request_deadline_ms = 20000},
                             on_request, NULL);
    assert_non_null(server);
    ending = mailbox_new(the_loop, on_end, NULL);
    assert_int_equal(pthread_create(&thread, NULL, run, NULL), 0);
    return 0;
}

static int tear_down(void **state)
{
    static char end;
    mailbox_post(ending, &end);
    pthread_join(thread, NULL);
    mailbox_free(ending);
    http_server_free(server);
    sms_report_free(report);
    loop_free(the_loop);
    loop_library_free();
    settings_free(settings);
    unlink(key_file);
    return 0;
}

/* fields: further header lines, each with its line break. */
static struct reply tell(const char *method, const char *target, const char *fields,
                         const char *body)
{
    struct client c;
    struct reply r;
    struct buf text;
    buf_init(&text);
    heard[0] = 0;
    buf_addf(&text, "%s /api/v1/sms/%s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %zu\r\n\r\n%s",
             method, target, fields, strlen(body), body);
    client_open(&c, http_port(server));
    client_send(&c, text.p, text.len);
    client_reply(&c, &r);
    client_close(&c);
    buf_clear(&text);
    return r;
}

static void expect(struct reply r, int status, const char *body, const char *text)
{
    if (r.status != status || strcmp(heard, text) != 0 || (body && strcmp(r.body, body) != 0))
        fail_msg("%d %s: %s", r.status, r.body, heard);
    reply_clear(&r);
}

#define JSON   "Content-Type: application/json\r\n"
#define FORM   "Content-Type: application/x-www-form-urlencoded\r\n"
#define BEARER "Authorization: Bearer tok\r\n"

static void test_inbound_kannel_by_its_address(void **state)
{
    expect(tell("GET",
                "kannel/inbound/" SECRET "?from=%2B8613900000009&to=1069&text=%E5%A5%BD+1&id=7f3a",
                "", ""),
           200, "", "kannel|+8613900000009|1069|好 1|7f3a\n");
    expect(tell("GET", "kannel/inbound/" SECRET "?from=86139&to=1069", "", ""), 200, "",
           "kannel|86139|1069||\n"); /* an empty one */
}

static void test_inbound_vonage_in_each_form(void **state)
{
    static const char text[] = "vonage|447700900001|447700900000|2|0A01\n";
    expect(tell("GET",
                "vonage/inbound/" SECRET
                "?msisdn=447700900001&to=447700900000&text=2&messageId=0A01",
                "", ""),
           200, "", text);
    expect(tell("POST", "vonage/inbound/" SECRET, FORM,
                "msisdn=447700900001&to=447700900000&text=2&messageId=0A01"),
           200, "", text);
    expect(tell("POST", "vonage/inbound/" SECRET, JSON,
                "{\"msisdn\":\"447700900001\",\"to\":\"447700900000\",\"text\":\"2\",\"messageId\":"
                "\"0A01\"}"),
           200, "", text);
}

static void test_inbound_aliyun_and_tencent_as_json(void **state)
{
    expect(tell("POST", "aliyun/inbound/" SECRET, JSON,
                "[{\"phone_number\":\"13900000009\",\"content\":\"0\",\"dest_code\":\"1069\","
                "\"sequence_id\":17},{\"no\":\"number\"},{\"phone_number\":\"13900000008\","
                "\"content\":\"1\",\"dest_code\":\"1069\",\"sequence_id\":18}]"),
           200, "{\"code\":0,\"msg\":\"OK\"}",
           "aliyun|13900000009|1069|0|17\naliyun|13900000008|1069|1|18\n");
    expect(tell("POST", "tencent/inbound/" SECRET, JSON,
                "{\"extend\":\"\",\"mobile\":\"13900000009\",\"nationcode\":\"86\",\"sign\":\"x\","
                "\"text\":\"1\",\"time\":1457336869}"),
           200, "{\"result\":0,\"errmsg\":\"OK\"}", "tencent|8613900000009||1|\n");
}

static void test_inbound_notify_with_its_token(void **state)
{
    static const char body[] = "{\"id\":\"u1\",\"source_number\":\"447700900001\","
                               "\"destination_number\":\"07700900000\",\"message\":\"STOP\"}";
    expect(tell("POST", "notify/inbound/" SECRET, JSON, body), 403, NULL, "");
    expect(tell("POST", "notify/inbound/" SECRET, JSON BEARER, body), 200, "",
           "notify|447700900001|07700900000|STOP|u1\n");
}

static void test_inbound_twilio_signed(void **state)
{
    static const char body[] = "From=%2B447700900001&To=%2B4470&Body=1+ok&MessageSid=SM9";
    struct sign_field fields[] = {{STR("From"), STR("+447700900001")},
                                  {STR("To"), STR("+4470")},
                                  {STR("Body"), STR("1 ok")},
                                  {STR("MessageSid"), STR("SM9")}};
    struct buf line;
    buf_init(&line);
    buf_add_c(&line, FORM "X-Twilio-Signature: ");
    sign_twilio(STR("tok"), STR("https://hall.example/api/v1/sms/twilio/inbound/" SECRET), fields,
                4, &line);
    buf_add_c(&line, "\r\n");
    expect(tell("POST", "twilio/inbound/" SECRET, line.p, body), 200, "<Response/>",
           "twilio|+447700900001|+4470|1 ok|SM9\n");
    expect(tell("POST", "twilio/inbound/" SECRET, line.p, "From=%2B447700900002&Body=0"), 403, NULL,
           "");
    expect(tell("POST", "twilio/inbound/" SECRET, FORM, body), 403, NULL, "");
    buf_clear(&line);
}

static void test_inbound_refuses_what_is_none(void **state)
{
    expect(tell("GET", "kannel/inbound/another-secret-of-16?from=1&text=1", "", ""), 404, NULL, "");
    expect(tell("GET", "nobody/inbound/" SECRET "?from=1&text=1", "", ""), 404, NULL, "");
    expect(tell("GET", "kannel/inbound/" SECRET "?text=1", "", ""), 422, NULL, "");
    expect(tell("GET", "kannel/inbound/" SECRET "?from=1&text=%FF", "", ""), 422, NULL, "");
    expect(tell("GET",
                "kannel/inbound/" SECRET "?from=1234567890123456789012345678901234567890&text=1",
                "", ""),
           422, NULL, "");
    expect(tell("POST", "aliyun/inbound/" SECRET, JSON, "{"), 422, NULL, "");
}

static void test_inbound_is_brought_again_while_the_store_is_away(void **state)
{
    is_away = true;
    expect(tell("GET", "kannel/inbound/" SECRET "?from=1&text=1", "", ""), 503, NULL,
           "kannel|1||1|\n");
    is_away = false;
    expect(tell("GET", "kannel/inbound/" SECRET "?from=1&text=1", "", ""), 200, "",
           "kannel|1||1|\n");
}

static void test_inbound_without_anybody_is_not_found(void **state)
{
    sms_report_set_inbound(report, NULL, NULL);
    expect(tell("GET", "kannel/inbound/" SECRET "?from=1&text=1", "", ""), 404, NULL, "");
    sms_report_set_inbound(report, on_text, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inbound_without_anybody_is_not_found),
        cmocka_unit_test(test_inbound_kannel_by_its_address),
        cmocka_unit_test(test_inbound_vonage_in_each_form),
        cmocka_unit_test(test_inbound_aliyun_and_tencent_as_json),
        cmocka_unit_test(test_inbound_notify_with_its_token),
        cmocka_unit_test(test_inbound_twilio_signed),
        cmocka_unit_test(test_inbound_refuses_what_is_none),
        cmocka_unit_test(test_inbound_is_brought_again_while_the_store_is_away),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
