-- Pairing: a new screen shows a code, an admin types it, and the screen fetches its token. On {sys}. A screen is known by
-- the keyed hash of a secret of its own; it gets a token only for what an admin has chosen, once, and the token is kept by
-- nobody. Fields of a pairing: co code, ki kind, x end; when claimed na name, ha hall, by who claimed it.
-- SPDX-License-Identifier: MIT
do
    local KINDS = { kiosk = true, board = true }
    -- Open at once: the screens of the largest move of all halls, yet no flood of codes that a guess might hit.
    local OPEN_MAX = 200
    -- One network: thirty new screens at once, then one each 20 s, which is as often as thirty of them renew their codes; a
    -- prefix four times that.
    local OPEN_MS, OPEN_BURST, PREFIX_TIMES = 20000, 30, 4
    -- Wrong codes of one admin: ten at once, then one a minute.
    local WRONG_MS, WRONG_MAX = 60000, 10
    -- Claimed in the last second of a code: the screen asks every few seconds.
    local TAKE_MS = 60000
    local SPARE_S = 60

    local function alive(c, secret)
        local p = hash_of(keys.pairing(c.h, secret))
        return p.x and tonumber(p.x) > c.ms and p or nil
    end

    local function kept_s(c, ends) return fmt('%d', (ends - c.ms) / 1000 + SPARE_S) end

    local function opened(p) return '{"code":"' .. p.co .. '","expires":' .. p.x .. '}' end

    local function rates(address, prefix)
        local asks = {}
        if address ~= '' then asks[1] = { 'pair:a:' .. address, OPEN_MS, OPEN_BURST } end
        if prefix ~= '' then asks[#asks + 1] = { 'pair:x:' .. prefix, OPEN_MS / PREFIX_TIMES, OPEN_BURST * PREFIX_TIMES } end
        return asks
    end

    -- nil, or after how many ms there is room for one more.
    local function full(c)
        local open = call('ZRANGEBYSCORE', keys.pairings(c.h), '(' .. c.now, '+inf', 'WITHSCORES', 'LIMIT', 0, OPEN_MAX)
        return #open == 2 * OPEN_MAX and tonumber(open[2]) - c.ms or nil
    end

    -- The same secret again, while its code is good: the same code. args: secret_hash code kind ms address prefix
    writing_system('pair_open', function(c, a)
        local secret, code, kind, ms = a[1], a[2], a[3], tonumber(a[4])
        if not KINDS[kind] then return refuse('field_invalid', 'kind') end
        if not ms or ms <= 0 then return refuse('field_invalid', 'ms') end
        local p = alive(c, secret)
        if p and p.ki == kind and not p.na then return opened(p) end
        if p then return refuse('field_invalid', 'secret') end
        local other = call('GET', keys.pair_code(c.h, code))
        if other and alive(c, other) then return refuse('pair_code_taken') end
        local wait_ms = full(c)
        if wait_ms then return refuse('rate_limit', nil, wait_ms) end
        local asks, spend, refusal = rates(a[5], a[6]), nil, nil
        if asks[1] then
            spend, refusal = limit.rate(c, asks)
            if not spend then return nil, refusal end
            spend()
        end
        local key, ends = keys.pairing(c.h, secret), c.ms + ms
        p = { co = code, ki = kind, x = fmt('%.0f', ends) }
        call('DEL', key)
        call('HSET', key, 'co', p.co, 'ki', p.ki, 'x', p.x)
        call('EXPIRE', key, kept_s(c, ends))
        call('SET', keys.pair_code(c.h, code), secret, 'EX', kept_s(c, ends))
        call('ZREMRANGEBYSCORE', keys.pairings(c.h), '-inf', c.now)
        call('ZADD', keys.pairings(c.h), p.x, secret)
        return opened(p)
    end)

    -- Is the name promised to another screen that has not fetched its token yet?
    local function is_promised(c, name, secret)
        local other = call('GET', keys.pair_name(c.h, name))
        local p = other and other ~= secret and alive(c, other)
        return p and p.na == name
    end

    -- A wrong code is counted, although the call is refused: the one thing that a refusal leaves behind.
    -- args: code name hall
    writing_system('pair_claim', function(c, a)
        local wrong, refusal = limit.rate(c, { { 'pair:wrong:' .. c.who, WRONG_MS, WRONG_MAX } })
        if not wrong then return nil, refusal end
        local secret = call('GET', keys.pair_code(c.h, a[1]))
        local p = secret and alive(c, secret)
        if not p or p.na then
            wrong()
            return refuse('pair_unknown', 'code')
        end
        if call('SISMEMBER', keys.halls(c.h), a[3]) == 0 then return refuse('hall_unknown', 'hall') end
        if call('EXISTS', keys.device(c.h, a[2])) == 1 or is_promised(c, a[2], secret) then
            return refuse('device_exists', 'name')
        end
        local key, ends = keys.pairing(c.h, secret), max(tonumber(p.x), c.ms + TAKE_MS)
        call('HSET', key, 'na', a[2], 'ha', a[3], 'by', c.who, 'x', fmt('%.0f', ends))
        call('EXPIRE', key, kept_s(c, ends))
        call('DEL', keys.pair_code(c.h, a[1]))
        call('SET', keys.pair_name(c.h, a[2]), secret, 'EX', kept_s(c, ends))
        call('ZADD', keys.pairings(c.h), fmt('%.0f', ends), secret)
        return device_json(a[2], { kind = p.ki, hall = a[3] })
    end)

    -- So that a screen that waits writes nothing. args: secret_hash
    reading_system('pair_view', function(c, a)
        local p = alive(c, a[1])
        if not p then return refuse('pair_unknown', 'secret') end
        return '{"state":"' .. (p.na and 'claimed' or 'waiting') .. '","expires":' .. p.x .. '}'
    end)

    -- args: secret_hash token_hash
    writing_system('pair_take', function(c, a)
        local p = alive(c, a[1])
        if not p then return refuse('pair_unknown', 'secret') end
        if not p.na then return '{"state":"waiting","expires":' .. p.x .. '}' end
        if call('EXISTS', keys.device(c.h, p.na)) == 1 then return refuse('device_exists', 'name') end
        call('DEL', keys.pairing(c.h, a[1]), keys.pair_name(c.h, p.na))
        call('ZREM', keys.pairings(c.h), a[1])
        c.who = p.by -- the screen is nobody yet: whoever admitted it stands in the event
        return '{"state":"paired","device":' .. device_new(c, p.na, p.ki, p.ha, a[2]) .. '}'
    end)
end
