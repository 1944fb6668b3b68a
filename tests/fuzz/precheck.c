/* Fuzz target: the input is cut into method, address, version and fields as a request's lines are,
 * and what passes must keep the promises the other files build on. SPDX-License-Identifier: MIT */
#include "http/precheck.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 65536 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool kept)
{
    if (!kept)
        abort();
}

static struct str next_piece(struct str *rest, char sep)
{
    const char *end = rest->len > 0 ? memchr(rest->p, sep, rest->len) : NULL;
    struct str piece = {rest->p, end != NULL ? (size_t)(end - rest->p) : rest->len};
    size_t used = piece.len + (end != NULL ? 1 : 0);

    *rest = (struct str){rest->p + used, rest->len - used};
    return piece;
}

static bool is_named(struct str s, const char *name)
{
    return s.len == strlen(name) && strncasecmp(s.p, name, s.len) == 0;
}

static void check_promises(const struct precheck *r)
{
    int lengths = 0, encodings = 0, hosts = 0;

    must(r->uri.len > 0 && r->uri.len <= PRECHECK_URI_MAX && r->uri.p[0] == '/');
    must(r->path.len > 0 && r->path.p[0] == '/');
    must(memmem(r->path.p, r->path.len, "/../", 4) == NULL);
    for (size_t i = 0; i < r->path.len; i++)
        must((unsigned char)r->path.p[i] >= 0x20);
    must(r->n_fields <= PRECHECK_FIELDS_MAX);
    for (size_t i = 0; i < r->n_fields; i++) {
        lengths += is_named(r->fields[i].name, "Content-Length");
        encodings += is_named(r->fields[i].name, "Transfer-Encoding");
        hosts += is_named(r->fields[i].name, "Host");
        must(memchr(r->fields[i].name.p, ' ', r->fields[i].name.len) == NULL);
    }
    must(lengths + encodings <= 1 && hosts <= 1);
    must(hosts == 1 || is_named(r->version, "HTTP/1.0"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct precheck_field fields[PRECHECK_FIELDS_MAX + 1];
    struct str rest = {(const char *)data, size};
    struct str line;
    struct precheck r = {.fields = fields, .body_max_bytes = BODY_MAX};

    (void)precheck_peek(rest); /* any bytes may come first */
    line = next_piece(&rest, '\n');
    r.method = next_piece(&line, ' ');
    r.uri = next_piece(&line, ' ');
    r.version = line;
    r.path = next_piece(&(struct str){r.uri.p, r.uri.len}, '?');
    (void)precheck_is_stream(r.uri);
    while (rest.len > 0 && r.n_fields <= PRECHECK_FIELDS_MAX) {
        line = next_piece(&rest, '\n');
        fields[r.n_fields].name = next_piece(&line, ':');
        fields[r.n_fields++].value = line;
    }
    if (precheck(&r) == ERR_NONE)
        check_promises(&r);
    return 0;
}
