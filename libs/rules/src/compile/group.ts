import type { WorkingCalendar } from '@tianyan/calendar';
import { periodOf, type Catalogue, type RowKeys } from '@tianyan/contracts';
import { chinaDayOf, DAY_MS } from '@tianyan/kernel';
import type { SqlQuery } from '@tianyan/warehouse';
import { countsWorkingDays } from '../explain/calendar-note.js';
import { MAX_EVIDENCE, MAX_SCOPES_PER_CALL, type Evaluation } from '../evaluation.js';
import { kindOf } from '../kinds/index.js';
import type { RelationalKind } from '../kinds/kind.js';
import type { RuleDefinition } from '../language/rule.js';
import { checkRule } from './check/index.js';
import type { ClosingPeriod } from './closing.js';
import { cohortsOf, type Cohorts } from './cohorts.js';
import type { CompiledGroup } from './compiled-group.js';
import { evaluationSql } from './evaluation-sql.js';
import { foldedSql } from './folded-sql.js';
import { InvalidRuleError } from './invalid-rule.js';
import { CalendarDays } from '../expression/calendar-days.js';
import { CURRENT_RECORDS, type RecordSource } from './record-source.js';
import { rowParser } from './row.js';
import type { CohortReach, Reach } from './scope.js';
import { ScopeJudge } from './scope-judge.js';
import { scopeParts } from '../scope-key.js';
import { sampledSql, touchedByKeys, touchedSql, touchingOf, type TouchedByKeys } from './touched.js';

/** A rule inside its group. */
export interface CompiledRule {
  rule: RuleDefinition;
  /** Counts Chinese working days: to be swept when the calendar changes. */
  usesCalendar: boolean;
}

/**
 * The scopes of an evaluation. A slice holds the scopes whose hash leaves `index` when divided by `of`; all slices together
 * hold each scope once, and a slice is the sum of two of twice as many.
 */
export type EvaluatedReach = readonly string[] | 'all' | ScopeSlice;

export interface ScopeSlice {
  index: number;
  of: number;
}

/**
 * Rules of one query: its analysis takes time that grows faster than their number, and 64 are refused. Reading the tables twice
 * costs less than that: eight are analysed in about 0.4 s.
 */
const MAX_RULES_PER_QUERY = 8;

/** A query for some rules of a group. */
export interface RuleQuery extends SqlQuery {
  /** Those whose answers it gives. */
  ruleIds: readonly string[];
  /** Limits of its own, `name = value`, of the database. */
  settings?: readonly string[];
}

/** Rules over the same scope; or one that is judged whole. */
export interface RuleGroup {
  /** Names it among all. */
  groupId: string;
  /** Set where it is judged whole so often, and never by what is touched. */
  everyMs?: number;
  /** Set where what is judged at that rate are the cohorts that were touched; missing: it is everything. */
  cohorts?: Cohorts;
  /** Names of the parts of the scope. */
  scopeFields: readonly string[];
  rules: readonly CompiledRule[];
  /** Types whose batches can change an answer of this group. */
  recordTypes: readonly string[];
  /**
   * Scopes touched by landed batches of a type: `SELECT DISTINCT scope`. Tombstones count, so that a corrected or deleted
   * record touches the scope it left. Throws RangeError for a type the group does not read.
   */
  touched(type: string, batches: readonly string[]): SqlQuery;
  /** The same of batches whose rows have these codes; null where they do not say it. */
  touchedByKeys(type: string, rows: readonly RowKeys[]): TouchedByKeys | null;
  /**
   * Queries for the rules, a few in each: one row per scope with a hit or a wake-up; see {@link RuleGroup.parseRow}. At most
   * MAX_SCOPES_PER_CALL scopes. Over the records as they are, or of another source.
   * `isStrict`: what no record should be blamed for, an example's alone, is an error of the database.
   */
  evaluate(input: { nowMs: number; scopes: EvaluatedReach; records?: RecordSource; isStrict?: boolean }): RuleQuery[];
  /** `SELECT scope` of at most so many of a slice that have records of their own, spread over all of it. */
  sampled(slice: ScopeSlice, limit: number): SqlQuery;
  /** What a row of {@link RuleGroup.evaluate} says: one evaluation for each rule with a hit or a wake-up. */
  parseRow(row: unknown): Evaluation[];
  /**
   * Nothing is decided of the scope at this instant, whatever its records: they are rules that decide at the end of a calendar period, and
   * it is not over. To judge it next to nothing is read.
   */
  isUndecided(scope: string, nowMs: number): boolean;
  /**
   * Nothing that they find is urgent: they decide at the end of a calendar period, which is over since days, or not over and nothing is decided before;
   * or {@link TimelineKind.isPatient}.
   */
  canWait: boolean;
  /** The same answers from the records of a few scopes, in this process; null where only the database can answer. */
  inProcess(calendar: WorkingCalendar, records?: RecordSource): ScopeJudge | null;
}

