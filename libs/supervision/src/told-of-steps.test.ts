import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, UnitReach, type Actor, type User } from '@tianyan/access';
import { chinaDayOf, DAY_MS, HOUR_MS } from '@tianyan/kernel';
import { execute, inTransaction, row, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { CircularStepRequest } from './api/circular-words.js';
import type { LetterStepRequest, OpenCampaign } from './api/index.js';
import { EAST, startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
/** Manages too. */
let he: User;
let auditor: Actor;
beforeAll(async () => {
  fixture = await startSupervision();
  const make = async (account: string, role: User['role']) => {
    const rest = { displayName: account, password: 'Told-2026-xyz', mustChangePassword: false, townshipCodes: null };
    const made = await fixture.users.create({ account, role, ...rest });
    if (!made) throw new Error(`${account} is there already`);
    return made;
  };
  he = await make('he', 'case-manager');
  auditor = { user: await make('auditor', 'audit-administrator'), address: null };
});
afterAll(() => fixture.stop());

const reason = '事实不清';
const LETTER = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
const HAND_OVER = '拟稿已退回，但拟稿人现在不能修改。请把它移交给另一人修改，或者撤回。';
const SYSTEM = { name: '退单复核办法', documentDay: '2026-03-09', kind: 'new' } as const;

async function delegated(by: User, to: User): Promise<() => Promise<unknown>> {
  const day = (n: number) => chinaDayOf(fixture.countyClock.nowMs() + n * DAY_MS);
  const asked = { deputyId: to.id, fromDay: day(0), untilDay: day(3), reason: '休假' };
  const { id } = await fixture.delegations.propose({ user: by, address: null }, asked);
  await fixture.delegations.settle(auditor, id, { confirmed: true, reason: '休假' });
  return () => fixture.delegations.end({ user: by, address: null }, id, '提前回来');
}
/** Who drafted something and cannot sign in any more. */
async function gone(): Promise<{ drafter: User; lock: () => Promise<unknown> }> {
  const rest = { password: 'Told-2026-xyz', mustChangePassword: false, townshipCodes: null };
  const drafter = await fixture.users.create({ account: `gone${++leavers}`, displayName: 'gone', role: 'analyst', ...rest });
  if (!drafter) throw new Error('there already');
  const sql = 'UPDATE access_user SET locked_at_ms = 1 WHERE id = $1';
  return { drafter, lock: () => execute(fixture.pool, sql, [drafter.id]) };
}
let leavers = 0;
const textSchema = z.object({ text: z.string() });
/** What it says, each text once. */
async function said(kind: string, subjectId: string): Promise<readonly string[]> {
  const sql = `SELECT DISTINCT body AS text FROM notice_delivery WHERE kind = $1 AND subject_id = $2`;
  return (await rows(fixture.pool, textSchema, sql, [kind, subjectId])).map(({ text }) => text);
}
const toldSchema = z.object({ recipient: z.string() });
/** By account. */
async function told(kind: string, subjectId: string): Promise<readonly string[]> {
  const accounts = new Map((await fixture.users.list()).map(({ id, account }) => [id, account]));
  const sql = 'SELECT recipient FROM notice_delivery WHERE kind = $1 AND subject_id = $2';
  const found = await rows(fixture.pool, toldSchema, sql, [kind, subjectId]);
  return found.map(({ recipient }) => accounts.get(recipient) ?? '').toSorted();
}
async function revisionOf(table: string, id: string): Promise<number> {
  return (await row(fixture.pool, z.object({ steps: z.int() }), `SELECT steps FROM ${table} WHERE id = $1`, [id])).steps;
}
let findings = 0;
async function finding(): Promise<string> {
  const id = `T${++findings}`;
  await fixture.storeFinding(id);
  return id;
}

describe('a letter', () => {
  async function drafted(by: User): Promise<string> {
    const origin = { kind: 'finding', id: await finding() } as const;
    const asked = { origin, content: LETTER, cover: false, covers: [] };
    return (await fixture.letters.draft(Reach.of({ user: by }), by, asked)).id;
  }
  const take = async (id: string, by: User, request: LetterStepRequest) => {
    const revision = await revisionOf('supervision_letter', id);
    return fixture.letters.take(Reach.of({ user: by }), by, { letterId: id, revision, request, covers: [] });
  };

  test('that goes back to whoever drafted it is told to that person, each time; not to who returned the own draft', async () => {
    const { li, wang } = fixture.people;
    const id = await drafted(li);
    await take(id, wang, { step: 'return-draft', reason });
    expect(await told('letter-returned', id)).toEqual(['li']);
    await take(id, li, { step: 'revise', ...LETTER, cover: false });
    await take(id, he, { step: 'return-draft', reason });
    expect(await told('letter-returned', id)).toEqual(['li', 'li']);
    const own = await drafted(wang);
    await take(own, wang, { step: 'return-draft', reason });
    expect(await told('letter-returned', own)).toEqual([]);
  });

  test('that goes back while its drafter is gone is told to who manages it, as something to hand over', async () => {
    const { drafter, lock } = await gone();
    const id = await drafted(drafter);
    await lock();
    await take(id, he, { step: 'return-draft', reason });
    expect(await told('letter-returned', id)).toEqual(['wang']);
    expect(await said('letter-returned', id)).toEqual([HAND_OVER]);
  });

  test('that is withdrawn is told to its unit, once it was issued', async () => {
    const { li, wang } = fixture.people;
    const [draft, given] = [await drafted(li), await drafted(li)];
    await take(draft, wang, { step: 'withdraw', reason });
    await take(given, wang, { step: 'issue' });
    await take(given, wang, { step: 'withdraw', reason });
    expect([await told('assignment-withdrawn', draft), await told('assignment-withdrawn', given)]).toEqual([[], ['water']]);
  });
});

describe('a circular', () => {
  async function drafted(by: User): Promise<string> {
    const content = { title: '通报', text: '举一反三。', audience: 'named', reportWorkingDays: 5 } as const;
    const asked = {
      origins: [{ kind: 'finding', id: await finding() }] as const,
      content: { ...content, unitCodes: ['WATER', 'ROADS'] },
      covers: [],
    };
    return (await fixture.circulars.draft(Reach.of({ user: by }), by, asked)).id;
  }
  const take = async (id: string, by: User, request: CircularStepRequest) => {
    const revision = await revisionOf('supervision_circular', id);
    return fixture.circulars.take(Reach.of({ user: by }), by, { circularId: id, revision, request, covers: [] });
  };

  test('that goes back to whoever drafted it is told to that person', async () => {
    const { li, wang } = fixture.people;
    const id = await drafted(li);
    await take(id, wang, { step: 'return-draft', reason });
    expect(await told('circular-returned', id)).toEqual(['li']);
  });

  test('that goes back while its drafter is gone is told to who manages it, as something to hand over', async () => {
    const { drafter, lock } = await gone();
    const id = await drafted(drafter);
    await lock();
    await take(id, he, { step: 'return-draft', reason });
    expect(await told('circular-returned', id)).toEqual(['wang']);
    expect(await said('circular-returned', id)).toEqual([HAND_OVER]);
  });

  test('that is withdrawn is told to its units, once it was issued; of whom it excuses, to that unit', async () => {
    const { li, wang } = fixture.people;
    const [draft, given] = [await drafted(li), await drafted(li)];
    await take(draft, wang, { step: 'withdraw', reason });
    await take(given, wang, { step: 'issue', despite: false });
    await take(given, wang, { step: 'excuse', unitCode: 'ROADS', reason });
    expect(await told('assignment-excused', given)).toEqual(['roads']);
    await take(given, wang, { step: 'withdraw', reason });
    expect([await told('assignment-withdrawn', draft), await told('assignment-withdrawn', given)]).toEqual([
      [],
      ['roads', 'water'],
    ]);
  });

  test('of which a unit mends what was sent back, after it has reported all, is told to whoever checks it, each time', async () => {
    const { li, wang, water } = fixture.people;
    const circularId = await drafted(li);
    await take(circularId, wang, { step: 'issue', despite: false });
    const units = UnitReach.of({ user: water });
    const asked = { unitCode: 'WATER', ...SYSTEM, documentNumber: '水发〔2026〕21号' };
    const { id } = await fixture.improvements.report(units, water, { circularId, asked });
    const proof = fixture.improvements.proofOfUnit(units, { ...water, address: null }, id);
    await inTransaction(fixture.pool, async (client) => {
      await (await proof.lock(client)).take({ step: 'attach', fileId: 'P', sha256: 'a'.repeat(64) });
    });
    await fixture.circulars.takeForUnit(units, water, { circularId, request: { step: 'finish', unitCode: 'WATER' } });
    const end = await delegated(li, he);
    const mend = async (documentNumber: string) => {
      const sendBack = {
        revision: await revisionOf('supervision_improvement', id),
        request: { step: 'send-back', reason },
      } as const;
      await fixture.improvements.take(Reach.of({ user: li }), li, { id, ...sendBack, covers: [] });
      const request = { step: 'resubmit', ...SYSTEM, documentNumber } as const;
      const revision = await revisionOf('supervision_improvement', id);
      await fixture.improvements.takeForUnit(units, water, { id, revision, request });
    };
    await mend('水发〔2026〕22号');
    expect(await told('circular-resubmitted', id)).toEqual(['he', 'li']);
    await end();
    await mend('水发〔2026〕23号');
    expect(await told('circular-resubmitted', id)).toEqual(['he', 'li', 'li']);
    const sql = `SELECT DISTINCT path FROM notice_delivery WHERE kind = 'circular-resubmitted' AND subject_id = $1`;
    const paths = await rows(fixture.pool, z.object({ path: z.string() }), sql, [id]);
    expect(paths).toEqual([{ path: `/circulars/${circularId}` }]);
  });
});

describe('a campaign', () => {
  const CAMPAIGN: Omit<OpenCampaign, 'id' | 'leadId'> = {
    name: '每周回访',
    basis: '计划',
    beginsOn: '2026-03-09',
    endsOn: '2026-03-15',
    pick: { by: 'list', orderIds: ['GD'] },
    checklist: ['虚假办结'],
    questions: [],
    weekly: false,
  };
  const order = { orderId: 'GD', unitCode: 'WATER', townshipCode: EAST, acceptedAtMs: 1, returns: 0 };
  const opened = async (id: string, by: { lead: User | null; seriesId?: string }) => {
    const { wang, li } = fixture.people;
    const reach = Reach.of({ user: wang });
    const campaigns = fixture.campaignsOver(async () => [order]);
    await campaigns.open({ reach, taker: wang, ...by }, { id, leadId: (by.lead ?? li).id, ...CAMPAIGN });
    return told('campaign-opened', id);
  };

  test('is told, where somebody else or the platform opens it, to whoever leads it, and who acts in that one’s place', async () => {
    const { li, wang } = fixture.people;
    expect(await opened('C-BY-LEAD', { lead: wang })).toEqual([]);
    const end = await delegated(li, he);
    expect(await opened('C-BY-OTHER', { lead: li })).toEqual(['he', 'li']);
    await end();
    expect(await opened('C-REPEATED', { lead: wang, seriesId: 'S1' })).toEqual(['wang']);
    expect(await opened('C-LEFT', { lead: null, seriesId: 'S2' })).toEqual(['wang']);
  });

  test('that ends soon is told to who acts for the lead, with the orders that the lead looks at', async () => {
    const { li } = fixture.people;
    await fixture.storeTask('OWN');
    await execute(fixture.pool, `UPDATE supervision_campaign SET lead_id = $1, due_at_ms = $2 WHERE id = 'C-OWN'`, [
      li.id,
      fixture.countyClock.nowMs() + HOUR_MS,
    ]);
    const assign = `UPDATE supervision_campaign_task SET state = 'assigned', inspector_id = $1, result = NULL, problem_kinds = '{}' WHERE id = 'OWN'`;
    await execute(fixture.pool, assign, [li.id]);
    const end = await delegated(li, he);
    await fixture.reminders.round();
    await end();
    const sql = `SELECT recipient, body FROM notice_delivery WHERE kind = 'campaign-due-soon' AND subject_id = 'C-OWN'`;
    const found = await rows(fixture.pool, z.object({ recipient: z.string(), body: z.string() }), sql);
    const all = '还有1 件没有登记结果，请督促；不再复查的，请结束专项。';
    expect(found).toHaveLength(2);
    expect(Object.fromEntries(found.map(({ recipient, body }) => [recipient, body]))).toEqual({
      [li.id]: expect.stringMatching(new RegExp(`${all}$`)),
      [he.id]: expect.stringContaining(`${all}其中您代理的li还有 1 件没有登记结果，请尽快复查。`),
    });
  });
});
