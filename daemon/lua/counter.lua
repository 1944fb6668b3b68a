-- Counters: opening, pausing, closing. A counter has at most one ticket (called or serving), a ticket is at one
-- counter at most. Fields: st open|paused|closed, pr profile, tk ticket, by who works there, rs reason, ts since.
-- SPDX-License-Identifier: MIT
local counter = {}

-- The counter's record with its code, or nil and a refusal.
function counter.load(c, code)
    local known = c.hall.counters[code]
    if not known then return refuse('counter_unknown', 'counter') end
    local got = call('HMGET', keys.counter(c.h, code), 'st', 'pr', 'tk', 'by', 'rs', 'ts')
    return { code = code, st = got[1] or 'closed', pr = got[2] or known.profile,
        tk = got[3] and got[3] ~= '' and got[3] or nil, by = got[4] and got[4] ~= '' and got[4] or nil,
        rs = got[5] and got[5] ~= '' and got[5] or nil, ts = got[6] or '0' }
end

-- Clerks work at their own counter only; supervisors and admins at any.
local function mine(c, k) return c.role ~= 'clerk' or k.by == c.who end

-- An open counter that the caller may work at, or nil and a refusal.
function counter.at_work(c, code)
    local k, refusal = counter.load(c, code)
    if not k then return nil, refusal end
    if k.st == 'closed' then return refuse('counter_not_open', 'counter') end
    if not mine(c, k) then return refuse('counter_taken', 'counter') end
    if k.st ~= 'open' then return refuse('counter_not_open', 'counter') end
    return k
end

function counter.json(k, ticket_json)
    local out = '{"code":"' .. k.code .. '","state":"' .. k.st .. '","profile":"' .. k.pr .. '","since":' .. k.ts
    if k.by then out = out .. ',"clerk":"' .. k.by .. '"' end
    if k.rs then out = out .. ',"reason":' .. quote(k.rs) end
    return out .. ',"ticket":' .. (ticket_json or 'null') .. '}'
end

local function set(c, k, st, kind)
    k.st, k.ts = st, c.now
    call('HSET', keys.counter(c.h, k.code), 'st', st, 'pr', k.pr, 'by', k.by or '', 'rs', k.rs or '', 'ts', c.now)
    local more = ',"counter":"' .. k.code .. '"'
    if k.by then more = more .. ',"clerk":"' .. k.by .. '"' end
    if st == 'open' then more = more .. ',"profile":"' .. k.pr .. '"' end
    if k.rs then more = more .. ',"reason":' .. quote(k.rs) end
    emit(c, kind, more)
end

function counter.close(c, k)
    set(c, k, 'closed', 'counter.closed')
    call('HSET', keys.counter(c.h, k.code), 'by', '', 'tk', '')
    k.by, k.rs = nil, nil
end

-- args: counter profile
writing('counter_open', function(c, a)
    local k, refusal = counter.load(c, a[1])
    if not k then return nil, refusal end
    local profile = a[2] ~= '' and a[2] or (k.st == 'closed' and c.hall.counters[a[1]].profile or k.pr)
    if not c.hall.profiles[profile] then return refuse('profile_unknown', 'profile') end
    if k.st ~= 'closed' and not mine(c, k) then return refuse('counter_taken', 'counter') end
    if k.st == 'open' and k.by == c.who and k.pr == profile then return refuse('counter_open', 'counter') end
    k.by, k.pr, k.rs = c.who, profile, nil
    set(c, k, 'open', 'counter.opened')
    local t = k.tk and ticket.load(c, k.tk)
    return counter.json(k, t and ticket.json(k.tk, t))
end)

-- args: counter reason
writing('counter_pause', function(c, a)
    local k, refusal = counter.at_work(c, a[1])
    if not k then return nil, refusal end
    if k.tk then return refuse('counter_busy', 'counter') end
    k.rs = a[2]
    set(c, k, 'paused', 'counter.paused')
    return counter.json(k)
end)

-- args: counter
writing('counter_close', function(c, a)
    local k, refusal = counter.load(c, a[1])
    if not k then return nil, refusal end
    if k.st == 'closed' then return refuse('counter_not_open', 'counter') end
    if not mine(c, k) then return refuse('counter_taken', 'counter') end
    if k.tk then return refuse('counter_busy', 'counter') end
    counter.close(c, k)
    return counter.json(k)
end, true)
