// In the hall with a number from home: the code shown on the board proves it. SPDX-License-Identifier: MIT
import { html, useRef, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { problemText } from '../shared/i18n.js';

const DIGITS = 4;
// A field that is set for full-width letters gives full-width digits.
const digitsOf = (text) => text.normalize('NFKC').replace(/\D/g, '').slice(0, DIGITS);

function faultText(error, i18n) {
  const key = `arrive.${error.code}`;
  return i18n.has(key) ? i18n.t(key) : problemText(error, i18n);
}

export function Arrive({ i18n, api, onTicket }) {
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const key = useRef(null);
  const field = useRef(null);

  const type = (event) => {
    key.current = null; // another code is another request
    setError(null);
    setCode(digitsOf(event.target.value));
  };
  const fail = (fault) => {
    setError(fault);
    field.current?.focus();
    field.current?.select(); // the next code replaces it
  };
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    if (code.length < DIGITS) {
      fail({ code: 'short' });
      return;
    }
    key.current ??= newKey(); // pressing again after a failure repeats the same action
    setBusy(true);
    setError(null);
    try {
      onTicket(await api.post('/ticket/arrive', { arrival: code }, { key: key.current }));
    } catch (failed) {
      if (failed.status < 500) key.current = null; // a definite answer; the same code again is another try
      fail(failed);
      setBusy(false);
    }
  }
  return html`<form class="arrive" onSubmit=${submit} novalidate>
    <h2><label for="arrival">${i18n.t('arrive.label')}</label></h2>
    <div class="line">
      <input id="arrival" ref=${field} class="input number" inputmode="numeric" autocomplete="off" value=${code}
        onInput=${type} aria-invalid=${error ? 'true' : null} aria-describedby="arrival-note" />
      <button type="submit" class="button primary" aria-busy=${busy ? 'true' : null}>${i18n.t('arrive.go')}</button>
    </div>
    <p id="arrival-note" class=${error ? 'problem' : 'quiet'} role=${error ? 'alert' : null}>
      ${error ? faultText(error, i18n) : i18n.t('arrive.hint')}</p>
  </form>`;
}
