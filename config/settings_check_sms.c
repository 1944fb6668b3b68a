/* What the fields of an SMS gateway must fulfil beyond type and bounds: addresses, expressions,
 * JSON pointers, and what hangs together. Owns nothing; any thread. A new check gets a row in
 * CHECKS with the key of its row in settings.def. SPDX-License-Identifier: MIT */
#include "config/settings_check.h"

#include "config/hall_check.h"
#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

enum { SECRET_MIN = 16 /* characters of 64 kinds: 96 bits, not to be guessed over HTTP */ };

static bool check_expression(struct fault *f, const struct node *at, const char *text)
{
    char what[160];
    regex_t expression;
    int rc = regcomp(&expression, text, REG_EXTENDED | REG_NOSUB);

    if (rc == 0) {
        regfree(&expression);
        return true;
    }
    (void)regerror(rc, &expression, what, sizeof(what));
    return fault_at(f, at, "This is no POSIX extended regular expression: %s.", what);
}

/* One number or range of HTTP statuses, "200" or "200-299". */
static bool is_status_range(struct str range)
{
    const char *dash = memchr(range.p, '-', range.len);
    struct str low = {range.p, dash != NULL ? (size_t)(dash - range.p) : range.len};
    int64_t from, to;

    if (!str_to_i64(low, 100, 599, &from))
        return false;
    return dash == NULL ||
           str_to_i64((struct str){dash + 1, range.len - low.len - 1}, from, 599, &to);
}

static bool check_status(struct fault *f, const struct node *at, const char *text)
{
    struct str rest = str_of(text);
    struct str range;

    while (str_cut(&rest, ',', &range)) {
        if (!is_status_range(range))
            return fault_at(f, at, "Write HTTP statuses such as 200, or 200-202,204.");
    }
    return true;
}

/* "+86, +852": as numbers are written, so that no 0086 waits in vain for one. */
static bool check_prefixes(struct fault *f, const struct node *at, const char *text)
{
    struct str rest = str_of(text);
    struct str prefix;

    while (str_cut(&rest, ',', &prefix)) {
        size_t begin = strspn(prefix.p, " ") < prefix.len ? strspn(prefix.p, " ") : prefix.len;
        struct str digits = {prefix.p + begin, prefix.len - begin};

        while (digits.len > 0 && digits.p[digits.len - 1] == ' ')
            digits.len--;
        if (digits.len < 2 || digits.len > 16 || digits.p[0] != '+' ||
            strspn(digits.p + 1, "0123456789") < digits.len - 1)
            return fault_at(f, at, "Write the beginnings of numbers such as +86, with commas.");
    }
    return true;
}

static bool check_secret(struct fault *f, const struct node *at, const char *text)
{
    size_t len = strlen(text);

    for (const char *p = text; *p != '\0'; p++) {
        if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
            return fault_at(f, at, "The secret consists of A-Z, a-z, 0-9, _ and -.");
    }
    return len == 0 || len >= SECRET_MIN ||
           fault_at(f, at, "The secret needs %d characters or more.", SECRET_MIN);
}

/* A variable in the host would let a text choose where the request goes. */
static bool has_open_host(const char *text)
{
    const char *host = strstr(text, "://") + 3;

    return memchr(host, '{', strcspn(host, "/?#")) != NULL;
}

static bool check_url(struct fault *f, const struct node *at, const char *text)
{
    if (text[0] == '\0' || (text[0] == '/' && strpbrk(text, " \t") == NULL))
        return true;
    if (!settings_is_url(text))
        return fault_at(f, at,
                        "The address must begin with http:// or https:// and hold no blanks.");
    return !has_open_host(text) || fault_at(f, at, "The host of an address holds no variables.");
}

static bool check_base_url(struct fault *f, const struct node *at, const char *text)
{
    return settings_check_origin(f, at, text) &&
           (strchr(text, '{') == NULL || fault_at(f, at, "There are no variables in base_url."));
}

