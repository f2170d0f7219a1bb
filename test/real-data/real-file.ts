import { builtInCatalogue, compileMapping, keyedDigest, type AnyRecord, type MappedRow } from '@tianyan/contracts';
import { fileRows, loadMapping } from '@tianyan/connector-app';
import { ManualClock } from '@tianyan/kernel';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

/** Path of a file of real data; null where it is absent, which is said aloud. With CI=true an absent file is a failure. */
export function realFile(name: string): string | null {
  const path = DATA + name;
  if (existsSync(path)) return path;
  if (process.env['CI'] === 'true') throw new Error(`real data is missing: ${path}`);
  process.stderr.write(`SKIPPED: ${path} is not there; the checks on this file did not run\n`);
  return null;
}

export function exampleFile(name: string): string {
  return EXAMPLES + name;
}

/** All rows of a file, mapped; records of one id with the same evidence only once, as the pipeline leaves them out. */
export async function mapFile(mapping: string, path: string) {
  const document = loadMapping(exampleFile(mapping));
  if (!document.file) throw new TypeError(`${mapping} does not read files`);
  const mapper = compileMapping(document, builtInCatalogue, {
    source: 'real',
    digest: keyedDigest('k'.repeat(32)),
    clock: new ManualClock(Date.UTC(2026, 0, 1)),
  });
  const byType = new Map<string, Map<string, AnyRecord>>();
  const refusals: MappedRow['refusals'] = [];
  let rows = 0;
  for await (const { row, raw, problem } of fileRows(path, document.file)) {
    rows++;
    if (row === null || problem !== undefined) throw new Error(`row ${rows}: ${problem}`);
    const mapped = mapper.map(row, raw);
    refusals.push(...mapped.refusals);
    for (const { type, record } of mapped.records) {
      const records = byType.get(type) ?? new Map<string, AnyRecord>();
      byType.set(type, records);
      if (records.get(record.id)?.hash !== record.hash) records.set(record.id, record);
    }
  }
  const records = (type: string) => [...(byType.get(type)?.values() ?? [])];
  return { rows, refusals, orders: records('hotline.order'), events: records('hotline.order-event') };
}
