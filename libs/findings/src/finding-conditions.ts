import { withinReach, type Reach } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import type { Severity } from '@tianyan/rules';
import { SET_ASIDE } from './exemptions/set-aside.js';
import { severityRank } from './finding-rows.js';
import type { FindingStatus } from './model.js';
import type { Verdict } from './precision/verdict.js';
import { isShown } from './rule-sets/shadow.js';
import { concernsSql, placedSql, type TeamQueue } from './weekly/queue-team.js';

/** All given conditions must hold; an empty list is no condition. */
export interface FindingFilter {
  ids?: readonly string[];
  statuses?: readonly FindingStatus[];
  ruleIds?: readonly string[];
  problemClasses?: readonly string[];
  severities?: readonly Severity[];
  townshipCodes?: readonly string[];
  villageCodes?: readonly string[];
  unitIds?: readonly string[];
  /** What people have found out. */
  verdicts?: readonly Verdict[];
  /** Keys of {@link FindingGroup}s. */
  subjectKeys?: readonly string[];
  /** `only`: those that people have set aside; `without`: all others; missing: both. */
  aside?: 'only' | 'without';
  /** Of a team's queue: what it has taken on in the week (`week`), what waits behind that (`behind`), or both. */
  queue?: { queue: TeamQueue; week: string; place: 'week' | 'behind' | 'both' };
  /** Part of the explanation, the title, the scope or a subject; case-insensitive. */
  text?: string;
  /** Problem came about in [occurredFromMs, occurredBeforeMs). */
  occurredFromMs?: EpochMs;
  occurredBeforeMs?: EpochMs;
}

/** Ids of what people have set aside. */
export const ASIDE = `SELECT aside.finding_id FROM (${SET_ASIDE}) aside`;

/** Collects conditions on `finding f`, beginning with the reach of who asks, and the values of their parameters. */
export class Conditions {
  readonly values: unknown[];
  private readonly parts: string[];

  constructor(reach: Reach) {
    this.values = [reach.townshipCodes];
    this.parts = [isShown('f'), withinReach('f.township_code', '$1')];
  }

  /** Registers a value; returns the placeholder that stands for it. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(condition: string): void {
    this.parts.push(condition);
  }

  oneOf(column: string, list: readonly (string | number)[] | undefined): void {
    if (list && list.length > 0) this.add(`${column} = ANY(${this.value(list)})`);
  }

  sql(): string {
    return `WHERE ${this.parts.join(' AND ')}`;
  }
}

export function applyFilter(where: Conditions, filter: FindingFilter): void {
  where.oneOf('f.id', filter.ids);
  where.oneOf('f.status', filter.statuses);
  where.oneOf('f.rule_id', filter.ruleIds);
  where.oneOf('f.problem_class', filter.problemClasses);
  where.oneOf('f.severity', filter.severities?.map(severityRank));
  where.oneOf('f.township_code', filter.townshipCodes);
  where.oneOf('f.village_code', filter.villageCodes);
  where.oneOf('f.unit_id', filter.unitIds);
  where.oneOf('f.verdict', filter.verdicts);
  where.oneOf('f.subject_key', filter.subjectKeys);
  if (filter.aside) where.add(`f.id ${filter.aside === 'only' ? 'IN' : 'NOT IN'} (${ASIDE})`);
  if (filter.queue) {
    const { queue, week, place } = filter.queue;
    const value = (given: unknown) => where.value(given);
    where.add(`(${concernsSql(queue, value)})`);
    if (place !== 'both') where.add(`f.id ${place === 'week' ? 'IN' : 'NOT IN'} (${placedSql(queue.team.id, week, value)})`);
  }
  if (filter.text) {
    const pattern = where.value(`%${filter.text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    where.add(
      `(f.explanation ILIKE ${pattern} OR f.title ILIKE ${pattern} OR f.scope ILIKE ${pattern} OR f.subjects::text ILIKE ${pattern})`,
    );
  }
  if (filter.occurredFromMs !== undefined) where.add(`f.occurred_at_ms >= ${where.value(filter.occurredFromMs)}`);
  if (filter.occurredBeforeMs !== undefined) where.add(`f.occurred_at_ms < ${where.value(filter.occurredBeforeMs)}`);
}
