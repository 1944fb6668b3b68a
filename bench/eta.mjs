// Days of the sample halls, waits foretold in five ways: bench/eta.c prints it all.
// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export async function eta() {
    const ran = spawnSync(join(process.env.PAIHAO_BUILD, 'daemon/core/bench_eta'), { stdio: ['ignore', 'inherit', 'inherit'] });
    if (ran.status !== 0) throw new Error(`bench_eta ended with ${ran.status ?? ran.signal}`);
}
