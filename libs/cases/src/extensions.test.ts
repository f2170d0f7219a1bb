import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { DAY_MS } from '@tianyan/kernel';
import { ClueBench } from './clue-bench.js';
import { Clues } from './clues.js';
import { EAST, startClues, WEST, type CluesFixture } from './clues.test-fixture.js';
import { HandlingRules } from './handling-rules.js';
import type { StepRequest } from './api/index.js';

let fixture: CluesFixture;
/** By rules of the county's own: two rungs for an inquiry in the east, and no extension in the west. */
let clues: Clues;
beforeAll(async () => {
  fixture = await startClues();
  const rules = HandlingRules.of(`places:
  - place: '${EAST}'
    basis: 东河镇办理规定
    approvals: { preliminary-inquiry: [{ name: 案件管理, action: manage-clues }, 分管领导] }
    extensions: { times: 1, workingDays: 10 }
  - place: '${WEST}'
    basis: 西河镇办理规定
    extensions: { times: 0, workingDays: 10 }
`);
  clues = fixture.cluesBy(rules);
});
afterAll(() => fixture.stop());

const reason = '按程序办理';
let stored = 0;
async function verifying(township = EAST): Promise<string> {
  const findingId = `E${++stored}`;
  await fixture.store(findingId, { township });
  const { li, wang } = fixture.people;
  const { clueId } = await clues.register(WHOLE_COUNTY, li, { findingIds: [findingId], reason: null });
  await take(clueId, wang, { step: 'assign', assigneeId: li.id });
  return clueId;
}
async function detail(id: string) {
  const found = await fixture.queries.get(WHOLE_COUNTY, id);
  if (!found) throw new Error(`no clue ${id}`);
  return found;
}
async function take(clueId: string, taker: User, request: StepRequest) {
  const { revision } = (await detail(clueId)).clue;
  return clues.take(Reach.of({ user: taker }), taker, { clueId, revision, request });
}
const ask = { step: 'ask-extension', workingDays: 5, reason } as const;

describe('a longer deadline', () => {
  test('is asked for in time, approved by another, and as often as the place says', async () => {
    const { li, wang } = fixture.people;
    const id = await verifying();
    const before = (await detail(id)).clue.dueAtMs ?? 0;
    await expect(take(id, li, { ...ask, workingDays: 11 })).rejects.toThrow('一次最多延长 10 个工作日');
    await take(id, li, ask);
    expect((await detail(id)).clue.dueAtMs).toBe(before);
    await expect(take(id, li, ask)).rejects.toThrow('正在等待审批');
    await take(id, wang, { step: 'approve-extension', opinion: '同意' });
    // Five working days: a weekend and Tomb-Sweeping Day lie between.
    expect((await detail(id)).clue).toMatchObject({ state: 'verifying', dueAtMs: before + 8 * DAY_MS });
    await expect(take(id, li, ask)).rejects.toThrow('这一步最多延期 1 次，已经用完');
    expect((await detail(id)).unbroken).toBe(true);
    // The next state has a deadline, and extensions, of its own.
    await take(id, li, { step: 'verify', verdict: 'confirmed', report: reason });
    await take(id, li, ask);
    await take(id, wang, { step: 'refuse-extension', reason: '应当按期提出' });
    await take(id, li, ask);
    expect((await detail(id)).facts.extension).toEqual({ askedBy: li.id, workingDays: 5 });
  });

  test('waits on the bench of whoever may approve it, and with the state it was asked for it is over', async () => {
    const { li, wang, qian } = fixture.people;
    const id = await verifying();
    await take(id, li, ask);
    const bench = new ClueBench(fixture.pool);
    const awaits = async (user: User) =>
      (await bench.awaiting(Reach.of({ user }), { userId: user.id, role: user.role }, 50)).items.flatMap(({ clue, step }) =>
        clue.id === id ? [step] : [],
      );
    expect([await awaits(wang), await awaits(qian), await awaits(li)]).toEqual([['approve-extension'], [], []]);
    await take(id, wang, { step: 'suspend', reason });
    expect(await awaits(wang)).toEqual([]);
    await take(id, wang, { step: 'resume', reason });
    await expect(take(id, wang, { step: 'approve-extension' })).rejects.toThrow('没有等待审批的延期申请');
  });

  test('is over with whoever asked for it: the next handler asks for it anew', async () => {
    const { li, wang, sun, zhou } = fixture.people;
    const id = await verifying();
    const handOver = async (fromId: string, toId: string) =>
      void (await fixture.over(fixture.pool).handOver.handOver(WHOLE_COUNTY, wang, { clueId: id, fromId, toId, reason }));
    const pending = async () => (await detail(id)).facts.extension;
    const changes: readonly (readonly [User, () => Promise<unknown>])[] = [
      [li, () => take(id, wang, { step: 'assign', assigneeId: sun.id })],
      [sun, () => handOver(sun.id, zhou.id)],
      [zhou, () => take(id, zhou, { step: 'recuse', userId: zhou.id, reason })],
    ];
    for (const [handler, change] of changes) {
      await take(id, handler, ask);
      expect(await pending()).toEqual({ askedBy: handler.id, workingDays: 5 });
      await change();
      expect(await pending()).toBeNull();
      await expect(take(id, wang, { step: 'approve-extension' })).rejects.toMatchObject({ code: 'conflict' });
    }
    expect((await detail(id)).unbroken).toBe(true);
  });

  test('is over with whoever asked for it where the state stays too', async () => {
    const { li, wang, sun } = fixture.people;
    const id = await verifying();
    await take(id, li, { step: 'verify', verdict: 'confirmed', report: reason });
    await take(id, li, ask);
    await take(id, li, { step: 'recuse', userId: li.id, reason });
    expect((await detail(id)).facts).toMatchObject({ position: { state: 'disposing' }, assigneeId: null, extension: null });
    await take(id, wang, { step: 'assign', assigneeId: sun.id });
    await take(id, sun, ask);
    expect((await detail(id)).facts.extension).toEqual({ askedBy: sun.id, workingDays: 5 });
  });

  test('is not asked for where the place allows none, nor once the deadline is over', async () => {
    const { li } = fixture.people;
    await expect(take(await verifying(WEST), li, ask)).rejects.toThrow('按本地的办理规定，这一步不能延期');
    const id = await verifying();
    fixture.countyClock.advanceTo(((await detail(id)).clue.dueAtMs ?? 0) + 1);
    await expect(take(id, li, ask)).rejects.toThrow('期限已过，不能再申请延期');
  });
});

