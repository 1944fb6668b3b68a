// A main board without a browser: the page's own link, fold and queue of announcements, put together as its main.js does;
// what it says is counted instead of sounded. SPDX-License-Identifier: MIT
import { openStream } from '../../daemon/web/shared/stream.js';
import { makeAnnouncer } from '../../display/web/board/announce.js';
import { applyEvent, callName, emptyBoard } from '../../display/web/board/fold.js';

const QUICKER = 500; // than a page: nobody has to read it

export class PageBoard {
    // client: of the device, whose token is asked with; url: where the daemon is reached.
    constructor(client, hall, url) {
        this.board = emptyBoard();
        this.running = false;
        this.said = new Map(); // name of a call -> how often
        this.adopted = new Set();
        this.linkState = 'connecting';
        this.polls = 0;
        this.announcer = makeAnnouncer({
            show: (calls) => [calls].flat().forEach((call) => this.said.set(callName(call), (this.said.get(callName(call)) ?? 0) + 1)),
            chime: async () => {},
            wait: (ms) => new Promise((r) => { setTimeout(r, ms / QUICKER); }),
        });
        const path = `/halls/${hall}/board`;
        const ask = (signal) => fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${client.token}` }, signal });
        this.stream = openStream({
            url: `${url}/api/v1${path}/stream`,
            authorization: () => `Bearer ${client.token}`,
            onEvent: (event) => this.onEvent(event),
            onState: ({ state }) => { this.linkState = state; },
            poll: async () => {
                const answer = await ask(AbortSignal.timeout(5000));
                if (answer.status !== 200) throw Object.assign(new Error('poll'), { status: answer.status });
                this.polls++;
                return { type: 'snapshot', data: await answer.json() };
            },
        });
    }

    onEvent(event) {
        const first = event.type === 'snapshot' && !this.running;
        const { board, calls } = applyEvent(this.board, event);
        this.board = board;
        if (first) {
            this.running = true;
            this.announcer.adopt(board.calls);
            board.calls.forEach((call) => this.adopted.add(callName(call)));
        }
        calls.forEach((call) => this.announcer.offer(call));
    }

    close() { this.stream.close(); }
}
