// A working day ahead at the district centre, half booked: by people who called or came to the desk. The same day each
// time. SPDX-License-Identifier: MIT
import { HALL, makeDice } from './morning.mjs';

// Some visits take two services, some are of a family.
const WANTED = [['id-card'], ['passport'], ['social-card'], ['id-card', 'residence-permit'], ['tax-invoice'],
    ['medical-reimburse'], ['estate-transfer'], ['hk-macau'], ['pension-apply'], ['driving-licence'], ['company-close'], ['tax-return']];
const MADE = 44;

// -> {day, mine: one of the bookings, whose phone number is `phone`}
export async function bookDay(daemon, phone) {
    const { days } = await daemon.get(`/halls/${HALL}/days?services=id-card&count=20`);
    const { day } = days.find((one) => one.free > 0);
    const dice = makeDice(11);
    let mine = null;
    for (let i = 0; i < MADE; i++) {
        const services = WANTED[i % WANTED.length];
        const { times } = await daemon.get(`/halls/${HALL}/desk/times?services=${services}&day=${day}&share=public`);
        if (!times.length) continue;
        const at = times[dice(times.length)];
        const body = { services, at: at.at ?? at, share: 'public', persons: 1, phone: mine ? `1390000${1000 + i}` : phone };
        const made = await daemon.post(`/halls/${HALL}/bookings`, body);
        mine ??= made;
    }
    return { day, mine };
}
