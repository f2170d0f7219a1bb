import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MemoryWatch } from './memory-watch.js';
import { actionOf, contentsOf, parseEvent, townshipOf, type PeersEvent } from './peers-records.js';
import { differing, linesOf, type PeersStream } from './peers-stream.js';
import { treeCpuMs } from './processes.js';

/** A command from its start to its end, its PostgreSQL included. */
export interface Ran {
  ms: number;
  cpuMs: number;
  peakBytes: number;
}

export interface ToFindings {
  /** Without those that came twice. */
  records: number;
  import: Ran;
  judging: Ran;
  /** Findings that differ from the reference. */
  differences: number;
}

const COLUMNS = ['编号', '环节', '时间', '工单', '单位', '解决', '乡镇', '村', '类别', '金额', '收款方'];
const PAYMENT = '付款';

const MAPPING = `mapping: peers-events
label: 办理环节和付款
dates: [iso]
file:
  header: [${COLUMNS.join(', ')}]
records:
  - type: hotline.order-event
    when: { from: 工单, present: true }
    id: 编号
    at: 时间
    fields: { orderId: 工单, action: 环节, unitId: 单位, solved: 解决 }
  - type: hotline.order
    when: { from: 环节, is: accepted }
    id: 编号
    at: 时间
    fields:
      orderId: 工单
      title: { value: 诉求 }
      content: { value: 诉求 }
      channel: { value: 电话 }
      category: { value: help }
      matter: 类别
      townshipCode: 乡镇
      villageCode: 村
      confidential: { value: false }
      urgency: { value: normal }
      status: { value: 已受理 }
      leadUnitId: 单位
  - type: assets.payment
    when: { from: 环节, is: ${PAYMENT} }
    id: 编号
    at: 时间
    fields:
      voucherId: 编号
      townshipCode: 乡镇
      villageCode: 村
      direction: { value: out }
      amountFen: { from: 金额, as: fen }
      account: 类别
      summary: { value: 付款 }
      counterparty: 收款方
`;

const SAMPLE_EVERY_MS = 200;

const JUDGING = fileURLToPath(new URL('./peers-judging-main.js', import.meta.url));

/**
 * What has happened as a county would hand it over, a table out of order and with rows that come twice, through the import command into
 * a new data folder; then all of it judged by the peers' rules, as the first sweep of the platform does.
 */
export async function importToFindings(directory: string, { arriving, reference }: PeersStream): Promise<ToFindings> {
  const [table, mapping] = [join(directory, 'events.csv'), join(directory, 'mapping.yaml')];
  const [data, alerts] = [join(directory, 'data'), join(directory, 'alerts.txt')];
  const records = await writeTable(arriving, table);
  await writeFile(mapping, MAPPING);
  const env = { ...process.env, TIANYAN_SANDBOX: 'off', TIANYAN_DATA: data };
  const imported = await run(['apps/tianyan/dist/main.js', 'import', '--mapping', mapping, table], env);
  const judging = await run([JUDGING, data, alerts], env);
  return { records, import: imported, judging, differences: differing(new Set(linesOf(alerts)), reference(0)) };
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const memory = new MemoryWatch(child.pid ?? 0);
  let cpuMs = 0;
  const timer = setInterval(() => {
    cpuMs = Math.max(cpuMs, treeCpuMs(child.pid ?? 0));
  }, SAMPLE_EVERY_MS);
  const [code] = (await once(child, 'exit')) as [number | null]; // as Node documents the event
  clearInterval(timer);
  memory.stop();
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return { ms: performance.now() - startMs, cpuMs, peakBytes: memory.peak().allBytes };
}

/** As `npm run tianyan` starts it. */
const NODE_OPTIONS = ['--max-old-space-size=768', '--max-semi-space-size=96'];

/** How many records its rows are; a row that comes again is none. */
async function writeTable(ndjson: string, table: string): Promise<number> {
  const out = createWriteStream(table);
  const written = new Set<string>();
  let records = 0;
  out.write(`${COLUMNS.join(',')}\n`);
  for await (const line of createInterface({ input: createReadStream(ndjson) })) {
    const event = parseEvent(line);
    const contents = contentsOf(event);
    if (contents.length === 0) continue;
    if (!out.write(`${rowOf(event).join(',')}\n`)) await once(out, 'drain');
    if (!written.has(event.id)) records += contents.length;
    written.add(event.id);
  }
  out.end();
  await once(out, 'finish');
  return records;
}

/** In the order of {@link COLUMNS}; no value of the peers holds a comma. */
function rowOf(event: PeersEvent): readonly (string | number)[] {
  const { id, at, order = '', dept = '', satisfied, village = '', category = '', amount_fen: amountFen = '', payee = '' } = event;
  const solved = satisfied === undefined ? '' : satisfied ? '是' : '否';
  return [id, actionOf(event) ?? PAYMENT, at, order, dept, solved, townshipOf(village), village, category, amountFen, payee];
}
