import type { User } from '@tianyan/access';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chinaDayOf, DAY_MS, HOUR_MS, startOfChinaDayMs } from '@tianyan/kernel';
import type { TeamSettings } from '@tianyan/notices';
import { rows } from '@tianyan/postgres';
import { z } from 'zod';
import { dutyMonthSchema, teamSchema } from '../api/index.js';
import type { ApiClient } from '../testing/api-client.js';
import { ADMINISTRATOR, startConsole, type ConsoleFixture } from '../testing/console-fixture.js';

let fixture: ConsoleFixture;
let administrator: ApiClient;
let teamId: string;
let today: string;

beforeAll(async () => {
  fixture = await startConsole();
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const memberIds = [fixture.analyst.id, fixture.leader.id];
  const team = { name: '一组', townshipCodes: ['320921100'], memberIds, webhookUrl: null, minSeverity: 'low' };
  teamId = teamSchema.parse((await administrator.post('/api/teams', team)).body).id;
  today = chinaDayOf(fixture.machineClock.nowMs());
});
afterAll(() => fixture.stop());

const month = async (query = '') => dutyMonthSchema.parse((await administrator.get(`/api/teams/${teamId}/duty${query}`)).body);
const save = (days: { day: string; userIds: string[] }[]) => administrator.send('PUT', `/api/teams/${teamId}/duty`, { days });
const saveHours = (hours: object | null) => administrator.send('PUT', `/api/teams/${teamId}/duty/hours`, { hours });
async function saved(): Promise<string[]> {
  const sql = `SELECT object FROM access_audit WHERE action LIKE 'save-duty%' ORDER BY id`;
  return (await rows(fixture.pool, z.object({ object: z.string() }), sql)).map(({ object }) => object);
}
const dayAfter = (day: string, days: number) => chinaDayOf(startOfChinaDayMs(day) + days * DAY_MS);

test('without a roster all of the team is told at any time; a month is shown in whole weeks, with the one before', async () => {
  const duty = await month('?month=2026-07');
  expect([duty.days[0]?.day, duty.days.at(-1)?.day, duty.days.length % 7]).toEqual(['2026-06-22', '2026-08-02', 0]);
  expect(duty.days.filter(({ day, isWorkingDay }) => day.startsWith('2026-07') && isWorkingDay)).toHaveLength(23);
  expect(duty).toMatchObject({ hours: null, month: '2026-07', now: { day: null, isNobodyOnDuty: false } });
  expect(duty.now.told).toHaveLength(2);
  expect((await month()).month).toBe(today.slice(0, 7));
  expect((await administrator.get(`/api/teams/${teamId}/duty?month=2026-13`)).status).toBe(400);
  expect((await administrator.get(`/api/teams/${teamId}/duty?month=2041-01`)).status).toBe(400);
  expect((await administrator.get('/api/teams/none/duty')).status).toBe(404);
});

test('hours and days are saved, on record; who would be told now follows from them', async () => {
  // Over at one minute past midnight: whatever the time is, or nearly, the team is outside its hours.
  expect((await saveHours({ from: '00:00', to: '00:01' })).status).toBe(200);
  expect((await month()).now).toMatchObject({ isAtWork: false, day: today, isNobodyOnDuty: true });
  expect((await save([{ day: today, userIds: [fixture.analyst.id] }])).status).toBe(200);
  const { now, days, hours } = await month();
  expect(hours).toEqual({ from: '00:00', to: '00:01' });
  expect(now).toEqual({ isAtWork: false, day: today, told: ['李芬'], passedOver: [], isNobodyOnDuty: false });
  expect(days.find(({ day }) => day === today)?.persons).toEqual([
    { id: fixture.analyst.id, displayName: '李芬', passedOver: null },
  ]);
  expect(await saved()).toEqual([`team/${teamId}`, `team/${teamId}/duty/${today}=${fixture.analyst.id}`]);
});

test('a whole month is on record with its persons, in several entries', async () => {
  const before = await saved();
  const days = Array.from({ length: 42 }, (_, n) => ({
    day: dayAfter(today, n + 1),
    userIds: [fixture.analyst.id, fixture.leader.id],
  }));
  expect((await save(days)).status).toBe(200);
  const entries = (await saved()).slice(before.length);
  expect(entries.every((entry) => entry.length <= 500)).toBe(true);
  expect(entries.flatMap((entry) => entry.replace(`team/${teamId}/duty/`, '').split(','))).toEqual(
    days.map(({ day, userIds }) => `${day}=${userIds.join('+')}`),
  );
});

test.each([
  ['a day that is over', () => [{ day: dayAfter(today, -1), userIds: [] }], '已经过去'],
  ['somebody who is not of the team', () => [{ day: today, userIds: [fixture.administrator.id] }], '本组成员'],
  ['too many days', () => Array.from({ length: 43 }, (_, n) => ({ day: dayAfter(today, n), userIds: [] })), '一次最多'],
])('%s is refused in words', async (_, days, words) => {
  const answer = await save(days());
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(words)]);
});

