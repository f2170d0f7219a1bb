import { WHOLE_COUNTY } from '@tianyan/access/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DAY_MS, ManualClock, seededRng, sequentialIds } from '@tianyan/kernel';
import { AlertOutbox, noticeMigrations, TeamStore, type TeamSettings } from '@tianyan/notices';
import { execute, inTransaction, rows } from '@tianyan/postgres';
import { startTestPostgres, type TestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { z } from 'zod';
import { findingsMigrations } from '../index.js';
import { concernsSql, queuesOf } from './queue-team.js';
import { PREVIEW_DAYS, RoutingPreviews } from './routing-preview.js';

const NOW_MS = Date.parse('2026-03-04T10:00:00+08:00');
const TOWNSHIPS = ['E', 'W', null] as const;
const CLASSES = ['微腐败', '形式主义'] as const;
const UNITS = ['U1', 'U2', null] as const;
const SEVERITIES = ['low', 'high'] as const;

interface Told {
  id: string;
  severity: (typeof SEVERITIES)[number];
  townshipCode: string | null;
  problemClass: string;
  unitId: string | null;
}
/** One of each kind. */
const ALL: readonly Told[] = TOWNSHIPS.flatMap((townshipCode) =>
  CLASSES.flatMap((problemClass) =>
    UNITS.flatMap((unitId) =>
      SEVERITIES.map((severity) => ({
        id: [townshipCode, problemClass, unitId, severity].join('/'),
        severity,
        townshipCode,
        problemClass,
        unitId,
      })),
    ),
  ),
);

let postgres: TestPostgres;
let teams: TeamStore;
const clock = new ManualClock(NOW_MS);
beforeAll(async () => {
  postgres = await startTestPostgres([sourcesMigrations, findingsMigrations, noticeMigrations]);
  for (const { id, severity, townshipCode, problemClass, unitId } of ALL)
    await execute(
      postgres.pool,
      `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, unit_id, subjects,
         occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
       VALUES ($1, 'r', 1, '题', $2, $3, $1, 'open', true, $4, $5, '{}', 1, $6, 1, '[]', '{}', '说明')`,
      [id, problemClass, severity === 'high' ? 3 : 1, townshipCode, unitId, NOW_MS - DAY_MS],
    );
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await execute(
    postgres.pool,
    'TRUNCATE team_channel, team_duty_day, alert_team, alert_team_township, alert_team_member, notice_delivery, team_alert',
  );
  teams = new TeamStore({ pool: postgres.pool, ids: sequentialIds('t'), clock });
  await teams.ensureDefault(['nobody-else']);
});

const team = (name: string, given: Partial<TeamSettings>) =>
  teams.create({ name, townshipCodes: [], memberIds: [name], webhookUrl: null, minSeverity: 'low', ...given });
/** As they are told: by recipient the findings. */
async function told(): Promise<Readonly<Record<string, readonly string[]>>> {
  const outbox = new AlertOutbox({ clock, settleMs: 0 });
  const findings = ALL.map((finding) => ({ ...finding, title: '题', explanation: '说明', occurredAtMs: 1 }));
  await inTransaction(postgres.pool, (client) => outbox.enqueue(client, findings));
  const schema = z.object({ team_id: z.string(), finding_id: z.string() });
  const found = await rows(postgres.pool, schema, 'SELECT team_id, finding_id FROM team_alert ORDER BY finding_id COLLATE "C"');
  return Object.fromEntries(
    [...Map.groupBy(found, (one) => one.team_id)].map(([id, list]) => [id, list.map((one) => one.finding_id)]),
  );
}
/** As they stand in the queues. */
async function queued(): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {};
  for (const queue of queuesOf(await teams.list())) {
    const values: unknown[] = [];
    const sql = concernsSql(queue, (value) => `$${values.push(value)}`);
    const ids = await rows(
      postgres.pool,
      z.object({ id: z.string() }),
      `SELECT f.id FROM finding f WHERE ${sql} ORDER BY f.id COLLATE "C"`,
      values,
    );
    if (ids.length > 0) found[queue.team.id] = ids.map(({ id }) => id);
  }
  return found;
}
const ofTeam = (by: Readonly<Record<string, readonly string[]>>, id: string) => by[id] ?? [];
const which = (is: (finding: Told) => boolean) =>
  ALL.filter(is)
    .map(({ id }) => id)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

test('a team takes what meets all its conditions; what none takes goes to the default team, marked as that', async () => {
  const east = await team('east', { townshipCodes: ['E'], problemClasses: ['微腐败'] });
  const unit = await team('unit', { unitIds: ['U1'], minSeverity: 'high' });
  const by = await told();
  expect(ofTeam(by, east.id)).toEqual(which((f) => f.townshipCode === 'E' && f.problemClass === '微腐败'));
  expect(ofTeam(by, unit.id)).toEqual(which((f) => f.unitId === 'U1' && f.severity === 'high'));
  const taken = (f: Told) => (f.townshipCode === 'E' && f.problemClass === '微腐败') || f.unitId === 'U1';
  const [byDefault] = await teams.list();
  // From medium on: what is milder than the team that takes it wants to hear of is told to nobody else.
  expect(ofTeam(by, byDefault?.id ?? '')).toEqual(which((f) => !taken(f) && f.severity === 'high'));
  const marked = await rows(
    postgres.pool,
    z.object({ team_id: z.string(), is_fallback: z.boolean() }),
    'SELECT DISTINCT team_id, is_fallback FROM team_alert ORDER BY is_fallback',
  );
  expect(marked.filter((one) => one.is_fallback)).toEqual([{ team_id: byDefault?.id, is_fallback: true }]);
});

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  'who is told and whose queue it stands in agree, whatever the teams (%i)',
  async (seed) => {
    const rng = seededRng(seed + 1);
    const some = <T>(of: readonly T[]): T[] => of.filter(() => rng.next() < 0.4);
    for (let n = 0; n < 4; n++)
      await team(`team${n}`, {
        townshipCodes: some(['E', 'W']),
        problemClasses: some(CLASSES),
        unitIds: some(['U1', 'U2']),
        minSeverity: rng.next() < 0.5 ? 'low' : 'high',
      });
    const by = await told();
    expect(by).toEqual(await queued());
    // Nowhere is what is milder than every team that takes it, or the default team in their place, wants to hear of; never a severe one.
    const reached = new Set(Object.values(by).flat());
    expect(which(({ id, severity }) => severity === 'high' && !reached.has(id))).toEqual([]);
  },
);

test('a change of routing says what it would have sent, before anybody is told', async () => {
  const east = await team('east', { townshipCodes: ['E'] });
  const previews = new RoutingPreviews({ pool: postgres.pool, countyClock: clock });
  const now = await teams.list();
  const then = now.map((one) => (one.id === east.id ? { ...one, problemClasses: ['微腐败'] } : one));
  expect(await previews.count(WHOLE_COUNTY, now, east.id)).toEqual({ team: 12, fallback: 12 });
  expect(await previews.count(WHOLE_COUNTY, then, east.id)).toEqual({ team: 6, fallback: 15 });
  const later = new RoutingPreviews({ pool: postgres.pool, countyClock: new ManualClock(NOW_MS + PREVIEW_DAYS * DAY_MS) });
  expect(await later.count(WHOLE_COUNTY, then, east.id)).toEqual({ team: 0, fallback: 0 });
});
