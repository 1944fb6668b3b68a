// What the last press did, in a sentence; or what was done at this counter from another window. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { saidOf, valuesOf } from './said.js';
import { personOf } from './text.js';
import { stepsText } from './undo.js';

// How long another hand's press is worth telling.
const TOLD_MS = 20000;

const isElsewhere = (press, run, now) => Boolean(press) && !run.pending && now < press.at + TOLD_MS && !run.isOwn(press);

export function Said({ live, counter, hall, clock, run, i18n }) {
  const press = live.state.presses[counter.code];
  const said = saidOf(run.said);
  const key = said && `said.${said.id}`;
  let text = said && i18n.has(key) ? i18n.t(key, valuesOf(said, hall, i18n)) : '';
  if (isElsewhere(press, run, clock.now())) {
    const what = stepsText(press.steps, i18n);
    text = i18n.t(press.undone ? 'elsewhere.undone' : 'elsewhere', { name: personOf(press.by), what });
  }
  return html`<p class="said quiet" role="status">${text}</p>`;
}
