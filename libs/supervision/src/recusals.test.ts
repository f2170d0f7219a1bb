import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { HOUR_MS } from '@tianyan/kernel';
import { execute, row, rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { CircularStepRequest } from './api/circular-words.js';
import type { LetterStepRequest, RectificationStepRequest } from './api/index.js';
import { CircularQueries } from './circulars/circular-queries.js';
import { startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
let he: User;
let circularQueries: CircularQueries;
beforeAll(async () => {
  fixture = await startSupervision();
  circularQueries = new CircularQueries(fixture.pool);
  const rest = { displayName: 'he', password: 'Recusals-2026-x', mustChangePassword: false, townshipCodes: null } as const;
  const made = await fixture.users.create({ account: 'he', role: 'case-manager', ...rest });
  if (!made) throw new Error('he is there already');
  he = made;
});
afterAll(() => fixture.stop());

const reason = '按程序办理';
const AWAY = '您已在它所依据的线索或复查上回避，本人或代别人都不能办理，';
const MANAGERS = `${AWAY}须由没有回避的另一人（委领导、案件管理人员）办理；在您手上的，请委领导或案件管理人员移交。`;
const HANDLERS = `${AWAY}须由没有回避的另一人（委领导、分析员、监督检查组成员、案件管理人员）办理；在您手上的，请委领导或案件管理人员移交。`;
const LETTER = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
const CIRCULAR = { title: '通报', text: '举一反三。', audience: 'named', reportWorkingDays: 5 } as const;
const SYSTEM = {
  unitCode: 'WATER',
  name: '退单复核办法',
  documentNumber: '水发〔2026〕1号',
  documentDay: '2026-03-09',
  kind: 'new',
} as const;

let clues = 0;
let clueId = '';
beforeEach(async () => {
  clueId = `CLUE-${++clues}`;
  await fixture.storeClue(clueId, clues, [fixture.people.li.id]);
  await execute(fixture.pool, 'UPDATE clue SET circle = NULL');
});

const steps = new Map<string, number>();
/** Of the clue, as its history says. */
async function recuse(id: string, user: User): Promise<void> {
  const seq = (steps.get(id) ?? 0) + 1;
  steps.set(id, seq);
  await execute(
    fixture.pool,
    `INSERT INTO clue_step (clue_id, seq, at_ms, taker_id, taker_account, content, state_after, hash) VALUES ($1, $2, 1, 'x', 'x', $3, 'registered', '')`,
    [id, seq, JSON.stringify({ step: 'recuse', userId: user.id, reason })],
  );
}
const draftLetter = async (by: User, of = clueId) => {
  const asked = { origin: { kind: 'clue', id: of }, content: LETTER, cover: false, covers: [] } as const;
  return (await fixture.letters.draft(Reach.of({ user: by }), by, asked)).id;
};
const draftCircular = async (by: User, origin: { kind: 'clue' | 'letter'; id: string } = { kind: 'clue', id: clueId }) => {
  const content = { ...CIRCULAR, unitCodes: ['WATER'] };
  return (await fixture.circulars.draft(Reach.of({ user: by }), by, { origins: [origin], content, covers: [] })).id;
};
async function revisionOf(table: string, id: string): Promise<number> {
  return (await row(fixture.pool, z.object({ steps: z.int() }), `SELECT steps FROM ${table} WHERE id = $1`, [id])).steps;
}
const takeLetter = async (id: string, by: User, request: LetterStepRequest) => {
  const revision = await revisionOf('supervision_letter', id);
  return fixture.letters.take(Reach.of({ user: by }), by, { letterId: id, revision, request, covers: [] });
};
const takeCircular = async (id: string, by: User, request: CircularStepRequest) => {
  const revision = await revisionOf('supervision_circular', id);
  return fixture.circulars.take(Reach.of({ user: by }), by, { circularId: id, revision, request, covers: [] });
};
const takeItem = async (id: string, by: User, request: RectificationStepRequest) => {
  const revision = await revisionOf('supervision_rectification', id);
  return fixture.ledger.take(Reach.of({ user: by }), by, { id, revision, request });
};
async function answer(letterId: string): Promise<void> {
  const { water } = fixture.people;
  const units = UnitReach.of({ user: water });
  const given = { step: 'answer', measures: '重办', outcome: '办结', documents: [] as string[] } as const;
  for (const request of [{ step: 'receive' }, given] as const) {
    const revision = await revisionOf('supervision_letter', letterId);
    await fixture.letters.takeForUnit(units, water, { letterId, revision, request });
  }
}

describe('whoever has withdrawn from a clue', () => {
  test('neither drafts nor revises, issues, accepts or closes a letter from it; others do', async () => {
    const { li, wang } = fixture.people;
    const letterId = await draftLetter(li);
    for (const user of [li, wang]) await recuse(clueId, user);
    await expect(draftLetter(li)).rejects.toThrow(HANDLERS);
    await expect(takeLetter(letterId, li, { step: 'revise', ...LETTER, cover: false })).rejects.toThrow(HANDLERS);
    for (const request of [{ step: 'issue' }, { step: 'return-draft', reason }, { step: 'withdraw', reason }] as const)
      await expect(takeLetter(letterId, wang, request)).rejects.toThrow(MANAGERS);
    await takeLetter(letterId, he, { step: 'issue' });
    await answer(letterId);
    await expect(takeLetter(letterId, wang, { step: 'accept' })).rejects.toThrow(HANDLERS);
    await expect(takeLetter(letterId, li, { step: 'send-back', reason, replyWorkingDays: 3 })).rejects.toThrow(HANDLERS);
    await takeLetter(letterId, he, { step: 'accept' });
    await expect(takeLetter(letterId, wang, { step: 'close' })).rejects.toThrow(MANAGERS);
    const asks = [li, wang, he].map((user) => fixture.queries.isRecused(Reach.of({ user }), letterId));
    expect(await Promise.all(asks)).toEqual([true, true, false]);
    const letter = await fixture.queries.get(WHOLE_COUNTY, letterId);
    expect([letter?.letter.state, letter?.unbroken]).toEqual(['accepted', true]);
  });

  test('nor of a circular from it, or from a letter of it, nor checks what units reported to that', async () => {
    const { li, wang, water } = fixture.people;
    const letterId = await draftLetter(li);
    for (const user of [li, wang]) await recuse(clueId, user);
    await expect(draftCircular(li)).rejects.toThrow(HANDLERS);
    await expect(draftCircular(wang, { kind: 'letter', id: letterId })).rejects.toThrow(HANDLERS);
    const sun = await member();
    const circularId = await draftCircular(sun, { kind: 'letter', id: letterId });
    await expect(takeCircular(circularId, wang, { step: 'issue', despite: false })).rejects.toThrow(MANAGERS);
    await takeCircular(circularId, he, { step: 'issue', despite: false });
    const units = UnitReach.of({ user: water });
    const { id } = await fixture.improvements.report(units, water, { circularId, asked: SYSTEM });
    for (const request of [{ step: 'count' }, { step: 'send-back', reason }] as const) {
      const asked = { id, revision: 1, request, covers: [] };
      await expect(fixture.improvements.take(Reach.of({ user: li }), li, asked)).rejects.toThrow(HANDLERS);
    }
    const sendBack = { id, revision: 1, request: { step: 'send-back', reason }, covers: [] } as const;
    await fixture.improvements.take(Reach.of({ user: sun }), sun, sendBack);
    expect(await circularQueries.isRecused(Reach.of({ user: li }), circularId)).toBe(true);
    expect(await circularQueries.isRecused(Reach.of({ user: sun }), circularId)).toBe(false);
  });

  test('nor of an item of the ledger from its letter; what the unit reports goes on', async () => {
    const { li, wang, water } = fixture.people;
    const letterId = await draftLetter(li);
    await takeLetter(letterId, wang, { step: 'issue' });
    await answer(letterId);
    const item = { letterId, unitCode: 'WATER', problem: '没有维修', dueDay: '2026-06-30' };
    const { id } = await fixture.ledger.register(Reach.of({ user: li }), li, item, []);
    for (const user of [li, wang, water]) await recuse(clueId, user);
    await expect(fixture.ledger.register(Reach.of({ user: li }), li, item, [])).rejects.toThrow(AWAY);
    await expect(takeItem(id, li, { step: 'progress', measures: '重办', recoveredFen: 0 })).rejects.toThrow(HANDLERS);
    await expect(takeItem(id, wang, { step: 'reschedule', dueDay: '2026-07-30', reason })).rejects.toThrow(MANAGERS);
    // A liaison is told nothing of a clue, whatever the account was before.
    const units = UnitReach.of({ user: water });
    const progress = { step: 'progress', measures: '重办', recoveredFen: 0 } as const;
    await fixture.ledger.takeForUnit(units, water, { id, revision: 1, request: progress });
    await fixture.ledger.takeForUnit(units, water, { id, revision: 2, request: { step: 'submit' } });
    await expect(takeItem(id, wang, { step: 'accept' })).rejects.toThrow(HANDLERS);
    expect(await fixture.ledgerQueries.isRecused(Reach.of({ user: wang }), id)).toBe(true);
    await takeItem(id, he, { step: 'accept' });
  });

  test('nor of what is drafted from a finding that is handled in it, unless it is kept to a circle; nor corrects what came from it', async () => {
    const { li, wang } = fixture.people;
    const origin = { kind: 'finding', id: `F-${clues}` } as const;
    await fixture.storeFinding(origin.id);
    await execute(fixture.pool, 'INSERT INTO clue_finding (clue_id, finding_id, held) VALUES ($1, $2, true)', [
      clueId,
      origin.id,
    ]);
    const circularId = await draftCircular(li);
    await takeCircular(circularId, wang, { step: 'issue', despite: false });
    await recuse(clueId, li);
    const content = { ...CIRCULAR, unitCodes: ['WATER'] };
    const drafted = (asked: { origins: [typeof origin]; correctsId?: string }) =>
      fixture.circulars.draft(Reach.of({ user: li }), li, { ...asked, content, covers: [] });
    await expect(drafted({ origins: [origin] })).rejects.toThrow(HANDLERS);
    await execute(fixture.pool, 'UPDATE clue SET circle = $2 WHERE id = $1', [clueId, [wang.id]]);
    await drafted({ origins: [origin] });
    await execute(fixture.pool, 'UPDATE clue SET circle = NULL WHERE id = $1', [clueId]);
    await execute(fixture.pool, 'DELETE FROM clue_finding WHERE clue_id = $1', [clueId]);
    await expect(drafted({ origins: [origin], correctsId: circularId })).rejects.toThrow(HANDLERS);
    await drafted({ origins: [origin] });
  });

  test('nor of what comes of the clue that it was merged into, or that was split off of it', async () => {
    const { li, wang } = fixture.people;
    const own = clueId;
    await recuse(own, wang);
    await fixture.storeClue(`INTO-${clues}`, 500 + clues, [li.id]);
    await fixture.storeClue(`PART-${clues}`, 600 + clues, [li.id]);
    await execute(fixture.pool, 'UPDATE clue SET circle = NULL');
    await execute(fixture.pool, 'UPDATE clue SET merged_into = $2 WHERE id = $1', [own, `INTO-${clues}`]);
    await execute(fixture.pool, 'INSERT INTO clue_carried_recusal (clue_id, user_id) VALUES ($1, $2)', [
      `PART-${clues}`,
      wang.id,
    ]);
    for (const fromId of [`INTO-${clues}`, `PART-${clues}`]) {
      const letterId = await draftLetter(li, fromId);
      await expect(takeLetter(letterId, wang, { step: 'issue' })).rejects.toThrow(MANAGERS);
      await expect(draftCircular(wang, { kind: 'letter', id: letterId })).rejects.toThrow(HANDLERS);
      await takeLetter(letterId, he, { step: 'issue' });
    }
  });
});

describe('whoever has withdrawn from a clue is told nothing of what comes of it', () => {
  const toldSchema = z.object({ kind: z.string(), recipient: z.string() });
  /** To whom of the commission, by kind and account. */
  async function told(subjectId: string): Promise<Record<string, string[]>> {
    const accounts = new Map((await fixture.users.list()).map(({ id, account }) => [id, account]));
    const sql = `SELECT kind, recipient FROM notice_delivery WHERE subject_id = $1 AND subject_kind <> 'assignment'`;
    const byKind = Map.groupBy(await rows(fixture.pool, toldSchema, sql, [subjectId]), ({ kind }) => kind);
    return Object.fromEntries(
      [...byKind].map(([kind, of]) => [kind, of.map(({ recipient }) => accounts.get(recipient) ?? '').toSorted()]),
    );
  }
  async function overdue(table: string, id: string, watch: { round(): Promise<number> }): Promise<void> {
    const sql = `SELECT due_at_ms FROM ${table} WHERE id = $1`;
    const { due_at_ms: dueAtMs } = await row(fixture.pool, z.object({ due_at_ms: z.int() }), sql, [id]);
    for (const atMs of [dueAtMs - HOUR_MS, dueAtMs + 1]) {
      fixture.countyClock.advanceTo(atMs);
      await watch.round();
    }
  }

  test('a letter: drafted, its reply due and over, answered', async () => {
    const { li, wang } = fixture.people;
    await recuse(clueId, wang);
    const letterId = await draftLetter(li);
    expect(await told(letterId)).toEqual({ 'letter-drafted': ['he'] });
    await takeLetter(letterId, he, { step: 'issue' });
    await recuse(clueId, li);
    await overdue('supervision_letter', letterId, fixture.watch);
    await answer(letterId);
    const others = { 'letter-due-soon': ['he'], 'letter-overdue': ['he'], 'letter-answered': ['he'] };
    expect(await told(letterId)).toEqual({ 'letter-drafted': ['he'], ...others });
  });

  test('a circular: drafted, its reports due and over, reported', async () => {
    const { li, wang, water } = fixture.people;
    await recuse(clueId, wang);
    const circularId = await draftCircular(li);
    await takeCircular(circularId, he, { step: 'issue', despite: true, opinion: reason });
    await recuse(clueId, li);
    await overdue('supervision_circular', circularId, fixture.circularWatch);
    const units = UnitReach.of({ user: water });
    const other = { ...SYSTEM, name: '签收办法', documentNumber: '水发〔2026〕2号' };
    await fixture.prove(water, (await fixture.improvements.report(units, water, { circularId, asked: other })).id);
    await fixture.circulars.takeForUnit(units, water, { circularId, request: { step: 'finish', unitCode: 'WATER' } });
    const others = { 'circular-due-soon': ['he'], 'circular-overdue': ['he'], 'circular-reported': ['he'] };
    expect(await told(circularId)).toEqual({ 'circular-drafted': ['he'], ...others });
  });

  test('a letter whose reply is due, and over, for which nobody is left: whoever comes is told, and the unit once', async () => {
    const { li, water } = fixture.people;
    const letterId = await draftLetter(li);
    await takeLetter(letterId, he, { step: 'issue' });
    for (const user of await fixture.users.list()) await recuse(clueId, user);
    await overdue('supervision_letter', letterId, fixture.watch);
    const before = { 'letter-drafted': ['he', 'wang'] };
    expect(await told(letterId)).toEqual(before);
    // What the unit does meanwhile is another step of the letter, and no reason to remind it once more.
    const revision = await revisionOf('supervision_letter', letterId);
    await fixture.letters.takeForUnit(UnitReach.of({ user: water }), water, { letterId, revision, request: { step: 'receive' } });
    await fixture.watch.round();
    const rest = { displayName: 'zhang', password: 'Recusals-2026-x', mustChangePassword: false, townshipCodes: null } as const;
    await fixture.users.create({ account: 'zhang', role: 'case-manager', ...rest });
    for (let round = 0; round < 2; round++) await fixture.watch.round();
    expect(await told(letterId)).toEqual({ ...before, 'letter-overdue': ['zhang'] });
    const ofUnit = await rows(
      fixture.pool,
      toldSchema,
      `SELECT kind, recipient FROM notice_delivery WHERE subject_id = $1 AND subject_kind = 'assignment' AND kind <> 'assignment-issued' ORDER BY id`,
      [letterId],
    );
    expect(ofUnit).toEqual(['due-soon', 'overdue'].map((what) => ({ kind: `assignment-${what}`, recipient: water.id })));
  });
});

let members = 0;
async function member(): Promise<User> {
  const account = `member-${++members}`;
  const rest = { displayName: account, password: 'Recusals-2026-x', mustChangePassword: false, townshipCodes: null } as const;
  const made = await fixture.users.create({ account, role: 'team-member', ...rest });
  if (!made) throw new Error(`${account} is there already`);
  return made;
}
