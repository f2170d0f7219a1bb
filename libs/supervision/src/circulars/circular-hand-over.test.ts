import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { NoticeOutbox } from '@tianyan/notices';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { countHandledWork } from '../handled-work.js';
import { EAST, startSupervision, WEST, type SupervisionFixture } from '../supervision.test-fixture.js';
import { CircularHandOver } from './circular-hand-over.js';
import { CircularQueries } from './circular-queries.js';

let fixture: SupervisionFixture;
let handOver: CircularHandOver;
let queries: CircularQueries;
beforeAll(async () => {
  fixture = await startSupervision();
  const { pool, countyClock } = fixture;
  const calendar = new WorkingCalendar(builtInHolidays());
  handOver = new CircularHandOver({ pool, countyClock, calendar, outbox: new NoticeOutbox(countyClock) });
  queries = new CircularQueries(pool);
});
afterAll(() => fixture.stop());

const CONTENT = {
  title: '关于五次退单的通报',
  text: '请举一反三。',
  unitCodes: ['WATER'],
  audience: 'named' as const,
  reportWorkingDays: 5,
};
let stored = 0;

/** One that li drafted. */
async function drafted(township = EAST): Promise<string> {
  const id = `H${++stored}`;
  await fixture.storeFinding(id, township);
  const asked = { origins: [{ kind: 'finding', id }] as const, content: CONTENT, covers: [] };
  return (await fixture.circulars.draft(WHOLE_COUNTY, fixture.people.li, asked)).id;
}
const issue = (circularId: string, taker: User, revision: number) => {
  const request = { step: 'issue', despite: false } as const;
  return fixture.circulars.take(Reach.of({ user: taker }), taker, { circularId, revision, request, covers: [] });
};
const give = (circularId: string, from: User, to: User, taker = fixture.people.wang) =>
  handOver.handOver(Reach.of({ user: taker }), taker, { circularId, fromId: from.id, toId: to.id, reason: '调离' });

test('a draft goes to another, who mends it; neither who wrote it nor who has it now issues it', async () => {
  const { li, wang, zhou } = fixture.people;
  const id = await drafted();
  await give(id, li, zhou);
  const request = { step: 'revise', ...CONTENT, title: '关于退单的通报' } as const;
  const revise = (taker: User) =>
    fixture.circulars.take(WHOLE_COUNTY, taker, { circularId: id, revision: 2, request, covers: [] });
  await expect(revise(li)).rejects.toThrow('由拟稿人修改');
  await revise(zhou);
  await expect(issue(id, li, 3)).rejects.toThrow('须由另一人签发');
  await expect(issue(id, zhou, 3)).rejects.toThrow('须由另一人签发');
  await issue(id, wang, 3);
  expect(await queries.get(WHOLE_COUNTY, id)).toMatchObject({
    unbroken: true,
    circular: { handlerId: zhou.id, state: 'issued' },
    facts: { drafterId: zhou.id, formerDrafterIds: [li.id] },
  });
  await expect(give(id, li, wang)).rejects.toThrow('已不由原来的人经办');
});

test('what waits to be checked is told to the receiver; the units keep their time, and are told nothing', async () => {
  const { li, wang, zhou, water } = fixture.people;
  const circularId = await drafted();
  await issue(circularId, wang, 1);
  const units = UnitReach.of({ user: water });
  const before = await queries.getOfUnits(units, circularId);
  const system = { name: '退单复核办法', documentNumber: '水发〔2026〕1号', documentDay: '2026-03-09', kind: 'new' } as const;
  await fixture.improvements.report(units, water, { circularId, asked: { unitCode: 'WATER', ...system } });
  await give(circularId, li, zhou);
  const sql = 'SELECT kind, recipient FROM notice_delivery WHERE subject_id = $1 ORDER BY id DESC LIMIT 1';
  const told = await rows(fixture.pool, z.object({ kind: z.string(), recipient: z.string() }), sql, [circularId]);
  expect(told).toEqual([{ kind: 'circular-reported', recipient: zhou.id }]);
  expect((await queries.getOfUnits(units, circularId))?.circular.dueAtMs).toBe(before?.circular.dueAtMs);
});

test('it stays where the receiver does not see its origins; numbers are of the whole county, and end with it', async () => {
  const { li, wang, zhou, water } = fixture.people;
  const before = await countHandledWork(fixture.pool, li.id);
  const far = await drafted(WEST);
  expect(await countHandledWork(fixture.pool, li.id)).toEqual({ ...before, circulars: before.circulars + 1 });
  expect((await handOver.counts()).get(li.id)).toBe(before.circulars + 1);
  await expect(give(far, li, zhou)).rejects.toThrow('超出zhou的管辖或知悉范围');
  await expect(give(far, li, water)).rejects.toThrow('不能办理通报');
  await expect(give(far, li, wang, zhou)).rejects.toMatchObject({ code: 'not-found' });
  const shown = await handOver.handledBy(Reach.of({ user: zhou }), li.id, 200);
  expect(shown.map(({ id }) => id)).not.toContain(far);
  const request = { step: 'withdraw', reason: '重复' } as const;
  await fixture.circulars.take(WHOLE_COUNTY, wang, { circularId: far, revision: 1, request, covers: [] });
  expect(await countHandledWork(fixture.pool, li.id)).toEqual(before);
  await expect(give(far, li, wang)).rejects.toThrow('不能“移交”');
});
