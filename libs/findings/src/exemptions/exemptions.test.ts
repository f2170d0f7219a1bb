import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Reach } from '@tianyan/access';
import { WHOLE_COUNTY as COUNTY } from '@tianyan/access/testing';
import { DAY_MS, integerBetween, ManualClock, seededRng } from '@tianyan/kernel';
import { execute, idText, rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { FindingQueries } from '../finding-queries.js';
import { findingsMigrations } from '../index.js';
import { Exemptions, MAX_EXEMPTIONS, type NewExemption } from './exemptions.js';
import { SET_ASIDE, SET_ASIDE_AMONG, setAsideAmong } from './set-aside.js';

const NOW_MS = Date.parse('2026-03-05T12:00:00+08:00');
const EAST = '320921100';
const WEST = '320921200';
const EAST_ANALYST = {
  id: 'u',
  account: 'a',
  displayName: '甲',
  role: 'analyst',
  townshipCodes: [EAST],
  problemClasses: null,
  unitCodes: [],
  mustChangePassword: false,
} as const;
const EAST_ONLY = Reach.of({ user: EAST_ANALYST });

let postgres: TestPostgres;
let exemptions: Exemptions;
let queries: FindingQueries;
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations]);
  exemptions = new Exemptions({ pool: postgres.pool, countyClock: new ManualClock(NOW_MS) });
  queries = new FindingQueries(postgres.pool);
});
afterAll(() => postgres.stop());
afterEach(() => execute(postgres.pool, 'TRUNCATE finding, finding_history, finding_exemption').then(() => undefined));

async function store(id: string, ruleId: string, township: string, subjects: Record<string, string>): Promise<void> {
  await execute(
    postgres.pool,
    `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
       occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
     VALUES ($1, $2, 1, '超期', '不作为', 2, $3, 'open', true, $4, $5, $6, $6, $6, '[]', '{}', '超期未办')`,
    [id, ruleId, `S-${id}`, township, JSON.stringify(subjects), NOW_MS],
  );
}
const clockAt = (nowMs: number) => execute(postgres.pool, 'UPDATE finding_clock SET now_ms = $1', [nowMs]);

beforeEach(async () => {
  await clockAt(NOW_MS);
  await store('E1', 'overdue', EAST, { unitId: 'U1' });
  await store('E2', 'overdue', EAST, { unitId: 'U2' });
  await store('W1', 'overdue', WEST, { unitId: 'U1' });
  await store('O1', 'other', EAST, { unitId: 'U1' });
});

const snooze = (asked: Partial<NewExemption> = {}): NewExemption => ({
  findingId: 'E1',
  subjectKind: 'unitId',
  kind: 'snooze',
  reason: '系统切换，月底前补录',
  document: null,
  expiresAtMs: NOW_MS + 10 * DAY_MS,
  actor: 'li',
  ...asked,
});
const listed = async (aside: 'only' | 'without', reach = COUNTY) =>
  (await queries.list(reach, { aside }, {})).items.map(({ id }) => id).toSorted();

