-- What the forecast (daemon/forecast) gives the store: the first range told to a ticket is its promise, whoever is to come now
-- is told once, and numbers stop when none are left. And what a forecast starts from. SPDX-License-Identifier: MIT
do
    -- Whoever is to come at once when the number is given has just been told so, with the number.
    local TOLD_WITH_TICKET_MS = 60000
    local FORECAST_KEPT_S = '120' -- without one, "come now" goes by position again (line.lua)
    local FIVE_MS = 5 * MINUTE_MS -- nobody believes a time to the minute
    local BEFORE_CALL = { waiting = true, coming = true }

    local function set_left(c, left)
        local key, flat = keys.left(c.h), { 'at', c.now }
        for service, n in pairs(left) do
            if c.hall.services[service] then flat[#flat + 1], flat[#flat + 2] = service, fmt('%d', n) end
        end
        call('DEL', key)
        call('HSET', key, unpack(flat))
    end

    -- True when it was the first one of this ticket. p: id, low, likely, high (minutes).
    local function promise(c, p)
        local t = ticket.load(c, p[1])
        if not t or t.pr or not BEFORE_CALL[t.st] then return false end
        t.pr = fmt('%d|%d|%d|%s', p[2], p[3], p[4], c.now)
        call('HSET', keys.ticket(c.h, p[1]), 'pr', t.pr)
        t.from = t.st
        ticket.emit(c, 'ticket.promised', p[1], t,
            fmt(',"low":%d,"likely":%d,"high":%d', p[2], p[3], p[4]) .. ',"line":"' .. t.ln .. '"')
        return true
    end

    local function come(c, id)
        if call('HDEL', keys.tell(c.h), id) == 0 then return false end
        local t = ticket.load(c, id)
        if not t or not BEFORE_CALL[t.st] or c.ms - tonumber(id:sub(1, 13)) < TOLD_WITH_TICKET_MS then return false end
        message(c, 'come_now', id, t, ticket.ahead(c, id, t), 1 + (t.dl or 0))
        return true
    end

    -- What was told last was wrong by more than the hall's minutes: told anew, not more often than that. likely: minutes from now.
    local function late(c, id, likely)
        local most, t = c.hall.delay_minutes * MINUTE_MS, ticket.load(c, id)
        if most == 0 or not t or not t.ph or not t.pr or t.dl or t.ca ~= '0' or not BEFORE_CALL[t.st] then return false end
        local high, at = t.pr:match('^%d+|%d+|(%d+)|(%d+)$')
        local told, due = (t.la or ''):match('^(%d+)|(%d+)$')
        due = tonumber(due) or at + high * MINUTE_MS
        local ends = c.ms + likely * MINUTE_MS
        if ends <= due + most or c.ms < (tonumber(told) or 0) + most then return false end
        call('HSET', keys.ticket(c.h, id), 'la', fmt('%s|%.0f', c.now, ends))
        message(c, 'delay', id, t, nil, c.now, { at = fmt('%.0f', math.ceil(ends / FIVE_MS) * FIVE_MS) })
        return true
    end

    local function count(list, fn)
        local n = 0
        for _, one in ipairs(list or {}) do
            if fn(one) then n = n + 1 end
        end
        return n
    end

    -- args: json {"left":{service:n},"promises":[[id,low,likely,high]…],"come":[id…],"late":[[id,likely]…]}
    writing('forecast_set', function(c, a)
        local json = cjson.decode(a[1])
        call('SET', keys.forecast(c.h), c.now, 'EX', FORECAST_KEPT_S)
        set_left(c, json.left or {})
        local promised = count(json.promises, function(p) return promise(c, p) end)
        local told = count(json.come, function(id) return come(c, id) end)
        count(json.late, function(p) return late(c, p[1], p[2]) end)
        return '{"promised":' .. promised .. ',"told":' .. told .. '}'
    end, true)

    reading('forecast_start', function(c)
        return '{"learned":' .. (call('GET', keys.learned(c.h)) or 'null') .. ',"seen":' .. today.seen_json(c) ..
            ',"left":' .. today.left_json(c) .. ',' .. today.snapshot(c) .. '}'
    end)
end