describe('an approval of two rungs', () => {
  async function proposed(disposal: 'preliminary-inquiry' | 'talk-or-letter' = 'preliminary-inquiry'): Promise<string> {
    const { li } = fixture.people;
    const id = await verifying();
    await take(id, li, { step: 'verify', verdict: 'confirmed', report: reason });
    await take(id, li, { step: 'propose', disposal, reason });
    return id;
  }

  test('is given by the case manager first, then by the leader; each rung is another person', async () => {
    const { wang, qian, zhou } = fixture.people;
    const id = await proposed();
    const bench = new ClueBench(fixture.pool);
    const awaits = async (user: User) =>
      (await bench.awaiting(Reach.of({ user }), { userId: user.id, role: user.role }, 50)).items.some(
        ({ clue }) => clue.id === id,
      );
    expect((await detail(id)).clue.rungAction).toBe('manage-clues');
    await expect(take(id, zhou, { step: 'approve' })).rejects.toMatchObject({ code: 'forbidden' });
    expect([await awaits(qian), await awaits(wang)]).toEqual([true, true]);
    await take(id, qian, { step: 'approve', opinion: '同意' });
    expect((await detail(id)).clue).toMatchObject({ state: 'awaiting-approval', rungAction: 'approve-clues' });
    expect([await awaits(qian), await awaits(wang)]).toEqual([false, true]);
    await expect(take(id, qian, { step: 'approve' })).rejects.toThrow('您已在上一级审批过，须由另一人审批');
    await take(id, wang, { step: 'approve' });
    expect((await detail(id)).clue).toMatchObject({ state: 'handling', rungAction: null });
    // Where the table names a leader alone, a case manager approves nothing.
    const other = await proposed('talk-or-letter');
    const refused = { code: 'forbidden', message: expect.stringContaining('现在轮到“分管领导”这一级审批') };
    await expect(take(other, qian, { step: 'approve' })).rejects.toMatchObject(refused);
  });

  test('refused on any rung it goes back, and begins with the first rung again', async () => {
    const { li, wang, qian } = fixture.people;
    const id = await proposed();
    await take(id, qian, { step: 'approve' });
    await take(id, wang, { step: 'send-back', reason: '事实尚未查清' });
    expect((await detail(id)).clue.state).toBe('disposing');
    await take(id, li, { step: 'propose', disposal: 'preliminary-inquiry', reason });
    await take(id, qian, { step: 'send-back', reason: '材料不全' });
    expect((await detail(id)).clue.state).toBe('disposing');
  });
});

test('what rectifications have recovered counts once they are accepted', async () => {
  const { li, wang } = fixture.people;
  const id = await verifying();
  await take(id, li, { step: 'verify', verdict: 'confirmed', report: reason });
  await take(id, li, { step: 'propose', disposal: 'talk-or-letter', reason });
  await take(id, wang, { step: 'approve' });
  await take(id, li, { step: 'report', outcome: 'rectify', report: reason });
  await take(id, li, { step: 'submit', report: reason, recoveredFen: 500_000 });
  await take(id, wang, { step: 'reject', reason: '还有一笔没有追回' });
  await take(id, li, { step: 'submit', report: reason, recoveredFen: 1_234_500, improvement: '《道路管护办法》' });
  expect((await detail(id)).clue).toMatchObject({ recoveredFen: 0, improvements: 0 });
  await take(id, wang, { step: 'accept' });
  expect((await detail(id)).clue).toMatchObject({ recoveredFen: 1_234_500, improvements: 1 });
});
