// A board in a process of its own: reads the stream whose address and token it is given, and says for each call when it
// was there, by the machine's steady clock. Ends when its input does. usage: press_board.mjs URL TOKEN
// SPDX-License-Identifier: MIT
const [url, token] = process.argv.slice(2);
const answer = await fetch(url, { headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` } });
if (answer.status !== 200) throw new Error(`the stream answers ${answer.status}`);

// Once a page: what has come since is told behind the next.
let told = '';
const decoder = new TextDecoder();
let rest = '';
process.stdin.on('end', () => process.exit(0)).resume();
for (const reader = answer.body.getReader();;) {
    const { done, value } = await reader.read();
    const at = process.hrtime.bigint();
    if (done) break;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
        if (/^event: ?snapshot/m.test(block)) told += 'open\n';
        const number = /^data: ?.*"call":\{"number":"([^"]+)"/m.exec(block)?.[1];
        if (number) told += `${number} ${at}\n`;
    }
    process.stdout.write(told);
    told = '';
}
