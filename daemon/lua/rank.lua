-- Who is next: rank is the moment (ms) by which a waiting ticket should be called; the lowest goes first. Set
-- once, where a ticket enters a line. Every rule stands here, one function each; nothing else computes a rank.
-- SPDX-License-Identifier: MIT
local rank = {}

-- A walk-in: the target wait of its class, from the moment it arrived.
function rank.walk_in(c, class) return c.ms + c.hall.classes[class] end

-- So much sooner than the normal class a class is served.
local function advantage(c, class)
    return c.hall.classes[c.hall.default_class] - c.hall.classes[class]
end

-- The last moment at which a booking's citizen may check in.
function rank.too_late_after(c, at) return at + c.hall.booking.late_minutes * MINUTE_MS end

-- A booking checked in. Until its time: that time, less the class's advantage; so whoever is early is served early only
-- where nobody else's rank is sooner. Later it slides evenly to what a walk-in of the last moment would get, so that no
-- minute costs more than another.
function rank.booked(c, class, at)
    local start, late = at - advantage(c, class), c.ms - at
    if late <= 0 then return start end
    local last = rank.too_late_after(c, at)
    return start + (last + c.hall.classes[class] - start) * late / (last - at)
end

-- From home: the place counts from the moment of asking, and is kept on arrival.
function rank.lapses(c, old) return old + c.hall.remote.arrive_minutes * MINUTE_MS end

-- Back after being missed: soon, but never before where it would have stood.
function rank.returned(c, old) return max(old, c.ms + c.hall.rules.return_minutes * MINUTE_MS) end

-- Put back by the clerk: some minutes behind where it stood, or the same counter would call it again.
function rank.put_back(c, old) return max(old, c.ms) + c.hall.rules.put_back_minutes * MINUTE_MS end

-- "I need more time": where it stood, but not before the delay is over (or the citizen is back).
function rank.delayed(_, old, ends) return max(old, ends) end

-- To another service, counter or step, waiting again after being parked, in the hall after joining from home: the wait
-- already done counts.
function rank.kept(_, old) return old end
