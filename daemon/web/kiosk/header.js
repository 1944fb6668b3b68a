// Hall, time and language, on every screen. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { dateText, timeText } from '../shared/clock.js';
import { LanguageSwitch } from '../shared/parts.js';

function Time({ clock, zone, i18n }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  const now = clock.now();
  return html`<p class="time">
    <span class="clock">${timeText(now, i18n.lang, zone)}</span>
    <span class="quiet">${dateText(now, i18n.lang, zone)}</span>
  </p>`;
}

export function Header({ hall, clock, i18n }) {
  return html`<header class="top">
    <div>
      <p class="hall">${i18n.name(hall.names)}</p>
      <${Time} clock=${clock} zone=${hall.zone} i18n=${i18n} />
    </div>
    <${LanguageSwitch} i18n=${i18n} keep=${false} />
  </header>`;
}
