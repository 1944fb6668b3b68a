/* settings.def as tables: one for the reader and the printer, one for the texts about it. Constant
 * data only. A new section needs a line in each of the three lists below. SPDX-License-Identifier:
 * MIT */
#include "config/settings_table.h"

#include "config/settings_check.h"

/* A row of the reader for each type. */
#define FIELD(S, id, sect, key, otherwise)                                                         \
    .name = (key), .offset = offsetof(struct S, id), .fallback = (otherwise), .section = (sect)
#define FIELD_STRING(S, id, sect, key, otherwise, lo, hi)                                          \
    {                                                                                              \
        FIELD(S, id, sect, key, otherwise), .type = SCHEMA_TEXT, .min = (lo), .max = (hi),         \
                                            .check = settings_check                                \
    }
#define FIELD_SECRET(S, id, sect, key, otherwise, lo, hi)                                          \
    {                                                                                              \
        FIELD(S, id, sect, key, otherwise), .type = SCHEMA_TEXT, .min = (lo), .max = (hi),         \
                                            .check = settings_check, .secret = true                \
    }
#define FIELD_ENUM(S, id, sect, key, otherwise, choice, none)                                      \
    {                                                                                              \
        FIELD(S, id, sect, key, otherwise), .type = SCHEMA_ENUM, .words = (choice)                 \
    }
#define FIELD_INT(S, id, sect, key, otherwise, lo, hi)                                             \
    {                                                                                              \
        FIELD(S, id, sect, key, otherwise), .type = SCHEMA_INT, .min = (lo), .max = (hi)           \
    }
#define FIELD_BOOL(S, id, sect, key, otherwise, lo, hi)                                            \
    {                                                                                              \
        FIELD(S, id, sect, key, otherwise), .type = SCHEMA_BOOL                                    \
    }
#define SECTION_FIELD(title, record)                                                               \
    {                                                                                              \
        .name = (title), .type = SCHEMA_RECORD, .fallback = "", .of = &(record), .section = ""     \
    }

enum {
    GATEWAYS_MAX = 16, /* a handful of providers; looked up by walking the list */
    HEADERS_MAX = 16,
    REPORT_STATES_MAX = 64,
    CLASSIFY_MAX = 64,
    RESULTS_MAX = 64,
    TEMPLATES_MAX = 128, /* kinds times languages, and room for more of both */
    VARIABLES_MAX = 12   /* more than any text has */
};

static const struct schema_field report_state_fields[] = {
    {.name = "from",
     .type = SCHEMA_TEXT,
     .offset = offsetof(struct sms_report_state, from),
     .min = 1,
     .max = 32},
    {.name = "to",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct sms_report_state, to),
     .words = "delivered|undelivered|expired|rejected|unknown|ignored"},
};
static const struct schema_record report_state = {.what = "a report state",
                                                  .size = sizeof(struct sms_report_state),
                                                  .fields = report_state_fields,
                                                  .field_count = 2,
                                                  .inline_yaml = true};

#define TEXT_OF(S, title, lo, hi, otherwise)                                                       \
    {                                                                                              \
        .name = #title, .type = SCHEMA_TEXT, .offset = offsetof(struct S, title), .min = (lo),     \
        .max = (hi), .fallback = (otherwise), .check = settings_check                              \
    }

static const struct schema_field classify_fields[] = {
    TEXT_OF(sms_classify, at, 0, 100, ""),
    TEXT_OF(sms_classify, match, 1, 500, NULL),
    {.name = "as",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct sms_classify, as),
     .words = "retry|throttle|permanent|config"},
};
static const struct schema_record classify_type = {.what = "a class of refusals",
                                                   .size = sizeof(struct sms_classify),
                                                   .fields = classify_fields,
                                                   .field_count = 3,
                                                   .inline_yaml = true};

static const struct schema_field result_fields[] = {
    TEXT_OF(sms_result, codes, 1, 24, NULL),
    {.name = "as",
     .type = SCHEMA_ENUM,
     .offset = offsetof(struct sms_result, as),
     .words = "retry|throttle|permanent|config"},
};
static const struct schema_record result_type = {.what = "a result",
                                                 .size = sizeof(struct sms_result),
                                                 .fields = result_fields,
                                                 .field_count = 2,
                                                 .inline_yaml = true};

static const struct schema_field template_fields[] = {
    TEXT_OF(sms_template, kind, 1, 32, NULL),
    TEXT_OF(sms_template, language, 0, 2, ""),
    TEXT_OF(sms_template, code, 1, 64, NULL),
    {.name = "variables",
     .type = SCHEMA_TEXTS,
     .fallback = "",
     .offset = offsetof(struct sms_template, variables),
     .count_offset = offsetof(struct sms_template, variable_count),
     .max = VARIABLES_MAX,
     .check = settings_check_variable},
};
static const struct schema_record template_type = {.what = "a template",
                                                   .size = sizeof(struct sms_template),
                                                   .fields = template_fields,
                                                   .field_count = 4,
                                                   .inline_yaml = true};

