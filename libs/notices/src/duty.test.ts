import { accessMigrations, UserStore, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ManualClock, seededRng, uuidSource } from '@tianyan/kernel';
import { inTransaction, rows, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import {
  AlertOutbox,
  DeliveryQueries,
  DeliveryQueue,
  DutyRoster,
  DutyRouting,
  MAX_PERSONS_ON_DUTY,
  noticeMigrations,
  TeamAlerts,
  TeamChannels,
  TeamStore,
  type AlertFinding,
} from './index.js';
import { emptyNotices, urgentFinding } from './planted-alerts.test-fixture.js';

const TOWNSHIP = '320921100';
const OTHER_TOWNSHIP = '320921200';
const HOURS = { fromMinute: 8 * 60 + 30, toMinute: 17 * 60 + 30 };
/** A Wednesday. */
const DAY = '2026-07-01';

const recipientSchema = z.object({ recipient: z.string() });
const toldSchema = z.object({ recipient: z.string(), state: z.string(), last_error: z.string().nullable() });

let postgres: TestPostgres;
let pool: Pool;
let people: Record<'zhao' | 'qian' | 'sun' | 'townsman' | 'former' | 'classes', User>;
let clock: ManualClock;
let teams: TeamStore;
let roster: DutyRoster;
let outbox: AlertOutbox;
let teamId: string;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations, noticeMigrations]);
  pool = postgres.pool;
  const users = new UserStore({ pool, ids: uuidSource, clock: new ManualClock(0) });
  const make = async (account: string, townshipCodes: string[] | null, problemClasses: string[] | null = null) => {
    const password = 'Person-2026-xyz';
    const given = {
      account,
      displayName: account,
      password,
      role: 'team-member',
      townshipCodes,
      problemClasses,
      mustChangePassword: false,
    } as const;
    const made = await users.create(given);
    if (!made) throw new Error(`${account} exists already`);
    return made;
  };
  people = {
    zhao: await make('zhao', null),
    qian: await make('qian', null),
    sun: await make('sun', null),
    townsman: await make('townsman', [TOWNSHIP]),
    former: await make('former', null),
    classes: await make('classes', null, ['微腐败']),
  };
  await pool.query('UPDATE access_user SET locked_at_ms = 1 WHERE account = $1', ['former']);
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await emptyNotices(pool);
  await begin('2026-07-01T09:00');
  const memberIds = [people.zhao, people.qian, people.townsman, people.former].map(({ id }) => id);
  const settings = {
    name: '一组',
    townshipCodes: [TOWNSHIP, OTHER_TOWNSHIP],
    memberIds,
    webhookUrl: null,
    minSeverity: 'low',
  } as const;
  ({ id: teamId } = await teams.create(settings));
  await roster.setHours(teamId, HOURS);
});

/** Clocks do not go back: each instant has parts of its own. */
async function begin(chinaTime: string): Promise<void> {
  clock = new ManualClock(Date.parse(`${chinaTime}:00+08:00`));
  teams = new TeamStore({ pool, ids: uuidSource, clock });
  roster = new DutyRoster({ pool, clock });
  const duty = new DutyRouting(new WorkingCalendar(builtInHolidays()));
  outbox = new AlertOutbox({ clock, settleMs: 0, duty });
}

const finding = (id: string, given: Partial<AlertFinding> = {}) => urgentFinding(id, TOWNSHIP, given);
const onDuty = (day: string, ...persons: User[]) => roster.setDays(teamId, [{ day, userIds: persons.map(({ id }) => id) }]);

/** Who is told of a finding that is found then, by account, and who is passed over with which reason. */
async function toldAt(chinaTime: string, given: Partial<AlertFinding> = {}) {
  await begin(chinaTime);
  const id = `f ${chinaTime}`;
  await inTransaction(pool, (client) => outbox.enqueue(client, [finding(id, given)]));
  const accounts = new Map(Object.values(people).map(({ id: userId, account }) => [userId, account]));
  const told = await rows(
    pool,
    toldSchema,
    `SELECT recipient, state, last_error FROM notice_delivery WHERE subject_id = $1 AND channel = 'inbox'`,
    [id],
  );
  const [alert] = await new TeamAlerts(pool, clock).ofFinding(id, people.zhao.id);
  const accountOf = (recipient: string) => accounts.get(recipient) ?? recipient;
  return {
    told: told.flatMap(({ recipient, state }) => (state === 'waiting' ? [accountOf(recipient)] : [])).toSorted(),
    passedOver: told
      .flatMap(({ recipient, last_error: why }) => (why === null ? [] : [`${accountOf(recipient)} ${why}`]))
      .toSorted(),
    whom: alert?.toldWhom,
  };
}
const ALL = ['former', 'qian', 'townsman', 'zhao'];

