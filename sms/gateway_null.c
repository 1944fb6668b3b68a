/* The gateway that sends nothing and says it has: for halls without messages, for demonstrations
 * and for tests of everything around it. SPDX-License-Identifier: MIT */
#include "sms/gateway.h"

#include "base/mem.h"

static void *null_open(const struct gateway_env *env)
{
    return mem_calloc(1, 1);
}

static void null_send(void *self, const struct gateway_message *m, gateway_fn fn, void *arg)
{
    fn(arg, &(struct gateway_result){.outcome = GATEWAY_OK, .reason = "null"});
}

const struct gateway_ops gateway_null = {
    .kind = "null",
    .open = null_open,
    .close = mem_free,
    .send = null_send,
};
