import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { ManualClock, startOfChinaDayMs } from '@tianyan/kernel';
import { execute } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { ensureTables, logTable, openEmbeddedWarehouse, type OpenWarehouse } from '@tianyan/warehouse';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NamedOrders, recordKey } from '../except-orders.js';
import { findingsMigrations } from '../index.js';
import { FIGURE_PARTS, type FigurePart } from './figure-definition.js';
import type { FigureRecord } from './figure-records.js';
import { FIGURES, type PlaceKind } from './figures.js';
import { Scorecards } from './scorecards.js';
import { Surges } from './surges.js';

const at = (text: string) => Date.parse(`2026-${text}:00+08:00`);
const NOW = '06-30T18:00';
const JUNE = { period: 'month', back: 0 } as const;
/** Rows of a page, so that every list is read over several. */
const FEW = 2;
/** Told in confidence in the village W1. */
const HIDDEN = new NamedOrders({ orderIds: ['C0'], recordKeys: [recordKey('hotline.order', 'C0')] });
const EAST_ONLY = Reach.of({
  user: {
    id: 'u',
    account: 'a',
    displayName: '甲',
    role: 'analyst',
    townshipCodes: ['E'],
    problemClasses: null,
    unitCodes: [],
    mustChangePassword: false,
  },
});

