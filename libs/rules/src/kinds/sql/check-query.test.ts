import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtInCatalogue } from '@tianyan/contracts';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { readRows } from '@tianyan/warehouse';
import { z } from 'zod';
import { ExampleTables } from '../../examples/example-tables.js';
import { ALLOWED_FUNCTIONS } from './allowed-functions.js';
import { checkQuery } from './check-query.js';
import { columnsOf } from './query.js';
import { QueryTextError } from './tokens.js';

const TABLES = new Set(['paid', 'asked']);
const passes = (query: string) => {
  try {
    checkQuery(query, TABLES);
    return null;
  } catch (error) {
    if (error instanceof QueryTextError) return error.problem;
    throw error;
  }
};

let tables: ExampleTables;
beforeAll(async () => {
  tables = await ExampleTables.open();
});
afterAll(() => tables.close());

describe('what only reads its inputs passes', () => {
  test.each([
    'SELECT villageCode FROM paid',
    "SELECT p.villageCode, count() AS n FROM paid AS p WHERE p.purpose IN ('a', 'b', -1, NULL) GROUP BY p.villageCode",
    'WITH big AS (SELECT id FROM paid) SELECT id FROM big WHERE id IN big AND id IN (SELECT id FROM asked)',
    'SELECT a.id FROM paid AS a LEFT JOIN (SELECT id FROM asked) AS b ON a.id = b.id AND a.x > b.y',
    'SELECT a.id FROM paid a ANY INNER JOIN asked b USING (id) -- with a word; and ` marks',
    'SELECT a.limit, b.array FROM paid AS a JOIN asked AS b ON a.limit = b.array GROUP BY a.limit, b.array ORDER BY 1, 2 LIMIT 3, 4',
    'SELECT quantileExact(0.5)(amountFen) AS m FROM paid UNION ALL SELECT 1 AS m FROM asked',
    'SELECT sum(x) OVER (PARTITION BY villageCode ORDER BY atMs ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM paid',
    "SELECT arrayMap(x -> x + 1, groupArray(n)) FROM paid HAVING count() >= {least} AND {now} > 0 AND 'it''s; DROP' = 'x'",
    "SELECT CAST(x AS Nullable(Int64)), CAST(y, 'String'), CASE WHEN a THEN 1 ELSE 2 END FROM paid QUALIFY row_number() OVER (ORDER BY id) = 1",
  ])('%s', (query) => expect(passes(query)).toBeNull());
});

