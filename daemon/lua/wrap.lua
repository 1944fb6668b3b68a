-- The one wrapper round every function. It reads the common arguments, gives a repeated request its first
-- answer, closes the day when the hall's local date has moved on, and rings the bell.
-- Writing: now_ms request who day args... ; reading: now_ms args... . fn(c, a) gets a = the further arguments.
-- fn validates everything before its first write: Redis does not roll back.
-- SPDX-License-Identifier: MIT

-- A retry after this is a new request. Longer than any outage a kiosk or a phone would wait through.
local REQUEST_KEPT_S = '21600'
local REQUEST_ID_CHARS = 22

local close_day -- set in hall.lua

local function context(h, argv)
    return { h = h, tag = h:sub(2, -2), now = argv[1], ms = tonumber(argv[1]), who = argv[3],
        role = argv[3]:sub(1, (argv[3]:find(':', 1, true) or 0) - 1), day = argv[4], events = keys.events(h),
        -- The ninth: room for sixteen, as growing a table costs more than filling it.
        hall = nil }
end

-- The answer kept for this request, or a refusal; nil where it is a new one.
local function kept(h, request)
    local stored = call('GET', keys.request(h, request:sub(1, REQUEST_ID_CHARS)))
    if not stored then return nil end
    local mark, reply = stored:match('^([^|]*)|(.*)$')
    if mark ~= request:sub(REQUEST_ID_CHARS + 2) then
        return { err = 'REFUSED idempotency_mismatch -' }
    end
    return reply
end

local function open_hall(c)
    c.hall, c.foretold, c.back = config.load(c.h)
    if not c.hall then return false end
    c.epoch = c.hall.epoch
    if c.day > c.hall.day then
        close_day(c)
        config.store(c.h, c.hall.version, c.hall.epoch, c.day)
        c.hall, c.foretold, c.back = config.load(c.h)
    end
    c.day = c.hall.day -- a daemon whose clock lags must not turn the day back
    return true
end

local function apply(fn, open, keys_in, argv)
    local h, request = keys_in[1], argv[2]
    if request ~= '' then
        local reply = kept(h, request)
        if reply then return reply end
    end
    local c = context(h, argv)
    if not open(c) then return { err = 'REFUSED hall_unknown hall' } end
    local reply, refusal = fn(c, { unpack(argv, 5) })
    if refusal then
        ring(c) -- a day may have been closed on the way
        return { err = refusal }
    end
    if request ~= '' then
        call('SET', keys.request(h, request:sub(1, REQUEST_ID_CHARS)),
            request:sub(REQUEST_ID_CHARS + 2) .. '|' .. reply, 'EX', REQUEST_KEPT_S)
    end
    ring(c)
    return reply
end

local function register(name, flags, callback)
    redis.register_function { function_name = name, flags = flags, callback = function(k, argv)
        call, fmt = redis.call, string.format
        return callback(k, argv)
    end }
end

-- allow_oom: what gives memory back must also work when Redis is full.
local function writing(name, fn, allow_oom)
    register(name, allow_oom and { 'allow-oom' } or {}, function(k, argv)
        return apply(fn, open_hall, k, argv)
    end)
end

-- hall_configure alone may meet a hall that is not there yet.
local function writing_new(name, fn)
    register(name, {}, function(k, argv)
        return apply(fn, function() return true end, k, argv)
    end)
end

-- On {sys}: no configuration, no day; the epoch is made with the first write.
local function open_system(c)
    c.epoch = call('GET', keys.version(c.h))
    if not c.epoch then
        c.epoch, c.fresh = fmt('%d', c.ms / 1000), true
        call('SET', keys.version(c.h), c.epoch)
    end
    return true
end

local function writing_system(name, fn)
    register(name, {}, function(k, argv) return apply(fn, open_system, k, argv) end)
end

local function reading(name, fn)
    register(name, { 'no-writes' }, function(k, argv)
        local c = { h = k[1], tag = k[1]:sub(2, -2), now = argv[1], ms = tonumber(argv[1]),
            events = keys.events(k[1]) }
        c.hall = config.load(c.h)
        if not c.hall then return { err = 'REFUSED hall_unknown hall' } end
        local reply, refusal = fn(c, { unpack(argv, 2) })
        return refusal and { err = refusal } or reply
    end)
end

local function reading_system(name, fn)
    register(name, { 'no-writes' }, function(k, argv)
        local reply, refusal = fn({ h = k[1], ms = tonumber(argv[1]) }, { unpack(argv, 2) })
        return refusal and { err = refusal } or reply
    end)
end