test.each([
  ['when work begins', '2026-07-01T08:30', ALL, 'team'],
  ['the minute before', '2026-07-02T08:29', ['qian'], 'on-duty'],
  ['at noon', '2026-07-01T12:30', ALL, 'team'],
  ['when work ends', '2026-07-01T17:30', ['qian'], 'on-duty'],
  ['in the night after, which belongs to the day before', '2026-07-02T02:00', ['qian'], 'on-duty'],
  ['on a Saturday', '2026-07-04T10:00', ['zhao'], 'on-duty'],
  ['on a holiday that is a weekday', '2026-10-01T10:00', ['zhao'], 'on-duty'],
  ['on a Saturday that is worked', '2026-10-10T10:00', ALL, 'team'],
])('%s', async (_, chinaTime, told, whom) => {
  await onDuty(DAY, people.qian);
  await onDuty('2026-07-04', people.zhao);
  await onDuty('2026-10-01', people.zhao);
  expect(await toldAt(chinaTime)).toEqual({ told, passedOver: [], whom });
});

test('a day that nobody was put down for is told to all of the team, and says so', async () => {
  expect(await toldAt('2026-07-01T20:00')).toEqual({ told: ALL, passedOver: [], whom: 'nobody-on-duty' });
});

test('several are on duty on one day, and all are told', async () => {
  await onDuty(DAY, people.qian, people.zhao);
  expect(await toldAt('2026-07-01T20:00')).toEqual({ told: ['qian', 'zhao'], passedOver: [], whom: 'on-duty' });
});

test('who is locked, or has no reach there, is passed over on record; the others on duty are told', async () => {
  await onDuty(DAY, people.former, people.townsman, people.zhao);
  expect(await toldAt('2026-07-01T20:00', { townshipCode: OTHER_TOWNSHIP })).toEqual({
    told: ['zhao'],
    passedOver: ['former 账号已停用，跳过', 'townsman 不在其管辖范围内，跳过'],
    whom: 'on-duty',
  });
});

test('where all on duty are passed over the rest of the team is told', async () => {
  await onDuty(DAY, people.former, people.townsman);
  expect(await toldAt('2026-07-01T20:00', { townshipCode: OTHER_TOWNSHIP })).toEqual({
    told: ['qian', 'zhao'],
    passedOver: ['former 账号已停用，跳过', 'townsman 不在其管辖范围内，跳过'],
    whom: 'nobody-on-duty',
  });
});

test('who left the team after the roster was made is passed over', async () => {
  await onDuty(DAY, people.qian);
  const team = await teams.find(teamId);
  if (!team) throw new Error('no team');
  await teams.update(teamId, { ...team, memberIds: [people.zhao.id] });
  expect(await toldAt('2026-07-01T20:00')).toEqual({
    told: ['zhao'],
    passedOver: ['qian 已不在本组，跳过'],
    whom: 'nobody-on-duty',
  });
});

test('a digest of what stands behind the week is for all of the team, at whatever hour', async () => {
  await onDuty(DAY, people.qian);
  expect(await toldAt('2026-07-01T20:00', { beyondFor: [teamId] })).toEqual({ told: ALL, passedOver: [], whom: 'team' });
});

test('outside the hours a channel of somebody’s own is told on duty alone; one of all of the team’s, and its webhook, always', async () => {
  const channels = new TeamChannels({ pool, ids: uuidSource, clock, secret: 'installation' });
  const add = (name: string, user: User | null) =>
    channels.add(teamId, { name, minSeverity: 'low', userId: user?.id ?? null, target: { kind: 'sms', number: '13812345678' } });
  const names = new Map([
    [await add('qian', people.qian), 'qian'],
    [await add('zhao', people.zhao), 'zhao'],
    [await add('all', null), 'all'],
  ]);
  await expect(add('sun', people.sun)).rejects.toThrow('不是本组成员');
  await onDuty(DAY, people.qian);
  const leaves = async (chinaTime: string) => {
    await toldAt(chinaTime);
    const told = await rows(
      pool,
      recipientSchema,
      `SELECT recipient FROM notice_delivery WHERE subject_id = $1 AND channel = 'sms'`,
      [`f ${chinaTime}`],
    );
    return told.map(({ recipient }) => names.get(recipient) ?? '').toSorted();
  };
  expect(await leaves('2026-07-01T20:00')).toEqual(['all', 'qian']);
  expect(await leaves('2026-07-02T10:00')).toEqual(['all', 'qian', 'zhao']);
  // Nobody is down for the next night.
  expect(await leaves('2026-07-02T20:00')).toEqual(['all', 'qian', 'zhao']);
});

