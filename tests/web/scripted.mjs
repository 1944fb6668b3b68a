// What the development server answers: one scenario per token, so that every state of a page can be
// looked at by its address (/board#burst, /t#small.missed.x). Shapes as in docs/architecture.md.
// SPDX-License-Identifier: MIT
import { BERLIN, BIG, SMALL } from './scripted_halls.mjs';

const MINUTE = 60000;
const json = (response, status, body) => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
};
const problem = (response, status, code) => json(response, status, { status, code, title: code });

function call(number, counter, service, ageMs, state = 'called', calls = 1) {
  return { number, counter, service, at: Date.now() - ageMs, calls, state };
}

const busyCalls = () => [
  call('A127', '12', 'business-register', 3000),
  call('B041', '3', 'id-card', 40000),
  call('A126', '7', 'tax-invoice', 70000, 'serving'),
  call('C018', '21', 'property-transfer', 95000, 'serving', 2),
  call('F203', '5', 'social-card', 2 * MINUTE, 'serving'),
  call('A125', '9', 'business-register', 3 * MINUTE, 'ended'),
  call('B040', '2', 'id-card', 4 * MINUTE, 'serving'),
  call('H009', '16', 'marriage', 5 * MINUTE, 'ended'),
  call('A124', '1', 'business-register', 6 * MINUTE, 'ended'),
];
const smallCalls = () => [
  call('A014', '2', 'id-card', 8000),
  call('C006', '3', 'pension', 2 * MINUTE, 'serving'),
  call('A013', '1', 'residence', 4 * MINUTE, 'ended'),
];
const bigWaiting = () =>
  Object.fromEntries(BIG.services.slice(0, 26).map((s, i) => [s.code, (i * 7) % 19]));

const BOARDS = {
  empty: { hall: SMALL, calls: () => [], waiting: () => ({}) },
  calm: { hall: SMALL, calls: smallCalls, waiting: () => ({ 'id-card': 4, pension: 1, advice: 2 }) },
  busy: { hall: BIG, calls: busyCalls, waiting: bigWaiting },
  burst: { hall: BIG, calls: busyCalls, waiting: bigWaiting },
  // Long names, a language the pages do not speak, counters with codes of their own.
  berlin: {
    hall: BERLIN,
    calls: () => [
      call('A1027', 'east-12', 'anmeldung', 3000),
      call('A1026', 'east-2', 'anmeldung', 9000),
      call('A1025', 'information-desk', 'ausweis', 9000, 'serving'),
    ],
    waiting: () => Object.fromEntries(BERLIN.services.map((s, i) => [s.code, 120 + i])),
  },
  stale: { hall: BIG, calls: busyCalls, waiting: bigWaiting },
};

let sequence = 100;
const say = (response, type, data, id) =>
  response.write(`event: ${type}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`);

function openStream(request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 2000\n\n');
  const beat = () => say(response, 'hb', { now: Date.now(), event: `1-${sequence}` });
  beat();
  const timers = [setInterval(beat, 10000)];
  request.on('close', () => timers.forEach((timer) => clearInterval(timer)));
  return timers;
}

function boardOf(board) {
  return {
    event: `1-${sequence}`,
    now: Date.now(),
    hall: board.hall.code,
    version: 1,
    calls: board.calls(),
    waiting: board.waiting(),
    counters: Object.fromEntries(board.hall.counters.map((c) => [c.code, 'open'])),
  };
}

function newCall(response, index) {
  sequence++;
  const number = `A${String(128 + index).padStart(3, '0')}`;
  const made = { ...call(number, String((index % 12) + 1), 'business-register', 0) };
  delete made.state;
  say(response, 'change', { at: made.at, call: made, waiting: { 'business-register': index % 9 } }, `1-${sequence}`);
}

