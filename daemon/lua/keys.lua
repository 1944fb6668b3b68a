-- Every key of the store is built here and nowhere else. h is the hash tag with its braces, "{xh}", so that
-- all keys of one hall live on one node. docs/architecture.md lists them with their types.
-- SPDX-License-Identifier: MIT
local keys = {}

function keys.version(h) return h .. ':v' end
function keys.config(h) return h .. ':j' end
function keys.events(h) return h .. ':events' end
function keys.outbox(h) return h .. ':outbox' end
function keys.request(h, id) return h .. ':r:' .. id end
function keys.ticket(h, id) return h .. ':t:' .. id end
function keys.numbers(h) return h .. ':num' end
function keys.given(h, day) return h .. ':n:' .. day end
function keys.line(h, line) return h .. ':l:' .. line end
function keys.entered(h, line) return h .. ':e:' .. line end
function keys.overtakers(h, line) return h .. ':o:' .. line end
function keys.over(h) return h .. ':over' end
function keys.missed(h) return h .. ':missed' end
function keys.parked(h) return h .. ':parked' end
function keys.counter(h, counter) return h .. ':c:' .. counter end
function keys.phone(h, record) return h .. ':p:' .. record end
function keys.tell(h) return h .. ':tell' end
function keys.message(h, id) return h .. ':m:' .. id end
function keys.due(h) return h .. ':due' end
function keys.coming(h) return h .. ':coming' end
function keys.later(h) return h .. ':later' end

-- Under the tag {sys}: what belongs to no hall.
function keys.halls(h) return h .. ':halls' end
function keys.staff(h, name) return h .. ':staff:' .. name end
function keys.staff_names(h) return h .. ':staff' end
function keys.admins(h) return h .. ':admins' end
function keys.session(h, hash) return h .. ':session:' .. hash end
function keys.sessions_of(h, name) return h .. ':sessions:' .. name end
function keys.failures(h, guess) return h .. ':failures:' .. guess end
function keys.device(h, name) return h .. ':device:' .. name end
function keys.device_names(h) return h .. ':devices' end
function keys.token(h, hash) return h .. ':token:' .. hash end

local BELL = 'paihao:bell'
