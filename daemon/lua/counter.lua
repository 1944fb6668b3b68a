-- Counters: opening, pausing, closing, freeing, another profile. A counter has at most one ticket (called or serving), a
-- ticket is at one counter at most. Fields: st open|paused|closed, pr profile, tk ticket, by who works there, rs reason,
-- ts since, un what its last press did (press.lua). What is held for a counter goes back to the lines of its services when
-- it closes; what is held for a clerk, when that person is at no counter any more (move.lua): nobody waits for a chair that
-- is empty.
-- SPDX-License-Identifier: MIT
local counter = {}
local serve, move = {}, {} -- filled in by serve.lua and move.lua, which need what is here

-- The counter's record with its code, or nil and a refusal.
function counter.load(c, code, field)
    local known = c.hall.counters[code]
    if not known then return refuse('counter_unknown', field or 'counter') end
    local got = call('HMGET', keys.counter(c.h, code), 'st', 'pr', 'tk', 'by', 'rs', 'ts')
    return { code = code, st = got[1] or 'closed', pr = got[2] or known.profile,
        tk = got[3] and got[3] ~= '' and got[3] or nil, by = got[4] and got[4] ~= '' and got[4] or nil,
        rs = got[5] and got[5] ~= '' and got[5] or nil, ts = got[6] or '0' }
end

-- Is there anybody to call from the line of a counter or of a clerk? From that of a service there always may be.
function counter.is_worked(c, name)
    local mark, what = name:sub(1, 1), name:sub(2)
    if mark == '@' then return c.hall.counters[what] ~= nil and counter.load(c, what).st ~= 'closed' end
    if mark ~= '&' then return true end
    for _, one in ipairs(c.hall.counter_list) do
        local by = call('HGET', keys.counter(c.h, one.code), 'by')
        if by and by ~= '' and line.of_clerk(by) == name then return true end
    end
    return false
end

function counter.json(k, ticket_json)
    local out = '{"code":"' .. k.code .. '","state":"' .. k.st .. '","profile":"' .. k.pr .. '","since":' .. k.ts
    if k.by then out = out .. ',"clerk":"' .. k.by .. '"' end
    if k.rs then out = out .. ',"reason":' .. quote(k.rs) end
    return out .. ',"ticket":' .. (ticket_json or 'null') .. '}'
end

-- The same with the ticket it has.
function counter.view(c, k)
    local t = k.tk and ticket.load(c, k.tk)
    return counter.json(k, t and ticket.json(k.tk, t))
end

do
    -- Clerks work at their own counter only; supervisors and admins at any.
    local function mine(c, k) return k.by == c.who or c.role ~= 'clerk' end

    -- An open counter that the caller may work at, or nil and a refusal.
    function counter.at_work(c, code)
        local k, refusal = counter.load(c, code)
        if not k then return nil, refusal end
        if k.st == 'closed' then return refuse('counter_not_open', 'counter') end
        if not mine(c, k) then return refuse('counter_taken', 'counter') end
        if k.st ~= 'open' then return refuse('counter_not_open', 'counter') end
        return k
    end

    -- A counter that the caller may close, or nil and a refusal.
    local function to_close(c, code, field)
        local k, refusal = counter.load(c, code, field)
        if not k then return nil, refusal end
        if k.st == 'closed' then return refuse('counter_not_open', field) end
        if not mine(c, k) then return refuse('counter_taken', field) end
        if k.tk then return refuse('counter_busy', field) end
        return k
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

    -- What is held for it stays where it is: that is for the caller.
    function counter.close(c, k)
        set(c, k, 'closed', 'counter.closed')
        call('HSET', keys.counter(c.h, k.code), 'by', '', 'tk', '', 'rs', '')
        press.forget(c, k.code) -- the next clerk there takes nothing of this one back
        k.by, k.rs, k.tk = nil, nil, nil
    end

    local function close(c, k)
        local by = k.by
        counter.close(c, k)
        move.release(c, '@' .. k.code)
        if by then move.release_unworked(c, line.of_clerk(by)) end
    end

    local function open(c, k, profile)
        local before = k.by
        if before ~= c.who then press.forget(c, k.code) end
        k.by, k.pr, k.rs = c.who, profile, nil
        set(c, k, 'open', 'counter.opened')
        if before and before ~= c.who then move.release_unworked(c, line.of_clerk(before)) end
    end

    -- leave: the counter one worked at until now. args: counter profile leave
    writing('counter_open', function(c, a)
        local k, refusal = counter.load(c, a[1])
        if not k then return nil, refusal end
        local profile = a[2] ~= '' and a[2] or (k.st == 'closed' and c.hall.counters[a[1]].profile or k.pr)
        if not c.hall.profiles[profile] then return refuse('profile_unknown', 'profile') end
        if k.st ~= 'closed' and not mine(c, k) then return refuse('counter_taken', 'counter') end
        if k.st == 'open' and k.by == c.who and k.pr == profile then return refuse('counter_open', 'counter') end
        local left
        if a[3] and a[3] ~= '' then
            if a[3] == a[1] then return refuse('field_invalid', 'leave') end
            left, refusal = to_close(c, a[3], 'leave')
            if not left then return nil, refusal end
        end
        open(c, k, profile)
        if left then close(c, left) end
        return counter.view(c, k)
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
        local k, refusal = to_close(c, a[1], 'counter')
        if not k then return nil, refusal end
        close(c, k)
        return counter.json(k)
    end, true)

    -- For a supervisor: whoever worked there is gone. present says what becomes of the ticket, if there is one.
    -- args: counter present reason
    writing('counter_free', function(c, a)
        local k, refusal = counter.load(c, a[1])
        if not k then return nil, refusal end
        if k.st == 'closed' then return refuse('counter_not_open', 'counter') end
        local id, t
        if k.tk then
            if a[2] == '' then return refuse('counter_busy', 'present') end
            id, t = serve.present(c, k, a[2], '')
            if not id then return nil, t end
        end
        if id then serve[a[2]](c, k, id, t) end
        k.rs = a[3]
        close(c, k)
        return counter.json(k)
    end, true)

    -- args: counter profile
    writing('counter_profile', function(c, a)
        local k, refusal = counter.load(c, a[1])
        if not k then return nil, refusal end
        if k.st == 'closed' then return refuse('counter_not_open', 'counter') end
        if not c.hall.profiles[a[2]] then return refuse('profile_unknown', 'profile') end
        if k.pr ~= a[2] then
            k.pr = a[2]
            call('HSET', keys.counter(c.h, k.code), 'pr', k.pr)
            emit(c, 'counter.profiled', ',"counter":"' .. k.code .. '"' ..
                (k.by and ',"clerk":"' .. k.by .. '"' or '') .. ',"profile":"' .. k.pr .. '"')
        end
        return counter.view(c, k)
    end)
end
