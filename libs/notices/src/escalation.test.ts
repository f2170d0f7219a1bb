import { accessMigrations, Reach, UserStore, type User } from '@tianyan/access';
import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { DAY_MS, HOUR_MS, ManualClock, MINUTE_MS, seededRng, sequentialIds, uuidSource } from '@tianyan/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inTransaction, row, type Pool } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { z } from 'zod';
import {
  AlertOutbox,
  DeliveryQueries,
  DeliveryQueue,
  EscalationWatch,
  noticeMigrations,
  Summaries,
  TeamAlerts,
  TeamStore,
  type AlertFinding,
  type Escalation,
  type TeamSettings,
} from './index.js';
import { emptyNotices, urgentFinding } from './planted-alerts.test-fixture.js';

/** A Wednesday. */
const MORNING_MS = Date.parse('2026-07-01T09:00:00+08:00');
const OFFICE_HOURS = [
  { fromMs: 8.5 * HOUR_MS, toMs: 12 * HOUR_MS },
  { fromMs: 14 * HOUR_MS, toMs: 17.5 * HOUR_MS },
];
const TOWNSHIP = '320921100';

let postgres: TestPostgres;
let pool: Pool;
let people: Record<'member' | 'chief' | 'leader' | 'townsman' | 'former', User>;
let clock: ManualClock;
let teams: TeamStore;
let outbox: AlertOutbox;
let alerts: TeamAlerts;
let decided: Set<string>;
/** What happens while a round has its alerts under lock. */
let meanwhile: () => Promise<void>;

beforeAll(async () => {
  postgres = await startTestPostgres([accessMigrations, noticeMigrations]);
  pool = postgres.pool;
  const users = new UserStore({ pool, ids: uuidSource, clock: new ManualClock(MORNING_MS) });
  const make = async (account: string, role: User['role'], townshipCodes: string[] | null) => {
    const password = 'Person-2026-xyz';
    const made = await users.create({ account, displayName: account, password, role, townshipCodes, mustChangePassword: false });
    if (!made) throw new Error(`${account} exists already`);
    return made;
  };
  people = {
    member: await make('member', 'team-member', [TOWNSHIP]),
    chief: await make('chief', 'analyst', null),
    leader: await make('leader', 'commission-leader', null),
    townsman: await make('townsman', 'team-member', ['320921200']),
    former: await make('former', 'analyst', null),
  };
  await pool.query('UPDATE access_user SET locked_at_ms = 1 WHERE account = $1', ['former']);
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  await emptyNotices(pool);
  clock = new ManualClock(MORNING_MS);
  teams = new TeamStore({ pool, ids: sequentialIds('t'), clock });
  outbox = new AlertOutbox({ clock, settleMs: 0 });
  alerts = new TeamAlerts(pool, clock);
  decided = new Set();
  meanwhile = async () => undefined;
});

const watch = () =>
  new EscalationWatch({
    pool,
    clock,
    calendar: new WorkingCalendar(builtInHolidays()),
    officeHours: OFFICE_HOURS,
    stillWaiting: async (_client, ids) => {
      await meanwhile();
      return new Set(ids.filter((id) => !decided.has(id)));
    },
  });
const finding = (id: string, given: Partial<AlertFinding> = {}) => urgentFinding(id, TOWNSHIP, given);
const settingsOf = (escalation: Partial<Escalation>, memberIds = [people.member.id]): TeamSettings => ({
  name: '一组',
  townshipCodes: [TOWNSHIP],
  memberIds,
  webhookUrl: null,
  minSeverity: 'low',
  escalation: {
    minSeverity: 'high',
    officeHours: 4,
    firstIds: [people.chief.id],
    secondIds: [people.leader.id],
    ...escalation,
  },
});
const teamWith = (escalation: Partial<Escalation>, memberIds = [people.member.id]) =>
  teams.create(settingsOf(escalation, memberIds));
const open = (...findings: AlertFinding[]) => inTransaction(pool, (client) => outbox.enqueue(client, findings));
const withdraw = (...ids: string[]) =>
  inTransaction(pool, (client) =>
    outbox.enqueueWithdrawn(
      client,
      ids.map((id) => ({ id })),
    ),
  );
