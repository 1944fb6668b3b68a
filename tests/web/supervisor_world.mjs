// A scripted hall for the supervisor's page: the page as built, an API that answers from one state, and a stream that says what
// it is told to. For what a real daemon shows only after an hour: long waits, alarms, a busy hall, a link that breaks.
//
//   const world = await startScripted(scene('busy'));
//   const page = await world.open(browser, '/service/id-card');
//   world.say('forecast', {...});          // a frame without id
//   world.event({ type: 'ticket.called', ... });   // the next event of the hall
//   world.answers['POST what-if'] = (body) => [200, {...}];
//   world.asked                            // [{method, path, body}] of every write
//   world.cut(true)                        // no answer to anything any more
// SPDX-License-Identifier: MIT
import { createServer } from 'node:http';
import { buildPages } from '../../daemon/web/build.mjs';
import { BIG, SMALL } from './scripted_halls.mjs';
import { openPage } from './browser.mjs';

const MINUTE = 60000;
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'";
const ALARMS = { warn_minutes: 20, wait_minutes: 30, board_seconds: 90, sms_failed_percent: 30 };

const withRest = (hall, profiles, counters) => ({
  ...hall, version: 1, open_now: true, alarms: ALARMS, public_url: '', profiles, counters,
  rules: { ...hall.rules, delay_minutes_max: 15, delay_max: 2 }, remote: { open: true, arrive_minutes: 15 },
});

export const SMALL_HALL = withRest(SMALL, [
  { code: 'general', serves: [{ service: '*', offset_minutes: 0 }] },
  { code: 'papers', serves: [{ service: 'certificate' }, { service: 'pension' }, { service: 'advice' }, { service: 'id-card', offset_minutes: 10 }] },
], SMALL.counters);

const half = BIG.services.length / 2;
const part = (from, to) => BIG.services.slice(from, to).map((one) => ({ service: one.code, offset_minutes: 0 }));
export const BIG_HALL = withRest(BIG, [
  { code: 'general', serves: [{ service: '*', offset_minutes: 0 }] },
  { code: 'business', serves: part(0, half) },
  { code: 'people', serves: [...part(half, 2 * half - 1), { service: BIG.services[0].code, offset_minutes: 15 }] },
], BIG.counters.map((one, i) => ({ ...one, profile: ['general', 'business', 'people'][i % 3] })));

function ticket(now, number, service, minutes, more = {}) {
  const since = now - minutes * MINUTE;
  return {
    id: `${since}-${number}`, number, state: 'waiting', service, class: 'normal', line: service, rank: since + 30 * MINUTE, issued: since, since,
    calls: 0, phone: false, returns: 0, ...more,
  };
}

const counter = (now, code, profile, more = {}) =>
  ({ code, profile, state: 'open', clerk: `clerk:${['li', 'wang', 'zhao', 'chen', 'sun', 'zhou'][code % 6]}`, since: now - 95 * MINUTE, ticket: null, ...more });

function smallScene(now) {
  const serving = ticket(now, 'A010', 'id-card', 14, { state: 'serving', since: now - 8 * MINUTE, counter: '1', by: 'clerk:li' });
  return {
    hall: SMALL_HALL,
    tickets: [
      ticket(now, 'A011', 'id-card', 12), ticket(now, 'A012', 'id-card', 9, { class: 'elderly' }), ticket(now, 'A013', 'residence', 3),
      ticket(now, 'C004', 'pension', 1),
    ],
    counters: [counter(now, '1', 'general', { ticket: serving }), counter(now, '2', 'general', { state: 'closed', clerk: undefined, since: 0 }),
      counter(now, '3', 'papers', { clerk: 'clerk:wang' })],
    forecast: { services: [
      { code: 'id-card', waiting: 2, wait: { low: 15, likely: 19, high: 25 }, left: 21 },
      { code: 'residence', waiting: 1, wait: { low: 20, likely: 24, high: 30 }, left: 9 },
      { code: 'social-card', waiting: 0, wait: { low: 20, likely: 22, high: 30 }, left: 14 },
      { code: 'certificate', waiting: 0, wait: { low: 2, likely: 3, high: 6 }, left: -1 },
      { code: 'pension', waiting: 1, wait: { low: 8, likely: 11, high: 20 }, left: 0 },
      { code: 'advice', waiting: 0, wait: { low: 0, likely: 1, high: 1 }, left: -1 },
    ], kept: { given: 43, kept: 36 } },
  };
}

