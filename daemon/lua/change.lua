-- What becomes of a booking before its day: cancelled, moved, or replaced by an offer. Checking in is in arrive.lua.
-- SPDX-License-Identifier: MIT

-- The offer made for a booking falls away with what it was made for.
local function drop_offer(c, b)
    local offer = b.of and booking.load(c, b.of)
    if offer and offer.st == 'offered' then
        waitlist.end_offer(c, b.of, offer, 'cancel', 'cancelled', 'cancelled')
    end
end

-- Staff offered another time because this one cannot take place: giving it back is not the citizen's fault.
local function rebooking(c, b)
    return b.of and not call('HGET', keys.booking(c.h, b.of), 'wl')
end

do
    local WARNINGS = { warned = ',"warning":"cancels"', blocked = ',"warning":"cancels"' }

    local CANCEL = {}

    function CANCEL.held(c, id, b, reason)
        booking.set(c, id, b, 'cancel', 'cancelled', reason)
        booking.emit(c, 'booking.cancelled', id, b)
        waitlist.release(c, waitlist.unit_of(b, limit.held_in_vain(c, b)))
    end

    function CANCEL.offered(c, id, b) waitlist.end_offer(c, id, b, 'cancel', 'cancelled', 'cancelled') end

    function CANCEL.confirmed(c, id, b, reason, is_answered)
        local by_staff, excused = is_staff(c), rebooking(c, b)
        booking.set(c, id, b, 'cancel', 'cancelled', reason)
        -- What a citizen writes may be a name: it is for the staff, not for the log.
        booking.emit(c, 'booking.cancelled', id, b, by_staff and b.rs and ',"reason":' .. quote(b.rs) or nil)
        if not is_answered then message_booking(c, 'cancelled', id, b, { at = b.at, reason = by_staff and b.rs }) end
        drop_offer(c, b)
        waitlist.booking_over(c, id, b)
        waitlist.release(c, waitlist.unit_of(b, true))
        return not by_staff and not excused and WARNINGS[limit.count(c, b, 'cancels')] or nil
    end

    -- text: why, or ''. is_answered: its citizen is told in another way. What the answer says beside the booking.
    function booking.cancel(c, id, b, text, is_answered)
        local reason = { rs = text, by = is_staff(c) and c.who or b.by or '' }
        return CANCEL[b.st](c, id, b, reason, is_answered)
    end

    -- args: booking reason
    writing('booking_cancel', function(c, a)
        run_later(c)
        local id, b = a[1], booking.load(c, a[1])
        if not b then return refuse('booking_unknown', 'booking') end
        if not may_booking('cancel', b.st) then return refuse('booking_state', 'booking') end
        return booking.json(id, b, booking.cancel(c, id, b, a[2]))
    end, true)
end

-- Each move leaves cells in quarantine, so a citizen who moves to and fro would empty the calendar for everybody.
local MOVES_AT_ONCE, MOVE_EACH_MS = 5, 3600000

local function citizen_may_move(c, b, to)
    if tonumber(b.at) <= c.ms then return refuse('booking_missed', 'booking') end
    if b.ha and limit.day_full(c, b.ha, b.sv, to.dy, to.except) then return refuse('phone_day_limit', 'phone') end
    return limit.rate(c, { { 'move:' .. (b.ha or to.except), MOVE_EACH_MS, MOVES_AT_ONCE } })
end

-- Writes the new time; b's old one is returned as text for the event.
local function set_time(c, id, b, to)
    local from = b.at
    booking.set(c, id, b, 'move', 'confirmed', { at = to.at, en = to.en, dy = to.dy, sg = to.sg, sh = to.sh,
        pl = slot.plan(c, to.dy), rs = to.rs or '', mv = fmt('%d', (b.mv or 0) + 1), of = '' })
    return ',"from_at":' .. from .. (to.rs and ',"reason":' .. quote(to.rs) or '')
end

-- args: booking at ends day segments version reason
writing('booking_move', function(c, a)
    local list, to = time_wished(c, a, 2)
    if not list then return nil, to end
    run_later(c)
    local id, b = a[1], booking.load(c, a[1])
    if not b then return refuse('booking_unknown', 'booking') end
    if not may_booking('move', b.st) then return refuse('booking_state', 'booking') end
    local old = slot.parse(b.sg)
    if to.at == b.at and to.sh == b.sh and not slot.without(list, old)[1] then return booking.json(id, b) end
    to.except, to.rs = id, a[7] ~= '' and a[7] or nil
    local spend, refusal
    if not is_staff(c) then
        spend, refusal = citizen_may_move(c, b, to)
        if not spend then return nil, refusal end
    end
    local left = slot.change(c, old, list)
    if not left then return refuse('slot_taken', 'at') end
    if spend then spend() end
    local unit = left[1] and waitlist.unit_of(b, true, nil, left)
    drop_offer(c, b)
    booking.emit(c, 'booking.moved', id, b, set_time(c, id, b, to))
    if unit then waitlist.release(c, unit) end
    message_booking(c, 'moved', id, b, { at = b.at, reason = is_staff(c) and to.rs })
    return booking.json(id, b)
end)

