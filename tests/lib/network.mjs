// A network between clients and a daemon that fails on request: links are cut, stand still, or are dead without either
// side being told; or nobody gets through at all.
//
//   const net = await new Network(() => daemon.ports.http).start();   // net.url in place of daemon.url
//   net.cut(); net.still(true); net.still(false); net.deaden((link) => …); net.down = true; await net.stop();
//
// SPDX-License-Identifier: MIT
import { connect, createServer } from 'node:net';

export class Network {
    // port() is asked at each connection: a daemon that was started again has another one.
    constructor(port) {
        this.port = port;
        this.links = new Set();
        this.down = false;
        this.server = createServer((client) => this.accept(client));
        this.server.unref(); // a test that failed and never came to stop() must still end
    }

    async start() {
        await new Promise((r) => { this.server.listen(0, '127.0.0.1', r); });
        this.url = `http://127.0.0.1:${this.server.address().port}`;
        return this;
    }

    accept(client) {
        if (this.down) {
            client.destroy();
            return;
        }
        const link = { client: client.unref(), far: connect(this.port(), '127.0.0.1').unref(), dead: false };
        this.links.add(link);
        const end = (from, to) => {
            from.on('error', () => { /* its close follows */ });
            from.once('close', () => {
                if (!link.dead) to.destroy(); // cut off in the middle is what a client has to live with
                if (from === client) {
                    link.far.destroy();
                    this.links.delete(link);
                }
            });
            from.on('data', (bytes) => { if (!link.dead) to.write(bytes); });
        };
        end(client, link.far);
        end(link.far, client);
    }

    cut() {
        for (const { client, far } of this.links) {
            client.destroy();
            far.destroy();
        }
    }

    // What is sent meanwhile arrives afterwards.
    still(on) {
        for (const link of this.links) for (const side of [link.client, link.far]) side[on ? 'pause' : 'resume']();
    }

    // Half open: the daemon's side is closed, the client's stays open and is never told.
    deaden(choose = () => true) {
        for (const link of [...this.links].filter(choose)) {
            link.dead = true;
            link.far.destroy();
        }
    }

    async stop() {
        this.cut();
        await new Promise((r) => { this.server.close(r); });
    }
}