describe('what is set aside', () => {
  test('is all that the rule finds about the subject, later ones too; it is counted, and nobody is told', async () => {
    await exemptions.add(COUNTY, snooze());
    await store('E3', 'overdue', EAST, { unitId: 'U1' });
    expect(await listed('only')).toEqual(['E1', 'E3', 'W1']);
    expect(await listed('without')).toEqual(['E2', 'O1']);
    expect(await queries.counts(COUNTY, { statuses: ['open'] })).toMatchObject({ total: 5, aside: 3 });
    expect(await setAsideAmong(postgres.pool, ['E3', 'E2', 'O1'])).toEqual(new Set(['E3']));
    expect(await exemptions.list(COUNTY, 'overdue')).toMatchObject([{ subjectCode: 'U1', counts: true, findings: 3 }]);
    expect([...(await exemptions.ofFindings(COUNTY, ['E1', 'E2'])).keys()]).toEqual(['E1']);
  });

  test('one scope alone', async () => {
    await exemptions.add(COUNTY, snooze({ subjectKind: 'scope', kind: 'exception', document: '县府批复', expiresAtMs: null }));
    expect(await listed('only')).toEqual(['E1']);
  });

  test('comes back by itself at the instant it expires, by the evaluation clock', async () => {
    await exemptions.add(COUNTY, snooze());
    await clockAt(NOW_MS + 10 * DAY_MS - 1);
    expect(await listed('only')).toEqual(['E1', 'W1']);
    await clockAt(NOW_MS + 10 * DAY_MS);
    expect(await listed('only')).toEqual([]);
    expect(await exemptions.list(COUNTY, null)).toMatchObject([{ counts: false, ended: null, findings: 0 }]);
    // What is over stands in nobody's way.
    await exemptions.add(COUNTY, snooze({ expiresAtMs: NOW_MS + 20 * DAY_MS }));
  });

  test('comes back when it is ended, with who and why kept', async () => {
    const id = await exemptions.add(COUNTY, snooze());
    await exemptions.end(COUNTY, id, { actor: 'wang', reason: '已经补录' });
    expect(await listed('only')).toEqual([]);
    expect(await exemptions.list(COUNTY, null)).toMatchObject([{ counts: false, ended: { actor: 'wang', reason: '已经补录' } }]);
    await expect(exemptions.end(COUNTY, id, { actor: 'wang', reason: '再来' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('reach', () => {
  test("a person of one township sets aside that township's findings, and cannot see what concerns others", async () => {
    const own = await exemptions.add(EAST_ONLY, snooze());
    expect(await listed('only')).toEqual(['E1']);
    await expect(exemptions.add(EAST_ONLY, snooze({ findingId: 'W1' }))).rejects.toMatchObject({ code: 'not-found' });
    // The county's own: about W1 alone.
    const far = await exemptions.add(COUNTY, snooze({ findingId: 'W1', subjectKind: 'scope' }));
    expect((await exemptions.list(EAST_ONLY, null)).map(({ id }) => id)).toEqual([own]);
    await expect(exemptions.end(EAST_ONLY, far, { actor: 'li', reason: '越界' })).rejects.toMatchObject({ code: 'not-found' });
    // One that touches a finding which the person sees is seen, with what is within reach, and not ended.
    const both = await exemptions.add(COUNTY, snooze());
    expect(await exemptions.list(EAST_ONLY, null)).toMatchObject([{ id: both, findings: 1, mayEnd: false }, { id: own }]);
    await expect(exemptions.end(EAST_ONLY, both, { actor: 'li', reason: '越界' })).rejects.toMatchObject({ code: 'forbidden' });
    await exemptions.end(EAST_ONLY, own, { actor: 'li', reason: '不用了' });
  });
});

test('of a rule that has found something of another class since, it is not for a person of one class to end', async () => {
  const oneClass = Reach.of({
    user: { ...EAST_ANALYST, townshipCodes: null, problemClasses: ['不作为'] },
  });
  const id = await exemptions.add(oneClass, snooze({ kind: 'exception', document: '县府批复', expiresAtMs: null }));
  expect(await exemptions.list(oneClass, null)).toMatchObject([{ id, mayEnd: true }]);
  await store('E9', 'overdue', EAST, { unitId: 'U1' });
  await execute(postgres.pool, `UPDATE finding SET problem_class = '微腐败' WHERE id = 'E9'`);
  expect(await exemptions.list(oneClass, null)).toMatchObject([{ id, findings: 2, mayEnd: false }]);
  await expect(exemptions.end(oneClass, id, { actor: 'li', reason: '不用了' })).rejects.toMatchObject({ code: 'forbidden' });
  await execute(postgres.pool, `DELETE FROM finding WHERE id = 'E9'`);
  await exemptions.end(oneClass, id, { actor: 'li', reason: '不用了' });
});

test.each([1, 2, 3])(
  'of a few findings and of all the same is set aside, whatever exemptions there are (seed %i)',
  async (seed) => {
    const rng = seededRng(seed);
    const one = <T>(list: readonly T[]) => list[integerBetween(rng, 0, list.length - 1)];
    const ids = Array.from({ length: 40 }, (_, n) => `R${n}`);
    for (const id of ids) {
      const subjects = { unitId: `U${integerBetween(rng, 0, 3)}`, contractId: `C${integerBetween(rng, 0, 3)}` };
      await store(id, one(['overdue', 'other', 'other@shadow']) ?? '', one([EAST, WEST]) ?? '', subjects);
    }
    for (let n = 0; n < 25; n++) {
      const kind = one(['scope', 'unitId', 'contractId']);
      const code =
        kind === 'scope' ? `S-R${integerBetween(rng, 0, 39)}` : `${kind === 'unitId' ? 'U' : 'C'}${integerBetween(rng, 0, 3)}`;
      await execute(
        postgres.pool,
        `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, actor, made_at_ms, expires_at_ms, townships,
         ended_at_ms, ended_by, end_reason)
       VALUES ($1, $2, $3, 'snooze', '试', 'li', 0, $4, $5, $6, $7, $7)`,
        [
          one(['overdue', 'other', 'other@shadow']),
          kind,
          code,
          NOW_MS + (one([-1, 1, 1]) ?? 0),
          one([null, [EAST], [EAST, WEST]]),
          ...(one([
            [null, null],
            [null, null],
            [1, 'li'],
          ]) ?? []),
        ],
      );
    }
    const sorted = (found: readonly { finding_id: string; exemption_id: string }[]) =>
      found.map(({ finding_id: id, exemption_id: by }) => `${id} ${by}`).toSorted();
    const schema = z.object({ finding_id: z.string(), exemption_id: idText });
    const all = await rows(postgres.pool, schema, SET_ASIDE);
    expect(all.length).toBeGreaterThan(0);
    expect(sorted(await rows(postgres.pool, schema, SET_ASIDE_AMONG, [ids]))).toEqual(
      sorted(all.filter(({ finding_id: id }) => ids.includes(id))),
    );
    const some = ids.filter(() => rng.next() < 0.3);
    expect(await setAsideAmong(postgres.pool, some)).toEqual(
      new Set(all.flatMap(({ finding_id: id }) => (some.includes(id) ? [id] : []))),
    );
  },
);

describe('from the page of a rule', () => {
  const asked = { ruleId: 'r', subjectKind: 'unitId', subjectCode: 'U9', reason: '补录中', document: null, actor: 'li' } as const;

  test('also what has no finding yet: the first one that comes is set aside', async () => {
    await exemptions.addForRule(COUNTY, { ...asked, kind: 'snooze', expiresAtMs: NOW_MS + DAY_MS });
    expect(await listed('only')).toEqual([]);
    await store('N1', 'r', EAST, { unitId: 'U9' });
    expect(await listed('only')).toEqual(['N1']);
    await expect(exemptions.addForRule(COUNTY, { ...asked, kind: 'snooze', expiresAtMs: NOW_MS + DAY_MS })).rejects.toMatchObject(
      { code: 'conflict' },
    );
  });

  test('as far as whoever makes it reaches, and by the same rules', async () => {
    await exemptions.addForRule(EAST_ONLY, { ...asked, kind: 'snooze', expiresAtMs: NOW_MS + DAY_MS });
    await store('N1', 'r', EAST, { unitId: 'U9' });
    await store('N2', 'r', WEST, { unitId: 'U9' });
    expect(await listed('only')).toEqual(['N1']);
    await expect(exemptions.addForRule(COUNTY, { ...asked, kind: 'exception', expiresAtMs: null })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  test('who made it hears once, a week before its end, or at half of its time; of what is ended nobody hears', async () => {
    const make = (subjectCode: string, days: number) =>
      exemptions.addForRule(COUNTY, { ...asked, subjectCode, kind: 'snooze', expiresAtMs: NOW_MS + days * DAY_MS });
    const [long, short, ended] = [await make('long', 30), await make('short', 4), await make('ended', 4)];
    await exemptions.end(COUNTY, ended, { actor: 'li', reason: '不用了' });
    const told: string[] = [];
    const round = async (day: number) => {
      await clockAt(NOW_MS + day * DAY_MS);
      await exemptions.tellEndings(1, async (_client, { id }) => void told.push(id));
      return told.splice(0);
    };
    expect(await round(1)).toEqual([]);
    expect(await Promise.all([round(2), round(2)])).toContainEqual([short]);
    expect(await round(3)).toEqual([]);
    expect(await round(22)).toEqual([]);
    expect(await round(23)).toEqual([long]);
    expect(await round(24)).toEqual([]);
    // What could not be told is told at the next round.
    await make('again', 100);
    await clockAt(NOW_MS + 95 * DAY_MS);
    await expect(exemptions.tellEndings(1, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await round(95)).toHaveLength(1);
  });
});

describe('refused', () => {
  test.each([
    ['an expiry that is past', snooze({ expiresAtMs: NOW_MS }), 'invalid'],
    ['a snooze without end', snooze({ expiresAtMs: null }), 'invalid'],
    ['a snooze of two years', snooze({ expiresAtMs: NOW_MS + 730 * DAY_MS }), 'invalid'],
    ['an exception without a document', snooze({ kind: 'exception' }), 'invalid'],
    ['a subject that the finding does not have', snooze({ subjectKind: 'contractId' }), 'invalid'],
    ['of no finding', snooze({ findingId: 'none' }), 'not-found'],
  ])('%s', async (_name, asked, code) => {
    await expect(exemptions.add(COUNTY, asked)).rejects.toMatchObject({ code });
  });

  test('of two people who set the same aside at once, one hears of the other', async () => {
    const both = await Promise.allSettled([
      exemptions.add(COUNTY, snooze()),
      exemptions.add(COUNTY, snooze({ findingId: 'W1' })),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('one more than a county can oversee', async () => {
    await execute(
      postgres.pool,
      `INSERT INTO finding_exemption (rule_id, subject_kind, subject_code, kind, reason, actor, made_at_ms, expires_at_ms)
       SELECT 'r', 'scope', n::text, 'snooze', '试', 'li', 0, $2 FROM generate_series(1, $1) n`,
      [MAX_EXEMPTIONS, NOW_MS + DAY_MS],
    );
    await expect(exemptions.add(COUNTY, snooze())).rejects.toMatchObject({ code: 'too-many' });
  });
});