-- Another time, held for the citizen of a booking that cannot take place. args: booking at ends day segments version random
writing('booking_offer', function(c, a)
    if not is_staff(c) then return refuse('forbidden') end
    local list, to = time_wished(c, a, 2)
    if not list then return nil, to end
    run_later(c)
    local b = booking.load(c, a[1])
    if not b then return refuse('booking_unknown', 'booking') end
    local present = b.of and call('HGET', keys.booking(c.h, b.of), 'st')
    if b.st ~= 'confirmed' or present == 'offered' then return refuse('booking_state', 'booking') end
    if tonumber(to.at) <= c.ms then return refuse('slot_none', 'at') end
    if not slot.take(c, list) then return refuse('slot_taken', 'at') end
    for _, f in ipairs({ 'sv', 'pe', 'cl', 'od', 'ph', 'ha', 'lg' }) do to[f] = b[f] end
    local ends = fmt('%.0f', c.ms + c.hall.booking.rebook_hours * 60 * MINUTE_MS)
    to.x, to.rn, to.rp, to.by = ends < to.at and ends or to.at, a[7], a[1], c.who
    local id = booking.make(c, to, 'offer', 'offered')
    call('HSET', keys.booking(c.h, a[1]), 'of', id)
    booking.emit(c, 'booking.offered', id, to, ',"replaces":"' .. a[1] .. '"')
    message_booking(c, 'rebook', id, to, { at = to.at, worth_until = to.x })
    return booking.json(id, to)
end)

do
    -- The booking an offer replaces takes the offer's time and units; its own go on.
    local function accept_for(c, id, b)
        local old = booking.load(c, b.rp)
        if not old or old.st ~= 'confirmed' then return refuse('offer_gone', 'booking') end
        if b.wl and limit.day_full(c, b.ha, b.sv, b.dy, b.rp) then return refuse('phone_day_limit', 'phone') end
        local unit = waitlist.unit_of(old, true)
        booking.set(c, id, b, 'accept', 'accepted')
        booking.emit(c, 'booking.accepted', id, b, ',"replaces":"' .. b.rp .. '"')
        booking.emit(c, 'booking.moved', b.rp, old, set_time(c, b.rp, old, b))
        if b.wl then waitlist.accepted(c, b.wl) end
        waitlist.release(c, unit)
        message_booking(c, 'moved', b.rp, old, { at = old.at })
        return booking.json(b.rp, old)
    end

    local function accept_new(c, id, b)
        local against, wait = limit.against(c, b.ha, b.sv, b.dy)
        if against then return refuse(against, 'phone', wait) end
        booking.set(c, id, b, 'accept', 'confirmed', { x = '' })
        booking.emit(c, 'booking.accepted', id, b)
        waitlist.accepted(c, b.wl)
        message_booking(c, 'booked', id, b, { at = b.at })
        return booking.json(id, b)
    end

    -- The booking that has the time from now on, or nil and a refusal. b is offered.
    function booking.accept(c, id, b)
        if b.rp then return accept_for(c, id, b) end
        return accept_new(c, id, b)
    end

    -- Accepting again answers what was accepted. args: booking
    writing('booking_accept', function(c, a)
        run_later(c)
        local b = booking.load(c, a[1])
        if not b then return refuse('booking_unknown', 'booking') end
        if not b.wl and not b.rp then return refuse('booking_state', 'booking') end
        if b.st == 'confirmed' then return booking.json(a[1], b) end
        local old = b.st == 'accepted' and booking.load(c, b.rp)
        if old then return booking.json(b.rp, old) end
        if not may_booking('accept', b.st) then return refuse('offer_gone', 'booking') end
        return booking.accept(c, a[1], b)
    end)
end

-- args: booking
writing('booking_decline', function(c, a)
    run_later(c)
    local b = booking.load(c, a[1])
    if not b then return refuse('booking_unknown', 'booking') end
    if not b.wl and not b.rp then return refuse('booking_state', 'booking') end
    if b.st == 'declined' then return booking.json(a[1], b) end
    if not may_booking('decline', b.st) then return refuse('offer_gone', 'booking') end
    waitlist.end_offer(c, a[1], b, 'decline', 'declined', 'declined')
    return booking.json(a[1], b)
end, true)
