-- What the screens of a hall report: which calls they have put before people's eyes, and how they are themselves. Field
-- `sh` of a ticket: up to which of its calls (as `ca`) a board has shown. Hash `{h}:health`: device, `sign:<code>` or
-- `printer:<code>` -> JSON with `kind` of a device and `at`.
-- SPDX-License-Identifier: MIT
do
    local CALLS_MAX = 20
    local HEALTH_BYTES_MAX = 2000 -- the longest that the API lets through has some 500, that of a sign four times as many
    local NAME = '^[%w][%w._-]*$'

    -- {number, counter, calls, at, sounded} of each, or nil where one is none.
    local function read_calls(csv)
        local out = {}
        for one in csv:gmatch('[^,]+') do
            local number, desk, calls, at, sounded = one:match('^(%u%u?%d+)@([%w_-]+)#(%d+)%-(%d+)(%+?)$')
            if not number then return nil end
            out[#out + 1] = { number = number, counter = desk, calls = calls, at = at, sounded = sounded == '+' }
        end
        return out[1] and #out <= CALLS_MAX and out or nil
    end

    -- The present call of its ticket, which nobody has shown yet? One of before, even to the same counter, is older than the
    -- state of the ticket.
    local function is_news(t, one)
        return t.st == 'called' and t.ct == one.counter and t.ca == one.calls and tonumber(one.at) >= tonumber(t.ts) and
            tonumber(t.sh or 0) < tonumber(t.ca)
    end

    -- args: device calls (csv of NUMBER@COUNTER#CALLS-AT, "+" behind where it sounded, too)
    writing('call_shown', function(c, a)
        local calls, shown = read_calls(a[2]), 0
        if not a[1]:match(NAME) then return refuse('field_invalid', 'device') end
        if not calls then return refuse('field_invalid', 'calls') end
        for _, one in ipairs(calls) do
            local id, t = ticket.find(c, one.number)
            if id and is_news(t, one) then
                t.from, t.sh = t.st, t.ca
                call('HSET', keys.ticket(c.h, id), 'sh', t.sh)
                ticket.emit(c, 'ticket.shown', id, t, ',"counter":"' .. t.ct .. '","calls":' .. t.ca .. ',"device":"' ..
                    a[1] .. '","sounded":' .. tostring(one.sounded))
                shown = shown + 1
            end
        end
        return '{"shown":' .. shown .. '}'
    end)

    -- The moment goes in here, so that no device's own clock is believed. args: name json (an object, checked by the daemon)
    writing('device_health', function(c, a)
        if not a[1]:gsub('^%l+:', ''):match(NAME) then return refuse('field_invalid', 'name') end
        if #a[2] > HEALTH_BYTES_MAX or not a[2]:match('^{".*}$') or not pcall(cjson.decode, a[2]) then
            return refuse('field_invalid', 'json')
        end
        if call('EXISTS', keys.forgotten(c.h, a[1])) == 0 then
            call('HSET', keys.health(c.h), a[1], a[2]:sub(1, -2) .. ',"at":' .. c.now .. '}')
        end
        return '{}'
    end)

    -- With what else is to be known of a device: when its stream was last alive, and the alarms.
    reading('health_list', function(c)
        local out = {}
        for name, json in pairs(hash_of(keys.health(c.h))) do out[#out + 1] = '"' .. name .. '":' .. json end
        table.sort(out)
        return '{"devices":{' .. table.concat(out, ',') .. '},"seen":' .. today.seen_json(c) ..
            ',"alarms":' .. today.alarms_json(c) .. '}'
    end)
end
