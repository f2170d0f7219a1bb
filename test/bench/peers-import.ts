import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { actionOf, parseEvent } from './peers-records.js';
import { MemoryWatch } from './memory-watch.js';
import { treeCpuMs } from './processes.js';

export interface Imported {
  records: number;
  ms: number;
  /** Of the command, PostgreSQL included. */
  cpuMs: number;
  peakBytes: number;
}

const MAPPING = `mapping: peers-events
label: 办理环节
dates: [iso]
file:
  header: [编号, 工单, 环节, 单位, 时间, 解决]
records:
  - type: hotline.order-event
    id: 编号
    at: 时间
    fields: { orderId: 工单, action: 环节, unitId: 单位, solved: 解决 }
`;

const SAMPLE_EVERY_MS = 200;

/** The steps of orders as a county would hand them over, a table, through the import command into a new data folder. */
export async function importEvents(directory: string, ndjson: string): Promise<Imported> {
  const table = join(directory, 'events.csv');
  const records = await writeTable(ndjson, table);
  const mapping = join(directory, 'mapping.yaml');
  await writeFile(mapping, MAPPING);
  const startMs = performance.now();
  const child = spawn(process.execPath, [...IMPORT_OPTIONS, 'apps/tianyan/dist/main.js', 'import', '--mapping', mapping, table], {
    env: { ...process.env, TIANYAN_SANDBOX: 'off', TIANYAN_DATA: join(directory, 'data') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const memory = new MemoryWatch(child.pid ?? 0);
  let cpuMs = 0;
  const timer = setInterval(() => {
    cpuMs = Math.max(cpuMs, treeCpuMs(child.pid ?? 0));
  }, SAMPLE_EVERY_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(timer);
  memory.stop();
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return { records, ms: performance.now() - startMs, cpuMs, peakBytes: memory.peak().allBytes };
}

/** As `npm run tianyan` starts it. */
const IMPORT_OPTIONS = ['--max-old-space-size=768', '--max-semi-space-size=96'];

async function writeTable(ndjson: string, table: string): Promise<number> {
  const out = createWriteStream(table);
  let records = 0;
  out.write('编号,工单,环节,单位,时间,解决\n');
  for await (const line of createInterface({ input: createReadStream(ndjson) })) {
    const event = parseEvent(line);
    const action = actionOf(event);
    if (action === null) continue;
    const solved = event.satisfied === undefined ? '' : event.satisfied ? '是' : '否';
    const more = out.write(`${event.id},${event.order},${action},${event.dept ?? ''},${event.at},${solved}\n`);
    if (!more) await once(out, 'drain');
    records++;
  }
  out.end();
  await once(out, 'finish');
  return records;
}
