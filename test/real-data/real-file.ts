import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from '@jest/globals';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));

/** Longest that one file may take on a busy machine of two cores. */
export const FILE_TIMEOUT_MS = 240_000;

export function exampleFile(name: string): string {
  return EXAMPLES + name;
}

/**
 * A test on a file of real data, which is not part of the product. Where the file is absent the test is skipped and that is
 * said aloud; with CI=true that test fails, and only that one.
 */
export function onRealFile(name: string, title: string, body: (path: string) => Promise<void>): void {
  const path = DATA + name;
  if (existsSync(path)) {
    test(title, () => body(path), FILE_TIMEOUT_MS);
  } else if (process.env['CI'] === 'true') {
    test(title, () => {
      throw new Error(`real data is missing: ${path}`);
    });
  } else {
    sayAbsent(path, title);
    test.skip(`${title} (${name} is absent)`, () => undefined);
  }
}

function sayAbsent(path: string, title: string): void {
  const lines = ['SKIPPED: a file of real data is absent, so this was not checked:', `  ${title}`, `  wanted: ${path}`];
  const bar = '#'.repeat(Math.max(...lines.map((line) => line.length)) + 4);
  process.stderr.write(`\n${[bar, ...lines.map((line) => `# ${line}`), bar].join('\n')}\n`);
}
