import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbeddedWarehouse } from '../clickhouse/open-embedded.js';

const here = (path: string) => new URL(path, import.meta.url).pathname;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crash-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('after SIGKILL in the middle of writing, everything acknowledged is there, each id once', async () => {
  const library = here('../../dist/index.js');
  // The child runs the built library (`npm test` builds first); the sources need the test runner's transform.
  expect(existsSync(library)).toBe(true);
  const child = spawn(
    process.execPath,
    [here('./crash.test-child.mjs'), library, here('../../../contracts/dist/index.js'), directory],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged >= 1_000) break;
  }
  child.kill('SIGKILL');
  await exited;
  const warehouse = await openEmbeddedWarehouse({ directory, readers: 1 });
  try {
    const [log] = await warehouse.rows<{ n: number }>({
      sql: 'SELECT uniqExact(version) AS n FROM log_hotline_order_event WHERE tombstone = 0 AND version < {n:Int64}',
      params: { n: acknowledged },
    });
    expect(log?.n).toBe(acknowledged);
    const live = await warehouse.rows<{ id: string; n: number; v: number }>({
      sql: 'SELECT id, count() AS n, max(version) AS v FROM cur_hotline_order_event_by_id FINAL GROUP BY id',
      params: {},
    });
    expect(live).toHaveLength(50);
    for (const row of live) expect(row.v).toBeGreaterThanOrEqual(acknowledged - 50);
  } finally {
    await warehouse.close();
  }
});
