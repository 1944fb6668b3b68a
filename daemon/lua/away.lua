-- "I need more time": a ticket leaves its line for some minutes and comes back by itself, or as soon as the citizen says so.
-- It is on its way meanwhile, but does not lapse. Fields: aw when it comes back (ms), dl how often it was delayed, ro the rank
-- from before, for whoever is back early. `{h}:away` holds the ids by that moment, so that they are not counted among those
-- from home; `{h}:back` its first moment, which comes with the configuration's version, so that a call need not ask who is back.
-- A number from home whose citizen is not there yet is delayed, too: its place moves and it lapses later, but it does not come
-- back by itself, since nobody is known to be in the hall. SPDX-License-Identifier: MIT

-- Into its line again; t is away.
function ticket.back(c, id, t)
    local score = rank.delayed(c, tonumber(t.ro), math.min(c.ms, tonumber(t.aw)))
    ticket.not_coming(c, id)
    call('HSET', keys.ticket(c.h, id), 'aw', '', 'ro', '')
    t.aw, t.ro = nil, nil
    local more = ticket.wait(c, id, t, 'arrive', move.line_of(c, t), score)
    ticket.emit(c, 'ticket.arrived', id, t, more)
end

-- Keeps `back` when `away` has changed.
function ticket.know_back(c)
    local first = call('ZRANGE', keys.away(c.h), 0, 0, 'WITHSCORES')
    if first[1] then call('SET', keys.back(c.h), first[2]) else call('DEL', keys.back(c.h)) end
end

-- Whoever is back by now stands in the line when somebody is called, whenever the tick comes.
function ticket.all_back(c)
    if c.back and c.ms >= tonumber(c.back) then run_later(c, nil, 'back') end
end

function LATER.back(c, id)
    local t = ticket.load(c, id)
    if not t or t.st ~= 'coming' or not t.aw then return end
    if c.ms < tonumber(t.aw) then
        do_later(c, t.aw, 'back', id)
    else
        ticket.back(c, id, t)
    end
end

do
    -- nil, or the refusal.
    local function delay_refused(c, t, minutes)
        local rules = c.hall.rules
        if not may('delay', t.st) then return select(2, refuse('ticket_state', 'ticket')) end
        if not minutes or minutes < 1 or minutes > rules.delay_minutes_max then
            return select(2, refuse('field_invalid', 'minutes'))
        end
        if tonumber(t.dl or 0) >= rules.delay_max then return select(2, refuse('delay_often', 'ticket')) end
        if t.st == 'coming' and not t.aw and c.ms > rank.lapses(c, tonumber(t.rk)) then
            return select(2, refuse('ticket_return_late', 'ticket'))
        end
        return nil
    end

    -- True, or nil and a refusal.
    function ticket.delay(c, id, t, minutes)
        local refusal = delay_refused(c, t, minutes)
        if refusal then return nil, refusal end
        local was_waiting, from_home = t.st == 'waiting', t.st == 'coming' and not t.aw
        local ends, old = c.ms + minutes * MINUTE_MS, tonumber(t.ro or t.rk)
        local score = rank.delayed(c, old, ends)
        if was_waiting then line.leave(c, t.ln, id, t) end -- with its rank of until now
        local changed = { rk = fmt('%.0f', score), dl = fmt('%d', (t.dl or 0) + 1) }
        if not from_home then changed.aw, changed.ro = fmt('%.0f', ends), fmt('%.0f', old) end
        ticket.set(c, id, t, 'delay', 'coming', changed)
        call('ZADD', keys.coming(c.h), t.rk, id)
        if from_home then
            do_later(c, rank.lapses(c, score) + 1, 'coming', id)
        else
            call('ZADD', keys.away(c.h), t.aw, id)
            ticket.know_back(c)
            do_later(c, ends, 'back', id)
        end
        if t.ph then call('HSET', keys.tell(c.h), id, '1') end -- told anew, for the new turn
        ticket.emit(c, 'ticket.delayed', id, t, ',"line":"' .. t.ln .. '","rank":' .. t.rk ..
            (t.aw and ',"until":' .. t.aw or '') .. ',"delays":' .. t.dl)
        return true
    end

    -- args: ticket minutes
    writing('ticket_delay', function(c, a)
        local id, t = ticket.find(c, a[1])
        if not id then return refuse('ticket_unknown', 'ticket') end
        local ok, refusal = ticket.delay(c, id, t, tonumber(a[2]))
        if not ok then return nil, refusal end
        return ticket.answer(c, id, t, ',"ahead":' .. ticket.ahead(c, id, t))
    end, true)

    -- args: ticket
    writing('ticket_back', function(c, a)
        local id, t = ticket.find(c, a[1])
        if not id then return refuse('ticket_unknown', 'ticket') end
        if not t.aw then return refuse('not_away', 'ticket') end
        ticket.back(c, id, t)
        return ticket.answer(c, id, t, ',"ahead":' .. ticket.ahead(c, id, t))
    end)
end
