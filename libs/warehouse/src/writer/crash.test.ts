import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { openEmbeddedWarehouse } from '../clickhouse/open-embedded.js';
import { readRows } from '../rows.js';

const here = (path: string) => new URL(path, import.meta.url).pathname;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crash-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Starts a process that writes; it says after each batch how far it is. */
function startWriting(from: number, end: number, size: number) {
  const library = here('../../dist/index.js');
  // The child runs the built library (`npm test` builds first); the sources need the test runner's transform.
  expect(existsSync(library)).toBe(true);
  const child = spawn(
    process.execPath,
    [
      here('./crash.test-child.mjs'),
      library,
      here('../../../contracts/dist/index.js'),
      directory,
      ...[from, end, size].map(String),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return { child, exited: once(child, 'exit'), lines: createInterface({ input: child.stdout }) };
}

test('after SIGKILL in the middle of writing, everything acknowledged is there; delivered again, each id is live once', async () => {
  const first = startWriting(0, Number.MAX_SAFE_INTEGER, 200);
  let acknowledged = 0;
  for await (const line of first.lines) {
    acknowledged = Number(line);
    if (acknowledged >= 1_000) break;
  }
  first.child.kill('SIGKILL');
  await first.exited;
  const left = await versionsBelow(acknowledged);
  expect(left.below).toBe(acknowledged);

  // Everything that the dead process may have inserted without saying so comes again, cut otherwise.
  const end = left.next + 200;
  const second = startWriting(acknowledged, end, 170);
  let reached = 0;
  for await (const line of second.lines) reached = Number(line);
  expect(await second.exited).toEqual([0, null]);
  expect(reached).toBe(end);
  expect(await versionsBelow(end)).toEqual({ below: end, next: end });
  const warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
  try {
    for (const table of ['cur_hotline_order_event', 'cur_hotline_order_event_by_id']) {
      const live = await readRows(warehouse, z.object({ id: z.string(), n: z.number(), v: z.number() }), {
        sql: `SELECT id, count() AS n, max(version) AS v FROM ${table} FINAL WHERE deleted = 0 GROUP BY id ORDER BY v`,
        params: {},
      });
      // Version n is of the id n mod 50, so the last 50 versions are the newest ones.
      expect(live).toEqual(Array.from({ length: 50 }, (_, k) => ({ id: `e${(end - 50 + k) % 50}`, n: 1, v: end - 50 + k })));
    }
  } finally {
    await warehouse.close();
  }
}, 120_000);

/** How many versions below n the log has, and which would come after the highest that it has. */
async function versionsBelow(n: number): Promise<{ below: number; next: number }> {
  const warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
  try {
    const [log] = await readRows(warehouse, z.object({ below: z.number(), next: z.number() }), {
      sql: 'SELECT uniqExactIf(version, version < {n:Int64}) AS below, max(version) + 1 AS next FROM log_hotline_order_event WHERE tombstone = 0',
      params: { n },
    });
    return log ?? { below: 0, next: 0 };
  } finally {
    await warehouse.close();
  }
}
