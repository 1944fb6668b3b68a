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

    -- args: days (csv)
    reading('statistics_days', function(c, a)
        local out = {}
        for i, day in ipairs(words_of(a[1])) do
            if i > DAYS_AT_ONCE or not is_day(day) then return refuse('day_unknown', 'days') end
            local json = call('GET', keys.statistics(c.h, day))
            if json then out[#out + 1] = '"' .. day .. '":' .. json end
        end
        return '{"days":{' .. table.concat(out, ',') .. '}}'
    end)
end
