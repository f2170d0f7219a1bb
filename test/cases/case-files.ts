import { builtInCatalogue, compileMapping, keyedDigest, readMapping, type MappedRow } from '@tianyan/contracts';
import { ManualClock } from '@tianyan/kernel';
import { test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileRows } from '@tianyan/sources';

/** Inputs that once went wrong, and are no part of the product; each comes with what is right. */
const CASES = fileURLToPath(new URL('../../../shared/cases/', import.meta.url));

export function caseFile(name: string): string {
  return CASES + name;
}

/** A test on such an input. Where it is absent the test is skipped and that is said aloud; with CI=true it fails. */
export function onCase(name: string, title: string, body: () => Promise<void>): void {
  if (existsSync(caseFile(name))) test(title, body);
  else if (process.env['CI'] === 'true')
    test(title, () => {
      throw new Error(`the input is missing: ${caseFile(name)}`);
    });
  else {
    process.stderr.write(`\nSKIPPED, because ${caseFile(name)} is absent: ${title}\n`);
    test.skip(title, () => undefined);
  }
}

/** What a mapping makes of a case's file, row by row. */
export async function mapCase(name: string, mapping: unknown): Promise<(MappedRow & { problem: string | undefined })[]> {
  const document = readMapping(typeof mapping === 'string' ? mapping : JSON.stringify(mapping));
  if (!document.file) throw new Error('the mapping has no file section');
  const mapper = compileMapping(document, builtInCatalogue, {
    source: 'case',
    digest: keyedDigest('k'.repeat(32)),
    clock: new ManualClock(Date.UTC(2026, 6, 1)),
  });
  const mapped = [];
  for await (const { row, raw, problem } of fileRows(caseFile(name), document.file))
    mapped.push({ ...(row === null || problem ? { records: [], refusals: [], notes: [] } : mapper.map(row, raw)), problem });
  return mapped;
}
