import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute } from '@tianyan/postgres';
import type { ClueState, StepRequest } from './api/index.js';
import { ClueBench } from './clue-bench.js';
import { startClues, type CluesFixture } from './clues.test-fixture.js';
import type { Step } from './machine/facts.js';
import { stepHash } from './step-chain.js';

let fixture: CluesFixture;
beforeAll(async () => {
  fixture = await startClues();
});
afterAll(() => fixture.stop());

async function detail(clueId: string) {
  const found = await fixture.queries.get(WHOLE_COUNTY, clueId);
  if (!found) throw new Error(`no clue ${clueId}`);
  return found;
}
async function take(clueId: string, taker: User, request: StepRequest): Promise<void> {
  const { revision } = (await detail(clueId)).clue;
  await fixture.clues.take(Reach.of({ user: taker }), taker, { clueId, revision, request });
}

/** A step as an earlier version wrote it, whose rules allowed it. */
async function wasTaken(clueId: string, taker: User, content: Step, stateAfter: ClueState): Promise<void> {
  const { steps, clue } = await detail(clueId);
  const seq = steps.length + 1;
  const atMs = fixture.countyClock.nowMs();
  const step = { clueId, seq, atMs, takerId: taker.id, takerAccount: taker.account, content, stateAfter };
  const hash = stepHash(step, clue.headHash);
  await execute(
    fixture.pool,
    'INSERT INTO clue_step (clue_id, seq, at_ms, taker_id, taker_account, content, state_after, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [clueId, seq, atMs, taker.id, taker.account, JSON.stringify(content), stateAfter, hash],
  );
  await execute(fixture.pool, 'UPDATE clue SET steps = $2, head_hash = $3, state = $4 WHERE id = $1', [
    clueId,
    seq,
    hash,
    stateAfter,
  ]);
}

test('a clue opens whose steps would be refused today, and stands on its bench; the same is refused anew', async () => {
  const { li, wang } = fixture.people;
  await fixture.store('OLD');
  const { clueId } = await fixture.clues.register(WHOLE_COUNTY, li, { findingIds: ['OLD'], reason: null });
  const reason = '按程序办理';
  await wasTaken(clueId, wang, { step: 'assign', assigneeId: li.id }, 'verifying');
  // Before it was verified, and by whoever handles it.
  await wasTaken(clueId, li, { step: 'report', outcome: 'conclude', report: reason }, 'concluding');
  await wasTaken(clueId, li, { step: 'recuse', userId: li.id, reason }, 'concluding');
  const { steps, unbroken, facts, clue } = await detail(clueId);
  expect([steps.map(({ content }) => content.step), unbroken]).toEqual([['register', 'assign', 'report', 'recuse'], true]);
  expect([clue.state, facts.recusedIds]).toEqual(['concluding', [li.id]]);
  const { items } = await new ClueBench(fixture.pool).awaiting(WHOLE_COUNTY, { userId: wang.id, role: wang.role }, 50);
  expect(items.map((item) => item.clue.id)).toContain(clueId);
  await expect(take(clueId, li, { step: 'report', outcome: 'conclude', report: reason })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(take(clueId, wang, { step: 'recuse', userId: wang.id, reason })).rejects.toThrow('不能“回避”');
});