let directory: string;
let warehouse: OpenWarehouse;
let postgres: TestPostgres;
const countyClock = new ManualClock(at(NOW));
const machineClock = new ManualClock(1_000);
let scorecards: Scorecards;
let hidden: NamedOrders | null = HIDDEN;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-scorecards-'));
  warehouse = await openEmbeddedWarehouse({ directory });
  await ensureTables(warehouse, builtInCatalogue);
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  const calendar = new WorkingCalendar(builtInHolidays());
  scorecards = new Scorecards({
    pool: postgres.pool,
    warehouse,
    sets: { progress: async () => new Map() },
    calendar,
    countyClock,
    machineClock,
    hiddenInVillages: async () => hidden,
  });
  await plantDirectory();
  await plantOrders();
  await plantLedgers();
  await plantFindings();
});
afterAll(async () => {
  await warehouse.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

let offset = 0;
type Fields = Readonly<Record<string, string | number | boolean | null>>;
/** Rows of the log, as the writer makes them; a further version of an id is a correction. */
async function insert(
  type: string,
  records: readonly { id: string; atMs: number; version?: number; deleted?: boolean; fields: Fields }[],
) {
  const lines = records.map(({ id, atMs, version = 1, deleted = false, fields }) =>
    JSON.stringify({
      id,
      source: 'test',
      version,
      op: deleted ? 'delete' : 'upsert',
      atMs,
      receivedAtMs: atMs,
      batch: `b${++offset}`,
      raw: '{}',
      hash: '0'.repeat(32),
      streamOffset: offset,
      deleted: deleted ? 1 : 0,
      tombstone: deleted ? 1 : 0,
      ...fields,
    }),
  );
  await warehouse.insertLines(logTable(type), lines, `t${offset}`);
}

async function plantDirectory(): Promise<void> {
  const unit = (unitId: string, townshipCode: string | null) => ({
    id: unitId,
    atMs: 1,
    fields: { unitId, name: `单位${unitId}`, kind: townshipCode === null ? 'department' : 'township', townshipCode },
  });
  await insert('directory.unit', [
    unit('U1', null),
    unit('U2', 'E'),
    unit('U3', 'W'),
    ...['4', '5', '6', '7'].map((n) => unit(`U${n}`, 'W')),
  ]);
  const division = (divisionCode: string, level: string, parentCode: string | null) => ({
    id: divisionCode,
    atMs: 1,
    fields: { divisionCode, name: `地${divisionCode}`, level, parentCode },
  });
  await insert('directory.division', [
    division('C', 'county', null),
    division('E', 'township', 'C'),
    division('W', 'township', 'C'),
    division('E1', 'village', 'E'),
    division('W1', 'village', 'W'),
  ]);
}

const order = (orderId: string, acceptedAt: string, fields: Fields = {}, version = 1) => ({
  id: orderId,
  atMs: at(acceptedAt),
  version,
  fields: {
    orderId,
    title: '路',
    content: '路',
    channel: '电话',
    category: 'complaint',
    matter: 'road',
    urgency: 'normal',
    status: '办结',
    confidential: false,
    townshipCode: 'E',
    villageCode: 'E1',
    leadUnitId: 'U1',
    ...fields,
  },
});
let steps = 0;
const step = (orderId: string, action: string, when: string, fields: Fields = {}) => ({
  id: `s${++steps}`,
  atMs: at(when),
  fields: { orderId, action, unitId: 'U1', ...fields },
});

/** Ten orders of U1 in June, one of U2, one without a unit; one in May. */
async function plantOrders(): Promise<void> {
  const own = Array.from({ length: 10 }, (_, i) => `A${i}`);
  await insert('hotline.order', [
    // June 1, 2026 is a Monday: what is dispatched on it is due at the end of the next Monday.
    ...own.map((id) => order(id, '06-01T08:00', { promisedAtMs: id === 'A9' ? at('06-03T00:00') : null })),
    order('B0', '06-29T08:00', { leadUnitId: 'U2', townshipCode: 'E', matterKey: 'm' }),
    order('B1', '06-29T08:00', { leadUnitId: null, townshipCode: null, villageCode: null }),
    order('M0', '05-10T08:00', { matterKey: 'm', townshipCode: 'W', villageCode: 'W1' }),
  ]);
  await insert('hotline.order-event', [
    ...own.map((id) => step(id, 'dispatched', '06-01T09:00')),
    // Signed in time until the end of June 2; two too late; A0 was given back and signed by nobody.
    ...own.slice(1).map((id, i) => step(id, 'signed', i < 7 ? '06-02T17:00' : '06-03T09:00')),
    step('A0', 'returned', '06-01T10:00'),
    // Wrongly dispatched: another has it now. B0's unit was told that it is its own; B1 is with nobody after a day.
    step('A0', 'reassigned', '06-01T11:00', { unitId: 'U2' }),
    step('B0', 'dispatched', '06-29T09:00', { unitId: 'U2' }),
    step('B0', 'returned', '06-29T10:00', { unitId: 'U2' }),
    step('B0', 'return-refused', '06-29T11:00', { unitId: 'U2' }),
    step('B1', 'accepted', '06-29T08:00', { unitId: null }),
    ...own.slice(1, 5).map((id) => step(id, 'contacted', '06-03T16:00')),
    // In time until the end of June 8; A9 promised June 3; A8 was never done; A7 had more time.
    ...own.slice(0, 6).map((id) => step(id, 'completed', '06-08T23:00')),
    step('A6', 'completed', '06-09T00:01'),
    step('A7', 'extension-granted', '06-05T09:00', { extendedToMs: at('06-12T00:00') }),
    step('A7', 'completed', '06-11T09:00'),
    step('A9', 'completed', '06-04T09:00'),
    step('A6', 'completion-applied', '06-08T09:00'),
    step('A6', 'completion-rejected', '06-08T10:00'),
    // Its source does not report what was rejected.
    step('A8', 'completion-rejected', '06-08T10:00'),
    ...own.map((id, i) => step(id, 'rated', '06-20T09:00', { satisfaction: i < 6 ? 5 : 2 })),
    step('A0', 'rated', '06-21T09:00', { satisfaction: 1 }),
  ]);
  await insert(
    'hotline.call',
    Array.from({ length: 12 }, (_, i) => ({
      id: `c${i}`,
      atMs: at('06-10T09:00'),
      fields: {
        callId: `c${i}`,
        outcome: i < 10 ? 'answered' : 'abandoned',
        waitSeconds: i < 8 ? 15 : 16,
        talkSeconds: i < 10 ? 60 : 0,
        orderId: i < 4 ? `A${i}` : null,
      },
    })),
  );
}

async function plantLedgers(): Promise<void> {
  const village = { townshipCode: 'E', villageCode: 'E1' };
  const contract = (contractId: string, endsOn: string, assetId: string | null) => ({
    id: contractId,
    atMs: at('01-01T09:00'),
    fields: {
      contractId,
      ...village,
      kind: 'lease',
      name: '租',
      assetId,
      lessee: '甲',
      signedOn: '2025-01-01',
      startsOn: '2025-01-01',
      endsOn,
      termMonths: 12,
      totalFen: 100,
      annualFen: 100,
    },
  });
  await insert('assets.contract', [
    contract('K1', '2026-12-31', 'S0'),
    ...Array.from({ length: 10 }, (_, i) => contract(`L${i}`, '2026-05-01', `S${i}`)),
  ]);
  await insert(
    'assets.asset',
    Array.from({ length: 10 }, (_, i) => ({
      id: `S${i}`,
      atMs: 1,
      fields: { assetId: `S${i}`, ...village, name: '塘', kind: '水面', status: 'leased', inUse: true },
    })),
  );
  const due = (receivableId: string, dueOn: string) => ({
    id: receivableId,
    atMs: at('01-01T09:00'),
    fields: { receivableId, ...village, contractId: 'K1', dueOn, amountFen: 1_000 },
  });
  await insert('assets.receivable', [due('R1', '2026-06-01'), due('R2', '2026-06-30'), due('R3', '2026-07-01')]);
  const payment = (voucherId: string, fields: Fields) => ({
    id: voucherId,
    atMs: at('06-15T09:00'),
    fields: { voucherId, ...village, direction: 'out', amountFen: 500, account: '管理费', summary: '付', ...fields },
  });
  await insert('assets.payment', [
    payment('P1', { direction: 'in', receivableId: 'R1', amountFen: 1_400 }),
    payment('P2', { direction: 'in', receivableId: 'R2', amountFen: 300 }),
    ...Array.from({ length: 10 }, (_, i) => payment(`Q${i}`, { settlement: i < 3 ? 'cash' : 'transfer' })),
    payment('Q10', {}),
  ]);
}

async function plantFindings(): Promise<void> {
  const store = (
    id: string,
    status: string,
    verdict: string | null,
    place: { unit: string; township: string | null },
    holds = status !== 'withdrawn',
  ) =>
    execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, unit_id, township_code, village_code, verdict,
         subjects, occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
       VALUES ($1, 'r', 1, '题', '微腐败', 3, $1, $2, $7, $3, $4, NULL, $5, '{}', $6, $6, $6, '[]', '{}', '说明')`,
      [id, status, place.unit, place.township, verdict, at('06-10T09:00'), holds],
    );
  await store('f1', 'open', null, { unit: 'U1', township: 'E' });
  await store('f2', 'promoted', 'confirmed', { unit: 'U1', township: 'W' });
  await store('f3', 'withdrawn', null, { unit: 'U1', township: 'E' });
  await store('f4', 'open', null, { unit: 'U2', township: 'E' });
  // What people have decided stands when the data support it no longer; of wrong data nothing is said.
  await store('g1', 'promoted', 'confirmed', { unit: 'U7', township: 'W' }, false);
  await store('g2', 'dismissed', 'unfounded', { unit: 'U7', township: 'W' }, false);
  await store('g3', 'dismissed', null, { unit: 'U7', township: 'W' }, false);
  await store('g4', 'dismissed', 'data-error', { unit: 'U7', township: 'W' }, false);
  await store('g5', 'withdrawn', null, { unit: 'U7', township: 'W' });
}

/** `counted/of` of June, of figures that are not of nothing. */
async function card(kind: PlaceKind, code: string, reach = WHOLE_COUNTY): Promise<Record<string, string>> {
  const { figures } = await scorecards.get(reach, { kind, ...JUNE }, code);
  return Object.fromEntries(
    figures.map(({ id, values }) => {
      const value = values.at(-1);
      return [
        id,
        value?.of == null ? String(value?.counted) : `${value.counted}/${value.of}${value.value === null ? ' too few' : ''}`,
      ];
    }),
  );
}

describe('the scorecard', () => {
  test('of a unit has exactly the figures of its orders and findings', async () => {
    expect(await card('unit', 'U1')).toEqual({
      findings: '2',
      severeFindings: '2',
      openFindings: '1',
      withdrawnFindings: '1',
      confirmedShare: '1/1 too few',
      orders: '10',
      onTimeShare: '7/10',
      signedShare: '7/9 too few',
      contactedShare: '4/9 too few',
      returnedShare: '1/10',
      rehandledShare: '2/10',
      satisfiedShare: '5/10',
      repeatedShare: '0/0 too few',
    });
  });

  test('counts what people have decided on whatever the data say since, and shows the same behind the share', async () => {
    expect(await card('unit', 'U7')).toMatchObject({ findings: '4', withdrawnFindings: '1', confirmedShare: '1/3 too few' });
    const codes = async (part: FigurePart) =>
      (await recordsOf(WHOLE_COUNTY, 'unit', 'U7', 'confirmedShare', part)).map(({ code }) => code).toSorted();
    expect([await codes('counted'), await codes('of'), await codes('rest')]).toEqual([['g1'], ['g1', 'g2', 'g3'], ['g2', 'g3']]);
  });

  test('of a village has its contracts, rent and payments', async () => {
    expect(await card('village', 'E1')).toMatchObject({
      orders: '11',
      repeatedShare: '1/1 too few',
      contracts: '1',
      rentShare: '1300/2000',
      expiredShare: '9/10',
      cashShare: '3/10',
    });
  });

  test('of the county has the centre, and the sum of all units and of what has none', async () => {
    const county = await card('county', 'county');
    expect(county).toMatchObject({
      orders: '12',
      onTimeShare: '7/10',
      connectedShare: '10/12',
      quickShare: '8/10',
      recordedShare: '4/10',
      dispatchedShare: '11/12',
      wrongDispatchShare: '1/11',
      refusedReturnShare: '1/2 too few',
      findings: '7',
    });
    const { items, ordersOfNone } = await scorecards.list(WHOLE_COUNTY, { kind: 'unit', ...JUNE });
    const sum = items.reduce(
      (total, { figures }) => total + (figures.find(({ id }) => id === 'orders')?.values.at(-1)?.counted ?? 0),
      0,
    );
    expect([sum, ordersOfNone]).toEqual([11, 1]);
    expect((await scorecards.list(EAST_ONLY, { kind: 'unit', ...JUNE })).ordersOfNone).toBe(0);
  });

  test('is compared with the last period, the others and the rank, where enough is known', async () => {
    const { figures, classes, periods, unfinished } = await scorecards.get(WHOLE_COUNTY, { kind: 'unit', ...JUNE }, 'U1');
    const of = (id: string) => figures.find((figure) => figure.id === id);
    expect(of('orders')?.previous?.counted).toBe(1);
    expect(of('orders')?.peers).toEqual({ average: 1 / 6, peers: 6, rank: null });
    expect(of('findings')?.peers).toEqual({ average: 5 / 6, peers: 6, rank: 6 });
    expect(of('onTimeShare')?.peers).toEqual({ average: null, peers: 0, rank: null });
    // What was before the first record nobody has counted: it is not 0.
    expect([of('orders')?.yearBefore, of('findings')?.yearBefore, of('onTimeShare')?.yearBefore]).toEqual([null, null, null]);
    expect([periods.at(-1)?.key, periods.length, unfinished]).toEqual(['2026-06', 13, true]);
    expect(periods.at(-1)?.fromMs).toBe(startOfChinaDayMs('2026-06-01'));
    expect(classes).toEqual([{ problemClass: '微腐败', bySeverity: { low: 0, medium: 0, high: 2 } }]);
  });
});

test('of a period that lies mostly before the first record of what is counted nothing is said; a register tells of years before it', async () => {
  const before = async (kind: PlaceKind, code: string, period: 'week' | 'month', back: number) => {
    const { figures } = await scorecards.get(WHOLE_COUNTY, { kind, period, back }, code);
    return Object.fromEntries(figures.map(({ id, previous }) => [id, previous?.counted ?? null]));
  };
  // The first order came on May 10, the first payment on June 15, calls on June 10.
  expect(await before('county', 'county', 'month', 0)).toMatchObject({
    orders: 1,
    findings: 0,
    cashShare: null,
    connectedShare: null,
  });
  expect(await before('county', 'county', 'month', 1)).toMatchObject({ orders: null, findings: null, contracts: 11 });
  // The week that ends on May 10 lies before it for the most part, the next does not.
  expect(await before('unit', 'U1', 'week', 7)).toMatchObject({ orders: null });
  expect(await before('unit', 'U1', 'week', 6)).toMatchObject({ orders: 0 });
});

describe('whoever sees one township', () => {
  test('sees its units and villages, by its records alone', async () => {
    const codes = async (kind: PlaceKind) => (await scorecards.list(EAST_ONLY, { kind, ...JUNE })).items.map(({ code }) => code);
    expect([await codes('unit'), await codes('township'), await codes('village'), await codes('county')]).toEqual([
      ['U2'],
      ['E'],
      ['E1'],
      [],
    ]);
    expect(await card('township', 'E', EAST_ONLY)).toMatchObject({ orders: '11', findings: '2' });
  });

  test.each([
    ['unit', 'U1'],
    ['unit', 'U3'],
    ['unit', 'none'],
    ['township', 'W'],
    ['village', 'W1'],
    ['county', 'county'],
  ] as const)('is told of %s %s what is told of what is not there', async (kind, code) => {
    await expect(scorecards.get(EAST_ONLY, { kind, ...JUNE }, code)).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('what was told in confidence is counted of units and the county, and of no place: neither the order nor what was found about it', async () => {
  const before = {
    village: await card('village', 'W1'),
    township: await card('township', 'W'),
    unit: await card('unit', 'U3'),
    county: await card('county', 'county'),
  };
  const place = { leadUnitId: 'U3', townshipCode: 'W', villageCode: 'W1' };
  await insert('hotline.order', [order('C0', '06-20T08:00', { ...place, confidential: true, matterKey: 'c' })]);
  // The same matter, told openly after it: whether it was told before is told of no place either.
  await insert('hotline.order', [order('C1', '06-21T08:00', { ...place, matterKey: 'c' })]);
  await insert('hotline.order-event', [
    step('C0', 'completed', '06-21T09:00', { unitId: 'U3' }),
    step('C0', 'rated', '06-22T09:00', { unitId: 'U3', satisfaction: 1 }),
  ]);
  const found = (id: string, subjects: object, evidence: object) =>
    execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, unit_id, township_code, village_code,
         subjects, occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
       VALUES ($1, 'r', 1, '题', '四风', 3, $1, 'open', true, 'U3', 'W', 'W1', $2, $3, $3, $3, $4, '{}', '说明')`,
      [id, JSON.stringify(subjects), at('06-21T09:00'), JSON.stringify(evidence)],
    );
  await found('confidential', { orderId: 'C0' }, []);
  await found('of-several', { villageCode: 'W1' }, [
    { type: 'hotline.order', id: 'C0' },
    { type: 'hotline.order', id: 'C1' },
  ]);
  await found('open', { orderId: 'C1' }, [{ type: 'hotline.order', id: 'C1' }]);
  machineClock.advanceBy(120_000);
  expect(before).toMatchObject({
    village: { orders: '0', findings: '0' },
    township: { orders: '0', findings: '5' },
    unit: { orders: '0', findings: '0' },
    county: { orders: '12', findings: '7' },
  });
  expect(await card('village', 'W1')).toMatchObject({ orders: '1', findings: '1', repeatedShare: '0/1 too few' });
  expect(await card('township', 'W')).toMatchObject({ orders: '1', findings: '8', repeatedShare: '0/1 too few' });
  expect(await card('unit', 'U3')).toMatchObject({ orders: '2', findings: '3', repeatedShare: '0/1 too few' });
  expect(await card('county', 'county')).toMatchObject({ orders: '14', findings: '10' });
  const { classes } = await scorecards.get(WHOLE_COUNTY, { kind: 'village', ...JUNE }, 'W1');
  expect(classes).toEqual([{ problemClass: '四风', bySeverity: { low: 0, medium: 0, high: 1 } }]);
});

