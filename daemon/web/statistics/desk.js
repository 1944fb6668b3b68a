// One hall: its days chosen, its numbers asked, and all of them shown. Today's are asked again and again.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { clockText, dayAt } from '../shared/dates.js';
import { setAccent } from '../shared/theme.js';
import { Quiet } from '../staff/parts.js';
import { ByDay, Hours } from './charts.js';
import { Figures } from './figures.js';
import { Header } from './header.js';
import { Beside, Classes, Counters, Services } from './tables.js';

const AGAIN_MS = 30000;

function useHall(api, code) {
  const [found, setFound] = useState({});
  useEffect(() => {
    api.get(`/halls/${code}`).then((hall) => {
      setAccent(hall.accent);
      setFound({ hall });
    }, (error) => setFound({ error }));
  }, [api, code]);
  return found;
}

// The answer for these days; an older one of the same days stays while a new one is asked.
function useNumbers({ api, code, from, to, live }) {
  const [state, setState] = useState({});
  const [round, again] = useState(0);
  const key = `${from}-${to}`;
  useEffect(() => {
    let here = true;
    let timer = null;
    setState((old) => (old.key === key ? old : { key }));
    const ask = () => api.get(`/halls/${code}/statistics?from=${from}&to=${to}`).then(
      (numbers) => here && setState({ key, numbers }),
      (error) => here && setState((old) => ({ ...old, error })),
    ).finally(() => {
      if (here && live) timer = setTimeout(ask, AGAIN_MS);
    });
    if (from) ask();
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [api, code, key, live, round]);
  return { ...(state.key === key ? state : {}), again: () => again((n) => n + 1) };
}

function Numbers({ numbers, hall, i18n, today }) {
  const { total } = numbers;
  const live = numbers.days.some((one) => one.day === today && one.state === 'live');
  const nothing = !total.arrived && !total.called;
  return html`${numbers.partial && html`<p class="banner" role="status">${i18n.t('partial')}</p>`}
    <p class="until quiet" role="status">${live ? i18n.t('until', { time: clockText(numbers.at, hall.zone) }) : ''}</p>
    ${nothing
      ? html`<div class="card none"><h2>${i18n.t('none.heading')}</h2><p class="quiet">${i18n.t('none.text')}</p></div>`
      : html`<${Figures} total=${total} i18n=${i18n} />
        ${numbers.days.length > 1 && html`<${ByDay} numbers=${numbers} hall=${hall} i18n=${i18n} />`}
        <${Hours} numbers=${numbers} hall=${hall} i18n=${i18n} />
        <${Services} numbers=${numbers} hall=${hall} i18n=${i18n} />
        <${Counters} numbers=${numbers} hall=${hall} i18n=${i18n} />
        <${Classes} numbers=${numbers} hall=${hall} i18n=${i18n} />
        <${Beside} numbers=${numbers} i18n=${i18n} />`}`;
}

export function Desk(props) {
  const { api, clock, i18n, place, go } = props;
  const { hall, error: denied } = useHall(api, place.hall);
  const today = hall ? dayAt(clock.now(), hall.zone) : '';
  const from = place.from || today;
  const to = place.to || today;
  const { numbers, error, again } = useNumbers({ api, code: place.hall, from, to, live: Boolean(to) && to >= today });
  useEffect(() => {
    if (hall) document.title = `${i18n.t('title')} · ${i18n.name(hall.names)}`;
  }, [hall, i18n.lang]);
  if (denied) return html`<${Quiet} i18n=${i18n} error=${denied} onLeave=${() => go({ hall: '' })} />`;
  if (!hall) return html`<${Quiet} i18n=${i18n} />`;
  return html`<div class="statistics">
    <${Header} ...${props} hall=${hall} today=${today} from=${from} to=${to} />
    <main aria-busy=${numbers || error ? null : 'true'}>
      ${error && html`<div class="banner bad" role="alert"><span>${i18n.t('failed')}</span>
        <button type="button" class="button" onClick=${again}>${i18n.t('retry')}</button></div>`}
      ${numbers ? html`<${Numbers} numbers=${numbers} hall=${hall} i18n=${i18n} today=${today} />`
        : !error && html`<p class="quiet" role="status">${i18n.t('loading')}</p>`}
    </main>
  </div>`;
}