describe('what would do anything else is refused', () => {
  test.each([
    ['SELECT * FROM cur_hotline_order', 'FROM 后只能是'],
    ['SELECT * FROM system.tables', 'FROM 后只能是'],
    ['SELECT * FROM paid.x', 'FROM 后只能是'],
    ['SELECT * FROM paid, cur_hotline_order', '逗号'],
    ['SELECT * FROM paid AS a JOIN asked AS b ON a.id = b.id, cur_x', '逗号'],
    ['SELECT * FROM paid AS a JOIN asked AS b ON a.id = b.limit, cur_x', '逗号'],
    ['SELECT * FROM paid AS a JOIN asked AS b ON a.id = limit, cur_x', '逗号'],
    ['SELECT * FROM paid AS a JOIN asked AS b ON a.id = where, cur_x', '逗号'],
    ['SELECT * FROM paid AS a JOIN asked AS b ON select = 1, cur_x', 'SELECT 要写在'],
    ['SELECT * FROM paid AS a JOIN asked AS b ON a.x = b.array JOIN cur_x ON 1', 'arrayJoin'],
    ['SELECT x FROM paid ARRAY JOIN [1] AS x', 'arrayJoin'],
    ['FROM paid SELECT id', '开头'],
    ['SELECT * FROM paid JOIN system.users USING (id)', 'JOIN 后只能是'],
    ['SELECT * FROM paid JOIN asked USING id, system.users', 'USING'],
    ['SELECT id IN cur_hotline_order FROM paid', 'IN 后只能是'],
    ['SELECT id IN (cur_hotline_order) FROM paid', 'IN 后的括号'],
    ['SELECT id IN ((cur_hotline_order)) FROM paid', 'IN 后的括号'],
    ['SELECT in(1, cur_hotline_order) FROM paid', 'IN 后的括号'],
    ['SELECT id IN (system.users) FROM paid', 'IN 后的括号'],
    ['SELECT id IN [cur_x] FROM paid', 'IN 后的括号'],
    ["SELECT * FROM file('/etc/passwd')", 'FROM 后只能是|不能使用函数'],
    ["SELECT * FROM url('http://x')", 'FROM 后只能是|不能使用函数'],
    ['SELECT * FROM (cur_hotline_order)', 'FROM 后的括号'],
    ['SELECT * FROM ((SELECT 1))', 'FROM 后的括号'],
    ['SELECT * FROM (EXPLAIN SELECT 1)', 'FROM 后的括号'],
    ['SELECT * FROM (SHOW TABLES)', 'FROM 后的括号'],
    ["SELECT file('/etc/passwd') FROM paid", '不能使用函数 file'],
    ["SELECT dictGet('d', 'a', 1) FROM paid", '不能使用函数'],
    ["SELECT joinGet('d', 'a', 1) FROM paid", '不能使用函数'],
    ['SELECT sleep(3) FROM paid', '不能使用函数'],
    ['SELECT now() FROM paid', '{now}'],
    ['SELECT uniq(id) FROM paid', 'uniqExact'],
    ['SELECT any(id) FROM paid', 'argMax'],
    ["SELECT getSetting('x') FROM paid", '不能使用函数'],
    ['SELECT currentUser() FROM paid', '不能使用函数'],
    ['SELECT * FROM paid SETTINGS max_threads = 1', '不能使用 SETTINGS'],
    ['SELECT * FROM paid FORMAT CSV', '不能使用 FORMAT'],
    ["SELECT * FROM paid INTO OUTFILE 'x'", '不能使用 INTO'],
    ['INSERT INTO paid SELECT 1', '应以 SELECT 开头'],
    ['DROP TABLE paid', '应以 SELECT 开头'],
    ['SELECT 1; DROP TABLE paid', '分号'],
    ['SELECT * FROM paid) AS x, (SELECT * FROM asked', '括号'],
    ['SELECT 1 FROM paid)', '括号'],
    ['SELECT (1] FROM paid', '括号'],
    ['SELECT `x` FROM paid', '引号'],
    ['SELECT "x" FROM paid', '引号'],
    ["SELECT 'a\\'b' FROM paid", '单引号'],
    ["SELECT 'abc FROM paid", '单引号'],
    ['SELECT id FROM paid /*WHERE*/ , cur_x', '注释'],
    ['SELECT $$x$$ FROM paid', '字符 \\$'],
    ['SELECT @@version FROM paid', '字符 @'],
    ['SELECT ‘x’ FROM paid', '字符 ‘'],
    ['SELECT 0x1f FROM paid', '数字'],
    ['SELECT {x:Identifier} FROM paid', '花括号'],
    ['SELECT 1 # x', '字符 #'],
    ['WITH RECURSIVE t AS (SELECT 1 FROM paid) SELECT * FROM t', 'RECURSIVE'],
    ['WITH cur_hotline_order AS (SELECT 1 FROM paid) SELECT * FROM cur_hotline_order', '只含字母'],
    ['WITH paid AS (SELECT 1 FROM asked) SELECT * FROM paid', '重名'],
    ['SELECT * FROM paid ORDER BY id WITH FILL', 'FILL'],
    ['SELECT * FROM paid FINAL', 'FINAL'],
    ['SELECT * FROM VALUES (1)', 'VALUES|FROM'],
    ['SELECT * FROM numbers(10)', 'FROM 后只能是|不能使用函数'],
    ['SELECT COLUMNS(1) FROM paid', 'COLUMNS'],
    ['SELECT * APPLY(sum) FROM paid', 'APPLY'],
    ['', '开头'],
    [`SELECT ${'('.repeat(60)}1${')'.repeat(60)} FROM paid`, '最多套'],
  ])('%s', (query, problem) => {
    expect(passes(query)).toMatch(new RegExp(problem));
  });
});