const cutOff = new Set();
function streamBoard(request, response, scenario) {
  const board = BOARDS[scenario];
  if (cutOff.has(scenario)) return problem(response, 503, 'store_down');
  const timers = openStream(request, response);
  say(response, 'snapshot', boardOf(board), `1-${sequence}`);
  if (scenario === 'burst') for (let i = 0; i < 10; i++) newCall(response, i);
  let index = 0;
  if (scenario === 'busy') timers.push(setInterval(() => newCall(response, index++), 9000));
  if (scenario === 'stale') {
    cutOff.add(scenario);
    setTimeout(() => response.destroy(), 500);
  }
  return undefined;
}

function ticketOf(state) {
  const why = { rule: 'rank', overtaken: 1, bound: 3, offset: 0, waited: 23 * MINUTE };
  const base = {
    id: '1795465432000-A012', number: 'A012', state, service: 'id-card', class: 'normal', line: 'id-card',
    rank: Date.now(), issued: Date.now() - 25 * MINUTE, since: Date.now() - MINUTE, calls: 0, returns: 0,
    phone: false, ahead: null,
  };
  const more = {
    waiting: { ahead: 7 },
    near: { state: 'waiting', ahead: 2 },
    first: { state: 'waiting', ahead: 0, class: 'elderly' },
    called: { counter: '3', calls: 1, why },
    again: { state: 'called', counter: '3', calls: 3, why: { ...why, rule: 'bound', overtaken: 3 } },
    serving: { counter: '3', calls: 1, why },
    missed: { calls: 2 },
    late: { state: 'missed', since: Date.now() - 90 * MINUTE, calls: 2 },
    parked: { counter: '2', calls: 1 },
    stale: { state: 'waiting', ahead: 4 },
  };
  return { ...base, ...more[state] };
}

const cancelled = new Set();
function answerTicket(request, response, url, scenario) {
  if (scenario === 'gone') return problem(response, 401, 'unauthenticated');
  const ticket = () => ticketOf(cancelled.has(scenario) ? 'cancelled' : scenario);
  if (url.pathname === '/api/v1/ticket') {
    return cutOff.has(`t.${scenario}`) ? problem(response, 503, 'store_down') : json(response, 200, ticket());
  }
  if (url.pathname === '/api/v1/ticket/cancel') {
    cancelled.add(scenario);
    return json(response, 200, ticket());
  }
  if (cutOff.has(`t.${scenario}`)) return problem(response, 503, 'store_down');
  openStream(request, response);
  say(response, 'ticket', ticket(), `1-${sequence}`);
  if (scenario === 'stale') {
    cutOff.add('t.stale');
    setTimeout(() => response.destroy(), 500);
  }
  return undefined;
}

export function answer(request, response, url) {
  const path = url.pathname.replace('/api/v1', '');
  const [, scheme, secret] = /^(\w+) (.*)$/.exec(request.headers.authorization || '') || [];
  if (scheme === 'Ticket' && path.startsWith('/ticket')) {
    return answerTicket(request, response, url, secret.split('.')[2]);
  }
  const board = scheme === 'Bearer' ? BOARDS[secret] : null;
  if (path === '/device') {
    if (!board) return problem(response, 401, 'unauthenticated');
    return json(response, 200, { name: secret, kind: 'board', hall: board.hall.code });
  }
  if (path === '/halls') {
    const halls = [SMALL, BIG].map(({ code, names, address }) => ({ code, names, address, open_now: code === 'big' }));
    return json(response, 200, { halls });
  }
  if (path === '/clock') return json(response, 200, { now: Date.now(), speed: 1 });
  const hall = [SMALL, BIG, BERLIN].find((one) => path === `/halls/${one.code}`);
  if (hall) return json(response, 200, { ...hall, version: 1, open_now: true, messages_on: true, public_url: '' });
  if (board && path.endsWith('/board/stream')) return streamBoard(request, response, secret);
  if (board && path.endsWith('/board')) {
    return cutOff.has(secret) ? problem(response, 503, 'store_down') : json(response, 200, boardOf(board));
  }
  return problem(response, 404, 'not_found');
}
