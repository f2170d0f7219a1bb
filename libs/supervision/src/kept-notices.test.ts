import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import type { StepRequest } from '@tianyan/cases';
import { timerPause } from '@tianyan/kernel';
import { execute, inTransaction, row, rows } from '@tianyan/postgres';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CircularOrigin } from './api/circular-words.js';
import type { LetterOrigin } from './api/index.js';
import { startSupervision, type SupervisionFixture } from './supervision.test-fixture.js';

let fixture: SupervisionFixture;
/** Manages too, and is kept in no circle here. */
let he: User;
beforeAll(async () => {
  fixture = await startSupervision();
  const rest = { displayName: 'he', password: 'Kept-2026-xyz', mustChangePassword: false, townshipCodes: null } as const;
  const made = await fixture.users.create({ account: 'he', role: 'case-manager', ...rest });
  if (!made) throw new Error('he is there already');
  he = made;
});
afterAll(() => fixture.stop());

const reason = '涉及领导干部';
const LETTER = { kind: 'supervision-order', unitCode: 'WATER', title: '督办', text: '请核实。', replyWorkingDays: 5 } as const;
const CIRCULAR = { title: '通报', text: '举一反三。', audience: 'named', reportWorkingDays: 5, unitCodes: ['WATER'] } as const;

async function revisionOf(table: string, id: string): Promise<number> {
  return (await row(fixture.pool, z.object({ steps: z.int() }), `SELECT steps FROM ${table} WHERE id = $1`, [id])).steps;
}
async function take(clueId: string, taker: User, request: StepRequest): Promise<void> {
  const revision = await revisionOf('clue', clueId);
  await fixture.clues.take(Reach.of({ user: taker }), taker, { clueId, revision, request });
}
let findings = 0;
async function finding(): Promise<string> {
  const id = `F${++findings}`;
  await fixture.storeFinding(id);
  return id;
}
async function registered(): Promise<string> {
  const { li } = fixture.people;
  const asked = { findingIds: [await finding()], reason: null };
  return (await fixture.clues.register(Reach.of({ user: li }), li, asked)).clueId;
}
async function letterFrom(origin: LetterOrigin): Promise<string> {
  const { li } = fixture.people;
  return (await fixture.letters.draft(Reach.of({ user: li }), li, { origin, content: LETTER, cover: false, covers: [] })).id;
}
async function circularFrom(origin: CircularOrigin): Promise<string> {
  const { li } = fixture.people;
  const content = { ...CIRCULAR, unitCodes: [...CIRCULAR.unitCodes] };
  return (await fixture.circulars.draft(Reach.of({ user: li }), li, { origins: [origin], content, covers: [] })).id;
}
/** Drafted from the clue and from a letter of it, and told to whoever may issue it. */
async function derivedOf(clueId: string) {
  const letter = await letterFrom({ kind: 'clue', id: clueId });
  const byLetter = await circularFrom({ kind: 'letter', id: letter });
  return { letter, circular: await circularFrom({ kind: 'clue', id: clueId }), byLetter };
}

const arrive = (state = 'waiting') =>
  execute(fixture.pool, `UPDATE notice_delivery SET state = 'delivered' WHERE state = $1`, [state]);
const toldSchema = z.object({ recipient: z.string() });
/** Accounts that have, or will have, something of it in their inbox. */
async function have(subjectId: string): Promise<readonly string[]> {
  const accounts = new Map((await fixture.users.list()).map(({ id, account }) => [id, account]));
  const sql = `SELECT DISTINCT recipient FROM notice_delivery WHERE subject_id = $1 AND state IN ('waiting', 'delivered')`;
  return (await rows(fixture.pool, toldSchema, sql, [subjectId]))
    .map(({ recipient }) => accounts.get(recipient) ?? '')
    .toSorted();
}
const haveAll = async (of: Awaited<ReturnType<typeof derivedOf>>) => Promise.all([of.letter, of.circular, of.byLetter].map(have));
const BOTH = [
  ['he', 'wang'],
  ['he', 'wang'],
  ['he', 'wang'],
];
const KEPT = [['wang'], ['wang'], ['wang']];

test('a clue that is kept to a circle takes back what was told of letters and circulars from it, also of what was merged into it', async () => {
  const { li, wang, zhou } = fixture.people;
  const [own, into, other] = [await registered(), await registered(), await registered()];
  const of = await Promise.all([own, into, other].map(derivedOf));
  const [ofOwn, ofInto, ofOther] = of;
  if (!ofOwn || !ofInto || !ofOther) throw new Error('three were made');
  const plain = await letterFrom({ kind: 'finding', id: await finding() });
  await take(own, wang, { step: 'assign', assigneeId: zhou.id });
  await take(own, zhou, { step: 'merge', intoId: into, reason });
  // Both what has arrived and what is on its way.
  await arrive();
  const late = await letterFrom({ kind: 'clue', id: into });
  expect([await haveAll(ofOwn), await haveAll(ofInto), await have(late), await have(own)]).toEqual([
    BOTH,
    BOTH,
    ['he', 'wang'],
    ['zhou'],
  ]);
  await take(into, wang, { step: 'restrict', userIds: [wang.id, li.id], reason });
  expect([await haveAll(ofOwn), await haveAll(ofInto), await have(late), await have(own)]).toEqual([KEPT, KEPT, ['wang'], []]);
  expect([await haveAll(ofOther), await have(plain)]).toEqual([BOTH, ['he', 'wang']]);
});

