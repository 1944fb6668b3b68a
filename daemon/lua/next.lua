-- Calling: the next one by rank, or a certain one. Suggest and claim are one step, so that clerks who press at
-- once get different citizens or "nobody is waiting".
-- SPDX-License-Identifier: MIT

local function why_of(c, id, t, pick, reason)
    local out = '{"rule":"' .. pick.rule .. '","overtaken":' .. line.overtaken(c, pick.line, id, t) ..
        ',"bound":' .. c.hall.rules.overtaking_max .. ',"offset":' .. pick.offset ..
        ',"waited":' .. fmt('%.0f', c.ms - entered_of(id, t))
    if t.bk then out = out .. ',"booked":' .. t.at .. ',"arrived":' .. id:sub(1, 13) end
    if reason then out = out .. ',"reason":' .. quote(reason) end
    return out .. '}'
end

local function call_ticket(c, k, id, t, pick, reason)
    t.wy = why_of(c, id, t, pick, reason) -- before it leaves the line
    ticket.set(c, id, t, 'call', 'called', { ct = k.code, by = c.who, ca = '1', wy = t.wy })
    call('HSET', keys.counter(c.h, k.code), 'tk', id)
    if t.ph then call('HDEL', keys.tell(c.h), id) end
    line.leave_called(c, pick.line, id, t)
    ticket.emit(c, 'ticket.called', id, t, at(k) .. ',"line":"' .. pick.line .. '","calls":1,"why":' .. t.wy)
    message(c, 'called', id, t, nil, c.now)
end

local MAY_BECOME = { finish = true, absent = true, park = true, put_back = true }

-- args: counter present ticket
writing('ticket_next', function(c, a)
    local k, refusal = counter.at_work(c, a[1])
    if not k then return nil, refusal end
    local before, t0
    if k.tk then
        if a[2] == '' then return refuse('counter_busy', 'present') end
        if not MAY_BECOME[a[2]] then return refuse('field_invalid', 'present') end
        before, t0 = present(c, k, a[2], a[3])
        if not before then return nil, t0 end
    elseif a[3] ~= '' then
        return refuse('ticket_other', 'ticket')
    end
    -- Chosen before a ticket is put back, which must not be called again at once. But after a step: whoever this counter
    -- serves next anyway, and whose turn it is, need not sit down.
    local chosen = a[2] == 'put_back'
    local pick = chosen and line.pick(c, k.code, k.pr)
    local finished = ''
    if before then finished = ',"finished":' .. ticket.json(before, t0, PRESENT[a[2]](c, k, before, t0)) end
    if not chosen then pick = line.pick(c, k.code, k.pr) end
    if not pick then return '{"ticket":null' .. finished .. '}' end
    local t = ticket.load(c, pick.id)
    call_ticket(c, k, pick.id, t, pick)
    return '{"ticket":' .. ticket.json(pick.id, t) .. finished .. '}'
end)

-- args: counter ticket reason
writing('ticket_call', function(c, a)
    local k, refusal = counter.at_work(c, a[1])
    if not k then return nil, refusal end
    if k.tk then return refuse('counter_busy', 'counter') end
    local id, t = ticket.find(c, a[2])
    if not id then return refuse('ticket_unknown', 'ticket') end
    if not may('call', t.st) then return refuse('ticket_state', 'ticket') end
    local offset = t.ln == '@' .. k.code and 0 or config.offset(c.hall, k.pr, t.ln)
    if not offset then return refuse('ticket_not_served', 'ticket') end
    call_ticket(c, k, id, t, { line = t.ln, rule = 'chosen', offset = offset }, a[3])
    return ticket.json(id, t)
end)
