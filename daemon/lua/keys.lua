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
function keys.missed(h) return h .. ':missed' end
function keys.parked(h) return h .. ':parked' end
function keys.counter(h, counter) return h .. ':c:' .. counter end
function keys.phone(h, record) return h .. ':p:' .. record end
function keys.tell(h) return h .. ':tell' end
function keys.message(h, id) return h .. ':m:' .. id end
function keys.messages(h) return h .. ':ml' end
function keys.trouble(h) return h .. ':mt' end
function keys.message_counts(h, day) return h .. ':mc:' .. day end
function keys.messages_of(h, day) return h .. ':sm:' .. day end
function keys.told(h, day) return h .. ':mn:' .. day end
function keys.optout(h) return h .. ':optout' end
function keys.spoken(h, phone) return h .. ':spoken:' .. phone end
function keys.heard(h, mark) return h .. ':heard:' .. mark end
function keys.helped(h, phone) return h .. ':helped:' .. phone end
function keys.quiet(h) return h .. ':quiet' end
function keys.due(h) return h .. ':due' end
function keys.entries(h) return h .. ':in' end
function keys.heads(h) return h .. ':heads' end
function keys.stopped(h) return h .. ':stopped' end
function keys.ghosts(h) return h .. ':ghosts' end
function keys.announcement(h) return h .. ':announce' end
function keys.left(h) return h .. ':left' end
function keys.forecast(h) return h .. ':forecast' end
function keys.alarms(h) return h .. ':alarms' end
function keys.seen(h) return h .. ':seen' end
function keys.health(h) return h .. ':health' end
function keys.lease(h, what) return h .. ':lease:' .. what end
function keys.learned(h) return h .. ':learned' end
function keys.statistics(h, day) return h .. ':s:' .. day end
function keys.blocks(h) return h .. ':blocks' end
function keys.block(h, phone) return h .. ':block:' .. phone end
function keys.forgotten(h, device) return h .. ':forgotten:' .. device end

function keys.prints(h) return h .. ':prints' end
function keys.job(h, id) return h .. ':job:' .. id end

-- Booking: docs/booking.md.
function keys.booking(h, id) return h .. ':b:' .. id end
function keys.booking_number(h) return h .. ':bn' end
function keys.bookings(h) return h .. ':bl' end
function keys.bookings_of(h, phone) return h .. ':bp:' .. phone end
function keys.standing(h, phone) return h .. ':st:' .. phone end
function keys.units(h, pool, share, day) return h .. ':k:' .. pool .. ':' .. share .. ':' .. day end
function keys.later(h) return h .. ':later' end
function keys.waitlist(h) return h .. ':w' end
function keys.waiting(h, id) return h .. ':w:' .. id end
function keys.waiting_of(h, phone) return h .. ':wp:' .. phone end
function keys.shows(h) return h .. ':shows' end
function keys.code(h, purpose, phone, booking) return h .. ':code:' .. purpose .. ':' .. phone .. ':' .. booking end
function keys.rate(h, what) return h .. ':rate:' .. what end
function keys.holds_of(h, sender) return h .. ':held:' .. sender end
function keys.pow(h, hash) return h .. ':pow:' .. hash end
function keys.fields(h, id) return h .. ':f:' .. id end
function keys.coming(h) return h .. ':coming' end
function keys.away(h) return h .. ':away' end
function keys.back(h) return h .. ':back' end

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
function keys.devices_of(h, hall) return h .. ':devices:' .. hall end
function keys.pairing(h, secret) return h .. ':pair:' .. secret end
function keys.pair_code(h, code) return h .. ':paircode:' .. code end
function keys.pair_name(h, name) return h .. ':pairname:' .. name end
function keys.pairings(h) return h .. ':pairs' end
function keys.trial(h, request) return h .. ':trial:' .. request end

-- Under the tag {sms}: what gateways know, whichever hall it is of.
function keys.gateway_id(h, gateway, id) return h .. ':gi:' .. gateway .. ':' .. id end
function keys.gateway_parked(h, gateway, id) return h .. ':gp:' .. gateway .. ':' .. id end
function keys.gateway_text(h, gateway, mark) return h .. ':gx:' .. gateway .. ':' .. mark end
function keys.gateway_texts(h, gateway) return h .. ':gx:' .. gateway end
function keys.gateway_states(h, gateway) return h .. ':gs:' .. gateway end
function keys.gateway_hour(h, gateway, hour) return h .. ':gh:' .. gateway .. ':' .. hour end
function keys.gateway_month(h, month) return h .. ':gm:' .. month end
function keys.gateway_day(h, gateway) return h .. ':gd:' .. gateway end

local BELL = 'paihao:bell'
