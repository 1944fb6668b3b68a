-- What a counter does with the ticket it has: recall, begin, finish, absent, put back, park, transfer, and taking a
-- parked one up again. serve[move](c, k, id, t) does the move; whether it is legal has been checked before. It may
-- return further members of the answer.
-- SPDX-License-Identifier: MIT

local function at(k) return ',"counter":"' .. k.code .. '"' end

function serve.recall(c, k, id, t)
    ticket.set(c, id, t, 'recall', 'called', { ca = fmt('%d', t.ca + 1), ts = t.ts })
    ticket.emit(c, 'ticket.recalled', id, t, at(k) .. ',"calls":' .. t.ca)
end

function serve.begin(c, k, id, t)
    ticket.set(c, id, t, 'begin', 'serving')
    ticket.emit(c, 'ticket.begun', id, t, at(k))
end

-- Of a visit with services left it ends a step only: the ticket waits for the next one.
function serve.finish(c, k, id, t)
    k.tk = nil
    if t.nx then
        local done = t.sv
        local left = step.on(c, id, t)
        local more = ticket.wait(c, id, t, 'step', t.sv, rank.kept(c, tonumber(t.rk)))
        ticket.emit(c, 'ticket.stepped', id, t, at(k) .. ',"done":"' .. done .. '"' .. more ..
            ',"left":' .. left .. ticket.steps(t))
        return ',"next_step":"' .. t.sv .. '","ahead":' .. ticket.ahead(c, id, t)
    end
    ticket.set(c, id, t, 'finish', 'done')
    ticket.emit(c, 'ticket.finished', id, t, at(k))
end

function serve.absent(c, k, id, t)
    local last = fmt('%.0f', c.ms + c.hall.rules.return_within_minutes * MINUTE_MS)
    ticket.set(c, id, t, 'absent', 'missed', { ct = '' })
    k.tk = nil
    call('ZADD', keys.missed(c.h), c.now, id)
    call('ZADD', keys.due(c.h), last, 'missed|' .. id)
    ticket.emit(c, 'ticket.missed', id, t, at(k) .. ',"until":' .. last)
    if tonumber(t.rt) < c.hall.rules.return_max and tonumber(last) > c.ms then
        press.sent(c, message(c, 'missed', id, t, nil, c.now, { at = last, worth_until = last }))
    end
end

function serve.put_back(c, k, id, t)
    k.tk = nil
    local more = ticket.wait(c, id, t, 'put_back', move.line_of(c, t), rank.put_back(c, tonumber(t.rk)))
    ticket.emit(c, 'ticket.put_back', id, t, at(k) .. more)
end

function serve.park(c, k, id, t)
    ticket.set(c, id, t, 'park', 'parked', { ct = '', by = c.who })
    k.tk = nil
    call('ZADD', keys.parked(c.h), c.now, id)
    ticket.emit(c, 'ticket.parked', id, t, at(k))
end

-- What may become of a ticket so that the counter goes on.
local MAY_BECOME = { finish = true, absent = true, park = true, put_back = true }

-- The counter's ticket for a move, guarded by the one the caller believes to be there.
function serve.present(c, k, name, guard)
    if not k.tk then
        if guard ~= '' then return refuse('ticket_other', 'ticket') end
        return refuse('counter_idle', 'counter')
    end
    if guard ~= '' and guard ~= k.tk and guard ~= k.tk:sub(15) then return refuse('ticket_other', 'ticket') end
    if not MOVES[name] then return refuse('field_invalid', 'present') end
    local t = ticket.load(c, k.tk)
    if not may(name, t.st) then return refuse('ticket_state', 'ticket') end
    return k.tk, t
end

do
    -- args: counter ticket
    local function writing_present(name, what, allow_oom)
        writing(name, function(c, a)
            local k, refusal = counter.at_work(c, a[1])
            if not k then return nil, refusal end
            local id, t = serve.present(c, k, what, a[2])
            if not id then return nil, t end
            if what == 'recall' then return ticket.json(id, t, serve.recall(c, k, id, t)) end -- it has sounded: not undone
            press.begin(c, k)
            press.see(c, id, t)
            local json = ticket.json(id, t, serve[what](c, k, id, t))
            press.keep(c, k)
            return json
        end, allow_oom)
    end

    writing_present('ticket_recall', 'recall')
    writing_present('ticket_begin', 'begin')
    writing_present('ticket_finish', 'finish', true)
    writing_present('ticket_absent', 'absent', true)
    writing_present('ticket_put_back', 'put_back')
    writing_present('ticket_park', 'park')

    -- The line of whom or what it goes to, or nil and a refusal.
    local function target(c, service, to_counter, to_clerk)
        local given = (service ~= '' and 1 or 0) + (to_counter ~= '' and 1 or 0) + (to_clerk ~= '' and 1 or 0)
        if given ~= 1 then return refuse('field_invalid', 'service') end
        if service ~= '' then
            if not c.hall.services[service] then return refuse('service_unknown', 'service') end
            return service
        end
        if to_counter ~= '' then
            local other, refusal = counter.load(c, to_counter, 'to_counter')
            if not other then return nil, refusal end
            if other.st == 'closed' then return refuse('counter_not_open', 'to_counter') end
            return '@' .. to_counter
        end
        if not counter.is_worked(c, '&' .. to_clerk) then return refuse('clerk_away', 'to_clerk') end
        return '&' .. to_clerk
    end

    -- args: counter ticket service to_counter to_clerk
    writing('ticket_transfer', function(c, a)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        local id, t = serve.present(c, k, 'transfer', a[2])
        if not id then return nil, t end
        local name, against = target(c, a[3], a[4], a[5] or '')
        if not name then return nil, against end
        press.begin(c, k)
        press.see(c, id, t)
        k.tk = nil
        if a[3] ~= '' then step.instead(c, id, t, a[3]) end
        local more = ticket.wait(c, id, t, 'transfer', name, rank.kept(c, tonumber(t.rk)))
        ticket.emit(c, 'ticket.transferred', id, t, at(k) .. more .. ticket.steps(t))
        press.keep(c, k)
        return ticket.json(id, t, ',"ahead":' .. ticket.ahead(c, id, t))
    end)

    -- args: counter ticket. Served at once by the clerk who parked it, else it waits again with its old rank.
    writing('ticket_resume', function(c, a)
        local k, refusal = counter.at_work(c, a[1])
        if not k then return nil, refusal end
        local id, t = ticket.find(c, a[2])
        if not id then return refuse('ticket_unknown', 'ticket') end
        if not may('resume', t.st) then return refuse('ticket_state', 'ticket') end
        local own, more = t.by == c.who, nil
        if own and k.tk then return refuse('counter_busy', 'counter') end
        press.begin(c, k)
        press.see(c, id, t)
        call('ZREM', keys.parked(c.h), id)
        if own then
            ticket.set(c, id, t, 'resume', 'serving', { ct = k.code, by = c.who })
            k.tk, more = id, at(k)
        else
            more = ticket.wait(c, id, t, 'resume', move.line_of(c, t), rank.kept(c, tonumber(t.rk)))
        end
        ticket.emit(c, 'ticket.resumed', id, t, more)
        press.keep(c, k)
        return ticket.json(id, t)
    end)
end