/** What the notifier does in one round. */
const deliver = async () => {
  await new Summaries({ pool, clock }).make();
  await new DeliveryQueue({ pool, clock, rng: seededRng(7) }).deliverInbox();
};
const entriesOf = async (user: User) => {
  await deliver();
  const queries = new DeliveryQueries(pool, clock);
  return (await queries.inbox(Reach.of({ user }), user.id, { limit: 100, unreadOnly: false })).items;
};
const inbox = async (user: User) => {
  const items = await entriesOf(user);
  return items.map(({ kind, subject }) => (kind.startsWith('summary') ? kind : `${kind} ${subject.id}`)).toReversed();
};
const tellAt = async (text: string) => {
  clock.advanceTo(Date.parse(`${text}:00+08:00`));
  return watch().round();
};

test('what nobody acknowledges goes up rung by rung in office time, each once', async () => {
  await teamWith({});
  await open(finding('f1'), finding('mild', { severity: 'medium' }));
  expect(await inbox(people.member)).toEqual(['opened f1', 'opened mild']);
  // 9:00 to 12:00 are three hours, and offices open again at 14:00.
  expect(await tellAt('2026-07-01T14:59')).toBe(0);
  expect(await tellAt('2026-07-01T15:00')).toBe(1);
  expect([await tellAt('2026-07-01T15:01'), await watch().round()]).toEqual([0, 0]);
  expect(await inbox(people.chief)).toEqual(['escalated f1']);
  expect(await inbox(people.leader)).toEqual([]);
  // Two and a half hours of today, one and a half of tomorrow.
  expect(await tellAt('2026-07-02T09:59')).toBe(0);
  expect(await tellAt('2026-07-02T10:01')).toBe(1);
  expect(await tellAt('2026-07-09T10:00')).toBe(0);
  expect(await inbox(people.leader)).toEqual(['escalated f1']);
  expect(await inbox(people.chief)).toEqual(['escalated f1']);
  expect(await alerts.ofFinding('f1', people.leader.id)).toMatchObject([{ rung: 2, acknowledgedBy: null, mayAcknowledge: true }]);
});

test('who is named twice is told once', async () => {
  const { id } = await teamWith({ firstIds: [people.chief.id, people.chief.id], secondIds: [] });
  expect((await teams.find(id))?.escalation?.firstIds).toEqual([people.chief.id]);
  // As it may stand there all the same.
  await pool.query('UPDATE alert_team SET escalation_first = escalation_first || escalation_first');
  await open(finding('f1'));
  await deliver();
  expect(await tellAt('2026-07-02T10:00')).toBe(1);
  expect(await inbox(people.chief)).toEqual(['escalated f1']);
});

test('two that look at the same time tell once', async () => {
  await teamWith({ secondIds: [] });
  await open(finding('f1'), finding('f2'));
  await deliver();
  clock.advanceTo(MORNING_MS + DAY_MS);
  const taken = await Promise.all([watch().round(), watch().round(), watch().round()]);
  expect(taken.reduce((sum, one) => sum + one, 0)).toBe(2);
  expect(await inbox(people.chief)).toEqual(['escalated f1', 'escalated f2']);
});

test('one of the team acknowledges for all, once; nobody else is told, and others cannot', async () => {
  const { id: teamId } = await teamWith({}, [people.member.id, people.chief.id]);
  await open(finding('f1'));
  await deliver();
  await expect(alerts.acknowledgeFinding(people.townsman.id, 'f1')).rejects.toMatchObject({ code: 'forbidden' });
  clock.advanceTo(MORNING_MS + 5 * MINUTE_MS);
  await alerts.acknowledgeFinding(people.member.id, 'f1');
  await expect(alerts.acknowledgeFinding(people.chief.id, 'f1')).rejects.toMatchObject({ code: 'conflict' });
  expect(await alerts.ofFinding('f1', people.chief.id)).toEqual([
    {
      teamId,
      isFallback: false,
      toldWhom: 'team',
      openedAtMs: MORNING_MS,
      acknowledgedBy: people.member.id,
      acknowledgedAtMs: MORNING_MS + 5 * MINUTE_MS,
      rung: 0,
      rungAtMs: null,
      endedAtMs: null,
      mayAcknowledge: false,
    },
  ]);
  expect(await tellAt('2026-07-09T10:00')).toBe(0);
});

test('what was withdrawn, decided on or moved meanwhile escalates nobody; one that comes back begins anew', async () => {
  await teamWith({});
  await open(finding('gone'), finding('decided'), finding('elsewhere'));
  await deliver();
  await withdraw('gone');
  decided.add('decided');
  await inTransaction(pool, (client) => outbox.enqueueMoved(client, [finding('elsewhere', { townshipCode: '320921200' })]));
  expect(await tellAt('2026-07-03T10:00')).toBe(0);
  expect(await inbox(people.chief)).toEqual([]);
  await open(finding('gone'));
  await deliver();
  expect(await tellAt('2026-07-03T15:00')).toBe(0);
  expect(await tellAt('2026-07-06T09:00')).toBe(1);
  expect(await inbox(people.chief)).toEqual(['escalated gone']);
});

