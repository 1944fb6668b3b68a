/* The inside of HTTP gateways, shared by gateway_http.c (one message's way), http_request.c (what
 * goes out) and http_judge.c (what the answer means). SPDX-License-Identifier: MIT */
#ifndef PAIHAO_SMS_HTTP_INSIDE_H
#define PAIHAO_SMS_HTTP_INSIDE_H

#include "fetch/fetch.h"
#include "sms/gateway.h"
#include "sms/sign.h"
#include "sms/template.h"

enum { HTTP_HEADERS_MAX = 16 /* more than any gateway asks for */ };

/* --- http_request.c --- */

/* What the templates of a gateway are made of, besides the message. */
struct http_outfit {
    const struct sms_gateway_settings *settings;
    const char *url; /* with base_url in front */
    enum template_filter body_filter;
    sign_fn sign;
    struct str password; /* or empty */
};

/* The moment of a request, for signatures and {ts}, {date}, {nonce}. */
struct http_moment {
    int64_t now_s;
    struct str nonce;
};

/* The parts of one request as text, each NUL-terminated in a buffer of its own. */
struct http_text {
    struct buf url, body;
    struct buf fields[HTTP_HEADERS_MAX + 1];
    struct sign_lines signature;
    const char *lines[HTTP_HEADERS_MAX + SIGN_LINES_MAX + 2];
};

/* False when a template names something there is not, or the key is none for the signer; why holds
 * the hole at fault, or is empty. To be cleared in any case. */
bool http_text_fill(struct http_text *t, const struct http_outfit *o,
                    const struct gateway_message *m, const struct http_moment *when,
                    struct str *why);
void http_text_clear(struct http_text *t);
/* Is there all that the provider's template asks for? */
bool http_has_variables(const struct sms_gateway_settings *s, const struct gateway_message *m);

/* --- http_judge.c --- */

struct http_judge;

/* NULL: logged. settings outlive it. */
struct http_judge *http_judge_new(const struct sms_gateway_settings *settings);
void http_judge_free(struct http_judge *j); /* NULL allowed */

struct http_said {
    int status;
    struct str body;
    struct str retry_after; /* the header field, or empty */
};
/* What the gateway's answer means. */
struct gateway_result http_judge_answer(const struct http_judge *j, const struct http_said *said);

#endif
