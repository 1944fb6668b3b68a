// The console of one counter: who is there and what to do on the left, who waits on the right.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { LanguageSwitch, LinkBanner } from '../shared/parts.js';
import { CLOSE, FIND, KEYS, OPEN, PAUSE, RESUME_WORK, UNDO, actionsFor, bodyOf, rightsOf } from './actions.js';
import { Banners } from './banners.js';
import { DIALOGS } from './dialogs.js';
import { presentTicket } from './fold.js';
import { keyIn, loadKeymap, saveKeymap } from './keymap.js';
import { keepKeysWanted, keysWanted, useKeys } from '../staff/keys.js';
import { Lists } from './lists.js';
import { queueOf } from './next.js';
import { Away, Present } from './present.js';
import { Top } from '../staff/parts.js';
import { KeyButton } from './parts.js';
import { counterName, personOf } from './text.js';
import { useUndoable } from './undo.js';

// What is done with the counter itself; only while nobody is at it.
const AROUND = { open: [PAUSE, CLOSE], paused: [CLOSE], closed: [] };
// About the counter or the last press; every other request says which citizen it means.
const UNGUARDED = new Set(['open', 'pause', 'close', 'undo']);
// The last press as it is shown here: if another one came meanwhile, nothing is taken back.
const undoBody = (undo) => ({ ticket: undo.steps.at(-1).id });
const TONE = { open: 'good', paused: 'warn', closed: '' };

function Title({ hall, counter, i18n }) {
  return html`<h1>${counterName(hall, counter.code, i18n)}</h1>
    <span class=${`badge ${TONE[counter.state]}`}>${i18n.t(`counter.${counter.state}`)}</span>
    <span class="quiet hall">${i18n.name(hall.names)}</span>`;
}

// What the keys do now. A key with no meaning at the moment does nothing.
function bindingsOf(actions, keyOf, press) {
  return Object.fromEntries(actions.filter((action) => keyOf(action)).map((action) => [keyOf(action), () => press(action)]));
}

// The keys in force, which a dialog may change.
function useKeymap() {
  const [keymap, setKeymap] = useState(loadKeymap);
  const change = (next) => {
    setKeymap(next);
    saveKeymap(next);
  };
  return { keymap, change, keyOf: (action) => keyIn(keymap, action) };
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
    if (!run.problem && possible.some((one) => one.id === action.id)) act(action);
    else queue.current = [];
  });
  return (action) => {
    if (!run.doing()) act(action);
    else if (action.id !== (queue.current.at(-1)?.id ?? run.doing())) queue.current.push(action);
  };
}

// What can be done at this moment: with the citizen, with the counter, and besides.
function possibleNow({ working, stand, counter, present, undo, actions }) {
  const around = stand === 'other' ? [] : AROUND[counter.state];
  const bound = counter.state === 'paused' ? [RESUME_WORK, ...around] : around;
  const back = working && undo ? [UNDO] : [];
  return [...actions, ...back, ...(present ? [] : bound), ...(working ? [FIND] : []), KEYS];
}

export function Console({ api, clock, i18n, session, place, go, live, run, counter }) {
  const { hall, state } = live;
  const [dialog, setDialog] = useState(null);
  const [keys, setKeys] = useState(() => keysWanted('clerk'));
  const { keymap, change: setKeymap, keyOf } = useKeymap();
  const present = presentTicket(state, counter.code);
  const stand = standing(counter, session.person);
  const path = `/halls/${place.hall}/counters/${counter.code}`;
  useTitle(hall, counter, present, i18n);

  const perform = (action, more) => {
    const guard = UNGUARDED.has(action.path) ? null : present;
    return run.run({ id: action.id, path: `${path}/${action.path}`, body: bodyOf(action, guard, more) });
  };
  const working = counter.state === 'open' && stand !== 'other';
  const undo = useUndoable({ live, counter, clock });
  const actions = working ? actionsFor(present, rightsOf(session.person)) : [];
  const possible = possibleNow({ working, stand, counter, present, undo, actions });
  const press = usePress({ run, possible, setDialog, perform: (action) => perform(action, action === UNDO ? undoBody(undo) : undefined) });
  useKeys(bindingsOf(dialog ? [] : possible, keyOf, press), keys);

  const asking = {
    api, clock, i18n, live, run, counter, present, keys, keyOf, press, perform, session, place,
    queue: queueOf(hall, state, counter), undo: working ? undo : null, keymap, setKeymap, ask: setDialog,
  };
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
  const around = stand === 'other' ? [] : AROUND[counter.state];
  return html`<div class="console">
    <${Top} title=${html`<${Title} hall=${hall} counter=${counter} i18n=${i18n} />`}>
      ${working && html`<${KeyButton} action=${FIND} i18n=${i18n} keys=${keys} keyOf=${keyOf} onPress=${press} />`}
      ${around.map((action) => html`<${KeyButton} key=${action.id} action=${action} i18n=${i18n} keys=${keys} keyOf=${keyOf}
        pending=${run.pending} onPress=${press} disabled=${Boolean(present)} />`)}
    <//>
    <${LinkBanner} link=${live.link} i18n=${i18n} zone=${hall.zone} />
    <${Banners} ...${shared} stand=${stand} />
    <main>
      ${working ? html`<${Present} ...${shared} actions=${actions} />` : html`<${Away} ...${shared} stand=${stand} />`}
      <${Lists} ...${shared} working=${working} />
    </main>
    <footer class="bottom">
      <label><input type="checkbox" checked=${keys} onChange=${toggle} /> ${i18n.t('keys.on')}</label>
      <${KeyButton} action=${KEYS} i18n=${i18n} keys=${keys} keyOf=${keyOf} onPress=${press} class="plain" />
      <span class="person">${session.person.name}</span>
      <a class="button plain" href=${`/calendar#${place.hall}`}>${i18n.t('to.calendar')}</a>
      <button type="button" class="button plain" onClick=${() => go({ hall: place.hall, counter: '' })}>${i18n.t('switch')}</button>
      <${LanguageSwitch} i18n=${i18n} />
    </footer>
    ${dialog && html`<${Asked} ...${asking} action=${dialog} onClose=${leaveDialog} />`}
  </div>`;
}
