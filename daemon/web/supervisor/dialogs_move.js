// Moving people from one service to another: a whole line or its end, or one of them. Their ranks stay, so nobody loses the wait
// already done. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { useAct } from '../staff/act.js';
import { Ask } from '../staff/ask.js';
import { Field, typed } from '../staff/form.js';
import { minuteText, serviceName } from './text.js';

const REASON_MAX = 120;
const COUNT_MAX = 200; // of the API

// Those that somebody serves now and that wait the least come first.
function Target({ id, rows, from, hall, i18n, value, onChange }) {
  const others = rows.filter((row) => row.code !== from)
    .sort((a, b) => Number(b.covered) - Number(a.covered) || a.longestMs - b.longestMs);
  const about = (row) => i18n.t(row.covered ? 'move.option' : 'move.option.nobody', {
    name: serviceName(hall, row.code, i18n), n: row.waiting, time: minuteText(row.longestMs, i18n),
  });
  return html`<${Field} id=${id} label=${i18n.t('move.to')} value=${value} onChange=${typed(onChange)}>
    <option value="">${i18n.t('move.choose')}</option>
    ${others.map((row) => html`<option key=${row.code} value=${row.code} selected=${row.code === value}>${about(row)}</option>`)}<//>`;
}

const reasonField = (id, i18n, form, set) => html`<${Field} id=${id} label=${i18n.t('reason')} note=${i18n.t('reason.kept')} maxlength=${REASON_MAX}
  value=${form.reason} onInput=${typed((reason) => set({ reason }))} />`;

export function LineMoveDialog({ api, i18n, hall, path, rows, row: asked, done, onClose }) {
  const act = useAct({ api });
  const [form, setForm] = useState({ to: '', count: '', reason: '' });
  const set = (part) => setForm((old) => ({ ...old, ...part }));
  const row = rows.find((one) => one.code === asked.code); // as it is by now
  const name = serviceName(hall, row.code, i18n);
  const most = Math.min(row.waiting, COUNT_MAX);
  const count = Number(form.count);
  const right = !form.count || (Number.isInteger(count) && count >= 1 && count <= COUNT_MAX);
  const submit = () => act.run({
    id: 'line_move', path: `${path}/lines/${row.code}/move`, body: { to: form.to, reason: form.reason.trim(), ...(form.count && { count }) },
    done: ({ moved }) => done(i18n.t('line_move.done', { n: moved, name: serviceName(hall, form.to, i18n) })),
  });
  return html`<${Ask} id="line-move" heading=${i18n.t('line_move.heading', { name })} label=${i18n.t('line_move.do', { n: form.count && right ? Math.min(count, most) : most })}
    i18n=${i18n} run=${act} ready=${Boolean(form.to && form.reason.trim() && right && most)} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('line_move.text', { n: row.waiting })}</p>
    <${Target} id="move-to" rows=${rows} from=${row.code} hall=${hall} i18n=${i18n} value=${form.to} onChange=${(to) => set({ to })} />
    <${Field} id="move-count" label=${i18n.t('line_move.count')} note=${i18n.t('line_move.count.note')} inputmode="numeric" maxlength="3"
      value=${form.count} problem=${right ? null : i18n.t('line_move.count.wrong', { n: COUNT_MAX })}
      onInput=${typed((text) => set({ count: text.trim() }))} />
    ${reasonField('move-reason', i18n, form, set)}
  <//>`;
}

export function TicketMoveDialog({ api, i18n, hall, path, rows, ticket, done, onClose }) {
  const act = useAct({ api });
  const [form, setForm] = useState({ to: '', reason: '' });
  const set = (part) => setForm((old) => ({ ...old, ...part }));
  const submit = () => act.run({
    id: 'ticket_move', path: `${path}/tickets/${ticket.id}/move`, body: { service: form.to, reason: form.reason.trim() },
    done: () => done(i18n.t('ticket_move.done', { n: ticket.number, name: serviceName(hall, form.to, i18n) })),
  });
  return html`<${Ask} id="ticket-move" heading=${i18n.t('ticket_move.heading', { n: ticket.number })} label=${i18n.t('ticket_move.do')} i18n=${i18n}
    run=${act} ready=${Boolean(form.to && form.reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('ticket_move.text', { name: serviceName(hall, ticket.service, i18n) })}</p>
    <${Target} id="move-to" rows=${rows} from=${ticket.service} hall=${hall} i18n=${i18n} value=${form.to} onChange=${(to) => set({ to })} />
    ${reasonField('move-reason', i18n, form, set)}
  <//>`;
}
