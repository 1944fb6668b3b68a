// The citizen's way through the kiosk as a pure reducer: one state, one table of steps. What one citizen
// typed lives here and nowhere else, so `start` forgets all of it. A new screen: its name in `screen`, the
// steps that lead there and away, and a row in app.js. SPDX-License-Identifier: MIT

// E.164 has at most 15 digits; two more for a leading 00.
const PHONE_DIGITS_MAX = 17;
// Longer than any word people search by; keeps the field on one line.
const QUERY_MAX = 24;

// screen: services, details, phone, issuing, number, refused; missed, returning, returned for those who come back;
// booked, checking, choose for those with a booking.
export function flowStart() {
  return {
    screen: 'services',
    page: 0,
    searching: false,
    query: '',
    service: null,
    class: null,
    phone: '',
    missed: '',
    request: null,
    key: null,
    tries: 0,
    ticket: null,
    texted: false,
    choices: null,
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
  if (withPhone && state.phone) request.phone = state.phone;
  return request;
}

function back(state) {
  if (state.screen === 'phone') return { ...state, screen: 'details', phone: '', problem: null };
  if (state.screen === 'missed' || state.screen === 'booked') return { ...flowStart(), page: state.page };
  if (state.screen === 'choose') return { ...flowStart(), screen: 'booked' };
  if (state.screen === 'details') return { ...state, screen: 'services', service: null };
  if (state.screen === 'refused') return { ...flowStart(), page: state.page };
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

// By phone number, by a scanned code wherever nobody is in the middle of something, or one of several.
const MAY_CHECK_IN = new Set(['services', 'booked', 'choose']);
function checkIn(state, { key, request }) {
  if (!MAY_CHECK_IN.has(state.screen)) return state;
  return { ...flowStart(), screen: 'checking', request, key };
}

function checkedIn(state, action) {
  if (!ofPresent(state, action)) return state;
  const { ticket } = action;
  if (ticket.choose) return { ...flowStart(), screen: 'choose', choices: ticket.choose };
  return { ...flowStart(), screen: 'number', ticket };
}

const ASKING = new Set(['issuing', 'returning', 'checking']);

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
  return { ...state, screen: refusedScreen(state, problem), request: null, key: null, tries: 0, problem };
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
    state.screen === 'services' ? { ...state, screen: 'details', service, class: null } : state,
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
  have_booking: (state) => (state.screen === 'services' ? { ...state, screen: 'booked', phone: '', problem: null } : state),
  check_in: checkIn,
  checked_in: checkedIn,
  return: comeBack,
  retrying: (state, action) => (ofPresent(state, action) ? { ...state, tries: action.tries } : state),
  issued: (state, action) =>
    ofPresent(state, action)
      ? { ...state, screen: 'number', ticket: action.ticket, texted: Boolean(state.request.phone), phone: '', request: null }
      : state,
  returned: (state, action) =>
    ofPresent(state, action) ? { ...state, screen: 'returned', ticket: action.ticket, missed: '', request: null } : state,
  refused,
};

export function flowStep(state, action) {
  const step = STEPS[action.type];
  return step ? step(state, action) : state;
}
