// Where the citizen is on the way to a booking: pure. What is chosen stands in the address, so that every step
// can be gone back to, reloaded and passed on: #hall/time?s=id-card,residence&p=2&c=elderly&d=20261125.
// What was typed (and the hold) is the draft, kept for the tab. SPDX-License-Identifier: MIT
import { bookableServices, documentsOf, personsMax, SERVICES_MAX } from '../shared/visit.js';

const CODE = /^[a-z0-9][a-z0-9_-]{0,31}$/;
export const STEPS = ['services', 'papers', 'time', 'phone'];
const SCREENS = new Set([...STEPS, 'add', 'wait', 'mine', 'home']);
const ANY = 'any'; // no hall yet: which service, in all of them

// -> {hall, screen, services, persons, class, day}; hall is '' when none is named
export function readRoute(hash) {
  const [path, query = ''] = (hash || '').replace(/^#/, '').split('?');
  const [hall = '', screen = ''] = path.split('/');
  const asked = new URLSearchParams(query);
  const services = (asked.get('s') || '').split(',').filter((code) => CODE.test(code));
  const persons = Number(asked.get('p'));
  return {
    hall: CODE.test(hall) ? hall : '',
    screen: SCREENS.has(screen) || (!hall && screen === ANY) ? screen : 'services',
    services: [...new Set(services)].slice(0, SERVICES_MAX),
    persons: Number.isInteger(persons) && persons > 1 ? Math.min(persons, 10) : 1,
    class: CODE.test(asked.get('c') || '') ? asked.get('c') : '',
    day: /^\d{8}$/.test(asked.get('d') || '') ? asked.get('d') : '',
  };
}

export function writeRoute({ hall, screen = 'services', services = [], persons = 1, class: kind = '', day = '' }) {
  const query = [
    services.length && `s=${services.join(',')}`,
    persons > 1 && `p=${persons}`,
    kind && `c=${kind}`,
    day && `d=${day}`,
  ].filter(Boolean);
  const path = screen === 'services' ? hall : `${hall}/${screen}`;
  return `#${path}${query.length ? `?${query.join('&')}` : ''}`;
}

// What the hall does not offer (any more) falls out of the address.
export function fitRoute(route, hall) {
  const offered = new Set(bookableServices(hall).map((one) => one.code));
  const services = route.services.filter((code) => offered.has(code));
  return {
    ...route,
    services,
    persons: services.length ? Math.min(route.persons, Math.max(1, personsMax(hall, services))) : route.persons,
    class: (hall.classes || []).some((one) => one.code === route.class) ? route.class : '',
  };
}

// Which visit a hold or a waiting is for.
export const visitKey = (route) => `${route.services.join(',')} ${route.persons} ${route.class}`;

// A visit without documents has no step for them.
export const stepsOf = (hall, route) =>
  STEPS.filter((step) => step !== 'papers' || !route.services.length || documentsOf(hall, route.services).length > 0);

export const allTicked = (hall, route, draft) =>
  documentsOf(hall, route.services).every(({ key }) => (draft.ticked || []).includes(key));

// A hold that has run out still leads on: confirming takes the time again if it is free.
export const holdOf = (route, draft) => (draft.hold && draft.hold.visit === visitKey(route) ? draft.hold : null);

// The screen that may be shown now: the one asked for, or the first step that is still open before it.
export function screenFor(hall, route, draft) {
  const { screen } = route;
  if (['mine', 'home', 'add', 'services'].includes(screen)) return screen;
  if (!route.services.length) return 'services';
  if (screen === 'papers') return documentsOf(hall, route.services).length ? 'papers' : 'time';
  if (!allTicked(hall, route, draft)) return 'papers';
  if (screen === 'phone' && !holdOf(route, draft)) return 'time';
  return screen;
}

export const nextStep = (hall, route, screen) => {
  const steps = stepsOf(hall, route);
  return steps[steps.indexOf(screen) + 1];
};

export function backFrom(hall, route, screen) {
  const steps = stepsOf(hall, route);
  const at = steps.indexOf(screen);
  if (screen === 'wait') return 'time';
  return at > 0 ? steps[at - 1] : 'services';
}

// How long the hold lasts, in ms; 0 when it has run out.
export const holdLeft = (hold, now) => Math.max(0, (hold?.expires ?? 0) - now);
