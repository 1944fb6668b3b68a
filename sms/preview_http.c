/* The two rows of the API about texts, which the floor of messages answers: it alone knows the
 * shipped ones and how a text is filled, and daemon/worker.c puts them into the API's table, as it
 * does with the boards' voice. Any worker's thread. SPDX-License-Identifier: MIT */
#include "sms/preview.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/metric.h"
#include "http/http.h"
#include <assert.h>
#include <string.h>

static void reply(struct http_request *req, int status, const char *type, struct buf *body)
{
    http_reply(
        req, &(struct http_answer){.status = status, .content_type = type, .body = buf_str(body)});
    buf_clear(body);
}

static void refuse(struct http_request *req, enum err err, const char *field)
{
    struct buf body;
    buf_init(&body);
    buf_addf(&body, "{\"type\":\"/problems/%s\"", err_code(err));
    json_add_member_cstr(&body, "title", err_title(err));
    json_add_member_i64(&body, "status", err_status(err));
    json_add_member_cstr(&body, "code", err_code(err));
    json_add_member_cstr(&body, "field", field);
    buf_add_char(&body, '}');
    metric_add(METRIC_REFUSALS, err_code(err), 1);
    reply(req, err_status(err), "application/problem+json", &body);
}

void sms_on_texts(void *settings, struct http_request *req, const struct hall_file *hall,
                  const struct str *argv, int argc)
{
    struct buf body;
    buf_init(&body);
    preview_list(settings, &body);
    reply(req, 200, "application/json", &body);
}

static json_t *config_of(const struct hall_file *hall)
{
    struct buf text;
    buf_init(&text);
    hall_json(hall, &text);
    json_t *config = json_read(buf_str(&text), NULL);
    assert(config); /* we wrote it */
    buf_clear(&text);
    return config;
}

/* A signature that is not stored yet; "none": as if there were no signature. */
static void draft_signature(json_t *config, struct str signature, struct str at)
{
    if (str_is(at, "none"))
        (void)json_object_del(config, "message_signature"); /* or it had none */
    else if (signature.len)
        (void)json_object_set_new(config, "message_signature",
                                  json_stringn(signature.p, signature.len));
    if (at.len)
        (void)json_object_set_new(config, "message_signature_at", json_stringn(at.p, at.len));
}

void sms_on_preview(void *settings, struct http_request *req, const struct hall_file *hall,
                    const struct str *argv, int argc)
{
    struct buf body;
    struct preview_order order = {.settings = settings,
                                  .config = config_of(hall),
                                  .name = argv[0],
                                  .language = argv[1],
                                  .draft = argv[2],
                                  .now_ms = clock_now_ms()};
    assert(argc == 5);
    buf_init(&body);
    draft_signature(order.config, argv[3], argv[4]);
    if (preview_write(&order, &body)) {
        reply(req, 200, "application/json", &body);
    } else {
        buf_clear(&body);
        refuse(req, ERR_FIELD_INVALID, hall_message_variables(argv[0]) ? "lang" : "name");
    }
    json_decref(order.config);
}
