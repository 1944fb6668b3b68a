// The console of one counter: who is there and what to do on the left, who waits on the right.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { LanguageSwitch, LinkBanner } from '../shared/parts.js';
import { CLOSE, PAUSE, RESUME_WORK, actionsFor, bodyOf } from './actions.js';
import { DIALOGS } from './dialogs.js';
import { presentTicket } from './fold.js';
import { keepKeysWanted, keysWanted, useKeys } from '../staff/keys.js';
import { Lists } from './lists.js';
import { Away, Present } from './present.js';
import { Top } from '../staff/parts.js';
import { KeyButton } from './parts.js';
import { counterName, personOf } from './text.js';

// What is done with the counter itself; only while nobody is at it.
const AROUND = { open: [PAUSE, CLOSE], paused: [CLOSE], closed: [] };
const TONE = { open: 'good', paused: 'warn', closed: '' };

function Title({ hall, counter, i18n }) {
  return html`<h1>${counterName(hall, counter.code, i18n)}</h1>
    <span class=${`badge ${TONE[counter.state]}`}>${i18n.t(`counter.${counter.state}`)}</span>
    <span class="quiet hall">${i18n.name(hall.names)}</span>`;
}

// What the keys do now. A key with no meaning at the moment does nothing.
function bindingsOf(actions, press) {
  return Object.fromEntries(actions.filter((action) => action.key).map((action) => [action.key, () => press(action)]));
}

// Who may act here: the clerk whose counter it is, and those who lead.
function standing(counter, person) {
  const by = personOf(counter.clerk);
  if (counter.state === 'closed' || by === person.name) return 'own';
  return person.role === 'clerk' ? 'other' : 'leading';
}

function useTitle(hall, counter, present, i18n) {
  useEffect(() => {
    const place = counterName(hall, counter.code, i18n);
    document.title = present ? `${present.number} · ${place}` : place;
  }, [hall, counter.code, present?.number, i18n.lang]);
}

// A press that comes before the last answer waits for it, if the screen had moved on already: "call again",
// "did not come", "next" typed quickly are three wishes, done in their order while each is possible. A second
// tap on the same button is none.
function usePress({ run, possible, perform, setDialog }) {
  const queue = useRef([]);
  const act = (action) => {
    run.clear();
    if (action.dialog) setDialog(action);
    else perform(action);
  };
  useEffect(() => {
    if (run.doing() || !queue.current.length) return;
    const action = queue.current.shift();
    if (!run.problem && possible.includes(action)) act(action);
    else queue.current = [];
  });
  return (action) => {
    if (!run.doing()) act(action);
    else if (action.id !== (queue.current.at(-1)?.id ?? run.doing())) queue.current.push(action);
  };
}

export function Console({ clock, i18n, session, place, go, live, run, counter }) {
  const { hall, state } = live;
  const [dialog, setDialog] = useState(null);
  const [keys, setKeys] = useState(() => keysWanted('clerk'));
  const present = presentTicket(state, counter.code);
  const stand = standing(counter, session.person);
  const path = `/halls/${place.hall}/counters/${counter.code}`;
  useTitle(hall, counter, present, i18n);

  const perform = (action, more) => {
    const guard = action.path === 'open' || action.path === 'pause' || action.path === 'close' ? null : present;
    return run.run({ id: action.id, path: `${path}/${action.path}`, body: bodyOf(action, guard, more) });
  };
  const working = counter.state === 'open' && stand !== 'other';
  const around = stand === 'other' ? [] : AROUND[counter.state];
  const actions = working ? actionsFor(present) : [];
  const bound = counter.state === 'paused' ? [RESUME_WORK, ...around] : around;
  const possible = present ? actions : [...actions, ...bound];
  const press = usePress({ run, possible, perform, setDialog });
  useKeys(bindingsOf(dialog ? [] : possible, press), keys);

  const asking = { clock, i18n, live, run, counter, present, keys, press, perform, session, place };
  // What goes wrong in a dialog is said there.
  const shared = dialog ? { ...asking, run: { ...run, problem: null } } : asking;
  const Asked = dialog && DIALOGS[dialog.id];
  const leaveDialog = () => {
    setDialog(null);
    if (run.problem) run.clear();
  };
  const toggle = (event) => {
    setKeys(event.target.checked);
    keepKeysWanted('clerk', event.target.checked);
  };
  return html`<div class="console">
    <${Top} title=${html`<${Title} hall=${hall} counter=${counter} i18n=${i18n} />`}>
      ${around.map((action) => html`<${KeyButton} key=${action.id} action=${action} i18n=${i18n} keys=${keys}
        pending=${run.pending} onPress=${press} disabled=${Boolean(present)} />`)}
    <//>
    <${LinkBanner} link=${live.link} i18n=${i18n} zone=${hall.zone} />
    <main class=${stand === 'leading' ? 'with-note' : ''}>
      ${stand === 'leading' && html`<p class="banner accent">${i18n.t('leading', { name: personOf(counter.clerk) })}</p>`}
      ${working ? html`<${Present} ...${shared} actions=${actions} />` : html`<${Away} ...${shared} stand=${stand} />`}
      <${Lists} ...${shared} working=${working} />
    </main>
    <footer class="bottom">
      <label><input type="checkbox" checked=${keys} onChange=${toggle} /> ${i18n.t('keys.on')}</label>
      <span class="person">${session.person.name}</span>
      <a class="button plain" href=${`/calendar#${place.hall}`}>${i18n.t('to.calendar')}</a>
      <button type="button" class="button plain" onClick=${() => go({ hall: place.hall, counter: '' })}>${i18n.t('switch')}</button>
      <${LanguageSwitch} i18n=${i18n} />
    </footer>
    ${dialog && html`<${Asked} ...${asking} action=${dialog} onClose=${leaveDialog} />`}
  </div>`;
}
