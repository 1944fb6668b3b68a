// About one ticket: its note, more time, the paper once more, and everything about one that waits or is kept.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { waitText as forecastText } from '../shared/wait.js';
import { Qr } from '../shared/qr.js';
import { Dialog } from '../shared/parts.js';
import { Ask } from '../staff/ask.js';
import { Field, typed } from '../staff/form.js';
import { Problem } from '../staff/parts.js';
import { Printers } from '../staff/printers.js';
import { useDetail } from './detail.js';
import { History } from './history.js';
import { className, lineName, serviceName } from './text.js';

const NOTE_MAX = 200;
const MINUTES = [5, 10, 15, 30];

// The one meant: named by whoever asked, else the present one.
const meant = ({ action, live, present }) => (action.ticket ? live.state.tickets[action.ticket] : present);

export function NoteDialog(props) {
  const { i18n, run, place, api, onClose } = props;
  const ticket = meant(props);
  const detail = useDetail({ api, hall: place.hall, ticket });
  const [text, setText] = useState(null);
  if (!ticket) return null;
  const known = detail.ticket?.note ?? (typeof ticket.note === 'string' ? ticket.note : '');
  const value = text ?? known;
  const body = value.trim() ? { text: value.trim() } : {};
  return html`<${Ask} id="note" heading=${i18n.t('note.heading', { number: ticket.number })} label=${i18n.t('note.do')} i18n=${i18n} run=${run}
    onClose=${onClose} onSubmit=${() => run.run({ id: 'note', path: `/halls/${place.hall}/tickets/${ticket.id}/note`, body })}>
    <${Field} id="note-text" label=${i18n.t('note.text')} note=${i18n.t('note.about')} autofocus maxlength=${NOTE_MAX} value=${value}
      onInput=${typed(setText)} />
  <//>`;
}

// A citizen at the counter goes back into the line first; then, as anybody who waits, out of it until the time is over.
async function putOff({ run, perform, action, place, ticket, minutes, present }) {
  if (present?.id === ticket.id && !(await perform({ ...action, id: 'put_back', path: 'put-back' }, {}))) return false;
  return run.after({ id: 'delay', path: `/halls/${place.hall}/tickets/${ticket.id}/delay`, body: { minutes } });
}

export function DelayDialog(props) {
  const { live, i18n, run, place, action, perform, present, onClose } = props;
  const ticket = meant(props) ?? live.state.tickets[props.action.kept];
  const [kept] = useState(ticket); // it leaves the counter in the first of two steps
  const { delay_minutes_max: most = 15 } = live.hall.rules;
  const choices = MINUTES.filter((n) => n <= most);
  const [minutes, setMinutes] = useState(String(choices.at(-1) ?? most));
  if (!kept) return null;
  const count = Number(minutes);
  const right = Number.isInteger(count) && count >= 1 && count <= most;
  return html`<${Ask} id="delay" heading=${i18n.t('delay.heading', { number: kept.number })} label=${i18n.t('delay.do')} i18n=${i18n} run=${run}
    ready=${right} onClose=${onClose} onSubmit=${() => putOff({ run, perform, action, place, ticket: kept, minutes: count, present })}>
    <p>${i18n.t(kept.counter ? 'delay.text.present' : 'delay.text')}</p>
    <div class="choices" role="group" aria-label=${i18n.t('delay.minutes')}>
      ${choices.map((n) => html`<button type="button" class="button" key=${n} aria-pressed=${String(count === n)}
        onClick=${() => setMinutes(String(n))}>${i18n.t('wait', { n })}</button>`)}
    </div>
    <${Field} id="delay-minutes" label=${i18n.t('delay.minutes')} inputmode="numeric" maxlength="2" value=${minutes} onInput=${typed(setMinutes)}
      problem=${right ? '' : i18n.t('delay.range', { n: most })} />
  <//>`;
}

