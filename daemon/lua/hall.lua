-- The hall as a whole: its configuration, its day, what falls due.
-- SPDX-License-Identifier: MIT

-- Every ticket alive expires and every counter closes; lines and lists are emptied. Returns how many expired.
close_day = function(c)
    local expired = 0
    for _, id in pairs(hash_of(keys.numbers(c.h))) do
        local t = ticket.load(c, id)
        if t then
            ticket.expire(c, id, t)
            expired = expired + 1
        end
    end
    for _, one in ipairs(c.hall.counter_list) do
        local k = counter.load(c, one.code)
        if k.st ~= 'closed' then counter.close(c, k) end
        press.forget(c, one.code)
    end
    line.clear_all(c)
    today.clear_alarms(c)
    today.clear(c)
    call('DEL', keys.tell(c.h), keys.missed(c.h), keys.parked(c.h), keys.due(c.h),
        keys.numbers(c.h), keys.coming(c.h), keys.away(c.h), keys.back(c.h))
    slot.fade_shows(c) -- bookings themselves outlive the day
    booking.trim(c)
    emit(c, 'hall.day_closed', ',"day":"' .. c.hall.day .. '","expired":' .. expired)
    return expired
end

writing('hall_close_day', function(c)
    return '{"day":"' .. c.hall.day .. '","expired":' .. close_day(c) .. '}'
end, true)

-- The present or next quiet hours, as the daemon works them out from the hall's zone; from '': there are none.
local function set_quiet(c, from, till)
    if not from then return end -- a daemon of before there were any
    local key, text = keys.quiet(c.h), from ~= '' and from .. '|' .. till or false
    if call('GET', key) == text then return end
    if text then call('SET', key, text) else call('DEL', key) end
end

-- Applies what is due; any daemon may tick, twice is nothing. At most 100 a call, so that a tick never holds up the
-- counters; "more" asks for another one. args: quiet_from_ms quiet_till_ms
local DUE_A_TICK = 100

writing('hall_tick', function(c, a)
    set_quiet(c, a[1], a[2])
    local later = run_later(c, DUE_A_TICK)
    today.end_alarms(c)
    local due = call('ZRANGEBYSCORE', keys.due(c.h), '-inf', c.now, 'LIMIT', 0, DUE_A_TICK)
    for _, what in ipairs(due) do
        local id = what:sub(8) -- "missed|" and the id: so far the only kind
        call('ZREM', keys.due(c.h), what)
        local t = ticket.load(c, id)
        if t and t.st == 'missed' then
            call('ZREM', keys.missed(c.h), id)
            ticket.expire(c, id, t)
        end
    end
    return '{"done":' .. #due + later .. ',"more":' .. tostring(max(#due, later) == DUE_A_TICK) .. '}'
end, true)

-- What is in use must stay in the new configuration: {code, field} of the first that does not.
local function in_use(c, new)
    for _, id in pairs(hash_of(keys.numbers(c.h))) do
        local t = ticket.load(c, id)
        for _, service in ipairs(t and words_of(t.sv .. ',' .. (t.nx or '')) or {}) do
            if not new.services[service] then return 'service_in_use', service end
        end
        if t and t.ln:sub(1, 1) == '@' and not new.counters[t.ln:sub(2)] then
            return 'counter_in_use', t.ln:sub(2)
        end
    end
    for _, one in ipairs(c.hall.counter_list) do
        local k = counter.load(c, one.code)
        if k.st ~= 'closed' and not new.counters[one.code] then return 'counter_in_use', one.code end
        if k.st ~= 'closed' and not new.profiles[k.pr] then return 'profile_in_use', k.pr end
    end
    return nil
end

-- args: canonical_json expected_version ("" = whatever it is). The JSON was validated by the daemon.
writing_new('hall_configure', function(c, a)
    local raw = cjson.decode(a[1])
    local new, old = index(raw), config.load(c.h)
    local version = old and tonumber(old.version) or 0
    if a[2] ~= '' and tonumber(a[2]) ~= version then return refuse('hall_version', 'version') end
    if old then
        c.hall, c.epoch = old, old.epoch
        local code, field = in_use(c, new)
        if code then return refuse(code, field) end
    else
        c.epoch, c.fresh = fmt('%d', c.ms / 1000), true
    end
    version = version + 1
    call('SET', keys.config(c.h), a[1])
    config.store(c.h, version, c.epoch, old and old.day or c.day)
    today.trim_health(c, raw)
    booking.reminders_changed(c, old, new)
    emit(c, 'hall.configured', ',"version":' .. version)
    return '{"hall":"' .. c.tag .. '","version":' .. version .. '}'
end)

reading('hall_config', function(c)
    return '{"version":"' .. c.hall.version .. '.' .. c.hall.epoch .. '","epoch":' .. c.hall.epoch ..
        ',"config":' .. call('GET', keys.config(c.h)) .. '}'
end)
