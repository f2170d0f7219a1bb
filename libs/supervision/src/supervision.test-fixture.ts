import { accessMigrations, AuditLog, Delegations, UnitReach, UserStore, type User } from '@tianyan/access';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { casesMigrations, Clues, HandlingRules } from '@tianyan/cases';
import { filesMigrations } from '@tianyan/files';
import { FindingDecisions, findingsMigrations } from '@tianyan/findings';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { NoticeOutbox, noticeMigrations } from '@tianyan/notices';
import { execute, inTransaction, type Pool } from '@tianyan/postgres';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { Campaigns } from './campaigns/campaigns.js';
import { CampaignReminders } from './campaigns/campaign-reminders.js';
import { CampaignTasks } from './campaigns/campaign-tasks.js';
import type { OrderPopulation } from './campaigns/order-population.js';
import { CircularWatch } from './circulars/circular-watch.js';
import { Circulars } from './circulars/circulars.js';
import { derivedSubjects } from './derived-subjects.js';
import { Improvements } from './improvements/improvements.js';
import { LetterQueries } from './letters/letter-queries.js';
import { LetterWatch } from './letters/letter-watch.js';
import { Letters } from './letters/letters.js';
import { supervisionMigrations } from './migrations.js';
import { RectificationQueries } from './rectifications/rectification-queries.js';
import { Rectifications } from './rectifications/rectifications.js';

/** A Monday, with no holiday near. */
export const MONDAY_MS = Date.parse('2026-03-09T10:00:00+08:00');
export const EAST = '320921100';
export const WEST = '320921200';

export type SupervisionFixture = Awaited<ReturnType<typeof startSupervision>>;

