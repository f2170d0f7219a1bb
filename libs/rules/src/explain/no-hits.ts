import type { Catalogue } from '@tianyan/contracts';
import type { InputTrace } from '../compile/input-traces.js';
import type { RuleDefinition } from '../language/rule.js';
import { RuleWords } from './rule-words.js';

/** From so many of those that pass on, a field without which a record finds no scope is a cause. */
const EMPTY_SHARE = 0.5;

/** What is known of a rule that has hit nothing. */
export interface NothingFound {
  /** See `neededInputs`. */
  needed: readonly (readonly string[])[];
  /** By input; of those that are missing nobody can say it. */
  traces: ReadonlyMap<string, InputTrace>;
  isOfPeriod: boolean;
  /** Else the traces are of some townships alone, and what is not there may be elsewhere. */
  isWholeCounty: boolean;
}

/**
 * Why a rule hits nothing, in a sentence: the first cause, from the table to the scopes, that by itself leaves nothing. Null: each record is there, and
 * passes.
 */
export function whyNothing(rule: RuleDefinition, catalogue: Catalogue, found: NothingFound): string | null {
  const words = new RuleWords(rule, catalogue);
  const sets = found.needed.map((names) => names.map((name) => found.traces.get(name)));
  // Of a set of which one input is not known nothing can be said.
  const known = sets.filter((set): set is InputTrace[] => set.length > 0 && set.every((trace) => trace !== undefined));
  const causes = [
    () => noRecords(known, words, found),
    () => (found.isOfPeriod ? noneInPeriod(found, words) : null),
    () => nonePasses(known, rule, words),
    () => emptyField(known, words),
    () => noneLinked(known, words),
  ];
  for (const cause of causes) {
    const sentence = cause();
    if (sentence !== null) return sentence;
  }
  return null;
}

const typeOf = (words: RuleWords, { input }: InputTrace) => `“${words.contract(input)?.label ?? input}”`;
const number = (value: number) => value.toLocaleString('en-US');

function types(words: RuleWords, traces: readonly InputTrace[]): string {
  return [...new Set(traces.map((trace) => typeOf(words, trace)))].join('、');
}

/** The first set of which every input is like that. */
function first(sets: readonly InputTrace[][], is: (trace: InputTrace) => boolean): InputTrace[] | undefined {
  return sets.find((set) => set.every(is));
}

function noRecords(sets: readonly InputTrace[][], words: RuleWords, { isWholeCounty }: NothingFound): string | null {
  const set = first(sets, ({ records }) => records === 0);
  if (!set) return null;
  return isWholeCounty
    ? `还没有一条${types(words, set)}：这类记录没有接入，或者还没有载入。`
    : `您管辖的乡镇里没有一条${types(words, set)}。`;
}

function noneInPeriod({ traces }: NothingFound, words: RuleWords): string | null {
  const all = [...traces.values()];
  if (all.length === 0 || all.some(({ inPeriod }) => inPeriod > 0)) return null;
  const records = [...new Map(all.map((trace) => [typeOf(words, trace), trace.records]))];
  return `所选日期里没有一条${types(words, all)}（所有日期共 ${number(records.reduce((sum, [, count]) => sum + count, 0))} 条）。`;
}

function nonePasses(sets: readonly InputTrace[][], rule: RuleDefinition, words: RuleWords): string | null {
  const set = first(sets, ({ passing }) => passing === 0);
  const [trace] = set ?? [];
  if (!trace) return null;
  const { input, records, conditions } = trace;
  const type = typeOf(words, trace);
  const never = conditions.find(({ passing }) => passing === 0);
  if (never) return `${number(records)} 条${type}里，没有一条${words.where(input, never.where)}。`;
  const whole = words.where(input, rule.inputs[input]?.where);
  return conditions.length > 1
    ? `${number(records)} 条${type}里，每个条件单独看都有记录满足，合在一起（${whole}）一条也没有。`
    : `${number(records)} 条${type}里，没有一条满足条件（${whole}）。`;
}

function emptyField(sets: readonly InputTrace[][], words: RuleWords): string | null {
  const worst = ({ empty }: InputTrace) => empty.toSorted((a, b) => b.count - a.count)[0] ?? { field: '', count: 0 };
  const share = (trace: InputTrace) => worst(trace).count / trace.passing;
  const set = first(sets, (trace) => trace.passing === 0 || share(trace) >= EMPTY_SHARE);
  const trace = set?.find(({ passing }) => passing > 0);
  if (!trace) return null;
  const { field, count } = worst(trace);
  const shown = count === trace.passing ? '全部' : `${Math.min(99, Math.round((100 * count) / trace.passing))}% `;
  return `符合条件的 ${number(trace.passing)} 条${typeOf(words, trace)}里，${shown}的“${words.field(trace.input, field)}”为空，对不上判断对象。`;
}

function noneLinked(sets: readonly InputTrace[][], words: RuleWords): string | null {
  const set = first(sets, ({ linked, passing }) => passing === 0 || linked === 0);
  const trace = set?.find(({ passing }) => passing > 0);
  if (!trace) return null;
  return `符合条件的 ${number(trace.passing)} 条${typeOf(words, trace)}，没有一条对得上：要${words.link(trace.input)}。`;
}