static bool is_pointer(const char *text)
{
    if (text[0] != '\0' && text[0] != '/')
        return false;
    for (const char *p = strchr(text, '~'); p != NULL; p = strchr(p + 1, '~')) {
        if (p[1] != '0' && p[1] != '1')
            return false;
    }
    return true;
}

static bool check_pointer(struct fault *f, const struct node *at, const char *text)
{
    return is_pointer(text) || fault_at(f, at, "Write a JSON pointer, such as /messages/0/status.");
}

static bool check_success(struct fault *f, const struct node *at, const char *text)
{
    char pointer[201], op[3];
    int end = 0;

    if (text[0] == '\0')
        return true;
    if (sscanf(text, "%200s %2s %n", pointer, op, &end) == 2 && end > 0 && text[end] != '\0' &&
        pointer[0] == '/' && is_pointer(pointer) && schema_word("==|!=|<|<=|>|>=", str_of(op)))
        return true;
    return fault_at(f, at,
                    "Write a JSON pointer, one of == != < <= > >=, and a value: "
                    "/Code == OK.");
}

/* A JSON pointer, "ours", or an expression. */
static bool check_id(struct fault *f, const struct node *at, const char *text)
{
    if (text[0] == '/')
        return check_pointer(f, at, text);
    return check_expression(f, at, text);
}

/* Names or pointers, with blanks between those whose values belong together. */
static bool check_names(struct fault *f, const struct node *at, const char *text)
{
    struct str rest = str_of(text), one;
    char name[104];

    while (str_cut(&rest, ' ', &one)) {
        str_copy(one, name, sizeof(name));
        if (name[0] == '\0' || (name[0] == '/' && !is_pointer(name)))
            return fault_at(f, at, "Write a name, such as status, or a JSON pointer: /status.");
    }
    return true;
}

static bool check_language(struct fault *f, const struct node *at, const char *text)
{
    return text[0] == '\0' ||
           (islower((unsigned char)text[0]) && islower((unsigned char)text[1])) ||
           fault_at(f, at, "A language has two letters, such as zh.");
}

