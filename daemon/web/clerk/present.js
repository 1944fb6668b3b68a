// The citizen at the counter, and what can be done now. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { whyText } from '../shared/why.js';
import { RESUME_WORK } from './actions.js';
import { waitingTickets } from './fold.js';
import { Problem } from '../staff/parts.js';
import { KeyButton, Timer } from './parts.js';
import { saidOf } from './said.js';
import { className, counterName, personOf, profileLines, serviceName, stepNames } from './text.js';

function Citizen({ present, live, clock, i18n }) {
  const { hall } = live;
  const serving = present.state === 'serving';
  const priority = present.class !== 'normal';
  return html`<div class="citizen" data-state=${present.state}>
    <p class="state">
      <span class=${`badge ${serving ? 'good' : 'accent'}`}>${i18n.t(serving ? 'present.serving' : 'present.called')}</span>
      ${present.calls > 1 && html`<span class="badge warn">${i18n.t('present.calls', { n: present.calls })}</span>`}
      <${Timer} clock=${clock} since=${present.since} label=${i18n.t(serving ? 'present.timer.serving' : 'present.timer.called')} />
    </p>
    <p class="number">${present.number}</p>
    <h2>${serviceName(hall, present.service, i18n)}</h2>
    <p class="marks">
      ${priority && html`<span class="badge accent">${i18n.t('present.priority')} · ${className(hall, present.class, i18n)}</span>`}
      ${present.phone && html`<span class="badge">${i18n.t('present.phone')}</span>`}
      ${present.booked && html`<span class="badge">${i18n.t('present.booked', { time: timeText(present.booked, i18n.lang, hall.zone) })}</span>`}
      ${present.persons > 1 && html`<span class="badge warn">${i18n.t('present.persons', { n: present.persons })}</span>`}
      ${present.returns > 0 && html`<span class="badge">${i18n.t('present.returned', { n: present.returns })}</span>`}
    </p>
    ${present.steps?.length > 0 && html`<p class="steps">${i18n.t('present.steps', { services: stepNames(hall, present.steps, i18n) })}</p>`}
    <p class="why quiet">${whyText(present.why, i18n, 'clerk', (ms) => timeText(ms, i18n.lang, hall.zone))}</p>
  </div>`;
}

// Nobody is there: how many this counter could call, or that all is calm.
function Empty({ live, counter, i18n }) {
  const lines = profileLines(live.hall, counter.profile, counter.code);
  const waiting = waitingTickets(live.state).filter((ticket) => ticket.line in lines).length;
  return html`<div class="citizen empty" data-state=${waiting ? 'idle' : 'calm'}>
    <h2>${waiting ? i18n.t('empty.waiting', { n: waiting }) : i18n.t('empty.calm')}</h2>
    <p class="quiet">${i18n.t(waiting ? 'empty.waiting.next' : 'empty.calm.next')}</p>
  </div>`;
}

export function Said({ said, hall, i18n }) {
  const last = said && said.parts[said.parts.length - 1];
  const first = said && said.parts[0];
  const key = said && `said.${said.id}`;
  const text = said && i18n.has(key) ? i18n.t(key, { number: last?.number, before: first?.number, service: said.service && serviceName(hall, said.service, i18n) }) : '';
  return html`<p class="said quiet" role="status">${text}</p>`;
}

export function Present(props) {
  const { present, actions, i18n, keys, run, press } = props;
  const button = (action) => html`<${KeyButton} key=${action.id} action=${action} i18n=${i18n} keys=${keys}
    pending=${run.pending} onPress=${press} />`;
  return html`<section class="present card" aria-label=${i18n.t('present.label')}>
    ${present ? html`<${Citizen} ...${props} />` : html`<${Empty} ...${props} />`}
    <div class="do">
      <${Problem} problem=${run.problem} i18n=${i18n} />
      <${Said} said=${saidOf(run.said)} hall=${props.live.hall} i18n=${i18n} />
      <div class="first">${actions.filter((action) => action.primary).map(button)}</div>
      <div class="others">${actions.filter((action) => !action.primary).map(button)}</div>
    </div>
  </section>`;
}

// The counter is closed, paused, or somebody else's now.
export function Away({ live, counter, stand, clock, i18n, keys, run, press }) {
  const kind = stand === 'other' ? 'other' : counter.state;
  const open = { ...RESUME_WORK, primary: true, key: kind === 'closed' ? 'n' : 'z' };
  return html`<section class="present card" aria-label=${i18n.t('present.label')}>
    <div class="citizen empty" data-state=${kind}>
      <h2>${i18n.t(`away.${kind}`, { name: personOf(counter.clerk), counter: counterName(live.hall, counter.code, i18n) })}</h2>
      ${kind === 'paused' && html`<p>${counter.reason} · <${Timer} clock=${clock} since=${counter.since} label=${i18n.t('away.timer')} /></p>`}
      <p class="quiet">${i18n.t(`away.${kind}.next`)}</p>
    </div>
    <div class="do">
      <${Problem} problem=${run.problem} i18n=${i18n} />
      ${kind !== 'other' &&
      html`<div class="first"><${KeyButton} action=${open} i18n=${i18n} keys=${keys && kind === 'paused'} pending=${run.pending}
        onPress=${press} label=${i18n.t(`do.open.${kind}`)} /></div>`}
    </div>
  </section>`;
}
