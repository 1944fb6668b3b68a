// Coming back after a missed call: the citizen types the number and keeps it. What the daemon says to a number
// that is wrong, too late or not missed at all stands where it was typed. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { problemText } from '../shared/i18n.js';
import { LeavingFoot } from './leaving.js';
import { missedLetters, missedNumber, missedTyped } from './missed_number.js';
import { Standing, Steps } from './number.js';
import { Pad } from './pad.js';

// Why this number cannot come back, where the citizen can do something about it.
function problemOf({ problem, missed, hall, i18n }) {
  const values = { number: missedNumber(missed, hall) ?? missed, counter: problem.counter?.toUpperCase() };
  if (problem.counter) return i18n.t('missed.called', values);
  const key = `missed.${problem.code}`;
  return i18n.has(key) ? i18n.t(key, values) : problemText(problem, i18n);
}

function Letters({ letters, missed, onLetter, i18n }) {
  if (letters.length < 2) return null;
  return html`<div class="letters" role="group" aria-label=${i18n.t('missed.letter')}>
    ${letters.map((letter) => html`<button type="button" class="key" key=${letter}
      aria-pressed=${String(missed.startsWith(letter))} onClick=${() => onLetter(letter)}>${letter}</button>`)}
  </div>`;
}

export function Missed({ hall, flow, dispatch, i18n }) {
  const { missed, problem } = flow;
  const letters = missedLetters(hall);
  const number = missedNumber(missed, hall);
  const say = (key) => i18n.t(hall.remote?.open ? `${key}.remote` : key);
  const type = (sign) => dispatch({ type: 'missed', missed: missedTyped(missed, sign, hall) });
  const clear = () => dispatch({ type: 'missed', missed: '' });
  const erase = () => dispatch({ type: 'missed', missed: missed.slice(0, -1) });
  const send = () => number && dispatch({ type: 'return', key: newKey(), number });
  // A keyboard, where there is one, types as well.
  const onKey = (event) => {
    if (event.key === 'Backspace') erase();
    else if (/^[a-z0-9]$/i.test(event.key)) type(event.key.toUpperCase());
  };
  return html`<section class="phone missed" onKeyDown=${onKey}>
    <div class="head">
      <div>
        <h1 tabindex="-1">${say('missed.heading')}</h1>
        <p class="quiet">${say('missed.lead')}</p>
      </div>
    </div>
    <div class="body">
      <div class="entry">
        <output class=${missed ? 'digits' : 'digits empty'} aria-label=${i18n.t('missed.label')} aria-live="polite">
          <span>${missed || i18n.t('missed.empty', { number: `${letters[0] ?? ''}012` })}</span>
        </output>
        <p class=${problem ? 'problem' : 'quiet'} role=${problem ? 'alert' : null}>
          ${problem ? problemOf({ problem, missed, hall, i18n }) : i18n.t('missed.where')}
        </p>
        <${Letters} letters=${letters} missed=${missed} onLetter=${type} i18n=${i18n} />
      </div>
      <${Pad} label=${i18n.t('missed.label')} i18n=${i18n} empty=${!missed} onDigit=${type} onErase=${erase} onClear=${clear} />
      <div class="answers">
        <button type="button" class="button primary" disabled=${!number} onClick=${send}>${say('missed.do')}</button>
      </div>
    </div>
    <footer class="foot">
      <button type="button" class="button" onClick=${() => dispatch({ type: 'back' })}>${i18n.t('back')}</button>
    </footer>
  </section>`;
}

export function Returned({ hall, flow, reset, i18n }) {
  const { ticket } = flow;
  const service = hall.services.find((one) => one.code === ticket.service);
  return html`<section class="result returned">
    <div class="body">
      <div class="given">
        <h1 tabindex="-1">
          <span class="label">${i18n.t(ticket.returns > 0 ? 'returned.heading' : 'returned.arrived')}</span>
          <span class="number">${ticket.number}</span>
        </h1>
        <p class="lead">${service && i18n.name(service.names)}</p>
        <${Standing} ticket=${ticket} i18n=${i18n} />
        ${ticket.returns >= hall.rules.return_max && html`<p class="last">${i18n.t('returned.last')}</p>`}
      </div>
      <${Steps} ticket=${ticket} hall=${hall} i18n=${i18n} />
    </div>
    <${LeavingFoot} i18n=${i18n} onLeave=${reset} />
  </section>`;
}
