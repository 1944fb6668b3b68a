// Step 4: what the services ask for, the phone number, the code; then it is booked. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { PhoneCode } from '../shared/phone_code.js';
import { TimeProblem } from '../shared/slots.js';
import { dayWords, documentsOf, fieldsBody, fieldsOf, servicesText } from '../shared/visit.js';
import { dropDraft, keepDraft } from './draft.js';
import { Fields, firstFault } from './fields.js';
import { Held } from './held.js';
import { codeSender } from './send.js';
import { holdOf } from './state.js';
import { takeHold } from './when.js';

const FIELD = /^fields\.(.+)$/;
const TAKEN = ['hold_expired', 'slot_taken'];
const LOST = ['booking_state', 'booking_unknown']; // given back in another window, or forgotten

const focusField = (code) => document.getElementById(`f-${code}`)?.focus();

// Booked: what was typed is forgotten, and the way back does not lead into the last step again.
async function leave(hall, hold, link) {
  dropDraft(hall.code);
  keepDraft(hall.code, { booked: { at: hold.at, link } });
  location.replace(`/b#${link}`);
  await new Promise(() => {}); // the button stays busy until the next page is there
}

// The time went to somebody else: the nearest ones, or all of them.
function Gone({ error, hall, busyAt, i18n, onPick, onOther }) {
  const text = LOST.includes(error.code) ? i18n.t('hold.gone') : '';
  return html`<${TimeProblem} error=${error} text=${text} zone=${hall.zone} i18n=${i18n} busyAt=${busyAt} onPick=${onPick} />
    <p><button type="button" class="button" onClick=${onOther}>${i18n.t('hold.other')}</button></p>`;
}

function Summary({ hold, hall, route, now, i18n }) {
  const persons = route.persons > 1 ? i18n.t('persons.n', { n: route.persons }) : '';
  const text = [servicesText(hall, route.services, i18n), persons].filter(Boolean).join(' · ');
  return html`<${Held} hold=${hold} hall=${hall} now=${now} i18n=${i18n}><p class="small">${text}</p><//>`;
}

// Another time instead of the one that is gone. The code was for the old hold.
function useInstead({ hall, route, post, pow, i18n, setDraft }) {
  const [gone, setGone] = useState(null);
  const [busyAt, setBusyAt] = useState(null);
  async function instead(at) {
    setBusyAt(at);
    try {
      setDraft({ booked: null, hold: await takeHold({ hall, route, post, pow, i18n }, at), sent: null });
      setGone(null);
    } catch (error) {
      setGone(error);
    }
    setBusyAt(null);
    pow.warm();
  }
  return { gone, setGone, busyAt, instead };
}

export function Confirm({ api, hall, route, way, draft, setDraft, pow, now, i18n }) {
  const [asked, setAsked] = useState(false);
  const [refused, setRefused] = useState(null); // a field
  const post = usePost(api);
  const { gone, setGone, busyAt, instead } = useInstead({ hall, route, post, pow, i18n, setDraft });
  const hold = holdOf(route, draft);
  const fields = fieldsOf(hall, route.services);
  const values = draft.fields || {};

  function check() {
    setAsked(true);
    const fault = firstFault(fields, values);
    if (fault) focusField(fault.code);
    return !fault;
  }

  async function submit(phone, code) {
    const checklist = documentsOf(hall, route.services).length ? { checklist: 'yes' } : {};
    const body = { phone, code, ...checklist, fields: fieldsBody(fields, values) };
    try {
      const booking = await post('/booking/confirm', body, { authorization: `Ticket ${hold.link}` });
      await leave(hall, hold, booking.link || hold.link);
    } catch (error) {
      const field = FIELD.exec(error.field || '');
      if (field) {
        setRefused(field[1]);
        focusField(field[1]);
      } else if (TAKEN.includes(error.code)) setGone(error);
      else await lost(error);
    }
  }

  const send = codeSender({ hall, post, pow, i18n }, { purpose: 'book', booking: hold.id });
  const sendOrLost = (phone) => send(phone).catch(lost);

  // Given back, or booked in another window of this browser.
  async function lost(error) {
    if (!LOST.includes(error.code)) throw error;
    const own = { authorization: `Ticket ${hold.link}` };
    const found = await api.get('/booking', own).catch((failed) => (failed.status === 404 ? null : Promise.reject(failed)));
    if (found && !['held', 'expired', 'cancelled'].includes(found.state)) await leave(hall, hold, hold.link);
    setGone(error);
    throw error;
  }

  function other() {
    setDraft({ hold: null, sent: null });
    way.swap({ ...route, screen: 'time' });
  }

  function setValues(changed) {
    setRefused(null);
    setDraft({ fields: changed });
  }

  const heading = html`<h1 tabindex="-1">${i18n.t('phone.heading')}</h1>`;
  if (gone) {
    return html`${heading}
      <${Gone} error=${gone} hall=${hall} busyAt=${busyAt} i18n=${i18n} onPick=${instead} onOther=${other} />`;
  }
  return html`${heading}
    <${Summary} hold=${hold} hall=${hall} route=${route} now=${now} i18n=${i18n} />
    ${fields.length > 0 && html`<div class="fields">
      <${Fields} fields=${fields} values=${values} asked=${asked} refused=${refused} i18n=${i18n} onValues=${setValues} />
    </div>`}
    <${PhoneCode} what=${`book ${hold.id}`} draft=${draft} zone=${hall.zone}
      onDraft=${setDraft} check=${check} submit=${submit} send=${sendOrLost} now=${now} i18n=${i18n}
      label=${i18n.t('phone.confirm', { day: dayWords(hold.at, hall.zone, i18n, 'date') })} />`;
}
