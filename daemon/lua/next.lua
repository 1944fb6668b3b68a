-- Calling: the next one by rank, or a certain one; and serving somebody who has no number. Suggest and claim are one step,
-- so that clerks who press at once get different citizens or "nobody is waiting".
-- SPDX-License-Identifier: MIT
do
    -- Why it is called; over: all overtakers of its line.
    local function why_of(c, id, t, pick, over, reason)
        return '{"rule":"' .. pick.rule .. '","overtaken":' .. text_of(line.overtaken(c, pick.line, t, over)) ..
            ',"bound":' .. text_of(c.hall.rules.overtaking_max) .. ',"offset":' .. text_of(pick.offset) .. ',"waited":' ..
            fmt('%d', c.ms - t.ts) .. (t.bk and ',"booked":' .. t.at .. ',"arrived":' .. id:sub(1, 13) or '') ..
            (reason and ',"reason":' .. quote(reason) or '') .. '}'
    end

    local function call_ticket(c, k, id, t, pick, reason)
        local one, over = press.see(c, id, t), line.overtakers(c, pick.line, pick.head)
        local why = why_of(c, id, t, pick, over, reason)
        one.over = over.text
        ticket.set(c, id, t, 'call', 'called', { ct = k.code, by = c.who, ca = '1', wy = why, sh = t.sh and '' })
        k.tk = id
        if t.ph then one.tell = call('HDEL', keys.tell(c.h), id) == 1 end
        line.leave_called(c, pick, id, t, over)
        ticket.emit(c, 'ticket.called', id, t, at(k) .. ',"line":"' .. pick.line .. '","entered":' .. t['in'] ..
            ',"calls":1,"why":' .. why)
        press.sent(c, message(c, 'called', id, t, nil, c.now))
    end

    -- What becomes of the ticket at the counter, so that another may come: id and record, or nil where it has none; or false
    -- and a refusal.
    local function outgoing(c, k, becomes, guard)
        if k.tk then
            if becomes == '' then return false, select(2, refuse('counter_busy', 'present')) end
            local id, t = serve.present(c, k, becomes, guard)
            return id or false, t
        end
        if guard ~= '' then return false, select(2, refuse('ticket_other', 'ticket')) end
        return nil
    end

    -- Does it; returns what the ticket is then.
    local function let_go(c, k, becomes, id, t)
        if not id then return nil end
        press.see(c, id, t)
        local more = serve[becomes](c, k, id, t)
        return ticket.json(id, t, more)
    end

    local TICKET = '{"ticket":'

    -- What stands behind the ticket in the answer.
    local function rest(finished) return finished and ',"finished":' .. finished .. '}' or '}' end

    -- args: counter present ticket
    writing('ticket_next', function(c, a)
        ticket.all_back(c)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        local before, t0 = outgoing(c, k, a[2], a[3])
        if before == false then return nil, t0 end
        press.begin(c, k)
        -- Chosen before a ticket is put back, which must not be called again at once. But after a step: whoever this counter
        -- serves next anyway, and whose turn it is, need not sit down.
        local first = a[2] == 'put_back'
        local pick = first and line.pick(c, k)
        local finished = let_go(c, k, a[2], before, t0)
        if not first then pick = line.pick(c, k) end
        local t
        if pick then
            t = ticket.load(c, pick.id)
            call_ticket(c, k, pick.id, t, pick)
        end
        press.keep(c, k)
        return t and ticket.json(pick.id, t, nil, TICKET, rest(finished)) or TICKET .. 'null' .. rest(finished)
    end)

    -- A ticket held for somebody else may be chosen where its service is served.
    local function offset_of(c, k, t)
        return line.offset(c, k, t.ln) or (t.ln:find('^[@&]') and line.offset(c, k, t.sv))
    end

    -- args: counter ticket reason
    writing('ticket_call', function(c, a)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        if k.tk then return refuse('counter_busy', 'counter') end
        local id, t = ticket.find(c, a[2])
        if not id then return refuse('ticket_unknown', 'ticket') end
        if not may('call', t.st) then return refuse('ticket_state', 'ticket') end
        local offset = offset_of(c, k, t)
        if not offset then return refuse('ticket_not_served', 'ticket') end
        press.begin(c, k)
        call_ticket(c, k, id, t, { line = t.ln, rule = 'chosen', offset = offset }, a[3])
        press.keep(c, k)
        return ticket.json(id, t)
    end)

    -- A walk-in's fields, with those of a ticket that is served at once.
    local function served_at_once(c, k, service, class, persons)
        local t = walk_in(c, 'serving', service, class, '', { '' })
        t.pe = persons > 1 and fmt('%d', persons) or nil
        t.ct, t.by, t.wy = k.code, c.who, '{"rule":"direct","waited":0}'
        return t
    end

    -- Is every number of the series alive?
    local function is_full(c, series)
        if call('HLEN', keys.numbers(c.h)) < series.span then return false end
        for i = 0, series.span - 1 do
            if call('HEXISTS', keys.numbers(c.h), fmt(series.form, series.first + i)) == 0 then return false end
        end
        return true
    end

    -- The fields and the series, or nil and a refusal.
    local function asked(c, k, a)
        local class = a[3] ~= '' and a[3] or c.hall.default_class
        local service, closed = wanted(c, a[2], class, true)
        if not service then return nil, closed end
        local persons, too_many = ticket.persons(service, a[4])
        if not persons then return nil, too_many end
        if is_full(c, c.hall.series[service.series]) then return refuse('series_full', 'service') end
        return served_at_once(c, k, a[2], class, persons), service.series
    end

    -- args: counter service class persons present ticket
    writing('ticket_direct', function(c, a)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        local t, series = asked(c, k, a)
        if not t then return nil, series end
        local before, t0 = outgoing(c, k, a[5], a[6])
        if before == false then return nil, t0 end
        press.begin(c, k)
        local finished = let_go(c, k, a[5], before, t0) -- first: a counter has one ticket at most
        local json, _, id = give(c, series, t)
        k.tk = id
        press.see(c, id, t).kind = 'ticket.issued'
        press.keep(c, k)
        return TICKET .. json .. rest(finished)
    end)
end
