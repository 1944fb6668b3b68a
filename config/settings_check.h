/* Checks of single settings, for the table. Private to config/. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_SETTINGS_CHECK_H
#define PAIHAO_CONFIG_SETTINGS_CHECK_H

#include "config/schema.h"
#include "config/settings.h"

/* What the setting or gateway field called as the node's key must fulfil. */
bool settings_check(struct fault *f, const struct node *at, const char *text);
/* settings_check_sms.c: likewise, of a gateway's fields alone. */
bool settings_check_sms(struct fault *f, const struct node *at, const char *text);
/* Shared by both. */
bool settings_is_url(const char *text);
bool settings_check_origin(struct fault *f, const struct node *at, const char *text);
bool settings_check_path(struct fault *f, const struct node *at, const char *text);
/* "Name: value" without anything that could end the header. */
bool settings_check_header(struct fault *f, const struct node *at, const char *text);
/* A variable of a template: "number", or "no=number". */
bool settings_check_variable(struct fault *f, const struct node *at, const char *text);
bool settings_check_codes(struct fault *f, const struct node *at, const char *text);
bool settings_check_gateway(struct fault *f, const struct node *at, void *record);
/* Takes "unix:/path", "127.0.0.1:6379" or "[::1]:6379" apart; false when it is none. The strings of
 * out lie in the arena. */
bool settings_redis_parse(struct arena *a, const char *text, struct settings_redis *out);

#endif
