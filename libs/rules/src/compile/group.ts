import type { Catalogue } from '@tianyan/contracts';
import type { SqlQuery } from '@tianyan/warehouse';
import { MAX_EVIDENCE, MAX_SCOPES_PER_CALL, type Evaluation } from '../evaluation.js';
import type { RuleDefinition } from '../language/rule.js';
import { checkRule } from './check/index.js';
import { evaluationSql, type CompiledGroup } from './evaluation-sql.js';
import { InvalidRuleError } from './invalid-rule.js';
import { rowParser } from './row.js';
import { touchedSql } from './touched.js';

/** A rule inside its group. */
export interface CompiledRule {
  rule: RuleDefinition;
  /** Counts Chinese working days: to be swept when the calendar changes. */
  usesCalendar: boolean;
}

/** Rules over the same scope, evaluated by one query that reads each table once. */
export interface RuleGroup {
  /** Names the scope: its parts joined with a comma. */
  groupId: string;
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
  /** One row per scope with a hit or a wake-up; see {@link RuleGroup.parseRow}. At most MAX_SCOPES_PER_CALL scopes. */
  evaluate(input: { nowMs: number; scopes: readonly string[] | 'all' }): SqlQuery;
  /** What a row of {@link RuleGroup.evaluate} says: one evaluation for each rule with a hit or a wake-up. */
  parseRow(row: unknown): Evaluation[];
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
  return [...Map.groupBy(rules, (rule) => rule.scope.join(','))].map(([groupId, members]) =>
    compileGroup(groupId, members, catalogue),
  );
}

function compileGroup(groupId: string, rules: readonly RuleDefinition[], catalogue: Catalogue): RuleGroup {
  const scopeFields = rules[0]?.scope ?? [];
  const sweep = evaluationSql(rules, catalogue, false);
  const live = evaluationSql(rules, catalogue, true);
  const recordTypes = [...new Set(rules.flatMap((rule) => Object.values(rule.inputs).map((input) => input.type)))].sort();
  return {
    groupId,
    scopeFields,
    rules: rules.map((rule) => ({ rule, usesCalendar: countsWorkingDays(rule) })),
    recordTypes,
    touched(type, batches) {
      if (!recordTypes.includes(type)) throw new RangeError(`group ${groupId} does not read ${type}`);
      return touchedSql(rules, type, batches, catalogue);
    },
    evaluate: ({ nowMs, scopes }) => evaluationQuery(scopes === 'all' ? sweep : live, nowMs, scopes),
    parseRow: rowParser(rules, sweep),
  };
}

function evaluationQuery(compiled: CompiledGroup, nowMs: number, scopes: readonly string[] | 'all'): SqlQuery {
  if (!Number.isSafeInteger(nowMs)) throw new RangeError(`not an instant: ${nowMs}`);
  if (scopes === 'all') return { sql: compiled.sql, params: { ...compiled.params, now: nowMs } };
  if (scopes.length > MAX_SCOPES_PER_CALL)
    throw new RangeError(`${scopes.length} scopes in one call, at most ${MAX_SCOPES_PER_CALL}`);
  return { sql: compiled.sql, params: { ...compiled.params, now: nowMs, scopes } };
}

function countsWorkingDays(rule: RuleDefinition): boolean {
  if (rule.kind === 'join') return rule.deadline?.workingDays !== undefined;
  return (
    rule.kind === 'absence' && rule.any.some((clause) => clause.look === 'forward' && clause.deadline.workingDays !== undefined)
  );
}

/** The SQL of one rule alone, as the console shows it. */
export function ruleSql(rule: RuleDefinition, catalogue: Catalogue): string {
  return evaluationSql([rule], catalogue, false).sql;
}

export { MAX_EVIDENCE };
