-- A message sent by hand, to see whether a gateway works: how often, by whom, and what came of it. The gateway is asked in
-- C between the two functions, so a request that comes again is known here: it must not send a second message.
-- Neither number nor text comes here. SPDX-License-Identifier: MIT
do
    local TRIAL_KEPT_S = '21600' -- as long as the answers to all other requests
    local ID_CHARS = 22
    -- Somebody at work on the settings tries a few times; who holds down the key pays for every message.
    local EACH_MS, AT_ONCE = 60000, 5

    -- args: request gateway -> {"go":true} once; then what came of it, or {"going":true} while nobody knows
    writing_system('gateway_test', function(c, a)
        local key, mark = keys.trial(c.h, a[1]:sub(1, ID_CHARS)), a[1]:sub(ID_CHARS + 2)
        local kept = call('GET', key)
        if kept then
            local same, reply = kept:match('^([^|]*)|(.*)$')
            if same ~= mark then return refuse('idempotency_mismatch') end
            return reply
        end
        local spend, refusal = limit.rate(c, { { 'trial', EACH_MS, AT_ONCE } })
        if not spend then return nil, refusal end
        spend()
        call('SET', key, mark .. '|{"going":true}', 'EX', TRIAL_KEPT_S)
        emit(c, 'gateway.trying', ',"gateway":"' .. a[2] .. '"')
        return '{"go":true}'
    end)

    -- args: request gateway outcome reason parts answer (JSON, as the caller gets it)
    writing_system('gateway_tested', function(c, a)
        local key = keys.trial(c.h, a[1]:sub(1, ID_CHARS))
        call('SET', key, a[1]:sub(ID_CHARS + 2) .. '|' .. a[6], 'EX', TRIAL_KEPT_S)
        emit(c, 'gateway.tested', ',"gateway":"' .. a[2] .. '","outcome":"' .. a[3] .. '","reason":' .. quote(a[4]) ..
            ',"parts":' .. a[5])
        return a[6]
    end)
end
