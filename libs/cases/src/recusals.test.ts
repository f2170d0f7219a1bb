import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { DAY_MS } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { ClueBench } from './clue-bench.js';
import { EAST, startClues, type CluesFixture } from './clues.test-fixture.js';
import { isRecused } from './recusals.js';
import { MAX_TOLD_AT_ONCE } from './telling.js';

let fixture: CluesFixture;
let stored = 0;
/** Leaders besides wang. */
let chen: User;
beforeAll(async () => {
  fixture = await startClues();
  const asked = { displayName: '陈立', role: 'commission-leader', townshipCodes: null, mustChangePassword: false } as const;
  const made = await fixture.users.create({ account: 'chen', password: 'Clues-2026-xyz', ...asked });
  if (!made) throw new Error('chen is there already');
  chen = made;
});
afterAll(() => fixture.stop());

const reason = '按程序办理';
const AWAY = '您已在这条线索上回避，不能再办理。';

/** As one sees it who is in each circle. */
async function detail(clueId: string) {
  const found = await fixture.queries.get(Reach.of({ user: fixture.people.li }), clueId);
  if (!found) throw new Error(`no clue ${clueId}`);
  return found;
}
async function take(clueId: string, taker: User, request: StepRequest): Promise<void> {
  const { revision } = (await detail(clueId)).clue;
  await fixture.clues.take(Reach.of({ user: taker }), taker, { clueId, revision, request });
}
/** A clue of so many findings. */
async function clueOf(count = 1): Promise<string> {
  const findingIds = Array.from({ length: count }, () => `R${++stored}`);
  for (const id of findingIds) await fixture.store(id);
  return (await fixture.clues.register(WHOLE_COUNTY, fixture.people.li, { findingIds, reason: null })).clueId;
}
const recuse = (clueId: string, user: User) =>
  take(clueId, fixture.people.li, { step: 'recuse', userId: user.id, reason: '与被反映人是亲属' });
/** Splits the first finding off; returns the clue that it becomes. */
async function splitOff(clueId: string): Promise<string> {
  const [findingId = ''] = (await detail(clueId)).facts.findingIds;
  await take(clueId, fixture.people.li, { step: 'split', findingIds: [findingId], reason });
  const last = (await detail(clueId)).steps.at(-1)?.content;
  return last?.step === 'split' ? last.otherId : '';
}
/** In the hands of li, with a disposal that waits. */
async function proposed(clueId: string): Promise<void> {
  const { li, qian } = fixture.people;
  await take(clueId, qian, { step: 'assign', assigneeId: li.id });
  await take(clueId, li, { step: 'verify', verdict: 'confirmed', report: reason });
  await take(clueId, li, { step: 'propose', disposal: 'talk-or-letter', reason });
}
/** What waits for the person. */
async function awaited(user: User): Promise<readonly string[]> {
  const { items } = await new ClueBench(fixture.pool).awaiting(Reach.of({ user }), { userId: user.id, role: user.role }, 100);
  return items.map(({ clue }) => clue.id);
}

/** Of a clue that came of the one from which wang has withdrawn. */
async function staysAway(clueId: string): Promise<void> {
  const { wang, qian, li } = fixture.people;
  const requests: StepRequest[] = [
    { step: 'assign', assigneeId: li.id },
    { step: 'suspend', reason },
    { step: 'transfer', authority: '市纪委', document: '函', reason },
    { step: 'restrict', userIds: [wang.id, li.id], reason },
  ];
  for (const request of requests) await expect(take(clueId, wang, request)).rejects.toThrow(AWAY);
  await expect(take(clueId, chen, { step: 'restrict', userIds: [wang.id, li.id], reason })).rejects.toThrow('不能列入知悉范围');
  await proposed(clueId);
  expect([(await awaited(wang)).includes(clueId), (await awaited(chen)).includes(clueId)]).toEqual([false, true]);
  await expect(take(clueId, wang, { step: 'approve' })).rejects.toThrow(AWAY);
  await expect(take(clueId, wang, { step: 'send-back', reason })).rejects.toThrow(AWAY);
  await take(clueId, chen, { step: 'approve' });
  expect((await detail(clueId)).clue.state).toBe('handling');
  expect((await detail(clueId)).unbroken).toBe(true);
  expect(await isRecused(fixture.pool, clueId, qian.id)).toBe(false);
}

