-- For wrk: tickets at a kiosk. Each request has an Idempotency-Key of its own and asks for the next service.
-- Arguments behind "--": hall, token, services, a prefix for the keys that no other run has.
-- SPDX-License-Identifier: MIT
local heads, bodies, tail, prefix, services
local n = 0

function init(args)
    local hall, token = args[1], args[2]
    services, prefix = tonumber(args[3]), args[4]
    heads, bodies = {}, {}
    for i = 0, services - 1 do
        local body = '{"service":"s' .. i .. '"}'
        heads[i] = 'POST /api/v1/halls/' .. hall .. '/tickets HTTP/1.1\r\nHost: ' .. wrk.headers['Host'] ..
            '\r\nAuthorization: Bearer ' .. token .. '\r\nContent-Type: application/json\r\nContent-Length: ' ..
            #body .. '\r\nIdempotency-Key: ' .. prefix
        bodies[i] = '\r\n\r\n' .. body
    end
end

function request()
    n = n + 1
    local s = n % services
    return heads[s] .. string.format('%09d', n) .. bodies[s]
end

function done(summary, latency)
    io.write(string.format('RESULT {"requests":%d,"seconds":%.6f,"failed":%d,"lost":%d,"p50":%.0f,"p99":%.0f}\n',
        summary.requests, summary.duration / 1e6, summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
