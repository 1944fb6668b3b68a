-- Coming to the hall: a booking becomes a ticket, or is missed; a number taken from home enters its line, or lapses.
-- SPDX-License-Identifier: MIT

do
    -- What proves to be in the hall: the citizen's link with the code shown there, a kiosk, a member of staff. C has checked
    -- the code; with a wrong one it says so, to be counted.
    local PROOFS = { link = true, kiosk = true, staff = true }

    -- Five wrong codes in ten minutes: who reads it from the board needs one.
    local WRONG_MAX, WRONG_EACH_MS = 5, 120000

    -- nil, or a refusal. Once the tries are used up the right code is refused as well, or trying would go on. A wrong one is
    -- the one thing that a refusal leaves behind.
    local function unproven(c, id, proof)
        if c.role ~= 'citizen' and proof ~= 'wrong' then return nil end
        local spend, refusal = limit.rate(c, { { 'arrival:' .. id, WRONG_EACH_MS, WRONG_MAX } })
        if not spend then return refusal end
        if PROOFS[proof] then return nil end
        spend()
        return select(2, refuse('arrival_code', 'arrival'))
    end

    -- Checked in before: the same ticket, as it is now.
    local function ticket_of(c, b)
        local t = b.tk and ticket.load(c, b.tk)
        if not t then return refuse('booking_state', 'booking') end
        if t.st ~= 'waiting' then return ticket.answer(c, b.tk, t) end
        return ticket.answer(c, b.tk, t, ',"ahead":' .. ticket.ahead(c, b.tk, t))
    end

    -- The ticket's fields; nil when the hall offers none of the services any more.
    local function fields_of(c, id, b)
        local services = {}
        for _, service in ipairs(words_of(b.sv)) do
            if c.hall.services[service] then services[#services + 1] = service end
        end
        if not services[1] then return nil end
        local series, ordered = c.hall.services[services[1]].series, b.od == '1'
        local class = c.hall.classes[b.cl] and b.cl or c.hall.default_class
        local service = step.choose(c, services, ordered)
        return { st = 'waiting', sv = service, cl = class, rk = fmt('%.0f', rank.booked(c, class, tonumber(b.at))),
            lg = b.lg, ph = b.ph, ha = b.ha, bk = id, at = b.at, pe = tonumber(b.pe) > 1 and b.pe or nil,
            nx = services[1] and table.concat(services, ','), od = ordered and services[1] and '1' or nil }, series
    end

    -- args: booking proof
    writing('booking_check_in', function(c, a)
        local id, b = a[1], booking.load(c, a[1])
        if not b then return refuse('booking_unknown', 'booking') end
        local refusal = unproven(c, id, a[2])
        if refusal then return nil, refusal end
        if b.st == 'checked_in' then return ticket_of(c, b) end
        if b.st == 'missed' then return refuse('booking_missed', 'booking') end
        if b.st ~= 'confirmed' then return refuse('booking_state', 'booking') end
        local at = tonumber(b.at)
        if c.ms < at - c.hall.booking.early_minutes * MINUTE_MS then return refuse('booking_early', 'booking') end
        if c.ms > rank.too_late_after(c, at) then return refuse('booking_missed', 'booking') end
        local t, series = fields_of(c, id, b)
        if not t then return refuse('service_unknown', 'booking') end
        local json, full, ticket_id = give(c, series, t)
        if not json then return nil, full end
        booking.set(c, id, b, 'check_in', 'checked_in', { tk = ticket_id })
        booking.emit(c, 'booking.checked_in', id, b, ',"ticket":"' .. ticket_id .. '"')
        drop_offer(c, b)
        waitlist.booking_over(c, id, b)
        slot.count_show(c, 'kept')
        return json
    end)

    -- Not there in time. At the very last millisecond there is still time, and the hall may have given more of it meanwhile.
    function LATER.late(c, id)
        local b = booking.load(c, id)
        if not b or b.st ~= 'confirmed' then return end
        local at = tonumber(b.at)
        local last = rank.too_late_after(c, at)
        if c.ms <= last then
            do_later(c, last + 1, 'late', id)
            return
        end
        local excused = rebooking(c, b)
        slot.give(c, slot.to_come(c, slot.parse(b.sg), at)) -- at once, for walk-ins: not to the waitlist
        booking.set(c, id, b, 'miss', 'missed')
        booking.emit(c, 'booking.missed', id, b)
        drop_offer(c, b)
        waitlist.booking_over(c, id, b)
        slot.count_show(c, 'missed')
        if not excused then limit.count_miss(c, b) end
    end

    -- Numbers of one address, and of its /24 or /48: as many at once as holds of a booking (limit.lua), then ten an hour; or
    -- one who plays with the page would use up the hall's numbers from home.
    local REMOTE_EACH_MS, REMOTE_AT_ONCE = 360000, 10

    -- Messages go to a phone number that nobody has verified: a family's three, then one an hour.
    local REMOTE_OF_PHONE_MS, REMOTE_OF_PHONE = 3600000, 3

    local function remote_rates(address, prefix, phone)
        local asks = { { 'remote:a:' .. address, REMOTE_EACH_MS, REMOTE_AT_ONCE },
            { 'remote:x:' .. prefix, REMOTE_EACH_MS / 4, 4 * REMOTE_AT_ONCE } }
        if phone ~= '' then asks[3] = { 'remote:' .. phone, REMOTE_OF_PHONE_MS, REMOTE_OF_PHONE } end
        return asks
    end

    -- args: service class lang phone_record phone_sealed phone_hash pow address prefix
    writing('ticket_remote', function(c, a)
        local remote, class = c.hall.remote, a[2] ~= '' and a[2] or c.hall.default_class
        if not remote.open then return refuse('remote_closed', 'service') end
        local service, refusal = wanted(c, a[1], class, false)
        if not service then return nil, refusal end
        local from_home = call('ZCARD', keys.coming(c.h)) - call('ZCARD', keys.away(c.h))
        if from_home >= remote.alive_max then return refuse('remote_closed', 'service') end
        local against = limit.pow_against(c, a[7])
        if against then return refuse(against, 'challenge') end
        local spend, too_often = limit.rate(c, remote_rates(a[8], a[9], a[6]))
        if not spend then return nil, too_often end
        local blocked = a[6] ~= '' and limit.blocked(c, a[6])
        if blocked then -- costs as much as a number, or anybody could ask which numbers are blocked
            limit.pow_use(c, a[7])
            spend()
            return refuse('phone_blocked', 'phone', blocked)
        end
        local t = walk_in(c, 'coming', a[1], class, a[3], { a[4], a[5], a[6] })
        local json, full, id = give(c, service.series, t)
        if not json then return nil, full end
        limit.pow_use(c, a[7])
        spend()
        do_later(c, rank.lapses(c, tonumber(t.rk)) + 1, 'coming', id)
        return json
    end)

    function LATER.coming(c, id)
        local t = ticket.load(c, id)
        if not t or t.st ~= 'coming' then return end
        local last = rank.lapses(c, tonumber(t.rk))
        if c.ms <= last then
            do_later(c, last + 1, 'coming', id)
            return
        end
        call('HDEL', keys.tell(c.h), id)
        ticket.expire(c, id, t)
    end

    -- args: ticket proof (missing when a kiosk or a member of staff asks)
    writing('ticket_arrive', function(c, a)
        local id, t = ticket.find(c, a[1])
        if not id then return refuse('ticket_unknown', 'ticket') end
        local refusal = unproven(c, id, a[2])
        if refusal then return nil, refusal end
        if not may('arrive', t.st) then return refuse('ticket_state', 'ticket') end
        if t.aw then
            ticket.back(c, id, t)
        else
            local old = tonumber(t.rk)
            if c.ms > rank.lapses(c, old) then return refuse('ticket_return_late', 'ticket') end
            ticket.not_coming(c, id)
            local more = ticket.wait(c, id, t, 'arrive', t.ln, rank.kept(c, old))
            ticket.emit(c, 'ticket.arrived', id, t, more)
        end
        return ticket.answer(c, id, t, ',"ahead":' .. ticket.ahead(c, id, t))
    end)
end
