import { builtInHolidays, CALENDAR_TABLE, CALENDAR_TABLE_PARTS, calendarLines, WorkingCalendar } from '@tianyan/calendar';
import { builtInCatalogue } from '@tianyan/contracts';
import { InexactError, loadPack, type Evaluation } from '@tianyan/rules';
import {
  ensureReferenceTable,
  ensureTables,
  logTable,
  openEmbeddedWarehouse,
  type OpenWarehouse,
  type WarehouseReader,
} from '@tianyan/warehouse';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Evaluator, evaluationGroups } from './index.js';
import { ScopePieces } from './scope-pieces.js';

const SCOPES = 500;
const ORDERS = 60_000;
const FIRST_AT_MS = Date.UTC(2025, 6, 1);
const NOW_MS = Date.UTC(2026, 6, 1);
/** Less than the rows of all scopes need at once. */
const LITTLE_MEMORY_BYTES = 32 * 1024 ** 2;

const envelope = (id: string, atMs: string) =>
  `${id} AS id, 'test', 1, 'upsert', ${atMs} AS atMs, ${FIRST_AT_MS}, lower(hex(MD5(id))), 'b', number`;
const ENVELOPE = 'id, source, version, op, atMs, receivedAtMs, hash, batch, streamOffset';

/** Linked to each other they are a million, more than a reading may hold. */
const ALIKE = 1_000;
/** Each village has 120 complaints. */
const FEWER_RECORDS = 50;

/** Plain reads know no clock. */
const wasQueried = (asked: readonly string[]) => asked.some((sql) => sql.includes('{now:'));

let directory: string;

async function withWarehouse<T>(limits: { readMemoryBytes?: number }, use: (warehouse: OpenWarehouse) => Promise<T>): Promise<T> {
  const warehouse = await openEmbeddedWarehouse({ directory, ...limits });
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}

