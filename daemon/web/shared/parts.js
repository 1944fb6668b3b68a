// Small components that several pages show. SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from './ui.js';
import { timeText } from './clock.js';

export const LANGUAGE_NAMES = { zh: '中文', en: 'English' };

export function LanguageSwitch({ i18n, keep = true }) {
  return html`<div class="language" role="group" aria-label=${i18n.t('language')}>
    ${i18n.langs.map(
      (lang) => html`<button type="button" class="button" lang=${i18n.tag(lang)}
        aria-pressed=${String(lang === i18n.lang)} onClick=${() => i18n.set(lang, { keep })}>
        ${LANGUAGE_NAMES[lang]}
      </button>`,
    )}
  </div>`;
}

// Says that the page is behind. link: what onState of stream.js gave; zone: the hall's.
export function LinkBanner({ link, i18n, zone }) {
  const shown = link && (link.state === 'stale' || link.state === 'offline');
  const time = shown ? timeText(link.since, i18n.lang, zone) : '';
  return html`<div role="status" class=${shown ? `banner ${link.state === 'offline' ? 'bad' : ''}` : ''}
    data-link=${link?.state}>
    ${shown && i18n.t(`link.${link.state}`, { time })}
  </div>`;
}

// Asks for the touch without which a browser makes no sound. Children: other words for the button.
export function SoundBanner({ sound, i18n, children }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const stop = sound.subscribe(() => redraw((n) => n + 1));
    sound.unlock();
    return stop;
  }, [sound]);
  if (sound.state !== 'blocked') return null;
  return html`<div class="banner accent">
    <button type="button" class="button primary" onClick=${() => sound.unlock()}>
      ${children ?? i18n.t('sound.unlock')}
    </button>
  </div>`;
}

// A modal question. Escape and the back button close it; focus returns where it was (the dialog
// element does that by itself).
export function Dialog({ open, onClose, labelledBy, wide, children }) {
  const dialog = useRef(null);
  const closed = useRef(0); // by us; its event comes later, perhaps when the next question stands there
  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    if (!open && dialog.current.open) {
      closed.current += 1;
      dialog.current.close();
    }
  }, [open]);
  const onEvent = () => {
    if (closed.current > 0) closed.current -= 1;
    else onClose();
  };
  return html`<dialog ref=${dialog} class=${wide ? 'wide' : null} aria-labelledby=${labelledBy} onClose=${onEvent}>
    ${open && children}
  </dialog>`;
}
