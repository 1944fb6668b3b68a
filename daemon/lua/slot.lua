-- What is taken: one byte a cell (five minutes) for each pool, share and day. Segments, as text "pool|share|day|cell|u,u,u"
-- joined by ";", say which cells and what capacity each has now; C computes them, this file counts. A change is worked out
-- in memory first (a sheet) and written at the end, so that taking new cells and giving old ones back, which may overlap,
-- is one thing that happens or does not.
-- SPDX-License-Identifier: MIT
local slot = {}

local UNITS_MAX = 255
local CELLS_MAX = 324 -- the longest day, 27 hours
local CELL_MS = 300000
local DAY_S = 86400

-- The list of segments, or nil where the text is none: a fault of the caller, refused like any other.
function slot.parse(text)
    local list = {}
    for part in text:gmatch('[^;]+') do
        local pool, share, day, cell, caps = part:match('^(~?[a-z0-9][a-z0-9_-]*)|([ps])|(%d%d%d%d%d%d%d%d)|(%d+)|([%d,]+)$')
        if not pool then return nil end
        local s = { pool = pool, share = share, day = day, cell = tonumber(cell), caps = {} }
        for u in caps:gmatch('%d+') do s.caps[#s.caps + 1] = tonumber(u) end
        if #s.caps == 0 or s.cell + #s.caps > CELLS_MAX then return nil end
        list[#list + 1] = s
    end
    return list[1] and list
end

function slot.text(list)
    local out = {}
    for i, s in ipairs(list) do
        out[i] = s.pool .. '|' .. s.share .. '|' .. s.day .. '|' .. s.cell .. '|' .. table.concat(s.caps, ',')
    end
    return table.concat(out, ';')
end

-- The cell a visit begins in.
function slot.first_cell(list)
    local first = list[1].cell
    for _, s in ipairs(list) do
        if s.cell < first then first = s.cell end
    end
    return first
end

-- Those cells of `list` for which keep(segment, cell) holds, as segments.
function slot.filter(list, keep)
    local out = {}
    for _, s in ipairs(list) do
        local run
        for i, units in ipairs(s.caps) do
            if keep(s, s.cell + i - 1) then
                if not run then
                    run = { pool = s.pool, share = s.share, day = s.day, cell = s.cell + i - 1, caps = {} }
                    out[#out + 1] = run
                end
                run.caps[#run.caps + 1] = units
            else
                run = nil
            end
        end
    end
    return out
end

local function row_of(s) return s.pool .. '|' .. s.share .. '|' .. s.day end

-- The cells of `list` that stand in no segment of `other`.
function slot.without(list, other)
    local there = {}
    for _, s in ipairs(other) do
        for i = 0, #s.caps - 1 do there[row_of(s) .. '|' .. s.cell + i] = true end
    end
    return slot.filter(list, function(s, cell) return not there[row_of(s) .. '|' .. cell] end)
end

-- The cells of a visit at `at` that have not begun: what can still be given to somebody.
function slot.to_come(c, list, at)
    local first = slot.first_cell(list)
    return slot.filter(list, function(_, cell) return at + (cell - first) * CELL_MS >= c.ms end)
end

do
    local function days_from_civil(day)
        local y, m, d = tonumber(day:sub(1, 4)), tonumber(day:sub(5, 6)), tonumber(day:sub(7, 8))
        if m <= 2 then y, m = y - 1, m + 12 end
        return 365 * y + math.floor(y / 4) - math.floor(y / 100) + math.floor(y / 400) +
            math.floor((153 * (m - 3) + 2) / 5) + d - 719469
    end

    -- Two days after the day, wherever on earth the hall is: a time to live, as the daemon's clock may be a demo's.
    local function kept_s(c, day)
        return fmt('%d', max(DAY_S, (days_from_civil(day) + 4) * DAY_S - c.ms / 1000))
    end

    -- Rows of counters as they are and as they shall become.
    local function sheet_of(c) return { c = c, rows = {} } end

    local function row(sheet, s)
        local name = row_of(s)
        local r = sheet.rows[name]
        if not r then
            r = { key = keys.units(sheet.c.h, s.pool, s.share, s.day), day = s.day, used = {} }
            sheet.rows[name] = r
        end
        return r
    end

    local function read(sheet, s)
        local r = row(sheet, s)
        local last = s.cell + #s.caps - 1
        local bytes = call('GETRANGE', r.key, s.cell, last)
        if bytes == '' then r.fresh = true end
        for i = 0, #s.caps - 1 do
            local cell = s.cell + i
            if not r.used[cell] then r.used[cell] = bytes:byte(i + 1) or 0 end
        end
        return r
    end

    -- Never below 0: units that expired with their day are gone already.
    local function subtract(sheet, list)
        for _, s in ipairs(list) do
            local r = read(sheet, s)
            for cell = s.cell, s.cell + #s.caps - 1 do
                if r.used[cell] > 0 then r.used[cell] = r.used[cell] - 1 end
            end
        end
    end

    local function capacity(units, share, permille)
        if share == 'p' and permille > 0 then units = units + math.floor(units * permille / 1000) end
        return units < UNITS_MAX and units or UNITS_MAX
    end

    -- Adds where every cell has a unit left; `bound` false: whatever is left.
    local function add(sheet, list, bound)
        local permille = bound and slot.permille(sheet.c)
        for _, s in ipairs(list) do
            local r = read(sheet, s)
            for i, units in ipairs(s.caps) do
                local cell = s.cell + i - 1
                if bound and r.used[cell] >= capacity(units, s.share, permille) then return false end
                if r.used[cell] < UNITS_MAX then r.used[cell] = r.used[cell] + 1 end
            end
        end
        return true
    end

    local function write(sheet, lists)
        local c = sheet.c
        for _, list in ipairs(lists) do
            for _, s in ipairs(list) do
                local r, bytes = row(sheet, s), {}
                for i = 1, #s.caps do bytes[i] = string.char(r.used[s.cell + i - 1]) end
                call('SETRANGE', r.key, s.cell, table.concat(bytes))
                if r.fresh then call('EXPIRE', r.key, kept_s(c, r.day), 'NX') end
            end
        end
    end

    -- Is there a unit left in each cell?
    function slot.is_free(c, list) return add(sheet_of(c), list, true) end

    -- One unit in each cell, or false and nothing.
    function slot.take(c, list)
        local sheet = sheet_of(c)
        if not add(sheet, list, true) then return false end
        write(sheet, { list })
        return true
    end

    function slot.give(c, list)
        local sheet = sheet_of(c)
        subtract(sheet, list)
        write(sheet, { list })
    end

    -- From old cells to new ones in one step, or false and nothing. What the new ones leave behind stays taken: returned,
    -- for whoever is next.
    function slot.change(c, old, new)
        local sheet = sheet_of(c)
        local left = slot.without(old, new)
        subtract(sheet, old)
        if not add(sheet, new, true) then return false end
        add(sheet, left, false)
        write(sheet, { old, new })
        return left
    end

    -- No cell holds more than its capacity: a unit of it may go to somebody else.
    function slot.within(c, list)
        local sheet = sheet_of(c)
        subtract(sheet, list)
        return add(sheet, list, true)
    end
end

-- Who came and who did not. A fade of 5 % a day forgets a season in three months.
local SHOWS_FADE = 0.95
local SHOWS_NEEDED = 50 -- fewer say nothing

-- So many more of a thousand are booked than there are units, as so many do not come.
function slot.permille(c)
    local most = 10 * c.hall.booking.overbook_percent_max
    if most == 0 then return 0 end
    local got = tonumber(call('HGET', keys.shows(c.h), 'permille') or 0)
    return got < most and got or most
end

do
    local function store(c, kept, missed)
        local permille = kept + missed >= SHOWS_NEEDED and math.floor(1000 * missed / (kept + missed)) or 0
        call('HSET', keys.shows(c.h), 'kept', fmt('%.3f', kept), 'missed', fmt('%.3f', missed),
            'permille', fmt('%d', permille))
    end

    local function load(c)
        local got = call('HMGET', keys.shows(c.h), 'kept', 'missed')
        return tonumber(got[1] or 0), tonumber(got[2] or 0)
    end

    -- what: kept or missed.
    function slot.count_show(c, what)
        local kept, missed = load(c)
        if what == 'kept' then kept = kept + 1 else missed = missed + 1 end
        store(c, kept, missed)
    end

    -- With each closed day.
    function slot.fade_shows(c)
        local kept, missed = load(c)
        if kept + missed > 0 then store(c, kept * SHOWS_FADE, missed * SHOWS_FADE) end
    end
end

-- What a day's capacities were computed from, as a mark: equal marks, equal capacities. A unit may pass from one citizen to
-- the next without C only while the mark is the one it was taken under; a day closed meanwhile must not be offered.
do
    local function serial(v)
        if type(v) ~= 'table' then return tostring(v) end
        local names, out = {}, {}
        for k in pairs(v) do names[#names + 1] = k end
        table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
        for i, k in ipairs(names) do out[i] = tostring(k) .. '=' .. serial(v[k]) end
        return '{' .. table.concat(out, ',') .. '}'
    end

    -- The shortest step between two starts follows from the lengths.
    local function base_of(services)
        local base = 0
        for _, s in ipairs(services) do
            local b = s.booking.minutes
            if not b or b == 0 then b = 5 * math.ceil((s.minutes or 5) / 5) end
            while b > 0 do base, b = b, base % b end
        end
        return base
    end

    local function weekly(raw)
        local caps = {}
        for _, s in ipairs(raw.services) do
            if (s.booking.cap or 0) > 0 then caps[s.code] = s.booking.cap end
        end
        return serial({ raw.zone or '', raw.hours or {}, raw.breaks or {}, raw.pools or {}, caps,
            base_of(raw.services) })
    end

    local function of_day(list, day)
        local date, out = day:sub(1, 4) .. '-' .. day:sub(5, 6) .. '-' .. day:sub(7, 8), {}
        for _, one in ipairs(list or {}) do
            local to = one.to and one.to ~= '' and one.to or one.from
            if one.from <= date and date <= to then out[#out + 1] = one end
        end
        return out
    end

    function slot.plan(c, day)
        local hall = c.hall
        local mark = hall.plans[day]
        if not mark then
            hall.weekly = hall.weekly or weekly(hall.raw)
            mark = redis.sha1hex(hall.weekly .. serial(of_day(hall.raw.holidays, day)) ..
                serial(of_day(hall.raw.special_days, day))):sub(1, 12)
            hall.plans[day] = mark
        end
        return mark
    end
end

-- args: pools share days. Read by C for a search, so that nothing is counted here: see docs/booking.md for the format.
reading('slot_read', function(c, a)
    local out = { c.hall.version .. '.' .. c.hall.epoch .. '|' .. fmt('%d', slot.permille(c)) .. '|' }
    for pool in a[1]:gmatch('[^,]+') do
        local wanted = {}
        for day in a[3]:gmatch('[^,]+') do wanted[#wanted + 1] = keys.units(c.h, pool, a[2], day) end
        if not wanted[1] then return refuse('field_invalid', 'days') end
        for _, bytes in ipairs(call('MGET', unpack(wanted))) do
            bytes = bytes or ''
            out[#out + 1] = fmt('%03d', #bytes) .. bytes
        end
    end
    return table.concat(out)
end)
