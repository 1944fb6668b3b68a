// The pictures of docs/screenshots: each page in Chinese and English, at its natural size, in a hall that has been
// busy all morning. Called by script/screenshots. usage: node screenshots.mjs DIR
// SPDX-License-Identifier: MIT
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PASSWORD, eventually, startDaemon } from '../tests/lib/daemon.mjs';
import { openPage, startBrowser } from '../tests/web/browser.mjs';
import { bookDay } from './booked_day.mjs';
import { HALL, Morning, morningZone, settings } from './morning.mjs';

const ALL_MAX = 3 << 20; // they are kept in the repository
const KIOSK = { viewport: { width: 1080, height: 1920 }, deviceScaleFactor: 0.5, hasTouch: true };
const DESK = { viewport: { width: 1440, height: 900 } };
const BOARD = { viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 0.75 };
const BOARDS = [
    ['board-zone', '?layout=zone-a', { viewport: { width: 1080, height: 1920 }, deviceScaleFactor: 0.5 }],
    ['board-counter', '?layout=counter&counters=6', { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 0.5 }],
    ['board-paper', '?layout=main&theme=eink', { viewport: { width: 1280, height: 720 }, deviceScaleFactor: 0.5 }],
];
const PHONE = { viewport: { width: 390, height: 844 } };
const HOME = { viewport: { width: 1024, height: 640 } };
const CALM = { colorScheme: 'light', reducedMotion: 'reduce' };

const [, , dir] = process.argv;
mkdirSync(dir, { recursive: true });
// Takes every message: without a gateway the kiosk would not ask for a phone number. Links stand only in messages.
const texts = [];
const gateway = createServer((request, response) => {
    texts.push(new URL(request.url, 'http://gateway').searchParams.get('text'));
    response.end('ok');
}).listen(0, '127.0.0.1');
await once(gateway, 'listening');
const sms = { gateways: [{ name: 'all', kind: 'http', method: 'GET', success_status: '200',
    url: `http://127.0.0.1:${gateway.address().port}/?to={to_e164}&text={text}` }] };
const daemon = await startDaemon({ settings: { ...settings, sms, http: { public_url: 'https://hall.example' } } });
const browser = await startBrowser();
const zone = morningZone();
let morning;

// The hall's first language stands first on the board and is the kiosk's.
const importHall = (first, second) => daemon.importHall(HALL, {
    edit: (text) => text.replace(/^zone:.*$/m, `zone: ${zone}`).replace(/^languages:.*$/m, `languages: [${first}, ${second}]`),
});

async function open(path, lang, options) {
    return openPage(browser, `${daemon.url}${path}`, { lang: lang === 'zh' ? 'zh-CN' : 'en', ...CALM, ...options });
}

async function shoot(page, name, lang) {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(dir, `${name}-${lang}.png`) });
}

async function kiosk(token, lang) {
    const page = await open(`/kiosk#${token}`, lang, KIOSK);
    await page.waitForSelector('[data-screen="services"] .tile');
    await eventually('the counts are there', async () => /[1-9]/.test(await page.locator('.tiles').innerText()));
    await shoot(page, 'kiosk', lang);
    await page.locator('button.search').click();
    for (const letter of lang === 'zh' ? 'sfz' : 'id') {
        await page.locator('.key', { hasText: new RegExp(`^${letter}$`) }).click();
    }
    await page.locator('.found .tile').first().click();
    await page.locator('.classes .button').first().click();
    for (const digit of '13800001234') await page.locator('.pad .key', { hasText: new RegExp(`^${digit}$`) }).click();
    await page.locator('.answers .primary').click();
    await page.waitForSelector('.qr');
    await shoot(page, 'kiosk-number', lang);
    await page.end();
}

// A clerk of the general counters, some minutes into a case, with one set aside before.
async function clerk(name, counter, lang) {
    const page = await open(`/clerk?hall=${HALL}&counter=${counter}`, lang, DESK);
    await page.locator('#name').fill(name);
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('.citizen').waitFor();
    const press = async (sign, after) => {
        await page.keyboard.press(sign);
        await page.locator(`.citizen[data-state="${after}"]`).waitFor();
    };
    // One set aside; then until somebody comes who has priority.
    for (const [sign, after] of [['n', 'called'], ['b', 'serving'], ['k', 'idle'], ['n', 'called'], ['b', 'serving']]) {
        await press(sign, after);
    }
    for (let i = 0; i < 6 && (await page.locator('.marks').innerText()).length < 12; i++) {
        await press('n', 'called');
        await press('b', 'serving');
    }
    await eventually('some minutes have passed', async () => Number((await page.locator('.timer').innerText()).split(':')[0]) >= 3);
    await shoot(page, 'clerk', lang);
    await page.end();
}

async function board(token, lang) {
    const page = await open(`/board#${token}`, lang, BOARD);
    await page.waitForSelector('main.board');
    await morning.next('6', 'finish').catch(() => morning.next('6', 'absent'));
    await page.waitForSelector('.newest.called[data-counter="6"]');
    await shoot(page, 'board', lang);
    await page.end();
    for (const [name, search, options] of BOARDS) {
        const other = await open(`/board${search}#${token}`, lang, options);
        await other.waitForSelector('[data-number]');
        await shoot(other, name, lang);
        await other.end();
    }
}

