import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute, inTransaction, row } from '@tianyan/postgres';
import { z } from 'zod';
import type { CampaignStep } from './campaigns/campaign-facts.js';
import { CampaignQueries } from './campaigns/campaign-queries.js';
import type { TaskStep } from './campaigns/task-facts.js';
import type { CircularStep } from './circulars/circular-facts.js';
import { CircularQueries } from './circulars/circular-queries.js';
import type { ImprovementStep } from './improvements/improvement-facts.js';
import type { LetterStep } from './letters/letter-facts.js';
import type { RectificationStep } from './rectifications/rectification-facts.js';
import { appendStep, type StepOwner } from './step-history.js';
import { startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
beforeAll(async () => {
  fixture = await startSupervision();
});
afterAll(() => fixture.stop());

const reason = '按当时的规定办理';
const OWNERS: Readonly<Record<StepOwner['kind'], string>> = {
  letter: 'supervision_letter',
  rectification: 'supervision_rectification',
  campaign: 'supervision_campaign',
  'campaign-task': 'supervision_campaign_task',
  circular: 'supervision_circular',
  improvement: 'supervision_improvement',
};
type AnyStep = LetterStep | CircularStep | ImprovementStep | RectificationStep | CampaignStep | TaskStep;

/** A step as an earlier version wrote it, whose rules allowed it. @param also columns that it set, as SQL */
async function wasTaken(
  owner: StepOwner,
  taker: User,
  content: AnyStep,
  { stateAfter, also = '' }: { stateAfter: string; also?: string },
) {
  const nowMs = fixture.countyClock.nowMs();
  const table = OWNERS[owner.kind];
  const headSchema = z.object({ steps: z.int(), head_hash: z.string() });
  await inTransaction(fixture.pool, async (client) => {
    const head = await row(client, headSchema, `SELECT steps, head_hash FROM ${table} WHERE id = $1`, [owner.id]);
    const last = head.steps === 0 ? null : { seq: head.steps, hash: head.head_hash };
    const written = await appendStep(client, owner, { content, taker, stateAfter, nowMs }, last);
    const sql = `UPDATE ${table} SET state = $2, steps = $3, head_hash = $4${also} WHERE id = $1`;
    await execute(client, sql, [owner.id, stateAfter, written.seq, written.hash]);
  });
}
const kindsOf = (found: { steps: readonly { content: { step: string } }[] } | null | undefined) =>
  found?.steps.map(({ content }) => content.step);

const CONTENT = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
async function drafted(findingId: string): Promise<string> {
  await fixture.storeFinding(findingId);
  const asked = { origin: { kind: 'finding', id: findingId }, content: CONTENT, cover: false, covers: [] } as const;
  return (await fixture.letters.draft(WHOLE_COUNTY, fixture.people.wang, asked)).id;
}

test('a letter that its own drafter issued and closed opens, for the office and the unit; anew it is refused', async () => {
  const { wang, water } = fixture.people;
  const letterId = await drafted('F-L');
  const issue = { step: 'issue', number: '督办单〔2026〕0900号' } as const;
  const also = ', year = 2026, number = 900, issued_at_ms = 1';
  await wasTaken({ kind: 'letter', id: letterId }, wang, issue, { stateAfter: 'issued', also });
  await wasTaken({ kind: 'letter', id: letterId }, wang, { step: 'accept' }, { stateAfter: 'accepted' });
  await wasTaken({ kind: 'letter', id: letterId }, wang, { step: 'close' }, { stateAfter: 'closed' });
  const found = await fixture.queries.get(WHOLE_COUNTY, letterId);
  expect([kindsOf(found), found?.unbroken, found?.facts.position.state]).toEqual([
    ['draft', 'issue', 'accept', 'close'],
    true,
    'closed',
  ]);
  expect(kindsOf(await fixture.queries.getOfUnits(UnitReach.of({ user: water }), letterId))).toHaveLength(4);
  const anew = { letterId: await drafted('F-L2'), revision: 1, request: { step: 'issue' }, covers: [] } as const;
  await expect(fixture.letters.take(WHOLE_COUNTY, wang, anew)).rejects.toThrow('这份督办函是您拟的');
});

test('so does an item of the ledger that was accepted by whoever submitted it', async () => {
  const { li, wang } = fixture.people;
  const asked = { unitCode: 'WATER', problem: '没有维修', dueDay: '2026-06-30' };
  const { id } = await fixture.ledger.register(WHOLE_COUNTY, li, { ...asked, townshipCode: '320921100' }, []);
  const owner = { kind: 'rectification', id } as const;
  // Without anything reported before.
  await wasTaken(owner, li, { step: 'submit' }, { stateAfter: 'awaiting-acceptance' });
  await wasTaken(owner, li, { step: 'accept' }, { stateAfter: 'settled' });
  const found = await fixture.ledgerQueries.get(WHOLE_COUNTY, id);
  expect([kindsOf(found), found?.unbroken, found?.facts.position.state]).toEqual([
    ['register', 'submit', 'accept'],
    true,
    'settled',
  ]);
  const anew = { id, revision: 3, request: { step: 'accept' } } as const;
  await expect(fixture.ledger.take(WHOLE_COUNTY, wang, anew)).rejects.toThrow('这项整改现在是');
});

test('so do a circular and what was reported to it, counted without any file', async () => {
  const { li, wang, water } = fixture.people;
  await fixture.storeFinding('F-K');
  const content = { title: '通报', text: '举一反三。', unitCodes: ['WATER'], audience: 'named', reportWorkingDays: 5 } as const;
  const origins = [{ kind: 'finding', id: 'F-K' }] as const;
  const of = { origins, content: { ...content, unitCodes: ['WATER'] }, covers: [] };
  const { id: circularId } = await fixture.circulars.draft(WHOLE_COUNTY, wang, of);
  const owner = { kind: 'circular', id: circularId } as const;
  const issue = { step: 'issue', despite: false, number: '通报〔2026〕900号' } as const;
  const also = ', year = 2026, number = 900, issued_at_ms = 1';
  await wasTaken(owner, wang, issue, { stateAfter: 'issued', also });
  const units = UnitReach.of({ user: water });
  const system = {
    unitCode: 'WATER',
    name: '退单复核办法',
    documentNumber: '水发〔2026〕1号',
    documentDay: '2026-03-09',
    kind: 'new',
  } as const;
  const { id } = await fixture.improvements.report(units, water, { circularId, asked: system });
  const anew = { id, revision: 1, request: { step: 'count' }, covers: [] } as const;
  await expect(fixture.improvements.take(WHOLE_COUNTY, li, anew)).rejects.toThrow('还没有佐证附件');
  await wasTaken({ kind: 'improvement', id }, li, { step: 'count' }, { stateAfter: 'counted', also: ', counted_at_ms = 1' });
  await wasTaken(owner, wang, { step: 'revise', ...content, unitCodes: ['WATER'] }, { stateAfter: 'issued' });
  const found = await new CircularQueries(fixture.pool).get(WHOLE_COUNTY, circularId);
  expect([kindsOf(found), found?.unbroken]).toEqual([['draft', 'issue', 'revise'], true]);
  expect([kindsOf(found?.improvements[0]), found?.improvements[0]?.facts.state]).toEqual([['report', 'count'], 'counted']);
  expect(await new CircularQueries(fixture.pool).getOfUnits(units, circularId)).not.toBeNull();
});

test('so do a campaign, picked by what cannot be asked for any more, and its orders', async () => {
  const { li, wang } = fixture.people;
  await fixture.storeTask('T-OLD');
  const owner = { kind: 'campaign', id: 'C-T-OLD' } as const;
  const day = { beginsOn: '2026-03-09', endsOn: '2026-03-31' };
  const pick = { by: 'list', orderIds: [] as string[] } as const;
  const questions = [{ kind: 'choice', text: '问', options: ['是'] }] as const;
  const drawn = { seriesId: 's', seed: null, population: 1, populationDigest: '', picked: 1, pickedDigest: '' };
  const opened = { name: '回访', basis: '计划', ...day, leadId: li.id, checklist: [], weekly: false };
  const kept = {
    pick: { ...pick, orderIds: [] },
    questions: questions.map(({ options, ...one }) => ({ ...one, options: [...options] })),
  };
  await execute(fixture.pool, `UPDATE supervision_campaign SET pick = $2, questions = $3 WHERE id = $1`, [
    owner.id,
    JSON.stringify(kept.pick),
    JSON.stringify(kept.questions),
  ]);
  const open = { step: 'open', ...opened, ...kept, ...drawn } as const;
  await inTransaction(fixture.pool, async (client) => {
    const step = { content: open, taker: wang, stateAfter: 'running', nowMs: fixture.countyClock.nowMs() };
    const { hash } = await appendStep(client, owner, step, null);
    await execute(client, 'UPDATE supervision_campaign SET head_hash = $2 WHERE id = $1', [owner.id, hash]);
  });
  await wasTaken(owner, li, { step: 'end-repetition', reason }, { stateAfter: 'running' });
  const queries = new CampaignQueries(fixture.pool);
  const found = await queries.get(WHOLE_COUNTY, owner.id);
  expect([kindsOf(found), found?.unbroken, found?.campaign.questions]).toEqual([
    ['open', 'end-repetition'],
    true,
    kept.questions,
  ]);
  const anew = { id: owner.id, revision: 2, request: { step: 'end-repetition', reason } } as const;
  await expect(fixture.campaigns.take(WHOLE_COUNTY, wang, anew)).rejects.toThrow('没有每周重复');
  const task = { kind: 'campaign-task', id: 'T-OLD' } as const;
  const report = {
    step: 'report',
    method: 'desk',
    onDay: '2026-03-09',
    result: 'problem',
    kinds: ['虚假办结'],
    answers: [],
  } as const;
  await wasTaken(task, li, { ...report, kinds: ['虚假办结'], answers: [] }, { stateAfter: 'awaiting-confirmation' });
  await wasTaken(task, li, { step: 'confirm' }, { stateAfter: 'done' });
  await wasTaken(task, li, { step: 'dispute', reason }, { stateAfter: 'done' });
  expect(kindsOf(await queries.task(WHOLE_COUNTY, task.id))).toEqual(['report', 'confirm', 'dispute']);
});