test('what a letter of a merged clue brings later is told to the circle alone, and to its unit', async () => {
  const { li, wang, water } = fixture.people;
  const [own, into] = [await registered(), await registered()];
  const { letter } = await derivedOf(own);
  await take(own, li, { step: 'merge', intoId: into, reason });
  await take(into, wang, { step: 'restrict', userIds: [wang.id], reason });
  const of = { letterId: letter, covers: [] } as const;
  await fixture.letters.take(Reach.of({ user: wang }), wang, { ...of, revision: 1, request: { step: 'issue' } });
  const units = UnitReach.of({ user: water });
  const given = { step: 'answer', measures: '重办', outcome: '办结', documents: [] as string[] } as const;
  for (const request of [{ step: 'receive' }, given] as const) {
    const revision = await revisionOf('supervision_letter', letter);
    await fixture.letters.takeForUnit(units, water, { letterId: letter, revision, request });
  }
  expect(await have(letter)).toEqual(['wang', 'water']);
});

test('whoever withdraws from a clue that is kept to a circle is left with nothing of its letters either', async () => {
  const { li, wang } = fixture.people;
  const clueId = await registered();
  await take(clueId, wang, { step: 'restrict', userIds: [wang.id, li.id, he.id], reason });
  const of = await derivedOf(clueId);
  await arrive();
  expect(await haveAll(of)).toEqual(BOTH);
  await take(clueId, wang, { step: 'recuse', userId: he.id, reason });
  expect(await haveAll(of)).toEqual(KEPT);
});

const waitingSchema = z.object({ waiting: z.int() });
/** Until somebody waits for a row that another holds, or the work is done without. */
async function untilHeldUpOr(work: Promise<unknown>): Promise<void> {
  const isDone = () => Promise.race([work.then(() => true), timerPause(5).then(() => false)]);
  const sql = `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while (!(await isDone()) && (await row(fixture.pool, waitingSchema, sql, [])).waiting === 0);
}

test('what is told of a letter or circular in the moment in which its clue is kept to a circle is told to the circle', async () => {
  const { li, wang } = fixture.people;
  const [by, reach] = [li, Reach.of({ user: li })];
  const revised = { revision: 1, covers: [] } as const;
  const ofLetter = (letterId: string) =>
    fixture.letters.take(reach, by, { ...revised, letterId, request: { step: 'revise', ...LETTER, cover: false } });
  const ofCircular = (circularId: string) =>
    fixture.circulars.take(reach, by, { ...revised, circularId, request: { step: 'revise', ...CIRCULAR, unitCodes: ['WATER'] } });
  for (const kind of ['letter', 'circular', 'byLetter'] as const) {
    const clueId = await registered();
    const { [kind]: id } = await derivedOf(clueId);
    await execute(fixture.pool, 'DELETE FROM notice_delivery WHERE subject_id = $1', [id]);
    let telling: Promise<unknown> = Promise.resolve();
    await inTransaction(fixture.pool, async (client) => {
      await execute(client, 'UPDATE clue SET circle = $2 WHERE id = $1', [clueId, [wang.id, li.id]]);
      telling = kind === 'letter' ? ofLetter(id) : ofCircular(id);
      await untilHeldUpOr(telling);
    });
    await telling;
    expect(await have(id)).toEqual(['wang']);
  }
});

test('what was left in the inboxes before is taken back by the migration', async () => {
  const { li, wang } = fixture.people;
  const [own, into] = [await registered(), await registered()];
  const of = [await derivedOf(own), await derivedOf(into)] as const;
  await take(own, li, { step: 'merge', intoId: into, reason });
  await take(into, wang, { step: 'restrict', userIds: [wang.id, li.id], reason });
  await arrive('cancelled');
  expect([await haveAll(of[0]), await haveAll(of[1])]).toEqual([BOTH, BOTH]);
  const sql = await readFile(join(import.meta.dirname, '../migrations/167_kept_notices.sql'), 'utf8');
  await fixture.pool.query(sql.split('-- Down Migration')[0] ?? '');
  expect([await haveAll(of[0]), await haveAll(of[1])]).toEqual([KEPT, KEPT]);
});
