// The foot of a screen that goes away by itself: how long still, "longer", "done".
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';

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

export function LeavingFoot({ i18n, onLeave }) {
  const [left, longer] = useCountdown(SHOWN_S, onLeave);
  return html`<footer class="foot">
    <button type="button" class="button" onClick=${longer}>${i18n.t('number.stay')}</button>
    <button type="button" class="button primary" onClick=${onLeave}>
      <${Ring} left=${left} of=${SHOWN_S} />${i18n.t('number.done')}
    </button>
    <p class="quiet">${i18n.t('number.returns', { n: left })}</p>
  </footer>`;
}