test('what goes up while it is withdrawn is told to nobody', async () => {
  await teamWith({ secondIds: [] });
  await open(finding('f1'));
  await deliver();
  clock.advanceTo(MORNING_MS + DAY_MS);
  let withdrawn = Promise.resolve();
  // The alert is locked, and nothing about it is told yet.
  meanwhile = async () => {
    withdrawn = withdraw('f1');
    const waits =
      "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()) AS waiting";
    while (!(await row(pool, z.object({ waiting: z.boolean() }), waits)).waiting);
  };
  expect(await watch().round()).toBe(1);
  await withdrawn;
  clock.advanceBy(HOUR_MS);
  expect(await inbox(people.chief)).toEqual([]);
  expect(await inbox(people.member)).toEqual(['opened f1', 'withdrawn f1']);
});

test('who was told by an escalation hears of the withdrawal, and once', async () => {
  await teamWith({ firstIds: [people.member.id], secondIds: [] });
  await open(finding('f1'));
  await deliver();
  await tellAt('2026-07-02T10:00');
  await deliver();
  await withdraw('f1');
  expect(await inbox(people.member)).toEqual(['opened f1', 'escalated f1', 'withdrawn f1']);
});

test('who stays concerned by an escalation, or as a member, is not told that it moved, and hears of the withdrawal', async () => {
  const { chief, leader } = people;
  const both = [TOWNSHIP, '320921200'];
  const escalation = { minSeverity: 'low', officeHours: 4, firstIds: [chief.id], secondIds: [] } as const;
  const rest = { webhookUrl: null, minSeverity: 'low', escalation } as const;
  // The one who is told as a member of the first team and named by the second, and the other way round.
  await teams.create({
    ...rest,
    name: '一组',
    townshipCodes: [TOWNSHIP],
    memberIds: [chief.id],
    escalation: { ...escalation, firstIds: [leader.id] },
  });
  await teams.create({ ...rest, name: '二组', townshipCodes: both, memberIds: [leader.id] });
  await open(finding('f1'));
  await deliver();
  expect(await tellAt('2026-07-02T10:00')).toBe(2);
  await deliver();
  await inTransaction(pool, (client) => outbox.enqueueMoved(client, [finding('f1', { townshipCode: '320921200' })]));
  for (const user of [chief, leader]) expect(await inbox(user)).toEqual(['opened f1', 'escalated f1']);
  await withdraw('f1');
  for (const user of [chief, leader]) expect(await inbox(user)).toEqual(['opened f1', 'escalated f1', 'withdrawn f1']);
});

test('who is locked or out of reach is passed over and that is on record; an empty rung does not hold up the next', async () => {
  await teamWith({ firstIds: [people.former.id, people.townsman.id], secondIds: [people.leader.id] });
  await open(finding('f1'));
  await deliver();
  expect(await tellAt('2026-07-01T16:00')).toBe(2);
  expect(await inbox(people.leader)).toEqual(['escalated f1']);
  const { items } = await new DeliveryQueries(pool, clock).list(WHOLE_COUNTY, { limit: 10, state: 'cancelled' });
  expect(Object.fromEntries(items.map(({ recipient, lastError }) => [recipient, lastError]))).toEqual({
    [people.former.id]: '账号已停用，跳过',
    [people.townsman.id]: '不在其管辖范围内，跳过',
  });
});

