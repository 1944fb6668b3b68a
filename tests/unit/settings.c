/* Settings: defaults, faults with line and column, reload all or nothing, and the texts made from
 * the table. Runs in the top folder. SPDX-License-Identifier: MIT */
#include "config/settings.h"

#include "base/mem.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
    const char *text;
    const char *message;
} BAD[] = {
    {"", "f:1:1: The file is empty."},
    {"port: 8080\n", "f:1:1: `port` is not known in the settings file; known are: workers"},
    {"http:\n  prot: 8080\n", "f:2:3: `prot` is not known in the section http; known are: listen"},
    {"http:\n  port: 65536\n", "f:2:9: `port` must be a whole number from 0 to 65535."},
    {"http:\n  port: 80x\n", "f:2:9: `port` must be a whole number"},
    {"http:\n  port: 0x50\n", "f:2:9: `port` must be a whole number"},
    {"http: 8080\n", "f:1:7: Here must be the section http"},
    {"http:\n  listen: localhost\n", "f:2:11: An address is numeric"},
    {"http:\n  public_url: hall.example\n", "f:2:15: Write http:// or https://"},
    {"http:\n  public_url: https://hall.example/\n", "f:2:15: Write http:// or https://"},
    {"http:\n  public_url: https:///x\n", "f:2:15: Write http:// or https://"},
    {"store:\n  redis: localhost:6379\n", "f:2:10: Write unix:/path/to/socket, or host:port"},
    {"store:\n  redis: 127.0.0.1\n", "f:2:10: Write unix:/path/to/socket"},
    {"store:\n  redis: 127.0.0.1:0\n", "f:2:10: Write unix:/path/to/socket"},
    {"store:\n  fsync: never\n", "f:2:10: `fsync` must be one of: always everysec."},
    {"log: {level: loud}\n", "f:1:14: `level` must be one of: error warn info debug."},
    {"state_dir: var\n", "f:1:12: Write the whole path"},
    {"demo: {clock_speed: 0}\n", "f:1:21: `clock_speed` must be a whole number from 1 to 3600."},
    {"sms:\n  gateways:\n    - kind: \"null\"\n", "f:3:7: `name` is missing in an SMS gateway."},
    {"sms:\n  gateways:\n    - {name: a, kind: smpp, login: hall}\n",
     "f:3:7: An SMS gateway of kind smpp needs `address` and `login`."},
    {"sms:\n  gateways:\n    - {name: a, kind: smpp, address: \"h:1\", login: sixteen-and-more}\n",
     "f:3:52: SMPP has logins of 15 characters at most."},
    {"sms:\n  gateways:\n    - {name: a, kind: smpp, address: \"h:1\", login: b, ca_file: "
     "ca.pem}\n",
     "f:3:64: Write the whole path, beginning with a slash."},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h/\"}\n    - {name: a, url: "
     "\"http://h/\"}\n",
     "f:4:14: There is another gateway `a` above."},
    {"sms:\n  gateways:\n    - {name: a}\n", "f:3:7: `url` is missing in an SMS gateway"},
    {"sms:\n  gateways:\n    - {name: a, url: \"ftp://h/\"}\n", "f:3:22: The address must begin"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", success_match: \"(\"}\n",
     "f:3:49: This is no POSIX extended regular expression"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", success_status: 200-}\n",
     "f:3:50: Write HTTP statuses"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", success_status: \"299-200\"}\n",
     "f:3:50: Write HTTP statuses"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", prefixes: \"+86, 852\"}\n",
     "f:3:44: Write the beginnings of numbers"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", method: GET, body: x}\n",
     "f:3:53: A GET request has no body"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", headers: [\"X y\"]}\n",
     "f:3:44: A header is written"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", report_secret: short}\n",
     "f:3:49: The secret needs 16 characters"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", report_states: [{from: x, to: y}]}\n",
     "f:3:64: `to` must be one of: delivered undelivered expired rejected unknown "
     "ignored."},
    {"sms:\n  gateways:\n    - {name: a, url: \"https://{to}/\"}\n",
     "f:3:22: The host of an address holds no variables."},
    {"sms:\n  gateways:\n    - {name: a, url: /send}\n", "f:3:7: `base_url` is missing"},
    {"sms:\n  gateways:\n    - {name: a, url: /send, base_url: \"http://h/x\"}\n",
     "f:3:39: Write http:// or https://"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", success: \"/Code = OK\"}\n",
     "f:3:43: Write a JSON pointer, one of"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", success: \"Code == OK\"}\n",
     "f:3:43: Write a JSON pointer, one of"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", success: \"/Code ==\"}\n",
     "f:3:43: Write a JSON pointer, one of"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", id: /a~2}\n",
     "f:3:38: Write a JSON pointer, such as"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", id: \"(\"}\n",
     "f:3:38: This is no POSIX extended"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", classify: [{at: Code, match: x, as: "
     "retry}]}\n",
     "f:3:50: Write a JSON pointer"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", classify: [{match: x, as: never}]}\n",
     "f:3:60: `as` must be one of: retry throttle permanent config."},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", classify: [{match: x}]}\n",
     "f:3:45: `as` is missing in a class of refusals."},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", templates: [{kind: called, code: x, "
     "variables: [\"no=\"]}]}\n",
     "f:3:82: Write a variable of texts"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", templates: [{kind: called, code: x, "
     "language: z1}]}\n",
     "f:3:80: A language has two letters"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", sign: acs3}\n",
     "f:3:7: `password_file` is missing"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", sign: basic, password_file: /k}\n",
     "f:3:7: `login` is missing"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", report_auth: bearer, report_secret: "
     "0123456789abcdef}\n",
     "f:3:7: `report_key_file` is missing"},
    {"sms:\n  gateways:\n    - {name: a, url: \"http://h\", report_state: \"a  b\"}\n",
     "f:3:48: Write a name, such as status"},
    {"sms:\n  gateways:\n    - {name: a, preset: twillio}\n", "f:3:25: `preset` must be one of"},
    {"sms:\n  gateways:\n    - {name: a, preset: twilio}\n", "f:3:7: `password_file` is missing"},
    {"sms:\n  gateways:\n    - {name: a, kind: cmpp, address: \"h:7890\"}\n",
     "f:3:7: An SMS gateway of kind cmpp needs `address` and `password_file`."},
    {"sms:\n  gateways:\n    - {name: a, kind: cmpp, address: \"h:7890\", password_file: /s, "
     "login: "
     "\"1\"}\n",
     "f:3:7: An SMS gateway of kind cmpp needs `login`, of six characters."},
    {"sms:\n  gateways:\n    - {name: a, kind: cmpp, address: \"h:7890\", password_file: /s, "
     "login: "
     "\"900001\", from: \"1069000100010001000100\"}\n",
     "f:3:90: CMPP has senders of 21 characters at most."},
    {"sms:\n  gateways:\n    - {name: a, kind: cmpp, address: \"h:7890\", password_file: /s, "
     "login: "
     "\"900001\", tls: yes}\n",
     "f:3:89: CMPP knows no TLS; use a tunnel."},
    {"sms:\n  gateways:\n    - {name: a, kind: cmpp, fee_type: \"1\"}\n",
     "f:3:39: This text has 1 char"},
    {"http: {trusted_proxies: \"10.0.0.5, proxy\"}\n", "f:1:25: Write numeric addresses"},
    {"http: {trusted_proxies: \",\"}\n", "f:1:25: Write numeric addresses"},
    {"http: {listen: 0.0.0.0}\ndemo: {show_codes: yes}\n", "f:2:20: Codes are shown only while"},
    {"http: {listen: \"::\"}\ndemo: {show_codes: yes}\n", "f:2:20: Codes are shown only while"},
    {"sms: {default: b}\n", "f:1:16: There is no gateway `b` in this file."},
    {"sms: {price_per_part: \"0.0000001\"}\n", "f:1:23: A price is written 0.045"},
    {"sms: {price_per_part: \"1.\"}\n", "f:1:23: A price is written 0.045"},
    {"sms: {price_per_part: \"0,05\"}\n", "f:1:23: A price is written 0.045"},
    {"sms: {currency: Eur}\n", "f:1:17: A currency is three capital letters"},
};

