-- What a counter does with the ticket it has: recall, begin, finish, absent, put back, park, transfer, and taking a
-- parked one up again. PRESENT[move](c, k, id, t) does the move; whether it is legal has been checked before. It may
-- return further members of the answer.
-- SPDX-License-Identifier: MIT

local function free(c, k)
    call('HSET', keys.counter(c.h, k.code), 'tk', '')
    k.tk = nil
end

local function at(k) return ',"counter":"' .. k.code .. '"' end

local PRESENT = {}

function PRESENT.recall(c, k, id, t)
    ticket.set(c, id, t, 'recall', 'called', { ca = fmt('%d', t.ca + 1), ts = t.ts })
    ticket.emit(c, 'ticket.recalled', id, t, at(k) .. ',"calls":' .. t.ca)
end

function PRESENT.begin(c, k, id, t)
    ticket.set(c, id, t, 'begin', 'serving')
    ticket.emit(c, 'ticket.begun', id, t, at(k))
end

-- Of a visit with services left it ends a step only: the ticket waits for the next one.
function PRESENT.finish(c, k, id, t)
    if t.nx then
        free(c, k)
        local done = t.sv
        local left = step.on(c, id, t)
        local more = ticket.wait(c, id, t, 'step', t.sv, rank.kept(c, tonumber(t.rk)))
        ticket.emit(c, 'ticket.stepped', id, t, at(k) .. ',"done":"' .. done .. '"' .. more ..
            ',"left":' .. left .. ticket.steps(t))
        return ',"next_step":"' .. t.sv .. '","ahead":' .. ticket.ahead(c, id, t)
    end
    ticket.set(c, id, t, 'finish', 'done')
    free(c, k)
    ticket.emit(c, 'ticket.finished', id, t, at(k))
end

function PRESENT.absent(c, k, id, t)
    local last = fmt('%.0f', c.ms + c.hall.rules.return_within_minutes * MINUTE_MS)
    ticket.set(c, id, t, 'absent', 'missed', { ct = '' })
    free(c, k)
    call('ZADD', keys.missed(c.h), c.now, id)
    call('ZADD', keys.due(c.h), last, 'missed|' .. id)
    ticket.emit(c, 'ticket.missed', id, t, at(k) .. ',"until":' .. last)
end

function PRESENT.put_back(c, k, id, t)
    free(c, k)
    local more = ticket.wait(c, id, t, 'put_back', t.ln, rank.put_back(c, tonumber(t.rk)))
    ticket.emit(c, 'ticket.put_back', id, t, at(k) .. more)
end

function PRESENT.park(c, k, id, t)
    ticket.set(c, id, t, 'park', 'parked', { ct = '', by = c.who })
    free(c, k)
    call('ZADD', keys.parked(c.h), c.now, id)
    ticket.emit(c, 'ticket.parked', id, t, at(k))
end

-- The counter's ticket for a move, guarded by the one the caller believes to be there.
local function present(c, k, move, guard)
    if not k.tk then
        if guard ~= '' then return refuse('ticket_other', 'ticket') end
        return refuse('counter_idle', 'counter')
    end
    if guard ~= '' and guard ~= k.tk and guard ~= k.tk:sub(15) then return refuse('ticket_other', 'ticket') end
    local t = ticket.load(c, k.tk)
    if not may(move, t.st) then return refuse('ticket_state', 'ticket') end
    return k.tk, t
end

-- args: counter ticket
local function writing_present(name, move, allow_oom)
    writing(name, function(c, a)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        local id, t = present(c, k, move, a[2])
        if not id then return nil, t end
        return ticket.json(id, t, PRESENT[move](c, k, id, t))
    end, allow_oom)
end

writing_present('ticket_recall', 'recall')
writing_present('ticket_begin', 'begin')
writing_present('ticket_finish', 'finish', true)
writing_present('ticket_absent', 'absent', true)
writing_present('ticket_put_back', 'put_back')
writing_present('ticket_park', 'park')

-- args: counter ticket service to_counter
writing('ticket_transfer', function(c, a)
    local k, refusal = counter.at_work(c, a[1])
    if not k then return nil, refusal end
    local id, t = present(c, k, 'transfer', a[2])
    if not id then return nil, t end
    local service, to = a[3], a[4]
    if (service == '') == (to == '') then return refuse('field_invalid', 'service') end
    if service ~= '' and not c.hall.services[service] then return refuse('service_unknown', 'service') end
    if to ~= '' and not c.hall.counters[to] then return refuse('counter_unknown', 'to_counter') end
    free(c, k)
    if service ~= '' then
        step.instead(c, id, t, service)
    end
    local name = service ~= '' and service or '@' .. to
    local more = ticket.wait(c, id, t, 'transfer', name, rank.kept(c, tonumber(t.rk)))
    ticket.emit(c, 'ticket.transferred', id, t, at(k) .. more .. ticket.steps(t))
    return ticket.json(id, t, ',"ahead":' .. ticket.ahead(c, id, t))
end)

-- args: counter ticket. Served at once by the clerk who parked it, else it waits again with its old rank.
writing('ticket_resume', function(c, a)
    local k, refusal = counter.at_work(c, a[1])
    if not k then return nil, refusal end
    local id, t = ticket.find(c, a[2])
    if not id then return refuse('ticket_unknown', 'ticket') end
    if not may('resume', t.st) then return refuse('ticket_state', 'ticket') end
    local own = t.by == c.who
    if own and k.tk then return refuse('counter_busy', 'counter') end
    call('ZREM', keys.parked(c.h), id)
    local more
    if own then
        ticket.set(c, id, t, 'resume', 'serving', { ct = k.code, by = c.who })
        call('HSET', keys.counter(c.h, k.code), 'tk', id)
        more = at(k)
    else
        more = ticket.wait(c, id, t, 'resume', t.ln, rank.kept(c, tonumber(t.rk)))
    end
    ticket.emit(c, 'ticket.resumed', id, t, more)
    return ticket.json(id, t)
end)
