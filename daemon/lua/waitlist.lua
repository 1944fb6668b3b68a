-- The waitlist, and where a unit goes that is given back: to the first entry it suits, else into quarantine, else free.
-- Entries stand in the order of their ids, which is that of joining. A unit is offered to one entry after the other and to
-- none twice: `after` is the id up to which it has been. Fields of an entry: st waiting|offered|ended, sv services, pe
-- persons, nd needs, fr and to (ms), ph phone record, ha phone hash, lg language, bk the booking it wants an earlier time
-- for, of its offer, un offers it let run out.
--
-- A unit, in this file: list (segments, counted as taken), at, pl (mark of the capacities), rn (random), after,
-- quarantine (true: not free at once). release() is the one way out of being taken, but for what is left of a missed
-- booking.
-- SPDX-License-Identifier: MIT
local waitlist = {}

local WAITING_FIELDS = { 'st', 'sv', 'pe', 'nd', 'fr', 'to', 'ph', 'ha', 'lg', 'bk', 'of', 'un' }
local WAITLIST_MAX = 500     -- all of them may be looked at for one unit given back: some 1 ms
local UNANSWERED_MAX = 2     -- each one keeps the unit from the others for minutes
local WAITING_KEPT_S = 604800

function waitlist.load(c, id)
    local got = call('HMGET', keys.waiting(c.h, id), unpack(WAITING_FIELDS))
    if not got[1] then return nil end
    local w = { n = booking.number(id) }
    for i, f in ipairs(WAITING_FIELDS) do
        if got[i] and got[i] ~= '' then w[f] = got[i] end
    end
    return w
end

function waitlist.json(id, w)
    local out = '{"id":"' .. id .. '","number":"' .. w.n .. '","state":"' .. w.st .. '","services":["' ..
        w.sv:gsub(',', '","') .. '"],"persons":' .. w.pe .. ',"from":' .. w.fr .. ',"to":' .. w.to
    if w.of then out = out .. ',"offer":"' .. w.of .. '"' end
    if w.bk then out = out .. ',"booking":"' .. w.bk .. '"' end
    return out .. '}'
end

local function set_waiting(c, id, w, to, kind, more)
    w.from, w.st = w.st, to
    call('HSET', keys.waiting(c.h, id), 'st', to, 'of', w.of or '', 'un', w.un or '0')
    emit(c, 'waitlist.' .. kind, ',"booking":"' .. id .. '","number":"' .. w.n .. '","services":["' ..
        w.sv:gsub(',', '","') .. '"],"persons":' .. w.pe .. ',"from":"' .. w.from .. '","to":"' .. to .. '"' .. (more or ''))
end

-- why: accepted, left, over (its dates have passed), unanswered, booking (the one it is for has ended).
local function finish(c, id, w, why)
    w.of = nil
    set_waiting(c, id, w, 'ended', 'left', ',"reason":"' .. why .. '"')
    call('ZREM', keys.waitlist(c.h), id)
    call('ZREM', keys.waiting_of(c.h, w.ha), id)
    not_later(c, 'wait', id)
    call('EXPIRE', keys.waiting(c.h, id), WAITING_KEPT_S)
end

