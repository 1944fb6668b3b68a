// An SMS gateway over HTTP that keeps what it is sent and answers as the test wants.
//   const gateway = await startGateway();
//   settings: { sms: { gateways: [gateway.settings()] } }
//   gateway.answer = () => ({ status: 503 });      // from now on; null closes the connection without an answer;
//                                                   // a promise is waited for
//   gateway.received                                // [{to, text, id, method, url}]
// SPDX-License-Identifier: MIT
import { createServer } from 'node:http';

export async function startGateway() {
    const gateway = {
        received: [],
        answer: () => ({ status: 200, body: 'ok' }),
        // In the address, or in the body: both are ways in which real gateways want it.
        settings: (change = {}) => ({ name: 'test', kind: 'http', method: 'POST', url: `${gateway.url}/send`,
            body: '{"to":"{to}","text":"{text}","id":"{id}"}', ...change }),
        settingsByUrl: (change = {}) => ({ name: 'test', kind: 'http', method: 'GET',
            url: `${gateway.url}/send?to={to}&text={text}&id={id}`, ...change }),
        async stop() {
            server.closeAllConnections();
            await new Promise((r) => { server.close(r); });
        },
    };
    const server = createServer(async (req, res) => {
        let body = '';
        for await (const piece of req) body += piece;
        const told = body ? JSON.parse(body) : Object.fromEntries(new URL(req.url, gateway.url).searchParams);
        gateway.received.push({ ...told, method: req.method, url: req.url });
        const answer = await gateway.answer(told);
        if (!answer) {
            res.destroy();
            return;
        }
        res.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body ?? '');
    });
    await new Promise((r) => { server.listen(0, '127.0.0.1', r); });
    server.unref(); // a test that failed and never came to stop() must still end
    gateway.url = `http://127.0.0.1:${server.address().port}`;
    return gateway;
}
