// The hall as a supervisor sees it: its file, everything alive in it, the day's alarms and stops, the last forecast; by the staff
// stream. Any doubt about an event means a new connection and a fresh snapshot. Without a stream it asks every few seconds.
// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from '../shared/ui.js';
import { openStream } from '../shared/stream.js';
import { setAccent } from '../shared/theme.js';
import { foldEvent, foldSnapshot } from '../clerk/fold.js';
import { dayEvent, dayOf, daySnapshot } from './day.js';

// A hall that keeps raising doubts must not make every page ask without pause.
const FRESH_MIN_MS = 3000;
const LIST_MAX = 200; // as many as the daemon gives in one list
const GATHER_MS = 120; // what comes in one moment is drawn once; nobody reads faster

async function askAll(api, path) {
  const get = (rest) => api.get(`${path}/${rest}`, { retries: 0 });
  const states = ['waiting', 'missed', 'parked', 'coming'];
  const [{ counters }, { alarms }, waits, ...lists] = await Promise.all([
    get('counters'), get('alarms'), get('waits'), ...states.map((state) => get(`tickets?state=${state}&limit=${LIST_MAX}`)),
  ]);
  const stopped = waits.services.filter((one) => one.stopped !== undefined).map((one) => [one.code, one.stopped]);
  const tickets = lists.flatMap((answer) => answer.tickets);
  return { type: 'snapshot', data: { event: '', tickets, counters, alarms, stopped: Object.fromEntries(stopped), forecast: waits } };
}

// onChange({state, day, forecast}) after each step.
function follow({ api, path, clock, onChange, onFresh, onLink, onDenied }) {
  let now = { state: null, day: undefined, forecast: null };
  let stream = null;
  let again = null;
  let gather = null;
  let fresh = -Infinity;
  const tell = () => now.state && onChange({ ...now, day: dayOf(now.state, now.day) });
  const show = (part) => {
    now = { ...now, ...part };
    gather ??= setTimeout(() => {
      gather = null;
      tell();
    }, GATHER_MS);
  };
  const onSnapshot = (data) => {
    const first = !now.state;
    if (!first && data.event) onFresh(); // it may come because the hall was configured anew
    show({ state: foldSnapshot(data, now.state), day: daySnapshot(data, now.day), ...(data.forecast && { forecast: data.forecast }) });
    if (first) tell();
  };
  const onStep = (event, id) => {
    const state = foldEvent(now.state, event, id);
    if (!state.doubt) return state !== now.state && show({ state, day: dayEvent(now.day, { ...event, id }) });
    stream.close();
    clearTimeout(again);
    again = setTimeout(connect, Math.max(0, FRESH_MIN_MS - (performance.now() - fresh)));
    return undefined;
  };
  function connect() {
    fresh = performance.now();
    stream = openStream({
      url: `${api.base}${path}/stream`, onState: onLink, onDenied, poll: () => askAll(api, path),
      onEvent: ({ type, data, id }) => {
        clock.observe(data.now);
        if (type === 'snapshot') onSnapshot(data);
        else if (type === 'forecast') show({ forecast: data });
        else if (type === 'change' && now.state) onStep(data, data.id || id);
      },
    });
  }
  connect();
  return () => {
    clearTimeout(again);
    clearTimeout(gather);
    stream.close();
  };
}

// -> {hall, state, day, forecast, link, denied}
export function useHall({ api, clock, code }) {
  const [live, setLive] = useState({ hall: null, state: null, day: null, forecast: null, link: null, denied: null });
  useEffect(() => {
    const change = (part) => setLive((old) => ({ ...old, ...part }));
    const path = `/halls/${code}`;
    const askHall = () => api.get(path).then((hall) => {
      setAccent(hall.accent);
      change({ hall });
    }, (denied) => change({ denied }));
    askHall();
    return follow({
      api, path, clock, onChange: change, onFresh: askHall, onLink: (link) => change({ link }),
      onDenied: (status) => change({ denied: { status, code: status === 401 ? 'unauthenticated' : 'forbidden' } }),
    });
  }, [api, code]);
  return live;
}

// Minutes grow by themselves: drawn anew so often, with the hall's time.
export function useNow(clock, everyMs) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, []);
  return clock.now();
}

// Asks when the key changes or beat grows; an answer that a newer question has overtaken is dropped. With key '' it rests.
// -> {data, error, asking, ask()}
export function useAsked(ask, key, beat = 0) {
  const [found, setFound] = useState({ key: '', data: null, error: null, asking: false });
  const round = useRef(0);
  const load = () => {
    const mine = ++round.current;
    if (!key) return setFound({ key, data: null, error: null, asking: false });
    setFound((old) => ({ key, data: old.key === key ? old.data : null, error: null, asking: true }));
    const settle = (part) => mine === round.current && setFound((old) => ({ ...old, ...part, asking: false }));
    ask().then((data) => settle({ data, error: null }), (error) => settle({ error }));
    return undefined;
  };
  useEffect(() => {
    load();
    return () => round.current++;
  }, [key, beat]);
  return { ...found, ask: load };
}
