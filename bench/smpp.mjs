// submit_sm a second against npm smpp as message centre: the driver (gateway_driver, a loop of its own) beside the bare
// codec over a blocking socket (smpp_bare.c). Rounds alternate. The centre has a core to itself, the sender the other:
// at wide windows it is the centre that limits, and both meet the same one. SPDX-License-Identifier: MIT
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import smpp from 'smpp';
import { startDriver } from '../tests/lib/gateway_driver.mjs';
import { DAEMON_CORE, STORE_CORE, build, count, median, pin, run, spread, table } from './world.mjs';

const WINDOWS = [1, 10, 50];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MESSAGES = { 1: 5000, 10: 40000, 50: 40000 };
const TEXT = 'Number A012: counter 3. Please come now.';
const WANTED = 0.8;
const PATIENCE_MS = 300000;

// The centre, in a process of its own.
if (process.argv[2] === 'centre') {
    let ids = 0;
    const server = smpp.createServer((session) => {
        session.on('error', () => {});
        for (const [command, answer] of [['bind_transceiver', () => ({})], ['enquire_link', () => ({})], ['unbind', () => ({})],
            ['submit_sm', () => ({ message_id: String(++ids) })]])
            session.on(command, (pdu) => session.send(pdu.response(answer())));
    });
    server.listen(0, '127.0.0.1', () => process.send(server.address().port));
    process.on('disconnect', () => process.exit());
}

async function driverRound(port, window, messages) {
    const driver = await startDriver({ kind: 'smpp', address: `127.0.0.1:${port}`, login: 'bench', from: '10691234', window });
    pin(driver.pid, DAEMON_CORE);
    await driver.up();
    driver.say({ many: messages, to: '+8613800000001', text: TEXT });
    const { ok, us } = await driver.told((l) => l.many, 0, PATIENCE_MS);
    await driver.stop();
    if (ok !== messages) throw new Error(`only ${ok} of ${messages} were taken`);
    return messages / us * 1e6;
}

async function bareRound(port, window, messages) {
    return messages / Number(await run(DAEMON_CORE, join(build, 'bench_smpp'), [port, window, messages].map(String))) * 1e6;
}

export async function smppDriver() {
    const child = fork(fileURLToPath(import.meta.url), ['centre']);
    const [port] = await once(child, 'message');
    pin(child.pid, STORE_CORE);
    const rows = [];
    await bareRound(port, 10, 5000); // the centre's code is compiled by now
    for (const window of WINDOWS) {
        const rates = { driver: [], bare: [] };
        for (let i = 0; i < ROUNDS; i++) {
            rates.bare.push(await bareRound(port, window, MESSAGES[window]));
            rates.driver.push(await driverRound(port, window, MESSAGES[window]));
        }
        const ratio = median(rates.driver) / median(rates.bare);
        const k = (list) => spread(list.map((r) => r / 1000), 1);
        rows.push([window, `${count(median(rates.bare))} (${k(rates.bare)} k)`, `${count(median(rates.driver))} (${k(rates.driver)} k)`,
            `**${ratio.toFixed(2)}**`]);
    }
    child.disconnect();
    await once(child, 'exit');
    table(['window', 'bare codec, submit_sm/s (all rounds)', 'driver', 'ratio'], rows);
    console.log(`\nWanted: ratio ${WANTED} at each window.`);
}
