import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { execute, row } from '@tianyan/postgres';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { CluePeople, NameKnownError } from './clue-people.js';
import { startClues, WEST, type CluesFixture } from './clues.test-fixture.js';

let fixture: CluesFixture;
let people: CluePeople;
let stored = 0;
let named = 0;
beforeAll(async () => {
  fixture = await startClues();
  people = new CluePeople(fixture.pool);
});
afterAll(() => fixture.stop());

const reason = '按程序办理';
const unnamed = () => `陈第${++named}`;

/** A clue in the hands of somebody. */
async function clueOf(handler: User, township?: string): Promise<string> {
  const id = `P${++stored}`;
  await fixture.store(id, township === undefined ? {} : { township });
  const { clueId } = await fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds: [id], reason: null });
  await take(clueId, fixture.people.wang, { step: 'assign', assigneeId: handler.id });
  return clueId;
}
async function take(clueId: string, taker: User, request: StepRequest): Promise<void> {
  const reach = Reach.of({ user: taker });
  const found = await fixture.queries.get(reach, clueId);
  if (!found) throw new Error(`${taker.account} sees no clue ${clueId}`);
  await fixture.clues.take(reach, taker, { clueId, revision: found.clue.revision, request });
}
/** Names somebody; returns the entry. */
async function name(clueId: string, taker: User, whom: { name: string; sameAsId?: string | null }): Promise<string> {
  await take(clueId, taker, { step: 'add-person', unit: '东河镇', ...whom });
  const found = await fixture.queries.get(WHOLE_COUNTY, clueId);
  return found?.facts.personIds.at(-1) ?? '';
}
const find = (user: User, clueId: string, personId: string) => people.find(Reach.of({ user }), { clueId, personId });
const clueIdsOf = async (user: User, clueId: string, personId: string) =>
  (await find(user, clueId, personId))?.clueIds.toSorted() ?? null;
const sameNamed = async (user: User, whose: string) =>
  (await people.sameNamed(Reach.of({ user }), whose)).map(({ id }) => id).toSorted();

