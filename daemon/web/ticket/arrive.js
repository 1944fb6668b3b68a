// In the hall with a number from home: the code shown on the board proves it. SPDX-License-Identifier: MIT
import { html, useRef, useState } from '../shared/ui.js';
import { newKey } from '../shared/api.js';
import { problemText } from '../shared/i18n.js';

const DIGITS = /^\d{4}$/;

export function Arrive({ i18n, api, onTicket }) {
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const key = useRef(null);

  const type = (event) => {
    key.current = null; // another code is another request
    setError(null);
    setCode(event.target.value.replace(/\D/g, '').slice(0, 4));
  };
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    if (!DIGITS.test(code)) {
      setError({ own: 'arrive.short' });
      return;
    }
    key.current ??= newKey(); // pressing again after a failure repeats the same action
    setBusy(true);
    setError(null);
    try {
      onTicket(await api.post('/ticket/arrive', { arrival: code }, { key: key.current }));
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  }
  return html`<form class="arrive" onSubmit=${submit} novalidate>
    <label for="arrival">${i18n.t('arrive.label')}</label>
    <p class="quiet" id="arrival-hint">${i18n.t('arrive.hint')}</p>
    <div class="line">
      <input id="arrival" class="input number" inputmode="numeric" autocomplete="off" maxlength="4" value=${code}
        onInput=${type} aria-invalid=${error ? 'true' : null} aria-describedby="arrival-hint arrival-problem" />
      <button type="submit" class="button primary" aria-busy=${busy ? 'true' : null}>${i18n.t('arrive.go')}</button>
    </div>
    <p class="problem" id="arrival-problem" role="alert">${error && (error.own ? i18n.t(error.own) : problemText(error, i18n))}</p>
  </form>`;
}