test('an input that is called like a word of SQL is refused', () => {
  expect(() => checkQuery('SELECT id FROM order', new Set(['order']))).toThrow('关键字');
});

test('tables of the database have names that no query can give its own', async () => {
  const names = await readRows(tables.warehouse, z.object({ name: z.string() }), {
    sql: 'SELECT name FROM system.tables WHERE database = currentDatabase()',
    params: {},
  });
  expect(names.length).toBeGreaterThan(20);
  for (const { name } of names) expect(name).toContain('_');
});

test('what the list allows the database knows, under that name', async () => {
  const known = await readRows(tables.warehouse, z.object({ name: z.string() }), {
    sql: 'SELECT name FROM system.functions',
    params: {},
  });
  const names = new Set(known.map(({ name }) => name.toLowerCase()));
  const base = (name: string) => name.toLowerCase().replace(/if$/, '');
  for (const name of ALLOWED_FUNCTIONS)
    expect([name, names.has(name.toLowerCase()) || names.has(base(name))]).toEqual([name, true]);
});

test('every column of every record type can be named', () => {
  for (const contract of builtInCatalogue.all())
    for (const { name } of columnsOf(contract))
      expect([name, passes(`SELECT ${name}, p.${name} FROM paid AS p`)]).toEqual([name, null]);
});

const PIECES =
  `SELECT FROM WHERE WITH AS IN NOT JOIN ARRAY ON USING GROUP BY ORDER LIMIT UNION ALL paid asked id x cur_hotline_order a.limit a.array where limit group select array system tables count sum tuple
   ( ) [ ] , . * = 1 'a' -> {now} numbers file any LEFT GLOBAL FINAL OVER PARTITION HAVING CAST Nullable EXCEPT /* */ --`.split(
    /\s+/,
  );

test('of whatever passes, the database reads no table but the inputs', async () => {
  const found: string[] = [];
  const grown = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(' '));
  const query = fc.oneof(
    grown.map((more) => `SELECT id FROM paid ${more}`),
    grown.map((more) => `SELECT ${more} FROM paid`),
    grown.map((more) => `SELECT id FROM paid WHERE id ${more}`),
    grown.map((more) => `WITH t AS (SELECT ${more} FROM paid) SELECT id FROM t`),
  );
  fc.assert(
    fc.property(query, (text) => {
      if (passes(text) === null) found.push(text);
    }),
    { numRuns: 30_000, seed: 7 },
  );
  expect(found.length).toBeGreaterThan(100);
  for (const text of found.slice(0, 400)) {
    const inputs = 'paid AS (SELECT 1 AS id, 2 AS x), asked AS (SELECT 1 AS id)';
    const [row] = await tables.warehouse
      .rows({
        sql: `EXPLAIN AST WITH ${inputs}, answer AS (${text.replaceAll('{now}', '1')}) SELECT * FROM answer`,
        params: {},
      })
      .then((rows) => [rows.map((line) => JSON.stringify(line)).join('\n')])
      .catch(() => ['']);
    const read = [...(row ?? '').matchAll(/TableIdentifier ([\w.]+)/g)].map(([, name]) => name);
    expect(read.filter((name) => !['paid', 'asked', 'answer', 't'].includes(name ?? ''))).toEqual([]);
    expect(row).not.toContain('TableFunction');
  }
}, 120_000);

test('the guide lists every function that may be called', () => {
  const guide = readFileSync(new URL('../../../../../docs/rule-guide.md', import.meta.url), 'utf8');
  const missing = [...ALLOWED_FUNCTIONS].filter((name) => !guide.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});
