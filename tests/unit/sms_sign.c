/* sms/sign*: the signers against requests that the providers' own libraries sent with known keys.
 * tests/sms/captured.json holds what @alicloud/dysmsapi20170525, tencentcloud-sdk-nodejs-sms,
 * twilio, notifications-node-client and @vonage/sms put on the wire. SPDX-License-Identifier: MIT
 */
#include "sms/sign.h"

#include "base/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

static const char *line_of(const struct sign_lines *lines, const char *name)
{
    for (int i = 0; i < lines->n; i++)
        if (strncasecmp(lines->line[i].p, name, strlen(name)) == 0 &&
            lines->line[i].p[strlen(name)] == ':')
            return lines->line[i].p + strlen(name) + 2;
    fail_msg("no line %s", name);
    return NULL;
}

static void test_sign_acs3_known_request(void **state)
{
    static const char *const headers[] = {"x-acs-action: SendSms", "x-acs-version: 2017-05-25",
                                          "x-acs-credentials-provider: static_ak",
                                          "User-Agent: not signed", NULL};
    const struct sign_request r = {
        .method = "POST",
        .host = STR("127.0.0.1:18081"),
        .path = STR("/"),
        .query = STR("TemplateParam=%7B%22no%22%3A%22A012%22%2C%22win%22%3A%223%22%7D&OutId=m1"
                     "&PhoneNumbers=13800000001&SignName=%E6%94%BF%E5%8A%A1%E4%B8%AD%E5%BF%83"
                     "&TemplateCode=SMS_15305"),
        .headers = headers,
        .body = STR(""),
        .login = STR("testAK"),
        .password = STR("testSK"),
        .now_s = 1795465432,
        .nonce = STR("ff8aa29d92b4e40f72c558420fff31594e90de6441ced3bf33be673bead06a45")};
    struct sign_lines lines = {.n = 0};
    assert_true(sign_acs3(&r, &lines));
    assert_string_equal(line_of(&lines, "x-acs-date"), "2026-11-23T20:23:52Z");
    assert_string_equal(
        line_of(&lines, "Authorization"),
        "ACS3-HMAC-SHA256 Credential=testAK,SignedHeaders=host;x-acs-action;x-acs-content-sha256;"
        "x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
        "dd0cfd62caa7f022562667a22881477c647a0f5d1aebc127269521cff9e75957");
    sign_lines_clear(&lines);
}

static const char tc3_body[] =
    "{\"PhoneNumberSet\":[\"+8613800000001\"],\"SmsSdkAppId\":\"1400006666\",\"SignName\":"
    "\"政务中心\",\"TemplateId\":\"449739\",\"TemplateParamSet\":[\"A012\",\"3\"],"
    "\"SessionContext\":\"m1\"}";

static void test_sign_tc3_known_request(void **state)
{
    struct sign_request r = {.method = "POST",
                             .host = STR("127.0.0.1:18081"),
                             .path = STR("/"),
                             .query = STR(""),
                             .content_type = STR("application/json"),
                             .body = str_of(tc3_body),
                             .login = STR("AKIDtest"),
                             .password = STR("testSK"),
                             .now_s = 1795465432};
    struct sign_lines lines = {.n = 0};
    assert_true(sign_tc3(&r, &lines));
    assert_string_equal(line_of(&lines, "X-TC-Timestamp"), "1795465432");
    assert_string_equal(line_of(&lines, "Authorization"),
                        "TC3-HMAC-SHA256 Credential=AKIDtest/2026-11-23/127/tc3_request, "
                        "SignedHeaders=content-type;host, Signature="
                        "6edb937d58bec47f990c6af39ae9f262d24027fd5f18ccbb93c404954866579e");
    sign_lines_clear(&lines);
    r.content_type = STR(""); /* it must be signed, so it must be sent */
    assert_false(sign_tc3(&r, &lines));
    sign_lines_clear(&lines);
}

