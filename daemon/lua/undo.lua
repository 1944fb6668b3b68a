-- Taking a press back: for ten seconds everything is again as it was before it. What that was is kept by press.keep
-- (press.lua). Fields of a ticket that no press changes (a note, a promise) stay as they are by now.
-- SPDX-License-Identifier: MIT
do
    -- Long enough to see that it was the wrong key; short enough that a citizen who was called has not got up for nothing.
    local UNDO_MS = 10000

    -- What the counter's last press did, or nil and a refusal.
    local function last_press(c, k, guard)
        local p, known = press.last(c, k), guard == ''
        if not p then return refuse('undo_none', 'counter') end
        for _, one in ipairs(p.steps) do
            if guard == one.id or guard == one.id:sub(15) then known = true end
        end
        if not known then return refuse('ticket_other', 'ticket') end
        if c.ms > p.at + UNDO_MS or (k.tk or '') ~= p.after then return refuse('undo_late', 'counter') end
        return p
    end

    -- Every ticket as the press left it, by its id; nil when one has moved on, or its number is somebody else's by now.
    local function still_there(c, p)
        local now = {}
        for i = #p.steps, 1, -1 do
            local one = p.steps[i]
            if not now[one.id] then
                local t = ticket.load(c, one.id)
                if not t or press.mark(t) ~= one.left then return nil end
                if t.st == 'done' and call('HEXISTS', keys.numbers(c.h), one.id:sub(15)) == 1 then return nil end
                now[one.id] = t
            end
        end
        return now
    end

    -- Who was called out of the line since the press, having entered it later: as if the ticket had stood there, they have
    -- overtaken it. And who has been called in vain, their call being undone. over: what it was at the press. id → `in`.
    local function overtakers_since(c, p, name, over)
        local called = {}
        for entered, id in over:gmatch('(%d+)|([^,]+)') do called[id] = entered end
        for _, entry in ipairs(call('XRANGE', c.events, '(' .. p.event, '+')) do
            local text = entry[2][2]
            if text:find('"line":"' .. name .. '"', 1, true) then
                local e = cjson.decode(text)
                if e.type == 'ticket.called' and e.entered then
                    called[e.ticket] = fmt('%.0f', e.entered) -- it may have entered again since
                elseif e.type == 'ticket.undone' and e.undoes == 'ticket.called' then
                    called[e.ticket] = nil
                end
            end
        end
        return called
    end

    -- Out of where the press put it.
    local LEAVE = {
        waiting = function(c, id, t) line.withdraw(c, t.ln, id, t) end,
        missed = function(c, id)
            call('ZREM', keys.missed(c.h), id)
            call('ZREM', keys.due(c.h), 'missed|' .. id)
        end,
        parked = function(c, id) call('ZREM', keys.parked(c.h), id) end,
        done = function(c, id)
            call('HSET', keys.numbers(c.h), id:sub(15), id)
            call('PERSIST', keys.ticket(c.h, id))
        end,
    }

    -- Into where it was.
    local RETURN = {
        waiting = function(c, id, t, p, one)
            line.restore(c, t.ln, id, t, overtakers_since(c, p, t.ln, one.over))
            if one.tell then call('HSET', keys.tell(c.h), id, '1') end
        end,
        parked = function(c, id, t) call('ZADD', keys.parked(c.h), t.ts, id) end,
    }

    -- The record as it was, but for its history, which goes on; returns it.
    local function restore_record(c, k, id, t, was)
        local key, set, gone = keys.ticket(c.h, id), {}, {}
        for f, v in pairs(was) do
            if v ~= '' then set[#set + 1], set[#set + 2] = f, v else gone[#gone + 1] = f end
        end
        set[#set + 1], set[#set + 2] = 'hi', ticket.traced(c, id, t, 'undo', k.code)
        call('HSET', key, unpack(set))
        if gone[1] then call('HDEL', key, unpack(gone)) end
        return ticket.load(c, id)
    end

    -- Whoever was served without a number had one for some seconds: it is not given twice in a day, so the ticket ends.
    local function restore_none(c, k, id, t)
        t.hi = ticket.traced(c, id, t, 'undo', k.code)
        t.st, t.ts, t.ct = 'cancelled', c.now, nil
        call('HSET', keys.ticket(c.h, id), 'st', t.st, 'ts', t.ts, 'ct', '', 'hi', t.hi)
        ticket.ended(c, id)
        return t
    end

    local function undo_one(c, k, p, one)
        local t = ticket.load(c, one.id)
        local from = t.st
        if LEAVE[from] then LEAVE[from](c, one.id, t) end
        if one.was.st then
            t = restore_record(c, k, one.id, t, one.was)
            if RETURN[t.st] then RETURN[t.st](c, one.id, t, p, one) end
        else
            t = restore_none(c, k, one.id, t)
        end
        t.from = from
        ticket.emit(c, 'ticket.undone', one.id, t, ',"undoes":"' .. one.kind .. '","line":"' .. t.ln .. '","rank":' .. t.rk ..
            ',"since":' .. t.ts .. ',"calls":' .. t.ca .. (t.ct and at({ code = t.ct }) or '') ..
            (t.wy and ',"why":' .. t.wy or '') .. ticket.steps(t))
        return t
    end

    -- The number was not written to about this ticket after all, or not then.
    local function unspeak(c, p, phone, id, before)
        local key = keys.spoken(c.h, phone)
        if tonumber(call('ZSCORE', key, id) or 0) ~= p.at then return end
        if before ~= '' then call('ZADD', key, before, id) else call('ZREM', key, id) end
    end

    -- A message nobody has begun to send is not sent; whoever was told to come for nothing is told again in time.
    local function take_back_messages(c, p)
        for _, m in ipairs(p.messages) do
            local mid, to_come = m[1], m[2]
            local dropped = call('EXISTS', keys.message(c.h, mid)) == 0 and message_over(c, mid, 'expired', '', 'taken_back')
            if dropped and m[3] then unspeak(c, p, m[3], m[4], m[5]) end
            if dropped and to_come ~= '' then
                local state = call('HGET', keys.ticket(c.h, to_come), 'st')
                if state == 'waiting' or state == 'coming' then call('HSET', keys.tell(c.h), to_come, '1') end
            end
        end
    end

    -- args: counter ticket
    writing('ticket_undo', function(c, a)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        local p, against = last_press(c, k, a[2])
        if not p then return nil, against end
        local now = still_there(c, p)
        if not now then return refuse('undo_late', 'ticket') end
        press.forget(c, k.code)
        k.tk = p.counter ~= '' and p.counter or nil
        call('HSET', keys.counter(c.h, k.code), 'tk', p.counter)
        local kinds, tickets = {}, {}
        for i = #p.steps, 1, -1 do
            local one = p.steps[i]
            local t = undo_one(c, k, p, one)
            kinds[#kinds + 1], tickets[#tickets + 1] = '"' .. one.kind .. '"', ticket.json(one.id, t)
        end
        take_back_messages(c, p)
        return '{"undone":' .. list_json(kinds) .. ',"tickets":' .. list_json(tickets) .. ',"counter":' ..
            counter.view(c, k) .. '}'
    end)
end
