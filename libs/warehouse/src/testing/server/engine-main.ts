import { DataType, load, open } from 'ffi-rs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { FIRST_STATEMENTS } from './settings.js';

/**
 * The process that is the server: `node …/engine-main.js CONFIG_XML`. Its one thread of JavaScript is given to the engine and
 * does not come back; a second thread ends the process when standard input ends, so that no server outlives whoever started it.
 */
const [config] = process.argv.slice(2);
if (config === undefined) throw new TypeError('CONFIG_XML is missing');
const { libchdbPath } = createRequire(import.meta.url)('chdb/libchdb') as { libchdbPath: () => string }; // a CommonJS module

const untilInputEnds = `
  const { readSync } = require('node:fs');
  while (readSync(0, Buffer.alloc(1024)) > 0);
  process.kill(process.pid, 'SIGTERM');
`;
await once(new Worker(untilInputEnds, { eval: true }), 'online');

open({ library: 'chdb', path: libchdbPath() });
const args = ['clickhouse', `--config-file=${config}`, `--query=${FIRST_STATEMENTS.join('; ')}`];
// `local_result_v2` of chdb.h, in its order.
const result = load({
  library: 'chdb',
  // ClickHouse's own command line. The connections of `chdb_connect` know no SYSTEM START LISTEN.
  funcName: 'query_stable_v2',
  retType: {
    buffer: DataType.External,
    length: DataType.I64,
    vector: DataType.External,
    elapsed: DataType.Double,
    rows: DataType.I64,
    bytes: DataType.I64,
    error: DataType.String,
  },
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
});
if (result.error) {
  process.stderr.write(`${result.error}\n`);
  process.exitCode = 1;
}
