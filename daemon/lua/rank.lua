-- Who is next: rank is the moment (ms) by which a waiting ticket should be called; the lowest goes first. Set
-- once, where a ticket enters a line. Every rule stands here, one function each; nothing else computes a rank.
-- SPDX-License-Identifier: MIT
local rank = {}

-- A walk-in: the target wait of its class, from the moment it arrived.
function rank.walk_in(c, class) return c.ms + c.hall.classes[class] end

-- Back after being missed: soon, but never before where it would have stood.
function rank.returned(c, old) return max(old, c.ms + c.hall.rules.return_minutes * MINUTE_MS) end

-- Put back by the clerk: some minutes behind where it stood, or the same counter would call it again.
function rank.put_back(c, old) return max(old, c.ms) + c.hall.rules.put_back_minutes * MINUTE_MS end

-- To another service or counter, or waiting again after being parked: the wait already done counts.
function rank.kept(_, old) return old end
