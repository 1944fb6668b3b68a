-- What is set for today only: services that give no more numbers, counters that work without the program, a text on every
-- board; and how many numbers the forecast leaves. `today` answers what the other files and the snapshot ask about it.
-- SPDX-License-Identifier: MIT
local today = {}

do
    local LEFT_FRESH_MS = 300000 -- a forecast that is older than this stops nobody
    local ANNOUNCE_MINUTES = 60

    local function object_json(hash, value_of)
        local names, out = {}, {}
        for name in pairs(hash) do names[#names + 1] = name end
        table.sort(names)
        for i, name in ipairs(names) do out[i] = '"' .. name .. '":' .. value_of(hash[name]) end
        return '{' .. table.concat(out, ',') .. '}'
    end

    function today.stopped_json(c) return object_json(hash_of(keys.stopped(c.h)), quote) end

    function today.ghosts_json(c) return object_json(hash_of(keys.ghosts(c.h)), tostring) end

    -- Service → how many numbers are left; -1: as many as wanted.
    function today.left_json(c)
        local left = hash_of(keys.left(c.h))
        left.at = nil
        return object_json(left, tostring)
    end

    function today.seen_json(c) return object_json(hash_of(keys.seen(c.h)), tostring) end

    function today.announcement_json(c)
        local kept = call('GET', keys.announcement(c.h))
        -- By the moment of the call: the key's own end goes by the clock of Redis.
        local ends = kept and tonumber(kept:match('"until":(%d+)}$'))
        return ends and ends > c.ms and kept or 'null'
    end

    -- The code of err.def that speaks against one more number for whoever is no member of staff, or nil.
    function today.against(c, service)
        local stopped = call('HMGET', keys.stopped(c.h), '*', service)
        if stopped[1] or stopped[2] then return 'service_stopped' end
        if not c.hall.rules.last_tickets then return nil end
        local left = call('HMGET', keys.left(c.h), 'at', service)
        c.left_of, c.left = service, left[2] -- today.take need not ask again
        if left[1] and left[2] == '0' and c.ms - tonumber(left[1]) <= LEFT_FRESH_MS then return 'tickets_out' end
        return nil
    end

    -- One number was given; the next forecast counts anew.
    function today.take(c, service)
        local left = c.left
        if c.left_of ~= service then left = call('HGET', keys.left(c.h), service) end
        if left and tonumber(left) > 0 then
            call('HINCRBY', keys.left(c.h), service, -1)
        end
    end

    -- The day is over.
    function today.clear(c)
        call('DEL', keys.stopped(c.h), keys.ghosts(c.h), keys.left(c.h), keys.forecast(c.h))
    end

    -- The service as the functions below take it: "" is all of them. nil and a refusal where there is none.
    local function named(c, service)
        if service == '' then return '*' end
        if not c.hall.services[service] then return refuse('service_unknown', 'service') end
        return service
    end

    local function answer(c) return '{"stopped":' .. today.stopped_json(c) .. '}' end

    -- args: service ("" = all) reason
    writing('service_stop', function(c, a)
        local service, refusal = named(c, a[1])
        if not service then return nil, refusal end
        if call('HGET', keys.stopped(c.h), service) ~= a[2] then
            call('HSET', keys.stopped(c.h), service, a[2])
            emit(c, 'hall.stopped', ',"service":"' .. service .. '","reason":' .. quote(a[2]))
        end
        return answer(c)
    end)

    -- Of all: also those that were stopped one by one. args: service ("" = all)
    writing('service_start', function(c, a)
        local service, refusal = named(c, a[1])
        if not service then return nil, refusal end
        local changed
        if service == '*' then
            changed = call('DEL', keys.stopped(c.h))
        else
            changed = call('HDEL', keys.stopped(c.h), service)
        end
        if changed == 1 then emit(c, 'hall.started', ',"service":"' .. service .. '"') end
        return answer(c)
    end, true)

    -- None of a profile that is no longer there can still be told. args: profile count
    writing('hall_ghosts', function(c, a)
        if not c.hall.profiles[a[1]] and a[2] ~= '0' then return refuse('profile_unknown', 'profile') end
        if (call('HGET', keys.ghosts(c.h), a[1]) or '0') ~= a[2] then
            if a[2] == '0' then
                call('HDEL', keys.ghosts(c.h), a[1])
            else
                call('HSET', keys.ghosts(c.h), a[1], a[2])
            end
            emit(c, 'hall.ghosts', ',"profile":"' .. a[1] .. '","count":' .. a[2])
        end
        return '{"ghosts":' .. today.ghosts_json(c) .. '}'
    end)

    local function announcement_of(c, a)
        local texts = {}
        for i, lang in ipairs({ 'zh', 'en', 'de' }) do
            if a[i] ~= '' then texts[#texts + 1] = '"' .. lang .. '":' .. quote(a[i]) end
        end
        if not texts[1] then return nil end
        local minutes = a[4] ~= '' and tonumber(a[4]) or ANNOUNCE_MINUTES
        local ends = c.ms + minutes * MINUTE_MS
        return '{"texts":{' .. table.concat(texts, ',') .. '},"until":' .. fmt('%.0f', ends) .. '}', ends
    end

    -- Without any text it is taken away. args: zh en de minutes
    writing('hall_announce', function(c, a)
        local json, ends = announcement_of(c, a)
        if json then
            call('SET', keys.announcement(c.h), json, 'PX', fmt('%.0f', ends - c.ms))
        else
            json = '{"texts":{},"until":0}'
            call('DEL', keys.announcement(c.h))
        end
        emit(c, 'hall.announced', ',' .. json:sub(2, -2))
        return json
    end)
end
