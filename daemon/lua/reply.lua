-- What a citizen writes back: 0, 1 and 2 to what was written to the number last and is still alive, and whether it wants to be
-- written to at all. C has found the word and the hall; the number comes here as its keyed hash, and sealed for the answer.
-- `{h}:spoken:<phone>` has what it was written about and when (event.lua). SPDX-License-Identifier: MIT
do
    local OF_ANSWER_S, HELP_S = '3600', '86400'
    -- More than anybody types in earnest; two machines that answer each other come to rest.
    local WORD_MS, WORDS_MAX = 240000, 15
    local BOOKING_ALIVE = { confirmed = true, offered = true }
    local TICKET_ALIVE = { waiting = true, coming = true, called = true, missed = true }

    -- What an id of the list is about: x.id, x.b or x.t; nil when that is over.
    local function subject(c, id)
        local b = id:sub(14, 15) == '-b' and booking.load(c, id) or nil
        local t = not b and ticket.load(c, id) or nil
        if not (b and BOOKING_ALIVE[b.st] or t and TICKET_ALIVE[t.st]) then return nil end
        if b and tonumber(b.st == 'offered' and b.x or rank.too_late_after(c, tonumber(b.at))) < c.ms then return nil end
        return { id = id, b = b, t = t }
    end

    -- The one whose message came last, and when; of a booking from before such messages were kept: the next one, 0.
    local function pick(c, phone)
        local list = call('ZREVRANGE', keys.spoken(c.h, phone), 0, -1, 'WITHSCORES')
        for i = 1, #list, 2 do
            local x = subject(c, list[i])
            if x then return x, list[i + 1] end
        end
        for _, id in ipairs(call('ZRANGE', keys.bookings_of(c.h, phone), 0, 0)) do
            local x = subject(c, id)
            if x then return x, '0' end
        end
        return nil, '0'
    end

    local function is_out(c, phone) return call('SISMEMBER', keys.optout(c.h), phone) == 1 end

    local function known(c, phone)
        return call('EXISTS', keys.spoken(c.h, phone), keys.bookings_of(c.h, phone)) > 0 or is_out(c, phone)
    end

    -- Does the hall know the number, when did it write to it last about something alive, has it heard this text already?
    -- args: phone_hash mark
    reading('inbound_find', function(c, a)
        local _, at = pick(c, a[1])
        return '{"known":' .. tostring(known(c, a[1])) .. ',"at":' .. at .. ',"heard":' ..
            tostring(call('EXISTS', keys.heard(c.h, a[2])) == 1) .. ',"country":"' .. c.hall.raw.country .. '"}'
    end)

    -- Writes an answer, about x where there is one. at: what its {time} says.
    local function answer(c, from, kind, x, at)
        if not from.wants or is_out(c, from.phone) then return end
        call('SET', keys.phone(c.h, from.record), from.sealed, 'EX', OF_ANSWER_S)
        local one = x and (x.b or x.t) or {}
        local to = { ph = from.record, ha = from.phone, lg = one.lg, sv = one.sv }
        if x and x.t then
            message(c, kind, x.id, to, nil, c.now, { at = at })
        else
            message_booking(c, kind, x and x.id or '', to, { at = at or x and x.b.at })
        end
    end

    -- At most one a day that nobody asked for.
    local function help(c, from, kind, x)
        if call('SET', keys.helped(c.h, from.phone), '1', 'EX', HELP_S, 'NX') then answer(c, from, kind, x) end
        return 'help'
    end

    local BOOKING, OFFER, TICKET = {}, {}, {}

    -- Each returns what was done, or nothing where it cannot be.
    function BOOKING.cancel(c, from, x)
        booking.cancel(c, x.id, x.b, '', true)
        answer(c, from, 'reply_cancelled', x)
        return 'cancel'
    end

    function BOOKING.confirm(c, from, x)
        call('HSET', keys.booking(c.h, x.id), 'cf', c.now)
        answer(c, from, 'reply_coming', x)
        return 'confirm'
    end

    -- Late: staff see it, and the citizen hears how long there is time. That is all the rules give.
    function BOOKING.more_time(c, from, x)
        if x.b.dy ~= c.day then return nil end
        call('HSET', keys.booking(c.h, x.id), 'lt', c.now)
        answer(c, from, 'reply_late', x, fmt('%.0f', rank.too_late_after(c, tonumber(x.b.at))))
        return 'more_time'
    end

    function OFFER.cancel(c, from, x)
        waitlist.end_offer(c, x.id, x.b, 'decline', 'declined', 'declined')
        answer(c, from, 'reply_declined', x)
        return 'cancel'
    end

    -- What is booked or moved by it is told anyway.
    function OFFER.confirm(c, _, x) return booking.accept(c, x.id, x.b) and 'confirm' or nil end

    function TICKET.cancel(c, from, x)
        if not may('cancel', x.t.st) then return nil end
        ticket.cancel(c, x.id, x.t)
        answer(c, from, 'reply_cancelled', x)
        return 'cancel'
    end

    -- Whoever was missed has to be seen in the hall, so that nobody is called twice for nothing: told again how.
    function TICKET.confirm(c, from, x)
        if x.t.st ~= 'missed' then
            call('HSET', keys.ticket(c.h, x.id), 'cf', c.now)
            answer(c, from, 'reply_coming', x)
            return 'confirm'
        end
        local last = tonumber(x.t.ts) + c.hall.rules.return_within_minutes * MINUTE_MS
        if c.ms > last or tonumber(x.t.rt) >= c.hall.rules.return_max then return nil end
        answer(c, from, 'missed', x, fmt('%.0f', last))
        return 'confirm'
    end

    function TICKET.more_time(c, from, x)
        if not ticket.delay(c, x.id, x.t, c.hall.rules.delay_minutes_max) then return nil end
        answer(c, from, 'reply_more_time', x, x.t.aw or fmt('%.0f', rank.lapses(c, tonumber(x.t.rk))))
        return 'more_time'
    end

    local function act(c, from, word)
        local x = pick(c, from.phone)
        if not x then return help(c, from, 'reply_none') end
        local moves = x.t and TICKET or x.b.st == 'offered' and OFFER or BOOKING
        if word == 'help' then return help(c, from, 'reply_help', x), x end
        local done = moves[word] and moves[word](c, from, x)
        if not done then answer(c, from, 'reply_no', x) end
        return done or 'none', x
    end

    local WORDS = { cancel = act, confirm = act, more_time = act, help = act }

    -- The last message is the one that says so.
    function WORDS.stop(c, from)
        if is_out(c, from.phone) then return 'none' end
        answer(c, from, 'reply_stopped')
        limit.opt_out(c, from.phone, true)
        return 'stop'
    end

    function WORDS.start(c, from)
        if not limit.opt_out(c, from.phone, false) then return 'none' end
        answer(c, from, 'reply_started')
        return 'start'
    end

    local NOTHING = '{"done":"none","number":""}'

    -- mark: of this text; brought again within kept_s it does nothing. wants: '' where another hall answers.
    -- args: phone_record phone_sealed phone_hash word mark kept_s wants
    writing('message_inbound', function(c, a)
        local from = { record = a[1], sealed = a[2], phone = a[3], wants = a[7] ~= '' }
        local word, kept_s = WORDS[a[4]], tonumber(a[6])
        if not word then return refuse('field_invalid', 'word') end
        if not kept_s or kept_s < 1 then return refuse('field_invalid', 'kept_s') end
        if not known(c, from.phone) then return NOTHING end
        if not call('SET', keys.heard(c.h, a[5]), '1', 'EX', fmt('%d', kept_s), 'NX') then return NOTHING end
        local spend = limit.rate(c, { { 'inbound:' .. from.phone, WORD_MS, WORDS_MAX } })
        if not spend then return NOTHING end
        spend()
        run_later(c)
        local done, x = word(c, from, a[4])
        local number = x and (x.b and x.b.n or x.id:sub(15)) or ''
        emit(c, 'message.inbound', ',"word":"' .. a[4] .. '","done":"' .. done .. '","ticket":"' .. (x and x.id or '') ..
            '","number":"' .. number .. '"')
        return '{"done":"' .. done .. '","number":"' .. number .. '"}'
    end, true)
end