/**
 * Compiles rules into groups of equal scope. Throws {@link InvalidRuleError}, in Chinese, for a rule that does not fit the
 * catalogue (unknown type or field, values of the wrong kind, names that nothing defines).
 */
export function compileRules(rules: readonly RuleDefinition[], catalogue: Catalogue): RuleGroup[] {
  const ids = new Set<string>();
  for (const rule of rules) {
    const problems = checkRule(rule, catalogue);
    if (ids.has(rule.id)) problems.push({ path: 'id', message: '规则编号重复' });
    if (problems.length > 0) throw new InvalidRuleError(rule.id, problems);
    ids.add(rule.id);
  }
  const kinds = rules.map((rule) => ({ rule, kind: kindOf(rule) }));
  const timelines = kinds.flatMap(({ rule, kind }) => (kind.family === 'timeline' ? [rule] : []));
  return [
    ...[...Map.groupBy(timelines, groupIdOf)].map(([groupId, members]) => compileGroup(groupId, members, catalogue)),
    ...kinds.flatMap(({ rule, kind }) => (kind.family === 'relational' ? [wholeGroup(rule, kind, catalogue)] : [])),
  ];
}

/** Rules that decide at the end of a period, or that can wait, are asked less, and therefore apart. */
function groupIdOf(rule: RuleDefinition): string {
  const closing = closingPart(rule);
  const grace = closing === null || closing.graceDays === 0 ? '' : ` +${closing.graceDays}`;
  const asked = closing === null ? '' : ` closed ${closing.period} ${closing.index}${grace}`;
  return `${rule.scope.join(',')}${asked}${isPatient(rule) ? ' patient' : ''}`;
}

function isPatient(rule: RuleDefinition): boolean {
  const kind = kindOf(rule);
  return kind.family === 'timeline' && kind.isPatient === true;
}

/** The calendar period at whose end the rule decides, and which part of the scope's key names it; null: it decides at any time. */
function closingPart(rule: RuleDefinition): (ClosingPeriod & { index: number }) | null {
  const kind = kindOf(rule);
  const closing = kind.family === 'timeline' ? (kind.closes?.(rule) ?? null) : null;
  if (closing === null) return null;
  const own = Object.values(rule.inputs).filter(({ link }) => link === undefined);
  const index = rule.scope.findIndex((part) => own.every(({ scope }) => (scope?.[part] ?? part) === closing.period));
  return index === -1 ? null : { ...closing, index };
}

