// A phone number proved by a one-time code: number, "send me a code", the six digits. What was typed is kept by
// the page (draft), so that neither back nor reload loses it. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from './ui.js';
import { refusalText } from './refusal.js';
import { leftText, phoneLooksRight } from './visit.js';

const AGAIN_MS = 60000; // a new code makes the old one worthless, so nobody should ask while it travels
export const TRIES_MAX = 5; // of one code; the library counts, this only tells
const NEW_CODE = new Set(['code_dead']);

// Draws again each second while something counts down.
export function useSeconds(on) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [on]);
}

// What becomes of `sent` when the daemon refused a code.
export function afterRefusal(sent, error) {
  if (error.code === 'code_wrong') {
    const wrong = (sent.wrong || 0) + 1;
    return wrong >= TRIES_MAX ? { ...sent, wrong, dead: true } : { ...sent, wrong };
  }
  return NEW_CODE.has(error.code) ? { ...sent, dead: true } : sent;
}

// The sentence that stands at the code, or null: {key, values}.
export function codeFault(sent, error) {
  if (sent?.dead) return { key: 'code.dead', values: {} };
  if (error?.code === 'code_wrong') return { key: 'code.tries', values: { n: TRIES_MAX - (sent.wrong || 0) } };
  return null;
}

export const codeDigits = (typed) => (typed || '').normalize('NFKC').replace(/\D/g, '').slice(0, 6);

function Resend({ sent, now, busy, i18n, onSend }) {
  const wait = sent.again - now();
  useSeconds(wait > 0);
  if (wait > 0) return html`<p class="small quiet">${i18n.t('code.again.in', { time: leftText(wait) })}</p>`;
  return html`<p><button type="button" class="button" aria-busy=${String(busy)} disabled=${busy} onClick=${onSend}>
    ${i18n.t('code.again')}</button></p>`;
}

function PhoneField({ draft, fault, i18n, onPhone, children }) {
  return html`<div class="field">
    <label for="phone">${i18n.t('phone.label')}</label>
    <input id="phone" class="input" type="tel" inputmode="tel" autocomplete="tel" maxlength="24"
      value=${draft.phone || ''}
      aria-invalid=${String(Boolean(fault))} aria-describedby="phone-note"
      onInput=${(event) => onPhone(event.target.value)} />
    <p id="phone-note" class=${fault ? 'problem' : 'small quiet'} role=${fault ? 'alert' : null}>
      ${fault || i18n.t('phone.hint')}
    </p>
  </div>`;
}

function CodeField({ field, sent, code, fault, i18n, onCode }) {
  return html`<div class="field">
    <label for="code">${i18n.t('code.label')}</label>
    <input id="code" ref=${field} class="input code" type="text" inputmode="numeric" autocomplete="one-time-code"
      maxlength="10" value=${code} aria-invalid=${String(Boolean(fault))} aria-describedby="code-note"
      onInput=${(event) => onCode(codeDigits(event.target.value))} />
    <p id="code-note" class=${fault ? 'problem' : 'small quiet'} role=${fault ? 'alert' : null}>
      ${fault || i18n.t('code.hint')}
    </p>
    ${sent.code && html`<p class="demo">${i18n.t('code.demo', { code: sent.code })}</p>`}
  </div>`;
}

// what: the code's purpose as a text; one sent for another is none here. draft: {phone, sent}; onDraft(change).
// send(phone) -> the answer of code_send. submit(phone, code): what the code is for; its refusals are thrown.
// check(): false when something before the code is still missing. zone: the hall's.
export function PhoneCode({ what, draft, onDraft, send, submit, check = () => true, label, zone, now, i18n }) {
  const [busy, setBusy] = useState(null); // 'send' | 'submit'
  const [fault, setFault] = useState({}); // {phone, code: a text at that field; error: of the code; other: ApiError}
  const field = useRef(null);
  const { phone = '' } = draft;
  const sent = draft.sent?.what === what ? draft.sent : null;
  const code = sent?.typed || '';
  const setCode = (typed) => onDraft({ sent: { ...sent, typed } });

  async function sendCode() {
    if (!check()) return;
    if (!phoneLooksRight(phone)) {
      setFault({ phone: i18n.t(phone.trim() ? 'phone.wrong' : 'phone.missing') });
      document.getElementById('phone')?.focus();
      return;
    }
    setBusy('send');
    setFault({});
    try {
      const answer = await send(phone);
      const again = Math.max(answer.again, now() + AGAIN_MS);
      onDraft({ sent: { what, phone, again, code: answer.code, wrong: 0 } });
      setTimeout(() => field.current?.focus(), 0);
    } catch (error) {
      setFault(error.code === 'phone_invalid' ? { phone: refusalText(error, i18n, zone) } : { other: error });
    }
    setBusy(null);
  }

  async function confirm() {
    if (!check()) return;
    if (code.length < 6) {
      setFault({ code: i18n.t('code.missing') });
      field.current?.focus();
      return;
    }
    setBusy('submit');
    setFault({});
    try {
      await submit(sent.phone, code);
    } catch (error) {
      const next = afterRefusal(sent, error);
      if (next !== sent) {
        onDraft({ sent: { ...next, typed: '' } });
        setFault({ error });
        field.current?.focus();
      } else setFault({ other: error });
    }
    setBusy(null);
  }

  function onSubmit(event) {
    event.preventDefault();
    if (!busy) (sent && !sent.dead ? confirm : sendCode)();
  }

  const told = codeFault(sent, fault.error);
  const codeText = told ? i18n.t(told.key, told.values) : fault.code;
  const refused = fault.other && html`<p class="problem" role="alert"
    data-problem=${fault.other.code}>${refusalText(fault.other, i18n, zone, now())}</p>`;
  // With keys, or the button that sent the number would become the one that takes another: pressed twice, it undid itself.
  return html`<form class="phone-code" onSubmit=${onSubmit} novalidate>
    ${sent
      ? html`<div key="sent" class="sent" role="status"><p>${i18n.t('code.sent', { phone: sent.phone })}</p>
          <button type="button" class="button plain"
            onClick=${() => onDraft({ sent: null })}>${i18n.t('phone.change')}</button></div>`
      : html`<${PhoneField} draft=${draft} fault=${fault.phone} i18n=${i18n}
        onPhone=${(text) => onDraft({ phone: text })} />`}
    ${sent && html`<${CodeField} field=${field} sent=${sent} code=${code}
      fault=${codeText} i18n=${i18n} onCode=${setCode} />`}
    ${sent && html`<${Resend} sent=${sent} now=${now} busy=${busy === 'send'} i18n=${i18n} onSend=${sendCode} />`}
    ${sent?.dead && refused}
    ${!sent?.dead && html`<div key="go" class="go">
      ${refused}
      <button type="submit" class="button primary" aria-busy=${String(Boolean(busy))} disabled=${Boolean(busy)}>
        ${sent ? label : i18n.t(busy === 'send' ? 'code.sending' : 'code.send')}
      </button>
    </div>`}
  </form>`;
}
