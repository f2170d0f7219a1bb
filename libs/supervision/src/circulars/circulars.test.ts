import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { DAY_MS } from '@tianyan/kernel';
import { execute, rows } from '@tianyan/postgres';
import { z } from 'zod';
import { improvementFactsOf, improvementStepSchema } from '../improvements/improvement-facts.js';
import { historyOf } from '../step-history.js';
import { MONDAY_MS, startSupervision, type SupervisionFixture } from '../supervision.test-fixture.js';
import { originLimits, originWarnings } from './circular-origins.js';
import { CircularQueries } from './circular-queries.js';

let fixture: SupervisionFixture;
beforeAll(async () => {
  fixture = await startSupervision();
});
afterAll(() => fixture.stop());

const CONTENT = {
  title: '关于五次退单的通报',
  text: '同一件工单五次退回，请举一反三。',
  unitCodes: ['WATER', 'ROADS'],
  audience: 'named',
  reportWorkingDays: 5,
} as const;
const SYSTEM = { name: '退单复核办法', documentNumber: '水发〔2026〕1号', documentDay: '2026-03-09', kind: 'new' } as const;

async function issued(origin: { kind: 'finding' | 'clue'; id: string }): Promise<string> {
  const { li, wang } = fixture.people;
  const asked = { origins: [origin], content: { ...CONTENT, unitCodes: [...CONTENT.unitCodes] }, covers: [] };
  const { id } = await fixture.circulars.draft(Reach.of({ user: li }), li, asked);
  const request = { step: 'issue', despite: false } as const;
  await fixture.circulars.take(Reach.of({ user: wang }), wang, { circularId: id, revision: 1, request, covers: [] });
  return id;
}

const notices = async (id: string) =>
  (
    await rows(
      fixture.pool,
      z.object({ kind: z.string(), recipient: z.string() }),
      'SELECT kind, recipient FROM notice_delivery WHERE subject_id = $1 ORDER BY id',
      [id],
    )
  ).map(({ kind, recipient }) => `${kind} ${recipient}`);

test('of two who check the same report one does, and a document is never counted twice', async () => {
  const { li, wang, water } = fixture.people;
  await fixture.storeFinding('F-ONCE');
  const circularId = await issued({ kind: 'finding', id: 'F-ONCE' });
  const units = UnitReach.of({ user: water });
  const report = () => fixture.improvements.report(units, water, { circularId, asked: { unitCode: 'WATER', ...SYSTEM } });
  const reports = await Promise.allSettled([report(), report(), report()]);
  expect(reports.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  const [id = ''] = reports.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
  const sendBack = (user: User) =>
    fixture.improvements.take(WHOLE_COUNTY, user, {
      id,
      revision: 1,
      request: { step: 'send-back', reason: '文号有误' },
      covers: [],
    });
  const answers = await Promise.allSettled([sendBack(li), sendBack(wang)]);
  expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'conflict', message: expect.stringContaining('请刷新页面') },
  });
  const history = await historyOf(fixture.pool, { kind: 'improvement', id }, improvementStepSchema);
  expect([history.length, improvementFactsOf(history).state]).toEqual([2, 'sent-back']);
  expect(await notices(id)).toEqual([`assignment-sent-back ${water.id}`]);
});

test('what names somebody is refused where units would read it: in the text, and in a reason', async () => {
  const { li, wang } = fixture.people;
  await fixture.storeFinding('F-NAMES');
  const covers = [['单于红', '单**']] as const;
  const content = { ...CONTENT, unitCodes: [...CONTENT.unitCodes], text: '单于红反映的五次退单' };
  const origins = [{ kind: 'finding', id: 'F-NAMES' }] as const;
  const naming = fixture.circulars.draft(WHOLE_COUNTY, li, { origins, content, covers });
  await expect(naming).rejects.toThrow('单**反映的五次退单');
  const circularId = await issued({ kind: 'finding', id: 'F-NAMES' });
  const request = { step: 'withdraw', reason: '单于红来电说明' } as const;
  const withdrawing = fixture.circulars.take(WHOLE_COUNTY, wang, { circularId, revision: 2, request, covers });
  await expect(withdrawing).rejects.toThrow('单**来电说明');
});

