-- A visit of several services under one number: which one comes next. In a given order it is the next one; else the one
-- whose line has the least work for each counter, so that nobody queues where they need not yet. The ticket keeps its
-- number and its rank. SPDX-License-Identifier: MIT
local step = {}

local function open_profiles(c)
    local out = {}
    for _, one in ipairs(c.hall.counter_list) do
        local k = counter.load(c, one.code)
        if k.st == 'open' then out[#out + 1] = k.pr end
    end
    return out
end

-- Minutes of work waiting in the service's line, for each counter that is open and serves it.
local function work(c, profiles, service)
    local counters = 0
    for _, profile in ipairs(profiles) do
        if config.offset(c.hall, profile, service) then counters = counters + 1 end
    end
    if counters == 0 then return math.huge end
    return call('ZCARD', keys.line(c.h, service)) * c.hall.services[service].minutes / counters
end

-- Takes the next one out of the list `left` and returns it. Ties go to the one named first.
function step.choose(c, left, ordered)
    local best, least = 1, nil
    if not ordered and #left > 1 then
        local profiles = open_profiles(c)
        for i, service in ipairs(left) do
            local minutes = work(c, profiles, service)
            if not least or minutes < least then best, least = i, minutes end
        end
    end
    return table.remove(left, best)
end

local function go_to(c, id, t, service, left)
    press.note(c, t, 'sv')
    press.note(c, t, 'nx')
    t.sv, t.nx = service, left[1] and table.concat(left, ',') or nil
    call('HSET', keys.ticket(c.h, id), 'sv', service, 'nx', t.nx or '')
end

-- The present service is done, the next one takes its place. Returns how many are left behind that.
function step.on(c, id, t)
    local left = words_of(t.nx)
    go_to(c, id, t, step.choose(c, left, t.od), left)
    return #left
end

-- Another service instead of the present one; it is not asked for again as a later step.
function step.instead(c, id, t, service)
    local left = {}
    for _, other in ipairs(words_of(t.nx)) do
        if other ~= service then left[#left + 1] = other end
    end
    go_to(c, id, t, service, left)
end
