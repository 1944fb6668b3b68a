/* Who is next. Owns nothing of the messages but their places. A new kind belongs to the
 * confirmations unless others[] says otherwise. Main thread. SPDX-License-Identifier: MIT */
#include "sms/lane.h"

#include "base/mem.h"
#include "sms/message.h"

/* By name, as in the outbox. */
static const struct {
    const char *kind;
    enum lane lane;
} others[] = {
    {"called", LANE_NOW},  {"come_now", LANE_NOW}, {"code", LANE_CODE},
    {"offer", LANE_OFFER}, {"alarm", LANE_OFFER},  {"reminder", LANE_REMIND},
};

enum lane lane_of(enum text_kind kind)
{
    struct str name = str_of(text_kind_name(kind));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (str_is(name, others[i].kind))
            return others[i].lane;
    return LANE_CONFIRM;
}

void lanes_init(struct lanes *l, int classes)
{
    l->classes = classes;
    l->last_place = 0;
    l->queues = mem_calloc((size_t)LANES * (size_t)(classes + 1), sizeof *l->queues);
}

void lanes_clear(struct lanes *l)
{
    mem_free(l->queues);
}

static struct lane_queue *queue(const struct lanes *l, enum lane lane, int class)
{
    return &l->queues[(int)lane * (l->classes + 1) + class + 1];
}

void lanes_put(struct lanes *l, struct message *m)
{
    struct lane_queue *q = queue(l, m->lane, m->class);
    if (!m->place)
        m->place = ++l->last_place;
    struct message *before = q->last;
    while (before && before->place > m->place)
        before = before->lane_prev;
    m->lane_prev = before;
    m->lane_next = before ? before->lane_next : q->first;
    *(m->lane_prev ? &m->lane_prev->lane_next : &q->first) = m;
    *(m->lane_next ? &m->lane_next->lane_prev : &q->last) = m;
}

void lanes_remove(struct lanes *l, struct message *m)
{
    struct lane_queue *q = queue(l, m->lane, m->class);
    *(m->lane_prev ? &m->lane_prev->lane_next : &q->first) = m->lane_next;
    *(m->lane_next ? &m->lane_next->lane_prev : &q->last) = m->lane_prev;
    m->lane_prev = m->lane_next = NULL;
}

void lanes_forget(struct message *m)
{
    m->place = 0;
}

struct message *lanes_next(const struct lanes *l, enum lane lane, uint64_t after)
{
    struct message *best = NULL;
    for (int class = LANE_CLASS_UNKNOWN; class < l->classes; class ++) {
        struct message *m = queue(l, lane, class)->first;
        if (m && m->place > after && (!best || m->place < best->place))
            best = m;
    }
    return best;
}
