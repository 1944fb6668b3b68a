-- What one sender or one phone number may do: rates (GCRA), challenges used once, and a phone number's standing: how often
-- it cancelled or missed in a month, the warning, the block that ends by itself. Phone numbers and senders come here as
-- keyed hashes only.
-- SPDX-License-Identifier: MIT
local limit = {}

local DAY_MS = 86400000

-- asks: { what, interval_ms, burst, refusal }: one each interval, and so many at once after a pause. Returns a function that
-- spends them all, and the theoretical arrival times; or nil and a refusal with nothing spent.
function limit.rate(c, asks)
    local wanted, tats = {}, {}
    for i, one in ipairs(asks) do wanted[i] = keys.rate(c.h, one[1]) end
    local got = call('MGET', unpack(wanted))
    for i, one in ipairs(asks) do
        local tat = max(tonumber(got[i] or 0), c.ms)
        local wait = tat - c.ms - one[2] * (one[3] - 1)
        if wait > 0 then return refuse(one[4] or 'rate_limit', nil, wait) end
        tats[i] = tat + one[2]
    end
    return function()
        for i, key in ipairs(wanted) do
            call('SET', key, fmt('%.0f', tats[i]), 'PX', fmt('%.0f', tats[i] - c.ms))
        end
    end, tats
end

-- May there be one more try? Wrong ones count, a right one does not; when they are used up a right one is refused, too, or
-- guessing would go on. True, or nil and a refusal.
function limit.tries(c, what, tries, window_ms, right)
    local spend, refusal = limit.rate(c, { { what, window_ms / tries, tries } })
    if not spend then return nil, refusal end
    if not right then spend() end
    return true
end

-- Longer than a challenge is good for, so that none is good twice. C checks the solution, and puts POW_OLD where the
-- challenge was solved but is too old: a request answered before has its answer by then.
local POW_KEPT_S = '3600'
local POW_OLD = 'old'

-- The code of err.def that speaks against a challenge, or nil.
function limit.pow_against(c, pow)
    if pow == POW_OLD then return 'challenge_invalid' end
    return pow ~= '' and call('EXISTS', keys.pow(c.h, pow)) == 1 and 'challenge_used' or nil
end

function limit.pow_use(c, pow)
    if pow ~= '' then call('SET', keys.pow(c.h, pow), '1', 'EX', POW_KEPT_S) end
end

-- Holds alive at once, as nobody need be known to hold a time. A household, an internet cafe, or the citizens a carrier
-- puts behind one IPv4 address seldom hold ten at once, since a hold lasts the minutes until its code is typed; a sender of
-- many addresses is met by the bound on the /24 or /48. A set of ids by their end, not a rate: who confirms, or gives
-- back, may hold again at once.
local HOLDS_OF_ADDRESS_MAX, HOLDS_OF_PREFIX_MAX = 10, 50
-- A visit of many services and persons is as long as a day: ten of an hour each, but not ten days.
local HOLD_MS_EACH = 72 * MINUTE_MS