test('one from a clue that is kept to a circle is told to that alone, and is not there for anybody else', async () => {
  const { li, wang } = fixture.people;
  await fixture.storeClue('SECRET', 1, [li.id]);
  const asked = {
    origins: [{ kind: 'clue', id: 'SECRET' }] as const,
    content: { ...CONTENT, unitCodes: [...CONTENT.unitCodes] },
    covers: [],
  };
  await expect(fixture.circulars.draft(Reach.of({ user: wang }), wang, asked)).rejects.toMatchObject({ code: 'not-found' });
  const { id } = await fixture.circulars.draft(Reach.of({ user: li }), li, asked);
  // The leader, who could issue it, is not in the know: nobody is told.
  expect(await notices(id)).toEqual([]);
  const request = { step: 'issue', despite: true } as const;
  const issuing = fixture.circulars.take(Reach.of({ user: wang }), wang, { circularId: id, revision: 1, request, covers: [] });
  await expect(issuing).rejects.toMatchObject({ code: 'not-found' });
});

const stateOf = async (id: string) =>
  (await rows(fixture.pool, z.object({ state: z.string() }), 'SELECT state FROM supervision_circular WHERE id = $1', [id]))[0]
    ?.state;

const reportOf = async (circularId: string, documentNumber: string): Promise<string> => {
  const { water } = fixture.people;
  const asked = { unitCode: 'WATER', ...SYSTEM, documentNumber };
  return (await fixture.improvements.report(UnitReach.of({ user: water }), water, { circularId, asked })).id;
};
const drop = (id: string, revision: number) => {
  const { water } = fixture.people;
  const request = { step: 'drop', reason: '重复报送' } as const;
  return fixture.improvements.takeForUnit(UnitReach.of({ user: water }), water, { id, revision, request });
};

test('a unit that has reported all does not take back its last item: it is excused by whoever manages, or mends it', async () => {
  const { li, wang, water } = fixture.people;
  await fixture.storeFinding('F-LAST');
  const circularId = await issued({ kind: 'finding', id: 'F-LAST' });
  const [first, last] = [await reportOf(circularId, '水发〔2026〕11号'), await reportOf(circularId, '水发〔2026〕12号')];
  for (const id of [first, last]) await fixture.prove(water, id);
  const units = UnitReach.of({ user: water });
  await fixture.circulars.takeForUnit(units, water, { circularId, request: { step: 'finish', unitCode: 'WATER' } });
  await drop(first, 2);
  await expect(drop(last, 2)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('仅有的一项') });
  const sendBack = { step: 'send-back', reason: '文号有误' } as const;
  await fixture.improvements.take(WHOLE_COUNTY, li, { id: last, revision: 2, request: sendBack, covers: [] });
  await expect(drop(last, 3)).rejects.toThrow('仅有的一项');
  // Who of the commission was quicker is not told to a unit.
  await expect(drop(last, 2)).rejects.toThrow('您打开页面之后，这项制度又有人办理过。请刷新页面');
  const excuse = (unitCode: string, revision: number) => {
    const request = { step: 'excuse', unitCode, reason: '单位已撤并' } as const;
    return fixture.circulars.take(WHOLE_COUNTY, wang, { circularId, revision, request, covers: [] });
  };
  await excuse('WATER', 3);
  await expect(excuse('WATER', 4)).rejects.toThrow('已免予报送');
  await excuse('ROADS', 4);
  expect(await stateOf(circularId)).toBe('closed');
  // Excused, it is no way out of anything any more.
  await drop(last, 3);
});

