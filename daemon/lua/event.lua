-- Events and messages: appended in the same atomic step as the change they tell of. Event ids are
-- "epoch-seq" with seq dense from 1 (XADD epoch-*), so a reader sees at once whether it missed one.
-- SPDX-License-Identifier: MIT

-- Days of a large hall: 3,000 tickets with 6 events each, twice over. Older ones are for the archive.
local EVENTS_KEPT = '50000'

local function emit(c, kind, members)
    c.event = call('XADD', c.events, 'MAXLEN', '~', EVENTS_KEPT, c.epoch .. (c.fresh and '-1' or '-*'), 'e',
        '{"type":"' .. kind .. '","at":' .. c.now .. ',"by":"' .. c.who .. '"' .. members .. '}')
    c.fresh = nil -- a new stream begins with 1: "epoch-*" alone would begin with 0
end

-- Rung once at the end of a call, however many events it made: a reader fetches all there are.
local function ring(c)
    if c.event then call('PUBLISH', BELL, c.tag .. ' ' .. c.event) end
    if c.outbox then call('PUBLISH', BELL, c.tag .. ' outbox') end
end

-- How long a message is worth sending (sms-display facts: near turn 10 min, called 3 min).
local MESSAGE_WORTH_MS = { ticket = 1800000, come_now = 600000, called = 180000 }

-- t is the ticket's record; nothing is queued for a ticket without a phone. Once per key: a request is applied
-- once, and each kind hangs on one move of one ticket.
local function message(c, kind, id, t, ahead, version)
    if not t.ph then return end
    local number = id:sub(15)
    local mid = call('XADD', keys.outbox(c.h), '*', 'k', kind, 't', id, 'n', number,
        'l', t.lg or c.hall.language, 'c', t.ct or '', 'a', ahead or '', 'x', c.ms + MESSAGE_WORTH_MS[kind],
        'p', t.ph, 's', t.sv, 'q', id .. ':' .. kind .. ':' .. (version or 1))
    c.outbox = true
    emit(c, 'message.queued', ',"message":"' .. mid .. '","kind":"' .. kind .. '","ticket":"' .. id ..
        '","number":"' .. number .. '","tries":0')
end
