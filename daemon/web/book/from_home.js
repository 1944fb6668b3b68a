// A number for today, taken from home: then the ticket's own page. SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { usePost } from '../shared/attempt.js';
import { refusalText } from '../shared/refusal.js';
import { phoneLooksRight } from '../shared/visit.js';
import { keptText, likelyText, waitText } from '../shared/wait.js';
import { noneLeft, useWaits } from '../shared/waits.js';
import { Go } from './frame.js';
import { Class, Pick } from './services.js';
import { writeRoute } from './state.js';

function Closed({ hall, i18n, text }) {
  return html`<h1 tabindex="-1">${i18n.t('home.closed')}</h1>
    <p class="quiet">${text}</p>
    <p><a class="button primary" href=${writeRoute({ hall: hall.code })}>${i18n.t('home.book')}</a></p>`;
}

const FEW_LEFT = 20; // so many numbers are worth telling of

// Under a service's name: why there is no number, or how long it takes.
function noteOf(waits, one, i18n) {
  const none = noneLeft(waits, one.code);
  if (none) return i18n.t(`home.${none}`);
  const told = waits?.services[one.code];
  if (!told) return '';
  const people = told.waiting ? i18n.t('home.waiting', { n: told.waiting }) : i18n.t('home.nobody');
  return [people, told.waiting ? waitText(told.wait, i18n) : ''].filter(Boolean).join(' · ');
}

function Told({ waits, service, i18n }) {
  const told = waits?.services[service.code];
  const wait = waitText(told?.wait, i18n);
  if (!wait && !(told?.left <= FEW_LEFT)) return null;
  return html`<p class="notice-box" data-wait=${wait ? service.code : null}>
    ${wait && html`<strong>${i18n.t('home.wait', { time: wait })}</strong> ${likelyText(told.wait, i18n)} `}
    ${told.left <= FEW_LEFT && html`<span>${i18n.t('home.left', { n: told.left })}</span> `}
    <span class="small quiet">${keptText(waits.kept, i18n)}</span>
  </p>`;
}

function Details({ hall, service, waits, draft, setDraft, busy, error, fault, i18n, onTake }) {
  const home = draft.home || {};
  return html`<h1 tabindex="-1">${i18n.name(service.names)}</h1>
    <p class="quiet">${i18n.t('home.rule', { n: hall.remote.arrive_minutes })}</p>
    <${Told} waits=${waits} service=${service} i18n=${i18n} />
    <form onSubmit=${onTake} novalidate>
      <${Class} i18n=${i18n} hall=${hall} chosen=${home.class}
        onClass=${(kind) => setDraft({ home: { ...home, class: kind } })} />
      ${hall.messages_on && html`<div class="field">
        <label for="phone">${i18n.t('phone.label')} <span
          class="small quiet">${i18n.t('field.optional')}</span></label>
        <input id="phone" class="input" type="tel" inputmode="tel" autocomplete="tel" maxlength="24"
          value=${draft.phone || ''}
          aria-invalid=${String(Boolean(fault))} aria-describedby="phone-note"
          onInput=${(event) => setDraft({ phone: event.target.value })} />
        <p id="phone-note" class=${fault ? 'problem' : 'small quiet'}
          role=${fault ? 'alert' : null}>${fault || i18n.t('home.phone')}</p>
      </div>`}
      ${error && html`<p class="problem" role="alert" data-problem=${error.code}>${refusalText(error, i18n, hall.zone)}</p>`}
      <${Go}><button type="submit" class="button primary" aria-busy=${String(busy)}
        disabled=${busy}>${i18n.t('home.take')}</button><//>
    </form>`;
}

export function FromHome({ api, hall, route, way, draft, setDraft, pow, i18n }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const [fault, setFault] = useState(null);
  const post = usePost(api);
  const waits = useWaits(api, hall.remote?.open ? hall.code : '');
  const offered = hall.services.filter((one) => one.open !== false && one.kiosk !== false);
  const service = offered.find((one) => one.code === route.services[0]);
  if (!hall.remote?.open) return html`<${Closed} hall=${hall} i18n=${i18n} text=${i18n.t('home.closed.text')} />`;
  if (!hall.open_now && !hall.tickets_outside_hours) {
    return html`<${Closed} hall=${hall} i18n=${i18n} text=${i18n.t('home.closed.hours')} />`;
  }
  if (!service) {
    return html`<h1 tabindex="-1">${i18n.t('home.heading')}</h1><p class="quiet">${i18n.t('home.lead')}</p>
      <${Pick} services=${offered} i18n=${i18n} note=${(one) => noteOf(waits, one, i18n)}
        shut=${(one) => Boolean(noneLeft(waits, one.code))} onPick=${(code) => way.go({ ...route, services: [code] })} />`;
  }

  async function take(event) {
    event.preventDefault();
    const phone = hall.messages_on ? (draft.phone || '').trim() : ''; // where no message is sent, none is asked for
    const wrong = phone && !phoneLooksRight(phone) ? i18n.t('phone.wrong') : null;
    setFault(wrong);
    if (wrong || busy) return;
    setBusy(true);
    setError(null);
    const kind = draft.home?.class;
    const wish = { service: service.code, lang: i18n.lang, ...(kind && { class: kind }), ...(phone && { phone }) };
    try {
      const ticket = await post(`/halls/${hall.code}/remote-tickets`, wish, { add: pow.take });
      setDraft({ home: null, phone: '' });
      location.assign(`/t#${ticket.link}`);
      return;
    } catch (failed) {
      if (failed.code === 'phone_invalid') setFault(refusalText(failed, i18n, hall.zone));
      else setError(failed);
    }
    setBusy(false);
    pow.warm();
  }
  return html`<${Details} hall=${hall} service=${service} waits=${waits} draft=${draft} setDraft=${setDraft} busy=${busy}
    error=${error}
    fault=${fault} i18n=${i18n} onTake=${take} />`;
}