test('what was reported to a circular that was withdrawn is taken back, and reported to the one that puts it right', async () => {
  const { wang } = fixture.people;
  await fixture.storeFinding('F-WRONG');
  const wrong = await issued({ kind: 'finding', id: 'F-WRONG' });
  const id = await reportOf(wrong, '水发〔2026〕13号');
  const request = { step: 'withdraw', reason: '单位名称有误' } as const;
  await fixture.circulars.take(WHOLE_COUNTY, wang, { circularId: wrong, revision: 2, request, covers: [] });
  const right = await issued({ kind: 'finding', id: 'F-WRONG' });
  await expect(reportOf(right, '水发〔2026〕13号')).rejects.toThrow('请先在那里撤销报送');
  await drop(id, 1);
  await expect(reportOf(right, '水发〔2026〕13号')).resolves.toEqual(expect.any(String));
});

test('a document that is yet to be issued is not reported, nor put in the place of one that was sent back', async () => {
  const { li, water } = fixture.people;
  await fixture.storeFinding('F-LATER');
  const circularId = await issued({ kind: 'finding', id: 'F-LATER' });
  const units = UnitReach.of({ user: water });
  const later = { ...SYSTEM, documentNumber: '水发〔2026〕14号', documentDay: '2026-03-10' };
  const report = (content: Omit<typeof later, 'kind'> & { kind: 'new' }) =>
    fixture.improvements.report(units, water, { circularId, asked: { unitCode: 'WATER', ...content } });
  await expect(report(later)).rejects.toThrow('印发日期不能晚于今天（2026-03-09）');
  const { id } = await report({ ...later, documentDay: '2026-03-09' });
  await fixture.prove(water, id);
  const sentBack = { step: 'send-back', reason: '日期有误' } as const;
  await fixture.improvements.take(WHOLE_COUNTY, li, { id, revision: 2, request: sentBack, covers: [] });
  const again = { id, revision: 3, request: { step: 'resubmit', ...later } } as const;
  await expect(fixture.improvements.takeForUnit(units, water, again)).rejects.toThrow('印发日期不能晚于今天');
});

test('a clue that was merged is warned of by the findings, and told within the circle, of what it became', async () => {
  const { li, wang } = fixture.people;
  await fixture.storeFinding('F-MERGED');
  await fixture.storeClue('INTO', 21, [li.id]);
  await fixture.storeClue('MERGED', 22, [li.id, wang.id]);
  await execute(fixture.pool, `UPDATE clue SET merged_into = 'INTO' WHERE id = 'MERGED'`, []);
  const joined = `INSERT INTO clue_finding (clue_id, finding_id, held) VALUES ('INTO', 'F-MERGED', true)`;
  await execute(fixture.pool, joined, []);
  const origins = [{ kind: 'clue', id: 'MERGED' }] as const;
  expect((await originLimits(fixture.pool, origins)).circleIds).toEqual([li.id]);
  expect(await originWarnings(fixture.pool, origins)).toEqual([]);
  await execute(fixture.pool, `UPDATE finding SET status = 'withdrawn', holds = false WHERE id = 'F-MERGED'`, []);
  expect(await originWarnings(fixture.pool, origins)).toEqual([expect.stringContaining('已不再支持')]);
  await execute(fixture.pool, `DELETE FROM clue_finding WHERE clue_id = 'INTO'`, []);
  expect(await originWarnings(fixture.pool, origins)).toEqual([expect.stringContaining('已没有疑点支持')]);
});

/** A circular of which all has been reported, and nothing checked. */
async function reported(): Promise<string> {
  const { water, roads } = fixture.people;
  await fixture.storeFinding('F-CHECK');
  const id = await issued({ kind: 'finding', id: 'F-CHECK' });
  for (const [user, unitCode] of [
    [water, 'WATER'],
    [roads, 'ROADS'],
  ] as const) {
    const units = UnitReach.of({ user });
    const asked = { unitCode, ...SYSTEM, documentNumber: `${unitCode}发〔2026〕31号` };
    await fixture.prove(user, (await fixture.improvements.report(units, user, { circularId: id, asked })).id);
    await fixture.circulars.takeForUnit(units, user, { circularId: id, request: { step: 'finish', unitCode } });
  }
  return id;
}