static const struct schema_field gateway_fields[] = {
#define SETTING(id, section, key, type, fallback, min, max, reloadable, help)
#define GATEWAY(id, key, type, fallback, min, max, help)                                           \
    FIELD_##type(sms_gateway_settings, id, NULL, key, fallback, min, max),
#include "config/settings.def"
#undef GATEWAY
#undef SETTING
    {.name = "headers",
     .type = SCHEMA_TEXTS,
     .fallback = "",
     .offset = offsetof(struct sms_gateway_settings, headers),
     .count_offset = offsetof(struct sms_gateway_settings, header_count),
     .max = HEADERS_MAX,
     .check = settings_check_header,
     .secret = true},
    {.name = "report_states",
     .type = SCHEMA_LIST,
     .fallback = "",
     .offset = offsetof(struct sms_gateway_settings, report_states),
     .count_offset = offsetof(struct sms_gateway_settings, report_state_count),
     .max = REPORT_STATES_MAX,
     .of = &report_state},
    {.name = "classify",
     .type = SCHEMA_LIST,
     .fallback = "",
     .offset = offsetof(struct sms_gateway_settings, classify),
     .count_offset = offsetof(struct sms_gateway_settings, classify_count),
     .max = CLASSIFY_MAX,
     .of = &classify_type},
    {.name = "results",
     .type = SCHEMA_LIST,
     .fallback = "",
     .offset = offsetof(struct sms_gateway_settings, results),
     .count_offset = offsetof(struct sms_gateway_settings, result_count),
     .max = RESULTS_MAX,
     .of = &result_type},
    {.name = "templates",
     .type = SCHEMA_LIST,
     .fallback = "",
     .offset = offsetof(struct sms_gateway_settings, templates),
     .count_offset = offsetof(struct sms_gateway_settings, template_count),
     .max = TEMPLATES_MAX,
     .of = &template_type},
};
const struct schema_record SETTINGS_GATEWAY_TYPE = {.what = "an SMS gateway",
                                                    .size = sizeof(struct sms_gateway_settings),
                                                    .fields = gateway_fields,
                                                    .field_count = sizeof(gateway_fields) /
                                                                   sizeof(gateway_fields[0]),
                                                    .check = settings_check_gateway};

static const struct schema_record http_type, store_type, log_type, session_type, sms_type,
    display_type, demo_type;

static const struct schema_field fields[] = {
#define SETTING(id, section, key, type, fallback, min, max, reloadable, help)                      \
    FIELD_##type(settings, id, section, key, fallback, min, max),
#define GATEWAY(id, key, type, fallback, min, max, help)
#include "config/settings.def"
#undef GATEWAY
#undef SETTING
    {.name = "gateways",
     .type = SCHEMA_LIST,
     .fallback = "",
     .section = "sms",
     .offset = offsetof(struct settings, sms_gateways),
     .count_offset = offsetof(struct settings, sms_gateway_count),
     .max = GATEWAYS_MAX,
     .of = &SETTINGS_GATEWAY_TYPE},
    SECTION_FIELD("http", http_type),
    SECTION_FIELD("store", store_type),
    SECTION_FIELD("log", log_type),
    SECTION_FIELD("session", session_type),
    SECTION_FIELD("sms", sms_type),
    SECTION_FIELD("display", display_type),
    SECTION_FIELD("demo", demo_type),
};

#define SECTION_TYPE(title, sect)                                                                  \
    {                                                                                              \
        .what = (title), .size = sizeof(struct settings), .fields = fields,                        \
        .field_count = sizeof(fields) / sizeof(fields[0]), .section = (sect)                       \
    }
static const struct schema_record http_type = SECTION_TYPE("the section http", "http");
static const struct schema_record store_type = SECTION_TYPE("the section store", "store");
static const struct schema_record log_type = SECTION_TYPE("the section log", "log");
static const struct schema_record session_type = SECTION_TYPE("the section session", "session");
static const struct schema_record sms_type = SECTION_TYPE("the section sms", "sms");
static const struct schema_record display_type = SECTION_TYPE("the section display", "display");
static const struct schema_record demo_type = SECTION_TYPE("the section demo", "demo");
const struct schema_record SETTINGS_TYPE = SECTION_TYPE("the settings file", "");

const struct settings_section SETTINGS_SECTIONS[] = {
    {"", "The process."},
    {"http", "Pages, API and health."},
    {"store", "Redis."},
    {"log", "What is logged."},
    {"session", "Logins of staff."},
    {"sms", "Messages to citizens."},
    {"display", "Boards and their voice."},
    {"demo", "For demonstrations and tests."},
};
const size_t SETTINGS_SECTION_COUNT = sizeof(SETTINGS_SECTIONS) / sizeof(SETTINGS_SECTIONS[0]);

#define BOUNDS_STRING(min, max) ""
#define BOUNDS_SECRET(min, max) ""
#define BOUNDS_ENUM(min, max)   min
#define BOUNDS_INT(min, max)    #min " to " #max
#define BOUNDS_BOOL(min, max)   "yes|no"
#define IS_RELOAD               true
#define IS_RESTART              false

const struct settings_row SETTINGS_ROWS[] = {
#define SETTING(id, section, key, type, fallback, min, max, reloadable, help)                      \
    {offsetof(struct settings, id), section,         key, #type, fallback,                         \
     BOUNDS_##type(min, max),       IS_##reloadable, help},
#define GATEWAY(id, key, type, fallback, min, max, help)                                           \
    {offsetof(struct sms_gateway_settings, id),                                                    \
     "gateway",                                                                                    \
     key,                                                                                          \
     #type,                                                                                        \
     fallback,                                                                                     \
     BOUNDS_##type(min, max),                                                                      \
     false,                                                                                        \
     help},
#include "config/settings.def"
#undef GATEWAY
#undef SETTING
};
const size_t SETTINGS_ROW_COUNT = sizeof(SETTINGS_ROWS) / sizeof(SETTINGS_ROWS[0]);
