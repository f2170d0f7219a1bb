import type { Catalogue, Contract } from '@tianyan/contracts';
import { currentRowsOfScopes, fieldSql, scopeKeySql, type RuleDefinition } from '@tianyan/rules';
import { logTable, type SqlQuery } from '@tianyan/warehouse';

/** Records named per scope and query; callers cut further. */
const MAX_RECORDS_PER_SCOPE = 20;

const COLUMNS = ['id', 'version', 'streamOffset', 'hash', 'atMs', 'deleted', 'batch', 'editedBy'] as const;

/**
 * The records of landed batches that touched given scopes, for rules over one scope; see `EvaluationGroup.touching`. It
 * only names causes to people: which scopes are evaluated never depends on it.
 */
export function causeQuery(input: {
  rules: readonly RuleDefinition[];
  catalogue: Catalogue;
  type: string;
  batches: readonly string[];
  scopes: readonly string[];
}): SqlQuery | null {
  const branches = new Set(input.rules.flatMap((rule) => branchesOf(rule, input.catalogue, input.type)));
  if (branches.size === 0) return null;
  // A correction within one scope brings the dead row and the new one: the new one is what a person should see.
  const sql = `SELECT scope, ${COLUMNS.join(', ')} FROM (${[...branches].join(' UNION ALL ')})
    WHERE scope IN (SELECT arrayJoin({scopes:Array(String)}))
    ORDER BY scope, deleted, version DESC, streamOffset DESC LIMIT 1 BY scope, id`;
  return {
    // What a person had a hand in comes first: of a full list it must not be the one that is left out.
    sql: `SELECT * FROM (${sql}) ORDER BY scope, editedBy = '', atMs, id LIMIT ${MAX_RECORDS_PER_SCOPE} BY scope`,
    params: { batches: input.batches, scopes: input.scopes },
  };
}

function branchesOf(rule: RuleDefinition, catalogue: Catalogue, type: string): string[] {
  const contract = catalogue.get(type);
  return Object.values(rule.inputs)
    .filter((input) => input.type === type)
    .flatMap((input) => {
      const landed = `SELECT * FROM ${logTable(type)} WHERE batch IN (SELECT arrayJoin({batches:Array(String)}))`;
      const { link } = input;
      if (!link) {
        const key = keySql(
          contract,
          rule.scope.map((part) => input.scope?.[part] ?? part),
          'r',
        );
        return [`SELECT ${key} AS scope, ${COLUMNS.map((name) => `r.${name} AS ${name}`).join(', ')} FROM (${landed}) AS r`];
      }
      const subject = rule.inputs[link.to];
      if (!subject) return [];
      const of = catalogue.get(subject.type);
      const fields = rule.scope.map((part) => subject.scope?.[part] ?? part);
      const key = keySql(of, fields, 's');
      return link.on.map((pairs) => {
        const on = Object.entries(pairs).map(([own, theirs]) => `${fieldSql(contract, own, 'r')} = ${fieldSql(of, theirs, 's')}`);
        return `SELECT ${key} AS scope, ${COLUMNS.map((name) => `r.${name} AS ${name}`).join(', ')} FROM (${landed}) AS r
          INNER JOIN (SELECT * FROM ${currentRowsOfScopes(of, fields)}) AS s ON ${on.join(' AND ')}`;
      });
    });
}

function keySql(contract: Contract, fields: readonly string[], alias: string): string {
  return scopeKeySql(fields.map((name) => `toString(${fieldSql(contract, name, alias)})`));
}
