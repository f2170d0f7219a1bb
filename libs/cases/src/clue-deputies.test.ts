import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, type Actor, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { execute, inTransaction, row } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { EAST, MONDAY_MS, startClues, WEST, type CluesFixture } from './clues.test-fixture.js';

let fixture: CluesFixture;
let auditor: Actor;
/** A second leader, and a case manager of the whole county, who is leader's deputy. */
let leader: User;
let deputy: User;
beforeAll(async () => {
  fixture = await startClues();
  const make = async (account: string, role: User['role']) => {
    const person = {
      account,
      displayName: account,
      role,
      townshipCodes: null,
      password: 'Deputies-2026-x',
      mustChangePassword: false,
    };
    const user = await fixture.users.create(person);
    if (!user) throw new Error(`${account} is there already`);
    return user;
  };
  auditor = { user: await make('auditor', 'audit-administrator'), address: null };
  leader = await make('leader', 'commission-leader');
  deputy = await make('deputy', 'case-manager');
});
afterAll(() => fixture.stop());

const reason = '休假';
const actor = (user: User): Actor => ({ user, address: null });
const day = (n: number) => chinaDayOf(MONDAY_MS + n * DAY_MS);
let stored = 0;

async function delegated(by: User, to: User, days: readonly [number, number] = [0, 4]): Promise<string> {
  const asked = { deputyId: to.id, fromDay: day(days[0]), untilDay: day(days[1]), reason };
  const { id } = await fixture.delegations.propose(actor(by), asked);
  await fixture.delegations.settle(auditor, id, { confirmed: true, reason });
  return id;
}

/** A clue whose disposal li has proposed: a leader approves. */
async function proposed(township = EAST): Promise<string> {
  const { li, wang } = fixture.people;
  const findingId = `D${++stored}`;
  await fixture.store(findingId, { township });
  const { clueId } = await fixture.clues.register(WHOLE_COUNTY, li, { findingIds: [findingId], reason: null });
  await take(clueId, wang, { step: 'assign', assigneeId: li.id });
  await take(clueId, li, { step: 'verify', verdict: 'confirmed', report: reason });
  await take(clueId, li, { step: 'propose', disposal: 'talk-or-letter', reason });
  return clueId;
}

async function detail(id: string) {
  const found = await fixture.queries.get(WHOLE_COUNTY, id);
  if (!found) throw new Error(`no clue ${id}`);
  return found;
}

async function take(clueId: string, user: User, request: StepRequest, forId?: string) {
  const { revision } = (await detail(clueId)).clue;
  return fixture.clues.take(Reach.of({ user }), user, { clueId, revision, request, forId });
}

test('a step in the place of another bears both names, holds in the chain, and ends with the delegation', async () => {
  const [first, second] = [await proposed(), await proposed()];
  const refused = take(first, deputy, { step: 'approve' }, leader.id);
  await expect(refused).rejects.toThrow('代理没有生效');
  const id = await delegated(leader, deputy);
  expect(await fixture.delegations.standingFor(deputy)).toMatchObject([{ id: leader.id }]);
  expect(await take(first, deputy, { step: 'approve' }, leader.id)).toMatchObject({ forAccount: 'leader' });
  const { steps, unbroken } = await detail(first);
  expect(steps.at(-1)).toMatchObject({ takerAccount: 'deputy', forId: leader.id, forAccount: 'leader' });
  expect(unbroken).toBe(true);
  await expect(execute(fixture.pool, `UPDATE clue_step SET for_account = 'x' WHERE for_id IS NOT NULL`)).rejects.toThrow(
    'append-only',
  );
  await fixture.delegations.end(actor(leader), id, '提前回来');
  const ended = `SELECT object FROM access_audit WHERE action = 'end-delegation' ORDER BY id DESC LIMIT 1`;
  expect(await row(fixture.pool, z.object({ object: z.string() }), ended)).toEqual({
    object: `delegation/${id}/leader+deputy`,
  });
  await expect(take(second, deputy, { step: 'approve' }, leader.id)).rejects.toThrow('代理没有生效');
  expect(await fixture.delegations.standingFor(deputy)).toEqual([]);
});

