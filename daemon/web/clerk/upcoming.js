// The bookings of the next hour that are not here yet, with those a little late: asked again when one changes.
// SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { dayAt } from '../shared/dates.js';

const AHEAD_MS = 3600000;
const GATHER_MS = 400; // several events of one moment are one question
const AGAIN_MS = 600000; // an event may have been missed while the link was down

export function soonOf(bookings, now, lateMinutes) {
  return bookings
    .filter((one) => one.state === 'confirmed' && one.at <= now + AHEAD_MS && one.at + lateMinutes * 60000 >= now)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

// -> [Booking] or null where the hall has none to tell of.
export function useUpcoming({ api, live, place, clock }) {
  const [bookings, setBookings] = useState([]);
  const beat = live.state.bookings;
  const { zone, booking } = live.hall;
  useEffect(() => {
    let here = true;
    const ask = () => api.get(`/halls/${place.hall}/bookings?from=${dayAt(clock.now(), zone)}`, { retries: 1 }).then(
      (answer) => here && setBookings(answer.bookings),
      () => {}, // the link says that it is lost
    );
    const timers = [setTimeout(ask, GATHER_MS), setInterval(ask, AGAIN_MS)];
    return () => {
      here = false;
      clearTimeout(timers[0]);
      clearInterval(timers[1]);
    };
  }, [beat, place.hall]);
  return soonOf(bookings, clock.now(), booking?.late_minutes ?? 0);
}
