// nginx with the nchan module, in a folder of its own on a port of its own: one worker, pinned to the daemon's core.
// SPDX-License-Identifier: MIT
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../tests/lib/redis.mjs';
import { DAEMON_CORE, eventually, pin } from './world.mjs';

const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';
const PROGRAM = '/usr/sbin/nginx';

export const hasNchan = () => existsSync(MODULE) && existsSync(PROGRAM);

export function nchanVersion() {
    const of = (name) => execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
    return `nginx ${of('nginx')}, nchan ${of('libnginx-mod-nchan')}`;
}

// nginx begins to close connections when a sixteenth of them is left.
const conf = (dir, port, connections) => `
load_module ${MODULE};
${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
worker_rlimit_nofile ${Math.ceil(connections * 1.4)};
pid ${dir}/pid;
error_log ${dir}/error.log warn;
events { worker_connections ${Math.ceil(connections * 1.25)}; use epoll; }
http {
    access_log off;
    client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
    server {
        listen 127.0.0.1:${port} backlog=4096;
        location = /board/stream { nchan_subscriber eventsource; nchan_channel_id board; nchan_eventsource_event change; }
        location = /call { nchan_publisher; nchan_channel_id board; }
    }
}
`;

function worker(master) {
    const children = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim();
    return children ? Number(children.split(' ')[0]) : 0;
}

// {port, pid (of the worker), publish(text), stop()}
export async function startNchan(connections) {
    const dir = mkdtempSync(join(tmpdir(), 'paihao-nchan-'));
    const port = await freePort();
    writeFileSync(join(dir, 'nginx.conf'), conf(dir, port, connections));
    const child = spawn(PROGRAM, ['-p', dir, '-e', join(dir, 'error.log'), '-c', join(dir, 'nginx.conf')], { stdio: 'inherit' });
    const ended = new Promise((r) => { child.once('close', r); });
    const url = `http://127.0.0.1:${port}/call`;
    await eventually('nginx listens', () => fetch(url).then(() => true, () => false));
    const pid = worker(child.pid);
    pin(pid, DAEMON_CORE);
    return {
        port, pid,
        async publish(text) {
            const answer = await fetch(url, { method: 'POST', body: text, headers: { 'x-eventsource-event': 'change' } });
            await answer.text();
            if (answer.status >= 300) throw new Error(`nchan answers ${answer.status}`);
        },
        async stop() {
            child.kill('SIGTERM');
            await ended;
            rmSync(dir, { recursive: true, force: true });
        },
    };
}