static void test_settings_parse_says_where_and_what_is_wrong(void **state)
{
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct buf error;

        buf_init(&error);
        assert_null(settings_parse(str_of(BAD[i].text), "f", &error));
        if (!str_starts(buf_str(&error), BAD[i].message))
            fail_msg("case %zu: expected \"%s\", got \"%s\"", i, BAD[i].message, error.p);
        buf_clear(&error);
    }
}

static struct settings *parse(const char *text)
{
    struct settings *s;
    struct buf error;

    buf_init(&error);
    s = settings_parse(str_of(text), "f", &error);
    if (s == NULL)
        fail_msg("%s", error.p);
    buf_clear(&error);
    return s;
}

static void test_settings_load_gives_the_defaults(void **state)
{
    struct buf error;
    struct settings *s;

    buf_init(&error);
    s = settings_load(NULL, &error);
    assert_non_null(s);
    assert_string_equal(s->http_listen, "127.0.0.1");
    assert_string_equal(s->http_trusted_proxies, "127.0.0.1, ::1");
    assert_int_equal(s->http_port, 8080);
    assert_true(s->workers >= 1);
    assert_string_equal(s->key_file, "/var/lib/paihao/keys");
    assert_null(s->redis.unix_path);
    assert_null(s->redis.host);
    assert_int_equal(s->sms_gateway_count, 1);
    assert_string_equal(s->sms_gateways[0].kind, "null");
    assert_string_equal(s->sms_default, "");
    settings_free(s);
    assert_null(settings_load("/nonexistent/paihao.yaml", &error));
    assert_string_equal(error.p, "/nonexistent/paihao.yaml: No such file or directory.");
    buf_clear(&error);
}