const stateOf = async (ticket) => daemon.citizen(ticket.link).get('/ticket');

async function phones(lang) {
    const found = [];
    for (const ticket of morning.tickets) {
        const now = await stateOf(ticket);
        if (now.state === 'waiting' && now.ahead >= 3) found.push({ ...ticket, ahead: now.ahead });
    }
    const waiting = found.sort((a, b) => a.ahead - b.ahead)[0] ?? (await morning.issue());
    let page = await open(`/t#${waiting.link}`, lang, PHONE);
    await page.locator('.now').waitFor();
    await shoot(page, 'ticket-waiting', lang);
    await page.end();
    // Those of the kiosk's own pictures have no link that is known here.
    let called = null;
    for (let busy = lang !== 'zh'; !called; busy = true) {
        const { ticket } = await morning.at('3', 'next', busy ? { present: 'absent' } : {});
        called = morning.tickets.find((one) => one.id === ticket.id);
    }
    page = await open(`/t#${called.link}`, lang, PHONE);
    await page.waitForSelector('html[data-state="called"] .called-to');
    await shoot(page, 'ticket-called', lang);
    await page.end();
}

async function home(lang) {
    const page = await open('/', lang, HOME);
    await page.locator('.halls li').first().waitFor();
    await shoot(page, 'home', lang);
    await page.end();
}

const MINE = '13800005678';

// The third step of booking, with a day and its times.
async function book(day, lang) {
    const page = await open(`/book#${HALL}/papers?s=id-card&d=${day}`, lang, PHONE);
    await page.locator('.papers input').first().waitFor();
    for (const box of await page.locator('.papers input').all()) await box.check();
    await page.locator('.go .primary').click();
    await page.locator('.times button').first().waitFor();
    await shoot(page, 'book', lang);
    await page.end();
}

async function booking(link, lang) {
    const page = await open(`/b#${link}`, lang, PHONE);
    await page.waitForSelector('html[data-state="confirmed"]');
    await page.locator('.qr').waitFor();
    await shoot(page, 'booking', lang);
    await page.end();
}

async function checkIn(token, lang) {
    const page = await open(`/kiosk#${token}`, lang, KIOSK);
    await page.locator('.way.booking').click();
    for (const digit of MINE) await page.locator('.pad .key', { hasText: new RegExp(`^${digit}$`) }).click();
    await shoot(page, 'kiosk-check-in', lang);
    await page.end();
}

async function staffPage(path, name, lang, ready) {
    const page = await open(path, lang, DESK);
    await page.locator('#name').fill(name);
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator(ready).first().waitFor();
    return page;
}

async function calendar(day, lang) {
    const page = await staffPage(`/calendar#${HALL}/${day}`, 'zhang.wei', lang, '.block');
    await shoot(page, 'calendar', lang);
    await page.end();
}

async function admin(lang) {
    const page = await staffPage(`/admin#${HALL}/pools`, 'wang.fang', lang, '.section');
    await shoot(page, 'admin', lang);
    await page.end();
}

async function supervisor(lang) {
    const page = await staffPage(`/supervisor#${HALL}`, 'zhang.wei', lang, '.lines');
    await shoot(page, 'supervisor', lang);
    await page.goto(`${daemon.url}/statistics#${HALL}`);
    await page.locator('[data-chart="hours-wait"]').waitFor();
    await shoot(page, 'statistics', lang);
    await page.end();
}

async function all() {
    await importHall('zh', 'en');
    const kioskToken = (await daemon.device('kiosk', 'kiosk', HALL)).token;
    const boardToken = (await daemon.device('board', 'board', HALL)).token;
    await daemon.addStaff('li.na', 'clerk', HALL);
    const li = await daemon.login('li.na');
    morning = new Morning(daemon, await daemon.staff('zhang.wei', 'supervisor', HALL));
    console.log('a morning goes by');
    await morning.play();
    await li.post(`/halls/${HALL}/counters/4/open`);
    await morning.at('3', 'open').catch(() => {}); // for the one who is called on the phone
    for (const [lang, other] of [['zh', 'en'], ['en', 'zh']]) {
        await importHall(lang, other);
        await board(boardToken, lang);
        await phones(lang);
        await kiosk(kioskToken, lang);
        await home(lang);
    }
    await daemon.addStaff('wang.fang', 'admin');
    const { day } = await bookDay(daemon, MINE);
    const link = await eventually('the message', () => texts.map((text) => /\/b#(\S+)/.exec(text)?.[1]).find(Boolean));
    for (const [lang, other] of [['zh', 'en'], ['en', 'zh']]) {
        await importHall(lang, other);
        await book(day, lang);
        await booking(link, lang);
        await checkIn(kioskToken, lang);
        await calendar(day, lang);
        await admin(lang);
        await supervisor(lang);
    }
    for (const lang of ['zh', 'en']) {
        await clerk('li.na', '4', lang);
        await li.post(`/halls/${HALL}/counters/4/finish`);
    }
}

try {
    await all();
} finally {
    await browser.close();
    await daemon.stop();
    gateway.closeAllConnections();
    gateway.close();
}
const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
console.log(`${readdirSync(dir).length} pictures, ${(bytes / 1024).toFixed(0)} KB`);
if (bytes > ALL_MAX) throw new Error('too large for the repository');
