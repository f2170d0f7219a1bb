import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { User } from '@tianyan/access';
import { BulkDecisions, type BulkDecision } from '@tianyan/findings';
import { RetriableError, timerPause, uuidSource } from '@tianyan/kernel';
import { execute, NamedLock, row, rows } from '@tianyan/postgres';
import ExcelJS from 'exceljs';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { bulkDecisionDetailSchema, findingCountsSchema, type BulkDecisionDetail } from '../../api/index.js';
import type { ComposedConsole } from '../../compose-console.js';
import type { ApiClient } from '../../testing/api-client.js';
import { ANALYST, startConsole, type ConsoleFixture } from '../../testing/console-fixture.js';
import { CONSOLE } from '../../tokens.js';
import type { FindingCases } from '../finding-cases.js';
import { BulkRunner } from './bulk-runner.js';

const PATH = '/api/findings/bulk-decisions';
const NEAR = '320921100';
const REASON = '已逐条核对台账，退回均在期限内';
const DISMISS = { decision: 'dismiss', verdict: 'unfounded', reason: REASON } as const;
/** A request is answered while the work goes on elsewhere. */
const ANSWERED_WITHIN_MS = 5_000;

let fixture: ConsoleFixture;
let analyst: ApiClient;
beforeAll(async () => {
  fixture = await startConsole();
  analyst = await fixture.signedIn(ANALYST);
  await plant('many', 5_000);
  await plant('cancelled', 1_500);
  await plant('continued', 1_500);
  await plant('few', 20);
});
afterAll(() => fixture.stop());

