// What the page of texts shows before anybody gets a message: the sample, its encoding, parts and cost, what is wrong and
// where; and that what is sent is what was shown. SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { newPhone } from '../lib/citizen.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { startGateway } from '../lib/gateway.mjs';

const { SegmentedMessage } = createRequire(import.meta.url)('sms-segments-calculator');
const SIGNATURE = '便民服务';
let d;
let gateway;

before(async () => {
    gateway = await startGateway();
    d = await startDaemon({ settings: { http: { public_url: 'https://hall.example' },
        sms: { price_per_part: '0.045', currency: 'CNY', gateways: [gateway.settings()] } } });
    await d.importHall('small');
    // As hostile as a file gets through its own checks: marks that turn the text, a name that poses as a signature.
    await d.importHall('small', { code: 'signed', edit: (text) => text.replace('code: small', 'code: signed')
        .replace('accent:', `message_signature: ${SIGNATURE}\naccent:`)
        .replace('便民服务站', '【银行】\u202e便民\u200b服务站').replace('Neighbourhood service point', 'Point\u2066\u00a0x') });
});

after(async () => {
    await d.stop();
    await gateway.stop();
});

const preview = (hall, body) => d.post(`/halls/${hall}/messages/preview`, body);
const problems = (answer) => answer.problems.map(({ code, at, fatal }) => `${code} ${at}${fatal ? '!' : ''}`);

test('every text of the list can be previewed in every language, shipped and sound', async () => {
    const list = await d.get('/halls/small/messages/texts');
    assert.deepEqual(list.price, { amount: '0.045', currency: 'CNY' });
    assert.ok(list.texts.some((one) => one.name === 'called' && !one.staff && one.variables.includes('counter')));
    assert.ok(list.texts.some((one) => one.name === 'alarm_wait' && one.staff && !one.variables.includes('counter')));
    for (const { name, shipped } of list.texts) {
        for (const [lang, text] of Object.entries(shipped)) {
            const answer = await preview('small', { name, lang });
            assert.deepEqual([answer.own, answer.template, answer.problems], [false, text, []], name);
            assert.doesNotMatch(answer.text, /[{}]/);
            const theirs = new SegmentedMessage(answer.text);
            assert.equal(answer.encoding, theirs.encodingName.replace('-', ''));
            assert.deepEqual(answer.lengths, theirs.segments.map((one) => one.messageSizeInBits() / (answer.encoding === 'GSM7' ? 7 : 16)));
            assert.equal(answer.cost.amount, { 1: '0.045', 2: '0.09', 3: '0.135', 4: '0.18' }[answer.parts]);
            assert.ok(answer.longest.units >= answer.units && answer.longest.parts <= list.parts_max, `${name} ${lang}`);
        }
    }
});

test('one character makes a text dear, and is named with its place', async () => {
    const plain = await preview('small', { name: 'called', lang: 'en', text: 'Number {number}: it\'s your turn, please go to counter {counter} now. Thank you for your patience.' });
    assert.deepEqual([plain.encoding, plain.parts, plain.room, plain.forces_ucs2], ['GSM7', 1, 160, []]);
    const curly = await preview('small', { name: 'called', lang: 'en', text: plain.template.replace('\'', '’') });
    assert.deepEqual([curly.encoding, curly.parts, curly.room], ['UCS2', 2, 67]);
    assert.deepEqual(curly.forces_ucs2, [{ character: '’', code: 'U+2019', at: Array.from(curly.text).indexOf('’'), count: 1, instead: '\'' }]);
    assert.equal(curly.text, plain.text.replace('\'', '’'));
    const chinese = await preview('small', { name: 'called', lang: 'zh' });
    assert.equal(chinese.forces_ucs2.length, 8);
    assert.ok(chinese.forces_others > 0);
});

