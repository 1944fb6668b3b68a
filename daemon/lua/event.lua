-- Events and messages: appended in the same atomic step as the change they tell of. Event ids are
-- "epoch-seq" with seq dense from 1 (XADD epoch-*), so a reader sees at once whether it missed one.
-- SPDX-License-Identifier: MIT

-- Days of a large hall: 3,000 tickets with 6 events each, twice over. Older ones are for the archive.
local EVENTS_KEPT = '50000'

-- Redis' Lua reads every character of each string it makes, so a long one is put together once, not piece by piece.
local function append(c, json)
    c.event = call('XADD', c.events, 'MAXLEN', '~', EVENTS_KEPT, c.epoch .. (c.fresh and '-1' or '-*'), 'e', json)
    c.fresh = nil -- a new stream begins with 1: "epoch-*" alone would begin with 0
end

local function emit(c, kind, members)
    append(c, '{"type":"' .. kind .. '","at":' .. c.now .. ',"by":"' .. c.who .. '"' .. members .. '}')
end

-- Rung once at the end of a call, however many events it made: a reader fetches all there are.
local function ring(c)
    if c.event then call('PUBLISH', BELL, c.tag .. ' ' .. c.event) end
    if c.outbox then call('PUBLISH', BELL, c.tag .. ' outbox') end
end

-- How long a message is worth sending (sms-display facts: near turn 10 min, called 3 min).
-- A code is typed while the page waits for it; news of a booking is read the same day; an offer lives as long as its hold.
local MESSAGE_WORTH_MS = { ticket = 1800000, come_now = 600000, called = 180000, code = 300000, booked = 43200000,
    moved = 43200000, cancelled = 43200000, warning = 43200000, blocked = 43200000, alarm = 900000,
    missed = 2700000, delay = 600000, reminder = 43200000, reply_cancelled = 1800000, reply_declined = 1800000, reply_coming = 1800000,
    reply_more_time = 600000, reply_late = 1800000, reply_no = 600000, reply_none = 1800000, reply_help = 1800000,
    reply_stopped = 1800000, reply_started = 1800000 }

-- What the number was last written about, so that an answer finds it (reply.lua); phone is its keyed hash. A year, as far ahead
-- as can be booked, and what a family has at a time.
local function spoke(c, phone, id)
    if not phone or id == '' then return end
    local key = keys.spoken(c.h, phone)
    if c.press then c.spoke = { phone, id, call('ZSCORE', key, id) or '' } end
    if call('ZADD', key, c.now, id) == 1 then call('ZREMRANGEBYRANK', key, 0, -21) end
    call('EXPIRE', key, '34560000')
end

-- t is the ticket's record; nothing is queued for a ticket without a phone. Once per key: a request is applied
-- once, and each kind hangs on one move of one ticket. `more` as of message_booking. Returns its id in the outbox.
local function message(c, kind, id, t, ahead, version, more)
    if not t.ph then return end
    more = more or {}
    spoke(c, t.ha, id)
    local number = id:sub(15)
    local mid = call('XADD', keys.outbox(c.h), '*', 'k', kind, 't', id, 'n', number,
        'l', t.lg or c.hall.language, 'c', t.ct or '', 'a', ahead or '', 'x', more.worth_until or c.ms + MESSAGE_WORTH_MS[kind],
        'p', t.ph, 's', t.sv, 'b', more.at or '0', 'q', id .. ':' .. kind .. ':' .. (version or 1))
    c.outbox = true
    emit(c, 'message.queued', ',"message":"' .. mid .. '","kind":"' .. kind .. '","ticket":"' .. id ..
        '","number":"' .. number .. '","tries":0')
    return mid
end

-- About a booking, or (a code, a warning, a block) about a phone number: then id is ''. b has ph, lg, sv; `more` may have
-- at (the time it tells, ms), sealed (a code) and worth_until. A booking is told of the same thing anew with each change of
-- it, so `now` makes the key.
local function message_booking(c, kind, id, b, more)
    if not b.ph then return end
    more = more or {}
    spoke(c, b.ha, id)
    local number = id:sub(16)
    local mid = call('XADD', keys.outbox(c.h), '*', 'k', kind, 't', id, 'n', number, 'l', b.lg or c.hall.language,
        's', b.sv or '', 'p', b.ph, 'b', more.at or '0', 'd', more.sealed or '',
        'x', more.worth_until or fmt('%.0f', c.ms + MESSAGE_WORTH_MS[kind]),
        'q', (id ~= '' and id or b.ph) .. ':' .. kind .. ':' .. c.now)
    c.outbox = true
    emit(c, 'message.queued', ',"message":"' .. mid .. '","kind":"' .. kind .. '","ticket":"' .. id ..
        '","number":"' .. number .. '","tries":0')
end

-- To one of the hall's alarm phones, by its place in the hall file: there it stands in clear, so nothing sealed is kept.
-- alarm: kind, service or name (what it is about), value.
local function message_alarm(c, place, alarm)
    local mid = call('XADD', keys.outbox(c.h), '*', 'k', 'alarm', 't', '', 'n', '', 'l', c.hall.language,
        's', alarm.service, 'p', '#' .. place, 'w', alarm.kind, 'u', alarm.name, 'v', alarm.value,
        'x', fmt('%.0f', c.ms + MESSAGE_WORTH_MS.alarm), 'q', fmt('#%d:alarm:%s', place, c.now))
    c.outbox = true
    emit(c, 'message.queued', ',"message":"' .. mid .. '","kind":"alarm","ticket":"","number":"","tries":0')
end
