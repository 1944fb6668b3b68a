-- One-time codes by SMS: six digits, ten minutes, five tries, one use; bound to purpose and phone number, for `book` also to
-- the booking. Only a keyed hash of the code is here, and the code itself, sealed, in the outbox until it is sent.
-- Fields: co hash of the code, tr wrong tries, x end.
-- SPDX-License-Identifier: MIT
local code = {}

local CODE_MS = 600000
local CODE_TRIES = 5
local PHONE_OF_CODE_S = '3600' -- longer than the message with the code is worth sending
local PURPOSES = { book = true, manage = true, wait = true }

-- For what is not about one booking, whichever the caller names is not part of what the code is for.
local function key_of(c, purpose, phone, id) return keys.code(c.h, purpose, phone, purpose == 'book' and id or '') end

-- Wrong codes of one sender, whatever the phone number: ten at once, then one a minute; 40 of its prefix. Who knows a number
-- must not be able to use up the tries of whoever holds it.
local WRONG_MS, WRONG_MAX = 60000, 10

local function wrong_rates(address, prefix)
    return { { 'wrong:a:' .. address, WRONG_MS, WRONG_MAX }, { 'wrong:x:' .. prefix, WRONG_MS / 4, 4 * WRONG_MAX } }
end

-- True, or nil and a refusal. A wrong try is counted, although the call is refused: the one thing that a refusal leaves
-- behind. The right one uses nothing up before the caller says so. Without a sender (whoever has a link) only the code's own
-- tries count.
function code.check(c, purpose, phone, id, hash, address, prefix)
    local key, wrong, refusal = key_of(c, purpose, phone, id), nil, nil
    if address then
        wrong, refusal = limit.rate(c, wrong_rates(address, prefix))
        if not wrong then return nil, refusal end
    end
    local got = call('HMGET', key, 'co', 'tr', 'x')
    if got[1] ~= hash and wrong then wrong() end
    if not got[1] or tonumber(got[3]) <= c.ms or tonumber(got[2]) >= CODE_TRIES then
        return refuse('code_dead', 'code')
    end
    if got[1] ~= hash then
        call('HINCRBY', key, 'tr', 1)
        return refuse('code_wrong', 'code')
    end
    return true
end

function code.use(c, purpose, phone, id) call('DEL', key_of(c, purpose, phone, id)) end

do
    local HOUR_MS = 3600000

    -- Which rates a code counts against. So many at once after a pause, then evenly: 20 an hour is one each 3 minutes. What
    -- a number is sent in a day is bounded, whoever asks; and more tightly what one network can have sent there, so that
    -- one alone cannot use up what its holder needs.
    local function rates(c, phone, address, prefix)
        local a_hour = c.hall.booking.codes_per_hour_max
        local asks = { { 'code:' .. phone, MINUTE_MS, 3 }, { 'code:d:' .. phone, HOUR_MS / 6, 20 },
            { 'codes', HOUR_MS / a_hour, a_hour, 'code_budget' } }
        if address ~= '' then asks[#asks + 1] = { 'code:a:' .. address, HOUR_MS / 20, 20 } end
        if prefix ~= '' then
            asks[#asks + 1] = { 'code:x:' .. prefix, HOUR_MS / 60, 60 }
            asks[#asks + 1] = { 'code:d:' .. phone .. ':' .. prefix, HOUR_MS / 3, 6 }
        end
        return asks
    end

    -- The hold a code is asked for, or nil and a refusal. One that has run out may still be confirmed.
    local function held(c, id)
        local b = booking.load(c, id)
        if not b then return refuse('booking_unknown', 'booking') end
        if not may_booking('confirm', b.st) or b.wl or b.rp then return refuse('booking_state', 'booking') end
        return b
    end

    -- Whether the number has bookings, is blocked, or is known at all is not told before its holder is.
    -- args: purpose booking code_hash sealed_code phone_record phone_sealed phone_hash lang pow address prefix
    writing('code_send', function(c, a)
        if not PURPOSES[a[1]] then return refuse('field_invalid', 'purpose') end
        local b, refusal = nil, nil
        if a[1] == 'book' then
            b, refusal = held(c, a[2])
            if not b then return nil, refusal end
        end
        local against = limit.pow_against(c, a[9])
        if against then return refuse(against, 'challenge') end
        local spend, tats = limit.rate(c, rates(c, a[7], a[10], a[11]))
        if not spend then return nil, tats end
        spend()
        limit.pow_use(c, a[9])
        local key, ends = key_of(c, a[1], a[7], a[2]), fmt('%.0f', c.ms + CODE_MS)
        call('HSET', key, 'co', a[3], 'tr', '0', 'x', ends)
        call('EXPIRE', key, fmt('%d', CODE_MS / 1000 + 60))
        call('SET', keys.phone(c.h, a[5]), a[6], 'EX', PHONE_OF_CODE_S)
        local lang = c.hall.languages[a[8]] and a[8] or b and b.lg or c.hall.language
        message_booking(c, 'code', b and a[2] or '', { ph = a[5], lg = lang, sv = b and b.sv },
            { sealed = a[4], at = b and b.at })
        local again = max(c.ms, tats[1] - 2 * MINUTE_MS)
        return '{"sent":true,"expires":' .. ends .. ',"again":' .. fmt('%.0f', again) .. '}'
    end)
end
