-- A line: the waiting tickets of one service, or of one counter ("@3"), by rank. And the bound: nobody is
-- overtaken more than the hall's overtaking_max times.
--
-- Overtaken means: somebody of the same line who entered it later was called first. For a waiting ticket X
-- that is the number of called tickets which entered after X, since none of those can have been called before X
-- entered. So `o:<line>` keeps the called overtakers by the moment they entered; the ticket that has waited
-- longest has the most, and once it has as many as the bound, `over` names it and every counter that serves the
-- line calls it first. `e:<line>` gives the longest waiting one: entries in order of entering, cleaned lazily.
-- SPDX-License-Identifier: MIT
local line = {}

local function entered_of(id, t) return t['in'] or id:sub(1, 13) end

function line.enter(c, name, id, score)
    call('ZADD', keys.line(c.h, name), fmt('%.0f', score), id)
    call('RPUSH', keys.entered(c.h, name), c.now .. '|' .. id)
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

local function oldest(c, name)
    local list, waiting = keys.entered(c.h, name), keys.line(c.h, name)
    while true do
        local head = call('LINDEX', list, 0)
        if not head then return nil end
        local entered, id = head:sub(1, 13), head:sub(15)
        if call('ZSCORE', waiting, id) then
            local present = call('HGET', keys.ticket(c.h, id), 'in') or id:sub(1, 13)
            if present == entered then return id, tonumber(entered) end
        end
        call('LPOP', list)
    end
end

local function settle(c, name, id, entered)
    local overtakers, over = keys.overtakers(c.h, name), keys.over(c.h)
    local count = 0
    if id then
        call('ZREMRANGEBYSCORE', overtakers, '-inf', entered)
        count = call('ZCARD', overtakers)
    else
        call('DEL', overtakers)
    end
    if count == 0 then
        call('HDEL', over, name)
    else
        call('HSET', over, name, count >= c.hall.rules.overtaking_max and id or '')
    end
end

-- How often the ticket was overtaken so far.
function line.overtaken(c, name, id, t)
    if call('HEXISTS', keys.over(c.h), name) == 0 then return 0 end
    return call('ZCOUNT', keys.overtakers(c.h, name), '(' .. entered_of(id, t), '+inf')
end

local COMING_TOLD_MAX = 10 -- looked at with each call of a line: a bound on its cost

local function send_come_now(c, id, ahead)
    local got = call('HMGET', keys.ticket(c.h, id), 'ph', 'lg', 'sv')
    message(c, 'come_now', id, { ph = got[1], lg = got[2] or nil, sv = got[3] }, ahead)
end

-- Tells those who now have few enough before them (once each) to come.
local function come_now(c, name)
    local tell = keys.tell(c.h)
    if call('HLEN', tell) == 0 then return end
    local near = call('ZRANGE', keys.line(c.h, name), 0, c.hall.rules.come_now_ahead)
    for ahead, id in ipairs(near) do
        if call('HDEL', tell, id) == 1 then send_come_now(c, id, ahead - 1) end
    end
    -- Those on their way stand in no line. The first few by rank are enough: the others' turn is further away.
    for _, id in ipairs(call('ZRANGE', keys.coming(c.h), 0, COMING_TOLD_MAX - 1)) do
        local got = call('HMGET', keys.ticket(c.h, id), 'sv', 'rk')
        if got[1] == name and call('HEXISTS', tell, id) == 1 then
            local ahead = line.before(c, name, id, got[2])
            if ahead <= c.hall.rules.come_now_ahead then
                call('HDEL', tell, id)
                send_come_now(c, id, ahead)
            end
        end
    end
end

-- The ticket is called out of the line; whoever entered before it and still waits was overtaken.
function line.leave_called(c, name, id, t)
    local entered = tonumber(entered_of(id, t))
    call('ZREM', keys.line(c.h, name), id)
    local first, first_entered = oldest(c, name)
    local overtook = first and first_entered < entered
    if overtook then call('ZADD', keys.overtakers(c.h, name), fmt('%.0f', entered), id) end
    if overtook or call('HEXISTS', keys.over(c.h), name) == 1 then
        settle(c, name, first, first_entered)
    end
    come_now(c, name)
end

-- The ticket leaves without being called (cancelled).
function line.leave(c, name, id)
    call('ZREM', keys.line(c.h, name), id)
    if call('HEXISTS', keys.over(c.h), name) == 1 then
        settle(c, name, oldest(c, name))
    end
    come_now(c, name)
end

function line.clear(c, name)
    call('DEL', keys.line(c.h, name), keys.entered(c.h, name), keys.overtakers(c.h, name))
end

-- {line, offset_ms} of everything a counter serves: its profile's services and its own line.
local function lines_for(c, counter, profile)
    local out = { { '@' .. counter, 0 } }
    for _, l in ipairs(c.hall.profiles[profile] or {}) do out[#out + 1] = l end
    return out
end

local function better(a, b)
    if not b then return true end
    if a.key ~= b.key then return a.key < b.key end
    return a.id < b.id -- by arrival, then number: both stand in the id
end

-- The ticket this counter should call next, as {id, line, rule, offset}, or nil when nobody waits for it. A
-- ticket at its bound goes before every rank.
function line.pick(c, counter, profile)
    local over, best, bound = hash_of(keys.over(c.h)), nil, nil
    for _, l in ipairs(lines_for(c, counter, profile)) do
        local name, offset = l[1], l[2]
        local key = keys.line(c.h, name)
        local held = over[name]
        if held and held ~= '' then
            local one = { id = held, line = name, rule = 'bound', offset = offset,
                key = tonumber(call('ZSCORE', key, held)) + offset }
            if better(one, bound) then bound = one end
        end
        local head = call('ZRANGE', key, 0, 0, 'WITHSCORES')
        if head[1] then
            local one = { id = head[1], line = name, rule = name:sub(1, 1) == '@' and 'counter' or 'rank',
                offset = offset, key = tonumber(head[2]) + offset }
            if better(one, best) then best = one end
        end
    end
    return bound or best
end