// The same number with its link, to be printed or scanned.
export function ReprintDialog(props) {
  const { live, i18n, run, place, api, onClose } = props;
  const [kept] = useState(() => meant(props));
  const [slip, setSlip] = useState({});
  const { hall } = live;
  const print = () => run.ask({ path: `/halls/${place.hall}/tickets/${kept.id}/reprint`, body: {} }).then(async (ticket) => {
    if (!ticket) return;
    setSlip({ ticket });
    const text = `${hall.public_url || location.origin}/t#${ticket.link}`;
    api.post('/qr', { text }).then((code) => setSlip({ ticket, code }), () => {});
  });
  useEffect(() => {
    if (kept) print();
  }, []);
  if (!kept) return null;
  return html`<${Dialog} open=${true} onClose=${onClose} labelledBy="reprint-ask">
    <div class="ask">
      <h2 id="reprint-ask">${i18n.t('reprint.heading', { number: kept.number })}</h2>
      <div class="slip" data-ready=${slip.code ? 'true' : null}>
        <p class="place">${i18n.name(hall.names)}</p>
        <p class="number">${kept.number}</p>
        <p>${serviceName(hall, kept.service, i18n)}</p>
        <div class="code">${slip.code && html`<${Qr} code=${slip.code} label=${i18n.t('reprint.qr', { number: kept.number })} />`}</div>
        <p class="small">${i18n.t('reprint.scan')}</p>
      </div>
      <${Printers} api=${api} hall=${hall} path=${`/halls/${place.hall}`} ticket=${kept} i18n=${i18n} />
      <${Problem} problem=${run.problem} i18n=${i18n} />
      <div class="actions">
        <button type="button" class="button" onClick=${onClose}>${i18n.t('close')}</button>
        <button type="button" class="button primary" disabled=${!slip.ticket} onClick=${() => window.print()}>${i18n.t(hall.printers?.length ? 'print.here' : 'reprint.print')}</button>
      </div>
    </div>
  <//>`;
}

function Facts({ ticket, live, i18n }) {
  const { hall, forecast } = live;
  const told = forecast?.tickets?.find(([id]) => id === ticket.id);
  const wait = told && forecastText({ low: told[1], likely: told[2], high: told[3] }, i18n);
  const facts = [
    i18n.t(ticket.away ? 'state.away' : `state.${ticket.state}`), ticket.class !== 'normal' && className(hall, ticket.class, i18n),
    ticket.state === 'waiting' && ticket.line !== ticket.service && lineName(hall, ticket.line, i18n),
    wait && i18n.t('ticket.wait', { wait }),
  ];
  return html`<p>${facts.filter(Boolean).join(' · ')}</p>`;
}

// One that is not at the counter: what is known, and what can be done for it from here.
export function TicketDialog(props) {
  const { action, live, i18n, place, api, ask, onClose } = props;
  const ticket = live.state.tickets[action.ticket];
  const detail = useDetail({ api, hall: place.hall, ticket });
  if (!ticket) return html`<${Dialog} open=${true} onClose=${onClose} labelledBy="ticket-gone"><p id="ticket-gone">${i18n.t('ticket.gone')}</p>
    <div class="actions"><button type="button" class="button" onClick=${onClose}>${i18n.t('close')}</button></div><//>`;
  const note = detail.ticket?.note;
  const can = ['note', 'reprint', ...(ticket.state === 'waiting' || ticket.state === 'coming' ? ['delay'] : [])];
  return html`<${Dialog} open=${true} onClose=${onClose} labelledBy="ticket-ask">
    <div class="ask ticket-ask">
      <h2 id="ticket-ask"><span class="number">${ticket.number}</span> ${serviceName(live.hall, ticket.service, i18n)}</h2>
      <${Facts} ticket=${ticket} live=${live} i18n=${i18n} />
      ${note && html`<p class="note">${note}</p>`}
      ${detail.ticket ? html`<${History} entries=${detail.ticket.history} hall=${live.hall} i18n=${i18n} />`
        : html`<p class="quiet" role="status">${detail.failed ? i18n.t('problem.network') : i18n.t('loading')}</p>`}
      <div class="actions">
        <button type="button" class="button" onClick=${onClose}>${i18n.t('close')}</button>
        ${can.map((id) => html`<button type="button" class="button" key=${id} onClick=${() => ask({ id, ticket: ticket.id })}>${i18n.t(`do.${id}`)}</button>`)}
      </div>
    </div>
  <//>`;
}
