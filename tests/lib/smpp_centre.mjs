// A message centre (npm smpp) that does what the test says and keeps what it is told.
//   const c = await startCentre();
//   c.settings()                        // of a gateway that binds to it
//   c.onSubmit = (pdu, session) => ({ message_id: 'x' });   // the answer; null: none; a promise is waited for
//   c.onBind = (pdu) => ({ command_status: 0x0e });
//   c.submitted                         // PDUs, text joined by nobody
//   const session = await c.session();  // bound
//   await c.deliver({ short_message: 'TD' })                // the answer of the other side
// SPDX-License-Identifier: MIT
import { once } from 'node:events';
import { connect } from 'node:net';
import smpp from 'smpp';
import { eventually } from './redis.mjs';

const PATIENCE_MS = 20000;

export async function startCentre({ tls } = {}) {
    const centre = {
        submitted: [], binds: [], sessions: [], enquiries: 0, unbinds: 0, open: 0, most: 0, nacks: [], ids: 0,
        onBind: () => ({}),
        onSubmit: () => ({ message_id: `id-${++centre.ids}` }),
        onEnquire: () => true,
    };
    const server = smpp.createServer({ autoPrependBuffer: undefined, ...tls }, (session) => {
        session.on('error', () => {}); // of a connection that is gone
        session.socket.on('error', () => {});
        session.on('close', () => { session.gone = true; });
        session.on('bind_transceiver', (pdu) => {
            centre.binds.push(pdu);
            const answer = centre.onBind(pdu, session);
            if (!answer) return;
            session.send(pdu.response({ system_id: 'centre', ...answer }));
            if (!answer.command_status) centre.sessions.push(session);
        });
        session.on('submit_sm', async (pdu) => {
            centre.submitted.push(pdu);
            centre.open++;
            centre.most = Math.max(centre.most, centre.open);
            const answer = await centre.onSubmit(pdu, session);
            centre.open--;
            if (answer && !session.gone) session.send(pdu.response(answer));
        });
        session.on('enquire_link', (pdu) => {
            centre.enquiries++;
            if (centre.onEnquire()) session.send(pdu.response());
        });
        session.on('unbind', (pdu) => {
            centre.unbinds++;
            session.send(pdu.response());
        });
        session.on('generic_nack', (pdu) => centre.nacks.push(pdu));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    centre.port = server.address().port;
    centre.settings = (change = {}) => ({ kind: 'smpp', address: `127.0.0.1:${centre.port}`, login: 'paihao', from: '10691234',
        ...change });
    // The n-th that was bound.
    centre.session = (n = 1) => eventually('a bound session', () => centre.sessions[n - 1], PATIENCE_MS);
    centre.live = () => centre.sessions.at(-1);
    centre.deliver = (fields) => new Promise((r) => {
        centre.live().deliver_sm({ source_addr: '13800000009', source_addr_ton: 0, destination_addr: '10691234', ...fields }, r);
    });
    centre.has = (n) => eventually(`${n} messages at the centre`, () => centre.submitted.length >= n, PATIENCE_MS);
    centre.stop = async () => {
        for (const s of centre.sessions) s.destroy();
        await new Promise((r) => { server.close(r); });
    };
    centre.raw = (bytes) => centre.live().socket.write(bytes);
    return centre;
}

// Whether anybody listens there.
export const listens = (port) => new Promise((r) => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); r(true); });
    socket.on('error', () => r(false));
});
