-- The record of a ticket: reading it, changing its state, and its JSON. set() is the only place that changes a
-- state. Fields: st state, sv service, cl class, ln line, rk rank, in entered the line, ts state since, ct counter,
-- by clerk, ca times called out, rt times returned, lg language, ph phone record, wy why it was called; of a booking bk
-- its id, at its time, pe persons; of a visit of several services nx those left (csv), od 1 = in this order. hi what
-- happened to it so far, no the staff's note, tv minutes the citizen needs to the hall, dl times delayed, aw away until, pr what
-- was promised ("low|likely|high|at", minutes and ms), rg how the visit was rated.
-- SPDX-License-Identifier: MIT
local ticket = {}

-- The record outlives the ticket so that the citizen's page can still say how it ended.
local ENDED_KEPT_S = '129600'
local ENDED = { done = true, cancelled = true, expired = true }
local FIELDS = { 'st', 'sv', 'cl', 'ln', 'rk', 'in', 'ts', 'ct', 'by', 'ca', 'rt', 'lg', 'ph', 'wy',
    'bk', 'at', 'pe', 'nx', 'od', 'hi', 'no', 'tv', 'dl', 'aw', 'pr', 'rg' }

-- "a,b" as a list; an empty one of nothing.
local function words_of(csv)
    local out = {}
    for word in (csv or ''):gmatch('[^,]+') do out[#out + 1] = word end
    return out
end

-- nil where there is no such ticket. What a fresh ticket does not store is filled in.
function ticket.load(c, id)
    local got = call('HMGET', keys.ticket(c.h, id), unpack(FIELDS))
    if not got[1] then return nil end
    local t = {}
    for i, f in ipairs(FIELDS) do
        if got[i] then t[f] = got[i] end
    end
    t.ln, t.ts, t.ca, t.rt = t.ln or t.sv, t.ts or id:sub(1, 13), t.ca or '0', t.rt or '0'
    if t.ct == '' then t.ct = nil end
    if t.nx == '' then t.nx = nil end
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

-- Writes the new state and the changed fields ('' clears one); t follows.
function ticket.set(c, id, t, move, to, changed)
    assert(MOVES[move][t.st][to], move)
    local flat = { 'st', to, 'ts', c.now }
    for k, v in pairs(changed or {}) do
        flat[#flat + 1], flat[#flat + 2] = k, v
        t[k] = v ~= '' and v or nil
    end
    local key = keys.ticket(c.h, id)
    call('HSET', key, unpack(flat))
    t.from, t.st, t.ts = t.st, to, c.now
    if ENDED[to] then
        call('HDEL', keys.numbers(c.h), id:sub(15))
        call('EXPIRE', key, ENDED_KEPT_S)
    end
end

-- The members every ticket event has; more is appended as it is.
function ticket.emit(c, kind, id, t, more)
    emit(c, kind, ',"ticket":"' .. id .. '","number":"' .. id:sub(15) .. '","service":"' .. t.sv ..
        '","class":"' .. t.cl .. '","from":"' .. t.from .. '","to":"' .. t.st .. '"' .. (more or ''))
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
    if t.st == 'waiting' then return line.ahead(c, t.ln, id) end
    return line.before(c, t.ln, id, t.rk)
end

function ticket.json(id, t, more)
    local out = '{"id":"' .. id .. '","number":"' .. id:sub(15) .. '","state":"' .. t.st ..
        '","service":"' .. t.sv .. '","class":"' .. t.cl .. '","line":"' .. t.ln .. '","rank":' .. t.rk ..
        ',"issued":' .. id:sub(1, 13) .. ',"since":' .. t.ts .. ',"calls":' .. t.ca ..
        ',"returns":' .. t.rt .. ',"phone":' .. (t.ph and 'true' or 'false')
    if t.ct then out = out .. ',"counter":"' .. t.ct .. '"' end
    if t.by then out = out .. ',"by":"' .. t.by .. '"' end
    if t.wy then out = out .. ',"why":' .. t.wy end
    return out .. ticket.booked(t) .. ticket.steps(t) .. (more or '') .. '}'
end

-- Into a line, with a new rank; the ticket's state becomes waiting.
function ticket.wait(c, id, t, move, name, score)
    ticket.set(c, id, t, move, 'waiting',
        { ln = name, rk = fmt('%.0f', score), ['in'] = c.now, ct = '', by = '' })
    line.enter(c, name, id, score)
    return ',"line":"' .. name .. '","rank":' .. t.rk
end

-- No longer on its way: there, cancelled or expired.
function ticket.not_coming(c, id)
    call('ZREM', keys.coming(c.h), id)
    not_later(c, 'coming', id)
end

-- Ends a ticket that is alive, whatever its state (close of day).
function ticket.expire(c, id, t)
    local where = t.st == 'waiting' and ',"line":"' .. t.ln .. '"' or
        t.ct and ',"counter":"' .. t.ct .. '"' or ''
    if t.st == 'coming' then ticket.not_coming(c, id) end
    ticket.set(c, id, t, 'expire', 'expired')
    ticket.emit(c, 'ticket.expired', id, t, where)
end