-- The end (ms) of the hold that has to end before one more, of so many ms, may begin; nil when it may now.
local function holds_against(c, sender, most, ms)
    local alive = sender ~= '' and call('ZRANGEBYSCORE', keys.holds_of(c.h, sender), '(' .. c.now, '+inf', 'WITHSCORES') or {}
    if not alive[1] then return nil end -- one visit may be as long as it is
    for i = 1, #alive, 2 do
        local got = call('HMGET', keys.booking(c.h, alive[i]), 'at', 'en')
        ms = ms + (tonumber(got[2] or 0) - tonumber(got[1] or 0))
    end
    return (#alive / 2 >= most or ms > most * HOLD_MS_EACH) and tonumber(alive[2]) or nil
end

-- Holds in vain: those that end without having become a booking. People do change their minds, so: of an address twenty at
-- once, then twenty an hour, and four times as many of a prefix; or one sender could hold, or put into quarantine, all there
-- is.
local VAIN_OF_ADDRESS, VAIN_OF_ADDRESS_MS, PREFIX_TIMES = 20, 180000, 4

local function vain_rates(address, prefix)
    local asks = {}
    if address ~= '' then asks[1] = { 'vain:a:' .. address, VAIN_OF_ADDRESS_MS, VAIN_OF_ADDRESS } end
    if prefix ~= '' then
        asks[#asks + 1] = { 'vain:x:' .. prefix, VAIN_OF_ADDRESS_MS / PREFIX_TIMES, VAIN_OF_ADDRESS * PREFIX_TIMES }
    end
    return asks
end

-- True, or nil and a refusal.
function limit.hold_allowed(c, address, prefix, ms)
    local ends = holds_against(c, address, HOLDS_OF_ADDRESS_MAX, ms) or holds_against(c, prefix, HOLDS_OF_PREFIX_MAX, ms)
    if ends then return refuse('rate_limit', nil, ends - c.ms) end
    local rates = vain_rates(address, prefix)
    if not rates[1] then return true end
    local ok, refusal = limit.rate(c, rates)
    return ok and true, refusal
end

-- Somebody who resells times keeps them by holding them anew until the buyer is there, from ever other addresses. So a time
-- held in vain too often (true) goes the way of what is cancelled: beyond two holds for each unit there is, then one an hour.
local VAIN_OF_TIME, VAIN_OF_TIME_MS = 2, 3600000

function limit.held_in_vain(c, b)
    for _, one in ipairs(vain_rates(b.ad or '', b.px or '')) do -- each by itself: a full one is full
        local spend = limit.rate(c, { one })
        if spend then spend() end
    end
    local first = slot.parse(b.sg)[1]
    local what = 'vain:' .. first.pool .. ':' .. first.share .. ':' .. first.day .. ':' .. fmt('%d', first.cell)
    local units = max(1, first.caps[1])
    local spend = limit.rate(c, { { what, VAIN_OF_TIME_MS / units, VAIN_OF_TIME * units } })
    if spend then spend() end
    return not spend
end

function limit.hold_begun(c, id, b)
    for _, sender in ipairs({ b.ad or '', b.px or '' }) do
        if sender ~= '' then
            local key = keys.holds_of(c.h, sender)
            call('ZREMRANGEBYSCORE', key, '-inf', c.now)
            call('ZADD', key, b.x, id)
            call('EXPIRE', key, fmt('%d', (b.x - c.ms) / 1000 + 60))
        end
    end
end

-- Fields: mo month (yyyymm of the hall), ca cancels, mi misses, bu blocked until. A new month, or a block that has ended,
-- begins the counts anew.
function limit.standing(c, phone)
    local got = call('HMGET', keys.standing(c.h, phone), 'mo', 'ca', 'mi', 'bu')
    local s = { mo = c.day:sub(1, 6), ca = 0, mi = 0, bu = tonumber(got[4] or 0) }
    local over = s.bu > 0 and s.bu <= c.ms
    if got[1] == s.mo and not over then s.ca, s.mi = tonumber(got[2]), tonumber(got[3]) end
    if over then s.bu = 0 end
    return s
end

-- So many ms it is blocked still, or nil.
function limit.blocked(c, phone)
    local ends = tonumber(call('HGET', keys.standing(c.h, phone), 'bu') or 0)
    return ends > c.ms and ends - c.ms or nil
end

local function standing_json(c, s)
    local rules = c.hall.booking
    return '{"cancels":' .. s.ca .. ',"misses":' .. s.mi .. ',"warned":' ..
        tostring(s.ca >= rules.cancels_max or s.mi >= rules.misses_max) ..
        (s.bu > 0 and ',"blocked":' .. fmt('%.0f', s.bu) or '') .. '}'
end

do
    local FIELD_OF = { cancels = 'ca', misses = 'mi' }
    local KEPT_DAYS = 62 -- the rest of this month and all of a block; longer blocks prolong it

    local function store(c, phone, s)
        local key = keys.standing(c.h, phone)
        call('HSET', key, 'mo', s.mo, 'ca', fmt('%d', s.ca), 'mi', fmt('%d', s.mi), 'bu', fmt('%.0f', s.bu))
        call('EXPIRE', key, fmt('%d', max(KEPT_DAYS * DAY_MS, s.bu - c.ms) / 1000))
    end

    -- Until then at least, by staff; what it was blocked for before stays. Returns its standing.
    function limit.block(c, phone, ends)
        local s = limit.standing(c, phone)
        s.bu = max(s.bu, ends)
        store(c, phone, s)
        return s
    end

    -- Counts one against the phone number of a booking; what: cancels or misses. The one that reaches the month's maximum
    -- warns, the next one blocks; within a block it is only counted. Returns warned, blocked or nil.
    function limit.count(c, b, what)
        if not b.ha then return nil end
        local s, field, outcome = limit.standing(c, b.ha), FIELD_OF[what], nil
        local most = c.hall.booking[what .. '_max']
        s[field] = s[field] + 1
        if s.bu == 0 and s[field] > most then
            s.bu = c.ms + c.hall.booking.block_days * DAY_MS
            outcome = 'blocked'
        elseif s.bu == 0 and s[field] == most then
            outcome = 'warned'
        end
        store(c, b.ha, s)
        if not outcome then return nil end
        emit(c, 'phone.' .. outcome, ',"booking":"' .. b.id .. '","number":"' .. b.n .. '","reason":"' .. what .. '"')
        message_booking(c, outcome == 'blocked' and 'blocked' or 'warning', '', b,
            { at = outcome == 'blocked' and fmt('%.0f', s.bu) })
        return outcome
    end
end

function limit.count_miss(c, b) return limit.count(c, b, 'misses') end

-- Would one more booking of these services on that day be too many of one service? `except` does not count.
function limit.day_full(c, phone, services, day, except)
    local counts, most = {}, c.hall.booking.service_day_max
    for _, id in ipairs(call('ZRANGE', keys.bookings_of(c.h, phone), 0, -1)) do
        local got = id ~= except and call('HMGET', keys.booking(c.h, id), 'dy', 'sv') or {}
        if got[1] == day then
            for service in got[2]:gmatch('[^,]+') do counts[service] = (counts[service] or 0) + 1 end
        end
    end
    for service in services:gmatch('[^,]+') do
        if (counts[service] or 0) >= most then return true end
    end
    return false
end

-- The code of err.def that speaks against one more booking of this phone number, and for how many ms where that is known;
-- or nil.
function limit.against(c, phone, services, day)
    local blocked = limit.blocked(c, phone)
    if blocked then return 'phone_blocked', blocked end
    if call('ZCARD', keys.bookings_of(c.h, phone)) >= c.hall.booking.alive_max then return 'phone_limit' end
    if limit.day_full(c, phone, services, day) then return 'phone_day_limit' end
    return nil
end

-- A phone number that wants no messages: none but codes and alarms is written for it (event.lua). True when that is new.
function limit.opt_out(c, phone, on)
    local changed = call(on and 'SADD' or 'SREM', keys.optout(c.h), phone) == 1
    if changed then emit(c, on and 'phone.opted_out' or 'phone.opted_in', '') end
    return changed
end

-- args: phone_hash on ("1" or "0")
writing('optout_set', function(c, a)
    if a[1] == '' then return refuse('field_invalid', 'phone') end
    return '{"opted_out":' .. tostring(a[2] == '1') .. ',"changed":' .. tostring(limit.opt_out(c, a[1], a[2] == '1')) .. '}'
end, true)

-- args: phone_record phone_sealed phone_hash reason
writing('phone_unblock', function(c, a)
    local s = limit.standing(c, a[3])
    call('ZREM', keys.blocks(c.h), a[3])
    call('DEL', keys.block(c.h, a[3]))
    if call('DEL', keys.standing(c.h, a[3])) == 1 then
        emit(c, 'phone.unblocked', ',"reason":' .. quote(a[4]))
    end
    s.ca, s.mi, s.bu = 0, 0, 0
    return standing_json(c, s)
end, true)

do
    local BLOCKS_LISTED = 1000 -- a list people read; the ones that end first come first

    -- The number itself is kept sealed, so that staff can tell whose block it is; as long as the block.
    -- args: phone_record phone_sealed phone_hash days reason
    writing('phone_block', function(c, a)
        local phone, ends = a[3], c.ms + tonumber(a[4]) * DAY_MS
        local s = limit.block(c, phone, ends)
        local list, key = keys.blocks(c.h), keys.block(c.h, phone)
        call('ZREMRANGEBYSCORE', list, '-inf', c.now)
        call('ZADD', list, fmt('%.0f', s.bu), phone)
        call('HSET', key, 'rc', a[1], 'sl', (sealed_of(a[2])), 'rs', a[5], 'by', c.who)
        call('EXPIRE', key, fmt('%d', math.ceil((s.bu - c.ms) / 1000)))
        emit(c, 'phone.blocked', ',"reason":' .. quote(a[5]))
        return standing_json(c, s)
    end)

    reading('block_list', function(c)
        local list = call('ZRANGEBYSCORE', keys.blocks(c.h), '(' .. c.now, '+inf', 'WITHSCORES', 'LIMIT', 0, BLOCKS_LISTED)
        local out = {}
        for i = 1, #list, 2 do
            local got = call('HMGET', keys.block(c.h, list[i]), 'rc', 'sl', 'rs', 'by')
            if got[1] then
                out[#out + 1] = '{"record":"' .. got[1] .. '","sealed":' .. quote(got[2]) .. ',"until":' .. list[i + 1] ..
                    ',"reason":' .. quote(got[3]) .. ',"by":"' .. got[4] .. '"}'
            end
        end
        return '{"blocks":' .. list_json(out) .. '}'
    end)
end
