import { Reach, type Actor } from '@tianyan/access';
import type { Catalogue } from '@tianyan/contracts';
import {
  effectiveSwitch,
  type FindingQueries,
  type Precision,
  type PrecisionQueries,
  type RuleProgress,
  type RuleSets,
  type RuleSwitch as StoredSwitch,
  type RuleSwitches,
  type SwitchState,
} from '@tianyan/findings';
import { RefusedError } from '@tianyan/kernel';
import { packOf, RULE_PACKS } from '@tianyan/rules';
import type { Retirement, RuleDetail, RuleList, RulePack, RulePackSummary, RuleSummary, RuleSwitch } from '../api/index.js';
import type { ToldSources } from '../sources/told-sources.js';
import type { DescribedRetiredRule, RuleBook } from './rule-book.js';
import type { RuleDescription } from './rule-description.js';

const PACKS: readonly RulePack[] = ['shipped', 'county'];

/** The rules, as people read them, and which of them people let run. They are the county's; findings are counted within reach. */
export class RuleCases {
  constructor(
    private readonly parts: {
      rules: RuleBook;
      sets: RuleSets;
      findings: FindingQueries;
      precision: PrecisionQueries;
      switches: RuleSwitches;
      sources: ToldSources;
      catalogue: Catalogue;
    },
  ) {}

  async list(actor: Actor): Promise<RuleList> {
    const [counts, state, sources, rules, retired, progress, precisions, shadows] = await Promise.all([
      this.parts.findings.counts(Reach.of(actor), { statuses: ['open'] }),
      this.parts.switches.read(),
      this.sources(),
      this.parts.rules.list(),
      this.parts.rules.retired(),
      this.parts.sets.progress(),
      this.parts.precision.byRule(Reach.of(actor)),
      this.parts.rules.shadows(),
    ]);
    const known = new Set([...rules, ...retired].map(({ id }) => id));
    const open = new Map(counts.byRule.map(({ ruleId, count }) => [ruleId, count]));
    return {
      items: rules.map((rule) =>
        this.summary(rule, { openFindings: open.get(rule.id) ?? 0, state, sources, progress, precisions, shadows }),
      ),
      retired: retired.map((rule) => ({ id: rule.id, version: rule.version, title: rule.title, retired: retirementOf(rule) })),
      inShadow: [...shadows.values()]
        .filter(({ id }) => !known.has(id))
        .map(({ id, version, title }) => ({ id, version, title })),
      packs: PACKS.map((pack) => packSummary(pack, rules, state)).filter(({ ruleCount }) => ruleCount > 0),
      sources,
    };
  }

  /** Also of a rule that was taken away, to which its findings lead, and of one that is judged in shadow alone. */
  async get(actor: Actor, id: string): Promise<RuleDetail> {
    const retired = await this.parts.rules.findRetired(id);
    const speaking = retired ?? (await this.parts.rules.find(id));
    const shadows = await this.parts.rules.shadows();
    const rule = speaking ?? shadows.get(id);
    if (!rule) throw new RefusedError('not-found', NO_RULE);
    const [{ byStatus }, state, sources, progress, precisions] = await Promise.all([
      this.parts.findings.counts(Reach.of(actor), { ruleIds: [id] }),
      this.parts.switches.read(),
      this.sources(),
      this.parts.sets.progress(),
      this.parts.precision.byRule(Reach.of(actor)),
    ]);
    const summary = this.summary(rule, { openFindings: byStatus.open, state, sources, progress, precisions, shadows });
    return {
      ...summary,
      ...(retired || !speaking ? { runs: false, progress: 'off' } : {}),
      isShadowOnly: !speaking,
      retired: retired && retirementOf(retired),
      words: [...rule.words],
      meaning: [...rule.meaning],
      sql: rule.sql(effectiveSwitch(asRule(rule), state).sources),
      sources,
      parameters: rule.parameters.map(({ name, label, text }) => ({ name, label, text })),
      legalBasis: [...rule.legalBasis],
      exampleCount: rule.exampleCount,
      findingsByStatus: byStatus,
    };
  }

  private async sources(): Promise<{ name: string; label: string }[]> {
    return (await this.parts.sources.list()).map(({ name, label }) => ({ name, label }));
  }

  private summary(rule: RuleDescription, standing: Standing): RuleSummary {
    const { openFindings, state, sources: known, progress, precisions, shadows } = standing;
    const { enabled, sources } = effectiveSwitch(asRule(rule), state);
    const labels = new Map(known.map(({ name, label }) => [name, label]));
    return {
      id: rule.id,
      version: rule.version,
      title: rule.title,
      class: rule.class,
      classLabel: rule.class,
      severity: rule.severity,
      kind: rule.kind,
      kindLabel: rule.kindLabel,
      about: rule.words.join(''),
      reads: rule.recordTypes.map((type) => this.parts.catalogue.find(type)?.label ?? type),
      openFindings,
      precision: precisions.get(rule.id) ?? null,
      pack: packOf(rule.id),
      switch: switchAnswer(state.rules.get(rule.id)),
      runs: enabled,
      shadowVersion: shadows.get(rule.id)?.version ?? null,
      progress: enabled ? (progress.get(rule.id) ?? 'waiting') : 'off',
      limitedTo: sources && sources.map((name) => labels.get(name) ?? name),
    };
  }
}

/** What is known of the rules beside their texts. */
interface Standing {
  openFindings: number;
  state: SwitchState;
  sources: readonly { name: string; label: string }[];
  progress: ReadonlyMap<string, RuleProgress>;
  precisions: ReadonlyMap<string, Precision>;
  shadows: ReadonlyMap<string, RuleDescription>;
}

const NO_RULE = '没有这条规则：编号写错了，或者链接有误。请回到规则列表查找';

function asRule(rule: RuleDescription): { id: string; sources?: string[] } {
  return { id: rule.id, ...(rule.sources === null ? {} : { sources: [...rule.sources] }) };
}

function retirementOf({ retired: { actor, reason, retiredAtMs } }: DescribedRetiredRule): Retirement {
  return { account: actor, reason, atMs: retiredAtMs };
}

function packSummary(pack: RulePack, rules: readonly RuleDescription[], state: SwitchState): RulePackSummary {
  const ruleCount = rules.filter(({ id }) => packOf(id) === pack).length;
  return { pack, label: RULE_PACKS[pack], ruleCount, switch: switchAnswer(state.packs.get(pack)) };
}

function switchAnswer(stored: StoredSwitch | undefined): RuleSwitch {
  if (!stored) return { enabled: true, sources: null, setBy: null };
  const { enabled, sources, actor, reason, changedAtMs } = stored;
  return { enabled, sources: sources && [...sources], setBy: { account: actor, reason, atMs: changedAtMs } };
}
