/* What single settings must fulfil beyond type and bounds: addresses, URLs, expressions. Owns
 * nothing; any thread. A new check gets a row in CHECKS with the key of its row in settings.def.
 * SPDX-License-Identifier: MIT */
#include "config/settings_check.h"

#include "config/hall_check.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <regex.h>
#include <string.h>

enum { SECRET_MIN = 16 /* characters of 64 kinds: 96 bits, not to be guessed over HTTP */ };

static bool is_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static bool check_listen(struct fault *f, const struct node *at, const char *text)
{
    return is_address(text) ||
           fault_at(f, at, "An address is numeric, such as 127.0.0.1, 0.0.0.0 or ::1.");
}

static bool check_proxies(struct fault *f, const struct node *at, const char *text)
{
    struct str rest = str_of(text), one;
    char address[INET6_ADDRSTRLEN];

    while (str_cut(&rest, ',', &one)) {
        while (one.len > 0 && one.p[0] == ' ')
            one = (struct str){one.p + 1, one.len - 1};
        str_copy(one, address, sizeof(address));
        if (one.len >= sizeof(address) || !is_address(address))
            return fault_at(f, at, "Write numeric addresses with commas, such as 10.0.0.5, ::1.");
    }
    return true;
}

static bool is_url(const char *text)
{
    const char *host = strstr(text, "://");

    if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p >= 0x7F)
            return false;
    }
    return host[3] != '\0' && host[3] != '/';
}

static bool check_public_url(struct fault *f, const struct node *at, const char *text)
{
    if (text[0] == '\0')
        return true;
    if (!is_url(text) || strchr(strstr(text, "://") + 3, '/') != NULL)
        return fault_at(f, at,
                        "Write http:// or https://, the host and perhaps :port; no path, no "
                        "slash at the end.");
    return true;
}

static bool check_absolute(struct fault *f, const struct node *at, const char *text)
{
    return text[0] == '\0' || text[0] == '/' ||
           fault_at(f, at, "Write the whole path, beginning with a slash.");
}

bool settings_redis_parse(struct arena *a, const char *text, struct settings_redis *out)
{
    const char *colon = strrchr(text, ':');
    struct str host;
    int64_t port;

    memset(out, 0, sizeof(*out));
    if (strncmp(text, "unix:/", 6) == 0) {
        out->unix_path = arena_strdup(a, text + 5);
        return strlen(text + 5) < 108; /* sun_path */
    }
    if (colon == NULL || !str_to_i64(str_of(colon + 1), 1, 65535, &port))
        return false;
    host = (struct str){text, (size_t)(colon - text)};
    if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
        host = (struct str){host.p + 1, host.len - 2};
    out->host = arena_str(a, host).p;
    out->port = (int)port;
    return is_address(out->host);
}

static bool check_redis(struct fault *f, const struct node *at, const char *text)
{
    struct arena *a = arena_new();
    struct settings_redis ignored;
    bool good = text[0] == '\0' || settings_redis_parse(a, text, &ignored);

    arena_free(a);
    return good || fault_at(f, at, "Write unix:/path/to/socket, or host:port with a numeric host.");
}

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

static bool check_url(struct fault *f, const struct node *at, const char *text)
{
    return text[0] == '\0' || is_url(text) ||
           fault_at(f, at, "The address must begin with http:// or https:// and hold no blanks.");
}

/* "0.045": up to six digits before the point and behind it. -1: it is none. */
static int64_t price_of(const char *text)
{
    size_t whole = strspn(text, "0123456789"), behind = 0;
    int64_t micros = 0;

    if (text[whole] == '.')
        behind = strspn(text + whole + 1, "0123456789");
    if (whole == 0 || whole > 6 || behind > 6 || (text[whole] == '.') != (behind > 0) ||
        text[whole + (behind > 0 ? behind + 1 : 0)] != '\0')
        return -1;
    for (size_t i = 0; i < whole; i++)
        micros = micros * 10 + (text[i] - '0');
    for (size_t i = 0; i < 6; i++)
        micros = micros * 10 + (i < behind ? text[whole + 1 + i] - '0' : 0);
    return micros;
}

int64_t settings_price(const struct settings *s)
{
    return price_of(s->sms_price_per_part);
}

static bool check_price(struct fault *f, const struct node *at, const char *text)
{
    return text[0] == '\0' || price_of(text) >= 0 ||
           fault_at(f, at, "A price is written 0.045, with six digits behind the point at most.");
}

static bool check_currency(struct fault *f, const struct node *at, const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 ||
           fault_at(f, at, "A currency is three capital letters, such as CNY.");
}

bool settings_check_header(struct fault *f, const struct node *at, const char *text)
{
    size_t name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    return (name > 0 && text[name] == ':') ||
           fault_at(f, at, "A header is written \"Name: value\".");
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

bool settings_check_gateway(struct fault *f, const struct node *at, void *record)
{
    const struct sms_gateway_settings *g = record;

    if (g->name[0] == '\0')
        return fault_at(f, at, "`name` is missing in an SMS gateway.");
    if (strcmp(g->kind, "null") == 0)
        return true;
    if (strcmp(g->kind, "smpp") == 0)
        return check_smpp(f, at, g);
    if (g->url[0] == '\0')
        return fault_at(f, at, "`url` is missing in an SMS gateway of kind http.");
    if (strcmp(g->method, "GET") == 0 && g->body[0] != '\0')
        return fault_at(f, tree_get(at, "body"), "A GET request has no body; put it into the url.");
    return true;
}

static const struct {
    const char *key;
    schema_check_fn check;
} CHECKS[] = {
    {"listen", check_listen},
    {"admin_listen", check_listen},
    {"public_url", check_public_url},
    {"trusted_proxies", check_proxies},
    {"state_dir", check_absolute},
    {"key_file", check_absolute},
    {"redis", check_redis},
    {"password_file", check_absolute},
    {"name", hall_check_code},
    {"url", check_url},
    {"user_password_file", check_absolute},
    {"ca_file", check_absolute},
    {"success_status", check_status},
    {"prefixes", check_prefixes},
    {"success_match", check_expression},
    {"retry_match", check_expression},
    {"report_secret", check_secret},
    {"price_per_part", check_price},
    {"currency", check_currency},
};

bool settings_check(struct fault *f, const struct node *at, const char *text)
{
    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
        if (str_is(at->key->text, CHECKS[i].key))
            return CHECKS[i].check(f, at, text);
    }
    return true;
}
