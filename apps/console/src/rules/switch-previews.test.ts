import { Reach } from '@tianyan/access';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { builtInHolidays, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import {
  beginEpoch,
  ParameterSettings,
  RuleSwitches,
  runSwitchPreview,
  StandingFindings,
  SWITCH_PREVIEW_MAX_ATTEMPTS,
  type SwitchChange,
} from '@tianyan/findings';
import { DAY_MS, RetriableError, seededRng } from '@tianyan/kernel';
import { execute, inTransaction, lockInTransaction, row, rows } from '@tianyan/postgres';
import { parseRule, ruleTexts } from '@tianyan/rules';
import { shippedText } from '@tianyan/rules/testing';
import { ensureReferenceTable, type WarehouseReader } from '@tianyan/warehouse';
import { z } from 'zod';
import { ruleListSchema, startedTrialSchema, type RuleTrial, type SwitchPreview } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, ANALYST, COUNTY_NOW_MS, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';
import { endedTrial } from '../testing/ended-trial.js';
import { markJudged } from '../testing/judged-rules.js';
import { writeRecords } from '../testing/records.js';

const shipped = shippedText('order-ping-pong');
/** Orders returned so often, found under an id of the county's own. */
const own = (id: string, returns: number, problemClass = '不担当不作为') =>
  shipped.yaml
    .replace(/^id:.*$/m, `id: ${id}`)
    .replace(/^title:.*$/m, `title: 退回 ${returns} 次（${id}）`)
    .replace(/^class:.*$/m, `class: ${problemClass}`)
    // By it a query of this rule is known from the others.
    .replace('role: { not: assist }', `unitId: { not: ${id} }`)
    .replace(/minReturns: (.*) value: 3/, `minReturns: $1 value: ${returns}`);
const FOLLOWER = `id: own-follower
version: 1
title: 疑点多的单位
class: 形式主义
severity: low
basis: [{ document: 《试行办法》, demands: 试用。 }]
description: 单位有疑点。
scope: [unitId]
inputs: { found: { type: platform.finding, where: { problemClass: 不担当不作为 } } }
kind: match
of: found
explanation: '{unitId:单位名} 有疑点。'
roles: { found: 疑点 }
examples: [{ name: 没有, now: '2026-06-01T09:00:00+08:00', records: [{ type: platform.finding, id: f1, at: '2026-03-02T09:00:00+08:00' }], expect: [] }]
`;

let fixture: ConsoleFixture;
let administrator: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const texts = [own('own-two', 2), own('own-three', 3), own('own-formal', 3, '形式主义'), FOLLOWER];
  await fixture.sets.takeFiles([shipped, ...texts.map((yaml) => ({ yaml, rule: parseRule(yaml), origin: 'folder' as const }))]);
  // A is returned three times, B twice, C once.
  const events = ['A', 'B', 'C'].flatMap((orderId, of) =>
    Array.from({ length: 3 - of }, (_none, n) => ({
      id: `${orderId}-${n}`,
      atMs: COUNTY_NOW_MS - (20 - n) * DAY_MS,
      raw: '{}',
      fields: { orderId, action: 'returned', unitId: null },
    })),
  );
  await writeRecords(fixture.warehouse, builtInCatalogue.get('hotline.order-event'), events, '');
  // Of the rule of two returns A stands, and one that the records support no more.
  const finding = (scope: string) => ({
    ruleId: 'order-ping-pong',
    scope,
    hit: true,
    occurredAtMs: COUNTY_NOW_MS - DAY_MS,
    dueAtMs: null,
    evidence: [],
    figures: { returns: 3 },
    subjects: { orderId: scope },
  });
  await fixture.storeFindings([finding('A'), finding('gone')]);
  await execute(fixture.pool, `UPDATE finding SET rule_id = 'own-two' WHERE scope IN ('A', 'gone')`);
  await execute(fixture.pool, `UPDATE finding SET status = 'promoted' WHERE scope = 'gone'`);
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  await execute(fixture.pool, 'DELETE FROM finding_rule_switch');
  await inTransaction(fixture.pool, (client) => beginEpoch(client, { actor: null, reason: null, atMs: COUNTY_NOW_MS }));
  await markJudged(fixture.pool);
});