static void test_settings_parse_takes_a_redis_address_apart(void **state)
{
    struct settings *s = parse("store: {redis: \"unix:/run/redis.sock\"}");

    assert_string_equal(s->redis.unix_path, "/run/redis.sock");
    settings_free(s);
    s = parse("store: {redis: \"127.0.0.1:6380\"}");
    assert_null(s->redis.unix_path);
    assert_string_equal(s->redis.host, "127.0.0.1");
    assert_int_equal(s->redis.port, 6380);
    settings_free(s);
    s = parse("store: {redis: \"[::1]:6380\"}");
    assert_string_equal(s->redis.host, "::1");
    settings_free(s);
}

static const char GATEWAYS[] =
    "sms:\n"
    "  default: kannel\n"
    "  gateways:\n"
    "    - {name: none, kind: null}\n"
    "    - name: kannel\n"
    "      url: \"http://127.0.0.1:13013/cgi-bin/sendsms?to={to}&text={text}&password=pw\"\n"
    "      method: GET\n"
    "      success_status: 202\n"
    "      headers: [\"X-Key: topsecret\"]\n"
    "      report_secret: 0123456789abcdef\n"
    "      report_states: [{from: 1, to: delivered}, {from: 2, to: undelivered}]\n"
    "      from: \"1069\"\n";

static void test_settings_parse_reads_gateways(void **state)
{
    struct settings *s = parse(GATEWAYS);
    const struct sms_gateway_settings *g = settings_gateway(s, str_of(s->sms_default));

    assert_int_equal(s->sms_gateway_count, 2);
    assert_non_null(g);
    assert_string_equal(g->method, "GET");
    assert_string_equal(g->success_status, "202");
    assert_int_equal(g->header_count, 1);
    assert_string_equal(g->headers[0], "X-Key: topsecret");
    assert_int_equal(g->report_state_count, 2);
    assert_string_equal(g->report_states[1].to, "undelivered");
    assert_int_equal(g->timeout_ms, 10000);
    assert_null(settings_gateway(s, STR("other")));
    settings_free(s);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* Each is whole with a name for its key, and nothing in it is at fault. */
static void test_settings_presets_are_complete(void **state)
{
    static const char *const presets[] = {"kannel", "aliyun", "tencent",
                                          "twilio", "vonage", "notify"};

    for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
        char text[400];
        struct settings *s;
        const struct sms_gateway_settings *g;

        (void)snprintf(text, sizeof(text),
                       "sms: {gateways: [{name: a, preset: %s, login: me, password_file: /k, "
                       "report_secret: 0123456789abcdef, report_key_file: /r}]}",
                       presets[i]);
        s = parse(text);
        g = s->sms_gateways;
        assert_int_equal(g->url[0], '/');
        assert_true(g->base_url[0] != '\0' && g->report_state_count > 1 && g->classify_count > 0);
        settings_free(s);
    }
}