/** A rule that is one query over everything. */
function wholeGroup(rule: RuleDefinition, kind: RelationalKind, catalogue: Catalogue): RuleGroup {
  const written = (reach: CohortReach) => onceEach((records: RecordSource) => kind.query(rule, catalogue, { reach, records }));
  const sweep = written('slice');
  const restricted = written('scopes');
  const asked = ({ sql, params }: SqlQuery, latestMs = Number.MAX_SAFE_INTEGER): RuleQuery[] => [
    { sql, params: { ...params, latest: latestMs }, ruleIds: [rule.id], settings: kind.settings },
  ];
  const kept = kind.cohorts(rule);
  const ofCohorts = written('cohorts');
  const cohorts =
    kept &&
    cohortsOf(rule, kept, catalogue, {
      evaluate: ({ nowMs, cohorts: keys, records = CURRENT_RECORDS }) => asked(cohortsQuery(ofCohorts(records), nowMs, keys)),
      settings: kind.settings,
    });
  const parse = rowParser([{ rules: [rule], compiled: sweep(CURRENT_RECORDS) }]);
  return {
    groupId: `whole ${rule.id}`,
    everyMs: kind.everyMs(rule),
    ...(cohorts && { cohorts }),
    scopeFields: rule.scope,
    rules: [{ rule, usesCalendar: countsWorkingDays(rule) }],
    recordTypes: typesOf([rule]),
    touched: () => ({ sql: "SELECT '' AS scope WHERE 0", params: {} }),
    touchedByKeys: () => ({ scopes: [], linked: null }),
    sampled: () => ({ sql: "SELECT '' AS scope WHERE 0", params: {} }),
    evaluate({ nowMs, scopes, records = CURRENT_RECORDS, isStrict = false }) {
      if (scopes === 'all') return asked(sliceQuery(sweep(records), nowMs, WHOLE), isStrict ? nowMs : undefined);
      if ('of' in scopes) return asked(sliceQuery(sweep(records), nowMs, scopes));
      const query = scopesQuery(restricted(records), nowMs, scopes);
      if (!cohorts) return asked(query);
      return asked({ ...query, params: { ...query.params, cohorts: [...new Set(scopes.map((scope) => cohorts.of(scope)))] } });
    },
    parseRow: (row) => parse(row),
    isUndecided: () => false,
    canWait: false,
    inProcess: () => null,
  };
}

function typesOf(rules: readonly RuleDefinition[]): string[] {
  return [...new Set(rules.flatMap((rule) => Object.values(rule.inputs).map((input) => input.type)))].sort();
}

function compileGroup(groupId: string, rules: readonly RuleDefinition[], catalogue: Catalogue): RuleGroup {
  const scopeFields = rules[0]?.scope ?? [];
  const pieces = Array.from({ length: Math.ceil(rules.length / MAX_RULES_PER_QUERY) }, (_none, i) => ({
    members: rules.slice(i * MAX_RULES_PER_QUERY, (i + 1) * MAX_RULES_PER_QUERY),
    from: i * MAX_RULES_PER_QUERY,
  }));
  const idsOf = pieces.map(({ members }) => members.map(({ id }) => id));
  const asked = (compiled: readonly CompiledGroup[], query: (of: CompiledGroup) => SqlQuery) =>
    compiled.map((of, i) => ({ ...query(of), ruleIds: idsOf[i] ?? [] }));
  // Written when first asked for: what judges records in its process asks for the second only in trouble.
  const written = (reach: Reach) =>
    onceEach((records: RecordSource) =>
      pieces.map(({ members, from }) => evaluationSql(members, catalogue, { reach, records, from })),
    );
  const sweep = written('slice');
  const restricted = written('scopes');
  const parser = onceEach((records: RecordSource) =>
    rowParser(pieces.map(({ members }, i) => ({ rules: members, compiled: sweep(records)[i] ?? raise() }))),
  );
  const recordTypes = typesOf(rules);
  // Of a group all have the same.
  const closing = rules[0] === undefined ? null : closingPart(rules[0]);
  const isUndecided = (scope: string, nowMs: number) => {
    if (closing === null) return false;
    const period = scopeParts(scope, scopeFields.length)[closing.index] ?? '';
    // As texts periods stand in their order. A period that so many days ago was not over has its grace still before it.
    return period >= periodOf(closing.period, chinaDayOf(nowMs - closing.graceDays * DAY_MS));
  };
  // Asked for each batch that lands: a hundred rules mostly share a few ways.
  const touching = new Map(recordTypes.map((type) => [type, touchingOf(rules, type, catalogue)]));
  const touchingBy = (type: string) => {
    const ways = touching.get(type);
    if (!ways) throw new RangeError(`group ${groupId} does not read ${type}`);
    return ways;
  };
  return {
    groupId,
    scopeFields,
    rules: rules.map((rule) => ({ rule, usesCalendar: countsWorkingDays(rule) })),
    recordTypes,
    touched: (type, batches) => touchedSql(touchingBy(type), batches, CURRENT_RECORDS),
    touchedByKeys: (type, keys) => touchedByKeys(touchingBy(type), keys, CURRENT_RECORDS),
    sampled: (slice, limit) => sampledSql([...touching.values()], slice, limit),
    evaluate({ nowMs, scopes, records = CURRENT_RECORDS }) {
      if (scopes === 'all') return asked(sweep(records), (compiled) => sliceQuery(compiled, nowMs, WHOLE));
      if ('of' in scopes) return asked(sweep(records), (compiled) => sliceQuery(compiled, nowMs, scopes));
      return asked(restricted(records), (compiled) => scopesQuery(compiled, nowMs, scopes));
    },
    isUndecided,
    canWait: closing !== null || rules.some(isPatient),
    // Rows mean the same wherever the records come from.
    parseRow: (row) => parser(CURRENT_RECORDS)(row),
    inProcess: (calendar, records = CURRENT_RECORDS) =>
      new ScopeJudge(rules, catalogue, CalendarDays.of(calendar), records, isUndecided),
  };
}

