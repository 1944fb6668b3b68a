-- Alarms of a hall: on or off, decided by the forecast (daemon/forecast), kept here so that each is raised once, whichever
-- daemon saw it first. One that is raised is told to the hall's alarm phones by SMS. Hash `{h}:alarms`: "kind|subject" -> JSON.
-- SPDX-License-Identifier: MIT
do
    -- wait, predicted: a service's longest wait, or what it will be (minutes); board, kiosk: a device that is gone (seconds);
    -- sms: messages of a gateway ("-": of all) that fail (percent); sign, printer: one that shows or prints nothing (seconds);
    -- cap hour: parts that all halls may send in an hour. Its until_ms is the end of that hour.
    local KINDS = { wait = true, predicted = true, board = true, kiosk = true, sms = true, sign = true, printer = true, cap = true }
    local OF_SERVICE = { wait = true, predicted = true }
    -- cap: so many messages were written in a day (raised in event.lua). The others do not end with the day, nor does one that
    -- has an end of its own.
    local OF_TODAY = { wait = true, predicted = true, cap = true }

    function today.alarms_json(c)
        local alarms, names, out = hash_of(keys.alarms(c.h)), {}, {}
        for name in pairs(alarms) do names[#names + 1] = name end
        table.sort(names)
        for i, name in ipairs(names) do
            local kind, subject = name:match('^(%a+)|(.*)$')
            out[i] = '{"kind":"' .. kind .. '","subject":"' .. subject .. '",' .. alarms[name]:sub(2)
        end
        return list_json(out)
    end

    local function tell_phones(c, kind, subject, value)
        local of_service = OF_SERVICE[kind]
        local sentence = kind == 'cap' and 'cap_' .. subject or kind
        local alarm = { kind = sentence, service = of_service and subject or '', name = of_service and '' or subject, value = value }
        for place = 1, #c.hall.alarms.phones do message_alarm(c, place, alarm) end
    end

    local function event(c, what, kind, subject, value)
        emit(c, 'alarm.' .. what, ',"alarm":"' .. kind .. '","subject":"' .. subject .. '","value":' .. value)
    end

    local function clear(c, name, json)
        local kind, subject = name:match('^(%a+)|(.*)$')
        call('HDEL', keys.alarms(c.h), name)
        event(c, 'cleared', kind, subject, json:match('"value":(%d+)'))
    end

    -- Those of waits and caps end with the day.
    function today.clear_alarms(c)
        for name, json in pairs(hash_of(keys.alarms(c.h))) do
            if OF_TODAY[name:match('^%a+')] and not json:find('"until":', 1, true) then clear(c, name, json) end
        end
    end

    -- Those that end by themselves, whoever raised them: that daemon may be gone.
    function today.end_alarms(c)
        local json = call('HGET', keys.alarms(c.h), 'cap|hour')
        if json and tonumber(json:match('"until":(%d+)')) <= c.ms then clear(c, 'cap|hour', json) end
    end

    -- until_ms: of the hour's cap, and of that alone.
    local function is_alarm(kind, subject, ends)
        if kind == 'cap' then return subject == 'hour' and ends ~= nil end
        return KINDS[kind] and ends == nil
    end

    -- args: kind subject value on ("1" or "0") until_ms (of the hour's cap)
    writing('alarm_set', function(c, a)
        local kind, subject, value, ends = a[1], a[2], tonumber(a[3]), tonumber(a[5] or '')
        if not is_alarm(kind, subject, ends) then return refuse('field_invalid', 'kind') end
        if not subject:match('^[%w._-]+$') then return refuse('field_invalid', 'subject') end
        if not value or value < 0 then return refuse('field_invalid', 'value') end
        local name, text = kind .. '|' .. subject, fmt('%d', value)
        local present = call('HGET', keys.alarms(c.h), name)
        if a[4] ~= '1' then
            if present then
                call('HDEL', keys.alarms(c.h), name)
                event(c, 'cleared', kind, subject, text)
            end
            return '{"changed":' .. tostring(present and true or false) .. '}'
        end
        local since = present and present:match('"since":(%d+)') or c.now
        call('HSET', keys.alarms(c.h), name, '{"value":' .. text .. ',"since":' .. since .. (ends and fmt(',"until":%.0f', ends) or '') .. '}')
        if not present then
            event(c, 'raised', kind, subject, text)
            tell_phones(c, kind, subject, text)
        end
        return '{"changed":' .. tostring(not present) .. '}'
    end, true)

    -- After so many ms a call that no board has shown is told to its clerk; 0: not at all, which is so, too, where no board
    -- was about for a day. The one place where that is decided.
    function today.unshown_ms(c)
        for _, json in pairs(hash_of(keys.health(c.h))) do
            local at = json:find('"kind":"board"', 1, true) and json:match('"at":(%d+)}$')
            if at and c.ms - at < DAY_MS then return fmt('%d', c.hall.alarms.unshown_seconds * 1000) end
        end
        return '0'
    end

    reading('alarm_list', function(c) return '{"alarms":' .. today.alarms_json(c) .. '}' end)

    reading('seen_list', function(c) return '{"seen":' .. today.seen_json(c) .. '}' end)

    -- A device that was removed is not missed, not even when a worker that has not heard of it yet reports it once more.
    -- args: name
    local FORGOTTEN_S = '60'

    writing('device_forget', function(c, a)
        call('HDEL', keys.seen(c.h), a[1], 'kiosk:' .. a[1])
        call('HDEL', keys.health(c.h), a[1])
        call('SET', keys.forgotten(c.h, a[1]), '1', 'EX', FORGOTTEN_S)
        for _, kind in ipairs({ 'board', 'kiosk' }) do
            local name = kind .. '|' .. a[1]
            local present = call('HGET', keys.alarms(c.h), name)
            if present then
                call('HDEL', keys.alarms(c.h), name)
                event(c, 'cleared', kind, a[1], present:match('"value":(%d+)'))
            end
        end
        return '{"done":true}'
    end, true)

    -- Its stream is alive, but the page has not told for so long how it is.
    local function is_frozen(c, name, frozen_ms)
        local health = frozen_ms and call('HGET', keys.health(c.h), name)
        local at = health and health:match('"at":(%d+)}$')
        return at and c.ms - at > frozen_ms
    end

    -- Boards and kiosks whose streams are alive. No event: nothing anybody follows has changed.
    -- args: names (csv; of a kiosk "kiosk:<name>", and so it is kept) frozen_ms (may be missing)
    writing('device_seen', function(c, a)
        local frozen_ms = tonumber(a[2])
        for _, seen in ipairs(words_of(a[1])) do
            local name = seen:match('[^:]+$')
            if call('EXISTS', keys.forgotten(c.h, name)) == 0 and not is_frozen(c, name, frozen_ms) then
                call('HSET', keys.seen(c.h), seen, c.now)
            end
        end
        return '{}'
    end)
end