static void test_settings_parse_fills_in_what_a_protocol_asks_for(void **state)
{
    struct settings *s = parse(
        "sms:\n  gateways:\n"
        "    - {name: a, kind: cmpp, address: \"h:7890\", login: \"900001\", password_file: /s}\n"
        "    - {name: b, kind: \"null\"}\n"
        "    - {name: c, kind: \"null\", enquire_s: 5}\n");

    assert_int_equal(s->sms_gateways[0].enquire_s, 180);
    assert_string_equal(s->sms_gateways[0].version, "2.0");
    assert_int_equal(s->sms_gateways[1].enquire_s, 30);
    assert_int_equal(s->sms_gateways[2].enquire_s, 5);
    settings_free(s);
}

static void test_settings_price_is_exact(void **state)
{
    static const struct {
        const char *text;
        int64_t micros;
    } cases[] = {
        {"sms: {price_per_part: \"0.045\"}\n", 45000},
        {"sms: {price_per_part: \"1\"}\n", 1000000},
        {"sms: {price_per_part: \"12.000001\"}\n", 12000001},
        {"sms: {price_per_part: \"0\"}\n", 0},
        {"sms: {}\n", -1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct settings *s = parse(cases[i].text);

        assert_int_equal(settings_price(s), cases[i].micros);
        assert_string_equal(s->sms_currency, "CNY");
        settings_free(s);
    }
}

static void test_settings_presets_stand_below_what_the_file_says(void **state)
{
    struct settings *s = parse("sms:\n  gateways:\n    - {name: a, preset: kannel, method: POST, "
                               "report_states: [{from: x, to: unknown}]}\n");
    const struct sms_gateway_settings *g = s->sms_gateways;

    assert_string_equal(g->method, "POST");
    assert_int_equal(g->report_state_count, 1);
    assert_string_equal(g->report_states[0].to, "unknown");
    assert_string_equal(g->success_match, "^[03]:");
    assert_string_equal(g->base_url, "http://127.0.0.1:13013");
    settings_free(s);
}

static void test_settings_template_prefers_the_language(void **state)
{
    struct settings *s = parse("sms:\n  gateways:\n    - name: a\n      url: \"http://h\"\n"
                               "      templates:\n"
                               "        - {kind: called, code: ANY, variables: [number]}\n"
                               "        - {kind: called, language: zh, code: ZH, variables: "
                               "[no=number, win=counter]}\n"
                               "        - {kind: code, language: en, code: EN}\n");
    const struct sms_gateway_settings *g = s->sms_gateways;

    assert_string_equal(settings_template(g, STR("called"), STR("zh"))->code, "ZH");
    assert_int_equal(settings_template(g, STR("called"), STR("zh"))->variable_count, 2);
    assert_string_equal(settings_template(g, STR("called"), STR("zh"))->variables[1],
                        "win=counter");
    assert_string_equal(settings_template(g, STR("called"), STR("de"))->code, "ANY");
    assert_string_equal(settings_template(g, STR("code"), STR("en"))->code, "EN");
    assert_null(settings_template(g, STR("code"), STR("zh")));
    assert_null(settings_template(g, STR("booked"), STR("zh")));
    settings_free(s);
}

/* One change in each kind of field of a gateway. */
static void test_settings_reload_sees_every_change_of_a_gateway(void **state)
{
    static const char base[] =
        "sms: {gateways: [{name: a, url: \"http://h\", rate_per_second: 5, allow_private: no, "
        "headers: [\"A: b\"], classify: [{match: x, as: retry}], "
        "templates: [{kind: called, code: c, variables: [number]}]}]}";
    static const char *const changes[][2] = {
        {"//h", "//i"},     {"second: 5", "second: 6"}, {"private: no", "private: yes"},
        {"A: b", "A: c"},   {"match: x", "match: y"},   {"as: retry", "as: config"},
        {"[number]", "[]"}, {"[number]", "[counter]"},  {"code: c", "code: d"}};
    char path[] = "/tmp/paihao-settings-XXXXXX";
    int fd = mkstemp(path);
    struct settings *old = parse(base);
    struct settings *new;
    struct buf error, text;

    assert_true(fd >= 0);
    (void)close(fd);
    buf_init(&error);
    buf_init(&text);
    write_file(path, base);
    new = settings_reload(old, path, &error);
    assert_non_null(new);
    settings_free(new);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *at = strstr(base, changes[i][0]);

        buf_reset(&text);
        buf_add(&text, base, (size_t)(at - base));
        buf_addf(&text, "%s%s", changes[i][1], at + strlen(changes[i][0]));
        write_file(path, text.p);
        if (settings_reload(old, path, &error) != NULL)
            fail_msg("%s was taken over", changes[i][1]);
        assert_non_null(strstr(error.p, "`sms.gateways` needs a restart"));
    }
    (void)unlink(path);
    settings_free(old);
    buf_clear(&error);
    buf_clear(&text);
}

