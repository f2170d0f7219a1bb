import { openEmbeddedWarehouse, openRemoteWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { ClickHouseServer, FACADE_PROGRAM } from '@tianyan/warehouse/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { benchRules, type RulesBenchResult } from './rules.js';
import { benchWriterInFolder, type WriterBenchResult } from './writer.js';

/** Where the engine is: in this process, behind the facade of the fault tests, or a real server of the same version. */
export type Way = 'embedded' | 'facade' | 'server';

export interface WarehouseBenchResult {
  writer: WriterBenchResult;
  rules: RulesBenchResult['rows'];
  /** Of the process that holds the engine: over both measurements, and for each of them, filling the tables included. */
  peakBytes: number;
  cpuSeconds: { writer: number; rules: number };
}

/** Enough for parts to be merged; a busy machine is done in minutes. */
export const EVENTS = 300_000;
const WRITTEN_RECORDS = 50_000;
/** Of the kernel's clock for processes. */
const TICKS_PER_SECOND = 100;

/** The writer's path and the rules over one warehouse; what is measured alone is measured in one run on one machine. */
export async function benchWarehouse(way: Way): Promise<WarehouseBenchResult> {
  let peakBytes = 0;
  let cpu = 0;
  const open = async (directory: string): Promise<OpenWarehouse> => {
    const { warehouse, pid, stop } = await started[way](directory);
    const before = cpuSecondsOf(pid);
    const close = async () => {
      peakBytes = Math.max(peakBytes, peakOf(pid));
      cpu = cpuSecondsOf(pid) - before;
      await warehouse.close();
      await stop();
    };
    // A warehouse is closed by whoever measures; its process ends with it.
    return Object.create(warehouse, { close: { value: close } }) as OpenWarehouse;
  };
  const writer = await benchWriterInFolder({ existingRows: EVENTS, records: WRITTEN_RECORDS, batchRecords: 5_000, open });
  const writerCpu = cpu;
  const rules = await benchRules({ events: EVENTS, onlyFused: true, open });
  return { writer, rules: rules.rows, peakBytes, cpuSeconds: { writer: writerCpu, rules: cpu } };
}

interface Started {
  warehouse: OpenWarehouse;
  pid: number;
  stop: () => Promise<void>;
}

const started: Readonly<Record<Way, (directory: string) => Promise<Started>>> = {
  async embedded(directory) {
    return { warehouse: await openEmbeddedWarehouse({ directory }), pid: process.pid, stop: async () => {} };
  },
  async facade(directory) {
    const args = [fileURLToPath(FACADE_PROGRAM), '--data', join(directory, 'data'), '--port', '0', '--stop-with-stdin'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]; // `ready URL`
    const stop = async () => {
      child.stdin.end();
      await exited;
    };
    return { warehouse: await openRemoteWarehouse({ url: line.replace('ready ', '') }), pid: child.pid ?? 0, stop };
  },
  async server(directory) {
    const server = await ClickHouseServer.start({ directory });
    return { warehouse: await openRemoteWarehouse({ url: server.url }), pid: server.pid, stop: () => server.stop() };
  },
};

/** The most memory that a process of this machine has had; Linux alone tells. */
function peakOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** User and system time. What stands before the last bracket is the program's name, which may hold anything. */
function cpuSecondsOf(pid: number): number {
  const [, fields = ''] = /^.*\)\s(.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const [user = '0', system = '0'] = fields.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}