const calmScene = (now) => ({ ...smallScene(now), tickets: [], counters: smallScene(now).counters.map((one) => ({ ...one, ticket: null })),
  forecast: { services: SMALL_HALL.services.map((one) => ({ code: one.code, waiting: 0, wait: { low: 0, likely: 0, high: 1 } })), kept: { given: 3, kept: 3 } } });

// 24 counters, 26 services, and something of everything.
function busyScene(now) {
  const [, second, , , , , late] = BIG_HALL.services;
  const tickets = BIG_HALL.services.slice(0, 18).flatMap((one, i) => Array.from({ length: (i * 7) % 11 }, (_, k) =>
    ticket(now, `${one.series}${String(100 + 12 * i + k)}`, one.code, Math.max(1, [42, 12, 24, 6, 9, 15][i % 6] - 2 * k), k % 5 === 2 ? { class: 'elderly' } : {})));
  const counters = BIG_HALL.counters.map((one, i) => {
    if (i % 8 === 7) return counter(now, one.code, one.profile, { state: 'closed', clerk: undefined, since: 0 });
    if (i === 4) return counter(now, one.code, one.profile, { state: 'paused', reason: '午休', since: now - 23 * MINUTE });
    if (i === 9) return counter(now, one.code, one.profile, { since: now - 12 * MINUTE });
    const state = i % 5 === 1 ? 'called' : 'serving';
    const service = BIG_HALL.services[(i * 3) % 18].code;
    return counter(now, one.code, one.profile, { ticket: ticket(now, `A${20 + i}`, service, 30, {
      state, since: now - (state === 'called' ? 1 : 3 + i) * MINUTE, counter: one.code, by: 'clerk:li' }) });
  });
  return {
    hall: BIG_HALL, tickets, counters,
    stopped: { [BIG_HALL.services[4].code]: '系统维护' }, ghosts: { people: 2 },
    alarms: [
      { kind: 'wait', subject: late.code, value: 33, since: now - 11 * MINUTE },
      { kind: 'predicted', subject: second.code, value: 45, since: now - 4 * MINUTE },
      { kind: 'board', subject: 'board-east', value: 190, since: now - 3 * MINUTE },
      { kind: 'sms', subject: '-', value: 60, since: now - 8 * MINUTE },
    ],
    forecast: { services: BIG_HALL.services.map((one, i) => ({
      code: one.code, waiting: 1, ...(i % 7 !== 5 && { wait: { low: 5 * (i % 5), likely: 5 * (i % 5) + 4, high: 5 * (i % 5) + 10 } }), left: i % 4 === 0 ? 30 - i : -1,
    })), kept: { given: 412, kept: 334 } },
  };
}

const SCENES = { small: smallScene, calm: calmScene, busy: busyScene };
export const scene = (name) => SCENES[name](Date.now());

const sendJson = (response, status, body) => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
};

class Scripted {
  constructor(state, role) {
    this.state = { stopped: {}, ghosts: {}, alarms: [], announcement: null, ...state };
    this.person = { name: 'mei', role, halls: [state.hall.code] };
    this.asked = [];
    this.answers = {};
    this.streams = new Set();
    this.sequence = 100;
    this.off = false;
  }

  snapshot() {
    const { hall, tickets, counters, stopped, ghosts, alarms, announcement } = this.state;
    const held = counters.map((one) => one.ticket).filter(Boolean);
    return { event: `1-${this.sequence}`, now: Date.now(), version: hall.version, tickets: [...tickets, ...held], counters, stopped, ghosts, alarms, announcement };
  }

