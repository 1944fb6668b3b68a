// The citizen's way through the kiosk as a pure reducer: one state, one table of steps. What one citizen
// typed lives here and nowhere else, so `start` forgets all of it. A new screen: its name in `screen`, the
// steps that lead there and away, and a row in app.js. SPDX-License-Identifier: MIT

// E.164 has at most 15 digits; two more for a leading 00.
const PHONE_DIGITS_MAX = 17;
// Longer than any word people search by; keeps the field on one line.
const QUERY_MAX = 24;

// screen: services, details, phone, issuing, number, refused; missed, returning, returned for those who come back;
// booked, checking, choose for those with a booking; unread for a scanned code of no use here.
// scan: the code this screen came from. asked: a scan that waits for a yes. again: one that came at a bad moment.
export function flowStart() {
  return {
    screen: 'services',
    page: 0,
    searching: false,
    query: '',
    service: null,
    class: null,
    persons: 1,
    phone: '',
    missed: '',
    request: null,
    key: null,
    tries: 0,
    ticket: null,
    texted: false,
    choices: null,
    scan: null,
    asked: null,
    again: false,
    problem: null,
  };
}

// True when the next citizen would see a trace of the last one.
export function flowTouched(state) {
  return state.screen !== 'services' || state.searching || state.page > 0;
}

// What will be asked of the daemon. The phone goes along only when the citizen said so.
function requestOf(state, { lang, withPhone }) {
  const request = { service: state.service, lang };
  if (state.class) request.class = state.class;
  if (state.persons > 1) request.persons = state.persons;
  if (withPhone && state.phone) request.phone = state.phone;
  return request;
}

function back(state) {
  if (state.screen === 'phone') return { ...state, screen: 'details', phone: '', problem: null };
  if (state.screen === 'missed' || state.screen === 'booked') return { ...flowStart(), page: state.page };
  if (state.screen === 'choose') return { ...flowStart(), screen: 'booked' };
  if (state.screen === 'details') return { ...state, screen: 'services', service: null };
  if (state.screen === 'refused' || state.screen === 'unread') return { ...flowStart(), page: state.page };
  if (state.searching) return { ...state, searching: false, query: '' };
  return state;
}

// One tap, one key: a second tap finds the screen changed and does nothing.
function issue(state, action) {
  if (state.screen !== 'phone') return state;
  const request = requestOf(state, action);
  return { ...state, screen: 'issuing', request, key: action.key, tries: 0, problem: null };
}

// The same for a number that was missed.
function comeBack(state, { key, number }) {
  if (state.screen !== 'missed') return state;
  return { ...state, screen: 'returning', request: { number }, key, tries: 0, problem: null };
}

// By phone number, or one of several bookings.
function checkIn(state, { key, request }) {
  if (state.screen !== 'booked' && state.screen !== 'choose') return state;
  return { ...flowStart(), screen: 'checking', phone: state.phone, request, key };
}

// A second check-in answers with the ticket as it is by now.
const OVER = new Set(['done', 'cancelled', 'expired']);
function checkedIn(state, action) {
  if (!ofPresent(state, action)) return state;
  const { ticket } = action;
  const start = { ...flowStart(), scan: state.scan };
  if (ticket.choose) return { ...start, screen: 'choose', choices: ticket.choose };
  if (ticket.state === 'missed') return { ...start, screen: 'missed', missed: ticket.number };
  if (OVER.has(ticket.state)) return { ...start, screen: 'refused', problem: { code: 'booking_over' } };
  return { ...start, screen: 'number', ticket };
}

// ---- a scanned code: {kind: booking, ticket or unknown; text; elsewhere: another hall's code; link; ticket, number} ----

function follow(scan, key) {
  const start = { ...flowStart(), scan };
  if (scan.kind === 'unknown' || scan.elsewhere) return { ...start, screen: 'unread' };
  if (scan.kind === 'booking') return { ...start, screen: 'checking', request: { link: scan.link }, key };
  const { ticket, number } = scan;
  return { ...start, screen: 'returning', missed: number, request: { ticket, number }, key };
}

// The scanner types: what it left in a field is no part of what the citizen typed.
function withoutScan(state, before) {
  if (before.screen !== state.screen) return state;
  const { phone, missed, query } = before;
  return { ...state, phone, missed, query };
}

