import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ClickHouseServer } from './server.js';

/**
 * A ClickHouse server as a program that is supervised: `node …/server-main.js --data DIR [--port N] [--memory-bytes N]`. Says one line of
 * JSON when it answers (address with account and password, and the process that is the server), ends on SIGTERM, SIGINT or the
 * end of standard input; ends with 1 when the server ends by itself.
 */
const { values } = parseArgs({
  options: { data: { type: 'string' }, port: { type: 'string' }, 'memory-bytes': { type: 'string' } },
});
if (values.data === undefined) throw new TypeError('--data DIR is missing');
const server = await ClickHouseServer.start({
  directory: values.data,
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ...(values['memory-bytes'] === undefined ? {} : { memoryBytes: Number(values['memory-bytes']) }),
});
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);

// Whoever started it may be killed.
process.stdin.resume();
const asked = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), once(process.stdin, 'end')]);
const isAsked = await Promise.race([asked.then(() => true), server.exited.then(() => false)]);
await server.stop();
process.exit(isAsked ? 0 : 1);
