import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, UnitReach, type Actor, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import { execute, inTransaction, row, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { CampaignTaskStepRequest, LetterOrigin, LetterStepRequest, RectificationStepRequest } from './api/index.js';
import { CampaignQueries } from './campaigns/campaign-queries.js';
import { campaignSchema, CAMPAIGN_COLUMNS, TASK_COLUMNS, taskSchema } from './campaigns/campaign-rows.js';
import { takeTaskStep } from './campaigns/task-writes.js';
import { CircularQueries } from './circulars/circular-queries.js';
import { EAST, startSupervision, WEST, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
let auditor: Actor;
/** A manager who sees the east alone; two who act for the leader wang. */
let qian: User;
let sun: User;
let he: User;
beforeAll(async () => {
  fixture = await startSupervision();
  const make = async (account: string, role: User['role'], townshipCodes: string[] | null = null) => {
    const rest = { displayName: account, password: 'Deputies-2026-x', mustChangePassword: false };
    const user = await fixture.users.create({ account, role, townshipCodes, ...rest });
    if (!user) throw new Error(`${account} is there already`);
    return user;
  };
  auditor = { user: await make('auditor', 'audit-administrator'), address: null };
  qian = await make('qian', 'case-manager', [EAST]);
  sun = await make('sun', 'team-member');
  he = await make('he', 'case-manager');
});
afterAll(() => fixture.stop());

const reason = '休假';
const actor = (user: User): Actor => ({ user, address: null });
const NOT_STANDING = '代理没有生效、已到期或已撤回';
let stored = 0;

/** @param days from and until, counted from today */
async function delegated(by: User, to: User, days: readonly [number, number] = [0, 4]): Promise<string> {
  const day = (n: number) => chinaDayOf(fixture.countyClock.nowMs() + n * DAY_MS);
  const asked = { deputyId: to.id, fromDay: day(days[0]), untilDay: day(days[1]), reason };
  const { id } = await fixture.delegations.propose(actor(by), asked);
  await fixture.delegations.settle(auditor, id, { confirmed: true, reason });
  return id;
}
const ended = (by: User, id: string) => fixture.delegations.end(actor(by), id, '提前回来');

async function draft(of: { by?: User; township?: string; origin?: LetterOrigin } = {}): Promise<string> {
  const { by = fixture.people.li, township = EAST } = of;
  const findingId = `D${++stored}`;
  if (!of.origin) await fixture.storeFinding(findingId, township);
  const origin = of.origin ?? ({ kind: 'finding', id: findingId } as const);
  const content = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
  return (await fixture.letters.draft(WHOLE_COUNTY, by, { origin, content, cover: false, covers: [] })).id;
}
async function letter(id: string) {
  const found = await fixture.queries.get(WHOLE_COUNTY, id);
  if (!found) throw new Error(`no letter ${id}`);
  return found;
}
async function take(letterId: string, taker: User, request: LetterStepRequest, forUser?: User) {
  const { revision } = (await letter(letterId)).letter;
  const asked = { letterId, revision, request, covers: [], forId: forUser?.id };
  return fixture.letters.take(Reach.of({ user: taker }), taker, asked);
}
async function answered(of: Parameters<typeof draft>[0] = {}): Promise<string> {
  const { wang, water } = fixture.people;
  const letterId = await draft(of);
  await take(letterId, wang, { step: 'issue' });
  const units = UnitReach.of({ user: water });
  const answer = { step: 'answer', measures: '重办', outcome: '办结', documents: [] as string[] } as const;
  await fixture.letters.takeForUnit(units, water, { letterId, revision: 2, request: { step: 'receive' } });
  await fixture.letters.takeForUnit(units, water, { letterId, revision: 3, request: answer });
  return letterId;
}
const told = async (kind: string, id: string) => {
  const sql = 'SELECT recipient FROM notice_delivery WHERE kind = $1 AND subject_id = $2 ORDER BY recipient';
  return (await rows(fixture.pool, z.object({ recipient: z.string() }), sql, [kind, id])).map(({ recipient }) => recipient);
};

describe('letters', () => {
  test('are issued, accepted and closed by both names, which stand in the chain, and what waits is told to the deputy', async () => {
    const { wang } = fixture.people;
    const early = await draft();
    await expect(take(early, sun, { step: 'issue' }, wang)).rejects.toThrow(NOT_STANDING);
    const id = await delegated(wang, sun);
    const letterId = await draft();
    expect(await told('letter-drafted', letterId)).toEqual([he.id, qian.id, sun.id, wang.id].toSorted());
    expect(await take(letterId, sun, { step: 'issue', opinion: '同意' }, wang)).toMatchObject({ forAccount: 'wang' });
    const { steps, unbroken, letter: issued } = await letter(letterId);
    expect([issued.state, unbroken]).toEqual(['issued', true]);
    expect(steps.at(-1)).toMatchObject({ takerAccount: 'sun', forId: wang.id, forAccount: 'wang' });
    await expect(execute(fixture.pool, `UPDATE supervision_step SET for_account = 'x' WHERE for_id IS NOT NULL`)).rejects.toThrow(
      'append-only',
    );
    const second = await answered();
    await take(second, sun, { step: 'accept' }, wang);
    // Both names have accepted it: neither closes it, nor does anybody for them.
    await expect(take(second, wang, { step: 'close' })).rejects.toThrow('答复是您采纳的');
    await expect(take(second, sun, { step: 'close' }, wang)).rejects.toThrow('答复是您采纳的');
    await take(second, he, { step: 'close' });
    const third = await answered();
    await take(third, he, { step: 'accept' });
    await take(third, sun, { step: 'close' }, wang);
    expect((await letter(third)).steps.at(-1)).toMatchObject({ stateAfter: 'closed', takerAccount: 'sun', forAccount: 'wang' });
    await ended(wang, id);
    await expect(take(early, sun, { step: 'issue' }, wang)).rejects.toThrow(NOT_STANDING);
  });

  test('who drafted one does nothing about it in somebody’s place, nor in the place of whoever drafted it', async () => {
    const { wang, li } = fixture.people;
    const ofLi = await delegated(wang, li);
    const own = await draft({ by: li });
    for (const request of [{ step: 'issue' }, { step: 'withdraw', reason }, { step: 'return-draft', reason }] as const)
      await expect(take(own, li, request, wang)).rejects.toThrow(/不能代办|须由另一人/);
    await ended(wang, ofLi);
    const ofWang = await delegated(wang, sun);
    const byWang = await draft({ by: wang });
    await expect(take(byWang, sun, { step: 'issue' }, wang)).rejects.toThrow('您代理的人自己也不能办这一步');
    const content = { kind: 'supervision-order', unitCode: 'WATER', title: '改', text: '改', replyWorkingDays: 5 } as const;
    await expect(take(byWang, sun, { step: 'revise', ...content, cover: false }, wang)).rejects.toThrow(
      /由拟稿人修改|须由本人办理/,
    );
    await ended(wang, ofWang);
  });

  test('nothing is done by a role or of a place that the other does not have, and the deputy sees no more', async () => {
    const { li, zhou } = fixture.people;
    const ofLi = await delegated(li, he);
    await expect(take(await draft({ by: sun }), he, { step: 'issue' }, li)).rejects.toMatchObject({ code: 'forbidden' });
    await ended(li, ofLi);
    const ofQian = await delegated(qian, sun);
    const west = await draft({ township: WEST });
    await expect(take(west, sun, { step: 'issue' }, qian)).rejects.toThrow('这份督办函不在qian的管辖或知悉范围内');
    expect(await take(await draft(), sun, { step: 'issue' }, qian)).toMatchObject({ forAccount: 'qian' });
    await ended(qian, ofQian);
    // Who sees the east alone cannot stand for who sees all, and in the place of who sees the east sees no more than that.
    await expect(delegated(fixture.people.wang, zhou)).rejects.toThrow('管辖范围不包含');
    const ofZhou = await delegated(zhou, qian);
    await expect(take(west, qian, { step: 'accept' }, zhou)).rejects.toMatchObject({ code: 'not-found' });
    await ended(zhou, ofZhou);
  });

  test('it counts on its days alone, not for who is locked, and not once it is withdrawn while the step waits', async () => {
    const { wang } = fixture.people;
    const letterId = await draft();
    const id = await delegated(wang, sun, [1, 1]);
    const issue = () => take(letterId, sun, { step: 'issue' }, wang);
    await expect(issue()).rejects.toThrow(NOT_STANDING);
    fixture.countyClock.advanceBy(DAY_MS);
    for (const who of [wang.id, sun.id]) {
      await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [who]);
      await expect(issue()).rejects.toThrow(NOT_STANDING);
      await execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = NULL WHERE id = $1', [who]);
    }
    let step: Promise<unknown> = Promise.resolve();
    await inTransaction(fixture.pool, async (client) => {
      const sql = `UPDATE access_delegation SET state = 'ended', ended_by = 'wang', ended_at_ms = 1 WHERE id = $1`;
      await execute(client, sql, [id]);
      step = issue().then(
        () => 'taken',
        (error: Error) => error.message,
      );
      const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      while ((await execute(fixture.pool, waits)) === 0);
    });
    expect(await step).toContain(NOT_STANDING);
    const next = await delegated(wang, sun, [0, 0]);
    fixture.countyClock.advanceBy(DAY_MS);
    await expect(issue()).rejects.toThrow(NOT_STANDING);
    await ended(wang, next);
    await take(letterId, wang, { step: 'issue' });
  });

  test('what was sent before is answered as it was then, also when the delegation is over; in the own name it is another step', async () => {
    const { wang } = fixture.people;
    const id = await delegated(wang, he);
    const letterId = await draft();
    const asked = { letterId, revision: 1, request: { step: 'issue' }, covers: [] } as const;
    const first = await fixture.letters.take(WHOLE_COUNTY, he, { ...asked, forId: wang.id });
    await ended(wang, id);
    expect(await fixture.letters.take(WHOLE_COUNTY, he, { ...asked, forId: wang.id })).toEqual(first);
    await expect(fixture.letters.take(WHOLE_COUNTY, he, asked)).rejects.toThrow('he（代wang） 已于');
  });

  test('the recusal of either from the unit of a campaign bars both, from what came of it too', async () => {
    const { wang, li } = fixture.people;
    await fixture.storeTask('T-REC', { unitCode: 'WATER' });
    const id = await delegated(wang, sun);
    const letterId = await answered({ origin: { kind: 'campaign-task', id: 'T-REC' } });
    const content = { title: '通报', text: '举一反三。', unitCodes: ['WATER'], audience: 'named', reportWorkingDays: 5 } as const;
    const of = {
      origins: [{ kind: 'letter', id: letterId }] as const,
      content: { ...content, unitCodes: ['WATER'] },
      covers: [],
    };
    const { id: circularId } = await fixture.circulars.draft(WHOLE_COUNTY, li, of);
    const item = { letterId, unitCode: 'WATER', problem: '没有维修', dueDay: '2026-06-30' };
    const { id: itemId } = await fixture.ledger.register(WHOLE_COUNTY, li, item, []);
    const asked = { circularId, revision: 1, request: { step: 'issue', despite: false }, covers: [], forId: wang.id } as const;
    const later = {
      id: itemId,
      revision: 1,
      request: { step: 'reschedule', dueDay: '2026-07-30', reason },
      forId: wang.id,
    } as const;
    // What the page offers is what is not refused.
    const offered = () => {
      const asked = [
        fixture.queries.mayStandIn(Reach.of({ user: wang }), sun.id, letterId),
        new CircularQueries(fixture.pool).mayStandIn(Reach.of({ user: wang }), sun.id, circularId),
        fixture.ledgerQueries.mayStandIn(Reach.of({ user: wang }), sun.id, itemId),
      ];
      return Promise.all(asked);
    };
    for (const who of [sun, wang]) {
      expect(await offered()).toEqual([true, true, true]);
      await execute(fixture.pool, `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'WATER')`, [who.id]);
      const refusal = who === sun ? '您已在它所依据的线索或复查上回避' : '您代理的人已在它所依据的线索或复查上回避';
      await expect(take(letterId, sun, { step: 'accept' }, wang)).rejects.toThrow(refusal);
      await expect(fixture.circulars.take(WHOLE_COUNTY, sun, asked)).rejects.toThrow(refusal);
      await expect(fixture.ledger.take(WHOLE_COUNTY, sun, later)).rejects.toThrow(refusal);
      expect(await offered()).toEqual([false, false, false]);
      await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal WHERE user_id = $1', [who.id]);
    }
    await take(letterId, sun, { step: 'accept' }, wang);
    await fixture.circulars.take(WHOLE_COUNTY, sun, asked);
    await fixture.ledger.take(WHOLE_COUNTY, sun, later);
    await ended(wang, id);
  });
});

test('a recusal from an order reaches what came of the clue that its problem became, also where that clue was merged', async () => {
  const { wang, li } = fixture.people;
  await fixture.storeTask('T-CLUE', { unitCode: 'BRIDGES' });
  await fixture.storeClue('OF-ORDER', 31, [li.id]);
  await fixture.storeClue('LATER', 32, [li.id]);
  await execute(fixture.pool, 'UPDATE clue SET circle = NULL');
  await execute(
    fixture.pool,
    `UPDATE clue SET campaign_task_id = 'T-CLUE', campaign_order_id = 'GD-T-CLUE' WHERE id = 'OF-ORDER'`,
  );
  const [before, later] = [
    await draft({ origin: { kind: 'clue', id: 'OF-ORDER' } }),
    await draft({ origin: { kind: 'clue', id: 'LATER' } }),
  ];
  const id = await delegated(wang, sun);
  await execute(fixture.pool, `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'BRIDGES')`, [sun.id]);
  const refusal = '您已在它所依据的线索或复查上回避';
  await expect(take(before, sun, { step: 'issue' }, wang)).rejects.toThrow(refusal);
  await take(later, sun, { step: 'return-draft', reason }, wang);
  await execute(fixture.pool, `UPDATE clue SET merged_into = 'LATER' WHERE id = 'OF-ORDER'`);
  for (const letterId of [before, later])
    await expect(take(letterId, sun, { step: 'withdraw', reason }, wang)).rejects.toThrow(refusal);
  // As well where the clue of the letter became part of the one that the problem became.
  await execute(fixture.pool, `UPDATE clue SET merged_into = NULL WHERE id = 'OF-ORDER'`);
  await execute(fixture.pool, `UPDATE clue SET merged_into = 'OF-ORDER' WHERE id = 'LATER'`);
  await expect(take(later, sun, { step: 'withdraw', reason }, wang)).rejects.toThrow(refusal);
  await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal WHERE user_id = $1', [sun.id]);
  await take(later, sun, { step: 'withdraw', reason }, wang);
  await ended(wang, id);
});

test('an item of the ledger is accepted by both names, and never by or for who reported it', async () => {
  const { wang, li } = fixture.people;
  const make = async () =>
    (await fixture.ledger.register(WHOLE_COUNTY, li, { unitCode: 'WATER', problem: '没有维修', dueDay: '2026-06-30' }, [])).id;
  const takeItem = async (id: string, taker: User, request: RectificationStepRequest, forUser?: User) => {
    const revision = (await fixture.ledgerQueries.get(WHOLE_COUNTY, id))?.item.revision ?? 0;
    return fixture.ledger.take(Reach.of({ user: taker }), taker, { id, revision, request, forId: forUser?.id });
  };
  const submitted = async (by: User) => {
    const id = await make();
    await takeItem(id, by, { step: 'progress', measures: '重办', recoveredFen: 0 });
    await takeItem(id, by, { step: 'submit' });
    return id;
  };
  const ofSun = await delegated(wang, sun);
  const [bySun, byWang, byHe] = [await submitted(sun), await submitted(wang), await submitted(he)];
  await expect(takeItem(bySun, sun, { step: 'accept' }, wang)).rejects.toThrow('整改是您提交的');
  await expect(takeItem(byWang, sun, { step: 'accept' }, wang)).rejects.toThrow('您代理的人自己也不能办这一步');
  const unsent = await make();
  await takeItem(unsent, sun, { step: 'progress', measures: '重办', recoveredFen: 0 });
  await expect(takeItem(unsent, sun, { step: 'submit' }, wang)).rejects.toThrow('须由本人办理');
  await expect(takeItem(unsent, sun, { step: 'reschedule', dueDay: '2026-07-30', reason }, wang)).rejects.toThrow('不能代办');
  expect(await takeItem(byHe, sun, { step: 'accept' }, wang)).toMatchObject({ forAccount: 'wang' });
  const found = await fixture.ledgerQueries.get(WHOLE_COUNTY, byHe);
  expect([found?.item.state, found?.unbroken]).toEqual(['settled', true]);
  expect(found?.steps.at(-1)).toMatchObject({ takerAccount: 'sun', forAccount: 'wang' });
  await ended(wang, ofSun);
});

test('a circular is issued, and what units report is counted, by both names; the last closes it by both', async () => {
  const { wang, li, water } = fixture.people;
  const queries = new CircularQueries(fixture.pool);
  await fixture.storeFinding('F-CIRCULAR');
  const draftCircular = async (by: User) => {
    const content = { title: '通报', text: '举一反三。', unitCodes: ['WATER'], audience: 'named' as const, reportWorkingDays: 5 };
    const origins = [{ kind: 'finding', id: 'F-CIRCULAR' }] as const;
    return (await fixture.circulars.draft(WHOLE_COUNTY, by, { origins, content, covers: [] })).id;
  };
  const issue = (circularId: string, taker: User, forUser: User) => {
    const request = { step: 'issue', despite: false } as const;
    return fixture.circulars.take(WHOLE_COUNTY, taker, { circularId, revision: 1, request, covers: [], forId: forUser.id });
  };
  const ofSun = await delegated(wang, sun);
  await expect(issue(await draftCircular(sun), sun, wang)).rejects.toThrow('这份通报是您拟的');
  await expect(issue(await draftCircular(wang), sun, wang)).rejects.toThrow('您代理的人自己也不能办这一步');
  const circularId = await draftCircular(li);
  expect(await told('circular-drafted', circularId)).toContain(sun.id);
  await issue(circularId, sun, wang);
  const units = UnitReach.of({ user: water });
  const system = { name: '复核办法', documentNumber: '水发〔2026〕7号', documentDay: '2026-03-09', kind: 'new' } as const;
  const { id } = await fixture.improvements.report(units, water, { circularId, asked: { unitCode: 'WATER', ...system } });
  await fixture.prove(water, id);
  await fixture.circulars.takeForUnit(units, water, { circularId, request: { step: 'finish', unitCode: 'WATER' } });
  const count = (taker: User, forUser: User) => {
    const asked = { id, revision: 2, request: { step: 'count' } as const, covers: [], forId: forUser.id };
    return fixture.improvements.take(WHOLE_COUNTY, taker, asked);
  };
  const ofLi = await delegated(he, li);
  await expect(count(li, he)).rejects.toThrow('这份通报由您拟稿');
  await ended(he, ofLi);
  expect(await count(sun, wang)).toMatchObject({ forAccount: 'wang', closed: { forAccount: 'wang' } });
  const found = await queries.get(WHOLE_COUNTY, circularId);
  expect([found?.circular.state, found?.unbroken, found?.improvements[0]?.unbroken]).toEqual(['closed', true, true]);
  expect(found?.steps.map(({ takerAccount, forAccount }) => [takerAccount, forAccount])).toEqual([
    ['li', null],
    ['sun', 'wang'],
    ['water', null],
    ['sun', 'wang'],
  ]);
  await ended(wang, ofSun);
});

describe('an order of a campaign', () => {
  /** Given to the person, whose result it waits for. */
  async function given(id: string, inspector: User, { unitCode = 'ROADS' } = {}): Promise<string> {
    await fixture.storeTask(id, { unitCode });
    const sql = `UPDATE supervision_campaign_task SET state = 'unassigned', inspector_id = NULL, result = NULL, problem_kinds = '{}' WHERE id = $1`;
    await execute(fixture.pool, sql, [id]);
    await execute(fixture.pool, `UPDATE supervision_campaign SET checklist = '{虚假办结}', pick = $2 WHERE id = $1`, [
      `C-${id}`,
      JSON.stringify({ by: 'list', orderIds: [`GD-${id}`] }),
    ]);
    await inTransaction(fixture.pool, async (client) => {
      const task = await row(client, taskSchema, `SELECT ${TASK_COLUMNS} FROM supervision_campaign_task t WHERE t.id = $1`, [id]);
      const of = `SELECT ${CAMPAIGN_COLUMNS} FROM supervision_campaign c WHERE c.id = $1`;
      const { openerId } = await row(client, campaignSchema, of, [`C-${id}`]);
      const step = { step: 'assign', inspectorId: inspector.id } as const;
      const nowMs = fixture.countyClock.nowMs();
      await takeTaskStep(client, { task, openerId }, { step, taker: fixture.people.wang, nowMs });
    });
    return id;
  }
  const taskOf = async (id: string) => {
    const found = await new CampaignQueries(fixture.pool).task(WHOLE_COUNTY, id);
    if (!found) throw new Error(`no task ${id}`);
    return found;
  };
  const takeTask = async (id: string, taker: User, request: CampaignTaskStepRequest, forUser?: User) => {
    const { revision } = (await taskOf(id)).task;
    return fixture.tasks.take(Reach.of({ user: taker }), taker, { id, revision, request, covers: [], forId: forUser?.id });
  };
  /** Campaigns of this fixture are stored without the step by which they were opened. */
  const HISTORY_OF_CAMPAIGN = `INSERT INTO supervision_campaign_step (owner_kind, owner_id, seq, at_ms, taker_id, taker_account, content, state_after, hash)
    VALUES ('campaign', $1, 1, 1, $2, 'wang', $3, 'running', '')`;
  const OPENING = {
    step: 'open',
    name: '回访',
    basis: '计划',
    beginsOn: '2026-03-09',
    endsOn: '2026-03-31',
    leadId: 'u',
    weekly: false,
    pick: { by: 'list', orderIds: ['GD-1'] },
    checklist: ['虚假办结'],
    questions: [],
    seriesId: 's',
    seed: null,
    population: 1,
    populationDigest: '',
    picked: 1,
    pickedDigest: '',
  };
  const PROBLEM = {
    step: 'report',
    method: 'desk',
    onDay: '2026-03-09',
    result: 'problem',
    kinds: ['虚假办结'],
    words: '没有人来过',
    answers: [],
  } satisfies CampaignTaskStepRequest;

  test('is reported in the place of whom it was given to, who keeps it, and confirmed by neither of the two', async () => {
    const { li, wang } = fixture.people;
    const id = await given('T1', li);
    await expect(takeTask(id, sun, PROBLEM)).rejects.toThrow('分给了别人');
    await expect(takeTask(id, sun, PROBLEM, li)).rejects.toThrow(NOT_STANDING);
    const ofLi = await delegated(li, sun);
    await expect(takeTask(id, sun, { step: 'recuse', reason }, li)).rejects.toThrow('须由本人办理');
    expect(await new CampaignQueries(fixture.pool).own(Reach.of({ user: sun }), [li.id])).toMatchObject([{ id }]);
    expect(await takeTask(id, sun, PROBLEM, li)).toMatchObject({ forAccount: 'li' });
    const reported = await taskOf(id);
    expect(reported.task).toMatchObject({ state: 'awaiting-confirmation', inspectorId: li.id, deputyId: sun.id });
    expect(reported.steps.at(-1)).toMatchObject({ takerAccount: 'sun', forAccount: 'li' });
    expect(await told('campaign-task-reported', id)).not.toContain(li.id);
    for (const one of [li, sun]) await expect(takeTask(id, one, { step: 'confirm' })).rejects.toThrow('须由另一人确认');
    const ofWang = await delegated(wang, sun);
    await expect(takeTask(id, sun, { step: 'confirm' }, wang)).rejects.toThrow('须由另一人确认');
    await ended(wang, ofWang);
    await takeTask(id, he, { step: 'dispute', reason });
    expect((await taskOf(id)).task).toMatchObject({ state: 'assigned', inspectorId: li.id, deputyId: null });
    await takeTask(id, li, PROBLEM);
    // Neither for whom it was given to.
    const ofLiToo = await delegated(wang, he);
    await expect(takeTask(id, sun, { step: 'confirm' }, li)).rejects.toThrow('您代理的人自己也不能办这一步');
    await takeTask(id, he, { step: 'confirm' }, wang);
    const done = await taskOf(id);
    expect([done.task.state, done.task.deputyId, done.unbroken]).toEqual(['done', null, true]);
    await ended(wang, ofLiToo);
    await ended(li, ofLi);
  });

  test('is reopened, and its campaign ended, in somebody’s place by nobody to whom it was given', async () => {
    const { wang } = fixture.people;
    const id = await given('T3', sun);
    const ofWang = await delegated(wang, sun);
    await takeTask(id, sun, { ...PROBLEM, result: 'no-problem', kinds: [] });
    await expect(takeTask(id, sun, { step: 'reopen', reason }, wang)).rejects.toThrow('您不能代办');
    const close = (taker: User) => {
      const asked = { id: `C-${id}`, revision: 1, request: { step: 'close' } as const, forId: wang.id };
      return fixture.campaigns.take(WHOLE_COUNTY, taker, asked);
    };
    await execute(fixture.pool, HISTORY_OF_CAMPAIGN, [`C-${id}`, wang.id, JSON.stringify(OPENING)]);
    await expect(close(sun)).rejects.toThrow('有工单分给了您');
    const queries = new CampaignQueries(fixture.pool);
    const mayEnd = (user: User) => queries.mayStandIn(Reach.of({ user: wang }), user.id, `C-${id}`);
    expect([await mayEnd(sun), await mayEnd(he)]).toEqual([false, true]);
    // Of an order that lies elsewhere, and of a campaign that is not seen whole, there is nothing to act on.
    expect(await queries.mayStandInOfTask(Reach.of({ user: qian }), he.id, id)).toBe(true);
    await fixture.storeTask('T-WEST', { township: WEST });
    expect(await queries.mayStandInOfTask(Reach.of({ user: qian }), he.id, 'T-WEST')).toBe(false);
    expect(await queries.mayStandIn(Reach.of({ user: qian }), he.id, `C-${id}`)).toBe(false);
    await ended(wang, ofWang);
    const ofWangToo = await delegated(wang, he);
    await takeTask(id, he, { step: 'reopen', reason }, wang);
    expect(await close(he)).toMatchObject({ forAccount: 'wang' });
    await ended(wang, ofWangToo);
  });

  test('is told of, reported, to no deputy who is recused, or for whom it was reported', async () => {
    const { li, wang } = fixture.people;
    const lead = (id: string, userId: string) =>
      execute(fixture.pool, 'UPDATE supervision_campaign SET lead_id = $2 WHERE id = $1', [`C-${id}`, userId]);
    const recused = `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'ROADS')`;
    const ofWang = await delegated(wang, li);
    const ofLi = await delegated(li, sun);
    const forDeputy = await given('T4', li);
    await lead(forDeputy, wang.id);
    await takeTask(forDeputy, sun, PROBLEM, li);
    expect(await told('campaign-task-reported', forDeputy)).toEqual([wang.id]);
    const byOther = await given('T5', he);
    await lead(byOther, wang.id);
    await execute(fixture.pool, recused, [li.id]);
    await takeTask(byOther, he, PROBLEM);
    expect(await told('campaign-task-reported', byOther)).toEqual([wang.id]);
    await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal WHERE user_id = $1', [li.id]);
    await takeTask(byOther, wang, { step: 'dispute', reason });
    await takeTask(byOther, he, PROBLEM);
    expect(await told('campaign-task-reported', byOther)).toEqual([wang.id, wang.id, li.id].toSorted());
    await ended(wang, ofWang);
    await ended(li, ofLi);
  });

  test('of the own is listed also behind many of whom the person acts for, and what is to be done first', async () => {
    const { li } = fixture.people;
    const id = await given('T6', sun);
    const many = `INSERT INTO supervision_campaign_task (id, campaign_id, order_id, unit_code, township_code, accepted_at_ms, returns, state, inspector_id, changed_at_ms)
      SELECT 'M-' || n, $1, 'A-' || lpad(n::text, 4, '0'), 'ROADS', $2, 1, 0, 'assigned', $3, 1 FROM generate_series(1, 201) n`;
    await execute(fixture.pool, many, [`C-${id}`, EAST, li.id]);
    const listed = await new CampaignQueries(fixture.pool).own(Reach.of({ user: sun }), [li.id]);
    expect([listed[0]?.id, listed.filter(({ inspectorId }) => inspectorId === li.id).length]).toEqual([id, 200]);
    await execute(fixture.pool, `UPDATE supervision_campaign SET state = 'closed', due_at_ms = NULL WHERE id = $1`, [`C-${id}`]);
  });

  test('that waits near the last day is told of once to each, of the own orders and of those of everybody acted for', async () => {
    const { li, wang } = fixture.people;
    const id = await given('T7', li);
    await execute(fixture.pool, 'UPDATE supervision_campaign SET lead_id = $2 WHERE id = $1', [`C-${id}`, wang.id]);
    const also = `INSERT INTO supervision_campaign_task (id, campaign_id, order_id, unit_code, township_code, accepted_at_ms, returns, state, inspector_id, changed_at_ms)
      SELECT 'S-' || inspector, $1, inspector, 'ROADS', $2, 1, 0, 'assigned', inspector, 1 FROM unnest($3::text[]) inspector`;
    await execute(fixture.pool, also, [`C-${id}`, EAST, [sun.id, he.id]]);
    const delegations = [await delegated(li, sun), await delegated(he, sun), await delegated(wang, he)];
    await fixture.reminders.round();
    const sql = `SELECT recipient, body FROM notice_delivery WHERE kind = 'campaign-due-soon' AND subject_id = $1`;
    const found = await rows(fixture.pool, z.object({ recipient: z.string(), body: z.string() }), sql, [`C-${id}`]);
    const all = '还有3 件没有登记结果，请督促；不再复查的，请结束专项。';
    const last = '没有登记结果，请尽快复查。';
    expect(Object.fromEntries(found.map(({ recipient, body }) => [recipient, body]))).toEqual({
      [wang.id]: expect.stringMatching(new RegExp(`${all}$`)),
      [he.id]: expect.stringContaining(`${all}其中分给您的还有 1 件${last}`),
      [li.id]: expect.stringContaining(`分给您的还有 1 件${last}`),
      [sun.id]: expect.stringMatching(
        new RegExp(`分给您的还有 1 件、(您代理的li还有 1 件、您代理的he|您代理的he还有 1 件、您代理的li)还有 1 件${last}`),
      ),
    });
    expect(found).toHaveLength(4);
    for (const [i, by] of [li, he, wang].entries()) await ended(by, delegations[i] ?? '');
  });

  test('is left alone where either has recused himself, and photographs are handed in by both names', async () => {
    const { li } = fixture.people;
    const id = await given('T2', li);
    const ofLi = await delegated(li, sun);
    const attach = (forId?: string) =>
      inTransaction(fixture.pool, async (client) => {
        const proof = fixture.tasks.proof(WHOLE_COUNTY, { ...sun, address: null }, id, forId);
        const locked = await proof.lock(client);
        const refusal = await locked.refusalOf('attach');
        return refusal ?? (await locked.take({ step: 'attach', fileId: `P${++stored}`, sha256: 'b'.repeat(64) }));
      });
    expect(await attach()).toContain('分给了别人');
    expect(await attach(li.id)).toMatchObject({ forAccount: 'li' });
    for (const who of [sun, li]) {
      await execute(fixture.pool, `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'ROADS')`, [who.id]);
      await expect(takeTask(id, sun, PROBLEM, li)).rejects.toThrow('申请回避');
      await expect(attach(li.id)).rejects.toThrow('申请回避');
      expect(await new CampaignQueries(fixture.pool).mayStandInOfTask(Reach.of({ user: li }), sun.id, id)).toBe(false);
      await execute(fixture.pool, 'DELETE FROM supervision_campaign_recusal WHERE user_id = $1', [who.id]);
    }
    // A report that was sent before a file of the deputy came in between is known again.
    const { revision } = (await taskOf(id)).task;
    await attach(li.id);
    const sent = { id, revision, request: PROBLEM, covers: [] };
    const first = await fixture.tasks.take(WHOLE_COUNTY, li, sent);
    expect([first.seq, await fixture.tasks.take(WHOLE_COUNTY, li, sent)]).toEqual([revision + 2, first]);
    await ended(li, ofLi);
    await expect(attach(li.id)).rejects.toThrow(NOT_STANDING);
  });
});

test('reminders of what a unit owes go to the deputy too', async () => {
  const { wang, li } = fixture.people;
  const ofLi = await delegated(li, sun, [0, 30]);
  const letterId = await draft({ by: li });
  await take(letterId, wang, { step: 'issue' });
  fixture.countyClock.advanceTo(((await letter(letterId)).letter.dueAtMs ?? 0) - 1);
  await fixture.watch.round();
  expect(await told('letter-due-soon', letterId)).toEqual([li.id, sun.id].toSorted());
  await ended(li, ofLi);
});