test('where nobody can say which orders were told in confidence, figures of the findings of a village are not known, and no other', async () => {
  const known = await card('village', 'W1');
  hidden = null;
  machineClock.advanceBy(120_000);
  const { figures, classes } = await scorecards.get(WHOLE_COUNTY, { kind: 'village', ...JUNE }, 'W1');
  const ofFindings = new Set(FIGURES.flatMap(({ id, source }) => (source === 'finding' ? [id] : [])));
  const unknown = { counted: null, of: null, value: null };
  for (const { id, values, previous, peers } of figures.filter((figure) => ofFindings.has(figure.id)))
    expect([id, values.at(-1), previous, peers]).toEqual([id, unknown, unknown, { average: null, peers: 0, rank: null }]);
  expect(classes).toBeNull();
  const listed = (figureId: string) =>
    scorecards.records(
      WHOLE_COUNTY,
      { kind: 'village', ...JUNE },
      { code: 'W1', figureId, part: 'counted', cursor: null, limit: FEW },
    );
  await expect(listed('findings')).rejects.toMatchObject({ code: 'conflict' });
  expect((await listed('orders')).items).toHaveLength(1);
  const orders = figures.find(({ id }) => id === 'orders');
  expect([orders?.values.at(-1)?.counted, (await card('unit', 'U3'))['findings']]).toEqual([1, '3']);
  hidden = HIDDEN;
  machineClock.advanceBy(120_000);
  expect(await card('village', 'W1')).toEqual(known);
});