test('hours that end before they begin are refused; without hours the roster is asked for by nobody', async () => {
  expect((await saveHours({ from: '17:30', to: '08:30' })).status).toBe(400);
  expect((await saveHours(null)).status).toBe(200);
  const { hours, now, days } = await month();
  expect([hours, now.told.length]).toEqual([null, 2]);
  expect(days.find(({ day }) => day === today)?.persons).toHaveLength(1);
});

describe('who would be told now', () => {
  const PLACE = '320921100';
  const settingsOf = (members: readonly User[], given: Partial<TeamSettings>): TeamSettings => {
    const memberIds = members.map(({ id }) => id);
    return { name: '县级组', townshipCodes: [], memberIds, webhookUrl: null, minSeverity: 'low', ...given };
  };
  /** Its members were locked, or given another reach, after they had become that: the console would refuse them. */
  const teamOf = async (members: readonly User[], given: Partial<TeamSettings>) => {
    const { id } = await fixture.teams.create(settingsOf(members, given));
    await administrator.send('PUT', `/api/teams/${id}/duty/hours`, { hours: { from: '00:00', to: '00:01' } });
    return id;
  };
  const nowOf = async (id: string, onDuty: User) => {
    const days = [{ day: today, userIds: [onDuty.id] }];
    expect((await administrator.send('PUT', `/api/teams/${id}/duty`, { days })).status).toBe(200);
    return dutyMonthSchema.parse((await administrator.get(`/api/teams/${id}/duty`)).body).now;
  };
  let townsman: User;
  let former: User;
  beforeAll(async () => {
    const make = async (
      account: string,
      displayName: string,
      reach: { townshipCodes: string[] | null; problemClasses?: string[] },
    ) => {
      const person = {
        account,
        displayName,
        password: 'Person-2026-xyz',
        role: 'team-member',
        mustChangePassword: false,
      } as const;
      const made = await fixture.users.create({ ...person, ...reach });
      if (!made) throw new Error(`${account} exists already`);
      return made;
    };
    townsman = await make('zhou.jie', '周杰', { townshipCodes: [PLACE], problemClasses: ['微腐败', '形式主义'] });
    former = await make('sun.ning', '孙宁', { townshipCodes: null });
    await fixture.pool.query('UPDATE access_user SET locked_at_ms = 1 WHERE id = $1', [former.id]);
  });

  test('somebody who sees some townships and classes alone, in a team of the whole county, is told of those', async () => {
    const id = await teamOf([townsman, fixture.analyst], { problemClasses: ['微腐败'] });
    const [told, passedOver] = [
      ['周杰'],
      [{ id: townsman.id, displayName: '周杰', passedOver: expect.stringContaining('有的乡镇') }],
    ];
    expect(await nowOf(id, townsman)).toMatchObject({ told, passedOver, isNobodyOnDuty: false });
    await fixture.teams.update(id, settingsOf([townsman, fixture.analyst], { name: '镇组', townshipCodes: [PLACE] }));
    // Of the team's only township, but of all classes.
    expect(await nowOf(id, townsman)).toMatchObject({ told, passedOver });
  });

  test('where all on duty are passed over it is the rest of the team, without who is locked', async () => {
    const id = await teamOf([former, fixture.analyst, fixture.leader], { name: '二组', townshipCodes: [PLACE] });
    const now = await nowOf(id, former);
    expect(now).toMatchObject({ isNobodyOnDuty: true, passedOver: [{ displayName: '孙宁', passedOver: '账号已停用，跳过' }] });
    expect(now.told.toSorted()).toEqual(['李芬', '陈伟']);
    await administrator.send('PUT', `/api/teams/${id}/duty/hours`, { hours: null });
    const { now: without } = dutyMonthSchema.parse((await administrator.get(`/api/teams/${id}/duty`)).body);
    expect(without.told.toSorted()).toEqual(['李芬', '陈伟']);
  });
});

test('the turn of a night is not over at midnight: it can still be given to somebody else', async () => {
  expect((await saveHours({ from: '08:30', to: '17:30' })).status).toBe(200);
  fixture.machineClock.advanceBy(startOfChinaDayMs(today) + DAY_MS + 2 * HOUR_MS - fixture.machineClock.nowMs());
  administrator = await fixture.signedIn(ADMINISTRATOR);
  const { days } = await month();
  expect(
    days
      .filter(({ day }) => day <= today)
      .map(({ isOver }) => isOver)
      .slice(-2),
  ).toEqual([true, false]);
  expect((await save([{ day: today, userIds: [fixture.leader.id] }])).status).toBe(200);
  expect((await month()).now).toMatchObject({ day: today, told: ['陈伟'] });
});
