-- A press: what one call of the library does to a counter and its tickets. What they were before it is kept with the counter
-- (`un`) until the next one, to take it back (undo.lua). Whoever changes a field of a ticket beside ticket.set() notes it here first.
-- SPDX-License-Identifier: MIT
local press = {}

do
    local SEPARATOR = '\31' -- in no text: the API takes no control characters

    function press.begin(c, k) c.press = { counter = k.tk or '', steps = {}, messages = {} } end

    -- The next event is of this ticket.
    function press.see(c, id, t)
        local one = { id = id, t = t, was = {}, over = {} }
        c.press.last = one
        c.press.steps[#c.press.steps + 1] = one
        return one
    end

    -- The field is about to change.
    function press.note(c, t, field)
        local one = c.press and c.press.last
        if one and one.t == t and not one.was[field] then one.was[field] = t[field] or '' end
    end

    -- A message was queued; to_come: it told that ticket to come. What the number was written about last is kept with it.
    function press.sent(c, mid, to_come)
        if not c.press or not mid then return end
        c.press.messages[#c.press.messages + 1] = { mid, to_come or false, unpack(c.spoke or {}) }
        c.spoke = nil
    end

    -- How a ticket was left: where it is not so any more, it has moved on.
    function press.mark(t)
        return t.st .. '|' .. t.ts .. '|' .. t.rk .. '|' .. t.ln .. '|' .. (t.ct or '')
    end

    local function joined(map)
        local out = {}
        for k, v in pairs(map) do out[#out + 1], out[#out + 2] = k, v end
        return table.concat(out, SEPARATOR)
    end

    -- The end of a press: the counter's ticket is written, and what the press did. As lists of text: they are packed quickest.
    function press.keep(c, k)
        local p, steps = c.press, {}
        if not p.steps[1] then return end -- nobody was there, nobody came
        for i, one in ipairs(p.steps) do
            steps[i] = { one.id, one.kind, press.mark(one.t), one.tell and '1' or '', joined(one.was),
                table.concat(one.over, SEPARATOR) }
        end
        call('HSET', keys.counter(c.h, k.code), 'tk', k.tk or '', 'un',
            cmsgpack.pack({ c.now, p.counter, k.tk or '', c.event, steps, p.messages }))
    end

    -- Nothing of it can be taken back any more.
    function press.forget(c, code) call('HDEL', keys.counter(c.h, code), 'un') end

    local function split(text)
        local out = {}
        if text == '' then return out end
        for piece in (text .. SEPARATOR):gmatch('(.-)' .. SEPARATOR) do out[#out + 1] = piece end
        return out
    end

    local function map_of(list)
        local out = {}
        for i = 1, #list, 2 do out[list[i]] = list[i + 1] end
        return out
    end

    -- What the counter's last press did: at, counter and after (its ticket before and since), event (its last), steps, messages;
    -- or nil.
    function press.last(c, k)
        local packed = call('HGET', keys.counter(c.h, k.code), 'un')
        if not packed then return nil end
        local p = cmsgpack.unpack(packed)
        local out = { at = tonumber(p[1]), counter = p[2], after = p[3], event = p[4], steps = {}, messages = p[6] }
        for i, one in ipairs(p[5]) do
            out.steps[i] = { id = one[1], kind = one[2], left = one[3], tell = one[4] ~= '', was = map_of(split(one[5])),
                over = split(one[6]) }
        end
        return out
    end
end