describe('where nobody of a rung could be told', () => {
  const lock = (user: User, atMs: number | null) =>
    pool.query('UPDATE access_user SET locked_at_ms = $2 WHERE id = $1', [user.id, atMs]);
  const rungOf = async () => (await alerts.ofFinding('f1', people.leader.id)).map(({ rung, rungAtMs }) => [rung, rungAtMs]);
  const goUp = async (escalation: Partial<Escalation>) => {
    const { id } = await teamWith(escalation);
    await open(finding('f1'));
    await deliver();
    return id;
  };

  test('whoever is named afterwards is told, once; until then nothing is tried again', async () => {
    const { former, townsman, chief, leader } = people;
    const id = await goUp({ firstIds: [former.id], secondIds: [townsman.id] });
    expect(await tellAt('2026-07-01T15:00')).toBe(2);
    expect([await watch().round(), await rungOf()]).toEqual([0, [[0, null]]]);
    await teams.update(id, settingsOf({ firstIds: [former.id], secondIds: [leader.id] }));
    expect([await watch().round(), await watch().round()]).toEqual([2, 0]);
    expect(await inbox(leader)).toEqual(['escalated f1']);
    expect(await rungOf()).toEqual([[2, clock.nowMs()]]);
    await teams.update(id, settingsOf({ firstIds: [chief.id], secondIds: [leader.id] }));
    // Whoever leads was told, and has not to hear of it from below.
    expect([await tellAt('2026-07-09T10:00'), await inbox(chief)]).toEqual([0, []]);
  });

  test('whoever is let in again, or is named for the second after the first was told, is told', async () => {
    const { former, chief, leader } = people;
    const id = await goUp({ firstIds: [former.id], secondIds: [] });
    expect(await tellAt('2026-07-01T15:00')).toBe(1);
    await open(finding('f2'));
    await lock(former, null);
    expect([await watch().round(), await inbox(former), await rungOf()]).toEqual([1, ['escalated f1'], [[1, clock.nowMs()]]]);
    // It stands among the newest of the inbox, which is sorted by number.
    const newest = 'SELECT recipient FROM notice_delivery ORDER BY id DESC LIMIT 1';
    expect((await pool.query(newest)).rows).toEqual([{ recipient: former.id }]);
    await withdraw('f2');
    await lock(former, 1);
    await teams.update(id, settingsOf({ firstIds: [chief.id], secondIds: [former.id] }));
    expect([await tellAt('2026-07-02T10:01'), await watch().round()]).toEqual([1, 0]);
    await teams.update(id, settingsOf({ firstIds: [chief.id], secondIds: [leader.id] }));
    expect(await watch().round()).toBe(1);
    expect([await inbox(leader), await inbox(chief)]).toEqual([['escalated f1'], []]);
  });

  test('an alert that moves into the reach of somebody named is told', async () => {
    await goUp({ firstIds: [people.townsman.id], secondIds: [] });
    expect([await tellAt('2026-07-01T15:00'), await watch().round()]).toEqual([1, 0]);
    await pool.query('UPDATE team_alert SET township_code = $1', ['320921200']);
    expect(await watch().round()).toBe(1);
    expect(await inbox(people.townsman)).toEqual(['escalated f1']);
  });

  test('the next is told how long nobody acknowledged it, and no longer', async () => {
    const { former, chief, leader } = people;
    const id = await goUp({ firstIds: [former.id] });
    await tellAt('2026-07-01T15:00');
    expect((await entriesOf(leader)).map(({ text }) => text.split('。')[0])).toEqual(['“一组”收到后，4 个办公小时内没有人签收']);
    await teams.update(id, settingsOf({ firstIds: [chief.id] }));
    await open(finding('f2'));
    await deliver();
    await tellAt('2026-07-02T17:00');
    await tellAt('2026-07-06T17:00');
    expect((await entriesOf(leader)).map(({ text }) => text.split('。')[0])[0]).toBe('“一组”收到后，8 个办公小时内没有人签收');
  });
});

test('many at once are one message, and its entry acknowledges all of them', async () => {
  await teamWith({ secondIds: [] });
  const ids = Array.from({ length: 8 }, (_, n) => `f${n}`);
  await open(...ids.map((id) => finding(id, { bundle: 'load:1' })));
  clock.advanceBy(HOUR_MS);
  expect(await inbox(people.member)).toEqual(['summary']);
  expect(await tellAt('2026-07-02T10:00')).toBe(8);
  expect(await inbox(people.chief)).toEqual(['summary-escalated']);
  const queries = new DeliveryQueries(pool, clock);
  const reach = Reach.of({ user: people.member });
  const { items } = await queries.inbox(reach, people.member.id, { limit: 1, unreadOnly: false });
  const entry = items[0]?.id ?? '';
  const seen = async () => (await alerts.ofEntries(people.member.id, [entry])).get(entry);
  expect(await seen()).toEqual({ waiting: 8, acknowledgedBy: null, acknowledgedAtMs: null, mayAcknowledge: true });
  // An entry is the person's own.
  expect(await alerts.acknowledgeEntries(WHOLE_COUNTY, people.chief.id, [entry], ['finding'])).toEqual([]);
  await withdraw('f0');
  const done = await alerts.acknowledgeEntries(reach, people.member.id, [entry], ['finding']);
  expect(done.toSorted()).toEqual(ids.slice(1));
  expect(await seen()).toMatchObject({ waiting: 0, acknowledgedBy: people.member.id, mayAcknowledge: false });
});

