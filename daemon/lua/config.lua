-- A hall's configuration, decoded once per version and kept in this library's memory: the version string is
-- read with every call, so a stale copy is never used. "7.1795465432.20261123" is version, epoch of the
-- event stream (the second the hall was first configured) and the local day the hall is in.
-- SPDX-License-Identifier: MIT
local config = { cache = {}, cached = 0 }

-- More halls than this in one Redis and the cache starts anew: a bound on memory, not a limit on halls.
local CONFIG_CACHE_MAX = 2000
local MINUTE_MS = 60000

local function series_of(raw)
    local out = {}
    for _, s in ipairs(raw) do
        local width = max(3, #tostring(s.last))
        out[s.letter] = { first = s.first, span = s.last - s.first + 1, form = s.letter .. '%0' .. width .. 'd' }
    end
    return out
end

-- {line, offset_ms} of each service a profile serves. "*" stands for every service it does not name itself, with
-- up_to_minutes only for those that take no longer; of several "*" that fit the lowest offset counts.
local function lines_of(profile, services)
    local lines, at = {}, {} -- at: service → its place in lines
    for _, p in ipairs(profile.serves) do
        if p.service ~= '*' then
            lines[#lines + 1] = { p.service, (p.offset_minutes or 0) * MINUTE_MS }
            at[p.service] = 0 -- named: no "*" changes it
        end
    end
    for _, p in ipairs(profile.serves) do
        local offset, most = (p.offset_minutes or 0) * MINUTE_MS, p.up_to_minutes or 0
        for _, s in ipairs(p.service == '*' and services or {}) do
            local fits, place = most == 0 or s.minutes <= most, at[s.code]
            if fits and not place then
                lines[#lines + 1] = { s.code, offset }
                at[s.code] = #lines
            elseif fits and place > 0 and offset < lines[place][2] then
                lines[place][2] = offset
            end
        end
    end
    return lines
end

-- Of a hall file stored before there were forecasts: the defaults of the hall file.
local RULES = { delay_minutes_max = 15, delay_max = 2, travel_minutes = 10, come_now_margin_minutes = 5, last_tickets = true }
local ALARMS = { warn_minutes = 20, wait_minutes = 30, board_seconds = 90, sms_failed_percent = 30, unshown_seconds = 8,
    phones = {} }

local function with_defaults(given, defaults)
    given = given or {}
    for name, value in pairs(defaults) do
        if given[name] == nil then given[name] = value end
    end
    return given
end

-- Of a hall file stored before there was booking: closed, and the defaults of the hall file.
local BOOKING_CLOSED = { open = false, notice_minutes = 60, hold_minutes = 10, quarantine_min_minutes = 5,
    quarantine_max_minutes = 45, early_minutes = 60, late_minutes = 15, alive_max = 3, service_day_max = 1,
    cancels_max = 5, misses_max = 2, block_days = 30, offer_minutes = 10, rebook_hours = 48,
    overbook_percent_max = 0, codes_per_hour_max = 600 }
local REMOTE_CLOSED = { open = false, arrive_minutes = 15, alive_max = 50 }
local SERVICE_BOOKING = { open = true, minutes = 0, cap = 0, persons_max = 1 }

local MESSAGES_PER_NUMBER_DAY = 12 -- of a hall file stored before there was a limit

local function index(raw)
    local hall = { services = {}, classes = {}, profiles = {}, counters = {}, counter_list = raw.counters,
        service_list = raw.services, rules = with_defaults(raw.rules, RULES), alarms = with_defaults(raw.alarms, ALARMS),
        language = raw.languages[1], languages = {} }
    hall.raw, hall.plans = raw, {} -- plans: see slot.plan
    hall.reminders, hall.delay_minutes = raw.reminders or {}, raw.delay_minutes or 0
    hall.messages = { number = raw.messages_per_number_day or MESSAGES_PER_NUMBER_DAY, hall = raw.messages_per_day or 0 }
    hall.booking, hall.remote = raw.booking or BOOKING_CLOSED, raw.remote or REMOTE_CLOSED
    for _, s in ipairs(raw.services) do
        s.booking = s.booking or SERVICE_BOOKING
        hall.services[s.code] = s
    end
    hall.default_class = raw.classes[1].code
    for _, c in ipairs(raw.classes) do hall.classes[c.code] = c.target_minutes * MINUTE_MS end
    if hall.classes.normal then hall.default_class = 'normal' end
    for _, p in ipairs(raw.profiles) do hall.profiles[p.code] = lines_of(p, raw.services) end
    for _, c in ipairs(raw.counters) do hall.counters[c.code] = c end
    for _, l in ipairs(raw.languages) do hall.languages[l] = true end
    hall.default_class = hall.classes.normal and 'normal' or raw.classes[1].code
    hall.series = series_of(raw.series)
    return hall
end

-- nil where there is no such hall. Two moments that most calls want to know come with the version, in one read: that of the
-- last forecast, and when the first of those who are away comes back; false for none.
function config.load(h)
    local got = call('MGET', keys.version(h), keys.forecast(h), keys.back(h))
    local v = got[1]
    if not v then return nil end
    return config.of_version(h, v), got[2], got[3]
end

function config.of_version(h, v)
    local hall = config.cache[h]
    if hall and hall.v == v then return hall end
    if not hall then
        if config.cached >= CONFIG_CACHE_MAX then config.cache, config.cached = {}, 0 end
        config.cached = config.cached + 1
    end
    hall = index(cjson.decode(call('GET', keys.config(h))))
    hall.v = v
    hall.version, hall.epoch, hall.day = v:match('^(%d+)%.(%d+)%.(%d+)$')
    config.cache[h] = hall
    return hall
end

function config.store(h, version, epoch, day)
    call('SET', keys.version(h), version .. '.' .. epoch .. '.' .. day)
end

-- Does the profile serve the line? Returns the offset in ms, or nil.
function config.offset(hall, profile, line)
    for _, l in ipairs(hall.profiles[profile] or {}) do
        if l[1] == line then return l[2] end
    end
    return nil
end
