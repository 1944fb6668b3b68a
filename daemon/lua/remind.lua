-- Reminders of appointments, at the hall's times before them. `{h}:later` holds for each confirmed booking the next one to
-- come; whichever daemon ticks first writes it, in one step with taking it out. Field rm of a booking: the moment up to which
-- reminders of it are done with, that is, when it was made, moved or last reminded.
-- SPDX-License-Identifier: MIT
do
    local BOOKINGS_AT_ONCE = 100

    -- The moments of the hall's reminders of this booking behind `after`, up to `upto`: the first and the last; or nil.
    local function between(c, b, after, upto)
        local first, last
        for _, minutes in ipairs(c.hall.reminders) do
            local at = tonumber(b.at) - minutes * MINUTE_MS
            if at > after and at <= upto then
                first = first and math.min(first, at) or at
                last = last and max(last, at) or at
            end
        end
        return first, last
    end

    local function plan(c, id, b)
        local first = b.ph and between(c, b, c.ms, tonumber(b.at))
        if first then do_later(c, first, 'remind', id) else not_later(c, 'remind', id) end
    end

    -- Confirmed or moved just now: what would have been before is not told any more.
    function booking.remind_later(c, id, b)
        if not b.ph then return end
        if c.hall.reminders[1] then
            b.rm = c.now
            call('HSET', keys.booking(c.h, id), 'rm', c.now)
        end
        plan(c, id, b)
    end

    -- After an outage several may be due: the last one says it all. One that was planned by another hall file may not be due at
    -- all.
    function LATER.remind(c, id)
        local b = booking.load(c, id)
        if not b or b.st ~= 'confirmed' or tonumber(b.at) <= c.ms then return end
        local _, due = between(c, b, tonumber(b.rm or b.mk), c.ms)
        if due then
            call('HSET', keys.booking(c.h, id), 'rm', c.now)
            message_booking(c, 'reminder', id, b, { at = b.at, worth_until = b.at })
        end
        plan(c, id, b)
    end

    -- Plans anew those that begin behind that moment, some at a time.
    function LATER.remindall(c, after)
        local list = keys.bookings(c.h)
        local some = call('ZRANGEBYSCORE', list, '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', 0, BOOKINGS_AT_ONCE)
        local last = some[#some]
        if not last then return end
        for _, id in ipairs(call('ZRANGEBYSCORE', list, '(' .. after, last)) do -- all of the last moment, too
            local b = booking.load(c, id)
            if b and b.st == 'confirmed' then plan(c, id, b) end
        end
        do_later(c, c.ms, 'remindall', last)
    end

    function booking.reminders_changed(c, old, new)
        if not old or table.concat(old.reminders, ',') == table.concat(new.reminders, ',') then return end
        do_later(c, c.ms, 'remindall', c.now)
    end
end
