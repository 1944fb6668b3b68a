-- From a time to a booking: a hold for some minutes, the confirm with a code, and the booking that staff make in one step.
-- SPDX-License-Identifier: MIT

local STAFF = { clerk = true, supervisor = true, admin = true, system = true }

local function is_staff(c) return STAFF[c.role] == true end

-- The cells of a wish, or nil and a refusal: all of one day and one share; the public one for the public.
local function cells_wished(c, text, day)
    local list = slot.parse(text)
    if not list then return refuse('field_invalid', 'segments') end
    for _, s in ipairs(list) do
        if s.day ~= day or s.share ~= list[1].share then return refuse('field_invalid', 'segments') end
    end
    if list[1].share ~= 'p' and not is_staff(c) then return refuse('field_invalid', 'segments') end
    return list
end

-- at ends day segments version, from a[i] on: list, fields; or nil and a refusal.
local function time_wished(c, a, i)
    if a[i + 4] ~= c.hall.version then return refuse('calendar_changed', 'at') end
    local at, ends = tonumber(a[i]), tonumber(a[i + 1])
    if not at or not ends or ends <= at then return refuse('field_invalid', 'at') end
    if (is_staff(c) and ends or at) <= c.ms then return refuse('slot_none', 'at') end
    local list, refusal = cells_wished(c, a[i + 3], a[i + 2])
    if not list then return nil, refusal end
    return list, { at = fmt('%.0f', at), en = fmt('%.0f', ends), dy = a[i + 2], sg = a[i + 3], sh = list[1].share }
end

local function services_refused(c, csv)
    if csv == '' then return refuse('field_invalid', 'services') end
    for one in csv:gmatch('[^,]+') do
        local s = c.hall.services[one]
        if not s then return refuse('service_unknown', 'services') end
        if not is_staff(c) and not (c.hall.booking.open and s.booking.open) then
            return refuse('booking_closed', 'services')
        end
    end
    return true
end

-- What booking_hold and booking_make begin with: services persons at ends day segments version random class lang ordered.
local function visit_wished(c, a)
    local ok, refusal = services_refused(c, a[1])
    if not ok then return nil, refusal end
    local persons = a[2] == '' and 1 or tonumber(a[2])
    if not persons or persons < 1 then return refuse('field_invalid', 'persons') end
    local list, b = time_wished(c, a, 3)
    if not list then return nil, b end
    b.sv, b.pe, b.rn = a[1], fmt('%d', persons), a[8]
    b.cl = a[9] ~= '' and a[9] or c.hall.default_class
    if not c.hall.classes[b.cl] then return refuse('class_unknown', 'class') end
    b.lg = c.hall.languages[a[10]] and a[10] or c.hall.language
    b.od = (a[11] == 'yes' or a[11] == '1') and '1' or '0'
    return list, b
end

-- args: services persons at ends day segments version random class lang ordered pow address prefix
writing('booking_hold', function(c, a)
    local list, b = visit_wished(c, a)
    if not list then return nil, b end
    if tonumber(b.at) <= c.ms then return refuse('slot_none', 'at') end -- of staff, too: a hold ends at its time
    local against = limit.pow_against(c, a[12])
    if against then return refuse(against, 'challenge') end
    local ok, refusal = limit.hold_allowed(c, a[13], a[14], b.en - b.at)
    if not ok then return nil, refusal end
    run_later(c)
    if not slot.take(c, list) then return refuse('slot_taken', 'at') end
    limit.pow_use(c, a[12])
    b.x = fmt('%.0f', c.ms + c.hall.booking.hold_minutes * MINUTE_MS)
    if b.at < b.x then b.x = b.at end -- as texts of one length
    b.ad, b.px = a[13] ~= '' and a[13] or nil, a[14] ~= '' and a[14] or nil
    local id = booking.make(c, b, 'hold', 'held')
    limit.hold_begun(c, id, b)
    booking.emit(c, 'booking.held', id, b)
    return booking.json(id, b)
end)

