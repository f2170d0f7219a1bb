import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute, inTransaction, row, rows, type Queryable } from '@tianyan/postgres';
import { NoticeOutbox } from '@tianyan/notices';
import { z } from 'zod';
import { CLUE_STATES, OVER_STATES, type ClueState, type StepRequest } from './api/index.js';
import { ClueHandOver, countHandledClues } from './clue-hand-over.js';
import { EAST, startClues, WEST, type CluesFixture } from './clues.test-fixture.js';
import type { ClueFacts, Position, Step } from './machine/facts.js';
import { afterStep, refusalOf } from './machine/machine.js';
import { isRecused } from './recusals.js';

let fixture: CluesFixture;
let handOver: ClueHandOver;
beforeAll(async () => {
  fixture = await startClues();
  const { pool, countyClock, calendar, rules } = fixture;
  handOver = new ClueHandOver({ pool, countyClock, calendar, rules, outbox: new NoticeOutbox(countyClock) });
});
afterAll(() => fixture.stop());

/** Somebody waits for a row that is locked. */
const WAITS = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()) AS waiting`;
const reason = '调离，见调令';
let stored = 0;

/** A clue that li handles. */
async function handled(finding: Parameters<CluesFixture['store']>[1] = {}): Promise<string> {
  const id = `H${++stored}`;
  await fixture.store(id, finding);
  const { clueId } = await fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds: [id], reason: null });
  await take(clueId, fixture.people.wang, { step: 'assign', assigneeId: fixture.people.li.id });
  return clueId;
}

async function detail(id: string) {
  const found = await fixture.queries.get(Reach.of({ user: fixture.people.wang }), id);
  if (!found) throw new Error(`no clue ${id}`);
  return found;
}

async function take(clueId: string, user: User, request: StepRequest) {
  const { revision } = (await detail(clueId)).clue;
  return fixture.clues.take(Reach.of({ user }), user, { clueId, revision, request });
}

const toSun = (clueId: string, taker = fixture.people.wang) =>
  handOver.handOver(Reach.of({ user: taker }), taker, {
    clueId,
    fromId: fixture.people.li.id,
    toId: fixture.people.sun.id,
    reason,
  });

describe('a clue of somebody who leaves', () => {
  test('goes to another with a step of its chain, keeps its state and deadline, and the other is told', async () => {
    const { li, sun } = fixture.people;
    const id = await handled();
    const before = (await detail(id)).clue;
    expect(await toSun(id)).toMatchObject({ clueId: id, seq: 3, restricted: false });
    const { clue, steps, unbroken } = await detail(id);
    expect(clue).toMatchObject({ state: 'verifying', assigneeId: sun.id, dueAtMs: before.dueAtMs });
    expect(steps.at(-1)).toMatchObject({
      takerAccount: 'wang',
      content: { step: 'hand-over', fromId: li.id, assigneeId: sun.id, reason },
    });
    expect(unbroken).toBe(true);
    const told = await rows(
      fixture.pool,
      z.object({ recipient: z.string() }),
      "SELECT recipient FROM notice_delivery WHERE subject_id = $1 AND kind = 'clue-assigned' ORDER BY id DESC LIMIT 1",
      [id],
    );
    expect(told).toEqual([{ recipient: sun.id }]);
    await expect(take(id, li, { step: 'verify', verdict: 'confirmed', report: '属实' })).rejects.toThrow('由承办人办理');
    await expect(toSun(id)).rejects.toThrow('这条线索已不由原来的人承办');
  });

  test('is put on record in the same transaction: what cannot be recorded stays where it is', async () => {
    const { wang, li, sun } = fixture.people;
    const id = await handled();
    const give = (record: Parameters<ClueHandOver['handOver']>[3]) =>
      handOver.handOver(Reach.of({ user: wang }), wang, { clueId: id, fromId: li.id, toId: sun.id, reason }, record);
    await expect(give(() => Promise.reject(new Error('no record')))).rejects.toThrow('no record');
    expect((await detail(id)).clue.assigneeId).toBe(li.id);
    const seen: unknown[] = [];
    const receipt = await give(async (_, stored) => void seen.push(stored));
    expect(seen).toEqual([receipt]);
  });

  test('is not given to an account that is just being locked', async () => {
    const { li, sun } = fixture.people;
    const id = await handled();
    const lock = (client: Queryable, atMs: number | null) =>
      execute(client, 'UPDATE access_user SET locked_at_ms = $2 WHERE id = $1', [sun.id, atMs]);
    let given: Promise<unknown> = Promise.resolve();
    const over = new AbortController();
    await inTransaction(fixture.pool, async (client) => {
      await lock(client, 1);
      given = toSun(id)
        .catch((error: unknown) => error)
        .finally(() => over.abort());
      while (!over.signal.aborted && !(await row(fixture.pool, z.object({ waiting: z.boolean() }), WAITS)).waiting);
    });
    expect(await given).toMatchObject({ code: 'invalid', message: expect.stringContaining('没有这个账号') });
    expect((await detail(id)).clue.assigneeId).toBe(li.id);
    await lock(fixture.pool, null);
  });

  test('that waits for approval goes too; whoever proposed it is still who did', async () => {
    const { li, wang, sun } = fixture.people;
    const id = await handled();
    await take(id, li, { step: 'verify', verdict: 'confirmed', report: '属实' });
    await take(id, li, { step: 'propose', disposal: 'talk-or-letter', reason });
    await toSun(id);
    const { facts } = await detail(id);
    expect(facts).toMatchObject({
      assigneeId: sun.id,
      position: { state: 'awaiting-approval', proposal: { proposedBy: li.id } },
    });
    await take(id, wang, { step: 'approve' });
    await take(id, sun, { step: 'report', outcome: 'conclude', report: '已办' });
    expect((await detail(id)).clue.state).toBe('concluding');
  });

  test('stays where the receiver has withdrawn from it, is not in the know, or does not see all of it', async () => {
    const { li, sun, zhou, he, wang } = fixture.people;
    const recused = await handled();
    await take(recused, sun, { step: 'recuse', userId: sun.id, reason: '亲属' });
    await expect(toSun(recused)).rejects.toThrow('选中的人已在这条线索上回避');
    expect([await isRecused(fixture.pool, recused, sun.id), await isRecused(fixture.pool, recused, li.id)]).toEqual([
      true,
      false,
    ]);
    const restricted = await handled();
    await take(restricted, wang, { step: 'restrict', userIds: [li.id], reason: '保密' });
    await expect(toSun(restricted)).rejects.toThrow('不在这条线索的知悉范围内');
    const west = await handled({ township: WEST });
    const give = (clueId: string, toId: string) =>
      handOver.handOver(Reach.of({ user: wang }), wang, { clueId, fromId: li.id, toId, reason });
    await expect(give(west, zhou.id)).rejects.toThrow('这条线索超出周杰的管辖范围');
    await expect(give(west, he.id)).rejects.toThrow('何平不能办理线索');
    for (const id of [recused, restricted, west]) expect((await detail(id)).clue.assigneeId).toBe(li.id);
  });

  test('is handed over by nobody to whom it does not exist, or who has withdrawn from it', async () => {
    const { li, wang, qian } = fixture.people;
    const west = await handled({ township: WEST });
    await expect(toSun(west, qian)).rejects.toMatchObject({ code: 'not-found' });
    const restricted = await handled({ township: EAST });
    await take(restricted, wang, { step: 'restrict', userIds: [li.id], reason: '保密' });
    await expect(toSun(restricted, qian)).rejects.toMatchObject({ code: 'not-found' });
    const recused = await handled({ township: EAST });
    await take(recused, li, { step: 'recuse', userId: qian.id, reason: '亲属' });
    await expect(toSun(recused, qian)).rejects.toThrow('您已在这条线索上回避，须由另一人移交');
  });

  test('is counted in the whole county, and shown within reach alone', async () => {
    const { li, wang, qian, zhou } = fixture.people;
    const shown = async (user: User) =>
      (await handOver.handledBy(Reach.of({ user }), li.id, 200)).filter(({ townships }) => townships?.includes(WEST)).length;
    const before = await countHandledClues(fixture.pool, li.id);
    await handled({ township: WEST });
    expect(await countHandledClues(fixture.pool, li.id)).toBe(before + 1);
    expect([(await shown(wang)) > 0, await shown(qian), await shown(zhou)]).toEqual([true, 0, 0]);
  });
});

test('in each state that is not over it may be handed over, and stays in that state', () => {
  const waiting: Readonly<Partial<Record<ClueState, Position>>> = {
    'awaiting-approval': {
      state: 'awaiting-approval',
      proposal: { disposal: 'hold', proposedBy: 'li', ladder: ['主管'], approvedBy: [] },
    },
    'awaiting-acceptance': { state: 'awaiting-acceptance', submittedBy: 'li', recoveredFen: 0, improved: false },
    'awaiting-reopening': { state: 'awaiting-reopening', askedBy: 'li' },
    suspended: { state: 'suspended', returnsTo: 'handling' },
    transferred: { state: 'transferred', returnsTo: 'handling' },
  };
  const rest = {
    handIds: ['zhou'],
    recusedIds: [],
    circleIds: null,
    verdict: null,
    disposal: null,
    findingIds: ['f'],
    campaignTaskId: null,
    personIds: [],
    extension: null,
    extensions: {},
    recoveredFen: 0,
    improvements: 0,
  };
  const step: Step = { step: 'hand-over', fromId: 'li', assigneeId: 'sun', reason };
  const wang = { by: 'person', userId: 'wang' } as const;
  for (const state of CLUE_STATES) {
    // Those that know nothing of their own need no more than their name.
    const position = waiting[state] ?? ({ state } as Position);
    const facts: ClueFacts = { ...rest, assigneeId: 'li', position };
    const isOver = (OVER_STATES as readonly ClueState[]).includes(state);
    expect([state, refusalOf(facts, step, wang) === null]).toEqual([state, !isOver]);
    if (!isOver) expect(afterStep(facts, step, wang)).toEqual({ ...facts, assigneeId: 'sun', handIds: ['zhou', 'sun'] });
    expect(refusalOf(facts, step, { by: 'platform' })).not.toBeNull();
  }
});
