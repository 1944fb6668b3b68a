-- What became of the messages, for staff: a list, and the day's counts. Numbers are masked, and no text is anywhere: it is made
-- for one try and never kept. SPDX-License-Identifier: MIT
do
    local AT_ONCE, LISTED_MAX, LOOKED_AT_MAX = 100, 200, 2000
    local STATES = { queued = 'outbox', submitted = 'outbox', uncertain = 'trouble', accepted = 'messages', delivered = 'messages',
        undelivered = 'trouble', expired = 'trouble', rejected = 'trouble', unknown = 'trouble' }
    local FAILED = { undelivered = true, expired = true, rejected = true, unknown = true } -- asked for as `failed`
    local TIMED = { 'submitted', 'uncertain', 'accepted', 'delivered', 'undelivered', 'expired', 'rejected', 'unknown' }
    local SAME_MOMENT = 1000 -- messages of one millisecond, before the one a list goes on behind

    -- Ids in a stream, newest first, behind `before`.
    local function in_stream(key, before)
        local ids = call('XREVRANGE', key, before ~= '' and '(' .. before or '+', '-', 'COUNT', AT_ONCE)
        for i, entry in ipairs(ids) do ids[i] = entry[1] end
        return ids
    end

    -- Ids of the list of trouble, which is by the moment they were queued.
    local function in_trouble(key, before)
        local ms, out = before:match('^%d+'), {}
        for _, id in ipairs(call('ZREVRANGEBYSCORE', key, ms or '+inf', '-inf', 'LIMIT', 0, AT_ONCE + (ms and SAME_MOMENT or 0))) do
            local behind = not ms or id:match('^%d+') ~= ms or id < before
            if behind and #out < AT_ONCE then out[#out + 1] = id end
        end
        return out
    end

    local function ids_behind(c, source, before)
        if source == 'trouble' then return in_trouble(keys.trouble(c.h), before) end
        return in_stream(keys[source](c.h), before)
    end

    -- One that nobody has begun, as its entry tells; or nil where it is gone.
    local function from_entry(c, mid)
        local entry = call('XRANGE', keys.outbox(c.h), mid, mid)[1]
        if not entry then return nil end
        local m = { st = 'queued' }
        for i = 1, #entry[2], 2 do m[entry[2][i]] = entry[2][i + 1] end
        local record = m.p or ''
        local _, mask = sealed_of(not record:find('^#') and call('GET', keys.phone(c.h, record)))
        m.mk = mask or record:match('^#%d+$')
        return m
    end

    -- When it was last in each state it has been in.
    local function times_json(m)
        local out = {}
        for _, state in ipairs(TIMED) do
            local at = m['ts:' .. state]
            if at then out[#out + 1] = '"' .. state .. '":' .. at end
        end
        return '{' .. table.concat(out, ',') .. '}'
    end

    local function json(mid, m)
        local at = (m.i or '') ~= '' and m.i or mid:match('^%d+')
        return '{"message":"' .. mid .. '","at":' .. at .. ',"kind":"' .. m.k .. '","state":"' .. m.st .. '","to":"' .. (m.mk or '') ..
            '","ticket":"' .. m.t .. '","number":"' .. m.n .. '","tries":' .. (m.tr or '0') .. ',"gateway":"' .. (m.gw or '') ..
            '","reason":' .. quote(m.rs or '') .. ',"parts":' .. ((m.pt or '') ~= '' and m.pt or '0') .. ',"since":' .. (m['ts:' .. m.st] or at) ..
            ',"times":' .. times_json(m) .. (m.nb and ',"not_before":' .. m.nb or '') .. '}'
    end

    -- Is it one of those asked for? number: of a ticket, or of a booking with or without its "B".
    local function fits(m, state, kind, number)
        if kind ~= '' and m.k ~= kind then return false end
        if number ~= '' and m.n ~= number and 'B' .. m.n ~= number then return false end
        return state == '' or m.st == state or (state == 'failed' and FAILED[m.st] == true)
    end

    -- args: state (or "failed") kind before limit number ("" each: whatever there is)
    reading('message_list', function(c, a)
        local state, kind, before, number = a[1] or '', a[2] or '', a[3] or '', (a[5] or ''):upper()
        local source = state == 'failed' and 'trouble' or STATES[state]
        local most, out, looked_at, more = math.min(limit_of(a[4], AT_ONCE), LISTED_MAX), {}, 0, true
        if state ~= '' and not source then return refuse('field_invalid', 'state') end
        if before ~= '' and not before:match('^%d+%-%d+$') then return refuse('field_invalid', 'before') end
        while more and #out < most and looked_at < LOOKED_AT_MAX do
            local ids = ids_behind(c, source or 'messages', before)
            more = #ids == AT_ONCE
            for _, mid in ipairs(ids) do
                if #out == most then
                    more = true
                    break
                end
                local m = hash_of(keys.message(c.h, mid))
                if not m.st then m = from_entry(c, mid) end
                if m and fits(m, state, kind, number) then out[#out + 1] = json(mid, m) end
                before, looked_at = mid, looked_at + 1
            end
        end
        return '{"messages":' .. list_json(out) .. ',"before":' .. (more and '"' .. before .. '"' or 'null') .. '}'
    end)

    local function object_json(map)
        local names, out = {}, {}
        for name in pairs(map) do names[#names + 1] = name end
        table.sort(names)
        for i, name in ipairs(names) do
            local value = map[name]
            out[i] = '"' .. name .. '":' .. (type(value) == 'table' and object_json(value) or fmt('%d', value))
        end
        return '{' .. table.concat(out, ',') .. '}'
    end

    -- Of the hall's day.
    reading('message_counts', function(c)
        local states, kinds, other, all = {}, {}, {}, 0
        for name, n in pairs(hash_of(keys.message_counts(c.h, c.hall.day))) do
            local kind, state = name:match('^([%l_]+)|([%l_]+)$')
            n = tonumber(n)
            if kind and STATES[state] and kind ~= 'parts' and n > 0 then
                kinds[kind] = kinds[kind] or {}
                kinds[kind][state], states[state], all = n, (states[state] or 0) + n, all + n
            else
                other[name] = n
            end
        end
        return '{"day":"' .. c.hall.day .. '","states":' .. object_json(states) .. ',"kinds":' .. object_json(kinds) ..
            ',"messages":' .. all .. ',"parts":' .. (other['parts|accepted'] or 0) .. ',"capped":' ..
            object_json({ number = other['capped|number'] or 0, hall = other['capped|hall'] or 0 }) .. ',"cap":' ..
            object_json(c.hall.messages) .. ',"opted_out":' .. call('SCARD', keys.optout(c.h)) .. '}'
    end)
end
