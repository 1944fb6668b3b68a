-- A message on its way: taken from the outbox, tried, ended, reported. Fields of `m:<id>`: st its state, ts:<state> when it was
-- last in that one, k kind, t ticket, n number, i when it was queued, y on which day, tr tries,
-- mk the masked phone number, pt parts, gw gateway, rs reason, f0 f1 … the fate of each part (f0: of all at
-- once), r0 r1 … its reason. The text is in none. docs/sms-parts.md has the states. The outbox entry stays until the message has
-- ended, so a daemon that dies leaves it to the next one. SPDX-License-Identifier: MIT
local message_over -- undo.lua takes back what nobody has begun
do
    local MESSAGE_KEPT_S = '259200'
    local BATCH_MAX = 64 -- in one call: about a millisecond, for which Redis serves nobody else
    local START_ARGS, END_ARGS = 8, 5
    -- What message_end may say. The entry has left the outbox in every state but those under way.
    local OUTCOMES = { retry = true, accepted = true, rejected = true, expired = true, unknown = true }
    local UNDER_WAY = { queued = true, submitted = true, uncertain = true }
    local TROUBLE = { uncertain = true, undelivered = true, expired = true, rejected = true, unknown = true }
    local TROUBLE_KEPT_MS = 2 * MESSAGE_KEPT_S * 1000 -- a record begins with the first try, so it may outlive its place by a day
    -- What may become of a part, the better one the lower.
    local FATES = { delivered = 0, unknown = 1, expired = 2, undelivered = 3, rejected = 4 }

    -- day: of one that was written on another than today, whose statistics it belongs to.
    local function emit_message(c, kind, mid, m, more)
        append(c, '{"type":"message.' .. kind .. '","at":' .. c.now .. ',"by":"' .. c.who .. '","message":"' .. mid .. '","kind":"' ..
            m.k .. '","ticket":"' .. m.t .. '","number":"' .. m.n .. '","tries":' .. (m.tr or 0) ..
            (m.y ~= c.day and (m.y or '') ~= '' and ',"day":"' .. m.y .. '"' or '') .. (more or '') .. '}')
    end

    -- A state more and one less in the day's counts; within a batch they are added up first.
    local function count(c, m, from, to, by)
        if (m.y or '') == '' then return end
        local move = m.y .. '|' .. (by and 'parts' or m.k) .. '|' .. (from or '') .. '|' .. to
        if c.moves then
            c.moves[move] = (c.moves[move] or 0) + (by or 1)
        else
            message_count(c, m.y, by and 'parts' or m.k, from, to, by)
        end
    end

    -- The one place that changes a state: the record, the day's counts, and the list of what staff look into. more: further
    -- fields and values.
    local function set_state(c, mid, m, to, more)
        local from = m.st or 'queued'
        call('HSET', m.key, 'st', to, 'ts:' .. to, c.now, unpack(more or {}))
        m.st = to
        if from == to then return end
        count(c, m, from, to)
        if TROUBLE[to] then
            local at = tonumber(mid:match('^%d+'))
            call('ZREMRANGEBYSCORE', keys.trouble(c.h), '-inf', fmt('%.0f', at - TROUBLE_KEPT_MS))
            call('ZADD', keys.trouble(c.h), fmt('%.0f', at), mid)
        elseif TROUBLE[from] then
            call('ZREM', keys.trouble(c.h), mid)
        end
    end

    -- Its entry's fields, or nil where it has left the outbox.
    local function outbox_entry(c, mid)
        local entry = call('XRANGE', keys.outbox(c.h), mid, mid)[1]
        if not entry then return nil end
        local out = {}
        for i = 1, #entry[2], 2 do out[entry[2][i]] = entry[2][i + 1] end
        return out
    end

    -- Where it goes: the sealed number (or nil), an alarm phone's in clear, what people may see of it. Those of a batch were
    -- read together.
    local function address_of(c, record)
        local place = record:match('^#(%d+)$')
        if place then return nil, c.hall.alarms.phones[tonumber(place)], record end
        local kept = c.phones and c.phones[record]
        if kept == nil then kept = call('GET', keys.phone(c.h, record)) end
        local sealed, mask = sealed_of(kept)
        return sealed, nil, mask
    end

    -- a: what the daemon has read in the outbox entry, from i on; see message_start.
    local function begin(c, mid, m, a, i, mask)
        local is_first = not m.st
        m.tr = text_of((m.tr or 0) + 1)
        set_state(c, mid, m, 'submitted', is_first and
            { 'tr', m.tr, 'k', m.k, 't', m.t, 'n', m.n, 'y', m.y, 'mk', mask or '', 'i', a[i + 6] } or { 'tr', m.tr, 'mk', mask or '' })
        if is_first then call('EXPIRE', m.key, MESSAGE_KEPT_S) end
        emit_message(c, 'submitted', mid, m)
    end

    -- Somebody else began a try of it and did not end it. No try begins: whoever repeats it starts it once more, as its own.
    local function doubt(c, mid, m)
        if m.st ~= 'submitted' then return end
        set_state(c, mid, m, 'uncertain')
        emit_message(c, 'uncertain', mid, m, ',"reason":"taken_over"')
    end

    local function start_one(c, a, i)
        local mid = a[i]
        if not a[i + 7]:match('^%d*$') then return refuse('field_invalid', 'day') end
        local key = keys.message(c.h, mid)
        local had = call('HMGET', key, 'st', 'tr')
        local m = { key = key, k = a[i + 1], t = a[i + 2], n = a[i + 3], y = a[i + 7], st = had[1] or nil, tr = had[2] or nil }
        if m.st and not UNDER_WAY[m.st] then return refuse('message_state', 'message') end
        local sealed, plain, mask = address_of(c, a[i + 5])
        if a[i + 4] == '0' and (m.st == 'submitted' or m.st == 'uncertain') then
            doubt(c, mid, m)
        else
            begin(c, mid, m, a, i, mask)
        end
        return '{"state":"' .. m.st .. '","tries":' .. m.tr .. ',"phone":' ..
            (sealed and quote(sealed) or 'null') .. (plain and ',"plain":' .. quote(plain) or '') .. '}'
    end

    -- What the messages of a batch have gathered in c: written at once, whoever of them was refused.
    local function write_gathered(c)
        for move, n in pairs(c.moves) do
            local day, kind, from, to = move:match('^(%d+)|([%l_]+)|(%l*)|(%l+)$')
            message_count(c, day, kind, from ~= '' and from or nil, to, n)
        end
        if #c.leaving > 0 then
            call('XACK', keys.outbox(c.h), 'sms', unpack(c.leaving))
            call('XDEL', keys.outbox(c.h), unpack(c.leaving))
        end
        c.moves, c.leaving = nil, nil
    end

    -- Many messages in one call, each by itself: a refusal, and even a fault of the library, is the answer for that one and
    -- stops none of the others. fn(c, a, i): its answer as JSON, or nil and a refusal. The answer, in their order; before: its
    -- other members. It is put together once: see event.lua on long strings.
    local function each(c, a, width, before, fn)
        if #a == 0 or #a % width ~= 0 or #a > width * BATCH_MAX then return refuse('field_invalid', 'messages') end
        local out = { '{' .. before .. '"messages":[' }
        c.moves, c.leaving = {}, {}
        for i = 1, #a, width do
            local done, json, refusal
            if a[i]:match('^%d+%-%d+$') then
                done, json, refusal = pcall(fn, c, a, i)
            else
                done, refusal = true, 'REFUSED field_invalid message'
            end
            if not done then
                redis.log(redis.LOG_WARNING, 'paihao: ' .. (type(json) == 'table' and json.err or tostring(json)))
                json, refusal = nil, 'REFUSED internal -'
            end
            out[#out + 1] = i > 1 and ',' or ''
            out[#out + 1] = json or '{"message":' .. quote(a[i]) .. ',"error":"' .. refusal:match('^REFUSED ([%l_]+)') .. '"}'
        end
        write_gathered(c)
        out[#out + 1] = ']}'
        return table.concat(out)
    end

    -- The phone records of a batch, by their names: false where there is none.
    local function phones_of(c, a)
        local names, asked, out = {}, {}, {}
        for i = 6, #a, START_ARGS do
            local record = a[i]
            if out[record] == nil and not record:find('^#') then
                names[#names + 1], asked[#asked + 1], out[record] = record, keys.phone(c.h, record), false
            end
        end
        if #asked == 0 then return out end
        for i, kept in ipairs(call('MGET', unpack(asked))) do out[names[i]] = kept end
        return out
    end

    -- args of each: message kind ticket number fresh ("0": this daemon has not begun it itself) record queued day (the
    -- last three as in the outbox: p, i, y)
    writing('message_start', function(c, a)
        if #a <= START_ARGS * BATCH_MAX then c.phones = phones_of(c, a) end
        return each(c, a, START_ARGS, '"version":"' .. c.hall.version .. '.' .. c.hall.epoch .. '",', start_one)
    end)

    -- What became of it by the fates of its parts: a state and the reason, or nil while a part has none.
    local function fate_of(m)
        if m.f0 then return m.f0, m.r0 end
        if not m.f1 then return nil end
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
        set_state(c, mid, m, to, { 'rs', reason or '' })
        emit_message(c, to, mid, m, ',"reported":true,"reason":' .. quote(reason or ''))
        return true
    end

    local function leave_outbox(c, mid)
        if c.leaving then
            c.leaving[#c.leaving + 1] = mid
            return
        end
        call('XACK', keys.outbox(c.h), 'sms', mid)
        call('XDEL', keys.outbox(c.h), mid)
    end

    -- What its end needs to know of its record: of most it is little.
    local function ending(key, parts)
        local v = parts and call('HMGET', key, 'st', 'tr', 'k', 't', 'n', 'y', 'f0', 'f1')
        if not v or v[1] ~= 'submitted' or v[7] or v[8] then
            local m = hash_of(key)
            m.key = key
            return m
        end
        return { key = key, st = v[1], tr = v[2], k = v[3], t = v[4], n = v[5], y = v[6] }
    end

    -- Ends it, or puts it off. A message that was never started (it expired in the queue, or what it tells was taken back) may
    -- end too: what it is then comes from the outbox entry. Its state, or nil and a refusal.
    function message_over(c, mid, outcome, gateway, reason, parts)
        local m = ending(keys.message(c.h, mid), parts)
        local more = { 'gw', gateway, 'rs', reason, 'pt', parts or m.pt or '' }
        if m.st and not UNDER_WAY[m.st] then return refuse('message_state', 'message') end
        local is_first = not m.st
        if is_first then
            local entry = outbox_entry(c, mid)
            if not entry then return refuse('message_unknown', 'message') end
            local _, _, mask = address_of(c, entry.p or '')
            m.k, m.t, m.n, m.y = entry.k, entry.t, entry.n, entry.y or ''
            more = { 'gw', gateway, 'rs', reason, 'pt', parts or '', 'k', m.k, 't', m.t, 'n', m.n, 'i', entry.i or '', 'y', m.y,
                'mk', mask or '' }
        end
        m.pt = parts or m.pt
        set_state(c, mid, m, outcome == 'retry' and 'queued' or outcome, more)
        if is_first then call('EXPIRE', m.key, MESSAGE_KEPT_S) end
        if m.st ~= 'queued' then leave_outbox(c, mid) end
        if m.st == 'accepted' and parts then count(c, m, nil, 'accepted', tonumber(parts)) end
        emit_message(c, outcome, mid, m, ',"gateway":"' .. gateway .. '","reason":' .. quote(reason) ..
            (m.pt and ',"parts":' .. m.pt or ''))
        settle(c, mid, m) -- the reports may have been quicker than the gateway's answer
        return m.st
    end

    local function end_one(c, a, i)
        local outcome, parts = a[i + 1], a[i + 4] ~= '' and a[i + 4] or nil
        if not OUTCOMES[outcome] then return refuse('field_invalid', 'outcome') end
        if parts and not parts:match('^[1-9]$') then return refuse('field_invalid', 'parts') end
        local state, refusal = message_over(c, a[i], outcome, a[i + 2], a[i + 3], parts)
        if not state then return nil, refusal end
        return '"' .. state .. '"'
    end

    -- args of each: message outcome gateway reason parts ("" where none were made)
    writing('message_end', function(c, a)
        return each(c, a, END_ARGS, '', end_one)
    end, true)

    -- A report may come before the message has ended, twice, late, or never. The first final fate of a part is kept; only
    -- "unknown" gives way to a better one.
    -- args: message part ("0": all of them at once) state reason
    writing('message_report', function(c, a)
        local key, part, fate = keys.message(c.h, a[1]), a[2], a[3]
        if not part:match('^%d$') then return refuse('field_invalid', 'part') end
        if not FATES[fate] then return refuse('field_invalid', 'state') end
        local m = hash_of(key)
        m.key = key
        if not m.k then return refuse('message_unknown', 'message') end
        local f, r, moved = 'f' .. part, 'r' .. part, false
        if not m[f] or (m[f] == 'unknown' and fate ~= 'unknown') then
            m[f], m[r] = fate, a[4] or ''
            call('HSET', key, f, fate, r, m[r])
            moved = settle(c, a[1], m)
        end
        return '{"message":"' .. a[1] .. '","state":"' .. m.st .. '","fate":"' .. m[f] .. '","moved":' .. tostring(moved) .. '}'
    end)
end
