// An SMS provider's API over HTTP as its documentation has it: keeps what comes, and answers as the test wants.
//   const p = await startProvider();
//   p.answer = (request) => ({ status: 200, json: {...} });   // null closes the connection without an answer
//   p.requests                                                // [{method, path, query, headers, body, form, json}]
// SPDX-License-Identifier: MIT
import { createServer } from 'node:http';

export async function startProvider() {
    const provider = {
        requests: [],
        answer: () => ({ status: 200, json: {} }),
        async stop() {
            server.closeAllConnections();
            await new Promise((r) => { server.close(r); });
        },
    };
    const server = createServer(async (req, res) => {
        let body = '';
        for await (const piece of req.setEncoding('utf8')) body += piece;
        const [path, query = ''] = req.url.split('?');
        const type = req.headers['content-type'] ?? '';
        const request = { method: req.method, url: req.url, path, query, headers: req.headers, body,
            parameters: Object.fromEntries(new URLSearchParams(query)),
            form: /form/.test(type) ? Object.fromEntries(new URLSearchParams(body)) : null,
            json: /json/.test(type) ? JSON.parse(body) : null };
        provider.requests.push(request);
        const answer = await provider.answer(request);
        if (!answer) {
            res.destroy();
            return;
        }
        const text = answer.json ? JSON.stringify(answer.json) : answer.body ?? '';
        res.writeHead(answer.status, { 'content-type': answer.json ? 'application/json' : 'text/plain', ...answer.headers })
            .end(text);
    });
    await new Promise((r) => { server.listen(0, '127.0.0.1', r); });
    server.unref(); // a test that failed and never came to stop() must still end
    provider.port = server.address().port;
    provider.url = `http://127.0.0.1:${provider.port}`;
    return provider;
}
