/* Owns one worker's API: its router, caches and the handlers that other floors registered.
 * Everything here runs on that worker. SPDX-License-Identifier: MIT */
#include "api/call.h"
#include "api/slots.h"
#include "api/statistics.h"
#include "api/status.h"
#include "base/mem.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct api *api_new(const struct api_config *config)
{
    struct api *a = MEM_NEW(struct api);
    uint32_t random;
    int failed = getentropy(&random, sizeof(random));

    assert(failed == 0); /* only a kernel before 3.17 has none */
    (void)failed;
    commands_init();
    a->config = *config;
    a->is_secure = str_starts(str_of(config->public_url), "https://");
    a->router = router_new();
    a->halls = halls_new(config->store, config->seal, config->stored);
    a->slots = slots_new();
    a->answers = answers_new();
    a->live = statistics_live_new();
    a->statuses = statuses_new();
    a->tries = session_tries_new();
    a->asked = pow_asked_new();
    sender_proxies_read(&a->proxies, str_of(config->trusted_proxies));
    struct auth_config auth = {
        .store = config->store,
        .seal = config->seal,
        .ctl_token = config->ctl_token,
        .is_secure = a->is_secure,
        .public_url = config->public_url,
    };
    a->auth = auth_new(&auth);
    buf_init(&a->openapi);
    (void)snprintf(a->id_prefix, sizeof(a->id_prefix), "%08x", random); /* exactly eight */
    return a;
}

void api_free(struct api *a)
{
    if (!a)
        return;
    router_free(a->router);
    auth_free(a->auth);
    halls_free(a->halls);
    slots_free(a->slots);
    answers_free(a->answers);
    statistics_live_free(a->live);
    statuses_free(a->statuses);
    session_tries_free(a->tries);
    pow_asked_free(a->asked);
    buf_clear(&a->openapi);
    mem_free(a);
}

void api_handle(void *api, struct http_request *req)
{
    call_begin(api, req);
}

void api_stop(struct api *a)
{
    a->stopping = true;
}

void api_register_stream(struct api *a, enum command_id id, api_stream_fn fn, void *arg)
{
    assert(command_at(id)->kind == KIND_STREAM || command_at(id)->kind == KIND_LOCAL);
    a->registered[id] = (struct registered){.stream = fn, .arg = arg};
}

void api_register_local(struct api *a, enum command_id id, api_local_fn fn, void *arg)
{
    assert(command_at(id)->kind == KIND_LOCAL && !local_find(id));
    a->registered[id] = (struct registered){.local = fn, .arg = arg};
}

void api_register_hall(struct api *a, enum command_id id, api_hall_fn fn, void *arg)
{
    assert(command_at(id)->kind == KIND_LOCAL && command_at(id)->has_hall && !local_find(id));
    a->registered[id] = (struct registered){.hall = fn, .arg = arg};
}

/* The text of a string member, found without reading the whole: inside a string value every quote
 * is escaped, so "key":" can only be the member itself. */
static struct str member(struct str json, const char *key)
{
    char pattern[32];
    int len = snprintf(pattern, sizeof(pattern), "\"%s\":\"", key);
    const char *at = memmem(json.p, json.len, pattern, (size_t)len);
    struct str rest, value;

    if (!at)
        return STR("");
    rest = (struct str){at + len, json.len - (size_t)(at - json.p) - (size_t)len};
    return str_cut(&rest, '"', &value) ? value : STR("");
}

static void on_system_event(struct api *a, struct str type, struct str json)
{
    if (str_is(type, "session.closed"))
        auth_drop_token(a->auth, member(json, "session"));
    else if (str_is(type, "device.removed"))
        auth_drop_token(a->auth, member(json, "token"));
    else if (str_starts(type, "staff."))
        auth_drop_name(a->auth, member(json, "staff"));
    else if (str_is(type, "hall.registered"))
        halls_drop(a->halls, member(json, "hall"));
}

/* A time was taken or given back, or there are others now. */
static bool changes_slots(struct str type)
{
    return str_starts(type, "booking.") || str_starts(type, "slot.") ||
           str_starts(type, "waitlist.") || str_is(type, "hall.configured");
}

void api_event(struct api *a, struct str tag, struct str json)
{
    struct str type = member(json, "type");

    if (str_is(tag, "sys")) {
        on_system_event(a, type, json);
        return;
    }
    if (changes_slots(type))
        slots_drop(a->slots, tag);
    if (str_is(type, "hall.configured")) {
        halls_drop(a->halls, tag);
        statuses_drop(a->statuses, tag);
    }
}

void api_reset(struct api *a, struct str tag)
{
    if (str_is(tag, "sys")) {
        auth_drop_all(a->auth);
        return;
    }
    slots_drop(a->slots, tag);
    halls_drop(a->halls, tag);
    statistics_live_drop(a->live, tag);
    statuses_drop(a->statuses, tag);
}