test('the one entry of who is in two teams acknowledges for both, also where the finding moved from one to the other', async () => {
  const { chief, leader } = people;
  const escalation: Escalation = { minSeverity: 'low', officeHours: 4, firstIds: [leader.id], secondIds: [] };
  const rest = { memberIds: [chief.id], webhookUrl: null, minSeverity: 'low', escalation } as const;
  await teams.create({ ...rest, name: '一组', townshipCodes: [TOWNSHIP, '320921200'] });
  await teams.create({ ...rest, name: '二组', townshipCodes: [TOWNSHIP] });
  await teams.create({ ...rest, name: '三组', townshipCodes: ['320921300'] });
  await open(finding('f1'), finding('moved'));
  // Before anybody was told: the entry names the alert of a team that it concerns no longer.
  await inTransaction(pool, (client) => outbox.enqueueMoved(client, [finding('moved', { townshipCode: '320921300' })]));
  await deliver();
  const reach = Reach.of({ user: chief });
  const { items } = await new DeliveryQueries(pool, clock).inbox(reach, chief.id, { limit: 9, unreadOnly: false });
  const ids = items.map(({ id }) => id);
  const waiting = async () => {
    const entries = await alerts.ofEntries(chief.id, ids);
    const shown = items.map(
      ({ id, subject }) => [subject.id, entries.get(id)?.waiting, entries.get(id)?.acknowledgedBy] as const,
    );
    return shown.toSorted(([a], [b]) => (a < b ? -1 : 1));
  };
  expect(await waiting()).toEqual([
    ['f1', 2, null],
    ['moved', 1, null],
  ]);
  // What is no id of an entry is passed over.
  const done = await alerts.acknowledgeEntries(reach, chief.id, [...ids, 'none'], ['finding']);
  expect(done.toSorted()).toEqual(['f1', 'moved']);
  expect(await waiting()).toEqual([
    ['f1', 0, chief.id],
    ['moved', 0, chief.id],
  ]);
  expect(await tellAt('2026-07-02T10:00')).toBe(0);
});

test('a round that fails in the middle tells nobody, and the next one does', async () => {
  await teamWith({ secondIds: [] });
  await open(finding('f1'));
  await deliver();
  clock.advanceTo(MORNING_MS + DAY_MS);
  await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$`);
  await pool.query('CREATE TRIGGER refuse BEFORE UPDATE ON team_alert FOR EACH ROW EXECUTE FUNCTION refuse()');
  await expect(watch().round()).rejects.toThrow();
  await pool.query('DROP TRIGGER refuse ON team_alert');
  await pool.query('DROP FUNCTION refuse');
  expect(await inbox(people.chief)).toEqual([]);
  expect(await watch().round()).toBe(1);
  expect(await inbox(people.chief)).toEqual(['escalated f1']);
});

test('a team whose digest is still gathered is not counted from what another team was told', async () => {
  const { id: teamId } = await teamWith({ secondIds: [] });
  await teams.create({
    name: '二组',
    townshipCodes: [TOWNSHIP],
    memberIds: [people.leader.id],
    webhookUrl: null,
    minSeverity: 'low',
  });
  await open(finding('f1', { beyondFor: [teamId] }));
  expect(await inbox(people.leader)).toEqual(['opened f1']);
  expect(await tellAt('2026-07-01T17:00')).toBe(0);
  // The digest of the day before.
  expect(await tellAt('2026-07-02T09:00')).toBe(0);
  expect(await inbox(people.member)).toEqual(['summary']);
  expect(await tellAt('2026-07-02T14:29')).toBe(0);
  expect(await tellAt('2026-07-02T15:00')).toBe(1);
});

test('what a team without members is told goes up all the same; a digest is waited for', async () => {
  const { id: teamId } = await teamWith({ secondIds: [] }, []);
  await open(finding('f1'));
  expect(await tellAt('2026-07-01T15:00')).toBe(1);
  await teams.update(teamId, {
    name: '一组',
    townshipCodes: [TOWNSHIP],
    memberIds: [people.member.id],
    webhookUrl: null,
    minSeverity: 'low',
    escalation: { minSeverity: 'low', officeHours: 4, firstIds: [people.chief.id], secondIds: [] },
  });
  await open(finding('later', { beyondFor: [teamId] }));
  expect(await tellAt('2026-07-02T14:00')).toBe(0);
  await deliver();
  clock.advanceBy(2 * HOUR_MS);
  await deliver();
  expect(await tellAt('2026-07-02T17:00')).toBe(0);
  expect(await tellAt('2026-07-03T14:30')).toBe(1);
});
