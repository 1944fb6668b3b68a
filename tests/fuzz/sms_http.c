/* Answers, reports and texts of HTTP gateways, as bad as they come: the judge of each preset,
 * fields in every form, JSON pointers, signatures over what was sent. SPDX-License-Identifier: MIT
 */
#include "sms/fields.h"
#include "sms/http_inside.h"
#include "sms/pointer.h"

#include "base/log.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { PRESETS = 6 };
static struct settings *settings;
static struct http_judge *judges[PRESETS];

static void set_up(void)
{
    struct buf text, error;
    static const char *const presets[PRESETS] = {"kannel", "aliyun", "tencent",
                                                 "twilio", "vonage", "notify"};
    buf_init(&text);
    buf_init(&error);
    buf_add_c(&text, "sms:\n  gateways:\n");
    for (int i = 0; i < PRESETS; i++)
        buf_addf(&text, "    - {name: %s, preset: %s, login: l, password_file: /k}\n", presets[i],
                 presets[i]);
    log_set(LOG_ERROR, LOG_TEXT);
    settings = settings_parse(buf_str(&text), "f", &error);
    for (int i = 0; settings && i < PRESETS; i++)
        judges[i] = http_judge_new(&settings->sms_gateways[i]);
    if (!settings || !judges[PRESETS - 1])
        abort();
    buf_clear(&text);
    buf_clear(&error);
}

static struct str no_query(const void *arg, const char *name)
{
    return (struct str){NULL, 0};
}

static void check_judges(struct str body, int status)
{
    const struct http_said said = {status, body, body};
    for (int i = 0; i < PRESETS; i++) {
        struct gateway_result r = http_judge_answer(judges[i], &said);
        if (r.id_count > GATEWAY_IDS_MAX || strlen(r.reason) > GATEWAY_REASON_MAX ||
            (r.id_count && r.outcome != GATEWAY_OK) ||
            (r.uncertain && r.outcome != GATEWAY_TEMPFAIL))
            abort();
    }
}

static void check_fields(struct str body)
{
    static const char *const formats[] = {"form", "json", "json-array", "auto"};
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct fields f = {.arena = a, .query = no_query};
        if (fields_read(&f, formats[i], STR("application/json"), body))
            for (size_t n = 0; n < fields_count(&f) && n < 4; n++)
                (void)fields_get(&f, n, "a /b/0/c /*/d");
        fields_clear(&f);
    }
    arena_free(a);
}

static void check_signers(struct str text)
{
    static const char *const names[] = {"basic", "acs3", "tc3", "jwt-hs256"};
    const struct sign_request r = {.method = "POST",
                                   .host = STR("h.example:8"),
                                   .path = STR("/"),
                                   .query = text,
                                   .content_type = STR("application/json"),
                                   .body = text,
                                   .login = text,
                                   .password = text,
                                   .nonce = STR("n")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct sign_lines lines = {.n = 0};
        (void)sign_find(names[i])(&r, &lines);
        sign_lines_clear(&lines);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct json_where where;
    struct buf kept; /* the sanitizer's regexec() looks for a NUL, which bodies of fetch/ have */
    if (!settings)
        set_up();
    if (!len)
        return 0;
    buf_init(&kept);
    buf_add(&kept, data, len);
    struct str text = buf_str(&kept);
    check_judges(text, 100 + data[0] * 2 % 500);
    check_judges(text, 200);
    check_fields(text);
    check_signers(text);
    json_t *json = json_read(STR("{\"a\":[{\"b\":1},{\"b\":\"x\"}]}"), &where);
    (void)pointer_holds(json, text);
    json_decref(json);
    buf_clear(&kept);
    return 0;
}
