// The kiosk's flow: one tap one ticket, whatever the network does; nothing stays of the last citizen.
// SPDX-License-Identifier: MIT
import test from 'node:test';
import assert from 'node:assert/strict';
import { flowStart, flowStep, flowTouched } from '../../daemon/web/kiosk/flow.js';
import { issueTicket, retryDelayMs } from '../../daemon/web/kiosk/issue.js';
import { missedNumber, missedTyped } from '../../daemon/web/kiosk/missed_number.js';
import { ApiError } from '../../daemon/web/shared/api.js';

const feed = (state, ...actions) => actions.reduce(flowStep, state);
const atPhone = () => feed(flowStart(), { type: 'pick', service: 'id-card' }, { type: 'class', class: 'elderly' });
const digits = (text) => [...text].map((digit) => ({ type: 'digit', digit }));

test('flow_issue_takes_one_key_however_often_it_is_tapped', () => {
  const once = flowStep(atPhone(), { type: 'issue', key: 'k1', lang: 'zh' });
  assert.deepEqual(once.request, { service: 'id-card', class: 'elderly', lang: 'zh' });
  const twice = flowStep(once, { type: 'issue', key: 'k2', lang: 'zh' });
  assert.equal(twice, once);
});

test('flow_issue_sends_the_phone_only_when_wanted', () => {
  const typed = feed(atPhone(), ...digits('13800000001'));
  assert.equal(flowStep(typed, { type: 'issue', key: 'k', lang: 'en' }).request.phone, undefined);
  assert.equal(flowStep(typed, { type: 'issue', key: 'k', lang: 'en', withPhone: true }).request.phone, '13800000001');
});

test('flow_answer_of_the_last_citizen_is_dropped', () => {
  const gone = feed(atPhone(), { type: 'issue', key: 'k1', lang: 'zh' }, { type: 'start' });
  assert.deepEqual(flowStep(gone, { type: 'issued', key: 'k1', ticket: { number: 'A001' } }), flowStart());
  const next = feed(atPhone(), { type: 'issue', key: 'k2', lang: 'zh' });
  assert.equal(flowStep(next, { type: 'issued', key: 'k1', ticket: { number: 'A001' } }).screen, 'issuing');
  assert.equal(flowStep(next, { type: 'refused', key: 'k1', problem: { code: 'series_full' } }).screen, 'issuing');
});

test('flow_number_keeps_no_phone_and_start_keeps_nothing', () => {
  const done = feed(atPhone(), ...digits('138'), { type: 'issue', key: 'k', lang: 'zh', withPhone: true },
    { type: 'issued', key: 'k', ticket: { number: 'A001' } });
  assert.equal(done.screen, 'number');
  assert.ok(!JSON.stringify(done).includes('138'));
  assert.equal(flowTouched(done), true);
  assert.deepEqual(flowStep(done, { type: 'start' }), flowStart());
  assert.equal(flowTouched(flowStart()), false);
});

test('flow_wrong_phone_returns_to_the_phone_with_what_was_typed', () => {
  const back = feed(atPhone(), ...digits('123'), { type: 'issue', key: 'k', lang: 'zh', withPhone: true },
    { type: 'refused', key: 'k', problem: { code: 'phone_invalid', field: 'phone' } });
  assert.deepEqual([back.screen, back.phone, back.key], ['phone', '123', null]);
  assert.equal(flowStep(back, { type: 'digit', digit: '4' }).problem, null);
});

test('flow_other_refusals_are_shown_and_lead_back_to_the_services', () => {
  const full = feed(atPhone(), { type: 'issue', key: 'k', lang: 'zh' }, { type: 'refused', key: 'k', problem: { code: 'series_full' } });
  assert.equal(full.screen, 'refused');
  assert.equal(flowStep(full, { type: 'back' }).screen, 'services');
});

test('flow_limits_what_is_typed', () => {
  assert.equal(feed(atPhone(), ...digits('1'.repeat(40))).phone.length, 17);
  assert.equal(feed(flowStart(), { type: 'search' }, { type: 'typed', query: 'x'.repeat(99) }).query.length, 24);
});

test('flow_back_goes_one_step_at_a_time', () => {
  const phone = atPhone();
  const details = flowStep(phone, { type: 'back' });
  assert.deepEqual([details.screen, flowStep(details, { type: 'back' }).screen], ['details', 'services']);
});

test('flow_forgets_no_place_in_the_search_when_coming_back', () => {
  const found = feed(flowStart(), { type: 'search' }, { type: 'letter', letter: 's' }, { type: 'pick', service: 'x' }, { type: 'back' });
  assert.deepEqual([found.searching, found.query], [true, 's']);
});

const atMissed = (missed) => feed(flowStart(), { type: 'come_back' }, { type: 'missed', missed });

