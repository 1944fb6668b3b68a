// A hall at a glance: the header, what is wrong, lines and counters, and beside them what one looks into.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { LinkBanner } from '../shared/parts.js';
import { useAct } from '../staff/act.js';
import { keepKeysWanted, keysWanted, useKeys } from '../staff/keys.js';
import { Quiet } from '../staff/parts.js';
import { Alarms } from './alarms.js';
import { Counters } from './counters.js';
import { DIALOGS } from './dialogs.js';
import { linesOf, troublesOf } from './figures.js';
import { Header } from './header.js';
import { Lines } from './lines.js';
import { useHall, useNow } from './live.js';
import { Panel } from './panel.js';

const TICK_MS = 5000; // minutes are shown; a step of five seconds is never seen to lag

export function Desk(props) {
  const { api, clock, i18n, place, go } = props;
  const live = useHall({ api, clock, code: place.hall });
  if (live.denied) return html`<${Quiet} i18n=${i18n} error=${live.denied} onLeave=${() => go({ hall: '' })} />`;
  if (!live.hall || !live.state) {
    const lost = live.link?.state === 'stale' || live.link?.state === 'offline';
    return html`<${Quiet} i18n=${i18n} error=${lost ? { code: 'network' } : null} onRetry=${lost ? () => location.reload() : null} />`;
  }
  return html`<${Hall} key=${place.hall} ...${props} live=${live} hall=${live.hall} />`;
}

// The tab says how bad it is without being looked at.
function useTitle({ i18n, hall, troubles }) {
  useEffect(() => {
    document.title = `${troubles.length ? `(${troubles.length}) ` : ''}${i18n.name(hall.names)} · ${i18n.t('title.short')}`;
  }, [i18n.lang, hall.names, troubles.length]);
}

// Escape leaves the panel, unless a dialog or a field wants it.
function useEscape(on, leave) {
  useEffect(() => {
    if (!on) return undefined;
    const press = (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')
        && !event.target.closest?.('input, textarea, select')) leave();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}

function useSwitch() {
  const [keys, setKeys] = useState(() => keysWanted('supervisor'));
  const keep = (on) => {
    setKeys(on);
    keepKeysWanted('supervisor', on);
  };
  return [keys, keep];
}

function Hall({ api, clock, i18n, session, place, go, live, hall }) {
  const now = useNow(clock, TICK_MS);
  const [dialog, setDialog] = useState(null); // {id, ...what it is about}
  const [said, setSaid] = useState('');
  const [keys, setKeys] = useSwitch();
  const [beat, setBeat] = useState(0); // something was done: whoever asked the daemon asks again
  const act = useAct({ api });
  const rows = linesOf(live, now);
  const troubles = troublesOf(live.day, rows, now, live.link?.state === 'live' ? live.state : null);
  useTitle({ i18n, hall, troubles });
  const onPanel = (panel, of = '') => {
    act.clear();
    setSaid('');
    go({ hall: place.hall, panel, of });
  };
  const ask = (id, about = {}) => {
    act.clear();
    setSaid('');
    setDialog({ id, ...about });
  };
  const done = (text) => {
    setSaid(text);
    setBeat((n) => n + 1);
  };
  useKeys(dialog ? {} : {
    w: () => onPanel('whatif'), a: () => onPanel('announce'), h: () => onPanel('hall'), d: () => onPanel('devices'), '/': () => document.getElementById('find')?.focus(),
  }, keys);
  useEscape(Boolean(place.panel) && !dialog, () => onPanel(''));
  const Asked = dialog && DIALOGS[dialog.id];
  const path = `/halls/${hall.code}`;
  const shared = { api, clock, i18n, live, hall, path, place, go, rows, now, keys, setKeys, session, beat, onPanel, ask, done };
  return html`<div class="supervisor">
    <${Header} ...${shared} />
    <${LinkBanner} link=${live.link} i18n=${i18n} zone=${hall.zone} />
    <main class=${place.panel ? 'with-panel' : ''}>
      <${Alarms} ...${shared} troubles=${troubles} />
      <${Lines} ...${shared} />
      <${Counters} ...${shared} />
      ${place.panel && html`<${Panel} ...${shared} act=${act} said=${said} />`}
    </main>
    ${dialog && html`<${Asked} ...${shared} ...${dialog} onClose=${() => setDialog(null)} />`}
  </div>`;
}