/** A paid project in each village, and complaints about it afterwards. */
async function fill(warehouse: OpenWarehouse): Promise<void> {
  await ensureTables(warehouse, builtInCatalogue);
  await ensureReferenceTable(warehouse, CALENDAR_TABLE_PARTS);
  await warehouse.insertLines(CALENDAR_TABLE, calendarLines(new WorkingCalendar(builtInHolidays()), 1), 'calendar');
  const insert = (type: string, fields: string, select: string, count: number) =>
    warehouse.execute({
      sql: `INSERT INTO ${logTable(type)} (${ENVELOPE}, ${fields}, raw) SELECT ${select}, '{}' FROM numbers(${count})`,
      params: {},
    });
  const village = `concat('v', toString(number % ${SCOPES}))`;
  await insert(
    'assets.project',
    'projectId, villageCode, matter, contractFen, name',
    `${envelope(`concat('P', toString(number))`, String(FIRST_AT_MS))}, id, ${village}, 'road', 1000000, 'n'`,
    SCOPES,
  );
  await insert(
    'assets.payment',
    'voucherId, villageCode, projectId, direction, amountFen, summary',
    `${envelope(`concat('V', toString(number))`, `${FIRST_AT_MS} + 1000`)}, id, ${village}, concat('P', toString(number)), 'out', 900000, 's'`,
    SCOPES,
  );
  await insert(
    'hotline.order',
    'orderId, title, content, channel, category, matter, confidential, urgency, status, villageCode',
    `${envelope(`concat('O', toString(number))`, `${FIRST_AT_MS} + 2000 + number`)}, id, '路坏了', repeat('原', 50), '电话', 'complaint', 'road', false, 'normal', '办理中', ${village}`,
    ORDERS,
  );
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tianyan-evaluator-'));
  await withWarehouse({}, fill);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const groups = evaluationGroups({ rules: loadPack(), catalogue: builtInCatalogue, calendarFingerprint: '', explain: () => '' });
const group = groups.find(({ groupId }) => groupId === 'villageCode,matter');

async function answersOf(limits: { readMemoryBytes?: number }) {
  if (!group) throw new Error('no such group');
  return withWarehouse(limits, async (warehouse) => {
    const evaluator = new Evaluator(warehouse);
    const everything: Evaluation[] = [];
    for await (const part of evaluator.everything(group, NOW_MS, new AbortController().signal)) everything.push(...part);
    const scopes = everything.map(({ scope }) => scope).toSorted();
    const asked = await evaluator.scopes(group, NOW_MS, scopes);
    const sorted = (answers: typeof everything) => answers.toSorted((a, b) => (a.scope < b.scope ? -1 : 1));
    return { everything: sorted(everything), asked: sorted([...asked]) };
  });
}

/** Hundreds of queries that are refused and cut; on a busy machine they take their time. */
const SLOW_MS = 240_000;

test(
  'with too little memory for all scopes at once the answers are the same, each once',
  async () => {
    const whole = await answersOf({});
    expect(whole.everything).toHaveLength(SCOPES);
    expect(whole.asked).toEqual(whole.everything);
    expect(await answersOf({ readMemoryBytes: LITTLE_MEMORY_BYTES })).toEqual(whole);
  },
  SLOW_MS,
);

test(
  'more records than this process should read are judged by the query, and the answers are the same',
  async () => {
    const judging = evaluationGroups({
      rules: loadPack(),
      catalogue: builtInCatalogue,
      calendarFingerprint: '',
      explain: () => '',
      calendar: new WorkingCalendar(builtInHolidays()),
    }).find(({ groupId }) => groupId === 'villageCode,matter');
    if (!judging) throw new Error('no such group');
    await withWarehouse({}, async (warehouse) => {
      const scopes = Array.from({ length: SCOPES }, (_none, i) => `v${i}|road`);
      const asked: string[] = [];
      const watched: WarehouseReader = {
        rows: (query) => (asked.push(query.sql), warehouse.rows(query)),
        stream: (query, signal) => warehouse.stream(query, signal),
      };
      const answers = async (mostRecords?: number) => {
        const evaluator = new Evaluator(watched, { pieces: new ScopePieces(mostRecords) });
        // How many there are is known once they have been read.
        await evaluator.scopes(judging, NOW_MS, scopes.slice(0, 1));
        asked.length = 0;
        const found = await evaluator.scopes(judging, NOW_MS, scopes);
        return {
          found: found.toSorted((a, b) => (a.ruleId + a.scope < b.ruleId + b.scope ? -1 : 1)),
          byQuery: wasQueried(asked),
        };
      };
      const here = await answers();
      const there = await answers(FEWER_RECORDS * SCOPES);
      expect(here.found).toHaveLength(SCOPES);
      expect(here.byQuery).toBe(false);
      expect(there).toEqual({ found: here.found, byQuery: true });
    });
  },
  SLOW_MS,
);

test(
  'complaints about one thing, each linked to all the others, are too many for this process: the query answers, in parts',
  async () => {
    const [rule] = loadPack().filter(({ id }) => id === 'complained-again-after-close');
    if (!rule) throw new Error('the rule has gone');
    const [judging] = evaluationGroups({
      rules: [rule],
      catalogue: builtInCatalogue,
      calendarFingerprint: '',
      explain: () => '',
      calendar: new WorkingCalendar(builtInHolidays()),
    });
    if (!judging) throw new Error('no such group');
    await withWarehouse({}, async (warehouse) => {
      const asked: string[] = [];
      const watched: WarehouseReader = {
        rows: (query) => (asked.push(query.sql), warehouse.rows(query)),
        stream: (query, signal) => warehouse.stream(query, signal),
      };
      await warehouse.execute({
        sql: `INSERT INTO ${logTable('hotline.order')} (${ENVELOPE}, orderId, title, content, channel, category, matter, matterKey, confidential, urgency, status, raw)
          SELECT ${envelope(`concat('S', toString(number))`, `${FIRST_AT_MS} + number`)}, id, '路坏了', '原', '电话', 'complaint', 'road', 'one', false, 'normal', '办理中', '{}' FROM numbers(${ALIKE})`,
        params: {},
      });
      const scopes = Array.from({ length: ALIKE }, (_none, i) => `S${i}`);
      await new Evaluator(watched).scopes(judging, NOW_MS, scopes);
      expect(wasQueried(asked)).toBe(true);
    });
  },
  SLOW_MS,
);

test(
  'of every group of the pack some scopes can be asked for, each once and spread over all',
  async () => {
    const judging = evaluationGroups({
      rules: loadPack(),
      catalogue: builtInCatalogue,
      calendarFingerprint: '',
      explain: () => '',
      calendar: new WorkingCalendar(builtInHolidays()),
    });
    await withWarehouse({}, async (warehouse) => {
      const evaluator = new Evaluator(warehouse);
      for (const one of judging) {
        const scopes = await evaluator.sampledScopes(one, 20);
        expect(new Set(scopes).size).toBe(scopes.length);
        expect(scopes.length).toBeLessThanOrEqual(one.inProcess ? 20 : 0);
        if (one.groupId !== 'villageCode,matter') continue;
        expect(scopes).toHaveLength(20);
        // The first of the table would be the first twenty by name.
        expect(scopes.map((scope) => Number(scope.replaceAll(/\D/g, ''))).some((village) => village >= SCOPES / 2)).toBe(true);
        expect(await evaluator.sampledScopes(one, 20)).toEqual(scopes);
      }
    });
  },
  SLOW_MS,
);

/** Exact by itself; three of them are beyond what is exact in this process. */
const LARGE_FEN = 2 ** 52;

test(
  'sums that are not exact in this process are judged by the query, those beside them as well, and nothing is rounded in silence',
  async () => {
    const [rule] = loadPack().filter(({ id }) => id === 'reception-spending');
    if (!rule) throw new Error('the rule has gone');
    const calendar = new WorkingCalendar(builtInHolidays());
    const [judging] = evaluationGroups({
      rules: [rule],
      catalogue: builtInCatalogue,
      calendarFingerprint: '',
      explain: () => '',
      calendar,
    });
    const { inProcess } = judging ?? {};
    if (!judging || !inProcess) throw new Error('no such group');
    await withWarehouse({}, async (warehouse) => {
      const asked: string[] = [];
      const watched: WarehouseReader = {
        rows: (query) => (asked.push(query.sql), warehouse.rows(query)),
        stream: (query, signal) => warehouse.stream(query, signal),
      };
      const spend = (village: string, amountFen: number, count: number) =>
        warehouse.execute({
          sql: `INSERT INTO ${logTable('assets.payment')} (${ENVELOPE}, voucherId, villageCode, direction, amountFen, summary, raw)
            SELECT ${envelope(`concat('${village}', toString(number))`, `${FIRST_AT_MS} + number`)}, id, '${village}', 'out', ${amountFen}, '招待费', '{}' FROM numbers(${count})`,
          params: {},
        });
      await spend('large', LARGE_FEN, 3);
      await spend('small', 5, 3);
      const scopeOf = (village: string) => `${village}|2025-07`;
      const sums = async (villages: readonly string[]) => {
        asked.length = 0;
        const found = await new Evaluator(watched).scopes(judging, NOW_MS, villages.map(scopeOf));
        return {
          sums: Object.fromEntries(found.map(({ scope, figures }) => [scope, figures['sum']])),
          byQuery: wasQueried(asked),
        };
      };
      expect(await sums(['small'])).toEqual({ sums: { [scopeOf('small')]: 15 }, byQuery: false });
      await expect(inProcess.judge([scopeOf('large')], NOW_MS, (query) => warehouse.rows(query))).rejects.toThrow(InexactError);
      expect(await sums(['large', 'small'])).toEqual({
        sums: { [scopeOf('large')]: 3 * LARGE_FEN, [scopeOf('small')]: 15 },
        byQuery: true,
      });
      // Whoever compares the two must hear of the small one nevertheless.
      const alone = await new Evaluator(warehouse).inProcessAlone(
        judging,
        NOW_MS,
        ['large', 'small'].map(scopeOf),
        () => 'publish',
      );
      expect(alone.scopes).toEqual([scopeOf('small')]);
    });
  },
  SLOW_MS,
);

test('the limit is one: a query that cannot be cut any further fails, and does not take what it likes', async () => {
  await expect(answersOf({ readMemoryBytes: 1024 ** 2 })).rejects.toThrow('MEMORY_LIMIT_EXCEEDED');
});