describe('whoever names somebody', () => {
  test('says whether it is one of the same name who is known; without that, nobody is named', async () => {
    const { li } = fixture.people;
    const whose = unnamed();
    const [first, second, third] = [await clueOf(li), await clueOf(li), await clueOf(li)];
    const known = await name(first, li, { name: whose });
    expect(await sameNamed(li, whose)).toEqual([known]);
    await expect(name(second, li, { name: whose })).rejects.toThrow('已有同名的人员');
    expect((await fixture.queries.get(WHOLE_COUNTY, second))?.people).toEqual([]);
    const same = await name(second, li, { name: whose, sameAsId: known });
    const another = await name(third, li, { name: whose, sameAsId: null });
    expect(await clueIdsOf(li, first, known)).toEqual([first, second].toSorted());
    expect(await clueIdsOf(li, second, same)).toEqual([first, second].toSorted());
    expect(await clueIdsOf(li, third, another)).toEqual([third]);
  });

  test('cannot say it of somebody of another name, nor of whom they do not see', async () => {
    const { li, zhou } = fixture.people;
    const [whose, other] = [unnamed(), unnamed()];
    const far = await name(await clueOf(li, WEST), li, { name: whose });
    const elsewhere = await name(await clueOf(zhou), zhou, { name: other });
    const near = await clueOf(zhou);
    // Nobody of this name is known, as far as this person sees.
    expect(await sameNamed(zhou, whose)).toEqual([]);
    await expect(name(near, zhou, { name: whose, sameAsId: far })).rejects.toThrow('不在您看得到的同名人员里');
    await expect(name(near, zhou, { name: whose, sameAsId: elsewhere })).rejects.toThrow('不在您看得到的同名人员里');
    const entry = await name(near, zhou, { name: whose });
    expect(await clueIdsOf(li, near, entry)).toEqual([near]);
  });

  test('says so however many bear the name, of one of them by the entry', async () => {
    const { li } = fixture.people;
    const whose = unnamed();
    const [first, second] = [await clueOf(li), await clueOf(li)];
    const known = await name(first, li, { name: whose });
    const more = `INSERT INTO clue_person (id, clue_id, name, unit, identity_id, counted_as) SELECT $1 || n, $2, $3, '东河镇', $1 || n, $1 || n
      FROM generate_series(1, 50) n`;
    await execute(fixture.pool, more, [`${whose}-`, first, whose]);
    await expect(sameNamed(li, whose)).rejects.toMatchObject({ code: 'too-many' });
    await expect(name(second, li, { name: whose })).rejects.toThrow(NameKnownError);
    const same = await name(second, li, { name: whose, sameAsId: known });
    expect(await clueIdsOf(li, second, same)).toEqual([first, second].toSorted());
    const another = await name(second, li, { name: whose, sameAsId: null });
    expect(await clueIdsOf(li, second, another)).toEqual([second]);
  });

  test('finds whom somebody else names at the same moment', async () => {
    const { li } = fixture.people;
    const whose = unnamed();
    const [first, second] = [await clueOf(li), await clueOf(li)];
    const request: StepRequest = { step: 'add-person', unit: '东河镇', name: whose };
    const reach = Reach.of({ user: li });
    const revision = (await fixture.queries.get(reach, first))?.clue.revision ?? 0;
    let later: Promise<string> | null = null;
    const isWaiting = async () => {
      const sql = `SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
      return (await row(fixture.pool, z.object({ count: z.int() }), sql, [])).count > 0;
    };
    const record = async () => {
      later = name(second, li, { name: whose });
      const over = later.then(
        () => true,
        () => true,
      );
      while (!(await Promise.race([over, isWaiting()])));
    };
    await fixture.clues.take(reach, li, { clueId: first, revision, request }, { key: null, record });
    await expect(later).rejects.toThrow(NameKnownError);
  });

  test('is not told who is known elsewhere where nobody may be named', async () => {
    const { li, sun } = fixture.people;
    const whose = unnamed();
    await name(await clueOf(li), li, { name: whose });
    await expect(name(await clueOf(li), sun, { name: whose })).rejects.toThrow('您不是这条线索的承办人');
  });

  test('puts it right later, of that entry alone, if they handle the clue', async () => {
    const { li, sun } = fixture.people;
    const whose = unnamed();
    const [first, second] = [await clueOf(li), await clueOf(li)];
    const known = await name(first, li, { name: whose });
    const entry = await name(second, li, { name: whose, sameAsId: known });
    let recorded = 0;
    const identify = (user: User, sameAsId: string | null, newId: string) =>
      people.identify(Reach.of({ user }), { clueId: second, personId: entry, sameAsId, newId }, async () => void recorded++);
    await expect(identify(sun, null, 'new-1')).rejects.toMatchObject({ code: 'conflict' });
    expect(recorded).toBe(0);
    await identify(li, null, 'new-1');
    expect(await clueIdsOf(li, second, entry)).toEqual([second]);
    expect(await clueIdsOf(li, first, known)).toEqual([first]);
    // Oneself is nobody else.
    await expect(identify(li, entry, 'new-2')).rejects.toMatchObject({ code: 'invalid' });
    await identify(li, known, 'new-2');
    expect(await clueIdsOf(li, first, known)).toEqual([first, second].toSorted());
    expect(recorded).toBe(2);
    const nobody = { clueId: second, personId: 'none', sameAsId: null, newId: 'new-3' };
    await expect(people.identify(Reach.of({ user: li }), nobody, async () => undefined)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('the clues of a person are those that whoever asks may see', () => {
  test('by township: of whom none lies within reach is nobody', async () => {
    const { li, zhou } = fixture.people;
    const whose = unnamed();
    const [near, far] = [await clueOf(li), await clueOf(li, WEST)];
    const here = await name(near, li, { name: whose });
    const there = await name(far, li, { name: whose, sameAsId: here });
    expect(await clueIdsOf(li, near, here)).toEqual([near, far].toSorted());
    expect(await clueIdsOf(zhou, near, here)).toEqual([near]);
    expect(await sameNamed(zhou, whose)).toEqual([here]);
    expect(await find(zhou, far, there)).toBeNull();
    // Not by the way of a clue that they do see, either.
    expect(await find(zhou, near, there)).toBeNull();
    expect(await find(zhou, near, 'none')).toBeNull();
  });

  test('by circle, and not those from which they have withdrawn', async () => {
    const { li, wang, sun } = fixture.people;
    const whose = unnamed();
    const [open, secret, own] = [await clueOf(li), await clueOf(li), await clueOf(li)];
    const entry = await name(open, li, { name: whose });
    const kept = await name(secret, li, { name: whose, sameAsId: entry });
    await name(own, li, { name: whose, sameAsId: entry });
    expect(await clueIdsOf(sun, open, entry)).toHaveLength(3);
    await take(secret, wang, { step: 'restrict', userIds: [wang.id, li.id], reason });
    await take(own, wang, { step: 'recuse', userId: sun.id, reason: '与被反映人是亲属' });
    expect(await clueIdsOf(sun, open, entry)).toEqual([open]);
    expect(await sameNamed(sun, whose)).toEqual([entry]);
    expect(await find(sun, secret, kept)).toBeNull();
    expect(await clueIdsOf(wang, open, entry)).toHaveLength(3);
  });

  test('nor those into which a clue was merged from which they have withdrawn; nor may they handle it', async () => {
    const { li, wang, sun } = fixture.people;
    const whose = unnamed();
    const [own, into, sun2, third] = [await clueOf(li), await clueOf(li), await clueOf(sun), await clueOf(li)];
    const entry = await name(own, li, { name: whose });
    const open = await name(third, li, { name: whose, sameAsId: entry });
    await take(own, wang, { step: 'recuse', userId: sun.id, reason: '与被反映人是亲属' });
    // Who has withdrawn does not get it by the way of a clue in hand.
    await expect(take(own, li, { step: 'merge', intoId: sun2, reason })).rejects.toThrow('承办人已在这条线索上回避');
    await take(own, li, { step: 'merge', intoId: into, reason });
    expect(await clueIdsOf(wang, into, entry)).toEqual([into, own, third].toSorted());
    expect(await find(sun, into, entry)).toBeNull();
    expect(await sameNamed(sun, whose)).toEqual([open]);
    expect(await clueIdsOf(sun, third, open)).toEqual([third]);
    await expect(take(into, wang, { step: 'assign', assigneeId: sun.id })).rejects.toThrow('在并入它、分出它的线索上回避');
    expect([...(await fixture.queries.recusedFrom(WHOLE_COUNTY, into))]).toEqual([sun.id]);
    // Merged once more, it counts as before.
    await take(into, li, { step: 'merge', intoId: third, reason });
    expect(await sameNamed(sun, whose)).toEqual([]);
  });

  test('what was found out stays with a person through two merges', async () => {
    const { li } = fixture.people;
    const whose = unnamed();
    const [first, second, third] = [await clueOf(li), await clueOf(li), await clueOf(li)];
    const entry = await name(first, li, { name: whose });
    await take(first, li, { step: 'merge', intoId: second, reason });
    await take(second, li, { step: 'merge', intoId: third, reason });
    expect(await clueIdsOf(li, third, entry)).toEqual([first, second, third].toSorted());
  });

  test('what became part of another clue stays with it, with what was found out there', async () => {
    const { li } = fixture.people;
    const whose = unnamed();
    const [first, into] = [await clueOf(li), await clueOf(li)];
    const entry = await name(first, li, { name: whose });
    await take(first, li, { step: 'merge', intoId: into, reason });
    expect(await find(li, first, entry)).toBeNull();
    expect((await find(li, into, entry))?.clueIds).toEqual([into, first]);
  });
});

test('people of before are counted as one by name and unit, and are one person only where somebody says so', async () => {
  const { li } = fixture.people;
  const [first, second, third] = [await clueOf(li), await clueOf(li), await clueOf(li)];
  await execute(fixture.pool, 'DROP INDEX clue_person_identity, clue_person_name');
  await execute(fixture.pool, 'ALTER TABLE clue_person DROP COLUMN identity_id, DROP COLUMN counted_as');
  const old = 'INSERT INTO clue_person (id, clue_id, name, unit) VALUES ($1, $2, $3, $4)';
  await execute(fixture.pool, old, ['old-1', first, '旧同名', '东河镇']);
  await execute(fixture.pool, old, ['old-2', second, '旧同名', '东河镇']);
  await execute(fixture.pool, old, ['old-3', second, '旧同名', '西河镇']);
  const sql = await readFile(join(import.meta.dirname, '../migrations/050_person_identity.sql'), 'utf8');
  await fixture.pool.query(sql);
  const counted = 'SELECT count(DISTINCT counted_as)::int AS count FROM clue_person WHERE name = $1';
  const countOf = () => row(fixture.pool, z.object({ count: z.int() }), counted, ['旧同名']);
  expect(await countOf()).toEqual({ count: 2 });
  expect(await clueIdsOf(li, first, 'old-1')).toEqual([first]);
  // What is said of one of them says nothing of the other.
  const entry = await name(third, li, { name: '旧同名', sameAsId: 'old-1' });
  expect(await clueIdsOf(li, third, entry)).toEqual([first, third].toSorted());
  expect(await clueIdsOf(li, second, 'old-2')).toEqual([second]);
  expect(await countOf()).toEqual({ count: 2 });
  const asked = { clueId: first, personId: 'old-1', sameAsId: 'old-2', newId: 'old-new' };
  await people.identify(Reach.of({ user: li }), asked, async () => undefined);
  expect(await clueIdsOf(li, first, 'old-1')).toEqual([first, second].toSorted());
});
