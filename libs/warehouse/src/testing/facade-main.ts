import { parseArgs } from 'node:util';
import { WarehouseFacade } from './facade.js';

/**
 * The facade as a process of its own:
 * `node …/testing/facade-main.js --data DIR [--port N]… [--host H] [--cluster] [--stop-with-stdin]`. Says `ready <url>` when it listens, ends
 * on SIGTERM and SIGINT; after SIGKILL it may be started again on the same data.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', multiple: true },
    host: { type: 'string' },
    cluster: { type: 'boolean' },
    'stop-with-stdin': { type: 'boolean' },
  },
});
if (values.data === undefined) throw new TypeError('--data DIR is missing');
const facade = await WarehouseFacade.start({
  directory: values.data,
  ports: (values.port ?? ['8123']).map(Number),
  cluster: values.cluster ?? false,
  ...(values.host === undefined ? {} : { host: values.host }),
});
process.stdout.write(`ready ${facade.url}\n`);
const stop = () => void facade.close().then(() => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
// Whoever started it may be killed.
if (values['stop-with-stdin']) process.stdin.resume().once('end', stop);
