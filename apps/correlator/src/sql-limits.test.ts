import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { RuleSetAsideError, RulesSetAside } from '@tianyan/findings';
import { DAY_MS, systemClock } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { loadPack, parseRule, type RuleDefinition } from '@tianyan/rules';
import type { OpenWarehouse, SqlQuery } from '@tianyan/warehouse';
import { z } from 'zod';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { haveAdministrator, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + DAY_MS;
/** Of records by which many rows are made: 300 times so many are more than 50,000. */
const RECORDS = 300;

function expert(id: string, query: string): RuleDefinition {
  return parseRule(
    JSON.stringify({
      id,
      version: 1,
      title: `专家查询 ${id}`,
      class: '形式主义',
      severity: 'low',
      basis: [{ document: '测试', demands: '测试' }],
      description: '由测试写下的规则。',
      explanation: '{times}',
      scope: ['orderId'],
      inputs: { returned: { type: 'hotline.order-event', where: { action: 'returned' } } },
      kind: 'sql',
      query,
      evidence: { returned: 'ids' },
      numbers: { times: '次数' },
      everyMinutes: 10,
      examples: [
        {
          name: '任意',
          now: '2026-03-02T09:00:00+08:00',
          records: [{ type: 'hotline.order-event', id: 'x', at: '2026-03-02T09:00:00+08:00' }],
          expect: [],
        },
      ],
    }),
  );
}

const many = (rowsOfEach: number) => `(SELECT orderId, atMs, id, arrayJoin(range(${rowsOfEach})) AS n FROM returned)`;
const RULES = {
  answers: expert(
    'too-many-answers',
    `SELECT concat(orderId, '/', toString(n)) AS orderId, atMs AS occurredAtMs, array(id) AS ids, 1 AS times FROM ${many(300)}`,
  ),
  memory: expert(
    'too-much-memory',
    `SELECT max(orderId) AS orderId, max(atMs) AS occurredAtMs, groupUniqArray(id) AS ids, length(groupArray(concat(id, toString(n), 'so that it is long'))) AS times FROM ${many(100_000)}`,
  ),
  // All pairs of pairs of pairs: for minutes, in next to no memory.
  time: expert(
    'too-long',
    `SELECT max(a.orderId) AS orderId, max(a.atMs) AS occurredAtMs, groupUniqArray(a.id) AS ids, count() AS times
     FROM returned AS a CROSS JOIN ${many(1_000)} AS b CROSS JOIN ${many(1_000)} AS c WHERE length(concat(b.id, toString(b.n + c.n))) > 1`,
  ),
  read: expert(
    'reads-too-much',
    'SELECT orderId, max(atMs) AS occurredAtMs, groupArray(id) AS ids, count() AS times FROM returned GROUP BY orderId',
  ),
} as const;
/** What is beyond its limit, as what it stands in the list of those set aside, and what people read; the limit, where it is made small. */
type Case = readonly [keyof typeof RULES, string, string, string, readonly [setting: string, of: number, small: number] | null];
const CASES: readonly Case[] = [
  ['answers', 'rows', 'TOO_MANY_ROWS_OR_BYTES', '结果超过上限', null],
  ['memory', 'memory', 'MEMORY_LIMIT_EXCEEDED', '内存超过上限', null],
  ['time', 'time', 'TIMEOUT_EXCEEDED', '用时超过上限', ['max_execution_time', 20, 1]],
  ['read', 'rows', 'TOO_MANY_ROWS', '读取的记录或得到的结果超过上限', ['max_rows_to_read', 100_000_000, RECORDS - 1]],
];

const beside = loadPack().filter(({ id }) => id === 'order-overdue');

const noticeSchema = z.object({ body: z.string() });

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases();
  await haveAdministrator(databases.pool);
  await new TestWriter(databases.warehouse).write(
    Array.from({ length: RECORDS }, (_none, n) =>
      record('hotline.order-event', `r-${n}`, 1, START_MS + n, { orderId: `o-${n}`, unitId: 'U1', action: 'returned' }),
    ),
  );
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));

/** The limit as it stands in the query, made small: ClickHouse counts and refuses as it would there. */
function withLimit(setting: string, of: number, small: number): OpenWarehouse {
  const { warehouse } = databases;
  const tightened = (query: SqlQuery) => ({ ...query, sql: query.sql.replaceAll(`${setting} = ${of}`, `${setting} = ${small}`) });
  return new Proxy(warehouse, {
    get(target, name): unknown {
      if (name === 'rows') return (query: SqlQuery) => target.rows(tightened(query));
      if (name === 'stream') return (query: SqlQuery, signal?: AbortSignal) => target.stream(tightened(query), signal);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

test.each(CASES)(
  'an expert query beyond its limit of %s is set aside by itself, and people are told why',
  async (which, trouble, detail, words, limit) => {
    const rule = RULES[which];
    const warehouse = limit === null ? databases.warehouse : withLimit(...limit);
    const files = [...beside, rule];
    await expect(startWithRules({ ...databases, warehouse }, files, NOW_MS)).rejects.toBeInstanceOf(RuleSetAsideError);
    const setAside = new RulesSetAside({ pool: databases.pool, clock: systemClock });
    expect([...(await setAside.open()).values()]).toMatchObject([{ ruleId: rule.id, trouble, detail }]);
    const notices = await rows(databases.pool, noticeSchema, 'SELECT body FROM notice_delivery WHERE subject_id = $1', [rule.id]);
    expect(notices).toEqual([{ body: expect.stringContaining(words) }]);
    const { rules } = await startWithRules({ ...databases, warehouse }, files, NOW_MS);
    expect(rules.ruleIds()).toEqual(beside.map(({ id }) => id));
  },
);

test('within its limits the same query finds what there is', async () => {
  const { setAside, rules } = await startWithRules(databases, [RULES.read], NOW_MS);
  expect(rules.ruleIds()).toEqual([RULES.read.id]);
  expect(await setAside.open()).toEqual(new Map());
});
