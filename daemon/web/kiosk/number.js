// The number: huge, with what to do next and the way to the phone. Goes away by itself, visibly.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { Qr } from '../shared/qr.js';

const SHOWN_S = 20; // enough to read and to scan; "longer" begins it anew

function useCountdown(seconds, onEnd) {
  const [ends, setEnds] = useState(() => performance.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const look = () => {
      const rest = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      setLeft(rest);
      if (rest === 0) onEnd();
    };
    look();
    const timer = setInterval(look, 250);
    return () => clearInterval(timer);
  }, [ends, onEnd]);
  return [left, () => setEnds(performance.now() + seconds * 1000)];
}

function Ring({ left, of }) {
  const round = 2 * Math.PI * 16;
  return html`<svg class="ring" viewBox="0 0 40 40" aria-hidden="true">
    <circle cx="20" cy="20" r="16" class="track" />
    <circle cx="20" cy="20" r="16" class="rest" stroke-dasharray=${round} stroke-dashoffset=${round * (1 - left / of)} />
    <text x="20" y="20" text-anchor="middle" dominant-baseline="central">${left}</text>
  </svg>`;
}

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

function Steps({ flow, hall, i18n }) {
  const { ticket } = flow;
  const priority = ticket.class !== 'normal' && hall.classes.find((one) => one.code === ticket.class);
  return html`<div class="steps">
    <h2>${i18n.t('number.next')}</h2>
    <ol>
      <li>${i18n.t('number.next.wait')}</li>
      ${flow.texted && html`<li>${i18n.t('number.next.text')}</li>`}
      <li>${i18n.t('number.next.call', { number: ticket.number })}</li>
      ${priority && html`<li>${i18n.t('number.next.proof', { class: i18n.name(priority.names) })}</li>`}
    </ol>
  </div>`;
}

export function Given({ api, hall, flow, reset, i18n }) {
  const { ticket } = flow;
  const [left, longer] = useCountdown(SHOWN_S, reset);
  const code = useQr(api, hall, ticket);
  const service = hall.services.find((one) => one.code === ticket.service);
  const ahead = ticket.ahead || 0;
  return html`<section class="result">
    <div class="body">
      <div class="given">
        <h1 tabindex="-1">
          <span class="label">${i18n.t('number.heading')}</span>
          <span class="number">${ticket.number}</span>
        </h1>
        <p class="lead">${service && i18n.name(service.names)}</p>
        <p class="ahead">${ahead ? i18n.t('number.ahead', { n: ahead }) : i18n.t('number.ahead.none')}</p>
      </div>
      <div class="scan">
        <div class="code">${code && html`<${Qr} code=${code} label=${i18n.t('number.qr', { number: ticket.number })} />`}</div>
        <p>${i18n.t('number.scan')}</p>
        <p class="quiet">${i18n.t('number.photo')}</p>
      </div>
      <${Steps} flow=${flow} hall=${hall} i18n=${i18n} />
    </div>
    <footer class="foot">
      <button type="button" class="button" onClick=${longer}>${i18n.t('number.stay')}</button>
      <button type="button" class="button primary" onClick=${reset}>
        <${Ring} left=${left} of=${SHOWN_S} />${i18n.t('number.done')}
      </button>
      <p class="quiet">${i18n.t('number.returns', { n: left })}</p>
    </footer>
  </section>`;
}