const ASKING = new Set(['issuing', 'returning', 'checking']);
// Whoever scans here is asked first, lest what was chosen or typed be lost.
const BUSY = new Set(['details', 'phone', 'missed']);
// A scanner reads a code again and again as long as it is held there.
const ANSWERED = new Set(['number', 'returned']);

function scanned(state, { scan, before, key }) {
  const same = state.scan?.text === scan.text;
  if (ASKING.has(state.screen)) return same ? state : { ...state, again: true };
  if (ANSWERED.has(state.screen) && same) return state;
  if (!BUSY.has(state.screen)) return follow(scan, key);
  return { ...withoutScan(state, before), asked: { scan, key } };
}

// Answers to a request that is no longer the present one are dropped: the next citizen may stand here.
function ofPresent(state, action) {
  return ASKING.has(state.screen) && state.key === action.key;
}

// What was typed can be put right where it was typed; everything else is a screen of its own.
const AGAIN = new Set(['ticket_unknown', 'ticket_state', 'field_invalid']);
const BOOKED_AGAIN = new Set(['booking_unknown', 'booking_early', 'unauthenticated', 'phone_invalid', 'field_invalid']);
function refusedScreen({ screen }, { code, field }) {
  if (screen === 'checking') return BOOKED_AGAIN.has(code) ? 'booked' : 'refused';
  if (screen === 'returning') return AGAIN.has(code) ? 'missed' : 'refused';
  return code === 'phone_invalid' || field === 'phone' ? 'phone' : 'refused';
}

function refused(state, action) {
  if (!ofPresent(state, action)) return state;
  const { problem } = action;
  return { ...state, screen: refusedScreen(state, problem), request: null, key: null, tries: 0, again: false, problem };
}

const STEPS = {
  start: () => flowStart(),
  back,
  page: (state, { page }) => ({ ...state, page }),
  search: (state) => ({ ...state, searching: true, query: '' }),
  letter: (state, { letter }) => ({ ...state, query: (state.query + letter).slice(0, QUERY_MAX) }),
  typed: (state, { query }) => ({ ...state, query: query.slice(0, QUERY_MAX) }),
  unletter: (state) => ({ ...state, query: state.query.slice(0, -1) }),
  pick: (state, { service }) =>
    state.screen === 'services' ? { ...state, screen: 'details', service, class: null, persons: 1 } : state,
  persons: (state, { persons }) => (state.screen === 'details' ? { ...state, persons } : state),
  class: (state, action) =>
    state.screen === 'details' ? { ...state, screen: 'phone', class: action.class, phone: '' } : state,
  digit: (state, { digit }) => ({
    ...state,
    problem: null,
    phone: (state.phone + digit).slice(0, PHONE_DIGITS_MAX),
  }),
  undigit: (state) => ({ ...state, problem: null, phone: state.phone.slice(0, -1) }),
  cleardigits: (state) => ({ ...state, problem: null, phone: '' }),
  come_back: (state) => (state.screen === 'services' ? { ...state, screen: 'missed', missed: '', problem: null } : state),
  missed: (state, { missed }) => ({ ...state, problem: null, missed }),
  issue,
  have_booking: (state) =>
    state.screen === 'services' || state.screen === 'unread' ? { ...flowStart(), screen: 'booked', page: state.page } : state,
  scanned,
  scan_yes: (state) => (state.asked ? follow(state.asked.scan, state.asked.key) : state),
  scan_no: (state) => ({ ...state, asked: null }),
  check_in: checkIn,
  checked_in: checkedIn,
  return: comeBack,
  retrying: (state, action) => (ofPresent(state, action) ? { ...state, tries: action.tries } : state),
  issued: (state, action) =>
    ofPresent(state, action)
      ? { ...state, screen: 'number', ticket: action.ticket, texted: Boolean(state.request.phone), phone: '', request: null, again: false }
      : state,
  returned: (state, action) =>
    ofPresent(state, action) ? { ...state, screen: 'returned', ticket: action.ticket, missed: '', request: null, again: false } : state,
  refused,
};

export function flowStep(state, action) {
  const step = STEPS[action.type];
  return step ? step(state, action) : state;
}
