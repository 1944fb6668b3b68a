/* The settings file of the daemon: one table (settings.def) from which the parser, its bounds, the
 * printed form, the commented sample and the manual page come. SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_SETTINGS_H
#define PAIHAO_CONFIG_SETTINGS_H

#include "base/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a row of settings.def becomes in a struct. An enum is kept as its word. */
#define SETTINGS_C_STRING const char *
#define SETTINGS_C_SECRET const char *
#define SETTINGS_C_ENUM   const char *
#define SETTINGS_C_INT    int
#define SETTINGS_C_BOOL   bool

/* What a word of a gateway's delivery report means. */
struct sms_report_state {
    const char *from; /* as the gateway writes it, e.g. "1" or "DELIVRD" */
    const char *to;   /* the name of a gateway_fate, or "ignored" */
};

/* A refusal that matches is of this class; the first one in the list decides. */
struct sms_classify {
    const char *at;    /* JSON pointer into the answer; empty: the whole body */
    const char *match; /* POSIX extended regular expression */
    const char *as;    /* "retry", "throttle", "permanent" or "config" */
};

/* What results of these codes mean; the first one in the list decides. */
struct sms_result {
    const char *codes; /* "117", "100-199", "0x400-0x4ff" */
    const char *as;    /* as of a classify */
};

/* A text the provider has approved, in place of ours of that kind. */
struct sms_template {
    const char *kind;     /* "called" */
    const char *language; /* "zh"; empty: every one that has no entry of its own */
    const char *code;
    const char **variables; /* in its order: "number", or "no=number" where its name differs */
    size_t variable_count;
};

/* One way to send messages: sms.gateways. */
struct sms_gateway_settings {
#define SETTING(id, section, key, type, fallback, min, max, reloadable, help)
#define GATEWAY(id, key, type, fallback, min, max, help) SETTINGS_C_##type id;
#include "config/settings.def"
#undef GATEWAY
#undef SETTING
    const char **headers; /* "Name: value" */
    size_t header_count;
    struct sms_report_state *report_states;
    size_t report_state_count;
    struct sms_classify *classify;
    size_t classify_count;
    struct sms_result *results;
    size_t result_count;
    struct sms_template *templates;
    size_t template_count;
};

/* Where an external Redis listens; all empty when the embedded one is used. */
struct settings_redis {
    const char *unix_path; /* or NULL */
    const char *host;      /* numeric, or NULL */
    int port;
};

struct settings {
    /* http_port, workers, state_dir, ...: the first column of settings.def. A string is never NULL.
     */
#define SETTING(id, section, key, type, fallback, min, max, reloadable, help) SETTINGS_C_##type id;
#define GATEWAY(id, key, type, fallback, min, max, help)
#include "config/settings.def"
#undef GATEWAY
#undef SETTING
    /* At least one: without any in the file there is {name: none, kind: null}. */
    struct sms_gateway_settings *sms_gateways;
    size_t sms_gateway_count;
    struct settings_redis redis; /* store_redis, taken apart */
    struct settings_own *own;    /* the memory behind all of it */
};

/* Reads and checks the whole file; path NULL gives the defaults. workers and key_file
 * come filled in where the file leaves them open. NULL on a fault: error holds "file:line:column:
 * sentence" (or "file: sentence" when it cannot be read). The caller settings_free()s. */
struct settings *settings_load(const char *path, struct buf *error);
/* The same from text; name stands for the file in messages. */
struct settings *settings_parse(struct str text, const char *name, struct buf *error);
void settings_free(struct settings *s);

/* Reads the file again. NULL when it is not valid, or when a setting changed that only a restart
 * can change: nothing is taken over then. The caller settings_free()s the result; old stays the
 * caller's. */
struct settings *settings_reload(const struct settings *old, const char *path, struct buf *error);

/* The settings in force, as YAML. What can hold a password (addresses, bodies and headers of
 * gateways) is left out: people paste this into letters. */
void settings_print(const struct settings *s, struct buf *out);
/* The commented sample file, every setting with its default: config/paihao.yaml. */
void settings_sample(struct buf *out);
/* The page paihao.yaml(5), in roff. */
void settings_manual(struct buf *out);

/* The template of that kind in the language, else of that kind in any; NULL: there is none. */
const struct sms_template *settings_template(const struct sms_gateway_settings *g, struct str kind,
                                             struct str language);
/* What the list `results` says of a code: "retry", "throttle", "permanent" or "config"; NULL:
 * nothing. */
const char *settings_result(const struct sms_gateway_settings *g, uint32_t code);
/* sms_price_per_part in millionths of the currency; -1: there is none. */
int64_t settings_price(const struct settings *s);
/* The gateway of that name, or NULL. */
const struct sms_gateway_settings *settings_gateway(const struct settings *s, struct str name);
/* The first line of a file such as store_password_file; NULL and error when it cannot be read, is
 * empty or longer than 4096 bytes. The caller mem_free()s. */
char *settings_secret(const char *path, struct buf *error);

#endif