function raise(): never {
  throw new TypeError('a piece has no query');
}

/** Makes a thing when it is first asked for, one for each source; a source that is forgotten takes its own with it. */
function onceEach<T extends object>(make: (records: RecordSource) => T): (records: RecordSource) => T {
  const made = new WeakMap<RecordSource, T>();
  return (records) => {
    const known = made.get(records) ?? make(records);
    made.set(records, known);
    return known;
  };
}

const WHOLE: ScopeSlice = { index: 0, of: 1 };

function sliceQuery(compiled: CompiledGroup, nowMs: number, { index, of }: ScopeSlice): SqlQuery {
  if (!(index >= 0 && index < of)) throw new RangeError(`no slice ${index} of ${of}`);
  return { sql: compiled.sql, params: { ...compiled.params, now: instant(nowMs), slice: index, slices: of } };
}

function instant(nowMs: number): number {
  if (!Number.isSafeInteger(nowMs)) throw new RangeError(`not an instant: ${nowMs}`);
  return nowMs;
}

function scopesQuery(compiled: CompiledGroup, nowMs: number, scopes: readonly string[]): SqlQuery {
  if (scopes.length > MAX_SCOPES_PER_CALL)
    throw new RangeError(`${scopes.length} scopes in one call, at most ${MAX_SCOPES_PER_CALL}`);
  return { sql: compiled.sql, params: { ...compiled.params, now: instant(nowMs), scopes } };
}

function cohortsQuery(compiled: CompiledGroup, nowMs: number, cohorts: readonly string[]): SqlQuery {
  return { sql: compiled.sql, params: { ...compiled.params, now: instant(nowMs), cohorts } };
}

/** The SQL of one rule alone, as the console shows it: in short lines. */
export function ruleSql(rule: RuleDefinition, catalogue: Catalogue): string {
  const how = { reach: 'all', records: CURRENT_RECORDS } as const;
  const kind = kindOf(rule);
  // Not of one query over everything: there an author's own text may stand, with comments.
  return kind.family === 'timeline' ? foldedSql(evaluationSql([rule], catalogue, how).sql) : kind.query(rule, catalogue, how).sql;
}

export { MAX_EVIDENCE };
