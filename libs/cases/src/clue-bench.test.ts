import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { User } from '@tianyan/access';
import { reachOf, WHOLE_COUNTY } from '@tianyan/access/testing';
import { DAY_MS } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import type { StepRequest } from './api/index.js';
import { ClueBench } from './clue-bench.js';
import { EAST, MONDAY_MS, startClues, WEST, type CluesFixture } from './clues.test-fixture.js';

let fixture: CluesFixture;
let bench: ClueBench;
beforeAll(async () => {
  fixture = await startClues();
  bench = new ClueBench(fixture.pool);
});
afterAll(() => fixture.stop());

const reason = '按程序办理';
let stored = 0;

/** A clue after the steps, each by its taker. */
async function clueAfter(steps: readonly (readonly [User, StepRequest])[], township = EAST): Promise<string> {
  const findingId = `B${++stored}`;
  await fixture.store(findingId, { township });
  const { clueId } = await fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds: [findingId], reason: null });
  for (const [taker, request] of steps) {
    const found = await fixture.queries.get(WHOLE_COUNTY, clueId);
    await fixture.clues.take(WHOLE_COUNTY, taker, { clueId, revision: found?.clue.revision ?? 0, request });
  }
  return clueId;
}

async function stepsAwaited(user: User, reach = WHOLE_COUNTY): Promise<Record<string, string>> {
  const { items } = await bench.awaiting(reach, { userId: user.id, role: user.role }, 50);
  return Object.fromEntries(items.map(({ clue, step }) => [clue.id, step]));
}

test('a clue waits for whoever may take its next step, and for nobody else', async () => {
  const { li, wang, qian, sun, he } = fixture.people;
  const assigned = [wang, { step: 'assign', assigneeId: li.id }] as const;
  const verified = [li, { step: 'verify', verdict: 'confirmed', report: '属实' }] as const;
  const proposed = [li, { step: 'propose', disposal: 'talk-or-letter', reason }] as const;
  const submitted = [
    [wang, { step: 'approve' }],
    [li, { step: 'report', outcome: 'rectify', report: reason }],
    [li, { step: 'submit', report: reason }],
  ] as const;
  const open = await clueAfter([]);
  const far = await clueAfter([], WEST);
  await clueAfter([assigned]);
  const proposal = await clueAfter([assigned, verified, proposed]);
  const submission = await clueAfter([assigned, verified, proposed, ...submitted]);
  const expected = { [open]: 'assign', [far]: 'assign', [proposal]: 'approve', [submission]: 'accept' };
  expect(await stepsAwaited(wang)).toEqual(expected);
  // A case manager of one township approves nothing.
  expect(await stepsAwaited(qian, reachOf([EAST]))).toEqual({ [open]: 'assign', [submission]: 'accept' });
  for (const person of [li, sun, he]) expect(await stepsAwaited(person)).toEqual({});
  expect(await bench.awaiting(WHOLE_COUNTY, { userId: wang.id, role: wang.role }, 2)).toMatchObject({ truncated: true });
});

test('what waits for the approval of leaders alone takes no room from what waits for a case manager', async () => {
  const { qian } = fixture.people;
  const open = await clueAfter([]);
  // Copies of where clues stand: more than are looked at, all of them nearer to their end.
  await execute(
    fixture.pool,
    `INSERT INTO clue (id, year, number, title, townships, state, registered_at_ms, state_since_ms, changed_at_ms, due_at_ms, steps, head_hash, rung_action)
     SELECT 'full-' || n, 2025, n, '超期未办', ARRAY[$1::text], 'awaiting-approval', 1, 1, 1, 1, 1, '', CASE WHEN n % 2 = 0 THEN 'approve-clues' END
     FROM generate_series(1, 250) n`,
    [EAST],
  );
  try {
    expect(await stepsAwaited(qian, reachOf([EAST]))).toMatchObject({ [open]: 'assign' });
  } finally {
    await execute(fixture.pool, `DELETE FROM clue WHERE id LIKE 'full-%'`);
  }
});

test('in hand is what one handles, the nearest deadline first; what is over, out of reach or somebody else’s is not', async () => {
  const { sun, wang, li } = fixture.people;
  const take = (township = EAST) => clueAfter([[wang, { step: 'assign', assigneeId: sun.id }]], township);
  const [late, today, later, paused, far] = [await take(), await take(), await take(), await take(), await take(WEST)];
  await clueAfter([[wang, { step: 'assign', assigneeId: li.id }]]);
  const todayEndsMs = Date.parse('2026-03-10T00:00:00+08:00');
  const due = (id: string, dueAtMs: number) =>
    execute(fixture.pool, 'UPDATE clue SET due_at_ms = $2 WHERE id = $1', [id, dueAtMs]);
  await due(late, MONDAY_MS - 1);
  await due(today, todayEndsMs);
  await due(later, todayEndsMs + 1);
  await due(paused, MONDAY_MS - DAY_MS);
  await due(far, todayEndsMs + DAY_MS);
  await execute(fixture.pool, `UPDATE clue SET state = 'suspended', paused_at_ms = 1 WHERE id = $1`, [paused]);
  const now = { nowMs: MONDAY_MS, todayEndsMs };
  const mine = await bench.inHand(WHOLE_COUNTY, sun.id, now, 50);
  expect(mine).toMatchObject({ total: 5, overdue: 1, dueToday: 1 });
  expect(mine.clues.map(({ id }) => id)).toEqual([late, today, later, far, paused]);
  expect(await bench.inHand(reachOf([EAST]), sun.id, now, 2)).toMatchObject({ total: 4, clues: [{ id: late }, { id: today }] });
});
