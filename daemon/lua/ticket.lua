-- The record of a ticket: reading it, changing its state, and its JSON. set() is the only place that changes a
-- state (and undo.lua, which takes a change back). Fields: st state, sv service, cl class, ln line, rk rank, in the count of
-- its entry into the line, ts state since, ct counter, by clerk, ca times called out, rt times returned, lg language, ph
-- phone record, wy why it was called; of a booking bk its id, at its time, pe persons; of a visit of several services nx
-- those left (csv), od 1 = in this order. hi what happened to it so far, no the staff's note, tv minutes the citizen needs
-- to the hall, dl times delayed, aw away until, pr what was promised ("low|likely|high|at", minutes and ms), rg how the visit
-- was rated, sh up to which of its calls a board has shown (show.lua), cf when its citizen wrote to be coming, la the last news of
-- a longer wait ("at|until", ms). Whoever adds a move gives it its letter in LETTER below.
-- SPDX-License-Identifier: MIT
local ticket = {}

-- "a,b" as a list; an empty one of nothing.
local function words_of(csv)
    local out = {}
    for word in (csv or ''):gmatch('[^,]+') do out[#out + 1] = word end
    return out
end

do
    -- The record outlives the ticket so that the citizen's page can still say how it ended.
    local ENDED_KEPT_S = '129600'
    local ENDED = { done = true, cancelled = true, expired = true }

    -- A table with room for what most tickets have: growing one costs more than filling it.
    local function roomy()
        return { st = nil, sv = nil, cl = nil, ln = nil, rk = nil, ts = nil, ca = nil, rt = nil, hi = nil } -- nine: for sixteen
    end

    -- nil where there is no such ticket. What a fresh ticket does not store is filled in; '' is as if it were not there.
    function ticket.load(c, id)
        local flat = call('HGETALL', keys.ticket(c.h, id))
        if not flat[1] then return nil end
        local t = roomy()
        for i = 1, #flat, 2 do
            local value = flat[i + 1]
            if value ~= '' then t[flat[i]] = value end
        end
        t.ln, t.ts, t.ca, t.rt = t.ln or t.sv, t.ts or id:sub(1, 13), t.ca or '0', t.rt or '0'
        return t
    end

    -- ref is an id or, for a ticket that is alive, its number. Returns id, record.
    function ticket.find(c, ref)
        local id = #ref > 14 and ref or call('HGET', keys.numbers(c.h), ref)
        if not id then return nil end
        local t = ticket.load(c, id)
        if not t then return nil end
        return id, t
    end

    -- What stands in the history for each move, as docs/calling.md tells it; and the names of the letters.
    local LETTER = { call = 'c', recall = 'r', begin = 'b', finish = 'f', step = 's', absent = 'a', ['return'] = 't',
        put_back = 'p', park = 'k', resume = 'u', transfer = 'x', move = 'm', delay = 'd', arrive = 'v', undo = 'z' }
    local WHAT = { i = 'issued', c = 'called', r = 'recalled', b = 'begun', f = 'finished', s = 'stepped', a = 'missed',
        t = 'returned', p = 'put_back', k = 'parked', u = 'resumed', x = 'transferred', m = 'moved', d = 'delayed',
        v = 'arrived', z = 'undone' }
    local PLACE = { step = 'sv', move = 'sv', transfer = 'ln' } -- where it went; of every other move the counter
    -- A visit of several services, parked and put back now and then, has twenty. The shortest piece has five characters.
    local PIECES_MAX, SHORTEST = 40, 5

    -- Its history with one more piece, the oldest behind the first falling away.
    function ticket.traced(c, id, t, move, where)
        local first = t.hi or 'i0:' .. t.sv
        local out = first .. ';' .. LETTER[move] .. fmt('%d', max(0, c.ms - id:sub(1, 13)) / 1000) .. ':' .. (where or '-')
        if #out < PIECES_MAX * SHORTEST or select(2, out:gsub(';', '')) < PIECES_MAX then return out end
        return (out:gsub('^([^;]*);[^;]*', '%1'))
    end

    -- The history as JSON.
    function ticket.history(id, t)
        local out, issued = {}, tonumber(id:sub(1, 13))
        for letter, s, where in (t.hi or 'i0:' .. t.sv):gmatch('(%a)(%d+):([^;]*)') do
            out[#out + 1] = '{"what":"' .. WHAT[letter] .. '","at":' .. fmt('%.0f', issued + s * 1000) ..
                ',"where":"' .. where .. '"}'
        end
        return list_json(out)
    end

    -- Its number is free again.
    function ticket.ended(c, id)
        call('HDEL', keys.numbers(c.h), id:sub(15))
        call('EXPIRE', keys.ticket(c.h, id), ENDED_KEPT_S)
    end

    local NOTHING = {}

    -- Writes the new state and the changed fields ('' clears one); t follows.
    function ticket.set(c, id, t, move, to, changed)
        assert(MOVES[move][t.st][to], move)
        changed = changed or NOTHING
        local at, was, n = changed.ct or '', press.noted(c, t), 4
        if at == '' then at = t.ct end
        local flat = { 'st', to, 'ts', c.now, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil }
        was.st, was.ts = was.st or t.st, was.ts or t.ts
        for k, v in pairs(changed) do
            was[k] = was[k] or t[k] or ''
            flat[n + 1], flat[n + 2], n = k, v, n + 2
            t[k] = v ~= '' and v or nil
        end
        if LETTER[move] then
            t.hi = ticket.traced(c, id, t, move, PLACE[move] and t[PLACE[move]] or at)
            flat[n + 1], flat[n + 2], n = 'hi', t.hi, n + 2
        end
        call('HSET', keys.ticket(c.h, id), unpack(flat, 1, n))
        t.from, t.st, t.ts = t.st, to, c.now
        if ENDED[to] then ticket.ended(c, id) end
    end
end

-- The members every ticket event has; more is appended as it is.
function ticket.emit(c, kind, id, t, more)
    append(c, '{"type":"' .. kind .. '","at":' .. c.now .. ',"by":"' .. c.who .. '","ticket":"' .. id .. '","number":"' ..
        id:sub(15) .. '","service":"' .. t.sv .. '","class":"' .. t.cl .. '","from":"' .. t.from .. '","to":"' .. t.st ..
        '"' .. (more or '') .. '}')
    if c.press then c.press.last.kind = kind end
end

-- The services of a visit that come after the present one.
function ticket.steps(t)
    return t.nx and ',"steps":["' .. t.nx:gsub(',', '","') .. '"]' or ''
end

-- What a ticket has of its booking: members of its JSON and of ticket.issued.
function ticket.booked(t)
    local out = t.bk and ',"booking":"' .. t.bk .. '","booked":' .. t.at or ''
    return t.pe and out .. ',"persons":' .. t.pe or out
end

-- How many are called before it, while it waits or is on its way.
function ticket.ahead(c, id, t)
    return line.before(c, t.ln, id, t.rk)
end

do
    -- What only some tickets have.
    local function rest_of(t)
        local out = t.cf and ',"coming":' .. t.cf or ''
        if t.pr then
            out = out .. fmt(',"promise":{"low":%s,"likely":%s,"high":%s,"at":%s}', t.pr:match('^(%d+)|(%d+)|(%d+)|(%d+)$'))
        end
        if t.tv then out = out .. ',"travel":' .. t.tv end
        if t.dl then out = out .. ',"delays":' .. t.dl end
        if t.aw then out = out .. ',"away":' .. t.aw end
        if t.rg then out = out .. ',"rating":"' .. t.rg:match('^%a+') .. '"' end
        if t.no then out = out .. ',"note":' .. quote(t.no) end
        if t.st == 'called' and t.sh ~= false then
            out = out .. ',"shown":' .. tostring(tonumber(t.sh or 0) >= tonumber(t.ca))
        end
        return out
    end

    -- more: further members; before, behind: of what the object is a part, since a long text is better put together once.
    function ticket.json(id, t, more, before, behind)
        return (before or '') .. '{"id":"' .. id .. '","number":"' .. id:sub(15) .. '","state":"' .. t.st ..
            '","service":"' .. t.sv .. '","class":"' .. t.cl .. '","line":"' .. t.ln .. '","rank":' .. t.rk ..
            ',"issued":' .. id:sub(1, 13) .. ',"since":' .. t.ts .. ',"calls":' .. t.ca ..
            ',"returns":' .. t.rt .. ',"phone":' .. (t.ph and 'true' or 'false') ..
            (t.ct and ',"counter":"' .. t.ct .. '"' or '') .. (t.by and ',"by":"' .. t.by .. '"' or '') ..
            (t.wy and ',"why":' .. t.wy or '') .. ticket.booked(t) .. ticket.steps(t) .. rest_of(t) .. (more or '') ..
            (behind and '}' .. behind or '}')
    end
end

-- Into a line, with a new rank; the ticket's state becomes waiting.
function ticket.wait(c, id, t, move, name, score)
    ticket.set(c, id, t, move, 'waiting', { ln = name, rk = fmt('%.0f', score), ['in'] = line.entry(c), ct = '', by = '' })
    line.enter(c, name, id, t)
    return ',"line":"' .. name .. '","rank":' .. t.rk
end

-- No longer on its way: there, cancelled or expired.
function ticket.not_coming(c, id)
    call('ZREM', keys.coming(c.h), id)
    if call('ZREM', keys.away(c.h), id) == 1 then ticket.know_back(c) end
    not_later(c, 'coming', id)
    not_later(c, 'back', id)
end

-- Ends a ticket that is alive, whatever its state (close of day).
function ticket.expire(c, id, t)
    local where = t.st == 'waiting' and ',"line":"' .. t.ln .. '"' or
        t.ct and ',"counter":"' .. t.ct .. '"' or ''
    if t.st == 'coming' then ticket.not_coming(c, id) end
    ticket.set(c, id, t, 'expire', 'expired')
    ticket.emit(c, 'ticket.expired', id, t, where)
end
