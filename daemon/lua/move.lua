-- From one line to another: by a supervisor, one ticket or a whole line; and out of the lines of a counter or a clerk whom
-- nobody can go to any more. A rank never changes: the wait already done counts.
-- SPDX-License-Identifier: MIT
do
    -- reason: a supervisor's words, or nil when the ticket is let go of by a counter or a clerk.
    local function go(c, id, t, service, reason)
        local from = t.ln
        line.leave(c, from, id, t)
        if service ~= t.sv then step.instead(c, id, t, service) end
        local more = ticket.wait(c, id, t, 'move', service, rank.kept(c, tonumber(t.rk)))
        ticket.emit(c, 'ticket.moved', id, t, more .. (reason and ',"reason":' .. quote(reason) or '') .. ticket.steps(t))
    end

    -- Everybody held in the line goes to the line of their service, in the order in which they stood.
    function move.release(c, name)
        for _, id in ipairs(line.ids(c, name, 0, -1)) do
            local t = ticket.load(c, id)
            go(c, id, t, t.sv)
        end
    end

    function move.release_unworked(c, name)
        if call('EXISTS', keys.line(c.h, name)) == 1 and not counter.is_worked(c, name) then move.release(c, name) end
    end

    -- The line a ticket goes back to: its own, or that of its service when nobody works where it was held.
    function move.line_of(c, t) return counter.is_worked(c, t.ln) and t.ln or t.sv end

    -- args: ticket service reason
    writing('ticket_move', function(c, a)
        local id, t = ticket.find(c, a[1])
        if not id then return refuse('ticket_unknown', 'ticket') end
        if not c.hall.services[a[2]] then return refuse('service_unknown', 'service') end
        if not may('move', t.st) then return refuse('ticket_state', 'ticket') end
        if t.ln == a[2] then return refuse('field_invalid', 'service') end
        go(c, id, t, a[2], a[3])
        return ticket.json(id, t, ',"ahead":' .. ticket.ahead(c, id, t))
    end)

    -- The last `count` of a line, or all of it: whoever is next stays next. args: service to reason count
    writing('line_move', function(c, a)
        if not c.hall.services[a[1]] then return refuse('service_unknown', 'service') end
        if not c.hall.services[a[2]] then return refuse('service_unknown', 'to') end
        if a[1] == a[2] then return refuse('field_invalid', 'to') end
        local first = a[4] and a[4] ~= '' and -tonumber(a[4]) or 0
        local ids = line.ids(c, a[1], fmt('%d', first), -1)
        for _, id in ipairs(ids) do go(c, id, ticket.load(c, id), a[2], a[3]) end
        return '{"moved":' .. #ids .. ',"to":"' .. a[2] .. '"}'
    end)
end
