-- The record of a booking: reading it, changing its state with all that hangs on the state, its events and its JSON. set()
-- is the only place that changes a state. docs/booking.md names the fields, docs/lifecycle.md the moves.
-- SPDX-License-Identifier: MIT
local booking = {}

local BOOKING_FIELDS = { 'st', 'sv', 'pe', 'at', 'en', 'dy', 'sg', 'sh', 'cl', 'od', 'x', 'rn', 'ph', 'ha', 'lg', 'mk', 'by',
    'rs', 'of', 'rp', 'wl', 'tk', 'ff', 'mv', 'pl', 'ad', 'px' }
local BOOKING_KEPT_S = 604800 -- an ended one, for staff: a week
local HOLD_KEPT_S = 3600      -- one that ran out: may still be confirmed, by someone who found the code late
local FIRST_NUMBER = 1001
local SHARES = { p = 'public', s = 'staff' }

function booking.new_id(c, mark)
    local n = call('INCR', keys.booking_number(c.h))
    if n < FIRST_NUMBER then
        n = FIRST_NUMBER
        call('SET', keys.booking_number(c.h), n)
    end
    return c.now .. mark .. fmt('%d', n)
end

-- Of a booking or a waitlist entry: what stands behind "-b" or "-w".
function booking.number(id) return id:sub(16) end

-- nil where there is none. id and n are filled in.
function booking.load(c, id)
    local got = call('HMGET', keys.booking(c.h, id), unpack(BOOKING_FIELDS))
    if not got[1] then return nil end
    local b = { id = id, n = booking.number(id) }
    for i, f in ipairs(BOOKING_FIELDS) do
        if got[i] and got[i] ~= '' then b[f] = got[i] end
    end
    return b
end

