// What stands beside the hall: one service, counter or ticket looked into, or something done for the whole hall. A new one: a row
// here and in place.js. SPDX-License-Identifier: MIT
import { html, useEffect, useRef } from '../shared/ui.js';
import { Problem } from '../staff/parts.js';
import { AnnouncePanel } from './panel_announce.js';
import { BlocksPanel } from './panel_blocks.js';
import { CounterPanel } from './panel_counter.js';
import { DevicesPanel } from './panel_devices.js';
import { HallPanel } from './panel_hall.js';
import { ServicePanel } from './panel_service.js';
import { TicketPanel } from './panel_ticket.js';
import { WhatIfPanel } from './panel_whatif.js';
import { counterName, serviceName } from './text.js';

const WIDE_PX = 900; // style.css: there the panel stands beside the hall, and nothing need scroll

const PANELS = {
  service: ServicePanel, counter: CounterPanel, ticket: TicketPanel, whatif: WhatIfPanel, announce: AnnouncePanel, hall: HallPanel,
  blocks: BlocksPanel, devices: DevicesPanel,
};

function headingOf({ place, hall, live, i18n }) {
  if (place.panel === 'service') return serviceName(hall, place.of, i18n);
  if (place.panel === 'counter') return counterName(hall, place.of, i18n);
  if (place.panel === 'ticket') return live.state.tickets[place.of]?.number || place.of.replace(/^\d{13}-/, '');
  return i18n.t(`panel.${place.panel}`);
}

export function Panel(props) {
  const { place, i18n, act, said, onPanel } = props;
  const heading = useRef(null);
  const from = useRef(null);
  // Focus goes in with the one who opened it, and back out to where it was.
  useEffect(() => {
    const { activeElement } = document;
    if (!heading.current.closest('.panel').contains(activeElement)) from.current = activeElement;
    heading.current.focus({ preventScroll: innerWidth >= WIDE_PX });
  }, [place.panel, place.of]);
  useEffect(() => () => from.current?.isConnected && from.current.focus(), []);
  const Shown = PANELS[place.panel];
  return html`<aside class="panel" aria-labelledby="panel-heading" data-panel=${place.panel}>
    <header><h2 id="panel-heading" tabindex="-1" ref=${heading}>${headingOf(props)}</h2>
      <button type="button" class="button plain" onClick=${() => onPanel('')}>${i18n.t('close')}</button></header>
    <div class="inside" key=${`${place.panel}/${place.of}`}>
      <p class="done" role="status">${said}</p>
      <${Problem} problem=${act.problem} i18n=${i18n} />
      <${Shown} ...${props} />
    </div>
  </aside>`;
}
