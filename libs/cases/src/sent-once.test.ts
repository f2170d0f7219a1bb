import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { openPool, row } from '@tianyan/postgres';
import { z } from 'zod';
import type { StepRequest } from './api/index.js';
import { startClues, type CluesFixture } from './clues.test-fixture.js';
import type { Sent, StepReceipt } from './sent-once.js';

let fixture: CluesFixture;
beforeAll(async () => {
  fixture = await startClues();
});
afterAll(() => fixture.stop());

const reason = '按程序办理';
let stored = 0;
async function finding(): Promise<string> {
  const id = `O${++stored}`;
  await fixture.store(id);
  return id;
}

/** Sent under a key, with what was put on record of it. */
function under(key: string): Sent & { recorded: (StepReceipt | null)[] } {
  const recorded: (StepReceipt | null)[] = [];
  return {
    key,
    recorded,
    record: async (_, receipt) => {
      recorded.push(receipt);
    },
  };
}

const register = (findingId: string, sent: Sent, taker: User = fixture.people.li) =>
  fixture.clues.register(WHOLE_COUNTY, taker, { findingIds: [findingId], reason: null }, sent);
const take = (clueId: string, revision: number, request: StepRequest, sent: Sent, taker: User = fixture.people.wang) =>
  fixture.clues.take(WHOLE_COUNTY, taker, { clueId, revision, request }, sent);
const stepsOf = async (id: string) =>
  (await fixture.queries.get(WHOLE_COUNTY, id))?.steps.map(({ content }) => content.step) ?? [];
const suspend = { step: 'suspend', reason } as const;

