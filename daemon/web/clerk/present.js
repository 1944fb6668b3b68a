// The citizen at the counter, and what can be done now. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { OPEN, RESUME_WORK } from './actions.js';
import { useDetail } from './detail.js';
import { File } from './file.js';
import { momentsOf } from './history.js';
import { NextUp } from './next_up.js';
import { Problem } from '../staff/parts.js';
import { KeyButton, Timer } from './parts.js';
import { Said } from './said_line.js';
import { UndoButton } from './undo_button.js';
import { Unshown } from './unshown.js';
import { className, counterName, personOf, serviceName, stepNames, timerText } from './text.js';
import { whyWords } from './why_words.js';

// Waiting, the way to the counter, the service: what each took, or takes, beside what is usual.
function Way({ present, live, detail, clock, i18n }) {
  const serving = present.state === 'serving';
  const { called, begun } = momentsOf(detail.ticket?.history);
  const usual = live.hall.services.find((one) => one.code === present.service)?.minutes;
  const waited = present.why?.waited ?? (called ?? present.since) - present.issued;
  const parts = [];
  if (present.why?.rule !== 'direct') parts.push(i18n.t('way.waited', { n: Math.max(0, Math.round(waited / 60000)) }));
  if (serving && called && begun > called) parts.push(i18n.t('way.came', { time: timerText(begun - called) }));
  if (usual) parts.push(i18n.t('way.usual', { n: usual }));
  const over = serving && usual && clock.now() - present.since > 2 * usual * 60000;
  return html`<p class="way"><span class="quiet">${parts.join(' · ')}</span>
    <${Timer} clock=${clock} since=${present.since} class=${over ? 'over' : ''}
      label=${i18n.t(serving ? 'present.timer.serving' : 'present.timer.called')} /></p>`;
}

function Marks({ present, hall, i18n }) {
  const time = (ms) => timeText(ms, i18n.lang, hall.zone);
  const marks = [
    present.class !== 'normal' && ['accent', `${i18n.t('present.priority')} · ${className(hall, present.class, i18n)}`],
    present.persons > 1 && ['warn', i18n.t('present.persons', { n: present.persons })],
    present.booked && ['', i18n.t('present.booked', { time: time(present.booked) })],
    present.returns > 0 && ['', i18n.t('present.returned', { n: present.returns })],
    present.delays > 0 && ['', i18n.t('present.delays', { n: present.delays })],
    present.phone && ['', i18n.t('present.phone')],
  ];
  return html`<p class="marks">${marks.filter(Boolean).map(([tone, text]) => html`<span key=${text} class=${`badge ${tone}`}>${text}</span>`)}</p>`;
}

function Citizen(props) {
  const { present, live, i18n, detail } = props;
  const { hall } = live;
  const serving = present.state === 'serving';
  return html`<div class="citizen" data-state=${present.state}>
    <div class="who" tabindex="0" role="group" aria-label=${i18n.t('present.who')}>
      <p class="state">
        <span class=${`badge ${serving ? 'good' : 'accent'}`}>${i18n.t(serving ? 'present.serving' : 'present.called')}</span>
        ${present.calls > 1 && html`<span class="badge warn">${i18n.t('present.calls', { n: present.calls })}</span>`}
      </p>
      <p class="number">${present.number}</p>
      <${Unshown} ...${props} />
      <h2>${serviceName(hall, present.service, i18n)}</h2>
      <${Way} ...${props} />
      <${Marks} present=${present} hall=${hall} i18n=${i18n} />
      ${present.steps?.length > 0 && html`<p class="steps">${i18n.t('present.steps', { services: stepNames(hall, present.steps, i18n) })}</p>`}
      <p class="why quiet">${whyWords({ ticket: present, hall, i18n })}</p>
    </div>
    <${File} ...${props} detail=${detail} />
  </div>`;
}

// Nobody is there: how many this counter could call, or that all is calm.
function Empty({ waiting, i18n }) {
  return html`<div class="citizen empty" data-state=${waiting ? 'idle' : 'calm'}>
    <h2>${waiting ? i18n.t('empty.waiting', { n: waiting }) : i18n.t('empty.calm')}</h2>
    ${!waiting && html`<p class="quiet">${i18n.t('empty.calm.next')}</p>`}
  </div>`;
}

export function Present(props) {
  const { present, actions, queue, undo, i18n, keys, keyOf, run, press, live, place, api } = props;
  const detail = useDetail({ api, hall: place.hall, ticket: present });
  const button = (action) => html`<${KeyButton} key=${action.id} action=${action} i18n=${i18n} keys=${keys} keyOf=${keyOf}
    pending=${run.pending} onPress=${press} />`;
  const others = actions.filter((action) => !action.primary && !action.tool);
  return html`<section class="present card" aria-label=${i18n.t('present.label')}>
    ${present ? html`<${Citizen} ...${props} detail=${detail} />` : html`<${Empty} waiting=${queue.length} i18n=${i18n} />`}
    <${NextUp} ...${props} />
    <div class="do">
      <${Problem} problem=${run.problem} i18n=${i18n} />
      <div class="after">
        <${Said} ...${props} hall=${live.hall} />
        ${undo && html`<${UndoButton} ...${props} />`}
      </div>
      <div class="first">${actions.filter((action) => action.primary).map(button)}</div>
      <div class="others" data-count=${others.length}>${others.map(button)}</div>
    </div>
  </section>`;
}

// The counter is closed, paused, or somebody else's now.
export function Away({ live, counter, stand, clock, i18n, keys, keyOf, run, press }) {
  const kind = stand === 'other' ? 'other' : counter.state;
  const open = { ...(kind === 'closed' ? OPEN : RESUME_WORK), primary: true };
  return html`<section class="present card" aria-label=${i18n.t('present.label')}>
    <div class="citizen empty" data-state=${kind}>
      <h2>${i18n.t(`away.${kind}`, { name: personOf(counter.clerk), counter: counterName(live.hall, counter.code, i18n) })}</h2>
      ${kind === 'paused' && html`<p>${counter.reason} · <${Timer} clock=${clock} since=${counter.since} label=${i18n.t('away.timer')} /></p>`}
      <p class="quiet">${i18n.t(`away.${kind}.next`)}</p>
    </div>
    <div class="do">
      <${Problem} problem=${run.problem} i18n=${i18n} />
      ${kind !== 'other' &&
      html`<div class="first"><${KeyButton} action=${open} i18n=${i18n} keys=${keys && kind === 'paused'} keyOf=${keyOf} pending=${run.pending}
        onPress=${press} label=${i18n.t(`do.open.${kind}`)} /></div>`}
    </div>
  </section>`;
}
