import { Reach, type Actor } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import type { CountedCoverage, RuleCoverages, RuleSets } from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { isBlind, type AwaitedCoverage, type InputCoverage, type NamesDirectory } from '@tianyan/rules';
import type { CoverageGaps, RuleCoverage } from '../api/index.js';
import type { ToldSources } from '../sources/told-sources.js';
import type { RuleBook } from './rule-book.js';
import { coverageWarnings, emptyOf, sumOf, type CoverageNames } from './rule-coverage-words.js';
import type { RuleDescription } from './rule-description.js';

/** Townships without a code stand under this key. */
const NO_TOWNSHIP = '';

/**
 * What of the records rules can judge, and which sources never tell what a rule takes for a fault when it is missing. Counted within
 * reach; what is said of sources as a whole is the county's.
 */
export class RuleCoverageCases {
  constructor(
    private readonly parts: {
      coverages: RuleCoverages;
      sets: Pick<RuleSets, 'newest'>;
      rules: Pick<RuleBook, 'find' | 'list'>;
      sources: ToldSources;
      names: NamesDirectory;
      catalogue: Catalogue;
    },
  ) {}

  async get(actor: Actor, ruleId: string): Promise<RuleCoverage> {
    const { coverages, rules, names } = this.parts;
    const [counted, rule] = await Promise.all([coverages.of(ruleId), rules.find(ruleId)]);
    if (!counted || !rule) return { countedAtMs: null, failure: null, inputs: [], awaited: [], warnings: null };
    await names.refresh();
    return this.answer(Reach.of(actor), counted, await this.namesFor(rule));
  }

  /** Counts the rule now, which reads all records of its types. */
  async count(actor: Actor, ruleId: string): Promise<RuleCoverage> {
    const { sets, coverages } = this.parts;
    const member = (await sets.newest()).rules.find(({ rule }) => rule.id === ruleId);
    if (!member) throw new RefusedError('not-found', '这条规则现在不在运行，没有可统计的');
    await coverages.count(member.rule);
    return this.get(actor, ruleId);
  }

  /** For those who run the platform: which rules see nothing, or may accuse wrongly, by which source. */
  async gaps(): Promise<CoverageGaps> {
    const { coverages, rules } = this.parts;
    const [all, known] = await Promise.all([coverages.all(), rules.list()]);
    const byId = new Map(known.map((rule) => [rule.id, rule]));
    const items: CoverageGaps['items'] = [];
    for (const { ruleId, coverage, countedAtMs } of all) {
      const rule = byId.get(ruleId);
      if (!rule || coverage === null || countedAtMs === null) continue;
      const warnings = coverageWarnings(coverage, await this.namesFor(rule));
      if (warnings.length === 0) continue;
      const mayAccuse = warnings.some((warning) => warning.mayAccuse);
      items.push({ ruleId, title: rule.title, mayAccuse, warnings: warnings.map(({ text }) => text), countedAtMs });
    }
    const gravest = items.toSorted((a, b) => Number(b.mayAccuse) - Number(a.mayAccuse));
    return { counted: all.filter(({ coverage }) => coverage !== null).length, items: gravest };
  }

  private async namesFor(rule: RuleDescription): Promise<CoverageNames> {
    const { catalogue, sources } = this.parts;
    const labels = new Map((await sources.list()).map(({ name, label }) => [name, label]));
    return {
      source: (name) => labels.get(name) ?? name,
      input: (name, type) => rule.roleLabels[name] ?? catalogue.find(type)?.label ?? type,
      field: (type, field) => catalogue.find(type)?.fields[field]?.label ?? field,
    };
  }

  private answer(reach: Reach, { countedAtMs, failure, coverage }: CountedCoverage, names: CoverageNames): RuleCoverage {
    const { inputs, awaited } = coverage ?? { inputs: [], awaited: [] };
    const types = new Map(inputs.map(({ input, type }) => [input, type]));
    const label = (input: string) => names.input(input, types.get(input) ?? input);
    const warnings = coverage && reach.isWholeCounty ? coverageWarnings(coverage, names).map(({ text }) => text) : null;
    return {
      countedAtMs,
      failure: failure === null ? null : `上一次统计没有完成（${failure}），下面是再上一次的数`,
      inputs: inputs.map((input) => this.inputAnswer(reach, input, names)),
      awaited: awaited.map((one) => awaitedAnswer(reach, one, label, names)),
      warnings,
    };
  }

  private inputAnswer(reach: Reach, { input, type, fields, cells }: InputCoverage, names: CoverageNames) {
    const { catalogue, names: directory } = this.parts;
    const seen = cells.filter(({ townshipCode }) => reach.covers(townshipCode));
    const shares = (keyOf: (cell: (typeof seen)[number]) => string, labelOf: (key: string) => string) =>
      [...Map.groupBy(seen, keyOf)]
        .map(([key, of]) => ({ key, label: labelOf(key), ...sumOf(of) }))
        .toSorted((a, b) => b.records - a.records);
    const hasTownships = seen.some(({ townshipCode }) => townshipCode !== null);
    const place = (code: string) => (code === NO_TOWNSHIP ? '（没有乡镇）' : (directory.current.division(code) ?? code));
    return {
      input,
      label: names.input(input, type),
      typeLabel: catalogue.find(type)?.label ?? type,
      ...sumOf(seen),
      empty: emptyOf(fields, seen).map(({ field, count }) => ({ field, label: names.field(type, field), count })),
      bySource: shares(
        ({ source }) => source,
        (source) => names.source(source),
      ),
      byTownship: hasTownships ? shares(({ townshipCode }) => townshipCode ?? NO_TOWNSHIP, place) : [],
    };
  }
}

function awaitedAnswer(
  reach: Reach,
  { of, expect, sources }: AwaitedCoverage,
  label: (input: string) => string,
  names: CoverageNames,
): RuleCoverage['awaited'][number] {
  const county = (count: number | null) => (reach.isWholeCounty ? count : null);
  return {
    ofLabel: label(of),
    expectLabel: expect.map(label).join('、'),
    sources: sources.map((one) => ({
      source: one.source,
      label: names.source(one.source),
      begun: county(one.begun),
      answered: county(one.answered),
      told: county(one.told),
      isBlind: isBlind(one),
    })),
  };
}
