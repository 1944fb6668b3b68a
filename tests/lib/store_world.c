/* Owns the function library of the store's tests and their way to wait for an answer. Runs on the
 * test's thread. SPDX-License-Identifier: MIT */
#include "tests/lib/store_world.h"

#include "base/clock.h"
#include "tests/lib/eventually.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char source[] =
    "#!lua name=paihao\n"
    "local LIBRARY_VERSION = 'test-1'\n"
    "local function reads(name, fn)\n"
    "  redis.register_function{function_name=name, callback=fn, flags={'no-writes'}}\n"
    "end\n"
    "reads('library_version', function() return LIBRARY_VERSION end)\n"
    "reads('get', function(keys) return redis.call('GET', keys[1] .. ':x') end)\n"
    "reads('spin', function() while true do end end)\n"
    "redis.register_function('put', function(keys, args)\n"
    "  redis.call('SET', keys[1] .. ':x', args[1])\n"
    "  return args[1]\n"
    "end)\n"
    "redis.register_function('count', function(keys, args)\n"
    "  redis.call('SADD', keys[1] .. ':done', args[1])\n"
    "  return tostring(redis.call('INCR', keys[1] .. ':n'))\n"
    "end)\n"
    "redis.register_function('refuse', function(keys, args)\n"
    "  return redis.error_reply('REFUSED ' .. args[1] .. ' ' .. args[2])\n"
    "end)\n"
    "redis.register_function('fail', function() error('a fault') end)\n"
    /* ring epoch first last quiet: events epoch-first .. epoch-last, a message for each unless
       quiet */
    "redis.register_function('ring', function(keys, args)\n"
    "  local tag = string.sub(keys[1], 2, -2)\n"
    "  for seq = tonumber(args[2]), tonumber(args[3]) do\n"
    "    local id = args[1] .. '-' .. string.format('%d', seq)\n"
    "    redis.call('XADD', keys[1] .. ':events', id, 'e', '{\"n\":' .. string.format('%d', seq) "
    ".. '}')\n"
    "    if args[4] ~= 'quiet' then redis.call('PUBLISH', 'paihao:bell', tag .. ' ' .. id) end\n"
    "  end\n"
    "  return 'OK'\n"
    "end)\n";

const struct str store_world_library = {source, sizeof(source) - 1};

void on_answer(void *arg, const struct store_reply *reply)
{
    struct answer *a = arg;
    struct str text = reply->text.len > 0 ? reply->text : store_value_str(reply->value);

    a->count++;
    a->err = reply->err;
    a->kind = store_value_kind(reply->value);
    a->number = store_value_int(reply->value);
    a->elements = store_value_count(reply->value);
    a->at_us = clock_mono_us();
    a->len = text.len < sizeof(a->text) ? text.len : sizeof(a->text) - 1;
    if (a->len > 0)
        memcpy(a->text, text.p, a->len);
    a->text[a->len] = '\0';
    (void)snprintf(a->field, sizeof(a->field), STR_FMT,
                   STR_ARG(reply->field)); /* tests use short ones */
}

bool is_answered(void *arg)
{
    const struct answer *a = arg;

    return a->count > 0;
}

bool is_ready(void *arg)
{
    return store_ready(arg, NULL);
}

bool is_unready(void *arg)
{
    return !store_ready(arg, NULL);
}

struct answer ask(struct loop *l, struct store *s, const char *function, const char *const args[])
{
    struct answer a = {0};
    struct str argv[4];
    struct store_call call = {.function = function, .tag = STR("xh"), .fn = on_answer, .arg = &a};

    for (call.argc = 0; call.argc < 4 && args != NULL && args[call.argc] != NULL; call.argc++)
        argv[call.argc] = str_of(args[call.argc]);
    call.argv = argv;
    store_call(s, &call);
    assert_int_equal(a.count, 0); /* never before the call returns */
    assert_true(eventually(l, is_answered, &a));
    return a;
}

struct answer command(struct loop *l, struct store *s, const char *words)
{
    struct answer a = {0};
    struct str rest = str_of(words);
    struct str argv[12];
    int argc = 0;

    while (argc < 12 && str_cut(&rest, ' ', &argv[argc]))
        argc++;
    store_command(s, STR("xh"), argc, argv, on_answer, &a);
    assert_int_equal(a.count, 0); /* never before the call returns */
    assert_true(eventually(l, is_answered, &a));
    return a;
}
