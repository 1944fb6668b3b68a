// The address as state: go() adds an entry to the browser's history, swap() changes the present one, back()
// returns to where the citizen came from. SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { readRoute, writeRoute } from './state.js';

const depth = () => history.state?.depth ?? 0;

export function makeWay() {
  const listeners = new Set();
  const way = {
    route: readRoute(location.hash),
    go(route) {
      history.pushState({ depth: depth() + 1 }, '', writeRoute(route));
      changed();
    },
    swap(route) {
      history.replaceState(history.state, '', writeRoute(route));
      changed();
    },
    // otherwise: where to, for somebody who came by a link right into the middle
    back(otherwise) {
      if (depth() > 0) history.back();
      else way.swap(otherwise);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  function changed() {
    way.route = readRoute(location.hash);
    for (const listener of listeners) listener();
  }
  addEventListener('popstate', changed); // a changed fragment fires it, too
  return way;
}

export function useWay(way) {
  const [, redraw] = useState(0);
  useEffect(() => way.subscribe(() => redraw((n) => n + 1)), [way]);
  return way.route;
}
