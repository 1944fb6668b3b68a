-- Which daemon drives the hall's signs and printers; and what is forgotten of those that are gone. How they are: show.lua.
-- SPDX-License-Identifier: MIT
do
    local LEASE_MAX_MS = 60000

    -- One of several daemons does it: the one that asked first, as long as it asks again. 0 ms gives it back. args: what holder ms
    writing('lease_take', function(c, a)
        local what, holder, ms = a[1], a[2], tonumber(a[3])
        if not what:match('^%l+$') then return refuse('field_invalid', 'what') end
        if not holder:match('^[%w._:-]+$') then return refuse('field_invalid', 'holder') end
        if not ms or ms < 0 or ms > LEASE_MAX_MS then return refuse('field_invalid', 'ms') end
        local key = keys.lease(c.h, what)
        local present = call('GET', key)
        if present and present ~= holder then return '{"held":false}' end
        if ms == 0 then
            call('DEL', key)
            return '{"held":false}'
        end
        call('SET', key, holder, 'PX', fmt('%d', ms))
        return '{"held":true}'
    end, true)

    -- Signs that are no longer in the hall file.
    function today.trim_health(c, raw)
        local there = {}
        for _, one in ipairs(raw.signs or {}) do there['sign:' .. one.code] = true end
        for _, name in ipairs(call('HKEYS', keys.health(c.h))) do
            if name:match('^sign:') and not there[name] then call('HDEL', keys.health(c.h), name) end
        end
    end
end
