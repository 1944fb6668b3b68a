// The hall as staff see it: its file, everything alive in it by the staff stream, and the forecast told there. Any doubt
// about an event means a new connection and a fresh snapshot. Without a stream it asks every few seconds.
// SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { openStream } from '../shared/stream.js';
import { setAccent } from '../shared/theme.js';
import { foldAnswer, foldEvent, foldSnapshot } from './fold.js';

// A hall that keeps raising doubts must not make every console ask without pause.
const FRESH_MIN_MS = 3000;
// As many as the daemon gives in one list.
const LIST_MAX = 200;

async function askAll(api, path, onForecast) {
  const ask = (what) => api.get(`${path}/${what}`, { retries: 0 });
  const list = (state) => ask(`tickets?state=${state}&limit=${LIST_MAX}`);
  const [{ counters }, { alarms }, waits, ...lists] = await Promise.all([
    ask('counters'), ask('alarms'), ask('waits').catch(() => null), ...['waiting', 'missed', 'parked', 'coming'].map(list),
  ]);
  if (waits) onForecast(waits);
  const tickets = lists.flatMap((answer) => answer.tickets);
  return { type: 'snapshot', data: { event: '', tickets, counters, alarms } };
}

// The last presses outlive a reload of this window, so that what was done a moment ago can still be taken back.
const PRESSES = 'paihao.clerk.presses';
function keptPresses(code) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PRESSES));
    return kept?.hall === code ? { presses: kept.presses } : null;
  } catch {
    return null; // storage is forbidden
  }
}
function keepPresses(code, presses) {
  try {
    sessionStorage.setItem(PRESSES, JSON.stringify({ hall: code, presses }));
  } catch {
    // not kept, then
  }
}

// Keeps the fold outside the view, so that several events of one moment are one redraw.
function follow({ api, code, clock, onState, onForecast, onLink, onHall, onDenied }) {
  const path = `/halls/${code}`;
  let state = null;
  let stream = null;
  let timer = null;
  let fresh = -Infinity;
  const show = (next) => {
    if (state && next.presses !== state.presses) keepPresses(code, next.presses);
    state = next;
    onState(next);
  };
  const again = () => {
    stream.close();
    clearTimeout(timer);
    timer = setTimeout(connect, Math.max(0, FRESH_MIN_MS - (performance.now() - fresh)));
  };
  const onEvent = ({ type, data, id }) => {
    clock.observe(data.now);
    if (type === 'snapshot') {
      if (state && data.event) onHall(); // it may come because the hall was configured anew
      show(foldSnapshot(data, state ?? keptPresses(code)));
    }
    if (type === 'forecast') onForecast(data);
    if (type !== 'change' || !state) return;
    const next = foldEvent(state, data, data.id || id);
    if (next.doubt) again();
    else if (next !== state) show(next);
  };
  function connect() {
    fresh = performance.now();
    stream = openStream({ url: `${api.base}${path}/stream`, onEvent, onState: onLink, onDenied, poll: () => askAll(api, path, onForecast) });
  }
  connect();
  return {
    answer: (ticket) => state && show(foldAnswer(state, ticket)),
    close: () => {
      clearTimeout(timer);
      stream.close();
    },
  };
}

// -> {hall, state, forecast, link, denied, answer(ticket)}
export function useHall({ api, code, clock }) {
  const [live, setLive] = useState({ hall: null, state: null, forecast: null, link: null, denied: null });
  const change = (part) => setLive((old) => ({ ...old, ...part }));
  useEffect(() => {
    const onHall = () =>
      api.get(`/halls/${code}`).then(
        (hall) => {
          setAccent(hall.accent);
          change({ hall });
        },
        (denied) => change({ denied }),
      );
    onHall();
    const line = follow({
      api, code, clock, onHall,
      onState: (state) => change({ state }),
      onForecast: (forecast) => change({ forecast }),
      onLink: (link) => change({ link }),
      onDenied: (status) => change({ denied: { status, code: status === 401 ? 'unauthenticated' : 'forbidden' } }),
    });
    change({ answer: line.answer });
    return line.close;
  }, [api, code]);
  return live;
}
