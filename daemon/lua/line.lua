-- A line: the waiting tickets of one service, of one counter ("@3") or of one clerk ("&li"), by rank. And the bound:
-- nobody is overtaken more than the hall's overtaking_max times.
--
-- `l` and `heads` are sorted by what their members say, all scores being 0: Redis takes longer to print a score than for all the
-- rest of a read, and so ties go as they should, by rank, then by id. Ranks and entries have 13 digits.
--   l:<line>  "rank|id" of those who wait
--   e:<line>  a list, "in|rank|id" of the same in the order of entering
--   heads     "1rank|id|line|overtakers", one for each line: its first by rank. With 0 for the 1 somebody at the bound, who
--             goes before every rank. So the next one of thirty lines is found in one read, with all that a call must know.
-- Whatever changes a line does so here, and keeps all three. A line that nobody waits in has none of them.
--
-- Overtaken means: somebody of the same line who entered it later was called first. Who entered later is told by a count
-- of all entries into lines (`in`), as two daemons' clocks need not agree. For a waiting ticket X that is the number of
-- called tickets which entered after X, since none of those can have been called before X entered. So `heads` has the
-- called overtakers of whoever has waited longest in the line, "in|id,in|id…"; that one has the most, and once there are as
-- many as the bound, every counter that serves the line calls it first.
-- SPDX-License-Identifier: MIT
local line = {}

-- The line of tickets held for whoever works there; who is "role:name".
function line.of_clerk(who) return '&' .. who:sub((who:find(':', 1, true) or 0) + 1) end

