import type { EvaluationGroup } from '@tianyan/findings';
import { MAX_SCOPES_PER_CALL, type Evaluation } from '@tianyan/rules';
import type { SqlQuery, WarehouseReader } from '@tianyan/warehouse';
import { historyOfScope } from './county.js';
import type { Divergence } from './compare.js';

/**
 * Where SQL asked for some scopes and the process, judging the records of the same scopes, do not say the same: here every
 * field counts, figures, subjects and roles too.
 */
export async function compareInterpreters(input: {
  warehouse: WarehouseReader;
  groups: readonly EvaluationGroup[];
  scopes: readonly string[];
  nowMs: number;
}): Promise<Omit<Divergence, 'step' | 'nowMs'>[]> {
  const { warehouse, nowMs } = input;
  const scopes = input.scopes.slice(0, MAX_SCOPES_PER_CALL);
  const divergences: Omit<Divergence, 'step' | 'nowMs'>[] = [];
  for (const group of input.groups) {
    const judged = byKey(await otherAnswers(warehouse, group, scopes, nowMs));
    const queries = group.evaluate({ nowMs, scopes });
    const rows = await Promise.all(queries.map((query) => warehouse.rows(query)));
    const queried = byKey(rows.flat().flatMap((row) => group.parseRow(row)));
    for (const key of new Set([...judged.keys(), ...queried.keys()])) {
      const [stored, oracle] = [judged.get(key), queried.get(key)];
      if (textOf(stored) === textOf(oracle)) continue;
      const [ruleId = '', scope = ''] = key.split('\n');
      divergences.push({ between: 'process and SQL', ruleId, scope, history: historyOfScope(scope), stored, oracle });
    }
  }
  return divergences;
}

/** Of the process; what is judged whole has SQL alone, and is asked for everything. */
async function otherAnswers(
  warehouse: WarehouseReader,
  group: EvaluationGroup,
  scopes: readonly string[],
  nowMs: number,
): Promise<readonly Evaluation[]> {
  const ask = (query: SqlQuery) => warehouse.rows(query);
  if (group.inProcess) return group.inProcess.judge(scopes, nowMs, ask);
  if (group.everyMs === undefined) throw new TypeError(`group ${group.groupId} is not judged in the process`);
  const asked = new Set(scopes);
  const rows = (await Promise.all(group.evaluate({ nowMs, scopes: 'all' }).map(ask))).flat();
  return rows.flatMap((row) => group.parseRow(row)).filter(({ scope }) => asked.has(scope));
}

function byKey(evaluations: readonly Evaluation[]): Map<string, Evaluation> {
  return new Map(evaluations.map((evaluation) => [`${evaluation.ruleId}\n${evaluation.scope}`, evaluation]));
}

/** Figures and subjects in whatever order. */
function textOf(evaluation: Evaluation | undefined): string {
  if (!evaluation) return 'nothing';
  const { figures, subjects, ...rest } = evaluation;
  const sorted = (named: Readonly<Record<string, unknown>>) => Object.entries(named).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([rest, sorted(figures), sorted(subjects)]);
}
