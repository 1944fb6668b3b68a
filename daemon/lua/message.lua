-- A message on its way: taken from the outbox, tried, ended, reported. Fields of `m:<id>`: st sending|retry|sent|failed|
-- expired, rp what the gateway reported, k kind, t ticket, n number, tr tries. The outbox entry stays until the
-- message has ended, so a daemon that dies leaves it to the next one.
-- SPDX-License-Identifier: MIT
local MESSAGE_KEPT_S = '259200'
local OVER = { sent = true, failed = true, expired = true }
local REPORTS = { delivered = true, undelivered = true, expired = true, rejected = true, unknown = true }

local function emit_message(c, kind, mid, m, more)
    emit(c, 'message.' .. kind, ',"message":"' .. mid .. '","kind":"' .. m.k .. '","ticket":"' .. m.t ..
        '","number":"' .. m.n .. '","tries":' .. (m.tr or 0) .. (more or ''))
end

-- The phone record a message goes to. The entry stays in the outbox until the message has ended.
local function record_of(c, mid)
    local entry = call('XRANGE', keys.outbox(c.h), mid, mid)[1]
    for i = 1, entry and #entry[2] or 0, 2 do
        if entry[2][i] == 'p' then return entry[2][i + 1] end
    end
    return nil
end

-- args: message kind ticket number expires_ms
writing('message_start', function(c, a)
    local key = keys.message(c.h, a[1])
    local m = hash_of(key)
    if m.st and OVER[m.st] then return refuse('message_state', 'message') end
    m.k, m.t, m.n, m.tr = a[2], a[3], a[4], (m.tr or 0) + 1
    call('HSET', key, 'st', 'sending', 'k', m.k, 't', m.t, 'n', m.n, 'tr', m.tr, 'x', a[5])
    if m.tr == 1 then call('EXPIRE', key, MESSAGE_KEPT_S) end
    emit_message(c, 'sending', a[1], m)
    local record = record_of(c, a[1])
    local place = record and record:match('^#(%d+)$') -- of an alarm: the hall file has the number in clear
    local plain = place and c.hall.alarms.phones[tonumber(place)]
    local sealed = record and not place and call('GET', keys.phone(c.h, record))
    return '{"message":"' .. a[1] .. '","tries":' .. m.tr .. ',"phone":' .. (sealed and quote(sealed) or 'null') ..
        (plain and ',"plain":' .. quote(plain) or '') .. ',"version":"' .. c.hall.version .. '.' .. c.hall.epoch .. '"}'
end)

-- Ends it, or puts it off. A message that was never started (it expired in the queue, or what it tells was taken back) may end
-- too: its kind, ticket and number then come from the outbox entry. True, or nil and a refusal.
local function message_over(c, mid, outcome, gateway, reason)
    local key = keys.message(c.h, mid)
    local m = hash_of(key)
    if m.st and OVER[m.st] then return refuse('message_state', 'message') end
    if not m.st then
        local entry = call('XRANGE', keys.outbox(c.h), mid, mid)
        if not entry[1] then return refuse('message_unknown', 'message') end
        for i = 1, #entry[1][2], 2 do m[entry[1][2][i]] = entry[1][2][i + 1] end
        call('HSET', key, 'k', m.k, 't', m.t, 'n', m.n)
        call('EXPIRE', key, MESSAGE_KEPT_S)
    end
    call('HSET', key, 'st', outcome, 'gw', gateway)
    if OVER[outcome] then
        call('XACK', keys.outbox(c.h), 'sms', mid)
        call('XDEL', keys.outbox(c.h), mid)
    end
    emit_message(c, outcome, mid, m, ',"gateway":"' .. gateway .. '","reason":' .. quote(reason))
    return true
end

-- args: message outcome gateway reason
writing('message_end', function(c, a)
    local outcome = a[2]
    if not OVER[outcome] and outcome ~= 'retry' then return refuse('field_invalid', 'outcome') end
    local ok, refusal = message_over(c, a[1], outcome, a[3], a[4])
    if not ok then return nil, refusal end
    return '{"message":"' .. a[1] .. '","state":"' .. outcome .. '"}'
end, true)

-- args: message state. A report may come before the message has ended, twice, or never; a final one is kept, only
-- "unknown" gives way to a better one.
writing('message_report', function(c, a)
    local key, state = keys.message(c.h, a[1]), a[2]
    if not REPORTS[state] then return refuse('field_invalid', 'state') end
    local m = hash_of(key)
    if not m.k then return refuse('message_unknown', 'message') end
    if not m.rp or (m.rp == 'unknown' and state ~= 'unknown') then
        call('HSET', key, 'rp', state)
        emit_message(c, state == 'delivered' and 'delivered' or 'undelivered', a[1], m, ',"state":"' .. state .. '"')
        m.rp = state
    end
    return '{"message":"' .. a[1] .. '","report":"' .. m.rp .. '"}'
end)
