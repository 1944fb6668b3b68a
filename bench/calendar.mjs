// What the calendar alone costs: bench/calendar.c, which bench/run has built. SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { DAEMON_CORE, build, run } from './world.mjs';

export async function calendar() {
    process.stdout.write(await run(DAEMON_CORE, join(build, 'bench_calendar'), []));
}