const ON = { enabled: true, sources: null };
const OFF = { enabled: false, sources: null };

async function started(body: object, client = administrator): Promise<string> {
  const answer = await client.post('/api/rules/switch/trials', body);
  expect([answer.status, answer.body]).toEqual([202, { id: expect.any(String) }]);
  return startedTrialSchema.parse(answer.body).id;
}
async function previewed(body: object, client = administrator): Promise<RuleTrial & { switched: SwitchPreview }> {
  const { switched, ...trial } = await endedTrial(client, await started(body, client));
  if (!switched) throw new Error(trial.failure ?? trial.state);
  return { ...trial, switched };
}
const told = ({ rules }: SwitchPreview) =>
  Object.fromEntries(
    rules.map(({ id, effect, changes, uncounted }) => [id, [effect, changes ? [changes.gained, changes.lost] : uncounted]]),
  );
const switchOff = (ids: readonly string[]) =>
  new RuleSwitches(fixture.pool).set(
    { kind: 'rules', ids },
    { ...OFF, reason: '先停着', actor: ADMINISTRATOR.account, changedAtMs: COUNTY_NOW_MS },
  );

test('of a pack that is switched off each rule says what it loses, by what people have found out; nothing is judged or changed', async () => {
  const epoch = await fixture.sets.epoch();
  const { state, progress, result, switched } = await previewed({ pack: 'county', ...OFF });
  expect([state, progress, result, switched.unchanged, switched.followers]).toEqual(['done', 1, null, 0, []]);
  expect(told(switched)).toEqual({
    'own-follower': ['off', [0, 0]],
    'own-formal': ['off', [0, 0]],
    'own-three': ['off', [0, 0]],
    'own-two': ['off', [0, 2]],
  });
  const two = switched.rules.find(({ id }) => id === 'own-two');
  expect(two?.changes).toMatchObject({ standing: 2, decided: { lost: { confirmed: 1, open: 1 } } });
  expect(await fixture.sets.epoch()).toBe(epoch);
});

test('what a rule takes in memory is told: what people have decided on and the records support no more as well', async () => {
  await execute(fixture.pool, `UPDATE finding SET holds = false WHERE scope = 'gone'`);
  const standing = new StandingFindings(fixture.pool);
  const everywhere = Reach.of({ user: fixture.administrator });
  const counted = (await standing.counts(everywhere, ['own-two', 'own-three'])).get('own-two');
  const loaded = await standing.answers(everywhere, 'own-two');
  expect(counted).toMatchObject({ standing: { confirmed: 0, open: 1 }, compared: 2 });
  expect([loaded?.standing.size, loaded?.others.size]).toEqual([1, 1]);
  await execute(fixture.pool, `UPDATE finding SET holds = true WHERE scope = 'gone'`);
});

test('of rules that are switched on each is judged over all records, against what stands; those that stay are counted', async () => {
  await switchOff(['own-three', 'own-follower']);
  const { switched } = await previewed({ pack: 'county', ...ON });
  // The pack is on already: each stays what its own switch says.
  expect([told(switched), switched.unchanged, switched.followers]).toEqual([{}, 4, []]);

  const several = await previewed({ ruleIds: ['own-three', 'own-follower', 'own-two'], ...ON });
  expect(told(several.switched)).toEqual({ 'own-three': ['on', [1, 0]], 'own-follower': ['on', [0, 0]] });
  expect([several.switched.unchanged, several.switched.followers]).toEqual([1, ['疑点多的单位']]);
});