  frame(type, data, id) { return `event: ${type}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`; }

  say(type, data, id) { for (const one of this.streams) one.write(this.frame(type, data, id)); }

  event(event) {
    const id = `1-${++this.sequence}`;
    this.say('change', { at: Date.now(), by: 'supervisor:mei', ...event, id }, id);
  }

  forecast() {
    const { tickets, forecast } = this.state;
    return { at: Date.now(), counters: 3, tickets: tickets.map((one, i) => [one.id, i, i + 2, i + 6]), ...forecast };
  }

  stream(request, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    response.write(this.frame('snapshot', this.snapshot(), `1-${this.sequence}`));
    if (this.state.forecast) response.write(this.frame('forecast', this.forecast()));
    this.streams.add(response);
    request.on('close', () => this.streams.delete(response));
  }

  cut(off) {
    this.off = off;
    if (off) for (const one of this.streams) one.destroy();
  }

  answer(request, path, body, response) {
    const { hall, tickets, counters, alarms } = this.state;
    const rest = path.replace(`/halls/${hall.code}`, '').replace(/^\//, '');
    const given = this.answers[`${request.method} ${rest.split('?')[0]}`];
    if (request.method !== 'GET') this.asked.push({ method: request.method, path: rest, body });
    if (given) return sendJson(response, ...given(body));
    if (path === '/session') return sendJson(response, 200, this.person);
    if (path === '/clock') return sendJson(response, 200, { now: Date.now(), speed: 1 });
    if (path === '/halls') return sendJson(response, 200, { halls: [hall] });
    if (rest === '') return sendJson(response, 200, hall);
    if (rest === 'stream') return this.stream(request, response);
    if (rest === 'counters') return sendJson(response, 200, { counters });
    if (rest === 'alarms') return sendJson(response, 200, { alarms });
    if (rest === 'waits') return sendJson(response, 200, this.state.forecast);
    if (rest === 'phones/blocked') return sendJson(response, 200, { blocks: [] });
    const asked = rest.match(/^tickets\/([^/?]+)$/)?.[1];
    if (rest.startsWith('tickets?')) {
      const state = new URLSearchParams(rest.split('?')[1]).get('state');
      return sendJson(response, 200, { tickets: tickets.filter((one) => one.state === state) });
    }
    const found = this.snapshot().tickets.find((one) => one.id === asked || one.number === asked);
    if (found) return sendJson(response, 200, { ...found, history: [{ what: 'issued', at: found.issued, where: '-' }] });
    if (request.method === 'GET') return sendJson(response, 404, { code: asked ? 'ticket_unknown' : 'not_found', status: 404 });
    return sendJson(response, 200, {});
  }

  async serve(request, response) {
    const url = new URL(request.url, 'http://x');
    if (this.off) return request.destroy();
    if (url.pathname.startsWith('/api/v1')) {
      let text = '';
      for await (const piece of request) text += piece;
      return this.answer(request, url.pathname.slice('/api/v1'.length) + url.search, text ? JSON.parse(text) : undefined, response);
    }
    const asset = this.assets.get(url.pathname);
    if (!asset) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': asset.type, 'content-security-policy': POLICY });
    return response.end(asset.identity);
  }

  async start() {
    const { assets } = await buildPages({ only: '/supervisor' });
    this.assets = new Map(assets.map((one) => [one.path, one]));
    this.server = createServer((request, response) => this.serve(request, response).catch((error) => response.destroy(error)));
    await new Promise((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async open(browser, rest = '', options = {}) {
    const page = await openPage(browser, `${this.url}/supervisor#${this.state.hall.code}${rest}`, { viewport: { width: 1440, height: 900 }, ...options });
    await page.locator('.supervisor').waitFor({ timeout: 20000 });
    return page;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}

export const startScripted = (state, { role = 'supervisor' } = {}) => new Scripted(state, role).start();
