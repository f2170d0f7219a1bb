import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Reach, UnitReach, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { NoticeOutbox } from '@tianyan/notices';
import { execute, rows } from '@tianyan/postgres';
import { z } from 'zod';
import { CircularHandOver } from '../circulars/circular-hand-over.js';
import { startSupervision, WEST, type SupervisionFixture } from '../supervision.test-fixture.js';

let fixture: SupervisionFixture;
beforeAll(async () => {
  fixture = await startSupervision();
});
afterAll(() => fixture.stop());

const letter = {
  kind: 'supervision-order',
  unitCode: 'WATER',
  title: '关于停水的督办',
  text: '请说明。',
  replyWorkingDays: 5,
} as const;
const words = { title: '关于停水的通报', text: '请举一反三。' };
const circular = { ...words, unitCodes: ['WATER'], audience: 'named' as const, reportWorkingDays: 5 };

async function draftLetter(taskId: string, taker: User): Promise<string> {
  const asked = { origin: { kind: 'campaign-task', id: taskId }, content: letter, cover: false, covers: [] } as const;
  return (await fixture.letters.draft(Reach.of({ user: taker }), taker, asked)).id;
}
async function draftCircular(letterId: string, taker: User): Promise<string> {
  const asked = { origins: [{ kind: 'letter', id: letterId }] as const, content: circular, covers: [] };
  return (await fixture.circulars.draft(Reach.of({ user: taker }), taker, asked)).id;
}
const told = async (kind: string, id: string) => {
  const sql = 'SELECT recipient FROM notice_delivery WHERE kind = $1 AND subject_id = $2 ORDER BY id';
  return (await rows(fixture.pool, z.object({ recipient: z.string() }), sql, [kind, id])).map(({ recipient }) => recipient);
};

test('whoever sees some classes alone sees what came of a campaign by its township, and hears of it as well', async () => {
  const { chen, wang, water } = fixture.people;
  await fixture.storeTask('T1');
  const letterId = await draftLetter('T1', chen);
  await fixture.letters.take(WHOLE_COUNTY, wang, { letterId, revision: 1, request: { step: 'issue' }, covers: [] });
  const units = UnitReach.of({ user: water });
  await fixture.letters.takeForUnit(units, water, { letterId, revision: 2, request: { step: 'receive' } });
  const answer = { step: 'answer' as const, measures: '重办', outcome: '办结', documents: [] };
  await fixture.letters.takeForUnit(units, water, { letterId, revision: 3, request: answer });
  expect([
    (await fixture.queries.get(Reach.of({ user: chen }), letterId))?.letter.state,
    await told('letter-answered', letterId),
  ]).toEqual(['answered', [chen.id]]);
  const circularId = await draftCircular(letterId, chen);
  const issue = { step: 'issue', despite: false } as const;
  await fixture.circulars.take(WHOLE_COUNTY, wang, { circularId, revision: 1, request: issue, covers: [] });
  const system = { name: '办理规程', documentNumber: '水发〔2026〕1号', documentDay: '2026-03-09', kind: 'new' } as const;
  const { id } = await fixture.improvements.report(units, water, { circularId, asked: { unitCode: 'WATER', ...system } });
  await fixture.prove(water, id);
  await fixture.circulars.takeForUnit(units, water, { circularId, request: { step: 'finish', unitCode: 'WATER' } });
  expect(await told('circular-reported', circularId)).toEqual([chen.id]);
});

test('whoever does not see the township is told nothing', async () => {
  const { li, zhou } = fixture.people;
  await fixture.storeTask('T2', { township: WEST });
  const letterId = await draftLetter('T2', li);
  expect(await fixture.queries.get(Reach.of({ user: zhou }), letterId)).toBeNull();
  await expect(draftLetter('T2', zhou)).rejects.toMatchObject({ code: 'not-found' });
});

test('a circular of a letter of a campaign goes to nobody, and is given by nobody, who is recused from the unit', async () => {
  const { pool, countyClock, people } = fixture;
  const { li, wang, chen } = people;
  await fixture.storeTask('T3', { unitCode: 'ROADS' });
  const circularId = await draftCircular(await draftLetter('T3', li), li);
  const calendar = new WorkingCalendar(builtInHolidays());
  const handOver = new CircularHandOver({ pool, countyClock, calendar, outbox: new NoticeOutbox(countyClock) });
  const give = () => handOver.handOver(WHOLE_COUNTY, wang, { circularId, fromId: li.id, toId: chen.id, reason: '调离' });
  const recuse = ({ id }: User) =>
    execute(pool, `INSERT INTO supervision_campaign_recusal (user_id, unit_code) VALUES ($1, 'ROADS')`, [id]);
  await recuse(chen);
  await expect(give()).rejects.toThrow('选中的人已在所依据的线索或复查上回避');
  await execute(pool, 'DELETE FROM supervision_campaign_recusal', []);
  await recuse(wang);
  await expect(give()).rejects.toThrow('您已在这份通报所依据的线索或复查上回避');
  await execute(pool, 'DELETE FROM supervision_campaign_recusal', []);
  await give();
});
