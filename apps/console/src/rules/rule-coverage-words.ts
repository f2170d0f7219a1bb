import { isBlind, type AwaitedCoverage, type CoverageCell, type InputCoverage } from '@tianyan/rules';
import type { RuleCoverage } from '@tianyan/findings';

/** Below it what cannot be judged is not worth a line: some rows of every register are half filled in. */
const LEAST_UNJUDGED_PERCENT = 5;

/** Fields named in one line. */
const MAX_NAMED_FIELDS = 3;

export interface CoverageNames {
  source(name: string): string;
  /** What the records of an input are, as the rule calls them. */
  input(name: string, type: string): string;
  field(type: string, field: string): string;
}

/** What is to be said of a rule, in Chinese; `mayAccuse` first: it may call a fault what a source merely does not tell. */
export interface CoverageWarning {
  mayAccuse: boolean;
  text: string;
}

/** The whole county's. */
export function coverageWarnings({ inputs, awaited }: RuleCoverage, names: CoverageNames): CoverageWarning[] {
  const types = new Map(inputs.map(({ input, type }) => [input, type]));
  const label = (input: string) => names.input(input, types.get(input) ?? input);
  return [
    ...awaited.flatMap((one) => blindLines(one, label, names)),
    ...inputs.flatMap((input) => unjudgedLines(input, label(input.input), names)),
  ];
}

function blindLines(
  { of, expect, sources }: AwaitedCoverage,
  label: (input: string) => string,
  names: CoverageNames,
): CoverageWarning[] {
  const steps = expect.map(label).join('、');
  return sources.filter(isBlind).map(({ source, begun }) => ({
    mayAccuse: true,
    text: `可能误报：来源“${names.source(source)}”从未报过“${steps}”，它的 ${number(begun)} 条“${label(of)}”都可能因此被当成没有做。请先向该来源核实它是否报送这一步；不报送的，在开关里把规则限定到其他来源。`,
  }));
}

function unjudgedLines({ type, fields, cells }: InputCoverage, label: string, names: CoverageNames): CoverageWarning[] {
  return [...Map.groupBy(cells, ({ source }) => source)].flatMap(([source, of]) => {
    const { records, judged } = sumOf(of);
    const unjudged = records - judged;
    if (unjudged * 100 < records * LEAST_UNJUDGED_PERCENT || unjudged === 0) return [];
    const empty = emptyOf(fields, of).slice(0, MAX_NAMED_FIELDS);
    const why = empty.map(({ field, count }) => `“${names.field(type, field)}”空缺 ${percent(count, records)}`).join('，');
    const from = `来源“${names.source(source)}”的“${label}”`;
    const text =
      judged === 0
        ? `看不见：${from} ${number(records)} 条，没有一条能判断：${why}。`
        : `${from} ${number(records)} 条，能判断 ${number(judged)} 条；${number(unjudged)} 条不能判断：${why}。`;
    return [{ mayAccuse: false, text }];
  });
}

export function sumOf(cells: readonly CoverageCell[]): { records: number; judged: number } {
  return cells.reduce((sum, { records, judged }) => ({ records: sum.records + records, judged: sum.judged + judged }), {
    records: 0,
    judged: 0,
  });
}

/** Fields that are empty in what cannot be judged, the most first. */
export function emptyOf(fields: readonly string[], cells: readonly CoverageCell[]): { field: string; count: number }[] {
  return fields
    .map((field, i) => ({ field, count: cells.reduce((sum, { empty }) => sum + (empty[i] ?? 0), 0) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
}

function number(count: number): string {
  return count.toLocaleString('zh-CN');
}

/** Never rounded to all or none of it. */
function percent(part: number, whole: number): string {
  const share = (part * 100) / whole;
  if (share > 0 && share < 1) return '不到 1%';
  return share > 99 && share < 100 ? '99% 以上' : `${Math.round(share)}%`;
}
