import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { NoticeOutbox } from '@tianyan/notices';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import type { UnitLetterStepRequest } from '../api/index.js';
import { EAST, startSupervision, WEST, type SupervisionFixture } from '../supervision.test-fixture.js';
import { countHandledWork } from '../handled-work.js';
import { LetterHandOver } from './letter-hand-over.js';

let fixture: SupervisionFixture;
let handOver: LetterHandOver;
beforeAll(async () => {
  fixture = await startSupervision();
  const { pool, countyClock } = fixture;
  const calendar = new WorkingCalendar(builtInHolidays());
  handOver = new LetterHandOver({ pool, countyClock, calendar, outbox: new NoticeOutbox(countyClock) });
});
afterAll(() => fixture.stop());

const CONTENT = {
  kind: 'supervision-order',
  unitCode: 'WATER',
  title: '关于供水工单反复退回的督办',
  text: '请核实',
  replyWorkingDays: 5,
} as const;
let stored = 0;

/** A letter that li drafted and wang issued. */
async function issued(township = EAST): Promise<string> {
  const { li, wang } = fixture.people;
  const id = `H${++stored}`;
  await fixture.storeFinding(id, township);
  const asked = { origin: { kind: 'finding', id } as const, content: CONTENT, cover: false, covers: [] };
  const { id: letterId } = await fixture.letters.draft(WHOLE_COUNTY, li, asked);
  await fixture.letters.take(WHOLE_COUNTY, wang, { letterId, revision: 1, request: { step: 'issue' }, covers: [] });
  return letterId;
}

const letterOf = async (id: string) => (await fixture.queries.get(WHOLE_COUNTY, id))?.letter;
const give = (letterId: string, to: User, taker = fixture.people.wang) =>
  handOver.handOver(Reach.of({ user: taker }), taker, { letterId, fromId: fixture.people.li.id, toId: to.id, reason: '调离' });

test('a letter goes to another with a step of its chain; the unit keeps its time and is not told', async () => {
  const { li, zhou, water } = fixture.people;
  const id = await issued();
  const before = await letterOf(id);
  await give(id, zhou);
  expect(await letterOf(id)).toMatchObject({ handlerId: zhou.id, state: 'issued', dueAtMs: before?.dueAtMs });
  const detail = await fixture.queries.get(WHOLE_COUNTY, id);
  expect(detail).toMatchObject({ unbroken: true, facts: { drafterId: zhou.id, formerDrafterIds: [li.id] } });
  expect(detail?.steps.at(-1)).toMatchObject({ takerAccount: 'wang', content: { step: 'hand-over', reason: '调离' } });
  await expect(give(id, zhou)).rejects.toThrow('这份督办函已不由原来的人经办');
  expect((await fixture.queries.getOfUnits(UnitReach.of({ user: water }), id))?.letter.state).toBe('issued');
  const stale = { letterId: id, revision: 2, request: { step: 'receive' } } as const;
  const receiving = fixture.letters.takeForUnit(UnitReach.of({ user: water }), water, stale);
  await expect(receiving).rejects.toMatchObject({ code: 'conflict', message: expect.not.stringMatching(/wang|移交/) });
});

test('it is put on record in the same transaction: what cannot be recorded stays where it is', async () => {
  const { li, wang, zhou } = fixture.people;
  const letterId = await issued();
  const asked = { letterId, fromId: li.id, toId: zhou.id, reason: '调离' };
  const record = () => Promise.reject(new Error('no record'));
  await expect(handOver.handOver(WHOLE_COUNTY, wang, asked, record)).rejects.toThrow('no record');
  expect((await letterOf(letterId))?.handlerId).toBe(li.id);
});

test('what waits for its handler is told to the receiver', async () => {
  const { zhou, water } = fixture.people;
  const letterId = await issued();
  const units = UnitReach.of({ user: water });
  await fixture.letters.takeForUnit(units, water, { letterId, revision: 2, request: { step: 'receive' } });
  const answer: UnitLetterStepRequest = { step: 'answer', measures: '已约谈', outcome: '已办', documents: [] };
  await fixture.letters.takeForUnit(units, water, { letterId, revision: 3, request: answer });
  await give(letterId, zhou);
  const told = await rows(
    fixture.pool,
    z.object({ recipient: z.string() }),
    "SELECT recipient FROM notice_delivery WHERE subject_id = $1 AND kind = 'letter-answered' ORDER BY id DESC LIMIT 1",
    [letterId],
  );
  expect(told).toEqual([{ recipient: zhou.id }]);
});

test('it stays where the receiver does not see it, or handles no letters; out of reach it does not exist', async () => {
  const { li, wang, zhou, water } = fixture.people;
  const far = await issued(WEST);
  await expect(give(far, zhou)).rejects.toThrow('超出zhou的管辖或知悉范围');
  await expect(give(far, water)).rejects.toThrow('不能办理督办函');
  await expect(give(far, wang, zhou)).rejects.toMatchObject({ code: 'not-found' });
  expect((await letterOf(far))?.handlerId).toBe(li.id);
});

test('numbers are of the whole county, and end with the letter', async () => {
  const { li, wang, zhou } = fixture.people;
  const before = await countHandledWork(fixture.pool, li.id);
  const id = await issued(WEST);
  expect(await countHandledWork(fixture.pool, li.id)).toEqual({ ...before, letters: before.letters + 1 });
  expect((await handOver.counts()).get(li.id)).toBe(before.letters + 1);
  const shown = await handOver.handledBy(Reach.of({ user: zhou }), li.id, 200);
  expect(shown.map((letter) => letter.id)).not.toContain(id);
  const request = { step: 'withdraw', reason: '重复' } as const;
  await fixture.letters.take(WHOLE_COUNTY, wang, { letterId: id, revision: 2, request, covers: [] });
  expect(await countHandledWork(fixture.pool, li.id)).toEqual(before);
  await expect(give(id, wang)).rejects.toThrow('不能“移交”');
});
