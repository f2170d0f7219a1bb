import type { Reach } from '@tianyan/access';
import type { EpochMs } from '@tianyan/kernel';
import type { Severity } from '@tianyan/rules';
import { isFindingWithin } from './finding-reach.js';
import { concernsOrders, exceptValues, type ExceptOrders } from './except-orders.js';
import { SET_ASIDE } from './exemptions/set-aside.js';
import { severityRank } from './finding-rows.js';
import type { FindingStatus } from './model.js';
import type { Verdict } from './precision/verdict.js';
import { isShown } from './rule-sets/shadow.js';
import { asksForUnits, concernsSql, placedSql, type TeamQueue } from './weekly/queue-team.js';

/** A thing as findings name it among their subjects: `orderId` and its number. */
export interface FindingSubject {
  kind: string;
  code: string;
}

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
  /** Those that name one of the things among their subjects. */
  subjects?: readonly FindingSubject[];
  /** Without those that concern these orders. */
  except?: ExceptOrders;
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

/** What of a finding a text is looked for in; the index `finding_text` is over this very expression. */
const TEXT = String.raw`(f.explanation || E'\n' || f.title || E'\n' || f.scope || E'\n' || (f.subjects #>> '{}'))`;

/** What the table `finding_tally` holds of each finding: of these conditions it answers what the table `finding` would. */
const TALLIED = ['statuses', 'ruleIds', 'problemClasses', 'severities', 'townshipCodes', 'verdicts'] as const;
/** What the indexes of a period and of a unit hold besides, so that the table is not read for a count. */
const INDEXED = [...TALLIED, 'unitIds', 'occurredFromMs', 'occurredBeforeMs', 'queue', 'aside'] as const;

/** The part of the filter that the kept counts know; more findings may fit it than the filter. */
export function tallied(filter: FindingFilter): FindingFilter {
  const known: FindingFilter = Object.fromEntries(TALLIED.flatMap((name) => (filter[name] ? [[name, filter[name]]] : [])));
  return filter.queue && !asksForUnits(filter.queue.queue) ? { ...known, queue: { ...filter.queue, place: 'both' } } : known;
}

/** Whether the kept counts know all of the filter but {@link leftOutSql}. */
export function isTallied({ aside, queue, ...filter }: FindingFilter): boolean {
  if (aside === 'only' || (queue && (queue.place === 'week' || asksForUnits(queue.queue)))) return false;
  return names(filter).every((name) => TALLIED.some((known) => known === name));
}

/** Whether an index alone tells what fits. What no other team takes, by unit, no index leads to. */
export function isIndexed(filter: FindingFilter): boolean {
  const queue = filter.queue?.queue;
  if (queue?.team.isDefault && asksForUnits(queue)) return false;
  return names(filter).every((name) => INDEXED.some((known) => known === name));
}

function names(filter: FindingFilter): readonly string[] {
  return Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** Whether an index leads to the few findings that fit, so that they are read and sorted. Of a text or a period nobody knows before it has been looked for. */
export function isNarrow(filter: FindingFilter): boolean {
  const { ids, villageCodes, unitIds, subjectKeys, subjects, aside, queue } = filter;
  return (
    [ids, villageCodes, unitIds, subjectKeys, subjects].some((list) => list !== undefined && list.length > 0) ||
    aside === 'only' ||
    queue?.place === 'week'
  );
}

/**
 * Ids of what people have set aside. Found once for a statement: a planner whose statistics are older than a load would look for all of it again for each
 * finding.
 */
export const ASIDE = `WITH aside AS MATERIALIZED (${SET_ASIDE}) SELECT aside.finding_id FROM aside`;

/**
 * What stands after FROM to have `finding f` of some ids, each by its key (OFFSET keeps it so): a planner that takes a few hundred for many would read
 * all findings for them.
 * @param ids rows `(finding_id)`
 */
export function findingsOf(ids: string): string {
  return `(SELECT DISTINCT few.finding_id FROM (${ids}) few) few, LATERAL (SELECT * FROM finding f WHERE f.id = few.finding_id AND ${isShown('f')} OFFSET 0) f`;
}

/** Ids of what a filter that {@link isTallied} leaves out of all that the kept counts know of it; null: nothing. An index leads to them. */
export function leftOutSql({ aside, queue }: FindingFilter, value: (value: unknown) => string): string | null {
  const left: string[] = [];
  if (aside === 'without') left.push(ASIDE);
  if (queue?.place === 'behind') left.push(placedSql(queue.queue.team.id, queue.week, value));
  return left.length === 0 ? null : left.join(' UNION ');
}

/** Collects conditions on `finding f`, beginning with the reach of who asks, and the values of their parameters. */
export class Conditions {
  readonly values: unknown[];
  private readonly parts: string[];

  /** @param values of the parameters of a statement in which these conditions stand beside others of the same reach */
  constructor(
    private readonly reach: Reach,
    values: unknown[] = [reach.parameter],
  ) {
    this.values = values;
    this.parts = [isShown('f'), isFindingWithin('f', '$1')];
  }

  /** For another part of the same statement: no condition yet but the reach. */
  ofSameReach(): Conditions {
    return new Conditions(this.reach, this.values);
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
    if (!list || list.length === 0) return;
    // Of one value the planner knows that the rest of an index is in order.
    this.add(list.length === 1 ? `${column} = ${this.value(list[0])}` : `${column} = ANY(${this.value(list)})`);
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
  if (filter.subjects && filter.subjects.length > 0) {
    // One condition each: the index is not asked for a list of them.
    const named = filter.subjects.map(
      ({ kind, code }) => `f.subjects @> ${where.value(JSON.stringify({ [kind]: code }))}::jsonb`,
    );
    where.add(`(${named.join(' OR ')})`);
  }
  if (filter.except) {
    const [orderIds, recordKeys] = exceptValues(filter.except);
    where.add(`NOT ${concernsOrders('f', { orderIds: where.value(orderIds), recordKeys: where.value(recordKeys) })}`);
  }
  if (filter.aside) where.add(`f.id ${filter.aside === 'only' ? 'IN' : 'NOT IN'} (${ASIDE})`);
  if (filter.queue) {
    const { queue, week, place } = filter.queue;
    const value = (given: unknown) => where.value(given);
    where.add(`(${concernsSql(queue, value)})`);
    if (place !== 'both') where.add(`f.id ${place === 'week' ? 'IN' : 'NOT IN'} (${placedSql(queue.team.id, week, value)})`);
  }
  if (filter.text) {
    const pattern = where.value(`%${filter.text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    where.add(`${TEXT} ILIKE ${pattern}`);
  }
  if (filter.occurredFromMs !== undefined) where.add(`f.occurred_at_ms >= ${where.value(filter.occurredFromMs)}`);
  if (filter.occurredBeforeMs !== undefined) where.add(`f.occurred_at_ms < ${where.value(filter.occurredBeforeMs)}`);
}
