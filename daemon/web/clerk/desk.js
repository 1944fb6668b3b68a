// One hall: choose a counter in it, or work at the one chosen. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { ChooseCounter } from './choose.js';
import { Console } from './console.js';
import { useHall } from './hall.js';
import { Quiet } from '../staff/parts.js';
import { useRun } from './run.js';

export function HallDesk(props) {
  const { api, clock, i18n, place, go } = props;
  const live = useHall({ api, code: place.hall, clock });
  const run = useRun({ api, live, clock });
  if (live.denied) {
    return html`<${Quiet} i18n=${i18n} error=${live.denied} onLeave=${() => go({ hall: '', counter: '' })} />`;
  }
  if (!live.hall || !live.state) {
    const lost = live.link?.state === 'stale' || live.link?.state === 'offline';
    return html`<${Quiet} i18n=${i18n} error=${lost ? { code: 'network' } : null} onRetry=${lost ? () => location.reload() : null} />`;
  }
  const known = place.counter && live.state.counters[place.counter];
  if (!known) return html`<${ChooseCounter} ...${props} live=${live} run=${run} />`;
  return html`<${Console} key=${place.counter} ...${props} live=${live} run=${run} counter=${known} />`;
}