do
    -- Seconds until an ended one is forgotten: a week after it was over, or would have been.
    function booking.kept_s(c, b) return fmt('%d', max(0, (tonumber(b.en) - c.ms) / 1000) + BOOKING_KEPT_S) end

    -- The phone number and what was typed live as long as the booking can be asked about. An offer's number is that of a
    -- waitlist entry or of another booking, which decide about it.
    local function keep_private(c, id, b, seconds)
        if b.ph and (b.from ~= 'offered' or b.st == 'confirmed') then call('EXPIRE', keys.phone(c.h, b.ph), seconds) end
        if b.ff then call('EXPIRE', keys.fields(c.h, id), seconds) end
    end

    local function holds_end(c, id, b)
        not_later(c, 'hold', id)
        if b.ad then call('ZREM', keys.holds_of(c.h, b.ad), id) end
        if b.px then call('ZREM', keys.holds_of(c.h, b.px), id) end
    end

    local ENTER, LEAVE = {}, {}

    function ENTER.held(c, id, b) do_later(c, tonumber(b.x), 'hold', id) end
    ENTER.offered = ENTER.held

    function ENTER.confirmed(c, id, b)
        if b.from == 'expired' then call('PERSIST', keys.booking(c.h, id)) end
        if b.ha then call('ZADD', keys.bookings_of(c.h, b.ha), b.at, id) end
        do_later(c, b.at + c.hall.booking.late_minutes * MINUTE_MS, 'late', id)
        keep_private(c, id, b, booking.kept_s(c, b))
    end

    -- A hold that ran out was nobody's: it leaves the staff's list at once.
    function ENTER.expired(c, id, b)
        local seconds = b.from == 'held' and HOLD_KEPT_S or BOOKING_KEPT_S
        if b.from == 'held' then call('ZREM', keys.bookings(c.h), id) end
        call('EXPIRE', keys.booking(c.h, id), seconds)
        keep_private(c, id, b, seconds)
    end

    local function enter_end(c, id, b)
        call('EXPIRE', keys.booking(c.h, id), BOOKING_KEPT_S)
        keep_private(c, id, b, BOOKING_KEPT_S)
    end
    ENTER.cancelled, ENTER.declined, ENTER.accepted = enter_end, enter_end, enter_end
    ENTER.checked_in, ENTER.missed = enter_end, enter_end

    LEAVE.held, LEAVE.offered = holds_end, holds_end

    function LEAVE.confirmed(c, id, b, to)
        if to == 'confirmed' then return end -- moved: entering sets it all anew
        if b.ha then call('ZREM', keys.bookings_of(c.h, b.ha), id) end
        not_later(c, 'late', id)
    end

    -- Writes the new state and the changed fields ('' clears one); b follows. Units, messages and events are the caller's.
    function booking.set(c, id, b, move, to, changed)
        assert(BOOKING_MOVES[move][b.st][to], move)
        if LEAVE[b.st] then LEAVE[b.st](c, id, b, to) end
        local flat = { 'st', to }
        for k, v in pairs(changed or {}) do
            flat[#flat + 1], flat[#flat + 2] = k, v
            b[k] = v ~= '' and v or nil
        end
        call('HSET', keys.booking(c.h, id), unpack(flat))
        b.from, b.st = b.st, to
        if b.from == '-' or b.from == 'expired' or (changed and changed.at) then
            call('ZADD', keys.bookings(c.h), b.at, id)
        end
        ENTER[to](c, id, b)
    end
end

-- A new one in its first state. b has every field it is to have but st, mk and pl; returns its id. Units are the caller's.
function booking.make(c, b, move, to)
    local id = booking.new_id(c, '-b')
    local fields = { mk = c.now, pl = slot.plan(c, b.dy) }
    for _, f in ipairs(BOOKING_FIELDS) do
        if b[f] then fields[f] = b[f] end
    end
    b.id, b.st, b.n = id, '-', booking.number(id)
    booking.set(c, id, b, move, to, fields)
    return id
end

local function services_json(csv) return '["' .. csv:gsub(',', '","') .. '"]' end

-- The members every event of a booking has; `start` is its time, as `at` is the event's own.
function booking.emit(c, kind, id, b, more)
    emit(c, kind, ',"booking":"' .. id .. '","number":"' .. b.n .. '","services":' .. services_json(b.sv) ..
        ',"start":' .. b.at .. ',"day":"' .. b.dy .. '","persons":' .. b.pe .. ',"share":"' .. SHARES[b.sh] ..
        '","from":"' .. b.from .. '","to":"' .. b.st .. '"' .. (more or ''))
end

function booking.json(id, b, more)
    local out = '{"id":"' .. id .. '","number":"' .. b.n .. '","state":"' .. b.st .. '","services":' ..
        services_json(b.sv) .. ',"persons":' .. b.pe .. ',"at":' .. b.at .. ',"ends":' .. b.en .. ',"day":"' .. b.dy ..
        '","share":"' .. SHARES[b.sh] .. '","class":"' .. b.cl .. '","ordered":' .. tostring(b.od == '1') ..
        ',"lang":"' .. b.lg .. '","phone":' .. tostring(b.ph ~= nil) .. ',"fields":' .. tostring(b.ff == '1')
    if b.st == 'held' or b.st == 'offered' then out = out .. ',"expires":' .. b.x end
    if b.mv then out = out .. ',"moves":' .. b.mv end
    if b.rs then out = out .. ',"reason":' .. quote(b.rs) end
    if b.of then out = out .. ',"offer":"' .. b.of .. '"' end
    if b.rp then out = out .. ',"replaces":"' .. b.rp .. '"' end
    if b.tk then out = out .. ',"ticket":"' .. b.tk .. '"' end
    return out .. (more or '') .. '}'
end

do
    -- Of the citizen's own and of staff. args: booking
    local function read_booking(c, id, more)
        local b = booking.load(c, id)
        if not b then return refuse('booking_unknown', 'booking') end
        return booking.json(id, b, more and more(b))
    end

    -- The citizen sees old and new side by side: of an offer the time it would replace, of a booking the one offered for it;
    -- and whether an earlier one is waited for.
    reading('booking_view', function(c, a)
        return read_booking(c, a[1], function(b)
            local old, offer = b.rp and booking.load(c, b.rp), b.of and booking.load(c, b.of)
            local waiting = b.st == 'confirmed' and booking.waiting_for(c, a[1], b) -- of waitlist.lua
            return (old and ',"replaces_at":' .. old.at or '') ..
                (offer and offer.st == 'offered' and ',"offer_at":' .. offer.at or '') ..
                (waiting and ',"waiting":"' .. waiting .. '"' or '')
        end)
    end)

    reading('booking_get', function(c, a)
        return read_booking(c, a[1], function(b)
            local out = b.ph and ',"record":"' .. b.ph .. '"' or ''
            local sealed = b.ph and sealed_of(call('GET', keys.phone(c.h, b.ph)))
            local typed = b.ff and call('GET', keys.fields(c.h, a[1]))
            if sealed then out = out .. ',"sealed":' .. quote(sealed) end
            if typed then out = out .. ',"fields_sealed":' .. quote(typed) end
            return out .. ',"made":' .. b.mk .. ',"segments":"' .. b.sg .. '"' .. (b.by and ',"by":"' .. b.by .. '"' or '')
        end)
    end)

    local BOOKINGS_LISTED_MAX = 5000 -- a day of the largest hall; what C asks for at once

    -- By start, from <= start < to. args: from_ms to_ms limit
    reading('booking_list', function(c, a)
        local limit, out = tonumber(a[3]) or BOOKINGS_LISTED_MAX, {}
        for _, id in ipairs(call('ZRANGEBYSCORE', keys.bookings(c.h), a[1], '(' .. a[2], 'LIMIT', 0, limit)) do
            local b = booking.load(c, id)
            if b then -- the list is trimmed by start, so one that was ended long before it may be gone
                local sealed = b.ph and sealed_of(call('GET', keys.phone(c.h, b.ph)))
                out[#out + 1] = booking.json(id, b, ',"made":' .. b.mk .. ',"segments":"' .. b.sg .. '"' ..
                    (sealed and ',"record":"' .. b.ph .. '","sealed":' .. quote(sealed) or ''))
            end
        end
        return '{"bookings":' .. list_json(out) .. ',"version":' .. c.hall.version .. '}'
    end)
end

-- Confirmed ones of a phone number, by start; what is offered for one stands in it.
function booking.list_of(c, phone)
    local out = {}
    for _, id in ipairs(call('ZRANGE', keys.bookings_of(c.h, phone), 0, -1)) do
        local b = booking.load(c, id)
        if b then out[#out + 1] = booking.json(id, b) end
    end
    return list_json(out)
end

-- args: phone_hash
reading('booking_of_phone', function(c, a) return '{"bookings":' .. booking.list_of(c, a[1]) .. '}' end)

-- With the close of day: ends of more than a week ago leave the list.
function booking.trim(c)
    call('ZREMRANGEBYSCORE', keys.bookings(c.h), '-inf', fmt('%.0f', c.ms - BOOKING_KEPT_S * 1000))
end
