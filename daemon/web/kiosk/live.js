// The hall as it is now: its services and hours (asked again every minute and after each change) and how
// many are waiting and how long it takes (by the board's stream). SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { followHall } from '../shared/hall_file.js';
import { openStream } from '../shared/stream.js';

// Whether the hall is open changes by the minute.
const HALL_AGAIN_MS = 60000;

// A forecast older than this is none; the daemon makes one at least every 15 s.
export const FORECAST_MAX_MS = 90000;

// The frame as a table by service.
export function forecastOf({ at, services }) {
  return { at, services: Object.fromEntries(services.map((one) => [one.code, one])) };
}

// What can be said of a service now: {wait?, left?}.
export function toldOf(live, code) {
  const { forecast, clock, link } = live;
  if (!forecast || link?.state !== 'live' || clock.now() - forecast.at > FORECAST_MAX_MS) return {};
  return forecast.services[code] || {};
}

// No numbers of this service: stopped by staff, or today's time is spoken for. '' when there are some.
export function noneOf(live, code) {
  if (live.stopped['*'] !== undefined || live.stopped[code] !== undefined) return 'stopped';
  return toldOf(live, code).left === 0 ? 'out' : '';
}

// -> {hall, waiting: {service: n}, forecast: {at, services: {code: {wait?, left?}}}, stopped: {service or *: reason}, link, denied}
export function useLiveHall({ api, first, clock }) {
  const [live, setLive] = useState({ hall: first, waiting: {}, forecast: null, stopped: {}, link: null, denied: null });
  const change = (part) => setLive((old) => ({ ...old, ...(typeof part === 'function' ? part(old) : part) }));

  useEffect(() => {
    const path = `/halls/${first.code}`;
    const file = followHall({ api, path, have: first.version, onHall: (hall) => change({ hall }), againMs: HALL_AGAIN_MS });
    const onEvent = ({ type, data }) => {
      clock.observe(data.now);
      if (type === 'snapshot') change({ waiting: data.waiting || {}, stopped: data.stopped || {} });
      if (type === 'forecast') change({ forecast: forecastOf(data) });
      if (type === 'change' && data.stopped) change({ stopped: data.stopped });
      if (type === 'change' && data.waiting) change((old) => ({ waiting: { ...old.waiting, ...data.waiting } }));
      file.see(data.version || data.configured || 0);
    };
    const stream = openStream({
      url: `${api.base}${path}/board/stream`,
      authorization: api.authorization,
      onEvent,
      onState: (link) => change({ link }),
      onDenied: (status) => change({ denied: { status } }),
      poll: async () => ({ type: 'snapshot', data: await api.get(`${path}/board`, { retries: 0 }) }),
    });
    return () => {
      stream.close();
      file.close();
    };
  }, [api, first.code]);
  return live;
}