do
    -- May it pass on without C? Only where capacities are still those it was taken under, and not exceeded, and where the
    -- time is far enough ahead to be booked.
    local function may_pass(c, u)
        local rules = c.hall.booking
        return rules.open and u.at > c.ms and u.at - c.ms >= rules.notice_minutes * MINUTE_MS and
            slot.plan(c, u.list[1].day) == u.pl and slot.within(c, u.list)
    end

    local function cells_of(list)
        local there = {}
        for _, s in ipairs(list) do
            for i = 0, #s.caps - 1 do there[s.pool .. '|' .. s.share .. '|' .. s.cell + i] = true end
        end
        return there
    end

    -- The cells an entry needs for a start at `first`, and its length in cells; nil where some are not `there`.
    local function needed(needs, first, there)
        local wanted, length = {}, 0
        for pool, share, offset, count in needs:gmatch('([^|;]+)|([ps])|(%d+)|(%d+)') do
            for cell = first + offset, first + offset + count - 1 do
                local name = pool .. '|' .. share .. '|' .. cell
                if not there[name] then return nil end
                wanted[name] = true
            end
            length = max(length, offset + count)
        end
        return wanted, length
    end

    local function services_open(c, csv)
        for code_of_service in csv:gmatch('[^,]+') do
            local s = c.hall.services[code_of_service]
            if not s or not s.booking.open then return false end
        end
        return true
    end

    local function offer_alive(c, b)
        return b.of and call('HGET', keys.booking(c.h, b.of), 'st') == 'offered'
    end

    -- Could this entry take it: it may book, and the time is earlier than what it has?
    local function may_take(c, id, w, u)
        if not services_open(c, w.sv) then return false end
        if not w.bk then return limit.against(c, w.ha, w.sv, u.list[1].day) == nil end
        local b = booking.load(c, w.bk)
        if not b or b.st ~= 'confirmed' then
            finish(c, id, w, 'booking')
            return false
        end
        return tonumber(b.at) > u.at and not offer_alive(c, b) and not limit.blocked(c, w.ha) and
            not limit.day_full(c, w.ha, w.sv, u.list[1].day, w.bk)
    end

    -- The first entry behind u.after that u suits: id, record, the cells it needs, how many cells long. Sets u.after to the
    -- last entry there is.
    local function suited(c, u)
        local ids = call('ZRANGE', keys.waitlist(c.h), u.after and '(' .. u.after or '-', '+', 'BYLEX')
        u.after = ids[#ids] or u.after or c.now .. '-'
        if not ids[1] or not may_pass(c, u) then return nil end
        local there, first = cells_of(u.list), slot.first_cell(u.list)
        local fitting = {} -- by needs: there are many entries, but few different ones
        for _, id in ipairs(ids) do
            local got = call('HMGET', keys.waiting(c.h, id), 'st', 'fr', 'to', 'nd')
            if got[1] == 'waiting' and tonumber(got[2]) <= u.at and u.at <= tonumber(got[3]) then
                local fit = fitting[got[4]] or { needed(got[4], first, there) }
                fitting[got[4]] = fit
                local w = fit[1] and waitlist.load(c, id)
                if w and may_take(c, id, w, u) then return id, w, fit[1], fit[2] end
            end
        end
        return nil
    end

    -- Makes the offer out of the unit's own cells, which stay taken; returns the segments that are left.
    local function offer(c, wid, w, u, wanted, length)
        local mine = slot.filter(u.list, function(s, cell) return wanted[s.pool .. '|' .. s.share .. '|' .. cell] end)
        local ends = c.ms + c.hall.booking.offer_minutes * MINUTE_MS
        local b = { sv = w.sv, pe = w.pe, at = fmt('%.0f', u.at), en = fmt('%.0f', u.at + length * CELL_MS),
            dy = u.list[1].day, sg = slot.text(mine), sh = u.list[1].share, cl = c.hall.default_class, od = '0',
            x = fmt('%.0f', ends < u.at and ends or u.at), rn = redis.sha1hex(u.rn .. '|' .. wid), ph = w.ph, ha = w.ha,
            lg = w.lg, rp = w.bk, wl = wid }
        local id = booking.make(c, b, 'offer', 'offered')
        w.of = id
        if w.bk then call('HSET', keys.booking(c.h, w.bk), 'of', id) end
        booking.emit(c, 'booking.offered', id, b, ',"waiting":"' .. wid .. '"')
        set_waiting(c, wid, w, 'offered', 'offered', ',"offer":"' .. id .. '"')
        message_booking(c, 'offer', id, b, { at = b.at, worth_until = b.x })
        return slot.without(u.list, mine)
    end

    -- A random time, so that nobody can give a time back and have somebody else take it; not beyond its beginning.
    local function quarantine_end(c, u, at)
        local rules = c.hall.booking
        local share = tonumber(redis.sha1hex(u.rn .. '|' .. c.now):sub(1, 8), 16) / 4294967296
        local minutes = rules.quarantine_min_minutes +
            share * (rules.quarantine_max_minutes - rules.quarantine_min_minutes)
        local ends = c.ms + math.floor(minutes * MINUTE_MS)
        return ends < at and ends or at
    end

    -- Later as "give|n|at|pl|after|segments"; n makes two units of the same cells two.
    local function give_later(c, ends, rest)
        local n = 1
        while call('ZADD', keys.later(c.h), 'NX', fmt('%.0f', ends), 'give|' .. n .. '|' .. rest) == 0 do n = n + 1 end
    end

    -- Returns the segments that are free now, or nil.
    function waitlist.release(c, u)
        local rest = u.list
        local id, w, wanted, length = suited(c, u)
        if id then
            rest = offer(c, id, w, u, wanted, length)
            u.after = '0' -- what is left begins elsewhere: nobody has been asked about that
        end
        if not rest[1] then return nil end
        local at = u.at + (slot.first_cell(rest) - slot.first_cell(u.list)) * CELL_MS
        local ends = u.quarantine and quarantine_end(c, u, at) or c.ms
        if ends <= c.ms then
            slot.give(c, rest)
            return rest
        end
        give_later(c, ends, fmt('%.0f', at) .. '|' .. u.pl .. '|' .. u.after .. '|' .. slot.text(rest))
        return nil
    end
end

-- The units of a booking, or of the part of it in `list`.
function waitlist.unit_of(b, quarantine, after, list)
    local all = slot.parse(b.sg)
    local at = tonumber(b.at)
    if list then at = at + (slot.first_cell(list) - slot.first_cell(all)) * CELL_MS end
    return { list = list or all, at = at, pl = b.pl, rn = b.rn or '', after = after, quarantine = quarantine }
end

-- The quarantine is over. Whoever joined meanwhile comes first.
function LATER.give(c, rest)
    local at, pl, after, segments = rest:match('^%d+|(%d+)|(%w+)|([^|]+)|(.*)$')
    local u = { list = slot.parse(segments), at = tonumber(at), pl = pl, after = after, rn = '', quarantine = false }
    local given = waitlist.release(c, u)
    if given then emit(c, 'slot.given', ',"start":' .. at .. ',"day":"' .. given[1].day .. '"') end
end

-- An offer ends without being accepted: the entry waits on (or has let too many run out), the unit goes to the next one.
function waitlist.end_offer(c, id, b, move, to, kind, more)
    booking.set(c, id, b, move, to)
    booking.emit(c, 'booking.' .. kind, id, b, more)
    local w = b.wl and waitlist.load(c, b.wl)
    if w and w.of == id then
        w.of = nil
        if move == 'expire' then w.un = fmt('%d', (w.un or 0) + 1) end
        if tonumber(w.to) <= c.ms then
            finish(c, b.wl, w, 'over')
        elseif tonumber(w.un or 0) >= UNANSWERED_MAX then
            finish(c, b.wl, w, 'unanswered')
        else
            set_waiting(c, b.wl, w, 'waiting', 'back')
        end
    end
    if b.wl and b.rp and call('HGET', keys.booking(c.h, b.rp), 'of') == id then
        call('HSET', keys.booking(c.h, b.rp), 'of', '')
    end
    waitlist.release(c, waitlist.unit_of(b, true, b.wl))
end

function waitlist.accepted(c, id)
    local w = waitlist.load(c, id)
    if w and w.st ~= 'ended' then finish(c, id, w, 'accepted') end
end

local function leave(c, id, w, why)
    local b = w.of and booking.load(c, w.of)
    local offer_id = w.of
    finish(c, id, w, why)
    if b and b.st == 'offered' then waitlist.end_offer(c, offer_id, b, 'decline', 'declined', 'declined') end
end

-- The entry that wants an earlier time for a booking, and its record; or nil.
function booking.waiting_for(c, id, b)
    for _, wid in ipairs(b.ha and call('ZRANGE', keys.waiting_of(c.h, b.ha), 0, -1) or {}) do
        local w = waitlist.load(c, wid)
        if w and w.bk == id then return wid, w end
    end
    return nil
end

-- The booking an entry wants an earlier time for has ended.
function waitlist.booking_over(c, id, b)
    local wid, w = booking.waiting_for(c, id, b)
    while wid do -- each one that leaves is no longer among them
        leave(c, wid, w, 'booking')
        wid, w = booking.waiting_for(c, id, b)
    end
end

-- Its last day is over. One with an offer ends with that.
function LATER.wait(c, id)
    local w = waitlist.load(c, id)
    if w and w.st == 'waiting' then finish(c, id, w, 'over') end
end

do
    local function needs_ok(text)
        local rest = text:gsub('~?[a-z0-9][a-z0-9_-]*|[ps]|%d+|%d+;?', '')
        return text ~= '' and rest == ''
    end

    -- The booking it is for, or nil and a refusal: of the same phone number, the same visit.
    local function for_booking(c, id, a)
        local b = booking.load(c, id)
        if not b or b.ha ~= a[8] then return refuse('booking_unknown', 'booking') end
        if b.st ~= 'confirmed' then return refuse('booking_state', 'booking') end
        if b.sv ~= a[1] or tonumber(b.pe) ~= tonumber(a[2]) then return refuse('field_invalid', 'services') end
        return b
    end

    local function check(c, a)
        if not c.hall.booking.open then return refuse('booking_closed', 'services') end
        for one in a[1]:gmatch('[^,]+') do
            local s = c.hall.services[one]
            if not s then return refuse('service_unknown', 'services') end
            if not s.booking.open then return refuse('booking_closed', 'services') end
        end
        local from, to = tonumber(a[4]), tonumber(a[5])
        if a[1] == '' or not needs_ok(a[3]) then return refuse('field_invalid', 'services') end
        if not from or not to or from > to or to <= c.ms then return refuse('field_invalid', 'to') end
        return true
    end

    -- args: services persons needs from_ms to_ms phone_record phone_sealed phone_hash code_hash lang booking address prefix
    writing('waitlist_join', function(c, a)
        local ok, refusal = check(c, a)
        if not ok then return nil, refusal end
        run_later(c)
        ok, refusal = code.check(c, 'wait', a[8], '', a[9], a[12], a[13])
        if not ok then return nil, refusal end
        if a[11] ~= '' then
            ok, refusal = for_booking(c, a[11], a)
            if not ok then return nil, refusal end
        end
        local blocked = limit.blocked(c, a[8])
        if blocked then return refuse('phone_blocked', 'phone', blocked) end
        if call('ZCARD', keys.waiting_of(c.h, a[8])) >= c.hall.booking.alive_max then
            return refuse('phone_limit', 'phone')
        end
        if call('ZCARD', keys.waitlist(c.h)) >= WAITLIST_MAX then return refuse('waitlist_full') end
        code.use(c, 'wait', a[8], '')
        local id = booking.new_id(c, '-w')
        local w = { st = '-', n = booking.number(id), sv = a[1], pe = fmt('%d', tonumber(a[2]) or 1), nd = a[3],
            fr = a[4], to = a[5], ph = a[6], ha = a[8], bk = a[11] ~= '' and a[11] or nil,
            lg = c.hall.languages[a[10]] and a[10] or c.hall.language }
        call('HSET', keys.waiting(c.h, id), 'sv', w.sv, 'pe', w.pe, 'nd', w.nd, 'fr', w.fr, 'to', w.to, 'ph', w.ph,
            'ha', w.ha, 'lg', w.lg, 'bk', w.bk or '')
        call('SET', keys.phone(c.h, w.ph), a[7], 'EX', fmt('%d', (w.to - c.ms) / 1000 + WAITING_KEPT_S))
        call('ZADD', keys.waitlist(c.h), 0, id)
        call('ZADD', keys.waiting_of(c.h, w.ha), 0, id)
        do_later(c, tonumber(w.to), 'wait', id)
        set_waiting(c, id, w, 'waiting', 'joined')
        return waitlist.json(id, w)
    end)
end

-- args: waiting
writing('waitlist_leave', function(c, a)
    run_later(c)
    local w = waitlist.load(c, a[1])
    if not w then return refuse('booking_unknown', 'waiting') end
    if w.st ~= 'ended' then leave(c, a[1], w, 'left') end
    return waitlist.json(a[1], w)
end, true)

function waitlist.list_of(c, phone)
    local out = {}
    for _, id in ipairs(call('ZRANGE', keys.waiting_of(c.h, phone), 0, -1)) do
        local w = waitlist.load(c, id)
        if w then out[#out + 1] = waitlist.json(id, w) end
    end
    return list_json(out)
end

-- args: waiting
reading('waitlist_view', function(c, a)
    local w = waitlist.load(c, a[1])
    if not w then return refuse('booking_unknown', 'waiting') end
    return waitlist.json(a[1], w)
end)

reading('waitlist_list', function(c)
    local out = {}
    for _, id in ipairs(call('ZRANGE', keys.waitlist(c.h), 0, -1)) do
        local w = waitlist.load(c, id)
        if w then out[#out + 1] = waitlist.json(id, w) end
    end
    return '{"waiting":' .. list_json(out) .. '}'
end)

-- What a phone number has and waits for, against a code, which is used up. args: phone_hash code_hash address prefix
writing('booking_own', function(c, a)
    local ok, refusal = code.check(c, 'manage', a[1], '', a[2], a[3], a[4])
    if not ok then return nil, refusal end
    code.use(c, 'manage', a[1], '')
    return '{"bookings":' .. booking.list_of(c, a[1]) .. ',"waiting":' .. waitlist.list_of(c, a[1]) .. '}'
end)