test('limited to sources a rule is judged over those, and loses what the others brought', async () => {
  const { switched } = await previewed({ ruleIds: ['own-two', 'own-three'], enabled: true, sources: null });
  expect(switched.unchanged).toBe(2);
  fixture.standIns.sourceRows = [
    {
      name: 'elsewhere',
      label: '别处',
      kind: 'http-pull',
      enabled: true,
      state: 'idle',
      error: null,
      heldLists: [],
      acceptedTotal: 0,
      repeatedTotal: 0,
      refusedTotal: 0,
      quarantineOpen: 0,
      lastRunAtMs: null,
      lastSuccessAtMs: null,
      lastPageAtMs: null,
      lastRecordAtMs: null,
    },
  ];
  const limited = await previewed({ pack: 'county', enabled: true, sources: ['elsewhere'] });
  expect(told(limited.switched)).toMatchObject({ 'own-two': ['sources', [0, 2]], 'own-three': ['sources', [0, 0]] });
});

describe('what was seen is what is switched', () => {
  const body = (more: object) => ({ ruleIds: ['own-two', 'own-three'], ...OFF, reason: '口径要改', ...more });
  const put = (more: object) => administrator.send('PUT', '/api/rules/switch', body(more));
  const switchEntries = () =>
    rows(
      fixture.pool,
      z.object({ object: z.string(), reason: z.string() }),
      `SELECT object, reason FROM access_audit WHERE action = 'switch-rule' ORDER BY id`,
    );

  test('several rules in one step, each on record by its name', async () => {
    const preview = (await previewed({ ruleIds: ['own-three', 'own-two', 'own-two'], ...OFF })).id;
    const epoch = await fixture.sets.epoch();
    const answer = await put({ preview });
    expect(answer.status).toBe(200);
    const off = ruleListSchema.parse(answer.body).items.filter(({ runs }) => !runs);
    expect(off.map(({ id }) => id).toSorted()).toEqual(['own-three', 'own-two']);
    expect(await fixture.sets.epoch()).toBe(epoch + 1);
    const entries = (await switchEntries()).slice(-2);
    expect(entries.map(({ object }) => object).toSorted()).toEqual(['rule/own-three/off/all', 'rule/own-two/off/all']);
    expect(entries.map(({ reason }) => reason)).toEqual(['口径要改', '口径要改']);
    // What was seen was seen of before.
    expect((await put({ preview })).status).toBe(409);
  });

  test.each([
    ['nothing was seen and nobody says why', { enabled: true }, 409, /写明为什么不看/],
    ['another switch was seen', { enabled: true }, 409, /看过这次开关的结果再保存/],
    ['a rule that there is not', { ruleIds: ['none'] }, 404, /没有这条规则/],
    ['no rule', { ruleIds: [] }, 400, /至少选一条/],
  ])('refused: %s', async (name, more, status, words) => {
    const preview = name.startsWith('nothing')
      ? {}
      : { preview: (await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF })).id };
    const answer = await put({ ...preview, ...more });
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringMatching(words)]);
  });

  test('with rules that were not counted it says so on record; with none that was, nothing was seen', async () => {
    const uncounted = (preview: string, rule: number) =>
      execute(
        fixture.pool,
        `UPDATE finding_trial SET switched = jsonb_set(jsonb_set(switched, ARRAY['rules', $2, 'changes'], 'null'), ARRAY['rules', $2, 'uncounted'], '"fails"')
         WHERE id = $1`,
        [preview, String(rule)],
      );
    const none = (await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF })).id;
    for (const rule of [0, 1]) await uncounted(none, rule);
    const refused = await put({ preview: none });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([409, expect.stringMatching(/一条规则也没有算出来/)]);
    const some = (await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF })).id;
    await uncounted(some, 1);
    expect((await put({ preview: some })).status).toBe(200);
    expect((await switchEntries()).at(-1)?.reason).toBe('口径要改（先看了会增减哪些疑点，其中 1 条规则没有算）');
  });

  test('of rules that have not been judged over everything it is told, and stands on record', async () => {
    await execute(fixture.pool, `DELETE FROM finding_rule WHERE rule_id = 'own-two'`);
    const { switched } = await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF });
    expect(switched.rules.map((rule) => [rule.id, rule.underWay])).toEqual([
      ['own-three', false],
      ['own-two', true],
    ]);
    // What judges findings depends on it.
    const { switched: follower } = await previewed({ ruleIds: ['own-follower'], ...OFF });
    expect(follower.rules).toMatchObject([{ id: 'own-follower', underWay: true }]);
    const preview = (await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF })).id;
    expect((await put({ preview })).status).toBe(200);
    expect((await switchEntries()).at(-1)?.reason).toBe(
      '口径要改（先看了会增减哪些疑点，其中 1 条规则当时还没研判完，数目不准）',
    );
  });

  test('what is refused at the last moment leaves no entry of what was not done', async () => {
    const preview = (await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF })).id;
    const before = await switchEntries();
    const answer = await inTransaction(fixture.pool, async (client) => {
      await lockInTransaction(client, 'findings_commit');
      const asked = put({ preview });
      // It has been let through, and waits for the commit of somebody else's.
      const waits = z.object({ waits: z.boolean() });
      const sql = `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) AS waits`;
      while (!(await row(fixture.pool, waits, sql)).waits);
      await beginEpoch(client, { actor: null, reason: null, atMs: COUNTY_NOW_MS });
      return { asked };
    });
    const { status, body } = await answer.asked;
    expect([status, JSON.stringify(body)]).toEqual([409, expect.stringMatching(/请再看一次/)]);
    expect(await switchEntries()).toEqual(before);
  });

  test('a rule that was switched meanwhile asks for another look', async () => {
    const preview = (await previewed({ ruleIds: ['own-two', 'own-three'], ...OFF })).id;
    await switchOff(['own-formal']);
    expect((await put({ preview })).status).toBe(409);
  });
});

