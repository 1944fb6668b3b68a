// Which hall, which counter. One hall is no choice and is entered at once. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { LinkBanner } from '../shared/parts.js';
import { Problem, Quiet, Top } from './parts.js';
import { counterName, personOf, profileText } from './text.js';

export function ChooseHall({ api, i18n, session, go }) {
  const [found, setFound] = useState({});
  const load = () => {
    setFound({});
    api.get('/halls').then(({ halls }) => {
      const all = session.person.halls.includes('*');
      const mine = halls.filter((hall) => all || session.person.halls.includes(hall.code));
      if (mine.length === 1) go({ hall: mine[0].code, counter: '' }, true);
      else setFound({ halls: mine });
    }, (error) => setFound({ error }));
  };
  useEffect(load, []);
  if (!found.halls) return html`<${Quiet} i18n=${i18n} error=${found.error} onRetry=${load} />`;
  return html`<div class="chooser">
    <${Top} i18n=${i18n} title=${session.person.name}>
      <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
    <//>
    <main>
      <h1>${i18n.t('choose.hall')}</h1>
      ${!found.halls.length && html`<p class="card">${i18n.t('choose.no_hall')}</p>`}
      <ul class="halls">
        ${found.halls.map(
          (hall) => html`<li key=${hall.code}>
            <button type="button" class="button" onClick=${() => go({ hall: hall.code, counter: '' })}>
              <b>${i18n.name(hall.names)}</b><span class="quiet">${i18n.name(hall.address)}</span>
            </button>
          </li>`,
        )}
      </ul>
    </main>
  </div>`;
}

const TONE = { open: 'good', paused: 'warn', closed: '' };

function CounterChoice({ hall, counter, me, boss, pending, i18n, onChoose }) {
  const by = personOf(counter.clerk);
  const mine = by === me;
  const taken = counter.state !== 'closed' && !mine && !boss;
  const who = counter.state === 'closed' ? '' : mine ? i18n.t('choose.you') : by;
  return html`<li>
    <button type="button" class=${`button choice ${mine && counter.state !== 'closed' ? 'mine' : ''}`} disabled=${taken}
      aria-busy=${pending ? 'true' : null} onClick=${() => onChoose(counter, mine)}>
      <b>${counterName(hall, counter.code, i18n)}</b>
      <span class=${`badge ${TONE[counter.state]}`}>${i18n.t(`counter.${counter.state}`)}</span>
      ${who && html`<span>${who}</span>`}
      <span class="quiet work">${profileText(hall, counter.profile, i18n)}</span>
    </button>
  </li>`;
}

export function ChooseCounter({ i18n, session, go, live, place, run }) {
  const { hall, state } = live;
  const boss = session.person.role !== 'clerk';
  const [opened, setOpened] = useState('');
  const enter = (code) => go({ hall: place.hall, counter: code });
  // Not before the hall shows it: whoever presses "next" at once must not meet a closed counter.
  useEffect(() => {
    if (opened && state.counters[opened]?.state === 'open') enter(opened);
  }, [opened, state]);
  const choose = async (counter, mine) => {
    if (counter.state !== 'closed' && (mine || boss)) return enter(counter.code);
    const path = `/halls/${place.hall}/counters/${counter.code}/open`;
    if (await run.run({ id: `open-${counter.code}`, path, body: {} })) setOpened(counter.code);
    return undefined;
  };
  return html`<div class="chooser">
    <${Top} i18n=${i18n} title=${i18n.name(hall.names)}>
      <span class="quiet">${session.person.name}</span>
      ${(session.person.halls.length > 1 || session.person.halls.includes('*')) &&
      html`<button type="button" class="button plain" onClick=${() => go({ hall: '', counter: '' })}>${i18n.t('choose.other_hall')}</button>`}
      <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
    <//>
    <${LinkBanner} link=${live.link} i18n=${i18n} zone=${hall.zone} />
    <main>
      <h1>${i18n.t('choose.counter')}</h1>
      <p class="quiet">${i18n.t(boss ? 'choose.counter.boss' : 'choose.counter.lead')}</p>
      <${Problem} problem=${run.problem} i18n=${i18n} />
      <ul class="counters">
        ${hall.counters.map(({ code }) => state.counters[code]).filter(Boolean).map(
          (counter) => html`<${CounterChoice} key=${counter.code} hall=${hall} counter=${counter} me=${session.person.name}
            boss=${boss} pending=${run.pending === `open-${counter.code}`} i18n=${i18n} onChoose=${choose} />`,
        )}
      </ul>
    </main>
  </div>`;
}
