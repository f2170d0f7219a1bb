import { Reach } from '@tianyan/access';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock, RefusedError, RetriableError, timerPause, uuidSource } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { loadPack } from '@tianyan/rules';
import { sourcesMigrations } from '@tianyan/sources';
import { findingsMigrations } from '../index.js';
import { RuleRunQueries } from '../run-log/rule-run-queries.js';
import { RuleRuns } from '../run-log/rule-runs.js';
import type { UncountedReason } from './switch-preview.js';
import { NO_DECISIONS } from './trial-decisions.js';
import type { TrialRequest } from './trial-run.js';
import { TrialStore } from './trial-store.js';
import type { TrialResult } from './trial.js';
import { MAX_WAITING_TRIALS, Trials } from './trials.js';

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let store: TrialStore;
let runs: RuleRuns;
const clock = new ManualClock(1_000_000);
/** Trials that were begun, each ended by the test. */
let begun: { request: TrialRequest; succeed: () => void; fail: (error: unknown) => void }[] = [];
const logged: unknown[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  store = new TrialStore(postgres.pool, new ManualClock(1_000_000));
  runs = new RuleRuns(postgres.pool, clock);
});
afterAll(() => postgres.stop());
beforeEach(() => {
  begun = [];
  logged.length = 0;
});

const [rule] = loadPack();
if (!rule) throw new Error('no rule is shipped');
/** Of whoever bears the id. */
const person = (id: string, townshipCodes: readonly string[] | null = null, problemClasses: readonly string[] | null = null) =>
  Reach.of({ user: { id, townshipCodes, problemClasses } } as Parameters<typeof Reach.of>[0]); // only what a reach is made of
const request = { rule, yaml: '', reach: person('p') };
const RESULT: TrialResult = {
  rule: { id: rule.id, version: 1, title: rule.title },
  roles: {},
  nowMs: 1,
  examples: [],
  scopes: 0,
  hits: 0,
  due: 0,
  perMonth: [],
  earlier: 0,
  perTownship: [],
  perUnit: [],
  furtherUnits: 0,
  samples: [],
  inputs: [],
  changes: null,
  standingVersion: null,
};

function processOf(
  previewSwitch: ConstructorParameters<typeof Trials>[0]['previewSwitch'] = () =>
    Promise.reject(new Error('nobody asks for it here')),
): Trials {
  const note = (_fields: object, message: string) => void logged.push(message);
  return new Trials({
    store,
    log: runs,
    clock,
    ids: uuidSource,
    // So that a test need not wait for a second.
    pause: (_delayMs, signal) => timerPause(5, signal),
    logger: { error: note, warn: note },
    previewSwitch,
    run: (asked) =>
      new Promise((resolve, reject) => {
        begun.push({ request: asked, succeed: () => resolve(RESULT), fail: reject });
        asked.signal.addEventListener('abort', () => reject(asked.signal.reason as Error));
      }),
  });
}

async function becomes(trials: Trials, id: string, account: string, state: string): Promise<void> {
  while ((await trials.find(person(account), id))?.state !== state);
}
async function beginning(count: number): Promise<void> {
  while (begun.length < count) await timerPause(1);
}

test('one at a time; as many wait as are named, and the next is told what to do', async () => {
  const trials = processOf();
  const people = Array.from({ length: MAX_WAITING_TRIALS + 1 }, (_none, i) => `p${i}`);
  const ids: string[] = [];
  for (const account of people) ids.push(await trials.start(account, request));
  const refused = { code: 'too-many', message: expect.stringContaining('请等一两分钟再试') };
  await expect(trials.start('late', request)).rejects.toMatchObject(refused);
  await becomes(trials, ids[0] ?? '', 'p0', 'running');
  // It is said to run before it does.
  await beginning(1);
  expect([begun.length, (await trials.find(person('p1'), ids[1] ?? ''))?.state]).toEqual([1, 'queued']);
  for (let i = 0; i < people.length; i++) {
    await beginning(i + 1);
    begun[i]?.succeed();
    await becomes(trials, ids[i] ?? '', people[i] ?? '', 'done');
  }
  expect(await trials.find(person('p0'), ids[0] ?? '')).toMatchObject({ progress: 1, result: RESULT });
});

