import { accessMigrations, UserStore } from '@tianyan/access';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findingsMigrations } from '@tianyan/findings';
import { DAY_MS, ManualClock, sequentialIds } from '@tianyan/kernel';
import { noticeMigrations } from '@tianyan/notices';
import { execute, rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { ExemptionNotices } from './exemption-notices.js';

const NOW_MS = Date.parse('2026-03-05T12:00:00+08:00');

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations, noticeMigrations, accessMigrations]);
});
afterAll(() => postgres.stop());

test('the end of an exemption is told with the class of its rule; of a rule that is not judged any more nobody knows it', async () => {
  const { pool } = postgres;
  const [ids, clock] = [sequentialIds('u'), new ManualClock(NOW_MS)];
  const person = { account: 'li', displayName: '李芬', role: 'analyst', townshipCodes: null, mustChangePassword: false } as const;
  await new UserStore({ pool, ids, clock }).create({ ...person, password: 'Some-Password-77' });
  await execute(pool, 'UPDATE finding_clock SET now_ms = $1', [NOW_MS]);
  for (const ruleId of ['judged', 'gone'])
    await execute(
      pool,
      `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, actor, made_at_ms, expires_at_ms)
       VALUES ($1, 'unitId', 'U1', 'snooze', '补录中', 'li', $2, $3)`,
      [ruleId, NOW_MS - 9 * DAY_MS, NOW_MS + DAY_MS],
    );
  const rules = () => [{ id: 'judged', title: '超期未办', problemClass: '不作为' }];
  const notices = new ExemptionNotices({ postgres: pool, ids, machineClock: clock, countyClock: clock, rules });
  expect(await notices.round()).toBe(2);
  const schema = z.object({ title: z.string(), problem_classes: z.array(z.string()).nullable() });
  expect(await rows(pool, schema, 'SELECT title, problem_classes FROM notice_delivery ORDER BY title')).toEqual([
    { title: '“gone”的一条暂缓快到期', problem_classes: null },
    { title: '“超期未办”的一条暂缓快到期', problem_classes: ['不作为'] },
  ]);
});
