-- Giving a ticket, cancelling it, and coming back after being missed.
-- SPDX-License-Identifier: MIT

-- A phone record is needed until the hall's day is over; a day and a half covers every hall and zone.
local PHONE_KEPT_S = '129600'
local GIVEN_KEPT_S = '259200'

-- The next free number of the series: a number still alive is passed over, also after wrapping round. nil when
-- every number is alive (the count then stands where it stood, modulo the range).
local function take_number(c, series)
    local given = keys.given(c.h, c.day)
    for _ = 1, series.span do
        local count = call('HINCRBY', given, series.form, 1)
        if count == 1 then call('EXPIRE', given, GIVEN_KEPT_S) end
        local number = fmt(series.form, series.first + (count - 1) % series.span)
        local id = c.now .. '-' .. number
        if call('HSETNX', keys.numbers(c.h), number, id) == 1 then return id, number end
    end
    return nil
end

-- args: service class lang phone_record phone_sealed phone_hash
writing('ticket_issue', function(c, a)
    local service, class = c.hall.services[a[1]], a[2] ~= '' and a[2] or 'normal'
    if not service then return refuse('service_unknown', 'service') end
    if not service.open or (c.role == 'kiosk' and not service.kiosk) then
        return refuse('service_closed', 'service')
    end
    if not c.hall.classes[class] then return refuse('class_unknown', 'class') end
    local id, number = take_number(c, c.hall.series[service.series])
    if not id then return refuse('series_full', 'service') end

    local score = fmt('%.0f', rank.walk_in(c, class))
    local t = { st = 'waiting', sv = a[1], cl = class, ln = a[1], rk = score, ts = c.now, ca = '0', rt = '0',
        lg = c.hall.languages[a[3]] and a[3] or c.hall.language, ph = a[4] ~= '' and a[4] or nil, from = '-' }
    local key = keys.ticket(c.h, id)
    if t.ph then
        call('SET', keys.phone(c.h, t.ph), a[5], 'EX', PHONE_KEPT_S)
        call('HSET', key, 'st', 'waiting', 'sv', t.sv, 'cl', class, 'rk', score, 'lg', t.lg, 'ph', t.ph, 'ha', a[6])
    else
        call('HSET', key, 'st', 'waiting', 'sv', t.sv, 'cl', class, 'rk', score, 'lg', t.lg)
    end
    line.enter(c, t.ln, id, score)
    local ahead = line.ahead(c, t.ln, id)
    if t.ph and ahead > c.hall.rules.come_now_ahead then call('HSET', keys.tell(c.h), id, '1') end
    message(c, 'ticket', id, t, ahead)
    emit(c, 'ticket.issued', ',"ticket":"' .. id .. '","number":"' .. number .. '","service":"' .. t.sv ..
        '","class":"' .. class .. '","from":"-","to":"waiting","line":"' .. t.ln .. '","rank":' .. score .. (t.ph and ',"phone":true' or ''))
    return ticket.json(id, t, ',"ahead":' .. ahead)
end)

-- args: ticket
writing('ticket_cancel', function(c, a)
    local id, t = ticket.find(c, a[1])
    if not id then return refuse('ticket_unknown', 'ticket') end
    if not may('cancel', t.st) then return refuse('ticket_state', 'ticket') end
    ticket.set(c, id, t, 'cancel', 'cancelled')
    call('HDEL', keys.tell(c.h), id)
    line.leave(c, t.ln, id)
    ticket.emit(c, 'ticket.cancelled', id, t, ',"line":"' .. t.ln .. '"')
    return ticket.json(id, t)
end, true)

-- args: ticket
writing('ticket_return', function(c, a)
    local id, t = ticket.find(c, a[1])
    if not id then return refuse('ticket_unknown', 'ticket') end
    if not may('return', t.st) then return refuse('ticket_state', 'ticket') end
    local rules = c.hall.rules
    if c.ms > tonumber(t.ts) + rules.return_within_minutes * MINUTE_MS then
        return refuse('ticket_return_late', 'ticket')
    end
    if tonumber(t.rt) >= rules.return_max then return refuse('ticket_return_often', 'ticket') end
    call('ZREM', keys.missed(c.h), id)
    call('ZREM', keys.due(c.h), 'missed|' .. id)
    t.rt = fmt('%d', t.rt + 1)
    call('HSET', keys.ticket(c.h, id), 'rt', t.rt)
    local more = ticket.wait(c, id, t, 'return', t.ln, rank.returned(c, tonumber(t.rk)))
    ticket.emit(c, 'ticket.returned', id, t, more)
    return ticket.json(id, t, ',"ahead":' .. line.ahead(c, t.ln, id))
end)
