// The same ticket once more, on paper: number, service and the way to the citizen's page. The sheet alone is printed
// (print.css). SPDX-License-Identifier: MIT
import { html, useState } from '../shared/ui.js';
import { timeText } from '../shared/clock.js';
import { Qr } from '../shared/qr.js';
import { useAct } from '../staff/act.js';
import { Ask } from '../staff/ask.js';
import { Printers } from '../staff/printers.js';
import { serviceName } from './text.js';

function Slip({ ticket, code, hall, i18n }) {
  return html`<div class="slip"><p>${i18n.name(hall.names)}</p><p class="number">${ticket.number}</p>
    <p>${serviceName(hall, ticket.service, i18n)} · ${timeText(ticket.issued, i18n.lang, hall.zone)}</p>
    ${code && html`<${Qr} code=${code} label=${i18n.t('reprint.qr')} />`}</div>`;
}

export function ReprintDialog({ api, i18n, hall, path, ticket, done, onClose }) {
  const act = useAct({ api });
  const [printed, setPrinted] = useState(null); // {ticket, code}
  const ask = async () => {
    const again = await act.run({ id: 'reprint', path: `${path}/tickets/${ticket.id}/reprint`, body: {} });
    if (!again) return false;
    const text = `${hall.public_url || location.origin}/t#${again.link}`;
    const code = await api.post('/qr', { text }).catch(() => null); // the number alone is enough to be called
    setPrinted({ ticket: again, code });
    done(i18n.t('reprint.done', { n: ticket.number }));
    return false; // it stays open: now it can be printed
  };
  const print = () => {
    window.print();
    return true;
  };
  return html`<${Ask} id="reprint" heading=${i18n.t('reprint.heading', { n: ticket.number })} label=${i18n.t(printed ? 'reprint.print' : 'reprint.do')}
    i18n=${i18n} run=${act} onSubmit=${printed ? print : ask} onClose=${onClose}>
    ${printed ? html`<${Slip} ticket=${printed.ticket} code=${printed.code} hall=${hall} i18n=${i18n} />` : html`<p>${i18n.t('reprint.text')}</p>`}
    <${Printers} api=${api} hall=${hall} path=${path} ticket=${ticket} i18n=${i18n} />
  <//>`;
}
