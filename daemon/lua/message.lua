-- A message on its way: taken from the outbox, tried, ended, reported. Fields of `m:<id>`: st its state, k kind, t ticket,
-- n number, tr tries, x when it is worth nothing, pt parts, gw gateway, rs reason, f0 f1 … the fate of each part (f0: of all at
-- once). docs/sms-parts.md has the states. The outbox entry stays until the message has ended, so a daemon that dies leaves it
-- to the next one. SPDX-License-Identifier: MIT
local MESSAGE_KEPT_S = '259200'
-- What message_end may say. The entry has left the outbox in every state but queued, submitted and uncertain.
local OUTCOMES = { retry = true, accepted = true, rejected = true, expired = true, unknown = true }
local UNDER_WAY = { queued = true, submitted = true, uncertain = true }
-- What may become of a part, the better one the lower.
local FATES = { delivered = 0, unknown = 1, expired = 2, undelivered = 3, rejected = 4 }

local function emit_message(c, kind, mid, m, more)
    emit(c, 'message.' .. kind, ',"message":"' .. mid .. '","kind":"' .. m.k .. '","ticket":"' .. m.t ..
        '","number":"' .. m.n .. '","tries":' .. (m.tr or 0) .. (more or ''))
end

-- Its entry's fields, or nil where it has left the outbox.
local function outbox_entry(c, mid)
    local entry = call('XRANGE', keys.outbox(c.h), mid, mid)[1]
    if not entry then return nil end
    local out = {}
    for i = 1, #entry[2], 2 do out[entry[2][i]] = entry[2][i + 1] end
    return out
end

do
    -- Where it goes, as members: a phone record's sealed number, or an alarm phone's, which stands in the hall file in clear.
    local function address_json(c, record)
        local place = record and record:match('^#(%d+)$')
        if place then
            local plain = c.hall.alarms.phones[tonumber(place)]
            return ',"phone":null' .. (plain and ',"plain":' .. quote(plain) or '')
        end
        local sealed = record and call('GET', keys.phone(c.h, record))
        return ',"phone":' .. (sealed and quote(sealed) or 'null')
    end

    local function begin(c, key, mid, m, a)
        m.k, m.t, m.n, m.tr = a[2], a[3], a[4], (m.tr or 0) + 1
        call('HSET', key, 'st', 'submitted', 'k', m.k, 't', m.t, 'n', m.n, 'tr', m.tr, 'x', a[5])
        if m.tr == 1 then call('EXPIRE', key, MESSAGE_KEPT_S) end
        emit_message(c, 'submitted', mid, m)
        return 'submitted'
    end

    -- Somebody else began a try of it and did not end it. No try begins: whoever repeats it starts it once more, as its own.
    local function doubt(c, key, mid, m)
        if m.st == 'submitted' then
            call('HSET', key, 'st', 'uncertain')
            emit_message(c, 'uncertain', mid, m, ',"reason":"taken_over"')
        end
        return 'uncertain'
    end

    -- args: message kind ticket number expires_ms fresh ("0": this daemon has not begun it itself)
    writing('message_start', function(c, a)
        local key, mid = keys.message(c.h, a[1]), a[1]
        local m = hash_of(key)
        if m.st and not UNDER_WAY[m.st] then return refuse('message_state', 'message') end
        local taken_over = a[6] == '0' and (m.st == 'submitted' or m.st == 'uncertain')
        local state = (taken_over and doubt or begin)(c, key, mid, m, a)
        local entry = outbox_entry(c, mid)
        return '{"message":"' .. mid .. '","state":"' .. state .. '","tries":' .. m.tr .. address_json(c, entry and entry.p) ..
            ',"version":"' .. c.hall.version .. '.' .. c.hall.epoch .. '"}'
    end)
end

-- What became of it by the fates of its parts: a state and the reason, or nil while a part has none.
local function fate_of(m)
    if m.f0 then return m.f0, m.r0 end
    local worst, reason = 'delivered', ''
    for part = 1, max(1, tonumber(m.pt) or 1) do
        local fate = m['f' .. part]
        if not fate then return nil end
        if FATES[fate] > FATES[worst] then worst, reason = fate, m['r' .. part] end
    end
    return worst, reason
end

-- A report moves a message that a gateway has taken, and one of which nobody knew. True when it did.
local function settle(c, mid, m)
    local to, reason = fate_of(m)
    if not to or m.st == to or (m.st ~= 'accepted' and m.st ~= 'unknown') then return false end
    call('HSET', keys.message(c.h, mid), 'st', to, 'rs', reason or '')
    m.st = to
    emit_message(c, to, mid, m, ',"reported":true,"reason":' .. quote(reason or ''))
    return true
end

-- Ends it, or puts it off. A message that was never started (it expired in the queue, or what it tells was taken back) may end
-- too: its kind, ticket and number then come from the outbox entry. Its state, or nil and a refusal.
local function message_over(c, mid, outcome, gateway, reason, parts)
    local key = keys.message(c.h, mid)
    local m = hash_of(key)
    if m.st and not UNDER_WAY[m.st] then return refuse('message_state', 'message') end
    if not m.st then
        m = outbox_entry(c, mid)
        if not m then return refuse('message_unknown', 'message') end
        call('HSET', key, 'k', m.k, 't', m.t, 'n', m.n)
        call('EXPIRE', key, MESSAGE_KEPT_S)
    end
    m.st, m.pt = outcome == 'retry' and 'queued' or outcome, parts or m.pt
    call('HSET', key, 'st', m.st, 'gw', gateway, 'rs', reason, 'pt', m.pt or '')
    if m.st ~= 'queued' then
        call('XACK', keys.outbox(c.h), 'sms', mid)
        call('XDEL', keys.outbox(c.h), mid)
    end
    emit_message(c, outcome, mid, m, ',"gateway":"' .. gateway .. '","reason":' .. quote(reason) ..
        (m.pt and ',"parts":' .. m.pt or ''))
    settle(c, mid, m) -- the reports may have been quicker than the gateway's answer
    return m.st
end

-- args: message outcome gateway reason parts ("" where none were made)
writing('message_end', function(c, a)
    local outcome, parts = a[2], a[5] ~= '' and a[5] or nil
    if not OUTCOMES[outcome] then return refuse('field_invalid', 'outcome') end
    if parts and not parts:match('^[1-9]$') then return refuse('field_invalid', 'parts') end
    local state, refusal = message_over(c, a[1], outcome, a[3], a[4], parts)
    if not state then return nil, refusal end
    return '{"message":"' .. a[1] .. '","state":"' .. state .. '"}'
end, true)

-- A report may come before the message has ended, twice, late, or never. The first final fate of a part is kept; only
-- "unknown" gives way to a better one.
-- args: message part ("0": all of them at once) state reason
writing('message_report', function(c, a)
    local key, part, fate = keys.message(c.h, a[1]), a[2], a[3]
    if not part:match('^%d$') then return refuse('field_invalid', 'part') end
    if not FATES[fate] then return refuse('field_invalid', 'state') end
    local m = hash_of(key)
    if not m.k then return refuse('message_unknown', 'message') end
    local f, r, moved = 'f' .. part, 'r' .. part, false
    if not m[f] or (m[f] == 'unknown' and fate ~= 'unknown') then
        m[f], m[r] = fate, a[4] or ''
        call('HSET', key, f, fate, r, m[r])
        moved = settle(c, a[1], m)
    end
    return '{"message":"' .. a[1] .. '","state":"' .. m.st .. '","fate":"' .. m[f] .. '","moved":' .. tostring(moved) .. '}'
end)