/* RFC 7515, A.1 has another key; this one is Notify's form of it. */
static void test_sign_jwt_takes_the_key_apart(void **state)
{
    struct sign_request r = {.password = STR("a-name-11111111-2222-3333-4444-555555555555-"
                                             "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
                             .now_s = 1796010312};
    struct sign_lines lines = {.n = 0}, other = {.n = 0};
    assert_true(sign_jwt(&r, &lines));
    r.login = STR("11111111-2222-3333-4444-555555555555");
    r.password = STR("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    assert_true(sign_jwt(&r, &other));
    assert_string_equal(lines.line[0].p, other.line[0].p);
    sign_lines_clear(&lines);
    sign_lines_clear(&other);
    r.login = STR("");
    assert_false(sign_jwt(&r, &lines)); /* half of a key */
    r.password = STR("11111111-2222-3333-4444-555555555555_aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    assert_false(sign_jwt(&r, &lines));
    sign_lines_clear(&lines);
}

/* --- what the providers' libraries sent --- */

struct captured {
    json_t *request;
    const char *headers[32];
    char text[32][400];
    struct sign_request r;
};

static const char *header_of(const json_t *request, const char *name)
{
    const json_t *h = json_object_get(request, "headers");
    for (size_t i = 0; i + 1 < json_array_size(h); i += 2)
        if (strcasecmp(json_string_value(json_array_get(h, i)), name) == 0)
            return json_string_value(json_array_get(h, i + 1));
    return "";
}

/* Everything that was sent but what the signer adds by itself. */
static void keep_headers(struct captured *c)
{
    static const char *const own[] = {"authorization", "x-acs-date", "x-acs-signature-nonce",
                                      "x-acs-content-sha256", "x-tc-timestamp"};
    const json_t *h = json_object_get(c->request, "headers");
    int n = 0;
    for (size_t i = 0; i + 1 < json_array_size(h); i += 2) {
        const char *name = json_string_value(json_array_get(h, i));
        bool skip = false;
        for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
            skip = skip || strcasecmp(name, own[k]) == 0;
        if (skip)
            continue;
        assert_true(n < 31);
        snprintf(c->text[n], sizeof c->text[n], "%s: %s", name,
                 json_string_value(json_array_get(h, i + 1)));
        c->headers[n] = c->text[n];
        n++;
    }
    c->headers[n] = NULL;
}

static void capture_read(struct captured *c, json_t *request)
{
    struct str url = json_str(request, "url");
    c->request = request;
    keep_headers(c);
    c->r = (struct sign_request){.method = json_string_value(json_object_get(request, "method")),
                                 .host = str_of(header_of(request, "host")),
                                 .headers = c->headers,
                                 .content_type = str_of(header_of(request, "content-type")),
                                 .body = json_str(request, "body"),
                                 .query = STR("")};
    (void)str_cut(&url, '?', &c->r.path);
    if (url.p)
        c->r.query = url;
}

static int64_t date_of(const char *text)
{
    struct tm tm = {0};
    assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm));
    return timegm(&tm);
}

static void check_signature(struct captured *c, const char *signer)
{
    struct sign_lines lines = {.n = 0};
    assert_true(sign_find(signer)(&c->r, &lines));
    assert_string_equal(line_of(&lines, "Authorization"), header_of(c->request, "authorization"));
    sign_lines_clear(&lines);
}

static void check_aliyun(struct captured *c)
{
    c->r.login = STR("testAK");
    c->r.password = STR("testSK");
    c->r.now_s = date_of(header_of(c->request, "x-acs-date"));
    c->r.nonce = str_of(header_of(c->request, "x-acs-signature-nonce"));
    check_signature(c, "acs3");
}

static void check_tencent(struct captured *c)
{
    c->r.login = STR("AKIDtest");
    c->r.password = STR("testSK");
    c->r.now_s = strtoll(header_of(c->request, "X-TC-Timestamp"), NULL, 10);
    check_signature(c, "tc3");
}

/* The moment of the token stands in its claims. */
static void check_notify(struct captured *c)
{
    struct sign_lines lines = {.n = 0};
    bool same = false;
    c->r.password = STR("hall-11111111-2222-3333-4444-555555555555-"
                        "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    for (c->r.now_s = 1796010300; c->r.now_s < 1796010330 && !same; c->r.now_s++) {
        assert_true(sign_jwt(&c->r, &lines));
        same =
            strcmp(line_of(&lines, "Authorization"), header_of(c->request, "authorization")) == 0;
        sign_lines_clear(&lines);
    }
    assert_true(same);
}

static void check_twilio(struct captured *c)
{
    c->r.login = STR("AC00000000000000000000000000000001");
    c->r.password = STR("tok");
    check_signature(c, "basic");
}

static void check_vonage(struct captured *c)
{
    c->r.login = STR("abcd1234");
    c->r.password = STR("abcdef0123456789");
    check_signature(c, "basic");
}

static void test_sign_as_the_providers_libraries_do(void **state)
{
    static const struct {
        const char *vendor;
        void (*check)(struct captured *c);
        int requests;
    } vendors[] = {{"aliyun", check_aliyun, 2},
                   {"tencent", check_tencent, 2},
                   {"notify", check_notify, 1},
                   {"twilio", check_twilio, 1},
                   {"vonage", check_vonage, 1}};
    static struct captured c;
    json_t *all = json_load_file("tests/sms/captured.json", 0, NULL), *request;
    size_t i;
    assert_non_null(all);
    for (size_t v = 0; v < sizeof vendors / sizeof vendors[0]; v++) {
        int n = 0;
        json_array_foreach(all, i, request)
        {
            if (!str_is(json_str(request, "vendor"), vendors[v].vendor))
                continue;
            capture_read(&c, request);
            vendors[v].check(&c);
            n++;
        }
        assert_int_equal(n, vendors[v].requests);
    }
    json_decref(all);
}

static void expect_twilio(struct sign_field *fields, size_t n, const char *signature)
{
    struct buf out;
    buf_init(&out);
    sign_twilio(STR("tok"), STR("https://hall.example/dlr/tw?id=m1"), fields, n, &out);
    assert_string_equal(out.p, signature);
    buf_clear(&out);
}

static void test_sign_twilio_known_callback(void **state)
{
    struct sign_field fields[] = {{STR("To"), STR("+447900900123")},
                                  {STR("MessageSid"), STR("SM1")},
                                  {STR("MessageStatus"), STR("delivered")},
                                  {STR("MessageSid"), STR("SM1")}};
    expect_twilio(fields, 3, "V14aHQFSL9gCnwv9vDwyt7DuK2Q=");
    expect_twilio(fields, 4, "V14aHQFSL9gCnwv9vDwyt7DuK2Q="); /* said twice */
    fields[0].value = STR("+447900900124");
    struct buf out;
    buf_init(&out);
    sign_twilio(STR("tok"), STR("https://hall.example/dlr/tw?id=m1"), fields, 3, &out);
    assert_string_not_equal(out.p, "V14aHQFSL9gCnwv9vDwyt7DuK2Q=");
    buf_clear(&out);
}

/* RFC 4648, section 10; RFC 4231, test case 2. */
static void test_sign_helpers_known_values(void **state)
{
    static const char *const base64[][2] = {{"", ""},
                                            {"f", "Zg=="},
                                            {"fo", "Zm8="},
                                            {"foo", "Zm9v"},
                                            {"foob", "Zm9vYg=="},
                                            {"fooba", "Zm9vYmE="},
                                            {"foobar", "Zm9vYmFy"}};
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < sizeof base64 / sizeof base64[0]; i++) {
        buf_reset(&out);
        sign_add_base64(&out, str_of(base64[i][0]));
        assert_int_equal(out.len, strlen(base64[i][1]));
        if (out.len)
            assert_string_equal(out.p, base64[i][1]);
    }
    buf_reset(&out);
    sign_add_base64url(&out, STR("\xfb\xff\xfe\x01"));
    assert_string_equal(out.p, "-__-AQ");
    buf_reset(&out);
    struct sign_mac mac = sign_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"));
    sign_add_hex(&out, &mac);
    assert_string_equal(out.p, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_true(sign_same(STR("abc"), STR("abc")) && !sign_same(STR("abc"), STR("abd")) &&
                !sign_same(STR("abc"), STR("ab")));
    assert_null(sign_find("acs4"));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign_acs3_known_request),
        cmocka_unit_test(test_sign_tc3_known_request),
        cmocka_unit_test(test_sign_jwt_takes_the_key_apart),
        cmocka_unit_test(test_sign_as_the_providers_libraries_do),
        cmocka_unit_test(test_sign_twilio_known_callback),
        cmocka_unit_test(test_sign_helpers_known_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
