import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Reach, type Actor, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { CampaignTaskStepRequest } from '../api/index.js';
import { EAST, startSupervision, type SupervisionFixture } from '../supervision.test-fixture.js';
import { CampaignQueries } from './campaign-queries.js';

let fixture: SupervisionFixture;
let auditor: Actor;
/** Who leads, who acts for the lead, and who looks at the orders. */
let lead: User;
let sun: User;
let qian: User;
beforeAll(async () => {
  fixture = await startSupervision();
  const make = async (account: string, role: User['role']) => {
    const rest = { displayName: account, password: 'Giving-2026-xyz', mustChangePassword: false, townshipCodes: null };
    const user = await fixture.users.create({ account, role, ...rest });
    if (!user) throw new Error(`${account} is there already`);
    return user;
  };
  auditor = { user: await make('auditor', 'audit-administrator'), address: null };
  lead = await make('lead', 'team-member');
  sun = await make('sun', 'team-member');
  qian = await make('qian', 'team-member');
});
afterAll(() => fixture.stop());

const NOT_STANDING = '代理没有生效、已到期或已撤回';
let campaigns = 0;
let task = '';
/** A campaign with two orders that nobody has: of WATER and of ROADS. */
beforeEach(async () => {
  task = `G${++campaigns}`;
  await fixture.storeTask(task);
  await execute(fixture.pool, 'UPDATE supervision_campaign SET lead_id = $2 WHERE id = $1', [`C-${task}`, lead.id]);
  const sql = `UPDATE supervision_campaign_task SET state = 'unassigned', inspector_id = NULL, result = NULL, problem_kinds = '{}' WHERE id = $1`;
  await execute(fixture.pool, sql, [task]);
  await execute(
    fixture.pool,
    `INSERT INTO supervision_campaign_task (id, campaign_id, order_id, unit_code, township_code, accepted_at_ms, returns, state, changed_at_ms)
     VALUES ($1, $2, $1, 'ROADS', $3, 1, 0, 'unassigned', 1)`,
    [`${task}-ROADS`, `C-${task}`, EAST],
  );
});

async function delegated(by: User, to: User): Promise<() => Promise<unknown>> {
  const day = (n: number) => chinaDayOf(fixture.countyClock.nowMs() + n * DAY_MS);
  const asked = { deputyId: to.id, fromDay: day(0), untilDay: day(3), reason: '休假' };
  const { id } = await fixture.delegations.propose({ user: by, address: null }, asked);
  await fixture.delegations.settle(auditor, id, { confirmed: true, reason: '休假' });
  return () => fixture.delegations.end({ user: by, address: null }, id, '提前回来');
}
const give = (taker: User, to: readonly User[], forUser?: User) => {
  const ableIds = [lead, sun, qian].map(({ id }) => id);
  const asked = { id: `C-${task}`, inspectors: to, ableIds, taskIds: undefined, forId: forUser?.id };
  return fixture.campaigns.assign(Reach.of({ user: taker }), taker, asked);
};
const heldBy = async () =>
  (
    await rows(
      fixture.pool,
      z.object({ unit_code: z.string(), inspector_id: z.string().nullable() }),
      'SELECT unit_code, inspector_id FROM supervision_campaign_task WHERE campaign_id = $1 ORDER BY unit_code',
      [`C-${task}`],
    )
  ).map(({ unit_code: unit, inspector_id: id }) => [unit, id]);

test('a deputy gives orders out in the place of the lead, by both names, which stand in the chain; the lead of nothing is stood in for by nobody', async () => {
  await expect(give(sun, [qian], lead)).rejects.toThrow(NOT_STANDING);
  const end = await delegated(lead, sun);
  const given = await give(sun, [qian], lead);
  expect(given).toMatchObject({ given: 2, left: 0, forAccount: 'lead' });
  expect(given.receipts.map(({ forAccount }) => forAccount)).toEqual(['lead', 'lead']);
  expect(await heldBy()).toEqual([
    ['ROADS', qian.id],
    ['WATER', qian.id],
  ]);
  const found = await new CampaignQueries(fixture.pool).task(WHOLE_COUNTY, task);
  expect([found?.unbroken, found?.steps.at(-1)]).toMatchObject([true, { takerAccount: 'sun', forAccount: 'lead' }]);
  await end();
  await expect(give(sun, [qian], lead)).rejects.toThrow(NOT_STANDING);
  // Whoever neither leads it nor manages campaigns has nothing to be stood in for.
  const ofQian = await delegated(qian, sun);
  await expect(give(sun, [qian], qian)).rejects.toMatchObject({ code: 'forbidden' });
  await ofQian();
});

