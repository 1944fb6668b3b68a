/* What single settings must fulfil beyond type and bounds: addresses, URLs, expressions. Owns
 * nothing; any thread. A new check gets a row in CHECKS with the key of its row in settings.def.
 * SPDX-License-Identifier: MIT */
#include "config/settings_check.h"

#include "config/hall_check.h"
#include <arpa/inet.h>
#include <string.h>

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

bool settings_is_url(const char *text)
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

bool settings_check_origin(struct fault *f, const struct node *at, const char *text)
{
    if (text[0] == '\0')
        return true;
    if (!settings_is_url(text) || strchr(strstr(text, "://") + 3, '/') != NULL)
        return fault_at(f, at,
                        "Write http:// or https://, the host and perhaps :port; no path, no "
                        "slash at the end.");
    return true;
}

bool settings_check_path(struct fault *f, const struct node *at, const char *text)
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

static const struct {
    const char *key;
    schema_check_fn check;
} CHECKS[] = {
    {"listen", check_listen},
    {"admin_listen", check_listen},
    {"public_url", settings_check_origin},
    {"trusted_proxies", check_proxies},
    {"state_dir", settings_check_path},
    {"key_file", settings_check_path},
    {"redis", check_redis},
    {"password_file", settings_check_path},
    {"name", hall_check_code},
    {"user_password_file", settings_check_path},
    {"price_per_part", check_price},
    {"currency", check_currency},
};

bool settings_check(struct fault *f, const struct node *at, const char *text)
{
    for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
        if (str_is(at->key->text, CHECKS[i].key))
            return CHECKS[i].check(f, at, text);
    }
    return settings_check_sms(f, at, text);
}
