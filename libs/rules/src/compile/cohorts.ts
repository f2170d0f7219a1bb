import type { Catalogue, RowKeys } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import type { RuleDefinition } from '../language/rule.js';
import { scopeKey, scopeParts } from '../scope-key.js';
import type { RuleQuery } from './group.js';
import { CURRENT_RECORDS, type RecordSource } from './record-source.js';
import { rowScopeSql, scopePresentSql } from './scope.js';
import { touchedByKeys, touchedSql, touchingByFields, type TouchedByKeys } from './touched.js';

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
  /** Rows `{ scope }`, keys of at most so many cohorts of which records have begun to exist: after the one instant, until the other. */
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
  fields: readonly string[],
  catalogue: Catalogue,
  { evaluate, settings }: Pick<Cohorts, 'evaluate'> & Pick<LimitedQuery, 'settings'>,
): Cohorts {
  const positions = fields.map((field) => rule.scope.indexOf(field));
  const types = [...new Set(Object.values(rule.inputs).map(({ type }) => type))].toSorted();
  const touching = (type: string) => {
    if (!types.includes(type)) throw new RangeError(`rule ${rule.id} does not read ${type}`);
    return touchingByFields(catalogue.get(type), fields);
  };
  /** Their keys, by what is asked of the rows beside. */
  const keys = (where: string) =>
    types
      .map((type) => {
        const contract = catalogue.get(type);
        const present = scopePresentSql(contract, fields);
        return `SELECT ${rowScopeSql(contract, fields)} AS scope FROM ${CURRENT_RECORDS.rows(contract, fields).from} WHERE ${present}${where}`;
      })
      .join('\nUNION ALL\n');
  return {
    of: (scope) => {
      const parts = scopeParts(scope, rule.scope.length);
      return scopeKey(positions.map((position) => parts[position] ?? ''));
    },
    evaluate(input) {
      if (input.cohorts.length > MAX_COHORTS_PER_CALL)
        throw new RangeError(`${input.cohorts.length} cohorts in one call, at most ${MAX_COHORTS_PER_CALL}`);
      return evaluate(input);
    },
    touched: (type, batches) => touchedSql(touching(type), batches, CURRENT_RECORDS),
    touchedByKeys: (type, rows) => touchedByKeys(touching(type), rows, CURRENT_RECORDS),
    begun: (during, limit) => ({
      sql: `SELECT DISTINCT scope FROM (\n${keys(' AND atMs > {afterMs:Int64} AND atMs <= {untilMs:Int64}')}\n)\nLIMIT {limit:UInt32}`,
      params: { ...CURRENT_RECORDS.params, ...during, limit },
      settings,
    }),
    sampled: (limit) => ({
      sql: `SELECT scope FROM (\n${keys('')}\n) GROUP BY scope ORDER BY cityHash64(scope), scope LIMIT {limit:UInt32}`,
      params: { ...CURRENT_RECORDS.params, limit },
      settings,
    }),
  };
}