static void test_settings_print_shows_no_secret(void **state)
{
    struct settings *s = parse(GATEWAYS);
    struct buf text;

    buf_init(&text);
    settings_print(s, &text);
    assert_non_null(strstr(text.p, "name: kannel"));
    assert_null(strstr(text.p, "topsecret"));
    assert_null(strstr(text.p, "0123456789abcdef"));
    assert_null(strstr(text.p, "password=pw"));
    buf_clear(&text);
    settings_free(s);
}

static void test_settings_print_can_be_read_again(void **state)
{
    struct settings *s = parse("workers: 3\nhttp: {port: 0, trusted_proxies: \"10.0.0.5, ::1\"}\n"
                               "log: {format: json}\ndemo: {show_codes: yes}");
    struct settings *again;
    struct buf text, text_again;

    buf_init(&text);
    buf_init(&text_again);
    settings_print(s, &text);
    again = parse(text.p);
    settings_print(again, &text_again);
    assert_string_equal(text.p, text_again.p);
    assert_int_equal(again->workers, 3);
    assert_true(again->demo_show_codes);
    assert_string_equal(again->http_trusted_proxies, "10.0.0.5, ::1");
    settings_free(s);
    settings_free(again);
    buf_clear(&text);
    buf_clear(&text_again);
}

static void test_settings_reload_is_all_or_nothing(void **state)
{
    static const struct {
        const char *text;
        const char *error; /* NULL: taken over */
    } cases[] = {
        {"http: {port: 0}\nlog: {level: debug}", NULL},
        {"http: {port: 1}\nlog: {level: debug}", ":1:14: A change of `http.port` needs a restart"},
        {"log: {level: debug}", ":1:1: A change of `http.port` needs a restart"},
        {"http: {port: 0}\ndemo: {show_codes: yes}",
         ":2:20: A change of `demo.show_codes` needs a restart"},
        {"http: {port: 0}\nworkers: 77", ":2:10: A change of `workers` needs a restart"},
        {"http: {port: 0}\nsms: {gateways: [{name: a, kind: null}]}",
         ":2:17: A change of `sms.gateways` needs a restart"},
        {"http: {port: 0}\nsms: {gateways: [{name: none, kind: null, from: x}]}",
         ":2:17: A change of `sms.gateways` needs a restart"},
        {"http: {port: 0}\nlog: {level: loud}", ":2:14: `level` must be one of"},
    };
    char path[] = "/tmp/paihao-settings-XXXXXX";
    struct settings *old = parse("http: {port: 0}");
    struct buf error, expected;
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    (void)close(fd);
    buf_init(&error);
    buf_init(&expected);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct settings *new;

        write_file(path, cases[i].text);
        new = settings_reload(old, path, &error);
        if (cases[i].error == NULL) {
            assert_non_null(new);
            assert_string_equal(new->log_level, "debug");
            settings_free(new);
            continue;
        }
        assert_null(new);
        buf_reset(&expected);
        buf_addf(&expected, "%s%s", path, cases[i].error);
        if (!str_starts(buf_str(&error), expected.p))
            fail_msg("case %zu: expected \"%s\", got \"%s\"", i, expected.p, error.p);
    }
    (void)unlink(path);
    settings_free(old);
    buf_clear(&error);
    buf_clear(&expected);
}

