/* sms/pointer and sms/http_judge: what answers of gateways mean. SPDX-License-Identifier: MIT */
#include "sms/http_inside.h"
#include "sms/pointer.h"

#include "base/log.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs those before it */
#include <cmocka.h>

/* RFC 6901, section 5. */
static const char rfc[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
                          "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";

static void expect_at(const json_t *root, const char *pointer, const char *text)
{
    const json_t *found;
    struct buf out;
    buf_init(&out);
    if (pointer_find(root, str_of(pointer), &found, 1) == 1)
        assert_true(pointer_text(found, &out));
    else
        buf_add_c(&out, "nothing");
    if (strcmp(out.p, text) != 0)
        fail_msg("%s: %s", pointer, out.p);
    buf_clear(&out);
}

static void test_pointer_as_the_rfc_has_it(void **state)
{
    static const char *const cases[][2] = {
        {"/foo/0", "bar"},     {"/foo/1", "baz"},      {"/", "0"},
        {"/a~1b", "1"},        {"/c%d", "2"},          {"/e^f", "3"},
        {"/g|h", "4"},         {"/i\\j", "5"},         {"/k\"l", "6"},
        {"/ ", "7"},           {"/m~0n", "8"},         {"/foo/2", "nothing"},
        {"/foo/-", "nothing"}, {"/foo/01", "nothing"}, {"/foo/-1", "nothing"},
        {"/foo/", "nothing"},  {"/fo", "nothing"},     {"foo", "nothing"},
        {"/m~2n", "nothing"},  {"/m~", "nothing"},     {"/foo/0/x", "nothing"}};
    struct json_where where;
    const json_t *found;
    json_t *root = json_read(str_of(rfc), &where);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_at(root, cases[i][0], cases[i][1]);
    assert_int_equal(pointer_find(root, STR(""), &found, 1), 1);
    assert_ptr_equal(found, root);
    assert_int_equal(pointer_find(root, STR("/foo"), &found, 1), 1);
    struct buf none;
    buf_init(&none);
    assert_false(pointer_text(found, &none));
    buf_clear(&none);
    assert_int_equal(pointer_find(NULL, STR("/foo"), &found, 1), 0);
    json_decref(root);
}

static void test_pointer_star_is_every_element(void **state)
{
    const json_t *found[3];
    json_t *root = json_loads(
        "{\"m\":[{\"s\":\"0\"},{\"s\":\"1\"},{},{\"s\":\"2\"}],\"o\":{\"*\":7}}", 0, NULL);
    assert_int_equal(pointer_find(root, STR("/m/*/s"), found, 3), 3);
    assert_string_equal(json_string_value(found[2]), "2");
    assert_int_equal(pointer_find(root, STR("/m/*/s"), found, 2), 2); /* room for two */
    expect_at(root, "/o/*", "7"); /* of an object it is a name */
    json_decref(root);
}

static void test_pointer_conditions(void **state)
{
    static const char json[] = "{\"code\":\"OK\",\"n\":10,\"s\":\"9\",\"t\":true,\"f\":0.5,"
                               "\"list\":[{\"v\":0},{\"v\":0}],\"mixed\":[0,1],\"none\":[]}";
    static const struct {
        const char *condition;
        bool holds;
    } cases[] = {{"/code == OK", true},    {"/code == ok", false}, {"/code != OK", false},
                 {"/code != x y", true},   {"/n == 10", true},     {"/n > 9", true},
                 {"/n < 9", false},        {"/n >= 10", true},     {"/n <= 9.5", false},
                 {"/s < 10", true},        {"/code < 10", false},  {"/t == true", true},
                 {"/f == 0.5", true},      {"/f > 0", true},       {"/list/*/v == 0", true},
                 {"/mixed/* == 0", false}, {"/mixed/* < 2", true}, {"/none/* == 0", false},
                 {"/absent != 1", false},  {"/code =~ OK", false}, {"/code", false},
                 {"/list == 0", false}};
    json_t *root = json_loads(json, 0, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (pointer_holds(root, str_of(cases[i].condition)) != cases[i].holds)
            fail_msg("%s", cases[i].condition);
    assert_false(pointer_holds(NULL, STR("/code == OK")));
    json_decref(root);
}

/* A gateway as its entry in the file has it. */
static struct settings *settings_of(const char *fields)
{
    struct buf text, error;
    buf_init(&text);
    buf_init(&error);
    buf_addf(&text,
             "sms: {gateways: [{name: g, login: l, password_file: /k, url: \"http://h/\", %s}]}",
             fields);
    struct settings *s = settings_parse(buf_str(&text), "f", &error);
    if (!s)
        fail_msg("%s", error.p);
    buf_clear(&text);
    buf_clear(&error);
    return s;
}

struct answer {
    int status;
    const char *body;
    enum gateway_outcome outcome;
    bool uncertain;
    const char *reason;
};

static void expect_answers(const char *fields, const struct answer *answers, size_t n)
{
    struct settings *s = settings_of(fields);
    struct http_judge *j = http_judge_new(s->sms_gateways);
    assert_non_null(j);
    for (size_t i = 0; i < n; i++) {
        const struct answer *a = &answers[i];
        const struct http_said said = {a->status, str_of(a->body), STR("")};
        struct gateway_result r = http_judge_answer(j, &said);
        if (r.outcome != a->outcome || r.uncertain != a->uncertain ||
            strcmp(r.reason, a->reason) != 0)
            fail_msg("%d %s: outcome %d, uncertain %d, reason %s", a->status, a->body,
                     (int)r.outcome, r.uncertain, r.reason);
        assert_int_equal(r.pause_ms, r.outcome == GATEWAY_THROTTLED ? 2000 : 0);
    }
    http_judge_free(j);
    settings_free(s);
}

#define EXPECT(fields, answers)                                                                    \
    expect_answers(fields, answers, sizeof(answers) / sizeof(answers[0]))

static void test_judge_classes_in_their_order(void **state)
{
    static const struct answer answers[] = {
        {200, "{\"code\":\"OK\"}", GATEWAY_OK, false, "http_200"},
        {200, "{\"code\":\"E.busy\"}", GATEWAY_THROTTLED, false, "E_busy"},
        {200, "{\"code\":\"E.other\"}", GATEWAY_TEMPFAIL, false, "E_other"},
        {400, "{\"code\":\"account\"}", GATEWAY_CONFIG, false, "account"},
        {503, "{\"code\":\"never\"}", GATEWAY_PERMFAIL, false, "never"},
        {400, "closed for today", GATEWAY_TEMPFAIL, false, "http_400"},
        {400, "{\"code\":\"else\"}", GATEWAY_PERMFAIL, false, "http_400"},
        {401, "{\"code\":\"else\"}", GATEWAY_CONFIG, false, "http_401"},
        {402, "", GATEWAY_CONFIG, false, "http_402"},
        {200, "", GATEWAY_TEMPFAIL, true, "answer_empty"},
        {200, "<html>log in</html>", GATEWAY_TEMPFAIL, true, "answer_unreadable"},
        {200, "{\"code\":", GATEWAY_TEMPFAIL, true, "answer_unreadable"},
        {200, "{\"code\":\"else\"}", GATEWAY_PERMFAIL, false, "answer_refused"},
        {502, "", GATEWAY_TEMPFAIL, true, "http_502"},
        {504, "", GATEWAY_TEMPFAIL, true, "http_504"},
        {500, "", GATEWAY_TEMPFAIL, false, "http_500"},
        {503, "", GATEWAY_TEMPFAIL, false, "http_503"},
        {429, "", GATEWAY_THROTTLED, false, "http_429"},
        {429, "{\"code\":\"account\"}", GATEWAY_CONFIG, false, "account"},
    };
    EXPECT("success: \"/code == OK\", classify: ["
           "{at: /code, match: \"^E.busy$\", as: throttle}, {at: /code, match: \"^E\", as: retry}, "
           "{at: /code, match: account, as: config}, {at: /code, match: never, as: permanent}, "
           "{match: \"closed|account\", as: retry}]",
           answers);
}

/* Staff see it: never a sentence, and nothing with a phone number. */
static void test_judge_reason_is_a_code(void **state)
{
    static const struct answer answers[] = {
        {400, "{\"e\":\"a.b-c:1_2\"}", GATEWAY_PERMFAIL, false, "a_b-c:1_2"},
        {400, "{\"e\":21211}", GATEWAY_PERMFAIL, false, "21211"},
        {400, "{\"e\":\"no such number\"}", GATEWAY_PERMFAIL, false, "http_400"},
        {400, "{\"e\":\"8613800000001\"}", GATEWAY_PERMFAIL, false, "http_400"},
        {400, "{\"e\":\"to-1380000-x\"}", GATEWAY_PERMFAIL, false, "http_400"},
        {400, "{\"e\":\"号\"}", GATEWAY_PERMFAIL, false, "http_400"},
        {400, "{\"e\":\"\"}", GATEWAY_PERMFAIL, false, "http_400"},
        {400, "{\"e\":{}}", GATEWAY_PERMFAIL, false, "http_400"},
        {400, "{\"e\":\"InvalidParameterValue.TemplateParameterFormatError\"}", GATEWAY_PERMFAIL,
         false, "InvalidParameterValue_TemplateP"},
    };
    EXPECT("reason: /e", answers);
}

static void expect_ids(const char *id, const char *body, int n, const char *first)
{
    char fields[200];
    snprintf(fields, sizeof fields, "id: \"%s\"", id);
    struct settings *s = settings_of(fields);
    struct http_judge *j = http_judge_new(s->sms_gateways);
    const struct http_said said = {200, str_of(body), STR("")};
    struct gateway_result r = http_judge_answer(j, &said);
    assert_int_equal(r.outcome, GATEWAY_OK);
    if (r.id_count != n || strcmp(r.ids[0], first) != 0)
        fail_msg("%s of %s: %d, %s", id, body, r.id_count, r.ids[0]);
    http_judge_free(j);
    settings_free(s);
}

static void test_judge_takes_ids(void **state)
{
    char text[200];
    expect_ids("/sid", "{\"sid\":\"SM1\"}", 1, "SM1");
    expect_ids("/sid", "{\"sid\":9006197469364984400}", 1, "9006197469364984400");
    expect_ids("/m/*/id", "{\"m\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", 2, "a");
    expect_ids("/m/*", "{\"m\":[1,2,3,4,5]}", 4, "1");
    expect_ids("Success .([0-9a-f-]+).", "Success \"07033084-5cfd\"", 1, "07033084-5cfd");
    expect_ids("[0-9]+", "id 17 of 20", 1, "17");
    expect_ids("ours", "{\"sid\":\"ours\"}", 0, "");
    expect_ids("", "{\"sid\":\"x\"}", 0, "");
    expect_ids("/sid", "{\"sid\":\"two words\"}", 0, "");
    expect_ids("/sid", "{\"sid\":\"\"}", 0, "");
    expect_ids("/sid", "no JSON", 0, "");
    snprintf(text, sizeof text, "{\"sid\":\"%065d\"}", 7);
    expect_ids("/sid", text, 0, "");
    snprintf(text, sizeof text, "{\"sid\":\"%064d\"}", 7);
    expect_ids("/sid", text, 1, "0000000000000000000000000000000000000000000000000000000000000007");
}

/* The codes of the providers' documentation, by what they mean to us. */
static void test_judge_knows_the_codes_of_aliyun(void **state)
{
    static const struct answer answers[] = {
        {200, "{\"Code\":\"OK\",\"BizId\":\"9\"}", GATEWAY_OK, false, "http_200"},
        {200, "{\"Code\":\"isv.MOBILE_NUMBER_ILLEGAL\"}", GATEWAY_PERMFAIL, false,
         "isv_MOBILE_NUMBER_ILLEGAL"},
        {200, "{\"Code\":\"isv.BUSINESS_LIMIT_CONTROL\"}", GATEWAY_TEMPFAIL, false,
         "isv_BUSINESS_LIMIT_CONTROL"},
        {200, "{\"Code\":\"isv.AMOUNT_NOT_ENOUGH\"}", GATEWAY_CONFIG, false,
         "isv_AMOUNT_NOT_ENOUGH"},
        {200, "{\"Code\":\"isv.SMS_SIGNATURE_ILLEGAL\"}", GATEWAY_CONFIG, false,
         "isv_SMS_SIGNATURE_ILLEGAL"},
        {200, "{\"Code\":\"isp.SYSTEM_ERROR\"}", GATEWAY_TEMPFAIL, false, "isp_SYSTEM_ERROR"},
        {404, "{\"Code\":\"InvalidAccessKeyId.NotFound\"}", GATEWAY_CONFIG, false,
         "InvalidAccessKeyId_NotFound"},
        {400, "{\"Code\":\"Throttling.User\"}", GATEWAY_THROTTLED, false, "Throttling_User"},
        {503, "{\"Code\":\"ServiceUnavailable\"}", GATEWAY_TEMPFAIL, false, "ServiceUnavailable"},
    };
    EXPECT("preset: aliyun", answers);
}

static void test_judge_knows_the_codes_of_tencent(void **state)
{
    static const struct answer answers[] = {
        {200, "{\"Response\":{\"SendStatusSet\":[{\"Code\":\"Ok\",\"SerialNo\":\"5\"}]}}",
         GATEWAY_OK, false, "http_200"},
        {200,
         "{\"Response\":{\"SendStatusSet\":[{\"Code\":\"FailedOperation.PhoneNumberInBlacklist\"}]}"
         "}",
         GATEWAY_PERMFAIL, false, "FailedOperation_PhoneNumberInBl"},
        {200,
         "{\"Response\":{\"SendStatusSet\":[{\"Code\":\"LimitExceeded."
         "PhoneNumberThirtySecondLimit\"}]}}",
         GATEWAY_TEMPFAIL, false, "LimitExceeded_PhoneNumberThirty"},
        {200, "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\"}}}",
         GATEWAY_CONFIG, false, "AuthFailure_SignatureFailure"},
        {200, "{\"Response\":{\"Error\":{\"Code\":\"RequestLimitExceeded\"}}}", GATEWAY_THROTTLED,
         false, "RequestLimitExceeded"},
        {200, "{\"Response\":{\"Error\":{\"Code\":\"InternalError\"}}}", GATEWAY_TEMPFAIL, false,
         "InternalError"},
    };
    EXPECT("preset: tencent", answers);
}

static void test_judge_knows_the_codes_of_twilio(void **state)
{
    static const struct answer answers[] = {
        {201, "{\"sid\":\"SM1\"}", GATEWAY_OK, false, "http_201"},
        {400, "{\"code\":21211,\"status\":400}", GATEWAY_PERMFAIL, false, "21211"},
        {400, "{\"code\":21610,\"status\":400}", GATEWAY_PERMFAIL, false, "21610"},
        {401, "{\"code\":20003,\"status\":401}", GATEWAY_CONFIG, false, "20003"},
        {400, "{\"code\":21606,\"status\":400}", GATEWAY_CONFIG, false, "21606"},
        {429, "{\"code\":20429,\"status\":429}", GATEWAY_THROTTLED, false, "20429"},
    };
    EXPECT("preset: twilio", answers);
}

static void test_judge_knows_the_codes_of_vonage(void **state)
{
    static const struct answer answers[] = {
        {200, "{\"messages\":[{\"status\":\"0\",\"message-id\":\"a\"}]}", GATEWAY_OK, false,
         "http_200"},
        {200, "{\"messages\":[{\"status\":\"1\"}]}", GATEWAY_THROTTLED, false, "1"},
        {200, "{\"messages\":[{\"status\":\"4\"}]}", GATEWAY_CONFIG, false, "4"},
        {200, "{\"messages\":[{\"status\":\"5\"}]}", GATEWAY_TEMPFAIL, false, "5"},
        {200, "{\"messages\":[{\"status\":\"3\"}]}", GATEWAY_PERMFAIL, false, "3"},
        {200, "{\"messages\":[{\"status\":\"9\"}]}", GATEWAY_CONFIG, false, "9"},
    };
    EXPECT("preset: vonage", answers);
}

static void test_judge_knows_the_codes_of_notify(void **state)
{
    static const struct answer answers[] = {
        {201, "{\"id\":\"1\"}", GATEWAY_OK, false, "http_201"},
        {400, "{\"errors\":[{\"error\":\"ValidationError\"}]}", GATEWAY_PERMFAIL, false,
         "ValidationError"},
        {403, "{\"errors\":[{\"error\":\"AuthError\"}]}", GATEWAY_CONFIG, false, "AuthError"},
        {429, "{\"errors\":[{\"error\":\"RateLimitError\"}]}", GATEWAY_THROTTLED, false,
         "RateLimitError"},
        {429, "{\"errors\":[{\"error\":\"TooManyRequestsError\"}]}", GATEWAY_CONFIG, false,
         "TooManyRequestsError"},
        {500, "{\"errors\":[{\"error\":\"Exception\"}]}", GATEWAY_TEMPFAIL, false, "Exception"},
    };
    EXPECT("preset: notify", answers);
}

static void test_judge_knows_the_codes_of_kannel(void **state)
{
    static const struct answer answers[] = {
        {202, "0: Accepted for delivery", GATEWAY_OK, false, "http_202"},
        {202, "3: Queued for later delivery", GATEWAY_OK, false, "http_202"},
        {403, "Authorization failed for sendsms", GATEWAY_CONFIG, false, "http_403"},
        {403, "Not routable. Do not try again.", GATEWAY_PERMFAIL, false, "http_403"},
        {503, "Temporal failure, try again later.", GATEWAY_TEMPFAIL, false, "http_503"},
    };
    EXPECT("preset: kannel", answers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pointer_as_the_rfc_has_it),
        cmocka_unit_test(test_pointer_star_is_every_element),
        cmocka_unit_test(test_pointer_conditions),
        cmocka_unit_test(test_judge_classes_in_their_order),
        cmocka_unit_test(test_judge_reason_is_a_code),
        cmocka_unit_test(test_judge_takes_ids),
        cmocka_unit_test(test_judge_knows_the_codes_of_aliyun),
        cmocka_unit_test(test_judge_knows_the_codes_of_tencent),
        cmocka_unit_test(test_judge_knows_the_codes_of_twilio),
        cmocka_unit_test(test_judge_knows_the_codes_of_vonage),
        cmocka_unit_test(test_judge_knows_the_codes_of_notify),
        cmocka_unit_test(test_judge_knows_the_codes_of_kannel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