async function recordsOf(
  reach: Reach,
  kind: PlaceKind,
  code: string,
  figureId: string,
  part: FigurePart,
): Promise<readonly FigureRecord[]> {
  const items: FigureRecord[] = [];
  let cursor: string | null = null;
  do {
    const page = await scorecards.records(reach, { kind, ...JUNE }, { code, figureId, part, cursor, limit: FEW });
    expect(page.items.length).toBeLessThanOrEqual(FEW);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

const LISTED = [
  ['unit', 'U1', WHOLE_COUNTY],
  ['unit', 'U2', EAST_ONLY],
  ['unit', 'U3', WHOLE_COUNTY],
  ['unit', 'U7', WHOLE_COUNTY],
  ['township', 'E', EAST_ONLY],
  ['township', 'W', WHOLE_COUNTY],
  ['village', 'E1', WHOLE_COUNTY],
  ['village', 'W1', WHOLE_COUNTY],
  ['county', 'county', WHOLE_COUNTY],
] as const;

describe('the records behind a figure', () => {
  test.each(LISTED)('of %s %s are as many as it counts, of as many, newest first and each once', async (kind, code, reach) => {
    const { figures } = await scorecards.get(reach, { kind, ...JUNE }, code);
    for (const { id, values } of figures) {
      const value = values.at(-1);
      const listed = { counted: 0, of: 0, rest: 0 };
      for (const part of FIGURE_PARTS) {
        const items = await recordsOf(reach, kind, code, id, part);
        listed[part] = items.reduce((sum, { amountFen }) => sum + (amountFen ?? 1), 0);
        expect(new Set(items.map((item) => item.code)).size).toBe(items.length);
        expect(items.map(({ atMs }) => atMs)).toEqual(items.map(({ atMs }) => atMs).toSorted((a, b) => b - a));
      }
      const { counted, of } = { counted: value?.counted ?? 0, of: value?.of ?? 0 };
      expect([id, listed]).toEqual([id, { counted, of, rest: of === 0 ? 0 : of - counted }]);
    }
  });

  test('lie within reach, in the place, and are asked for by the list that they stand in', async () => {
    const items = await recordsOf(EAST_ONLY, 'unit', 'U2', 'orders', 'counted');
    expect(items).toMatchObject([{ code: 'B0', atMs: at('06-29T08:00'), state: '办结', unitId: 'U2', confidential: false }]);
    const ask = (reach: Reach, kind: PlaceKind, code: string, figureId = 'orders', cursor: string | null = null) =>
      scorecards.records(reach, { kind, ...JUNE }, { code, figureId, part: 'counted', cursor, limit: FEW });
    await expect(ask(EAST_ONLY, 'unit', 'U1')).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask(EAST_ONLY, 'county', 'county')).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask(WHOLE_COUNTY, 'unit', 'U1', 'rentShare')).rejects.toMatchObject({ code: 'not-found' });
    const { nextCursor } = await ask(WHOLE_COUNTY, 'unit', 'U1');
    await expect(ask(WHOLE_COUNTY, 'unit', 'U1', 'returnedShare', nextCursor)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('tell nothing that is closed of an order told in confidence, nor do the figures', async () => {
    const codes = async (figureId: string, part: FigurePart) =>
      (await recordsOf(WHOLE_COUNTY, 'unit', 'U3', figureId, part)).map(
        ({ code, confidential }) => `${code}${confidential ? ' closed' : ''}`,
      );
    expect(await codes('orders', 'counted')).toEqual(['C1', 'C0 closed']);
    // C1 came again only since C0 did: to count it would tell that the same person had told of it in confidence.
    expect(await codes('repeatedShare', 'counted')).toEqual([]);
    expect(await codes('repeatedShare', 'of')).toEqual(['C1']);
    expect(await codes('repeatedShare', 'rest')).toEqual(['C1']);
    expect(await codes('satisfiedShare', 'of')).toEqual([]);
    // By when it was due only its category says.
    expect(await codes('onTimeShare', 'of')).not.toContain('C0 closed');
    expect(await recordsOf(WHOLE_COUNTY, 'village', 'E1', 'repeatedShare', 'counted')).toMatchObject([{ code: 'B0' }]);
    const found = await recordsOf(WHOLE_COUNTY, 'county', 'county', 'findings', 'counted');
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found.map(({ villageCode }) => villageCode))).toEqual(new Set([null]));
    const items = await recordsOf(WHOLE_COUNTY, 'village', 'W1', 'findings', 'counted');
    expect(items.map(({ code }) => code)).toEqual(['open']);
  });
});

test('a corrected order and one taken back change the figures', async () => {
  // Read now, and kept for a while.
  expect((await card('unit', 'U1'))['orders']).toBe('10');
  await insert('hotline.order', [order('A0', '06-01T08:00', { leadUnitId: 'U2' }, 2)]);
  await insert('hotline.order', [{ ...order('A8', '06-01T08:00', {}, 2), deleted: true }]);
  expect((await card('unit', 'U1'))['orders']).toBe('10');
  machineClock.advanceBy(120_000);
  expect(await card('unit', 'U1')).toMatchObject({ orders: '8', onTimeShare: '6/8 too few' });
  expect(await card('unit', 'U2')).toMatchObject({ orders: '2' });
});

test('surges say what is more than usual, and the orders behind it; of those told in confidence nothing', async () => {
  const surges = new Surges({ warehouse, countyClock });
  expect(await surges.list(WHOLE_COUNTY, 7)).toMatchObject({ basis: 'preceding', items: [] });
  const many = Array.from({ length: 8 }, (_, i) =>
    order(`W${i}`, '06-30T08:00', { matter: 'water', townshipCode: 'W', villageCode: 'W1', confidential: i === 0 }),
  );
  await insert('hotline.order', many);
  const { items, total } = await surges.list(WHOLE_COUNTY, 7);
  expect(items).toEqual([
    { matter: 'water', level: 'village', townshipCode: 'W', villageCode: 'W1', count: 7, expected: 0, score: 7 },
    { matter: 'water', level: 'township', townshipCode: 'W', villageCode: null, count: 7, expected: 0, score: 7 },
  ]);
  expect(total).toBe(2);
  expect((await surges.list(EAST_ONLY, 7)).items).toEqual([]);
  const behind = { matter: 'water', townshipCode: 'W', villageCode: 'W1' };
  const orders = await surges.orders(WHOLE_COUNTY, 7, behind);
  expect(orders.map(({ orderId }) => orderId)).toEqual(['W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'W7']);
  expect(await surges.orders(EAST_ONLY, 7, behind)).toEqual([]);
});
