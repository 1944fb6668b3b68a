// Who is logged in, on every page of staff. SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { makeApi } from '../shared/api.js';

// One a page: -> {api, useSession()}. The hook gives {state: 'asking'|'in'|'out'|'failed', person?, error?, expired?,
// ask(), enter(person), leave()}.
export function makeSession() {
  let onExpired = () => {};
  const api = makeApi({ onUnauthenticated: () => onExpired() });

  function useSession() {
    const [session, setSession] = useState({ state: 'asking' });
    const ask = () => {
      setSession({ state: 'asking' });
      api.get('/session').then(
        (person) => setSession({ state: 'in', person }),
        (error) => setSession(error.status === 401 ? { state: 'out' } : { state: 'failed', error }),
      );
    };
    useEffect(ask, []);
    onExpired = () => setSession((old) => (old.state === 'in' ? { state: 'out', expired: true } : old));
    const enter = (person) => setSession({ state: 'in', person });
    const leave = () => api.del('/session').then(() => setSession({ state: 'out' }), () => setSession({ state: 'out' }));
    return { ...session, ask, enter, leave };
  }
  return { api, useSession };
}