test('what the other may not do by role, was recused from, or what is no decision, is not done in that one’s place', async () => {
  const id = await proposed();
  const { wang, li, zhou, he } = fixture.people;
  const own = await delegated(leader, deputy);
  await expect(take(id, deputy, { step: 'approve' }, wang.id)).rejects.toThrow('代理没有生效');
  await expect(take(id, deputy, { step: 'restrict', userIds: [wang.id], reason }, leader.id)).rejects.toThrow('须由本人办理');
  await take(id, wang, { step: 'send-back', reason });
  await take(id, li, { step: 'recuse', userId: leader.id, reason });
  await take(id, li, { step: 'propose', disposal: 'talk-or-letter', reason });
  await expect(take(id, deputy, { step: 'approve' }, leader.id)).rejects.toThrow('您代理的人自己也不能办这一步');
  await fixture.delegations.end(actor(leader), own, reason);
  // A manager of a township has no voice where a leader approves; a deputy neither.
  const { qian } = fixture.people;
  const byManager = await delegated(qian, deputy);
  const another = await proposed();
  await expect(take(another, deputy, { step: 'approve' }, qian.id)).rejects.toMatchObject({ code: 'forbidden' });
  await fixture.delegations.end(actor(qian), byManager, reason);
  for (const [by, to, words] of [
    [he, deputy, '刚刚变更'],
    [leader, he, '不能代理'],
    [leader, zhou, '管辖范围不包含'],
    [leader, leader, '不能是本人'],
  ] as const)
    await expect(delegated(by, to)).rejects.toThrow(words);
  // Who handles clues names a deputy for letters and campaigns: of a clue that one does nothing by it.
  const byAnalyst = await delegated(li, deputy);
  await expect(take(another, deputy, { step: 'approve' }, li.id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(take(another, deputy, { step: 'close', report: reason }, li.id)).rejects.toMatchObject({ code: 'forbidden' });
  await fixture.delegations.end(actor(li), byAnalyst, reason);
});

test('an analyst who registered a clue neither transfers nor closes it as somebody’s deputy; of another clue that is done', async () => {
  const { li, sun } = fixture.people;
  const own = await delegated(leader, li, [0, 0]);
  const registeredBy = async (who: User) => {
    const findingId = `D${++stored}`;
    await fixture.store(findingId);
    return (await fixture.clues.register(WHOLE_COUNTY, who, { findingIds: [findingId], reason: null })).clueId;
  };
  const [ofLi, ofSun] = [await registeredBy(li), await registeredBy(sun)];
  const transfer = { step: 'transfer', authority: '市纪委', document: '移送函', reason } as const;
  await expect(take(ofLi, li, transfer, leader.id)).rejects.toThrow('由您登记');
  expect((await take(ofSun, li, transfer, leader.id)).forAccount).toBe('leader');
  await fixture.delegations.end(actor(leader), own, reason);
});

test('nobody of the two confirms it; days are limited and do not overlap; it is withdrawn while a step waits', async () => {
  const { wang } = fixture.people;
  const asked = { deputyId: wang.id, fromDay: day(0), untilDay: day(4), reason };
  const { id } = await fixture.delegations.propose(actor(leader), asked);
  for (const party of [leader, wang])
    await expect(fixture.delegations.settle(actor(party), id, { confirmed: true, reason })).rejects.toMatchObject({
      code: 'forbidden',
    });
  await expect(fixture.delegations.propose(actor(leader), { ...asked, deputyId: deputy.id })).rejects.toThrow('已请人代理');
  for (const days of [{ fromDay: day(-1) }, { untilDay: day(-1) }, { untilDay: day(90) }])
    await expect(fixture.delegations.propose(actor(deputy), { ...asked, ...days })).rejects.toMatchObject({ code: 'invalid' });
  await fixture.delegations.settle(auditor, id, { confirmed: true, reason });
  // The withdrawal is under way: the step waits for it, and is refused.
  const clueId = await proposed();
  let step: Promise<unknown> = Promise.resolve();
  await inTransaction(fixture.pool, async (client) => {
    await execute(client, `UPDATE access_delegation SET state = 'ended', ended_by = 'leader', ended_at_ms = 1 WHERE id = $1`, [
      id,
    ]);
    step = take(clueId, wang, { step: 'approve' }, leader.id).then(
      () => 'taken',
      (error: Error) => error.message,
    );
    const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    while ((await execute(fixture.pool, waits)) === 0);
  });
  expect(await step).toContain('代理没有生效');
});

test('it holds on its days alone, and not for who is locked or sees less than the other', async () => {
  const id = await proposed(WEST);
  await delegated(leader, deputy, [1, 1]);
  const approve = () => take(id, deputy, { step: 'approve' }, leader.id);
  await expect(approve()).rejects.toThrow('代理没有生效');
  fixture.countyClock.advanceTo(MONDAY_MS + DAY_MS);
  for (const who of [leader.id, deputy.id]) {
    await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [who]);
    await expect(approve()).rejects.toThrow('代理没有生效');
    await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = NULL WHERE id = $1', [who]);
  }
  await execute(fixture.pool, 'UPDATE access_user SET township_codes = $2 WHERE id = $1', [deputy.id, [WEST]]);
  await expect(approve()).rejects.toThrow('代理没有生效');
  await execute(fixture.pool, 'UPDATE access_user SET township_codes = NULL WHERE id = $1', [deputy.id]);
  const another = await proposed(WEST);
  expect((await approve()).forAccount).toBe('leader');
  fixture.countyClock.advanceTo(MONDAY_MS + 2 * DAY_MS);
  await expect(take(another, deputy, { step: 'approve' }, leader.id)).rejects.toThrow('代理没有生效');
});
