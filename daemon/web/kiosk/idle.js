// Nobody touches the kiosk any more: ask, then start anew, so that the next citizen finds nothing of the last
// one. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { Dialog } from '../shared/parts.js';

const IDLE_MS = 60000; // then back to the start
const WARN_MS = 15000; // the last part of it says so

// The question's own buttons decide for themselves; a touch anywhere else means somebody is there.
const inQuestion = (event) => event.target instanceof Element && event.target.closest('[aria-labelledby="idle-heading"] > *');

// {left: seconds while the question stands, else null; stay()}. active: false stops the watch.
export function useIdle(active, onIdle) {
  const [left, setLeft] = useState(null);
  const touched = useRef(0);
  const [stay] = useState(() => () => {
    touched.current = performance.now();
    setLeft(null);
  });
  useEffect(() => {
    setLeft(null);
    if (!active) return undefined;
    const touch = (event) => inQuestion(event) || stay();
    const look = () => {
      const restMs = IDLE_MS - (performance.now() - touched.current);
      if (restMs <= 0) onIdle();
      else setLeft(restMs <= WARN_MS ? Math.ceil(restMs / 1000) : null);
    };
    stay();
    const timer = setInterval(look, 500);
    addEventListener('pointerdown', touch);
    addEventListener('keydown', touch);
    return () => {
      clearInterval(timer);
      removeEventListener('pointerdown', touch);
      removeEventListener('keydown', touch);
    };
  }, [active, onIdle]);
  return { left, stay };
}

export function IdleWarning({ left, stay, i18n, onLeave }) {
  return html`<${Dialog} open=${left !== null} onClose=${stay} labelledBy="idle-heading">
    <h2 id="idle-heading">${i18n.t('idle.heading')}</h2>
    <p role="timer">${i18n.t('idle.next', { n: left })}</p>
    <div class="actions">
      <button type="button" class="button" onClick=${onLeave}>${i18n.t('idle.leave')}</button>
      <button type="button" class="button primary" autofocus onClick=${stay}>${i18n.t('idle.stay')}</button>
    </div>
  <//>`;
}
