/* An entry of the outbox stream, as fields: those of fields[] and set_field(), as daemon/lua writes
 * them. Pure. SPDX-License-Identifier: MIT */
#include "sms/outbox_entry.h"

#include <stddef.h>
#include <string.h>

/* Text fields of an entry, by their name in the stream. */
static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
#define FIELD(name, member)                                                                        \
    {                                                                                              \
        name, offsetof(struct outbox_entry, member), sizeof((struct outbox_entry *)0)->member      \
    }
    FIELD("t", ticket), FIELD("n", number),     FIELD("l", language),    FIELD("c", counter),
    FIELD("a", ahead),  FIELD("p", record),     FIELD("s", service),     FIELD("d", code),
    FIELD("w", alarm),  FIELD("u", alarm_name), FIELD("v", alarm_value), FIELD("i", queued),
    FIELD("y", day),
#undef FIELD
};

static bool copy_text(char *out, size_t size, struct str s)
{
    if (s.len >= size || memchr(s.p, 0, s.len))
        return false;
    memcpy(out, s.p, s.len);
    out[s.len] = 0;
    return true;
}

/* A longer one is cut: the message matters more than its last words. */
static void set_reason(struct outbox_entry *e, struct str value)
{
    struct str rest = value;
    for (int i = 0; i < OUTBOX_REASON_CHARS && rest.len; i++)
        (void)str_utf8_take(&rest); /* only how far it gets counts */
    (void)copy_text(e->reason, sizeof e->reason, (struct str){value.p, value.len - rest.len});
}

static bool set_field(struct outbox_entry *e, struct str name, struct str value)
{
    if (str_is(name, "k"))
        return text_kind_find(value, &e->kind);
    if (str_is(name, "b"))
        return str_to_i64(value, 0, INT64_MAX, &e->at_ms);
    if (str_is(name, "x"))
        return str_to_i64(value, 1, INT64_MAX, &e->expires_ms);
    if (str_is(name, "nb"))
        return str_to_i64(value, 0, INT64_MAX, &e->not_before_ms);
    if (str_is(name, "o")) {
        set_reason(e, value);
        return true;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (str_is(name, fields[i].name))
            return copy_text((char *)e + fields[i].offset, fields[i].size, value);
    return true; /* a newer library may say more */
}

bool outbox_id_parse(struct str id, struct outbox_id *out)
{
    struct str ms;
    return str_cut(&id, '-', &ms) && str_to_i64(ms, 0, INT64_MAX, &out->ms) &&
           str_to_i64(id, 0, INT64_MAX, &out->seq);
}

int outbox_id_compare(struct outbox_id a, struct outbox_id b)
{
    if (a.ms != b.ms)
        return a.ms < b.ms ? -1 : 1;
    return a.seq == b.seq ? 0 : a.seq < b.seq ? -1 : 1;
}

bool outbox_entry_fill(struct outbox_entry *e, struct str id, const struct store_value *flat)
{
    size_t n = store_value_count(flat);
    e->kind = TEXT_KINDS;
    if (n == 0 || n % 2 || !copy_text(e->id, sizeof e->id, id) || !outbox_id_parse(id, &e->place))
        return false;
    for (size_t i = 0; i < n; i += 2)
        if (!set_field(e, store_value_str(store_value_at(flat, i)),
                       store_value_str(store_value_at(flat, i + 1))))
            return false;
    /* A code, a warning and a block are about a phone number, not a ticket or booking. */
    return e->kind != TEXT_KINDS && e->expires_ms && *e->record;
}