describe('whoever has withdrawn from a clue', () => {
  test('neither approves nor directs the one that it was merged into, nor gets into its circle', async () => {
    const { wang, li } = fixture.people;
    const [own, into] = [await clueOf(), await clueOf()];
    await recuse(own, wang);
    await take(own, li, { step: 'merge', intoId: into, reason });
    await staysAway(into);
  });

  test('nor the one that was split off of it, or of what it was merged into; of a later recusal the part knows nothing', async () => {
    const { wang, li, sun } = fixture.people;
    const [own, into] = [await clueOf(2), await clueOf()];
    await recuse(own, wang);
    const part = await splitOff(own);
    await recuse(own, sun);
    expect([await isRecused(fixture.pool, part, wang.id), await isRecused(fixture.pool, part, sun.id)]).toEqual([true, false]);
    await take(own, li, { step: 'merge', intoId: into, reason });
    const ofBoth = await splitOff(into);
    expect([await isRecused(fixture.pool, ofBoth, wang.id), await isRecused(fixture.pool, ofBoth, sun.id)]).toEqual([true, true]);
    await staysAway(part);
    await staysAway(ofBoth);
  });

  test('does not bring another clue into it', async () => {
    const { sun } = fixture.people;
    const [own, into] = [await clueOf(), await clueOf()];
    await recuse(into, sun);
    await expect(take(own, sun, { step: 'merge', intoId: into, reason })).rejects.toThrow(
      /您已在线索〔2026〕\d{4}号上回避，须由另一人合并。/,
    );
    expect((await detail(own)).clue.state).toBe('registered');
  });

  test('is not put in the know by the platform, either, where no leader of the circle is left', async () => {
    const { wang, li } = fixture.people;
    const id = await clueOf(2);
    await take(id, chen, { step: 'restrict', userIds: [chen.id, li.id], reason });
    await recuse(id, wang);
    const part = await splitOff(id);
    const lock = (atMs: number | null) =>
      execute(fixture.pool, 'UPDATE access_user SET locked_at_ms = $2 WHERE id = $1', [chen.id, atMs]);
    await lock(1);
    await fixture.watch.round();
    // Nothing is left to be done, either: the round after it would never end.
    expect(await fixture.watch.round()).toBe(0);
    await lock(null);
    for (const clueId of [id, part])
      expect((await detail(clueId)).facts.circleIds?.toSorted()).toEqual([chen.id, li.id].toSorted());
  });
});

test('parts of before have the recusals of then, by their steps', async () => {
  const { wang, li, sun } = fixture.people;
  const [own, into] = [await clueOf(3), await clueOf(2)];
  await recuse(own, wang);
  const [part, another] = [await splitOff(own), await splitOff(own)];
  await recuse(own, sun);
  await take(own, li, { step: 'merge', intoId: into, reason });
  const ofBoth = await splitOff(into);
  await execute(fixture.pool, 'DROP TABLE clue_carried_recusal');
  const sql = await readFile(join(import.meta.dirname, '../migrations/060_carried_recusals.sql'), 'utf8');
  await fixture.pool.query(sql.split('-- Down Migration')[0] ?? '');
  const carried = await rows(
    fixture.pool,
    z.object({ clue_id: z.string(), user_id: z.string() }),
    'SELECT clue_id, user_id FROM clue_carried_recusal WHERE clue_id = ANY($1) ORDER BY clue_id, user_id',
    [[part, another, ofBoth]],
  );
  const expected = [
    { clue_id: part, user_id: wang.id },
    { clue_id: another, user_id: wang.id },
    { clue_id: ofBoth, user_id: wang.id },
    { clue_id: ofBoth, user_id: sun.id },
  ];
  const text = (one: { clue_id: string; user_id: string }) => `${one.clue_id} ${one.user_id}`;
  expect(carried.map(text).toSorted()).toEqual(expected.map(text).toSorted());
});