test('it can be cancelled, and is nobody else’s', async () => {
  const id = await started({ pack: 'county', ...OFF });
  const analyst = await fixture.signedIn(ANALYST);
  expect((await analyst.get(`/api/rules/trials/${id}`)).status).toBe(404);
  expect((await analyst.post('/api/rules/switch/trials', { pack: 'county', ...OFF })).status).toBe(403);
  // Of whoever begins another the first is ended.
  const second = await started({ pack: 'county', ...ON });
  expect(['cancelled', 'done']).toContain((await endedTrial(administrator, id)).state);
  expect((await administrator.send('DELETE', `/api/rules/trials/${second}`)).status).toBe(204);
  expect(['cancelled', 'done']).toContain((await endedTrial(administrator, second)).state);
});

describe('what cannot be counted is said of the rule, and the others are told', () => {
  const everybody = { kind: 'rules', ids: ['own-two', 'own-three'] } as const;
  let pauses = 0;
  beforeEach(() => void (pauses = 0));
  const change: SwitchChange = { target: everybody, ...ON };
  const run = (warehouse: WarehouseReader, patience: AbortSignal, of = change, reach: object = {}) => {
    const { pool, machineClock, countyClock, sets } = fixture;
    const user = { ...fixture.administrator, ...reach };
    return runSwitchPreview(
      {
        warehouse,
        sets,
        switches: new RuleSwitches(pool),
        parameters: new ParameterSettings(pool, machineClock),
        standing: new StandingFindings(pool),
        catalogue: builtInCatalogue,
        calendar: new WorkingCalendar(builtInHolidays()),
        countyClock,
        examples: { tried: () => Promise.resolve([]) },
        beforeExplaining: () => Promise.resolve(),
        explain: () => '',
        rng: seededRng(1),
        pause: () => {
          pauses++;
          return Promise.resolve();
        },
      },
      {
        change: of,
        reach: Reach.of({ user }),
        signal: new AbortController().signal,
        patience,
        onProgress: () => {},
      },
    );
  };

  test('a rule by which the query fails', async () => {
    await switchOff(everybody.ids);
    const { warehouse } = fixture;
    const failing: WarehouseReader = Object.assign(Object.create(warehouse) as WarehouseReader, {
      // What asks for the one rule is asked of the database as what it refuses.
      stream: (...[query, ...how]: Parameters<WarehouseReader['stream']>) =>
        warehouse.stream(JSON.stringify(query).includes('own-two') ? { sql: 'SELECT intDiv(1, 0)', params: {} } : query, ...how),
    });
    const preview = await run(failing, new AbortController().signal);
    expect(told(preview)).toEqual({ 'own-two': ['on', 'fails'], 'own-three': ['on', [1, 0]] });
  });

  /** The warehouse as it is while it is away now and then. */
  const awayFor = (fails: () => boolean): WarehouseReader =>
    Object.assign(Object.create(fixture.warehouse) as WarehouseReader, {
      stream: (...asked: Parameters<WarehouseReader['stream']>) => {
        if (fails()) throw new RetriableError('ClickHouse is out of reach');
        return fixture.warehouse.stream(...asked);
      },
    });

  test('a failure that passes ends nothing: it is tried again, until the time is over', async () => {
    await switchOff(everybody.ids);
    let left = 3;
    const preview = await run(
      awayFor(() => left-- > 0),
      new AbortController().signal,
    );
    expect([told(preview), pauses]).toEqual([{ 'own-two': ['on', [1, 1]], 'own-three': ['on', [1, 0]] }, 3]);
    const patience = new AbortController();
    const away = await run(
      awayFor(() => {
        if (pauses > 5) patience.abort();
        return true;
      }),
      patience.signal,
    );
    expect(told(away)).toEqual({ 'own-two': ['on', 'no-time'], 'own-three': ['on', 'no-time'] });
  });

  test('what fails again and again does not pass by itself: it ends, and says so', async () => {
    await switchOff(everybody.ids);
    const away = run(
      awayFor(() => true),
      new AbortController().signal,
    );
    await expect(away).rejects.toBeInstanceOf(RetriableError);
    expect(pauses).toBe(SWITCH_PREVIEW_MAX_ATTEMPTS - 1);
  });

  test('when the time is over', async () => {
    await switchOff(everybody.ids);
    expect(told(await run(fixture.warehouse, AbortSignal.abort()))).toEqual({
      'own-two': ['on', 'no-time'],
      'own-three': ['on', 'no-time'],
    });
  });

  test('a class out of reach, and a rule that judges findings of all classes: no number of theirs is told', async () => {
    const off = { target: { kind: 'pack', id: 'county' }, ...OFF } as const;
    const preview = await run(fixture.warehouse, new AbortController().signal, off, { problemClasses: ['形式主义'] });
    expect(told(preview)).toEqual({
      'own-follower': ['off', 'out-of-reach'],
      'own-formal': ['off', [0, 0]],
      'own-three': ['off', 'out-of-reach'],
      'own-two': ['off', 'out-of-reach'],
    });
  });

  test('of a township its own findings alone are counted', async () => {
    await execute(fixture.pool, `UPDATE finding SET township_code = '320921100' WHERE scope = 'A'`);
    const off = { target: { kind: 'pack', id: 'county' }, ...OFF } as const;
    const preview = await run(fixture.warehouse, new AbortController().signal, off, { townshipCodes: ['320921100'] });
    expect(told(preview)).toMatchObject({ 'own-two': ['off', [0, 1]], 'own-three': ['off', [0, 0]] });
  });
});

test('the whole shipped pack is counted, whatever kinds its rules are of', async () => {
  const texts = ruleTexts(null);
  // What a correlator does when it starts; deadlines are counted by it.
  await ensureReferenceTable(fixture.warehouse, CALENDAR_TABLE_PARTS);
  const calendar = new WorkingCalendar(builtInHolidays());
  await fixture.warehouse.insertLines(CALENDAR_TABLE, calendarLines(calendar, 1), 'calendar');
  await fixture.sets.takeFiles(texts);
  await new RuleSwitches(fixture.pool).set(
    { kind: 'pack', id: 'shipped' },
    { ...OFF, reason: '先停着', actor: ADMINISTRATOR.account, changedAtMs: COUNTY_NOW_MS },
  );
  const { switched } = await previewed({ pack: 'shipped', ...ON });
  expect(switched.rules.map(({ id }) => id).toSorted()).toEqual(texts.map(({ rule }) => rule.id).toSorted());
  expect(switched.rules.filter(({ effect, uncounted }) => effect !== 'on' || uncounted !== null)).toEqual([]);
  expect(switched.rules.find(({ id }) => id === 'order-ping-pong')?.changes).toMatchObject({ standing: 0, gained: 1, lost: 0 });
});
