import { accessMigrations, AuditLog, Delegations, UserStore, type User } from '@tianyan/access';
import { builtInHolidays, WorkingCalendar } from '@tianyan/calendar';
import { filesMigrations } from '@tianyan/files';
import { FindingDecisions, findingsMigrations } from '@tianyan/findings';
import { ManualClock, sequentialIds } from '@tianyan/kernel';
import { execute, type Pool } from '@tianyan/postgres';
import { NoticeOutbox, noticeMigrations } from '@tianyan/notices';
import { startTestPostgres } from '@tianyan/postgres/testing';
import { sourcesMigrations } from '@tianyan/sources';
import { ClueHandOver } from './clue-hand-over.js';
import { ClueQueries } from './clue-queries.js';
import { ClueWatch } from './clue-watch.js';
import { Clues } from './clues.js';
import { HandlingRules } from './handling-rules.js';
import { casesMigrations } from './migrations.js';

/** A Monday, with no holiday near. */
export const MONDAY_MS = Date.parse('2026-03-09T10:00:00+08:00');
export const EAST = '320921100';
export const WEST = '320921200';

export type CluesFixture = Awaited<ReturnType<typeof startClues>>;

/** Clues over a real database, with accounts and findings as a test stores them. */
export async function startClues() {
  const postgres = await startTestPostgres([
    sourcesMigrations,
    findingsMigrations,
    noticeMigrations,
    accessMigrations,
    filesMigrations,
    casesMigrations,
  ]);
  const { pool } = postgres;
  const countyClock = new ManualClock(MONDAY_MS);
  const users = new UserStore({ pool, ids: sequentialIds('u'), clock: countyClock });
  const decisions = new FindingDecisions({ pool, countyClock });
  const calendar = new WorkingCalendar(builtInHolidays());
  const rules = HandlingRules.of();
  const outbox = new NoticeOutbox(countyClock);
  const make = async (account: string, displayName: string, role: User['role'], townshipCodes: string[] | null = null) => {
    const password = 'Clues-2026-xyz';
    const user = await users.create({ account, displayName, role, townshipCodes, password, mustChangePassword: false });
    if (!user) throw new Error(`${account} is there already`);
    return user;
  };
  const people = {
    li: await make('li', '李芬', 'analyst'),
    wang: await make('wang', '王刚', 'commission-leader'),
    qian: await make('qian', '钱明', 'case-manager', [EAST]),
    sun: await make('sun', '孙宁', 'team-member'),
    zhou: await make('zhou', '周杰', 'analyst', [EAST]),
    he: await make('he', '何平', 'reader'),
  };
  const audit = new AuditLog(pool, countyClock);
  const delegations = new Delegations({ pool, clock: countyClock, countyClock, audit });
  // Nothing is drafted from clues here: letters and circulars are another library's.
  const derived = async () => [];
  const parts = { outbox, pool, countyClock, calendar, decisions, users, derived };
  return {
    postgres,
    pool,
    countyClock,
    users,
    decisions,
    calendar,
    rules,
    people,
    delegations,
    watch: new ClueWatch({ pool, countyClock, calendar, rules, users, outbox }),
    clues: new Clues({ ...parts, ids: sequentialIds('c'), rules }),
    /** By other rules; what it registers has ids of its own. */
    cluesBy: (own: HandlingRules) => new Clues({ ...parts, ids: sequentialIds('own'), rules: own }),
    /** Over connections of their own; what is made has ids of its own. */
    over(own: Pool) {
      const stores = {
        pool: own,
        users: new UserStore({ pool: own, ids: sequentialIds('u-own'), clock: countyClock }),
        decisions: new FindingDecisions({ pool: own, countyClock }),
      };
      const all = { ...parts, ...stores, ids: sequentialIds('o'), rules };
      return { clues: new Clues(all), handOver: new ClueHandOver(all) };
    },
    queries: new ClueQueries(pool),
    async store(id: string, { township = EAST, ruleId = 'overdue', unit = 'U1' }: StoredFinding = {}): Promise<void> {
      await execute(
        pool,
        `INSERT INTO finding (id, rule_id, rule_version, title, problem_class, severity, scope, status, holds, township_code, subjects,
           occurred_at_ms, first_seen_at_ms, last_changed_at_ms, evidence, figures, explanation)
         VALUES ($1, $2, 1, '超期未办', '不作为', 2, $3, 'open', true, $4, $5, $6, $6, $6, '[]', '{}', '超期未办')`,
        [id, ruleId, `S-${id}`, township, JSON.stringify({ unitId: unit }), countyClock.nowMs()],
      );
    },
    stop: () => postgres.stop(),
  };
}

interface StoredFinding {
  township?: string | null;
  ruleId?: string;
  unit?: string;
}
