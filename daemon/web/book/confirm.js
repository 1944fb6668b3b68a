// Step 4: what the services ask for, the phone number, the code; then it is booked. SPDX-License-Identifier: MIT
import { html, useRef, useState } from '../shared/ui.js';
import { makeAttempt } from '../shared/attempt.js';
import { dayAt, dayText } from '../shared/dates.js';
import { PhoneCode } from '../shared/phone_code.js';
import { TimeProblem } from '../shared/slots.js';
import { documentsOf, fieldsBody, fieldsOf, servicesText } from '../shared/visit.js';
import { dropDraft } from './draft.js';
import { Fields, firstFault } from './fields.js';
import { Held } from './held.js';
import { holdOf } from './state.js';
import { sendCode } from './send.js';
import { takeHold } from './when.js';

// The hold was given back (in another window), or is forgotten.
const lost = (error) => ['booking_state', 'booking_unknown'].includes(error.code);
const FIELD = /^fields\.(.+)$/;

export function Confirm({ api, hall, route, way, draft, setDraft, pow, now, i18n }) {
  const [asked, setAsked] = useState(false);
  const [refused, setRefused] = useState(null); // a field
  const [gone, setGone] = useState(null); // the hold
  const [busyAt, setBusyAt] = useState(null);
  const attempts = useRef(null);
  attempts.current ??= { code: makeAttempt(), confirm: makeAttempt(), hold: makeAttempt() };
  const hold = holdOf(route, draft);
  const fields = fieldsOf(hall, route.services);
  const values = draft.fields || {};

  function check() {
    setAsked(true);
    const fault = firstFault(fields, values);
    if (fault) document.getElementById(`f-${fault.code}`)?.focus();
    return !fault;
  }

  async function submit(phone, code) {
    const body = { phone, code, ...(documentsOf(hall, route.services).length && { checklist: 'yes' }), fields: fieldsBody(fields, values) };
    try {
      const booking = await attempts.current.confirm(
        JSON.stringify([hold.id, body]),
        async () => body,
        (sent, key) => api.post('/booking/confirm', sent, { key, authorization: `Ticket ${hold.link}` }),
      );
      dropDraft(hall.code);
      location.assign(`/b#${booking.link || hold.link}`);
      await new Promise(() => {}); // the button stays busy until the next page is there
    } catch (error) {
      const field = FIELD.exec(error.field || '');
      if (field) {
        setRefused(field[1]);
        document.getElementById(`f-${field[1]}`)?.focus();
        return;
      }
      if (!lost(error) && !['hold_expired', 'slot_taken'].includes(error.code)) throw error;
      setGone(error);
    }
  }

  // Another time instead of the one that is gone. The code was for the old hold.
  async function instead(at) {
    setBusyAt(at);
    try {
      const taken = await takeHold({ api, attempt: attempts.current.hold, hall, route, pow, lang: i18n.lang }, at);
      setDraft({ hold: taken, sent: null });
      setGone(null);
    } catch (error) {
      setGone(error);
    }
    setBusyAt(null);
    pow.warm();
  }

  return html`<h1 tabindex="-1">${i18n.t('phone.heading')}</h1>
    ${gone
      ? html`<${TimeProblem} error=${gone} text=${lost(gone) ? i18n.t('hold.gone') : ''} zone=${hall.zone} i18n=${i18n} busyAt=${busyAt} onPick=${instead} />
          <p><button type="button" class="button" onClick=${() => {
            setDraft({ hold: null, sent: null });
            way.swap({ ...route, screen: 'time' });
          }}>${i18n.t('hold.other')}</button></p>`
      : html`<${Held} hold=${hold} hall=${hall} now=${now} i18n=${i18n}>
          <p class="small">${servicesText(hall, route.services, i18n)}${route.persons > 1 && ` · ${i18n.t('persons.n', { n: route.persons })}`}</p>
        <//>
        ${fields.length > 0 && html`<div class="fields"><${Fields} fields=${fields} values=${values} asked=${asked} refused=${refused} i18n=${i18n}
          onValues=${(changed) => {
            setRefused(null);
            setDraft({ fields: changed });
          }} /></div>`}
        <${PhoneCode} draft=${draft} onDraft=${setDraft} check=${check} submit=${submit} now=${now} i18n=${i18n}
          label=${i18n.t('phone.confirm', { day: dayText(dayAt(hold.at, hall.zone), i18n.lang, 'date') })}
          send=${(phone) => sendCode({ api, hall, pow, attempt: attempts.current.code, lang: i18n.lang }, { purpose: 'book', phone, booking: hold.id })} />`}`;
}
