// What the tests of signs share: a hall file with signs, and what the store is told of them.
// SPDX-License-Identifier: MIT
import { eventually } from './redis.mjs';

// The text of small.yaml with these signs (objects: JSON is YAML) instead of its own.
export const withSigns = (signs, edit = (text) => text) => (text) =>
    edit(text.replace(/^signs:\n(?:[ #].*\n)*/m, '')) + `\nsigns: ${JSON.stringify(signs)}\n`;

export const onbon = (code, controller, change = {}) => ({ code, driver: 'onbon', address: controller.address,
    text: '{number} {counter}', refresh_seconds: 1, ...change });

// {code: health} as the daemon that drives them tells it.
export async function healthOf(redis, hall = 'small') {
    const all = await redis.hgetall(`{${hall}}:health`);
    return Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('sign:'))
        .map(([name, json]) => [name.slice(5), JSON.parse(json)]));
}

export const shows = (controller, text, area = 0, withinMs = 20000) =>
    eventually(`the sign shows "${text}" (it shows "${controller.shown(area)}")`, () => {
        if (controller.shown(area) !== text) throw new Error(`"${controller.shown(area)}"`);
        return true;
    }, withinMs);

// Its health has that state, and these members.
export const isState = (redis, code, state, more = {}, withinMs = 20000) =>
    eventually(`sign ${code} is ${state}`, async () => {
        const health = (await healthOf(redis))[code];
        if (health?.state !== state || Object.entries(more).some(([key, value]) => health[key] !== value)) {
            throw new Error(JSON.stringify(health));
        }
        return health;
    }, withinMs);
