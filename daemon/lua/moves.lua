-- The legal moves of a ticket: MOVES[move][from] is the set of states it may lead to. docs/lifecycle.md is the
-- specification; tests/lua holds one against the other.
-- SPDX-License-Identifier: MIT
local MOVES = {
    issue = { ['-'] = { waiting = true, coming = true } },
    direct = { ['-'] = { serving = true } },
    arrive = { coming = { waiting = true } },
    call = { waiting = { called = true } },
    recall = { called = { called = true } },
    begin = { called = { serving = true } },
    finish = { serving = { done = true } },
    step = { serving = { waiting = true } },
    absent = { called = { missed = true } },
    ['return'] = { missed = { waiting = true } },
    put_back = { called = { waiting = true }, serving = { waiting = true } },
    park = { serving = { parked = true } },
    resume = { parked = { serving = true, waiting = true } },
    move = { waiting = { waiting = true } },
    delay = { waiting = { coming = true }, coming = { coming = true } },
    transfer = { called = { waiting = true }, serving = { waiting = true } },
    cancel = { waiting = { cancelled = true }, coming = { cancelled = true } },
    expire = { waiting = { expired = true }, coming = { expired = true }, called = { expired = true },
        serving = { expired = true }, parked = { expired = true }, missed = { expired = true } },
}

local function may(move, state) return MOVES[move][state] ~= nil end

-- The same of a booking. expire -> confirm: a hold that ran out may still take its units again.
local BOOKING_MOVES = {
    hold = { ['-'] = { held = true } },
    make = { ['-'] = { confirmed = true } },
    offer = { ['-'] = { offered = true } },
    confirm = { held = { confirmed = true }, expired = { confirmed = true } },
    move = { confirmed = { confirmed = true } },
    accept = { offered = { confirmed = true, accepted = true } },
    decline = { offered = { declined = true } },
    cancel = { held = { cancelled = true }, confirmed = { cancelled = true }, offered = { cancelled = true } },
    expire = { held = { expired = true }, offered = { expired = true } },
    check_in = { confirmed = { checked_in = true } },
    miss = { confirmed = { missed = true } },
}

local function may_booking(move, state) return BOOKING_MOVES[move][state] ~= nil end
