/* Any bytes as the body of any row: the first byte chooses the row. What is let through must be
 * what the library expects. SPDX-License-Identifier: MIT */
#include "api/args.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct seal *seal_once(void)
{
    static struct seal *seal;
    char dir[] = "/tmp/paihao-fuzz-XXXXXX", path[64];

    if (seal || !mkdtemp(dir))
        return seal;
    commands_init();
    snprintf(path, sizeof(path), "%s/keys", dir);
    seal = seal_open(path, true);
    unlink(path);
    rmdir(dir);
    return seal;
}

/* The same bytes, as the value of every name in the query. */
static struct str query(const void *arg, const char *name)
{
    return *(const struct str *)arg;
}

static void check(const struct args *args)
{
    for (int i = 0; i < args->n; i++)
        if (args->v[i].len > 0 &&
            (!str_utf8_valid(args->v[i]) || memchr(args->v[i].p, '\n', args->v[i].len)))
            abort();
}

/* One that the row takes, or its body would never be read. */
static struct str link_of(const struct command *row)
{
    for (int i = 0; i < row->n_args; i++)
        if (row->args[i].place == PLACE_LINK && row->args[i].type == TYPE_BOOKING)
            return STR("1795465432000-b1001");
    return STR("1795474404120-A001");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seal *seal = seal_once();
    struct args args;

    if (size == 0 || !seal)
        return 0;
    struct arena *arena = arena_new();
    const struct command *row = command_at((enum command_id)(data[0] % COMMAND_COUNT));
    struct str rest = {(const char *)data + 1, size - 1};
    struct str params[] = {rest, rest};
    struct args_input in = {
        .command = row,
        .params = params,
        .content_type = STR("application/json"),
        .body = rest,
        .body_max_bytes = 65536,
        .link_ticket = link_of(row),
        .hall = STR("small"),
        .country = data[0] & 1 ? "86" : "49",
        .seal = seal,
        .arena = arena,
        .query = query,
        .query_arg = &rest,
    };
    if (args_read(&in, &args) == ERR_NONE)
        check(&args);
    arena_free(arena);
    return 0;
}
