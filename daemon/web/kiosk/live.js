// The hall as it is now: its services and hours (asked again every minute and after each change) and how
// many are waiting (by the board's stream). SPDX-License-Identifier: MIT
import { useEffect, useState } from '../shared/ui.js';
import { followHall } from '../shared/hall_file.js';
import { openStream } from '../shared/stream.js';

// Whether the hall is open changes by the minute.
const HALL_AGAIN_MS = 60000;

// -> {hall, waiting: {service: n}, link, denied}
export function useLiveHall({ api, first, clock }) {
  const [live, setLive] = useState({ hall: first, waiting: {}, link: null, denied: null });
  const change = (part) => setLive((old) => ({ ...old, ...(typeof part === 'function' ? part(old) : part) }));

  useEffect(() => {
    const path = `/halls/${first.code}`;
    const file = followHall({ api, path, have: first.version, onHall: (hall) => change({ hall }), againMs: HALL_AGAIN_MS });
    const onEvent = ({ type, data }) => {
      clock.observe(data.now);
      if (type === 'snapshot') change({ waiting: data.waiting || {} });
      if (type === 'change' && data.waiting) change((old) => ({ waiting: { ...old.waiting, ...data.waiting } }));
      file.see(data.version || data.configured || 0);
    };
    const stream = openStream({
      url: `${api.base}${path}/board/stream`,
      authorization: api.authorization,
      onEvent,
      onState: (link) => change({ link }),
      onDenied: (status) => change({ denied: { status } }),
      poll: async () => ({ type: 'snapshot', data: await api.get(`${path}/board`, { retries: 0 }) }),
    });
    return () => {
      stream.close();
      file.close();
    };
  }, [api, first.code]);
  return live;
}
