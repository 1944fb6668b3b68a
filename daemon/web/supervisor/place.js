// Where one is stands in the address: /supervisor#hall[/panel[/what of it]]. SPDX-License-Identifier: MIT

// What may stand beside the hall; `of`: whether it is about one thing.
export const PANELS = {
  service: { of: 'needed' }, counter: { of: 'needed' }, ticket: { of: 'needed' },
  whatif: { of: 'welcome' }, // a profile
  announce: {}, hall: {}, blocks: {}, devices: {},
};

const CODE = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const TICKET = /^(\d{13}-)?[A-Z]\d{1,6}$/;

export function placeOf(hash) {
  const [hall = '', panel = '', of = ''] = hash.replace(/^#/, '').split('/');
  const none = { hall: CODE.test(hall) ? hall : '', panel: '', of: '' };
  if (!none.hall || !PANELS[panel]) return none;
  const { of: wants } = PANELS[panel];
  if (wants && (panel === 'ticket' ? TICKET : CODE).test(of)) return { ...none, panel, of };
  return wants === 'needed' ? none : { ...none, panel };
}

export const hashOf = ({ hall, panel, of }) => `#${[hall, hall && panel, hall && panel && of].filter(Boolean).join('/')}`;
