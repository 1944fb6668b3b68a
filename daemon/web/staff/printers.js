// The hall's printers, for a ticket that is wanted on paper once more. Nothing where the hall has none.
// SPDX-License-Identifier: MIT
import { html, useEffect, useRef, useState } from '../shared/ui.js';
import { problemText } from '../shared/i18n.js';
import { printTicket } from '../shared/print_job.js';

const GIVE_UP_MS = 30000;

const named = (printer, i18n) => (printer.names && i18n.name(printer.names)) || printer.code;

// By its code, which is all that is left of one taken out of the hall file.
export function printerName(hall, code, i18n) {
  const printer = hall.printers?.find((one) => one.code === code);
  return printer ? named(printer, i18n) : code;
}

function textOf({ state, error, problem }, printer, i18n) {
  const name = named(printer, i18n);
  if (problem) return problemText(problem, i18n);
  const reason = error && i18n.has(`print.why.${error}`) ? i18n.t(`print.why.${error}`) : '';
  return `${i18n.t(`print.${state}`, { printer: name })}${reason && ` ${reason}`}`;
}

export function Printers({ api, hall, path, ticket, i18n }) {
  const [job, setJob] = useState(null); // {printer, state, error?, problem?}
  const here = useRef(true);
  useEffect(() => () => {
    here.current = false;
  }, []);
  if (!hall.printers?.length) return null;
  const print = (printer) => {
    setJob({ printer, state: 'printing' });
    printTicket({ api, path, ticket: ticket.id, body: { printer: printer.code }, wanted: () => here.current, giveUpMs: GIVE_UP_MS }).then(
      (over) => over && setJob({ printer, ...over }),
      (problem) => here.current && setJob({ printer, state: 'failed', problem }),
    );
  };
  const printing = job?.state === 'printing';
  return html`<div class="printers" role="group" aria-label=${i18n.t('print.heading')}>
    <p class="small">${i18n.t('print.heading')}</p>
    <div class="acts">${hall.printers.map((one) => html`<button type="button" class="button" key=${one.code} disabled=${printing}
      aria-busy=${printing && job.printer === one ? 'true' : null} onClick=${() => print(one)}>${named(one, i18n)}</button>`)}</div>
    <p class=${`printed ${job && !printing && job.state !== 'printed' ? 'bad' : ''}`} role="status" data-print=${job?.state}>
      ${job && textOf(job, job.printer, i18n)}</p>
  </div>`;
}
