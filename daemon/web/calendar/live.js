// What the calendar knows of a hall: its file, the days in view, the waitlist, the conflicts. An event of the hall says
// that something changed; then it is asked anew, all of it, a moment later. Without a stream it asks every few seconds.
// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from '../shared/ui.js';
import { openStream } from '../shared/stream.js';
import { setAccent } from '../shared/theme.js';
import { inCells } from './plan.js';

const GATHER_MS = 250; // several events of one moment are one question
const RELEVANT = /^(booking|waitlist|slot|phone|hall)\./;

// -> {hall, link, denied, beat, touch()}; beat grows whenever what is shown may be old.
export function useHall({ api, clock, code }) {
  const [live, setLive] = useState({ hall: null, link: null, denied: null, beat: 0 });
  const timer = useRef(null);
  const touch = () => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      setLive((old) => ({ ...old, beat: old.beat + 1 }));
    }, GATHER_MS);
  };
  useEffect(() => {
    const change = (part) => setLive((old) => ({ ...old, ...part }));
    const askHall = () =>
      api.get(`/halls/${code}`).then(
        (hall) => {
          setAccent(hall.accent);
          change({ hall });
        },
        (denied) => change({ denied }),
      );
    askHall();
    let begun = false;
    const onEvent = ({ type, data }) => {
      clock.observe(data.now);
      if (type === 'snapshot') {
        if (begun) askHall().then(touch); // the link was broken, or the hall was configured anew
        else touch(); // something may have happened between the first question and this
        begun = true;
      }
      if (type === 'change' && RELEVANT.test(data.type)) touch();
    };
    const poll = async () => {
      const { now } = await api.get('/clock', { retries: 0 });
      touch();
      return { type: 'poll', data: { now } };
    };
    const stream = openStream({
      url: `${api.base}/halls/${code}/stream`,
      onEvent,
      poll,
      onState: (link) => change({ link }),
      onDenied: (status) => change({ denied: { status, code: status === 401 ? 'unauthenticated' : 'forbidden' } }),
    });
    return () => {
      clearTimeout(timer.current);
      timer.current = null;
      stream.close();
    };
  }, [api, code]);
  return { ...live, touch };
}

// Asks again with every beat; an answer that a newer question has overtaken is dropped. -> {key, data, error, ask()}
export function useAsked(ask, key, beat) {
  const [state, setState] = useState({ key: null, data: null, error: null });
  const round = useRef(0);
  const load = () => {
    const mine = ++round.current;
    ask().then(
      (data) => mine === round.current && setState({ key, data, error: null }),
      (error) => mine === round.current && setState((old) => ({ ...old, key, data: old.key === key ? old.data : null, error })),
    );
  };
  useEffect(load, [key, beat]);
  return { ...state, fresh: state.key === key, ask: load };
}

export const askRange = (api, code, from, days) => async () => {
  const query = `from=${from}&days=${days}`;
  const [desk, list] = await Promise.all([
    api.get(`/halls/${code}/desk/days?${query}`, { retries: 1 }),
    api.get(`/halls/${code}/bookings?${query}`, { retries: 1 }),
  ]);
  return { days: desk.days.map((day) => inCells(day, desk.overbook_permille)), bookings: list.bookings };
};