test('flow_return_takes_one_key_and_shows_what_came_of_it', () => {
  const asked = flowStep(atMissed('A012'), { type: 'return', key: 'k1', number: 'A012' });
  assert.deepEqual([asked.screen, asked.request], ['returning', { number: 'A012' }]);
  assert.equal(flowStep(asked, { type: 'return', key: 'k2', number: 'A012' }), asked);
  const back = flowStep(asked, { type: 'returned', key: 'k1', ticket: { number: 'A012' } });
  assert.deepEqual([back.screen, back.ticket.number, back.missed], ['returned', 'A012', '']);
});

test('flow_return_refused_keeps_a_number_that_can_be_put_right', () => {
  const refused = (code) => feed(atMissed('A12'), { type: 'return', key: 'k', number: 'A012' },
    { type: 'refused', key: 'k', problem: { code } });
  for (const code of ['ticket_unknown', 'ticket_state']) {
    assert.deepEqual([refused(code).screen, refused(code).missed], ['missed', 'A12']);
  }
  for (const code of ['ticket_return_late', 'ticket_return_often']) assert.equal(refused(code).screen, 'refused');
  assert.equal(flowStep(refused('ticket_unknown'), { type: 'missed', missed: 'A1' }).problem, null);
});

test('missed_number_is_what_the_daemon_prints', () => {
  const hall = { series: [{ letter: 'A', first: 1, last: 999 }, { letter: 'C', first: 100, last: 2000 }] };
  const typed = (signs) => [...signs].reduce((text, sign) => missedTyped(text, sign, hall), '');
  assert.equal(missedNumber(typed('A12'), hall), 'A012');
  assert.equal(missedNumber(typed('12A'), hall), 'A012');
  assert.equal(missedNumber(typed('A12C'), hall), null); // the letter is replaced; 12 is below that series
  assert.equal(missedNumber(typed('C150'), hall), 'C0150');
  assert.equal(typed('C123456'), 'C1234');
  assert.equal(typed('AX1'), 'A1');
  for (const text of ['', 'A', '12', 'A0', 'A1000']) assert.equal(missedNumber(text, hall), null, text);
  const one = { series: [{ letter: 'A', first: 1, last: 999 }] };
  assert.equal(missedNumber(missedTyped('', '7', one), one), 'A007');
});

