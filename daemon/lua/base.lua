-- Small things every file below uses: calling Redis, refusing, writing JSON.
-- SPDX-License-Identifier: MIT
-- redis.call and the Lua libraries are there only while a function runs, not while the library is loaded:
-- register() sets these two then.
local call, fmt

-- What a function returns instead of a reply: nothing has been written then. field names the argument at fault.
-- wait_ms: after which it may be tried again, told in whole seconds.
local function refuse(code, field, wait_ms)
    return nil, 'REFUSED ' .. code .. ' ' .. (field or '-') .. (wait_ms and fmt(' %d', math.ceil(wait_ms / 1000)) or '')
end

-- A JSON string. Codes, ids and names of staff come from alphabets that need no escaping and are joined
-- directly; only free text comes through here.
local function quote(text)
    if text:find('["\\%c\127/]') then return cjson.encode(text) end
    return '"' .. text .. '"'
end

-- HGETALL as a table.
local function hash_of(key)
    local flat, out = call('HGETALL', key), {}
    for i = 1, #flat, 2 do out[flat[i]] = flat[i + 1] end
    return out
end

-- A phone record as it is kept: the sealed number, and behind a bar what people may see of it ("138****0001").
local function sealed_of(record)
    if not record or record == '' then return nil end
    local bar = record:find('|', 1, true)
    if not bar then return record, '' end
    return record:sub(1, bar - 1), record:sub(bar + 1)
end

-- A whole number as text. The small ones, which most are, cost nothing.
local SMALL = {}
for i = 0, 99 do SMALL[i] = i .. '' end

local function text_of(n) return SMALL[n] or fmt('%d', n) end

local function list_json(items) return '[' .. table.concat(items, ',') .. ']' end

local function max(a, b) if a > b then return a end return b end