test('a deputy gives none to the own person, and none with orders of the own', async () => {
  const end = await delegated(lead, sun);
  await expect(give(sun, [qian, sun], lead)).rejects.toThrow('代办分派的，不能分给自己');
  expect(await heldBy()).toEqual([
    ['ROADS', null],
    ['WATER', null],
  ]);
  await give(lead, [sun]);
  await expect(give(sun, [qian], lead)).rejects.toThrow('这个专项有工单分给了您，您不能代办');
  await end();
});

test.each(['deputy', 'lead'] as const)('nothing of a unit is given out where the %s has withdrawn from it', async (which) => {
  const end = await delegated(lead, sun);
  const who = which === 'deputy' ? sun : lead;
  await execute(fixture.pool, `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'WATER')`, [who.id]);
  expect(await give(sun, [qian], lead)).toMatchObject({ given: 1, left: 1 });
  expect(await heldBy()).toEqual([
    ['ROADS', qian.id],
    ['WATER', null],
  ]);
  await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal', []);
  await end();
});

test('an order that is to be looked at anew is told to whoever leads, where its inspector has withdrawn from the unit since', async () => {
  const { wang } = fixture.people;
  await give(lead, [qian]);
  await execute(fixture.pool, `UPDATE supervision_campaign SET checklist = '{虚假办结}' WHERE id = $1`, [`C-${task}`]);
  const take = async (taker: User, request: CampaignTaskStepRequest) => {
    const found = await new CampaignQueries(fixture.pool).task(WHOLE_COUNTY, task);
    const revision = found?.task.revision ?? 0;
    return fixture.tasks.take(Reach.of({ user: taker }), taker, { id: task, revision, request, covers: [] });
  };
  const found = { method: 'desk', onDay: '2026-03-09', result: 'problem', words: '没有人来过' } as const;
  await take(qian, { step: 'report', ...found, kinds: ['虚假办结'], answers: [] });
  await execute(fixture.pool, `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'WATER')`, [qian.id]);
  await take(wang, { step: 'dispute', reason: '照片看不清' });
  const sql = `SELECT recipient FROM notice_delivery WHERE subject_id = $1 AND kind = 'campaign-task-returned'`;
  expect(await rows(fixture.pool, z.object({ recipient: z.string() }), sql, [task])).toEqual([{ recipient: lead.id }]);
  await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal', []);
});

test('a reminder counts for nobody the orders of a unit from which that one has withdrawn since; whoever leads is told to give them out again', async () => {
  await give(lead, [qian]);
  const recused = 'INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, $2)';
  const told = async (kind: string) => {
    const sql = 'SELECT recipient, body FROM notice_delivery WHERE subject_id = $1 AND kind = $2';
    const found = await rows(fixture.pool, z.object({ recipient: z.string(), body: z.string() }), sql, [`C-${task}`, kind]);
    return new Map(found.map(({ recipient, body }) => [recipient, body]));
  };
  await execute(fixture.pool, recused, [qian.id, 'WATER']);
  await fixture.reminders.round();
  const soon = await told('campaign-due-soon');
  expect([...soon.keys()].toSorted()).toEqual([lead.id, qian.id].toSorted());
  expect(soon.get(qian.id)).toContain('分给您的还有 1 件没有登记结果');
  expect(soon.get(lead.id)).toContain('还有1 件分到的人已对其单位申请回避、要重新分派、1 件没有登记结果，请督促');
  await execute(fixture.pool, recused, [qian.id, 'ROADS']);
  fixture.countyClock.advanceBy(1);
  await fixture.reminders.round();
  const over = await told('campaign-overdue');
  expect([over.has(qian.id), over.get(lead.id)]).toEqual([
    false,
    expect.stringContaining('还有2 件分到的人已对其单位申请回避、要重新分派，请督促'),
  ]);
  await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal', []);
});
