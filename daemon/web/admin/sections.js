// The sections of the editor; a new one is a row here, its words, and nothing else. `of`: the members of the hall file it
// changes. bare: there is nothing to save in it. SPDX-License-Identifier: MIT
import { html } from '../shared/ui.js';
import { Devices } from './devices.js';
import { Holidays } from './holidays.js';
import { Hours, SpecialDays } from './hours.js';
import { Later } from './later.js';
import { Pools } from './pools.js';
import { BOOKING, REMOTE, Rules } from './rules.js';
import { Services } from './services.js';
import { WholeFile } from './whole_file.js';

export const SECTIONS = [
  { id: 'hours', of: ['hours', 'breaks', 'tickets_outside_hours'], view: Hours },
  { id: 'special', of: ['special_days'], view: SpecialDays },
  { id: 'holidays', of: ['holidays'], view: Holidays },
  { id: 'pools', of: ['pools'], view: Pools },
  { id: 'services', of: ['services'], view: Services },
  { id: 'booking', of: ['booking'], view: (props) => html`<${Rules} ...${props} part="booking" rules=${BOOKING} />` },
  { id: 'remote', of: ['remote'], view: (props) => html`<${Rules} ...${props} part="remote" rules=${REMOTE} />` },
  { id: 'texts', of: ['messages', 'message_signature', 'message_signature_at'], view: (props) => html`<${Later} ...${props} bring=${() => import('./texts/index.js')} />` },
  { id: 'devices', of: [], view: Devices },
  { id: 'messages', of: [], bare: true, view: (props) => html`<${Later} ...${props} bring=${() => import('./messages/index.js')} />` },
  { id: 'file', of: [], view: WholeFile },
];
