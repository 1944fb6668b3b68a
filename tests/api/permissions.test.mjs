// Every role against every row of commands.def, in its own hall and in another one. Requests carry no Idempotency-Key
// and no body, so that one that is allowed gets as far as the check of its arguments and changes nothing.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { bookableHall, freeTime } from '../lib/citizen.mjs';
import { paihaod, startDaemon } from '../lib/daemon.mjs';

const commands = JSON.parse(execFileSync(paihaod, ['--print-commands'], { encoding: 'utf8' }));
const halls = ['small', 'other'];
let d;
const callers = {}; // name -> {role, hall, client()}

before(async () => {
    d = await startDaemon();
    for (const code of halls) await bookableHall(d, { code });
    for (const hall of halls) {
        for (const role of ['clerk', 'supervisor', 'admin']) {
            const name = `${role}-${hall}`;
            await d.addStaff(name, role, hall);
            const client = await d.login(name);
            // Logging out ends the session, so that row gets one of its own.
            callers[name] = { role, hall, client: async (row) => (row === 'session_close' ? d.login(name) : client) };
        }
        for (const role of ['kiosk', 'board']) {
            const client = await d.device(`${role}-${hall}`, role, hall);
            callers[`${role}-${hall}`] = { role, hall, client: async () => client };
        }
        const { link } = await d.post(`/halls/${hall}/tickets`, { service: 'id-card' });
        callers[`citizen-${hall}`] = { role: 'citizen', hall, client: async () => d.citizen(link) };
        const booking = await d.post(`/halls/${hall}/bookings`, { services: ['social-card'], at: await freeTime(d, hall, 'social-card') });
        callers[`booked-${hall}`] = { role: 'citizen', hall, client: async () => d.citizen(booking.link) };
    }
    await d.post('/staff', { name: 'chooser', role: 'clerk', halls: ['small'], password: 'correct horse 7 staple', rights: ['choose'] });
    const chooser = () => d.login('chooser', 'correct horse 7 staple');
    const chosen = await chooser();
    callers['chooser-small'] = { role: 'clerk', right: 'chooser', hall: 'small',
        client: async (row) => (row === 'session_close' ? chooser() : chosen) };
    callers['admin-everywhere'] = { role: 'admin', hall: '*', client: async () => d };
    callers.nobody = { role: null, hall: null, client: async () => d.nobody() };
});

after(() => d.stop());

const path = (command, hall) => command.path.replace('{hall}', hall).replace('{counter}', '1')
    .replace('{ticket}', 'A999').replace(/\{\w+\}/g, 'nobody-here');

async function statusOf(client, command, hall) {
    const stop = new AbortController();
    const headers = client.token ? { authorization: client.token.includes(' ') ? client.token : `Bearer ${client.token}` } : {};
    const response = await fetch(`${d.url}/api/v1${path(command, hall)}`,
        { method: command.method, headers, signal: stop.signal });
    const code = /problem/.test(response.headers.get('content-type')) ? (await response.json()).code : '';
    if (command.kind === 'STREAM') stop.abort();
    else if (!response.bodyUsed) await response.arrayBuffer();
    return { status: response.status, code };
}

function expected(command, { role, right, hall: own }, hall) {
    // The token of the control file is no session that could be closed.
    if (command.id === 'session_close' && own === '*') return 'forbidden';
    if (command.roles.includes('public') || command.roles.includes('gateway')) return 'allowed';
    if (!role) return 'unauthenticated';
    if (!command.roles.includes(role) && !command.roles.includes(right)) return 'forbidden';
    if (command.path.includes('{hall}') && own !== '*' && own !== hall) return 'forbidden';
    return 'allowed';
}

for (const command of commands) {
    test(`${command.id} is for ${command.roles.join(', ')}`, async () => {
        for (const [name, caller] of Object.entries(callers)) {
            for (const hall of command.path.includes('{hall}') ? halls : ['']) {
                const { status, code } = await statusOf(await caller.client(command.id), command, hall);
                const want = expected(command, caller, hall);
                const got = ['unauthenticated', 'forbidden'].includes(code) ? code : 'allowed';
                assert.equal(got, want, `${name} in ${hall}: ${status} ${code}`);
                assert.ok(status < 500, `${name} in ${hall}: ${status} ${code}`);
            }
        }
    });
}

test('a link of one hall, booking or ticket opens nothing else', async () => {
    const client = (name) => callers[name].client();
    const code = async (who, path, body) => {
        const answer = await who.request(body ? 'POST' : 'GET', path, { body });
        return `${answer.status} ${answer.json?.code ?? answer.json?.state}`;
    };
    assert.equal(await code(await client('booked-small'), '/booking'), '200 confirmed');
    assert.equal(await code(await client('booked-small'), '/ticket'), '422 field_invalid');
    assert.equal(await code(await client('citizen-small'), '/booking'), '422 field_invalid');
    const clerk = await client('clerk-small');
    const id = (await client('booked-other')).token.split('.')[1];
    assert.equal(await code(clerk, `/halls/other/bookings/${id}`), '403 forbidden');
    assert.equal(await code(clerk, `/halls/small/bookings/${id}`), '404 booking_unknown');
    assert.equal(await code(clerk, '/booking'), '403 forbidden'); // staff have no booking of their own
});

test('an admin of one hall does not reach beyond it', async () => {
    const admin = await callers['admin-small'].client();
    const refused = async (method, where, body) => {
        const { status, json } = await admin.request(method, where, { body });
        assert.equal(`${status} ${json.code}`, '403 forbidden', where);
    };
    const person = { name: 'new-one', role: 'admin', password: 'correct horse 8 staple' };
    await refused('POST', '/staff', { ...person, halls: ['*'] });
    await refused('POST', '/staff', { ...person, halls: ['small', 'other'] });
    await refused('POST', '/staff/clerk-other/password', { password: 'correct horse 8 staple' });
    await refused('POST', '/staff/clerk-other/disable', {});
    await refused('POST', '/devices', { name: 'new-kiosk', kind: 'kiosk', hall: 'other' });
    await refused('DELETE', '/devices/kiosk-other');
    await admin.post('/staff', { ...person, halls: ['small'] });
    await admin.post('/staff/new-one/disable');
});
