-- The tag {sys}: which halls there are, members of staff with their sessions, devices with their tokens. Tokens come
-- here only as keyed hashes, passwords only as argon2id hashes.
-- SPDX-License-Identifier: MIT

local function names_after(key, after, limit)
    local from = after and after ~= '' and '(' .. after or '-'
    return call('ZRANGE', key, from, '+', 'BYLEX', 'LIMIT', 0, limit_of(limit, LIST_DEFAULT))
end

do
    -- args: code
    writing_system('hall_register', function(c, a)
        if call('SADD', keys.halls(c.h), a[1]) == 1 then emit(c, 'hall.registered', ',"hall":"' .. a[1] .. '"') end
        return '{"hall":"' .. a[1] .. '"}'
    end)

    reading_system('hall_codes', function(c)
        local codes = call('SMEMBERS', keys.halls(c.h))
        table.sort(codes)
        for i, code in ipairs(codes) do codes[i] = '"' .. code .. '"' end
        return '{"halls":' .. list_json(codes) .. '}'
    end)

    local function staff_json(name, s)
        local halls = {}
        for code in s.halls:gmatch('[^,]+') do halls[#halls + 1] = '"' .. code .. '"' end
        local rights = words_of(s.rights)
        for i, right in ipairs(rights) do rights[i] = '"' .. right .. '"' end
        return '{"name":"' .. name .. '","role":"' .. s.role .. '","halls":' .. list_json(halls) ..
            (rights[1] and ',"rights":' .. list_json(rights) or '') .. ',"disabled":' .. tostring(s.st == 'disabled') .. '}'
    end

    local function end_sessions(c, name)
        local all = keys.sessions_of(c.h, name)
        for _, hash in ipairs(call('SMEMBERS', all)) do
            call('DEL', keys.session(c.h, hash))
            emit(c, 'session.closed', ',"staff":"' .. name .. '","session":"' .. hash .. '"')
        end
        call('DEL', all)
    end

    local function staff_of(c, name)
        local s = hash_of(keys.staff(c.h, name))
        if not s.role then return refuse('staff_unknown', 'name') end
        return s
    end

    -- What a clerk may be given beside the daily work: C holds it against the roles of a row.
    local RIGHTS = { choose = true }

    -- The rights as they are kept, or nil and a refusal: of clerks only, as all others have them anyway.
    local function rights_of(role, csv)
        if (csv or '') == '' then return '' end
        if role ~= 'clerk' then return refuse('field_invalid', 'rights') end
        for _, right in ipairs(words_of(csv)) do
            if not RIGHTS[right] then return refuse('field_invalid', 'rights') end
        end
        return csv
    end

    -- args: name role halls hash rights (csv, may be missing)
    writing_system('staff_add', function(c, a)
        local name = a[1]
        if call('EXISTS', keys.staff(c.h, name)) == 1 then return refuse('staff_exists', 'name') end
        local rights, refusal = rights_of(a[2], a[5])
        if not rights then return nil, refusal end
        call('HSET', keys.staff(c.h, name), 'role', a[2], 'halls', a[3], 'hash', a[4], 'st', 'active', 'rights', rights)
        call('ZADD', keys.staff_names(c.h), 0, name)
        if a[2] == 'admin' then call('SADD', keys.admins(c.h), name) end
        emit(c, 'staff.added', ',"staff":"' .. name .. '","role":"' .. a[2] .. '"')
        return staff_json(name, { role = a[2], halls = a[3], rights = rights })
    end)

    -- args: name rights (csv; "" = none)
    writing_system('staff_rights', function(c, a)
        local s, refusal = staff_of(c, a[1])
        if not s then return nil, refusal end
        local rights, wrong = rights_of(s.role, a[2])
        if not rights then return nil, wrong end
        if (s.rights or '') ~= rights then
            call('HSET', keys.staff(c.h, a[1]), 'rights', rights)
            emit(c, 'staff.changed', ',"staff":"' .. a[1] .. '"')
        end
        s.rights = rights
        return staff_json(a[1], s)
    end)

    -- guess: keyed hash of a name somebody tried to log in with. Failures are counted under it, since people type their
    -- password or phone number where the name belongs, and it must not stay here.
    -- args: name hash guess
    writing_system('staff_password', function(c, a)
        local s, refusal = staff_of(c, a[1])
        if not s then return nil, refusal end
        call('HSET', keys.staff(c.h, a[1]), 'hash', a[2])
        call('DEL', keys.failures(c.h, a[3]))
        end_sessions(c, a[1])
        emit(c, 'staff.changed', ',"staff":"' .. a[1] .. '"')
        return staff_json(a[1], s)
    end)

    -- args: name
    writing_system('staff_disable', function(c, a)
        local s, refusal = staff_of(c, a[1])
        if not s then return nil, refusal end
        if s.role == 'admin' and s.st == 'active' and call('SCARD', keys.admins(c.h)) == 1 then
            return refuse('staff_last_admin', 'name')
        end
        call('HSET', keys.staff(c.h, a[1]), 'st', 'disabled')
        call('SREM', keys.admins(c.h), a[1])
        end_sessions(c, a[1])
        emit(c, 'staff.disabled', ',"staff":"' .. a[1] .. '"')
        s.st = 'disabled'
        return staff_json(a[1], s)
    end)

    -- args: after limit
    reading_system('staff_list', function(c, a)
        local out = {}
        for _, name in ipairs(names_after(keys.staff_names(c.h), a[1], a[2])) do
            out[#out + 1] = staff_json(name, hash_of(keys.staff(c.h, name)))
        end
        return '{"staff":' .. list_json(out) .. '}'
    end)

    -- What a login needs. An unknown name is answered like a known one (hash null), so that nobody can tell.
    -- args: name guess
    reading_system('staff_secret', function(c, a)
        local s = hash_of(keys.staff(c.h, a[1]))
        local wait = max(0, (tonumber(call('HGET', keys.failures(c.h, a[2]), 'until') or '0')) - c.ms)
        local out = ',"wait_ms":' .. fmt('%.0f', wait) .. '}'
        if not s.role then return '{"hash":null' .. out end
        return '{"hash":' .. quote(s.hash) .. ',"role":"' .. s.role .. '","halls":"' .. s.halls ..
            '","disabled":' .. tostring(s.st ~= 'active') .. out
    end)

    -- A failed login: from the fifth in a row on, each doubles the wait (1 s .. 15 min). args: guess
    local FREE_FAILURES, WAIT_MAX_S, FAILURES_KEPT_S = 4, 900, '3600'

    writing_system('session_fail', function(c, a)
        local key = keys.failures(c.h, a[1])
        local n = call('HINCRBY', key, 'n', 1)
        local wait = n <= FREE_FAILURES and 0 or math.min(2 ^ (n - FREE_FAILURES - 1), WAIT_MAX_S) * 1000
        call('HSET', key, 'until', fmt('%.0f', c.ms + wait))
        call('EXPIRE', key, FAILURES_KEPT_S)
        return '{"failures":' .. n .. ',"wait_ms":' .. fmt('%.0f', wait) .. '}'
    end)

    -- args: token_hash name expires_ms idle_ms guess
    writing_system('session_open', function(c, a)
        local s, refusal = staff_of(c, a[2])
        if not s then return nil, refusal end
        if s.st ~= 'active' then return refuse('login_failed') end
        local key = keys.session(c.h, a[1])
        call('HSET', key, 'name', a[2], 'exp', a[3], 'idle', a[4], 'seen', c.now)
        call('EXPIRE', key, fmt('%d', max(60, (a[3] - c.ms) / 1000)))
        call('SADD', keys.sessions_of(c.h, a[2]), a[1])
        call('DEL', keys.failures(c.h, a[5]))
        emit(c, 'session.opened', ',"staff":"' .. a[2] .. '"')
        return staff_json(a[2], s)
    end)

    -- The session was used; keeps it from going idle. No event: nothing anybody follows has changed. args: token_hash
    writing_system('session_touch', function(c, a)
        local key = keys.session(c.h, a[1])
        if call('EXISTS', key) == 0 then return refuse('unauthenticated') end
        call('HSET', key, 'seen', c.now)
        return '{}'
    end)

    -- args: token_hash
    writing_system('session_close', function(c, a)
        local key = keys.session(c.h, a[1])
        local name = call('HGET', key, 'name')
        if not name then return refuse('unauthenticated') end
        call('DEL', key)
        call('SREM', keys.sessions_of(c.h, name), a[1])
        emit(c, 'session.closed', ',"staff":"' .. name .. '","session":"' .. a[1] .. '"')
        return '{"done":true}'
    end)
end

local function device_json(name, d)
    return '{"name":"' .. name .. '","kind":"' .. d.kind .. '","hall":"' .. d.hall .. '"}'
end

-- Makes one, and returns it as JSON.
local function device_new(c, name, kind, hall, token)
    call('HSET', keys.device(c.h, name), 'kind', kind, 'hall', hall, 'token', token)
    call('SET', keys.token(c.h, token), name)
    call('ZADD', keys.device_names(c.h), 0, name)
    call('SADD', keys.devices_of(c.h, hall), name)
    emit(c, 'device.added', ',"device":"' .. name .. '","hall":"' .. hall .. '"')
    return device_json(name, { kind = kind, hall = hall })
end

-- args: name kind hall token_hash
writing_system('device_add', function(c, a)
    if call('EXISTS', keys.device(c.h, a[1])) == 1 then return refuse('device_exists', 'name') end
    if call('SISMEMBER', keys.halls(c.h), a[3]) == 0 then return refuse('hall_unknown', 'hall') end
    return device_new(c, a[1], a[2], a[3], a[4])
end)

-- args: name
writing_system('device_remove', function(c, a)
    local d = hash_of(keys.device(c.h, a[1]))
    if not d.kind then return refuse('device_unknown', 'name') end
    call('DEL', keys.device(c.h, a[1]), keys.token(c.h, d.token))
    call('ZREM', keys.device_names(c.h), a[1])
    call('SREM', keys.devices_of(c.h, d.hall), a[1])
    emit(c, 'device.removed', ',"device":"' .. a[1] .. '","token":"' .. d.token .. '"')
    return '{"done":true,"hall":"' .. d.hall .. '"}'
end)

-- args: after limit
reading_system('device_list', function(c, a)
    local out = {}
    for _, name in ipairs(names_after(keys.device_names(c.h), a[1], a[2])) do
        out[#out + 1] = device_json(name, hash_of(keys.device(c.h, name)))
    end
    return '{"devices":' .. list_json(out) .. '}'
end)

-- Those of one hall. args: hall
reading_system('device_hall', function(c, a)
    local names, out = call('SMEMBERS', keys.devices_of(c.h, a[1])), {}
    table.sort(names)
    for i, name in ipairs(names) do out[i] = device_json(name, hash_of(keys.device(c.h, name))) end
    return '{"devices":' .. list_json(out) .. '}'
end)

-- args: name
reading_system('device_find', function(c, a)
    local d = hash_of(keys.device(c.h, a[1]))
    if not d.kind then return refuse('device_unknown', 'name') end
    return device_json(a[1], d)
end)

local function session_principal(c, hash)
    local s = hash_of(keys.session(c.h, hash))
    if not s.name then return nil end
    local expires = math.min(tonumber(s.exp), tonumber(s.seen) + tonumber(s.idle))
    local staff = hash_of(keys.staff(c.h, s.name))
    if expires <= c.ms or staff.st ~= 'active' then return nil end
    local rights = (staff.rights or '') ~= '' and ',"rights":"' .. staff.rights .. '"' or ''
    return '{"kind":"staff","name":"' .. s.name .. '","role":"' .. staff.role .. '","halls":"' .. staff.halls .. '"' ..
        rights .. ',"expires":' .. fmt('%.0f', expires) .. '}'
end

-- Who holds a token. args: token_hash
reading_system('principal_find', function(c, a)
    local found = session_principal(c, a[1])
    if found then return found end
    local name = call('GET', keys.token(c.h, a[1]))
    if not name then return refuse('unauthenticated') end
    local d = hash_of(keys.device(c.h, name))
    return '{"kind":"device","name":"' .. name .. '","role":"' .. d.kind .. '","halls":"' .. d.hall ..
        '","hall":"' .. d.hall .. '"}'
end)

register('library_version', { 'no-writes' }, function() return LIBRARY_VERSION end)
