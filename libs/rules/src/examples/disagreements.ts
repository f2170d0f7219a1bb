import type { Evaluation } from '../evaluation.js';
import type { RuleDefinition } from '../language/index.js';
import { summary } from './differences.js';

/** Ways of answering, with what is the matter where one of them does not say what a sweep says. */
const WAYS = {
  live: { name: '实时研判', why: '两种算法的结论不一致，多半是程序的问题，请联系平台维护单位' },
  cohort: { name: '只看它的对照组', why: '查询用到了别的组的记录：请按 group 的字段连接、汇总，或去掉 group' },
  given: { name: '不入库、只看例子里的记录', why: '两种读法的结论不一致，多半是程序的问题，请联系平台维护单位' },
} as const;
type Way = keyof typeof WAYS;

/**
 * Where another way of judging the same records does not say what a sweep says, each scope in a line of Chinese with both: everything counts, also what no
 * example mentions.
 */
export function disagreements(
  { id }: RuleDefinition,
  { sweep, ...others }: Readonly<{ sweep: readonly Evaluation[] } & Partial<Record<Way, readonly Evaluation[]>>>,
): string[] {
  const swept = byScope(sweep, id);
  return Object.entries(WAYS).flatMap(([way, { name, why }]) => {
    const said = others[way as Way]; // its keys are the ways
    if (!said) return [];
    const other = byScope(said, id);
    return [...new Set([...swept.keys(), ...other.keys()])]
      .filter((scope) => comparable(swept.get(scope)) !== comparable(other.get(scope)))
      .map((scope) => `判断对象 ${scope}：全量巡检${shown(swept.get(scope))}，${name}${shown(other.get(scope))}。${why}`);
  });
}

function byScope(evaluations: readonly Evaluation[], ruleId: string): ReadonlyMap<string, Evaluation> {
  return new Map(evaluations.flatMap((one) => (one.ruleId === ruleId ? [[one.scope, one] as const] : [])));
}

/** Where a record stands in the stream is no part of an answer; names come in whatever order. */
function comparable(evaluation: Evaluation | undefined): string {
  if (!evaluation) return '';
  const { figures, subjects, evidence, ...rest } = evaluation;
  const sorted = (named: Readonly<Record<string, unknown>>) => Object.entries(named).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const proof = evidence.map(({ type, id, version, hash, atMs, role }) => [type, id, version, hash, atMs, role]);
  return JSON.stringify([rest, sorted(figures), sorted(subjects), proof]);
}

function shown(evaluation: Evaluation | undefined): string {
  if (!evaluation) return '没有结果';
  const figures = Object.entries(evaluation.figures).map(([name, value]) => `，${name} ${value}`);
  return `${summary(evaluation)}${figures.join('')}`;
}
