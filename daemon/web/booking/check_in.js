// In the hall: the code for the kiosk, or the hall's own code typed here. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { refusalText } from '../shared/refusal.js';
import { Qr } from '../shared/qr.js';

export function Code({ api, hall, link, i18n }) {
  const [code, setCode] = useState(null);
  useEffect(() => {
    const base = hall.public_url || location.origin;
    // Without it, the phone number still serves.
    api.post('/qr', { text: `${base}/b#${link.link}` }).then(setCode, () => {});
  }, [link.link]);
  if (!code) return null;
  return html`<section class="code"><h2>${i18n.t('code')}</h2>
    <${Qr} code=${code} label=${i18n.t('code.alt')} />
    <p class="small quiet">${i18n.t('code.text')}</p>
  </section>`;
}

const digits = (text) => text.normalize('NFKC').replace(/\D/g, '').slice(0, 8);

export function CheckIn({ api, booking, link, until, i18n, refresh }) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(null);
  const post = usePost(api);
  const field = useRef(null);

  async function arrive(event) {
    event.preventDefault();
    if (busy) return;
    if (typed.length < 4) {
      setFault(i18n.t('arrive.missing'));
      field.current.focus();
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const ticket = await post('/booking/arrive', { arrival: typed });
      try {
        localStorage.setItem(`paihao.ticket.${link.id}`, ticket.link);
      } catch {
        // the page cannot lead there again, then
      }
      location.assign(`/t#${ticket.link}`);
      return;
    } catch (error) {
      setFault(refusalText(error, i18n));
      if (error.code === 'arrival_code') setTyped('');
      if (error.code === 'booking_state' || error.code === 'booking_missed') refresh();
      field.current?.focus();
    }
    setBusy(false);
  }

  return html`<form class="check-in" onSubmit=${arrive} novalidate>
    <h2>${i18n.t('arrive.heading')}</h2>
    <p>${i18n.t('arrive.open', { until })}</p>
    <div class="field">
      <label for="arrival">${i18n.t('arrive.label')}</label>
      <div class="inline">
        <input id="arrival" ref=${field} class="input code" type="text" inputmode="numeric" autocomplete="off"
          maxlength="8"
          value=${typed} aria-invalid=${String(Boolean(fault))} aria-describedby="arrival-note"
          onInput=${(event) => setTyped(digits(event.target.value))} />
        <button type="submit" class="button primary" aria-busy=${String(busy)}
          disabled=${busy}>${i18n.t('arrive.go')}</button>
      </div>
      <p id="arrival-note" class=${fault ? 'problem' : 'small quiet'}
        role=${fault ? 'alert' : null}>${fault || i18n.t('arrive.hint')}</p>
    </div>
  </form>`;
}
