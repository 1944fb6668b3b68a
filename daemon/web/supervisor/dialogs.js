// What asks before it acts, because it hits somebody or many: why, and what becomes of them. A new one: a row of DIALOGS.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { useAct } from '../staff/act.js';
import { Ask, Choice } from '../staff/ask.js';
import { Check, Field, typed } from '../staff/form.js';
import { LineMoveDialog, TicketMoveDialog } from './dialogs_move.js';
import { BlockDialog, UnblockDialog } from './dialogs_phone.js';
import { ReprintDialog } from './reprint.js';
import { totalsOf } from './figures.js';
import { counterName, personOf, serviceName } from './text.js';

const REASON_MAX = 60;
// What may become of the ticket at a counter that is freed: docs/lifecycle.md, "Moves".
const PRESENT = { called: ['put_back', 'absent'], serving: ['finish', 'park', 'put_back'] };

function Reason({ id, i18n, value, onInput, max = REASON_MAX, note }) {
  return html`<${Field} id=${id} label=${i18n.t('reason')} note=${i18n.t(note || 'reason.kept')} maxlength=${max} value=${value} onInput=${typed(onInput)} />`;
}

function FreeDialog({ api, i18n, hall, path, counter, ticket, done, onClose }) {
  const act = useAct({ api });
  const choices = PRESENT[ticket?.state] || [];
  const [present, setPresent] = useState(choices[0] || '');
  const [reason, setReason] = useState(i18n.t('free.reason'));
  const name = counterName(hall, counter.code, i18n);
  const submit = () => act.run({
    id: 'free', path: `${path}/counters/${counter.code}/free`, body: { ...(ticket && { present }), reason: reason.trim() },
    done: () => done(i18n.t('free.done', { counter: name })),
  });
  return html`<${Ask} id="free" heading=${i18n.t('free.ask', { counter: name })} label=${i18n.t('free.do')} i18n=${i18n} run=${act} danger=${true}
    ready=${Boolean(reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('free.text', { name: personOf(counter.clerk) })}</p>
    ${ticket && html`<fieldset><legend>${i18n.t('free.present', { n: ticket.number })}</legend>
      <${Choice} name="present" value=${present} onChange=${setPresent}
        options=${choices.map((value) => ({ value, label: i18n.t(`free.${value}`) }))} /></fieldset>`}
    <${Reason} id="free-reason" i18n=${i18n} value=${reason} onInput=${setReason} />
  <//>`;
}

function StopDialog({ api, i18n, hall, path, service, rows, done, onClose }) {
  const act = useAct({ api });
  const [reason, setReason] = useState('');
  const name = service ? serviceName(hall, service, i18n) : i18n.t('numbers.every');
  const n = rows.filter((row) => !service || row.code === service).reduce((sum, row) => sum + row.waiting, 0);
  const submit = () => act.run({
    id: 'stop', path: `${path}/stop`, body: { ...(service && { service }), reason: reason.trim() }, done: () => done(i18n.t('stop.done', { name })),
  });
  return html`<${Ask} id="stop" heading=${i18n.t('stop.heading', { name })} label=${i18n.t('stop.do')} i18n=${i18n} run=${act} danger=${true}
    ready=${Boolean(reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('stop.text', { n })}</p>
    <${Reason} id="stop-reason" i18n=${i18n} value=${reason} onInput=${setReason} note="reason.public" />
  <//>`;
}

function CloseDayDialog({ api, i18n, hall, live, path, done, onClose }) {
  const act = useAct({ api });
  const [sure, setSure] = useState(false);
  const n = totalsOf(live.state);
  const submit = () => act.run({
    id: 'close_day', path: `${path}/close-day`, body: {}, done: (answer) => done(i18n.t('close_day.done', { n: answer.expired ?? n.alive })),
  });
  return html`<${Ask} id="close-day" heading=${i18n.t('close_day.heading', { hall: i18n.name(hall.names) })} label=${i18n.t('close_day.do')} i18n=${i18n}
    run=${act} danger=${true} ready=${sure || !n.alive} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('close_day.text')}</p>
    ${n.alive > 0 && html`<ul class="facts-list">${['waiting', 'serving', 'parked', 'missed', 'coming'].filter((key) => n[key] > 0).map((key) =>
      html`<li key=${key}>${i18n.t(`total.${key}`)} <b>${n[key]}</b></li>`)}</ul>
    <${Check} id="close-day-sure" label=${i18n.t('close_day.sure', { n: n.alive })} checked=${sure} onChange=${setSure} />`}
  <//>`;
}

function WithdrawDialog({ api, i18n, path, ticket, done, onClose }) {
  const act = useAct({ api });
  const submit = () => act.run({
    id: 'withdraw', path: `${path}/tickets/${ticket.id}/cancel`, body: {}, done: () => done(i18n.t('withdraw.done', { n: ticket.number })),
  });
  return html`<${Ask} id="withdraw" heading=${i18n.t('withdraw.heading', { n: ticket.number })} label=${i18n.t('withdraw.do')} i18n=${i18n} run=${act}
    danger=${true} onSubmit=${submit} onClose=${onClose}><p>${i18n.t('withdraw.text')}</p><//>`;
}

export const DIALOGS = {
  free: FreeDialog, stop: StopDialog, close_day: CloseDayDialog, withdraw: WithdrawDialog, line_move: LineMoveDialog,
  ticket_move: TicketMoveDialog, block: BlockDialog, unblock: UnblockDialog, reprint: ReprintDialog,
};
