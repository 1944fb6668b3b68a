-- Giving a ticket, cancelling it, and coming back after being missed. A booking and a number taken from home become
-- tickets in arrive.lua, by the same give().
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

-- What a new ticket's record is made of; load() fills in the rest.
local GIVEN = { 'st', 'sv', 'cl', 'rk', 'in', 'lg', 'ph', 'ha', 'bk', 'at', 'pe', 'nx', 'od', 'hi', 'ct', 'by', 'wy' }

-- Where a new ticket goes: into its line, or it is on its way, or it is served at once (t.ct, t.by, t.wy). Returns how many
-- are before it.
local function place(c, id, t)
    if t.st == 'serving' then return 0 end
    local ahead
    if t.st == 'waiting' then
        ahead = line.enter(c, t.ln, id, t)
    else
        call('ZADD', keys.coming(c.h), t.rk, id)
        ahead = ticket.ahead(c, id, t)
    end
    -- A forecast knows how long so few take; without one they are near enough to stay.
    if t.ph and (ahead > c.hall.rules.come_now_ahead or ahead > 0 and c.foretold) then
        call('HSET', keys.tell(c.h), id, '1')
    end
    message(c, 'ticket', id, t, ahead)
    return ahead
end

-- Gives a ticket with these fields, numbered in that series. t.sealed is kept under t.ph; a booking's is kept already. Returns
-- its JSON, nil and its id, or nil and a refusal: the last thing that may refuse, so nothing may be written before.
local function give(c, series, t)
    local id, number = take_number(c, c.hall.series[series])
    if not id then return refuse('series_full', 'service') end
    if t.sealed then call('SET', keys.phone(c.h, t.ph), t.sealed, 'EX', PHONE_KEPT_S) end
    if not t.bk then today.take(c, t.sv) end -- a booking's time was spoken for before
    local flat = {}
    t.hi, t['in'] = 'i0:' .. t.sv, t.st == 'waiting' and line.entry(c) or nil
    for _, f in ipairs(GIVEN) do
        if t[f] then flat[#flat + 1], flat[#flat + 2] = f, t[f] end
    end
    call('HSET', keys.ticket(c.h, id), unpack(flat))
    t.ln, t.ts, t.ca, t.rt, t.from = t.sv, c.now, '0', '0', '-'
    local ahead = place(c, id, t)
    emit(c, 'ticket.issued', ',"ticket":"' .. id .. '","number":"' .. number .. '","service":"' .. t.sv ..
        '","class":"' .. t.cl .. '","from":"-","to":"' .. t.st .. '","line":"' .. t.ln .. '","rank":' .. t.rk ..
        (t.ph and ',"phone":true' or '') .. ticket.booked(t) .. ticket.steps(t) .. (t.od and ',"ordered":true' or '') ..
        (t.st == 'serving' and ',"counter":"' .. t.ct .. '","direct":true' or ''))
    return ticket.json(id, t, t.st ~= 'serving' and ',"ahead":' .. ahead or ''), nil, id
end

-- The service and the class somebody asks for, or nil and a refusal.
local function wanted(c, service_code, class, at_counter)
    local service = c.hall.services[service_code]
    if not service then return refuse('service_unknown', 'service') end
    if not service.open or not (at_counter or service.kiosk) then return refuse('service_closed', 'service') end
    if not c.hall.classes[class] then return refuse('class_unknown', 'class') end
    local against = not at_counter and today.against(c, service_code)
    if against then return refuse(against, 'service') end
    return service
end

-- How many come with one number ("" is one); or nil and a refusal.
function ticket.persons(service, text)
    local persons = (text or '') == '' and 1 or tonumber(text)
    if not persons or persons < 1 or persons > max(1, service.booking.persons_max) then
        return refuse('field_invalid', 'persons')
    end
    return persons
end

-- A walk-in's fields; `phone` is record, sealed number, keyed hash.
local function walk_in(c, state, service, class, lang, phone)
    local t = { st = state, sv = service, cl = class, rk = fmt('%.0f', rank.walk_in(c, class)),
        lg = c.hall.languages[lang] and lang or c.hall.language }
    if phone[1] ~= '' then t.ph, t.sealed, t.ha = phone[1], phone[2], phone[3] end
    return t
end

-- args: service class lang phone_record phone_sealed phone_hash persons
writing('ticket_issue', function(c, a)
    local class = a[2] ~= '' and a[2] or c.hall.default_class
    local service, refusal = wanted(c, a[1], class, c.role ~= 'kiosk')
    if not service then return nil, refusal end
    local persons, too_many = ticket.persons(service, a[7])
    if not persons then return nil, too_many end
    local t = walk_in(c, 'waiting', a[1], class, a[3], { a[4], a[5], a[6] })
    t.pe = persons > 1 and fmt('%d', persons) or nil
    return give(c, service.series, t)
end)

-- The ticket for whoever asks: notes and names of staff are for staff.
function ticket.answer(c, id, t, more)
    if not is_staff(c) then t.by, t.no = nil, nil end
    return ticket.json(id, t, more)
end

function ticket.cancel(c, id, t)
    local was = t.st
    ticket.set(c, id, t, 'cancel', 'cancelled')
    call('HDEL', keys.tell(c.h), id)
    if was == 'coming' then ticket.not_coming(c, id) else line.leave(c, t.ln, id, t) end
    ticket.emit(c, 'ticket.cancelled', id, t, was == 'waiting' and ',"line":"' .. t.ln .. '"')
end

-- args: ticket
writing('ticket_cancel', function(c, a)
    local id, t = ticket.find(c, a[1])
    if not id then return refuse('ticket_unknown', 'ticket') end
    if not may('cancel', t.st) then return refuse('ticket_state', 'ticket') end
    ticket.cancel(c, id, t)
    return ticket.answer(c, id, t)
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
    return ticket.answer(c, id, t, ',"ahead":' .. ticket.ahead(c, id, t))
end)