-- A hold that ran out is free at once, unless that happens too often to this time.
function LATER.hold(c, id)
    local b = booking.load(c, id)
    if not b then return end
    if b.st == 'offered' then
        waitlist.end_offer(c, id, b, 'expire', 'expired', 'expired')
    elseif b.st == 'held' then
        booking.set(c, id, b, 'expire', 'expired')
        booking.emit(c, 'booking.expired', id, b)
        waitlist.release(c, waitlist.unit_of(b, limit.held_in_vain(c, b)))
    end
end

-- Private data of a booking that is about to be confirmed: how long it lives is set there.
local function keep_typed(c, id, b, record, sealed, typed)
    if record ~= '' then call('SET', keys.phone(c.h, record), sealed) end
    if typed ~= '' then call('SET', keys.fields(c.h, id), typed) end
end

-- One that has run out takes its units again if it can: the last thing that may refuse.
local function retake(c, b)
    local ok, refusal = services_refused(c, b.sv)
    if not ok then return nil, refusal end
    if tonumber(b.at) <= c.ms or slot.plan(c, b.dy) ~= b.pl or not slot.take(c, slot.parse(b.sg)) then
        return refuse('hold_expired', 'booking')
    end
    return true
end

-- Wrong codes are counted, though the call is refused. A second confirm of the same phone number is answered with the
-- booking as it is.
-- args: booking phone_record phone_sealed phone_hash code_hash fields_sealed
writing('booking_confirm', function(c, a)
    run_later(c)
    local id, b = a[1], booking.load(c, a[1])
    if not b then return refuse('booking_unknown', 'booking') end
    if b.st == 'confirmed' and b.ha then -- the link alone must not let anybody find the number by trying
        local right = b.ha == a[4]
        local allowed, too_often = limit.tries(c, 'again:' .. id, 5, 600000, right)
        if not allowed then return nil, too_often end
        if right then return booking.json(id, b) end
    end
    if not may_booking('confirm', b.st) or b.wl or b.rp then return refuse('booking_state', 'booking') end
    local ok, refusal = code.check(c, 'book', a[4], id, a[5])
    if not ok then return nil, refusal end
    local against, wait = limit.against(c, a[4], b.sv, b.dy)
    if against then return refuse(against, 'phone', wait) end
    if b.st == 'expired' then
        ok, refusal = retake(c, b)
        if not ok then return nil, refusal end
    end
    code.use(c, 'book', a[4], id)
    keep_typed(c, id, b, a[2], a[3], a[6])
    booking.set(c, id, b, 'confirm', 'confirmed',
        { ph = a[2], ha = a[4], ff = a[6] ~= '' and '1' or '', x = '', ad = '', px = '' })
    booking.emit(c, 'booking.confirmed', id, b)
    message_booking(c, 'booked', id, b, { at = b.at })
    return booking.json(id, b)
end)

-- By staff, for a person at the desk or on the phone. With override (the reason) the phone's limits do not count.
-- args: services persons at ends day segments version random class lang ordered phone_record phone_sealed phone_hash
-- fields_sealed override
writing('booking_make', function(c, a)
    if not is_staff(c) then return refuse('forbidden') end
    local list, b = visit_wished(c, a)
    if not list then return nil, b end
    run_later(c)
    local against = a[14] ~= '' and a[16] == '' and limit.against(c, a[14], b.sv, b.dy)
    if against then return refuse(against, 'phone') end
    if not slot.take(c, list) then return refuse('slot_taken', 'at') end
    if a[12] ~= '' then b.ph, b.ha = a[12], a[14] end
    b.by, b.ff = c.who, a[15] ~= '' and '1' or nil
    if a[16] ~= '' then b.rs = a[16] end
    if a[12] ~= '' then call('SET', keys.phone(c.h, a[12]), a[13]) end
    local id = booking.make(c, b, 'make', 'confirmed')
    if b.ff then call('SET', keys.fields(c.h, id), a[15], 'EX', booking.kept_s(c, b)) end
    booking.emit(c, 'booking.confirmed', id, b, b.rs and ',"reason":' .. quote(b.rs))
    message_booking(c, 'booked', id, b, { at = b.at })
    return booking.json(id, b)
end)