/** Open findings of a unit of that name. */
async function plant(unit: string, count: number): Promise<void> {
  await execute(
    fixture.pool,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, unit_id, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
     SELECT $1 || '-' || lpad(n::text, 5, '0'), 'order-ping-pong', 1, '工单反复退回', '微腐败', 2, $1 || n, 'open', true, $3, $1,
       jsonb_build_object('unitId', $1::text), n, n, n, '[]', '{}', '工单 ' || n || ' 被退回' FROM generate_series(1, $2::int) n`,
    [unit, count, NEAR],
  );
}

/** As of when the counts of a list were read. */
const asOfNow = async () => findingCountsSchema.parse((await analyst.get('/api/findings/counts')).body).asOf;
const fitting = async (unit: string, count: number) => ({
  ...DISMISS,
  chosen: { filter: { unit, status: 'open' }, count, asOf: await asOfNow() },
});
async function ask(body: unknown, key?: string): Promise<BulkDecisionDetail> {
  const answer = await analyst.post(PATH, body, key === undefined ? {} : { 'idempotency-key': key });
  expect([answer.status, answer.body]).toEqual([202, expect.anything()]);
  return bulkDecisionDetailSchema.parse(answer.body);
}
const read = async (id: string) => bulkDecisionDetailSchema.parse((await analyst.get(`${PATH}/${id}`)).body);
async function until(id: string, fits: (bulk: BulkDecisionDetail) => boolean): Promise<BulkDecisionDetail> {
  for (;;) {
    const bulk = await read(id);
    if (fits(bulk)) return bulk;
    await wait(50);
  }
}
const isOver = ({ state }: BulkDecisionDetail) => state !== 'running';
/** Of all sheets of a workbook; a body is posted. */
async function cellsOf(client: ApiClient, path: string, body?: unknown): Promise<unknown[]> {
  const headers = { cookie: client.cookie ?? '', 'content-type': 'application/json', origin: fixture.baseUrl };
  const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const file = await fetch(`${fixture.baseUrl}${path}`, { headers, ...posted });
  expect(file.status).toBe(200);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(await file.arrayBuffer());
  return workbook.worksheets.flatMap((sheet) => sheet.getSheetValues()).flat();
}
const countSchema = z.object({ count: z.int() });
const idSchema = z.object({ id: z.string() });
async function count(sql: string, value: string): Promise<number> {
  return (await row(fixture.pool, countSchema, `SELECT count(*)::int AS count ${sql}`, [value])).count;
}
const dismissed = (unit: string) => count(`FROM finding WHERE unit_id = $1 AND status = 'dismissed'`, unit);
const entries = (unit: string) =>
  count('FROM finding_history h JOIN finding f ON f.id = h.finding_id WHERE f.unit_id = $1', unit);

test('5,000 that fit a filter are decided on one by one, each on record; no request takes long', async () => {
  const startMs = performance.now();
  const { id, total } = await ask(await fitting('many', 5_000));
  const askedMs = performance.now() - startMs;
  const over = await until(id, isOver);
  const elapsedMs = performance.now() - startMs;
  process.stdout.write(`5,000 decided on in ${(elapsedMs / 1_000).toFixed(1)} s, asked for in ${Math.round(askedMs)} ms\n`);
  expect([total, over.state, over.done, over.refused]).toEqual([5_000, 'finished', 5_000, 0]);
  expect([await dismissed('many'), await entries('many')]).toEqual([5_000, 5_000]);
  expect(
    await count(`FROM access_audit WHERE action = 'decide-finding' AND object LIKE 'finding/' || $1 || '-%/dismiss'`, 'many'),
  ).toBe(5_000);
  expect(askedMs).toBeLessThan(ANSWERED_WITHIN_MS);
}, 300_000);

describe('what is asked for', () => {
  test('is one under its key, and another content under it is refused', async () => {
    const body = { ...DISMISS, chosen: { ids: ['few-00001'] } };
    const first = await ask(body, 'bulk-decision-key-1');
    await until(first.id, isOver);
    expect((await ask(body, 'bulk-decision-key-1')).id).toBe(first.id);
    const other = { ...body, chosen: { ids: ['few-00002'] } };
    expect((await analyst.post(PATH, other, { 'idempotency-key': 'bulk-decision-key-1' })).status).toBe(409);
    expect(await entries('few')).toBe(1);
  });

  test('is not done where more fit than were shown, none fit, or more than may be', async () => {
    await plant('crowd', 5_001);
    const answers = [
      await analyst.post(PATH, await fitting('few', 5)),
      await analyst.post(PATH, await fitting('nobody', 5)),
      await analyst.post(PATH, await fitting('crowd', 5_001)),
      await analyst.post(PATH, { ...DISMISS, chosen: { ids: [] } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 400, 400, 400]);
    expect(answers[2]?.body.message).toContain('一次最多处理 5000 条');
  });

  test('is done of what waits alone where all that fit are chosen: what was withdrawn is no clue', async () => {
    await plant('mixed', 4);
    await execute(
      fixture.pool,
      `UPDATE finding SET holds = false, status = CASE id WHEN 'mixed-00001' THEN 'withdrawn' ELSE 'dismissed' END
       WHERE id IN ('mixed-00001', 'mixed-00002')`,
    );
    const chosen = { filter: { unit: 'mixed' }, count: 2, asOf: await asOfNow() };
    const { id, total } = await ask({ ...DISMISS, chosen });
    const over = await until(id, isOver);
    expect([total, over.done, over.refused]).toEqual([2, 2, 0]);
    expect(await count(`FROM finding WHERE unit_id = $1 AND status = 'withdrawn'`, 'mixed')).toBe(1);
  });

  test('is done of what stood when the person looked: what came, changed or was committed since is left out, and told', async () => {
    await plant('looked', 4);
    const late = await fixture.pool.connect();
    try {
      // Under way while the person looks: with the number of a transaction from before, and nothing that was to be seen.
      await late.query('BEGIN');
      await late.query(`UPDATE finding SET explanation = '又退回一次' WHERE id = 'looked-00001'`);
      const request = await fitting('looked', 4);
      await late.query('COMMIT');
      // As many as before: one came, and one went.
      await plant('looked-at', 1);
      await execute(fixture.pool, `UPDATE finding SET unit_id = 'looked' WHERE unit_id = 'looked-at'`);
      await execute(fixture.pool, `UPDATE finding SET status = 'dismissed' WHERE id = 'looked-00002'`);
      const { id, total, later } = await ask(request);
      const over = await until(id, isOver);
      expect([total, later, over.done, over.refused]).toEqual([2, 2, 2, 0]);
      const cover = (await cellsOf(analyst, `${PATH}/${id}/result`)).join(' ');
      expect(cover).toContain('已处理：2 条；未处理：0 条；选定之后新来或有变化，没有选入：2 条');
    } finally {
      late.release();
    }
    const left = await rows(
      fixture.pool,
      idSchema,
      `SELECT id FROM finding WHERE unit_id = 'looked' AND status = 'open' ORDER BY id`,
    );
    expect(left.map(({ id }) => id)).toEqual(['looked-00001', 'looked-at-00001']);
    // Seen by now, they are decided on.
    const again = await ask(await fitting('looked', 2));
    expect([again.total, again.later]).toEqual([2, 0]);
    await until(again.id, isOver);
    expect((await cellsOf(analyst, `${PATH}/${again.id}/result`)).join(' ')).not.toContain('没有选入');
  });

  test.each([
    ['of another database', '4:9000000000000:', 409],
    ['that is none', '9:4:', 400],
    ['of other words', "1:1:'); --", 400],
  ])('is refused by an instant %s', async (_what, asOf, status) => {
    const body = { ...DISMISS, chosen: { filter: { unit: 'few' }, count: 20, asOf } };
    expect((await analyst.post(PATH, body)).status).toBe(status);
  });

  test('leaves what was decided already, and what is not there, each with its reason; all of it stands in the file', async () => {
    const { id } = await ask({ decision: 'promote', chosen: { ids: ['few-00001', 'few-00002', 'not-there'] } });
    const over = await until(id, isOver);
    expect([over.done, over.refused]).toEqual([1, 2]);
    expect(over.refusals).toEqual([
      { findingId: 'few-00001', message: expect.stringContaining('已被排除') },
      { findingId: 'not-there', message: expect.stringContaining('没有这条疑点') },
    ]);
    const plain = await cellsOf(analyst, `${PATH}/${id}/result`);
    for (const text of ['few-00001', 'few-00002', 'not-there', '已处理', '未处理']) expect(plain).toContain(text);
    expect(plain).not.toContain('工单 1 被退回');
    const asked = '附入本月工作底稿';
    const whole = await cellsOf(analyst, `${PATH}/${id}/export`, { reason: asked });
    for (const text of ['few-00001', 'few-00002', 'not-there', '工单 1 被退回', asked]) expect(whole).toContain(text);
    expect(await count(`FROM access_audit WHERE action = 'export-ledger' AND reason = $1`, asked)).toBe(1);
  });

  test('leaves the platform with what was found for whoever may export, who says why; a member of a team has the numbers', async () => {
    const member = { account: 'tang.min', password: 'Analyst-2026-xyz' };
    const rest = { displayName: '唐敏', role: 'team-member', townshipCodes: [NEAR], mustChangePassword: false } as const;
    await fixture.users.create({ ...member, ...rest });
    const client = await fixture.signedIn(member);
    const answer = await client.post(PATH, { ...DISMISS, chosen: { ids: ['few-00004'] } });
    const { id } = bulkDecisionDetailSchema.parse(answer.body);
    while ((await client.get(`${PATH}/${id}`)).body['state'] === 'running') await wait(50);
    expect(await cellsOf(client, `${PATH}/${id}/result`)).toContain('few-00004');
    expect((await client.post(`${PATH}/${id}/export`, { reason: '留存' })).status).toBe(403);
    expect((await analyst.post(`${PATH}/${id}/export`, { reason: '留存' })).status).toBe(404);
    expect((await analyst.post(`${PATH}/${id}/export`, {})).status).toBe(400);
  });

  test('is nobody else’s to see or to stop', async () => {
    const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse((await analyst.get(PATH)).body);
    const other = { account: 'he.lin', password: 'Analyst-2026-xyz' };
    await fixture.users.create({
      ...other,
      displayName: '何林',
      role: 'analyst',
      townshipCodes: [NEAR],
      mustChangePassword: false,
    });
    const client = await fixture.signedIn(other);
    expect((await client.get(PATH)).body).toEqual({ items: [] });
    for (const { id } of items.slice(0, 1)) {
      expect((await client.get(`${PATH}/${id}`)).status).toBe(404);
      expect((await client.get(`${PATH}/${id}/result`)).status).toBe(404);
      expect((await client.post(`${PATH}/${id}/cancel`)).status).toBe(404);
    }
  });
});

test('stopped by its person it goes no further: what is done stays, the rest is left, and another may be asked for', async () => {
  const { id } = await ask(await fitting('cancelled', 1_500));
  expect((await analyst.post(PATH, await fitting('few', 20))).status).toBe(409);
  await until(id, ({ done }) => done > 0);
  expect((await analyst.post(`${PATH}/${id}/cancel`)).status).toBe(200);
  const { done } = await until(id, isOver);
  // One that was under way is still done.
  await until((await ask({ ...DISMISS, chosen: { ids: ['few-00003'] } })).id, isOver);
  const after = await read(id);
  expect([after.state, after.done < 1_500, after.done - done <= 1]).toEqual(['cancelled', true, true]);
  expect(await dismissed('cancelled')).toBe(after.done);
}, 60_000);

describe('a console that ends', () => {
  const stored = () => new BulkDecisions({ pool: fixture.pool, ids: uuidSource, clock: fixture.machineClock });
  const next = (decideWith?: FindingCases['decideWith']) => {
    const { findingCases, users } = fixture.app.get<ComposedConsole>(CONSOLE);
    const { pool } = fixture;
    const bulks = stored();
    const findings = decideWith ? { decideWith } : findingCases;
    const lock = new NamedLock(pool);
    return new BulkRunner({ bulks, findings, users, lock, pause: timerPause, logger: pino({ level: 'silent' }) });
  };

  test('leaves what the next goes on with, each finding once; it stops where the account may do less by then', async () => {
    const { id } = await ask(await fitting('continued', 1_500));
    await until(id, ({ done }) => done > 0);
    await fixture.app.get<ComposedConsole>(CONSOLE).bulkRunner.stop();
    const left = await read(id);
    expect([left.state, left.done < 1_500]).toEqual(['running', true]);
    const runner = next();
    runner.start();
    await until(id, ({ done }) => done > left.done + 100);
    await execute(fixture.pool, `UPDATE access_user SET township_codes = '{320921101}' WHERE account = $1`, [ANALYST.account]);
    const over = await until(id, isOver);
    await runner.stop();
    expect([over.state, over.stopReason]).toEqual(['stopped', expect.stringContaining('管辖范围、问题类别有改动')]);
    expect([await dismissed('continued'), await entries('continued')]).toEqual([over.done, over.done]);
  }, 60_000);

  /** Asked for by another person, while no console carries anything out. */
  async function askAs(account: string, chosen: { ids: string[] } | { filter: unknown }): Promise<{ user: User; id: string }> {
    const sign = { account, password: 'Analyst-2026-xyz' };
    const rest = { displayName: account, role: 'analyst', townshipCodes: [NEAR], mustChangePassword: false } as const;
    const user = await fixture.users.create({ ...sign, ...rest });
    if (!user) throw new Error(`${account} exists`);
    const answer = await (await fixture.signedIn(sign)).post(PATH, { ...DISMISS, chosen });
    expect(answer.status).toBe(202);
    return { user, id: bulkDecisionDetailSchema.parse(answer.body).id };
  }
  async function untilStored(user: User, id: string, fits: (bulk: BulkDecision) => boolean): Promise<BulkDecision> {
    for (;;) {
      const bulk = await stored().get(user.id, id);
      if (fits(bulk)) return bulk;
      await wait(20);
    }
  }

  test.each([
    ['classes', `problem_classes = '{不作为}'`],
    ['password', 'must_change_password = true'],
    ['role', `role = 'team-member'`],
    ['townships', `township_codes = '{320921101}'`],
    ['lock', 'locked_at_ms = 1'],
  ])('does nothing more for an account that has changed between two turns: %s', async (name, change) => {
    const finding = `few-0001${name.length}`;
    const { user, id } = await askAs(`changed.${name}`, { ids: [finding] });
    await execute(fixture.pool, `UPDATE access_user SET ${change} WHERE id = $1`, [user.id]);
    const runner = next();
    runner.start();
    const over = await untilStored(user, id, ({ state }) => state !== 'running');
    await runner.stop();
    expect([over.state, over.done, over.refused]).toEqual(['stopped', 0, 0]);
    expect(over.stopReason).toContain('有改动');
    expect(await count(`FROM finding WHERE id = $1 AND status = 'open'`, finding)).toBe(1);
  });

  const change = (client: Pick<typeof fixture.pool, 'query'>, id: string) =>
    execute(client, `UPDATE finding SET explanation = '又退回一次' WHERE id = $1`, [id]);
  const OTHER_NOW = expect.stringContaining('选定之后有变化');

  test.each(['ids', 'filter'])(
    'decides on nothing that has changed between being chosen and its turn: chosen by %s',
    async (by) => {
      const unit = `later-${by}`;
      await plant(unit, 3);
      const first = `${unit}-00001`;
      const second = `${unit}-00002`;
      const third = `${unit}-00003`;
      const { chosen } = await fitting(unit, 3);
      const { user, id } = await askAs(`chose.${by}`, by === 'ids' ? { ids: [first, second, third] } : chosen);
      await change(fixture.pool, second);
      const late = await fixture.pool.connect();
      const runner = next();
      try {
        // Under way when its turn comes: what it waits for is what counts.
        await late.query('BEGIN');
        await change(late, third);
        runner.start();
        const waits = `FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`;
        while ((await count(waits, 'SELECT 1 FROM finding f%')) === 0) await wait(20);
        await late.query('COMMIT');
        const over = await untilStored(user, id, ({ state }) => state !== 'running');
        expect([over.state, over.done, over.refused]).toEqual(['finished', 1, 2]);
      } finally {
        late.release();
        await runner.stop();
      }
      const refused = await stored().refusals({ id });
      expect(refused).toMatchObject([second, third].map((findingId) => ({ findingId, message: OTHER_NOW })));
      expect([await dismissed(unit), await entries(unit)]).toEqual([1, 1]);
    },
  );

  test('goes on with what others asked for while one has to wait', async () => {
    const waiting = await askAs('who.waits', { ids: ['few-00018'] });
    const other = await askAs('who.goes', { ids: ['few-00019'] });
    const { findingCases } = fixture.app.get<ComposedConsole>(CONSOLE);
    const runner = next((actor, ...rest) =>
      actor.user.id === waiting.user.id
        ? Promise.reject(new RetriableError('deadlock detected'))
        : findingCases.decideWith(actor, ...rest),
    );
    runner.start();
    const over = await untilStored(other.user, other.id, ({ state }) => state !== 'running');
    await runner.stop();
    expect([over.state, over.done]).toEqual(['finished', 1]);
    expect(await stored().get(waiting.user.id, waiting.id)).toMatchObject({ state: 'running', done: 0, refused: 0 });
  });
});
