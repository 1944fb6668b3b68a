// How long a wait for each service of a hall would be now, asked again and again while it is shown.
// SPDX-License-Identifier: MIT
import { useEffect, useState } from './ui.js';
import { openPoll } from './poll.js';

const EVERY_MS = 20000;

// -> {services: {code: {wait?, left?, stopped?, waiting}}, kept} or null while nothing is known. code '': none is asked for.
export function useWaits(api, code) {
  const [waits, setWaits] = useState(null);
  useEffect(() => {
    setWaits(null);
    if (!code) return undefined;
    const poll = openPoll({
      ask: () => api.get(`/halls/${code}/waits`, { retries: 0, cache: 'no-cache' }),
      onAnswer: (answer) => setWaits({ kept: answer.kept, services: Object.fromEntries(answer.services.map((one) => [one.code, one])) }),
      onState: (link) => link.state === 'offline' && setWaits(null), // too old to be told
      onDenied: () => setWaits(null),
      everyMs: () => EVERY_MS,
    });
    return poll.close;
  }, [api, code]);
  return waits;
}

// No numbers of this service now: 'stopped' by staff, or 'out' since today's time is spoken for. '' when there are some.
export function noneLeft(waits, code) {
  const told = waits?.services[code];
  if (told?.stopped !== undefined) return 'stopped';
  return told?.left === 0 ? 'out' : '';
}
