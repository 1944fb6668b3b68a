-- Print jobs. The ticket is there before its paper: a job only says that it is wanted on one, and what became of that. States
-- of a job: asked -> printing -> printed, failed or unknown (the bytes may be out, nobody knows); asked -> failed. To go to
-- "printing" is to claim it: that succeeds once, so no two daemons and no second try print the same job. Fields of a job: st,
-- tk ticket, pr printer, lg language, re 1 = marked as a reprint, at when it was asked for, er why not. A ticket has pa once
-- a job of it may have reached paper. SPDX-License-Identifier: MIT
do
    local KEPT_S, KEPT_MS = '21600', 21600000
    local LIST_MAX = 100
    local OPEN_MAX = 500 -- a printer that is away must not gather jobs for ever
    local ENDED = { done = true, cancelled = true, expired = true }
    local NEXT = { asked = { printing = true, failed = true }, printing = { printed = true, failed = true, unknown = true },
        unknown = { printed = true } } -- a daemon that was thought dead may still know better
    local OVER = { printed = 'print.done', failed = 'print.failed', unknown = 'print.failed' }

    local function printer_of(c, code, device)
        for _, p in ipairs(c.hall.raw.printers or {}) do
            local its = false
            for _, k in ipairs(p.kiosks) do its = its or k == device end
            if device and its and (code == '' or code == p.code) then return p.code end
            if not device and code == p.code then return p.code end
        end
        return nil
    end

    local function event(c, kind, id, j)
        emit(c, kind, ',"job":"' .. id .. '","printer":"' .. j.pr .. '","ticket":"' .. j.tk .. '","number":"' .. j.tk:sub(15) ..
            '","reprint":' .. tostring(j.re == '1') .. (j.er and ',"error":"' .. j.er .. '"' or ''))
    end

    local function job_json(id, j, more)
        return '{"job":"' .. id .. '","state":"' .. j.st .. '"' .. (j.er and ',"error":"' .. j.er .. '"' or '') ..
            (more or '') .. '}'
    end

    -- A job's id begins with the moment, so ids sort as they were asked for.
    local function new_id(c)
        local n = 1
        while call('EXISTS', keys.job(c.h, c.now .. '-p' .. n)) == 1 do n = n + 1 end
        return c.now .. '-p' .. n
    end

    -- A kiosk prints at its own printer only. args: ticket printer ("" = the kiosk's) lang ("" = the ticket's)
    writing('ticket_print', function(c, a)
        local id, t = ticket.find(c, a[1])
        if not id then return refuse('ticket_unknown', 'ticket') end
        if ENDED[t.st] then return refuse('ticket_ended', 'ticket') end
        local printer = printer_of(c, a[2] or '', c.role == 'kiosk' and c.who:match(':(.*)$') or nil)
        if not printer then return refuse('printer_unknown', 'printer') end
        local oldest = fmt('(%.0f', c.ms - KEPT_MS)
        if call('ZCOUNT', keys.prints(c.h), oldest, '+inf') >= OPEN_MAX then return refuse('busy') end
        call('ZREMRANGEBYSCORE', keys.prints(c.h), '-inf', fmt('%.0f', c.ms - KEPT_MS))
        local job = new_id(c)
        local lang = c.hall.languages[a[3] or ''] and a[3] or t.lg or c.hall.language
        local j = { st = 'asked', tk = id, pr = printer, lg = lang, re = t.pa and '1' or '0' }
        call('HSET', keys.job(c.h, job), 'st', j.st, 'tk', id, 'pr', printer, 'lg', lang, 're', j.re, 'at', c.now)
        call('EXPIRE', keys.job(c.h, job), KEPT_S)
        call('ZADD', keys.prints(c.h), c.now, job)
        event(c, 'print.asked', job, j)
        return job_json(job, j)
    end)

    local function claim(c, j)
        if call('HGET', keys.ticket(c.h, j.tk), 'pa') then j.re = '1' end
        if call('EXISTS', keys.ticket(c.h, j.tk)) == 1 then call('HSET', keys.ticket(c.h, j.tk), 'pa', '1') end
        return ',"reprint":' .. tostring(j.re == '1')
    end

    -- args: job state error ("" = none)
    writing('print_set', function(c, a)
        local key = keys.job(c.h, a[1])
        local j = hash_of(key)
        if not j.st then return refuse('job_unknown', 'job') end
        if a[2] ~= 'printing' and not OVER[a[2]] then return refuse('field_invalid', 'state') end
        if not (a[3] or ''):match('^[%l_]*$') or #(a[3] or '') > 32 then return refuse('field_invalid', 'error') end
        if not (NEXT[j.st] or {})[a[2]] then return '{"changed":false}' end
        local more = ''
        if a[2] == 'printing' then more = claim(c, j) end
        j.st, j.er = a[2], a[3] ~= '' and a[3] or nil
        call('HSET', key, 'st', j.st, 're', j.re)
        if j.er then call('HSET', key, 'er', j.er) else call('HDEL', key, 'er') end
        if OVER[j.st] then
            call('ZREM', keys.prints(c.h), a[1])
            event(c, OVER[j.st], a[1], j)
        end
        return '{"changed":true' .. more .. '}'
    end, true)

    -- args: job
    reading('print_view', function(c, a)
        local j = hash_of(keys.job(c.h, a[1]))
        if not j.st then return refuse('job_unknown', 'job') end
        return job_json(a[1], j)
    end)

    -- What is not finished, as it was asked for: for the daemon that drives the printers.
    reading('print_list', function(c)
        local out = {}
        for _, id in ipairs(call('ZRANGE', keys.prints(c.h), 0, LIST_MAX - 1)) do
            local j = hash_of(keys.job(c.h, id))
            if j.st then
                out[#out + 1] = job_json(id, j, ',"ticket":"' .. j.tk .. '","printer":"' .. j.pr .. '","lang":"' .. j.lg ..
                    '","at":' .. j.at)
            end
        end
        return '{"jobs":' .. list_json(out) .. '}'
    end)
end
