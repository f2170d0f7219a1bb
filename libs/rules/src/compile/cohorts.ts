import type { Catalogue, PeriodField, RowKeys } from '@tianyan/contracts';
import { chinaDayOf } from '@tianyan/kernel';
import type { SqlQuery } from '@tianyan/warehouse';
import { constant } from '../expression/expr.js';
import type { Grace } from '../language/closing.js';
import type { RuleDefinition } from '../language/rule.js';
import { scopeKey, scopeParts } from '../scope-key.js';
import { withCalendar } from './calendar.js';
import { closesAtSql } from './closing.js';
import type { RuleQuery } from './group.js';
import { QueryParams } from './params.js';
import { CURRENT_RECORDS, type RecordSource } from './record-source.js';
import { rowScopeSql, scopeFields, scopePresentSql } from './scope.js';
import { touchedByKeys, touchedSql, touchingByFields, type TouchedByKeys } from './touched.js';

/** What keeps the records of a rule together. */
export interface CohortDefinition {
  /** Parts of the scope that each input has a field for. */
  parts: readonly string[];
  /** Of a scope in a calendar period nothing is said before this is over; null: it is judged with what exists. */
  closes: { period: PeriodField; grace: Grace | undefined } | null;
  /**
   * A person wrote the query, and no reading of its text tells whether it reads the records of other cohorts, or dates what it says later than what it
   * was asked by.
   */
  isUnproven: boolean;
}

/**
 * A cohort is all records of a relational rule that have the same values of some fields; answers about its scopes depend on no others. Its key is written as that of a
 * scope. Batches touch it by their rows, tombstones too: so a record that moves touches the one that it left.
 */
export interface Cohorts {
  /** Key of the cohort that a scope is of. */
  of(scope: string): string;
  /** As {@link RuleGroup.evaluate}, from the records of these cohorts alone; at most {@link MAX_COHORTS_PER_CALL}. */
  evaluate(input: { nowMs: number; cohorts: readonly string[]; records?: RecordSource }): RuleQuery[];
  /** Rows `{ scope }`, keys of cohorts: as {@link RuleGroup.touched}. */
  touched: (type: string, batches: readonly string[]) => SqlQuery;
  /** As {@link RuleGroup.touchedByKeys}. */
  touchedByKeys: (type: string, rows: readonly RowKeys[]) => TouchedByKeys | null;
  /** See {@link CohortDefinition}: to be compared with what is said of everything. */
  isUnproven: boolean;
  /**
   * Rows `{ scope }`, keys of at most so many cohorts of which something else may be said after the one instant, until the other, though nothing lands: records have begun to
   * exist, or a period is over in which some lie.
   */
  begun(during: { afterMs: number; untilMs: number }, limit: number): LimitedQuery;
  /** Rows `{ scope }`, keys of at most so many cohorts, by the hash of their keys. */
  sampled(limit: number): LimitedQuery;
}

/** `settings`: the limits of a judgement by the rule, `name = value`, of the database: it reads the same tables. */
export interface LimitedQuery extends SqlQuery {
  settings: readonly string[];
}

/** More are judged by one reading of everything: it costs the same, and needs no list of them. */
export const MAX_COHORTS_PER_CALL = 1_000;

/** @param of.evaluate asks about cohorts, which are not too many */
export function cohortsOf(
  rule: RuleDefinition,
  { parts, closes, isUnproven }: CohortDefinition,
  catalogue: Catalogue,
  { evaluate, settings }: Pick<Cohorts, 'evaluate'> & Pick<LimitedQuery, 'settings'>,
): Cohorts {
  const positions = parts.map((part) => rule.scope.indexOf(part));
  const ways = waysOf(rule, parts);
  const touching = (type: string) => {
    const fields = ways.get(type);
    if (!fields) throw new RangeError(`rule ${rule.id} does not read ${type}`);
    return touchingByFields(catalogue.get(type), fields);
  };
  /** Their keys, by what is asked of the rows beside. */
  const keys = (where: string) =>
    [...ways]
      .flatMap(([type, ofType]) =>
        ofType.map((fields) => {
          const contract = catalogue.get(type);
          const present = scopePresentSql(contract, fields);
          return withCalendar(
            `SELECT ${rowScopeSql(contract, fields)} AS scope FROM ${CURRENT_RECORDS.rows(contract, fields).from} WHERE ${present}${where}`,
          );
        }),
      )
      .join('\nUNION ALL\n');
  const change = changeOf(rule, closes);
  return {
    isUnproven,
    of: (scope) => {
      const all = scopeParts(scope, rule.scope.length);
      return scopeKey(positions.map((position) => all[position] ?? ''));
    },
    evaluate(input) {
      if (input.cohorts.length > MAX_COHORTS_PER_CALL)
        throw new RangeError(`${input.cohorts.length} cohorts in one call, at most ${MAX_COHORTS_PER_CALL}`);
      return evaluate(input);
    },
    touched: (type, batches) => touchedSql(touching(type), batches, CURRENT_RECORDS),
    touchedByKeys: (type, rows) => touchedByKeys(touching(type), rows, CURRENT_RECORDS),
    begun: (during, limit) =>
      closes !== null && chinaDayOf(during.afterMs) === chinaDayOf(during.untilMs)
        ? // Whatever is over is over since the beginning of a day.
          { sql: "SELECT '' AS scope WHERE 0", params: {}, settings }
        : {
            sql: `SELECT DISTINCT scope FROM (\n${keys(` AND ${change.sql}`)}\n)\nLIMIT {limit:UInt32}`,
            params: { ...CURRENT_RECORDS.params, ...change.params, ...during, limit },
            settings,
          },
    sampled: (limit) => ({
      sql: `SELECT scope FROM (\n${keys('')}\n) GROUP BY scope ORDER BY cityHash64(scope), scope LIMIT {limit:UInt32}`,
      params: { ...CURRENT_RECORDS.params, limit },
      settings,
    }),
  };
}

/** By which fields of the records of each type their cohorts are told: two inputs of a type may read a part from different ones. */
function waysOf(rule: RuleDefinition, parts: readonly string[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const byType = Map.groupBy(Object.values(rule.inputs), ({ type }) => type);
  const sorted = [...byType].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([type, inputs]) => {
      const fields = inputs.map((input) => scopeFields(parts, input));
      return [type, [...new Map(fields.map((one) => [JSON.stringify(one), one])).values()]] as const;
    }),
  );
}

/**
 * SQL of whether a record changes what is said by the time alone, between two instants. Where periods have to be over, that it begins to exist says nothing yet: its
 * own is not, or is by the same instant.
 */
function changeOf(
  rule: RuleDefinition,
  closes: CohortDefinition['closes'],
): { sql: string; params: Readonly<Record<string, unknown>> } {
  const between = (atMs: string) => `${atMs} > {afterMs:Int64} AND ${atMs} <= {untilMs:Int64}`;
  if (closes === null) return { sql: between('atMs'), params: {} };
  const params = new QueryParams();
  const over = closesAtSql(closes, 'atMs', (of) => {
    const value = typeof of === 'number' ? of : (rule.parameters[of.parameter]?.value ?? 0);
    return constant(`amount ${value}`, params.add(value, 'Int64'), value);
  });
  return { sql: `atMs <= {untilMs:Int64} AND ${between(over)}`, params: params.toRecord() };
}
