/* Reads addresses of devices of a hall. Owns nothing; any thread. A further kind of line gets its
 * prefix in address_read(). SPDX-License-Identifier: MIT */
#include "config/address.h"

#include <arpa/inet.h>
#include <string.h>

static const char HOW[] =
    "An address is numeric with a port, such as \"192.168.1.21:5005\", or a serial line such as "
    "\"serial:/dev/ttyUSB0:9600\".";

static bool is_house_v4(const unsigned char *b)
{
    return b[0] == 127 || b[0] == 10 || (b[0] == 172 && b[1] >= 16 && b[1] < 32) ||
           (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254);
}

/* Link-local ones need an interface's name, which is another on each machine: not taken. */
static bool is_house_v6(const unsigned char *b)
{
    static const unsigned char loopback[16] = {[15] = 1};

    return memcmp(b, loopback, sizeof(loopback)) == 0 || (b[0] & 0xFE) == 0xFC;
}

static bool is_house(const char *host, bool *numeric)
{
    unsigned char bytes[16];

    *numeric = true;
    if (inet_pton(AF_INET, host, bytes) == 1)
        return is_house_v4(bytes);
    if (inet_pton(AF_INET6, host, bytes) == 1)
        return is_house_v6(bytes);
    *numeric = false;
    return false;
}

/* Cuts the port off: what stands behind the last colon. */
static bool cut_port(struct str *text, int *port)
{
    const char *colon = memrchr(text->p, ':', text->len);
    int64_t n;

    if (colon == NULL)
        return false;
    struct str tail = {colon + 1, (size_t)(text->p + text->len - colon - 1)};
    text->len = (size_t)(colon - text->p);
    if (!str_to_i64(tail, 1, 65535, &n))
        return false;
    *port = (int)n;
    return true;
}

static bool read_host(struct str text, struct address *out, const char **why)
{
    bool numeric;

    *why = HOW;
    if (!cut_port(&text, &out->port))
        return false;
    if (text.len > 2 && text.p[0] == '[' && text.p[text.len - 1] == ']')
        text = (struct str){text.p + 1, text.len - 2};
    else if (memchr(text.p, ':', text.len) != NULL)
        return false;
    if (text.len == 0 || text.len >= sizeof(out->host))
        return false;
    str_copy(text, out->host, sizeof(out->host));
    if (is_house(out->host, &numeric))
        return true;
    if (numeric)
        *why =
            "This address lies outside the house: only loopback, private and link-local ones are "
            "allowed.";
    return false;
}

/* Terminals only: what is written to them must never land on a disk. */
static bool is_line(struct str path)
{
    static const char *const folders[] = {"/dev/tty", "/dev/pts/", "/dev/serial/"};
    bool known = false;

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        known = known || (str_starts(path, folders[i]) && path.len > strlen(folders[i]));
    for (size_t i = 0; i < path.len; i++) {
        if (strchr("/._-:@", path.p[i]) == NULL && !(path.p[i] >= '0' && path.p[i] <= '9') &&
            !((path.p[i] | 32) >= 'a' && (path.p[i] | 32) <= 'z'))
            return false;
    }
    return known && path.len < ADDRESS_PATH_MAX && memmem(path.p, path.len, "..", 2) == NULL;
}

static bool is_baud(int64_t n)
{
    static const int rates[] = {1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        if (n == rates[i])
            return true;
    return false;
}

/* "8n1": how many bits, which parity; one stop bit. */
static bool read_format(struct str text, struct address *out)
{
    bool good = text.len == 3 && (text.p[0] == '7' || text.p[0] == '8') &&
                memchr("neo", text.p[1], 3) != NULL && text.p[2] == '1';

    out->data_bits = good ? text.p[0] - '0' : 8;
    out->parity = good ? text.p[1] : 'n';
    return good;
}

static bool read_serial(struct str text, struct address *out, const char **why)
{
    const char *colon = text.len > 0 ? memrchr(text.p, ':', text.len) : NULL;
    int64_t baud;

    *why =
        "A serial line is written serial:/dev/ttyUSB0:9600 or serial:/dev/ttyUSB0:9600:8n1, with "
        "a usual speed from 1200 to 115200.";
    if (colon == NULL)
        return false;
    struct str tail = {colon + 1, (size_t)(text.p + text.len - colon - 1)};
    text.len = (size_t)(colon - text.p);
    if (read_format(tail, out)) {
        colon = text.len > 0 ? memrchr(text.p, ':', text.len) : NULL;
        if (colon == NULL)
            return false;
        tail = (struct str){colon + 1, (size_t)(text.p + text.len - colon - 1)};
        text.len = (size_t)(colon - text.p);
    }
    if (!str_to_i64(tail, 1, 1000000, &baud) || !is_baud(baud) || !is_line(text))
        return false;
    out->baud = (int)baud;
    str_copy(text, out->path, sizeof(out->path));
    return true;
}

bool address_read(struct str text, struct address *out, const char **why)
{
    static const char serial[] = "serial:";
    const size_t prefix = sizeof(serial) - 1;

    memset(out, 0, sizeof(*out));
    if (str_starts(text, serial))
        return read_serial((struct str){text.p + prefix, text.len - prefix}, out, why);
    return read_host(text, out, why);
}
