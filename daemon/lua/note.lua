-- What is kept with a ticket beside its way through the hall: the staff's note, how long the citizen's own way is, how the
-- visit was; and the same ticket printed once more. None of it is a move. SPDX-License-Identifier: MIT
do
    local ALIVE_NOT = { done = true, cancelled = true, expired = true }
    local BEFORE_CALL = { waiting = true, coming = true }

    -- The ticket in a state that allows it, or nil and a refusal.
    local function found(c, ref, allowed)
        local id, t = ticket.find(c, ref)
        if not id then return refuse('ticket_unknown', 'ticket') end
        if not allowed(t.st) then return refuse('ticket_state', 'ticket') end
        t.from = t.st
        return id, t
    end

    local function is_alive(state) return not ALIVE_NOT[state] end

    local function keep(c, id, t, field, value)
        call('HSET', keys.ticket(c.h, id), field, value)
        t[field] = value ~= '' and value or nil
    end

    -- The text itself is not in the event: it may be about a person. args: ticket text ("" = none)
    writing('ticket_note', function(c, a)
        local id, t = found(c, a[1], is_alive)
        if not id then return nil, t end
        if (t.no or '') ~= a[2] then
            keep(c, id, t, 'no', a[2])
            ticket.emit(c, 'ticket.noted', id, t, ',"note":' .. tostring(a[2] ~= ''))
        end
        return ticket.answer(c, id, t)
    end)

    -- args: ticket
    writing('ticket_reprint', function(c, a)
        local id, t = found(c, a[1], is_alive)
        if not id then return nil, t end
        ticket.emit(c, 'ticket.reprinted', id, t)
        return ticket.answer(c, id, t, BEFORE_CALL[t.st] and ',"ahead":' .. ticket.ahead(c, id, t) or '')
    end)

    -- args: ticket minutes
    writing('ticket_travel', function(c, a)
        local id, t = found(c, a[1], function(state) return BEFORE_CALL[state] end)
        if not id then return nil, t end
        if t.tv ~= a[2] then
            keep(c, id, t, 'tv', a[2])
            ticket.emit(c, 'ticket.travel', id, t, ',"minutes":' .. a[2])
        end
        return ticket.answer(c, id, t)
    end)

    local REASONS = { wait = true, staff = true, result = true, place = true, other = true }

    -- Once, after the visit. args: ticket rating reason
    writing('ticket_rate', function(c, a)
        local id, t = found(c, a[1], function(state) return state == 'done' end)
        if not id then return nil, t end
        if t.rg then return refuse('rated', 'ticket') end
        if a[2] ~= 'good' and a[2] ~= 'bad' then return refuse('field_invalid', 'rating') end
        local reason = a[3] ~= '' and a[3] or nil
        if reason and not REASONS[reason] then return refuse('field_invalid', 'reason') end
        keep(c, id, t, 'rg', a[2])
        ticket.emit(c, 'ticket.rated', id, t, ',"rating":"' .. a[2] .. '"' .. (reason and ',"reason":"' .. reason .. '"' or '') ..
            (t.ct and ',"counter":"' .. t.ct .. '"' or ''))
        return ticket.answer(c, id, t)
    end)
end
