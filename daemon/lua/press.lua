-- A press: what one call of the library does to a counter and its tickets. What they were before it is kept with the counter
-- (`un`) until the next one, to take it back (undo.lua). Whoever changes a field of a ticket beside ticket.set() notes it here first.
-- SPDX-License-Identifier: MIT
local press = {}

do
    -- What is kept is text: a record of the press, one of each step, one of each message; in none of their fields are such
    -- characters, since the API takes none. One text is made more quickly than lists are packed.
    local RECORD, FIELD, PIECE = '\29', '\30', '\31'

    function press.begin(c, k) c.press = { counter = k.tk or '', steps = {}, messages = {}, last = nil } end

    -- With room for what a call changes.
    local function roomy_was() return { st = nil, ts = nil, ct = nil, by = nil, ca = nil } end -- five: for eight

    -- The next event is of this ticket.
    function press.see(c, id, t)
        local one = { id = id, t = t, was = roomy_was(), over = '', kind = nil }
        c.press.last = one
        c.press.steps[#c.press.steps + 1] = one
        return one
    end

    -- What its fields were before this press, to be filled in for each that is about to change; of another ticket, or where there
    -- is no press, a table that nobody reads.
    function press.noted(c, t)
        local one = c.press and c.press.last
        return one and one.t == t and one.was or {}
    end

    function press.note(c, t, field)
        local was = press.noted(c, t)
        was[field] = was[field] or t[field] or ''
    end

    -- A message was queued; to_come: it told that ticket to come. What the number was written about last is kept with it.
    function press.sent(c, mid, to_come)
        if not c.press or not mid then return end
        c.press.messages[#c.press.messages + 1] = { mid, to_come or '', unpack(c.spoke or {}) }
        c.spoke = nil
    end

    -- How a ticket was left: where it is not so any more, it has moved on.
    function press.mark(t)
        return t.st .. '|' .. t.ts .. '|' .. t.rk .. '|' .. t.ln .. '|' .. (t.ct or '')
    end

    local function step_text(before, one)
        local was, n = {}, 0
        for field, value in pairs(one.was) do
            was[n + 1], was[n + 2], n = field, value, n + 2
        end
        return before .. RECORD .. one.id .. FIELD .. one.kind .. FIELD .. press.mark(one.t) .. FIELD .. (one.tell and '1' or '') ..
            FIELD .. table.concat(was, PIECE) .. FIELD .. one.over
    end

    -- The end of a press: the counter's ticket is written, and what the press did.
    function press.keep(c, k)
        local p = c.press
        if not p.steps[1] then return end -- nobody was there, nobody came
        local out = c.now .. FIELD .. p.counter .. FIELD .. (k.tk or '') .. FIELD .. c.event .. FIELD .. text_of(#p.steps)
        for i = 1, #p.steps do out = step_text(out, p.steps[i]) end
        for i = 1, #p.messages do out = out .. RECORD .. table.concat(p.messages[i], FIELD) end
        call('HSET', keys.counter(c.h, k.code), 'tk', k.tk or '', 'un', out)
    end

    -- Nothing of it can be taken back any more.
    function press.forget(c, code) call('HDEL', keys.counter(c.h, code), 'un') end

    local function split(text, separator)
        local out = {}
        if text == '' then return out end
        for piece in (text .. separator):gmatch('(.-)' .. separator) do out[#out + 1] = piece end
        return out
    end

    local function map_of(list)
        local out = {}
        for i = 1, #list, 2 do out[list[i]] = list[i + 1] end
        return out
    end

    local function step_of(f)
        return { id = f[1], kind = f[2], left = f[3], tell = f[4] ~= '', was = map_of(split(f[5], PIECE)), over = f[6] }
    end

    -- What the counter's last press did: at, counter and after (its ticket before and since), event (its last), steps, messages;
    -- or nil.
    function press.last(c, k)
        local text = call('HGET', keys.counter(c.h, k.code), 'un')
        if not text then return nil end
        local records = split(text, RECORD)
        local p = split(records[1], FIELD)
        local out = { at = tonumber(p[1]), counter = p[2], after = p[3], event = p[4], steps = {}, messages = {} }
        local steps = tonumber(p[5])
        for i = 2, #records do
            local f = split(records[i], FIELD)
            if i <= steps + 1 then out.steps[i - 1] = step_of(f) else out.messages[i - 1 - steps] = f end
        end
        return out
    end
end
