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

local message, message_booking, message_alarm, message_count -- below

-- How long a message is worth sending (sms-display facts: near turn 10 min, called 3 min).
-- A code is typed while the page waits for it; news of a booking is read the same day; an offer lives as long as its hold.
local MESSAGE_WORTH_MS = { ticket = 1800000, come_now = 600000, called = 180000, code = 300000, booked = 43200000,
    moved = 43200000, cancelled = 43200000, warning = 43200000, blocked = 43200000, alarm = 900000,
    missed = 2700000, delay = 600000, reminder = 43200000, reply_cancelled = 1800000, reply_declined = 1800000,
    reply_coming = 1800000, reply_more_time = 600000, reply_late = 1800000, reply_no = 600000, reply_none = 1800000,
    reply_help = 1800000, reply_stopped = 1800000, reply_started = 1800000 }

do
    -- Counts of a day outlive its last message, and the last report on it.
    local COUNTS_KEPT_S = '864000'
    local LISTED_MS = 259200000 -- as long as MESSAGE_KEPT_S of message.lua
    local FREE = { code = true, alarm = true } -- neither capped nor stopped: codes have bounds of their own (code.lua)
    -- What can wait for the end of the quiet hours: reminders, which fall due within anybody's call, and news that are no
    -- answer to something their reader does right now. A notice of delay is for somebody who is waiting: it is worth nothing later.
    local CAN_WAIT = { reminder = 'always', moved = 'news', cancelled = 'news', rebook = 'news', warning = 'news', blocked = 'news' }
    local PRESENT = { citizen = true, kiosk = true } -- who asks right now
    local NEWS_BEFORE_MS = 3600000 -- an hour to read it before the appointment it is about

    local function counted(key, field, by, kept_s)
        local n = call('HINCRBY', key, field, by or 1)
        if n == (by or 1) then call('EXPIRE', key, kept_s or COUNTS_KEPT_S) end
        return n
    end

    -- What statistics count of a day's messages, as long as they are kept (day.lua): whenever it comes, it is of the day on
    -- which the message was written. Put off for another try is not queued a second time.
    local FIGURES = { accepted = true, rejected = true, expired = true, delivered = true, undelivered = true, unknown = true }
    local FIGURES_KEPT_S = '34560000'

    -- So many ("by", or one) messages of that day are in another state (from: nil for new ones). kind "parts": no message, counted
    -- besides.
    function message_count(c, day, kind, from, to, by)
        local key = keys.message_counts(c.h, day)
        if from then call('HINCRBY', key, kind .. '|' .. from, -(by or 1)) end
        counted(key, kind .. '|' .. to, by)
        if kind ~= 'parts' and (FIGURES[to] or not from) then counted(keys.messages_of(c.h, day), to, by, FIGURES_KEPT_S) end
    end

    -- Raised once a day (today.clear_alarms ends it), and told to the alarm phones.
    local function raise_cap(c, cap, most)
        local value = fmt('%d', most)
        if call('HSETNX', keys.alarms(c.h), 'cap|' .. cap, '{"value":' .. value .. ',"since":' .. c.now .. '}') == 0 then return end
        emit(c, 'alarm.raised', ',"alarm":"cap","subject":"' .. cap .. '","value":' .. value)
        for place = 1, #c.hall.alarms.phones do
            message_alarm(c, place, { kind = 'cap', service = '', name = cap, value = value })
        end
    end

    local function capped(c, kind, id, number, cap, most)
        counted(keys.message_counts(c.h, c.day), 'capped|' .. cap)
        emit(c, 'message.capped', ',"kind":"' .. kind .. '","ticket":"' .. id .. '","number":"' .. number ..
            '","cap":"' .. cap .. '"')
        raise_cap(c, cap, most)
        return true
    end

    -- Not written: its number wants none, or it or the hall has had its share of the day. Counts it otherwise. phone: its
    -- keyed hash, nil where a record has none (it was made before there were any).
    local function refused(c, kind, id, number, phone)
        if FREE[kind] then return false end
        local most = c.hall.messages
        if phone then
            if call('SISMEMBER', keys.optout(c.h), phone) == 1 then return true end
            local n = counted(keys.told(c.h, c.day), phone)
            if most.number > 0 and n > most.number then return capped(c, kind, id, number, 'number', most.number) end
        end
        if counted(keys.message_counts(c.h, c.day), 'written') > most.hall and most.hall > 0 then
            return capped(c, kind, id, number, 'hall', most.hall)
        end
        return false
    end

    -- The end of the quiet hours (ms) where it waits for it, or nil. What would come too late then does not.
    local function not_before(c, kind, more)
        local is_news = CAN_WAIT[kind] == 'news'
        if not CAN_WAIT[kind] or is_news and PRESENT[c.role] then return nil end
        local from, till = (call('GET', keys.quiet(c.h)) or ''):match('^(%d+)|(%d+)$')
        till = tonumber(till)
        if not till or c.ms < tonumber(from) or c.ms >= till then return nil end
        if more.worth_until and tonumber(more.worth_until) <= till then return nil end
        local at = tonumber(more.at or 0)
        if is_news and at > c.ms and at < till + NEWS_BEFORE_MS then return nil end
        return till
    end

    -- What the number was last written about, so that an answer finds it (reply.lua); phone is its keyed hash. Kept for as long
    -- ahead as can be booked, and as many as a family has at a time.
    local SPOKEN_KEPT_S, SPOKEN_MAX = '34560000', 20

    local function spoke(c, phone, id)
        if not phone or id == '' then return end
        local key = keys.spoken(c.h, phone)
        if c.press then c.spoke = { phone, id, call('ZSCORE', key, id) or '' } end
        if call('ZADD', key, c.now, id) == 1 then call('ZREMRANGEBYRANK', key, 0, -1 - SPOKEN_MAX) end
        call('EXPIRE', key, SPOKEN_KEPT_S)
    end

    -- Into the outbox, the list and the counts; later: not before (ms), or nil; entry: the fields of its kind. Returns its id.
    local function queue(c, kind, id, number, record, later, entry)
        if later then entry[#entry + 1], entry[#entry + 2] = 'nb', fmt('%.0f', later) end
        local mid = call('XADD', keys.outbox(c.h), '*', 'k', kind, 't', id, 'n', number, 'p', record, 'y', c.day, 'i', c.now,
            unpack(entry))
        call('XADD', keys.messages(c.h), 'MINID', '~', fmt('%.0f', mid:match('^%d+') - LISTED_MS), mid, 'k', kind)
        message_count(c, c.day, kind, nil, 'queued')
        c.outbox = true
        emit(c, 'message.queued', ',"message":"' .. mid .. '","kind":"' .. kind .. '","ticket":"' .. id ..
            '","number":"' .. number .. '","tries":0')
        return mid
    end

    -- t is the ticket's record; nothing is queued for a ticket without a phone. Once per key: a request is applied
    -- once, and each kind hangs on one move of one ticket. `more` as of message_booking. Returns its id in the outbox, nil
    -- where it was not written.
    function message(c, kind, id, t, ahead, version, more)
        if not t.ph then return end
        more = more or {}
        local number = id:sub(15)
        if refused(c, kind, id, number, t.ha) then return end
        spoke(c, t.ha, id)
        return queue(c, kind, id, number, t.ph, nil, { 'l', t.lg or c.hall.language, 'c', t.ct or '', 'a', ahead or '',
            'x', more.worth_until or fmt('%.0f', c.ms + MESSAGE_WORTH_MS[kind]), 's', t.sv, 'b', more.at or '0',
            'q', id .. ':' .. kind .. ':' .. (version or 1) })
    end

    -- About a booking, or (a code, a warning, a block) about a phone number: then id is ''. b has ph, ha, lg, sv; `more` may
    -- have at (the time it tells, ms), sealed (a code), reason (what staff write to its citizen) and worth_until. A booking is told of the same thing anew with each
    -- change of it, so `now` makes the key.
    function message_booking(c, kind, id, b, more)
        if not b.ph then return end
        more = more or {}
        local number = id:sub(16)
        if refused(c, kind, id, number, b.ha) then return end
        spoke(c, b.ha, id)
        local later = not_before(c, kind, more)
        return queue(c, kind, id, number, b.ph, later, { 'l', b.lg or c.hall.language, 's', b.sv or '', 'b', more.at or '0',
            'd', more.sealed or '', 'x', more.worth_until or fmt('%.0f', (later or c.ms) + MESSAGE_WORTH_MS[kind]),
            'o', more.reason or '', 'q', (id ~= '' and id or b.ph) .. ':' .. kind .. ':' .. c.now })
    end

    -- To one of the hall's alarm phones, by its place in the hall file: there it stands in clear, so nothing sealed is kept.
    -- alarm: kind, service or name (what it is about), value.
    function message_alarm(c, place, alarm)
        return queue(c, 'alarm', '', '', '#' .. place, nil, { 'l', c.hall.language, 's', alarm.service, 'w', alarm.kind,
            'u', alarm.name, 'v', alarm.value, 'x', fmt('%.0f', c.ms + MESSAGE_WORTH_MS.alarm),
            'q', fmt('#%d:alarm:%s', place, c.now) })
    end
end
