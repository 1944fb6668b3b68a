-- What falls due and outlives the close of day: `{h}:later` holds "kind|rest" by its moment. LATER[kind](c, rest) applies
-- one; it is filled in where the kind belongs: hold (hold.lua), give and wait (waitlist.lua), late and coming
-- (arrive.lua), back (away.lua), remind and remindall (remind.lua).
-- Every function that takes units calls run_later first, so that nothing hangs on the tick.
-- SPDX-License-Identifier: MIT
local LATER = {}

-- In front of a citizen's own call, at most so many: the tick does the rest.
local LATER_A_CALL = 20
local UNKNOWN_AGAIN_MS = 60000

local function do_later(c, at_ms, kind, rest)
    call('ZADD', keys.later(c.h), fmt('%.0f', at_ms), kind .. '|' .. rest)
end

local function not_later(c, kind, rest) call('ZREM', keys.later(c.h), kind .. '|' .. rest) end

-- At most so many that have run out, and only of that kind where one is named.
local function due_later(c, limit, kind)
    local due = call('ZRANGEBYSCORE', keys.later(c.h), '-inf', c.now, 'LIMIT', 0, limit)
    if not kind then return due end
    local out = {}
    for _, what in ipairs(due) do
        if what:match('^%a+') == kind then out[#out + 1] = what end
    end
    return out
end

-- Applies what has run out; how many. What comes due at this very millisecond has. A refusal after it leaves it applied:
-- it is a tick, not part of the caller's change.
local function run_later(c, limit, only)
    local due = due_later(c, limit or LATER_A_CALL, only)
    for _, what in ipairs(due) do
        call('ZREM', keys.later(c.h), what)
        local kind, rest = what:match('^(%a+)|(.*)$')
        if LATER[kind] then
            LATER[kind](c, rest)
        else -- of a newer daemon beside this one: its turn comes
            do_later(c, c.ms + UNKNOWN_AGAIN_MS, kind, rest)
        end
    end
    return #due
end
