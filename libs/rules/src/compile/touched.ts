import type { Catalogue } from '@tianyan/contracts';
import { logTable, type SqlQuery } from '@tianyan/warehouse';
import type { RuleDefinition } from '../language/rule.js';
import { BATCHES } from './params.js';
import type { RecordSource } from './record-source.js';
import { scopeFields, rowScopeSql, scopePresentSql } from './scope.js';
import { inputOf } from './timeline.js';

/**
 * Scopes of a group that batches of one type touch. What a batch brought stands in the log, whatever the source of the records; who
 * carries a key is looked up in the source.
 *
 * Own records: every row of the batches names its scope, tombstones too. A tombstone is a full copy of a row that stood
 * before, so a record that moved to another scope touches both. Rows are not filtered by the inputs' conditions: a record
 * that stops satisfying one must touch its scope as well.
 *
 * Linked records: from the keys in the batch (old and new, by the tombstones) to the subjects that carry them *now*, and to
 * their scopes. A subject that is not there yet is no loss: when it arrives, its own batch touches its own scope, and the
 * evaluation then reads the linked records that arrived before it. A subject that left a key has touched its scopes by its
 * own batch likewise. So whichever of the two lands last evaluates the scope with both in place.
 */
export function touchedSql(
  rules: readonly RuleDefinition[],
  type: string,
  batches: readonly string[],
  catalogue: Catalogue,
  records: RecordSource,
): SqlQuery {
  const selects = new Set<string>();
  const contract = catalogue.get(type);
  for (const rule of rules) {
    for (const input of Object.values(rule.inputs)) {
      if (input.type !== type) continue;
      if (!input.link) {
        const fields = scopeFields(rule.scope, input);
        selects.add(
          `SELECT ${rowScopeSql(contract, fields)} AS scope FROM ${logTable(type)} WHERE batch IN (SELECT arrayJoin(${BATCHES})) AND ${scopePresentSql(contract, fields)}`,
        );
        continue;
      }
      const subject = inputOf(rule, input.link.to);
      const subjectContract = catalogue.get(subject.type);
      const fields = scopeFields(rule.scope, subject);
      for (const on of input.link.on) {
        const own = Object.keys(on);
        const wanted = Object.values(on);
        const { from } = records.rows(subjectContract, wanted);
        const present = own.map((field) => `${field} IS NOT NULL`).join(' AND ');
        const keys = `SELECT ${own.map((field) => `CAST(${field}, 'Nullable(String)')`).join(', ')} FROM ${logTable(type)} WHERE batch IN (SELECT arrayJoin(${BATCHES})) AND ${present}`;
        const key = wanted.length === 1 ? wanted[0] : `(${wanted.join(', ')})`;
        selects.add(
          `SELECT ${rowScopeSql(subjectContract, fields)} AS scope FROM ${from} WHERE ${key} IN (${keys}) AND ${scopePresentSql(subjectContract, fields)}`,
        );
      }
    }
  }
  return {
    sql: `SELECT DISTINCT scope FROM (\n  ${[...selects].join('\n  UNION ALL\n  ')}\n)`,
    params: { ...records.params, batches },
  };
}
