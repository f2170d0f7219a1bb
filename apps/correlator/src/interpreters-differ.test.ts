import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { FindingQueries, RuleRunQueries, RuleSetAsideError } from '@tianyan/findings';
import { DAY_MS } from '@tianyan/kernel';
import { rows } from '@tianyan/postgres';
import { loadPack } from '@tianyan/rules';
import { alterRunningDistinct } from '@tianyan/rules/testing';
import { z } from 'zod';
import { TestWriter, forgetFindings, openDatabases, record, type Databases } from './correlator.test-fixture.js';
import { ADMINISTRATOR, haveAdministrator, publishReviewed, startWithRules } from './rule-sets.test-fixture.js';

const START_MS = Date.parse('2026-03-02T09:00:00+08:00');
const NOW_MS = START_MS + 30 * DAY_MS;
/** Counts different units; the other rule over orders does not. */
const COUNTING = 'order-ping-pong';
const BESIDE = 'order-overdue';
const RULES = loadPack().filter(({ id }) => id === COUNTING || id === BESIDE);

const noticeSchema = z.object({ subject_id: z.string(), title: z.string(), body: z.string() });

let databases: Databases;
let writer: TestWriter;
let restore: () => void = () => {};
beforeAll(async () => {
  databases = await openDatabases();
  writer = new TestWriter(databases.warehouse);
  await haveAdministrator(databases.pool);
  // Three units in turn, which SQL finds; and three times to one, which it passes over.
  await writer.write([...dispatched('turns', ['U1', 'U2', 'U3']), ...dispatched('steady', ['U1', 'U1', 'U1'])]);
});
afterAll(() => databases.close());
beforeEach(() => forgetFindings(databases));
afterEach(() => restore());

function dispatched(orderId: string, units: readonly string[]) {
  return units.map((unitId, n) =>
    record('hotline.order-event', `${orderId}-${n}`, 1, START_MS + n, { orderId, unitId, action: 'dispatched' }),
  );
}

async function found(): Promise<string[]> {
  const { items } = await new FindingQueries(databases.pool).list(WHOLE_COUNTY, {}, { limit: 100 });
  return items.map(({ ruleId, scope }) => `${ruleId} ${scope}`).toSorted();
}

describe('a rule of which process and SQL do not say the same over the records there are', () => {
  test.each([
    ['the process passes over what SQL finds', (list: readonly unknown[]) => list.map(() => 0)],
    [
      'the process finds what SQL passes over, which shows in no answer',
      (list: readonly unknown[]) => list.map((_value, i) => i + 1),
    ],
  ])('%s: it does not go live, those beside it do, and people are told', async (_name, run) => {
    restore = alterRunningDistinct(() => run);
    await expect(startWithRules(databases, RULES, NOW_MS)).rejects.toBeInstanceOf(RuleSetAsideError);
    // As after a process has come back; each looks at the set again.
    const { round, setAside, rules, runs, pipeline, drift } = await startWithRules(databases, RULES, NOW_MS);
    expect([...(await setAside.open()).values()]).toMatchObject([
      { ruleId: COUNTING, trouble: 'differs', detail: 'INTERPRETERS_DIFFER', attempt: 1 },
    ]);
    expect(rules.ruleIds()).toEqual([BESIDE]);
    await pipeline.landed(await writer.write(dispatched('later', ['U1', 'U2', 'U3'])));
    expect(await found()).toEqual(['later', 'steady', 'turns'].map((scope) => `${BESIDE} ${scope}`));
    const notices = await rows(
      databases.pool,
      noticeSchema,
      `SELECT subject_id, title, body FROM notice_delivery WHERE subject_kind = 'rule'`,
    );
    expect(notices).toMatchObject([{ subject_id: COUNTING, body: expect.stringMatching(/结论不一致.*其他规则照常/) }]);

    // The program is mended, and a person lets it run again.
    restore();
    await setAside.takeUp({ ruleId: COUNTING, actor: ADMINISTRATOR.account });
    await round();
    expect(await setAside.open()).toEqual(new Map());
    expect(await found()).toEqual(expect.arrayContaining([`${COUNTING} later`, `${COUNTING} turns`]));
    expect(await found()).not.toContain(`${COUNTING} steady`);
    expect(await drift()).toBe(0);
    await runs.flush();
    const log = await new RuleRunQueries(databases.pool).last(COUNTING);
    expect(log.map(({ kind }) => kind)).toContain('fill');
  });

  test('that somebody publishes is kept back as well, and the log of its runs says so', async () => {
    const { runs, setAside, round } = await startWithRules(
      databases,
      RULES.filter(({ id }) => id === BESIDE),
      NOW_MS,
    );
    const [counting] = RULES.filter(({ id }) => id === COUNTING);
    if (!counting) throw new Error('the pack has the rule');
    restore = alterRunningDistinct(() => (list) => list.map(() => 0));
    await publishReviewed(databases.pool, counting);
    await expect(round()).rejects.toBeInstanceOf(RuleSetAsideError);
    await round();
    expect([...(await setAside.open()).keys()]).toEqual([COUNTING]);
    expect(await found()).not.toContain(`${COUNTING} turns`);
    await runs.flush();
    // It differs in the sample: neither live work nor a sweep has judged by it.
    expect(await new RuleRunQueries(databases.pool).last(COUNTING)).toMatchObject([
      { kind: 'publish', runs: 0, gained: 0, errors: 1, lastError: 'INTERPRETERS_DIFFER' },
    ]);
  });
});
