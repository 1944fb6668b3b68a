-- Which gateways serve a message depends on how its number begins, and has to be known before its try begins.
-- SPDX-License-Identifier: MIT
do
    -- args: record ("#2": the hall's second alarm phone, which stands in the hall file in clear)
    reading('message_phone', function(c, a)
        local place = a[1]:match('^#(%d+)$')
        if place then
            local plain = c.hall.alarms.phones[tonumber(place)]
            return '{"phone":null' .. (plain and ',"plain":' .. quote(plain) or '') .. '}'
        end
        local sealed = sealed_of(call('GET', keys.phone(c.h, a[1])) or nil)
        return '{"phone":' .. (sealed and quote(sealed) or 'null') .. '}'
    end)
end