do
    local FRESH_MS = 120000 -- a forecast is made every second while anything happens, and every minute else

    -- The count of one more entry. Begins at the time of day: 13 digits, and higher than in an epoch before.
    function line.entry(c)
        local n = call('INCR', keys.entries(c.h))
        if n > 1 then return fmt('%.0f', n) end
        call('SET', keys.entries(c.h), c.now)
        return c.now
    end

    local function first_of(key) return call('ZRANGE', key, '0', '0')[1] end

    local function oldest_of(key) return call('LINDEX', key, '0') end

    -- The ticket's members of `l` and `e`.
    local function places(id, t)
        local place = t.rk .. '|' .. id
        return place, t['in'] .. '|' .. place
    end

    -- What the line's member of `heads` begins with, when that one is given next.
    local function head_by_rank(name, first) return '1' .. first .. '|' .. name .. '|' end
    local function head_at_bound(name, oldest) return '0' .. oldest:sub(15) .. '|' .. name .. '|' end

    -- What stands in a member behind mark and rank: id, line, overtakers.
    local function head_parts(member)
        local bar = member:find('|', 16, true)
        local next_bar = member:find('|', bar + 1, true)
        return member:sub(16, bar - 1), member:sub(bar + 1, next_bar - 1), member:sub(next_bar + 1)
    end

    local function head_that_begins(c, start)
        return call('ZRANGEBYLEX', keys.heads(c.h), '[' .. start, '[' .. start .. '\255', 'LIMIT', '0', '1')[1]
    end

    -- The line's member, as its first by rank and the entry of whoever has waited longest are.
    local function head_of(c, name, first, oldest)
        return head_that_begins(c, head_by_rank(name, first)) or head_that_begins(c, head_at_bound(name, oldest))
    end

    -- t has its rank and its entry. Returns how many are before it.
    function line.enter(c, name, id, t)
        local key, heads = keys.line(c.h, name), keys.heads(c.h)
        local place, entry = places(id, t)
        call('ZADD', key, '0', place)
        call('RPUSH', keys.entered(c.h, name), entry)
        local ahead = call('ZRANK', key, place)
        if ahead > 0 then return ahead end
        local second = call('ZRANGE', key, '1', '1')[1]
        if not second then
            call('ZADD', heads, '0', head_by_rank(name, place))
            return 0
        end
        local head = head_that_begins(c, head_by_rank(name, second))
        if head then -- else somebody at the bound stays before it
            call('ZREM', heads, head)
            call('ZADD', heads, '0', head_by_rank(name, place) .. select(3, head_parts(head)))
        end
        return 0
    end

    -- How many of the line stand before one with that rank, whether it stands there or not.
    function line.before(c, name, id, score)
        return call('ZLEXCOUNT', keys.line(c.h, name), '-', '(' .. score .. '|' .. id)
    end

    -- The ids of those who wait, by rank, from that place to that one.
    function line.ids(c, name, from, to)
        local out = call('ZRANGE', keys.line(c.h, name), from, to)
        for i, place in ipairs(out) do out[i] = place:sub(15) end
        return out
    end

    local NOBODY = { text = '' }

    -- A list of "in|id", and its text.
    local function overtakers_in(head)
        local _, _, text = head_parts(head)
        if text == '' then return NOBODY end
        local out = { text = text }
        for one in text:gmatch('[^,]+') do out[#out + 1] = one end
        return out
    end

    -- Who called out of the line has overtaken whoever has waited longest there; head: the line's member, where that is known.
    function line.overtakers(c, name, head)
        if head then return overtakers_in(head) end
        local first = first_of(keys.line(c.h, name))
        head = first and head_of(c, name, first, oldest_of(keys.entered(c.h, name)))
        return head and overtakers_in(head) or NOBODY
    end

    -- How often the ticket was overtaken so far; over: all overtakers of its line.
    function line.overtaken(c, name, t, over)
        over = over or line.overtakers(c, name)
        local count, entered = 0, t['in']
        for i = 1, #over do
            if over[i] > entered then count = count + 1 end
        end
        return count
    end

    -- Whom the line gives next, with those who have overtaken whoever has waited longest by now: those of `over` who entered
    -- later. one_more: who has done so just now, or nil.
    local function settle(c, name, oldest, over, one_more)
        local kept = {}
        for i = 1, #over do
            if over[i] > oldest then kept[#kept + 1] = over[i] end -- the counts of two entries are never equal
        end
        kept[#kept + 1] = one_more
        local head = #kept >= c.hall.rules.overtaking_max and head_at_bound(name, oldest) or
            head_by_rank(name, first_of(keys.line(c.h, name)))
        call('ZADD', keys.heads(c.h), '0', kept[1] and head .. table.concat(kept, ',') or head)
    end

    -- Without the ticket's own entry, where it was called before, put back, and is called again.
    local function without(over, id)
        local out = {}
        for _, one in ipairs(over) do
            if one:sub(15) ~= id then out[#out + 1] = one end
        end
        return out
    end

    -- The line's member goes; it is looked for where `head` is not it. It may name the ticket itself, which has left the line just now.
    local function drop_head(c, name, head, place, entry)
        local heads = keys.heads(c.h)
        if head and call('ZREM', heads, head) == 1 then return end
        local first, oldest = first_of(keys.line(c.h, name)), oldest_of(keys.entered(c.h, name))
        head = head_that_begins(c, head_by_rank(name, place)) or first and head_of(c, name, first, oldest) or
            head_that_begins(c, head_at_bound(name, entry))
        if head then call('ZREM', heads, head) end
    end

    -- Takes it out; t has the rank and the entry it has there. over: all overtakers of the line; called: nil, or the line's member
    -- of `heads` where that is known, else true: it may have overtaken somebody itself.
    local function take_out(c, name, id, t, over, called)
        local entered = keys.entered(c.h, name)
        local place, entry = places(id, t)
        call('ZREM', keys.line(c.h, name), place)
        call('LREM', entered, '1', entry) -- near the head: before it are those it overtook
        drop_head(c, name, called ~= true and called, place, entry)
        local oldest, one_more = oldest_of(entered), nil
        if not oldest then return end
        if called and oldest < entry then
            if over.text:find(id, 1, true) then over = without(over, id) end
            one_more = t['in'] .. '|' .. id
        end
        settle(c, name, oldest, over, one_more)
    end

    local COMING_TOLD_MAX = 10 -- looked at with each call of a line: a bound on its cost

    local function send_come_now(c, id, ahead)
        local got = call('HMGET', keys.ticket(c.h, id), 'ph', 'lg', 'sv', 'dl', 'ha')
        local mid = message(c, 'come_now', id, { ph = got[1], lg = got[2] or nil, sv = got[3], ha = got[5] or nil }, ahead, 1 + (got[4] or 0))
        press.sent(c, mid, id)
    end

    -- Tells those who now have few enough before them (once each) to come; while there is a forecast, it says whom to tell.
    local function come_now(c, name)
        if c.foretold and c.ms - tonumber(c.foretold) < FRESH_MS then return end
        local tell = keys.tell(c.h)
        if call('HLEN', tell) == 0 then return end
        local near = line.ids(c, name, '0', c.hall.rules.come_now_ahead)
        for ahead, id in ipairs(near) do
            if call('HDEL', tell, id) == 1 then send_come_now(c, id, ahead - 1) end
        end
        -- Those on their way stand in no line. The first few by rank are enough: the others' turn is further away.
        for _, id in ipairs(call('ZRANGE', keys.coming(c.h), 0, COMING_TOLD_MAX - 1)) do
            local got = call('HMGET', keys.ticket(c.h, id), 'sv', 'rk', 'aw')
            local is_away = (got[3] or '') ~= '' -- who asked for more time is not asked to come before it is over
            if got[1] == name and not is_away and call('HEXISTS', tell, id) == 1 then
                local ahead = line.before(c, name, id, got[2])
                if ahead <= c.hall.rules.come_now_ahead then
                    call('HDEL', tell, id)
                    send_come_now(c, id, ahead)
                end
            end
        end
    end

    -- The ticket is called out of the line; whoever entered before it and still waits was overtaken. over: all overtakers of
    -- the line until now.
    function line.leave_called(c, pick, id, t, over)
        take_out(c, pick.line, id, t, over, pick.head or true)
        come_now(c, pick.line)
    end

    -- The ticket leaves without being called (cancelled).
    function line.leave(c, name, id, t)
        take_out(c, name, id, t, line.overtakers(c, name))
        come_now(c, name)
    end

    -- Out again, as if it had never entered: a press is undone.
    function line.withdraw(c, name, id, t) take_out(c, name, id, t, line.overtakers(c, name)) end

    -- The place of an entry in the list, by bisection, and the entry that stands there now.
    local function entry_from(list, entry)
        local low, high = 0, call('LLEN', list)
        while low < high do
            local middle = math.floor((low + high) / 2)
            if call('LINDEX', list, middle) < entry then low = middle + 1 else high = middle end
        end
        return call('LINDEX', list, low)
    end

    -- Where it stood before it was called, as if it had stood there all the time. called: id → "in" of everybody who had been
    -- called before somebody who entered earlier.
    function line.restore(c, name, id, t, called)
        local key, entered, was = keys.line(c.h, name), keys.entered(c.h, name), line.overtakers(c, name)
        local first, place, entry = first_of(key), places(id, t)
        if first then drop_head(c, name, nil, first, oldest_of(entered)) end
        call('ZADD', key, '0', place)
        local behind = entry_from(entered, entry)
        if behind then call('LINSERT', entered, 'BEFORE', behind, entry) else call('RPUSH', entered, entry) end
        local over = {}
        for _, other in ipairs(was) do
            if not called[other:sub(15)] and other:sub(15) ~= id then over[#over + 1] = other end
        end
        for other, at in pairs(called) do
            if other ~= id then over[#over + 1] = at .. '|' .. other end
        end
        table.sort(over)
        settle(c, name, oldest_of(entered), over)
    end

    -- Every line that somebody waits in.
    function line.names(c)
        local out = call('ZRANGE', keys.heads(c.h), '0', '-1')
        for i, member in ipairs(out) do out[i] = select(2, head_parts(member)) end
        return out
    end

    -- Every line at the end of the day.
    function line.clear_all(c)
        for _, name in ipairs(line.names(c)) do call('DEL', keys.line(c.h, name), keys.entered(c.h, name)) end
        call('DEL', keys.heads(c.h))
    end

    -- Line → offset (ms) of what a profile serves.
    local function offsets_of(hall, profile)
        hall.offsets = hall.offsets or {}
        local out = hall.offsets[profile]
        if not out then
            out = {}
            for _, l in ipairs(hall.profiles[profile] or {}) do out[l[1]] = l[2] end
            hall.offsets[profile] = out
        end
        return out
    end

    -- 0 for the line of the counter and of its clerk, else nil.
    local function held_for(k, name)
        return (name == '@' .. k.code or k.by and name == line.of_clerk(k.by)) and 0 or nil
    end

    -- With what offset the counter serves the line, or nil: its profile's services, its own line, that of its clerk.
    function line.offset(c, k, name) return offsets_of(c.hall, k.pr)[name] or held_for(k, name) end

    local RULE_OF = { ['@'] = 'counter', ['&'] = 'clerk' }

    -- The ticket this counter should call next, as {id, line, rule, offset, head}, or nil when nobody waits for it. Whoever is at the
    -- bound in a line that it serves goes before every rank; of equals whose id is lower: arrival, then number stand in it.
    -- Mark and rank are compared as one number: an offset never makes up for the mark. Most often the first one serves; a
    -- counter for few services reads on, ever more each time.
    function line.pick(c, k)
        local offsets, best, from, to = offsets_of(c.hall, k.pr), nil, 0, 0
        while true do
            local heads = call('ZRANGE', keys.heads(c.h), text_of(from), text_of(to))
            for i = 1, #heads do
                local member = heads[i]
                local key = tonumber(member:sub(1, 14))
                if best and key > best.key then return best end -- no offset is below 0
                local id, name = head_parts(member)
                local offset = offsets[name] or held_for(k, name)
                key = offset and key + offset
                if key and (not best or key < best.key or key == best.key and id < best.id) then
                    best = { id = id, line = name, offset = offset, key = key, head = member,
                        rule = member:sub(1, 1) == '0' and 'bound' or RULE_OF[name:sub(1, 1)] or 'rank' }
                    if offset == 0 then return best end -- those behind it are no better
                end
            end
            if #heads <= to - from then return best end
            from, to = to + 1, 3 * to + 2
        end
    end
end
