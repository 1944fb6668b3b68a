-- What belongs to the gateways and to no hall, under the tag {sms}: which message each of their own ids stands for, reports that
-- came before those ids, what each daemon says of its link, what was spent. SPDX-License-Identifier: MIT
do
    local ID_KEPT_S = '259200' -- centres report for up to 48 hours
    local REPORTED_KEPT_S = '3600' -- a gateway that got no acknowledgement brings its report again within minutes
    local PARKED_S = '600' -- a report may come before the answer to its message, but not by more than a daemon's restart
    local STATE_MS = 30000
    local STATE_BYTES_MAX = 4096
    local HOUR_MS, HOUR_KEPT_S, DAY_KEPT_S, MONTH_KEPT_S = 3600000, '7200', '259200', '5356800'
    local ID_BYTES_MAX, BATCH_MAX = 64, 64
    local DAYS_KEPT = 4 -- yesterday's and tomorrow's count somewhere
    local SPENT_MAX = 1000000 -- told at once: of a daemon whose store was away for long
    local FATES = { delivered = true, undelivered = true, expired = true, rejected = true, unknown = true }

    -- No configuration, no day, no events.
    local function writing_gateway(name, fn)
        register(name, {}, function(k, argv) return apply(fn, function() return true end, k, argv) end)
    end

    local function is_gateway(name) return name:match('^[%w_-]+$') ~= nil end

    local function is_id(id) return id ~= '' and #id <= ID_BYTES_MAX end

    -- The ids of one message, which begin at i: how many there are, or nil where there is something wrong with them.
    local function ids_of(a, i)
        local n = (a[i + 1] or ''):match('^[1-9]$')
        if not n or not a[i + 1 + n] then return nil end
        return tonumber(n)
    end

    local function are_good(a, i, n)
        for k = i + 2, i + 1 + n do
            if a[k] ~= '' and not is_id(a[k]) then return false end
        end
        local dot = a[i]:find('.', 2, true)
        return dot ~= nil and not a[i]:sub(1, dot - 1):find('[^%l%d_-]') and a[i]:find('^%d+%-%d+$', dot + 1) ~= nil
    end

    -- Keeps what each id of a message stands for. asked: their parked reports, looked for together.
    local function keep_ids(c, a, i, n, asked)
        for k = 1, n do
            local id = a[i + 1 + k]
            if id ~= '' then
                local what = a[i] .. '|' .. k
                call('SET', keys.gateway_id(c.h, a[1], id), what, 'EX', ID_KEPT_S)
                asked[#asked + 1] = keys.gateway_parked(c.h, a[1], id)
                asked.of[#asked] = what
            end
        end
    end

    -- The reports that were parked for them, as JSON; forgotten here.
    local function take_parked(asked)
        local out = {}
        if #asked == 0 then return out end
        for i, parked in ipairs(call('MGET', unpack(asked))) do
            if parked then
                local fate, reason = parked:match('^(%l+)|(.*)$')
                local message, part = asked.of[i]:match('^(.*)|(%d)$')
                call('DEL', asked[i])
                out[#out + 1] = '{"message":"' .. message .. '","part":' .. part .. ',"state":"' .. fate ..
                    '","reason":' .. quote(reason) .. '}'
            end
        end
        return out
    end

    -- args: gateway, and of each message: message ("<hall>.<outbox id>") n ids… (n of them: of part 1, 2, …; "": none). One whose ids
    -- are none is named, and stops none of the others.
    writing_gateway('gateway_ids', function(c, a)
        if not is_gateway(a[1]) then return refuse('field_invalid', 'gateway') end
        local starts, i = {}, 2
        while i <= #a do
            local n = ids_of(a, i)
            if not n then return refuse('field_invalid', 'ids') end
            starts[#starts + 1] = { i, n }
            i = i + 2 + n
        end
        if #starts == 0 or #starts > BATCH_MAX then return refuse('field_invalid', 'message') end
        local asked, refused = { of = {} }, {}
        for _, at in ipairs(starts) do
            if are_good(a, at[1], at[2]) then
                keep_ids(c, a, at[1], at[2], asked)
            else
                refused[#refused + 1] = quote(a[at[1]])
            end
        end
        return '{"reports":' .. list_json(take_parked(asked)) .. ',"refused":' .. list_json(refused) .. '}'
    end)

    -- args: gateway id state reason. Whoever asks writes the report to the message; until then it may ask again.
    writing_gateway('gateway_report', function(c, a)
        local gateway, id, fate, reason = a[1], a[2], a[3], a[4] or ''
        if not is_gateway(gateway) then return refuse('field_invalid', 'gateway') end
        if not is_id(id) then return refuse('field_invalid', 'id') end
        if not FATES[fate] then return refuse('field_invalid', 'state') end
        if not reason:match('^[%w:_-]*$') or #reason > ID_BYTES_MAX then return refuse('field_invalid', 'reason') end
        local key = keys.gateway_id(c.h, gateway, id)
        local message_id, part = (call('GET', key) or ''):match('^(.*)|(%d)$')
        if message_id then
            if fate ~= 'unknown' then call('EXPIRE', key, REPORTED_KEPT_S) end -- nothing better can follow
            return '{"message":"' .. message_id .. '","part":' .. part .. '}'
        end
        local parked = keys.gateway_parked(c.h, gateway, id)
        local before = call('GET', parked)
        if not before or before:find('^unknown|') then call('SET', parked, fate .. '|' .. reason, 'EX', PARKED_S) end
        return '{"parked":true}'
    end)

    -- Long texts from phones, whose parts may come by any daemon. Each part is sealed, and whose text it is is a keyed hash.
    local TEXT_KEPT_MS = 600000 -- a phone that comes out of a lift has sent the rest by then
    local TEXTS_MAX, TEXT_PARTS_MAX, PART_BYTES_MAX = 500, 16, 1024

    local function is_mark(mark) return mark:match('^[%w_-]+$') ~= nil and #mark <= ID_BYTES_MAX end

    local function forget_text(c, gateway, mark)
        call('DEL', keys.gateway_text(c.h, gateway, mark))
        call('ZREM', keys.gateway_texts(c.h, gateway), mark)
    end

    -- Another text begins: those that are too old are over, and the oldest one gives way when there are too many.
    local function begin_text(c, gateway, mark)
        local list = keys.gateway_texts(c.h, gateway)
        call('ZREMRANGEBYSCORE', list, '-inf', fmt('%.0f', c.ms - TEXT_KEPT_MS))
        for _, old in ipairs(call('ZRANGE', list, 0, -TEXTS_MAX)) do forget_text(c, gateway, old) end
        call('ZADD', list, c.now, mark)
        call('PEXPIRE', list, TEXT_KEPT_MS)
    end

    -- Keeps a part (one that is there already is replaced) until gateway_joined, so that a last one which comes again completes
    -- its text again. All of them in their order once they are there.
    -- args: gateway mark total number sealed
    writing_gateway('gateway_part', function(c, a)
        local total, number = tonumber(a[3]), tonumber(a[4])
        if not is_gateway(a[1]) then return refuse('field_invalid', 'gateway') end
        if not is_mark(a[2]) then return refuse('field_invalid', 'mark') end
        if not a[3]:match('^%d%d?$') or total < 2 or total > TEXT_PARTS_MAX then return refuse('field_invalid', 'total') end
        if not a[4]:match('^%d%d?$') or number < 1 or number > total then return refuse('field_invalid', 'number') end
        if not a[5]:match('^[%w._-]+$') or #a[5] > PART_BYTES_MAX then return refuse('field_invalid', 'sealed') end
        local key = keys.gateway_text(c.h, a[1], a[2])
        local begun = tonumber(call('ZSCORE', keys.gateway_texts(c.h, a[1]), a[2]) or 0)
        if c.ms - begun >= TEXT_KEPT_MS then -- references begin anew every 256 texts: an old one is another text
            call('DEL', key)
            begin_text(c, a[1], a[2])
            begun = c.ms
        end
        call('HSET', key, fmt('%d', number), a[5])
        call('PEXPIRE', key, fmt('%.0f', begun + TEXT_KEPT_MS - c.ms))
        local parts = {}
        for i = 1, total do
            parts[i] = call('HGET', key, fmt('%d', i))
            if not parts[i] then return '{"parts":[]}' end
        end
        return '{"parts":["' .. table.concat(parts, '","') .. '"]}'
    end)

    -- The text was dealt with, and nothing is left of it. args: gateway mark
    writing_gateway('gateway_joined', function(c, a)
        if not is_gateway(a[1]) then return refuse('field_invalid', 'gateway') end
        if not is_mark(a[2]) then return refuse('field_invalid', 'mark') end
        forget_text(c, a[1], a[2])
        return '{}'
    end)

    -- What a daemon says of its link, as JSON.
    -- args: gateway daemon json
    writing_gateway('gateway_state', function(c, a)
        if not is_gateway(a[1]) then return refuse('field_invalid', 'gateway') end
        if a[2] == '' or #a[2] > ID_BYTES_MAX then return refuse('field_invalid', 'daemon') end
        local ok, said = pcall(cjson.decode, a[3])
        if not ok or type(said) ~= 'table' or not a[3]:find('^{.*}$') or #a[3] > STATE_BYTES_MAX then
            return refuse('field_invalid', 'state')
        end
        local key = keys.gateway_states(c.h, a[1])
        for name, text in pairs(hash_of(key)) do
            if c.ms - text:match('^%d+') > STATE_MS then call('HDEL', key, name) end
        end
        call('HSET', key, a[2], c.now .. '|' .. a[3])
        call('PEXPIRE', key, STATE_MS)
        return '{}'
    end)

    local function hour_of(ms) return fmt('%d', ms / HOUR_MS) end

    -- yyyymmdd in UTC, for whoever names no day.
    local function day_in_utc(ms)
        local z = math.floor(ms / DAY_MS) + 719468 -- days since 0000-03-01
        local era = math.floor(z / 146097)
        local doe = z % 146097
        local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
        local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
        local mp = math.floor((5 * doy + 2) / 153)
        local month = mp < 10 and mp + 3 or mp - 9
        return fmt('%04d%02d%02d', yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - math.floor((153 * mp + 2) / 5) + 1)
    end

    -- day: yyyymmdd of the halls that send, which the store does not know; in UTC where none is named.
    local function day_of(c, day) return day ~= '' and day or day_in_utc(c.ms) end

    -- Of all gateways together: what the budget is held against.
    local function spend_month(c, by)
        local key = keys.gateway_month(c.h, day_of(c, c.day or ''):sub(1, 6))
        call('INCRBY', key, by)
        call('EXPIRE', key, MONTH_KEPT_S)
    end

    -- A count for each day of late, since halls in other zones, and daemons a moment behind, are in another one.
    local function spend_day(c, gateway, by)
        local key, day = keys.gateway_day(c.h, gateway), day_of(c, c.day or '')
        if by == '0' then return tonumber(call('HGET', key, day) or 0) end
        local n = call('HINCRBY', key, day, by)
        if n == tonumber(by) then -- a new day
            local days = call('HKEYS', key)
            table.sort(days)
            for old = 1, #days - DAYS_KEPT do call('HDEL', key, days[old]) end
        end
        call('EXPIRE', key, DAY_KEPT_S)
        return n
    end

    local function spend_hour(c, gateway, by)
        local key = keys.gateway_hour(c.h, gateway, hour_of(c.ms))
        local n = call('INCRBY', key, by)
        call('EXPIRE', key, HOUR_KEPT_S)
        return n
    end

    -- The parts of a message before it is sent, or (hour_max 0) of all since a daemon last told. Refuses none: it says whether they
    -- may go now, and ("all") what all gateways have sent in this hour.
    -- args: gateway parts hour_max (0: no limit; for all gateways and halls)
    writing_gateway('gateway_spent', function(c, a)
        local parts, most = tonumber(a[2]), tonumber(a[3] or '') or 0
        if not is_gateway(a[1]) then return refuse('field_invalid', 'gateway') end
        if not parts or parts < 0 or parts > SPENT_MAX then return refuse('field_invalid', 'parts') end
        local spent = tonumber(call('GET', keys.gateway_hour(c.h, '', hour_of(c.ms))) or 0)
        -- A message of more parts than an hour may have goes out alone: it would never go otherwise.
        local allowed = most == 0 or spent == 0 or spent + parts <= most
        local by = allowed and fmt('%d', parts) or '0'
        local all = spend_hour(c, '', by)
        spend_month(c, by)
        return '{"all":' .. all .. ',"hour":' .. spend_hour(c, a[1], by) .. ',"day":' .. spend_day(c, a[1], by) .. ',"allowed":' .. tostring(allowed) ..
            (allowed and '' or ',"wait_ms":' .. fmt('%.0f', HOUR_MS - c.ms % HOUR_MS)) .. '}'
    end)

    local function daemons_json(c, gateway)
        local states, names, out = hash_of(keys.gateway_states(c.h, gateway)), {}, {}
        for name in pairs(states) do names[#names + 1] = name end
        table.sort(names)
        for _, name in ipairs(names) do
            local at, said = states[name]:match('^(%d+)|{(.*)}$')
            if c.ms - at <= STATE_MS then
                out[#out + 1] = '{"daemon":' .. quote(name) .. ',"at":' .. at .. (said:find('%S') and ',' .. said or '') .. '}'
            end
        end
        return list_json(out)
    end

    local function spent_json(c, gateway, hour, day)
        return '{"hour":' .. (call('GET', keys.gateway_hour(c.h, gateway, hour)) or 0) .. ',"day":' ..
            (call('HGET', keys.gateway_day(c.h, gateway), day) or 0) .. ',"of":"' .. day .. '"}'
    end

    -- args: day (yyyymmdd of whoever asks; "": in UTC) gateways…
    reading_system('gateway_list', function(c, a)
        local hour, day, out = hour_of(c.ms), day_of(c, a[1] or ''), {}
        if not day:match('^%d%d%d%d%d%d%d%d$') then return refuse('field_invalid', 'day') end
        for i = 2, #a do
            local name = a[i]
            if not is_gateway(name) then return refuse('field_invalid', 'gateways') end
            out[#out + 1] = '{"gateway":"' .. name .. '","spent":' .. spent_json(c, name, hour, day) .. ',"daemons":' ..
                daemons_json(c, name) .. '}'
        end
        return '{"gateways":' .. list_json(out) .. ',"hour":' .. (call('GET', keys.gateway_hour(c.h, '', hour)) or 0) ..
            ',"month":' .. (call('GET', keys.gateway_month(c.h, day:sub(1, 6))) or 0) .. '}'
    end)
end
