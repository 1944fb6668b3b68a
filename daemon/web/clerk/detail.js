// What the daemon knows of one ticket beyond the stream: its history, the text of its note, and what was typed when it was
// booked. Asked again whenever the stream says that the ticket changed. SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from '../shared/ui.js';

const NONE = { ticket: null, booking: null, failed: false };

// ticket: as the fold has it, or null. -> {ticket, booking, failed, ask()}: null while it is on its way.
export function useDetail({ api, hall, ticket }) {
  const [known, setKnown] = useState(NONE);
  const asked = useRef(0);
  const { id, booking } = ticket || {};
  const path = `/halls/${hall}`;
  const ask = () => {
    const round = ++asked.current;
    if (!id) return;
    const change = (part) => asked.current === round && setKnown((old) => ({ ...old, ...part }));
    api.get(`${path}/tickets/${id}`, { retries: 1 }).then(
      (found) => change({ ticket: found, failed: false }),
      () => change({ failed: true }),
    );
  };
  useEffect(() => {
    setKnown(NONE);
    if (!booking) return undefined;
    let here = true;
    api.get(`${path}/bookings/${booking}`, { retries: 1 }).then(
      (found) => here && setKnown((old) => ({ ...old, booking: found })),
      () => {}, // a booking is kept for some weeks; the ticket says its time
    );
    return () => {
      here = false;
    };
  }, [id, booking]);
  useEffect(ask, [id, ticket?.state, ticket?.since, ticket?.calls, ticket?.noted, ticket?.line]);
  const mine = known.ticket?.id === id ? known : NONE;
  return { ...mine, booking: known.booking?.id === booking ? known.booking : null, failed: known.failed, ask };
}