test('what is wrong is told with its place', async () => {
    const cases = [
        ['Go {numbr}, {number}', ['hole 3!']],
        ['Go {number|url}', ['hole 3!']],
        ['请{counter', ['brace 1']],
        ['a\u202eb{number}', ['hidden 1!']],
        ['【通知】请到【紧急】窗口', ['brackets 6']],
        [' {number}', ['blank 0!']],
        [`{number}${'字'.repeat(193)}`, ['long 200!']],
        [`{number} {link} ${'字'.repeat(240)}`, ['long 200!', 'parts 0!']],
        ['{code}{link}', []],
    ];
    for (const [text, wanted] of cases) {
        const answer = await preview('small', { name: 'called', lang: 'zh', text });
        assert.deepEqual(problems(answer), wanted, text);
        if (text.includes('{numbr}')) assert.equal(answer.text, ''); // nobody could be sent it
    }
    assert.deepEqual(problems(await preview('small', { name: 'alarm_wait', lang: 'zh', text: '{number}' })), ['hole 0!']);
    for (const [body, field] of [[{ name: 'nothing', lang: 'zh' }, 'name'], [{ name: 'called', lang: 'fr' }, 'lang']]) {
        const answer = await d.request('POST', '/halls/small/messages/preview', { body });
        assert.deepEqual([answer.status, answer.json.code, answer.json.field], [422, 'field_invalid', field]);
    }
});

test('a text that the preview finds sound is one that a hall file may have', async () => {
    const file = await d.get('/halls/small/config');
    for (const [text, sound] of [['请 {number} 到 {counter}', true], ['{numbr}', false], ['a\u200bb', false], ['字'.repeat(201), false]]) {
        const answer = await preview('small', { name: 'called', lang: 'zh', text });
        const put = await d.request('POST', '/halls/small/config/preview', { body: { ...file, messages: { called: { zh: text } } } });
        assert.deepEqual([!answer.problems.some((one) => one.fatal), put.status === 200], [sound, sound], text);
    }
});

test('a signature is shown, counted, and what it costs beside it', async () => {
    const without = await preview('small', { name: 'called', lang: 'en' });
    assert.deepEqual([without.encoding, without.unsigned], ['GSM7', undefined]);
    const draft = await preview('small', { name: 'called', lang: 'en', signature: SIGNATURE });
    assert.equal(draft.text, `【${SIGNATURE}】${without.text}`);
    assert.deepEqual([draft.encoding, draft.unsigned.encoding, draft.unsigned.units], ['UCS2', 'GSM7', without.units]);
    assert.ok(draft.parts > draft.unsigned.parts);
    const end = await preview('small', { name: 'called', lang: 'en', signature: SIGNATURE, signature_at: 'end' });
    assert.equal(end.text, `${without.text}【${SIGNATURE}】`);
    const stored = await preview('signed', { name: 'called', lang: 'zh' });
    assert.ok(stored.text.startsWith(`【${SIGNATURE}】[银行]便民服务站：`), stored.text);
    const none = await preview('signed', { name: 'called', lang: 'zh', signature_at: 'none' });
    assert.ok(none.text.startsWith('[银行]便民服务站：'), none.text);
});

test('what is sent is what was shown', async () => {
    for (const lang of ['zh', 'en']) {
        const phone = newPhone();
        const shown = await preview('signed', { name: 'ticket', lang });
        await d.post('/halls/signed/tickets', { service: 'id-card', lang, phone });
        const sent = await eventually('the message', async () => gateway.received.find((one) => one.to.endsWith(phone.slice(-11))));
        const hide = (text) => text.replace(/https:\S+/, 'LINK').replace(/[A-Z]\d{3}/, 'NUMBER').replace(/\d+(?= 位|\. )|(?<=ahead of you: )\d+/, 'N');
        assert.equal(hide(sent.text), hide(shown.text));
        assert.equal(sent.text.split('【').length, 2);
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(sent.text, /[\u0000-\u001f\u200b\u202a-\u202e\u2066-\u2069]/);
        assert.equal(/https:\S+/.exec(shown.text)[0].length, /https:\S+/.exec(sent.text)[0].length);
    }
});