static void test_settings_sample_is_the_shipped_file(void **state)
{
    FILE *file = fopen("config/paihao.yaml", "r");
    struct buf sample, shipped, error;
    struct settings *s;

    buf_init(&sample);
    buf_init(&shipped);
    buf_init(&error);
    settings_sample(&sample);
    assert_non_null(file);
    buf_reserve(&shipped, 65536);
    shipped.len = fread(shipped.p, 1, 65536, file);
    shipped.p[shipped.len] = '\0';
    (void)fclose(file);
    assert_string_equal(sample.p, shipped.p);
    s = settings_load("config/paihao.yaml", &error);
    assert_non_null(s);
    settings_free(s);
    buf_clear(&sample);
    buf_clear(&shipped);
    buf_clear(&error);
}

/* The same lines with the comment signs off, which is what people will do to them. */
static void test_settings_sample_can_be_uncommented(void **state)
{
    struct buf sample, text, error;
    struct str rest, line;
    struct settings *s;

    buf_init(&sample);
    buf_init(&text);
    buf_init(&error);
    settings_sample(&sample);
    rest = buf_str(&sample);
    while (str_cut(&rest, '\n', &line)) {
        size_t blanks = 0;

        while (blanks < line.len && line.p[blanks] == ' ')
            blanks++;
        if (blanks + 1 < line.len && line.p[blanks] == '#' && line.p[blanks + 1] >= 'a') {
            buf_add(&text, line.p, blanks);
            line.p += blanks + 1;
            line.len -= blanks + 1;
        }
        if (!str_starts(line, "gateways:"))
            buf_add_str(&text, line);
        buf_add_char(&text, '\n');
    }
    s = settings_parse(buf_str(&text), "f", &error);
    if (s == NULL)
        fail_msg("%s\n%s", error.p, text.p);
    settings_free(s);
    buf_clear(&sample);
    buf_clear(&text);
    buf_clear(&error);
}

/* No line may begin like a command of roff by accident. */
static void test_settings_manual_is_roff(void **state)
{
    static const char *const commands[] = {".TH ", ".SH ", ".TP", ".B ", ".BR "};
    struct buf page;
    struct str rest, line;
    size_t rows = 0;

    buf_init(&page);
    settings_manual(&page);
    rest = buf_str(&page);
    while (str_cut(&rest, '\n', &line)) {
        bool known = line.len == 0 || (line.p[0] != '.' && line.p[0] != '\'');

        for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
            known = known || str_starts(line, commands[i]);
        assert_true(known);
        rows += str_is(line, ".TP");
    }
    assert_true(rows > 40);
    assert_non_null(strstr(page.p, ".B http.port\n"));
    assert_non_null(strstr(page.p, ".B sms.gateways[].success_match\n"));
    buf_clear(&page);
}

static void test_settings_secret_reads_one_line(void **state)
{
    char path[] = "/tmp/paihao-secret-XXXXXX";
    int fd = mkstemp(path);
    struct buf error;
    char *secret;

    assert_true(fd >= 0);
    (void)close(fd);
    buf_init(&error);
    assert_null(settings_secret(path, &error));
    assert_non_null(strstr(error.p, "first line"));
    write_file(path, "user:pass word\nnot this\n");
    secret = settings_secret(path, &error);
    assert_string_equal(secret, "user:pass word");
    mem_free(secret);
    (void)unlink(path);
    assert_null(settings_secret(path, &error));
    buf_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_parse_says_where_and_what_is_wrong),
        cmocka_unit_test(test_settings_load_gives_the_defaults),
        cmocka_unit_test(test_settings_parse_takes_a_redis_address_apart),
        cmocka_unit_test(test_settings_parse_reads_gateways),
        cmocka_unit_test(test_settings_presets_are_complete),
        cmocka_unit_test(test_settings_presets_stand_below_what_the_file_says),
        cmocka_unit_test(test_settings_template_prefers_the_language),
        cmocka_unit_test(test_settings_reload_sees_every_change_of_a_gateway),
        cmocka_unit_test(test_settings_parse_fills_in_what_a_protocol_asks_for),
        cmocka_unit_test(test_settings_price_is_exact),
        cmocka_unit_test(test_settings_print_shows_no_secret),
        cmocka_unit_test(test_settings_print_can_be_read_again),
        cmocka_unit_test(test_settings_reload_is_all_or_nothing),
        cmocka_unit_test(test_settings_sample_is_the_shipped_file),
        cmocka_unit_test(test_settings_sample_can_be_uncommented),
        cmocka_unit_test(test_settings_manual_is_roff),
        cmocka_unit_test(test_settings_secret_reads_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