/** Letters and the ledger over a real database, with accounts and findings as a test stores them. */
export async function startSupervision() {
  const postgres = await startTestPostgres([
    sourcesMigrations,
    findingsMigrations,
    noticeMigrations,
    accessMigrations,
    filesMigrations,
    casesMigrations,
    supervisionMigrations,
  ]);
  const { pool } = postgres;
  const countyClock = new ManualClock(MONDAY_MS);
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock: countyClock });
  const calendar = new WorkingCalendar(builtInHolidays());
  const outbox = new NoticeOutbox(countyClock);
  const make = async (
    account: string,
    role: User['role'],
    of: { townshipCodes?: string[]; unitCodes?: string[]; problemClasses?: string[] } = {},
  ) => {
    const { townshipCodes = null, unitCodes = [], problemClasses = null } = of;
    const rest = { password: 'Letters-2026-xyz', mustChangePassword: false };
    const user = await users.create({ account, displayName: account, role, townshipCodes, unitCodes, problemClasses, ...rest });
    if (!user) throw new Error(`${account} is there already`);
    return user;
  };
  /** The same database through another pool, as another process has it. */
  const over = (own: Pool) => {
    const parts = { pool: own, countyClock, calendar, outbox };
    const ownUsers = new UserStore({ pool: own, ids: sequentialIds('own-u'), clock: countyClock });
    return {
      letters: new Letters({ ...parts, users: ownUsers, ids: sequentialIds('own-l') }),
      circulars: new Circulars({ ...parts, users: ownUsers, ids: sequentialIds('own-k') }),
      improvements: new Improvements({ ...parts, users: ownUsers, ids: sequentialIds('own-i') }),
    };
  };
  const campaignParts = { pool, countyClock, outbox, seeds: () => 'seed' };
  let populations = 0;
  const improvements = new Improvements({ pool, ids: sequentialIds('i'), countyClock, calendar, users, outbox });
  return {
    pool,
    databaseUrl: postgres.databaseUrl,
    over,
    countyClock,
    users,
    delegations: new Delegations({ pool, clock: countyClock, countyClock, audit: new AuditLog(pool, countyClock) }),
    people: {
      li: await make('li', 'analyst'),
      zhou: await make('zhou', 'analyst', { townshipCodes: [EAST] }),
      /** Of one class, which nothing here is of. */
      chen: await make('chen', 'analyst', { problemClasses: ['乱作为'] }),
      wang: await make('wang', 'commission-leader'),
      water: await make('water', 'unit-liaison', { unitCodes: ['WATER'] }),
      roads: await make('roads', 'unit-liaison', { unitCodes: ['ROADS', 'BRIDGES'] }),
    },
    clues: new Clues({
      pool,
      ids: sequentialIds('clue'),
      countyClock,
      calendar,
      users,
      outbox,
      rules: HandlingRules.of(),
      decisions: new FindingDecisions({ pool, countyClock }),
      derived: derivedSubjects,
    }),
    letters: new Letters({ pool, ids: sequentialIds('l'), countyClock, calendar, users, outbox }),
    queries: new LetterQueries(pool),
    ledger: new Rectifications({ pool, ids: sequentialIds('r'), countyClock }),
    ledgerQueries: new RectificationQueries(pool),
    circulars: new Circulars({ pool, ids: sequentialIds('k'), countyClock, calendar, users, outbox }),
    improvements,
    circularWatch: new CircularWatch({ pool, countyClock, calendar, users, outbox }),
    campaigns: new Campaigns({ ...campaignParts, ids: sequentialIds('c'), population: { find: async () => [] } }),
    /** Over orders of their own; what they open has tasks of its own. */
    campaignsOver: (find: OrderPopulation['find']) =>
      new Campaigns({ ...campaignParts, ids: sequentialIds(`over${++populations}-`), population: { find } }),
    tasks: new CampaignTasks({ pool, countyClock, users, outbox }),
    reminders: new CampaignReminders({ pool, countyClock, calendar, users, outbox }),
    watch: new LetterWatch({ pool, countyClock, calendar, users, outbox }),
    async storeFinding(id: string, township: string | null = EAST): Promise<void> {
      await execute(
        pool,
        `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
           occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
         VALUES ($1, 'overdue', 1, '超期未办', '不作为', 2, $2, 'open', true, $3, '{}', $4, $4, $4, '[]', '{}', '超期未办')`,
        [id, `S-${id}`, township, countyClock.nowMs()],
      );
    },
    /** Hands a file in for what the liaison's unit has reported: its step, without a content. */
    async prove(liaison: User, improvementId: string): Promise<void> {
      const proof = improvements.proofOfUnit(UnitReach.of({ user: liaison }), { ...liaison, address: null }, improvementId);
      await inTransaction(pool, async (client) => {
        const step = { step: 'attach', fileId: `file-${improvementId}`, sha256: 'a'.repeat(64) } as const;
        await (await proof.lock(client)).take(step);
      });
    },
    /** A campaign over one order, whose problem is confirmed. */
    async storeTask(id: string, { unitCode = 'WATER', township = EAST } = {}): Promise<void> {
      const nowMs = countyClock.nowMs();
      const [lead] = await users.list();
      await execute(
        pool,
        `INSERT INTO supervision_campaign (id, series_id, name, basis, begins_on, ends_on, lead_id, opener_id, pick, checklist, questions, weekly,
           population, population_digest, picked, state, opened_at_ms, changed_at_ms, steps, head_hash, due_at_ms)
         VALUES ($1, $1, '回访', '计划', '2026-03-09', '2026-03-31', $2, $2, '{"by":"list","orderIds":["GD"]}', '{}', '[]', false, 1, '', 1, 'running', $3, $3, 1, '', $3)`,
        [`C-${id}`, lead?.id, nowMs],
      );
      await execute(
        pool,
        `INSERT INTO supervision_campaign_task (id, campaign_id, order_id, unit_code, township_code, accepted_at_ms, returns, state, inspector_id,
           result, problem_kinds, changed_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 'done', $7, 'problem', '{虚假办结}', $6)`,
        [id, `C-${id}`, `GD-${id}`, unitCode, township, nowMs, lead?.id],
      );
    },
    /** A clue of one township, kept to these accounts. */
    async storeClue(id: string, number: number, circle: readonly string[]): Promise<void> {
      await execute(
        pool,
        `INSERT INTO clue (id, year, number, title, townships, state, registered_at_ms, state_since_ms, changed_at_ms, steps, head_hash, circle)
         VALUES ($1, 2026, $2, '超期未办', ARRAY[$3], 'registered', $4, $4, $4, 1, '', $5)`,
        [id, number, EAST, countyClock.nowMs(), circle],
      );
    },
    stop: () => postgres.stop(),
  };
}
