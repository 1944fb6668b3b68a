// Which counter. SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { LinkBanner } from '../shared/parts.js';
import { worksInSeveral } from '../staff/halls.js';
import { Problem, Top } from '../staff/parts.js';
import { counterName, personOf, profileText } from './text.js';

const TONE = { open: 'good', paused: 'warn', closed: '' };

// Where somebody works already: the counter that is closed when another one is opened, or null. With several (somebody who
// leads) none of them is.
function workingAt(state, me) {
  const mine = Object.values(state.counters).filter((one) => one.state !== 'closed' && personOf(one.clerk) === me);
  return mine.length === 1 ? mine[0] : null;
}

function CounterChoice({ hall, counter, me, boss, held, pending, i18n, onChoose }) {
  const by = personOf(counter.clerk);
  const mine = by === me;
  const taken = counter.state !== 'closed' ? !mine && !boss : Boolean(held);
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
  const leaving = workingAt(state, session.person.name);
  const held = leaving && state.tickets[leaving.ticket];
  const choose = async (counter, mine) => {
    if (counter.state !== 'closed' && (mine || boss)) return enter(counter.code);
    const path = `/halls/${place.hall}/counters/${counter.code}/open`;
    const body = leaving ? { leave: leaving.code } : {};
    if (await run.run({ id: `open-${counter.code}`, path, body })) setOpened(counter.code);
    return undefined;
  };
  return html`<div class="chooser">
    <${Top} i18n=${i18n} title=${i18n.name(hall.names)}>
      <span class="quiet">${session.person.name}</span>
      ${worksInSeveral(session.person) &&
      html`<button type="button" class="button plain" onClick=${() => go({ hall: '', counter: '' })}>${i18n.t('choose.other_hall')}</button>`}
      <button type="button" class="button plain" onClick=${session.leave}>${i18n.t('leave')}</button>
    <//>
    <${LinkBanner} link=${live.link} i18n=${i18n} zone=${hall.zone} />
    <main>
      <h1>${i18n.t('choose.counter')}</h1>
      <p class="quiet">${i18n.t(boss ? 'choose.counter.boss' : 'choose.counter.lead')}</p>
      ${leaving && html`<p class="banner accent" role="status">${i18n.t(held ? 'choose.held' : 'choose.leaves',
        { counter: counterName(hall, leaving.code, i18n), number: held?.number })}</p>`}
      <${Problem} problem=${run.problem} i18n=${i18n} />
      <ul class="counters">
        ${hall.counters.map(({ code }) => state.counters[code]).filter(Boolean).map(
          (counter) => html`<${CounterChoice} key=${counter.code} hall=${hall} counter=${counter} me=${session.person.name}
            boss=${boss} held=${held} pending=${run.pending === `open-${counter.code}`} i18n=${i18n} onChoose=${choose} />`,
        )}
      </ul>
    </main>
  </div>`;
}