test('a channel of somebody who has left the team, is locked or has no reach there is told at no hour; why not is on record', async () => {
  const members = [people.zhao, people.qian, people.townsman, people.former, people.classes];
  const settings = {
    name: '二组',
    townshipCodes: [OTHER_TOWNSHIP],
    webhookUrl: null,
    minSeverity: 'low',
    platformNotices: true,
  } as const;
  const team = await teams.create({ ...settings, memberIds: members.map(({ id }) => id) });
  const channels = new TeamChannels({ pool, ids: uuidSource, clock, secret: 'installation' });
  const names = new Map<string, string>();
  for (const { id: userId, account: name } of members) {
    const target = { kind: 'email', address: `${name}@example.gov.cn` } as const;
    names.set(await channels.add(team.id, { name, minSeverity: 'low', userId, target }), name);
  }
  const leaves = async (chinaTime: string, problemClass: string) => {
    await toldAt(chinaTime, { townshipCode: OTHER_TOWNSHIP, problemClass });
    const told = await rows(
      pool,
      toldSchema,
      `SELECT recipient, state, last_error FROM notice_delivery WHERE subject_id = $1 AND channel = 'email'`,
      [`f ${chinaTime}`],
    );
    return told.map(({ recipient, state, last_error: why }) => `${names.get(recipient) ?? ''} ${why ?? state}`).toSorted();
  };
  const all = ['classes waiting', 'former 账号已停用，跳过', 'qian waiting', 'townsman 不在其管辖范围内，跳过', 'zhao waiting'];
  expect(await leaves('2026-07-01T10:00', '微腐败')).toEqual(all);
  // A team without a roster is told at night, too.
  expect(await leaves('2026-07-01T20:00', '微腐败')).toEqual(all);
  await teams.update(team.id, { ...settings, memberIds: [people.zhao, people.classes].map(({ id }) => id) });
  expect(await leaves('2026-07-02T10:00', '形式主义')).toEqual(['classes 不在其管辖范围内，跳过', 'zhao waiting']);
  const left = (await teams.platformChannels('high')).map(({ channelId }) => names.get(channelId));
  expect(new Set(left)).toEqual(new Set(['classes', 'zhao']));
});

test('who is on duty and sees some classes of problems alone is passed over for the others', async () => {
  const team = await teams.find(teamId);
  if (!team) throw new Error('no team');
  await teams.update(teamId, { ...team, memberIds: [...team.memberIds, people.classes.id] });
  await onDuty(DAY, people.classes);
  const night = (minute: string, problemClass?: string) =>
    toldAt(`2026-07-01T20:${minute}`, problemClass === undefined ? {} : { problemClass });
  expect(await night('00', '微腐败')).toEqual({ told: ['classes'], passedOver: [], whom: 'on-duty' });
  const others = { told: ALL, passedOver: ['classes 不在其管辖范围内，跳过'], whom: 'nobody-on-duty' };
  expect([await night('01', '形式主义'), await night('02')]).toEqual([others, others]);
});

test('another team that takes the same finding goes by its own hours', async () => {
  await onDuty(DAY, people.qian);
  const settings = { name: '二组', townshipCodes: [TOWNSHIP], webhookUrl: null, minSeverity: 'low' } as const;
  await teams.create({ ...settings, memberIds: [people.sun.id, people.zhao.id] });
  expect((await toldAt('2026-07-01T20:00')).told).toEqual(['qian', 'sun', 'zhao']);
});