bool settings_check_variable(struct fault *f, const struct node *at, const char *text)
{
    const char *ours = strchr(text, '=');

    ours = ours != NULL ? ours + 1 : text;
    return (ours[0] != '\0' && text[0] != '=' &&
            ours[strspn(ours, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0') ||
           fault_at(f, at,
                    "Write a variable of texts, such as number, or no=number where the "
                    "provider calls it otherwise.");
}

bool settings_check_header(struct fault *f, const struct node *at, const char *text)
{
    size_t name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    return (name > 0 && text[name] == ':') ||
           fault_at(f, at, "A header is written \"Name: value\".");
}

static bool check_proof(struct fault *f, const struct node *at,
                        const struct sms_gateway_settings *g)
{
    bool has_key = g->report_key_file[0] != '\0' ||
                   (strcmp(g->report_auth, "twilio") == 0 && g->password_file[0] != '\0');

    if (g->report_secret[0] != '\0' && strcmp(g->report_auth, "none") != 0 && !has_key)
        return fault_at(f, at, "`report_key_file` is missing, the key of `report_auth`.");
    return true;
}

static bool check_signer(struct fault *f, const struct node *at,
                         const struct sms_gateway_settings *g)
{
    if (strcmp(g->sign, "none") == 0)
        return true;
    if (g->password_file[0] == '\0')
        return fault_at(f, at, "`password_file` is missing, the key of `sign`.");
    if (g->login[0] == '\0' && strcmp(g->sign, "jwt-hs256") != 0)
        return fault_at(f, at, "`login` is missing, the id of the key of `sign`.");
    return true;
}

static bool check_http(struct fault *f, const struct node *at, const struct sms_gateway_settings *g)
{
    if (g->url[0] == '\0')
        return fault_at(f, at, "`url` is missing in an SMS gateway of kind http.");
    if (g->url[0] == '/' && g->base_url[0] == '\0')
        return fault_at(f, at, "`base_url` is missing, since `url` begins with a slash.");
    if (strcmp(g->method, "GET") == 0 && g->body[0] != '\0')
        return fault_at(f, tree_get(at, "body"), "A GET request has no body; put it into the url.");
    if (g->result_count > 0)
        return fault_at(f, tree_get(at, "results"),
                        "`results` is for smpp and cmpp; an http gateway has `classify`.");
    return check_signer(f, at, g) && check_proof(f, at, g);
}

/* SMPP 3.4, 5.2: their NUL not counted. */
enum { SMPP_LOGIN_MAX = 15, SMPP_FROM_MAX = 20 };

static bool check_smpp(struct fault *f, const struct node *at, const struct sms_gateway_settings *g)
{
    if (g->address[0] == '\0' || g->login[0] == '\0')
        return fault_at(f, at, "An SMS gateway of kind smpp needs `address` and `login`.");
    if (strlen(g->login) > SMPP_LOGIN_MAX)
        return fault_at(f, tree_get(at, "login"), "SMPP has logins of %d characters at most.",
                        SMPP_LOGIN_MAX);
    if (strlen(g->from) > SMPP_FROM_MAX)
        return fault_at(f, tree_get(at, "from"), "SMPP has senders of %d characters at most.",
                        SMPP_FROM_MAX);
    return true;
}

enum { CMPP_ADDR = 6, CMPP_SRC_ID_MAX = 21 }; /* octets, as the protocol has them */

static bool check_cmpp(struct fault *f, const struct node *at, const struct sms_gateway_settings *g)
{
    if (g->address[0] == '\0' || g->password_file[0] == '\0')
        return fault_at(f, at, "An SMS gateway of kind cmpp needs `address` and `password_file`.");
    if (strlen(g->login) != CMPP_ADDR)
        return fault_at(f, at, "An SMS gateway of kind cmpp needs `login`, of six characters.");
    if (strlen(g->from) > CMPP_SRC_ID_MAX)
        return fault_at(f, tree_get(at, "from"), "CMPP has senders of %d characters at most.",
                        CMPP_SRC_ID_MAX);
    if (g->tls)
        return fault_at(f, tree_get(at, "tls"), "CMPP knows no TLS; use a tunnel.");
    return true;
}

/* Seconds; see enquire_s. */
static int enquire_of(const char *kind)
{
    return strcmp(kind, "cmpp") == 0 ? 180 : 30;
}

bool settings_check_gateway(struct fault *f, const struct node *at, void *record)
{
    struct sms_gateway_settings *g = record;

    if (g->name[0] == '\0')
        return fault_at(f, at, "`name` is missing in an SMS gateway.");
    if (g->enquire_s == 0)
        g->enquire_s = enquire_of(g->kind);
    if (strcmp(g->kind, "smpp") == 0)
        return check_smpp(f, at, g);
    if (strcmp(g->kind, "cmpp") == 0)
        return check_cmpp(f, at, g);
    return strcmp(g->kind, "http") != 0 || check_http(f, at, g);
}

static const struct {
    const char *key;
    schema_check_fn check;
} CHECKS[] = {
    {"url", check_url},
    {"success_status", check_status},
    {"prefixes", check_prefixes},
    {"ca_file", settings_check_path},
    {"success_match", check_expression},
    {"retry_match", check_expression},
    {"report_secret", check_secret},
    {"base_url", check_base_url},
    {"success", check_success},
    {"id", check_id},
    {"reason", check_pointer},
    {"at", check_pointer},
    {"match", check_expression},
    {"kind", hall_check_code},
    {"language", check_language},
    {"report_key_file", settings_check_path},
    {"report_id", check_names},
    {"report_gateway_id", check_names},
    {"report_state", check_names},
    {"report_error", check_names},
    {"inbound_from", check_names},
    {"inbound_to", check_names},
    {"inbound_text", check_names},
    {"inbound_id", check_names},
    {"codes", settings_check_codes},
};

bool settings_check_sms(struct fault *f, const struct node *at, const char *text)
{
    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
        if (str_is(at->key->text, CHECKS[i].key))
            return CHECKS[i].check(f, at, text);
    }
    return true;
}
