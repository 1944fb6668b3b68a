// "Send a test": one message through exactly this gateway, now, and what it answered. SPDX-License-Identifier: MIT
import { html, useState } from '../../shared/ui.js';
import { Dialog } from '../../shared/parts.js';
import { useAct } from '../../staff/act.js';
import { Field, typed } from '../../staff/form.js';
import { Problem } from '../../staff/parts.js';
import { reasonText } from './rules.js';

const TONES = { ok: 'good', tempfail: 'warn', throttled: 'warn', permfail: 'bad', config: 'bad' };
const SHAPES = { bad: '■', warn: '▲', good: '●' };
// What could not be told apart from a national number is sent to nobody.
const NUMBER = /^\s*(\+|＋|00)[\d\s().-]{7,24}$/;

const sentence = (outcome) => (outcome.outcome === 'tempfail' && outcome.uncertain ? 'uncertain' : outcome.outcome);

function Outcome({ told, i18n }) {
  const tone = TONES[told.outcome] || 'warn';
  const reason = told.outcome === 'ok' ? '' : reasonText(told.reason, i18n);
  return html`<div class=${`tried ${tone}`} data-outcome=${told.outcome}>
    <p class=${`note ${tone}`}><span aria-hidden="true">${SHAPES[tone]}</span> ${i18n.t(`trial.outcome.${sentence(told)}`)}</p>
    ${reason && html`<p>${reason}</p>`}
    <p class="quiet small">${i18n.t('trial.figures', { n: told.parts, encoding: i18n.t(`encoding.${told.encoding}`), ms: told.ms })}</p>
    ${told.ids.length > 0 && html`<p class="quiet small ids">${i18n.t('trial.ids', { ids: told.ids.join(', ') })}</p>`}
  </div>`;
}

export function Trial({ api, hall, gateway, i18n, onDone, onClose }) {
  const act = useAct({ api });
  const [number, setNumber] = useState(hall.country ? `+${hall.country}` : '+');
  const [text, setText] = useState(`${hall.message_signature ? `【${hall.message_signature}】` : ''}${i18n.t('trial.text.first')}`);
  const [marked, setMarked] = useState(false);
  const [told, setTold] = useState(null);
  const numberOk = NUMBER.test(number);
  const textOk = text.trim().length > 0;
  const wrong = act.problem?.error.code === 'phone_invalid' || (marked && !numberOk);
  const change = (set) => typed((value) => {
    act.clear();
    setTold(null);
    set(value);
  });
  const submit = async (event) => {
    event.preventDefault();
    setMarked(true);
    if (!numberOk || !textOk) return document.getElementById(numberOk ? 'trial-text' : 'trial-number').focus();
    setTold(null);
    const answer = await act.run({ id: 'trial', path: `/sms/gateways/${gateway.name}/test`, body: { number: number.trim(), text: text.trim() } });
    if (!answer) return undefined;
    setTold(answer);
    return onDone();
  };
  return html`<${Dialog} open=${true} onClose=${onClose} labelledBy="trial-heading">
    <form class="ask trial" onSubmit=${submit} novalidate>
      <h2 id="trial-heading">${i18n.t('trial.heading', { gateway: gateway.name })}</h2>
      <p class="quiet small">${i18n.t('trial.lead')}</p>
      <${Field} id="trial-number" type="tel" label=${i18n.t('trial.number')} note=${i18n.t('trial.number.note')} maxlength="32" value=${number}
        problem=${wrong ? i18n.t('trial.number.wrong') : null} onInput=${change(setNumber)} />
      <${Field} id="trial-text" label=${i18n.t('trial.text')} maxlength="600" value=${text}
        problem=${marked && !textOk ? i18n.t('trial.text.wrong') : null} onInput=${change(setText)} />
      <div class="foot">
        <div role="status">${act.pending ? html`<p class="quiet">${i18n.t('trial.pending')}</p>` : told && html`<${Outcome} told=${told} i18n=${i18n} />`}</div>
        ${!wrong && html`<${Problem} problem=${act.problem} i18n=${i18n} />`}
        <div class="actions">
          <button type="button" class="button" onClick=${onClose}>${i18n.t('trial.close')}</button>
          <button type="submit" class="button primary" aria-busy=${act.pending ? 'true' : null}>${i18n.t(told ? 'trial.again' : 'trial.send')}</button>
        </div>
      </div>
    </form>
  <//>`;
}
