import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildSandbox } from './child-sandbox.js';
import { readHotline, readTrading } from './feed-reader.js';

/** Names and contents of all dropped files. */
export function filesIn(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .filter((name) => !name.endsWith('.part'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

/** All that a sandbox has published, as it came over the wire. */
export async function everythingOf(sandbox: ChildSandbox) {
  return {
    orders: (await readHotline(sandbox.url, 'orders')).pages.map((page) => page.text),
    flows: (await readHotline(sandbox.url, 'flows')).pages.map((page) => page.text),
    trading: (await readTrading(sandbox.url)).map((page) => page.text),
    truth: await sandbox.get('/truth'),
    files: filesIn(sandbox.exportsFolder),
  };
}
