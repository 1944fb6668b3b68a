// The number: huge, with what to do next and the way to the phone. Goes away by itself, visibly.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { servicesText } from '../shared/visit.js';
import { Qr } from '../shared/qr.js';
import { waitText } from '../shared/wait.js';
import { toldOf } from './live.js';
import { Paper, isMissing, usePaper } from './paper.js';
import { LeavingFoot } from './leaving.js';

const SHORT = 5; // A0123; a series may have two letters and five digits, which are set smaller

// null while it is on its way or cannot be had: the number alone is enough to be called.
function useQr(api, hall, ticket) {
  const [code, setCode] = useState(null);
  useEffect(() => {
    let here = true;
    const text = `${hall.public_url || location.origin}/t#${ticket.link}`;
    api.post('/qr', { text }).then((made) => here && setCode(made), () => {});
    return () => {
      here = false;
    };
  }, [ticket.link]);
  return code;
}

// Somebody who checked in before may scan again; then it may be called already.
const STANDING = new Set(['called', 'serving', 'parked']);
const isStanding = (ticket) => STANDING.has(ticket.state);
export function Standing({ ticket, i18n }) {
  const ahead = ticket.ahead || 0;
  if (isStanding(ticket)) {
    return html`<p class="ahead now">${i18n.t(`number.${ticket.state}`, { counter: ticket.counter?.toUpperCase() })}</p>`;
  }
  return html`<p class="ahead">${ahead ? i18n.t('number.ahead', { n: ahead }) : i18n.t('number.ahead.none')}</p>`;
}

export function Steps({ ticket, hall, i18n, texted = false }) {
  const priority = ticket.class !== 'normal' && hall.classes.find((one) => one.code === ticket.class);
  return html`<div class="steps">
    <h2>${i18n.t('number.next')}</h2>
    <ol>
      <li>${i18n.t('number.next.wait')}</li>
      ${texted && html`<li>${i18n.t('number.next.text')}</li>`}
      <li>${i18n.t('number.next.call', { number: ticket.number })}</li>
      ${priority && html`<li>${i18n.t('number.next.proof', { class: i18n.name(priority.names) })}</li>`}
    </ol>
  </div>`;
}

// What the forecast says of a ticket of this service: the ticket's own page follows it from here on.
function Wait({ live, ticket, i18n }) {
  const wait = !isStanding(ticket) && ticket.ahead > 0 && waitText(toldOf(live, ticket.service).wait, i18n);
  return wait ? html`<p class="wait">${i18n.t('number.wait', { time: wait })}</p>` : null;
}

export function Given({ api, hall, device, live, clock, flow, reset, i18n }) {
  const { ticket } = flow;
  const paper = usePaper({ api, hall, device, ticket, clock });
  const code = useQr(api, hall, ticket);
  const texted = flow.texted || Boolean(ticket.booked && ticket.phone && hall.messages_on);
  return html`<section class="result">
    <div class="body">
      <${Paper} state=${paper} i18n=${i18n} />
      <div class="given">
        <h1 tabindex="-1">
          <span class="label">${i18n.t('number.heading')}</span>
          <span class=${ticket.number.length > SHORT ? 'number long' : 'number'}>${ticket.number}</span>
        </h1>
        <p class="lead">${servicesText(hall, [ticket.service], i18n)}</p>
        ${!ticket.booked && ticket.persons > 1 && html`<p class="quiet about"><span>${i18n.t('choose.persons', { n: ticket.persons })}</span></p>`}
        ${ticket.booked && html`<p class="quiet about">
          <span>${i18n.t('number.booked', { time: timeText(ticket.booked, i18n.lang, hall.zone) })}</span>
          ${ticket.persons > 1 && html`<span>${i18n.t('choose.persons', { n: ticket.persons })}</span>`}
          ${ticket.steps?.length > 0 && html`<span>${i18n.t('number.steps', { services: servicesText(hall, ticket.steps, i18n) })}</span>`}
        </p>`}
        <${Standing} ticket=${ticket} i18n=${i18n} />
        <${Wait} live=${live} ticket=${ticket} i18n=${i18n} />
      </div>
      <div class="scan">
        <div class="code">${code && html`<${Qr} code=${code} label=${i18n.t('number.qr', { number: ticket.number })} />`}</div>
        ${!isMissing(paper) && html`<p>${i18n.t('number.scan')}</p>`}
        ${!paper && html`<p class="quiet">${i18n.t('number.photo')}</p>`}
      </div>
      ${!isStanding(ticket) && html`<${Steps} ticket=${ticket} texted=${texted} hall=${hall} i18n=${i18n} />`}
    </div>
    <${LeavingFoot} key=${paper === 'printing' ? '' : paper} i18n=${i18n} onLeave=${reset} />
  </section>`;
}
