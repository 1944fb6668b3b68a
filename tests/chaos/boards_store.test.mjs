// The same as boards.test.mjs where Redis is a server of its own; and the page itself, in Chromium.
// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crash, faults, openHall } from '../lib/board_hall.mjs';
import { eventually, startDaemon } from '../lib/daemon.mjs';
import { OwnRedis } from '../lib/own_redis.mjs';
import { openPage, startBrowser } from '../web/browser.mjs';

test('thirty boards on a Redis of their own that is killed, and a daemon that is', async (t) => {
    const own = await new OwnRedis().start();
    t.after(() => own.stop());
    const daemon = await startDaemon({ settings: { store: own.settings() } });
    t.after(() => daemon.stop());
    const hall = await openHall(daemon);
    t.after(() => hall.close());
    t.after(() => hall.net.stop());
    const killRedis = async () => {
        const refused = hall.tally.answers[503] ?? 0;
        await own.kill();
        await eventually('the hall is refused', () => (hall.tally.answers[503] ?? 0) > refused);
        await own.start();
    };
    await faults(t, hall, [['Redis killed', killRedis], ['the daemon killed', crash(daemon)]]);
});

// What the page has said is kept in it from the beginning: its own list for screen readers holds the last ones only.
const keepSaid = () => {
    globalThis.allSaid = [];
    new MutationObserver(() => {
        for (const { dataset } of document.querySelectorAll('[data-announced] li')) {
            if (!globalThis.allSaid.includes(dataset.key)) globalThis.allSaid.push(dataset.key);
        }
    }).observe(document, { childList: true, subtree: true });
};

test('the page itself: what it says through cut links and a killed daemon', async (t) => {
    const daemon = await startDaemon();
    t.after(() => daemon.stop());
    const browser = await startBrowser();
    t.after(() => browser.close());
    const hall = await openHall(daemon);
    t.after(() => hall.close());
    t.after(() => hall.net.stop());
    const board = await daemon.device('b2', 'board', 'small');
    const page = await openPage(browser, `${hall.net.url}/board#${board.token}`);
    await page.waitForSelector('main.board');
    await page.evaluate(keepSaid);
    const press = async (code) => {
        const held = hall.held.get(code);
        const { ticket } = await hall.ask(`/counters/${code}/next`, held ? { present: 'absent', ticket: held.id } : {});
        hall.held.set(code, ticket);
        return `${ticket.number}@${code}#${ticket.calls}`;
    };
    const made = [await press('1')];
    hall.net.cut();
    made.push(await press('2'));
    await crash(daemon)();
    made.push(await press('3'));
    const said = async () => (await page.evaluate(() => globalThis.allSaid)).map((key) => key.replace(/-\d+$/, ''));
    await eventually('the page has said all of them', async () => (await said()).length >= made.length, 40000);
    assert.deepEqual((await said()).sort(), [...made].sort());
    assert.equal(Number(await page.locator('[data-announced]').getAttribute('data-announced')), made.length, 'none twice');
    await page.end();
});