describe('what is sent again under its key', () => {
  test('is one step, however often and at once, and is on record once', async () => {
    const id = await finding();
    const registering = under('register-1');
    const registered = await Promise.all(Array.from({ length: 6 }, () => register(id, registering)));
    const [{ clueId, seq, hash } = { clueId: '', seq: 0, hash: '' }] = registered;
    expect(new Set(registered.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(registering.recorded).toMatchObject([{ clueId, seq, hash }]);
    const sent = under('suspend-1');
    const taken = await Promise.all(Array.from({ length: 6 }, () => take(clueId, 1, suspend, sent)));
    expect(new Set(taken.map((one) => one.hash)).size).toBe(1);
    expect(await stepsOf(clueId)).toEqual(['register', 'suspend']);
    expect(sent.recorded).toHaveLength(1);
  });

  test('is known again after later steps, and by whoever has read the clue again meanwhile', async () => {
    const { clueId } = await register(await finding(), under('register-2'));
    const first = await take(clueId, 1, suspend, under('suspend-2'));
    await take(clueId, 2, { step: 'resume', reason }, under('resume-2'));
    expect(await take(clueId, 3, suspend, under('suspend-2'))).toEqual(first);
    expect(await stepsOf(clueId)).toEqual(['register', 'suspend', 'resume']);
    // Without a key, and under another, it is another.
    await take(clueId, 3, suspend, under('suspend-2b'));
    expect(await stepsOf(clueId)).toHaveLength(4);
  });

  test('with another content is refused, and nothing is done; of another person it is another', async () => {
    const { clueId } = await register(await finding(), under('register-3'));
    await take(clueId, 1, suspend, under('shared-key'));
    const other = { step: 'resume', reason } as const;
    await expect(take(clueId, 2, other, under('shared-key'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('内容不同'),
    });
    expect(await stepsOf(clueId)).toEqual(['register', 'suspend']);
    await take(clueId, 2, other, under('shared-key'), fixture.people.qian);
    expect(await stepsOf(clueId)).toEqual(['register', 'suspend', 'resume']);
  });

  test('and was refused before is asked anew', async () => {
    const { clueId } = await register(await finding(), under('register-4'));
    const resume = { step: 'resume', reason } as const;
    await expect(take(clueId, 1, resume, under('resume-4'))).rejects.toMatchObject({ code: 'conflict' });
    await take(clueId, 1, suspend, under('suspend-4'));
    expect((await take(clueId, 2, resume, under('resume-4'))).seq).toBe(3);
  });

  test('and could not be put on record was not done', async () => {
    const { clueId } = await register(await finding(), under('register-5'));
    const broken: Sent = { key: 'suspend-5', record: () => Promise.reject(new Error('the log is full')) };
    await expect(take(clueId, 1, suspend, broken)).rejects.toThrow('the log is full');
    expect(await stepsOf(clueId)).toEqual(['register']);
    expect((await take(clueId, 1, suspend, under('suspend-5'))).seq).toBe(2);
  });

  test('and changes two clues puts a step of each on record, once', async () => {
    const { li } = fixture.people;
    const findingIds = [await finding(), await finding()];
    const { clueId } = await fixture.clues.register(WHOLE_COUNTY, li, { findingIds, reason: null });
    const hashesOf = async (id: string) => (await fixture.queries.get(WHOLE_COUNTY, id))?.steps.map(({ hash }) => hash);
    const split = { step: 'split', findingIds: findingIds.slice(0, 1), reason } as const;
    const splitting = under('split-7');
    const first = await take(clueId, 1, split, splitting, li);
    expect((await take(clueId, 1, split, splitting, li)).hash).toBe(first.hash);
    const [ofSplit, ofNew, ...more] = splitting.recorded;
    expect([ofSplit, more]).toEqual([first, []]);
    const newId = ofNew?.clueId ?? '';
    expect(await hashesOf(newId)).toEqual([ofNew?.hash]);
    const merging = under('merge-7');
    const merge = { step: 'merge', intoId: newId, reason } as const;
    for (const revision of [2, 2]) await take(clueId, revision, merge, merging, li);
    expect(merging.recorded.map((one) => one?.clueId)).toEqual([clueId, newId]);
    expect((await hashesOf(newId))?.at(-1)).toBe(merging.recorded[1]?.hash);
    expect((await hashesOf(clueId))?.at(-1)).toBe(merging.recorded[0]?.hash);
  });

  test('of a decision about a finding: it is dismissed once, and taken back once', async () => {
    const { li } = fixture.people;
    const findingId = await finding();
    const statusOf = async () =>
      (await row(fixture.pool, z.object({ status: z.string() }), 'SELECT status FROM finding WHERE id = $1', [findingId])).status;
    const dismissing = under('dismiss-1');
    const dismiss = () =>
      fixture.clues.dismissFinding(WHOLE_COUNTY, li, { findingId, reason, dismissal: 'unfounded' }, dismissing);
    await Promise.all([dismiss(), dismiss()]);
    expect([await statusOf(), dismissing.recorded]).toEqual(['dismissed', [null]]);
    const reopen = () => fixture.clues.reopenFinding(WHOLE_COUNTY, li, { findingId, reason }, under('reopen-1'));
    expect([await reopen(), await reopen(), await statusOf()]).toEqual([null, null, 'open']);
  });
});

test('a step needs one connection: those who wait under its key, each holding one, do not keep it from a second', async () => {
  const { li, wang, sun } = fixture.people;
  const { clueId } = await register(await finding(), under('register-6'));
  const own = openPool({
    databaseUrl: fixture.postgres.databaseUrl,
    maxConnections: 1,
    // Who waited for a second one is told, and does not wait for ever.
    connectTimeoutMs: 5_000,
    onIdleCut: () => undefined,
  });
  try {
    const { clues, handOver } = fixture.over(own);
    const reach = Reach.of({ user: wang });
    const assign = { step: 'assign', assigneeId: li.id } as const;
    const takeOne = (revision: number, request: StepRequest, sent: Sent) =>
      clues.take(reach, wang, { clueId, revision, request }, sent);
    const sent = under('assign-6');
    const taken = await Promise.all([1, 2, 3].map(() => takeOne(1, assign, sent)));
    expect(taken.map(({ seq }) => seq)).toEqual([2, 2, 2]);
    await expect(takeOne(1, assign, under('assign-late-6'))).rejects.toThrow('王刚 已于');
    await handOver.handOver(reach, wang, { clueId, fromId: li.id, toId: sun.id, reason });
    const circle = [wang.id, sun.id, li.id];
    await takeOne(3, { step: 'restrict', userIds: circle, reason }, under('restrict-6'));
    await takeOne(4, { step: 'recuse', userId: li.id, reason }, under('recuse-6'));
    const steps = (await fixture.queries.get(reach, clueId))?.steps.map(({ content }) => content.step);
    expect(steps).toEqual(['register', 'assign', 'hand-over', 'restrict', 'recuse']);
  } finally {
    await own.end();
  }
});
