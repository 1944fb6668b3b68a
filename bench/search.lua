-- For wrk: searches for free days. Arguments behind "--": hall, how many different questions to ask in turn (1: the same one
-- always), and at most how many a second on each connection (none: as many as can be). SPDX-License-Identifier: MIT
local questions = {}
local n = 0
local pause_ms

function init(args)
    local hall, count = args[1], tonumber(args[2])
    for i = 0, count - 1 do
        local path = '/api/v1/halls/' .. hall .. '/days?services=s' .. i % 24 .. '&count=60'
        local persons = math.floor(i / 24)
        if persons > 0 then path = path .. '&persons=' .. persons end
        questions[i] = wrk.format('GET', path)
    end
    questions.n = count
    if args[3] then
        pause_ms = 1000 / tonumber(args[3])
        delay = function() return math.floor(pause_ms + n % 2) end -- whole milliseconds only: about right on average
    end
end

function request()
    n = n + 1
    return questions[n % questions.n]
end

function done(summary, latency)
    io.write(string.format('RESULT {"requests":%d,"seconds":%.6f,"failed":%d,"lost":%d,"bytes":%d,"p50":%.0f,"p99":%.0f}\n',
        summary.requests, summary.duration / 1e6, summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.bytes,
        latency:percentile(50), latency:percentile(99)))
end