function peer(...answers) {
  const asked = [];
  const waits = [];
  const retries = [];
  return {
    asked, waits, retries,
    send(request, key) {
      asked.push({ request, key });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    wait(ms) { waits.push(ms); return Promise.resolve(); },
    wanted: () => true,
    onRetry: (n) => retries.push(n),
  };
}

test('issue_repeats_with_the_same_key_until_there_is_an_answer', async () => {
  const lost = new ApiError('network');
  const p = peer(lost, new ApiError('store_timeout', { status: 504 }), new ApiError('http_502', { status: 502 }), { number: 'A012' });
  const ticket = await issueTicket(p, { service: 's' }, 'one-key');
  assert.equal(ticket.number, 'A012');
  assert.deepEqual(p.asked.map((a) => a.key), ['one-key', 'one-key', 'one-key', 'one-key']);
  assert.deepEqual(p.waits, [500, 1000, 2000]);
  assert.equal(retryDelayMs(30), 4000);
});

test('issue_takes_a_refusal_as_an_answer', async () => {
  const p = peer(new ApiError('series_full', { status: 409 }));
  await assert.rejects(issueTicket(p, {}, 'k'), { code: 'series_full' });
  assert.equal(p.asked.length, 1);
});

test('issue_stops_when_the_citizen_has_gone', async () => {
  const p = peer(new ApiError('network'));
  let here = 2;
  p.wanted = () => here-- > 0;
  assert.equal(await issueTicket(p, {}, 'k'), null);
  assert.equal(p.asked.length, 2);
});

test('with a booking: by phone, one of several, and back', () => {
  let state = flowStep(flowStart(), { type: 'have_booking' });
  assert.equal(state.screen, 'booked');
  for (const digit of '13800001234') state = flowStep(state, { type: 'digit', digit });
  state = flowStep(state, { type: 'check_in', key: 'k1', request: { phone: state.phone } });
  assert.deepEqual([state.screen, state.request], ['checking', { phone: '13800001234' }]);
  assert.equal(state.phone, '13800001234', 'to be put right where it was typed');
  assert.equal(flowStep(state, { type: 'checked_in', key: 'other', ticket: { number: 'A009' } }), state);
  const several = flowStep(state, { type: 'checked_in', key: 'k1', ticket: { choose: [{ id: 'b1' }, { id: 'b2' }] } });
  assert.equal(several.screen, 'choose');
  assert.equal(flowStep(several, { type: 'back' }).screen, 'booked');
  const chosen = flowStep(several, { type: 'check_in', key: 'k2', request: { booking: 'b2' } });
  assert.equal(chosen.screen, 'checking');
  const done = flowStep(chosen, { type: 'checked_in', key: 'k2', ticket: { number: 'A001' } });
  assert.deepEqual([done.screen, done.ticket, done.choices], ['number', { number: 'A001' }, null]);
});

test('a booking that cannot be checked in: again where it was typed, or a screen of its own', () => {
  const asking = feed(flowStart(), { type: 'have_booking' }, ...digits('138'), { type: 'check_in', key: 'k', request: { phone: '138' } });
  for (const code of ['booking_unknown', 'booking_early', 'phone_invalid', 'unauthenticated']) {
    const again = flowStep(asking, { type: 'refused', key: 'k', problem: { code } });
    assert.deepEqual([again.screen, again.problem, again.phone], ['booked', { code }, '138']);
  }
  const missed = flowStep(asking, { type: 'refused', key: 'k', problem: { code: 'booking_missed' } });
  assert.equal(missed.screen, 'refused');
  assert.equal(flowTouched(missed), true);
});

const scanOf = (more = {}) => ({ kind: 'booking', text: 'x', link: 'l', ...more });
const scanned = (state, more, key = 'k') => flowStep(state, { type: 'scanned', scan: scanOf(more), before: state, key });

test('a scan is followed from every screen on which nobody is in the middle of something', () => {
  const at = {
    services: flowStart(),
    searching: feed(flowStart(), { type: 'search' }, { type: 'letter', letter: 's' }),
    booked: feed(flowStart(), { type: 'have_booking' }, ...digits('138')),
    number: { ...flowStart(), screen: 'number', ticket: { number: 'A001' }, scan: scanOf({ text: 'other' }) },
    refused: { ...flowStart(), screen: 'refused', problem: { code: 'series_full' } },
  };
  for (const [name, state] of Object.entries(at)) {
    const asked = scanned(state);
    assert.deepEqual([asked.screen, asked.request, asked.phone, asked.ticket, asked.problem], ['checking', { link: 'l' }, '', null, null], name);
  }
  const ticket = scanned(flowStart(), { kind: 'ticket', ticket: '1-A012', number: 'A012' });
  assert.deepEqual([ticket.screen, ticket.request, ticket.missed], ['returning', { ticket: '1-A012', number: 'A012' }, 'A012']);
  for (const more of [{ kind: 'unknown' }, { elsewhere: 'big' }]) assert.equal(scanned(flowStart(), more).screen, 'unread');
});

test('a code that is read twice gives one answer, and another one waits', () => {
  const asking = scanned(flowStart());
  assert.equal(scanned(asking, {}, 'k2'), asking);
  const other = scanned(asking, { text: 'y' }, 'k2');
  assert.deepEqual([other.again, other.key, other.screen], [true, 'k', 'checking']);
  const given = flowStep(other, { type: 'checked_in', key: 'k', ticket: { number: 'A001', state: 'waiting' } });
  assert.deepEqual([given.screen, given.again], ['number', false]);
  assert.equal(scanned(given, {}, 'k3'), given);
  assert.equal(scanned(given, { text: 'y' }, 'k3').screen, 'checking');
});

test('a scan while somebody is in the middle of something asks, without a trace in what was typed', () => {
  const before = feed(atPhone(), ...digits('138'));
  const typed = feed(before, ...digits('1795')); // the scanner types into the pad
  const asked = flowStep(typed, { type: 'scanned', scan: scanOf(), before, key: 'k' });
  assert.deepEqual([asked.screen, asked.phone, asked.asked.key], ['phone', '138', 'k']);
  assert.deepEqual(flowStep(asked, { type: 'scan_no' }), before);
  const yes = flowStep(asked, { type: 'scan_yes' });
  assert.deepEqual([yes.screen, yes.key, yes.phone, yes.asked], ['checking', 'k', '', null]);
  assert.equal(flowStep(atPhone(), { type: 'scan_yes' }).screen, 'phone');
});

test('checked in before: the same number, back into the line, or over', () => {
  const screenOf = (state) => {
    const now = flowStep(scanned(flowStart()), { type: 'checked_in', key: 'k', ticket: { number: 'A001', state } });
    return [now.screen, now.missed];
  };
  for (const state of ['waiting', 'called', 'serving', 'parked']) assert.deepEqual(screenOf(state), ['number', '']);
  assert.deepEqual(screenOf('missed'), ['missed', 'A001']);
  for (const state of ['done', 'cancelled', 'expired']) assert.deepEqual(screenOf(state), ['refused', '']);
});
