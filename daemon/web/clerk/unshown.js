// "Not shown on any board: call by voice", from the moment on when a board should have shown the present call.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { isUnshown } from './fold.js';

const LOOK_MS = 500;

export function Unshown({ present, live, clock, i18n }) {
  const [, redraw] = useState(0);
  const { state, link } = live;
  const waits = present.state === 'called' && present.shown === false && state.hall.unshownMs > 0;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => redraw((n) => n + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, [waits]);
  // Behind the events nobody can say what the boards have shown.
  const tell = link?.state === 'live' && isUnshown(state, present, clock.now());
  return html`<p class=${tell ? 'unshown' : ''} role="alert" data-unshown=${tell ? present.number : null}>${tell && i18n.t('unshown')}</p>`;
}
