// Doing something at the counter: one request at a time, its outcome in words, and "try again" with the same
// key where the outcome is open. SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { foldShows } from './fold.js';
import { partsOf } from './said.js';

// How long the stream may take to show what the answer said, before the answer itself is believed.
const SHOWN_MS = 800;
const OPEN_ENDED = new Set(['network', 'store_timeout', 'store_down', 'busy', 'stopping']);

// The daemon's moment of an undo lies between asking and answer, by a clock that may be so far off.
const CLOCK_OFF_MS = 1500;
const OWN_MAX = 3; // a wish may have two steps

// -> {pending: id or null, problem: {error, retry?}, said: {id, parts, answer} or null, doing(), run(task), clear(),
// isOwn(press)}. doing(): id or null as of this very moment; pending is what the last drawing showed.
// isOwn: a press of fold_press.js was made here, or before this page began. task: {id, path, body}; path is below /api/v1.
export function useRun({ api, live, clock }) {
  const [now, setNow] = useState({ pending: null, problem: null, said: null });
  const doing = useRef(null); // a second key press comes before the next drawing
  const awaited = useRef(null);
  const waiting = useRef([]); // second steps
  const began = useRef(clock.now());
  const own = useRef([]); // the last things done here, the newest first

  const settle = () => {
    const { said, timer } = awaited.current;
    clearTimeout(timer);
    awaited.current = null;
    doing.current = null;
    setNow({ pending: null, problem: null, said });
    waiting.current.splice(0).forEach((done) => done());
  };
  useEffect(() => {
    const { current } = awaited;
    if (current && live.state && current.parts.every((part) => foldShows(live.state, part))) settle();
  }, [live.state, now]);
  useEffect(() => () => clearTimeout(awaited.current?.timer), []);

  async function run(task, key = newKey()) {
    if (doing.current) return false;
    doing.current = task.id;
    setNow({ pending: task.id, problem: null, said: null });
    const from = clock.now() - CLOCK_OFF_MS;
    try {
      const answer = await api.post(task.path, task.body, { key });
      const parts = partsOf(answer);
      own.current = [{ from, to: clock.now() + CLOCK_OFF_MS, parts, undone: Boolean(answer.undone) }, ...own.current].slice(0, OWN_MAX);
      const said = { id: task.id === 'next' && !answer.ticket ? 'nobody' : task.id, parts, answer };
      const believe = () => {
        parts.forEach((part) => live.answer?.(part));
        settle();
      };
      awaited.current = { parts, said, timer: setTimeout(believe, SHOWN_MS) };
      setNow((old) => ({ ...old })); // the stream may have been faster: look at once
      return true;
    } catch (error) {
      doing.current = null;
      const retry = OPEN_ENDED.has(error.code) ? () => run(task, key) : null;
      setNow({ pending: null, problem: { error, retry }, said: null });
      return false;
    }
  }
  // What the page asks for without anything of the hall changing its place. -> the answer, or null.
  async function ask(task, key = newKey()) {
    try {
      return await api.post(task.path, task.body, { key });
    } catch (error) {
      setNow({ pending: null, problem: { error, retry: null }, said: null });
      return null;
    }
  }
  // A second step of the same wish, as soon as the first one is shown.
  async function after(task) {
    await new Promise((done) => {
      if (doing.current) waiting.current.push(done);
      else done();
    });
    return run(task);
  }
  // A press is the moment since when its tickets are what they are; what is taken back is since long ago.
  const isOwn = (press) => press.at < began.current || own.current.some(({ from, to, parts, undone }) =>
    press.undone === undone && (undone ? press.at >= from && press.at <= to : parts.some((part) => part.since === press.at)));
  return { ...now, isOwn, ask, after, doing: () => doing.current, run, clear: () => setNow((old) => ({ ...old, problem: null, said: null })) };
}
