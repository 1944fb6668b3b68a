// What is asked before a booking changes: another time, the reason of a cancel. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { dayAt, momentText } from '../shared/dates.js';
import { useAct } from '../staff/act.js';
import { Ask } from '../staff/ask.js';
import { Field, Switch, typed } from '../staff/form.js';
import { servicesText } from './text.js';
import { TimePicker } from './times.js';

const REASON_MAX = 120;

const nowText = (booking, hall, i18n) => i18n.t('move.from', {
  time: momentText(booking.at, i18n.lang, hall.zone), services: servicesText(hall, booking.services, i18n),
});

function Reason({ id, i18n, reason, setReason, tell }) {
  return html`<${Field} id=${id} label=${i18n.t('reason')} note=${tell ? i18n.t('reason.told') : i18n.t('reason.kept')}
    maxlength=${REASON_MAX}
    value=${reason} onInput=${typed(setReason)} />`;
}

export function MoveDialog({ api, i18n, hall, booking, onDone, onClose }) {
  const act = useAct({ api });
  const [form, setForm] = useState({ day: dayAt(booking.at, hall.zone), at: null, share: booking.share || 'public', reason: '' });
  const set = (part) => setForm((old) => ({ ...old, ...part }));
  const error = act.problem?.error;
  const submit = () => act.run({
    id: 'move', path: `/halls/${hall.code}/bookings/${booking.id}/move`,
    body: { at: form.at, share: form.share, reason: form.reason.trim() }, done: onDone,
  });
  return html`<${Ask} id="move" heading=${i18n.t('move.heading', { n: booking.number })} label=${i18n.t('move.do')} i18n=${i18n} run=${act}
    ready=${Boolean(form.at && form.at !== booking.at && form.reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${nowText(booking, hall, i18n)}</p>
    <${Switch} label=${i18n.t('new.share')} value=${form.share} onChange=${(share) => set({ share, at: null })}
      options=${['staff', 'public'].map((value) => ({ value, label: i18n.t(`share.${value}`) }))} />
    <${TimePicker} api=${api} i18n=${i18n} hall=${hall} services=${booking.services} persons=${booking.persons || 1} share=${form.share}
      day=${form.day}
      onDay=${(day) => set({ day, at: null })} at=${form.at} onAt=${(at) => set({ at, day: dayAt(at, hall.zone) })}
      alternatives=${error?.body?.alternatives} />
    <${Reason} id="move-reason" i18n=${i18n} reason=${form.reason} setReason=${(reason) => set({ reason })}
      tell=${Boolean(booking.phone)} />
  <//>`;
}

export function CancelDialog({ api, i18n, hall, booking, onDone, onClose }) {
  const act = useAct({ api });
  const [reason, setReason] = useState('');
  const submit = () => act.run({
    id: 'cancel', path: `/halls/${hall.code}/bookings/${booking.id}/cancel`, body: { reason: reason.trim() }, done: onDone,
  });
  return html`<${Ask} id="cancel" heading=${i18n.t('cancel.heading', { n: booking.number })} label=${i18n.t('cancel.do')} i18n=${i18n}
    run=${act} danger=${true}
    ready=${Boolean(reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${nowText(booking, hall, i18n)}</p>
    <${Reason} id="cancel-reason" i18n=${i18n} reason=${reason} setReason=${setReason} tell=${Boolean(booking.phone)} />
  <//>`;
}

export function UnblockDialog({ api, i18n, hall, onDone, onClose }) {
  const act = useAct({ api });
  const [form, setForm] = useState({ phone: '', reason: '' });
  const submit = () => act.run({
    id: 'unblock', path: `/halls/${hall.code}/phones/unblock`, body: { phone: form.phone.trim(), reason: form.reason.trim() }, done: onDone,
  });
  return html`<${Ask} id="unblock" heading=${i18n.t('unblock.heading')} label=${i18n.t('unblock.do')} i18n=${i18n} run=${act}
    ready=${Boolean(form.phone.trim() && form.reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('unblock.text')}</p>
    <${Field} id="unblock-phone" type="tel" label=${i18n.t('new.phone')} maxlength="24" value=${form.phone}
      onInput=${typed((phone) => setForm((old) => ({ ...old, phone })))} />
    <${Reason} id="unblock-reason" i18n=${i18n} reason=${form.reason} setReason=${(reason) => setForm((old) => ({ ...old, reason }))} />
  <//>`;
}