describe('whoever has withdrawn is told nothing more', () => {
  const report = reason;
  const toldSchema = z.object({ kind: z.string(), recipient: z.string(), state: z.string() });
  /** What was told of it, by kind: to whom, by account. */
  async function told(subjectId: string): Promise<Record<string, string[]>> {
    const accounts = new Map((await fixture.users.list()).map(({ id, account }) => [id, account]));
    const sql = 'SELECT kind, recipient, state FROM notice_delivery WHERE subject_id = $1';
    const all = await rows(fixture.pool, toldSchema, sql, [subjectId]);
    const byKind = Map.groupBy(all, ({ kind }) => kind);
    const names = (of: typeof all) => of.map(({ recipient }) => accounts.get(recipient) ?? '').toSorted();
    return Object.fromEntries([...byKind].map(([kind, of]) => [kind, names(of)]));
  }
  const holds = async (clueId: string, value: boolean) => {
    const [id] = (await detail(clueId)).facts.findingIds;
    await execute(fixture.pool, 'UPDATE finding SET holds = $2 WHERE id = $1', [id, value]);
    await fixture.watch.round();
  };

  test('of deadlines that are near or over, also of what the clue was merged into or became', async () => {
    const { wang, li } = fixture.people;
    const [own, into] = [await clueOf(2), await clueOf()];
    await recuse(own, wang);
    const part = await splitOff(own);
    await take(own, li, { step: 'merge', intoId: into, reason });
    const dueAtMs = Math.max(...(await Promise.all([into, part].map(detail))).map(({ clue }) => clue.dueAtMs ?? 0));
    fixture.countyClock.advanceTo(dueAtMs - DAY_MS);
    await fixture.watch.round();
    fixture.countyClock.advanceTo(dueAtMs + 1);
    await fixture.watch.round();
    const others = { 'clue-due-soon': ['chen', 'qian'], 'clue-overdue': ['chen', 'qian'] };
    expect([await told(into), await told(part)]).toEqual([others, others]);
  });

  test('of what the data say, and of a problem that is back', async () => {
    const { wang, li, qian } = fixture.people;
    const clueId = await clueOf();
    await take(clueId, qian, { step: 'assign', assigneeId: li.id });
    for (const user of [li, wang]) await take(clueId, qian, { step: 'recuse', userId: user.id, reason });
    await holds(clueId, false);
    expect(await told(clueId)).toEqual({ 'clue-assigned': ['li'], 'clue-data-changed': ['chen', 'qian'] });
    const { sun } = fixture.people;
    await take(clueId, qian, { step: 'assign', assigneeId: sun.id });
    await take(clueId, sun, { step: 'verify', verdict: 'confirmed', report });
    await take(clueId, sun, { step: 'propose', disposal: 'talk-or-letter', reason });
    await take(clueId, chen, { step: 'approve' });
    await take(clueId, sun, { step: 'report', outcome: 'conclude', report });
    await take(clueId, qian, { step: 'close', report });
    await holds(clueId, true);
    expect(await told(clueId)).toMatchObject({ 'clue-rebounded': ['chen', 'qian', 'sun'] });
  });

  test('of what is on its way, of the clue and of its findings; what has arrived stays', async () => {
    const { wang, li } = fixture.people;
    const clueId = await clueOf();
    const [findingId = ''] = (await detail(clueId)).facts.findingIds;
    const tell = (kind: string, subjectId: string, by: { recipient: string; kind: string; state: string }) =>
      execute(
        fixture.pool,
        `INSERT INTO notice_delivery (subject_kind, subject_id, round, kind, channel, recipient, severity, title, body, occurred_at_ms, path, state,
           next_attempt_at_ms, created_at_ms) VALUES ($1, $2, 0, $3, 'inbox', $4, 2, '', '', 1, '/', $5, 1, 1)`,
        [kind, subjectId, by.kind, by.recipient, by.state],
      );
    for (const user of [wang, li]) {
      await tell('finding', findingId, { recipient: user.id, kind: 'opened', state: 'waiting' });
      await tell('clue', clueId, { recipient: user.id, kind: 'clue-overdue', state: 'waiting' });
      await tell('clue', clueId, { recipient: user.id, kind: 'clue-due-soon', state: 'delivered' });
    }
    await recuse(clueId, wang);
    const sql = 'SELECT kind, recipient, state FROM notice_delivery WHERE subject_id = ANY($1) AND recipient = $2 ORDER BY kind';
    const statesOf = async (user: User) =>
      (await rows(fixture.pool, toldSchema, sql, [[clueId, findingId], user.id])).map(({ kind, state }) => `${kind} ${state}`);
    expect(await statesOf(wang)).toEqual(['clue-due-soon delivered', 'clue-overdue cancelled', 'opened cancelled']);
    expect(await statesOf(li)).toEqual(['clue-due-soon delivered', 'clue-overdue waiting', 'opened waiting']);
  });

  test('of a deadline that is near: told to the handler, who then withdraws, it is told to those who give it out anew', async () => {
    const { li, wang, qian } = fixture.people;
    const clueId = await clueOf();
    await take(clueId, qian, { step: 'assign', assigneeId: li.id });
    await take(clueId, li, { step: 'verify', verdict: 'confirmed', report });
    const dueAtMs = (await detail(clueId)).clue.dueAtMs ?? 0;
    fixture.countyClock.advanceTo(dueAtMs - 1);
    await fixture.watch.round();
    expect((await told(clueId))['clue-due-soon']).toEqual(['li']);
    // It waits for the morning, or has arrived: either way nobody else has heard of it.
    await execute(fixture.pool, `UPDATE notice_delivery SET state = 'waiting' WHERE subject_id = $1`, [clueId]);
    await take(clueId, qian, { step: 'recuse', userId: li.id, reason });
    await take(clueId, qian, { step: 'recuse', userId: wang.id, reason });
    expect((await detail(clueId)).clue.dueAtMs).toBe(dueAtMs);
    await fixture.watch.round();
    await fixture.watch.round();
    expect((await told(clueId))['clue-due-soon']).toEqual(['chen', 'li', 'qian']);
    // Of those who withdraw while it is the turn of others, these have been told.
    await take(clueId, qian, { step: 'recuse', userId: chen.id, reason });
    await fixture.watch.round();
    expect((await told(clueId))['clue-due-soon']).toEqual(['chen', 'li', 'qian']);
  });

  test('of a deadline for which nobody is left, whoever comes to lead is told', async () => {
    const own = await clueOf();
    for (const one of await fixture.users.list())
      await execute(fixture.pool, 'INSERT INTO clue_carried_recusal (clue_id, user_id) VALUES ($1, $2)', [own, one.id]);
    const { dueAtMs } = (await detail(own)).clue;
    fixture.countyClock.advanceTo((dueAtMs ?? 0) + 1);
    await fixture.watch.round();
    expect(await told(own)).not.toHaveProperty('clue-overdue');
    const asked = { displayName: '韩平', role: 'commission-leader', townshipCodes: null, mustChangePassword: false } as const;
    await fixture.users.create({ account: 'han', password: 'Clues-2026-xyz', ...asked });
    await fixture.watch.round();
    await fixture.watch.round();
    expect((await told(own))['clue-overdue']).toEqual(['han']);
  });

  test('of what the data say, and of a problem that is back, too, where nobody was left', async () => {
    const { qian, li, sun } = fixture.people;
    const [changed, back, taken] = [await clueOf(), await clueOf(), await clueOf()];
    for (const clueId of [back, taken]) {
      await take(clueId, qian, { step: 'assign', assigneeId: li.id });
      await take(clueId, li, { step: 'verify', verdict: 'confirmed', report });
      await take(clueId, li, { step: 'propose', disposal: 'talk-or-letter', reason });
      await take(clueId, chen, { step: 'approve' });
      await take(clueId, li, { step: 'report', outcome: 'conclude', report });
      await take(clueId, qian, { step: 'close', report });
      await holds(clueId, false);
    }
    for (const one of await fixture.users.list())
      for (const clueId of [changed, back, taken])
        await execute(fixture.pool, 'INSERT INTO clue_carried_recusal (clue_id, user_id) VALUES ($1, $2)', [clueId, one.id]);
    await holds(changed, false);
    for (const clueId of [back, taken]) await holds(clueId, true);
    // What the data say after that is less than that it is open again.
    for (const supported of [false, true]) await holds(back, supported);
    expect((await detail(changed)).steps.at(-1)?.content.step).toBe('support-lost');
    expect([(await detail(back)).clue.state, (await detail(taken)).clue.state]).toEqual(['registered', 'registered']);
    expect(await fixture.watch.round()).toBe(0);
    expect(await told(changed)).toEqual({});
    expect(await told(back)).not.toHaveProperty('clue-rebounded');
    // Whoever is given it in between knows what it is about.
    await execute(fixture.pool, `UPDATE clue SET state = 'verifying', assignee_id = $2 WHERE id = $1`, [taken, sun.id]);
    const asked = { displayName: '沈和', role: 'commission-leader', townshipCodes: null, mustChangePassword: false } as const;
    await fixture.users.create({ account: 'shen', password: 'Clues-2026-xyz', ...asked });
    await fixture.watch.round();
    await fixture.watch.round();
    expect((await told(changed))['clue-data-changed']).toEqual(['shen']);
    expect((await told(back))['clue-rebounded']).toEqual(['shen']);
    expect(await told(taken)).not.toHaveProperty('clue-rebounded');
  });

  test('more of such deadlines than are told at once keep no other waiting', async () => {
    const clueId = await clueOf();
    const { dueAtMs } = (await detail(clueId)).clue;
    const many = `FROM generate_series(1, ${MAX_TOLD_AT_ONCE + 1}) n`;
    await execute(
      fixture.pool,
      `INSERT INTO clue (id, year, number, title, townships, state, registered_at_ms, state_since_ms, changed_at_ms, due_at_ms, steps, head_hash)
       SELECT 'a' || n, 2026, 5000 + n, '超期未办', ARRAY[$1], 'registered', 1, 1, 1, $2, 1, '' ${many}`,
      [EAST, dueAtMs],
    );
    await execute(
      fixture.pool,
      `INSERT INTO clue_carried_recusal (clue_id, user_id) SELECT 'a' || n, u.id ${many} CROSS JOIN access_user u`,
    );
    fixture.countyClock.advanceTo((dueAtMs ?? 0) + 1);
    await fixture.watch.round();
    expect((await told(clueId))['clue-overdue']).toContain('wang');
  });
});