test('what was told to who was on duty is withdrawn from that person alone; told again by day it is told to all', async () => {
  await onDuty(DAY, people.qian);
  await toldAt('2026-07-01T20:00');
  const queue = new DeliveryQueue({ pool, clock, rng: seededRng(1) });
  const id = 'f 2026-07-01T20:00';
  await queue.deliverInbox();
  // Its severity is another now: teams that are concerned hear of it, and nobody twice.
  await begin('2026-07-02T10:00');
  await inTransaction(pool, (client) => outbox.enqueueMoved(client, [finding(id, { severity: 'medium', bundle: 'moved' })]));
  const told = await pool.query(
    `SELECT recipient FROM notice_delivery WHERE subject_id = $1 AND kind = 'opened' AND state <> 'cancelled'`,
    [id],
  );
  expect(told.rowCount).toBe(ALL.length);
  const whom = async () => (await new TeamAlerts(pool, clock).ofFinding(id, people.zhao.id)).map(({ toldWhom }) => toldWhom);
  expect(await whom()).toEqual(['team']);
  // At night nothing of it is told anew: all of the team has it.
  await begin('2026-07-02T20:00');
  await inTransaction(pool, (client) => outbox.enqueueMoved(client, [finding(id, { severity: 'low', bundle: 'moved' })]));
  expect(await whom()).toEqual(['team']);
  await inTransaction(pool, (client) => outbox.enqueueWithdrawn(client, [{ id }]));
  await new DeliveryQueue({ pool, clock, rng: seededRng(1) }).deliverInbox();
  const inboxOf = async (user: User) => {
    const { items } = await new DeliveryQueries(pool, clock).inbox(WHOLE_COUNTY, user.id, { limit: 9, unreadOnly: false });
    return items.map(({ kind }) => kind).toSorted();
  };
  expect([await inboxOf(people.qian), await inboxOf(people.zhao)]).toEqual([['opened', 'withdrawn'], []]);
});

test('a transaction that is rolled back has told nobody; repeated, it tells once', async () => {
  await onDuty(DAY, people.qian);
  await begin('2026-07-01T20:00');
  const told = async () =>
    (await pool.query(`SELECT recipient FROM notice_delivery WHERE state = 'waiting'`)).rows.map(
      ({ recipient }: { recipient: string }) => recipient,
    );
  const killed = inTransaction(pool, async (client) => {
    await outbox.enqueue(client, [finding('f1')]);
    throw new Error('killed');
  });
  await expect(killed).rejects.toThrow('killed');
  expect(await told()).toEqual([]);
  const enqueue = () => inTransaction(pool, (client) => outbox.enqueue(client, [finding('f1')]));
  await Promise.all([enqueue(), enqueue()]);
  expect(await told()).toEqual([people.qian.id]);
});

test('a roster is saved day by day, all or nothing: not for days that are over, nor with who is not of the team', async () => {
  await roster.setDays(teamId, [
    { day: DAY, userIds: [people.qian.id] },
    { day: '2026-07-02', userIds: [people.zhao.id, people.qian.id] },
  ]);
  await roster.setDays(teamId, [{ day: DAY, userIds: [] }]);
  const refused = (day: string, userIds: string[]) =>
    roster.setDays(teamId, [
      { day: '2026-07-03', userIds: [] },
      { day, userIds },
    ]);
  await expect(refused('2026-06-30', [people.qian.id])).rejects.toThrow('已经过去');
  await expect(refused(DAY, [people.sun.id])).rejects.toThrow('本组成员');
  await expect(
    refused(
      DAY,
      Array.from({ length: MAX_PERSONS_ON_DUTY + 1 }, () => people.qian.id),
    ),
  ).rejects.toThrow('一天最多');
  await expect(roster.setDays('none', [])).rejects.toThrow('没有这个监督组');
  const days = await roster.days(teamId, '2026-06-01', '2026-07-31');
  expect(days).toEqual([{ day: '2026-07-02', userIds: [people.zhao.id, people.qian.id].toSorted() }]);
});

test('a turn is over when work begins on the next day, not at midnight; without hours at midnight', async () => {
  await begin('2026-07-02T02:00');
  await onDuty(DAY, people.qian);
  expect(await toldAt('2026-07-02T02:30')).toMatchObject({ told: ['qian'], whom: 'on-duty' });
  await begin('2026-07-02T08:30');
  await expect(onDuty(DAY, people.zhao)).rejects.toThrow('已经过去');
  await begin('2026-07-03T02:00');
  await roster.setHours(teamId, null);
  await expect(onDuty('2026-07-02', people.zhao)).rejects.toThrow('已经过去');
});

test('without hours there is no roster: all are told at night, too, and what was put down stays', async () => {
  await onDuty(DAY, people.qian);
  await roster.setHours(teamId, null);
  expect(await roster.hours(teamId)).toBeNull();
  expect(await toldAt('2026-07-01T20:00')).toEqual({ told: ALL, passedOver: [], whom: 'team' });
  await expect(roster.setHours(teamId, { fromMinute: 600, toMinute: 600 })).rejects.toThrow('早于');
  await expect(roster.hours('none')).rejects.toThrow('没有这个监督组');
});
