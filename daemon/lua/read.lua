-- Reading: tickets, counters, events, and the snapshot a stream starts from. All lists are bounded.
-- SPDX-License-Identifier: MIT

local LIST_DEFAULT = 100

local function limit_of(text, default) return text ~= '' and text and tonumber(text) or default end

local function view(c, ref, for_citizen)
    local id, t = ticket.find(c, ref)
    if not id then return refuse('ticket_unknown', 'ticket') end
    if for_citizen then t.by, t.no, t.sh = nil, nil, false end -- names and notes of staff are for staff
    local more = for_citizen and '' or ',"history":' .. ticket.history(id, t)
    if t.st == 'coming' or t.st == 'waiting' then more = more .. ',"ahead":' .. ticket.ahead(c, id, t) end
    if t.st == 'waiting' then more = more .. ',"overtaken":' .. line.overtaken(c, t.ln, t) end
    return ticket.json(id, t, more)
end

-- args: ticket
reading('ticket_view', function(c, a) return view(c, a[1], false) end)

-- The citizen's own ticket. args: ticket
reading('ticket_own', function(c, a) return view(c, a[1], true) end)

local function all_lines(c)
    local names = {}
    for _, s in ipairs(c.hall.service_list) do names[#names + 1] = s.code end
    for _, k in ipairs(c.hall.counter_list) do names[#names + 1] = '@' .. k.code end
    for _, name in ipairs(line.names(c)) do
        if name:find('^&') then names[#names + 1] = name end -- held for a clerk; who works here, only the lines tell
    end
    return names
end

local function waiting_ids(c, names, limit)
    local ids = {}
    for _, name in ipairs(names) do
        if #ids >= limit then break end
        for _, id in ipairs(line.ids(c, name, 0, limit - #ids - 1)) do ids[#ids + 1] = id end
    end
    return ids
end

local function counter_ids(c, limit)
    local ids = {}
    for _, one in ipairs(c.hall.counter_list) do
        local id = call('HGET', keys.counter(c.h, one.code), 'tk')
        if id and id ~= '' and #ids < limit then ids[#ids + 1] = id end
    end
    return ids
end

local function tickets_json(c, ids, state)
    local out = {}
    for _, id in ipairs(ids) do
        local t = ticket.load(c, id)
        if t and (not state or t.st == state) then out[#out + 1] = ticket.json(id, t) end
    end
    return list_json(out)
end

-- args: state service limit
reading('ticket_list', function(c, a)
    local limit, ids = limit_of(a[3], LIST_DEFAULT), nil
    if a[2] ~= '' and not c.hall.services[a[2]] then return refuse('service_unknown', 'service') end
    if a[1] == 'waiting' then
        ids = waiting_ids(c, a[2] ~= '' and { a[2] } or all_lines(c), limit)
    elseif a[1] == 'missed' or a[1] == 'parked' or a[1] == 'coming' then
        ids = call('ZRANGE', keys[a[1]](c.h), 0, limit - 1)
    else
        ids = counter_ids(c, limit)
    end
    return '{"tickets":' .. tickets_json(c, ids, a[1]) .. '}'
end)

local function counters_json(c)
    local out = {}
    for _, one in ipairs(c.hall.counter_list) do
        local k = counter.load(c, one.code)
        local t = k.tk and ticket.load(c, k.tk)
        out[#out + 1] = counter.json(k, t and ticket.json(k.tk, t))
    end
    return list_json(out)
end

reading('counter_list', function(c) return '{"counters":' .. counters_json(c) .. '}' end)

-- args: after limit
reading('event_list', function(c, a)
    local limit, from = limit_of(a[2], LIST_DEFAULT), '-'
    if a[1] and a[1] ~= '' then from = '(' .. a[1] end
    local out, last = {}, nil
    for _, entry in ipairs(call('XRANGE', c.events, from, '+', 'COUNT', limit)) do
        last = entry[1]
        out[#out + 1] = '{"id":"' .. last .. '",' .. entry[2][2]:sub(2)
    end
    return '{"events":' .. list_json(out) .. ',"last":' .. (last and '"' .. last .. '"' or 'null') ..
        ',"more":' .. tostring(#out == limit) .. '}'
end)

-- Everything alive, as of one event; members without braces.
function today.snapshot(c)
    local newest = call('XREVRANGE', c.events, '+', '-', 'COUNT', 1)
    local ids = {}
    for _, id in pairs(hash_of(keys.numbers(c.h))) do ids[#ids + 1] = id end
    table.sort(ids)
    return '"event":"' .. (newest[1] and newest[1][1] or c.hall.epoch .. '-0') ..
        '","version":' .. c.hall.version .. ',"tickets":' .. tickets_json(c, ids) ..
        ',"counters":' .. counters_json(c) .. ',"announcement":' .. today.announcement_json(c) ..
        ',"stopped":' .. today.stopped_json(c) .. ',"ghosts":' .. today.ghosts_json(c) ..
        ',"alarms":' .. today.alarms_json(c) .. ',"unshown_ms":' .. today.unshown_ms(c)
end

-- What the streams start from.
reading('hall_snapshot', function(c) return '{' .. today.snapshot(c) .. '}' end)
