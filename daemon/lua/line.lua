-- A line: the waiting tickets of one service, of one counter ("@3") or of one clerk ("&li"), by rank. And the bound:
-- nobody is overtaken more than the hall's overtaking_max times.
--
-- `heads` has the rank of each line's first ticket, so that the next one of thirty lines is found in one read: whatever
-- changes a line does so here, and keeps it.
--
-- Overtaken means: somebody of the same line who entered it later was called first. Who entered later is told by a count
-- of all entries into lines (`in`), as two daemons' clocks need not agree. For a waiting ticket X that is the number of
-- called tickets which entered after X, since none of those can have been called before X entered. So `o:<line>` keeps the
-- called overtakers by their `in`; the ticket that has waited longest has the most, and once it has as many as the bound,
-- `over` names it and every counter that serves the line calls it first. `e:<line>` gives the longest waiting one: entries
-- in order of entering, cleaned lazily.
-- A line that nobody waits in has none of these keys.
-- SPDX-License-Identifier: MIT
local line = {}

-- The line of tickets held for whoever works there; who is "role:name".
function line.of_clerk(who) return '&' .. who:match(':(.*)') end

do
    local FRESH_MS = 120000 -- a forecast is made every second while anything happens, and every minute else

    local function entered_of(id, t) return t['in'] or id:sub(1, 13) end

    -- Begins at the time of day: so it goes on from entries of a store that counted by the clock.
    local function next_entry(c)
        local n = call('INCR', keys.entries(c.h))
        if n > 1 then return fmt('%.0f', n) end
        call('SET', keys.entries(c.h), c.now)
        return c.now
    end

    -- Returns what its record keeps as `in`.
    function line.enter(c, name, id, score)
        local rank, entered = fmt('%.0f', score), next_entry(c)
        call('ZADD', keys.line(c.h, name), rank, id)
        call('ZADD', keys.heads(c.h), 'LT', rank, name)
        call('RPUSH', keys.entered(c.h, name), entered .. '|' .. id)
        call('HSET', keys.ticket(c.h, id), 'in', entered)
        return entered
    end

    -- How many of the line stand before the ticket.
    function line.ahead(c, name, id) return call('ZRANK', keys.line(c.h, name), id) or 0 end

    -- The same of one that is not in the line, if it stood there with that rank.
    function line.before(c, name, id, score)
        local key = keys.line(c.h, name)
        local count = call('ZCOUNT', key, '-inf', '(' .. score)
        for _, other in ipairs(call('ZRANGEBYSCORE', key, score, score)) do
            if other < id then count = count + 1 end
        end
        return count
    end

    local function is_live(c, name, entry)
        local id = entry:sub(15)
        local got = call('HMGET', keys.ticket(c.h, id), 'st', 'in', 'ln', 'sv')
        return got[1] == 'waiting' and (got[2] or id:sub(1, 13)) == entry:sub(1, 13) and (got[3] or got[4]) == name
    end

    -- The entry of whoever has waited longest: its `in`, '|', its id. entry: the list's first, where it is known.
    local function oldest(c, name, entry)
        local list = keys.entered(c.h, name)
        entry = entry or call('LINDEX', list, 0)
        while entry and not is_live(c, name, entry) do
            call('LPOP', list)
            entry = call('LINDEX', list, 0)
        end
        return entry
    end

    -- Who called out of the line has overtaken somebody: id, `in`, in turns.
    function line.overtakers(c, name) return call('ZRANGE', keys.overtakers(c.h, name), 0, -1, 'WITHSCORES') end

    -- Line → id of whoever is at the bound there; read once in a call, so whatever changes it follows here.
    local function bounds(c)
        c.bounds = c.bounds or hash_of(keys.over(c.h))
        return c.bounds
    end

    local function set_bound(c, name, id)
        local known = bounds(c)
        if known[name] == id then return end
        known[name] = id
        if id then call('HSET', keys.over(c.h), name, id) else call('HDEL', keys.over(c.h), name) end
    end

    -- How many of `over` entered after the ticket.
    local function count_after(over, entered)
        local count = 0
        for i = 2, #over, 2 do
            if over[i] > entered then count = count + 1 end
        end
        return count
    end

    -- Counts anew, with the entry of whoever has waited longest now; over: all overtakers of the line.
    local function settle(c, name, entry, over)
        local entered = entry:sub(1, 13)
        local count = count_after(over, entered)
        if count < #over / 2 then call('ZREMRANGEBYSCORE', keys.overtakers(c.h, name), '-inf', entered) end
        set_bound(c, name, count >= c.hall.rules.overtaking_max and entry:sub(15) or nil)
    end

    -- Takes it out; true when somebody waits there still.
    local function remove(c, name, id)
        local key = keys.line(c.h, name)
        call('ZREM', key, id)
        local head = call('ZRANGE', key, 0, 0, 'WITHSCORES')
        if head[1] then
            call('ZADD', keys.heads(c.h), head[2], name)
            return true
        end
        call('ZREM', keys.heads(c.h), name)
        call('DEL', keys.entered(c.h, name), keys.overtakers(c.h, name))
        set_bound(c, name, nil)
        return false
    end

    -- How often the ticket was overtaken so far; over: all overtakers of its line.
    function line.overtaken(c, name, id, t, over)
        return count_after(over or line.overtakers(c, name), entered_of(id, t))
    end

    local COMING_TOLD_MAX = 10 -- looked at with each call of a line: a bound on its cost

    local function send_come_now(c, id, ahead)
        local got = call('HMGET', keys.ticket(c.h, id), 'ph', 'lg', 'sv', 'dl', 'ha')
        local mid = message(c, 'come_now', id, { ph = got[1], lg = got[2] or nil, sv = got[3], ha = got[5] or nil }, ahead, 1 + (got[4] or 0))
        press.sent(c, mid, id)
    end

    -- Tells those who now have few enough before them (once each) to come; while there is a forecast, it says whom to tell.
    local function come_now(c, name)
        local tell = keys.tell(c.h)
        if call('HLEN', tell) == 0 then return end
        if c.ms - tonumber(call('GET', keys.forecast(c.h)) or 0) < FRESH_MS then return end
        local near = call('ZRANGE', keys.line(c.h, name), 0, c.hall.rules.come_now_ahead)
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

    -- It joins those who have overtaken somebody; returns all of them.
    local function add_overtaker(c, name, id, entered, over)
        call('ZADD', keys.overtakers(c.h, name), entered, id)
        local all = {}
        for i = 1, #over, 2 do
            if over[i] ~= id then all[#all + 1], all[#all + 2] = over[i], over[i + 1] end -- called again, put back meanwhile
        end
        all[#all + 1], all[#all + 2] = id, entered
        return all
    end

    -- The ticket is called out of the line; whoever entered before it and still waits was overtaken. over: all overtakers of
    -- the line until now.
    function line.leave_called(c, name, id, t, over)
        if remove(c, name, id) then
            local list, entered = keys.entered(c.h, name), entered_of(id, t)
            local two = call('LRANGE', list, 0, 1)
            local first
            if two[1] == entered .. '|' .. id then
                call('LPOP', list) -- it had waited longest: nobody was overtaken
            else
                first = oldest(c, name, two[1])
                if first:sub(1, 13) < entered then over = add_overtaker(c, name, id, entered, over) end
            end
            if over[1] then settle(c, name, first or oldest(c, name, two[2]), over) end
        end
        come_now(c, name)
    end

    local function take_out(c, name, id)
        local over = remove(c, name, id) and line.overtakers(c, name) or {}
        if over[1] then settle(c, name, oldest(c, name), over) end
    end

    -- The ticket leaves without being called (cancelled). t: its record, where that still says that it waits here.
    function line.leave(c, name, id, t)
        if t then call('LREM', keys.entered(c.h, name), 1, entered_of(id, t) .. '|' .. id) end
        take_out(c, name, id)
        come_now(c, name)
    end

    -- Out again, as if it had never entered: a press is undone.
    function line.withdraw(c, name, id, t)
        call('LREM', keys.entered(c.h, name), -1, t['in'] .. '|' .. id)
        take_out(c, name, id)
    end

    -- The place of an entry in the list, by bisection, and the entry that stands there now.
    local function place_of(list, entry)
        local low, high = 0, call('LLEN', list)
        while low < high do
            local middle = math.floor((low + high) / 2)
            if call('LINDEX', list, middle) < entry then low = middle + 1 else high = middle end
        end
        return call('LINDEX', list, low)
    end

    -- Where it stood before it was called, as if it had stood there all the time. over: "id", "in" of everybody who had been
    -- called before somebody who entered earlier, in turns.
    function line.restore(c, name, id, t, over)
        local list, overtakers = keys.entered(c.h, name), keys.overtakers(c.h, name)
        local entry = entered_of(id, t) .. '|' .. id
        call('ZADD', keys.line(c.h, name), t.rk, id)
        call('ZADD', keys.heads(c.h), 'LT', t.rk, name)
        local there = place_of(list, entry)
        if not there then
            call('RPUSH', list, entry)
        elseif there ~= entry then
            call('LINSERT', list, 'BEFORE', there, entry)
        end
        for i = 1, #over, 2 do call('ZADD', overtakers, over[i + 1], over[i]) end
        call('ZREM', overtakers, id)
        settle(c, name, oldest(c, name), line.overtakers(c, name))
    end

    function line.clear(c, name)
        call('DEL', keys.line(c.h, name), keys.entered(c.h, name), keys.overtakers(c.h, name))
        call('ZREM', keys.heads(c.h), name)
    end

    -- Every line at the end of the day.
    function line.clear_all(c)
        for _, name in ipairs(call('ZRANGE', keys.heads(c.h), 0, -1)) do line.clear(c, name) end
        call('DEL', keys.heads(c.h), keys.over(c.h))
    end

    -- `heads` of a store written before there was one; once for each version of the hall's configuration.
    local function know_heads(c)
        for _, list in ipairs({ c.hall.service_list, c.hall.counter_list }) do
            for _, one in ipairs(list) do
                local name = (list == c.hall.counter_list and '@' or '') .. one.code
                local head = call('ZRANGE', keys.line(c.h, name), 0, 0, 'WITHSCORES')
                if head[1] then call('ZADD', keys.heads(c.h), head[2], name) end
            end
        end
        c.hall.heads_known = true
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

    -- With what offset the counter serves the line, or nil: its profile's services, its own line, that of its clerk.
    function line.offset(c, k, name)
        if name == '@' .. k.code or (k.by and name == line.of_clerk(k.by)) then return 0 end
        return offsets_of(c.hall, k.pr)[name]
    end

    local RULE_OF = { ['@'] = 'counter', ['&'] = 'clerk' }

    local function better(a, b)
        if not b then return true end
        if a.key ~= b.key then return a.key < b.key end
        return a.id < b.id -- by arrival, then number: both stand in the id
    end

    -- Whoever is at the bound in a line that the counter serves goes before every rank.
    local function pick_bound(c, offset_of)
        local best
        for name, id in pairs(bounds(c)) do
            local offset = offset_of(name)
            local score = offset and call('ZSCORE', keys.line(c.h, name), id)
            if score then -- a store of some time ago may name one that was moved away
                local one = { id = id, line = name, rule = 'bound', offset = offset, key = tonumber(score) + offset }
                if better(one, best) then best = one end
            end
        end
        return best
    end

    -- Most often the first line serves; a counter for few services reads on, twice as many each time. Few at first, since
    -- Redis takes longer to print a score than for all the rest of such a read.
    local HEADS_AT_FIRST = 2

    local function pick_rank(c, offset_of)
        local best, from, count = nil, 0, HEADS_AT_FIRST
        while true do
            local heads = call('ZRANGE', keys.heads(c.h), from, from + count - 1, 'WITHSCORES')
            for i = 1, #heads, 2 do
                local name, key = heads[i], tonumber(heads[i + 1])
                if best and key > best.key then return best end -- no offset is below 0
                local offset = offset_of(name)
                if offset and (not best or key + offset <= best.key) then
                    local one = { id = call('ZRANGE', keys.line(c.h, name), 0, 0)[1], line = name,
                        rule = RULE_OF[name:sub(1, 1)] or 'rank', offset = offset, key = key + offset }
                    if better(one, best) then best = one end
                end
            end
            if #heads < 2 * count then return best end
            from, count = from + count, 2 * count
        end
    end

    -- The ticket this counter should call next, as {id, line, rule, offset}, or nil when nobody waits for it.
    function line.pick(c, k)
        if not c.hall.heads_known then know_heads(c) end
        local offsets, own = offsets_of(c.hall, k.pr), '@' .. k.code
        local person = k.by and line.of_clerk(k.by)
        local function offset_of(name)
            if name == own or name == person then return 0 end
            return offsets[name]
        end
        return pick_bound(c, offset_of) or pick_rank(c, offset_of)
    end
end
