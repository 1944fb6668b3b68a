-- A day that is over, as the daemon worked it out from the day's events: its statistics, and what the hall has learned up to
-- then. Kept once for each day, whichever daemon was first. SPDX-License-Identifier: MIT
do
    local STATISTICS_KEPT_S = '34560000' -- 400 days: the same month of last year, whole
    local DAYS_AT_ONCE = 62

    local function is_day(text) return text:match('^%d%d%d%d%d%d%d%d$') ~= nil end

    -- What was learned is never replaced by what an earlier day knew.
    local function learn(c, learned)
        local present = call('GET', keys.learned(c.h))
        local before, now = present and present:match('"day":"?(%d+)'), learned:match('"day":"?(%d+)')
        if not before or not now or before <= now then call('SET', keys.learned(c.h), learned) end
    end

    -- args: day learned_json statistics_json
    writing('day_close', function(c, a)
        if not is_day(a[1]) or a[1] > c.day then return refuse('day_unknown', 'day') end
        local kept = call('SET', keys.statistics(c.h, a[1]), a[3], 'EX', STATISTICS_KEPT_S, 'NX')
        if not kept then return '{"kept":false}' end
        learn(c, a[2])
        return '{"kept":true}'
    end)

    local FIGURES = { 'queued', 'accepted', 'rejected', 'expired', 'delivered', 'undelivered', 'unknown' }

    -- What became of the day's messages after it was kept, too. The larger figure: neither counts anything that was not, and of a
    -- day from before they were counted on its own, the kept one knows more.
    local function with_messages(c, day, json)
        local now = hash_of(keys.messages_of(c.h, day))
        if not next(now) then return json end
        return (json:gsub('"messages":{[^}]*}', function(kept)
            local out = {}
            for i, name in ipairs(FIGURES) do
                local before = tonumber(kept:match('"' .. name .. '":(%d+)') or 0)
                out[i] = '"' .. name .. '":' .. fmt('%d', max(before, tonumber(now[name] or 0)))
            end
            return '"messages":{' .. table.concat(out, ',') .. '}'
        end))
    end

    -- args: days (csv)
    reading('statistics_days', function(c, a)
        local out = {}
        for i, day in ipairs(words_of(a[1])) do
            if i > DAYS_AT_ONCE or not is_day(day) then return refuse('day_unknown', 'days') end
            local json = call('GET', keys.statistics(c.h, day))
            if json then out[#out + 1] = '"' .. day .. '":' .. with_messages(c, day, json) end
        end
        return '{"days":{' .. table.concat(out, ',') .. '}}'
    end)
end
