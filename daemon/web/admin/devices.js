// Section: the hall's screens. A new one shows a code that is typed here; one that is removed loses its token at once.
// SPDX-License-Identifier: MIT
import { html, useEffect, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { Ask } from '../staff/ask.js';
import { useAct } from '../staff/act.js';
import { DeviceRow, rateDevices } from '../staff/devices.js';
import { Field, typed } from '../staff/form.js';
import { Problem } from '../staff/parts.js';

const AGAIN_MS = 5000; // a screen that was just admitted appears here by itself
const NAME = /^[a-z0-9][a-z0-9._-]{1,31}$/;

function useDevices(api, hall) {
  const [found, setFound] = useState({});
  const [round, ask] = useState(0);
  useEffect(() => {
    let over = false;
    api.get(`/halls/${hall}/devices`, { retries: 0 }).then((data) => over || setFound({ data }), (error) => over || setFound((old) => ({ ...old, error })));
    const timer = setTimeout(() => ask((n) => n + 1), AGAIN_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [hall, round]);
  return { ...found, ask: () => ask((n) => n + 1) };
}

// "abcd efgh" as it stands on the screen.
const tidy = (text) => text.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, 8).replace(/^(.{4})(?=.)/, '$1 ');

// What went wrong, for the field it is about.
function wrongOf(act, codes, i18n) {
  const error = act.problem?.error;
  return error && codes.includes(error.code) ? i18n.t(`pair.wrong.${error.code}`) : null;
}

function Pair({ api, hall, i18n, onDone }) {
  const act = useAct({ api });
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [marked, setMarked] = useState(false);
  const codeOk = code.replace(/ /g, '').length === 8;
  const nameOk = NAME.test(name);
  const submit = async (event) => {
    event.preventDefault();
    setMarked(true);
    if (!codeOk || !nameOk) return document.getElementById(codeOk ? 'pair-name' : 'pair-code').focus();
    const device = await act.run({ id: 'pair', path: '/pairings/claim', body: { code, name, hall: hall.code } });
    if (!device) return undefined;
    setCode('');
    setName('');
    setMarked(false);
    return onDone(device);
  };
  const codeWrong = wrongOf(act, ['pair_unknown', 'rate_limit'], i18n) || (marked && !codeOk ? i18n.t('pair.wrong.code') : null);
  const nameWrong = wrongOf(act, ['device_exists'], i18n) || (marked && !nameOk ? i18n.t('pair.wrong.name') : null);
  return html`<form class="pair card" onSubmit=${submit} novalidate>
    <h3>${i18n.t('pair.heading')}</h3>
    <p class="quiet small">${i18n.t('pair.lead', { address: `${location.host}/board`, kiosk: `${location.host}/kiosk` })}</p>
    <div class="inline">
      <${Field} id="pair-code" class="code-field" label=${i18n.t('pair.code')} placeholder="CDFG 2345" autocapitalize="characters" spellcheck=${false}
        maxlength="12" value=${code} problem=${codeWrong} onInput=${typed((text) => { act.clear(); setCode(tidy(text)); })} />
      <${Field} id="pair-name" label=${i18n.t('pair.name')} note=${i18n.t('pair.name.note')} placeholder="board-1" spellcheck=${false} autocapitalize="none"
        maxlength="32" value=${name} problem=${nameWrong} onInput=${typed((text) => { act.clear(); setName(text.trim().toLowerCase()); })} />
    </div>
    ${!codeWrong && !nameWrong && html`<${Problem} problem=${act.problem} i18n=${i18n} />`}
    <div class="actions"><button type="submit" class="button primary" aria-busy=${act.pending ? 'true' : null}>${i18n.t('pair.do')}</button></div>
  </form>`;
}

function Remove({ api, row, i18n, onDone, onClose }) {
  const act = useAct({ api });
  const remove = async () => {
    if (!(await act.run({ id: 'remove', method: 'del', path: `/devices/${row.name}`, body: undefined }))) return false;
    onDone();
    return true;
  };
  return html`<${Ask} id="remove-device" heading=${i18n.t('device.remove.heading', { name: row.name })} label=${i18n.t('device.remove')} danger=${true}
    i18n=${i18n} run=${act} onSubmit=${remove} onClose=${onClose}><p>${i18n.t('device.remove.text')}</p><//>`;
}

const isScreen = (row) => row.kind === 'board' || row.kind === 'kiosk';

export function Devices({ api, i18n, draft: hall }) {
  const { data, error, ask } = useDevices(api, hall.code);
  const [said, setSaid] = useState(null); // {k, name}: the language may change meanwhile
  const [removing, setRemoving] = useState(null);
  const rows = data ? rateDevices(data) : [];
  return html`<div class="devices-section">
    <p class="saved" role="status" hidden=${!said}>${said && i18n.t(said.k, said)}</p>
    <${Pair} api=${api} hall=${hall} i18n=${i18n} onDone=${({ name, kind }) => {
      setSaid({ k: `pair.done.${kind}`, name });
      ask();
    }} />
    <h3>${i18n.t('devices.heading')}</h3>
    ${error && html`<div role="alert"><p class="problem">${problemText(error, i18n)}</p></div>`}
    ${!data && !error && html`<p class="quiet" role="status">${i18n.t('loading')}</p>`}
    ${data && !rows.length && html`<p class="quiet">${i18n.t('devices.none')}</p>`}
    <ul class="devices">${rows.map((row) => html`<${DeviceRow} key=${`${row.kind} ${row.name}`} row=${row} hall=${hall} now=${data.now} i18n=${i18n}>
      ${isScreen(row) && html`<button type="button" class="button" aria-label=${`${i18n.t('device.remove')}: ${row.name}`}
        onClick=${() => setRemoving(row)}>${i18n.t('device.remove')}</button>`}
    <//>`)}</ul>
    ${removing && html`<${Remove} api=${api} row=${removing} i18n=${i18n} onClose=${() => setRemoving(null)} onDone=${() => {
      setSaid({ k: 'device.removed', name: removing.name });
      ask();
    }} />`}
  </div>`;
}
