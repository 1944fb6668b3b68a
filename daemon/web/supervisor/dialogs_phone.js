// Blocking a phone number for a while, and ending that. The list shows no whole number, so it is typed.
// SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { useAct } from '../staff/act.js';
import { Ask } from '../staff/ask.js';
import { Field, typed } from '../staff/form.js';

const REASON_MAX = 120;
const DAYS = [7, 30, 90, 180, 365];

function usePhone(first) {
  const [form, setForm] = useState({ phone: '', reason: '', ...first });
  return [form, (part) => setForm((old) => ({ ...old, ...part }))];
}

const Fields = ({ i18n, form, set, act, children }) => html`
  <${Field} id="phone" type="tel" label=${i18n.t('phone')} maxlength="24" value=${form.phone} onInput=${typed((phone) => set({ phone }))}
    problem=${act.problem?.error.code === 'phone_invalid' ? i18n.t('phone.wrong') : null} />
  ${children}
  <${Field} id="phone-reason" label=${i18n.t('reason')} note=${i18n.t('reason.kept')} maxlength=${REASON_MAX} value=${form.reason}
    onInput=${typed((reason) => set({ reason }))} />`;

export function BlockDialog({ api, i18n, path, done, onClose }) {
  const act = useAct({ api });
  const [form, set] = usePhone({ days: 30 });
  const submit = () => act.run({
    id: 'block', path: `${path}/phones/block`, body: { phone: form.phone.trim(), days: form.days, reason: form.reason.trim() },
    done: () => done(i18n.t('block.done')),
  });
  return html`<${Ask} id="block" heading=${i18n.t('block.heading')} label=${i18n.t('block.do')} i18n=${i18n} run=${act} danger=${true}
    ready=${Boolean(form.phone.trim() && form.reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('block.text')}</p>
    <${Fields} i18n=${i18n} form=${form} set=${set} act=${act}>
      <${Field} id="block-days" label=${i18n.t('block.days')} value=${String(form.days)} onChange=${typed((text) => set({ days: Number(text) }))}>
        ${DAYS.map((n) => html`<option key=${n} value=${String(n)} selected=${n === form.days}>${i18n.t('days', { n })}</option>`)}<//>
    <//>
  <//>`;
}

export function UnblockDialog({ api, i18n, path, block, done, onClose }) {
  const act = useAct({ api });
  const [form, set] = usePhone({});
  const submit = () => act.run({
    id: 'unblock', path: `${path}/phones/unblock`, body: { phone: form.phone.trim(), reason: form.reason.trim() },
    done: () => done(i18n.t('unblock.done')),
  });
  return html`<${Ask} id="unblock" heading=${i18n.t('unblock.heading')} label=${i18n.t('unblock.do')} i18n=${i18n} run=${act}
    ready=${Boolean(form.phone.trim() && form.reason.trim())} onSubmit=${submit} onClose=${onClose}>
    <p>${i18n.t('unblock.text', { tail: block.phone_tail || '····' })}</p>
    <${Fields} i18n=${i18n} form=${form} set=${set} act=${act} />
  <//>`;
}
