/* The words of a hall that texts are made of, as the function library last gave them. Every started
 * message says which version is in force, so a copy that is out of date is never used. Main thread.
 * SPDX-License-Identifier: MIT */
#include "sms/words.h"

#include "base/log.h"
#include "base/mem.h"

struct words {
    json_t *reply;
    struct zone *zone;
};

struct words *words_new(struct str hall, struct str reply)
{
    struct json_where where;
    json_t *json = json_read(reply, &where);
    if (!json_is_object(json_object_get(json, "config"))) {
        log_error("hall " STR_FMT ": sms cannot read its configuration", STR_ARG(hall));
        json_decref(json);
        return NULL;
    }
    struct words *w = MEM_NEW(struct words);
    w->reply = json;
    w->zone = zone_load(json_str(words_config(w), "zone").p);
    if (!w->zone)
        log_error("hall " STR_FMT ": sms does not know its time zone", STR_ARG(hall));
    return w;
}

void words_free(void *words)
{
    struct words *w = words;
    if (!w)
        return;
    zone_free(w->zone);
    json_decref(w->reply);
    mem_free(w);
}

bool words_are(const struct words *w, struct str version)
{
    return w && str_eq(json_str(w->reply, "version"), version);
}

const struct zone *words_zone(const struct words *w)
{
    return w->zone;
}

const json_t *words_config(const struct words *w)
{
    return json_object_get(w->reply, "config");
}