test('how far it is can be asked of another process, which can end it', async () => {
  const [here, there] = [processOf(), processOf()];
  const id = await here.start('p', request);
  await beginning(1);
  begun[0]?.request.onProgress(0.5);
  while ((await there.find(person('p'), id))?.progress !== 0.5);
  await there.cancel(id, 'p');
  expect(await here.find(person('p'), id)).toMatchObject({ state: 'cancelled', result: null });
  while (begun[0]?.request.signal.aborted !== true) await timerPause(1);
  await expect(there.cancel(id, 'somebody else')).rejects.toMatchObject({ code: 'not-found' });
  // What comes after it is nobody's.
  await store.end(id, { state: 'done', result: RESULT });
  expect(await here.find(person('p'), id)).toMatchObject({ state: 'cancelled', result: null });
  await here.stop();
});

test.each([
  ['what is refused, with its words', new RefusedError('invalid', '例子太多'), '例子太多', 0],
  ['what may succeed later', new RetriableError('away'), '过一会儿再试', 0],
  ['a mistake of the program, which is logged', new Error('bug'), '运行日志', 1],
])('fails by %s', async (_name, error, words, logs) => {
  const trials = processOf();
  const id = await trials.start('p', request);
  await beginning(1);
  begun[0]?.fail(error);
  await becomes(trials, id, 'p', 'failed');
  expect((await trials.find(person('p'), id))?.failure).toContain(words);
  expect(logged.length).toBe(logs);
});

test('of whoever begins another the one before is ended, also by a page that is gone and in another process', async () => {
  const [here, there] = [processOf(), processOf()];
  const first = await here.start('p', request);
  await beginning(1);
  const second = await there.start('p', request);
  expect(await there.find(person('p'), first)).toMatchObject({ state: 'cancelled' });
  while (begun[0]?.request.signal.aborted !== true) await timerPause(1);
  await beginning(2);
  begun[1]?.succeed();
  await becomes(there, second, 'p', 'done');
});

describe('what was looked at before it is saved', () => {
  const values = { of: 'values', yaml: '', settings: [] } as const;
  const load = (id: string, judged: 'judged' | 'open') =>
    execute(
      postgres.pool,
      `INSERT INTO finding_load (id, kind, source, feed, types, judged_at) VALUES ($1, 'upload', 's', 'f', '{}', CASE WHEN $2 THEN clock_timestamp() END)`,
      [id, judged === 'judged'],
    );

  test('is of the data as they were when it began to read: not outdated by a load of before, told of one under way, outdated by its end', async () => {
    const trials = processOf();
    const [before, id] = [await trials.start('q', request), await trials.start('p', { ...request, settings: [] })];
    await beginning(1);
    // It waits for its turn, and sees all of it.
    await load('before', 'judged');
    begun[0]?.succeed();
    await becomes(trials, before, 'q', 'done');
    await beginning(2);
    const loads = async () => (await trials.find(person('p'), id))?.loads;
    expect(await loads()).toBe('none');
    await load('beside', 'open');
    begun[1]?.succeed();
    await becomes(trials, id, 'p', 'done');
    expect([await loads(), await trials.requirePreview(person('p'), id, values)]).toEqual([
      'open',
      { uncounted: 0, underWay: 0 },
    ]);
    await execute(postgres.pool, `UPDATE finding_load SET judged_at = clock_timestamp() WHERE id = 'beside'`);
    await expect(trials.requirePreview(person('p'), id, values)).rejects.toThrow('又有成批的数据载入完毕');
    expect(await loads()).toBe('taken-in');
  });

  test('is nothing to whoever sees less by then', async () => {
    const trials = processOf();
    const id = await trials.start('p', { ...request, settings: [] });
    await beginning(1);
    begun[0]?.succeed();
    await becomes(trials, id, 'p', 'done');
    for (const reach of [person('p', ['T1']), person('p', null, ['微腐败']), person('q')])
      await expect(trials.requirePreview(reach, id, values)).rejects.toThrow('请先点“看会多出、少掉哪些”');
    await trials.requirePreview(person('p'), id, values);
  });

  test.each<[string, (UncountedReason | null)[], number | null]>([
    ['nothing, where no rule was counted', ['fails', 'no-time'], null],
    ['seen, where some were: how many were not is told', ['fails', null, 'too-many'], 2],
    ['seen, where nothing would change', [], 0],
  ])('of several rules is %s', async (_name, outcomes, uncounted) => {
    const changes = { standing: 0, gained: 0, lost: 0, decided: { gained: NO_DECISIONS, lost: NO_DECISIONS } };
    const rules = outcomes.map((why, i) => {
      const counted = { changes: why === null ? changes : null, uncounted: why };
      return { id: `r${i}`, version: 1, title: null, effect: 'on' as const, ...counted };
    });
    const trials = processOf(() => Promise.resolve({ nowMs: 1, rules, unchanged: 0, followers: [] }));
    const change = { target: { kind: 'pack', id: 'county' }, enabled: true, sources: null } as const;
    const id = await trials.startSwitch('p', { change, epoch: 1, reach: person('p') });
    await becomes(trials, id, 'p', 'done');
    const required = trials.requirePreview(person('p'), id, { of: 'switch', change, epoch: 1 });
    if (uncounted === null) await expect(required).rejects.toThrow('一条规则也没有算出来');
    else expect(await required).toEqual({ uncounted, underWay: 0 });
  });
});

