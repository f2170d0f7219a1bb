import type { Reach } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import {
  inputTraceQuery,
  nearnessOf,
  neededInputs,
  readsTownship,
  whyNothing,
  type CountedAmong,
  type Evaluation,
  type InputTrace,
  type Nearness,
  type RuleDefinition,
} from '@tianyan/rules';
import { readsHiddenClasses } from './trial-reach.js';
import type { TrialEvaluation } from './trial-evaluation.js';
import type { TrialPeriod } from './trial.js';

/**
 * Thresholds that are tried to find out how far a rule comes, where its figures do not say it: everything is judged for each. It finds the greatest of
 * 31 that is reached.
 */
const MAX_THRESHOLDS_TRIED = 5;

export interface FoundNothing {
  rule: RuleDefinition;
  catalogue: Catalogue;
  reach: Reach;
  among: CountedAmong;
  period: TrialPeriod | null;
  /** Hits that would be seen, outside of the period. */
  outside: number;
  evaluation: TrialEvaluation;
  isSeen: (hit: Evaluation) => boolean;
  /** Judges everything by another text of the rule; null: that takes too long. */
  judge: (rule: RuleDefinition, each: (evaluation: Evaluation) => void) => Promise<boolean>;
}

/** Why a trial has found nothing, Chinese, in a sentence: the first cause that can be told. */
export async function whyNothingFound(of: FoundNothing): Promise<string> {
  const { rule, catalogue, reach, outside } = of;
  if (readsHiddenClasses(reach, rule))
    return '规则要看各类疑点，您只管其中几类：试出的结果会说出别类的疑点，所以不能给您看。请管辖全部类别的人来试。';
  if (!reach.isWholeCounty && !readsTownship(rule, catalogue))
    return '规则没有写明疑点在哪个乡镇（subjects 里的 townshipCode，取自记录的乡镇），只有管辖全县的人看得到它的疑点。';
  if (outside > 0) return `所选日期里一条也没有；所选日期以外有 ${outside} 条。`;
  const lost = whyNothing(rule, catalogue, {
    needed: neededInputs(rule, catalogue),
    traces: await traces(of),
    isOfPeriod: of.period !== null,
    isWholeCounty: reach.isWholeCounty,
  });
  return lost ?? (await nearest(of)) ?? '记录都有，也有符合条件的，但没有一个判断对象满足规则的全部要求。';
}

async function traces({ rule, catalogue, among, period, evaluation }: FoundNothing): Promise<ReadonlyMap<string, InputTrace>> {
  const found = new Map<string, InputTrace>();
  for (const name of Object.keys(rule.inputs)) {
    const query = inputTraceQuery(rule, name, { catalogue, among, period });
    if (query) found.set(name, await evaluation.count(query));
  }
  return found;
}

/** How far the nearest scope has come: “最多的一个是 2 次，要 3 次才算”. Null: the kind cannot say it, or nothing has begun. */
async function nearest(of: FoundNothing): Promise<string | null> {
  const parts: string[] = [];
  for (const way of nearnessOf(of.rule, of.catalogue)) {
    const best = way.figure === null ? await greatestReached(way, of) : await greatestFigure(way, way.figure, of);
    if (best !== null && best > 0 && best < way.threshold)
      parts.push(`${way.about}最多的一个是 ${way.quantity(best)}，要 ${way.quantity(way.threshold)}才算`);
  }
  return parts.length === 0 ? null : `没有一个判断对象达到标准：${parts.join('；')}。`;
}

async function greatestFigure(way: Nearness, figure: string, { judge, isSeen }: FoundNothing): Promise<number | null> {
  let best = 0;
  const isJudged = await judge(way.at(1), (evaluation) => {
    const value = evaluation.figures[figure];
    if (evaluation.hit && typeof value === 'number' && value > best && isSeen(evaluation)) best = value;
  });
  return isJudged ? best : null;
}

/** By halves: what reaches a threshold reaches every smaller one. */
async function greatestReached(way: Nearness, { judge, isSeen }: FoundNothing): Promise<number | null> {
  let [reached, missed] = [0, way.threshold];
  for (let tried = 0; reached + 1 < missed; tried++) {
    if (tried >= MAX_THRESHOLDS_TRIED) return null;
    const threshold = Math.floor((reached + missed) / 2);
    let isReached = false;
    const isJudged = await judge(way.at(threshold), (evaluation) => {
      isReached ||= evaluation.hit && isSeen(evaluation);
    });
    if (!isJudged) return null;
    if (isReached) reached = threshold;
    else missed = threshold;
  }
  return reached;
}