// At the end: the clock goes on.
test('units that owe something are reminded once before the date, and once after it, with whoever manages', async () => {
  const { li, wang, water, roads } = fixture.people;
  await fixture.storeFinding('F-DUE');
  const circularId = await issued({ kind: 'finding', id: 'F-DUE' });
  const told = async () => (await notices(circularId)).slice(3);
  expect(new Set(await notices(circularId))).toEqual(
    new Set([`circular-drafted ${wang.id}`, `assignment-issued ${roads.id}`, `assignment-issued ${water.id}`]),
  );
  const units = UnitReach.of({ user: water });
  const asked = { unitCode: 'WATER', ...SYSTEM, documentNumber: '水发〔2026〕9号' };
  await fixture.prove(water, (await fixture.improvements.report(units, water, { circularId, asked })).id);
  await fixture.circulars.takeForUnit(units, water, { circularId, request: { step: 'finish', unitCode: 'WATER' } });
  const checkedId = await reported();
  const toCheck = await notices(checkedId);
  const done = `circular-reported ${li.id}`;
  await fixture.circularWatch.round();
  expect(await told()).toEqual([done]);
  fixture.countyClock.advanceTo(MONDAY_MS + 6 * DAY_MS);
  await fixture.circularWatch.round();
  await fixture.circularWatch.round();
  const soon = [`assignment-due-soon ${roads.id}`, `circular-due-soon ${li.id}`];
  // Whose reports wait to be checked owes nothing.
  expect(await told()).toEqual([done, ...soon]);
  fixture.countyClock.advanceTo(MONDAY_MS + 8 * DAY_MS);
  await fixture.circularWatch.round();
  await fixture.circularWatch.round();
  expect(new Set(await told())).toEqual(
    new Set([done, ...soon, `assignment-overdue ${roads.id}`, `circular-overdue ${li.id}`, `circular-overdue ${wang.id}`]),
  );
  // All have reported, and the office has not checked it: nobody is late, and nobody is told so.
  expect(await notices(checkedId)).toEqual(toCheck);
  const overdue = await new CircularQueries(fixture.pool).list(
    WHOLE_COUNTY,
    { overdueAtMs: fixture.countyClock.nowMs() },
    { cursor: null, limit: 200 },
  );
  expect(overdue.items.map(({ id, isOwed }) => [id, isOwed])).toContainEqual([circularId, true]);
  expect(overdue.items.map(({ id }) => id)).not.toContain(checkedId);
  // Sent back after the date: from then on a unit is late, and nobody has been told so.
  const ofWater = `SELECT id FROM supervision_improvement WHERE circular_id = $1 AND unit_code = 'WATER'`;
  const [improvement] = await rows(fixture.pool, z.object({ id: z.string() }), ofWater, [checkedId]);
  const request = { step: 'send-back', reason: '文号有误' } as const;
  await fixture.improvements.take(WHOLE_COUNTY, li, { id: improvement?.id ?? '', revision: 2, request, covers: [] });
  await fixture.circularWatch.round();
  await fixture.circularWatch.round();
  expect(new Set(await notices(checkedId))).toEqual(
    new Set([...toCheck, `assignment-overdue ${water.id}`, `circular-overdue ${li.id}`, `circular-overdue ${wang.id}`]),
  );
  // Of the other circular somebody was late before, and it is told; the unit that finished in time is late from when its report is sent back.
  const [inTime] = await rows(fixture.pool, z.object({ id: z.string() }), ofWater, [circularId]);
  const before = await told();
  await fixture.improvements.take(WHOLE_COUNTY, li, { id: inTime?.id ?? '', revision: 2, request, covers: [] });
  await fixture.circularWatch.round();
  expect(await told()).toEqual([...before, `assignment-overdue ${water.id}`]);
  const forge = `UPDATE supervision_step SET content = '{}' WHERE owner_kind = 'circular'`;
  await expect(execute(fixture.pool, forge, [])).rejects.toThrow('append-only');
});