test('what a newer program has found, in words that this one does not know, is told as that and passes for nothing seen', async () => {
  const trials = processOf(() => Promise.resolve({ nowMs: 1, rules: [], unchanged: 0, followers: [] }));
  const change = { target: { kind: 'pack', id: 'county' }, enabled: true, sources: null } as const;
  const id = await trials.startSwitch('p', { change, epoch: 1, reach: person('p') });
  await becomes(trials, id, 'p', 'done');
  await execute(
    postgres.pool,
    `UPDATE finding_trial SET switched = '{"nowMs": 1, "rules": [{"effect": "not known yet"}], "unchanged": 0, "followers": []}' WHERE id = $1`,
    [id],
  );
  expect(await trials.find(person('p'), id)).toMatchObject({
    state: 'failed',
    switched: null,
    failure: expect.stringContaining('另一个版本的程序'),
  });
  const required = trials.requirePreview(person('p'), id, { of: 'switch', change, epoch: 1 });
  await expect(required).rejects.toThrow('看过这次开关的结果再保存');
});

test('a process that stops ends what it has, and says so', async () => {
  const trials = processOf();
  const first = await trials.start('p', request);
  const second = await trials.start('q', request);
  await beginning(1);
  await trials.stop();
  expect(await trials.find(person('p'), first)).toMatchObject({ state: 'failed', failure: expect.stringContaining('停止') });
  expect(await trials.find(person('q'), second)).toMatchObject({ state: 'failed', failure: expect.stringContaining('停止') });
  await expect(trials.start('p', request)).rejects.toMatchObject({ code: 'too-many' });
});

test('whoever sees less than when they asked for it does not see what came of it', async () => {
  const trials = processOf();
  const id = await trials.start('p', { ...request, reach: person('p', ['T1', 'T2'], ['微腐败']) });
  await beginning(1);
  begun[0]?.succeed();
  await becomes(trials, id, 'p', 'done');
  const asked = [person('p', ['T1', 'T2', 'T3'], ['微腐败']), person('p', ['T1'], ['微腐败']), person('p', null, ['形式主义'])];
  expect(await Promise.all(asked.map(async (of) => (await trials.find(of, id))?.state))).toEqual(['done', undefined, undefined]);
});

test('what a trial took stands in the log of the rule', async () => {
  const trials = processOf();
  const log = new RuleRunQueries(postgres.pool);
  const before = (await log.last(rule.id))[0]?.runs ?? 0;
  await trials.start('log', request);
  await beginning(1);
  clock.advanceBy(1_500);
  begun[0]?.succeed();
  while (((await log.last(rule.id))[0]?.runs ?? 0) === before) await timerPause(1);
  expect((await log.last(rule.id))[0]).toMatchObject({ kind: 'trial', slowestMs: 1_500 });
});
