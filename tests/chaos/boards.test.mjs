// Boards while numbers are called and called again, and the network, the daemon and its Redis fail: each board ends with the
// list that the daemon shows, says no call twice, says every call that still stands, and misses none but those that were
// over before it could know. The boards are the page's own modules on real streams.
//
// PAIHAO_CHAOS_LONG=1: all faults again and again. SPDX-License-Identifier: MIT
import { test } from 'node:test';
import { CALLS, crash, faults, openHall } from '../lib/board_hall.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';

test('thirty boards, a network that fails, and a daemon that is killed with its store', async (t) => {
    const daemon = await startDaemon();
    t.after(() => daemon.stop());
    const hall = await openHall(daemon);
    t.after(() => hall.close());
    const { net } = hall;
    t.after(() => net.stop());
    const twice = async () => {
        net.cut();
        await hall.called(CALLS);
        net.cut();
    };
    const still = async () => {
        net.still(true);
        await hall.called(2 * CALLS);
        net.still(false);
    };
    const down = async () => {
        net.down = true;
        net.cut();
        await hall.called(2 * CALLS);
        net.down = false;
    };
    const killStore = async () => {
        const pid = daemon.redisPid();
        process.kill(pid, 'SIGKILL');
        await eventually('another one runs', () => ![0, pid].includes(daemon.redisPid()), 20000);
    };
    let some = 0;
    await faults(t, hall, [
        ['no fault', async () => {}, { exact: true }],
        ['links cut twice', twice, { exact: true }],
        ['links that stand still', still, { exact: true }],
        ['a third of the links dead, and nobody told', async () => net.deaden(() => some++ % 3 === 0)],
        ['nobody gets through', down],
        ['the store killed', killStore],
        ['daemon and store killed', crash(daemon)],
    ]);
});
